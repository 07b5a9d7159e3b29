"""Boxes in and around a text: which of them are parts of it, and which are something else. All pages are made up."""

from __future__ import annotations

import pytest

from newsspider.parsing.foreignboxes import foreign_boxes, is_label
from newsspider.parsing.maintext import MainText
from newsspider.parsing.page import Page
from newsspider.parsing.weighed import WeighedOutline
from tests.parsing.test_odd_pages import sentence
from tests.test_any_page import EN, OTHERS, ZH, html, paragraphs

TITLE = "<h1>Ferry stays</h1>"
LONG = [*EN, *(f"{text[:-1]}, once more." for text in EN)]
AD = "<div class=x-slot></div>"


def lines(body: str) -> list[str]:
    page = Page(html(body), "https://www.harbour.example/a", [(b"Content-Type", b"text/html; charset=utf-8")])
    return [block.text for block in MainText(page, page.elements["h1"][0]).lines if block.pieces]


def part(texts, opening="div class=part") -> str:
    return f"<{opening}>{paragraphs(texts)}</{opening.split()[0]}>"


@pytest.mark.parametrize("first", [1, 2, len(LONG) // 2, len(LONG) - 2, len(LONG) - 1])
@pytest.mark.parametrize("around", ["div", "article"])
def test_a_text_in_two_boxes_of_one_class_is_whole(around, first):
    parts = f"{part(LONG[:first])}{AD}{part(LONG[first:])}"

    assert lines(f"<{around}>{TITLE}<div class=art>{parts}</div></{around}>") == LONG
    assert lines(f"<{around}>{TITLE}<div class=art>{part(LONG[:1])}{parts}</div></{around}>")[1:] == LONG


@pytest.mark.parametrize(
    "other",
    [
        part(OTHERS[:1], "div class=other"),
        part(OTHERS[:1], "section class=part"),
        f"<div class=part><h2>Town</h2>{paragraphs(OTHERS[:1])}</div>",
        f"<div class=part><a href=/b>A museum of clocks closes for two winters</a>{paragraphs(OTHERS[:1])}</div>",
        f"<div class=part><div class=card>{paragraphs(OTHERS[:1])}</div></div>",
        f"<div class=part><p class=card>{OTHERS[0]}</p></div>",
    ],
)
def test_a_box_that_is_called_or_made_otherwise_is_no_part_of_a_text(other):
    assert lines(f"<div>{TITLE}<div class=art>{part(LONG)}{AD}{other}</div></div>") == LONG


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("class='part part-1'", "class='part part-2'"),
        ("class=part-1", "class=part-2"),
        ("class=c1", "class=c2"),
        ("class=body", "class='body body--last'"),
        ("class=article-text", "class=article-text-bottom"),
    ],
)
@pytest.mark.parametrize("first", [2, len(LONG) - 2])
def test_a_text_in_boxes_whose_names_are_alike_is_whole(first, one, other):
    parts = f"{part(LONG[:first], f'div {one}')}{AD}{part(LONG[first:], f'div {other}')}"

    assert lines(f"<div>{TITLE}<div class=art>{parts}</div></div>") == LONG


def test_boxes_without_a_class_are_alike_within_an_article_only():
    parts = f"<div class=art>{part(LONG[:6], 'div')}{AD}{part(LONG[6:], 'div id=x')}</div>"
    assert lines(f"<article>{TITLE}{parts}</article>") == LONG

    others = f"<div class=art>{part(LONG, 'div')}{AD}{part(OTHERS[:1], 'div')}</div>"
    assert lines(f"<div>{TITLE}{others}</div>") == LONG


@pytest.mark.parametrize(
    ("above", "below", "taken"),
    [
        (f"<p>{OTHERS[0]}</p>", "", [OTHERS[0], *LONG]),
        (f"<p class=dek>{OTHERS[0]}</p>", "", LONG),
        ("<p>Published on 29 January 2026, changed at 20:10</p>", "", LONG),
        ("", f"<p>{OTHERS[0]}</p>", LONG),
    ],
)
def test_a_paragraph_above_the_box_with_most_of_an_article_is_part_of_it(above, below, taken):
    rest = f"{above}{AD}<div class=rest>{paragraphs(LONG)}</div>{below}"

    assert lines(f"<article>{TITLE}{rest}</article>") == taken


@pytest.mark.parametrize("number", [1, 2, 4])
def test_a_list_of_other_articles_is_no_text_however_long_it_is(number):
    teasers = "".join(f"<div class=i><a href=/x>{text[:60]}</a><p>{text}</p></div>" for text in OTHERS * 3)
    latest = f"<div class=latest><h3>Latest news</h3>{teasers}</div>"

    assert lines(f"<div><div class=box>{TITLE}<div>{paragraphs(EN[:number])}</div></div>{latest}</div>") == EN[:number]


STANDFIRST = "<p class=dek>The vote ended months of dispute in a river town.</p>"
NOTE = "<div class=note>A version of this article was printed on page 12 of the Thursday edition.</div>"


@pytest.mark.parametrize(("above", "below"), [(STANDFIRST, ""), ("", NOTE), (STANDFIRST, NOTE)])
def test_a_line_unlike_those_of_a_short_text_stands_around_it(above, below):
    content = f"<div class=content>{paragraphs(EN[:3])}</div>"

    assert lines(f"<article>{TITLE}{above}{content}{below}</article>") == EN[:3]


def test_lines_like_those_of_a_text_or_more_than_two_others_are_part_of_it():
    content = f"<div class=content>{paragraphs(EN[:3])}</div>"

    assert lines(f"<article>{TITLE}<p>{EN[3]}</p>{content}</article>") == [EN[3], *EN[:3]]
    three = "".join(f"<p class=line-{n}>{text}</p>" for n, text in enumerate(OTHERS[:3]))
    assert lines(f"<article>{TITLE}{content}{three}</article>") == [*EN[:3], *OTHERS[:3]]
    two = f"<div class=content>{paragraphs(EN[:2])}</div>"
    assert lines(f"<article>{TITLE}<p class=dek>{OTHERS[0]}</p>{two}</article>") == [OTHERS[0], *EN[:2]]


SIGN_UP = "Our reporters send you the stories that matter from the town, every weekday at seven in the morning."
CONTROLS = {
    "field": "<input type=email>",
    "field of no type": "<input>",
    "button": "<div><button>Sign up</button></div>",
    "choice": "<select><option>daily</select>",
    "text": "<textarea></textarea>",
}


@pytest.mark.parametrize("control", CONTROLS.values(), ids=CONTROLS)
@pytest.mark.parametrize("tag", ["div", "section", "x-collapse"])
def test_a_box_with_a_button_or_a_field_is_none_of_the_text(tag, control):
    box = f"<{tag} class=css-8a><h3>Daily</h3><p>{SIGN_UP}</p>{control}<p>{SIGN_UP} Until you leave.</p></{tag}>"

    assert lines(f"<article>{TITLE}<div>{paragraphs(LONG[:5])}{box}{paragraphs(LONG[5:])}</div></article>") == LONG


@pytest.mark.parametrize(
    "box",
    [
        f"<div class=css-8a><p>{OTHERS[0]}</p><input type=hidden></div>",
        f"<div class=css-8a><p>{OTHERS[0]}</p><figure><img src=a.jpg><button>+</button></figure></div>",
        f"<p class=css-8a>{OTHERS[0]} <button>Listen</button></p>",
        f"<li class=css-8a>{OTHERS[0]} <button>Listen</button></li>",
        f"<blockquote class=css-8a>{OTHERS[0]} <button>Copy</button></blockquote>",
    ],
)
def test_what_only_enlarges_a_picture_or_stands_in_a_paragraph_makes_no_box(box):
    assert OTHERS[0] in " ".join(lines(f"<article>{TITLE}<div>{paragraphs(LONG)}{box}<p>{EN[0]}</p></div></article>"))


@pytest.mark.parametrize(
    "box",
    [
        f"<div class=first><div class=audio><button>Listen</button></div>{paragraphs(OTHERS[:2])}</div>",
        f"<section class=sec><h2>How <button>Copy link</button></h2>{paragraphs(OTHERS[:1])}</section>",
        f"<div class=sec><div><img src=a.jpg><button>Enlarge</button></div>{paragraphs(OTHERS[:1])}</div>",
        f"<div class=sec>{paragraphs(OTHERS[:1])}<input type=hidden></div>",
    ],
)
def test_what_a_button_above_it_plays_or_opens_is_text(box):
    got = lines(f"<article>{TITLE}<div>{paragraphs(LONG[:4])}{box}{paragraphs(LONG[4:])}</div></article>")

    assert OTHERS[0] in got


@pytest.mark.parametrize("name", ["entry entry-{}", "entry-{}", "x{}y"])
def test_boxes_with_buttons_are_the_text_together_whatever_number_they_have(name):
    texts = [LONG[n : n + 2] for n in range(0, 8, 2)]
    entries = [
        f"<div class='{name.format(n)}'>{paragraphs(each)}<button>Share</button></div>" for n, each in enumerate(texts)
    ]

    assert lines(f"<article>{TITLE}<div>{''.join(entries)}</div></article>") == LONG[:8]


def test_boxes_with_buttons_that_have_much_of_the_text_are_it():
    entries = [f"<div class=entry>{paragraphs(LONG[n : n + 2])}<button>Share</button></div>" for n in (0, 2, 4, 6)]

    assert lines(f"<article>{TITLE}<div>{''.join(entries)}</div></article>") == LONG[:8]
    one = f"<div class=entry>{paragraphs(LONG[:2])}<button>Share</button></div>{part(LONG[2:8], 'div class=entry')}"
    assert lines(f"<article>{TITLE}<div>{one}</div></article>") == LONG[:8]


LINK = "<a href=/x>A baker from the old town has won the national prize</a>"
TEASER = f"<div class=r>{LINK}<p>{OTHERS[1]}</p></div>"


@pytest.mark.parametrize(
    ("before", "box"),
    [(5, TEASER), (len(LONG), TEASER), (5, f"<section>{TEASER}{TEASER}</section>"), (5, f"<div>{TEASER}</div>")],
)
def test_a_teaser_in_a_box_of_its_own_is_none_of_the_text(before, box):
    content = f"{paragraphs(LONG[:before])}{box}{paragraphs(LONG[before:])}"

    assert lines(f"<article>{TITLE}<div class=content>{content}</div></article>") == LONG


def test_a_teaser_in_chinese_is_none_of_the_text_either():
    link = "<a href=/1>老城面包师第三次获全国大奖，评委称其黑麦面包无人能及</a>"
    box = f"<div class=r>{link}<p>评委会称，这位面包师的黑麦面包外皮酥脆，无人能及，值得推荐。</p></div>"

    assert lines(f"<div>{TITLE}<div class=content>{paragraphs(ZH)}{box}</div></div>") == ZH


@pytest.mark.parametrize(
    "box",
    [
        f"{LINK}<p>{OTHERS[1]}</p>",  # no box
        f"<div class=r><a href=#x>A baker from the old town has won the prize</a><p>{OTHERS[1]}</p></div>",
        f"<div class=r><p>What became of the others.</p>{LINK}<p>{OTHERS[1]}</p></div>",
        f"<div class=r>{LINK}<p>{OTHERS[1]}</p><p>{OTHERS[2]}</p></div>",
    ],
)
def test_other_text_below_a_link_is_kept(box):
    content = f"{paragraphs(LONG[:5])}{box}{paragraphs(LONG[5:])}"

    assert OTHERS[1] in lines(f"<article>{TITLE}<div class=content>{content}</div></article>")


def test_entries_that_open_with_a_link_are_the_text_where_they_have_much_of_it_or_others_say_more():
    entries = [f"<div class=entry>{LINK}<p>{text}</p></div>" for text in LONG[:6]]
    longer = "".join(f"<div class=entry>{LINK}{paragraphs(texts)}</div>" for texts in (LONG[1:4], LONG[4:]))

    assert lines(f"<article>{TITLE}<div>{''.join(entries)}</div></article>") == LONG[:6]
    assert lines(f"<article>{TITLE}<div>{entries[0]}{longer}</div></article>") == LONG


@pytest.mark.parametrize(("boxes", "are_text"), [(5, False), (6, True)])
def test_boxes_with_a_quarter_of_the_prose_are_none_of_the_text_and_those_with_more_are(boxes, are_text):
    text, teased = [sentence(60, n) for n in range(4)], sentence(60, 9)  # of a teaser 16 bytes count
    teasers = f"<div class=r>{LINK}<p>{teased}</p></div>" * boxes
    got = lines(f"<article>{TITLE}<div>{paragraphs(text[:2])}{teasers}{paragraphs(text[2:])}</div></article>")

    assert got == [*text[:2], *([teased] * boxes if are_text else []), *text[2:]]


@pytest.mark.parametrize(
    ("box", "kept"),
    [
        (f"<div class=x9><div>In other news</div>{LINK}</div>", False),
        (f"<div class=x9><p>Материалы по теме:</p><ul><li>{LINK}</li><li>{LINK}</li></ul></div>", False),
        (f"<div><div class=x9><h4>In other news</h4><div>{LINK}</div></div></div>", False),
        (f"<div class=x9><div><h4>In other news</h4></div><div>{LINK}</div></div>", False),
        ("<div class=x9><div>In other news</div></div>", True),
        ("<p>相關報導</p><p>12 boats</p>", True),
        (f"<div class=x9><div>In other news</div>{LINK}<div>12 boats</div></div>", True),
        (f"<div class=x9><div>12 boats</div><div>In other news</div>{LINK}</div>", True),
        (f"<div class=x9><div>All were saved.</div>{LINK}</div>", True),
        (f"<h3>In other news</h3>{LINK}", True),
        ("<div><h2>How it began</h2><a href='#how'>Link to this</a></div>", True),
        (f"<p><strong>延伸閱讀</strong></p><p>{LINK}</p>", False),
        (f"<p>相關報導：</p><p>{LINK}</p>", False),
        (f"<p>Read also:</p><p>{LINK}</p>", False),
        (f"<p>相關部門</p><p>{LINK}</p>", True),
    ],
)
def test_the_label_of_a_box_of_links_goes_with_them(box, kept):
    got = lines(f"<article>{TITLE}<div>{paragraphs(LONG[:5])}{box}{paragraphs(LONG[5:])}</div></article>")

    assert [text for text in got if text in LONG] == LONG
    assert (len(got) > len(LONG)) is kept
    assert ("In other news" in got) is (kept and "In other news" in box)


def test_the_last_line_of_a_page_announces_nothing():
    page = Page(html(f"{TITLE}<p>{EN[0]}</p><p>Read also:</p>"), "https://www.harbour.example/a", [])
    outline = MainText(page, page.elements["h1"][0]).outline

    assert not is_label(outline, len(outline.blocks) - 1)


def test_a_picture_in_a_box_of_its_own_is_no_label():
    content = f"{paragraphs(LONG[:5])}<div class=x9><img src=/a.jpg></div>{paragraphs(LONG[5:])}"

    assert lines(f"<article>{TITLE}<div>{content}</div></article>") == LONG


def test_a_part_that_opens_with_a_link_is_no_foreign_box():
    parts = [f"<div class='part part-{n}'>{each}</div>" for n, each in enumerate(
        (paragraphs(LONG[:4]), f"<p>{LINK}</p><p>{LONG[4]}</p>", paragraphs(LONG[5:]))
    )]  # fmt: skip

    assert lines(f"<article>{TITLE}<div class=art>{AD.join(parts)}</div></article>") == LONG


def test_boxes_of_a_page_builder_are_called_widgets_and_are_the_text():
    name = "elementor-element elementor-widget elementor-widget-text-editor elementor-element-{}"
    boxes = [part(each, f"div class='{name.format(n)}'") for n, each in enumerate((LONG[:1], LONG[1:6], LONG[6:]))]

    assert lines(f"<div>{TITLE}<div>{AD.join(boxes)}</div></div>") == LONG


@pytest.mark.parametrize(
    ("ending", "kept"),
    [
        (' <a href="/">Back to Harbour Post</a>', ""),
        ('<a href="https://www.harbour.example/"><b>返回首页</b>，查看更多</a>\n', ""),
        (' <a href="/index.html">Home</a>', ""),
        (' <a href="/news/">More news</a>', " More news"),
        (' <a href="https://other.example/">Other</a>', " Other"),
        (' <a href="">Again</a>', " Again"),
        (', says <a href="/">Harbour Post</a>', ", says Harbour Post"),
    ],
)
def test_a_link_home_behind_the_last_sentence_is_none_of_it(ending, kept):
    last = EN[-1].rstrip(".") if kept.startswith(",") else EN[-1]
    body = f"<article>{TITLE}<div>{paragraphs(EN[:-1])}<p>{last}{ending}</p></div></article>"

    assert lines(body) == [*EN[:-1], f"{last}{kept}"]


def test_a_teaser_below_the_heading_of_the_comments_weighs_nothing_and_is_in_no_box():
    body = f"{TITLE}<p>{EN[0]}</p><a href=/x>{EN[1]}</a><p>{EN[2]}</p>"
    outline = WeighedOutline(Page(html(body), "https://a.example/a", []))
    assert outline.teasers == {3}
    outline.cut(2)

    assert foreign_boxes(outline, range(len(outline.blocks))) == set()
