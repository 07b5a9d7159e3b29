"""Witnesses vote: two that agree are believed before one that stands alone, and the field is in doubt."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from newsspider.parsing.loaders import ArticleLoader
from newsspider.record.items import Person
from tests.test_kankanews_parse import golden, page, record
from tests.test_kankanews_variations import replace

TITLE = golden()["title"]
DATE = golden()["published_raw"]
SOURCE = golden()["source"]["name"]
HEADER = '<div class="user">'
TOOLS = "<span>点赞</span><span>收藏</span><span>分享</span><span>用手机看</span>"


def with_toolbar(html, toolbar, *, header=""):
    """The page of the current layout with other markup in place of the toolbar and its channel."""
    start = html.index('<div class="detail-tool">')
    html = html[:start] + toolbar + html[html.index('<h1 class="bt">') :]
    return re.sub(r'<div class="user">.*?</div></div>', header, html, count=1, flags=re.DOTALL)


def titled(title, *, head=""):
    """The page of which nothing but the landmarks and the head are known, with another ``<title>``."""
    html = re.sub(r"<script>window\.__NUXT__.*?</script>", "", page("scrambled"), flags=re.DOTALL)
    return re.sub(r"<title>.*?</title>", "", html).replace("</head>", f"<title>{title}</title>{head}</head>")


def doubts(got):
    return got["provenance"]["doubts"]


# ------------------------------------------------------------------------------------------ the words of the toolbar


@pytest.mark.parametrize(
    "header",
    [
        "<div><h4>历史</h4><i>⁺</i></div><div><h4>收藏</h4><i>⁺</i></div>",
        "<p><span>⁺</span><span>收藏</span></p>",
        "<div>⁺</div><div><a href='/user'>收藏</a></div><div><a href='/user'>分享</a></div>",
        "<p><a href='/'>设为首页</a><a href='/'>收藏</a></p>",
        "<p><a href='/'>登录</a></p><p><span>收藏</span><span>分享</span></p>",
    ],
)
@pytest.mark.parametrize(
    "toolbar",
    [
        f"<div><span>时讯</span>{TOOLS}</div>",
        f"<div><a href='/channel/shixun'>时讯</a> | {TOOLS}</div>",
        f"<div><a href='/channel/shixun'>时讯</a></div><div>{TOOLS}</div>",
        f"<div>{TOOLS}</div>",
        "<ul><li>点赞</li><li>收藏</li><li>分享</li></ul>",
    ],
)
def test_a_button_of_the_header_is_no_toolbar(header, toolbar):
    got = record(with_toolbar(page(), toolbar, header=header))

    expected = golden()
    assert {name: got[name] for name in ("title", "published_at", "source", "paragraphs")} == {
        name: expected[name] for name in ("title", "published_at", "source", "paragraphs")
    }
    assert got["channel"]["name"] == "时讯"
    assert "channel" not in doubts(got)


# -------------------------------------------------------------------------------------------------------- the votes


def test_title_and_state_outvote_a_channel_that_only_the_landmarks_see():
    got = record(replace(page(), '<span class="channel">时讯</span>', '<span class="channel">热点</span>'))

    assert got["channel"] == {"name": "时讯", "url": None}
    assert got["provenance"]["fields"]["channel"] == "title"
    assert got["provenance"]["warnings"] == ["channel: title says “时讯”, landmarks says “热点”"]
    assert doubts(got) == ["channel"]


def test_what_nobody_else_knows_is_believed_of_the_landmarks():
    got = record(titled(TITLE))

    assert (got["channel"]["name"], got["provenance"]["fields"]["channel"]) == ("时讯", "landmarks")
    assert doubts(got) == []


def test_of_one_against_one_the_better_is_believed_and_the_field_is_in_doubt():
    got = record(titled(f"{TITLE}_体育_看看新闻网"))

    assert (got["channel"]["name"], got["provenance"]["fields"]["channel"]) == ("时讯", "landmarks")
    assert doubts(got) == ["channel"]


def test_the_head_of_a_page_has_one_voice():
    """Search engines get a title of their own, from one field, in three places; a reader sees another."""
    head = (
        '<meta property="og:title" content="为搜索引擎写的标题"><script type="application/ld+json">'
        '{"@type":"NewsArticle","headline":"为搜索引擎写的标题"}</script>'
    )

    got = record(titled("为搜索引擎写的标题_时讯_看看新闻网", head=head))

    assert (got["title"], got["provenance"]["fields"]["title"]) == (TITLE, "landmarks")
    assert doubts(got) == ["title"]


def test_a_class_name_that_names_another_element_now_is_outvoted():
    html = page().replace(f'<h1 class="bt">{TITLE}</h1>', f'<h3 class="bt">热门推荐</h3><h1>{TITLE}</h1>')

    got = record(html)

    assert got["title"] == TITLE
    assert doubts(got) == ["title"]


def test_a_time_that_head_and_state_agree_on_beats_another_on_the_page():
    html = page().replace(DATE, "2019-01-12 08:00:00", 1)
    html = html.replace("</head>", f'<meta property="article:published_time" content="{DATE}+08:00"></head>')

    got = record(html)

    assert got["published_at"] == golden()["published_at"]
    assert "published_at" in doubts(got)


def test_the_state_is_asked_where_one_stands_against_another():
    html = page().replace("</head>", '<meta name="source" content="别的来源"></head>')

    got = record(html)

    assert got["source"]["name"] == SOURCE
    assert got["provenance"]["fields"]["source"] == "landmarks"
    assert doubts(got) == ["source"]


def test_witnesses_that_name_other_people_are_compared_by_the_names():
    loader = ArticleLoader(captured_at=datetime(2026, 1, 30, tzinfo=UTC))
    for witness, person in (
        ("text", Person(name="甲", role="记者")),
        ("meta", Person(name="甲")),
        ("json-ld", Person(name="乙")),
    ):
        loader.hear(witness, "authors", [person])

    assert loader.agreement("authors") == [("text", True), ("meta", True), ("json-ld", False)]
