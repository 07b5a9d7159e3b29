"""The archived answer to a request, returned as if it came from the network now.

No socket is opened. What the archives do not have is no error, and is not asked for twice.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import IgnoreRequest
from scrapy.http import Headers
from scrapy.responsetypes import responsetypes

from newsspider.crawl.errand import note_capture
from newsspider.crawl.extensions.replay import Replay
from newsspider.runs.ledger import NOT_IN_ARCHIVE
from newsspider.warc.http import MAX_HEAD

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings

    from newsspider.collection.lookup import ArchivedPage

_CHANGES: dict[str, Any] = {
    "DOWNLOAD_HANDLERS": {
        "http": "newsspider.crawl.replay.ReplayHandler",
        "https": "newsspider.crawl.replay.ReplayHandler",
    },
    "EXTENSIONS": {
        "newsspider.crawl.extensions.archive.Archive": None,
        "newsspider.crawl.extensions.replay.Replay": 0,
        "newsspider.crawl.extensions.retryafter.RetryAfter": None,
    },
    # An archive is not hurried, and says the same when it is asked again.
    "DOWNLOAD_DELAY": 0,
    "AUTOTHROTTLE_ENABLED": False,
    "RETRY_ENABLED": False,
}


class NotInArchiveError(IgnoreRequest):
    """The archives have no capture of a URL."""

    outcome = NOT_IN_ARCHIVE


def answer_from_archives(settings: BaseSettings) -> None:
    """Make a crawl ask its archives in place of the network, whatever else was set."""
    for name, change in _CHANGES.items():
        value = {**settings.getdict(name), **change} if isinstance(change, dict) else change
        settings.set(name, value, priority="cmdline")


class ReplayHandler:
    """Answers from the :class:`Replay` of the crawl."""

    lazy = True

    def __init__(self, crawler: Crawler):
        replay = crawler.get_extension(Replay)
        if replay is None:
            raise RuntimeError("ReplayHandler needs newsspider.crawl.extensions.replay.Replay in EXTENSIONS")
        self._replay = replay
        max_size = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        # As the lookup bounds what is stored; a transfer coding may make more of it.
        self._max_body = max_size + MAX_HEAD if max_size else sys.maxsize - 1

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def download_request(self, request: Request) -> Response:
        url = request.url.partition("#")[0]
        page = self._replay.page(url, request.method)
        if page is None:
            raise NotInArchiveError(f"the archives have no answer to {request.method} {url}")
        note_capture(request, page.capture)
        return _response(page.capture.url if page.elsewhere else url, page, self._max_body)

    async def close(self) -> None:
        """Leave the archives open: they are the extension's."""


def _response(url: str, page: ArchivedPage, max_body: int) -> Response:
    headers = Headers(page.http.head.page_fields)
    # Content-Encoding is left to the middleware, as in a live answer; the head of a revisit may lack it.
    if page.http.original is not None:
        headers[b"Content-Encoding"] = page.http.content_codings
    body = page.http.payload(limit=max_body)
    return responsetypes.from_args(headers=headers, url=url, body=body)(
        url,
        status=page.capture.status or 0,
        headers=headers,
        body=body,
        flags=["dataloss"] if page.truncated else None,
        protocol="HTTP/1.1",
    )
