"""The bounds by which the text of a page is chosen, one below and at each of them. All pages here are made up.

Lines begin with a letter of their own and have so many bytes.
"""

from __future__ import annotations

import pytest

from newsspider.parsing.maintext import MainText
from newsspider.parsing.page import Page

TITLE = "<h1>Ferry stays</h1>"


def line(size, letter="x"):
    return f"<p>{letter * (size - 1)}.</p>"


def read(body, article_body=None):
    html = f"<!doctype html><html><body>{body}</body></html>"
    page = Page(html.encode(), "https://gazette.example/a", [(b"Content-Type", b"text/html; charset=utf-8")])
    return MainText(page, next(iter(page.elements["h1"]), None), article_body)


def letters(body, article_body=None):
    return "".join(block.text[0] for block in read(body, article_body).lines if block.pieces)


@pytest.mark.parametrize(("size", "taken"), [(150, "x"), (149, "xyy")])
def test_comments_have_a_heading_below_so_much_prose(size, taken):
    below = f"<h2>Comments</h2>{line(90, 'y')}{line(90, 'y')}"

    assert letters(f"<div>{TITLE}{line(size)}{below}</div>").replace("C", "") == taken


@pytest.mark.parametrize(("size", "is_whole"), [(601, True), (600, False)])
def test_the_text_below_a_number_of_comments_has_more_than_three_times_the_prose_above(size, is_whole):
    count = "<div class=meta><b>12 Comments</b></div>"

    got = letters(f"<div>{TITLE}<div>{line(200)}</div>{count}<div>{line(size - 200, 'y')}{line(200, 'y')}</div></div>")

    assert ("y" in got) == is_whole


@pytest.mark.parametrize(("size", "taken"), [(150, "x"), (149, "y")])
def test_above_the_next_headline_stands_so_much_prose(size, taken):
    other = f"<div><h1>Bread wins</h1>{line(900, 'y')}</div>"

    assert letters(f"<div>{TITLE}{line(size)}</div>{other}")[0] == taken
    assert letters(f"<div>{TITLE}{line(size)}</div><div><h1>Ferry stays</h1></div>{other}")[0] == taken


def test_what_stands_beside_the_text_above_the_next_headline_is_none_of_it():
    body = f"<div>{TITLE}{line(200)}<aside>{line(100, 'z')}</aside></div><div><h1>Bread wins</h1>{line(900, 'y')}</div>"

    assert letters(body) == "x"


@pytest.mark.parametrize(("text", "teasers", "taken"), [(100, 2, "x"), (99, 2, "xyy"), (100, 1, "y")])
def test_beside_teasers_a_text_has_a_hundred_bytes_and_they_are_two(text, teasers, taken):
    link = "<a href=/b>A story of the bridge and the ferry</a>"
    boxes = "".join(f"<div class=b>{link}{line(2000, 'y')}</div>" for _ in range(teasers))

    assert letters(f"<div>{TITLE}<div class=a>{line(text)}</div>{boxes}</div>").replace("A", "") == taken


@pytest.mark.parametrize(("lines", "is_text"), [(3, True), (2, False)])
def test_a_bare_paragraph_above_is_text_where_three_like_it_stand_below(lines, is_text):
    below = "".join(line(300, letter) for letter in "yzw"[:lines])

    got = letters(f"<article>{TITLE}{line(100)}<div>{below}</div></article>")

    assert (got[0] == "x") == is_text


@pytest.mark.parametrize(
    ("above", "is_text"),
    [
        (line(150) + line(150), True),
        (line(150) + line(149), False),
        (line(100) + line(100), False),
        (line(150).replace("<p>", "<p class=a>") + line(150).replace("<p>", "<p class=a>"), False),
        (f"<div>{line(150)}</div><div>{line(150)}</div>", False),  # in two elements
    ],
)
def test_two_paragraphs_in_a_box_above_are_text_by_their_size_and_place(above, is_text):
    rest = line(900, "y") * 3

    got = letters(f"<article>{TITLE}<div class=top><div class=row>{above}</div></div><div>{rest}</div></article>")

    assert (got[0] == "x") == is_text


# -------------------------------------------------------------------------------------- what JSON-LD has of the text

X, Y, Z = (f"{letter * 99}." for letter in "xyz")


@pytest.mark.parametrize(("said", "taken"), [(100, "x"), (98, "xz")])
def test_a_text_of_which_json_ld_has_half_is_no_more_than_that(said, taken):
    body = f"{TITLE}<div>{line(said)}{line(100, 'z')}</div>"

    assert letters(body, "x" * (said - 1) + ".") == taken


@pytest.mark.parametrize(("more", "taken"), [(50, "xy"), (49, "x")])
def test_what_json_ld_has_elsewhere_is_of_the_text_from_a_twentieth_of_it_on(more, taken):
    body = f"{TITLE}<div>{line(500)}{line(500)}</div><aside>{line(more, 'y')}</aside>"

    assert letters(body, f"{'x' * 499}. {'y' * (more - 1)}.").replace("xx", "x") == taken


def test_what_the_page_prints_twice_and_json_ld_has_once_is_there_once():
    body = f"{TITLE}<div>{line(500)}{line(300, 'y')}</div><aside>{line(300, 'y')}</aside>"

    assert letters(body, f"{'x' * 499}. {'y' * 299}.") == "xy"


@pytest.mark.parametrize(
    ("text", "is_cut"),
    [
        ("The ferry stays until", True),
        ("The ferry stays until 2027  \n", True),
        ("The ferry stays...", True),
        ("The ferry stays […]", True),
        ("The ferry, ", True),
        ("渡轮将保留到", True),
        ("渡轮将保留。", False),
        ("The ferry stays.", False),
        ("“The ferry stays.”", False),
        ("The ferry stays! ", False),
        ("a.", False),
    ],
)
def test_a_text_in_json_ld_is_cut_off_where_it_ends_within_a_sentence(text, is_cut):
    first, rest = (f"<div class=p>{each}</div>" for each in (line(300) * 3, line(900, "y") * 2))
    body = f"{TITLE}<div>{first}{rest}</div>"

    assert (letters(body, f"{'x' * 299}. {text}") == "xxxyy") == is_cut


@pytest.mark.parametrize(("scope", "taken"), [("article", "xyyy"), ("div", "yyy")])
def test_a_class_of_a_paragraph_alone_says_enough_within_an_article(scope, taken):
    above, rest = (each.replace("<p>", "<p class=t>") for each in (line(100), line(200, "y") * 3))

    assert letters(f"<{scope}>{TITLE}{above}<div class=wall>{rest}</div></{scope}>") == taken


def test_most_paragraphs_are_those_of_one_element_and_no_teasers():
    count = "<div class=meta><b>12 Comments</b></div>"
    link = "<a href=/b>A story of the bridge and the ferry</a>"
    other = f"<div>{''.join(f'<div>{link}{line(500, chr(97 + n))}</div>' for n in range(9))}</div>"

    for below in (f"<div>{'z' * 2000}.</div>", other):
        assert letters(f"<div>{TITLE}<div>{line(200)}</div>{count}{below}</div>") == "x"
