"""A run and its report: its batches, the outcome of every request, the verdict. Knows nothing of Scrapy."""
