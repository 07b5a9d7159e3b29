"""What is known of a site from run to run: its pages, when they are due, and what became of its articles, to the word.

Nothing in here knows about Scrapy.
"""
