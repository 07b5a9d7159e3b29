"""Pages of sites that nobody wrote rules for. Every page here is made up, one for each kind that real pages taught."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from newsspider import sites
from newsspider.parsing.unparsed import UnparsedPageError

NEWS = sites.load("news")
NOON = datetime(2026, 1, 30, 12, tzinfo=UTC)
UTF8 = [(b"Content-Type", b"text/html; charset=utf-8")]
EN = [
    "The harbour council voted on Tuesday evening to keep the old ferry running until the new bridge opens in spring.",
    "Residents had gathered outside the hall since noon, many of them with their bicycles, and cheered at the result.",
    "“Nobody asked us for an opinion before,” said the captain, who has steered the boat across for thirty-one years.",
    "The bridge was to open last autumn, but the concrete of two pillars has to be poured again, builders admitted.",
]
ZH = [
    "港口委员会周二晚间表决，在新桥明年春天通车之前，保留运行了九十年的老渡轮，票价不变。",
    "从中午起就有居民带着自行车聚集在礼堂外，听到结果后鼓掌欢呼，有人当场落泪。",
    "“以前没有人问过我们的意见。”在这条航线上掌舵三十一年的船长说，他明年退休。",
]
OTHERS = [
    "A baker from the old town has won the national prize for rye bread for the third time in five years, a jury said.",
    "The museum of clocks closes for two winters, since its roof cannot bear the weight of snow any longer, it found.",
    "Trams will stop at the market again from June, a year later than planned, after a dispute about rails was ended.",
    "A seal that swam up the river as far as the third lock has been named Otto by the children who saw it first.",
    "The university opens a chair for the history of salt, paid for by a foundation that nobody had heard of before.",
]
URL = "https://www.harbour.example/2026/ferry.html"


def paragraphs(texts):
    return "".join(f"<p>{text}</p>" for text in texts)


def html(body, head="", lang="en", end="</body></html>"):
    return f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">{head}</head><body>{body}{end}'.encode()


def json_ld(**thing):
    return f'<script type="application/ld+json">{json.dumps({"@context": "https://schema.org"} | thing)}</script>'


def article(page, url=URL):
    return NEWS.parse(page, url, UTF8, NOON)


def teasers(texts):
    return "".join(f'<div><h3><a href="/x{n}">{text[:40]}</a></h3><p>{text}</p></div>' for n, text in enumerate(texts))


# -------------------------------------------------------------------------------------------------------- main text


@pytest.mark.parametrize("shown", ["<div id=root></div>", "<h1>Ferry stays</h1><div></div><script>go()</script>"])
def test_a_text_that_only_json_ld_has_is_taken_with_a_doubt(shown):
    head = json_ld(**{"@type": "NewsArticle", "headline": "Ferry stays", "articleBody": "\n\n".join(EN)})
    got = article(html(shown, head))

    assert got.paragraphs == EN
    assert [block["text"] for block in got.blocks] == EN
    assert "body_text" in got.provenance.doubts
    assert got.provenance.fields["paragraphs"] == "json-ld"


@pytest.mark.parametrize(("size", "is_taken"), [(300, True), (299, False)])
def test_a_text_in_json_ld_alone_has_some_bytes(size, is_taken):
    head = json_ld(**{"@type": "NewsArticle", "headline": "Ferry stays", "articleBody": "x" * (size - 1) + "."})

    assert (article(html("<h1>Ferry stays</h1>", head)).body_text is not None) is is_taken


def test_a_text_that_the_page_prints_is_not_that_of_json_ld():
    head = json_ld(**{"@type": "NewsArticle", "headline": "Ferry stays", "articleBody": "\n".join(OTHERS)})

    assert article(html(f"<h1>Ferry stays</h1><div>{paragraphs(EN)}</div>", head)).paragraphs == EN


@pytest.mark.parametrize(
    "beside",
    [
        f'<div class="comments">{paragraphs(OTHERS)}</div>',
        f'<div class="cmt-box">{paragraphs(OTHERS)}</div>',
        f"<aside>{paragraphs(OTHERS)}</aside>",
        f'<section class="most-read-box relatedArticles">{paragraphs(OTHERS)}</section>',
        f"<div>{teasers(OTHERS)}</div>",
        f"<nav>{''.join(f'<a href=/{n}>{text}</a>' for n, text in enumerate(OTHERS))}</nav>",
    ],
    ids=["comments", "cmt", "aside", "related", "teasers", "links"],
)
def test_what_stands_beside_an_article_is_no_body(beside):
    page = f"<div><h1>Ferry stays</h1><div><div>{paragraphs(EN)}</div></div></div>{beside}"

    assert article(html(page, "<title>Ferry stays | Harbour Post</title>")).paragraphs == EN


COMMENTS = "".join(f"<div><b>User {n}</b><p>{text}</p></div>" for n, text in enumerate(OTHERS * 4))


@pytest.mark.parametrize("named", ["comments", "comment-list", "pinglun", "disqus_thread", "userKommentare"])
def test_comments_longer_than_the_article_are_no_part_of_it(named):
    page = f"<div><h1>Ferry stays</h1>{paragraphs(EN)}</div><div class='{named}'>{COMMENTS}</div>"

    assert article(html(page, "<title>Ferry stays</title>")).paragraphs == EN


@pytest.mark.parametrize(
    "heading",
    [
        "<h3>Comments</h3>",
        "<p>35 Comments</p>",
        "<h2>Kommentare (12)</h2>",
        "<div>网友评论(35)</div>",
        "<div><span>最新评论</span></div>",
        "<div>全部评论 12条</div>",
    ],
)
def test_comments_are_told_by_their_heading_too(heading):
    page = f"<div><h1>Ferry stays</h1>{paragraphs(EN)}</div><div class='x1'>{heading}{COMMENTS}</div>"

    assert article(html(page, "<title>Ferry stays</title>")).paragraphs == EN


def test_article_that_is_called_after_its_comments_is_read():
    page = f"<h1>Ferry stays</h1><p>{EN[0]}</p><p>{EN[1]}</p><div class='has-comments'>{paragraphs(EN[2:] * 6)}</div>"

    assert article(html(page, "<title>Ferry stays</title>")).paragraphs[-12:] == EN[2:] * 6


def test_short_article_is_found_above_a_longer_stream_of_others():
    page = f"<article><h1>Ferry stays</h1><p>{EN[0]} {EN[1]}</p></article><div>{paragraphs(OTHERS * 3)}</div>"

    got = article(html(page, "<title>Ferry stays</title>"))

    assert got.paragraphs == [f"{EN[0]} {EN[1]}"]
    assert "body_text" in got.provenance.doubts  # what stands outside may be the article to another reader


def test_first_of_several_articles_below_each_other_is_taken_with_a_doubt():
    page = f"<div><h1>Ferry stays</h1><div>{paragraphs(EN[:2])}</div></div>" + "".join(
        f"<div><h1>{text[:30]}</h1><div>{paragraphs(OTHERS)}</div></div>" for text in OTHERS[:2]
    )

    got = article(html(page, "<title>Ferry stays</title>" + json_ld(**{"@type": "NewsArticle"})))

    assert got.paragraphs == EN[:2]
    assert "body_text" in got.provenance.doubts


def test_text_in_several_boxes_of_an_article_is_one_body():
    boxes = "".join(f"<div><h2>{n}.00</h2><p>{EN[n]}</p><p>{OTHERS[n]}</p></div>" for n in range(4))

    got = article(html(f"<article><h1>Ferry stays</h1>{boxes}</article>", "<title>Ferry stays</title>"))

    assert [each for each in got.paragraphs if len(each) > 10] == [x for n in range(4) for x in (EN[n], OTHERS[n])]


def test_table_at_the_end_of_a_text_is_part_of_it():
    rows = "".join(f"<tr><td>{n}</td><td>Boat {n}</td></tr>" for n in range(1, 4))
    page = f"<article><h1>Ferry stays</h1><div>{paragraphs(EN)}<table>{rows}</table></div></article>"

    assert article(html(page, "<title>Ferry stays</title>")).paragraphs[-3:] == ["1 Boat 1", "2 Boat 2", "3 Boat 3"]


def test_labels_and_buttons_are_no_paragraphs():
    chrome = "<p>举报</p><p>分享到：</p><p>打开APP，看更多精彩内容</p>"
    page = f"<div><h1>渡轮继续运行</h1><div><p>{ZH[0]}</p>{chrome}{paragraphs(ZH[1:])}</div></div>"

    assert article(html(page, "<title>渡轮继续运行</title>", "zh-CN")).paragraphs == ZH


def test_lines_that_json_ld_does_not_have_are_not_of_the_article():
    said = json_ld(**{"@type": "NewsArticle", "headline": "Ferry stays", "articleBody": "\n".join(EN)})
    inside = [EN[0], OTHERS[0], *EN[1:]]
    page = f"<h1>Ferry stays</h1><div>{paragraphs(inside)}</div>"

    assert article(html(page, said)).paragraphs == EN


LONGER = [f"{OTHERS[0]} So wrote reader {number} of many below the line." for number in range(12)]


@pytest.mark.parametrize("around", ["article", "main"])
def test_longer_box_outside_of_what_is_marked_as_the_article_is_no_body_and_is_said(around):
    page = f"<{around}><h1>Ferry stays</h1>{paragraphs(EN)}</{around}><div class='box'>{paragraphs(LONGER)}</div>"

    got = article(html(page))
    assert got.paragraphs == EN
    assert "body_text" in got.provenance.doubts


@pytest.mark.parametrize(
    ("others", "body"),
    [(LONGER[:6], EN), (LONGER, EN + LONGER)],
    ids=["text in JSON-LD has a quarter of all prose", "it may be the beginning of a text that goes on elsewhere"],
)
def test_longer_box_beside_the_text_in_json_ld_is_no_body_or_else_in_doubt(others, body):
    said = json_ld(**{"@type": "NewsArticle", "headline": "Ferry stays", "articleBody": "\n".join(EN)})
    page = f"<h1>Ferry stays</h1><div>{paragraphs(EN)}</div><div class='box'>{paragraphs(others)}</div>"

    got = article(html(page, said))
    assert got.paragraphs == body
    assert "body_text" in got.provenance.doubts


def test_text_that_breaks_off_in_json_ld_goes_on_beside_its_lines():
    said = json_ld(**{"@type": "NewsArticle", "headline": "Ferry stays", "articleBody": EN[0]})
    page = f"<h1>Ferry stays</h1><div>{paragraphs(EN)}</div>"

    assert article(html(page, said)).paragraphs == EN


def test_text_of_another_article_in_json_ld_is_not_heeded():
    said = json_ld(**{"@type": "NewsArticle", "headline": "Ferry stays", "articleBody": "\n".join(OTHERS)})

    assert article(html(f"<h1>Ferry stays</h1><div>{paragraphs(EN)}</div>", said)).paragraphs == EN


def test_choice_that_leaves_out_as_much_as_it_takes_is_in_doubt():
    page = (
        f'<article><h1>Ferry stays</h1><div>{paragraphs(EN)}</div></article><div class="box">{paragraphs(OTHERS)}</div>'
    )

    assert "body_text" in article(html(page, "<title>Ferry stays</title>")).provenance.doubts
    assert article(html(f"<article><h1>Ferry stays</h1>{paragraphs(EN)}</article>")).provenance.doubts == []


# ------------------------------------------------------------------------------------------------- is it an article


@pytest.mark.parametrize(
    "head",
    [json_ld(**{"@type": "NewsArticle", "headline": "Ferry stays"}), '<meta property="og:type" content="video.other">'],
    ids=["json-ld", "og"],
)
def test_article_whose_text_is_not_found_has_title_and_time_and_a_doubt(head):
    published = '<meta property="article:published_time" content="2026-01-29T18:30:00+01:00">'

    got = article(html("<h1>Ferry stays</h1><video></video>", f"<title>Ferry stays</title>{published}{head}"))

    assert (got.title, got.body_text, got.paragraphs) == ("Ferry stays", None, [])
    assert got.published_at.isoformat() == "2026-01-29T18:30:00+01:00"
    assert got.provenance.doubts == ["body_text"]


@pytest.mark.parametrize(
    "page",
    [
        f"<h1>City news</h1><div>{teasers(OTHERS)}</div>",
        "<h1>Not found</h1><p>The page that you look for is away.</p>",
        "",
    ],
    ids=["list", "not found", "empty"],
)
def test_page_that_is_no_article_gives_no_record(page):
    with pytest.raises(UnparsedPageError):
        article(html(page, "<title>City news - Harbour Post</title>"))


# ------------------------------------------------------------------------------------------------------------ title


@pytest.mark.parametrize(
    ("body", "head", "title"),
    [
        ("<h1>Harbour Post</h1><h2>Ferry stays</h2>", "<title>Ferry stays | City | Harbour Post</title>",
         "Ferry stays"),
        ("<h2>渡轮继续运行</h2>", "<title>渡轮继续运行_本地_港口网</title>", "渡轮继续运行"),
        ("<h1>Ferry stays</h1>", '<title>Why the ferry stays</title><meta property="og:title" content="Ferry stays">',
         "Ferry stays"),
        ("", '<title>Ferry stays - Harbour Post</title><meta property="og:title" content="Ferry stays">',
         "Ferry stays"),
        ("", '<title>Ferry stays - Harbour Post</title><meta property="og:site_name" content="Harbour Post">',
         "Ferry stays"),
        ("<h1>Harbour’s ferry stays</h1>", json_ld(**{"@type": "Article", "headline": "Harbour's ferry stays"}),
         "Harbour's ferry stays"),
        ("", json_ld(**{"@type": "Article", "headline": "Ferry &amp; bridge"}), "Ferry & bridge"),
        ("", "<title>渡轮将继续运行到明年_国内_港口网</title>", "渡轮将继续运行到明年"),
        ("", "<title>Old ferry stays - City - Harbour Post</title>", "Old ferry stays"),
        ("", "<title>Opinion - Old ferry stays</title>", "Opinion - Old ferry stays"),
    ],
    ids=["site's own h1", "no h1", "og", "by comparing", "by the site's name", "quotes", "entities",
         "tab alone, Chinese", "tab alone", "longer behind"],
)  # fmt: skip
def test_title_is_the_headline_without_the_name_of_the_site(body, head, title):
    text = ZH if "渡" in title else EN

    assert article(html(f"<article>{body}{paragraphs(text * 3)}</article>", head)).title == title


# ------------------------------------------------------------------------------------------------------------- time

STAMP = "2026-01-29T18:30:00+01:00"
THING = {"@type": "NewsArticle", "headline": "Ferry stays", "datePublished": STAMP}


@pytest.mark.parametrize(
    "head",
    [
        json_ld(**THING),
        json_ld(**{"@graph": [{"@type": "WebPage", "datePublished": "2020-01-01T00:00:00Z"}, THING]}),
        json_ld(**{"@type": "WebPage", "mainEntity": THING}),
        json_ld(**{"@type": "WebPage", "mainEntity": [{"@type": "Person"}, THING | {"@type": ["LiveBlogPosting"]}]}),
        f'<script type="application/ld+json">[{json.dumps(THING)}]</script>',
        f'<script type="application/ld+json">//<![CDATA[\n{json.dumps(THING)}\n//]]></script>',
        f'<meta property="article:published_time" content="{STAMP}">',
        f'<meta itemprop="datePublished" content="{STAMP}">',
        f'<meta name="parsely-pub-date" content="{STAMP}">',
        f'<meta name="pubdate" content="2026-01-29"><meta name="DC.date.issued" content="{STAMP}">',
    ],
    ids=["json-ld", "graph", "main entity", "live blog", "list", "cdata", "og", "itemprop", "parsely", "day and time"],
)
def test_time_is_read_wherever_metadata_has_it(head):
    page = f"<article><h1>Ferry stays</h1>{paragraphs(EN)}</article>"

    assert article(html(page, f"<title>Ferry stays</title>{head}")).published_at.isoformat() == STAMP


@pytest.mark.parametrize(
    "masthead",
    [
        f'<p>By Ada Lovelace, <time datetime="{STAMP}">yesterday</time></p>',
        f'<div><span itemprop="datePublished" content="{STAMP}">yesterday</span></div>',
    ],
    ids=["time", "microdata"],
)
def test_time_is_read_from_the_markup_below_the_headline(masthead):
    others = f'<aside><time datetime="2026-01-30T08:00:00+01:00">today</time>{OTHERS[0]}</aside>'
    page = f"<article><h1>Ferry stays</h1>{masthead}{paragraphs(EN)}</article>{others}"

    assert article(html(page, "<title>Ferry stays</title>")).published_at.isoformat() == STAMP


@pytest.mark.parametrize(
    ("printed", "raw", "at"),
    [("时间：2026.01.29", "2026.01.29", None), ("昨天 13:05", "昨天 13:05", "2026-01-29T13:05:00+08:00")],
)
def test_date_of_any_sort_is_read_right_below_the_headline(printed, raw, at):
    page = f"<div><h1>渡轮继续运行</h1><div>{printed} 来源：港口网</div><div>{paragraphs(ZH * 2)}</div></div>"

    got = article(html(page, "<title>渡轮继续运行</title>", "zh-CN"))

    assert (got.published_raw, got.published_at and got.published_at.isoformat()) == (raw, at)
    assert got.source.name == "港口网"


def test_month_and_day_may_stand_behind_the_name_of_the_paper():
    info = "<div><span>港口日报</span> <span>01-29 13:05</span></div>"
    page = f"<div><h1>渡轮继续运行</h1>{info}<div>{paragraphs(ZH * 2)}</div></div>"

    got = article(html(page, "<title>渡轮继续运行</title>", "zh-CN"))

    assert (got.published_at.isoformat(), got.source.name) == ("2026-01-29T13:05:00+08:00", "港口日报")


def seoul(head=""):
    text = "항구 위원회는 화요일 저녁 새 다리가 열릴 때까지 오래된 나룻배를 계속 운행하기로 표결했다고 밝혔다. " * 5
    page = f"<article><h1>나룻배는 계속 다닌다</h1><div>2026-01-29 18:30:00</div><p>{text}</p></article>"
    return html(page, f"<title>나룻배는 계속 다닌다</title>{head}", "ko")


@pytest.mark.parametrize(
    ("lang", "texts", "line", "source"),
    [
        ("zh", ZH, "2026-01-09 17:04 港口报", "港口报"),
        ("zh", ZH, "2026-01-09 17:04 <b>港小渡</b><b>林阿航</b>", None),  # who wrote it, as the line below says
        ("zh", ZH, "2026-01-09 17:04 来源：港小渡", "港小渡"),
        ("en", EN, "2026-01-09 17:04 Harbour Life", None),  # the channel
        ("en", EN, "2026-01-09 17:04 Source: Harbour Post", "Harbour Post"),
    ],
)
def test_name_beside_the_date_is_the_source_where_it_can_be_nothing_else(lang, texts, line, source):
    title, byline = ("渡轮保留", "<p>执笔/港小渡、林阿航</p>") if lang == "zh" else ("Ferry stays", "")
    page = f"<h1>{title}</h1><div>{line}</div>{byline}{paragraphs(texts * 3)}"

    got = article(html(page, f"<title>{title}</title>", lang))

    assert (got.source.name if got.source else None) == source


def test_time_far_below_the_text_is_that_of_a_comment():
    comments = "".join(f"<div>赞 {n}</div>" for n in range(8)) + "<div><b>海风</b>2026-01-10 08:00</div><p>好消息。</p>"
    page = f"<h1>渡轮将保留到春天</h1>{paragraphs(ZH * 2)}{{}}{comments}"

    got = [article(html(page.format(below), lang="zh")) for below in ("", "<div>2026-01-09 17:04</div>")]

    assert [each.published_raw for each in got] == [None, "2026-01-09 17:04"]
    assert [each.source for each in got] == [None, None]


def test_zone_of_a_time_without_one_is_guessed_from_the_language_with_a_doubt():
    got = article(seoul())

    assert got.published_at.isoformat() == "2026-01-29T18:30:00+09:00"
    assert "published_at" in got.provenance.doubts


def test_zone_of_a_time_without_one_is_that_of_the_pages_other_times():
    got = article(seoul('<meta property="article:modified_time" content="2026-01-29T19:00:00+09:00">'))

    assert got.published_at.isoformat() == "2026-01-29T18:30:00+09:00"
    assert "published_at" not in got.provenance.doubts


def test_time_in_a_zone_of_which_nothing_tells_is_not_known():
    published = '<meta property="article:published_time" content="2026-01-29 18:30:00">'

    got = article(
        html(f"<article><h1>Ferry stays</h1>{paragraphs(EN)}</article>", f"<title>Ferry stays</title>{published}")
    )

    assert (got.published_at, got.published_raw) == (None, "2026-01-29 18:30:00")
    assert "published_at" in got.provenance.doubts


@pytest.mark.parametrize(
    ("printed", "others", "at", "is_doubted"),
    [
        ("13:05", '<script>{"publishedAt":"2026-01-29T18:05:11Z"}</script>', "2026-01-29T18:05:11+00:00", True),
        ("13:05", '<script>{"publishedAt":"2026-01-29T18:06:11Z"}</script>', None, True),
        ("13:05", '<meta name=pubdate content="2026-01-29T18:05:11Z">', "2026-01-29T18:05:11+00:00", False),
        ("13:05", '<meta name=pubdate content="2026-01-29T18:05:11">', None, True),
        ("13:05 GMT", '<meta name=pubdate content="2026-01-29T13:05:11">', "2026-01-29T13:05:00+00:00", False),
        ("13:05 GMT", '<script>{"publishedAt":"2026-01-29T18:05Z"}</script>', "2026-01-29T13:05:00+00:00", False),
    ],
)
def test_clock_in_a_zone_of_which_nothing_tells_gives_way_to_a_moment(printed, others, at, is_doubted):
    body = f"<h1>Ferry stays</h1><p>29 Jan 2026, {printed}</p>{paragraphs(EN)}"

    got = article(html(body, f"<title>Ferry stays</title>{others}"), "https://www.harbour.com/1")

    assert (got.published_at and got.published_at.isoformat()) == at
    assert ("published_at" in got.provenance.doubts) is is_doubted


def test_short_text_with_a_clock_is_an_article_whatever_its_zone():
    page = html(f"<h1>Ferry stays</h1><p>29 Jan 2026, 13:05</p><p>{EN[0]}</p>", "<title>Ferry stays</title>")

    assert article(page, "https://www.harbour.com/1").paragraphs == [EN[0]]


@pytest.mark.parametrize(
    ("said", "printed"),
    [
        (
            "<p>{}</p>",
            "The <b>harbour</b> council voted to keep the old ferry running until the bridge opens in spring.",
        ),
        (
            "{}",
            "“The harbour” council voted to keep the &quot;old&quot; ferry running until the bridge opens in spring.",
        ),
        ("{}", "The har&shy;bour council voted to keep the old ferry running until the bridge opens in spring."),
    ],
)
def test_markup_in_the_text_of_json_ld_hides_no_paragraph(said, printed):
    promo = "<p>Read our letter about the harbour every morning, and hear what the captains say of the weather.</p>"
    text = "".join(map(said.format, [printed.replace("&", "&amp;"), *EN]))
    head = json_ld(**{"@type": "NewsArticle", "headline": "Ferry stays", "articleBody": text})
    page = f"<h1>Ferry stays</h1><div><p>{printed}</p>{promo}{paragraphs(EN)}</div>"

    got = article(html(page, head))

    assert got.paragraphs[1:] == EN
    assert got.paragraphs[0].startswith(("The harbour council", "“The harbour” council"))


# ---------------------------------------------------------------------------------------------------------- authors


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("本报记者　王乐天　方　舟", ["王乐天", "方舟"]),
        ("记者：王乐天 方舟", ["王乐天", "方舟"]),
        ("（总台记者 王乐天 方舟）", ["王乐天", "方舟"]),
        ("文/王乐天", ["王乐天"]),
        ("文 | 王乐天", ["王乐天"]),
        ("（本报记者 王乐天 通讯员 李四）", ["王乐天", "李四"]),
        ("【文/港口网 王乐天】", ["王乐天"]),
        ("本报记者 王乐天 方舟 通讯员 李四", ["王乐天", "方舟", "李四"]),
        ("港口新闻首席记者 王乐天 实习生 李四", ["王乐天", "李四"]),
        ("港口社记者王乐天、方舟", ["王乐天", "方舟"]),
        ("文/图 王乐天", ["王乐天"]),
        ("文：王乐天 摄影：李四", ["王乐天"]),
        ("記者王樂天／台北報導", ["王樂天"]),
        ("[記者王樂天、方舟／綜合報導]", ["王樂天", "方舟"]),
        ("港口報／ 記者王樂天／台北即時報導", ["王樂天"]),
    ],
)
@pytest.mark.parametrize("place", ["above", "below"])
def test_chinese_byline_names_the_authors(line, names, place):
    text = [line, *ZH * 2] if place == "above" else [*ZH * 2, line]
    page = f"<div><h1>渡轮继续运行</h1><div>{paragraphs(text)}</div></div>"

    got = article(html(page, "<title>渡轮继续运行</title>", "zh-CN"))

    assert [each.name for each in got.authors] == names
    assert got.paragraphs == ZH * 2


@pytest.mark.parametrize(
    "opening",
    [
        "本报讯（记者王乐天、方舟）",
        "港新网港口1月29日电 (王乐天 方舟)",
        "〔記者王乐天、方舟／台北報導〕",
        "（港央社記者王乐天、方舟台北29日電）",
        "記者王乐天、方舟／台北報導　",
        "（王乐天、方舟／台北報導）",
    ],
)
def test_reporters_at_the_beginning_of_a_chinese_report_are_its_authors(opening):
    text = [f"{opening}{ZH[0]}", *ZH[1:], *ZH]

    got = article(html(f"<div><h1>渡轮继续运行</h1><div>{paragraphs(text)}</div></div>", lang="zh-CN"))

    assert [each.name for each in got.authors] == ["王乐天", "方舟"]


@pytest.mark.parametrize("signed", ["（王乐天）", "（王乐天／台北報導）《港报》关心您"])
def test_who_signed_the_last_paragraph_of_a_chinese_report_is_its_author(signed):
    page = f"<div><h1>渡轮继续运行</h1><div>{paragraphs([*ZH * 2, f'{ZH[0]}{signed}'])}</div></div>"

    assert [each.name for each in article(html(page, lang="zh-CN")).authors] == ["王乐天"]


def test_pen_names_beside_a_name_are_authors_and_the_site_or_the_source_is_none():
    def authors(line, head=""):
        page = f"<div><h1>渡轮继续运行</h1><p>{line}</p><div>{paragraphs(ZH * 2)}</div></div>"
        title = "<title>渡轮继续运行_港口网新闻</title>"
        return [each.name for each in article(html(page, title + head, "zh-CN")).authors]

    assert authors("执笔/叨叨姐、王乐天&小飞刀") == ["叨叨姐", "王乐天", "小飞刀"]
    assert authors("2026-01-09", "<meta name=author content=港口网>") == []
    assert authors("来源：北方船报 2026-01-09", "<meta name=author content=北方船报>") == []
    assert authors("作者：老船长说船", "<meta name=author content=老船长说船>") == ["老船长说船"]
    assert authors("2026-01-09", "<meta name=author content=老船长说船>") == []


@pytest.mark.parametrize("label", ["举报", "选稿", "小字号", "发布于", "扫码"])
def test_label_beside_the_date_is_no_name(label):
    page = f"<div><h1>渡轮继续运行</h1><div>2026-01-29 18:30 {label}</div><div>{paragraphs(ZH * 2)}</div></div>"

    got = article(html(page, "<title>渡轮继续运行</title>", "zh-CN"))

    assert (got.authors, got.source, got.paragraphs) == ([], None, ZH * 2)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("<p>By Ada Lovelace and Grace Hopper</p>", ["Ada Lovelace", "Grace Hopper"]),
        ("<p>Von Käthe Müller, 29.01.2026</p>", ["Käthe Müller"]),
        ("<p>Par Élise Martin</p>", ["Élise Martin"]),
        ('<span class="article-byline">Ada Lovelace</span>', ["Ada Lovelace"]),
        ('<a rel="author" href="/ada">Ada Lovelace</a>', ["Ada Lovelace"]),
        ('<span itemprop="author"><span itemprop="name">Ada Lovelace</span></span>', ["Ada Lovelace"]),
        ("<p>By the river, where it all began</p>", []),
        ("<p>Par Jean-Luc Martin</p>", ["Jean-Luc Martin"]),
        ("<p>By Ada Lovelace, Senior Correspondent</p>", ["Ada Lovelace"]),
        ("<p>By Ada Lovelace Jan. 9, 2026</p>", ["Ada Lovelace"]),
        ("<p>Von Käthe Müller Stand: 09.01.2026, 17:04 Uhr</p>", ["Käthe Müller"]),
        ("<p>Por João Silva, g1 — São Paulo</p>", ["João Silva"]),
        ("<p>Текст: Иван Петров</p>", ["Иван Петров"]),
        ("<p>홍길동·김철수 기자 hong@post.example</p>", ["홍길동", "김철수"]),
        ("<p>[항구일보 홍길동 기자]</p>", ["홍길동"]),
        ("<p>記者 山田太郎</p>", ["山田太郎"]),
    ],
)
def test_line_below_the_headline_names_the_authors(line, names):
    page = f"<article><h1>Ferry stays</h1><div>{line}</div>{paragraphs(EN)}</article>"

    assert [each.name for each in article(html(page, "<title>Ferry stays</title>")).authors] == names


def test_authors_in_json_ld_may_be_references_and_the_site_itself_is_the_last_to_be_one():
    graph = [
        {"@type": "NewsArticle", "headline": "Ferry stays", "author": [{"@id": "#ada"}], "publisher": {"name": "Post"}},
        {"@type": "Person", "@id": "#ada", "name": "Ada Lovelace"},
    ]
    page = f"<article><h1>Ferry stays</h1>{paragraphs(EN)}</article>"
    by_site = json_ld(**{"@type": "NewsArticle", "author": {"name": "Post"}, "publisher": {"name": "Post"}})
    byline = page.replace("</h1>", "</h1><p>By Ada Lovelace</p>")

    assert [each.name for each in article(html(page, json_ld(**{"@graph": graph}))).authors] == ["Ada Lovelace"]
    assert [each.name for each in article(html(byline, by_site)).authors] == ["Ada Lovelace"]
    assert [each.name for each in article(html(page, by_site)).authors] == ["Post"]
    by_host = json_ld(**{"@type": "NewsArticle", "author": {"name": "Harbour"}})
    assert [each.name for each in article(html(byline, by_host)).authors] == ["Ada Lovelace"]
    assert [each.name for each in article(html(page, by_host)).authors] == ["Harbour"]


# ---------------------------------------------------------------------------------------------------------- cut off


@pytest.mark.parametrize(
    ("end", "is_cut_off"),
    [
        ("</body></html>" + "<script>count()</script>" * 100, False),
        ("</div></body>", False),
        ("</div>", False),
        ("", True),
        ("<p>The first boat of the mor", True),
    ],
    ids=["content behind the end", "no html", "all closed", "open", "within a word"],
)
def test_page_is_cut_off_where_it_really_ends_early(end, is_cut_off):
    got = article(html(f"<div><h1>Ferry stays</h1>{paragraphs(EN)}", "<title>Ferry stays</title>", end=end))

    assert got.provenance.cut_off is is_cut_off
    assert ("body_text" in got.provenance.doubts) is is_cut_off


# --------------------------------------------------------------------------------------- a site whose words are known


def test_longer_box_beside_article_is_no_body_of_a_site_whose_words_are_known():
    box = "".join(f"<p>{line}</p>" for line in ZH * 4)
    text = "".join(f"<p>{line}</p>" for line in ZH)
    page = (
        "<div>新闻</div><div><span>点赞</span><span>收藏</span><span>分享</span></div><h1>渡轮继续运行</h1>"
        f"<div>2026-01-29 18:30:00 港口网</div><article>{text}</article><div class='box'>{box}</div>"
        "<div>版权声明：本文系独家稿件</div>"
    )

    got = sites.load("kankanews").parse(html(page), "https://www.kankanews.com/detail/LMwVGgj402z", UTF8, NOON)

    assert got.paragraphs == ZH
    assert "body_text" in got.provenance.doubts


# ----------------------------------------------------------------------------------- printed as other languages do


def written(line, language, host="www.harbour.example", place="<div>{}</div>"):
    """The article of a page of which nothing but a line below the headline says when it is of."""
    page = f"<article><h1>Ferry stays afloat</h1>{place.format(line)}{paragraphs(EN)}</article>"
    return article(html(page, "<title>Ferry stays afloat</title>", language), f"https://{host}/2026/ferry.html")


@pytest.mark.parametrize(
    ("language", "line", "at"),
    [
        ("de", "Veröffentlicht am 9. Januar 2026 um 17.04 Uhr", "2026-01-09T17:04:00+01:00"),
        ("de", "09.01.26, 17:04 Uhr", "2026-01-09T17:04:00+01:00"),
        ("fr", "Publié le 9 janvier 2026 à 17h04", "2026-01-09T17:04:00+01:00"),
        ("fr", "Publié le 09/01/2026 à 17:04", "2026-01-09T17:04:00+01:00"),
        ("es-ES", "09 ene 2026 - 17:04 CET", "2026-01-09T17:04:00+01:00"),
        ("pt-BR", "9 de janeiro de 2026, 17h04", "2026-01-09T17:04:00-03:00"),
        ("ru", "17:04, 9 января 2026", "2026-01-09T17:04:00+03:00"),
        ("ko", "2026년 1월 9일 오후 5:04", "2026-01-09T17:04:00+09:00"),
        ("ar-EG", "الجمعة ٩ يناير ٢٠٢٦ - ١٧:٠٤", "2026-01-09T17:04:00+02:00"),
        ("en-US", "Jan. 9, 2026, 5:04 p.m. ET", "2026-01-09T17:04:00-05:00"),
        ("en-US", "July 9, 2025 12:04 AM ET", "2025-07-09T00:04:00-04:00"),
        ("en-US", "09/01/2025 5:04 PM CST", "2025-09-01T17:04:00-06:00"),
        ("en-GB", "Fri 9 Jan 2026 17.04 GMT", "2026-01-09T17:04:00+00:00"),
        ("en-GB", "Published: 17:04, 9 January 2026", "2026-01-09T17:04:00+00:00"),
    ],
)
def test_time_is_read_as_the_language_of_the_page_prints_it(language, line, at):
    assert written(line, language).published_at.isoformat() == at


def test_time_of_change_is_told_from_that_of_publication():
    got = written("입력 2026.01.09 17:04 수정 2026.01.09 18:00", "ko")

    assert got.published_at.isoformat() == "2026-01-09T17:04:00+09:00"
    assert got.modified_at.isoformat() == "2026-01-09T18:00:00+09:00"


def test_day_and_clock_may_stand_in_boxes_of_their_own_below_the_standfirst():
    boxes = f"<p>{OTHERS[0]}</p><div><span>Jan. 9, 2026</span><span>5:04 p.m. EST</span></div>"

    assert written(boxes, "en-US").published_at.isoformat() == "2026-01-09T17:04:00-05:00"


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "09/01/2026 17:04 GMT"),
        ("en-GB", f"{OTHERS[0]} It was on 9 January 2026 at 17:04 GMT."),
        ("de", "31. Februar 2026, 17:04 Uhr"),
    ],
    ids=["either day or month first", "a sentence", "no day"],
)
def test_line_that_does_not_say_when_the_article_is_of_is_not_heeded(language, line):
    assert written(line, language).published_at is None


@pytest.mark.parametrize("place", ["header", "related"])
def test_time_that_stands_elsewhere_than_between_headline_and_text_is_in_doubt(place):
    line = "<div>Friday 30 January 2026 11:25 GMT</div>"
    above, below = (f"<header>{line}</header>", "") if place == "header" else ("", line)
    page = f"{above}<main><h1>Ferry stays afloat</h1><div><p>{EN[0]} {EN[1]} {EN[2]}</p></div>{below}</main>"

    got = article(html(page, "<title>Ferry stays afloat</title>", "en-GB"))

    assert got.published_at is None or "published_at" in got.provenance.doubts
