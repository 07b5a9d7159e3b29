from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import nh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsspider.parsing.body import read_body
from newsspider.parsing.markup import read_html
from newsspider.parsing.page import outline
from newsspider.parsing.unparsed import UnparsedPageError
from newsspider.record import schema
from newsspider.record.items import as_record, to_json_line
from newsspider.sites.kankanews import SITE
from newsspider.text.urls import absolute

CASES = Path(__file__).parent / "cases" / "kankanews"
URL = "https://www.kankanews.com/detail/LMwVGgj402z"
UTF8 = [(b"Content-Type", b"text/html; charset=utf-8")]
CAPTURED_AT = datetime(2026, 1, 30, 2, tzinfo=UTC)


def page(case="current"):
    return (CASES / case / "page.html").read_text(encoding="utf-8")


def golden(case="current"):
    return json.loads((CASES / case / "golden.json").read_text(encoding="utf-8"))


def record(html, *, url=URL, captured_at=CAPTURED_AT):
    return as_record(SITE.parse(html.encode(), url, UTF8, captured_at))


def differences(html, case="current"):
    """Fields in which *html* gives another record than *case*, provenance aside."""
    got, expected = record(html), golden(case)
    return {name: got[name] for name in expected if name != "provenance" and got[name] != expected[name]}


# ------------------------------------------------------------------------------------- landmarks


@pytest.mark.parametrize("case", ["current", "scrambled"])
def test_landmarks_are_known_in_full_width_too(case):
    html = page(case)
    for word in ("版权声明", "关键词", "举报电话", "举报邮箱", "许可证"):
        html = html.replace(f"{word}:", f"{word}：")
    html = html.replace("(图片来源:陈正宝/摄)", "（图片来源：陈正宝/摄）")

    changed = differences(html, case)

    assert set(changed) == {"image_credit", "copyright_notice", "keywords_raw"}
    assert changed["image_credit"] == {"raw": "（图片来源：陈正宝/摄）", "name": "陈正宝", "role": "摄"}
    assert changed["copyright_notice"] == golden()["copyright_notice"].replace(":", "：")


def test_a_newer_date_elsewhere_on_the_page_changes_nothing():
    html = page("scrambled").replace("登录</span>", "登录</span><div>2026-01-30 09:59:00 上海 多云</div>")

    assert differences(html, "scrambled") == {}


def test_toolbar_in_one_line_still_tells_the_channel():
    html = page("scrambled")
    start, end = html.index("时讯</span>"), html.index("用脚板丈量民情 李强")
    toolbar = "时讯</span><span>点赞</span><span>收藏</span><span>分享</span><span>用手机看</span></div><div>"

    assert differences(html[:start] + toolbar + html[end:], "scrambled") == {}


def test_words_of_landmarks_in_titles_open_nothing():
    html = page("legacy").replace("用脚板丈量民情 李强要求大调研不停步", "点赞 许可证 全部评论 推荐视频")
    got = record(html, url=golden("legacy")["url"])
    assert (got["title"], got["channel"]["name"]) == ("点赞 许可证 全部评论 推荐视频", "时讯")
    assert got["paragraphs"] == golden()["paragraphs"]

    html = page().replace("国务院决定:免去曾国卫职务", "关于我们的许可证:点赞")
    assert [card["title"] for card in record(html)["recommendations"][1:]] == [
        card["title"] for card in golden()["recommendations"][1:]
    ]


def test_date_and_source_may_stand_in_two_blocks():
    html = page("scrambled").replace("2019-01-09 17:04:22</span>", "2019-01-09 17:04:22</span><br>")

    assert differences(html, "scrambled") == {}


def test_a_short_first_paragraph_is_not_taken_for_the_source():
    html = page("missing-fields").replace("2026-01-29 08:00</div>", "2026-01-29 08:00:00</div>")

    assert record(html)["source"] is None
    assert record(html)["paragraphs"][0] == "第一段。"


def plain(date, *paragraphs):
    """A page with hardly a landmark."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return f"""<html lang="zh"><p>时讯</p><p>点赞</p><p>收藏</p><h1>标题</h1><p>{date}</p>{body}
        <p>举报电话:021-62870000</p><p>沪ICP备10207042号-1</p></html>"""


@pytest.mark.parametrize("printed", ["举报电话:12345,可随时拨打。", "Copyright的意思是版权。", "沪ICP备1号已注销。"])
def test_a_paragraph_that_reads_like_the_footer_does_not_end_the_body(printed):
    got = record(plain("2019-01-09 17:04:22 看看新闻Knews", "第一段。", printed, "第三段。"))

    assert got["paragraphs"] == ["第一段。", printed, "第三段。"]
    assert got["site_facts"] == record(plain("2019-01-09 17:04:22", "第一段。"))["site_facts"] is not None


@pytest.mark.parametrize(
    ("printed", "warning"),
    [
        ("13:01 2019-01-09", "published_at: 13:01 stands beside the date and was not read"),
        ("2019-01-09 17:04:22 IP属地：上海", "source: IP属地：上海 stands beside the date and is no name"),
    ],
)
def test_what_is_printed_beside_a_date_and_not_read_is_a_warning(printed, warning):
    got = record(plain(printed, "第一段。", "第二段。"))

    assert got["source"] is None
    assert any(said.startswith(warning) for said in got["provenance"]["warnings"])


def test_a_time_of_a_place_whose_zone_is_not_known_is_a_warning():
    html = page("scrambled").replace("2019-01-09 17:04:22", "2019-01-09 17:04:22（悉尼时间）")

    assert record(html)["published_at"] is None
    assert any("（悉尼时间）, which is no moment" in said for said in record(html)["provenance"]["warnings"])


def test_a_sentence_right_below_the_date_is_not_the_source():
    got = record(plain("2019-01-09 17:04:22", "第一段。"))

    assert (got["paragraphs"], got["source"]) == (["第一段。"], None)


def test_a_sentence_that_begins_with_a_time_is_not_the_line_below_the_title():
    html = page("scrambled").replace("2019-01-09 17:04:22", "").replace("看看新闻Knews</span>", "</span>", 1)
    first = golden("scrambled")["paragraphs"][0]
    html = html.replace(first, f"2018-12-31 10:00:00 会议开始。</p><p>{first}")

    got = record(html)

    assert got["paragraphs"] == ["2018-12-31 10:00:00 会议开始。", *golden("scrambled")["paragraphs"]]
    assert (got["published_at"], got["source"]) == (None, None)


@pytest.mark.parametrize("with_keywords", [True, False])
def test_a_heading_that_reads_like_the_keywords_stays_in_the_body(with_keywords):
    html = page().replace('<p style="text-indent:2em;">\u3000\u3000李强指出', "<p>关键词:走访</p><p>李强指出", 1)
    if not with_keywords:
        start = html.index('<div class="keyword">')
        html = html[:start] + html[html.index("</div>", start) :]

    got = record(html)

    assert got["paragraphs"] == [*golden()["paragraphs"][:2], "关键词:走访", *golden()["paragraphs"][2:]]
    assert got["keywords"] == (golden()["keywords"] if with_keywords else None)
    assert got["copyright_notice"] == golden()["copyright_notice"]


def test_keywords_run_together_stay_a_line():
    html = page()
    start = html.index("<span>关键词: </span>")
    end = html.index("</div>", start)
    joined = "<span>关键词: 上海市大调研总结和推进会李强群众企业大调研作风</span>"

    got = record(html[:start] + joined + html[end:])

    assert got["keywords"] is None
    assert got["keywords_raw"] == golden()["keywords_raw"]
    assert "keywords: printed run together; the line is in keywords_raw" in got["provenance"]["warnings"]


@pytest.mark.parametrize(
    ("printed", "comments"),
    [
        ("<h3>全部评论</h3><p>暂无评论,快来发表你的评论吧</p>", {"count": 0, "state": "empty"}),
        ("<h3>全部评论(12)</h3><p>请先登录后发表评论</p>", {"count": 12, "state": "login_required"}),
        ("<h3>全部评论</h3><p>评论已关闭</p>", {"count": None, "state": "closed"}),
        ("<h3>全部评论</h3>", {"count": None, "state": "unknown"}),
        ("", {"count": None, "state": "unknown"}),
    ],
)
def test_a_comment_count_is_zero_only_where_the_page_says_so(printed, comments):
    html = page()
    start, end = html.index('<div class="comment">'), html.index('<div class="detail-aside">')

    assert record(html[:start] + printed + "</div>" + html[end:])["comments"] == comments


def test_cards_without_links_or_dates_are_cards_still():
    html = page().replace("/detail/q9aXwVzJ2Pn", "javascript:;").replace("<span>2026/01/26</span>", "", 1)

    got = record(html)["recommendations"]

    assert len(got) == 20
    assert (got[0]["title"], got[0]["url"], got[0]["id"]) == ("国务院决定:免去曾国卫职务", None, None)
    assert (got[2]["channel"], got[2]["date_raw"], got[2]["date_at"]) == ("时讯", None, None)
    assert got[3:] == golden()["recommendations"][3:]


def test_a_length_that_markup_glues_to_its_title_is_taken_off():
    html = page()
    glued = re.sub(r'<span class="dur">([\d:]+)</span></div><p class="txt">(.*?)</p>', r"</div><span>\1</span>\2", html)
    assert glued.count("</div><span>") == 20

    assert differences(glued) == {}


def test_a_title_that_begins_with_a_clock_time_keeps_it():
    html = page().replace(">国务院决定:免去曾国卫职务<", ">12:30国务院决定:免去曾国卫职务<")

    got = record(html)["recommendations"][0]

    assert (got["duration_s"], got["title"]) == (6, "12:30国务院决定:免去曾国卫职务")


def test_comments_may_stand_below_the_recommended_videos():
    html = page()
    start, end = html.index('<div class="comment">'), html.index('</div><div class="detail-aside">')
    comments = html[start:end].replace("暂无评论", "共有评论").replace("全部评论", "全部评论(3)")
    below = html.index('<div class="footer">')

    changed = differences(html[:start] + html[end:below] + comments + html[below:])

    assert changed == {"comments": {"count": 3, "state": "login_required"}}


@pytest.mark.parametrize("case", ["current", "scrambled"])
def test_a_day_without_a_time_is_kept_as_printed(case):
    html = re.sub(r"2019-01-09[T ]17:04:22(\+08:00)?", "2019-01-09", page(case))

    assert differences(html, case) == {"published_at": None, "published_raw": "2019-01-09"}
    assert "published_at: printed only to the day: 2019-01-09" in record(html)["provenance"]["warnings"]


def test_a_day_on_the_page_gives_way_to_a_witness_who_knows_the_time():
    html = page().replace('"time">2019-01-09 17:04:22<', '"time">2019-01-09<')

    got = record(html)

    assert differences(html) == {}
    assert got["provenance"]["fields"]["published_at"] == "state"
    assert got["provenance"]["warnings"] == []


# ------------------------------------------------------------------------------------- other witnesses


@pytest.mark.parametrize(
    ("link", "canonical_url", "warnings"),
    [
        ("https://www.kankanews.com/detail/Yb3kRw7LmDe", "https://www.kankanews.com/detail/Yb3kRw7LmDe", 0),
        ("/a/2019-01-09/0038713052.shtml?appid=1", "https://www.kankanews.com/a/2019-01-09/0038713052.shtml", 0),
        ("https://www.kankanews.com/", URL, 1),
        ("https://other.example/detail/Yb3kRw7LmDe", URL, 1),
        ("http://[", URL, 1),
    ],
)
def test_a_page_may_name_another_article_as_canonical_and_nothing_else(link, canonical_url, warnings):
    html = page().replace("</head>", f'<link rel="canonical" href="{link}"></head>')

    got = record(html)

    assert got["canonical_url"] == canonical_url
    assert got["id"] == f"kankanews:{SITE.page_id(canonical_url)}"
    assert got["url"] == URL
    assert len(got["provenance"]["warnings"]) == warnings


def test_an_address_that_is_no_article_is_unparsed_unless_the_page_names_one():
    html = page()
    home = "https://www.kankanews.com/"
    assert record(html, url=home)["canonical_url"] == URL

    with pytest.raises(UnparsedPageError, match="address"):
        record(html.replace(f'content="{URL}"', 'content=""'), url=home)


def test_the_state_is_decoded_where_the_page_leaves_a_question_open():
    html = page().replace(' <span class="from">看看新闻Knews</span>', "")

    got = record(html)

    assert differences(html) == {}
    assert got["provenance"]["fields"]["source"] == "state"


def test_a_state_that_cannot_be_read_costs_only_what_it_alone_knows():
    html = page().replace(' <span class="from">看看新闻Knews</span>', "")
    html = html.replace("window.__NUXT__=(function(", "window.__NUXT__=(function(b,")

    got = record(html)

    assert differences(html) == {"source": None}
    assert [warning.split(":")[0] for warning in got["provenance"]["warnings"]] == ["state", "source"]


def test_a_legacy_video_is_known_by_its_number():
    html = page("legacy").replace('omsid=""', 'omsid="4485057"')
    url = golden("legacy")["url"]

    videos = record(html, url=url)["videos"]

    assert videos == [{"url": None, "poster": None, "duration_s": None, "media_id": "4485057"}]


def test_only_the_day_in_a_legacy_address_is_no_time():
    url = golden("legacy")["url"]
    html = page("legacy").replace("2019-01-09 17:04:22", "")

    got = record(html, url=url)

    assert (got["published_at"], got["published_raw"]) == (None, None)
    assert "published_at: only the day is known, from the address: 2019-01-09" in got["provenance"]["warnings"]


def test_a_caption_and_its_credit_belong_to_the_image():
    figure = '<figure><img src="/9.jpg" alt="大会 现场"><figcaption>(图片来源:新华社)</figcaption></figure>'
    html = page().replace('<div class="detail-content">', f'<div class="detail-content">{figure}')

    got = record(html)

    assert got["images"][0] == {
        "url": "https://www.kankanews.com/9.jpg", "alt": "大会 现场", "caption": "(图片来源:新华社)",
        "credit": "(图片来源:新华社)", "position": 0,
    }  # fmt: skip
    assert got["image_credit"] == golden()["image_credit"]
    assert got["paragraphs"] == golden()["paragraphs"]


# ------------------------------------------------------------------------------------- laws


def test_the_hash_names_what_the_article_says_and_nothing_around_it():
    html = page()
    around = (
        html.replace("2天前", "3天前")
        .replace("暂无评论", "已有评论")
        .replace("时讯", "要闻")
        .replace("独家稿件", "稿件")
    )
    respelled = html.replace("大调研", "大\u200b调研").replace("(1月9日)", "（1月9日）")
    otherwise = html.replace("市委副书记尹弘", "市委书记尹弘")

    expected = golden()["content_hash"]
    assert record(around)["content_hash"] == expected
    assert record(respelled)["content_hash"] == expected
    assert record(otherwise)["content_hash"] != expected


def test_a_later_capture_changes_only_what_is_relative_to_it():
    now, later = (record(page(), captured_at=CAPTURED_AT.replace(year=year)) for year in (2026, 2027))

    changed = {name for name in now if now[name] != later[name]}
    cards = [
        card["rank"]
        for card, again in zip(now["recommendations"], later["recommendations"], strict=True)
        if card != again
    ]

    assert changed == {"fetched_at", "recommendations"}
    assert cards == [4, 7, 10, 11, 20]


_PURE = """
import os, sys
from datetime import datetime
from pathlib import Path
from newsspider.record.items import to_json_line
from newsspider.sites.kankanews import SITE
from newsspider.text.urls import absolute

body = Path(sys.argv[1]).read_bytes()
captured_at = datetime.fromisoformat("2026-01-30T02:00:00+00:00")

def parse():
    headers = [(b"Content-Type", b"text/html; charset=utf-8")]
    return SITE.parse_page(body, "https://www.kankanews.com/detail/LMwVGgj402z", headers, captured_at)

parse()  # imports what is imported late

def forbid(event, arguments):
    if event.partition(".")[0] in ("socket", "open", "os", "subprocess", "exec", "compile", "import"):
        raise RuntimeError(f"not pure: {event} {arguments}")

sys.addaudithook(forbid)
page = parse()
line = to_json_line(page.article) + to_json_line(page.site_facts)
assert not {"twisted.internet.reactor", "scrapy.core.engine"} & set(sys.modules)
sys.stdout.buffer.write(line)
"""


def test_parsing_is_pure_and_the_same_bytes_in_any_time_zone():
    lines = {
        subprocess.run(
            [sys.executable, "-c", _PURE, str(CASES / "state-only" / "page.html")],
            env={**os.environ, "TZ": zone, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for zone, seed in (("UTC", "1"), ("America/New_York", "2"), ("Asia/Shanghai", "3"))
    }
    article, site_facts = SITE.parse_page(page("state-only").encode(), URL, UTF8, CAPTURED_AT)

    assert lines == {to_json_line(article) + to_json_line(site_facts)}


def test_a_page_of_five_megabytes_is_read_whole():
    paragraph = golden()["paragraphs"][0]
    long = "".join(f"<p>{number}{paragraph}</p>" for number in range(2 * 5_000_000 // (5 * len(paragraph))))
    html = page().replace('<div class="detail-content">', f'<div class="detail-content">{long}')
    assert len(html.encode()) > 5_000_000

    got = record(html)

    assert len(got["paragraphs"]) > 5000
    assert got["keywords"] == golden()["keywords"]


@pytest.mark.parametrize(
    "middle",
    ["<div>" * 100_000, "<a href=x>" * 100_000, "</div>" * 100_000, "(" * 200_000, "关键词:" * 50_000, "&#" * 100_000,
     "<p>" + "版权所有 " * 50_000, "<p>00:06</p><p>题</p>" * 20_000, "_" * 100_000],
    ids=["open", "links", "closed", "brackets", "keywords", "entities", "footer", "cards", "underscores"],
)  # fmt: skip
def test_a_hostile_middle_gives_a_valid_record_or_none(middle):
    """How its work grows with its length is a case of ``benchmarks.growth``."""
    html = (
        page().replace("<h3>推荐视频</h3>", "<h3>推荐视频</h3>" + middle).replace("<title>", f"<title>{middle[:1000]}")
    )

    with suppress(UnparsedPageError):
        schema.check(record(html))


_PIECES = st.sampled_from(
    ["<p>", "</p>", "<div class='bt'>", "<a href='/detail/LMwVGgj402z'>", "<img src=", "'//[", "版权声明:", "关键词:",
     "2019-01-09 17:04:22", "点赞", "00:06", "推荐视频", "全部评论", "<script>window.__NUXT__=(function(a){return {",
     "}}(1));</script>", "<title>", "一段。", "\ud800", "\x00", "&#xD800;", "<![CDATA[", "<!--", "2天前", "\u200b"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(_PIECES, max_size=40).map("".join))
def test_a_page_of_any_kind_gives_a_valid_record_or_says_that_it_is_none(html):
    start = '<div class="detail-main"><h1 class="bt">题</h1><p>2019-01-09 17:04:22</p>'
    body = (start + html).encode("utf-8", "surrogatepass")
    try:
        article, site_facts = SITE.parse_page(body, URL, UTF8, CAPTURED_AT)
    except UnparsedPageError:
        return

    schema.check(json.loads(to_json_line(article)))
    if site_facts:
        schema.check(json.loads(to_json_line(site_facts)), "site_facts")


_MARKUP = st.sampled_from(
    ["<p>", "</p>", "<b>", "</b>", "<a href='/detail/LMwVGgj402z' onclick=x()>", "<a href='javascript:x()'>", "</a>",
     "<img src='/1.jpg?a=1&amp;b' alt='\"<&gt;&amp;\x27'>", "<svg>", "<style>", "<li>", "<pre>\n", "一段。",
     "&lt;b&gt;", "&amp;amp;", "\xa0", "\u3000", "\"'", "\r\n", "\x85", "<br>"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(_MARKUP, max_size=20).map("".join))
def test_markup_that_leaves_has_nothing_that_a_sanitiser_would_change(html):
    body_html = read_body(outline(read_html(html.encode())), partial(absolute, URL)).get("body_html", "")

    assert nh3.clean(body_html, link_rel=None) == body_html


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_bytes_of_any_kind_are_no_accident(body):
    with pytest.raises(UnparsedPageError):
        SITE.parse_page(body, URL, [], CAPTURED_AT)


def test_cards_in_an_order_that_is_not_known_are_no_guess():
    cards = "".join(
        f"<a href='/detail/Card{number:07}'><p>另一条新闻{number}</p></a><span>00:0{number}</span><p>时讯2026/01/27</p>"
        for number in range(5)
    )
    page = f"""<title>标题_时讯_看看新闻网</title><div>时讯</div><div>点赞</div><div>收藏</div><h1>标题</h1>
        <p>2019-01-09 17:04:22 看看新闻Knews</p><p>正文的第一段。</p><div>推荐视频</div>{cards}"""

    article = SITE.parse(
        page.encode(), "https://www.kankanews.com/detail/LMwVGgj402z", [(b"Content-Type", b"text/html; charset=utf-8")],
        datetime(2026, 1, 30, 8, tzinfo=UTC),
    )  # fmt: skip

    assert (article.title, article.paragraphs, article.recommendations) == ("标题", ["正文的第一段。"], [])
    assert "recommendations: the cards are in an order that is not known; none is read" in article.provenance.warnings
