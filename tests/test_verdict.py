"""The exit code is decided from what happened, beside what happened before."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from newsspider.verdict.given import Given, Giving
from newsspider.verdict.tally import Tally
from newsspider.verdict.thresholds import Thresholds
from newsspider.verdict.verdict import Compared, judge

NOW = datetime(2026, 11, 22, 20, tzinfo=UTC)
GOOD = {"finish_reason": "finished", "lists/read": 8}
LISTS = {"listed": True, "full": False, "since": False, "recommendations": False, "list_depth": 2, "replayed": False}
FULL = {**LISTS, "full": True}
NAMED = {**FULL, "listed": False}


def tally(hours_ago: float = 0, scope=FULL, **numbers) -> Tally:
    """A run that ended so many hours ago; a good one, but for *numbers*."""
    ended = NOW - timedelta(hours=hours_ago)
    usual = {"links": 120, "records": 60, "parsed": 60, "last_new": ended}
    return Tally(ended=ended, scope=scope, **(usual | numbers))


def verdict(run: Tally, *earlier: Tally, giving: Giving | None = None, thresholds=None, **happened):
    compared = Compared(
        run=run, earlier=earlier, thresholds=thresholds or Thresholds(), giving=giving or Giving()
    )
    return judge(GOOD | happened, compared)


def hourly(count: int, **numbers) -> list[Tally]:
    """The runs of the last hours, newest first."""
    return [tally(hours_ago, **numbers) for hours_ago in range(1, count + 1)]


def given(**shares: int) -> Counter[Given]:
    """``title_state=30``: the state gave the title of thirty articles."""
    return Counter({Given(*name.split("_")): count for name, count in shares.items()})


# ---------------------------------------------------------------- what happened


@pytest.mark.parametrize(
    ("happened", "code"),
    [
        ({}, 0),
        ({"finish_reason": "start_error"}, 3),
        ({"finish_reason": "closespider_errorcount"}, 3),
        ({"finish_reason": "shutdown"}, 75),
        ({"finish_reason": "retry_after"}, 75),
        ({"archive/write_failed": 1, "finish_reason": "archive_failed"}, 4),
        ({"feed/write_failed": 1}, 4),
        ({"feedexport/failed_count/S3FeedStorage": 1}, 4),
        ({"articles/invalid": 1}, 4),
        ({"lists/read": 0}, 5),
    ],
)
def test_exit_code(happened, code):
    said = verdict(tally(), **happened)

    assert said.exit_code == code
    assert bool(said.reasons) == bool(code)


@pytest.mark.parametrize(
    ("numbers", "happened", "code"),
    [
        ({"failed": 3}, {}, 0),
        ({"failed": 60}, {}, 0),
        ({"failed": 61}, {}, 6),
        ({"parsed": 3, "failed": 9}, {}, 6),
        ({"parsed": 0, "failed": 9, "records": 1}, {}, 0),
        ({"forbidden": 60}, {}, 0),
        ({"forbidden": 61}, {}, 6),
        ({"parsed": 3, "forbidden": 6}, {}, 0),
        ({"parsed": 3, "forbidden": 7}, {}, 6),
        ({"parsed": 0, "failed": 1, "records": 0}, {"spider_exceptions/count": 1}, 6),
        ({"records": 0, "parsed": 7}, {"articles/older": 7}, 0),
        ({"records": 0}, {}, 5),
        ({"records": 0}, {"finish_reason": "shutdown"}, 75),
        ({"links": 0}, {}, 5),
        ({"links": 0, "records": 0, "scope": NAMED}, {"lists/read": 0}, 0),
        ({"links": 0, "records": 0, "scope": None}, {"lists/read": 0}, 0),
    ],
)
def test_exit_code_of_what_was_found(numbers, happened, code):
    assert verdict(tally(**numbers), **happened).exit_code == code


def test_gravest_reason_decides_and_all_are_told():
    said = verdict(tally(), **{"finish_reason": "shutdown", "archive/write_failed": 2})

    assert said.reasons == ("2 writes to the archive failed", "ended by shutdown")
    assert said.exit_code == 4


def test_articles_that_were_named_and_gave_no_record_are_told():
    named = Compared(run=tally(scope=NAMED), without_record=["https://news.example/1", "https://news.example/2"])

    said = judge(GOOD | {"lists/read": 0}, named)

    told = "named by -a url, and gave no record: https://news.example/1; and 1 more article that the manifest names"
    assert (said.exit_code, said.reasons) == (5, (told,))


def test_one_is_told_as_one():
    said = verdict(tally(links=1, records=0), **{"archive/write_failed": 1})

    assert said.reasons == ("1 write to the archive failed", "lists link to 1 article, and none was given")


# ---------------------------------------------------------------- against the runs before


def test_quiet_night_is_a_good_run():
    quiet = tally(scope=LISTS, records=0, parsed=0, last_new=NOW - timedelta(hours=9))

    assert verdict(quiet, *hourly(30, scope=LISTS)).exit_code == 0


@pytest.mark.parametrize(("links", "code"), [(60, 0), (59, 5)])
def test_lists_must_show_half_of_what_they_usually_do(links, code):
    others = {"finished": False}, {"scope": {**FULL, "list_depth": 5}}, {"good": False}
    earlier = [*hourly(3), *[tally(links=900, **other) for other in others * 2]]

    said = verdict(tally(links=links), *earlier)

    assert said.exit_code == code
    assert said.reasons == ("lists link to 59 articles; the median of the last 3 runs is 120",) * bool(code)


def test_two_runs_have_no_median():
    assert verdict(tally(links=1), *hourly(2)).exit_code == 0


def test_full_run_must_give_half_of_what_full_runs_do():
    earlier = [*hourly(5, scope=LISTS, records=2), *hourly(3)]

    assert verdict(tally(records=29, parsed=29), *earlier).reasons == (
        "the run gave 29 articles; the median of the last 3 runs is 60",
    )
    assert verdict(tally(scope=LISTS, records=29, parsed=29), *earlier).exit_code == 0


def test_site_that_stays_changed_stays_told():
    """Runs that saw the site changed are no measure, or after a while the new state would pass for the usual one."""
    earlier = [*hourly(200, links=10, good=False), *[tally(hours_ago) for hours_ago in range(201, 210)]]

    assert verdict(tally(links=10), *earlier).exit_code == 5


def test_change_that_is_right_as_it_is_can_be_accepted():
    accepting = Thresholds(since=date(2026, 11, 22))

    assert verdict(tally(links=10), *hourly(200, links=120), thresholds=accepting).exit_code == 5
    assert verdict(tally(links=10), *[tally(24 + each) for each in range(9)], thresholds=accepting).exit_code == 0


@pytest.mark.parametrize(("hours", "code"), [(72, 0), (73, 5)])
def test_nothing_new_for_too_long_is_told_though_the_lists_are_there(hours, code):
    stale = tally(scope=LISTS, records=0, parsed=0, last_new=NOW - timedelta(hours=hours))

    said = verdict(stale)

    assert said.exit_code == code
    assert said.reasons == ("nothing new for 73 hours, since 2026-11-19 19:00 UTC",) * bool(code)


def test_no_bound_on_silence_when_none_is_set():
    stale = tally(scope=LISTS, records=0, parsed=0, last_new=NOW - timedelta(days=400))

    assert verdict(stale, thresholds=Thresholds(max_quiet=timedelta())).exit_code == 0


def test_few_failing_pages_are_judged_with_those_of_the_runs_before():
    failing = tally(scope=LISTS, parsed=0, failed=3)

    assert verdict(failing, *hourly(2, scope=LISTS, parsed=0, failed=3)).exit_code == 0
    assert verdict(failing, *hourly(3, scope=LISTS, parsed=0, failed=3)).reasons == (
        "12 of 12 article pages could not be fetched or read, over 4 runs",
    )
    assert verdict(tally(scope=LISTS, parsed=0), *hourly(9, scope=LISTS, parsed=0, failed=3)).exit_code == 0


def test_few_forbidden_pages_are_judged_with_those_of_the_runs_before():
    run = tally(scope=LISTS, parsed=0, forbidden=3, records=0)

    assert verdict(run, *hourly(2, scope=LISTS, parsed=0, forbidden=3)).exit_code == 0
    said = verdict(run, *hourly(3, scope=LISTS, parsed=0, forbidden=3))
    assert (said.exit_code, said.reasons) == (6, ("robots.txt forbids 12 of 12 article pages, over 4 runs",))


def test_what_robots_txt_forbade_before_is_not_told_once_it_is_allowed():
    assert verdict(tally(scope=LISTS, parsed=3), *hourly(3, scope=LISTS, parsed=0, forbidden=9)).exit_code == 0


def test_mended_parser_does_not_answer_for_the_one_before():
    failing = hourly(9, scope=LISTS, parsed=0, failed=3, parser="1")

    assert verdict(tally(scope=LISTS, parsed=2, failed=1, parser="2"), *failing).exit_code == 0


# ---------------------------------------------------------------- fields and witnesses

BEFORE = hourly(30, parsed=60, given=given(title_state=40, title_landmarks=20, source_landmarks=60, video_state=6))


@pytest.fixture
def giving():
    giving = Giving()
    giving.add("https://news.example/1", {"title": "landmarks", "source": "landmarks"})
    giving.add("https://news.example/2", {"title": "landmarks"})
    return giving


def test_field_that_falls_is_named_with_a_page_without_it(giving):
    now = tally(parsed=60, given=given(title_state=40, title_landmarks=20, source_landmarks=20, video_state=6))

    assert verdict(now, *BEFORE, giving=giving).reasons == (
        "source is given for 33% of 60 articles, before 100%; not in https://news.example/2",
        "the witness landmarks gives source for 33% of 60 articles, before 100%; not in https://news.example/2",
    )
    assert verdict(now, *BEFORE).exit_code == 6


def test_witness_that_dies_is_named_though_another_takes_over(giving):
    now = tally(parsed=60, given=given(title_landmarks=60, source_landmarks=60, video_state=6))

    assert verdict(now, *BEFORE, giving=giving).reasons == (
        "the witness state gives title for 0% of 60 articles, before 67%; not in https://news.example/2",
    )


def test_what_chance_explains_is_no_drift():
    """Six of sixty articles have a video: that none of thirty has one happens once in twenty-four."""
    now = tally(parsed=30, given=given(title_state=20, title_landmarks=10, source_landmarks=30))

    assert verdict(now, *BEFORE).exit_code == 0


def test_few_articles_are_judged_with_those_of_the_runs_before():
    bad = {"scope": LISTS, "parsed": 6, "given": given(title_landmarks=6)}
    good = hourly(30, scope=LISTS, parsed=6, given=given(title_landmarks=6, source_landmarks=6))

    assert verdict(tally(**bad), *good).exit_code == 0
    assert verdict(tally(**bad), *hourly(4, **bad), *good).exit_code == 6


def test_first_runs_of_a_collection_are_compared_with_nothing():
    assert verdict(tally(parsed=60, given=given(title_state=1)), *hourly(1, parsed=2)).exit_code == 0


def test_run_that_looked_for_other_articles_is_compared_with_nothing():
    now = tally(scope={**FULL, "since": True}, parsed=60, links=1, records=1)

    assert verdict(now, *BEFORE).exit_code == 0


def test_large_runs_are_compared_without_overflow():
    many = tally(parsed=1_000_000, given=given(title_state=100))
    before = [replace(each, parsed=1_000_000, given=given(title_state=999_999)) for each in BEFORE]

    assert verdict(many, *before).exit_code == 6
