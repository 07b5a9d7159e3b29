"""A site is data: its addresses and its parser are derived, and what cannot be used is named when it is read."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from datetime import UTC, date, datetime

import pytest

from newsspider import sites
from newsspider.errors import NewsspiderError
from newsspider.parsing.selectors import SelectorError
from newsspider.parsing.site import Site, SiteError
from newsspider.parsing.unparsed import UnparsedPageError
from newsspider.parsing.words import Words

NOON = datetime(2026, 1, 30, 12, tzinfo=UTC)
UTF8 = [(b"Content-Type", b"text/html; charset=utf-8")]
GAZETTE = Site(
    name="gazette",
    domains=("gazette.example",),
    start_urls=("https://www.gazette.example/",),
    articles={
        "https://www.gazette.example/{}.html": r"(?P<day>\d{4}/\d\d/\d\d)/[a-z-]{1,80}",
        "https://news.gazette.example/read?id={}": r"\d{1,12}",
    },
)


# ------------------------------------------------------------------------------------------------------- addresses


@pytest.mark.parametrize(
    ("url", "page_id", "canonical"),
    [
        ("http://gazette.example/2026/01/30/tram-line.html?share=x#top", "2026/01/30/tram-line",
         "https://www.gazette.example/2026/01/30/tram-line.html"),
        ("HTTPS://WWW.GAZETTE.EXAMPLE:443/2026/01/30/tram-line.html", "2026/01/30/tram-line",
         "https://www.gazette.example/2026/01/30/tram-line.html"),
        ("https://news.gazette.example/read?page=1&id=77&x=2", "77", "https://news.gazette.example/read?id=77"),
        ("https://news.gazette.example/read?sid=77", None, "https://news.gazette.example/read?sid=77"),
        ("https://news.gazette.example/2026/01/30/tram-line.html", None,
         "https://news.gazette.example/2026/01/30/tram-line.html"),
        ("http://gazette.example/city/?utm_source=x", None, "https://www.gazette.example/city/"),
        ("http://other.example/2026/01/30/tram-line.html", None, "http://other.example/2026/01/30/tram-line.html"),
    ],
)  # fmt: skip
def test_addresses_of_an_article_are_one(url, page_id, canonical):
    assert GAZETTE.page_id(url) == page_id
    assert GAZETTE.canonical_url(url) == canonical
    assert GAZETTE.canonical_url(canonical) == canonical
    if page_id:
        assert GAZETTE.article_url(page_id) == canonical


def test_day_in_an_address_may_be_written_with_any_separator():
    assert GAZETTE.published_from_url("https://www.gazette.example/2026/01/30/tram-line.html") == date(2026, 1, 30)
    assert GAZETTE.published_from_url("https://www.gazette.example/2026/13/30/tram-line.html") is None
    assert GAZETTE.published_from_url("https://news.gazette.example/read?id=20260130") is None


def test_lists_are_start_pages_and_paths_of_a_word_or_two_that_are_no_article():
    base = "https://www.gazette.example"
    urls = ("/", "/city/", "/city/north", "/about-us", "/privacy", "/2026/01/30/tram-line.html", "/a/b/c/")
    assert [url for url in urls if GAZETTE.is_list(base + url)] == ["/", "/city/", "/city/north"]
    assert not GAZETTE.is_list("https://other.example/city/")
    assert replace(GAZETTE, lists="/ressort-[a-z]+").is_list(f"{base}/ressort-sport")


# -------------------------------------------------------------------------------------------- sites without a file


def page(body: str, head: str = "<title>Harbour lights</title>") -> bytes:
    return f"<!doctype html><html lang=en><head>{head}</head><body>{body}</body></html>".encode()


ARTICLE = page(
    '<h1>Harbour lights</h1><p>2026-01-30 08:00:00</p><p>The first ferry left at dawn.</p><p class="x">It was full.</p>'
    "<p>Copyright 2026</p>"
)


def test_site_without_a_file_is_its_host_and_its_articles_are_named_by_path_and_query():
    news = sites.load("news")

    article = news.parse(ARTICLE, "http://www.quay.example/2026/a.html?id=7&utm_source=x#top", UTF8, NOON)

    assert (article.site, article.id) == ("quay.example", "quay.example:/2026/a.html?id=7")
    assert article.canonical_url == "http://www.quay.example/2026/a.html?id=7"
    assert article.provenance.parser == "news"
    assert article.provenance.parser_version == news.parser_version
    assert sites.load(article.site).parse(ARTICLE, article.url, UTF8, NOON).id == article.id


def test_long_path_is_named_by_its_digest():
    news = sites.load("news")
    at_most, longer = "/" + 199 * "a", "/" + 200 * "a"

    assert news.record_id(f"https://quay.example{at_most}") == f"quay.example:{at_most}"
    # SHA-256 of the path, by sha256sum
    assert news.record_id(f"https://quay.example{longer}") == "quay.example:sha256:" + LONGER


LONGER = "f7b36aaa140cacf7904d93a54535a0f38adc27bdf7fa4da08eaf0a73fb5ad69e"


def test_home_page_is_no_article():
    with pytest.raises(UnparsedPageError):
        sites.load("news").parse(ARTICLE, "https://quay.example/", UTF8, NOON)


def test_address_of_a_host_with_a_file_is_read_by_it():
    assert sites.of("https://www.kankanews.com/detail/LMwVGgj402z") is sites.load("kankanews")
    assert sites.of("https://www.quay.example/a").name == "quay.example"


# ------------------------------------------------------------------------------------------------------- selectors


def read(html: str, /, **selectors) -> object:
    site = replace(
        GAZETTE, selectors={"2026": {"title": ".head", **selectors}}, words=Words(footer="Copyright"), expected=()
    )
    return site.parse(page(html), "https://news.gazette.example/read?id=7", UTF8, NOON)


def test_selector_may_name_an_attribute():
    article = read(
        '<p class=head>Tram line opens</p><time>soon</time><time datetime="2026-01-29T21:05:07+00:00">Thursday</time>'
        '<div class=text><p>One.</p></div><meta name="keys" content="tram">',
        published_at="time::attr(datetime)", keywords="meta[name=keys]::attr(content)", body=".text",
    )  # fmt: skip

    assert article.published_at == datetime(2026, 1, 29, 21, 5, 7, tzinfo=UTC)
    assert article.keywords == ["tram"]
    assert article.provenance.fields["published_at"] == "class:2026"


def test_body_may_be_in_several_elements_and_an_element_in_another_is_read_once():
    article = read(
        "<p class=head>Tram line opens</p><div class=part><p>One.</p><div class=part><p>Two.</p></div></div>"
        "<p>Between.</p><div class=part><p>Three.</p></div><div class=more><p>Four.</p></div>",
        body=[".part", ".more"],
    )

    assert article.paragraphs == ["One.", "Two.", "Three.", "Four."]


def test_alternative_that_finds_nothing_makes_way_for_the_next():
    article = read("<p class=head>Tram line opens</p><div class=b><p>One.</p></div>", body=".a, .b, .head")

    assert article.paragraphs == ["One."]


def test_what_is_dropped_is_no_part_of_the_body_whether_it_is_a_line_or_in_one():
    article = read(
        "<p class=head>Tram line opens</p><div class=text><p>One <b class=ad>Buy</b>and a half.</p>"
        "<div class=share><img src=/s.png>Share</div><p>Two.</p></div>",
        body=".text", drop=".nothing, .ad, .share",
    )  # fmt: skip

    assert article.paragraphs == ["One and a half.", "Two."]
    assert article.images == []


def test_people_are_names_with_or_without_roles():
    article = read(
        "<p class=head>Tram line opens</p><div class=text><p>One.</p></div>"
        "<i class=by>By Ada Byron and Grace Hopper</i><i class=by>记者：张三 李四</i>",
        body=".text", authors=".by",
    )  # fmt: skip

    assert [(each.name, each.role) for each in article.authors] == [
        ("Ada Byron", None), ("Grace Hopper", None), ("张三", "记者"), ("李四", "记者"),
    ]  # fmt: skip


def test_metadata_is_believed_before_the_landmarks_where_a_site_says_so():
    body = "<h1>港口今晚亮灯</h1><p>2026-01-30 08:00:00</p><p>首班渡轮在清晨出发。</p><p>Copyright</p>"
    html = page(body, '<meta property="og:title" content="港口亮灯">')
    site = replace(GAZETTE, words=Words(footer="Copyright"))

    titles = [
        each.parse(html, "https://news.gazette.example/read?id=7", UTF8, NOON).title
        for each in (site, replace(site, metadata_first=True))
    ]

    assert titles == ["港口今晚亮灯", "港口亮灯"]


def test_article_element_whose_sentences_end_as_in_english_is_the_text():
    text = "<h1>Ferry sails</h1><p>2026-01-30 08:00:00</p><article><p>The first ferry left the harbour at dawn.</p>"
    html = page(f"{text}</article><div><p>Tides are low tonight.</p></div><p>Copyright</p>")
    site = replace(GAZETTE, words=Words(footer="Copyright"))

    article = site.parse(html, "https://news.gazette.example/read?id=7", UTF8, NOON)

    assert (article.title, article.paragraphs) == ("Ferry sails", ["The first ferry left the harbour at dawn."])


def test_times_that_name_no_zone_are_those_of_the_site():
    body = "<p class=head>港口今晚亮灯</p><p class=at>2026-07-01 08:00:00</p><div class=text><p>渡轮出发。</p></div>"
    selectors = {"2026": {"title": ".head", "published_at": ".at", "body": ".text"}}
    london = replace(GAZETTE, selectors=selectors, time_zone="Europe/London")

    article = london.parse(page(body), "https://news.gazette.example/read?id=7", UTF8, datetime(2026, 7, 2, tzinfo=UTC))

    # In July clocks in London are an hour before UTC.
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2026-07-01T08:00:00+01:00"
    assert "published_at" not in article.provenance.doubts


# ------------------------------------------------------------------------------------------------------ what is wrong


@pytest.mark.parametrize(
    ("selectors", "said"),
    [
        ({"headline": "h1"}, "no field 'headline' for a selector; choose from: title, published_at, modified_at, "),
        ({"title": "h1["}, "'h1[', the selector of title, cannot be read"),
        ({"title": "h1::first-line"}, "::attr(name) is one"),
        ({"title": ["h1", "h2"]}, "title has one selector; several are for authors, editors, keywords, body, drop"),
        ({"body": ["div", "["]}, "'[', the selector of body, cannot be read"),
        ({"body": "div::attr(id)"}, "the selector of body, names an attribute"),
    ],
)
def test_selector_that_cannot_be_used_is_named_when_the_site_is_read(selectors, said):
    with pytest.raises(SelectorError) as caught:
        replace(GAZETTE, selectors={"2026": selectors})

    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"articles": {"https://gazette.example/{}/{}": "x"}}, "articles has 'https://gazette.example/{}/{}'"),
        ({"articles": {"/{}.html": "x"}}, "an address is as in https://host/path/{}.html"),
        ({"articles": {"https://gazette.example/{}": "(x"}}, "no regular expression: missing )"),
        ({"lists": "["}, "lists is '['"),
        ({"page_title": "(?P<title>"}, "page_title is '(?P<title>'"),
        ({"start_urls": ("gazette.example",)}, "'gazette.example' is not a web address"),
        ({"expected": ("titel",)}, "expected names titel, and a record has no such field"),
        ({"time_zone": "Europe/Lodnon"}, "time_zone is 'Europe/Lodnon'"),
    ],
)
def test_field_that_cannot_be_used_is_named_when_the_site_is_read(changes, said):
    with pytest.raises(NewsspiderError) as caught:
        replace(GAZETTE, **changes)

    assert said in str(caught.value)


def test_site_is_frozen():
    with pytest.raises(FrozenInstanceError):
        GAZETTE.name = "other"
    assert issubclass(SiteError, NewsspiderError)


def test_name_of_no_site_says_which_there_are():
    with pytest.raises(sites.SiteNotFoundError, match=r"'daily'; choose from: .*kankanews.*, news"):
        sites.load("daily")
