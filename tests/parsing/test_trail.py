"""The channel of an article by the trail of links above its headline. All pages here are made up."""

from __future__ import annotations

import pytest

from newsspider.parsing.trail import MAX_TRAIL
from tests.test_any_page import EN, ZH, article, html, paragraphs

HOME, NEWS, TRADE = "<a href=/>首页</a>", "<a href=/news/>新闻</a>", "<a href=/news/trade/>外贸</a>"
TRADE_CHANNEL = ("外贸", "https://www.harbour.example/news/trade/")


def channel(trail, title="渡轮增加两班", texts=ZH, lang="zh"):
    got = article(html(f"{trail}<h1>{title}</h1><p>2026-01-29 10:00</p><div>{paragraphs(texts)}</div>", lang=lang))
    assert (got.title, got.paragraphs) == (title, texts)
    return got.channel and (got.channel.name, got.channel.url)


@pytest.mark.parametrize(
    "trail",
    [
        f"<div>当前位置：{HOME} &gt; {NEWS} &gt; {TRADE} &gt; 正文</div>",
        f"<div>您现在的位置是：{HOME}<span>&gt;</span>{NEWS}<span>&gt;&gt;</span>{TRADE}</div>",
        f"<div>您的位置：{NEWS} / {TRADE} / 渡轮增加两班</div>",
        f"<div><b>所在位置</b>{HOME}·{NEWS}·{TRADE}</div>",
        f"<p>{HOME} » {TRADE} » 详情 <a href=/join>申请入驻</a></p>",
        f"<p><a href=/>海港网首页</a> › {NEWS} › {TRADE} › 渡轮增加……</p>",
        f"<div class=breadcrumb>{HOME}{NEWS}{TRADE}</div>",
        f"<div class=crumbs>{NEWS}{TRADE}<a href=/2026/ferry.html>渡轮</a></div>",
        f"<nav aria-label=x class=site-breadcrumbs><ol><li>{HOME}<li>{NEWS}<li>{TRADE}<li>渡轮增加两班</ol></nav>",
        f"<ul id=breadCrumb><li>{NEWS}<li>{TRADE}</ul><p>A</p>",
    ],
)
def test_channel_is_the_last_before_the_article(trail):
    assert channel(trail) == TRADE_CHANNEL


@pytest.mark.parametrize(
    ("trail", "name"),
    [
        ("<div>当前位置：首页 > 新闻 > 外贸 > 正文</div>", "外贸"),
        ("<div>當前位置：首頁＞財經</div>", "財經"),
        (f"<div>{HOME} &gt; 渡轮 &gt; 正文</div>", "渡轮"),  # though the headline begins with it
        (f"<div>当前位置：{HOME} > {'很' * 40}</div>", "很" * 40),
    ],
)
def test_channel_without_a_link_has_no_address(trail, name):
    assert channel(trail) == (name, None)


@pytest.mark.parametrize(
    ("trail", "name"),
    [
        ("<p>You are here: <a href=/>Home</a> / <a href=/local>Local</a> / Ferry stays</p>", "Local"),
        ("<p><a href=/>Home</a> > <a href=/local>Local</a></p>", "Local"),
        ("<p><a href=https://www.harbour.example>Bay Times</a> → <a href=/local>Local</a></p>", "Local"),
    ],
)
def test_trail_is_read_in_other_languages(trail, name):
    said = channel(trail, "Ferry stays until spring", EN, "en")
    assert said == (name, "https://www.harbour.example/local")


@pytest.mark.parametrize(
    "line",
    [
        f"<ul><li>{HOME}<li>{NEWS}<li>{TRADE}</ul>",  # a menu
        f"<p>{HOME} {NEWS} {TRADE}</p>",
        f"<p>{HOME} | {NEWS} | {TRADE}</p>",
        f"<p>{NEWS} &gt; {TRADE}</p>",
        "<p>首页 > 新闻</p>",
        f"<p>更多 &gt; {TRADE}</p>",
        f"<div>当前位置：{HOME}</div>",
        f"<div>当前位置：{HOME} > 正文</div>",
        "<div class=breadcrumb></div>",
        "<div>位置：上海 > 静安</div>",
        f"<div>当前位置：{HOME} > <a href=/long>{'很' * 41}</a></div>",
        f"<div>当前位置：{HOME} > {TRADE} > {'<a href=/x>很长的名字</a> > ' * 40}</div>",
    ],
)
def test_other_lines_are_no_trail(line):
    assert channel(line) is None


@pytest.mark.parametrize("length", [299, 300, 301])
@pytest.mark.parametrize("trail", ["<div>当前位置：{}</div>", "<ul class=crumbs><li>{}</ul>"])
def test_trail_is_a_line_of_a_length(trail, length):
    parts = f"{HOME} > {TRADE} > "
    said = len("当前位置：首页 > 外贸 > " if "当前" in trail else "首页 > 外贸 > ")
    line = trail.format(parts + "<a href=/x>很</a>" * (length - said))

    assert (channel(line) is None) == (length > 300)


@pytest.mark.parametrize(("name", "is_article"), [("渡轮增加两班票价", False), ("渡轮增加两班票价不", True)])
def test_beginning_of_the_headline_is_the_article_from_a_length_on(name, is_article):
    said = channel(f"<p>{HOME} » {TRADE} » {name}</p>", title="渡轮增加两班票价不变")

    assert said == (TRADE_CHANNEL if is_article else (name, None))


@pytest.mark.parametrize(
    ("name", "title"),
    [("Premier League", "Premier League clubs keep the ferry"), ("Technology", "Shares of Technology fall")],
)
def test_name_of_a_channel_may_stand_in_the_headline(name, title):
    said = channel(f"<p><a href=/>Home</a> > <a href=/c/>{name}</a></p>", title, EN, "en")

    assert said == (name, "https://www.harbour.example/c/")


@pytest.mark.parametrize("href", ["/?cat=5", "http://[cms]/sport/"])
def test_address_with_a_query_and_none_are_no_front_page(href):
    assert channel(f"<div>当前位置：<a href='{href}'>外贸</a> > 正文</div>")[0] == "外贸"


@pytest.mark.parametrize(("levels", "is_trail"), [(3, True), (4, False)])
def test_element_that_is_called_a_trail_is_near_its_line(levels, is_trail):
    line = "<div>" * levels + f"<p>{HOME} {TRADE}</p>" + "</div>" * levels

    assert (channel(f"<div class=crumbs>{line}</div>") is not None) == is_trail


def test_page_that_is_called_after_its_trail_is_none():
    assert channel(f"<main class=with-breadcrumbs><p>{HOME}</p><p>{TRADE}</p>") is None


def test_trail_is_looked_for_above_the_headline_alone():
    trail = f"<div>当前位置：{HOME} &gt; {TRADE}</div>"
    lines = "<p>x</p>" * (MAX_TRAIL - 1)

    assert MAX_TRAIL == 50
    assert channel(trail + lines) == TRADE_CHANNEL
    assert channel(trail + lines + "<p>x</p>") is None
    below = article(html(f"<h1>渡轮增加两班</h1><div>{paragraphs(ZH)}</div>{trail}", lang="zh"))
    assert below.channel is None


def test_witness_of_the_channel_is_the_page():
    got = article(html(f"<p>{HOME} » {TRADE}</p><h1>渡轮增加两班</h1><div>{paragraphs(ZH)}</div>", lang="zh"))

    assert got.provenance.fields["channel"] == "page"
