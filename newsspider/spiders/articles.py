"""From an article's address to its record: how it is asked for, and the possible outcomes."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.spidermiddlewares.httperror import HttpError

from newsspider.crawl.downloader import RequestRefusedError
from newsspider.crawl.errand import ForArticle, GoingOn, capture_of, errand_of, meta_of
from newsspider.crawl.extensions.outcomes import Outcomes, of
from newsspider.crawl.extensions.run import Run
from newsspider.crawl.task import TaskSpider
from newsspider.history.events import GONE, Sighting
from newsspider.parsing.unparsed import UnparsedPageError
from newsspider.runs.ledger import (
    ALIAS,
    ASKED_AGAIN,
    DUPLICATE,
    NO_ARTICLE,
    OLDER,
    READ,
    UNCHANGED,
    WRONG_GUESS,
    failure,
)
from newsspider.runs.ledger import GONE as ENDED_GONE
from newsspider.spiders.aliases import Aliases
from newsspider.spiders.headers import header_of, headers_of
from newsspider.text.clock import SHANGHAI

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scrapy.http import Response
    from twisted.python.failure import Failure

    from newsspider.history.ledger import KnownPage
    from newsspider.history.observer import Observer
    from newsspider.parsing.article import Parsed
    from newsspider.parsing.site import Site
    from newsspider.record.items import Article, Lead
    from newsspider.runs.findings import Findings
    from newsspider.spiders.arguments import Arguments
    from newsspider.spiders.requisites import Requisites

logger = logging.getLogger(__name__)

_GONE_STATUSES = sorted(GONE)
"""Answers that are no pages, and say something of an article."""

_NOT_MODIFIED = 304


class ArticleSpider(TaskSpider):
    """Asks for articles of one site, and makes their records; what leads to them is left to who inherits."""

    site: Site
    """The site's rules: a site of :mod:`newsspider.sites`."""

    allowed_domains: list[str]

    requisites: Requisites

    findings: Findings

    arguments: Arguments

    def __init__(self) -> None:
        super().__init__()
        self._aliases: Aliases[Request] = Aliases()

    @cached_property
    def _observer(self) -> Observer | None:
        run = self.crawler.get_extension(Run)
        assert run is not None, "the spider needs newsspider.crawl.extensions.run.Run in EXTENSIONS"
        return run.observer

    @cached_property
    def _outcomes(self) -> Outcomes:
        outcomes = self.crawler.get_extension(Outcomes)
        assert outcomes is not None, "the spider needs newsspider.crawl.extensions.outcomes.Outcomes in EXTENSIONS"
        return outcomes

    def _for_article(
        self,
        url: str,
        *,
        lead: Lead | None = None,
        priority: int = 0,
        named: str | None = None,
        conditional: bool = True,
        guessed: bool = False,
    ) -> Request:
        asked = self.site.canonical_url(url)
        if self._observer is None:
            errand = ForArticle(asked=asked, named=named, lead=lead, guessed=guessed)
            return Request(url, self.parse_article, priority=priority, meta=meta_of(errand))
        page = self._observer.find(asked)
        conditions = self._conditions(page) if conditional and named is None else {}
        errand = ForArticle(
            asked=asked,
            named=named,
            was_article=page is not None and page.last is not None,
            failed_before=page is not None and page.last is None and page.failures > 0,
            lead=lead,
            guessed=guessed and (page is None or page.last is None),
        )
        statuses = [*_GONE_STATUSES, *([_NOT_MODIFIED] if conditions else ())]
        return Request(
            url,
            self.parse_article,
            errback=self.article_failed,
            headers=conditions,
            priority=priority,
            meta=meta_of(errand, handle_httpstatus_list=statuses),
            # Where an article has moved is looked at for its sake, also if that page is asked for anyway.
            dont_filter=page is not None and page.state == "article",
        )

    def _errand(self, request: Request | None) -> ForArticle:
        """Return what an article's request is for; of one that a middleware made, that its own address is asked for."""
        assert request is not None
        errand = errand_of(request)
        if isinstance(errand, ForArticle):
            return errand
        return ForArticle(asked=self.site.canonical_url(request.meta.get("redirect_urls", [request.url])[0]))

    def _conditions(self, page: KnownPage | None) -> dict[str, bytes]:
        """Return the header fields by which a site sends a known page only if it changed."""
        if page is None or page.state != "article" or page.parser != self.site.parser_version or self.task.full:
            return {}
        if not self.settings.getbool("CONDITIONAL_REQUESTS"):
            return {}
        validators = {"If-None-Match": page.etag, "If-Modified-Since": page.last_modified}
        return {name: value.encode("latin-1") for name, value in validators.items() if value}

    def request_dropped(self, request: Request) -> None:
        """Redirected to a page that is asked for already: if that is another article, it gives the record.

        Whether it does shows at the end: it may lead elsewhere itself.
        """
        if "redirect_urls" not in request.meta or of(request) != "article":
            return
        url = request.meta["redirect_urls"][0]
        asked = self.site.canonical_url(url)
        landed = self.site.canonical_url(request.url)
        if self.site.is_article(request.url) and landed != asked:
            self._aliases.lead(asked, landed, request)
            return
        logger.warning("%s leads to %s, as other pages do, and that is no article", url, request.url)
        self._count_unparsed(request)
        if self._observer is not None:
            self._observer.failed(asked)

    def closed(self, reason: str) -> None:
        """Tell the addresses that are another name of an article from those that lead to each other in a circle."""
        for asked, last, failed, request in self._aliases.ended():
            if last is not None and not failed:
                self._outcomes.note(request, ALIAS)
                self.findings.same.add(last)
                self._has_record(self._errand(request))
                if self._observer is not None:
                    self._observer.leads_to_another(asked)
                continue
            if last is None:
                logger.warning("%s leads to %s, and from there to no page but back", asked, request.url)
                self._count_unparsed(request)
            else:
                self._outcomes.note(request, failure("led to an article that failed"))
            if self._observer is not None:
                self._observer.failed(asked)

    def article_failed(self, failure: Failure) -> None:
        """Remember a page that could not be fetched; the reason is in the log, and in the archive."""
        request = request_of(failure)
        self._outcomes.raised(request, failure.value)
        if isinstance(failure.value, HttpError) and self._errand(request).named is not None:
            logger.warning("%s: HTTP %d", request.url, failure.value.response.status)
        downloader: Any = self.crawler.engine.downloader
        if downloader.refuses or isinstance(failure.value, RequestRefusedError):  # which says nothing of the page
            return
        self._note_failed(request)
        if self._observer is not None:
            self._observer.failed(self._errand(request).asked)

    def spider_error(self, response: Response) -> None:
        if response.request is None or of(response.request) != "article":
            return
        self._note_failed(response.request)
        if self._observer is not None:
            self._observer.failed(self._errand(response.request).asked)

    def parse_article(self, response: Response) -> Iterator[Article | Request]:
        """Turn an article page into its record; a page that cannot be explained is reported, and stays archived."""
        capture = capture_of(response)
        assert response.request is not None
        errand = self._errand(response.request)
        if errand.going_on is not None:
            yield from self._further_page(response, errand, errand.going_on)
            return
        if response.status in _GONE_STATUSES:
            # That an article is gone is news, and no failure.
            ended = ENDED_GONE if errand.was_article else failure(f"HTTP {response.status}")
            self._outcomes.note(response.request, ended)
            if not errand.was_article:
                self._note_failed(response.request)
            if errand.named is not None:
                logger.warning("%s: HTTP %d", response.url, response.status)
            self._no_article(response, errand)
            return
        if response.status == _NOT_MODIFIED:
            yield from self._not_modified(response, errand)
            return
        try:
            page = self.site.parse_page(response.body, capture.url, headers_of(response), capture.captured)
        except UnparsedPageError as error:
            logger.warning("%s", self._why_none(response, errand, error))
            self._count_unparsed(response.request)
            self._no_article(response, errand)
            return
        article = page.article
        self._outcomes.note(response.request, READ)
        self._learn(response.request, is_article=True)
        self._has_record(errand)
        self.findings.giving.add(response.url, article.provenance.fields)
        if article.published_at is not None and self._is_older(article.published_at.date()):
            self.findings.counts.older += 1
            self._outcomes.note(response.request, OLDER)
            if self._observer is not None:
                self._observer.passed_over(errand.asked, capture.captured, article.published_at)
            return
        yield from self.requisites.of_article(response, article)
        article.archive, article.discovered = capture.where, errand.lead
        from newsspider.parsing.pages import Pages  # with the parser, which has been imported for the page

        pages = Pages(self.site, page)
        if pages.wanted is None:
            yield from self._give(response, response.request, errand, page)
        else:
            yield self._for_further_page(response.request, errand, GoingOn(pages, response))

    def _for_further_page(self, request: Request, errand: ForArticle, going_on: GoingOn) -> Request:
        """Ask for the next page of an article, in the place of a *request* for the one before."""
        self._outcomes.note(request, ASKED_AGAIN)
        assert going_on.pages.wanted is not None
        return Request(
            going_on.pages.wanted,
            self.parse_article,
            errback=self.further_page_failed,
            priority=2,  # before other articles, so that the pages are of one time
            meta=meta_of(replace(errand, going_on=going_on)),
            dont_filter=True,
        )

    def _further_page(self, response: Response, errand: ForArticle, going_on: GoingOn) -> Iterator[Article | Request]:
        assert response.request is not None
        capture, pages = capture_of(response), going_on.pages
        self._outcomes.note(response.request, READ)
        if "redirect_urls" in response.request.meta:
            logger.warning("%s: a further page leads to %s", going_on.first.url, response.url)
            pages.fail()
        else:
            pages.add(response.body, capture.url, headers_of(response), capture.captured, capture.where)
            yield from self.requisites.of_article(response, pages.first.article)
        if pages.wanted is None:
            yield from self._give(going_on.first, response.request, errand, pages.whole())
        else:
            yield self._for_further_page(response.request, errand, going_on)

    def further_page_failed(self, failure: Failure) -> Iterator[Article | Request]:
        """Give the record of the pages that were had; the reason is in the log, and in the archive."""
        request = request_of(failure)
        self._outcomes.raised(request, failure.value)
        errand = self._errand(request)
        assert errand.going_on is not None
        errand.going_on.pages.fail()
        yield from self._give(errand.going_on.first, request, errand, errand.going_on.pages.whole())

    def _give(self, response: Response, last: Request, errand: ForArticle, page: Parsed) -> Iterator[Article | Request]:
        """Give the record of an article unless it is known; *response* is its first page, *last* asked for the last."""
        article = page.article
        if page.site_facts is not None:
            page.site_facts.archive = article.archive
            self.findings.site_facts.setdefault(page.site_facts.id, page.site_facts)
        left_out = None if self._observer is None else self._observer.left_out(
            article,
            asked=errand.asked,
            landed=self.site.canonical_url(response.url),
            etag=header_of(response, "ETag"),
            last_modified=header_of(response, "Last-Modified"),
            always=bool(self.arguments.urls),
        )
        if left_out is None:
            yield article
        else:
            if left_out == "duplicate":
                self.findings.same.add(article.canonical_url)
            self._outcomes.note(last, UNCHANGED if left_out == "unchanged" else DUPLICATE)
        yield from self._recommended(article)

    def _recommended(self, article: Article) -> Iterable[Request]:
        """Return requests for the articles that one recommends, where they are wanted."""
        return ()

    def _not_modified(self, response: Response, errand: ForArticle) -> Iterator[Request]:
        """Believe a site that a page is as it was, unless it says so of another page than the one asked for."""
        assert self._observer is not None
        if self.site.canonical_url(response.url) == errand.asked:
            self._outcomes.note(response.request, UNCHANGED)
            self._observer.not_modified(errand.asked, capture_of(response).captured)
        else:  # the validators went along with a redirect
            self._outcomes.note(response.request, ASKED_AGAIN)
            yield self._for_article(errand.asked, lead=errand.lead, conditional=False)

    def _no_article(self, response: Response, errand: ForArticle) -> None:
        """Remember an article's address that gives none."""
        if self._observer is None:
            return
        if response.status not in GONE and not response.body.strip():  # a fault: it says nothing of the article
            self._observer.failed(errand.asked)
            return
        capture = capture_of(response)
        landed = self.site.canonical_url(response.url)
        self._observer.no_article(
            asked=errand.asked,
            seen=Sighting(at=capture.captured, where=capture.where),
            status=response.status,
            to_url=None if landed == errand.asked else landed,
        )

    def _why_none(self, response: Response, errand: ForArticle, error: UnparsedPageError) -> str:
        """Say of a page that gave no record that it was an article before, or what it lacks; by its own address."""
        leads = "" if self.site.canonical_url(response.url) == errand.asked else f" leads to {response.url}, and"
        if self._observer is not None and self._observer.was_article(errand.asked):
            return (
                f"{errand.asked}{leads} shows no article any more, as it did before; the end of the run decides "
                "whether it counts as gone (soft_gone)"
            )
        return f"{errand.asked}{leads} gives no record: {error}" if leads else str(error)

    def _count_unparsed(self, request: Request) -> None:
        """Count a page that gave no record, under the address that was asked for."""
        self._note_failed(request)
        self._learn(request, is_article=False)
        if self._errand(request).guessed:
            self._outcomes.note(request, WRONG_GUESS)
            return
        self.findings.unparsed.append(request.meta.get("redirect_urls", [request.url])[0])
        self.findings.counts.unparsed += 1
        self._outcomes.note(request, NO_ARTICLE)

    def _learn(self, request: Request, *, is_article: bool) -> None:
        """Learn what a page is; a site with a file knows it beforehand, by the address."""

    def _note_failed(self, request: Request) -> None:
        asked = request.meta.get("redirect_urls", [request.url])[0]
        self._aliases.fail(*map(self.site.canonical_url, (asked, request.url)))

    def _has_record(self, errand: ForArticle) -> None:
        """Strike out the article named by ``-a url`` that a request was for, if it was for one."""
        if errand.named is not None:
            self.findings.without_record.pop(errand.named, None)

    def _chosen(self, urls: Iterable[str]) -> Iterable[str]:
        """Return those of the addresses of articles that are to be fetched."""
        return urls if self._observer is None else self._observer.choose(urls, self._is_wanted)

    def _is_wanted(self, page: KnownPage) -> bool:
        return page.published is None or not self._is_older(datetime.fromtimestamp(page.published, SHANGHAI).date())

    def _is_older(self, day: date | None) -> bool:
        since = self.arguments.since
        return since is not None and day is not None and day < since


def request_of(failure: Failure) -> Request:
    """Return the request of an errback's failure, which Scrapy adds to it."""
    request: Request = failure.request  # type: ignore[attr-defined]
    return request
