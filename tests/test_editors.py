"""Editors and reporters around the text of a Chinese page: no line of names is lost. Every page is made up."""

from __future__ import annotations

import pytest

from tests.test_any_page import ZH, article, html, paragraphs

TITLE = "渡轮在新桥通车之前继续运行"
DATE = "<p>2026-01-28 10:15 来源：港口日报</p>"


def read(masthead=DATE, first="", last="", below=""):
    page = f"<div><h1>{TITLE}</h1>{masthead}<div>{first}{paragraphs(ZH)}{last}</div></div>{below}"
    return article(html(page, f"<title>{TITLE}_港口网</title>", "zh-CN"))


def names(got):
    return [each.name for each in got.authors], [each.name for each in got.editors]


@pytest.mark.parametrize(
    ("below", "editors"),
    [
        ("<p>责任编辑：方敏</p>", ["方敏"]),
        ("<p>（责任编辑：方敏）</p>", ["方敏"]),
        ("<p>【纠错】 【责任编辑:方敏】</p>", ["方敏"]),
        ("<p>[责编：方敏]</p>", ["方敏"]),
        ("<div><span>编辑：方敏</span><span>责任编辑：章雪</span></div>", ["方敏", "章雪"]),
        ("<p>责任编辑：方敏 | 版面编辑：章雪</p>", ["方敏", "章雪"]),
        ("<p>编辑 方敏</p>", ["方敏"]),
        ("<p>分享到：微信</p><p>编辑：方敏</p>", ["方敏"]),
        ("<p>责任编辑：方敏_NB12345</p>", ["方敏"]),
        ("<h3>相关新闻</h3><p>责任编辑：方敏</p>", []),
        ("<p><a href=/1>老城改造第二期动工了</a></p><p>责任编辑：方敏</p>", []),
        ("<p>总编辑：方敏</p>", []),
        ("<p>打印</p>" * 6 + "<p>责任编辑：方敏</p>", []),
    ],
)
def test_editors_are_named_right_below_the_text(below, editors):
    got = read(below=below)

    assert (names(got)[1], got.paragraphs) == (editors, ZH)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("每港记者｜王乐文　　每港编辑｜方敏", (["王乐文"], ["方敏"])),
        ("港口在线记者 王乐文", (["王乐文"], [])),
        ("港口日报记者 王乐文 港口日报通讯员 港交宣", (["王乐文", "港交宣"], [])),
        ("港口+记者 王乐文 通讯员 方敏", (["王乐文", "方敏"], [])),
        ("港口新闻编辑 | 方敏", ([], ["方敏"])),
        ("文字 | 王乐文", (["王乐文"], [])),
        ("文/王乐文 编辑/方敏", (["王乐文"], ["方敏"])),
        ("本文来自微信公众号：笔记，作者：王乐文，编辑：方敏，题图来自：图库", (["王乐文"], ["方敏"])),
        ("（港口日报 记者王乐文 责编方敏）", (["王乐文"], ["方敏"])),
    ],
)
@pytest.mark.parametrize("place", ["first", "last"])
def test_a_line_of_names_in_the_text_is_read_and_no_paragraph(line, said, place):
    got = read(**{place: f"<p>{line}</p>"})

    assert (names(got), got.paragraphs) == (said, ZH)


@pytest.mark.parametrize(
    ("masthead", "said"),
    [
        ("<p>2026-01-28 10:15 文字：王乐文 摄影：章雪 编辑：方敏</p>", (["王乐文"], ["方敏"])),
        ("<p>文/王乐文 图/章雪 编辑/方敏 2026-01-28 10:15</p>", (["王乐文"], ["方敏"])),
        (f"{DATE}<p>港口+记者 王乐文 通讯员 方敏</p>", (["王乐文", "方敏"], [])),
    ],
)
def test_the_masthead_names_reporters_and_editors(masthead, said):
    assert names(read(masthead)) == said
