"""What became of every request in the end: after redirects and retries, and before the spider hears of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.exceptions import IgnoreRequest
from scrapy.http.request import NO_CALLBACK

from newsspider.archive.http import BodyTooLargeError, ContentCodingError
from newsspider.capture import OverlongHeadError
from newsspider.errors import NewsspiderError
from newsspider.extensions.errors import Errors
from newsspider.history.events import GONE
from newsspider.middlewares.redirect import RedirectError
from newsspider.middlewares.robotstxt import ForbiddenByRobotsError
from newsspider.outcome import outcome_of, words_of

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

_KINDS = {
    "time": "timeout",
    "dns": "name not found",
    "refused": "connection refused",
    "disconnect": "connection lost",
    "tls": "TLS failed",
    "length": "too long",
    "private-address": "private address",
    "malformed": "malformed answer",
}
_KINDS_OF_ERRORS: dict[type[Exception], str] = {
    BodyTooLargeError: _KINDS["length"],
    OverlongHeadError: _KINDS["length"],
    ContentCodingError: "damaged content coding",
}


class Outcomes:
    """Counts what failed: every way for the report, and article pages for the verdict."""

    def __init__(self, crawler: Crawler):
        errors = crawler.get_extension(Errors)
        assert errors is not None, "Outcomes needs newsspider.extensions.errors.Errors in EXTENSIONS"
        self._errors = errors
        self._stats = crawler.stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        of_robots = request.callback is NO_CALLBACK
        # A site need not have a robots.txt.
        if response.status >= 400 and not (of_robots and response.status < 500 and response.status != 429):
            self._add(request, f"HTTP {response.status}")
            if not (response.status in GONE and request.meta.get("was_article")):  # that is news, and no failure
                self._count_article(request)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        if isinstance(exception, ForbiddenByRobotsError):
            self._count_forbidden(request, str(exception))
            return
        if isinstance(exception, IgnoreRequest) and not isinstance(exception, NewsspiderError):
            return  # somebody decided so: a duplicate, another site, the end of the crawl
        self._add(request, _kind_of(exception), words_of(exception))
        self._count_article(request)

    def _add(self, request: Request, kind: str, said: str = "") -> None:
        """Count what became of a page under the address that was asked for."""
        asked = request.meta.get("redirect_urls", [request.url])[0]
        led = f"led to {request.url}" if asked != request.url and request.url not in said else ""
        self._errors.add(_told_apart(request, kind), asked, ": ".join(filter(None, (led, said))))
        self._count_list(request, kind)

    def _count_forbidden(self, request: Request, why: str) -> None:
        self._count_list(request, why)
        # What was forbidden before and never was an article tells nothing of tonight, as with pages that fail.
        if _is_for(request, "parse_article") and not request.meta.get("failed_before"):
            self._stats.inc_value("articles/forbidden")

    def _count_list(self, request: Request, why: str) -> None:
        if _is_for(request, "parse_list"):
            self._stats.inc_value(f"lists/unread/{why}")

    def _count_article(self, request: Request) -> None:
        if _is_for(request, "parse_article"):
            self._stats.inc_value("articles/unfetched")
            if request.meta.get("failed_before"):
                self._stats.inc_value("articles/failed_again")


def _kind_of(error: Exception) -> str:
    if isinstance(error, RedirectError):
        return error.kind
    return _KINDS_OF_ERRORS.get(type(error)) or _KINDS.get(outcome_of(error), type(error).__name__)


def _told_apart(request: Request, kind: str) -> str:
    if request.callback is NO_CALLBACK:
        return f"robots.txt: {kind}"
    return f"page requisite: {kind}" if "requisite" in request.meta else kind


def _is_for(request: Request, callback: str) -> bool:
    return getattr(request.callback, "__name__", "") == callback
