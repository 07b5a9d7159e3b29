"""The crawl of Kankanews (看看新闻)."""

from __future__ import annotations

from types import ModuleType
from typing import ClassVar

from newsspider.sites import kankanews
from newsspider.spiders.news import NewsSpider


class KankanewsSpider(NewsSpider):
    """From the home page, the 24-hour news and the channels to the articles of both URL generations."""

    name = kankanews.NAME
    site: ClassVar[ModuleType] = kankanews
    allowed_domains: ClassVar[list[str]] = list(kankanews.DOMAINS)
