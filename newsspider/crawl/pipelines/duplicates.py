"""One article, one record: redirects, campaign parameters and canonical links end at the same id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.exceptions import DropItem

from newsspider.crawl.extensions.run import Run
from newsspider.crawl.task import findings_of
from newsspider.runs.ledger import DUPLICATE

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from newsspider.record.items import Article


class DuplicateError(DropItem):
    """The run has a record of the article already."""

    outcome = DUPLICATE


class Duplicates:
    """Drops an article that the run has given already; two pages are the same only by id, never by their text."""

    def __init__(self, crawler: Crawler):
        self._findings = findings_of(crawler)
        run = crawler.get_extension(Run)
        assert run is not None, "Duplicates needs newsspider.crawl.extensions.run.Run in EXTENSIONS"
        self._observer = run.observer
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
            self._findings.counts.duplicate += 1
            self._findings.same.add(item.canonical_url)
            if self._observer is not None:
                self._observer.keep(item, given=False)
            raise DuplicateError(f"{item.url} is {item.id}, which this run has already", log_level="DEBUG")
        self._given[item.id] = hash(item.url)
        return item

    def item_not_stored(self, item: Article) -> None:
        """Take the article for one that the run has not: another address of it may still give the record."""
        if self._given.get(item.id) == hash(item.url):
            del self._given[item.id]
