"""Which lines of a page are its article, where nothing but its text and markup tells. All pages here are made up."""

from __future__ import annotations

import pytest

from newsspider.parsing.maintext import MainText
from newsspider.parsing.page import Page
from tests.test_any_page import EN, OTHERS, ZH, html, paragraphs

STRONG = """
comment comments commentlist cmt disqus kommentar kommentare comentarios commentaires commenti pinglun replies related
recommend recommended recommendation recommendations sidebar footer nav navbar navigation menu breadcrumb breadcrumbs
newsletter share sharing social popular trending cookie consent modal popup advert advertisement ads sponsored promo
teaser teasers outbrain taboola tuijian widget signup tooltip cta donation donate relacionadas relacionados relacionada
relacionado correlati correlate correlato verwandte
"""
WEAK = """
byline author authors bio tag tags topics caption credit credits paywall subscribe subscription most toolbar copyright
disclaimer hidden visually sr rail more also card cards meta metadata info timestamp date headline kicker ad read
carousel slider gallery video player login register rating vote poll quiz statement aussi leia saiba leggi mehr weitere
abo
"""
BEGINNINGS = [
    "related", "recommend", "recommended", "recommendation", "recommendations", "newsletter", "sidebar", "breadcrumb",
    "breadcrumbs", "sponsored", "outbrain", "taboola", "popular", "trending", "signup",
]  # fmt: skip
TITLE = "<h1>Ferry stays</h1>"


def read(body, article_body=None):
    page = Page(html(body), "https://www.harbour.example/a", [(b"Content-Type", b"text/html; charset=utf-8")])
    h1 = next(iter(page.elements["h1"]), None)
    return MainText(page, h1, article_body)


def lines(body, article_body=None):
    return [block.text for block in read(body, article_body).lines]


def boxed(opening, texts=OTHERS[:2]):
    tag = opening.split()[0]
    return f"{TITLE}<div>{paragraphs(EN[:2])}<{opening}>{paragraphs(texts)}</{tag}>{paragraphs(EN[2:])}</div>"


@pytest.mark.parametrize("word", STRONG.split())
def test_a_box_of_such_a_name_is_beside_the_article(word):
    for name in (f"class='{word}'", f"id='x-{word}-2'", f"class='a {word.capitalize()}Box'", f"class='my_{word}'"):
        assert lines(boxed(f"div {name}")) == EN, name
    assert lines(boxed(f"div id={word.upper()}")) == EN
    if word not in (*BEGINNINGS, "comments", "comment", "replies"):
        assert lines(boxed(f"div class='{word}ing'"))[2] == OTHERS[0]


@pytest.mark.parametrize("word", WEAK.split())
def test_a_small_box_of_such_a_name_is_beside_the_article_and_a_large_one_is_part_of_it(word):
    assert lines(boxed(f"div class='{word}'", OTHERS[:1])) == EN
    assert OTHERS[0] in lines(boxed(f"div class='{word}'", OTHERS[:3]))


@pytest.mark.parametrize("word", [*(f"{word}posts" for word in BEGINNINGS), "RELATEDSTORIES"])
def test_a_word_that_begins_as_such_a_name_is_one(word):
    assert lines(boxed(f"div class={word}", OTHERS)) == EN


@pytest.mark.parametrize("word", ["authorbox", "sharebar", "readalso", "readmorebox", "seealso"])
def test_a_word_that_begins_as_a_weak_name_is_one(word):
    assert lines(boxed(f"div class={word}", OTHERS[:1])) == EN
    assert OTHERS[0] in lines(boxed(f"div class={word}", OTHERS[:3]))


def test_paragraphs_of_one_class_are_the_article_if_together_they_have_its_prose_whatever_it_says():
    marked = [f"<p class='paywall'>{text}</p>" for text in EN]

    assert lines(f"{TITLE}<div>{''.join(marked)}</div>") == EN
    assert lines(f"{TITLE}<div>{''.join(f'<div>{each}</div>' for each in marked)}</div>") == EN
    assert lines(f"{TITLE}<div>{paragraphs(EN[:3])}<p class='author'>{OTHERS[0]}</p>{paragraphs(EN[3:])}</div>") == EN


def test_a_class_that_hides_a_label_or_what_flows_over_does_not_hide_the_text():
    for name, is_kept in (("field field--label-hidden", True), ("overflow-hidden", True), ("is-hidden", False)):
        got = lines(boxed(f"div class='{name}'", OTHERS[:1]))
        assert (OTHERS[0] in got) is is_kept, name


@pytest.mark.parametrize("tag", ["ul", "ol"])
def test_a_list_that_has_most_of_the_prose_is_a_part_of_the_text_around_it(tag):
    items = "".join(f"<li>{text}</li>" for text in EN[1:])

    assert lines(f"{TITLE}<div><p>{EN[0]}</p><{tag}>{items}</{tag}></div>") == EN
    assert lines(f"{TITLE}<div><{tag}>{items}</{tag}></div>") == EN[1:]


@pytest.mark.parametrize("end", ["။", "۔", "।", "።", "։"])
def test_a_line_ends_as_a_sentence_in_the_writings_of_many_languages(end):
    assert read(f"{TITLE}{LONG}{line(60, end=end * 2)}").outline.weights[-1] == len(("x" * 58 + end * 2).encode())


@pytest.mark.parametrize(
    "opening",
    [
        *("nav", "aside", "footer", "header", "button", "menu", "dialog", "fieldset", "address"),
        *(f"div role={role}" for role in ("navigation", "complementary", "contentinfo", "dialog", "search", "banner")),
        *(f"div role={role}" for role in ("menu", "alert", "form")),
    ],
)
def test_a_box_that_says_so_by_its_tag_or_its_role_is_beside_the_article(opening):
    assert lines(boxed(opening)) == EN


@pytest.mark.parametrize("opening", ["form", "header", "fieldset"])
def test_what_may_be_around_all_is_beside_the_article_where_it_has_less_than_half_of_it(opening):
    assert lines(f"{TITLE}<div>{paragraphs(EN)}</div><{opening}>{paragraphs(OTHERS[:3])}</{opening}>") == EN
    assert lines(f"{TITLE}<{opening}>{paragraphs(EN)}</{opening}>") == EN


@pytest.mark.parametrize("word", ["comments", "replies", "cmt", "pinglun", "kommentare", "disqus", "commentaires"])
def test_comments_below_an_article_may_be_far_longer_and_above_it_they_may_not(word):
    box = f"<div class={word}>{paragraphs(OTHERS * 4)}</div>"

    assert lines(f"<div>{TITLE}{paragraphs(EN)}</div>{box}") == EN
    words = "has no with enabled open closed allow allowed article story content body entry"
    for beside in words.split():
        named = f"<div class='{beside}-{word}'>{paragraphs(OTHERS * 4)}</div>"
        assert lines(f"<div>{TITLE}{paragraphs(EN)}{named}</div>")[-1] == OTHERS[-1], beside


@pytest.mark.parametrize(
    ("page", "is_doubted"),
    [
        (f"{TITLE}<div>{paragraphs(EN)}</div>", None),
        (f"{TITLE}<div>{paragraphs(EN[:1])}</div>", "there is hardly any text"),
        (f"{TITLE}<div><div>{paragraphs(EN)}</div><section>{paragraphs(OTHERS[:1])}</section></div>", None),
        (f"{TITLE}<div><div>{paragraphs(EN)}</div><section>{paragraphs(OTHERS[:2])}</section></div>", "another text"),
        (f"<article>{TITLE}{paragraphs(EN)}</article><aside>{paragraphs(OTHERS * 2)}</aside>", "as much text"),
        (f"<article>{TITLE}{paragraphs(EN)}</article><aside>{paragraphs(OTHERS[:2])}</aside>", None),
    ],
)
def test_a_choice_that_may_be_another_is_doubted(page, is_doubted):
    doubts = read(page).doubts

    assert [each[: len(is_doubted or "")] for each in doubts] == ([is_doubted] if is_doubted else [])


def test_only_what_is_in_the_text_of_json_ld_is_the_article_where_that_is_this_text():
    page = f"{TITLE}<div>{paragraphs([EN[0], OTHERS[0], *EN[1:], OTHERS[1]])}</div>"

    assert lines(page, "\n".join(EN)) == EN
    assert lines(page, "\n".join(OTHERS)) == [EN[0], OTHERS[0], *EN[1:], OTHERS[1]]
    assert lines(page, EN[0]) == [EN[0], OTHERS[0], *EN[1:], OTHERS[1]]  # less than half of it


def test_what_is_elsewhere_on_the_page_is_the_article_too_where_json_ld_has_it():
    boxes = f"<div class=a>{paragraphs(EN)}</div><div class=b><section>{paragraphs(OTHERS[:2])}</section></div>"
    page = f"<article>{TITLE}{boxes}</article>"

    assert lines(page, " ".join([*EN, *OTHERS[:2]])) == [*EN, *OTHERS[:2]]
    assert lines(page, " ".join(EN)) == EN
    again = f"<article>{TITLE}{paragraphs(EN)}<aside>{paragraphs(EN[:2])}</aside></article>"
    assert lines(again, " ".join(EN)) == EN


def test_the_text_of_an_article_of_which_another_stands_below_is_its_own():
    first = f"<div class=a>{TITLE}</div><div>{paragraphs(EN[:2])}</div>"
    second = f"<div class=a><h1>Bread</h1></div><div>{paragraphs(OTHERS)}</div>"

    got = read(first + second)

    assert [block.text for block in got.lines] == EN[:2]
    assert "the page has several headlines, each with a text below" in got.doubts


def test_an_article_ends_above_another_within_its_element_whose_headline_is_called_as_its_own():
    def page(names):
        other = f"<div><h1 {names}>Bread</h1></div><div>{paragraphs(OTHERS)}</div>"
        return (
            f"<article><header><h1 class='post-title left entry'>Ferry stays</h1></header>"
            f"<div>{paragraphs(EN)}<div>{other}</div></div></article>"
        )

    for names in ("class='left post-title'", "class=entry"):
        assert lines(page(names)) == EN
    for names in ("", "class='post-title other'", "class=heading"):
        assert lines(page(names)) == [*EN, "Bread", *OTHERS]


def test_a_caption_is_no_text_be_it_a_paragraph_outside_of_a_figure():
    caption = f"<div><img src=/a.jpg><figcaption><span>Caption,</span><p>{OTHERS[0]}</p></figcaption></div>"

    assert lines(f"{TITLE}<main>{caption}{paragraphs(EN)}</main>") == EN
    assert lines(f"{TITLE}<main>{paragraphs(EN[:2])}{caption}{paragraphs(EN[2:])}</main>") == [*EN[:2], "", *EN[2:]]


def test_first_paragraphs_in_boxes_of_their_own_are_part_of_it_and_a_standfirst_and_a_caption_are_not():
    every = [*EN, *OTHERS]

    def page(above, headline=""):
        boxes = "".join(f"<div><p>{text}</p></div>" for text in every[:above])
        return f"{TITLE}{boxes}<div>{headline}{paragraphs(every[above:])}</div>"

    assert lines(page(3)) == every
    assert lines(page(2)) == every[2:]
    assert lines(page(3, "<h1>Bread</h1>")) == every[:3]


@pytest.mark.parametrize(
    "below",
    [
        f"<table><tr><td>{OTHERS[0]}</td></tr><tr><td>Boat</td></tr></table>",
        "<p>记者：王乐文</p>",
        "<p>1</p><p>2</p><p>（记者 王乐文）</p>",
    ],
)
def test_a_table_or_a_byline_at_the_end_is_part_of_it(below):
    got = lines(f"{TITLE}<div>{paragraphs(ZH * 2)}{below}</div>")

    assert got[-1] == below.split("<p>")[-1].removesuffix("</p>") if "<p>" in below else "Boat"


@pytest.mark.parametrize(("more", "is_part"), [(0, True), (1, False)])
def test_a_byline_at_the_end_is_a_line_of_a_length(more, is_part):
    names = ["王乐文"] * 22 + ["欧阳乐文", "欧阳文" + "文" * (1 + more)]
    byline = f"记者：{'、'.join(names)}"
    assert len(byline) == 100 + more

    assert (lines(f"{TITLE}<div>{paragraphs(ZH * 2)}<h4>{byline}</h4></div>")[-1] == byline) is is_part


def test_what_stands_far_below_is_no_byline():
    for between, last in (("<p>1</p>" * 5, "记者：王乐文"), ("<p>1</p>" * 6, ZH[-1])):
        page = f"{TITLE}<div>{paragraphs(ZH * 2)}{between}<p>记者：王乐文</p></div>"
        assert lines(page)[-1] == last


def test_links_buttons_and_lone_captions_between_the_lines_are_none():
    between = (
        "<p><a href=/1>Read this story too</a></p><p>分享到：</p><figcaption>Alone</figcaption>"
        "<figure><img src=/a.jpg><figcaption>A ferry</figcaption></figure><p>A short one</p>"
    )

    assert lines(f"{TITLE}<div>{paragraphs(EN[:2])}{between}{paragraphs(EN[2:])}</div>") == [
        *EN[:2], "", "A ferry", "A short one", *EN[2:],
    ]  # fmt: skip


def test_lines_below_links_are_teasers():
    teasers = "".join(f"<div><h3><a href=/{n}>{text[:40]}</a></h3><p>{text}</p></div>" for n, text in enumerate(OTHERS))
    got = read(f"<h1>News</h1><div>{teasers}</div>")

    assert 0 < got.prose < sum(map(len, OTHERS)) / 3
    assert 2 * got.teased >= got.prose
    assert read(f"{TITLE}<div>{paragraphs(EN)}</div>").teased == 0


def test_a_page_of_short_lines_is_read_by_shorter_ones():
    short = ["渡轮今天停了。", "明天再开。", "票价不变。"]

    assert lines(f"<h1>渡轮</h1><div>{paragraphs(short)}</div>") == short
    assert lines("<h1>渡轮</h1><div><p>停</p></div>") == []


def test_short_sentences_at_both_ends_are_of_the_text_where_they_stand_in_paragraphs_like_its_own():
    whole = ["下周一，", "渡轮停了。", *ZH, "请大家互相转告，", "愿大家都能", "平安过江。"]

    assert lines(f"<h1>渡轮</h1><div>{paragraphs(whole)}</div>") == whole
    assert lines(f"{TITLE}<div>{paragraphs(['It was late.', *EN, 'It still is!'])}</div>") == [
        "It was late.", *EN, "It still is!",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "short",
    [
        "<p>A label</p>",
        "<p>Tuesday.</p>",
        "<p>Updated at 5 p.m.</p>",
        "<p><a href=/x>Read on, please.</a></p>",
        "<p>You may also like...</p>",
        "<p class=note>It was late.</p>",
        "<h2>It was late.</h2>",
        "<div><p>It was late.</p></div>",
        "<p>×.</p>",
    ],
)
def test_other_short_lines_at_the_ends_are_not_of_the_text(short):
    assert lines(f"{TITLE}<div>{short}{paragraphs(EN)}{short}</div>") == EN


def test_three_short_lines_may_stand_between_the_sentences_at_the_end():
    for between, last in ((3, "It still is!"), (4, EN[-1])):
        assert lines(f"{TITLE}<div>{paragraphs([*EN, *['x'] * between, 'It still is!'])}</div>")[-1] == last


@pytest.mark.parametrize(
    "notice",
    [
        "【免责声明】本文仅代表作者本人观点，与本网站无关，请读者仅作参考，并请自行承担全部责任。",
        "声明：文章提及的内容仅供参考，不构成实质性的投资建议，据此操作的风险由读者自担。",
    ],
)
def test_what_a_site_declares_below_its_articles_is_no_text(notice):
    declared = [*ZH, "声明发表之后，居民们在礼堂外一直等到天黑，没有人愿意先离开那里。"]

    assert lines(f"<h1>渡轮</h1><div>{paragraphs(ZH)}</div><div><p>{notice}</p></div>") == ZH
    assert lines(f"<h1>渡轮</h1><div>{paragraphs(declared)}</div>") == declared


def test_space_within_a_line_is_no_text():
    rows = "".join(f"<div>北方轮船{' ' * 60}4.00{' ' * 60}+2.30%</div>" for _ in range(9))

    assert lines(f"<h1>渡轮</h1><div>{paragraphs(ZH)}</div><div>{rows}</div>") == ZH


def test_a_long_first_paragraph_beside_the_box_with_most_of_the_text_is_part_of_it():
    def page(size):
        return f"{TITLE}<div>{line(size)}<div>{paragraphs(EN * 3)}</div></div>"

    assert lines(page(300))[0][0] == "x"
    assert lines(page(299)) == EN * 3


@pytest.mark.parametrize("name", ["widget", "teaser_text", "page sidebar_right"])
def test_a_box_with_far_more_text_than_all_else_is_the_article_whatever_it_is_called(name):
    other = f"<div class='widget'>{paragraphs(OTHERS[:1])}</div><p>{OTHERS[2]}</p>"
    got = read(f"{TITLE}<div class='{name}'><div class=widget-body>{paragraphs(EN)}</div></div>{other}")

    assert [block.text for block in got.lines] == EN
    assert got.doubts[0] == "it stands in a box that is called as if it were beside the article"
    assert lines(f"{TITLE}<nav>{paragraphs(EN)}</nav>{other}") == [OTHERS[2]]


def line(size, letter="x", end="."):
    """A paragraph of so many bytes."""
    return f"<p>{letter * (size - len(end))}{end}</p>"


LONG = line(200, "y")


@pytest.mark.parametrize(
    ("body", "weight"),
    [
        # A line of forty bytes is prose; on a page that has no longer one, of twenty. A Chinese character has three.
        (LONG + line(40), 40),
        (LONG + line(39), 0),
        (line(39), 39),
        (line(20), 20),
        (line(19), 0),
        (LONG + "<p>" + "渡" * 13 + ".</p>", 40),
        (LONG + "<p>" + "渡" * 12 + "..</p>", 0),
        # Of ninety bytes one need not end as a sentence, if it has a mark of one.
        (LONG + line(90, end=", x"), 90),
        (LONG + line(89, end=", x"), 0),
        (LONG + line(200, end="x"), 0),
        # Links in it do not count; of more than half it is none.
        (LONG + "<p><a href=/x>" + "x" * 50 + "</a>" + "x" * 49 + ".</p>", 50),
        (LONG + "<p><a href=/x>" + "x" * 51 + "</a>" + "x" * 48 + ".</p>", 0),
        # Below a link of more than thirty bytes, or one short line further, is a teaser.
        ("<p><a href=/x>" + "x" * 31 + "</a></p>" + LONG, 51),
        ("<p><a href=/x>" + "x" * 30 + "</a></p>" + LONG, 200),
        ("<p><a href=/x>" + "x" * 31 + "</a></p><p>x</p>" + LONG, 51),
        ("<p><a href=/x>" + "x" * 31 + "</a></p><img src=/x><p>x</p>" + LONG, 51),
        ("<p><a href=/x>" + "x" * 31 + "</a></p><p>x</p><p>x</p>" + LONG, 200),
        (LONG + "<h2>" + "x" * 200 + ".</h2>", 0),
        (LONG + "<figcaption>" + "x" * 200 + ".</figcaption>", 0),
    ],
)
def test_the_weight_of_a_line(body, weight):
    assert read(f"{TITLE}{body}").outline.weights[-1] == weight


@pytest.mark.parametrize(
    ("body", "taken"),
    [
        # The part that has three fifths of the prose is the article; within an article four fifths.
        (f"<div><section>{line(600)}</section><section>{line(400, 'y')}</section></div>", "x"),
        (f"<div><section>{line(599)}</section><section>{line(401, 'y')}</section></div>", "xy"),
        (f"<article>{TITLE}<section>{line(800)}</section><div>{line(200, 'y')}</div></article>", "x"),
        (f"<article>{TITLE}<section>{line(799)}</section><div>{line(201, 'y')}</div></article>", "xy"),
        # A list is part of a text, but where it has nineteen twentieths.
        (f"<div><ul><li>{line(950)}</li></ul>{line(50, 'y')}</div>", "x"),
        (f"<div><ul><li>{line(949)}</li></ul>{line(51, 'y')}</div>", "xy"),
        # An element around the headline is looked into where it has enough of the prose.
        (f"<main>{TITLE}{line(151)}</main><div>{line(700, 'y')}</div>", "x"),
        (f"<main>{TITLE}{line(150)}</main><div>{line(700, 'y')}</div>", "y"),
        (f"<article>{TITLE}{line(151)}</article><div>{line(700, 'y')}</div>", "x"),
        (f"<article>{TITLE}{line(150)}</article><div>{line(700, 'y')}</div>", "y"),
        (f"<article>{TITLE}{line(301)}</article><div>{line(9699, 'y')}</div>", "x"),
        (f"<article>{TITLE}{line(299)}</article><div>{line(9701, 'y')}</div>", "y"),
    ],
)
def test_the_part_that_has_most_of_the_prose_is_the_article(body, taken):
    page = body if TITLE in body else TITLE + body

    assert [text[0] for text in lines(page)] == list(taken)


@pytest.mark.parametrize(
    ("body", "is_doubted"),
    [
        (f"<div>{line(149)}</div>", "there is hardly any text"),
        (f"<div>{line(150)}</div>", None),
        (f"<div><div>{line(1000)}</div><section>{line(300)}</section></div>", None),
        (f"<div><div>{line(1000)}</div><section>{line(301)}</section></div>", "another text"),
        (f"<article>{TITLE}{line(1000)}</article><aside>{line(900)}</aside>", None),
        (f"<article>{TITLE}{line(1000)}</article><aside>{line(901)}</aside>", "as much text"),
    ],
)
def test_how_much_is_left_out_where_a_choice_is_doubted(body, is_doubted):
    doubts = read(body if TITLE in body else TITLE + body).doubts

    assert [each[: len(is_doubted or "")] for each in doubts] == ([is_doubted] if is_doubted else [])


def test_lines_are_found_in_the_text_of_json_ld_by_their_beginning():
    page = f"{TITLE}<div>{paragraphs([EN[0], OTHERS[0], *EN[1:]])}</div>"

    assert lines(page, "\n".join(f"{text[:80]}zzz" for text in EN)) == EN


@pytest.mark.parametrize("opening", ["form", "header", "fieldset"])
def test_what_has_most_of_the_prose_is_the_article_though_it_may_be_around_all(opening):
    assert lines(f"{TITLE}<{opening}>{paragraphs(EN)}</{opening}><div>{paragraphs(OTHERS[:2])}</div>") == EN
