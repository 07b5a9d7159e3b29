"""What each line of a page weighs, whether lines are a list's, and what is printed twice. All pages are made up."""

from __future__ import annotations

import pytest

from newsspider.parsing.listed import is_list
from newsspider.parsing.page import Page
from newsspider.parsing.repeats import repeated
from newsspider.parsing.weighed import WeighedOutline
from tests.parsing.test_odd_pages import sentence


def outline(body: str) -> WeighedOutline:
    page = Page(f"<body>{body}</body>".encode(), "https://www.harbour.example/", [(b"Content-Type", b"text/html")])
    return WeighedOutline(page)


def p(size: int, number: int = 0) -> str:
    return f"<p>{sentence(size, number)}</p>"


# ------------------------------------------------------------------------------------------------------------- weights


def test_a_caption_below_a_picture_weighs_nothing():
    caption = "<p>The old ferry stands at the new pier and waits for its last guests of all (Photo: Ada Lovelace)</p>"

    assert outline(f"<img src=/a.jpg>{caption}{p(100)}").weights == [0, 0, 100]
    assert outline(f"<img src=/a.jpg>{p(90)}{caption}").weights[:2] == [0, 90]
    assert outline(f"{p(90)}<img src=/a.jpg><b>Ferry</b>{caption}").weights[-1] > 90
    assert outline(caption).weights[0] > 90


def test_from_a_place_on_nothing_weighs_anything_once_it_is_cut():
    found = outline(f"<div>{p(100)}</div><div>{p(200)}<b>x</b></div>")

    assert (found.cut(1), found.weights, len(found.within)) == (200, [100, 0, 0], 4)
    assert (found.cut(1), found.weights) == (0, [100, 0, 0])


def test_elements_are_added_up_from_within_and_each_has_its_run_of_lines():
    found = outline(f"<div><div>{p(100)}<section>{p(50)}</section></div>{p(60)}</div>{p(70)}")
    outer, inner = found.root.findall(".//div")

    assert [found.within[each] for each in (found.root, outer, inner, inner.find("section"))] == [280, 210, 150, 50]
    assert [found.run(each) for each in (outer, inner, inner.find("section"))] == [range(3), range(2), range(1, 2)]
    assert found.run(found.blocks[3].element) == range(3, 4)
    assert [b - a for a, b in zip(found.before, found.before[1:], strict=False)] == [100, 50, 60, 70]


# --------------------------------------------------------------------------------------------------------------- lists


def listed(items: str) -> bool:
    found = outline(items)
    return is_list(found, [n for n, weight in enumerate(found.weights) if weight])


def item(title: str, size: int = 100, between: str = "") -> str:
    return f"<div><h3><a href=/a>{title}</a></h3>{between}<p>{sentence(size)}</p></div>"


@pytest.mark.parametrize(("title", "is_one"), [("x" * 10, True), ("x" * 9, False)])
def test_a_title_has_ten_bytes(title, is_one):
    assert listed(item(title) * 2) == is_one


@pytest.mark.parametrize(("number", "is_one"), [(2, True), (3, False)])
def test_a_title_is_one_of_three_lines_above(number, is_one):
    assert listed(item("Ferry stays until spring", between="<p>12:00</p>" * number) * 2) == is_one


@pytest.mark.parametrize(("rest", "is_one"), [(100, True), (102, False)])
def test_two_thirds_of_the_prose_of_a_list_stand_below_titles(rest, is_one):
    assert listed(item("Ferry stays until spring", 100) * 2 + f"<div>{p(rest)}</div>") == is_one


def test_one_item_is_no_list():
    assert not listed(item("Ferry stays until spring", 300))
    assert not listed("")


def test_a_link_at_the_end_of_a_page_is_no_title_of_what_stands_at_its_top():
    assert not listed(f"{p(100)}<div>{p(110)}</div><h3><a href=/a>Ferry stays until spring</a></h3>")


# ------------------------------------------------------------------------------------------------------- printed twice


def places(body: str) -> list[int]:
    found = outline(body)
    return sorted(repeated(found, range(len(found.blocks))))


TWO = p(100, 1) + p(100, 2)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (f"<div>{TWO}</div><div>{TWO}</div>", [2, 3]),
        (f"<div>{TWO}</div><div>{TWO}</div><div>{TWO}</div>", [2, 3, 4, 5]),
        # With the heading above, if that is the same, and what else stands above and is.
        (f"<div><h2>A</h2>{TWO}</div><div><h2>A</h2>{TWO}</div>", [3, 4, 5]),
        (f"<div><h2>A</h2>{TWO}</div><div><h2>B</h2>{TWO}</div>", [4, 5]),
        (f"<div><i>x</i><h2>A</h2>{TWO}</div><div><i>x</i><h2>A</h2>{TWO}</div>", [4, 5, 6, 7]),
        (f"<div><i>x</i><h2>A</h2>{TWO}</div><div><i>y</i><h2>A</h2>{TWO}</div>", [5, 6, 7]),
        # With what stands within, a picture too, as long as it goes on; a new line ends it.
        (f"<div>{TWO}<h2>A</h2>{p(50, 3)}</div><div>{TWO}<h2>A</h2>{p(50, 3)}<b>y</b></div>", [4, 5, 6, 7]),
        # Not behind something new.
        (f"<div>{TWO}{p(50, 3)}</div><div>{p(100, 1)}<img src=/a>{p(100, 2)}{p(50, 4)}</div>", []),
        (f"<div>{TWO}<b>More</b></div><div>{p(100, 1)}<img src=/a>{p(100, 2)}{p(50, 4)}</div>", [3, 4, 5]),
        # Two lines of prose, of two hundred bytes.
        (f"<div>{p(300, 1)}<h2>A</h2></div><div>{p(300, 1)}<h2>A</h2></div>", []),
        (f"<div>{p(99, 1)}{p(100, 2)}</div><div>{p(99, 1)}{p(100, 2)}</div>", []),
        # In another element.
        (TWO + TWO, []),
        (f"<div>{TWO}</div>", []),
        ("", []),
    ],
)
def test_a_passage_is_repeated_where_its_lines_are_those_of_one_above(body, found):
    assert places(body) == found
