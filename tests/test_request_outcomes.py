"""What becomes of a request on its way, told step by step, without a crawl: each ends once, as the gravest of it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from newsspider.crawl.errand import ForArticle, ForList, ForRequisite, meta_of
from newsspider.crawl.extensions.errors import Errors
from newsspider.crawl.extensions.outcomes import Outcomes, of
from newsspider.crawl.task import findings_of
from newsspider.runs.ledger import DROPPED, IGNORED, NOT_SENT, RECORD, ROBOTS, failure

URL = "https://news.example/1"


class Crawler:
    """What an extension sees of a crawl; what is scraped ends when ``scraped`` is fired."""

    def __init__(self) -> None:
        self.errors = Errors()
        self.handlers: list[Any] = []
        self.signals = SimpleNamespace(connect=lambda handler, signal: self.handlers.append(signal))
        self.reason: str | None = "finished"
        self.stats = SimpleNamespace(get_value=lambda name: self.reason)
        self.scraped: list[Deferred[Any]] = []
        self.engine = SimpleNamespace(scraper=SimpleNamespace(enqueue_scrape=self._enqueue))

    def _enqueue(self, result: Any, request: Request) -> Deferred[Any]:
        self.scraped.append(Deferred())
        return self.scraped[-1]

    def get_extension(self, kind: type) -> Errors:
        assert kind is Errors
        return self.errors


@pytest.fixture
def crawler() -> Crawler:
    return Crawler()


@pytest.fixture
def outcomes(crawler) -> Outcomes:
    made = Outcomes.from_crawler(crawler)
    made.spider_opened()
    return made


def parse_article(response: Response) -> None: ...


def parse_list(response: Response) -> None: ...


def parse_document(response: Response) -> None: ...


def article(url: str = URL, **meta: Any) -> Request:
    return Request(
        url, parse_article, meta=meta_of(ForArticle(asked=url, failed_before=meta.pop("again", False)), **meta)
    )


def listed(depth: int = 0, callback: Any = parse_list, url: str = URL) -> Request:
    return Request(url, callback, meta=meta_of(ForList(depth=depth)))


def ended(outcomes: Outcomes) -> list[tuple[str, str, str | None]]:
    """What was asked for, how it ended, and why, of all that has ended; and see that nothing ended never, or twice."""
    drawn = outcomes.ledger.drawn()
    assert (drawn.twice_count, drawn.asked) == (0, drawn.ended + drawn.never_count)
    return [(each.of, each.outcome, each.kind) for each in drawn.outcomes for _ in range(each.count)]


def failed(crawler: Crawler) -> dict[str, list[tuple[str, str | None]]]:
    return {each.kind: [(one.url, one.said) for one in each.examples] for each in crawler.errors.found()}


def handled(outcomes: Outcomes, crawler: Crawler, request: Request) -> None:
    """Let callback and pipelines be through with a request."""
    crawler.engine.scraper.enqueue_scrape(None, request)
    crawler.scraped[-1].callback(None)


def sent(outcomes: Outcomes, request: Request) -> Request:
    outcomes.made(request)
    outcomes.request_scheduled(request)
    outcomes.queued(request)
    outcomes.taken(request)
    return request


def test_request_ends_as_what_its_callback_made_of_it(outcomes, crawler):
    request = sent(outcomes, article())
    answer = Response(URL, request=request)
    assert outcomes.fetched(answer, request) is answer
    assert ended(outcomes) == []
    outcomes.item_scraped(answer)
    handled(outcomes, crawler, request)

    assert ended(outcomes) == [("article", "record", None)]
    outcomes.close()
    assert ended(outcomes) == [("article", "record", None)]


@pytest.mark.parametrize(
    ("request_", "outcome"),
    [
        (article(), ("article", "failure", "callback gave nothing")),
        (listed(), ("list", "read", None)),
        (listed(callback=parse_document), ("list", "read", None)),
        (Request(URL, print, meta=meta_of(ForRequisite(kind="images"))), ("page requisite", "captured", None)),
        (Request(URL, print), ("other", "answered", None)),
    ],
)  # fmt: skip
def test_request_of_which_nothing_was_noted_ends_by_what_it_was_for(request_, outcome, outcomes, crawler):
    request = sent(outcomes, request_.copy())
    handled(outcomes, crawler, request)

    assert ended(outcomes) == [outcome]
    assert bool(failed(crawler)) is (outcome[1] == "failure")


@pytest.mark.parametrize("fails", [False, True])
def test_scraper_is_listened_to_also_where_it_fails(fails, outcomes, crawler):
    request = sent(outcomes, article())
    ignored = crawler.engine.scraper.enqueue_scrape(None, request)
    ignored.addErrback(lambda failure: None)
    outcomes.item_scraped(Response(URL, request=request))
    crawler.scraped[-1].errback(ZeroDivisionError()) if fails else crawler.scraped[-1].callback(None)

    assert ended(outcomes) == [("article", "record", None)]


# -- what was not sent ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("steps", "outcome"),
    [
        (("made",), "not handed on"), (("made", "request_scheduled"), "ignored"),
        (("made", "request_scheduled", "queued"), "not sent"), (("request_scheduled",), "ignored"),
        (("request_scheduled", "queued"), "not sent"),
    ],
)  # fmt: skip
def test_request_of_which_nothing_more_is_heard_ends_by_where_it_was(steps, outcome, outcomes, crawler):
    request = article()
    for step in steps:
        getattr(outcomes, step)(request)
    crawler.reason = "shutdown"
    outcomes.close()

    assert ended(outcomes) == [("article", outcome, None)]


@pytest.mark.parametrize(
    ("reason", "lost"), [("finished", True), ("start_error", True), ("shutdown", False), ("x", False)]
)
def test_what_still_waits_is_lost_where_the_crawl_says_that_it_came_to_its_end(reason, lost, outcomes, crawler):
    request = article()
    outcomes.request_scheduled(request)
    outcomes.queued(request)
    crawler.reason = reason
    outcomes.close()

    assert ended(outcomes) == ([] if lost else [("article", "not sent", None)])
    sent(outcomes, article())  # and is never heard of again
    outcomes.close()
    assert outcomes.ledger.drawn().never_count == 1 + lost


def test_request_that_the_scheduler_knows_is_asked_already(outcomes, crawler):
    for request in (article(), listed(depth=1)):
        outcomes.made(request)
        outcomes.request_scheduled(request)
        outcomes.request_dropped(request)
    outcomes.request_dropped(article())  # of which nobody knows

    assert ended(outcomes) == [("article", "asked already", None), ("list", "asked already", None)]
    assert (failed(crawler), findings_of(crawler).counts.lists_failed) == ({}, 0)


def test_list_of_the_rules_that_leads_to_what_was_asked_for_could_not_be_read(outcomes, crawler):
    request = listed()
    outcomes.request_scheduled(request)
    outcomes.request_dropped(request)

    assert ended(outcomes) == [("list", "failure", "led to what was asked for already")]
    assert findings_of(crawler).counts.lists_failed == 1
    assert findings_of(crawler).lists.unread == {"led to what was asked for already": 1}


def test_redirect_of_an_article_to_what_was_asked_for_waits_for_the_spider_to_note_it(outcomes, crawler):
    request = sent(outcomes, article())
    followed = request.replace(url=URL + "b", meta=request.meta | {"redirect_urls": [URL]})
    outcomes.fetched(followed, request)
    outcomes.request_scheduled(followed)
    outcomes.request_dropped(followed)
    assert ended(outcomes) == []
    outcomes.close()
    assert ended(outcomes) == [("article", "asked already", None)]


@pytest.mark.parametrize(
    ("redirected", "outcome", "kind"),
    [(False, "failure", "its next step was dropped as asked already"), (True, "asked already", None)],
)
def test_retry_that_is_dropped_is_a_fault_of_a_program_and_a_redirect_is_none(redirected, outcome, kind, outcomes):
    request = sent(outcomes, listed(depth=1))
    meta = request.meta | ({"redirect_urls": [URL]} if redirected else {})
    again = request.replace(meta=meta)
    outcomes.fetched(again, request)
    outcomes.request_scheduled(again)
    outcomes.request_dropped(again)

    assert ended(outcomes) == [("list", outcome, kind)]


def test_retry_and_redirect_are_steps_of_one_request(outcomes, crawler):
    request = sent(outcomes, article())
    for _ in range(3):
        step = request.replace(dont_filter=True)
        assert outcomes.fetched(step, request) is step
        outcomes.request_scheduled(step)
        outcomes.queued(step)
        outcomes.taken(step)
        request = step
    outcomes.item_scraped(Response(URL, request=request))
    handled(outcomes, crawler, request)

    assert ended(outcomes) == [("article", "record", None)]


def test_request_that_carries_a_copy_of_another_s_meta_is_one_of_its_own(outcomes, crawler):
    first = sent(outcomes, article())
    second = sent(outcomes, Request(URL + "2", print, meta=first.meta))
    handled(outcomes, crawler, second)
    outcomes.item_scraped(Response(URL, request=first))
    handled(outcomes, crawler, first)

    assert sorted(ended(outcomes)) == [("article", "record", None), ("other", "answered", None)]


def test_request_that_is_yielded_again_is_asked_for_again(outcomes, crawler):
    request = sent(outcomes, Request(URL, print))
    outcomes.request_scheduled(request)  # the same object, while the first is on its way
    outcomes.taken(request)
    handled(outcomes, crawler, request)
    handled(outcomes, crawler, request)

    assert ended(outcomes) == [("other", "answered", None)] * 2


@pytest.mark.parametrize("taken_up", ["queued", "taken"])
def test_step_that_is_yielded_again_once_it_was_taken_up_is_asked_for_again(taken_up, outcomes):
    request = sent(outcomes, article())
    step = request.replace(dont_filter=True)
    outcomes.fetched(step, request)
    outcomes.request_scheduled(step)
    getattr(outcomes, taken_up)(step)
    assert outcomes.ledger.drawn().asked == 1
    outcomes.request_scheduled(step)

    assert outcomes.ledger.drawn().asked == 2


def test_request_that_no_scheduler_saw_is_its_own_though_it_has_a_copy_of_a_ticket(outcomes):
    request = sent(outcomes, article())
    outcomes.taken(Request(URL + "2", NO_CALLBACK, meta=request.meta))

    assert outcomes.ledger.drawn().asked == 2


def test_article_that_failed_before_is_counted_apart(outcomes, crawler):
    for again in (True, False):
        handled(outcomes, crawler, sent(outcomes, article(again=again)))

    assert outcomes.ledger.count("article", "failure") == 2
    assert outcomes.ledger.count("article", "failure", again=False) == 1


# -- what was raised --------------------------------------------------------------------------------------------------


class OwnError(Exception):
    outcome = NOT_SENT


@pytest.mark.parametrize(
    ("error", "outcome", "told"),
    [
        (HttpError(Response(URL, status=503), "no"), ("failure", "HTTP 503"), {"HTTP 503": [(URL, "")]}),
        (IgnoreRequest("no"), ("ignored", None), {}),
        (OwnError("no"), ("not sent", None), {}),
        (ZeroDivisionError("no"), ("failure", "ZeroDivisionError"), {"ZeroDivisionError": [(URL, "no")]}),
    ],
)  # fmt: skip
def test_request_ends_as_what_was_raised_in_place_of_an_answer(error, outcome, told, outcomes, crawler):
    request = sent(outcomes, article())
    failure_ = Failure(error)
    assert outcomes.fetched(failure_, request) is failure_
    handled(outcomes, crawler, request)

    assert ended(outcomes) == [("article", *outcome)]
    assert {kind: [(url, said or "") for url, said in examples] for kind, examples in failed(crawler).items()} == told


def test_first_that_is_noted_stands_where_something_is_raised_behind_it(outcomes, crawler):
    request = sent(outcomes, article())
    outcomes.note(request, failure("HTTP 403"), "")
    outcomes.raised(request, ZeroDivisionError("no"))
    handled(outcomes, crawler, request)

    assert ended(outcomes) == [("article", "failure", "HTTP 403")]
    assert set(failed(crawler)) == {"HTTP 403"}


def test_request_that_is_turned_down_when_it_is_scheduled_has_ended(outcomes, crawler):
    for error, outcome in ((IgnoreRequest("no"), "ignored"), (OwnError("no"), "not sent")):
        request = article()
        outcomes.request_scheduled(request)
        outcomes.turned_down(request, error)
        assert ("article", outcome, None) in ended(outcomes)
    outcomes.turned_down(article(), IgnoreRequest())  # of which nobody knows
    assert len(ended(outcomes)) == 2


@pytest.mark.parametrize(("callback", "of_program"), [("spider_error", True), ("item_error", False)])
def test_error_of_a_callback_is_one_of_a_program_and_that_of_a_pipeline_is_graver(
    callback, of_program, outcomes, crawler
):
    request = sent(outcomes, article())
    answer = Response(URL, request=request)
    if callback == "spider_error":
        outcomes.spider_error(Failure(KeyError("no")), answer)
    else:
        outcomes.item_error(object(), Failure(KeyError("no")), answer)
    handled(outcomes, crawler, request)

    assert outcomes.ledger.count("article", "failure", of_program=of_program) == 1
    assert outcomes.ledger.count("article", "failure", of_program=not of_program) == 0


def test_error_without_a_request_is_told_of_all_the_same(outcomes, crawler):
    outcomes.spider_error(Failure(KeyError("a")), None)
    outcomes.item_error(SimpleNamespace(url=URL), Failure(KeyError("b")), None)
    outcomes.item_error(3, Failure(KeyError("c")), None)

    assert failed(crawler) == {
        "callback raised KeyError": [("start()", "'a'")], "pipeline raised KeyError": [(URL, "'b'"), ("int", "'c'")],
    }  # fmt: skip


@pytest.mark.parametrize(("error", "outcome"), [(ValueError("no"), "dropped"), (OwnError("no"), "not sent")])
def test_item_is_dropped_for_a_reason_of_whoever_drops_it(error, outcome, outcomes, crawler):
    request = sent(outcomes, article())
    outcomes.item_dropped(error, Response(URL, request=request))
    handled(outcomes, crawler, request)

    assert ended(outcomes) == [("article", outcome, None)]
    assert DROPPED.name == "dropped"


def test_failure_is_told_under_the_address_that_was_asked_for(outcomes, crawler):
    request = sent(outcomes, article(URL + "3", redirect_urls=[URL, URL + "2"]))
    outcomes.note(request, failure("HTTP 404"), "gone")
    outcomes.note(request, failure("HTTP 403"), f"{URL}3 is closed")

    assert failed(crawler) == {
        "HTTP 404": [(URL, f"led to {URL}3: gone")], "HTTP 403": [(URL, f"{URL}3 is closed")]
    }  # fmt: skip


def test_failures_of_robots_txt_and_requisites_are_told_apart(outcomes, crawler):
    for request in (
        Request(URL, NO_CALLBACK, meta={"dont_obey_robotstxt": True}), article(),
        Request(URL, print, meta=meta_of(ForRequisite(kind="images"))),
    ):  # fmt: skip
        outcomes.note(sent(outcomes, request), failure("HTTP 500"))

    assert set(failed(crawler)) == {"robots.txt: HTTP 500", "HTTP 500", "page requisite: HTTP 500"}


# -- robots.txt and lists ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(200, ("read", None)), (404, ("absent", None)), (429, ("failure", "HTTP 429")), (503, ("failure", "HTTP 503"))],
)
def test_robots_txt_comes_by_no_scheduler_and_ends_with_its_answer(status, outcome, outcomes):
    request = Request("https://news.example/robots.txt", NO_CALLBACK, meta={"dont_obey_robotstxt": True})
    outcomes.taken(request)
    outcomes.fetched(Response(request.url, status=status), request)

    assert ended(outcomes) == [("robots.txt", *outcome)]


def test_what_is_fetched_for_its_own_sake_is_answered(outcomes):
    request = Request(URL, NO_CALLBACK)
    outcomes.taken(request)
    outcomes.fetched(Response(URL), request)

    assert (ended(outcomes), of(request)) == ([("other", "answered", None)], "other")


@pytest.mark.parametrize("depth", [0, 1])
def test_list_that_could_not_be_read_is_named_and_one_of_the_rules_also_where_robots_txt_forbids_it(
    depth, outcomes, crawler
):
    failing, forbidden = (sent(outcomes, listed(depth, url=f"{URL}/{n}")) for n in range(2))
    outcomes.note(failing, failure("HTTP 500"))
    outcomes.note(forbidden, ROBOTS, "robots.txt forbids it")
    for request in (failing, forbidden):
        handled(outcomes, crawler, request)

    lists, counts = findings_of(crawler).lists, findings_of(crawler).counts
    assert lists.unread == {"HTTP 500": 1, "robots.txt forbids it": 1}
    assert (list(lists.failed), counts.lists_failed) == (
        ([f"{URL}/0", f"{URL}/1"], 2) if depth == 0 else ([f"{URL}/0"], 1)
    )  # fmt: skip


def test_article_that_robots_txt_forbids_is_no_list_that_could_not_be_read(outcomes, crawler):
    outcomes.note(sent(outcomes, article()), ROBOTS, "robots.txt forbids it")

    assert findings_of(crawler).lists.unread == {}


@pytest.mark.parametrize(("depth", "count"), [(0, 1), (1, 0)])
def test_list_of_the_rules_that_was_not_handed_on_could_not_be_read(depth, count, outcomes, crawler):
    outcomes.made(listed(depth))
    outcomes.close()

    assert findings_of(crawler).counts.lists_failed == count
    assert ended(outcomes) == [("list", "not handed on", None)]


def test_all_signals_are_heard(outcomes, crawler):
    assert len(crawler.handlers) == 7
    assert (RECORD.name, IGNORED.name) == ("record", "ignored")
