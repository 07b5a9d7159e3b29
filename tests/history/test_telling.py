"""A history as text and as a page: also when the text of an article would do harm."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from newsspider.demo import pages
from newsspider.demo.site import Site
from newsspider.history.chronicle import Chronicle, Occurrence, ParsedVersion, compare
from newsspider.history.events import Sighting, away, between, in_order, published, sighting, unexplained
from newsspider.history.page import as_html
from newsspider.history.report import as_json
from newsspider.history.text import _BOLD, _COLOURS, as_lines, event_line
from newsspider.record import schema
from newsspider.record.items import Locator, as_record
from newsspider.terminal.console import _coloured
from tests.history.records import CAPTURED, read

STORY = next(story for story in Site(articles=20).stories if story.kind == "current")
HOSTILE = "<script>alert(1)</script>&\u202edcba"
BEFORE = read(pages.article(STORY), STORY.url)


def test_a_kind_of_event_that_this_version_does_not_know_comes_after_those_it_knows():
    known = between(BEFORE, later(1, title="另一个标题", source="新华社"), "run")
    unknown = replace(known[0], event="retracted")

    assert [event.event for event in in_order([unknown, *reversed(known)])] == [
        "headline_changed", "corrected", "retracted"
    ]  # fmt: skip


def later(hours, **fields):
    article = read(pages.article(replace(STORY, **fields)), STORY.url, CAPTURED + timedelta(hours=hours))
    article.archive = Locator(warc="b.warc.gz", offset=hours, length=9, record_id=None)
    return article


def chronicle(after, events):
    versions = [
        ParsedVersion(n=n, seen=sighting(article), run="run", article=article, problem=None)
        for n, article in enumerate((BEFORE, after), 1)
    ]
    moments = [
        Occurrence(at=BEFORE.fetched_at, events=[published(BEFORE, "run")], version=versions[0], comparison=None),
        Occurrence(at=after.fetched_at, events=events, version=versions[1], comparison=compare(BEFORE, after)),
    ]
    return Chronicle(id=BEFORE.id, url=BEFORE.canonical_url, title=after.title, moments=moments, problems=[])


@pytest.fixture(scope="module")
def hostile():
    after = later(1, title=STORY.title + HOSTILE, paragraphs=(*STORY.paragraphs, HOSTILE), source=HOSTILE)
    return chronicle(after, between(BEFORE, after, "run"))


def test_the_page_shows_markup_and_does_not_obey_it(hostile):
    html = as_html(hostile)

    assert (
        html.count("&lt;script&gt;alert(1)&lt;/script&gt;&amp;\\u202edcba") == 5
    )  # title, heading, headline, source, text
    assert "<script" not in html
    assert "\u202e" not in html


def test_the_terminal_is_not_turned_about(hostile):
    lines = "\n".join(as_lines(hostile, colours=False))

    assert f"{STORY.title}{{+<script>alert(1)</script>&\\u202edcba+}}" in lines
    assert "\u202e" not in lines


def test_colours_take_the_place_of_marks(hostile):
    lines = "\n".join(as_lines(hostile, colours=True))

    assert "\x1b[32m" in lines
    assert "{+" not in lines


def test_colours_of_ours_reach_the_terminal_and_no_others(hostile):
    for begin, end in (*_COLOURS.values(), _BOLD):
        assert _coloured(f"{begin}x{end}") == f"{begin}x{end}"
    lines = "\n".join(as_lines(replace(hostile, id="a:\x1b[8mhidden", url="https://a/\x1b[8m"), colours=True))
    assert "\x1b[8m" not in _coloured(lines)
    assert "\\x1b[8mhidden" in lines


def test_a_program_gets_the_same(hostile):
    first, second = as_json(hostile)["moments"]

    assert [event["event"] for event in second["events"]] == ["headline_changed", "silently_edited", "corrected"]
    assert first["comparison"] is None
    assert second["comparison"]["title"] == [["same", STORY.title], ["inserted", HOSTILE]]
    assert [block["kind"] for block in second["comparison"]["text"]] == [
        *(["same"] * len(STORY.paragraphs)),
        "inserted",
    ]


def test_an_event_in_a_list_shows_the_first_thing_that_it_changed():
    after = later(1, source="新华社", keywords=("看看",))
    (event,) = between(BEFORE, after, "run")

    line = event_line(event, colours=False)

    assert line == (
        f"2026-11-20 05:00:00 UTC  corrected  {STORY.url}  source: [-{STORY.source}-]{{+新华社+}} (and keywords)"
    )


def test_what_is_gone_says_how_and_where_its_address_leads():
    gone, led = (
        away(article_id=BEFORE.id, site="kankanews", url=STORY.url, before=sighting(BEFORE),
             after=Sighting(at=CAPTURED, where=BEFORE.archive), status=status, to_url=to_url, run="run",
             parser_version="1")
        for status, to_url in ((410, None), (200, "https://www.kankanews.com/"))
    )  # fmt: skip

    assert event_line(gone, colours=False).endswith(f"gone 410  {STORY.url}")
    assert event_line(led, colours=False).endswith(f"soft gone 200  {STORY.url} -> https://www.kankanews.com/")


def test_what_cannot_be_told_is_said_to_be_so():
    event = unexplained(sighting(BEFORE), later(1, source="新华社"), "run", "the earlier capture cannot be read: gone")

    schema.check(as_record(event), "change")
    assert (event.event, event.changed, event.warnings) == (
        "changed", {}, ["the earlier capture cannot be read: gone"]
    )  # fmt: skip
