"""Of all dates on a page that of its article is read; the others are of today, of other articles, of comments.

Every page is made up.
"""

from __future__ import annotations

import pytest

from tests.test_any_page import EN, ZH, article, html, paragraphs

TITLE = "渡轮在新桥通车之前继续运行"
DAY = "<p>2026年1月28日 来源：港口日报</p>"
TIME = "<p>2026-01-28 10:15 来源：港口日报</p>"
SOURCE = "<p>来源：港口日报</p>"
RELATED = (
    "<div><h3>相关新闻</h3><ul><li><a href=/1>老城改造第二期动工</a><span>2026-01-18 09:00</span></li>"
    "<li><a href=/2>海边步道开放</a><span>2026-01-17 08:00</span></li></ul></div>"
)
COMMENT = "<div class=comments><b>海鸥</b> <span>2026-01-29 11:00</span><p>终于保住了，太好了！</p></div>"
COMMENT_BELOW_HEADING = "<div><h3>评论</h3><b>海鸥</b> <span>2026-01-29 11:00</span><p>终于保住了！</p></div>"
SIDEBAR = "<div><h3>热门</h3><p><a href=/3>新图书馆开放</a></p><p>2026-01-29 10:00</p></div>"
NEIGHBOURS = "<div><p>上一篇：<a href=/1>老城改造动工</a> 2026-01-18 09:00</p><p>下一篇：无</p></div>"
LINKED = "<p><a href=/1>老城改造第二期动工</a></p><p>2026-01-18 09:00</p>"
CLOCK = "<div><a href=/>港口网</a> 2026-01-30 20:00:00</div>"
PUBLISHED = "2026-01-28T10:15:00+08:00"


def read(masthead="", below="", above="", body=ZH):
    page = f"{above}<div><h1>{TITLE}</h1>{masthead}<div>{paragraphs(body)}</div></div>{below}"
    return article(html(page, f"<title>{TITLE}_港口网</title>", "zh-CN"))


def said(got):
    return (
        got.published_at and got.published_at.isoformat(),
        got.published_raw,
        got.source and got.source.name,
    )


@pytest.mark.parametrize(
    "others", [RELATED, COMMENT, COMMENT_BELOW_HEADING, SIDEBAR, NEIGHBOURS, LINKED], ids=lambda text: text[5:25]
)
@pytest.mark.parametrize(
    ("masthead", "expected"),
    [
        ("", (None, None, None)),
        (SOURCE, (None, None, "港口日报")),
        ("<p>2026-01-28</p>", (None, "2026-01-28", None)),
        (DAY, (None, "2026年1月28日", "港口日报")),
        (TIME, (PUBLISHED, "2026-01-28 10:15", "港口日报")),
    ],
    ids=["nothing", "a source", "a day", "a day and a source", "a time and a source"],
)
def test_what_stands_below_the_text_dates_something_else(masthead, expected, others):
    assert said(read(masthead, others)) == expected


@pytest.mark.parametrize("above", [CLOCK, RELATED, CLOCK + RELATED], ids=["clock", "related", "both"])
@pytest.mark.parametrize(
    ("masthead", "expected"),
    [
        (SOURCE, (None, None, "港口日报")),
        (DAY, (None, "2026年1月28日", "港口日报")),
        (TIME, (PUBLISHED, "2026-01-28 10:15", "港口日报")),
    ],
    ids=["a source", "a day and a source", "a time and a source"],
)
def test_what_stands_in_the_head_of_the_page_dates_something_else(masthead, expected, above):
    assert said(read(masthead, above=above)) == expected


def test_a_line_above_the_headline_in_the_box_of_the_article_dates_it():
    page = f"{CLOCK}<div>{TIME}<h1>{TITLE}</h1><div>{paragraphs(ZH)}</div></div>"
    got = article(html(page, f"<title>{TITLE}</title>", "zh-CN"))

    assert said(got) == (PUBLISHED, "2026-01-28 10:15", "港口日报")


@pytest.mark.parametrize(
    ("below", "published"),
    [
        ("<p>发布时间：2026-01-28 10:15</p>", PUBLISHED),
        ("<p>2026年1月28日 10:15</p>", PUBLISHED),
        ("<p>来源：<a href=/daily>港口日报海港新闻</a> 2026-01-28 10:15</p>", PUBLISHED),
        ("<p><a href=/p>打印</a> <a href=/c>关闭</a></p><p>2026-01-28 10:15</p>", PUBLISHED),
        ("<p>海鸥 2026-01-28 10:15</p>", None),
        ("<p>打印</p>" * 6 + "<p>2026-01-28 10:15</p>", None),
    ],
)
def test_a_line_right_below_the_text_with_nothing_else_dates_it(below, published):
    got = read("", below).published_at

    assert (got and got.isoformat()) == published


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("截止日期：2026-01-25 18:00 发布日期：2026-01-28 10:15", PUBLISHED),
        ("发布日期：2026-01-28 10:15 截止日期：2026-01-29 18:00", PUBLISHED),
        ("活动时间：2026年1月25日 14:00", None),
        ("报名截止至2026年1月25日 14:00", None),
        ("成文日期：2026年1月18日　发布日期：2026年1月28日 10:15", PUBLISHED),
        ("当前时间：2026-01-30 20:00:00", None),
        ("活动 | 2026-01-28 10:15", PUBLISHED),  # a channel
    ],
)
def test_a_day_with_a_label_of_something_else_is_not_that_of_the_article(line, published):
    got = read(f"<p>{line}</p>").published_at

    assert (got and got.isoformat()) == published


def test_a_day_of_something_else_is_not_printed_as_that_of_the_article():
    assert read("<p>活动时间：2026年1月25日</p>").published_raw is None


def test_the_head_of_a_page_in_english_dates_something_else():
    page = f"<div>Harbour Post 30 January 2026 11:59 GMT</div><div><h1>Ferry stays</h1>{paragraphs(EN)}</div>"

    assert article(html(page, "<title>Ferry stays | Post</title>", "en-GB")).published_at is None
