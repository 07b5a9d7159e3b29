"""What a run does and reports: its batches, the outcome of every request, verdict, report. Knows nothing of Scrapy."""
