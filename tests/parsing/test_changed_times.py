"""The time of a change beside that of the publication. All pages here are made up."""

from __future__ import annotations

import pytest

from tests.test_any_page import EN, article, html, paragraphs

JAN_9, JAN_10 = "2026-01-09T10:00:00Z", "2026-01-10T11:00:00Z"
FIRST, LATER = f"<time datetime={JAN_9}>9 January</time>", f"<time datetime={JAN_10}>10 January</time>"
UPDATED, PUBLISHED = LATER.replace(" ", " class=updated ", 1), FIRST.replace(" ", " class='entry-date published' ", 1)


def times(above, below=""):
    got = article(html(f"<h1>Ferry stays until spring</h1>{above}<div>{paragraphs(EN)}</div>{below}"))
    assert got.paragraphs == EN
    return tuple(at and at.strftime("%Y-%m-%dT%H:%M:%SZ") for at in (got.published_at, got.modified_at))


@pytest.mark.parametrize(
    "line",
    [
        f"{PUBLISHED}{UPDATED}",
        f"{UPDATED} {PUBLISHED}",
        f"{UPDATED} {FIRST}",
        f"{UPDATED.replace('updated', 'date-modified')}{FIRST}",
        f"{FIRST} (updated {LATER})",
        f"{FIRST} <span>updated <b><i>{LATER}</i></b></span>",
        f"{FIRST} <span>updated</span><b>{LATER}</b>",
        f"Last modified on {LATER}, published {FIRST}",
        f"<p>Aktualisiert: {LATER}</p><p>Veröffentlicht: {FIRST}</p>",
        f"<abbr class=published title={JAN_9}>9 January</abbr> {UPDATED}",
    ],
)
def test_time_element_says_by_class_or_label_that_it_is_of_a_change(line):
    assert times(f"<div>{line}</div>") == (JAN_9, JAN_10)


@pytest.mark.parametrize(
    "line",
    [
        f"<p>Updated timetable</p><p>{FIRST}</p>",
        f"<p>Updated timetable <br>{FIRST}</p>",
        f"<div><p>Updated timetable</p>{FIRST}</div>",
        f"<p>{FIRST} Updated timetable</p>",
    ],
)
def test_words_on_another_line_are_no_label(line):
    assert times(f"{line}<p>{LATER}</p>") == (JAN_9, None)


def test_label_stands_apart_from_times_that_are_indented():
    indented = [each.replace(">", ">\n" + " " * 20, 1).replace("</", "\n" + " " * 20 + "</") for each in (FIRST, LATER)]

    assert times("<p>Published {} Updated {}</p>".format(*indented)) == (JAN_9, JAN_10)


@pytest.mark.parametrize("classes", ["published updated", "updated", "published"])
def test_only_time_is_that_of_the_publication(classes):
    assert times(f"<p><time class='{classes}' datetime={JAN_9}>9 January</time></p>") == (JAN_9, None)


def test_two_times_of_which_none_is_said_to_be_of_a_change_date_the_article_by_the_first():
    assert times(f"<p>{FIRST} {LATER}</p>") == (JAN_9, None)


@pytest.mark.parametrize(
    "lines",
    [
        "<p>Published 9 January 2026, 10:00 GMT</p><p>Last modified on 10 January 2026, 11:00 GMT</p>",
        "<p>Last modified on 10 January 2026, 11:00 GMT</p><p>Published 9 January 2026, 10:00 GMT</p>",
        "<p>9 January 2026, 10:00 GMT, updated on 10 January 2026, 11:00 GMT</p>",
        "<p>Updated 10 January 2026, 11:00 GMT | Published 9 January 2026, 10:00 GMT</p>",
    ],
)
def test_lines_print_both(lines):
    assert times(lines) == (JAN_9, JAN_10)


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("Updated 10 January 2026 | Published 9 January 2026", "9 January 2026"),
        ("Published 9 January 2026 | Updated 10 January 2026, 17:04 GMT", "9 January 2026"),
    ],
)
def test_of_a_line_that_prints_a_day_of_publication_that_is_taken(line, published):
    got = article(html(f"<h1>Ferry stays until spring</h1><p>{line}</p><div>{paragraphs(EN)}</div>"))

    assert got.published_raw == published
    assert (got.modified_at is not None) == ("17:04" in line)


def test_day_on_a_line_below_the_printed_time_is_another():
    got = article(
        html(
            "<h1>Ferry stays until spring</h1><p>9 January 2026, 10:00 GMT</p><p>Event: 12 January 2026</p>"
            f"<div>{paragraphs(EN)}</div>"
        )
    )

    assert (got.published_raw, got.provenance.doubts) == ("9 January 2026, 10:00 GMT", [])


@pytest.mark.parametrize("written", ["1769644800", "1769644800123", 1769644800, 1769644800123])
def test_seconds_and_milliseconds_since_1970_are_a_time(written):
    value = f'"{written}"' if isinstance(written, str) else written
    script = f'{{"@type": "NewsArticle", "headline": "Ferry stays", "datePublished": {value}}}'
    got = article(html(f"<script type=application/ld+json>{script}</script><h1>Ferry stays</h1>{paragraphs(EN)}"))

    assert got.published_at.isoformat() == "2026-01-29T00:00:00+00:00"
    assert got.provenance.warnings == []


def test_time_element_on_another_line_of_the_same_box_is_of_something_else():
    lines = "<br>".join([*EN * 4, f"See you on {LATER}."])
    got = article(html(f"<h1>Ferry stays until spring</h1><div>{lines}</div>"))

    assert got.published_at is None


def test_day_of_an_event_dates_no_article():
    assert times("<p>会议时间：9 January 2026, 10:00 GMT</p>") == (None, None)
    assert times("<p>会议时间：10 January 2026, 11:00 GMT; 9 January 2026, 10:00 GMT</p>") == (JAN_9, None)


@pytest.mark.parametrize(
    ("line", "doubts"),
    [("Town news | 9 January 2026", []), ("News of the harbour | 9 January 2026", ["published_at"])],
)
def test_day_beside_words_above_the_headline_is_in_doubt(line, doubts):
    got = article(html(f"<div><p>{line}</p><h1>Ferry stays until spring</h1><div>{paragraphs(EN)}</div></div>"))

    assert (got.published_raw, got.provenance.doubts) == ("9 January 2026", doubts)


@pytest.mark.parametrize(
    ("printed", "offset"), [("9 January 2026, 12:30 am EST", "-05:00"), ("9 January 2026, 5:30 am EST", "+00:00")]
)
def test_clock_that_is_printed_tells_the_zone_of_the_markup(printed, offset):
    at = "2026-01-09T00:30" if offset == "-05:00" else "2026-01-09T10:30"
    got = article(html(f"<h1>Ferry stays</h1><p><time datetime={at}>{printed}</time></p>{paragraphs(EN)}"))

    assert got.published_at.isoformat() == f"{at}:00{offset}"
