"""What became of an article: its versions, the events between them, and what was changed to the word.

Nothing in here knows about Scrapy.
"""
