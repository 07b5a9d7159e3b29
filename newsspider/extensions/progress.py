"""A line that a person at a terminal can watch; nothing where nobody does."""

from __future__ import annotations

import logging
import sys
import time
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

_INTERVAL = 0.5
"""Seconds between two looks at the stats."""

_CLEAR = "\r\033[K"


class Progress:
    """Redraws one line on standard error with what the crawl has done so far."""

    def __init__(self, crawler: Crawler):
        if not sys.stderr.isatty():
            raise NotConfigured
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def spider_opened(self) -> None:
        self._started = time.monotonic()
        for handler in logging.getLogger().handlers:
            handler.addFilter(_clear_line)
        self._loop = create_looping_call(self._draw)
        self._loop.start(_INTERVAL)

    def spider_closed(self) -> None:
        self._loop.stop()
        self._draw()
        sys.stderr.write("\n")

    def _draw(self) -> None:
        stats = self._crawler.stats
        requisites = stats.get_value("requisites/captured", 0)
        answered = requisites + stats.get_value("requisites/http_error", 0)
        pages = stats.get_value("response_received_count", 0) - answered
        failed = sum(
            stats.get_value(key, 0)
            for key in ("articles/unparsed", "articles/invalid", "downloader/exception_count", "archive/write_failed")
        ) - sum(  # exceptions to Scrapy
            stats.get_value(key, 0) for key in ("robotstxt/forbidden", "replay/miss", "requisites/failed")
        )
        seconds = time.monotonic() - self._started
        megabytes = stats.get_value("downloader/response_bytes", 0) / 1e6
        line = (
            f"{pages} pages, {stats.get_value('item_scraped_count', 0)} articles, {failed} failed, "
            f"{requisites} requisites, {megabytes:.1f} MB, {pages / max(seconds, 1e-3):.1f} pages/s, {seconds:.0f} s"
        )
        sys.stderr.write(_CLEAR + line)
        sys.stderr.flush()


def _clear_line(record: logging.LogRecord) -> bool:
    """Make room for a line of the log; the next drawing puts the progress below it."""
    sys.stderr.write(_CLEAR)
    return True
