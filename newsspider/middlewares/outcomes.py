"""What became of every request in the end: after redirects and retries, and before the spider hears of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.exceptions import IgnoreRequest
from scrapy.http.request import NO_CALLBACK

from newsspider.errors import NewsspiderError
from newsspider.extensions.errors import Errors
from newsspider.history.events import GONE
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
        if response.status >= 400 and request.callback is not NO_CALLBACK:  # a site need not have a robots.txt
            self._errors.add(_told_apart(request, f"HTTP {response.status}"), response.url)
            if not (response.status in GONE and request.meta.get("was_article")):  # that is news, and no failure
                self._count_article(request)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        if isinstance(exception, ForbiddenByRobotsError):
            if _for_article(request):
                self._stats.inc_value("articles/forbidden")
            return
        if isinstance(exception, IgnoreRequest) and not isinstance(exception, NewsspiderError):
            return  # somebody decided so: a duplicate, another site, the end of the crawl
        kind = _KINDS.get(outcome_of(exception), type(exception).__name__)
        self._errors.add(_told_apart(request, kind), request.url, words_of(exception))
        self._count_article(request)

    def _count_article(self, request: Request) -> None:
        if _for_article(request):
            self._stats.inc_value("articles/unfetched")
            if request.meta.get("failed_before"):
                self._stats.inc_value("articles/failed_again")


def _told_apart(request: Request, kind: str) -> str:
    return f"page requisite: {kind}" if "requisite" in request.meta else kind


def _for_article(request: Request) -> bool:
    return getattr(request.callback, "__name__", "") == "parse_article"
