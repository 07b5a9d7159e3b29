"""The outcome of every request, from the moment that the engine takes it until it has ended.

Scrapy has no signal for either end. So the downloader, the scheduler and the middlewares that turn a request down
report here, and the scraper, which knows when callback and pipelines are through with an answer, is listened to. A
request carries its ticket of the :class:`RequestLedger` in its ``meta``; what a middleware makes of it, a retry or a
redirect, is known as the same object coming back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy import Request, signals
from scrapy.exceptions import IgnoreRequest
from scrapy.http.request import NO_CALLBACK
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from newsspider.crawl.errand import ForArticle, ForList, ForRequisite, errand_of
from newsspider.crawl.extensions.errors import Errors
from newsspider.crawl.outcome import outcome_of, words_of
from newsspider.crawl.robots import availability
from newsspider.crawl.task import findings_of
from newsspider.errors import NewsspiderError
from newsspider.runs.ledger import (
    ABSENT,
    ANSWERED,
    ASKED_ALREADY,
    CAPTURED,
    DROPPED,
    IGNORED,
    NOT_HANDED_ON,
    NOT_SENT,
    READ,
    RECORD,
    ROBOTS,
    Outcome,
    RequestLedger,
    failure,
)
from newsspider.warc.codings import BodyTooLargeError, ContentCodingError

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response

_TICKET = "ticket"

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
_KINDS_OF_ERRORS: dict[type[BaseException], str] = {
    BodyTooLargeError: _KINDS["length"],
    ContentCodingError: "damaged content coding",
}

_WITHOUT_A_WORD = {
    "article": failure("callback gave nothing", of_program=True),
    "list": READ,
    "page requisite": CAPTURED,
}
"""How a request ends whose callback is through, and of which nothing was noted."""


class Outcomes:
    """Keeps the ledger of a crawl, and reports each failure to :class:`Errors`."""

    def __init__(self, crawler: Crawler):
        self.ledger = RequestLedger()
        self._findings = findings_of(crawler)
        self._crawler = crawler
        self._at: dict[int, Request] = {}
        """By ticket, the request that it is at: the first, or the step that followed it."""
        self._led: set[int] = set()
        """Tickets whose next step was made, and is not taken up yet."""
        self._below: dict[int, int] = {}
        """By ticket, the one that the same object had when it was asked for once more."""
        self._made: set[int] = set()
        """Tickets of what the spider made, and no middleware has handed on yet."""
        self._direct: set[int] = set()
        """Tickets of what is fetched without a spider: a robots.txt, for instance."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        outcomes = cls(crawler)
        for handler in (
            outcomes.spider_opened, outcomes.request_scheduled, outcomes.request_dropped, outcomes.spider_error,
            outcomes.item_scraped, outcomes.item_dropped, outcomes.item_error,
        ):  # fmt: skip
            crawler.signals.connect(handler, getattr(signals, handler.__name__))
        return outcomes

    # -- taken up --------------------------------------------------------------------------------------------------

    def made(self, request: Request) -> None:
        """Take up a request as it leaves the spider: a spider middleware may keep it to itself."""
        if self._ticket(request) is None:
            ticket = self._ask(request)
            self._made.add(ticket)
            self.ledger.expect(ticket, NOT_HANDED_ON)

    def request_scheduled(self, request: Request) -> None:
        """Take up a request, unless it is known already; a handler of this signal may still turn it down."""
        ticket = request.meta.get(_TICKET)
        if ticket in self._made:  # it, or what a middleware made of it
            self._made.discard(ticket)
            self._carry_on(ticket, request)
        else:
            ticket = self._ticket(request)
            if ticket is None or ticket not in self._led:
                ticket = self._ask(request)
        self.ledger.expect(ticket, IGNORED)

    def queued(self, request: Request) -> None:
        """Note that a request waits in the scheduler, as at the end of a run that is asked to stop."""
        if (ticket := self._ticket(request)) is not None:
            self._led.discard(ticket)
            self.ledger.expect(ticket, NOT_SENT)

    def request_dropped(self, request: Request) -> None:
        """End a request for what was asked for already."""
        ticket = self._ticket(request)
        if ticket is None:
            return
        if "redirect_urls" in request.meta and of(request) == "article":
            # Whether that other request gives the record shows at the end; the spider notes it then.
            self.ledger.expect(ticket, ASKED_ALREADY)
        elif ticket in self._led and "redirect_urls" not in request.meta:
            # A retry, for instance, that is no duplicate of anything but of itself.
            self._end(request, failure("its next step was dropped as asked already", of_program=True))
        elif _is_start_list(request):
            # Of a list that pages link to, it is no more than another name.
            self._end(request, failure("led to what was asked for already"))
        else:
            self._end(request, ASKED_ALREADY)

    def taken(self, request: Request) -> None:
        """Note that a request is at the downloader; what comes there by no scheduler is fetched for its own sake."""
        ticket = self._ticket(request)
        if ticket is None:
            ticket = self._ask(request)
            self._direct.add(ticket)
        self._led.discard(ticket)
        self.ledger.expect(ticket, None)

    def _ask(self, request: Request) -> int:
        errand = errand_of(request)
        again = isinstance(errand, ForArticle) and errand.failed_before
        ticket = self.ledger.ask(request.url, of(request), again=again)
        if (before := self._ticket(request)) is not None:
            self._below[ticket] = before
        self._carry_on(ticket, request)
        return ticket

    def _carry_on(self, ticket: int, request: Request) -> None:
        self._at[ticket] = request
        request.meta[_TICKET] = ticket

    def _ticket(self, request: Request | None) -> int | None:
        """Return the ticket of a request; none where it only has a copy of what another carries."""
        ticket = None if request is None else request.meta.get(_TICKET)
        return ticket if ticket is not None and self._at.get(ticket) is request else None

    # -- from the downloader ---------------------------------------------------------------------------------------

    def fetched(self, result: Any, request: Request) -> Any:
        """Note what the downloader, with its middlewares, made of a request; return it."""
        ticket = self._ticket(request)
        if ticket is None:
            return result
        if isinstance(result, Request):
            self._carry_on(ticket, result)
            self._led.add(ticket)
            return result
        if isinstance(result, Failure):
            self.raised(request, result.value)
        if ticket in self._direct:
            self._end(request, _of_robots(result) if of(request) == "robots.txt" else ANSWERED)
        return result

    # -- from whoever turns a request down, or makes something of its answer ---------------------------------------

    def note(self, request: Request | None, outcome: Outcome, said: str = "") -> None:
        """Note how a request ends, unless something graver comes."""
        if request is None or (ticket := request.meta.get(_TICKET)) is None:
            return
        if outcome.failed:
            self._tell(request, outcome, said)
        elif outcome == ROBOTS and of(request) == "list":
            self._findings.lists.unread[said] += 1
        self.ledger.note(ticket, outcome, request.url)

    def raised(self, request: Request, error: BaseException | None) -> None:
        """Note what was raised instead of an answer, unless that is known already."""
        ticket = request.meta.get(_TICKET)
        if error is not None and (ticket is None or not self.ledger.is_noted(ticket)):
            outcome = _outcome_of(error)
            said = "" if outcome.kind and outcome.kind.startswith("HTTP ") else words_of(error)
            self.note(request, outcome, said)

    def turned_down(self, request: Request, error: IgnoreRequest) -> None:
        """End a request that a handler of ``request_scheduled`` turns down."""
        if self._ticket(request) is not None:
            self.raised(request, error)
            self._end(request, IGNORED)

    def _tell(self, request: Request, outcome: Outcome, said: str) -> None:
        """Count a failure under the address that was asked for."""
        asked = request.meta.get("redirect_urls", [request.url])[0]
        led = f"led to {request.url}" if asked != request.url and request.url not in said else ""
        asked_for, kind = of(request), str(outcome.kind)
        told_apart = f"{asked_for}: {kind}" if asked_for in ("robots.txt", "page requisite") else kind
        self._errors.add(told_apart, asked, ": ".join(filter(None, (led, said))))
        if asked_for == "list":
            self._findings.lists.unread[kind] += 1

    # -- from the scraper ------------------------------------------------------------------------------------------

    def spider_opened(self) -> None:
        """Listen to the scraper: what it returns is fired when callback and pipelines are through."""
        errors = self._crawler.get_extension(Errors)
        assert errors is not None, "Outcomes needs newsspider.crawl.extensions.errors.Errors in EXTENSIONS"
        self._errors = errors
        scraper: Any = self._crawler.engine.scraper
        enqueue = scraper.enqueue_scrape

        def listened(result: Any, request: Request) -> Any:
            return enqueue(result, request).addBoth(self._scraped, request)

        scraper.enqueue_scrape = listened

    def _scraped(self, result: Any, request: Request) -> Any:
        if self._ticket(request) is not None:
            self._end(request, _WITHOUT_A_WORD.get(of(request), ANSWERED))
        return result

    def spider_error(self, failure: Failure, response: Response | Failure | None) -> None:
        request = _request_of(response)
        if request is None:
            self._errors.add(f"callback raised {type(failure.value).__name__}", "start()", str(failure.value))
        else:
            self.note(request, _raised("callback", failure), str(failure.value))

    def item_scraped(self, response: Response | Failure | None) -> None:
        self.note(_request_of(response), RECORD)

    def item_dropped(self, exception: BaseException, response: Response | Failure | None) -> None:
        self.note(_request_of(response), getattr(exception, "outcome", DROPPED), str(exception))

    def item_error(self, item: Any, failure: Failure, response: Response | Failure | None) -> None:
        request = _request_of(response)
        if request is None:
            url = getattr(item, "url", type(item).__name__)
            self._errors.add(f"pipeline raised {type(failure.value).__name__}", url, str(failure.value))
        else:
            self.note(request, _raised("pipeline", failure), str(failure.value))

    # -- ended -----------------------------------------------------------------------------------------------------

    def _end(self, request: Request, otherwise: Outcome) -> None:
        ticket = request.meta[_TICKET]
        noted = self.ledger.is_noted(ticket)
        outcome = self.ledger.end(ticket, otherwise, request.url)
        if outcome.failed and not noted:
            self._tell(request, outcome, "")
        if (outcome.failed and of(request) == "list") or (outcome == ROBOTS and _is_start_list(request)):
            self._count_failed_list(request)
        del self._at[ticket]
        self._led.discard(ticket)
        self._direct.discard(ticket)
        if (below := self._below.pop(ticket, None)) is not None:
            request.meta[_TICKET] = below

    def _count_failed_list(self, request: Request) -> None:
        self._findings.counts.lists_failed += 1
        self._findings.lists.failed.append(request.url)

    def close(self) -> None:
        """End what nothing more will be heard of, when the crawl has ended."""
        for ticket in self._made:
            if _is_start_list(self._at[ticket]):
                self._count_failed_list(self._at[ticket])
        reason = self._crawler.stats.get_value("finish_reason")
        self.ledger.close(early=reason not in ("finished", "start_error"))


def _outcome_of(error: BaseException) -> Outcome:
    own = getattr(error, "outcome", None)
    if isinstance(own, Outcome):
        return own
    if isinstance(error, HttpError):
        return failure(f"HTTP {error.response.status}")
    kind = getattr(error, "kind", None) or _KINDS_OF_ERRORS.get(type(error)) or _KINDS.get(outcome_of(error))
    if isinstance(kind, str):
        return failure(kind)
    if isinstance(error, NewsspiderError):
        return failure(type(error).__name__)
    if isinstance(error, IgnoreRequest):
        # Somebody decided so; but not where a page could not be stored, or an archive not be read.
        return failure(str(error)) if isinstance(error.__cause__, NewsspiderError) else IGNORED
    return failure(type(error).__name__, of_program=not isinstance(error, OSError))


def _of_robots(answer: Any) -> Outcome:
    status = getattr(answer, "status", 0)
    return {"read": READ, "unavailable": ABSENT}.get(availability(status), failure(f"HTTP {status}"))


def _raised(where: str, raised: Failure) -> Outcome:
    # A pipeline that raises is graver: the verdict reports a single one.
    return failure(f"{where} raised {type(raised.value).__name__}", of_program=where == "callback")


_OF_CALLBACKS = {"parse_article": "article", "parse_list": "list", "parse_document": "list"}


def of(request: Request) -> str:
    """Name what a request asks for, as the manifest's ledger does."""
    if request.callback is NO_CALLBACK:
        return "robots.txt" if request.meta.get("dont_obey_robotstxt") else "other"
    if isinstance(errand_of(request), ForRequisite):
        return "page requisite"
    # By the callback: spiders hand the meta of an answer on to requests for something else, and a middleware may put a
    # request of its own, without any, in the place of one.
    return _OF_CALLBACKS.get(getattr(request.callback, "__name__", ""), "other")


def _is_start_list(request: Request) -> bool:
    """Tell whether it asks for a list that the site's rules name."""
    errand = errand_of(request)
    return of(request) == "list" and (not isinstance(errand, ForList) or errand.depth == 0)


def _request_of(response: Response | Failure | None) -> Request | None:
    return getattr(response, "request", None)
