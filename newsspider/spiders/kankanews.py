"""The crawl of Kankanews (看看新闻)."""

from __future__ import annotations

from newsspider import sites
from newsspider.spiders.news import NewsSpider


class KankanewsSpider(NewsSpider, site=sites.load("kankanews")):
    """From the home page, the 24-hour news and the channels to the articles of both URL generations."""
