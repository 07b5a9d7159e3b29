"""One article, one record: redirects, campaign parameters and canonical links end at the same id."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
        self._seen: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_item(self, item: Article) -> Article:
        if item.id in self._seen:
            self._stats.inc_value("articles/duplicate")
            if self._memory is not None:
                self._memory.keep(item, given=False)
            raise DropItem(f"{item.url} is {item.id}, which this run has already", log_level="DEBUG")
        self._seen.add(item.id)
        return item
