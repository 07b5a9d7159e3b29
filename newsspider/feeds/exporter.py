"""Scrapy's feeds (``-o``, ``-O``, ``FEEDS``), with what could not be stored counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.extensions.feedexport import FeedExporter as ScrapyFeedExporter

if TYPE_CHECKING:
    from scrapy import Spider


class FeedExporter(ScrapyFeedExporter):
    """Counts the items that no exporter could take: Scrapy logs them, and the run would pass for a good one."""

    def item_scraped(self, item: Any, spider: Spider) -> None:
        try:
            super().item_scraped(item, spider)
        except Exception:
            self.crawler.stats.inc_value("feedexport/failed_items")
            raise

