"""The spiders: the common part of the crawls of all sites, and one for any site without a file."""
