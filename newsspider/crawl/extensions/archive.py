"""The collection that a crawl writes to: opened before the first request, closed after the last."""

from __future__ import annotations

import atexit
import logging
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import scrapy
from scrapy.exceptions import IgnoreRequest

import newsspider
from newsspider.collection.writer import ArchiveWriteError, CollectionWriter
from newsspider.crawl.extensions.pages import PageSource

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

    from newsspider.collection.capture import Capture
    from newsspider.collection.writer import WarcFile
    from newsspider.crawl.tap import Tap
    from newsspider.errors import NewsspiderError
    from newsspider.warc.exchange import Truncation

logger = logging.getLogger(__name__)

_RECORDED_SETTINGS = (
    "ROBOTSTXT_OBEY", "DOWNLOAD_DELAY", "CONCURRENT_REQUESTS_PER_DOMAIN", "AUTOTHROTTLE_ENABLED",
    "DOWNLOAD_TIMEOUT", "DOWNLOAD_MAXSIZE", "DOWNLOAD_VERIFY_CERTIFICATES", "CONNECT_TO", "ALLOW_PRIVATE_ADDRESSES",
    "COOKIES_ENABLED", "REDIRECT_MAX_TIMES", "RETRY_TIMES",
)  # fmt: skip
"""Settings without which a reader of the archive, years later, could not tell how it was made."""


class Archive(PageSource):
    """Writes every exchange of the crawl to its collection, and ends the crawl when it no longer can."""

    def __init__(self, crawler: Crawler):
        super().__init__(crawler)
        settings = crawler.settings
        self._closed = False
        self._writer = CollectionWriter(
            self.collection,
            prefix=settings["WARC_PREFIX"] or self.collection.name,
            max_size=settings.getint("WARC_MAX_SIZE"),
            payload_digest=settings["WARC_PAYLOAD_DIGEST"],
            info=_warcinfo(settings),
        )
        for recovery in self._writer.recovered:
            logger.warning("%s: the last run was killed; kept what was complete: %s", self.collection.path, recovery)
        # `scrapy shell` ends without a word to its extensions.
        atexit.register(self._close_at_exit)

    def record(
        self, url: str, method: str, tap: Tap, *, truncated: Truncation | None, failure: str | None = None
    ) -> Capture | None:
        """Archive every attempt of a request; return the capture of the last, ``None`` where none held bytes."""
        capture = None
        for attempt in tap.attempts:
            last = attempt is tap.attempts[-1]
            exchange = attempt.exchange(
                url,
                method,
                proxied=tap.proxied,
                truncated=truncated if last else "disconnect",
                failure=failure if last else "the connection was stale; repeated on a fresh one",
            )
            if exchange.sent or exchange.received:
                with self._ignoring_what_is_not_stored():
                    capture = self._writer.write_exchange(exchange)
                self._count(capture)
        return capture

    def _count(self, capture: Capture) -> None:
        counts = self.findings.counts
        match capture.type:
            case "response":
                counts.responses += 1
            case "revisit":
                counts.revisits += 1
            case None:
                counts.unanswered += 1

    def note(self, url: str, method: str, *, started: datetime, outcome: str, detail: str) -> None:
        """Archive that a request brought nothing, and why: *outcome* is one word, *detail* a sentence."""
        with self._ignoring_what_is_not_stored():
            self._writer.write_failure(
                url=url, method=method, started=started, outcome=outcome, detail=detail
            )
        self._stats.inc_value(f"archive/noted/{outcome}")

    def end_for(self, error: NewsspiderError) -> None:
        """End the crawl because of a page that came and is not in the archive."""
        self._fail(error)
        self.end_crawl("archive_failed")

    def sync(self) -> None:
        """Return when all that was recorded so far is durable."""
        if self._closed:
            return
        with self._ending_the_crawl_on_failure():
            self._writer.sync()

    def rotate(self) -> None:
        if not self._closed:
            with self._ending_the_crawl_on_failure():
                self._writer.rotate()

    def finish(self) -> list[WarcFile]:
        with self._telling_of_failure():
            files = self._writer.finish()
        self._closed = True
        return files

    def close(self) -> None:
        atexit.unregister(self._close_at_exit)
        with self._telling_of_failure():
            self._writer.close()
        self._closed = True

    def _close_at_exit(self) -> None:
        with suppress(ArchiveWriteError):  # it is in the log
            self.close()

    @contextmanager
    def _ignoring_what_is_not_stored(self) -> Iterator[None]:
        """A page that cannot be archived must not be crawled."""
        try:
            with self._ending_the_crawl_on_failure():
                yield
        except ArchiveWriteError as error:
            raise IgnoreRequest("it could not be archived") from error

    @contextmanager
    def _ending_the_crawl_on_failure(self) -> Iterator[None]:
        """End the crawl, orderly, at the first failure."""
        try:
            with self._telling_of_failure():
                yield
        except ArchiveWriteError:
            self.end_crawl("archive_failed")
            raise

    @contextmanager
    def _telling_of_failure(self) -> Iterator[None]:
        try:
            yield
        except ArchiveWriteError as error:
            self._fail(error)
            raise

    def _fail(self, error: NewsspiderError) -> None:
        self.findings.unstored.archive_writes += 1
        if self.failure is None:
            self.failure = error
            logger.critical("%s", error)


def _warcinfo(settings: BaseSettings) -> list[tuple[str, str]]:
    """Say in the warcinfo record who crawled, with what, and by which rules."""
    obeys = settings.getbool("ROBOTSTXT_OBEY")
    fields = [
        ("software", f"newsspider/{newsspider.__version__} scrapy/{scrapy.__version__}"),
        ("robots", "classic" if obeys else "ignore"),
        ("http-header-user-agent", settings["USER_AGENT"]),
    ]
    if settings["WARC_OPERATOR"]:
        fields.append(("operator", settings["WARC_OPERATOR"]))
    fields += [(f"scrapy-{name}", str(settings[name])) for name in _RECORDED_SETTINGS]
    return fields
