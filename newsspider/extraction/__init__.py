"""The parser over whole archives, without the crawl engine, and what differs from earlier records."""
