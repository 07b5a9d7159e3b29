"""By which a crawl knows that its collection lives in object storage."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from newsspider.runs.stored.crawl import StoredCrawl

_STORED: WeakKeyDictionary[Crawler, StoredCrawl] = WeakKeyDictionary()


def lend(stored: StoredCrawl, crawler: Crawler) -> None:
    """Have *crawler* crawl into the collection of *stored*."""
    _STORED[crawler] = stored


def stored_crawl_of(crawler: Crawler) -> StoredCrawl | None:
    """Return what *crawler* crawls into; None where that is a collection of this machine."""
    return _STORED.get(crawler)
