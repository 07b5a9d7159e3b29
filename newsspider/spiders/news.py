"""What the crawls of all sites share: the arguments, the way from list to article, and from page to record."""

from __future__ import annotations

import logging
import re
from collections import deque
from datetime import date, datetime, time
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.exceptions import IgnoreRequest
from scrapy.spidermiddlewares.httperror import HttpError

from newsspider.archive.source import existing
from newsspider.dates import SHANGHAI
from newsspider.downloader import RequestRefusedError
from newsspider.errors import NewsspiderError
from newsspider.extensions.run import Run
from newsspider.history.events import GONE, Sighting
from newsspider.items import Locator
from newsspider.manifest import Scope
from newsspider.replay import answer_from_archives
from newsspider.spiders.requisites import Requisites
from newsspider.urls import UrlError, clean_url
from newsspider.verdict.given import Giving
from newsspider.witnesses.article import UnparsedPageError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from newsspider.archive.writer import Capture
    from newsspider.extensions.memory import Memory
    from newsspider.history.ledger import Page
    from newsspider.items import Article, SiteFacts
    from newsspider.sites import Rules

logger = logging.getLogger(__name__)

_MAX_UNPARSED_NAMED = 20
"""Pages without a record, and lists without an article, that the manifest names; the counts tell of the rest."""


_TELLING = sorted(GONE)
"""Answers that are no pages, and tell of an article."""

_NOT_MODIFIED = 304


class SpiderArgumentError(NewsspiderError):
    """A value of ``-a`` cannot be used."""


class NewsSpider(Spider):
    """Crawls one site: start pages, list pages, articles.

    Arguments: ``url`` takes exactly the named articles (several by commas); ``since`` (a date, ``2026-11-01``)
    leaves out older ones; ``follow=recommendations`` also takes what articles recommend; ``full=1`` takes every article
    and gives its record, also those that are known and not due. ``archive`` (paths, several by commas) takes the pages
    from there in place of the network, ``at`` (a date or time) those captured nearest to it.
    """

    site: ClassVar[Rules]
    """The site's rules: a module of :mod:`newsspider.sites`."""

    allowed_domains: ClassVar[list[str]]

    requisites: Requisites

    def __init_subclass__(cls, *, site: Rules | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if site is not None:
            cls.name, cls.site, cls.allowed_domains = site.NAME, site, list(site.DOMAINS)

    def __init__(
        self,
        *,
        url: str | None = None,
        since: str | None = None,
        follow: str | None = None,
        full: str | None = None,
        archive: str | None = None,
        at: str | None = None,
        _job: str | None = None,
        **unknown: str,
    ):
        super().__init__()
        self.job = _job
        """What a scheduler calls the run: scrapyd says it by an argument that it adds itself."""
        if unknown:
            raise SpiderArgumentError(
                f"-a {next(iter(unknown))}=…: {self.name} has no such argument; "
                "it takes url, since, follow, full, archive and at"
            )
        # Empty is no default: behind it is a variable that somebody forgot to set.
        self.urls = [self._own_url(each) for each in re.split(r",(?=https?:)", url)] if url is not None else []
        self.without_record = dict.fromkeys(self.urls)
        """Of the articles named by ``-a url``, those that gave no record (yet), in their order."""
        self.since = None if since is None else _date(since)
        if follow not in (None, "recommendations"):
            raise SpiderArgumentError(
                f"-a follow={follow}: there is only -a follow=recommendations; leave it out to follow none"
            )
        self.follows_recommendations = follow is not None
        if full not in (None, "0", "1"):
            raise SpiderArgumentError(f"-a full={full}: give -a full=1 for all articles, or leave it out")
        self.full = full == "1"
        self.archive = [] if archive is None else [existing(path) for path in archive.split(",")]
        if at is not None and not self.archive:
            raise SpiderArgumentError(f"-a at={at}: the network has no past; say where to look by -a archive=PATH")
        self.at = None if at is None else _moment(at)
        self.site_facts: dict[str, SiteFacts] = {}
        """The footer facts that articles of this run cite, by id."""
        self.unparsed: deque[str] = deque(maxlen=_MAX_UNPARSED_NAMED)
        self.giving = Giving()
        """How often a field was given by a witness."""
        self.empty_lists: deque[str] = deque(maxlen=_MAX_UNPARSED_NAMED)
        """The last list pages that showed no article."""
        self._led: dict[str, tuple[str, Request]] = {}
        """Where addresses of articles redirected to that was asked for already, with the last request of each."""
        self.failed_lists: deque[str] = deque(maxlen=_MAX_UNPARSED_NAMED)
        """The last list pages that could not be had."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        # Redirected to a page that another request asks for already: that request gives the record.
        crawler.signals.connect(spider.request_dropped, signals.request_dropped)
        crawler.signals.connect(spider.spider_error, signals.spider_error)
        if spider.archive:
            answer_from_archives(crawler.settings)
        spider.requisites = Requisites(crawler, spider.site, live=not spider.archive)
        return spider

    def scope(self) -> Scope:
        """Say what this crawl sets out to do."""
        return Scope(
            listed=not self.urls,
            full=self.full or bool(self.archive or self.urls),
            since=self.since is not None,
            recommendations=self.follows_recommendations,
            list_depth=self.settings.getint("LIST_DEPTH"),
            replayed=bool(self.archive),
        )

    async def start(self) -> AsyncIterator[Any]:
        self.crawler.stats.set_value("articles/sought", True)  # `scrapy fetch` and the like put another start here
        if self.urls:
            for url in self.urls:
                yield self._for_article(url, named=url)
            return
        for url in self.site.START_URLS:
            yield Request(url, self.parse_list, errback=self.list_failed)
        if self._memory is not None:
            # Behind the lists, which tell what is new.
            for url in self._memory.due(self._is_wanted):
                yield self._for_article(url, priority=-1)

    @cached_property
    def _memory(self) -> Memory | None:
        run = self.crawler.get_extension(Run)
        assert run is not None, "the spider needs newsspider.extensions.run.Run in EXTENSIONS"
        return run.memory

    def _for_article(
        self, url: str, *, priority: int = 0, named: str | None = None, conditional: bool = True
    ) -> Request:
        meta: dict[str, Any] = {} if named is None else {"named": named}
        if self._memory is None:
            return Request(url, self.parse_article, priority=priority, meta=meta)
        asked = self.site.canonical_url(url)
        page = self._memory.find(asked)
        conditions = self._conditions(page) if conditional and named is None else {}
        meta |= {"asked": asked, "handle_httpstatus_list": [*_TELLING, *([_NOT_MODIFIED] if conditions else ())]}
        meta["was_article"] = page is not None and page.last is not None
        meta["failed_before"] = page is not None and page.last is None and page.failures > 0
        return Request(
            url,
            self.parse_article,
            errback=self.article_failed,
            headers=conditions,
            priority=priority,
            meta=meta,
            # Where an article has moved is looked at for its sake, also if that page is asked for anyway.
            dont_filter=page is not None and page.state == "article",
        )

    def _conditions(self, page: Page | None) -> dict[str, bytes]:
        """Return the header fields by which a site sends a known page only if it changed."""
        if page is None or page.state != "article" or page.parser != self.site.PARSER_VERSION or self.full:
            return {}
        if not self.settings.getbool("CONDITIONAL_REQUESTS"):
            return {}
        validators = {"If-None-Match": page.etag, "If-Modified-Since": page.last_modified}
        return {name: value.encode("latin-1") for name, value in validators.items() if value}

    def request_dropped(self, request: Request) -> None:
        """Redirected to a page that is asked for already: if that is another article, it gives the record.

        Whether it does shows at the end: it may lead elsewhere itself.
        """
        if "redirect_urls" not in request.meta or request.callback != self.parse_article:
            return
        url = request.meta["redirect_urls"][0]
        asked = self.site.canonical_url(url)
        landed = self.site.canonical_url(request.url)
        if self.site.is_article(request.url) and landed != asked:
            self._led[asked] = landed, request
            return
        logger.warning("%s leads to %s, as other pages do, and that is no article", url, request.url)
        self._count_unparsed(request)
        if self._memory is not None:
            self._memory.failed(asked)

    def closed(self, reason: str) -> None:
        """Tell the addresses that are another name of an article from those that lead to each other in a circle."""
        for asked, (landed, request) in self._led.items():
            if self._ends(asked):
                self._has_record(request.meta)
                if self._memory is not None:
                    self._memory.leads_to_another(asked)
                continue
            logger.warning("%s leads to %s, and from there to no page but back", asked, landed)
            self._count_unparsed(request)
            if self._memory is not None:
                self._memory.failed(asked)

    def _ends(self, address: str) -> bool:
        passed = set()
        while address in self._led and address not in passed:
            passed.add(address)
            address, _ = self._led[address]
        return address not in passed

    def article_failed(self, failure: Failure) -> None:
        """Remember a page that could not be had; the reason is in the log, and in the archive."""
        request = _request_of(failure)
        downloader: Any = self.crawler.engine.downloader
        ends = downloader.refuses or isinstance(failure.value, RequestRefusedError)  # which says nothing of the page
        if self._memory is not None and not ends:
            self._memory.failed(request.meta["asked"])

    def list_failed(self, failure: Failure) -> None:
        """Remember a list page that could not be had; the reason is in the log, and in the archive."""
        error = failure.value
        # Else it is ignored because somebody decided so: robots.txt, for instance.
        if isinstance(error, HttpError | NewsspiderError) or not isinstance(error, IgnoreRequest):
            self.crawler.stats.inc_value("lists/failed")
            self.failed_lists.append(_request_of(failure).url)

    def spider_error(self, response: Response) -> None:
        if self._memory is not None and "asked" in response.meta:
            self._memory.failed(response.meta["asked"])

    def _has_record(self, meta: dict[str, Any]) -> None:
        """Strike out the article named by ``-a url`` that a request with *meta* was for, if it was for one."""
        if "named" in meta:
            self.without_record.pop(meta["named"], None)

    def parse_list(self, response: Response) -> Iterator[Request]:
        """Follow a list page's articles, and its list pages unless all it shows is older than ``since``."""
        capture: Capture = response.meta["capture"]
        links = self.site.links(response.body, response.url, _headers(response))
        wanted = [
            link for link in links.articles if not self._is_older(self.site.listed_on(link, capture.captured))
        ]
        self.crawler.stats.inc_value("articles/older", len(links.articles) - len(wanted))
        self.crawler.stats.inc_value("lists/read")
        self.crawler.stats.inc_value("lists/links", len(links.articles))
        if not links.articles:
            self.empty_lists.append(response.url)
        urls = [link.url for link in wanted]
        for url in urls if self._memory is None else self._memory.choose(urls, self._is_wanted):
            yield self._for_article(url, priority=1)
        depth = response.meta.get("list_depth", 0) + 1
        if depth <= self.settings.getint("LIST_DEPTH") and (wanted or not links.articles):
            for url in links.lists:
                yield Request(url, self.parse_list, errback=self.list_failed, meta={"list_depth": depth})

    def parse_article(self, response: Response) -> Iterator[Article | Request]:
        """Turn an article page into its record; a page that cannot be explained is reported, and stays archived."""
        capture: Capture = response.meta["capture"]
        if response.status in _TELLING:
            self._no_article(response)
            return
        if response.status == _NOT_MODIFIED:
            yield from self._not_modified(response)
            return
        try:
            page = self.site.parse_page(response.body, response.url, _headers(response), capture.captured)
        except UnparsedPageError as error:
            logger.warning("%s", error)
            assert response.request is not None
            self._count_unparsed(response.request)
            self._no_article(response)
            return
        article = page.article
        self._has_record(response.meta)
        self.giving.add(response.url, article.provenance.fields)
        if article.published_at is not None and self._is_older(article.published_at.date()):
            self.crawler.stats.inc_value("articles/older")
            if self._memory is not None:
                self._memory.passed_over(response.meta["asked"], capture.captured, article.published_at)
            return
        yield from self.requisites.of_article(response, article)
        article.archive = _locator(capture)
        if page.site_facts is not None:
            page.site_facts.archive = article.archive
            self.site_facts.setdefault(page.site_facts.id, page.site_facts)
        if self._memory is None or self._memory.wants_record(
            article,
            asked=response.meta["asked"],
            landed=self.site.canonical_url(response.url),
            etag=_header(response, "ETag"),
            last_modified=_header(response, "Last-Modified"),
            always=bool(self.urls),
        ):
            yield article
        if self.follows_recommendations:
            urls = [each.url for each in article.recommendations if each.url and self.site.is_article(each.url)]
            urls = [self.site.canonical_url(url) for url in urls]
            for url in urls if self._memory is None else self._memory.choose(urls, self._is_wanted):
                yield self._for_article(url)

    def _not_modified(self, response: Response) -> Iterator[Request]:
        """Believe a site that a page is as it was, unless it says so of another page than the one asked for."""
        assert self._memory is not None
        asked = response.meta["asked"]
        if self.site.canonical_url(response.url) == asked:
            self._memory.not_modified(asked, response.meta["capture"].captured)
        else:  # the validators went along with a redirect
            yield self._for_article(asked, conditional=False)

    def _count_unparsed(self, request: Request) -> None:
        """Count a page that gave no record, under the address that was asked for."""
        self.unparsed.append(request.meta.get("redirect_urls", [request.url])[0])
        self.crawler.stats.inc_value("articles/unparsed")
        if request.meta.get("failed_before"):
            self.crawler.stats.inc_value("articles/failed_again")

    def _no_article(self, response: Response) -> None:
        """Remember an article's address that gives none."""
        if self._memory is None:
            return
        capture: Capture = response.meta["capture"]
        asked = response.meta["asked"]
        if response.status not in GONE and not response.body.strip():  # a fault: it says nothing of the article
            self._memory.failed(asked)
            return
        landed = self.site.canonical_url(response.url)
        self._memory.no_article(
            asked,
            Sighting(at=capture.captured, where=_locator(capture)),
            status=response.status,
            to_url=None if landed == asked else landed,
        )

    def _is_wanted(self, page: Page) -> bool:
        return page.published is None or not self._is_older(datetime.fromtimestamp(page.published, SHANGHAI).date())

    def _is_older(self, day: date | None) -> bool:
        return self.since is not None and day is not None and day < self.since

    def _own_url(self, url: str) -> str:
        """Check a value of ``-a url``."""
        try:
            host = urlsplit(clean_url(url)).hostname or ""
        except UrlError as error:
            raise SpiderArgumentError(f"-a url: {error}") from error
        if not any(host == domain or host.endswith(f".{domain}") for domain in self.allowed_domains):
            raise SpiderArgumentError(
                f"-a url={url}: {host} is not a host of {self.name}, which has: {', '.join(self.allowed_domains)}"
            )
        return url.strip()


def _request_of(failure: Failure) -> Request:
    request: Request = failure.request  # type: ignore[attr-defined]
    return request


def _date(text: str) -> date:
    """Check the value of ``-a since``."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise SpiderArgumentError(f"-a since={text}: not a date; write it as 2026-11-01") from error


def _moment(text: str) -> datetime:
    """Check the value of ``-a at``; a date is its noon, so that every capture of that day is nearer than any other."""
    try:
        if len(text) <= len("2026-01-30"):
            return datetime.combine(date.fromisoformat(text), time(12), SHANGHAI)
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise SpiderArgumentError(
            f"-a at={text}: neither a date nor a time; write it as 2026-01-30 or 2026-01-30T08:00+08:00"
        ) from error
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=SHANGHAI)


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return None if value is None else value.decode("latin-1")


def _headers(response: Response) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, values in response.headers.items() for value in values]


def _locator(capture: Capture) -> Locator:
    return Locator(
        warc=capture.warc,
        offset=capture.offset,
        length=capture.length,
        record_id=capture.record_id or None,
        payload_digest=capture.payload_digest,
    )
