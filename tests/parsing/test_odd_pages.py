"""Articles in markup that was meant for something else. All pages here are made up."""

from __future__ import annotations

import pytest

from newsspider.parsing.anypage import AnyPage
from newsspider.parsing.unparsed import UnparsedPageError
from tests.test_any_page import EN, article, html, paragraphs

TITLE = "Ferry stays until spring"
HEAD = f"<title>{TITLE}</title>"


@pytest.mark.parametrize("tag", ["blockquote", "ul", "ol", "dl"])
@pytest.mark.parametrize("more", ["", "<p>It is so.</p>"])
@pytest.mark.parametrize("headed", ["<h1>{}</h1>", ""])
def test_all_of_a_page_may_be_in_a_quote_or_a_list(tag, more, headed):
    item = "li" if tag in ("ul", "ol") else "p"
    texts = "".join(f"<{item}>{text}</{item}>" for text in EN * 2)
    got = article(html(f"<{tag}>{headed.format(TITLE)}{texts}{more}</{tag}>", head=HEAD))

    assert (got.title, got.paragraphs[: 2 * len(EN)]) == (TITLE, EN * 2)


@pytest.mark.parametrize("name", ["gallery-item", "video-block", "info", "card"])
@pytest.mark.parametrize("boxes", [3, 4, 5, 6, 12])
@pytest.mark.parametrize("around", ["article", "div"])
def test_an_article_may_be_in_several_boxes_of_one_class(name, boxes, around):
    texts = [f"{EN[n % len(EN)]} That was on day {n + 1}." for n in range(boxes)]
    inside = "".join(f"<div class={name}><p>{text}</p></div>" for text in texts)
    got = article(html(f"<{around}><h1>{TITLE}</h1>{inside}</{around}>", head=HEAD))

    assert (got.title, got.paragraphs) == (TITLE, texts)


def sentence(size, number=0):
    """A sentence of so many bytes."""
    return f"{(f'On day {number} the ferry went on and on ' * 200)[: size - 1]}."


@pytest.mark.parametrize(("outside", "is_article"), [(200, True), (202, False)])
def test_boxes_have_three_times_the_prose_of_the_rest_where_they_are_the_article(outside, is_article):
    boxes = [sentence(100, n) for n in range(6)]
    inside = "".join(f"<div class=card><p>{text}</p></div>" for text in boxes)
    rest = sentence(outside)
    got = article(html(f"<h1>{TITLE}</h1><p>2026-01-12 10:00</p><p>{rest}</p>{inside}", head=HEAD))

    assert got.paragraphs == ([rest, *boxes] if is_article else [rest])


@pytest.mark.parametrize(("linking", "is_article"), [(0, True), (2, True), (3, False), (6, False)])
def test_boxes_of_which_half_end_with_links_are_none_of_it(linking, is_article):
    link = " <a href=/x>Read more</a>"
    texts = [sentence(120, n) + (link if n < linking else "") for n in range(6)]
    inside = "".join(f"<div class=card><p>{text}</p></div>" for text in texts)
    page = html(f"<h1>{TITLE}</h1><p>2026-01-12 10:00</p><p>{EN[0]}</p>{inside}", head=HEAD)

    assert len(article(page).paragraphs) == (7 if is_article else 1)


def test_boxes_that_link_elsewhere_are_none_of_an_article():
    cards = "".join(f"<div class=card><a href=/{n}>Of today {n}</a><p>{EN[0]} {n}</p></div>" for n in range(20))
    got = article(html(f"<h1>{TITLE}</h1>{paragraphs(EN)}{cards}", head=HEAD))

    assert got.paragraphs == EN


def test_few_boxes_beside_an_article_are_none_of_it():
    cards = "".join(f"<div class=card><p>{EN[0]} {n}</p></div>" for n in range(3))
    got = article(html(f"<h1>{TITLE}</h1><div>{paragraphs(EN * 2)}</div>{cards}", head=HEAD))

    assert got.paragraphs == EN * 2


def test_a_fault_in_what_tells_articles_from_other_pages_makes_none(monkeypatch):
    def fail(self, *, is_dated):
        raise IndexError("out of range")

    monkeypatch.setattr(AnyPage, "is_article", fail)

    with pytest.raises(UnparsedPageError, match="knows its text; text: raised IndexError: out of range"):
        article(html(f"<h1>{TITLE}</h1>{paragraphs(EN)}", head=HEAD))


# ---------------------------------------------------------------- pictures and tables


def figure(inside):
    first = "<figure><img src=/a.jpg><figcaption>The ferry.</figcaption></figure>"
    return f"<h1>{TITLE}</h1><div><p>{EN[0]}</p>{first}<p>{EN[1]}</p>{inside}<p>{EN[2]}</p></div>"


def test_a_caption_of_two_lines_says_both_and_whose_picture_it_is():
    lines = "<figcaption><p>The old ferry at its pier on Monday.</p><p>Photo: Ann Roe</p></figcaption>"
    got = article(html(figure(f"<figure><img src=/b.jpg>{lines}</figure>"), head=HEAD))

    assert [each.caption for each in got.images] == [
        "The ferry.",
        "The old ferry at its pier on Monday. Photo: Ann Roe",
    ]


@pytest.mark.parametrize(("size", "is_taken"), [(999, True), (1000, True), (1001, False)])
def test_a_caption_has_a_length_from_which_on_a_line_is_a_paragraph(size, is_taken):
    lines = f"<figcaption><p>{sentence(size)}</p><p>It is seen from the pier of the old harbour.</p></figcaption>"
    got = article(html(figure(f"<figure><img src=/b.jpg>{lines}</figure>"), head=HEAD))

    assert got.images[1].caption.endswith("the old harbour.") == is_taken
    assert ("It is seen from the pier of the old harbour." in got.paragraphs) != is_taken


@pytest.mark.parametrize("attribute", ["data-srcset", "srcset", "data-lazy-srcset"])
def test_a_picture_whose_address_only_a_srcset_has_keeps_its_caption(attribute):
    picture = f"<figure><img {attribute}='/b.jpg 800w, /c.jpg 400w'><figcaption>The bridge.</figcaption></figure>"
    got = article(html(figure(picture), head=HEAD))

    assert [(each.url[-6:], each.caption) for each in got.images] == [
        ("/a.jpg", "The ferry."),
        ("/b.jpg", "The bridge."),
    ]


@pytest.mark.parametrize("other", ["<video src=/v.mp4></video>", "<img>"])
def test_the_caption_of_something_else_goes_to_no_picture(other):
    got = article(html(figure(f"<figure>{other}<figcaption>The bridge in motion.</figcaption></figure>"), head=HEAD))

    assert [each.caption for each in got.images] == ["The ferry."]


def test_a_figure_around_several_pictures_has_a_caption_for_the_last():
    several = "<figure><img src=/b.jpg></figure><figure><img src=/c.jpg></figure><figcaption>Both.</figcaption>"
    got = article(html(figure(f"<figure>{several}</figure>"), head=HEAD))

    assert [each.caption for each in got.images] == ["The ferry.", None, "Both."]


def test_a_row_of_pictures_is_no_paragraph():
    rows = "<tr><td><img src=/a.jpg><td><img src=/b.jpg><tr><td>Boat one<td>12<tr><td>Boat two<td>14"
    table = f"<table><caption>Boats of the line</caption>{rows}</table>"
    got = article(html(f"<h1>{TITLE}</h1><div>{paragraphs(EN)}{table}{paragraphs(EN)}</div>", head=HEAD))

    assert got.paragraphs == [*EN, "Boats of the line", "Boat one 12", "Boat two 14", *EN]
    (block,) = [each for each in got.blocks if each["type"] == "table"]
    assert block["rows"] == [[None, None], ["Boat one", "12"], ["Boat two", "14"]]
