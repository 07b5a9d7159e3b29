"""The page of a run: what its figures, plots and words are made of, without a crawl."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from newsspider.runs import page
from newsspider.runs.given import Given
from newsspider.runs.tally import Tally
from newsspider.text.message import message

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def tally(hours_ago: float = 0, *, parsed: int = 10, **given: int) -> Tally:
    """A run of so many hours before that noon: how many articles each witness gave a title of."""
    return Tally(
        ended=NOON - timedelta(hours=hours_ago), parsed=parsed,
        given=Counter({Given("title", witness): count for witness, count in given.items()}),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("hours_ago", "periods"),
    [
        ([0], "1 run"),
        ([0, 1, 2], "3 runs"),
        ([0, 12.5], "2 runs"),  # two days are no past yet
        ([0, 12.5, 13, 36.5], "3 days"),
        ([*range(0, 24 * 40, 24)], "30 days"),
        ([each / 100 for each in range(40)], "30 runs"),
    ],
    ids=["one", "an hour each", "two days", "three days", "forty days", "forty of a day"],
)
def test_past_is_told_by_day_as_soon_as_there_are_three(hours_ago, periods):
    assert page.fields_over_time([tally(each, a=5) for each in hours_ago])[1] == periods


def test_field_is_told_beside_the_runs_before_with_the_share_of_each_witness():
    ((field,), _) = page.fields_over_time([tally(a=3, b=1), tally(1, a=8), tally(2, parsed=30, a=30, b=2)])

    assert (field["name"], field["now"], field["before"]) == ("title", "40%", "100%")
    assert field["given"] == {"a": 0.3, "b": 0.1}
    assert field["given_before"] == {"a": 38 / 40, "b": 2 / 40}


@pytest.mark.parametrize(("now", "fell"), [(5, False), (4, True), (0, True)])
def test_field_fell_that_less_than_half_as_many_have(now, fell):
    ((field,), _) = page.fields_over_time([tally(a=now), tally(1, a=10)])

    assert field["fell"] == fell


def test_no_share_is_told_of_no_article():
    ((field,), _) = page.fields_over_time([tally(parsed=0), tally(1, a=10)])
    assert (field["now"], field["fell"]) == ("–", False)

    ((field,), _) = page.fields_over_time([tally(a=10)])
    assert (field["now"], field["before"], field["fell"]) == ("100%", "–", False)


def test_field_that_only_runs_long_ago_had_is_none():
    recent = [tally(each / 100) for each in range(31)]

    assert page.fields_over_time([*recent, tally(1, a=10)])[0] == []
    assert len(page.fields_over_time([*recent[:-1], tally(1, a=10)])[0]) == 1


RUN = {
    "run": "20261122T120000000Z-a1b2c3", "started": "2026-11-22T12:00:00+00:00", "ended": "2026-11-22T12:01:10+00:00",
    "source": None, "last_success": None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, {"source": "the network", "good": "none", "clock": "", "took": "1 min 10 s"}),
        ({"source": {"archives": ["/a", "/b"]}}, {"source": "the archives /a, /b"}),
        ({"connect_to": "x:1"}, {"source": "the network, led elsewhere by CONNECT_TO=x:1"}),
        ({"connect_to": "x:1,y:2"}, {"source": "the network, led elsewhere by CONNECT_TO=x:1,…"}),
        ({"last_success": "2026-11-21T03:04:05+00:00"}, {"good": "2026-11-21 03:04 UTC"}),
        ({"started": "2026-11-22T12:01:00+00:00"}, {"clock": "", "started": "2026-11-22 12:01:00", "took": "10 s"}),
        (
            {"started": "2026-11-22T12:01:01+00:00"},
            {"clock": " The clock was set: the run is called after 2026-11-22 12:00:00."},
        ),
        (
            {"started": "2026-11-22T11:58:59+00:00"},
            {"clock": " The clock was set: the run is called after 2026-11-22 12:00:00."},
        ),
        ({"run": "by-hand"}, {"clock": ""}),
    ],
    ids=["usual", "archives", "led", "led twice", "good", "a minute", "late", "early", "no moment"],
)
def test_run_is_told_with_its_moments_and_where_its_pages_came_from(changed, said):
    told = page._when(RUN | changed)

    assert {name: told[name] for name in said} == said


@pytest.mark.parametrize(("most", "unit"), [(1_999_999, " kB"), (2_000_000, " MB")])
def test_bytes_a_second_are_told_in_a_unit_that_has_room(most, unit, monkeypatch):
    drawn = []
    monkeypatch.setattr(page, "over_time", lambda one, more, **options: drawn.append((one, more, options)))
    plots = page._pace(
        {"interval": 2, "pages": [4, 1], "bytes": [1000, most], "median_ms": [None, None], "slow_ms": [None, None]}
    )

    assert list(plots) == ["answers", "sizes", "waiting"]
    answers, sizes = drawn  # and no plot of waiting, which nobody measured
    assert list(answers[0].values) == [2, 0.5]
    assert sizes[0].values[1] == most / 2 / (1e6 if unit == " MB" else 1e3)
    assert (sizes[2]["unit"], answers[2]["seconds"]) == (unit, 4)


def test_short_run_has_no_plot():
    assert page._pace(None) is None


def test_sentence_is_parted_at_its_address():
    assert page._parted(message("It: %(url)s, twice", url="http://a.example/")) == (
        "It: ",
        "http://a.example/",
        ", twice",
    )
    assert page._parted(message("It was: nothing")) == ("It was: nothing", "", "")


def test_capture_is_linked_of_what_has_one():
    assert "capture" in page._linked("news", "20261122120000", "https://a.example/")
    assert "capture" in page._linked("news", "20261122120000", "http://a.example/")
    assert "capture" not in page._linked("news", "20261122120000", "dns:a.example")


def test_files_of_a_run_are_named_where_they_lie():
    manifest = {"run": "r", "warcs": ["w"], "changes_parts": ["c"], "parts": ["p"], "site_facts_parts": ["s"]}

    assert page._files(manifest) == [("items/r/", "p"), ("items/r/", "s"), ("items/r/", "c"), ("archive/", "w")]
    assert page._files({"run": "r", "parts": ["p"]}) == [("items/r/", "p")]
