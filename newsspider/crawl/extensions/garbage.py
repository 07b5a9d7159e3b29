"""Sets how often Python collects garbage in a crawl."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsspider.parsing.garbage import look_seldom

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler


class Garbage:
    """Sets the collector for the crawl, and spares it what was imported before."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        look_seldom()
        return cls()
