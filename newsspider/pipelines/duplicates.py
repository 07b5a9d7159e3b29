"""One article, one record: redirects, campaign parameters and canonical links end at the same id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.exceptions import DropItem

from newsspider.extensions.run import Run

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from newsspider.items import Article


class Duplicates:
    """Drops an article that the run has given already; two pages are the same only by id, never by their text."""

    def __init__(self, crawler: Crawler):
        self._stats = crawler.stats
        run = crawler.get_extension(Run)
        assert run is not None, "Duplicates needs newsspider.extensions.run.Run in EXTENSIONS"
        self._memory = run.memory
        self._given: dict[str, int] = {}
        """Id -> the hash of the address whose page gives the record: a long run has many."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        pipeline = cls(crawler)
        crawler.signals.connect(pipeline.item_not_stored, signals.item_dropped)
        crawler.signals.connect(pipeline.item_not_stored, signals.item_error)
        return pipeline

    def process_item(self, item: Article) -> Article:
        if item.id in self._given:
            self._stats.inc_value("articles/duplicate")
            if self._memory is not None:
                self._memory.keep(item, given=False)
            raise DropItem(f"{item.url} is {item.id}, which this run has already", log_level="DEBUG")
        self._given[item.id] = hash(item.url)
        return item

    def item_not_stored(self, item: Article) -> None:
        """Take the article for one that the run has not: another address of it may still give the record."""
        if self._given.get(item.id) == hash(item.url):
            del self._given[item.id]
