"""What is asked of `scrapy browse` in odd words, addresses and values, and what of strangers it shows."""

from __future__ import annotations

import json
import re
import zipfile
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import pytest

from newsspider.browser.bigrams import excerpt, folded, spans, tokens
from newsspider.browser.pages import listing
from newsspider.text.replayed import replayed_as
from tests.browsing import Browsed, browsing
from tests.feeds import article, write_run

if TYPE_CHECKING:
    from collections.abc import Iterator

RUN = "20261101T000000000Z-a"
SITE = "https://www.kankanews.com/detail"
LONG = f"{SITE}/" + "%E4%B8%8A" * 30
MATCH = article(1, title="球赛 3:1 终场", body_text="比赛 21:30 开始", canonical_url=f"{SITE}/AbC", url=f"{SITE}/AbC")
OTHER = article(2, title="小写", canonical_url=f"{SITE}/aBc", url=f"{SITE}/aBc")
FETCHED = article(3, title="长地址", canonical_url=LONG, url="https://m.kankanews.com/d?id=3&x=%20")
PRINTED = article(4, title="世界时间", published_at="2026-11-20T09:44:46Z", body_text="天气 https://a.example/said")
EDGE = article(5, title="历法之初", published_at="0001-01-01T00:00:00+08:00", fetched_at="0001-01-01T00:00:00+08:00")
FILLING = [article(number, title=f"第{number}条", body_text="填充") for number in range(100, 160)]
FOREIGN: list[dict[str, Any]] = [
    {"published_at": "yesterday"}, {"images": [{}]}, {"keywords": 5}, {"schema_version": "1.1"}, {"title": 5},
    {"text": [1]}, {"title": "", "text": None}, {"blocks": 7}, {"provenance": "x"}, {"source": {"a": 1}},
    {"authors": [7]}, {"summary": {}}, {"language": 5}, {"archive": [1]},
]  # fmt: skip


def changed(title: str) -> dict[str, Any]:
    identity = {"record_id": "urn:uuid:5683f046-be06-44f9-8f5d-2b62c9dd5dec", "payload_digest": "sha1:" + "A" * 32}
    capture = {"warc": "one.warc.gz", "offset": 0, "length": 1, **identity}
    return {
        "schema_version": "1.1", "event": "silently_edited", "id": MATCH["id"], "site": MATCH["site"],
        "url": MATCH["url"], "to_url": None, "before_at": None, "at": MATCH["fetched_at"], "before": None,
        "after": capture, "status": None, "changed": {}, "claim": None, "run": title, "parser_version": "4",
        "warnings": [],
    }  # fmt: skip


@pytest.fixture(scope="module")
def browsed(tmp_path_factory) -> Iterator[Browsed]:
    path = tmp_path_factory.mktemp("asked")
    write_run(path / "one", RUN, [MATCH, OTHER, FETCHED, PRINTED, EDGE, *FILLING], changes=[changed("one")])
    write_run(path / "two", RUN, [article(1, title="另一个集合的标题")], changes=[changed("two")])
    write_run(path / "新闻", RUN, [article(1, title="第三个")])
    with zipfile.ZipFile(path / "foreign.wacz", "w") as package:
        lines = [
            {"url": f"https://a.example/{number}", "ts": "2026-01-01T00:00:00Z", "title": "雪", "text": "雪"} | each
            for number, each in enumerate(FOREIGN)
        ]
        lines.append({"url": "https://a.example/first", "ts": "0001-01-01T00:00:00+08:00"})
        package.writestr("pages/pages.jsonl", "".join(json.dumps(each) + "\n" for each in lines))
    paths = [path / each for each in ("one", "two", "新闻", "foreign.wacz")]
    with browsing(*paths, cache=tmp_path_factory.mktemp("cache")) as running:
        yield running


def titles(html: str) -> list[str]:
    return [re.sub("<[^>]+>", "", each) for each in re.findall(r"<h2><a [^>]*>(.*?)</a></h2>", html)]


def searched(browsed: Browsed, q: str, collection: str = "one") -> list[str]:
    return titles(browsed.text("/?" + urlencode({"q": q, "collection": collection})))


# ------------------------------------------------------------------------------------------------- words and addresses


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("3:1", ["球赛 3:1 终场"]),
        ("21:30", ["球赛 3:1 终场"]),
        ("4:1", []),
        ("kankanews:made1", ["球赛 3:1 终场"]),
        ("kankanews:none", []),
        ("https://a.example/said", ["世界时间"]),
    ],
)
def test_what_no_article_is_called_is_looked_for_as_words(browsed, q, found):
    assert searched(browsed, q) == found


@pytest.mark.parametrize(
    ("q", "found"),
    [
        (LONG, "长地址"),
        (LONG.replace("https:", "http:"), "长地址"),
        (LONG + "#top", "长地址"),
        (LONG.replace("www.", ""), "长地址"),
        (f"{SITE}/" + "上" * 30, "长地址"),
        ("https://m.kankanews.com/d?id=3&x=%20", "长地址"),
        ("m.kankanews.com/d?id=3&x=%20", "长地址"),
        (f"{SITE}/AbC", "球赛 3:1 终场"),
        (f"{SITE}/aBc", "小写"),
    ],
)
def test_an_article_is_found_by_any_spelling_of_its_addresses(browsed, q, found):
    assert len(LONG) > 200
    assert searched(browsed, q) == [found]


def test_an_address_that_is_no_articles_is_not_found(browsed):
    assert searched(browsed, LONG + "x") == []
    assert searched(browsed, "https://m.kankanews.com/d?id=3") == []


def test_what_is_looked_for_may_be_as_long_as_an_address(browsed):
    assert 'maxlength="2000"' in browsed.text("/")
    asked = browsed.text("/?" + urlencode({"q": "填" * 201}))
    assert "Of what you wrote, the first 200 characters are looked for." in asked
    assert "the first 200 characters" not in browsed.text("/?" + urlencode({"q": "填" * 200}))


@pytest.mark.parametrize(("q", "says"), [("-天气", True), ("-天气 -雨", True), ("填充 -天气", False), ("-…", False)])
def test_words_to_leave_out_want_one_to_look_for(browsed, q, says):
    html = browsed.text("/?" + urlencode({"q": q}))

    assert ("There are only words to leave out; write one to look for, too." in html) is says


@pytest.mark.parametrize(
    ("text", "word"),
    [("ガ ﾊﾞﾅﾅ", "バナナ"), ("ハ\u3099ナナ", "バナナ"), ("バナナ", "ﾊﾞﾅﾅ"), ("ﾊﾟﾝ", "パン"), ("\u1100\u1161\u11a8", "각")],
)
def test_width_and_marks_of_their_own_make_no_difference(text, word):
    assert set(tokens(word)) <= set(tokens(text))
    marked = "".join(part for found, part in spans(f"Straße {text}。", [word]) if found)
    assert folded(marked) == folded(word)
    assert marked == (text.split()[-1])


def test_another_sound_is_another_word():
    assert folded("ﾊﾅﾅ") != folded("バナナ")
    assert list(spans("ﾊﾅﾅ", ["バナナ"])) == [(False, "ﾊﾅﾅ")]
    assert excerpt("前" * 50 + "ﾊﾞﾅﾅ" + "后" * 50, ["バナナ"], 10) == "…前前前ﾊﾞﾅﾅ后后后…"


# ------------------------------------------------------------------------------------------------- pages


@pytest.mark.parametrize("page", [3, 4, 9, 400, 999_999])
def test_behind_the_last_page_is_the_last(browsed, page):
    count = len(FILLING) + 5
    html = browsed.text(f"/?collection=one&page={page}")

    assert "page 3 of 3" in html
    assert len(titles(html)) == count - 2 * listing.PAGE > 0


@pytest.mark.parametrize("page", ["1", "2", "999999999", "0", "-1"])
def test_behind_the_last_change_is_the_last(browsed, page):
    html = browsed.text(f"/changes?since=2026-11-01&page={page}")

    assert html.count('<a href="/article/') == 2
    assert "page=" not in html


@pytest.mark.parametrize(("events", "older"), [(40, False), (41, True)])
def test_changes_have_so_many_on_a_page(tmp_path, events, older):
    records = [article(number) for number in range(events)]
    happened = [changed("one") | {"id": each["id"]} for each in records]
    published = [changed("one") | {"id": each["id"], "event": "published"} for each in records]
    write_run(tmp_path / "one", RUN, records, changes=happened + published)

    with browsing(tmp_path / "one", cache=tmp_path / "cache") as running:
        pages = [running.text(f"/changes?since=2026-11-01&page={page}") for page in (1, 2, 3)]

    assert [page.count('<a href="/article/') for page in pages] == ([40, 1, 1] if older else [40, 40, 40])
    assert ["page=2" in page for page in pages] == [older, False, False]
    assert ["page=1" in page for page in pages] == [False, older, older]


def test_the_only_page_of_nothing_is_the_first(browsed):
    assert "Nothing was found" in browsed.text("/?collection=one&q=none&page=7")


def test_a_collection_that_is_not_open_is_said(browsed):
    answers = [browsed.get(path) for path in ("/?collection=none", "/changes?collection=none")]

    assert [answer.status for answer in answers] == [404, 404]
    assert all("No open collection has that name; open are: one, two, 新闻, foreign." in each.text for each in answers)
    assert browsed.get("/?collection=two").status == 200


def test_a_change_has_the_headline_of_its_own_collection(browsed):
    html = browsed.text("/changes?since=2026-11-01")

    shown = dict(re.findall(r'<a href="/article/(\w+)/[^"]+"><bdi>(.*?)</bdi>', html))
    assert shown == {"one": MATCH["title"], "two": "另一个集合的标题"}


def test_the_time_that_a_page_prints_is_shown_with_its_zone(browsed):
    html = browsed.text("/?" + urlencode({"q": "世界时间", "collection": "one"}))

    assert "2026-11-20 09:44 +00:00" in html


def test_a_record_at_the_end_of_the_calendar_is_shown(browsed):
    assert searched(browsed, "历法之初") == ["历法之初"]
    html = browsed.text("/article/one/kankanews:made5")
    assert "0001-01-01 00:00 +08:00" in html
    assert "1-01-01 00:00 UTC" in html


# ------------------------------------------------------------------------------------------------- strangers


@pytest.mark.parametrize("number", range(len(FOREIGN)))
def test_a_line_of_strangers_is_shown_as_text(browsed, number):
    id_ = f"https://a.example/{number}"
    answer = browsed.get(f"/article/foreign/{id_}")

    assert answer.status == 200
    assert "Page, as it was" in answer.text
    assert "Cite this" not in answer.text
    others = ("cite", "warc", "wacz", "picture", "compare")
    assert {browsed.get(f"/{page}/foreign/{id_}").status for page in others} == {404}


def test_all_lines_of_strangers_are_listed(browsed):
    html = browsed.text("/?collection=foreign")

    assert len(titles(html)) == len(FOREIGN) + 1
    assert "It is not JSON." not in html


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"published_at":"2019-01-09T17:04:22+08:00"', '"published_at":"yesterday                "'),
        ('"source":{"name":"看看新闻Knews","url":null}', '"source":["看看新闻Knews","name","url",null]'),
        ('"fetched_at":', '"fetched_ta":'),
    ],
)
def test_whatever_is_wrong_with_a_part_since_it_was_read_is_said_on_a_page(tmp_path, before, after):
    """Made up: it still is a line of JSON, and of the same length."""
    part = write_run(tmp_path / "one", RUN, [article(1, published_at="2019-01-09T17:04:22+08:00")]) / "part-00001.jsonl"
    with browsing(tmp_path / "one", cache=tmp_path / "cache") as browsed:
        whole = browsed.get("/article/one/kankanews:made1")
        data = part.read_bytes()
        part.write_bytes(data.replace(before.encode(), after.encode()))
        answer = browsed.get("/article/one/kankanews:made1")

    assert len(before.encode()) == len(after.encode())
    assert before.encode() in data
    assert (whole.status, answer.status) == (200, 500)
    assert "It cannot be shown now" in answer.text
    assert answer.headers["Content-Type"].startswith("text/html")


# ------------------------------------------------------------------------------------------------- values


@pytest.mark.parametrize("number", ["0000011", "11", "0", "-1", "", "²", "1" * 30, "x"])
def test_a_number_of_no_picture_is_not_there(browsed, number):
    assert browsed.get(f"/picture/one/kankanews:made1?n={quote(number)}").status == 404


@pytest.mark.parametrize(
    ("referer", "to"),
    [
        ("http://[", "/#page"),
        ("http://127.0.0.1/article/one/x?v=2", "/article/one/x?v=2#page"),
        ("http://127.0.0.1//evil.example/", "/evil.example/#page"),
        ("", "/#page"),
    ],
)
def test_the_way_back_is_one_of_this_server(referer, to):
    from starlette.requests import Request

    from newsspider.browser.pages.replayed import set_up

    browser: Any = SimpleNamespace(replays=SimpleNamespace(set_up=lambda: None))  # which fetches nothing
    request = Request({"type": "http", "headers": [(b"referer", referer.encode())]})

    assert set_up(browser, request, {}).headers["Location"] == to


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/one/20261120/https://a.example/a%3Fb?c%25d", "/page/one/20261120/https://a.example/a%253Fb%3Fc%2525d"),
        ("/one/*/https://a.example/a?b=c&d", "/page/one/*/https://a.example/a%3Fb=c&d"),
        ("/one/2026mp_/https://a.example/%E4%B8%8A", "/page/one/2026mp_/https://a.example/%25E4%25B8%258A"),
        (f"/{quote('新闻')}/2026/https://a.example/", f"/page/{quote('新闻')}/2026/https://a.example/"),
        (f"/{replayed_as('新闻')}/2026/https://a.example/", f"/page/{quote('新闻')}/2026/https://a.example/"),
    ],
)
def test_an_address_of_replay_leads_to_the_page_as_it_is_spelled(browsed, path, to):
    answer = browsed.get(path)

    assert (answer.status, answer.headers["Location"]) == (302, to)


@pytest.mark.parametrize("path", ["/none/2026/https://a.example/", "/one/what", "/one", "/%"])
def test_another_address_is_not_there(browsed, path):
    assert browsed.get(path).status == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE"])
def test_another_method_is_told_which_there_are(browsed, method):
    answer = browsed.get("/", method)

    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, POST")
    assert browsed.get("/").headers["Allow"] is None
