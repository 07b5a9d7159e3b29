"""Keywords that a page names one by one. All pages here are made up."""

from __future__ import annotations

import pytest

from newsspider.parsing.keywords import MAX_KEYWORDS
from newsspider.parsing.metadata import MAX_TAGS
from tests.test_any_page import EN, ZH, article, html, paragraphs

TITLE = "Ferry stays until spring"
LINKS = "<a href=/1>ferries</a>, <a href=/2>council</a>"
TAGS = "<a href=/1 rel=tag>ferries</a> <a href=/2 rel='tag nofollow'>#council</a>"


def keywords(below="", head="", above="", within=""):
    body = f"<h1>{TITLE}</h1>{above}<div>{paragraphs(EN)}{within}</div>{below}"
    got = article(html(f"<article>{body}</article>", head=head))
    assert got.paragraphs == EN
    return got.keywords


@pytest.mark.parametrize(
    "line",
    [
        f"<p>{TAGS}</p>",
        f"<p>Posted in {TAGS}</p>",
        "<ul><li><a href=/1 rel=tag>ferries</a></li><li><a href=/2 rel=tag>council</a></li></ul>",
        f"<p><a href=/c rel='category tag'>News</a></p><p>{TAGS}</p>",
        f"<div class=tags>Tags: {LINKS}</div>",
        f"<footer class=entry-footer>Labels: {LINKS}</footer>",
        f"<div>标签：{LINKS}</div>",
        f"<div>【关键词】{LINKS}</div>",
        "<h3>Tags</h3><ul><li><a href=/1>ferries</a></li><li><a href=/2>council</a></li></ul><p>Share</p>",
        "<p>Keywords: ferries, council</p>",
        "<p>关键词：ferries、council</p>",
    ],
)
def test_keywords_stand_in_links_that_are_tags_or_under_a_label(line):
    for place in ("below", "above", "within"):
        assert keywords(**{place: line}) == ["ferries", "council"], place


@pytest.mark.parametrize(
    "line",
    [
        f"<p>{LINKS}</p>",
        "<p><a href=/c rel='category tag'>News</a></p>",
        f"<aside>{TAGS}</aside>",
        f"<div class=widget>Tags: {LINKS}</div>",
        f"<div class=related>{TAGS}</div>",
        f"<h3>Comments</h3><p>{TAGS}</p>",
        "<p>Tagged by the council, ferries</p>",
        "<p>关键词：</p><p>It is late.</p>",
        "<p><a href=/x>Tagesschau vom Dienstag</a></p>",
        "<p><a href=/x>Label boss resigns</a></p>",
        "<p>Keywords <a href=/x>are hard to find</a></p>".replace("Keywords ", "Keywords that "),
        "<p><a href=/x>标签化的生活</a></p>",
    ],
)
def test_other_links_and_boxes_beside_the_article_have_none(line):
    assert keywords(below=line) is None


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("<meta property=article:tag content=ferries><meta property=article:tag content='Elections, local'>",
         ["ferries", "Elections, local"]),
        ("<meta property=article:tag content='ferries, council'>", ["ferries", "council"]),
        ("<meta property=article:tag content=_prio_3>", None),
        ("<meta property=article:tag content=ferries><meta name=keywords content=council>", ["council"]),
    ],
)  # fmt: skip
def test_metadata_may_name_them_one_by_one(head, expected):
    assert keywords(head=head) == expected


def test_as_many_tags_in_metadata_are_read():
    def head(number):
        return "".join(f"<meta property=article:tag content=tag{n}>" for n in range(number))

    assert [len(keywords(head=head(MAX_TAGS + more))) for more in (0, 1)] == [MAX_TAGS, MAX_TAGS]


def test_as_many_keywords_are_read_from_links():
    for page in ("<p>{}</p>", "<p>Tags: {}</p>"):
        for more in (0, 1):
            links = "".join(f"<a href=/{n} rel=tag>t{n}</a>" for n in range(MAX_KEYWORDS + more))
            assert len(keywords(below=page.format(links))) == MAX_KEYWORDS


def test_a_keyword_and_the_line_of_keywords_have_a_length():
    for page in ("<p><a href=/1 rel=tag>{}</a></p>", "<p>Tags: {}</p>", "<p>Tags</p><p><a href=/1>{}</a></p>"):
        assert keywords(below=page.format("x" * 60)) == ["x" * 60]
        assert keywords(below=page.format("x" * 61)) is None
    for size, is_read in ((60, True), (61, False)):  # with the label 500 characters, and 501
        words = ["x" * 41 + str(n) for n in range(10)] + ["y" * (size - 6)]
        links = ", ".join(f"<a href=/1>{word}</a>" for word in words)
        assert (keywords(below=f"<p>Tags: {links}</p>") is not None) is is_read


def test_a_line_of_the_paper_that_printed_it_is_its_source_and_no_paragraph():
    for note in ("《港口日报》（ 2026年01月12日 03版）", "（《港口日报》2026年1月12日 第 03 版）"):
        got = article(html(f"<h1>渡轮将保留到春天</h1><div>{paragraphs([*ZH * 2, note])}</div>", lang="zh"))

        assert (got.paragraphs, got.source and got.source.name) == (ZH * 2, "港口日报")


def test_the_reading_of_a_character_is_no_part_of_a_text():
    ruby = "<ruby>渡船<rp>（</rp><rt>とせん</rt><rp>）</rp></ruby>"
    text = "市は{}を二隻増やし、平日の運航を深夜零時まで延長すると発表した。費用は五年間で十四億円を見込むという。"
    got = article(html(f"<article><h1>{ruby}を二隻増便へ</h1><p>{text.format(ruby)}</p></article>", lang="ja"))

    assert (got.title, got.paragraphs) == ("渡船を二隻増便へ", [text.format("渡船")])
    assert "とせん" not in got.body_html
