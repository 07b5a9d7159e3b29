"""What the record says beyond what witnesses do: addresses, language, times and their doubts. Every page is made up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from newsspider import sites
from newsspider.parsing.article import content_hash
from newsspider.parsing.site import Site
from newsspider.parsing.unparsed import UnparsedPageError, UnreadMarkupError
from newsspider.record.items import as_record

SEEN = datetime(2026, 1, 30, 12, tzinfo=UTC)
DETAIL = "https://www.kankanews.com/detail/LMwVGgj402z"
DATED = "https://www.kankanews.com/a/2026-01-29/0012345.shtml"
TITLE = "渡轮在新桥通车之前继续运行"
BODY = [
    "港口委员会周二晚间表决，保留运行了九十年的老渡轮，票价不变。",
    "从中午起就有居民聚集在礼堂外，听到结果后鼓掌。",
]


def page(*, printed="2026-01-29 08:00:00 港口报", head="", body=BODY, below="", lang=""):
    text = "".join(f"<p>{each}</p>" for each in body)
    return (
        f"<!doctype html><html{lang}><head><meta charset=utf-8><title>{TITLE}_本地_看看新闻网</title>{head}</head>"
        "<body><div>本地</div><div><span>点赞</span><span>收藏</span><span>分享</span></div>"
        f"<h1 class='video-bt'>{TITLE}</h1><p>{printed}</p><div class='detail-main'>{text}</div>{below}"
        "<p>版权声明：本文系独家稿件</p></body></html>"
    )


def record(html, url=DETAIL, site="kankanews"):
    body = html if isinstance(html, bytes) else html.encode()
    return as_record(sites.load(site).parse(body, url, [(b"Content-Type", b"text/html; charset=utf-8")], SEEN))


def said(got, about):
    return [each.partition(": ")[2] for each in got["provenance"]["warnings"] if each.startswith(f"{about}: ")]


# -------------------------------------------------------------------------------------------------------- addresses

OTHER, THIRD = "https://www.kankanews.com/detail/An0therOne1", "https://www.kankanews.com/detail/Th1rdArtcl3"


@pytest.mark.parametrize(
    ("head", "canonical", "witness"),
    [
        ("", DETAIL, "url"),
        (f'<link rel=canonical href="{OTHER}"><meta property="og:url" content="{THIRD}">', OTHER, "link"),
        (f'<meta property="og:url" content="{THIRD}">', THIRD, "og"),
        (f'<link rel=canonical href="/"><meta property="og:url" content="{THIRD}">', THIRD, "og"),
        ('<link rel=canonical href="/detail/An0therOne1?from=wx#a">', OTHER, "link"),
        ('<link rel=canonical href="https://post.example/1">', DETAIL, "url"),
    ],
)
def test_the_address_of_an_article_is_what_its_page_names_as_its_own(head, canonical, witness):
    got = record(page(head=head))

    assert (got["canonical_url"], got["provenance"]["fields"]["canonical_url"]) == (canonical, witness)
    assert got["provenance"]["fields"]["id"] == witness
    assert got["id"] == f"kankanews:{canonical.rpartition('/')[2]}"
    assert got["url"] == DETAIL
    ignored = head.startswith(('<link rel=canonical href="/"', '<link rel=canonical href="https://post'))
    assert [each.endswith("which is no article of kankanews; ignored") for each in said(got, "canonical_url")] == (
        [True] if ignored else []
    )
    assert ("canonical_url" in got["provenance"]["doubts"]) is ignored


@pytest.mark.parametrize("site", ["kankanews", "news"])
def test_a_password_in_the_address_that_an_archive_has_is_in_no_record(site):
    got = record(page(), url=DETAIL.replace("//", "//ada:hunter2@"), site=site)

    assert (got["url"], got["canonical_url"]) == (DETAIL, DETAIL)
    assert "hunter2" not in str(got)


def test_a_page_at_no_address_of_an_article_is_none():
    with pytest.raises(UnparsedPageError, match="no witness knows its address"):
        record(page(), "https://www.kankanews.com/")


# ------------------------------------------------------------------------------------------------------------ times


@pytest.mark.parametrize(
    ("printed", "at", "warned", "doubted"),
    [
        ("2026-01-29 08:00:07 港口报", "2026-01-29T08:00:07+08:00", [], False),
        ("2026-01-29 08:00 港口报", "2026-01-29T08:00:00+08:00", ["only to the minute: 2026-01-29 08:00"], False),
        ("2026-01-29 港口报", None, ["only to the day: 2026-01-29"], False),
        ("2小时前 港口报", None, ["only to the hour: 2小时前"], False),
        ("2026-01-31 20:00:00 港口报", "2026-01-31T20:00:00+08:00", [], False),
        ("2026-01-31 20:00 港口报", "2026-01-31T20:00:00+08:00", ["only to the minute: 2026-01-31 20:00"], False),
        ("2026-01-31 20:00:01 港口报", None, ["as 2026-01-31 20:00:01, which is after the page was captured"], True),
    ],
)  # fmt: skip
def test_a_time_is_what_the_page_prints_and_no_more(printed, at, warned, doubted):
    got = record(page(printed=printed))

    assert got["published_at"] == at
    assert said(got, "published_at") == [f"printed {each}" for each in warned]
    assert ("published_at" in got["provenance"]["doubts"]) is doubted
    assert got["published_raw"] == printed.removesuffix(" 港口报")
    assert got["provenance"]["fields"]["published_raw"] == got["provenance"]["fields"]["published_at"]


@pytest.mark.parametrize(
    ("printed", "doubted"),
    [("2026-01-28 23:59:59", False), ("2026-01-30 00:00:00", False), ("2026-01-27 23:59:59", True)],
)
def test_a_time_of_another_day_than_the_address_is_in_doubt(printed, doubted):
    got = record(page(printed=f"{printed} 港口报"), DATED)

    assert ("published_at" in got["provenance"]["doubts"]) is doubted
    assert any("but the address says 2026-01-29" in each for each in said(got, "published_at")) is doubted


def test_of_a_page_without_a_date_the_address_tells_the_day():
    got = record(page(printed="港口报"), DATED)

    assert (got["published_at"], got["published_raw"]) == (None, None)
    assert said(got, "published_at") == ["only the day is known, from the address: 2026-01-29"]
    assert "published_at" not in got["provenance"]["doubts"]
    assert said(record(page(printed="港口报")), "published_at") == ["no witness knows it"]


# --------------------------------------------------------------------------------------------------------- language


@pytest.mark.parametrize(
    ("lang", "body", "language", "witness"),
    [
        (" lang=zh-CN", BODY, "zh-CN", "html lang"),
        (" lang=en", BODY, "en", "html lang"),
        (" lang=''", BODY, "zh", "letters"),
        (" lang='z'", BODY, "zh", "letters"),
        (" lang='zh_CN'", BODY, "zh", "letters"),
        (" lang=zh-Hant-TW-variant1-variant2", BODY, "zh-Hant-TW-variant1-variant2", "html lang"),
        (" lang=zh-Hant-TW-variant1-variant2-variant3", BODY, "zh", "letters"),
        ("", BODY, "zh", "letters"),
        ("", ["The old ferry stays until the bridge opens in spring, the council said."], None, "letters"),
        ("", ["一二三四五abcde。"], None, "letters"),
        ("", ["一二三四五六七abcde。"], "zh", "letters"),
    ],
)
def test_the_language_is_declared_or_that_of_most_letters(lang, body, language, witness):
    got = record(page(lang=lang, body=body))

    assert got["language"] == language
    assert got["provenance"]["fields"]["language"] == witness


# ------------------------------------------------------------------------------------------------- what is in doubt


def test_what_cannot_be_read_is_told_of_the_field_and_of_the_charset():
    lost = record(page().encode().replace("港口委员会".encode(), b"\xff\xfe\xff"))
    referred = record(page(body=["港口&#xD800;委员会周二晚间表决，保留运行了九十年的老渡轮。"]))
    whole = record(page())

    assert said(lost, "provenance.charset") == ["3 characters could not be read"]
    assert said(lost, "body_text") == []
    assert said(referred, "body_text") == ["1 character could not be read"]
    assert [got["provenance"]["doubts"] for got in (lost, referred, whole)] == [["body_text"], ["body_text"], []]
    assert lost["provenance"]["charset"]["replacements"] == 3


def test_fields_in_doubt_stand_in_the_order_of_the_record():
    head = '<link rel=canonical href="https://post.example/1">'
    got = record(page(head=head, printed="2026-01-31 20:00:01 港口报", body=["港口&#xD800;委员会表决。", *BODY]))

    assert len(got["provenance"]["doubts"]) == 3
    assert got["provenance"]["doubts"] == [name for name in got if name in got["provenance"]["doubts"]]


def test_a_page_that_is_cut_off_says_so():
    got = record(page().partition("<p>版权声明")[0].replace("</div>", "").replace("</p>", ""))

    assert got["provenance"]["cut_off"]
    assert "the page has no end; the rest of the body may be missing" in said(got, "body_text")


@pytest.mark.parametrize(
    ("hidden", "is_told"),
    [("很长的一段。" * 20, True), ("一段。", False), ("很长的一段，" * 20, False)],
)
def test_what_is_hidden_and_longer_than_the_body_is_told_of(hidden, is_told):
    got = record(page(below=f"<div hidden><p>{hidden}</p></div>"))

    assert (
        any("that the page hides from its readers are left out" in each for each in said(got, "body_text")) is is_told
    )
    assert ("body_text" in got["provenance"]["doubts"]) is is_told
    assert got["paragraphs"] == BODY


def test_lines_that_say_that_the_article_was_modified_are_kept():
    note = "更正：前文中的票价有误，特此说明。"

    assert record(page(body=[*BODY, note]))["modification_notes"] == [note]
    assert record(page())["modification_notes"] == []


def test_two_captures_say_the_same_where_title_and_paragraphs_do():
    one = content_hash("标题", ["甲", "乙"])

    assert one == content_hash("标 题", ["甲\n", "乙"])
    assert (
        len(
            {
                one,
                content_hash("标题", ["乙", "甲"]),
                content_hash("标题", ["甲乙"]),
                content_hash("标", ["题甲", "乙"]),
            }
        )
        == 4
    )


def test_markup_that_would_hold_up_a_parser_is_told_by_the_address():
    with pytest.raises(UnreadMarkupError, match="attributes in long tags") as raised:
        record(b"<p" + b" a=1" * 20_001 + b">", DETAIL)

    assert (raised.value.url, raised.value.missing) == (DETAIL, ("markup",))


def test_a_site_with_a_zone_prints_all_times_in_it():
    site = Site(name="post", domains=("post.example",), start_urls=("https://post.example/",), time_zone="Asia/Tokyo")
    head = '<meta property="article:published_time" content="2026-01-29T01:00:00Z">'
    html = f"<html lang=en><head>{head}</head><body><article><h1>Ferry</h1><p>{'The ferry stays. ' * 9}</p></article>"
    got = site.parse(html.encode(), "https://post.example/1", [(b"Content-Type", b"text/html; charset=utf-8")], SEEN)

    assert got.published_at.isoformat() == "2026-01-29T10:00:00+09:00"


NEWS_URL = "https://post.example/2026/ferry"


def test_the_moment_of_a_capture_is_told_in_utc():
    tokyo = SEEN.astimezone(timezone(timedelta(hours=9)))
    got = sites.load("kankanews").parse(page().encode(), DETAIL, [], tokyo)

    assert got.fetched_at.isoformat() == "2026-01-30T12:00:00+00:00"


def test_a_page_that_calls_itself_an_article_and_has_no_title_is_none():
    with pytest.raises(UnparsedPageError) as raised:
        record('<html lang=en><head><meta property="og:type" content="article"></head></html>', NEWS_URL, "news")

    assert raised.value.missing == ("title", "body or video")


@pytest.mark.parametrize("link", ["<link rel=next href='?page=2'>", "<a rel=next href='?page=2'>2</a>"])
def test_the_next_page_is_named_in_the_head_or_in_the_body(link):
    html = f"<html lang=en><body>{link}<article><h1>Ferry</h1><p>{'The ferry stays. ' * 30}</p></article>"
    parsed = sites.load("news").parse_page(html.encode(), NEWS_URL, [], SEEN)

    assert parsed.paging.next_url == f"{NEWS_URL}?page=2"
