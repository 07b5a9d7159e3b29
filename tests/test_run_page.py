"""The page of a run: what its figures, plots and words are made of, without a crawl."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from html import unescape
from typing import Any

import pytest
from markupsafe import Markup

from newsspider.collection.collection import Collection
from newsspider.runs import page
from newsspider.runs.given import Given
from newsspider.runs.tally import Tally
from newsspider.text.message import message
from tests.test_journal import Night

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


# -- the page as a whole ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ended(tmp_path_factory) -> dict[str, Any]:
    """The manifest of a good run that read an article."""
    collection = Collection.named(tmp_path_factory.mktemp("page"), "ours")
    for directory in (collection.archive_dir, collection.index.path.parent):
        directory.mkdir(parents=True)
    night = Night(collection)
    night.read(0)
    manifest = night.end()
    night.journal._ledger.close()
    return manifest


@pytest.mark.parametrize(
    ("code", "mood", "said"),
    [
        (0, "good", "Done"), (3, "bad", "Ended before its time"), (4, "bad", "Not everything was stored"),
        (5, "bad", "Too few articles were found"), (6, "bad", "The site's pages have changed, or failed"),
        (75, "later", "Interrupted: run it again"), (9, "bad", "Ended with 9"),
    ],
)  # fmt: skip
def test_verdict_is_in_the_first_line(code, mood, said, ended):
    """As docs/verdict.md has the exit codes."""
    text = page.as_html(ended | {"exit_code": code})

    (found,) = re.findall(r'<div class="verdict (\w+)"><h1>(.*?)</h1>', text)
    assert (found[0], unescape(found[1])) == (mood, said)
    assert f"exit code {code}." in text


def test_tiles_are_the_counts_of_the_run(ended):
    counts = {
        "articles": 1001, "new": 2, "changed": 3, "unchanged": 4, "parsed": 5, "requests": 6, "failed": 7,
        "forbidden_by_robots": 8, "bytes": 1_234_567_890,
    }  # fmt: skip
    text = page.as_html(ended | {"counts": ended["counts"] | counts})

    assert re.findall(r"<li><b>(.*?)</b>(.*?)</li>", text) == [
        ("1,001", "records"), ("2", "new"), ("3", "changed"), ("4", "unchanged"), ("5", "articles read"),
        ("6", "requests"), ("7", "article pages failed"), ("8", "forbidden by robots.txt"), ("1,234.6", "MB fetched"),
    ]  # fmt: skip


def test_run_is_compared_with_those_of_its_scope_that_read_articles(ended):
    run = Tally.of(ended)
    other = replace(run, given=Counter({Given("mood", "their-witness"): run.parsed}))
    for unlike in (replace(other, scope=None), replace(other, scope={**run.scope, "full": "no"})):
        assert "their-witness" not in page.as_html(ended, [unlike])
    assert "their-witness" in page.as_html(ended, [other])

    assert "last 2 runs" not in page.as_html(ended, [replace(run, parsed=0)])
    assert "last 2 runs" in page.as_html(ended, [run])


def test_every_witness_has_a_colour_of_its_own(ended):
    """There are eight hues; then these are darker."""
    run = Tally.of(ended)
    many = replace(run, given=Counter({Given("mood", f"w{number:02}"): 1 for number in range(17)}))
    colours = re.findall(r"\.w\d+ \{ background: hsl\((.*?)\)", page.as_html(ended, [many]))

    assert len(colours) == len(set(colours)) >= 17


def test_run_of_an_earlier_version_has_no_ledger_and_no_parts_of_changes(ended):
    older = {name: value for name, value in ended.items() if name not in ("ledger", "changes_parts", "connect_to")}

    assert "How the requests ended" in page.as_html(ended)
    assert "How the requests ended" not in page.as_html(older)


def test_what_stands_above_and_the_links_are_those_of_the_browser_where_it_shows_the_page(ended):
    example = {"kind": "timeout", "count": 1, "examples": [{"url": "https://a.example/1", "said": None}]}
    manifest = ended | {"errors": [example], "ended": "2026-11-22T20:01:10+08:00"}
    alone = page.as_html(manifest)
    assert "newsspider replay ours" in alone
    assert "/ours/20261122120110" in alone

    within = page.as_html(manifest, linked=lambda url: Markup("<q>{}</q>").format(url), above=Markup("<nav>x</nav>"))
    assert "<q>https://a.example/1</q>" in within
    assert ("<nav>x</nav>" in within, "newsspider replay ours" in within) == (True, False)


@pytest.mark.parametrize(("number", "more"), [(200, ""), (201, "and 1 more")])
def test_of_the_files_two_hundred_are_named(number, more, ended):
    part = {"name": "x", "records": 1, "size": 1, "sha256": ""}
    text = page.as_html(ended | {
        "parts": [part] * number, "changes_parts": [], "site_facts_parts": [], "warcs": [],
    })  # fmt: skip

    assert f"Files written: {number}" in text
    assert text.count(f"items/{ended['run']}/x") == 200
    assert "".join(re.findall(r"and \d+ more", text)) == more


# -- words and marks --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("soft_gone", "soft gone"), ("timeout", "timeout"), ("HTTP 403", "HTTP 403"),
        ("name not found", "name not found"), ("of a page: so_named", "of a page: so_named"),
    ],
)
def test_word_is_that_of_a_person_where_there_is_one(code, word):
    assert page._word(code) == word


def test_words_of_the_ledger_are_in_the_language_of_the_reader(monkeypatch):
    monkeypatch.setattr(page, "_", lambda text: f"<{text}>")

    assert page._word("page requisite") == "<page requisite>"


def test_text_of_strangers_is_shown_and_not_run():
    assert page._strong("<script>") == "<b>&lt;script&gt;</b>"


@pytest.mark.parametrize(("share", "told"), [(None, "–"), (0, "0%"), (0.004, "0%"), (0.996, "100%"), (1, "100%")])
def test_share_is_told_in_whole_hundredths(share, told):
    assert page._percent(share) == told


def test_capture_is_that_of_the_time_of_the_run():
    linked = page._linked("news", "20261122120000", "https://a.example/")

    assert "/news/20261122120000" in linked
    assert 'href="https://a.example/"' in linked


def test_field_that_two_witnesses_gave_is_given_once():
    ((field,), _) = page.fields_over_time([tally(a=10, b=10), tally(1, a=10)])

    assert (field["now"], field["given"]) == ("100%", {"a": 1, "b": 1})


def test_fields_stand_in_the_order_of_their_names_and_each_has_its_own_witnesses():
    given = Counter({Given(name, "a"): 5 for name in ("title", "body_text", "source", "authors", "keywords")})
    fields, _ = page.fields_over_time([replace(tally(), given=given), replace(tally(1), given=given)])

    assert [each["name"] for each in fields] == ["authors", "body_text", "keywords", "source", "title"]
    assert [each["given"] for each in fields] == [{"a": 0.5}] * 5


def test_witness_gives_the_same_field_in_several_runs():
    ((field,), _) = page.fields_over_time([tally(a=1), tally(1, a=2), tally(2, a=4), tally(3, parsed=0)])

    assert (field["before"], field["given_before"]) == ("30%", {"a": 0.3})


def test_field_is_compared_with_thirty_runs(monkeypatch):
    lines = []
    monkeypatch.setattr(page, "spark", lambda shares, label: lines.append(shares) or "")
    runs = [tally(a=10), *(tally(1, a=5) for _ in range(30)), tally(2, a=10)]
    ((field,), _) = page.fields_over_time(runs)

    assert (field["before"], field["given_before"]) == ("50%", {"a": 0.5})
    assert lines == [[0.5] * 29 + [1]]  # oldest first, as lines of time go


def test_line_of_days_has_the_last_thirty_and_the_newest_last(monkeypatch):
    lines = []
    monkeypatch.setattr(page, "spark", lambda shares, label: lines.append(shares) or "")
    page.fields_over_time([tally(24 * day, a=day % 10) for day in range(31)])

    assert lines == [[(day % 10) / 10 for day in reversed(range(30))]]


def test_days_are_those_of_utc():
    """Of two of them are these moments, and of three in a zone that is thirteen hours ahead."""
    runs = [
        replace(each, ended=each.ended.astimezone(timezone(timedelta(hours=13))))
        for each in (tally(0, a=1), tally(11.5, a=1), tally(26, a=1))
    ]

    assert page.fields_over_time(runs)[1] == "3 runs"


def test_plots_go_over_the_whole_run_and_half_and_slowest_are_two_lines(monkeypatch):
    drawn = []
    monkeypatch.setattr(page, "over_time", lambda one, more, **options: drawn.append((one, more, options)))
    page._pace({
        "interval": 2, "pages": [4, 1, 1], "bytes": [0, 0, 0], "median_ms": [10, None, 12], "slow_ms": [20, None, 30],
    })  # fmt: skip

    (_, waits, options) = drawn[2]
    assert [list(each.values) for each in waits] == [[10, None, 12], [20, None, 30]]
    assert [each[2]["seconds"] for each in drawn] == [6, 6, 6]
    assert options["unit"] == " ms"


def test_run_without_a_point_has_no_plot():
    assert page._pace({}) is None
