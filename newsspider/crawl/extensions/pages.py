"""The page source of a crawl, a collection to write or archives to read, as the rest of the run sees it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy import signals

from newsspider.collection.collection import Collection
from newsspider.collection.pulled import PulledCollection
from newsspider.crawl.task import findings_of
from newsspider.errors import NewsspiderError

if TYPE_CHECKING:
    from typing import Any, Self

    from scrapy.crawler import Crawler
    from scrapy.statscollectors import StatsCollector

    from newsspider.collection.writer import WarcFile
    from newsspider.record.manifest import Archives


class PageSource:
    """The source of a crawl's pages: the collection that it writes, or the archives that it reads.

    Holds the lock of the crawl's collection.
    """

    def __init__(self, crawler: Crawler):
        self.collection = collection_of(crawler)
        self.findings = findings_of(crawler)
        self.failure: NewsspiderError | None = None
        """What ended the writing, or the reading, if anything did."""
        self._crawler = crawler
        self._ending: asyncio.Future[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        source = cls(crawler)
        # Before a feed of -o is stored: Scrapy does that in tasks, which wait for all handlers of this signal.
        crawler.signals.connect(source._spider_closed, signals.spider_closed)
        return source

    def _spider_closed(self) -> None:
        with suppress(NewsspiderError):  # it is in the log
            self.sync()

    def sync(self) -> None:
        """Return when all that was captured so far is durable."""

    def rotate(self) -> None:
        """Finish the WARC file that is being written, and go on in another."""

    def finish(self) -> list[WarcFile]:
        """Make all that was captured durable, and keep the lock. Return the WARC files that this crawl wrote."""
        return []

    def close(self) -> None:
        """Release the lock of the collection: another run may begin."""

    def source(self) -> Archives | None:
        """Return the archives that the pages came from; None: from the network."""
        return None

    def end_crawl(self, reason: str) -> None:
        """End the crawl, orderly, because something cannot be stored or read."""
        if self._ending is None and self._crawler.engine.running:
            downloader: Any = self._crawler.engine.downloader
            downloader.refuse(f"the crawl ends: {reason}")
            self._ending = asyncio.ensure_future(self._crawler.engine.close_spider_async(reason=reason))

    @property
    def _stats(self) -> StatsCollector:
        return self._crawler.stats


def collection_of(crawler: Crawler) -> Collection:
    """Return the collection that a crawl writes to."""
    settings = crawler.settings
    name = settings["COLLECTION"] or crawler.spidercls.name  # `scrapy shell` makes its spider later
    collection = Collection.named(Path(settings["ARCHIVE_DIR"]), name)
    return PulledCollection.at(collection.path) or collection
