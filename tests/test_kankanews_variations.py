"""The sample's page, printed otherwise: the record must stay, or say what is unknown, and never say something else.

Every variation is made of the reconstructed page, once with the site's class names and metadata (``current``) and once
with nothing but the words that a reader sees (``scrambled``), and names the fields in which the record may differ.
"""

from __future__ import annotations

import re

import pytest

from tests.test_kankanews_parse import golden, page, record

TITLE = golden()["title"]
DATE = golden()["published_raw"]
SOURCE = golden()["source"]["name"]
PARAGRAPHS = golden()["paragraphs"]
NOTICE = golden()["copyright_notice"]
CREDIT = golden()["image_credit"]["raw"]
LAYOUTS = pytest.mark.parametrize("layout", ["current", "scrambled"])
FOLLOWS_FROM_THE_BODY = {"body_text", "body_html", "counts", "content_hash", "images"}


def changed(layout, html):
    """Fields in which *html* gives another record than the page of the layout."""
    got, expected = record(html), golden(layout)
    return {name: got[name] for name in expected if name != "provenance" and got[name] != expected[name]}


def warnings(html):
    return record(html)["provenance"]["warnings"]


def insert(html, place, markup):
    """*html* with *markup* before or behind the element that holds a text, as in ``("before", TITLE)``."""
    where, text = place
    found = re.search(rf"<(\w+)[^<>]*>\s*{re.escape(text)}\s*</\1>", html[html.index("<body") :])
    position = html.index("<body") + (found.start() if where == "before" else found.end())
    return html[:position] + markup + html[position:]


def below_title(html, markup):
    """*html* with *markup* in place of the line with date and source."""
    start = html.rindex("<div", 0, html.index(DATE))
    return html[:start] + markup + html[html.index("</div>", start) + len("</div>") :]


def replace(html, old, new):
    assert old in html
    return html.replace(old, new)


def without(html, opening):
    """*html* without the part from *opening* to the end of the element around it."""
    start = html.rindex("<", 0, html.index(opening))
    return html[:start] + html[html.index("</div>", start) :]


# ------------------------------------------------------------------------------------- what is not shown

HIDING = [
    "hidden",
    'hidden=""',
    "style='display:none'",
    "style='color:red; DISPLAY : None;'",
    "style=visibility:hidden",
]


@LAYOUTS
@pytest.mark.parametrize("how", HIDING)
@pytest.mark.parametrize(
    ("place", "text"),
    [
        (("before", TITLE), "2020-02-02 02:02:02 别处"),
        (("behind", TITLE), "别的标题"),
        (("behind", "\u3000\u3000" + PARAGRAPHS[3]), "读者看不到的一段。"),
        (("before", CREDIT), "关键词: 看不到"),
    ],
    ids=["date", "title", "paragraph", "keywords"],
)
def test_what_the_markup_hides_is_not_read(layout, how, place, text):
    html = insert(page(layout), place, f"<div {how}><p>{text}</p></div>")

    assert changed(layout, html) == {}


@LAYOUTS
def test_the_text_behind_a_hidden_element_stays(layout):
    html = replace(page(layout), PARAGRAPHS[0], f"{PARAGRAPHS[0][:5]}<i hidden>看不到</i>{PARAGRAPHS[0][5:]}")
    html = insert(html, ("behind", TITLE), "<i>\n</i><i hidden>看不到</i>")

    assert changed(layout, html) == {}


def test_a_hidden_text_that_may_be_the_article_is_told_of():
    start, end = page().index('<div class="detail-content">'), page().index('<div class="detail-bottom">')
    shown = '<div class="detail-content"><p>摘要一句。</p></div>'

    got = record(page()[:start] + shown + "<div hidden>" + page()[start:end] + "</div>" + page()[end:])

    assert got["paragraphs"] == ["摘要一句。"]
    assert re.fullmatch(r"body_text: \d+ characters that the page hides .*", got["provenance"]["warnings"][0])


# ------------------------------------------------------------------------------------- notice and keywords


@LAYOUTS
@pytest.mark.parametrize("label", ["版权声明：", "【版权声明】", "【版权声明】：", "版权声明 ", "<b>版权声明</b>："])
def test_the_notice_is_known_by_any_form_of_its_label(layout, label):
    html = replace(page(layout), "版权声明:", label)
    printed = re.sub("<.*?>", "", label) + NOTICE.removeprefix("版权声明:")

    assert changed(layout, html) == {"copyright_notice": printed}


@LAYOUTS
def test_the_label_of_the_notice_may_stand_on_its_own(layout):
    html = replace(page(layout), "版权声明:", "版权声明:</p><p>")

    assert changed(layout, html) == {"copyright_notice": NOTICE.replace(":", ": ")}


@LAYOUTS
@pytest.mark.parametrize("label", ["关键词：", "关键字: ", "【关键词】", "【关键字】：", "标签：", "关键词"])
def test_the_keywords_are_known_by_any_form_of_their_label(layout, label):
    html = replace(page(layout), "关键词: ", label)
    printed = golden()["keywords_raw"].replace("关键词: ", label)

    assert changed(layout, html) == {"keywords_raw": printed}


@LAYOUTS
@pytest.mark.parametrize("last", ["关键词是调查研究,这是大会的结论。", "关键词:调查研究。", "版权声明是一种文书。"])
@pytest.mark.parametrize("with_keywords", [True, False])
def test_a_last_paragraph_that_begins_like_what_follows_stays(layout, last, with_keywords):
    html = insert(page(layout), ("before", CREDIT), f"<p>{last}</p><p>会议到此结束!</p>")
    if not with_keywords:
        html = without(html, "关键词: ")

    got = record(html)

    assert got["paragraphs"] == [*PARAGRAPHS, last, "会议到此结束!"]
    assert (got["copyright_notice"], got["exclusive"]) == (NOTICE, True)
    assert got["keywords"] == (golden()["keywords"] if with_keywords else None)


@LAYOUTS
@pytest.mark.parametrize("heading", ["推荐视频 更多", "推荐视频<a href='/k24'>换一换</a>"])
def test_the_heading_above_the_cards_may_hold_a_button(layout, heading):
    html = replace(page(layout), ">推荐视频<", f">{heading}<")

    assert changed(layout, html) == {}


# ------------------------------------------------------------------------------------- what cannot be


@LAYOUTS
def test_a_time_after_the_capture_is_kept_as_printed_and_not_believed(layout):
    html = replace(page(layout), DATE, "2099-01-09 17:04:22")

    assert changed(layout, html) == {"published_at": None, "published_raw": "2099-01-09 17:04:22"}
    assert warnings(html)[0] == "published_at: printed as 2099-01-09 17:04:22, which is after the page was captured"


def test_a_time_after_the_capture_gives_way_to_a_witness_who_knows_better():
    html = page().replace(DATE, "2099-01-09 17:04:22", 1)

    assert changed("current", html) == {}
    assert record(html)["provenance"]["fields"]["published_at"] == "state"


def test_a_clock_that_is_a_little_ahead_is_believed():
    html = replace(page("scrambled"), DATE, "2026-01-31 09:59:59")  # captured at ten in the morning of the day before

    assert record(html)["published_at"] == "2026-01-31T09:59:59+08:00"


@LAYOUTS
def test_a_reference_to_no_character_is_told_of(layout):
    html = replace(page(layout), PARAGRAPHS[1][:4], PARAGRAPHS[1][:3] + "&#xD800;" + PARAGRAPHS[1][3])

    assert set(changed(layout, html)) == {"paragraphs", *FOLLOWS_FROM_THE_BODY} - {"images"}
    assert "body_text: 1 characters could not be read" in warnings(html)


# ------------------------------------------------------------------------------------- characters


@LAYOUTS
@pytest.mark.parametrize("indent", ["&nbsp;&nbsp;&nbsp;&nbsp;", "&emsp;&emsp;", "\t\n ", "\u3000\u200b\u3000", ""])
def test_an_indent_of_any_kind_is_none_of_the_text(layout, indent):
    assert changed(layout, replace(page(layout), "\u3000\u3000", indent)) == {}
