"""What the crawls of all sites share: the arguments, the way from list to article, and from page to record."""

from __future__ import annotations

import logging
import re
from collections import deque
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals

from newsspider.archive.source import existing
from newsspider.dates import SHANGHAI
from newsspider.errors import NewsspiderError
from newsspider.items import Locator
from newsspider.manifest import Scope
from newsspider.replay import answer_from_archives
from newsspider.spiders.requisites import Requisites
from newsspider.urls import UrlError, clean_url
from newsspider.verdict.given import Giving
from newsspider.witnesses.article import UnparsedPageError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from types import ModuleType
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from newsspider.archive.writer import Capture
    from newsspider.items import Article, SiteFacts

logger = logging.getLogger(__name__)

_MAX_UNPARSED_NAMED = 20
"""Pages without a record, and lists without an article, that the manifest names; the counts tell of the rest."""


class SpiderArgumentError(NewsspiderError):
    """A value of ``-a`` cannot be used."""


class NewsSpider(Spider):
    """Crawls one site: start pages, list pages, articles.

    Arguments: ``url`` takes exactly the named articles (several by commas); ``since`` (a date, ``2026-11-01``)
    leaves out older ones; ``follow=recommendations`` also takes what articles recommend. ``archive`` (paths, several
    by commas) takes the pages from there in place of the network, ``at`` (a date or time) those captured nearest to it.
    """

    site: ClassVar[ModuleType]
    """The site's rules: a module of :mod:`newsspider.sites`."""

    allowed_domains: ClassVar[list[str]]

    requisites: Requisites

    def __init_subclass__(cls, *, site: ModuleType | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if site is not None:
            cls.site, cls.allowed_domains = site, list(site.DOMAINS)

    def __init__(
        self,
        *,
        url: str | None = None,
        since: str | None = None,
        follow: str | None = None,
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
                "it takes url, since, follow, archive and at"
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

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        # Redirected to a page that another request asks for already: that request gives the record.
        crawler.signals.connect(spider.request_dropped, signals.request_dropped)
        if spider.archive:
            answer_from_archives(crawler.settings)
        spider.requisites = Requisites(crawler, spider.site, live=not spider.archive)
        return spider

    def scope(self) -> Scope:
        """Say what this crawl sets out to do."""
        return Scope(
            listed=not self.urls,
            full=True,
            since=self.since is not None,
            recommendations=self.follows_recommendations,
            list_depth=self.settings.getint("LIST_DEPTH"),
            replayed=bool(self.archive),
        )

    async def start(self) -> AsyncIterator[Any]:
        self.crawler.stats.set_value("articles/sought", True)  # `scrapy fetch` and the like put another start here
        if self.urls:
            for url in self.urls:
                yield Request(url, self.parse_article, meta={"named": url})
        else:
            for url in self.site.START_URLS:
                yield Request(url, self.parse_list)

    def request_dropped(self, request: Request) -> None:
        self._has_record(request.meta)

    def _has_record(self, meta: dict[str, Any]) -> None:
        """Strike out the article named by ``-a url`` that a request with *meta* was for, if it was for one."""
        if "named" in meta:
            self.without_record.pop(meta["named"], None)

    def closed(self, reason: str) -> None:
        self.crawler.stats.set_value("articles/without_record", len(self.without_record))

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
        for link in wanted:
            yield Request(link.url, self.parse_article, priority=1)
        depth = response.meta.get("list_depth", 0) + 1
        if depth <= self.settings.getint("LIST_DEPTH") and (wanted or not links.articles):
            for url in links.lists:
                yield Request(url, self.parse_list, meta={"list_depth": depth})

    def parse_article(self, response: Response) -> Iterator[Article | Request]:
        """Turn an article page into its record; a page that cannot be explained is reported, and stays archived."""
        capture: Capture = response.meta["capture"]
        try:
            page = self.site.parse_page(response.body, response.url, _headers(response), capture.captured)
        except UnparsedPageError as error:
            logger.warning("%s", error)
            self.unparsed.append(response.url)
            self.crawler.stats.inc_value("articles/unparsed")
            return
        article = page.article
        self._has_record(response.meta)
        self.giving.add(response.url, article.provenance.fields)
        if article.published_at is not None and self._is_older(article.published_at.date()):
            self.crawler.stats.inc_value("articles/older")
            return
        yield from self.requisites.of_article(response, article)
        article.archive = _locator(capture)
        if page.site_facts is not None:
            page.site_facts.archive = article.archive
            self.site_facts.setdefault(page.site_facts.id, page.site_facts)
        yield article
        if self.follows_recommendations:
            for recommended in article.recommendations:
                if recommended.url is not None and self.site.is_article(recommended.url):
                    yield Request(self.site.canonical_url(recommended.url), self.parse_article)

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
