"""What the crawls of all sites share, and what one has of its own."""
