"""Texts that a page parts by links, posts, counts and boxes, or prints twice. All pages here are made up."""

from __future__ import annotations

import pytest

from newsspider.parsing.maintext import MainText
from newsspider.parsing.page import Page
from newsspider.parsing.repeats import repeated
from newsspider.parsing.weighed import WeighedOutline
from tests.parsing.test_odd_pages import sentence
from tests.test_any_page import EN, OTHERS, article, html, paragraphs

TITLE = "<h1>Ferry stays</h1>"
HEAD = "<title>Ferry stays</title>"
LONG = [*EN, *(f"{text[:-1]}, once more." for text in EN)]


def read(body: str) -> MainText:
    page = Page(html(body), "https://www.harbour.example/a", [(b"Content-Type", b"text/html; charset=utf-8")])
    return MainText(page, next(iter(page.elements["h1"]), None))


def lines(body: str) -> list[str]:
    return [block.text for block in read(body).lines if block.pieces]


def weights(body: str) -> list[int]:
    page = Page(html(body), "https://www.harbour.example/a", [(b"Content-Type", b"text/html; charset=utf-8")])
    return [weight for weight in WeighedOutline(page).weights if weight]


# ------------------------------------------------------------------------------------- what is a teaser, and what not


def test_a_link_above_the_headline_makes_no_teaser_of_the_text():
    trail = "<p><a href=/>The harbour and all of its boats</a></p>"
    teased = article(html(f"{trail}{TITLE}<p>2026-01-12 10:00</p><p>{EN[0]}</p>", head=HEAD))

    assert teased.paragraphs == EN[:1]
    assert weights(f"{trail}{TITLE}<p>{sentence(200)}</p>") == [200]
    assert weights(f"{trail}<h2>Ferry stays</h2><p>{sentence(200)}</p>") == [51]


@pytest.mark.parametrize("tag", ["blockquote", "div"])
def test_what_an_embedded_post_links_to_is_itself(tag):
    post = f"<{tag}><div><p><a href=/post>A post shared by the captain of the old ferry</a></p></div></{tag}>"

    assert weights(f"<div><p>{sentence(200)}</p></div>{post}<div><p>{sentence(200, 1)}</p></div>") == [
        200,
        200 if tag == "blockquote" else 51,
    ]


@pytest.mark.parametrize(("others", "taken"), [(2, [200, 200]), (1, [200, 51])])
def test_paragraphs_below_links_are_text_where_others_beside_them_are(others, taken):
    related = "<div><a href=/b>The history of a ferry and its bridge</a></div>"
    text = "".join(f"<p>{sentence(200, n)}</p>" for n in range(others))

    assert weights(f"<div>{text}{related}<p>{sentence(200, 9)}</p></div>")[-2:] == taken


@pytest.mark.parametrize(("teasers", "taken"), [(6, 200), (7, 51)])
def test_teasers_among_paragraphs_are_text_where_they_have_three_times_the_prose_of_these_at_most(teasers, taken):
    link = "<a href=/{n}>The ferry and its bridge, part {n}</a><p>{text}</p>"
    teased = "".join(link.format(n=n, text=sentence(200, n)) for n in range(teasers))

    assert weights(f"<div><p>{sentence(200)}</p><p>{sentence(200)}</p>{teased}</div>")[2:] == [taken] * teasers


def test_an_article_between_whose_paragraphs_links_to_others_stand_is_one():
    related = "<div class=link-related><h3><a href=/b>PHOTOS: The ferry through all of the years</a></h3></div>"
    text = "".join(f"<p>{each}</p>{related if n % 2 else ''}" for n, each in enumerate(EN * 2))

    got = article(html(f"{TITLE}<div>{text}</div>", head=HEAD))

    assert got.paragraphs == EN * 2


# ------------------------------------------------------------------------------------------ boxes that hold the article


def test_boxes_whose_paragraphs_link_elsewhere_are_the_article_where_it_is_in_them():
    texts = [f"{text} <a href=/{n}>The council</a> met again." for n, text in enumerate(LONG)]
    boxes = "".join(f"<div class='card item'><div class=card-content><p>{text}</p></div></div>" for text in texts)
    got = article(html(f"{TITLE}<div class='article-body cards'>{boxes}</div>", head=HEAD))

    assert len(got.paragraphs) == len(texts)


@pytest.mark.parametrize(
    "link",
    [
        "<a href=/{n}>The ferry of day {n}</a><p>{text}</p>",
        "<p>{text} <a href=/{n}>More</a></p>",
        "<span>Harbour</span><h3><a href=/{n}>The ferry of day {n}</a></h3><p>{text}</p><span>5 May</span>",
    ],
)
def test_boxes_with_a_line_that_is_a_link_or_that_end_with_one_are_teasers(link):
    boxes = "".join(f"<div class=card>{link.format(n=n, text=text)}</div>" for n, text in enumerate(OTHERS * 2))

    assert lines(f"{TITLE}<p>{EN[0]}</p>{boxes}") == EN[:1]


def test_a_footer_is_no_article_however_little_else_there_is():
    assert lines(f"{TITLE}<footer><p>{EN[0]}</p><p>{EN[1]}</p></footer>") == []
    assert lines(f"<footer>{TITLE}<p>{EN[0]}</p><p>{EN[1]}</p></footer>") == EN[:2]  # it is around the headline
    assert lines(f"<footer><article><h2>Ferry stays</h2>{paragraphs(EN)}</article></footer>") == EN
    assert lines(f"<nav><a href=/>Home</a><h2>Ferry stays</h2>{paragraphs(EN)}") == EN  # it was not closed


@pytest.mark.parametrize(("line", "is_prose"), [
    ("© 2026 The Harbour Post, all of whose texts are its own, and may not be printed by others.", False),
    ("The © sign has been printed on the cover of all books of the town since its printers learned to.", True),
    ("The Harbour Post © 2026, all of whose texts are its own, and may not be printed by others.", False),
    (f"© Harbour Post {sentence(300)}", True),
    ("The harbour post was founded long before the ferry, in the year 1881. © Harbour Post, as everybody knows.", True),
])  # fmt: skip
def test_a_short_line_that_opens_with_whose_it_is_is_no_prose(line, is_prose):
    assert bool(weights(f"<p>{EN[0]}</p><p>{line}</p>")[1:]) == is_prose


def test_a_text_that_the_page_blurs_is_none():
    blurred = f"<div class='content blurred'>{paragraphs(OTHERS[:2])}</div>"

    assert lines(f"{TITLE}<div><p>{EN[0]}</p><p>{EN[1]}</p>{blurred}</div>") == EN[:2]


# ----------------------------------------------------------------------------------------------- what stands above most


@pytest.mark.parametrize("scope", ["div", "article"])
@pytest.mark.parametrize(
    ("above", "is_text"),
    [
        ("<div class=column><p class=line>{}</p></div>", True),
        ("<div class=other><p class=line>{}</p></div>", False),
        ("<div class=column><p class=lead>{}</p></div>", False),
        ("<p>{}</p>", False),
    ],
)
def test_a_paragraph_above_the_box_of_the_others_is_text_where_it_is_in_classes_like_theirs(scope, above, is_text):
    box = "".join(f"<div class=column><p class=line>{text}</p></div>" for text in LONG[1:])

    got = lines(f"<{scope}>{TITLE}{above.format(LONG[0])}<div class=wall>{box}</div></{scope}>")

    assert got == (LONG if is_text else LONG[1:])


@pytest.mark.parametrize(("size", "is_text"), [(150, True), (149, False)])
def test_lines_above_in_another_box_are_text_where_what_is_right_around_them_is_called_alike(size, is_text):
    above = f"<section><div class=top><div class=text><p>{sentence(size)}</p></div></div></section>"
    page = f"<div>{TITLE}{above}<section><div class=text>{paragraphs(LONG)}</div></section></div>"

    assert lines(page) == [*[sentence(size)] * is_text, *LONG]


def test_unnamed_boxes_beside_each_other_are_parts_of_a_text_where_what_is_in_them_is_named():
    boxes = "".join(f"<div><div class=type-text><p>{text}</p></div></div><hr>" for text in LONG)
    bare = "".join(f"<div><p>{text}</p></div><hr>" for text in OTHERS[:1])

    assert lines(f"<div>{TITLE}<div>{boxes}</div>{bare}</div>") == LONG


@pytest.mark.parametrize(("scope", "is_text"), [("article", True), ("div", False)])
def test_two_bare_paragraphs_begin_the_text_of_an_article_wherever_they_stand(scope, is_text):
    above = f"<div class=top><div class=row>{paragraphs([sentence(150), sentence(150, 1)])}</div></div>"
    page = f"<{scope}>{TITLE}{above}<div class=rest>{paragraphs(EN * 3)}</div></{scope}>"

    assert (len(lines(page)) == 2 + 3 * len(EN)) == is_text


def test_one_bare_paragraph_above_is_a_standfirst():
    above = f"<div class=top><p>{sentence(299)}</p></div>"

    assert lines(f"<article>{TITLE}{above}<div class=rest>{paragraphs(EN * 3)}</div></article>") == EN * 3


# ----------------------------------------------------------------------------------------------- the number of comments


@pytest.mark.parametrize(("size", "label", "is_whole"), [
    (200, "<div class=meta><span>1 Kommentare</span></div>", True),
    (200, "<div class=meta><h5>12 Comments</h5></div>", True),
    (299, "<p>12 Comments</p>", True),
    (300, "<p>12 Comments</p>", False),
    (200, "<h2>12 Comments</h2>", False),  # what stands beside it is what it counts
    (200, "<span>12 Comments</span>", False),
    (200, "<div class=meta><h5>Comments (12)</h5></div>", False),  # a heading
    (200, "<p>网友评论</p>", False),
])  # fmt: skip
def test_a_number_of_comments_below_a_standfirst_opens_none(size, label, is_whole):
    got = lines(f"{TITLE}<div><p>{sentence(size)}</p></div>{label}<div>{paragraphs(LONG)}</div>")

    assert (LONG[-1] in got) == is_whole


@pytest.mark.parametrize(("other", "is_whole"), [("paragraph", True), ("note", False)])
def test_a_text_of_which_json_ld_has_a_part_is_whole_where_the_rest_stands_in_boxes_alike(other, is_whole):
    half = f"<div class=text><div class=paragraph>{paragraphs(EN[:3])}</div><h2>The town</h2>"
    page = f"{TITLE}{half}<div class={other}>{paragraphs(OTHERS)}</div></div>"
    body = Page(html(page), "https://www.harbour.example/a", [(b"Content-Type", b"text/html; charset=utf-8")])

    got = MainText(body, body.elements["h1"][0], f"{' '.join(EN[:3])}…")

    assert [block.text for block in got.lines] == ([*EN[:3], "The town", *OTHERS] if is_whole else EN[:3])


def test_a_text_of_which_json_ld_has_all_ends_where_that_ends():
    page = f"{TITLE}<div><div class=part>{paragraphs(EN)}</div><div class=part>{paragraphs(OTHERS * 2)}</div></div>"
    body = Page(html(page), "https://www.harbour.example/a", [(b"Content-Type", b"text/html; charset=utf-8")])

    assert [block.text for block in MainText(body, body.elements["h1"][0], " ".join(EN)).lines] == EN


@pytest.mark.parametrize(
    "page",
    [
        "<div>{title}<div>{text}</div><div>{others}</div></div>",
        "<p>{title}</p><div class=n><div class=t>{others}</div></div><div class=a><div class=t>{text}</div></div>",
    ],
)
def test_paragraphs_of_one_class_in_boxes_of_none_and_notes_above_are_no_text(page):
    text, others = (paragraphs(each).replace("<p>", "<p class=t>") for each in (LONG, OTHERS[:1]))

    assert lines(page.format(title=TITLE, text=text, others=others)) == LONG


def test_comments_in_elements_of_their_own_go_on_with_no_article():
    comments = "".join(f"<div><p>{text}</p></div>" for text in LONG)

    assert lines(f"{TITLE}<div><p>{sentence(200)}</p></div><p>12 Comments</p>{comments}") == [sentence(200)]


# ------------------------------------------------------------------------------------------------------ printed twice


def part(texts, above=""):
    return f"<section>{above}{paragraphs(texts[:2])}<h2>Bridge</h2>{paragraphs(texts[2:])}</section>"


def test_a_text_that_a_page_prints_for_two_widths_of_a_screen_is_there_once():
    text = [*LONG[:2], "Bridge", *LONG[2:]]

    assert lines(f"<div>{TITLE}{part(LONG)}{part(LONG)}</div>") == text
    assert lines(f"<div>{TITLE}{part(LONG[:4])}{part(LONG)}</div>") == text
    assert lines(f"<div>{TITLE}{3 * part(LONG)}<p>{sentence(200)}</p></div>") == [*text, sentence(200)]


QUOTE = f"<blockquote>{paragraphs(EN[:2])}</blockquote>"
ASKED = paragraphs(["What will you do for the ferry, and what may it cost the town?", EN[1]])


@pytest.mark.parametrize(
    "body",
    [
        f"{QUOTE}{paragraphs(OTHERS)}<div class=letter>{paragraphs(EN)}</div>",
        f"{paragraphs(OTHERS[:2])}{QUOTE}<p>{OTHERS[2]}</p>{QUOTE}<p>{OTHERS[3]}</p>",
        "".join(f"<section><h3>Party {n}</h3>{ASKED}<p>{OTHERS[n]}</p></section>" for n in range(3)),
        "".join(f"<div class=verse><p>{each}</p></div><div>{paragraphs(EN[:2])}</div>" for each in OTHERS[:3]),
        f"<div class=entry>{paragraphs(EN[:2])}</div>"
        + "".join(f"<div class=entry>{paragraphs(each)}</div>" for each in (OTHERS[:2], EN[:2], OTHERS[2:4])),
    ],
)
def test_what_is_repeated_behind_something_new_is_so_on_purpose(body):
    got = lines(f"<article>{TITLE}{body}</article>")

    assert len([line for line in got if len(line) > 20]) == body.count("<p>")


def test_what_is_left_out_as_repeated_makes_no_doubt():
    assert read(f"<div>{TITLE}<div class=preview>{paragraphs(LONG[:3])}</div>{part(LONG)}</div>").doubts == []


def test_lines_that_are_alike_in_one_element_are_kept():
    assert lines(f"<div>{TITLE}{paragraphs(EN * 2)}</div>") == EN * 2


@pytest.mark.parametrize(("sizes", "is_kept"), [((100, 100), False), ((99, 100), True), ((400,), True)])
def test_a_passage_has_two_lines_and_two_hundred_bytes(sizes, is_kept):
    quote = "".join(f"<p>{sentence(size, n)}</p>" for n, size in enumerate(sizes))
    body = f"<div><div>{quote}</div><div>{quote}{paragraphs(OTHERS)}</div></div>"
    outline = read(body).outline

    found = repeated(outline, range(len(outline.blocks)))

    assert found == (set() if is_kept else {2, 3})
