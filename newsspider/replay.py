"""The archived answer to a request: what was captured once, given again as if it came from the network now.

No socket is opened. What the archives do not have is no error, and is not asked for twice.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import IgnoreRequest
from scrapy.http import Headers
from scrapy.responsetypes import responsetypes

from newsspider.extensions.replay import Replay

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings

    from newsspider.archive.lookup import Page

_CHANGES: dict[str, Any] = {
    "DOWNLOAD_HANDLERS": {
        "http": "newsspider.replay.ReplayHandler",
        "https": "newsspider.replay.ReplayHandler",
    },
    "EXTENSIONS": {
        "newsspider.extensions.archive.Archive": None,
        "newsspider.extensions.replay.Replay": 0,
        "newsspider.extensions.retryafter.RetryAfter": None,
    },
    # An archive is not hurried, and says the same when it is asked again.
    "DOWNLOAD_DELAY": 0,
    "AUTOTHROTTLE_ENABLED": False,
    "RETRY_ENABLED": False,
}

_OF_THE_CONNECTION = {
    b"connection", b"keep-alive", b"proxy-connection", b"te", b"trailers", b"transfer-encoding", b"upgrade",
}  # fmt: skip
"""Header fields that Twisted's client keeps to itself."""


class NotInArchiveError(IgnoreRequest):
    """The archives have no capture of a URL."""


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
            raise RuntimeError("ReplayHandler needs newsspider.extensions.replay.Replay in EXTENSIONS")
        self._replay = replay

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def download_request(self, request: Request) -> Response:
        url = request.url.partition("#")[0]
        page = self._replay.page(url, request.method)
        if page is None:
            raise NotInArchiveError(f"the archives have no answer to {request.method} {url}")
        request.meta["capture"] = page.capture
        return _response(page.capture.url if page.elsewhere else url, page)

    async def close(self) -> None:
        """Leave the archives open: they are the extension's."""


def _response(url: str, page: Page) -> Response:
    headers = Headers([field for field in page.http.headers if field[0].lower() not in _OF_THE_CONNECTION])
    # Content-Encoding is left to Scrapy's middleware, as in a live answer. The lookup has bounded the size.
    body = page.http.payload(limit=sys.maxsize)
    return responsetypes.from_args(headers=headers, url=url, body=body)(
        url,
        status=page.capture.status or 0,
        headers=headers,
        body=body,
        flags=["dataloss"] if page.truncated else None,
        protocol="HTTP/1.1",
    )
