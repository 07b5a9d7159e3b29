"""Scrapy's feeds (``-o``, ``-O``, ``FEEDS``), with what could not be stored told and counted."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from scrapy.extensions.feedexport import FeedExporter as ScrapyFeedExporter

from newsspider.feeds.storage import FeedTargetError

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler


class FeedExporter(ScrapyFeedExporter):
    """Counts the items that no exporter could take: Scrapy logs them, and the run would pass for a good one."""

    def __init__(self, crawler: Crawler):
        super().__init__(crawler)
        logging.getLogger("scrapy.extensions.feedexport").addFilter(_without_traceback)

    def item_scraped(self, item: Any, spider: Spider) -> None:
        try:
            super().item_scraped(item, spider)
        except Exception:
            self.crawler.stats.inc_value("feedexport/failed_items")
            raise


def _without_traceback(record: logging.LogRecord) -> bool:
    """Give a feed that cannot be written one line in the log: the disk is at fault and not the program."""
    if record.exc_info and isinstance(record.exc_info[1], FeedTargetError):
        record.msg, record.args, record.exc_info = str(record.exc_info[1]), (), None
    return True
