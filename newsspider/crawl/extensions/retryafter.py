"""Retry-After: a site that asks for a pause gets it (RFC 9110, 10.2.3)."""

from __future__ import annotations

import asyncio
import logging
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from scrapy import signals

from newsspider.crawl.extensions.errors import Errors
from newsspider.text.urls import is_within

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request, Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)


MAX_SECONDS = 10.0 * 365 * 24 * 3600
"""Ten years: what asks for longer asks for this."""

_DELAY = re.compile(r"[0-9]+")
_YEAR_OF_TWO_DIGITS = re.compile(r"(?<=-)[0-9]{2}(?= )")
_LENGTH = 64
"""Characters; the longest date of HTTP has 33."""


def parse_retry_after(value: str, now: datetime) -> float | None:
    """Return the seconds to wait, 0 to ``MAX_SECONDS``; None where *value* is neither seconds nor an HTTP date.

    All three forms of a date are read (RFC 9110, 5.6.7).

    >>> parse_retry_after("120", datetime(2026, 1, 30, tzinfo=UTC))
    120.0
    >>> parse_retry_after("Friday, 30-Jan-26 00:01:00 GMT", datetime(2026, 1, 30, tzinfo=UTC))
    60.0
    >>> parse_retry_after("soon", datetime(2026, 1, 30, tzinfo=UTC)) is None
    True
    """
    value = value.strip(" \t")
    if _DELAY.fullmatch(value):
        digits = value.lstrip("0")
        return min(float(digits or "0"), MAX_SECONDS) if len(digits) < 12 else MAX_SECONDS
    if len(value) > _LENGTH:
        return None
    value = _YEAR_OF_TWO_DIGITS.sub(lambda year: _whole_year(int(year[0]), now), value, count=1)
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    if until.tzinfo is None:  # as in asctime's form, which is in UTC too
        until = until.replace(tzinfo=UTC)
    return min(max(0.0, (until - now).total_seconds()), MAX_SECONDS)


def _whole_year(year: int, now: datetime) -> str:
    """Return the year that ends in these two digits and is not more than 50 years ahead (RFC 9110, 5.6.7)."""
    return f"{now.year + 50 - (now.year + 50 - year) % 100:04}"


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
