"""Which addresses are articles, lists and neither, and which day one names. All sites here are made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial

import pytest

from newsspider import sites
from newsspider.parsing.links import ArticleLink
from newsspider.parsing.site import Site, SiteError
from newsspider.text.clock import SHANGHAI
from newsspider.text.urls import absolute

POST = Site(
    name="post",
    domains=("post.example",),
    start_urls=("https://www.post.example/",),
    articles={
        "https://www.post.example/{}.html": r"(?P<day>\d{4}/\d\d/\d\d)/[a-z-]{1,80}",
        "https://news.post.example/read?id={}": r"\d{1,12}",
    },
)
ARTICLE = "https://www.post.example/2026/01/30/tram-line.html"
READ = "https://news.post.example/read?id=77"
QUAY = sites.load("news").at("https://quay.example/")


@pytest.mark.parametrize(
    ("url", "page_id"),
    [
        (ARTICLE, "2026/01/30/tram-line"),
        (f"{ARTICLE}#top", "2026/01/30/tram-line"),
        (f"{ARTICLE}?page=2#top", "2026/01/30/tram-line"),
        (f"{ARTICLE}/", None),
        (f"{ARTICLE}x", None),
        (f"x{ARTICLE}", None),
        (ARTICLE.replace("www.post", "www.post.example.other"), None),
        (ARTICLE.replace("tram-line", "Tram"), None),  # what names an article is written as it is
        (ARTICLE.replace("https", "ftp"), None),
        (ARTICLE.replace("example/", "example:443/"), "2026/01/30/tram-line"),
        (ARTICLE.replace("example/", "example:8443/"), None),
        (READ, "77"),
        (f"{READ}#top", "77"),
        (f"{READ}&page=2", "77"),
        (f"{READ}x", None),
        (f"{READ}x&id=7", "7"),
        (READ.replace("read?", "read?page=2&"), "77"),
        (READ.replace("read?", "read?page=2"), None),  # "2id" is another parameter
        (READ.replace("read?", "read?page=2#a&"), None),  # and what stands behind "#" is none
        (READ.replace("77", "\uff17\uff17"), None),  # digits in full width are others to a server
    ],
)
def test_an_article_is_known_by_the_whole_of_its_address(url, page_id):
    assert POST.page_id(url) == page_id
    assert POST.is_article(url) is (page_id is not None)
    assert POST.record_id(url) == (page_id and f"post:{page_id}")


def test_an_address_without_encryption_may_be_that_of_articles():
    site = replace(POST, articles={"http://post.example:8080/a/{}": r"\d+"})

    assert site.canonical_url("http://post.example:8080/a/7?x#y") == "http://post.example:8080/a/7"
    assert site.page_id("http://post.example:8080/a/7/") == "7"
    assert site.page_id("http://post.example/a/7") is None


@pytest.mark.parametrize(
    ("url", "is_list"),
    [
        ("https://www.post.example/", True),
        ("https://www.post.example/city", True),
        ("https://www.post.example/city/north/", True),
        ("https://www.post.example/city/north/east", False),
        ("https://www.post.example/contact", False),
        ("https://www.post.example/contact/form", False),
        ("https://www.post.example/contact-us", False),
        ("https://www.post.example/contacts", True),
        (f"https://www.post.example/{'a' * 40}", True),
        (f"https://www.post.example/{'a' * 41}", False),
        (f"https://www.post.example/a/{'a' * 40}", True),
        (f"https://www.post.example/a/{'a' * 41}", False),
        ("https://news.post.example/city", True),  # where its articles are, its lists are
        ("https://post.example/city", True),
        ("https://m.post.example/city", False),
        ("https://other.example/city", False),
        (ARTICLE, False),
    ],
)
def test_a_list_has_a_path_of_a_word_or_two_where_the_site_has_articles(url, is_list):
    assert POST.is_list(url) is is_list


def test_what_may_be_an_article_is_no_list_where_the_addresses_of_articles_are_known():
    site = replace(POST, articles={"https://post.example/{}": r"[a-z]+-\d+"})

    assert [site.is_list(f"https://post.example/{path}") for path in ("ferry-12", "ferry", "ferry-x")] == [
        False, True, True,
    ]  # fmt: skip
    assert QUAY.is_list("https://quay.example/city")
    assert QUAY.is_article("https://quay.example/city")  # nobody knows before it is read


def test_a_page_that_a_crawl_begins_with_is_a_list_whatever_its_path():
    start = "https://www.post.example/a/b/index.php?c=7"
    site = replace(POST, start_urls=(start,))

    assert site.is_list(start)
    assert not POST.is_list(start)


@pytest.mark.parametrize(
    ("url", "page_id"),
    [
        ("https://quay.example/a.html?id=7", "/a.html?id=7"),
        ("http://www.quay.example/a.html?id=7#top", "/a.html?id=7"),
        ("https://quay.example", None),
        ("https://quay.example/", None),
        ("https://quay.example/?id=7", "/?id=7"),
        ("https://m.quay.example/a.html", None),
        ("https://other.example/a.html", None),
        ("mailto:ada@quay.example", None),
        ("/a.html", None),
    ],
)
def test_a_page_of_a_site_without_a_file_is_named_by_path_and_query(url, page_id):
    assert QUAY.page_id(url) == page_id


def test_what_is_no_address_is_no_page_of_any_site():
    news = sites.load("news")

    assert [news.page_id(url) for url in ("mailto:ada@quay.example", "")] == [None, None]
    assert news.page_id("https://quay.example/a") == "/a"
    assert news.record_id("https://www.quay.example/a") == "quay.example:/a"
    assert news.is_list("https://quay.example/city")


def test_an_article_has_the_address_that_is_called_so_again():
    assert POST.article_url("2026/01/30/tram-line") == ARTICLE
    assert POST.article_url("77") == READ
    assert POST.article_url("tram") is None
    assert QUAY.article_url("/a?id=7") == "https://quay.example/a?id=7"
    assert QUAY.article_url("/a?utm_source=x") is None  # the page there is called /a
    assert QUAY.article_url("sha256:" + 64 * "0") is None  # of a digest nobody knows the address


@pytest.mark.parametrize(
    ("path", "day"),
    [
        *((f"/a/{written}/x", date(2026, 1, 30)) for written in ("2026/01/30", "2026-01-30", "2026_01_30", "20260130")),
        ("/a20260130.html", date(2026, 1, 30)),
        ("/1999/12/31/x", date(1999, 12, 31)),
        ("/2026/01-30/x", None),
        ("/202601/30/x", None),
        ("/120260130.html", None),
        ("/202601301.html", None),
        ("/20260130_1.html", date(2026, 1, 30)),
        ("/1899/12/31/x", None),
        ("/2100/12/31/x", None),
        ("/2026/13/30/x", None),
        ("/2026/00/30/x", None),
        ("/2026/01/32/x", None),
        ("/2026/02/30/x", None),
        ("/x?day=2026-01-30", None),  # a query may name any day
        ("/x#2026-01-30", None),
    ],
)
def test_the_day_in_the_path_of_an_article(path, day):
    assert QUAY.published_from_url(f"https://quay.example{path}") == day


def test_where_the_addresses_of_articles_are_known_they_alone_name_days():
    assert POST.published_from_url(ARTICLE) == date(2026, 1, 30)
    assert POST.published_from_url(ARTICLE.replace("01/30", "02/30")) is None
    assert POST.published_from_url(READ) is None
    assert POST.published_from_url("https://www.post.example/2026-01-30/list") is None


def test_a_link_to_an_article_is_its_one_address():
    resolve = partial(absolute, "http://post.example/city/")

    assert POST.linked(resolve, "/2026/01/30/tram-line.html?from=x#top") == ARTICLE
    assert POST.linked(resolve, "/city/") is None
    assert POST.linked(resolve, "javascript:x") is None
    assert POST.linked(resolve, None) is None


def test_other_addresses_of_a_site_have_the_scheme_and_the_host_of_its_articles():
    assert POST.canonical_url("http://post.example/city/?a=1#b") == "https://www.post.example/city/?a=1"
    assert POST.canonical_url("http://news.post.example/city/") == "https://news.post.example/city/"
    assert POST.canonical_url("http://m.post.example/city/") == "http://m.post.example/city/"
    assert QUAY.canonical_url("http://www.quay.example/city/#b") == "http://www.quay.example/city/"


@pytest.mark.parametrize(
    ("date_raw", "last"),
    [
        ("2026-01-29", date(2026, 1, 29)),
        ("2026-01-29 08:00", date(2026, 1, 29)),
        ("2天前", date(2026, 2, 7)),  # two days and maybe some hours
        ("soon", date(2026, 1, 30)),
        (None, date(2026, 1, 30)),
    ],
)
def test_a_listed_article_was_published_on_the_last_day_that_its_date_may_mean(date_raw, last):
    link = ArticleLink(url=ARTICLE, date_raw=date_raw)

    assert POST.listed_on(link, datetime(2026, 2, 9, tzinfo=UTC)) == last


@pytest.mark.parametrize("address", ["https://post.example/a.html", "https://post.example/{}/{}", "post.example/{}"])
def test_the_address_of_an_article_has_one_place_for_what_names_it(address):
    with pytest.raises(SiteError, match="an address is as in https://host/path/"):
        replace(POST, articles={address: "x"})


def test_a_site_may_know_the_titles_of_its_tabs():
    assert not POST.has_page_title
    assert replace(POST, page_title="(?P<title>.+)_Post").has_page_title


def test_china_has_one_zone_for_which_no_database_is_needed():
    assert replace(POST, time_zone="Asia/Shanghai").zone is SHANGHAI
    assert POST.zone is None
    tokyo = replace(POST, time_zone="Asia/Tokyo").zone
    assert datetime(2026, 1, 30, tzinfo=tokyo).isoformat() == "2026-01-30T00:00:00+09:00"
