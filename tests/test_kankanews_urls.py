from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsspider.parsing.links import MAX_LINKS, ArticleLink
from newsspider.parsing.page import Page
from newsspider.sites.kankanews import SITE
from newsspider.text.urls import UrlError, absolute, clean_url

CURRENT = "https://www.kankanews.com/detail/LMwVGgj402z"
LEGACY = "https://www.kankanews.com/a/2020-02-13/0039150329.shtml"


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        (CURRENT, CURRENT),
        ("http://www.kankanews.com/detail/LMwVGgj402z", CURRENT),
        ("https://kankanews.com/detail/LMwVGgj402z/", CURRENT),
        ("HTTPS://WWW.KANKANEWS.COM:443/detail/LMwVGgj402z", CURRENT),
        (CURRENT + "?appid=620799&utm_source=wx&spm=1.2#comments", CURRENT),
        (CURRENT + "?whatever=1", CURRENT),
        ("https://reader:secret@www.kankanews.com/detail/LMwVGgj402z", CURRENT),
        ("http://www.kankanews.com/a/2020-02-13/0039150329.shtml?fromvsogou=1", LEGACY),
        ("http://kankanews.com:80/a/2020-02-13/0039150329.shtml?appid=620799", LEGACY),
        ("http://kankanews.com/k24?from=app", "https://www.kankanews.com/k24"),
        ("https://www.kankanews.com", "https://www.kankanews.com/"),
        ("https://www.kankanews.com/xinwen/?page=2#list", "https://www.kankanews.com/xinwen/?page=2"),
        ("http://other.example/detail/LMwVGgj402z?utm_medium=x", "http://other.example/detail/LMwVGgj402z"),
    ],
)
def test_every_address_of_a_page_becomes_one(url, canonical):
    assert SITE.canonical_url(url) == canonical


def test_the_case_of_an_id_is_kept():
    assert SITE.page_id(CURRENT) == "LMwVGgj402z"
    assert SITE.page_id(CURRENT.lower()) == "lmwvggj402z"


@pytest.mark.parametrize(
    ("url", "page_id"),
    [
        (CURRENT, "LMwVGgj402z"),
        (LEGACY, "2020-02-13/0039150329"),
        (LEGACY + "?appid=1", "2020-02-13/0039150329"),
        ("https://www.kankanews.com/", None),
        ("https://www.kankanews.com/k24", None),
        ("https://www.kankanews.com/detail/", None),
        ("https://www.kankanews.com/detail/../LMwVGgj402z", None),
        ("https://www.kankanews.com.evil.example/detail/LMwVGgj402z", None),
        ("https://evil.example/?https://www.kankanews.com/detail/LMwVGgj402z", None),
        ("https://m.kankanews.com/detail/LMwVGgj402z", None),
        ("/detail/LMwVGgj402z", None),
        ("", None),
    ],
)
def test_an_id_comes_from_an_article_address_of_this_site_only(url, page_id):
    assert SITE.page_id(url) == page_id
    assert SITE.is_article(url) == (page_id is not None)


@pytest.mark.parametrize(
    ("url", "day"),
    [
        (LEGACY, date(2020, 2, 13)),
        (CURRENT, None),
        ("https://www.kankanews.com/a/2020-13-45/1.shtml", None),
    ],
)
def test_a_legacy_address_tells_the_day(url, day):
    assert SITE.published_from_url(url) == day


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", True), ("/k24", True), ("/xinwen/", True), ("/channel/shixun", True), ("/xinwen/?page=2", True),
        ("/detail/LMwVGgj402z", False), ("/a/2020-02-13/0039150329.shtml", False), ("/search?wd=x", False),
        ("/user/login", False), ("/about/", False), ("/logo.png", False), ("/a/b/c", False),
    ],
)  # fmt: skip
def test_lists_are_pages_of_the_site_that_may_name_articles(path, expected):
    assert SITE.is_list("https://www.kankanews.com" + path) is expected


@pytest.mark.parametrize(
    "url",
    ["", "k24", "ftp://www.kankanews.com/", "https://", "https://[::1", "https://a.example:99999/",
     "javascript:alert(1)", "https://a.example/" + "x" * 9000],
)  # fmt: skip
def test_what_is_no_web_address_is_a_clear_error(url):
    with pytest.raises(UrlError, match=r"is not a web address: .+; give one like"):
        SITE.canonical_url(url)


_ODD = st.text(st.sampled_from("abZ09:/?#[]@!$&'()*+,;=%-._~ \t\n\\看éü|\"<>^`{}\x00\ud800"), max_size=30)
_URLS = st.builds(
    "{}{}".format,
    st.sampled_from(["http://", "https://www.kankanews.com/", CURRENT, LEGACY, "HTTP://KANKANEWS.com/a/", "//", ""]),
    _ODD,
)


@settings(max_examples=300)
@given(_URLS)
def test_a_canonical_address_is_its_own_canonical_address(url):
    try:
        canonical = SITE.canonical_url(url)
    except UrlError:
        return

    assert SITE.canonical_url(canonical) == canonical
    assert canonical.isascii()
    assert canonical.isprintable()


@settings(max_examples=300)
@given(_URLS)
def test_the_canonical_address_names_the_same_article(url):
    page_id = SITE.page_id(url)
    if page_id is not None:
        assert SITE.page_id(SITE.canonical_url(url)) == page_id


@settings(max_examples=300)
@given(_ODD)
@example(".;")
@example("??")
def test_any_reference_on_a_page_is_an_address_of_the_web_or_nothing(reference):
    url = absolute(CURRENT, reference)

    assert url is None or clean_url(url) == url


@pytest.mark.parametrize(
    ("reference", "url"),
    [
        ("/detail/LMwVGgj402z", CURRENT),
        ("//static.statickksmg.com/a.jpg", "https://static.statickksmg.com/a.jpg"),
        ("../k24", "https://www.kankanews.com/k24"),
        ("/a/../k24", "https://www.kankanews.com/k24"),
        ("?page=2", CURRENT + "?page=2"),
        ("/图.jpg", "https://www.kankanews.com/%E5%9B%BE.jpg"),
        ("java\nscript:alert(1)", None),
        ("data:image/png;base64,AAAA", None),
        ("mailto:service@kankanews.com", None),
    ],
)
def test_a_reference_is_resolved_as_browsers_do(reference, url):
    assert absolute(CURRENT, reference) == url


def test_a_long_path_with_an_odd_end_takes_no_longer_than_another():
    assert absolute(CURRENT, "/" + "a" * 8000 + "|") == "https://www.kankanews.com/" + "a" * 8000 + "%7C"


def test_an_address_that_grows_too_long_when_written_in_ascii_is_refused():
    assert absolute(CURRENT, "/" + "看" * 3000) is None


LIST = """<html><body><ul class="nav"><li><a href="/">首页</a></li><li><a href="/k24">24小时</a></li>
<li><a href="/channel/shixun?spm=nav">时讯</a></li><li><a href="/about">关于</a></li>
<li><a href="https://other.example/news/">别处</a></li></ul>
<div class="k24"><ul class="k24-list">
<li><a href="/detail/q9aXwVzJ2Pn"><img src="/1.jpg"></a><a href="/detail/q9aXwVzJ2Pn">国务院决定:免去曾国卫职务</a>
<p><em>时讯</em><i>2026/01/27</i></p></li>
<li><a href="http://www.kankanews.com/a/2020-02-13/0039150329.shtml?appid=620799">旧闻</a></li>
<li><a href="/detail/Dk7pSv3NxQh">惊险!美国捕蛇人被92公斤巨蟒缠住拖行</a><span>看现场2天前</span></li>
<li><a href="/detail/zP2dNc4VtEa"><img src="/2.jpg"></a></li>
</ul></div></body></html>"""


def test_a_list_page_gives_its_articles_in_order_with_their_dates():
    links = SITE.links(LIST.encode(), "https://www.kankanews.com/k24", [])

    assert links.articles == (
        ArticleLink(url="https://www.kankanews.com/detail/q9aXwVzJ2Pn", date_raw="2026/01/27"),
        ArticleLink(url=LEGACY),
        ArticleLink(url="https://www.kankanews.com/detail/Dk7pSv3NxQh", date_raw="2天前"),
        ArticleLink(url="https://www.kankanews.com/detail/zP2dNc4VtEa"),
    )
    assert links.lists == (
        "https://www.kankanews.com/",
        "https://www.kankanews.com/k24",
        "https://www.kankanews.com/channel/shixun",
    )


def test_a_listed_article_is_as_young_as_its_date_allows():
    captured_at = datetime(2026, 1, 30, 2, tzinfo=UTC)
    days = [
        SITE.listed_on(link, captured_at)
        for link in SITE.links(LIST.encode(), "https://www.kankanews.com/k24", []).articles
    ]

    assert days == [date(2026, 1, 27), date(2020, 2, 13), date(2026, 1, 28), None]


def test_links_of_one_page_are_bounded():
    body = b"".join(b'<a href="/detail/A%07d">x</a>' % number for number in range(5000))

    assert len(SITE.links(body, "https://www.kankanews.com/", []).articles) == MAX_LINKS


def test_links_that_no_browser_can_follow_are_told_apart_from_those_that_lead_elsewhere():
    unread = ["https://[/", "//www.kankanews.com:99999/", "http://", "https://a b/k24", "/" + "x" * 9000]
    elsewhere = ["", "#top", "javascript:void(0)", "mailto:a@kankanews.com", "tel:+8621", "data:,x", "weixin:x", "/k24"]
    body = "".join(f'<a href="{each}">x</a>' for each in [*elsewhere, *unread, "https://[/"])

    assert SITE.links(body.encode(), "https://www.kankanews.com/", []).unread == tuple(unread)


def test_links_behind_those_that_are_read_are_counted():
    body = b'<a href="/k24">x</a>' * MAX_LINKS + b'<a>x</a><a href="">x</a>' + b'<a href="/xinwen/">x</a>' * 3

    links = SITE.links(body, "https://www.kankanews.com/", [])

    assert (links.lists, links.unseen) == (("https://www.kankanews.com/k24",), 3)


@pytest.mark.parametrize(
    ("label", "query"),
    [("utf-8", "%E7%9C%8B"), ("gbk", "%BF%B4"), ("gb2312", "%BF%B4"), ("gb18030", "%BF%B4"), ("big5", "%AC%DD")],
)
def test_a_page_resolves_links_by_its_first_base_that_has_an_address_and_in_its_own_charset(label, query):
    head = f"<meta charset={label}><base target=_top><base href='//ada:hunter2@cdn.example/a/?x'><base href='/no/'>"
    page = Page(f"{head}<p>看看".encode(label), "https://news.example/", [])

    assert page.resolve("?q=看") == f"https://cdn.example/a/?q={query}"
    assert page.resolve("看") == "https://cdn.example/a/%E7%9C%8B"


@pytest.mark.parametrize("base", ["javascript:x", "http://[", "", "data:text/html,x"])
def test_a_base_that_is_no_address_is_none(base):
    page = Page(f'<base href="{base}"><p>x'.encode(), "https://news.example/a/b", [])

    assert page.resolve("c") == "https://news.example/a/c"
