"""Which page of an article a page is, by its address and by what its links are called. All addresses are made up."""

from __future__ import annotations

from functools import partial

import pytest

from newsspider.parsing.markup import read_html
from newsspider.parsing.paging import is_pager, read_paging, without_number
from newsspider.text.urls import absolute

HOST = "https://news.example"


def found(place, html):
    url = HOST + place
    said = read_paging(read_html(html.encode()).iter("link", "a"), url, partial(absolute, url))
    return tuple(each and each.removeprefix(HOST) for each in said)


NEXT = """
下一页|下一頁|下页|后一页|next|Next Page|nextpage|次へ|次のページ|다음|weiter|nächste Seite|page suivante|suivant
siguiente|página siguiente|›|»|&gt;|&gt;&gt;|[下一页]|(next)
"""
PREVIOUS = """
上一页|上一頁|上页|前一页|previous|Previous Page|prev|前へ|前のページ|이전|zurück|vorherige seite|page précédente
précédent|anterior|página anterior|‹|«|&lt;|&lt;&lt;|[上一页]|(prev)
"""


def test_links_to_pages_are_called_so_in_many_languages():
    for label in NEXT.replace("\n", "|").strip("|").split("|"):
        assert found("/a/7_2.html", f"<a href=7_3.html> {label} </a>") == ("/a/7_3.html", None), label
    for label in PREVIOUS.replace("\n", "|").strip("|").split("|"):
        assert found("/a/7_2.html", f"<a href=7_1.html><b>{label}</b></a>") == (None, "/a/7_1.html"), label
    for label in ("more", "next article", "", "2x"):
        assert found("/a/7_2.html", f"<a href=7_3.html>{label}</a><a href=7_1.html>{label}</a>") == (None, None), label


@pytest.mark.parametrize("name", ["page", "p", "pg", "pn", "pageno", "page_no", "pagenum", "curpage", "paged", "Page"])
def test_a_query_has_the_number_under_many_names(name):
    html = f"<a href='?id=1&{name}=1'>1</a><a href='?id=1&{name}=3'>3</a>"

    assert found(f"/a?id=1&{name}=2", html) == (f"/a?id=1&{name}=3", f"/a?id=1&{name}=1")
    assert found("/a?id=1", f"<a href='?id=1&{name}=2'>2</a>") == (f"/a?id=1&{name}=2", None)
    assert found("/a?id=1", f"<a href='?id=2&{name}=2'>2</a>") == (None, None)


@pytest.mark.parametrize(
    ("one", "two", "three"),
    [
        ("/a/7.html", "/a/7_2.html", "/a/7_3.html"),
        ("/a/7.htm", "/a/7-2.htm", "/a/7-3.htm"),
        ("/a/7.php", "/a/7_p2.php", "/a/7_p3.php"),
        ("/a/seven", "/a/seven/page/2", "/a/seven/page/3"),
        ("/a/seven/", "/a/seven/page-2/", "/a/seven/page-3/"),
        ("/a/seven", "/a/seven/page2", "/a/seven/page3"),
        ("/a/seven", "/a/seven/P2", "/a/seven/P3"),
        ("/a/seven", "/a/seven/2/", "/a/seven/3/"),
        ("/a/7.shtml", "/a/7_2.shtml", "/a/7_3.shtml"),
    ],
)
def test_a_path_has_the_number_in_many_ways(one, two, three):
    html = f"<a href={one}>1</a><a href={two}>2</a><a href={three}>3</a>"

    assert [found(place, html) for place in (one, two, three)] == [(two, None), (three, one), (None, one)]


@pytest.mark.parametrize(
    ("place", "html", "pages"),
    [
        # A year, a day and the number of another article are no number of a page.
        ("/a/four/2025", "<a href=/a/four/2026>next</a>", (None, None)),
        ("/news/7.html", "<a href=/news/8.html rel=next>8</a>", (None, None)),
        ("/2026/1", "<a href=/2026/2>2</a>", (None, None)),
        ("/a/7_99.html", "<a href=7_100.html>100</a>", (None, None)),
        ("/a?page=99", "<a href='?page=100'>100</a>", (None, None)),
        ("/a?page=98", "<a href='?page=99'>99</a>", ("/a?page=99", None)),
        ("/a/7_2.html", "<a href=7_3.js>3</a><a href=7_3.jpgxxx>3</a>", (None, None)),
        # The own host with or without www; a trailing slash is the same page, and an empty value one of its own.
        ("/a/seven", "<a href=https://www.news.example/a/seven/2>2</a>", ("https://www.news.example/a/seven/2", None)),
        ("/a/seven/", "<a href=/a/seven?page=2>2</a>", ("/a/seven?page=2", None)),
        ("/a?x=", "<a href='/a?x=&page=2'>2</a><a href='/a?page=2'>2</a>", ("/a?x=&page=2", None)),
        ("/a?x=", "<a href='/a?page=2'>2</a>", (None, None)),
        # The first link to a page; none to itself.
        ("/a/7_2.html", "<a href=7_3.html>3</a><a href=./7_3.html?p=3>3</a>", ("/a/7_3.html", None)),
        ("/a/7_2.html", "<a href=7_3.html>3</a><a href=https://www.news.example/a/7_3.html>3</a>",
         ("/a/7_3.html", None)),
        ("/a/7_2.html", "<a href=https://www.news.example/a/7_2.html>2</a>", (None, None)),
        ("/a/7_3.html", "<a href=7_1.html>1</a><a href=7_2.html>2</a>", (None, "/a/7_1.html")),
        ("/a/7_2.html", "<a href=7_2.html rel=next>2</a>", (None, None)),
        # rel says it, whatever the label is; in any case, among other words.
        ("/a/7_2.html", "<a rel='nofollow NEXT' href=7_3.html>x</a>", ("/a/7_3.html", None)),
        ("/a/7_2.html", "<a rel=Prev href=7.html>x</a>", (None, "/a/7.html")),
        ("/a/7_2.html", "<a rel=previous href=7.html>x</a>", (None, "/a/7.html")),
        ("/a/7_2.html", "<a rel=nofollow href=7_3.html>x</a>", (None, None)),
        ("/a/7_2.html", "<a rel=next href=7.html>x</a>", (None, None)),
        # The page after this one, by its number or counted from 0; no further one.
        ("/a/7_2.html", "<a href=7_4.html rel=next>next</a>", (None, None)),
        ("/a/7_2.html", "<a href=7_3.html>4</a>", ("/a/7_3.html", None)),
        ("/a/7_2.html", "<a href=7_3.html>5</a>", (None, None)),
        ("/a/7.html", "<a href=7_2.html>next</a>", ("/a/7_2.html", None)),
        ("/a/7.html", "<a href=7_1.html>next</a>", ("/a/7_1.html", None)),
        ("/a/7.html", "<a href=7_1.html>2</a>", ("/a/7_1.html", None)),
        ("/a/7.html", "<a href=7_1.html>1</a>", (None, None)),
        ("/a/7.html", "<a href=7_0.html>next</a>", (None, None)),
        # A label is short, and may stand in white space.
        ("/a/7_2.html", "<a href=7_3.html>" + "0" * 19 + "3</a>", (None, None)),
        ("/a/7_2.html", "<a href=7_3.html>" + " " * 76 + "next</a>", ("/a/7_3.html", None)),
        ("/a/7_2.html", "<a href=7_3.html>" + " " * 77 + "next</a>", (None, None)),
        ("/a/7_2.html", "<a href=7_3.html><img>next</a><a></a>", (None, None)),
        ("/a/7_2.html", "<a rel=next>next</a>", (None, None)),
    ],
)  # fmt: skip
def test_a_page_is_the_next_where_nothing_but_the_number_differs(place, html, pages):
    assert found(place, html) == pages


@pytest.mark.parametrize(
    ("line", "linked", "expected"),
    [
        *((line, True, True) for line in ("3", "1 2 3", "[1] (2) <3>", "‹ 1/3 ›", "下一页", "上页 下页", "首页 尾页")),
        *((line, False, True) for line in ("第1页 共3页", "前一页 后一页", "末頁", "Page 1 of 3", "NEXT PAGE")),
        *((line, False, True) for line in ("prev | next", "previous")),
        *((line, False, False) for line in ("3", "1 2 3", "1/3", "...", "第1页是空白", "next week", "")),
        *((line, True, False) for line in ("第1页是空白", "next week", "2026年", "")),
        ("1 " * 40, True, True),
        ("1 " * 40 + "1", True, False),
    ],
)  # fmt: skip
def test_a_line_leads_to_other_pages_and_says_nothing_else(line, linked, expected):
    assert is_pager(line, linked=linked) is expected


@pytest.mark.parametrize(
    "mark",
    [
        " 2",
        "(2)",
        "（2）",
        "[2]",
        "_2",
        " - 2",
        " | 2/3",
        "（第2页）",
        "第2页",
        "第 12 頁",
        " Page 2",
        " (PAGE 2)",
        " 第2页 ",
    ],
)
def test_titles_of_the_pages_differ_by_a_number(mark):
    assert without_number(f"大桥 Ａ{mark}") == "大桥a"


@pytest.mark.parametrize("title", ["大桥2", "大桥 2026", "大桥第2条", "2 大桥", "Homepage 2x"])
def test_other_numbers_belong_to_a_title(title):
    assert without_number(title) == title.replace(" ", "").lower()
