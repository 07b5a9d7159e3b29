"""Runs of a collection that lives in object storage: taken here, crawled here, and published there."""
