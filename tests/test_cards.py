"""Cards of recommended videos, and the numbers by which pages of one article are told. All is made up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from newsspider.parsing.cards import MAX_CARDS, read_cards
from newsspider.parsing.doubts import Doubts
from newsspider.parsing.markup import read_html
from newsspider.parsing.page import outline
from newsspider.parsing.paging import is_pager, read_paging, without_number
from newsspider.text.urls import absolute

SEEN = datetime(2026, 1, 30, 12, tzinfo=UTC)


def cards(html):
    doubts = Doubts()
    found = read_cards(
        outline(read_html(html.encode())), SEEN, lambda href: href and f"https://news.example{href}", doubts
    )
    return found, doubts.fields


def told(html):
    return [
        (each.title, each.url and each.url[20:], each.duration_s, each.channel, each.date_raw)
        for each in cards(html)[0]
    ]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<a href=/1><p>01:33</p><p>渡轮</p></a><p>时讯2天前</p>", [("渡轮", "/1", 93, "时讯", "2天前")]),
        ("<a href=/1><i>01:33</i> 渡轮</a><p>时讯</p><p>昨天</p>", [("渡轮", "/1", 93, "时讯", "昨天")]),
        ("<a href=/1>渡轮</a><p>2026/01/27</p>", [("渡轮", "/1", None, None, "2026/01/27")]),
        ("<p>00:10</p><p>渡轮</p><p>时讯</p>", [("渡轮", None, 10, "时讯", None)]),
        ("<p>渡轮</p><p>时讯2天前</p>", []),
        # Another length, another link, or what follows a date begins a card.
        ("<p>00:10</p><p>渡轮</p><p>00:20</p><p>大桥</p>",
         [("渡轮", None, 10, None, None), ("大桥", None, 20, None, None)]),
        ("<a href=/1><p>渡轮</p></a><a href=/2><p>大桥</p></a>",
         [("渡轮", "/1", None, None, None), ("大桥", "/2", None, None, None)]),
        ("<a href=/1><p>渡轮</p></a><p>2天前</p><a href=/1><p>大桥</p></a>",
         [("渡轮", "/1", None, None, "2天前"), ("大桥", "/1", None, None, None)]),
        ("<a href=/1><p>渡轮</p></a><p>时讯</p><p>热点</p>", [("渡轮", "/1", None, "时讯", None)]),
        ("<a href=/1><p>13:05的渡轮</p></a>", [("13:05的渡轮", "/1", None, None, None)]),
        ("<a href=/1><p>01:33</p></a>", []),  # without a title it is none
        ("<p>00:00</p><p>渡轮</p>", [("渡轮", None, 0, None, None)]),
        ("<a href=/1><p>00:10</p></a><p>00:20</p><p>渡轮</p>", [("渡轮", None, 20, None, None)]),
        ("<a href=/1><p><i> 01:33 </i> 渡轮</p></a>", [("渡轮", "/1", 93, None, None)]),
        ("<p><a href=/1>渡轮</a> <a href=/c>停航</a></p>", [("渡轮 停航", "/1", None, None, None)]),
        ("<a href=/1><p>渡轮  停航\u200b</p></a>", [("渡轮 停航", "/1", None, None, None)]),
        ("<a href=/1><p>Cafe\u0301  am Hafen</p></a>", [("Café am Hafen", "/1", None, None, None)]),
        (f"<a href=/1><p>{'长' * 200}</p></a>", [("长" * 200, "/1", None, None, None)]),
        (f"<a href=/1><p>渡轮</p></a><p>{'长' * 201}</p><p>时讯</p>", [("渡轮", "/1", None, "时讯", None)]),
    ],
)  # fmt: skip
def test_a_card_is_a_length_a_title_a_channel_and_a_date(html, expected):
    assert told(html) == expected


def test_cards_have_ranks_and_their_dates_a_meaning():
    found, doubted = cards("<a href=/1><p>渡轮</p></a><p>2天前</p><a href=/2><p>大桥</p></a><p>2026/01/27</p>")

    assert [each.rank for each in found] == [1, 2]
    assert [(each.date_at, each.date_precision) for each in found] == [("2026-01-28", "day"), ("2026-01-27", "day")]
    assert [each.date_latest.isoformat() for each in found] == [
        "2026-01-28T20:00:00+08:00",
        "2026-01-27T23:59:59+08:00",
    ]
    assert doubted == set()
    (hours,) = cards("<a href=/1><p>渡轮</p></a><p>时讯2小时前</p>")[0]
    assert (hours.channel, hours.date_precision) == ("时讯", "hour")
    assert hours.date_latest - hours.date_earliest <= timedelta(hours=1)


def test_cards_in_an_order_that_is_not_known_are_none():
    """Their dates stand where the titles are looked for."""
    found, doubted = cards("<a href=/1><p>2天前</p></a><a href=/2><p>3天前</p></a><a href=/3><p>渡轮</p></a>")

    assert (found, doubted) == ([], {"recommendations"})
    assert len(cards("<a href=/1><p>2天前</p></a><a href=/2><p>渡轮</p></a>")[0]) == 2


@pytest.mark.parametrize("more", [0, 1])
def test_cards_are_read_up_to_a_number(more):
    html = "".join(f"<a href=/{n}><p>渡轮{n}号</p></a>" for n in range(MAX_CARDS + more))

    assert len(cards(html)[0]) == MAX_CARDS == 200


# ----------------------------------------------------------------------------------------------------------- paging

URL = "https://www.news.example/a/bridge.html"
NEXT = """
下一页 下一頁 下页 后一页 next 次へ 次のページ 다음 weiter suivant siguiente › » > >>
"""
PREVIOUS = """
上一页 上一頁 上页 前一页 previous prev 前へ 前のページ 이전 zurück précédent anterior ‹ « < <<
"""


def paging(html, url=URL):
    tree = read_html(html.encode())
    said = read_paging([*tree.iter("link"), *tree.iter("a")], url, partial(absolute, url))
    return tuple(each and each.removeprefix("https://www.news.example") for each in said)


def test_every_word_for_the_next_page_and_the_one_before():
    for word in [
        *NEXT.split(),
        "Next Page",
        "nextpage",
        "nächste Seite",
        "page suivante",
        "página siguiente",
        " [下一页] ",
    ]:
        assert paging(f"<a href=/a/bridge_2.html>{word.replace('<', '&lt;')}</a>") == ("/a/bridge_2.html", None), word
    second = "https://www.news.example/a/bridge_2.html"
    for word in [
        *PREVIOUS.split(),
        "Previous Page",
        "vorherige Seite",
        "page précédente",
        "página anterior",
        "(上一页)",
    ]:
        assert paging(f"<a href=/a/bridge.html>{word.replace('<', '&lt;')}</a>", second) == (None, "/a/bridge.html"), (
            word
        )


@pytest.mark.parametrize(
    ("html", "url", "said"),
    [
        ("<link rel=next href=/a/bridge_2.html>", URL, ("/a/bridge_2.html", None)),
        ("<a rel='x NEXT' href=/a/bridge_2.html>go on</a>", URL, ("/a/bridge_2.html", None)),
        ("<link rel=prev href=/a/bridge.html>", URL.replace(".html", "_2.html"), (None, "/a/bridge.html")),
        ("<link rel=previous href=/a/bridge.html>", URL.replace(".html", "_2.html"), (None, "/a/bridge.html")),
        ("<a href=/a/bridge_2.html>2</a><a href=/a/bridge_3.html>3</a>", URL, ("/a/bridge_2.html", None)),
        ("<a href=/a/bridge_1.html>2</a>", URL, ("/a/bridge_1.html", None)),
        ("<a href=/a/bridge_1.html>1</a>", URL, (None, None)),
        ("<a href=/a/bridge_3.html>next</a>", URL, (None, None)),
        ("<a href=/a/bridge_3.html>3</a>", URL.replace(".html", "_2.html"), ("/a/bridge_3.html", None)),
        ("<a href=/a/bridge_3.html>4</a>", URL.replace(".html", "_2.html"), ("/a/bridge_3.html", None)),
        ("<a href=/a/bridge_4.html>next</a>", URL.replace(".html", "_2.html"), (None, None)),
        ("<a href=/a/ferry_2.html>next</a>", URL, (None, None)),
        ("<a href=/a/bridge.html>next</a>", URL, (None, None)),
        ("<a href=/a/bridge_2.html>the next one</a>", URL, (None, None)),
        ("<a href=/a/bridge_2.shtml>next</a>", URL, (None, None)),
        ("<a href='https://news.example/a/bridge_2.html'>next</a>", URL,
         ("https://news.example/a/bridge_2.html", None)),
        ("<a href='https://m.news.example/a/bridge_2.html'>next</a>", URL, (None, None)),
        *((f"<a href='?{name}=2'>next</a>", URL, (f"/a/bridge.html?{name}=2", None)) for name in (
            "page", "p", "pg", "pn", "pageno", "page_no", "pagenum", "curpage", "paged", "Page")),
        ("<a href='?id=2'>next</a>", URL, (None, None)),
        ("<a href='?id=7&page=2'>next</a>", f"{URL}?id=7", ("/a/bridge.html?id=7&page=2", None)),
        ("<a href='?id=8&page=2'>next</a>", f"{URL}?id=7", (None, None)),
        ("<a href='?page=100'>next</a>", f"{URL}?page=99", (None, None)),
        *((f"<a href='{path}'>next</a>", "https://www.news.example/a/bridge", (path, None)) for path in (
            "/a/bridge-2", "/a/bridge_p2", "/a/bridge/page/2", "/a/bridge/page-2", "/a/bridge/page2", "/a/bridge/p2",
            "/a/bridge/2", "/a/bridge/2/")),
        ("<a href='/a/7/2'>next</a>", "https://www.news.example/a/7", (None, None)),
    ],
)  # fmt: skip
def test_a_page_is_the_next_where_its_address_differs_in_the_number_alone(html, url, said):
    assert paging(html, url) == said


@pytest.mark.parametrize(
    ("text", "linked", "is_one"),
    [
        *((text, False, True) for text in ("上一页 下一页", "首页 末页", "第1页", "共3页", "Page 1 of 3", "next")),
        *((text, True, True) for text in ("1 2 3", "[1] (2)", "» «", "尾頁")),
        *((text, False, False) for text in ("1 2 3", "3", "…", "1/2")),
        *((text, True, False) for text in ("下一篇", "next story", "1 " * 41)),
        ("1 " * 39 + "12", True, True),
    ],
)  # fmt: skip
def test_a_line_of_page_numbers_is_no_text(text, linked, is_one):
    assert is_pager(text, linked=linked) is is_one


@pytest.mark.parametrize(
    ("title", "same"),
    [
        *((f"大桥通车{mark}", True) for mark in ("（第2页）", " (3)", " 第 2 页", "_2", "-2", "[2/3]")),
        *((f"大桥通车{mark}", True) for mark in (" Page 2", "第2頁", " | 2")),
        *((f"大桥通车{mark}", False) for mark in ("2", " 2026", "第二季", " (100)", "（上）")),
    ],
)  # fmt: skip
def test_a_title_may_have_the_number_of_its_page(title, same):
    assert (without_number(title) == without_number("大桥 通车")) is same
