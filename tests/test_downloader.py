"""What the downloader does with the requests that wait at a host, and with those on their way, without a network."""

from __future__ import annotations

import asyncio
from collections import deque
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.core.downloader import Downloader as ScrapyDownloader
from scrapy.exceptions import IgnoreRequest
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from newsspider.crawl import downloader as module
from newsspider.crawl.downloader import Downloader, RequestRefusedError
from newsspider.runs.ledger import NOT_SENT

URL = "https://news.example/"


class Call:
    def __init__(self, seconds: float, function: Any, *arguments: Any) -> None:
        self.seconds, self.told, self.cancelled = seconds, (function, arguments), False

    def cancel(self) -> None:
        self.cancelled = True


@pytest.fixture
def downloader(monkeypatch) -> Downloader:
    """One with two hosts, at which nothing waits; its clock shows what is in ``downloader.now``."""
    made = object.__new__(Downloader)
    made.slots = {name: SimpleNamespace(queue=deque(), latercall=None, delay=1.0, lastseen=0.0) for name in ("a", "b")}
    made._held_until, made._refused, made._least_delays, made._refusal = {}, {}, {}, None
    made._transfers = set()
    made.now = 1000.0
    monkeypatch.setattr(module, "monotonic", lambda: made.now)
    monkeypatch.setattr(module, "call_later", Call)
    made.get_slot_key = lambda request: request.meta["slot"]
    return made


def wait(downloader: Downloader, key: str, count: int) -> list[Any]:
    """Let requests wait at a host; return why each was sent away, in that order."""
    reasons: list[Any] = []
    for number in range(count):
        waiting: Deferred[Any] = Deferred()
        waiting.addErrback(lambda failure, number=number: reasons.append((number, failure.type, str(failure.value))))
        downloader.slots[key].queue.append((None, waiting))
    return reasons


def enqueued(downloader: Downloader, key: str, monkeypatch) -> Any:
    async def taken(self: Any, request: Request) -> str:
        return "taken"

    monkeypatch.setattr(ScrapyDownloader, "_enqueue_request", taken)
    return asyncio.run(downloader._enqueue_request(Request(URL, meta={"slot": key})))


def test_what_waits_is_not_sent_when_all_is_refused(downloader, monkeypatch):
    at_a, at_b = wait(downloader, "a", 2), wait(downloader, "b", 1)
    assert (downloader.refuses, enqueued(downloader, "a", monkeypatch)) == (False, "taken")
    downloader.refuse("the run ends")

    assert at_a == [(0, RequestRefusedError, "the run ends"), (1, RequestRefusedError, "the run ends")]
    assert (len(at_b), downloader.refuses) == (1, True)
    for key in ("a", "b", "new"):
        with pytest.raises(RequestRefusedError, match="the run ends"):
            enqueued(downloader, key, monkeypatch)


def test_one_host_alone_may_be_refused(downloader, monkeypatch):
    at_a, at_b = wait(downloader, "a", 1), wait(downloader, "b", 1)
    downloader.refuse_slot("a", "leave me alone")
    downloader.refuse_slot("new", "nor me")

    assert ([reason for _, _, reason in at_a], at_b, downloader.refuses) == (["leave me alone"], [], False)
    assert enqueued(downloader, "b", monkeypatch) == "taken"
    for key in ("a", "new"):
        with pytest.raises(RequestRefusedError):
            enqueued(downloader, key, monkeypatch)


def test_request_that_is_refused_was_not_sent_and_has_not_failed():
    assert issubclass(RequestRefusedError, IgnoreRequest)
    assert RequestRefusedError("x").outcome == NOT_SENT


def test_host_is_left_alone_for_as_long_as_the_longest_asks(downloader):
    slot = downloader.slots["a"]
    downloader.hold("a", 30)
    first = slot.latercall
    assert (first.seconds, first.told) == (30, (downloader._latercall, (slot,)))
    downloader.now += 10
    downloader.hold("a", 5)  # which ends before the first
    second = slot.latercall
    assert (first.cancelled, second.seconds) == (True, 20)
    downloader.now += 5
    downloader.hold("a", 60)
    assert (second.cancelled, slot.latercall.seconds, slot.latercall.cancelled) == (True, 60, False)
    downloader.now += 100
    downloader.hold("a", 1)
    assert slot.latercall.seconds == 1
    assert downloader.slots["b"].latercall is None


def test_host_that_asked_to_wait_is_not_asked_earlier_through_a_new_slot(downloader, monkeypatch):
    """Scrapy lets go of a slot at which nothing waits."""
    sent: list[Any] = []
    monkeypatch.setattr(ScrapyDownloader, "_process_queue", lambda self, slot: sent.append(slot.latercall))
    downloader.hold("a", 600)
    downloader.slots["a"] = SimpleNamespace(queue=deque(), latercall=None, delay=1.0, lastseen=0.0)
    downloader.now += 61
    downloader._process_queue(downloader.slots["a"])
    downloader._process_queue(downloader.slots["b"])
    assert (sent[0].seconds, sent[1]) == (539, None)

    downloader.slots["a"].latercall = None
    downloader.now += 539
    downloader._process_queue(downloader.slots["a"])
    assert sent[2] is None


@pytest.mark.parametrize(("least", "delay", "kept"), [(2.0, 1.0, 2.0), (0.5, 1.0, 1.0), (1.0, 1.0, 1.0)])
def test_no_delay_is_shorter_than_was_promised(least, delay, kept, downloader, monkeypatch):
    seen: list[float] = []
    monkeypatch.setattr(ScrapyDownloader, "_process_queue", lambda self, slot: seen.append(slot.delay))
    downloader.keep_delay("a", least)
    downloader.keep_delay("new", 9)
    for slot in downloader.slots.values():
        slot.delay = delay
        downloader._process_queue(slot)

    assert seen == [kept, delay]  # of the other host nothing was promised


def test_delay_counts_from_the_moment_at_which_a_request_was_sent(downloader, monkeypatch):
    for key, seen in (("a", 1000.0), ("new", None), (None, None)):
        downloader.note_sent(Request(URL, meta={} if key is None else {Downloader.DOWNLOAD_SLOT: key}))
        assert key != "a" or downloader.slots["a"].lastseen == seen
    assert downloader.slots["b"].lastseen == 0.0

    async def download(self: Any, slot: Any, request: Request) -> float:
        return float(slot.lastseen)

    monkeypatch.setattr(ScrapyDownloader, "_download", download)
    downloader.now = 2000.0
    assert asyncio.run(downloader._download(downloader.slots["b"], Request(URL))) == 2000.0


def test_request_is_counted_as_on_its_way_at_once(downloader, monkeypatch):
    async def nothing(self: Any, slot: Any, request: Request, queue_dfd: Any) -> None: ...

    monkeypatch.setattr(ScrapyDownloader, "_wait_for_download", nothing)
    slot, request = SimpleNamespace(transferring=set()), Request(URL)
    transfer = downloader._wait_for_download(slot, request, None)

    assert slot.transferring == {request}
    asyncio.run(transfer)


def test_what_is_on_its_way_is_broken_off_and_whoever_waits_hears_of_it(downloader):
    async def run() -> tuple[list[Any], int, int]:
        told: list[Any] = []
        answered: list[Deferred[Any]] = [Deferred(), Deferred()]
        for each in answered:
            each.addErrback(lambda failure: told.append((failure.type, str(failure.value))))
        done = asyncio.create_task(downloader._transfer(asyncio.sleep(0), answered[0]))
        await done
        hanging = asyncio.create_task(downloader._transfer(asyncio.Event().wait(), answered[1]))
        await asyncio.sleep(0)
        count = downloader.break_off()
        await hanging
        return told, count, downloader.break_off()

    downloader._refusal = "the run ends"
    assert asyncio.run(run()) == ([(RequestRefusedError, "the run ends")], 1, 0)


def test_error_of_a_transfer_is_no_breaking_off(downloader):
    async def fail() -> None:
        raise ZeroDivisionError

    answered: Deferred[Any] = Deferred()
    with pytest.raises(ZeroDivisionError):
        asyncio.run(downloader._transfer(fail(), answered))
    assert (downloader._transfers, answered.called) == (set(), False)


def test_every_end_of_a_request_is_told(downloader, monkeypatch):
    told: list[Any] = []

    class Outcomes:
        def taken(self, request: Request) -> None:
            told.append("taken")

        def fetched(self, result: Any, request: Request) -> Any:
            told.append(result.type if isinstance(result, Failure) else result)
            return None

    downloader._outcomes = Outcomes()
    for end in ("answer", ZeroDivisionError()):
        fetched: Deferred[Any] = Deferred()
        monkeypatch.setattr(ScrapyDownloader, "fetch", lambda self, request, fetched=fetched: fetched)
        downloader.fetch(Request(URL))
        fetched.errback(end) if isinstance(end, Exception) else fetched.callback(end)

    assert told == ["taken", "answer", "taken", ZeroDivisionError]
