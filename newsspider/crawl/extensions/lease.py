"""A crawl into object storage ends when its lease does, and can send what is finished on the way."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call
from twisted.internet.threads import deferToThread

from newsspider.collection.writer import ArchiveWriteError
from newsspider.crawl.extensions.pages import PageSource
from newsspider.crawl.extensions.run import Run
from newsspider.crawl.stored import stored_crawl_of
from newsspider.runs.journal import FeedWriteError

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from newsspider.runs.stored.crawl import StoredCrawl

logger = logging.getLogger(__name__)

_INTERVAL = 0.5
"""Seconds between two looks."""


class Lease:
    """Ends the crawl when another process may have taken its collection: two would ask the site twice as often."""

    def __init__(self, crawler: Crawler, stored: StoredCrawl):
        self._crawler = crawler
        self._stored = stored
        self._loops = [(create_looping_call(self._look), _INTERVAL)]
        if stored.push_every is not None:
            self._loops.append((create_looping_call(self._push), stored.push_every))
        self._sending = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        stored = stored_crawl_of(crawler)
        if stored is None:
            raise NotConfigured
        extension = cls(crawler, stored)
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def spider_opened(self) -> None:
        for loop, seconds in self._loops:
            loop.start(seconds, now=False)

    def spider_closed(self) -> None:
        for loop, _ in self._loops:
            if loop.running:
                loop.stop()

    def _look(self) -> None:
        if self._stored.claim.expired or self._stored.claim.lost:
            logger.error("The lease of %s has ended, and so does the crawl", self._stored.claim.root)
            self._pages.end_crawl("lease_lost")
            self.spider_closed()

    def _push(self) -> None:
        """Send in a thread what is finished now; records after the pages that they cite."""
        run = self._crawler.get_extension(Run)
        if self._sending or run is None:
            return
        try:
            run.journal.publish_waiting()
            self._pages.rotate()
        except (FeedWriteError, ArchiveWriteError):
            return  # it is in the log, and ends the crawl
        self._sending = True
        # Listed here, while nothing is written: no part is among them that cites what came after the rotation.
        deferToThread(self._stored.send_finished, *self._stored.finished(run.journal.id)).addBoth(self._sent)

    def _sent(self, _: object) -> None:
        self._sending = False

    @property
    def _pages(self) -> PageSource:
        pages = self._crawler.get_extension(PageSource)
        assert pages is not None, "it needs newsspider.crawl.extensions.archive.Archive in EXTENSIONS"
        return pages
