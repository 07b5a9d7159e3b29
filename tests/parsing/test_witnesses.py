"""Who is heard of a page, in which order, and what is said where they differ. The site and its pages are made up."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from newsspider import sites
from newsspider.parsing.article import content_hash
from newsspider.parsing.names import Names
from newsspider.parsing.site import Site
from newsspider.parsing.words import Words

SEEN = datetime(2026, 1, 30, 12, tzinfo=UTC)
UTF8 = [(b"Content-Type", b"text/html; charset=utf-8")]
URL = "https://harbour.example/a/1"
SITE = Site(
    name="harbour",
    domains=("harbour.example",),
    start_urls=("https://harbour.example/",),
    articles={"https://harbour.example/a/{}": r"\d+"},
    selectors={
        "new": {"title": ".new-title", "source": ".new-source"},
        "old": {"title": ".old-title", "source": ".old-source"},
    },
    words=Words(
        toolbar=("点赞", "收藏", "分享"), notice="版权声明", keywords="关键词", comments="评论", recommended="推荐视频",
        footer="关于我们",
    ),
    page_title="(?P<title>.+?)(?:_(?P<channel>[^_]+))?_港口网",
    state_names=Names(
        address="/a/{}", id=("id",), title=("title",), body=("content",), published_at=("time",), source=("source",),
        channel=("channel",), keywords=("keywords",), notice=("notice",), comment_count=("comments",),
        duration=("duration",), video=("video",), video_url=("play",), poster=("cover",),
    ),
    state_hint=b"a_film",
    expected=("title", "published_at", "source", "channel", "body_text"),
    time_zone="Asia/Shanghai",
)  # fmt: skip
TITLE = "渡轮在新桥通车之前继续运行"
OTHER = "大桥通车的日子还没有定下来"
BODY = ["港口委员会周二表决。", "老渡轮保留。"]
NOTICE = "<p>版权声明：本文系独家稿件</p>"
UNREADABLE = "<script>window.__NUXT__={data:fetch(0)};</script>"
"""A state of which a warning tells that it was asked."""


def state(**members):
    source = json.dumps({"data": [{"id": "1", "title": TITLE} | members]}, ensure_ascii=False)
    return f"<script>window.__NUXT__={source};</script>"


def json_ld(**thing):
    return f'<script type="application/ld+json">{json.dumps(thing, ensure_ascii=False)}</script>'


def page(
    *, tab=f"{TITLE}_时讯_港口网", head="", channel="<p>时讯</p>", title=f"<h1>{TITLE}</h1>",
    date="2026-01-29 08:00:00", source="港口报", body=BODY, below=NOTICE, script="", footer="<p>关于我们</p>",
):  # fmt: skip
    text = "".join(f"<p>{each}</p>" for each in body)
    return (
        f"<!doctype html><html lang=zh-CN><head><meta charset=utf-8><title>{tab}</title>{head}</head><body>{channel}"
        f"<div><span>点赞</span><span>收藏</span><span>分享</span></div>{title}<p>{date} {source}</p><div>{text}</div>"
        f"{below}{footer}{script}</body></html>"
    )


def parse(html, site=SITE, url=URL, at=SEEN):
    return site.parse_page(html.encode(), url, UTF8, at)


def article(html, site=SITE, url=URL):
    return parse(html, site, url).article


def witness(got, field):
    return got.provenance.fields.get(field)


def test_a_page_on_which_all_agree_is_in_no_doubt():
    got = article(page())

    assert (got.title, got.source.name, got.channel.name, got.paragraphs) == (TITLE, "港口报", "时讯", BODY)
    assert (got.provenance.doubts, got.provenance.warnings) == ([], [])
    assert {witness(got, field) for field in ("title", "source", "channel", "paragraphs")} == {"landmarks"}
    assert (got.page_title, witness(got, "page_title")) == (f"{TITLE}_时讯_港口网", "title")
    assert (got.provenance.layout, witness(got, "id"), got.site_facts) == ("landmarks", "url", None)


# ------------------------------------------------------------------------------------------------------ class names


def test_a_page_is_of_the_first_generation_that_knows_it():
    both = article(page(title=f"<h1 class='new-title old-title'>{TITLE}</h1><i class=old-source>晚报</i>"))
    old = article(page(title=f"<h1 class=old-title>{TITLE}</h1>"))

    assert (both.provenance.layout, witness(both, "title")) == ("new", "class:new")
    assert both.source.name == "港口报"
    assert (old.provenance.layout, witness(old, "title")) == ("old", "class:old")


def test_two_that_agree_are_believed_against_a_class_name():
    got = article(page(title=f"<h1>{TITLE}</h1><h2 class=new-title>{OTHER}</h2>"))
    alone = article(page(tab="港口网", title=f"<h1>{TITLE}</h1><h2 class=new-title>{OTHER}</h2>"))

    assert (got.title, witness(got, "title")) == (TITLE, "landmarks")
    assert (alone.title, witness(alone, "title")) == (OTHER, "class:new")
    assert got.provenance.doubts == alone.provenance.doubts == ["title"]


# -------------------------------------------------------------------------------------------------------- the title


@pytest.mark.parametrize(
    ("tab", "channel", "by"),
    [
        (f"{TITLE}_时讯_港口网", "时讯", "title"),
        (f"{TITLE}_港口网", None, None),
        (f"{TITLE}_时讯_港口网论坛", None, None),
        (f"{TITLE}_时讯", None, None),
        ("", None, None),
    ],
)
def test_the_title_of_the_tab_may_name_the_channel(tab, channel, by):
    got = article(page(tab=tab, channel=""))

    assert (got.channel and got.channel.name) == channel
    assert witness(got, "channel") == by
    assert (got.title, got.page_title) == (TITLE, tab or None)


# --------------------------------------------------------------------------------------------------------- metadata


def test_metadata_say_what_the_page_does_not():
    head = (
        '<meta property="article:modified_time" content="2026-01-30T09:00:00+08:00"><meta name=source content=港口报>'
    )
    got = article(page(head=head, source=""))

    assert got.modified_at.isoformat() == "2026-01-30T09:00:00+08:00"
    assert (got.source.name, witness(got, "source")) == ("港口报", "meta")


def test_json_ld_is_heard_before_open_graph():
    head = json_ld(**{"@type": "NewsArticle", "dateModified": "2026-01-29T09:00:00+08:00"})
    head += "<meta property=article:modified_time content=2026-01-29T10:00:00+08:00>"
    got = article(page(head=head))

    assert (got.modified_at.isoformat(), witness(got, "modified_at")) == ("2026-01-29T09:00:00+08:00", "json-ld")


def test_a_text_of_which_no_blocks_are_known_is_paragraphs():
    got = article(page(body=[]), replace(SITE, scripts=lambda page: {"paragraphs": BODY}))

    assert (got.paragraphs, witness(got, "paragraphs")) == (BODY, "script")
    assert got.blocks == [{"type": "paragraph", "text": each} for each in BODY]


@pytest.mark.parametrize("first", [True, False])
def test_metadata_are_believed_first_where_a_site_says_so(first):
    got = article(
        page(tab="", head=f'<meta property="og:title" content="{OTHER}">'), replace(SITE, metadata_first=first)
    )

    assert (got.title, witness(got, "title")) == ((OTHER, "og") if first else (TITLE, "landmarks"))
    assert got.provenance.doubts == ["title"]


def test_scripts_of_a_site_are_heard_after_the_landmarks():
    site = replace(SITE, scripts=lambda page: {"channel": ("热点", None), "source": ("晚报", None)})
    got = article(page(tab="", channel=""), site)

    assert (got.channel.name, witness(got, "channel")) == ("热点", "script")
    assert (got.source.name, witness(got, "source")) == ("港口报", "landmarks")
    assert got.provenance.doubts == ["source"]


# -------------------------------------------------------------------------------------------------------- the state


@pytest.mark.parametrize(
    ("parts", "is_asked"),
    [
        ({}, False),
        ({"footer": "<p>关于我们</p><i>a_film</i>"}, True),  # of which only the state knows the film
        ({"source": ""}, True),
        ({"channel": "", "tab": ""}, True),
        ({"body": [], "head": '<meta property="og:type" content="article">'}, True),
        ({"tab": f"{OTHER}_时讯_港口网"}, True),  # one stands against another
    ],
)
def test_the_state_is_asked_where_the_others_leave_a_question(parts, is_asked):
    got = article(page(script=UNREADABLE, **parts))

    assert any(each.startswith("state: ") for each in got.provenance.warnings) is is_asked


def test_a_film_alone_makes_an_article():
    got = article(page(body=[], below="", script=state(video={"play": "/1.mp4"})))

    assert [each.url for each in got.videos] == ["https://harbour.example/1.mp4"]
    assert (got.paragraphs, got.provenance.layout) == ([], "state")


def test_a_text_whose_end_nobody_sees_stands_back():
    """Nothing but the footer is below it, and what stands between may be anything."""
    told = article(page(below="<p>另一篇的标题</p>", script=state(content="<p>港口委员会周二表决。</p>")))
    alone = article(page(below="<p>另一篇的标题</p>"))

    assert (told.paragraphs, witness(told, "paragraphs")) == (BODY[:1], "state")
    assert (alone.paragraphs, witness(alone, "paragraphs")) == ([*BODY, "另一篇的标题"], "landmarks")
    assert alone.provenance.doubts == ["body_text"]
    assert alone.provenance.warnings[-1].startswith("body_text: nothing was seen that ends it")


LONG = [
    "港口委员会周二晚间表决，在新桥明年春天通车之前，保留运行了九十年的老渡轮，票价不变，班次也不变。",
    "从中午起就有居民带着自行车聚集在礼堂外，听到结果后鼓掌欢呼，有人当场落泪，也有人唱起了老歌。",
    "以前没有人问过我们的意见，在这条航线上掌舵三十一年的船长说，他明年退休，儿子不想接他的班。",
]


def test_json_ld_and_the_main_text_are_believed_against_the_landmarks():
    text = "".join(f"<p>{each}</p>" for each in LONG)
    parts = {"body": ["渡轮不停。"], "below": f"<img src=/x.jpg>{NOTICE}<div><img src=/logo.png>{text}</div>"}
    thing = json_ld(**{"@type": "NewsArticle", "articleBody": "\n".join(LONG)})

    agreed, alone = article(page(head=thing, **parts)), article(page(**parts))

    assert (agreed.paragraphs, witness(agreed, "paragraphs")) == (LONG, "text")
    assert [each.url for each in agreed.images] == []
    assert agreed.title == TITLE
    assert agreed.provenance.doubts == ["body_text"]
    problem = "the landmarks hold another text than JSON-LD and the main text"
    assert f"body_text: {problem}" in agreed.provenance.warnings
    assert (alone.paragraphs, witness(alone, "paragraphs")) == (["渡轮不停。"], "landmarks")


# ------------------------------------------------------------------------------------------------- what a record says


def test_cards_have_the_id_of_their_article():
    cards = "<p>推荐视频</p><a href=/a/2><p>01:33</p><p>大桥</p></a><a href=/b><p>02:00</p><p>列表</p></a>"
    got = article(page(below=NOTICE + cards))

    assert [(each.title, each.id) for each in got.recommendations] == [("大桥", "harbour:2"), ("列表", None)]


@pytest.mark.parametrize(
    ("keywords", "is_told"),
    [("<p>关键词：渡轮、大桥</p>", False), ("<p>关键词：渡轮大桥港口</p>", True), ("", False)],
)
def test_keywords_that_run_together_are_told_of(keywords, is_told):
    got = article(page(below=NOTICE + keywords))

    assert got.provenance.warnings == ["keywords: printed run together; the line is in keywords_raw"] * is_told


def test_notes_of_changes_in_the_text_and_below_it_are_both_kept():
    got = article(page(body=[*BODY, "更正：前文有误。"], below=NOTICE + "<p>更正：标题有误。</p><p>评论</p>"))

    assert got.modification_notes == ["更正：前文有误。", "更正：标题有误。"]


def test_the_facts_of_a_footer_are_those_of_the_landmarks():
    tokyo = SEEN.astimezone(timezone(timedelta(hours=9)))
    parsed = parse(page(footer="<p>关于我们</p><p>沪ICP备10207042号</p>"), at=tokyo)

    assert parsed.site_facts.icp_numbers == ["沪ICP备10207042号"]
    assert parsed.site_facts.fetched_at.isoformat() == "2026-01-30T12:00:00+00:00"
    assert parsed.article.site_facts == parsed.site_facts.id
    assert witness(parsed.article, "site_facts") == "landmarks"


@pytest.mark.parametrize(("body", "language"), [(["一二三四五abcde"], None), (["一二三四五六abcde"], "zh")])
def test_letters_tell_the_language_where_more_than_half_are_chinese(body, language):
    got = article(page(body=body).replace(" lang=zh-CN", ""))

    assert (got.language, witness(got, "language")) == (language, "letters")


def test_what_is_hidden_is_told_of_where_it_is_longer_than_the_text():
    length = len("".join(BODY))

    for more in (0, 1):
        got = article(page(footer=f"<p>关于我们</p><div hidden>{'长' * (length - 1 + more)}。</div>"))
        assert got.provenance.doubts == ["body_text"] * more


def test_of_an_address_that_is_no_article_the_beginning_is_told():
    got = article(page(head=f"<link rel=canonical href='https://harbour.example/{'x' * 500}'>"))

    (warning,) = got.provenance.warnings
    assert warning.startswith("canonical_url: link names https://harbour.example/xxx")
    assert len(warning) < 300


# -------------------------------------------------------------------------------------------- sites without a file

NEWS_URL = "https://post.example/2026/ferry"
EN = "The harbour council voted on Monday to keep its old ferry until the new bridge is finished next spring, it said. "


def news(body, head="", script=""):
    html = f"<!doctype html><html lang=en><head>{head}</head><body><article>{body}</article>{script}</body></html>"
    return article(html, sites.load("news"), NEWS_URL)


@pytest.mark.parametrize(
    "head",
    [
        json_ld(**{"@type": "NewsArticle", "headline": "Ferry stays until spring | Harbour Post"}),
        '<meta property="og:title" content="Ferry stays until spring – Harbour Post">',
    ],
)
def test_a_title_with_the_addition_of_its_site_is_that_of_the_headline(head):
    got = news(f"<h1>Ferry stays until spring</h1><p>{EN * 3}</p>", head)

    assert (got.title, witness(got, "title")) == ("Ferry stays until spring", "headline")
    assert "title" not in got.provenance.doubts
    assert (got.provenance.layout, witness(got, "paragraphs")) == ("text", "text")


def test_a_record_names_its_parser_and_who_said_each_field():
    head = '<meta property="article:section" content="Harbour">'
    got = news(f"<h1>Ferry stays until spring</h1><p>{EN * 3}</p>", head, UNREADABLE)
    other = article(page(), replace(SITE, parser_version="7", parser="kept"))

    assert (got.section, witness(got, "section"), witness(got, "blocks")) == ("Harbour", "meta", "text")
    assert not any(each.startswith("state: ") for each in got.provenance.warnings)  # of a site that has none
    assert (other.provenance.parser, other.provenance.parser_version) == ("kept", "7")
    assert article(page()).provenance.parser == "harbour"
    assert content_hash("a", ["x"]) != content_hash("b", ["x"])


def test_what_the_lines_around_the_headline_say_is_believed_before_meta():
    head = '<meta name="date" content="2026-01-27T08:00:00+01:00">'
    time = "<time datetime='2026-01-29T08:00:00+01:00'>29 January</time>"
    got = news(f"<h1>Ferry stays until spring</h1><p>{time}</p><p>{EN * 3}</p>", head)

    assert got.published_at.isoformat() == "2026-01-29T08:00:00+01:00"
    assert witness(got, "published_at") == "masthead"


def test_a_script_is_asked_for_the_time_that_nobody_else_knows():
    script = "<script>dataLayer=[{pubdate: '2026-01-29T08:00:00+01:00'}]</script>"
    body = f"<h1>Ferry stays until spring</h1><p>{EN * 3}</p>"
    alone = news(body, script=script)
    known = news(body, '<meta property="article:published_time" content="2026-01-28T08:00:00+01:00">', script)

    assert (alone.published_at.isoformat(), witness(alone, "published_at")) == ("2026-01-29T08:00:00+01:00", "script")
    assert alone.provenance.doubts == ["published_at"]
    assert known.published_at.isoformat() == "2026-01-28T08:00:00+01:00"
    assert known.provenance.doubts == []


def test_the_entries_of_a_live_blog_that_a_script_shows_are_its_text():
    updates = [{"@type": "BlogPosting", "articleBody": f"Entry {n} of the day."} for n in (1, 2)]
    head = json_ld(**{"@type": "LiveBlogPosting", "headline": "Ferry stays until spring", "liveBlogUpdate": updates})
    got = news("<h1>Ferry stays until spring</h1>", head)

    assert got.paragraphs == ["Entry 1 of the day.", "Entry 2 of the day."]
    assert witness(got, "paragraphs") == "json-ld"
    assert [block["type"] for block in got.blocks] == ["live_entry", "paragraph"] * 2
