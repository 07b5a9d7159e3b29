"""Live blogs, whose text begins below the time of their first entry. All pages here are made up."""

from __future__ import annotations

import pytest

from newsspider.parsing.live import entry_times, first_entry
from newsspider.parsing.page import Page
from tests.test_any_page import EN, OTHERS, article, html, paragraphs

TIMES = ("10:30", "10:10", "09:50", "09:30")


def entry(time, text, date=""):
    stamp = f"<time datetime=2026-01-12T{time}:00+01:00>{date}{time}</time>"
    return f"<div class=entry>{stamp}<h3>At {time}</h3><p>{text}</p></div>"


def read(entries, above="<p>By Ada Lovelace</p>"):
    return article(html(f"<article><h1>Ferry vote live</h1>{above}<div>{''.join(entries)}</div></article>"))


def told(got):
    return [f"{each['at']:%H:%M}" if each["type"] == "live_entry" else each["text"] for each in got.blocks]


@pytest.mark.parametrize("date", ["", "12 January 2026 "])
@pytest.mark.parametrize("number", [3, 4])
def test_the_first_entry_has_its_time_and_its_heading(number, date):
    pairs = [*zip(TIMES, EN, strict=True)][:number]
    got = read([entry(time, text, date) for time, text in pairs])

    assert told(got) == [each for time, text in pairs for each in (time, f"At {time}", text)]


def test_two_times_and_a_time_of_another_kind_begin_no_entry():
    two = read([entry(*each) for each in zip(TIMES[:2], EN[:2], strict=True)])
    assert not any(each["type"] == "live_entry" for each in two.blocks)

    date = "<p class=date><time datetime=2026-01-12T11:00:00+01:00>12 January 2026 11:00</time></p>"
    got = read([paragraphs(OTHERS[:1]), *(entry(*each) for each in zip(TIMES[:3], EN[:3], strict=True))], above=date)

    assert told(got)[:2] == [OTHERS[0], TIMES[0]]


@pytest.mark.parametrize(("around", "is_found"), [(0, True), (6, True), (7, False)])
@pytest.mark.parametrize("behind", ["", "<br>The ferry stays until spring." * 3])
def test_a_time_is_among_the_first_elements_of_a_paragraph(around, is_found, behind):
    entries = "".join(f"<p>{'<b>' * around}<time>{time}</time>{'</b>' * around}{behind}</p>" for time in TIMES)
    found = entry_times(Page(entries.encode(), "https://www.news.example/a", []).outline)

    assert len(found) == (4 if is_found else 0)


@pytest.mark.parametrize(("between", "times", "is_found"), [(0, 2, True), (3, 2, True), (4, 2, False), (0, 1, False)])
def test_the_time_of_the_first_entry_stands_shortly_above_its_text(between, times, is_found):
    first, *others = (f"<p><time>{time}</time></p>" for time in TIMES[: times + 1])
    text = f"<p>{EN[0]}</p>"
    page = f"<h1>Ferry vote</h1>{first}{'<p>Pier</p>' * between}{text}{''.join(each + text for each in others)}"
    blocks = [block for block in Page(page.encode(), "https://www.news.example/a", []).outline if block.pieces]
    begin = next(n for n, block in enumerate(blocks) if block.text == EN[0])

    above = [block.text for block in first_entry(blocks, begin, blocks[begin:])]

    assert above == ([TIMES[0], *["Pier"] * between] if is_found else [])
