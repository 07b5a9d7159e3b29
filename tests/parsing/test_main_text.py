"""Where an article begins and ends among what else is on its page. All pages here are made up.

Lines of ``x`` and ``y`` have so many bytes, for the share of the prose that a part has decides.
"""

from __future__ import annotations

import pytest

from newsspider.parsing.maintext import MainText
from newsspider.parsing.page import Page

TITLE = "<h1>Ferry stays</h1>"
OTHER = "<h1>Bread wins a prize</h1>"
EN = [
    "The harbour council voted on Monday to keep its old ferry running until the new bridge is finished next spring.",
    "People had waited at the doors of the hall from noon on, some with their bicycles, and cheered when they heard.",
    "“It was the first time that anybody asked us,” the captain said, who has steered the boat for thirty-one years.",
    "The bridge should have been ready last autumn, but the concrete of two of its pillars has to be poured again.",
]
OTHERS = [
    "A baker of the old town has won the national prize for rye bread, for the third time in five years, a jury said.",
    "The museum of clocks is closed for two winters, since its roof cannot bear the weight of the snow any longer.",
    "Trams will stop at the market again from June on, one year later than planned, after a dispute about the rails.",
    "A seal that swam up the river as far as the third lock was named Otto by the children who had seen it first.",
    "The university has a chair for the history of salt now, paid for by a foundation that nobody had heard of.",
]


def read(body, article_body=None):
    html = f"<!doctype html><html><body>{body}</body></html>"
    page = Page(html.encode(), "https://gazette.example/a", [(b"Content-Type", b"text/html; charset=utf-8")])
    return MainText(page, next(iter(page.elements["h1"]), None), article_body)


def lines(body, article_body=None):
    return [block.text or block.element.tag for block in read(body, article_body).lines]


def letters(body):
    return "".join(text[0] for text in lines(body))


def paragraphs(texts):
    return "".join(f"<p>{text}</p>" for text in texts)


def line(size, letter="x"):
    return f"<p>{letter * (size - 1)}.</p>"


TEASERS = "".join(f"<div><h3><a href=/{n}>{text[:40]}</a></h3><p>{text}</p></div>" for n, text in enumerate(OTHERS))


# --------------------------------------------------------------------------------------------- what is beside it


@pytest.mark.parametrize(
    "box",
    [
        "<hgroup>{}</hgroup>",
        "<div class='teaser'>{}</div>",
        "<div class='related x'><section>{}</section></div>",
        "<div id=comments>{}</div>",
        "<section role=complementary>{}</section>",
    ],
)
def test_a_box_beside_the_article_is_none_of_it_wherever_it_stands(box):
    other = box.format(paragraphs(OTHERS[:1]))

    for place in range(1, 5):
        assert lines(f"{TITLE}<div>{paragraphs(EN[:place])}{other}{paragraphs(EN[place:])}</div>") == EN


@pytest.mark.parametrize("name", ["comments", "replies", "teaser", "related-story", "promo"])
def test_a_box_that_has_nearly_all_of_the_prose_is_the_article_whatever_it_is_called(name):
    assert lines(f"{TITLE}<div class={name}>{paragraphs(EN)}</div>") == EN


def test_what_the_headline_is_in_is_not_beside_it():
    assert lines(f"<div><div class=promo>{TITLE}<p>{EN[0]}</p></div>{paragraphs(EN[1:])}</div>") == EN


@pytest.mark.parametrize(("aside", "taken"), [(800, "x"), (799, "y")])
def test_an_aside_with_four_fifths_of_the_prose_is_the_article(aside, taken):
    assert letters(f"{TITLE}<div><aside>{line(aside)}</aside>{line(1000 - aside, 'y')}</div>") == taken


@pytest.mark.parametrize("box", ["<div class=gallery>{}</div>", "<div class=video>{}</div>", "<div class=x>{}</div>"])
@pytest.mark.parametrize("media", ["<img src=/a.jpg>", "<iframe src=/b></iframe>"])
def test_a_picture_or_a_player_may_be_in_a_box_of_its_own(box, media):
    tag = media[1:].partition(" ")[0]

    assert lines(f"{TITLE}<div>{paragraphs(EN[:2])}{box.format(media)}{paragraphs(EN[2:])}</div>") == [
        *EN[:2], tag, *EN[2:],
    ]  # fmt: skip
    assert lines(f"{TITLE}<div>{paragraphs(EN[:2])}<aside>{media}</aside>{paragraphs(EN[2:])}</div>") == EN


@pytest.mark.parametrize(
    ("page", "weight"),
    [
        # Of what stands below a link the first paragraph is its teaser, and no other.
        ("<p><a href=/x>{link}</a></p>{long}{long}", [0, 51, 200]),
        ("{long}<p><a href=/x>{link}</a></p>{long}", [200, 0, 51]),
        ("{long}{long}", [200, 200]),
    ],
)
def test_a_teaser_is_the_paragraph_below_a_link(page, weight):
    body = page.format(link="A ferry and its bridge over the river", long=line(200))

    assert read(TITLE + body).outline.weights[1:] == weight


def test_teasers_beside_an_article_put_it_in_no_doubt():
    assert read(f"{TITLE}<div><div>{paragraphs(EN)}</div><section>{TEASERS}</section></div>").doubts == []


# ------------------------------------------------------------------------------------------------------- comments


@pytest.mark.parametrize(("size", "taken"), [(150, "x"), (149, "y")])
def test_comments_have_an_article_above_them(size, taken):
    """A box of comments may have any share of the prose below 150 bytes of it."""
    assert (
        letters(f"<div>{TITLE}{line(size)}</div><div class=comments>{line(700, 'y')}{line(700, 'y')}</div>")[0] == taken
    )


@pytest.mark.parametrize(("size", "taken"), [(150, "x"), (149, "y")])
def test_prose_above_the_headline_is_none_above_the_comments(size, taken):
    page = f"<div>{line(300, 'z')}{TITLE}{line(size)}</div><div class=comments>{line(700, 'y')}{line(700, 'y')}</div>"

    assert taken in letters(page)
    assert {"x": "y", "y": "x"}[taken] not in letters(page)


def test_comments_make_no_share_of_the_prose_smaller():
    page = f"{TITLE}<div><aside>{line(800)}</aside>{line(200, 'y')}</div><h2>Comments</h2><div>{line(5000, 'z')}</div>"

    assert letters(page) == "x"


@pytest.mark.parametrize("heading", ["<h2>Comments</h2>", "<p>12 Comments</p>", "<h3>评论</h3>"])
def test_what_stands_below_the_heading_of_the_comments_is_no_article(heading):
    below = paragraphs(OTHERS * 3)

    assert lines(f"{TITLE}<div>{paragraphs(EN)}{heading}{below}</div>") == EN
    assert lines(f"{TITLE}<div class=teaser-text>{paragraphs(EN)}</div>{heading}<div>{below}</div>") == EN
    assert lines(f"{TITLE}{heading}<div>{paragraphs(EN)}</div>") == EN  # of an opinion, or a button


# ---------------------------------------------------------------------------------------------- where it is found


@pytest.mark.parametrize(
    "page",
    [
        "<div><p>{}</p><p>{}</p></div>",
        "<ul><li>{}</li><li>{}</li></ul>",
        "<div><blockquote>{}</blockquote><p>{}</p></div>",
        "<div><pre>{}</pre><p>{}</p></div>",
        "<table><tr><td>{}</td></tr><tr><td>{}</td></tr></table>",
        "<table><tr><td>{}</td><td>{}</td></tr></table>",
        "<dl><dt>{}</dt><dd>{}</dd></dl>",
        "<dl><dd>{}</dd><dd>{}</dd></dl>",
    ],
)
def test_a_long_line_alone_is_not_the_article(page):
    assert letters(TITLE + page.format("x" * 899 + ".", "y" * 99 + ".")) == "xy"


def test_paragraphs_above_that_are_teasers_do_not_begin_the_text():
    above = "".join(f"<div><p><a href=/{n}>{text[:40]}</a></p><p>{text}</p></div>" for n, text in enumerate(OTHERS[:3]))

    assert lines(f"{TITLE}{above}<div>{paragraphs(EN)}</div>") == EN


@pytest.mark.parametrize(
    ("page", "taken", "is_doubted"),
    [
        # The headline of another article stands in an element like that of the headline, with a text above it.
        (f"<div class=a>{TITLE}</div><div>{line(400)}</div><div class=a>{OTHER}</div><div>{line(900, 'y')}</div>",
         "x", True),
        (f"<div class=a>{TITLE}</div><div>{line(149)}</div><div class=a>{OTHER}</div><div>{line(900, 'y')}</div>",
         "y", False),
        (f"<div>{TITLE}{line(400)}<section>{OTHER}</section>{line(900, 'y')}</div>", "xy", False),
        (f"<div class=a>{TITLE}</div>{line(400)}<div class=b>{OTHER}</div>{line(900, 'y')}", "xy", False),
        (f"<div class=a>{TITLE}</div>{line(400)}<section class=a>{OTHER}</section>{line(900, 'y')}", "xy", False),
        (f"<div>{TITLE}{line(400)}{OTHER}{line(900, 'y')}</div>", "xy", False),
        (f"<div class=a>{TITLE}</div>{line(400)}<div class=a>{TITLE}</div>{line(900, 'y')}", "xy", False),
        (f"<article><div class=a>{TITLE}</div>{line(400)}<div class=a>{OTHER}</div>{line(900, 'y')}</article>",
         "xy", False),
    ],
)  # fmt: skip
def test_the_text_of_another_article_below_its_own_headline_is_none_of_it(page, taken, is_doubted):
    got = read(page)

    assert [block.text[0] for block in got.lines if got.outline.weights[got.outline.blocks.index(block)]] == list(taken)
    assert ("the page has several headlines, each with a text below" in got.doubts) is is_doubted


def test_a_box_beside_the_first_of_several_articles_is_none_of_it():
    box = f"<aside>{paragraphs(OTHERS[:3])}</aside>"

    assert lines(f"{TITLE}<div>{paragraphs(EN[:2])}</div>{box}{OTHER}<div>{line(900)}{line(900)}</div>") == EN[:2]


# --------------------------------------------------------------------------------------------- held against JSON-LD


def test_what_json_ld_has_chooses_among_the_lines_where_both_have_much_in_common():
    page = f"{TITLE}<div><p>{EN[0]}</p><img src=/a.jpg><p>{OTHERS[0]}</p><p>Short.</p>{paragraphs(EN[1:])}</div>"

    assert lines(page, " ".join(EN)) == [EN[0], "img", "Short.", *EN[1:]]
    # Of a text of which the page shows the beginning only, less than half is there.
    shown = f"{TITLE}<div>{paragraphs([*EN[:2], OTHERS[0]])}</div>"
    assert lines(shown, " ".join([*EN[:2], *OTHERS[1:] * 2])) == [*EN[:2], OTHERS[0]]
    assert lines(shown, " ".join(EN[:3])) == EN[:2]


def test_two_lines_elsewhere_that_json_ld_has_are_not_enough():
    page = f"{TITLE}<div>{paragraphs(EN[:3])}</div><section>{paragraphs(OTHERS[:2])}</section>"

    assert lines(page, " ".join(OTHERS[:2])) == EN[:3]
    assert "the page's JSON-LD has another text" in read(page, " ".join(OTHERS[:2])).doubts


# -------------------------------------------------------------------------------------------------------- its end


@pytest.mark.parametrize(
    ("below", "last"),
    [
        ("<p>记者：王乐文</p>", "记者：王乐文"),
        ("<p>记者：王乐文、李四光、张三丰、赵六一、钱七七、孙八八</p>",
         "记者：王乐文、李四光、张三丰、赵六一、钱七七、孙八八"),
        ("<p>港口报记者 王乐文</p>", "港口报记者 王乐文"),
        ("<p>责任编辑：张三</p>", "责任编辑：张三"),
        ("<p>记者：王乐文</p><p>责任编辑：张三</p>", "责任编辑：张三"),
        ("<p>校对：张三</p>", None),
        ("<p>分享到：</p>", None),
        ("<p>2026</p>", None),
        ("<table><tr><td>甲</td><td>一</td></tr></table>", "一"),
        ("<p>1</p><table><tr><td>甲</td><td>一</td></tr></table>", None),
    ],
)  # fmt: skip
def test_the_last_line_is_prose_a_table_or_who_wrote_it(below, last):
    text = [
        "港口委员会周二晚间表决，保留运行了九十年的老渡轮，票价不变。" * 2,
        "从中午起就有居民聚集在礼堂外，听到结果后鼓掌。" * 2,
    ]

    assert lines(f"{TITLE}<div>{paragraphs(text)}{below}</div>")[-1] == (last or text[-1])


LIST = "<ul><li>The new boats come in March.</li><li>The last one leaves at midnight.</li></ul>"
DATES = "<ol><li>In March the new boats come</li><li>In May the council meets again</li></ol>"


@pytest.mark.parametrize(
    ("below", "taken"),
    [
        (LIST, ["The new boats come in March.", "The last one leaves at midnight."]),
        (DATES, ["In March the new boats come", "In May the council meets again"]),
        (f"<p>What changes:</p>{DATES}",
         ["What changes:", "In March the new boats come", "In May the council meets again"]),
        ("<h3>For one pan</h3><ul><li>2 eggs</li><li>50 g flour</li></ul>", ["For one pan", "2 eggs", "50 g flour"]),
        (f"{LIST}<p>It meets again.</p>",
         ["The new boats come in March.", "The last one leaves at midnight.", "It meets again."]),
        ("<h2>What is next</h2><p>It meets again.</p>", ["What is next", "It meets again."]),
        ("<h2>What is next</h2><p>It meets on 4 May.</p><p>So it said.</p>",
         ["What is next", "It meets on 4 May.", "So it said."]),
        ("<h2>下一步</h2><p>明年五月再次开会。</p>", ["下一步", "明年五月再次开会。"]),
        ("<ul><li>首班车5点30分发出。</li><li>末班车23点发出。</li></ul>",
         ["首班车5点30分发出。", "末班车23点发出。"]),
        ("<blockquote><p>It stays</p></blockquote>", ["It stays"]),
        ("<div class=newsletter><p>Our letter comes on Fridays.</p></div><p>It meets again.</p>", ["It meets again."]),
        ("<p>（更新：增加市民采访内容）</p>", ["（更新：增加市民采访内容）"]),
    ],
)  # fmt: skip
def test_lists_headings_with_sentences_and_quotes_at_its_end_are_of_the_article(below, taken):
    assert lines(f"{TITLE}<div>{paragraphs(EN)}{below}</div>") == [*EN, *taken]


@pytest.mark.parametrize(
    "below",
    [
        "<h2>Related</h2>{list}",
        "<h2>More on this story</h2><p>It meets again.</p>",
        "<h2>相关阅读</h2><p>渡轮停了。</p>",
        "<h2>Comments</h2><p>It was late.</p>",
        "<h2>What is next</h2>",
        "<ul><li><a href=/1>A baker of the old town has won a prize.</a></li><li>Trams stop again.</li></ul>",
        "<ul><li>Facebook</li><li>Telegram</li></ul>",
        "<p>标签：</p><ul><li>交通</li><li>渡轮</li></ul>",
        "<ul><li>Share</li><li>The new boats come in March.</li></ul>",
        "<ul><li><img src=/a.jpg></li><li>The new boats come in March.</li></ul>",
        "<ul class=related><li>The new boats come in March.</li></ul>",
        "<div class=x>{list}</div>",
        "<p>It was late, on 12 January 2026.</p>",
        "<p>Call 040 123 456.</p>",
    ],
)
def test_links_tags_buttons_and_boxes_at_its_end_are_none_of_it(below):
    got = [text for text in lines(f"{TITLE}<div>{paragraphs(EN)}{below.format(list=LIST)}</div>") if text != "img"]

    assert got == EN


def test_a_note_above_the_text_that_it_was_changed_is_of_it():
    whole = ["（更新：增加市民采访内容）", *EN]

    assert lines(f"{TITLE}<div>{paragraphs(whole)}</div>") == whole


@pytest.mark.parametrize(
    ("between", "is_line"),
    [
        ("<p>A short one</p>", True),
        ("<p>Read <a href=/1>the whole story</a></p>", False),
        ("<p>Read the whole long story <a href=/1>here</a></p>", True),
        ("<p>half<a href=/1>half</a></p>", False),
        ("<p>分享到：</p>", False),
        ("<figure><img src=/a><figcaption>A ferry</figcaption></figure>", True),
        ("<figure><figcaption>A ferry</figcaption></figure>", False),
        ("<figure><img src=/a><p>A ferry</p></figure>", False),
        ("<figcaption>A ferry</figcaption>", False),
    ],
)
def test_a_short_line_between_those_of_prose_is_of_the_article_unless_it_is_a_link_or_a_button(between, is_line):
    got = [
        text for text in lines(f"{TITLE}<div>{paragraphs(EN[:2])}{between}{paragraphs(EN[2:])}</div>") if text != "img"
    ]

    assert (len(got) == 5) is is_line
    assert [text for text in got if text in EN] == EN


@pytest.mark.parametrize(
    ("body", "weight"),
    [
        # Of a line of links and text the text counts, where it is long and ends as a sentence.
        ("<p><a href=/x>" + "x" * 150 + "</a>" + "y" * 40 + ".</p>", 41),
        ("<p><a href=/x>" + "x" * 150 + "</a>" + "y" * 39 + ".</p>", 0),
        ("<p><a href=/x>" + "x" * 150 + "</a>" + "y" * 40 + ",</p>", 0),
        ("<p><a href=/x>" + "x" * 95 + "</a>" + "y" * 84 + ".</p>", 0),
        ("<p><a href=/x>" + "x" * 96 + "</a>" + "y" * 84 + ".</p>", 85),
        ("<h3>" + "x" * 199 + ".</h3>", 0),
        ("<figure>" + "x" * 199 + ".</figure>", 0),
        ("<p>" + "x" * 200 + "</p>", 0),
        ("<p>" + "x" * 89 + "?</p>", 90),
        ("<p>" + "x" * 80 + ", " + "x" * 8 + "</p>", 90),
        ("<p>" + "x" * 80 + ", " + "x" * 7 + "</p>", 0),
    ],
)
def test_the_bytes_of_prose_of_a_line(body, weight):
    assert read(f"{TITLE}{line(500, 'z')}{body}").outline.weights[-1] == weight
