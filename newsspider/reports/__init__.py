"""What a run did, for a person and for a monitor. Everything here is made of manifests, and knows nothing of Scrapy."""
