"""The requests for the page requisites of articles, so that a replayed page is not bare HTML.

They come after the articles of their host. Their failures are counted and in the archive, and do not fail the run: a
picture that is gone is evidence, too.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.spidermiddlewares.httperror import HttpError

from newsspider.crawl.errand import ForRequisite, capture_of, meta_of
from newsspider.crawl.extensions.outcomes import Outcomes
from newsspider.crawl.extensions.pages import collection_of
from newsspider.crawl.task import findings_of
from newsspider.discovery.shapes import likeness
from newsspider.errors import NewsspiderError
from newsspider.parsing.page import Page
from newsspider.parsing.requisites.page import Requisite, of_page, of_style_sheet
from newsspider.spiders.headers import header_of, headers_of
from newsspider.text.charsets import decode
from newsspider.text.urls import is_within

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from newsspider.parsing.site import Site
    from newsspider.record.items import Article

logger = logging.getLogger(__name__)

_VIDEO_TIMEOUT = 600
"""Seconds for a video file: DOWNLOAD_TIMEOUT is for pages."""

_MAX_IN_VAIN = 10
"""Requests in a row that a host may leave unanswered."""


@dataclass(slots=True)
class _Allowance:
    """The number of requisites that may still be fetched for one article. It also ends style sheets without end."""

    left: int


class Requisites:
    """The requisites that a crawl fetches for its articles; none in a crawl of archives."""

    def __init__(self, crawler: Crawler, site: Site, *, live: bool):
        settings = crawler.settings
        self._site = site
        self._counts = findings_of(crawler).counts
        self._crawler = crawler
        self._kinds = set(settings.getlist("REQUISITES")) if live else set()
        self._domains = settings.getlist("REQUISITE_HOSTS") or [*site.domains, *site.cdn_domains]
        self._max = settings.getint("REQUISITES_MAX")
        self._max_size = settings.getint("REQUISITE_MAX_SIZE")
        self._max_video = settings.getint("VIDEO_MAX_SIZE")
        self._collection = collection_of(crawler)
        # What was captured later than now was so by a clock that was wrong, and nobody knows when.
        self._until = datetime.now(UTC)
        self._since = self._until - timedelta(days=settings.getfloat("REQUISITE_DAYS"))
        # The same logo, style sheets and cards are on all pages.
        self._is_known = lru_cache(maxsize=4096)(self._has)
        self._in_vain: Counter[str] = Counter()
        """Requests in a row that a host has not answered."""

    def admits(self, url: str) -> bool:
        """Tell whether a requisite may be fetched from *url*.

        Not from that of an article or list: what was asked for once is not asked for again, and would give no record.
        """
        return is_within(url, self._domains) and not self._is_page(url)

    def _is_page(self, url: str) -> bool:
        if self._site.articles:
            return self._site.is_article(url) or self._site.is_list(url)
        # On a site without a file every address may be an article's; what a page shows as its picture seldom is.
        return url in self._site.start_urls or likeness(url) != "no"

    def of_article(self, response: Response, article: Article) -> Iterator[Request]:
        """Yield the requests for what belongs to an article's page.

        What the page's state alone names, for a script to show, is known from the record.
        """
        if not self._kinds:
            return
        found = [*of_page(Page(response.body, response.url, headers_of(response))), *_of_record(article)]
        yield from self._requests(found, _Allowance(self._max))

    def parse_style_sheet(self, response: Response, allowance: _Allowance) -> Iterator[Request]:
        """Count a style sheet that came, and follow it."""
        self.count(response)
        css = decode(response.body, header_of(response, "Content-Type"))
        found = of_style_sheet(css.text, response.url, encoding=css.used)
        yield from self._requests(found, allowance)

    def count(self, response: Response) -> None:
        self._in_vain.pop(_host(response.request), None)
        self._counts.requisites += 1
        self._counts.requisite_bytes += capture_of(response).where.length

    def count_failure(self, failure: Failure) -> None:
        error = failure.value
        outcomes = self._crawler.get_extension(Outcomes)
        assert outcomes is not None, "the spider needs newsspider.crawl.extensions.outcomes.Outcomes in EXTENSIONS"
        outcomes.raised(failure.request, error)  # type: ignore[attr-defined]
        self._counts.requisites_failed += 1
        if isinstance(error, HttpError):
            self._in_vain.pop(_host(error.response.request), None)
        # IgnoreRequest: robots.txt forbids it, or it is at a private address. An error of ours: its answer is unusable.
        elif not isinstance(error, IgnoreRequest | NewsspiderError):
            request: Request = failure.request  # type: ignore[attr-defined]
            logger.info("%s: %s", request.url, error)
            self._give_up_where_nobody_answers(request)

    def _give_up_where_nobody_answers(self, request: Request) -> None:
        """Spare the run hours of timeouts, unless the host has pages, too."""
        host = _host(request)
        self._in_vain[host] += 1
        if self._in_vain[host] == _MAX_IN_VAIN and not self._has_pages(request.url):
            reason = f"{host} left {_MAX_IN_VAIN} requests in a row unanswered"
            logger.warning("%s: nothing more is fetched from this host in this run", reason)
            downloader: Any = self._crawler.engine.downloader
            downloader.refuse_slot(downloader.get_slot_key(request), reason)

    def _has_pages(self, url: str) -> bool:
        return any(is_within(url, (urlsplit(start).hostname or "",)) for start in self._site.start_urls)

    def _requests(self, found: Iterable[Requisite], allowance: _Allowance) -> Iterator[Request]:
        seen: set[str] = set()
        for url, kind in found:
            if kind not in self._kinds or url in seen:
                continue
            seen.add(url)
            if not self.admits(url):
                self._counts.requisites_refused += 1
            elif not allowance.left:
                self._counts.requisites_over_limit += 1
            else:
                allowance.left -= 1
                if not self._is_known(url):
                    yield self._request(url, kind, allowance)

    def _request(self, url: str, kind: str, allowance: _Allowance) -> Request:
        errand = ForRequisite(kind=kind)
        meta = meta_of(errand) | {
            "download_maxsize": self._max_video if kind == "videos" else self._max_size,
            "download_warnsize": 0,
            "give_up_log_level": logging.INFO,
            "priority_adjust": 1,  # of a retry: else all of a silent host would be asked for once before it shows
        }
        if not errand.is_read:
            meta["download_timeout"] = _VIDEO_TIMEOUT
        if kind == "styles":
            return Request(
                url, self.parse_style_sheet, errback=self.count_failure, priority=-1, meta=meta,
                cb_kwargs={"allowance": allowance},
            )  # fmt: skip
        return Request(url, self.count, errback=self.count_failure, priority=-1, meta=meta)

    def _has(self, url: str) -> bool:
        known = self._collection.has_between(url, self._since, self._until)
        if known:
            self._counts.requisites_known += 1
        return known


def _host(request: Request | None) -> str:
    return urlsplit(request.url).netloc if request is not None else ""


def _of_record(article: Article) -> Iterator[Requisite]:
    for image in article.images:
        if image.url:
            yield Requisite(image.url, "images")
    for video in article.videos:
        if video.poster:
            yield Requisite(video.poster, "posters")
        if video.url:
            yield Requisite(video.url, "videos")
