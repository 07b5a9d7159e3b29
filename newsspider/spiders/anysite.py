"""The crawl of a site that has no file: its front page, feeds and sitemaps lead to its articles."""

from __future__ import annotations

import logging
import re
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import cached_property, partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from scrapy import Request, signals
from scrapy.spidermiddlewares.httperror import HttpError

from newsspider import sites
from newsspider.crawl.errand import ForList, capture_of, errand_of, meta_of
from newsspider.discovery.candidates import Candidate, Candidates
from newsspider.discovery.documents import is_html, read_document
from newsspider.discovery.links import read_page
from newsspider.discovery.shapes import Experience, is_plain
from newsspider.discovery.sitemaps import SitemapTooLargeError
from newsspider.parsing.markup import MarkupError
from newsspider.record.items import Lead
from newsspider.runs.ledger import ABSENT, failure
from newsspider.spiders.arguments import SpiderArgumentError
from newsspider.spiders.articles import request_of
from newsspider.spiders.headers import header_of, headers_of
from newsspider.spiders.hosts import clean_address, host_of, site_of
from newsspider.spiders.news import NewsSpider
from newsspider.spiders.waiting import Waiting
from newsspider.text.counted import counted
from newsspider.text.message import message
from newsspider.text.urls import absolute, is_within, names_user, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from newsspider.crawl.errand import ForArticle
    from newsspider.crawl.task import Task
    from newsspider.discovery.found import Document, Found
    from newsspider.discovery.links import PageLinks
    from newsspider.discovery.shapes import Likeness

logger = logging.getLogger(__name__)

_FEEDS = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml")
_SITEMAPS = ("/sitemap.xml", "/sitemap_index.xml", "/news-sitemap.xml")
"""Where they are asked for if nobody says where they are."""

_MAX_LISTS = 30
"""List pages of a run, besides the start pages."""
_MAX_SITEMAPS = 50
"""Sitemaps of a run, indexes among them."""
_MAX_NESTED = 3
"""Indexes that lead to a sitemap, one from the other."""
_ENOUGH = 2000
"""Articles that the sitemaps of a run name before no further one is read."""
_MAX_ASKED = 10_000
"""Articles that are asked for at once."""
_LEADS = ("feed", "sitemap", "list")
"""What counts first of several things that lead to an article."""
_REMEMBERED = 2000
"""Addresses of earlier runs that are learned from, of those that were articles and of those that were none."""


class AnySiteSpider(NewsSpider, site=sites.load(sites.ANY)):
    """Crawls any news site, one host a run; each host has a collection of its own, named after it without ``www``.

    Arguments: ``site`` (an address, or several of one host by commas) takes what is new on that site; ``url`` takes
    exactly the named articles. The others are those of every site. A host that has a site file is read by it.
    """

    _besides = "site, "

    def __init__(self, *, site: str | None = None, url: str | None = None, **arguments: str):
        if (site is None) == (url is None):
            raise SpiderArgumentError(
                message(
                    "news takes -a site=URL, as in -a site=https://www.example.org/, or -a url=URL for single articles"
                )
            )
        named = "url" if site is None else "site"
        given = re.split(r",\s*(?=https?:)", (site if url is None else url) or "", flags=re.IGNORECASE)
        addresses = dict.fromkeys(clean_address(each, named) for each in given)
        self.hosts = tuple(dict.fromkeys(map(host_of, addresses)))
        self.starts = () if site is None else tuple(addresses)
        self.site = site_of(tuple(addresses), self.starts)
        self.allowed_domains = [*self.site.domains]
        super().__init__(**arguments, **({} if url is None else {"url": url}))
        without_user = tuple(clean_address(each, named) for each in given if names_user(each))
        self.arguments = replace(self.arguments, without_user=without_user)
        self._experience = Experience()
        self._candidates: Candidates[Lead] = Candidates(self._experience)
        self._asked_due = False
        self._named_sitemaps: dict[str, None] = {}
        """Those that robots.txt names."""
        self._sitemaps: Waiting[tuple[str, int]] = Waiting()
        """Those that wait, with the number of indexes that led to each."""
        self._seen_sitemaps: set[str] = set()
        self._of_sitemaps = self._sitemaps_asked = 0
        self._lists: Waiting[tuple[str, int]] = Waiting()
        """List pages that wait, besides the start pages, with the number of pages that led to each."""
        self._headlined: Waiting[tuple[str, int]] = Waiting()
        """Those that a link calls what may be a headline."""
        self._seen_lists: set[str] = set()
        self._asked: set[str] = set()
        """Articles that are asked for."""
        self._perhaps: dict[str, str] = {}
        """Addresses of which only the text of the link says that they may be articles, with the page that has it."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.robots_parsed, signals.robots_parsed)
        return spider

    def _collection(self) -> str:
        if len(self.hosts) > 1:
            raise SpiderArgumentError(
                f"{' and '.join(self.hosts[:3])} are more than one site: crawl each by itself, "
                "or say by -s COLLECTION=NAME where all of it goes"
            )
        return self.hosts[0]

    def _task(self) -> Task:
        task = super()._task()
        assert task.scope is not None
        return replace(task, scope=replace(task.scope, starts=[*self.starts]))

    # -- what leads to articles ------------------------------------------------------------------------------------

    def robots_parsed(self, robotparser: Any, request: Request) -> None:
        """Take up the sitemaps that a robots.txt names, those of this site; another parser may name none."""
        for each in getattr(robotparser, "sitemaps", ()):
            url = absolute(request.url, each)
            if url and is_within(url, self.allowed_domains):
                self._named_sitemaps[url] = None
            else:
                logger.info("%s names a sitemap that is not of this site: %s", request.url, shown(each))
                self.findings.lists.dropped += 1

    def parse_list(self, response: Response) -> Iterator[Request]:
        """Read a page's links: to articles, to further lists and, of a start page, to feeds."""
        if self.site.articles:
            yield from super().parse_list(response)
            return
        errand = errand_of(response.request)
        depth = errand.depth if isinstance(errand, ForList) else 0
        feeds: dict[str, bool] = {}
        if depth == 0 and not is_html(headers_of(response)):
            self._read_document(response, nested=0, probed=False)
        elif not response.body.strip():
            self._outcomes.note(response.request, failure("empty page"))
        else:
            try:
                feeds = self._read_links(response, depth)
            except MarkupError as error:
                self._out_of_bounds(response, error)
        if depth == 0:
            yield from self._documents(response.url, feeds)

    def _read_links(self, response: Response, depth: int) -> dict[str, bool]:
        """Take up what a page leads to; return its feeds, each with whether the page names it as its own."""
        links = self._links(response)
        self._count_read(response, sum(each.likeness != "perhaps" for each in links.articles), links.dropped)
        if depth < self.settings.getint("LIST_DEPTH"):
            headlined = {each.url for each in links.articles}
            for url in filter(self.site.is_list, links.others):
                self._add_list(url, depth + 1, self._headlined if url in headlined else self._lists)
        return {url: place < links.declared for place, url in enumerate(links.feeds)}

    def _links(self, response: Response) -> PageLinks:
        """Take up the articles that a page links to, and return its links."""
        capture = capture_of(response)
        links = read_page(
            response.body, response.url, headers_of(response), capture.captured,
            canonical=self._own, likeness=self._learned.likeness,
        )  # fmt: skip
        likeness = {each.url: each.likeness for each in links.articles}
        self._take_up(links.articles, likeness, Lead(kind="list", locator=capture.where), response.url)
        for each in links.articles:
            if each.likeness == "perhaps":
                self._perhaps.setdefault(each.url, response.url)
        return links

    def _add_list(self, url: str, depth: int, waiting: Waiting[tuple[str, int]]) -> None:
        """Let a list wait until the feeds are read: an address of one word is that of an article where they name it."""
        if url in self._seen_lists:
            return
        if len(self._seen_lists) < _MAX_LISTS:
            self._seen_lists.add(url)
            waiting.add((url, depth), 0)
        else:
            self.findings.lists.dropped += 1

    def list_failed(self, failure: Failure) -> Iterable[Request]:
        """Count a list that could not be fetched; of a start page, feeds and sitemaps are looked for all the same."""
        request = request_of(failure)
        errand = errand_of(request)
        assert isinstance(errand, ForList)
        if errand.depth == 0 and isinstance(failure.value, HttpError):
            logger.warning("%s: HTTP %d", request.url, failure.value.response.status)
        if errand.probed and isinstance(failure.value, HttpError) and failure.value.response.status // 100 == 4:
            self._outcomes.note(request, ABSENT)
        else:
            super().list_failed(failure)
        return [*self._documents(request.url, {})] if errand.depth == 0 and not self.site.articles else []

    def _documents(self, start: str, feeds: Mapping[str, bool]) -> Iterator[Request]:
        """Ask for the feeds that a start page names, else for those that sites usually have; likewise for sitemaps."""
        for url, declared in (feeds or dict.fromkeys(_below(start, _FEEDS), False)).items():
            yield self._for_document(url, probed=not declared)
        for url in self._named_sitemaps or _below(start, _SITEMAPS):
            self._add_sitemap(url, 0, 0)

    def _for_document(self, url: str, *, nested: int = 0, probed: bool = False) -> Request:
        meta = meta_of(ForList(depth=nested + 1, probed=probed))
        return Request(url, self.parse_document, errback=self.list_failed, meta=meta)

    def _add_sitemap(self, url: str, nested: int, place: int) -> None:
        """Let a sitemap wait for its turn: each that robots.txt names, then the newest of each index, and so on.

        One index of all the past could keep the sitemap of today's news from being read.
        """
        if url in self._seen_sitemaps:
            return
        if nested > _MAX_NESTED:
            self.findings.lists.dropped += 1
            return
        self._seen_sitemaps.add(url)
        self._sitemaps.add((url, nested), nested + place)

    def parse_document(self, response: Response) -> None:
        """Read a feed or a sitemap."""
        errand = errand_of(response.request)
        assert isinstance(errand, ForList)
        self._read_document(response, nested=errand.depth, probed=errand.probed)

    def _read_document(self, response: Response, *, nested: int, probed: bool) -> None:
        capture = capture_of(response)
        try:
            document = read_document(response.body, response.url, header_of(response, "Content-Type"), capture.captured)
        except SitemapTooLargeError as error:
            logger.warning("%s", error)
            self._outcomes.note(response.request, failure("sitemap out of bounds"), str(error))
            return
        if document is None:
            # Many sites answer every address with a page.
            self._outcomes.note(response.request, ABSENT if probed else failure("neither feed nor sitemap"))
            return
        self._of_document(response, document)
        for place, each in enumerate(document.documents):
            if not is_within(each.url, self.allowed_domains):
                self.findings.lists.dropped += 1
            elif not self._is_before_since(each.latest):
                self._add_sitemap(each.url, nested, place)

    def _of_document(self, response: Response, document: Document) -> None:
        lead = Lead(kind="feed" if document.kind == "feed" else "sitemap", locator=capture_of(response).where)
        articles = [replace(each, url=own) for each in document.articles if (own := self._own(each.url))]
        elsewhere = [each.url for each in document.articles if host_of(each.url) not in self.hosts]
        if elsewhere:
            level = logging.INFO if articles else logging.WARNING
            others = counted(len(elsewhere), "address")
            logger.log(level, "%s names %s of other hosts, as %s", response.url, others, elsewhere[0])
        likeness: dict[str, Likeness] = dict.fromkeys((each.url for each in articles), "named")
        if document.kind == "sitemap":  # which names every page of a site
            likeness = {each.url: self._learned.likeness(each.url) for each in articles}
            articles = [each for each in articles if likeness[each.url] != "no"]
        if document.kind != "feed":
            self._of_sitemaps += len(articles)
        if document.dropped:
            logger.info("%s: %s not read", response.url, counted(document.dropped, "entry"))
        self._count_read(response, len(articles), document.dropped + len(elsewhere), leads_on=bool(document.documents))
        self._take_up(articles, likeness, lead, response.url)

    def _count_read(self, response: Response, articles: int, dropped: int, *, leads_on: bool = False) -> None:
        self.findings.lists.read += 1
        self.findings.lists.links += articles
        self.findings.lists.dropped += dropped
        if not (articles or leads_on):
            self.findings.lists.empty.append(response.url)

    # -- which articles --------------------------------------------------------------------------------------------

    def _own(self, url: str) -> str | None:
        """Return the canonical form of an address of this site; None for others, and for the front page."""
        url = self.site.canonical_url(url)
        return url if self.site.is_article(url) else None

    def _wanted(self, found: Iterable[Found]) -> Iterator[Found]:
        """Yield what is not certainly from before ``since``."""
        for each in found:
            day = self.site.published_from_url(each.url)
            if self._is_before_since(each.latest) and (day is None or self._is_older(day)):
                self.findings.counts.older += 1
            else:
                yield each

    def _is_before_since(self, latest: datetime | None) -> bool:
        # A day of grace: which day it is depends on the zone.
        return latest is not None and self._is_older(latest.date() + timedelta(days=1))

    def _take_up(
        self, found: Iterable[Found], likeness: Mapping[str, Likeness], lead: Lead, document: str
    ) -> None:
        """Keep what a document names until nothing else is on its way.

        Then it is known what else names it, and what led to a record does not depend on which answer came first.
        """
        for place, each in enumerate(self._wanted(found)):
            page = None if self._observer is None else self._observer.find(each.url)
            how = likeness[each.url]
            if how in ("named", "sure") or page is None or page.state == "seen":  # else it is known what it is
                order = _LEADS.index(lead.kind), document, place
                if not self._candidates.add(Candidate(url=each.url, likeness=how, lead=lead, place=order)):
                    self.findings.lists.dropped += 1

    @cached_property
    def _learned(self) -> Experience:
        """Return the shapes of article addresses here, as earlier runs and this one saw them."""
        if self._observer is not None:
            for is_article in (True, False):
                for url in self._observer.turned_out(article=is_article, most=_REMEMBERED):
                    self._experience.add(url, is_article=is_article)
        return self._experience

    def _learn(self, request: Request, *, is_article: bool) -> None:
        asked, lists = self._errand(request).asked, self.findings.lists
        self._learned.add(asked, is_article=is_article)
        if is_article and (page := self._perhaps.pop(asked, None)):
            lists.links += 1
            if page in lists.empty:
                lists.empty.remove(page)

    def _due(self) -> Iterator[Request]:
        """Leave what earlier runs know until lists and feeds are read: they may lead to it again."""
        return iter(())

    def _next(self) -> Iterator[Request]:
        limit = self.arguments.limit
        most = _MAX_ASKED if limit is None else limit - self._given
        if most <= 0:
            return
        plain, headlined = partial(self._listed, self._lists), partial(self._listed, self._headlined)
        for step in (self._named, self._known, plain, self._sitemap, self._guessed, headlined):
            if requests := list(step(most)):
                yield from requests
                return

    def _named(self, most: int) -> Iterator[Request]:
        return self._for_candidates(lambda: self._candidates.named(most), guessed=False)

    def _known(self, most: int) -> Iterator[Request]:
        if not self._asked_due and not self.arguments.urls:
            self._asked_due = True
            yield from super()._due()
        yield from super()._next()

    def _listed(self, waiting: Waiting[tuple[str, int]], most: int) -> Iterator[Request]:
        """Ask for the lists that wait, but for those that turned out to be articles."""
        requests: list[Request] = []
        while not requests and (taken := list(waiting.take(most))):
            requests = [self._for_list(url, depth) for url, depth in taken if not self._is_asked(url)]
        yield from requests

    def _is_asked(self, url: str) -> bool:
        """Whether a page is asked for as an article, or was one in an earlier run."""
        page = None if self._observer is None else self._observer.find(url)
        return url in self._asked or (page is not None and page.state == "article")

    def _sitemap(self, most: int) -> Iterator[Request]:
        if self._of_sitemaps < _ENOUGH and self._sitemaps_asked < _MAX_SITEMAPS:
            for url, nested in self._sitemaps.take(1):
                self._sitemaps_asked += 1
                yield self._for_document(url, nested=nested, probed=not nested and url not in self._named_sitemaps)
        elif left := self._sitemaps.let_go():
            logger.info("%s not read, the first of them %s", counted(len(left), "sitemap"), left[0][0])
            self.findings.lists.dropped += len(left)

    def _guessed(self, most: int) -> Iterator[Request]:
        return self._for_candidates(lambda: self._candidates.guesses(most), guessed=True)

    def _for_candidates(self, take: Callable[[], list[Candidate[Lead]]], *, guessed: bool) -> Iterator[Request]:
        """Ask for the next candidates of which not all are known."""
        chosen: list[str] = []
        while not chosen and (found := {each.url: each for each in take()}):
            chosen = list(self._chosen(found))
        for url in chosen:
            # That others of its shape were articles says little where sections have it too.
            may_be_section = found[url].likeness != "named" and is_plain(url)
            yield self._for_article(url, lead=found[url].lead, guessed=guessed or may_be_section)

    def _for_article(self, url: str, **more: Any) -> Request:
        if more.get("named"):
            more["lead"] = Lead(kind="named")
        elif "lead" not in more and not self._learned.evidence(url):  # an earlier run saw it, and perhaps guessed
            more["guessed"] = True
        request = super()._for_article(url, **more)
        self._asked.add(self.site.canonical_url(url))
        if url in self._seen_lists:  # and perhaps read as one, before anything named it as an article
            request = request.replace(dont_filter=True)
        return request

    def _no_article(self, response: Response, errand: ForArticle) -> None:
        """Remember an address that gives no article, and what the page there links to: it may be a list."""
        super()._no_article(response, errand)
        if errand.named is None and response.status == HTTPStatus.OK and is_html(headers_of(response)):
            with suppress(MarkupError):  # which it was left unread for
                self._links(response)


def _below(start: str, paths: Iterable[str]) -> list[str]:
    return [url for path in paths if (url := absolute(start, path))]
