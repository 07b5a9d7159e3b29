"""The memory of a site from run to run: its pages, when they are due, and the versions and events of its articles.

Nothing in here knows about Scrapy.
"""
