"""A crawl that ends before its time ends soon: nothing more is sent, and what is on its way gets a bounded time."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

from scrapy import signals
from scrapy.utils.asyncio import create_looping_call

from newsspider.text.counted import counted, were

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

_INTERVAL = 0.25
"""Seconds between two looks: Scrapy has no signal for the moment in which a crawl begins to end."""


class Ending:
    """Empties the downloader when the engine begins to close, whoever asked for it.

    Left alone, Scrapy sends whatever waits for its turn, one request a delay, and waits for every answer: for a silent
    server that is minutes.
    """

    def __init__(self, crawler: Crawler):
        self._crawler = crawler
        self._patience = crawler.settings.getfloat("SHUTDOWN_TIMEOUT")
        self._closing_since: float | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def spider_opened(self) -> None:
        self._loop = create_looping_call(self._look)
        self._loop.start(_INTERVAL)

    def spider_closed(self) -> None:
        self._loop.stop()

    def _look(self) -> None:
        engine: Any = self._crawler.engine
        if engine._slot is None or engine._slot.closing is None:
            return
        if self._closing_since is None:
            self._closing_since = time.monotonic()
            engine.downloader.refuse("the crawl ends")
        elif time.monotonic() - self._closing_since >= self._patience and (count := engine.downloader.break_off()):
            cut = f"{counted(count, 'exchange')} that {were(count)} not done"
            logger.info("Broke off %s %g s after the end began", cut, self._patience)
