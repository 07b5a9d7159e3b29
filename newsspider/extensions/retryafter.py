"""A site that asks to be left alone for a while is left alone (RFC 9110, 10.2.3)."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from scrapy import signals

from newsspider.extensions.errors import Errors
from newsspider.urls import is_within

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request, Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)


def parse_retry_after(value: str, now: datetime) -> float | None:
    """Return the seconds to wait: *value* is a number of seconds or an HTTP date.

    >>> parse_retry_after("120", datetime(2026, 1, 30, tzinfo=UTC))
    120.0
    >>> parse_retry_after("Fri, 30 Jan 2026 00:01:00 GMT", datetime(2026, 1, 30, tzinfo=UTC))
    60.0
    >>> parse_retry_after("soon", datetime(2026, 1, 30, tzinfo=UTC)) is None
    True
    """
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value[:10])
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - now).total_seconds())


class RetryAfter:
    """Holds a host's slot for as long as a 429 or 503 asks.

    Where that is too long it ends the run, or does without a host that has page requisites only.
    """

    def __init__(self, crawler: Crawler):
        self._crawler = crawler
        self._max = crawler.settings.getfloat("RETRY_AFTER_MAX")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        # This signal comes before the slot sends its next request.
        crawler.signals.connect(extension.response_downloaded, signals.response_downloaded)
        return extension

    def response_downloaded(self, response: Response, request: Request, spider: Spider) -> None:
        header = response.headers.get("Retry-After")
        if response.status not in (429, 503) or header is None:
            return
        seconds = parse_retry_after(header.decode("latin-1"), datetime.now(UTC))
        if seconds is None:
            logger.warning("%s: Retry-After %r is neither seconds nor a date", response.url, header)
            return
        downloader: Any = self._crawler.engine.downloader
        if seconds <= self._max:
            downloader.hold(request.meta[downloader.DOWNLOAD_SLOT], seconds)
            self._crawler.stats.inc_value("retryafter/held")
        elif not self._is_the_sites(response.url):
            reason = f"asks to come back in {seconds:.0f} s, more than RETRY_AFTER_MAX ({self._max:.0f} s)"
            logger.warning("%s %s: nothing more is fetched from this host in this run", response.url, reason)
            downloader.refuse_slot(request.meta[downloader.DOWNLOAD_SLOT], f"the host {reason}")
        else:
            logger.error(
                "%s asks to come back in %.0f s, more than RETRY_AFTER_MAX (%.0f s): the run ends here, run it later",
                response.url, seconds, self._max,
            )  # fmt: skip
            errors = self._crawler.get_extension(Errors)
            if errors is not None:
                errors.add("asked to come back later", response.url, f"HTTP {response.status}, in {seconds:.0f} s")
            # Requests that wait for their turn would keep the engine from closing, and be sent.
            downloader.refuse("the site asked to come back later")
            self._ending = asyncio.ensure_future(
                self._crawler.engine.close_spider_async(reason="retry_after")
            )

    def _is_the_sites(self, url: str) -> bool:
        domains = getattr(self._crawler.spider, "allowed_domains", None)
        return not domains or is_within(url, domains)
