"""Which lines of a page are around a headline, a text and its end. The page is made up."""

from __future__ import annotations

import pytest

from newsspider.parsing.masthead import MAX_LINE, Masthead
from newsspider.parsing.page import Page

ABOVE = [f"Line {n} above" for n in range(1, 9)]
TEXT = [f"Paragraph {n} of the text, which is long enough." for n in range(1, 11)]
BELOW = [f"Line {n} below" for n in range(1, 9)]


def lines(texts):
    return "".join(f"<p>{text}</p>" for text in texts)


def read(above=ABOVE, text=TEXT, below=BELOW, head="<p>By Ada</p>"):
    headed = f"{lines(above)}<h1>Ferry stays</h1>{head}"
    html = f"<p>Site</p><div>{headed}<section>{lines(text)}</section>{lines(below)}</div>"
    page = Page(f"<body>{html}</body>".encode(), "https://www.news.example/a", [])
    body = [block for block in page.outline if block.text in text]
    return page, Masthead(page, page.elements["h1"][0], body, page.root)


def told(page, places):
    return [page.outline[place].text for place in places]


def test_the_date_may_stand_above_a_headline_below_it_and_around_the_end_of_the_text():
    page, masthead = read()

    assert told(page, masthead.date_places.above_headline) == ABOVE
    assert told(page, masthead.date_places.below_headline) == ["By Ada", *TEXT[:4]]
    assert told(page, masthead.date_places.below_text) == [*TEXT[-3:], *BELOW[:6]]
    assert [block.text for block in masthead.below_text] == BELOW[:6]


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6, 7])
def test_a_line_of_a_short_text_is_looked_at_once(number):
    page, masthead = read(text=TEXT[:number], below=BELOW[:2])
    begins = TEXT[: min(number, 4)]

    assert told(page, masthead.date_places.below_headline) == ["By Ada", *begins]
    assert told(page, masthead.date_places.below_text) == [*TEXT[:number][4:][-3:], *BELOW[:2]]


def test_a_line_of_the_text_names_somebody_up_to_a_length():
    text = ["x" * MAX_LINE, "y" * (MAX_LINE + 1), *TEXT]

    assert [block.text for block in read(text=text)[1].first] == [text[0], *TEXT[:2]]


def test_the_lines_around_a_headline_and_at_the_end_of_a_text():
    masthead = read()[1]

    assert [block.text for block in masthead.lines] == [*ABOVE[-6:], "Ferry stays", "By Ada"]
    assert [block.text for block in masthead.end] == [*TEXT[-3:], *BELOW]
    assert [block.text for block in read(text=TEXT[:2], below=[])[1].end] == TEXT[1:2]
    assert [block.text for block in masthead.below] == ["By Ada", *TEXT[:4]]


def test_a_box_around_the_headline_in_which_nothing_of_the_text_is():
    head = "<header><h1>Ferry stays</h1><p>By Ada</p></header><p>Pier</p>"
    html = f"<p>Site</p><div>{head}<section>{lines(TEXT)}</section></div>"
    page = Page(f"<body>{html}</body>".encode(), "https://www.news.example/a", [])
    body = [block for block in page.outline if block.text in TEXT]
    masthead = Masthead(page, page.elements["h1"][0], body, page.root)

    assert [block.text for block in page.outline if masthead.is_headed(block)] == ["Ferry stays", "By Ada"]
    assert not any(map(Masthead(page, None, body, page.root).is_headed, page.outline))
    assert not any(map(Masthead(page, page.elements["h1"][0], [], page.root).is_headed, page.outline))


def test_where_no_line_is_the_headline_what_stands_above_the_text_is_looked_at():
    page, _ = read(above=[], below=[])
    body = [block for block in page.outline if block.text in TEXT]
    masthead = Masthead(page, None, body, page.root)

    assert told(page, masthead.date_places.below_headline) == ["Site", "Ferry stays", "By Ada", *TEXT[:4]]
    assert [block.text for block in masthead.below] == ["By Ada", "Ferry stays", "Site", *TEXT[:4]]
