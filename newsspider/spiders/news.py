"""The common part of the crawls of all sites: the arguments, and the way from lists to articles."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy import Request, signals
from scrapy.exceptions import DontCloseSpider

from newsspider.collection.collection import Collection
from newsspider.crawl.errand import ForList, capture_of, errand_of, meta_of
from newsspider.crawl.replay import answer_from_archives
from newsspider.crawl.task import Task, findings_of
from newsspider.parsing.markup import MarkupError
from newsspider.record.manifest import Scope
from newsspider.runs.ledger import failure
from newsspider.spiders.apart import collection_apart, refuse_mixture, warn_of_no_contact
from newsspider.spiders.arguments import Arguments
from newsspider.spiders.articles import ArticleSpider, request_of
from newsspider.spiders.headers import headers_of
from newsspider.spiders.requisites import Requisites
from newsspider.spiders.waiting import Waiting
from newsspider.text.counted import counted
from newsspider.text.escaping import quoted
from newsspider.text.urls import clean_url, shown

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from newsspider.parsing.links import Links
    from newsspider.parsing.site import Site
    from newsspider.record.items import Article

logger = logging.getLogger(__name__)

NAMED, KNOWN, LISTS = range(3)
"""Ranks of what waits: articles that lists name, articles that earlier runs saw, further lists."""


class NewsSpider(ArticleSpider):
    """Crawls one site: start pages, list pages, articles.

    Arguments: ``url`` takes exactly the named articles (several by commas); ``since`` (a date, ``2026-11-01``, or a
    span, ``1d``) leaves out older ones; ``limit`` ends after so many records; ``follow=recommendations`` also takes
    what articles recommend; ``full=1`` takes every article and gives its record, also those that are known and not due;
    ``archive`` (paths, several by commas) takes the pages from there in place of the network, ``at`` (a date or time)
    those that were captured nearest to it.
    """

    _besides = ""
    """Arguments that this spider takes besides, as a message names them."""

    def __init_subclass__(cls, *, site: Site | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if site is not None:
            cls.name, cls.site, cls.allowed_domains = site.name, site, list(site.domains)

    def __init__(self, *, _job: str | None = None, **arguments: str):
        super().__init__()
        self.arguments = Arguments.read(self.site, self._besides, **arguments)
        self._job = _job
        """What a scheduler calls the run: scrapyd says it by an argument that it adds itself."""
        self._waiting: Waiting[Request] = Waiting()
        self._given = 0
        """Records so far."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.task = spider._task()
        spider.findings = findings_of(crawler)
        spider.findings.without_record = dict.fromkeys(spider.arguments.urls)
        # Redirected to a page that another request asks for already: that request gives the record.
        crawler.signals.connect(spider.request_dropped, signals.request_dropped)
        crawler.signals.connect(spider.spider_error, signals.spider_error)
        crawler.signals.connect(spider.item_scraped, signals.item_scraped)
        crawler.signals.connect(spider.spider_idle, signals.spider_idle)
        if not crawler.settings["COLLECTION"]:
            own = Collection(Path(crawler.settings["ARCHIVE_DIR"]) / spider._collection())
            name = collection_apart(own, spider.arguments.archives)
            if name != cls.name:  # that is the default; `scrapy shell` makes its spider when the settings are fixed
                crawler.settings.set("COLLECTION", name, priority="spider")
        replayed = bool(spider.arguments.archives)
        if replayed:
            answer_from_archives(crawler.settings)
        else:
            into = crawler.settings["COLLECTION"] or cls.name
            refuse_mixture(Collection(Path(crawler.settings["ARCHIVE_DIR"]) / into), crawler.settings["CONNECT_TO"])
            warn_of_no_contact(crawler.settings)
        spider.requisites = Requisites(crawler, spider.site, live=not replayed)
        return spider

    def _collection(self) -> str:
        """Return the name of the collection of what is crawled, unless COLLECTION names one."""
        return self.name

    def _task(self) -> Task:
        given = self.arguments
        return Task(
            job=self._job or "",
            full=given.full,
            archives=given.archives,
            at=given.at,
            parser=self.site.parser_version,
            scope=Scope(
                listed=not given.urls,
                full=given.full or bool(given.archives or given.urls),
                since=given.since is not None,
                recommendations=given.follows_recommendations,
                list_depth=self.settings.getint("LIST_DEPTH"),
                replayed=bool(given.archives),
                limit=given.limit,
            ),
        )

    async def start(self) -> AsyncIterator[Any]:
        self.findings.sought = True  # `scrapy fetch` and the like put another start here
        for url in self.arguments.without_user:
            argument = "url" if self.arguments.urls else "site"
            logger.warning(
                "-a %s: %s is asked for without the user and password that stand before its host", argument, url
            )
        if self.arguments.urls:
            for url in self.arguments.urls:
                yield self._for_article(url, named=url)
            return
        for url in self.site.start_urls:
            yield self._for_list(clean_url(url, keep_tracking=True), 0)
        for request in self._due():
            yield request

    def _due(self) -> Iterator[Request]:
        """Ask for what earlier runs know, after the lists, which show what is new."""
        for url in () if self._observer is None else self._observer.due(self._is_wanted):
            yield from self._in_turn(self._for_article(url, priority=-1), KNOWN)

    def _for_list(self, url: str, depth: int) -> Request:
        return Request(url, self.parse_list, errback=self.list_failed, meta=meta_of(ForList(depth=depth)))

    def _in_turn(self, request: Request, rank: int) -> Iterator[Request]:
        """Yield a request whose turn is now; where the articles are limited, it waits until nothing else is to be done.

        So no more is fetched than is wanted, and what the lists show first is wanted first.
        """
        if self.arguments.limit is None:
            yield request
        else:
            self._waiting.add(request, rank)

    def item_scraped(self) -> None:
        self._given += 1

    def spider_idle(self) -> None:
        """Go on with what waits, when nothing else is to be done."""
        requests = list(self._next())
        for request in requests:
            self.crawler.engine.crawl(request)
        if requests:
            raise DontCloseSpider

    def _next(self) -> Iterator[Request]:
        """Yield what is asked for next."""
        if self.arguments.limit is not None:
            yield from self._waiting.take(self.arguments.limit - self._given)

    def list_failed(self, failure: Failure) -> Iterable[Request]:
        """Count a list page that could not be fetched; the reason is in the log, and in the archive."""
        self._outcomes.raised(request_of(failure), failure.value)
        return ()

    def parse_list(self, response: Response) -> Iterator[Request]:
        """Follow a list page's articles, and its list pages unless all it shows is older than ``since``."""
        capture = capture_of(response)
        if not response.body.strip():
            self._outcomes.note(response.request, failure("empty page"))
            return
        try:
            links = self.site.links(response.body, response.url, headers_of(response))
        except MarkupError as error:
            self._out_of_bounds(response, error)
            return
        wanted = [
            link for link in links.articles if not self._is_older(self.site.listed_on(link, capture.captured))
        ]
        self.findings.counts.older += len(links.articles) - len(wanted)
        self.findings.lists.read += 1
        self.findings.lists.links += len(links.articles)
        self._count_dropped(response, links)
        if not links.articles:
            self.findings.lists.empty.append(response.url)
        for url in self._chosen(link.url for link in wanted):
            yield from self._in_turn(self._for_article(url, priority=1), NAMED)
        errand = errand_of(response.request)
        depth = errand.depth + 1 if isinstance(errand, ForList) else 1
        if depth <= self.settings.getint("LIST_DEPTH") and (wanted or not links.articles):
            for url in links.lists:
                yield from self._in_turn(self._for_list(url, depth), LISTS)

    def _recommended(self, article: Article) -> Iterator[Request]:
        if not self.arguments.follows_recommendations:
            return
        urls = [each.url for each in article.recommendations if each.url and self.site.is_article(each.url)]
        for url in self._chosen(self.site.canonical_url(url) for url in urls):
            yield from self._in_turn(self._for_article(url), NAMED)

    def _out_of_bounds(self, response: Response, error: MarkupError) -> None:
        logger.warning("%s: %s", response.url, error)
        self._outcomes.note(response.request, failure("markup out of bounds"), str(error))

    def _count_dropped(self, response: Response, links: Links) -> None:
        if links.unread:
            unread, first = counted(len(links.unread), "link"), shown(links.unread[0])
            logger.debug("%s: %s without an address, for one %s", response.url, unread, quoted(first))
        if links.unseen:
            logger.debug("%s: %s beyond those that are read of a page", response.url, counted(links.unseen, "link"))
        if dropped := len(links.unread) + links.unseen:
            self.findings.lists.dropped += dropped
