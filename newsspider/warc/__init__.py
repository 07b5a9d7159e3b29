"""One HTTP exchange, and the WARC records, members and index lines that stand for it. No directory and no state."""
