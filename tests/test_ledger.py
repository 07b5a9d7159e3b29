"""The ledger of a run's requests: each ends once, the gravest of what was noted counts, and the sum is drawn."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsspider.runs.ledger import (
    ANSWERED,
    ASKED_ALREADY,
    IGNORED,
    NOT_SENT,
    READ,
    RECORD,
    UNCHANGED,
    Outcome,
    RequestLedger,
    failure,
)

URL = "https://news.example/1"
OUTCOMES = [RECORD, UNCHANGED, IGNORED, failure("HTTP 503"), failure("callback raised KeyError", of_program=True)]


def counts(ledger: RequestLedger) -> dict[tuple[str, str | None], int]:
    return {(each.outcome, each.kind): each.count for each in ledger.drawn().outcomes}


@pytest.mark.parametrize(
    ("noted", "ended"),
    [
        ([], "answered"),
        ([READ], "answered"),
        ([READ, UNCHANGED], "unchanged"),
        ([UNCHANGED, IGNORED], "unchanged"),
        ([UNCHANGED, RECORD], "record"),
        ([RECORD, UNCHANGED], "record"),
        ([failure("HTTP 503"), failure("timeout")], "failure"),
        ([RECORD, failure("callback raised KeyError")], "failure"),
        ([failure("HTTP 503"), RECORD, failure("timeout")], "failure"),
    ],
)
def test_gravest_of_what_was_noted_counts_and_of_equals_the_first(noted, ended):
    ledger = RequestLedger()
    ticket = ledger.ask(URL, "article")
    for outcome in noted:
        ledger.note(ticket, outcome)

    assert ledger.end(ticket, ANSWERED).name == ended
    (line,) = ledger.drawn().outcomes
    assert (line.of, line.outcome, line.count, line.example) == ("article", ended, 1, URL)
    assert line.kind == next((outcome.kind for outcome in noted if outcome.failed), None)


@given(st.lists(st.tuples(st.sampled_from(["article", "list"]), st.lists(st.sampled_from(OUTCOMES), max_size=3))))
def test_sum_is_even_whatever_the_requests_come_to(requests):
    ledger = RequestLedger()
    tickets = [ledger.ask(f"{URL}{number}", of) for number, (of, _) in enumerate(requests)]
    for ticket, (_, noted) in zip(tickets, requests, strict=True):
        for outcome in noted:
            ledger.note(ticket, outcome)
    for ticket in reversed(tickets):
        ledger.end(ticket, ANSWERED)

    drawn = ledger.drawn()
    assert drawn.asked == drawn.ended == len(requests) == sum(line.count for line in drawn.outcomes)
    assert (drawn.never, drawn.never_count, drawn.twice, drawn.twice_count) == ([], 0, [], 0)
    assert all(left.of <= right.of for left, right in pairwise(drawn.outcomes))


def test_request_that_never_ends_is_named_and_so_is_one_that_ends_twice():
    ledger = RequestLedger()
    first, _ = ledger.ask(f"{URL}?first", "article"), ledger.ask(f"{URL}?lost", "list")
    ledger.end(first, RECORD)
    ledger.end(first, RECORD, f"{URL}?first")
    ledger.close(early=False)

    drawn = ledger.drawn()
    assert (drawn.asked, drawn.ended) == (2, 2)  # the sum alone would hide it
    assert (drawn.never, drawn.never_count) == ([f"{URL}?lost"], 1)
    assert (drawn.twice, drawn.twice_count) == ([f"{URL}?first"], 1)


def test_requests_that_end_twice_are_counted_and_a_few_of_them_named():
    ledger = RequestLedger()
    for number in range(7):
        ticket = ledger.ask(f"{URL}{number}", "article")
        for _ in range(2):
            ledger.end(ticket, RECORD, f"{URL}{number}")

    drawn = ledger.drawn()
    assert (drawn.twice, drawn.twice_count) == ([f"{URL}{number}" for number in range(5)], 7)
    assert (drawn.asked, drawn.ended) == (7, 14)


def test_it_is_known_how_a_request_ends_once_more_than_a_reading_was_noted():
    ledger = RequestLedger()
    ticket = ledger.ask(URL, "article")
    known = [ledger.is_noted(ticket)]
    for outcome in (READ, IGNORED, failure("timeout")):
        ledger.note(ticket, outcome)
        known.append(ledger.is_noted(ticket))
    ledger.end(ticket, ANSWERED)

    assert known == [False, False, True, True]
    assert not ledger.is_noted(ticket)


def test_ends_are_told_by_what_was_asked_for_the_most_frequent_first():
    ledger = RequestLedger()
    for of, kind, count in (("list", "b", 1), ("article", "b", 2), ("article", "a", 2), ("article", "c", 3)):
        for _ in range(count):
            ledger.end(ledger.ask(URL, of), failure(kind))
    ledger.end(ledger.ask(URL, "article"), RECORD)

    assert [(each.of, each.kind, each.count) for each in ledger.drawn().outcomes] == [
        ("article", "c", 3), ("article", "a", 2), ("article", "b", 2), ("article", None, 1), ("list", "b", 1)
    ]  # fmt: skip


def test_what_was_asked_for_the_first_time_and_failed_is_no_fault_of_a_program():
    ledger = RequestLedger()
    ledger.end(ledger.ask(URL, "article"), failure("timeout"))

    assert ledger.count("article", "failure", again=False) == 1
    assert ledger.count("article", "failure", of_program=True) == 0
    assert not Outcome("dropped").of_program


def test_pages_that_were_not_read_are_those_without_the_others():
    ledger = RequestLedger()
    for again, noted in ((False, [READ]), (True, [READ]), (True, [READ]), (True, []), (False, [])):
        ticket = ledger.ask(URL, "article", again=again)
        for outcome in noted:
            ledger.note(ticket, outcome)
        ledger.end(ticket, failure("timeout"))

    assert ledger.count("article", "failure") == 5
    assert ledger.count("article", "failure", read=True) == 3
    assert ledger.count("article", "failure", read=False) == 2
    assert ledger.count("article", "failure", read=False, again=False) == 0


def test_what_is_noted_after_the_end_is_an_end_too_many():
    ledger = RequestLedger()
    ticket = ledger.ask(URL, "article")
    ledger.end(ticket, RECORD)
    ledger.note(ticket, failure("pipeline raised OSError"), URL)

    assert ledger.drawn().twice == [URL]


@pytest.mark.parametrize(
    ("otherwise", "early", "never"),
    [(IGNORED, False, 0), (ASKED_ALREADY, True, 0), (NOT_SENT, True, 0), (NOT_SENT, False, 1), (None, True, 1)],
)
def test_what_nothing_more_is_heard_of_ends_as_expected_and_in_the_queue_only_of_a_run_that_was_stopped(
    otherwise, early, never
):
    ledger = RequestLedger()
    ledger.expect(ledger.ask(URL, "article"), otherwise)
    ledger.close(early=early)

    assert ledger.drawn().never_count == never
    assert counts(ledger) == ({} if never else {(otherwise.name, None): 1})


def test_counts_tell_read_pages_errors_of_programs_and_what_failed_before():
    ledger = RequestLedger()
    for again, noted in (
        (False, [failure("HTTP 403")]),
        (True, [failure("HTTP 403")]),
        (False, [READ, failure("callback raised KeyError", of_program=True)]),
        (False, [READ, RECORD]),
    ):
        ticket = ledger.ask(URL, "article", again=again)
        for outcome in noted:
            ledger.note(ticket, outcome)
        ledger.end(ticket, ANSWERED)

    assert ledger.count("article", "failure") == 3
    assert ledger.count("article", "failure", again=False) == 2
    assert ledger.count("article", "failure", read=True) == ledger.count("article", "failure", of_program=True) == 1
    assert ledger.count("article", "failure", of_program=False, read=False, again=False) == 1
    assert ledger.count("article", "record") == 1
    assert ledger.count("list", "failure") == 0


def test_names_are_bounded_and_hold_no_secret():
    ledger = RequestLedger()
    for number in range(1000):
        ledger.end(ledger.ask(f"https://ada:hunter2@news.example/{'x' * 9999}", "article"), failure(f"Kind{number}"))
    for number in range(1000):
        ledger.ask(f"{URL}?{number}", "article")

    drawn = ledger.drawn()
    assert len(drawn.outcomes) <= 201
    assert sum(line.count for line in drawn.outcomes) == 1000
    assert (len(drawn.never), drawn.never_count) == (5, 1000)
    assert all(len(line.example) <= 500 and "hunter2" not in line.example for line in drawn.outcomes)


def test_outcome_fails_only_by_that_name():
    assert [outcome.failed for outcome in (RECORD, Outcome("dropped"), failure("timeout"))] == [False, False, True]
