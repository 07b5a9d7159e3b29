"""A page of a site without a file leads to feeds, to what may be articles, and to others."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newsspider.discovery.links import MAX_FEEDS, read_page
from newsspider.discovery.shapes import likeness
from newsspider.parsing.links import MAX_LINKS

URL = "https://news.example/"
AT = datetime(2026, 11, 28, 12, tzinfo=UTC)


def read(html: str):
    def own(url: str) -> str | None:
        return url if url.startswith(URL) else None

    headers = [(b"Content-Type", b"text/html; charset=utf-8")]
    return read_page(f"<html>{html}".encode(), URL, headers, AT, canonical=own, likeness=likeness)


def test_feeds_are_those_that_the_page_names_and_those_it_links_to():
    links = read(
        '<head><link rel="alternate" type="application/rss+xml" href="/news.xml">'
        '<link rel="alternate" type="application/rss+xml" title="Comments on all" href="/all.xml">'
        '<link rel="alternate" type="application/atom+xml" href="https://other.example/atom.xml">'
        '<link rel="alternate" hreflang="de" href="/de/"><link rel="stylesheet" href="/feed.css"></head>'
        '<body><a href="/world/rss.xml">RSS</a><a href="/comments/feed/">Comments</a><a href="/feedback">Write us</a>'
    )

    assert links.feeds == ("https://news.example/news.xml", "https://news.example/world/rss.xml")
    assert links.declared == 1


@pytest.mark.parametrize(
    "kind", ["application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"]
)
@pytest.mark.parametrize("written", ["{}", "{}; charset=utf-8", " {} "])
@pytest.mark.parametrize("rel", ["alternate", "ALTERNATE nofollow"])
def test_feed_is_named_by_its_type(kind, written, rel):
    for given in (kind, kind.upper()):
        assert read(f'<head><link rel="{rel}" type="{written.format(given)}" href="/f">').feeds == (f"{URL}f",)


@pytest.mark.parametrize(
    "link",
    [
        '<link type="application/rss+xml" href="/f">', '<link rel="alternate" type="text/xml" href="/f">',
        '<link rel="alternate" type="application/rss+xml" title="COMMENTS" href="/f">',
        '<link rel="alternate" type="application/rss+xml" title="全部评论" href="/f">',
        '<link rel="alternate" type="application/rss+xml" href="/Comments">', '<a href="/a?next=/rss">x</a>',
        '<link rel="alternate" type="application/rss+xml">',
    ],
)  # fmt: skip
def test_what_is_no_feed_of_articles_is_none(link):
    links = read(f"<head>{link}")

    assert (links.feeds, links.declared) == ((), 0)


def test_feed_of_comments_that_is_declared_counts_for_none():
    kind = 'rel="alternate" type="application/rss+xml"'
    links = read(f'<head><link {kind} href="/f"><link {kind} href="/comments"></head><body><a href="/world/rss">x</a>')

    assert (links.feeds, links.declared) == ((f"{URL}f", f"{URL}world/rss"), 1)


def test_no_more_feeds_are_declared_than_are_taken():
    links = read("<head>" + "".join(
        f'<link rel="alternate" type="application/rss+xml" href="/{n}">' for n in range(MAX_FEEDS + 1)
    ))  # fmt: skip

    assert (len(links.feeds), links.declared, MAX_FEEDS) == (MAX_FEEDS, MAX_FEEDS, 10)


@pytest.mark.parametrize(
    ("head", "others"),
    [
        ('<meta http-equiv="refresh" content="0; url=/de/">', [f"{URL}de/"]),
        ("<META HTTP-EQUIV='Refresh' CONTENT='5;URL=https://news.example/zh/'>", [f"{URL}zh/"]),
        ('<meta http-equiv="refresh" content="0; url=https://other.example/">', []),
        ('<meta http-equiv="refresh" content="300">', []),
        ('<noscript><meta http-equiv="refresh" content="0; url=/nojs"></noscript>', []),
        ('<!-- <meta http-equiv="refresh" content="0; url=/de/"> -->', []),
    ],
)  # fmt: skip
def test_what_a_page_goes_on_to_by_itself_is_a_link(head, others):
    links = read(f"<head>{head}</head><body><p>One moment")

    assert [*links.others] == others
    assert (links.articles, links.dropped) == ((), 0)


@pytest.mark.parametrize("address", ["http://[x/", "http://a:b/"])
def test_where_a_page_goes_on_to_no_address_its_links_are_read(address):
    links = read(f'<head><meta http-equiv="refresh" content="0; url={address}"></head><body><a href="/de/">Deutsch</a>')

    assert ([*links.others], links.dropped) == ([f"{URL}de/"], 1)


def test_feed_that_a_page_links_to_is_no_other_page():
    links = read('<body><a href="/world/rss">RSS</a><a href="/world">World</a><a href="/a/20261127/1.html">One</a>')

    assert (links.feeds, links.others) == ((f"{URL}world/rss",), (f"{URL}world",))


def test_date_belongs_to_the_link_above_it_that_had_none_and_to_no_other():
    links = read(
        '<body><p><a href="/a/1-slug-of-an-article">One</a> <i> </i> <i>2026-11-21</i> <i>2026-11-22</i></p>'
        '<p><a href="/a/1-slug-of-an-article">More</a> <i>2026-11-23</i></p>'
        '<p><a href="/a/2-slug-of-an-article">Two</a> <a href="/city">2026-11-24</a> <i>2026-11-25</i></p>'
        '<p><a href="/a/3-slug-of-an-article">Three 2026-11-26</a></p>'
    )

    assert [each.latest and each.latest.day for each in links.articles] == [21, 25, None]


def test_texts_of_links_are_joined_as_far_as_they_are_looked_at():
    links = read(
        '<body><a href="/harbour">Lights go</a><a href="/harbour"> on in the</a><a href="/harbour">old port</a>'
        f'<a href="/long">{"x" * 200}</a><a href="/long">of many words that nobody looks at any more</a>'
    )

    assert [each.url for each in links.articles] == [f"{URL}harbour"]


def test_what_may_be_an_article_by_its_address_alone_is_no_list():
    """Whatever its text says: what is perhaps one is not read as a list, either."""
    links = read('<body><a href="/harbour">Home</a><a href="/tag/x">Tag</a><a href="/a/slug-of-an-article">x</a>')

    assert (len(links.articles), links.others) == (1, (f"{URL}harbour", f"{URL}tag/x"))


def test_reference_is_looked_at_once():
    links = read('<body><a href="http:">x</a><a href="http:">x</a><a>x</a><a href="">x</a>')

    assert links.dropped == 1


def test_article_has_the_date_that_stands_below_it():
    links = read(
        '<body><li><a href="/a/2026-11-27/1.html">One</a> <a href="/city">City</a> <i>2026-11-27 08:00</i></li>'
        '<li><a href="/a/2026-11-28/2.html">Two</a></li><p>2026-11-20'
    )

    assert [(each.url, each.latest and each.latest.day) for each in links.articles] == [
        ("https://news.example/a/2026-11-27/1.html", 27),
        ("https://news.example/a/2026-11-28/2.html", 20),
    ]
    assert links.others == ("https://news.example/city",)


def test_text_of_all_links_to_an_address_tells_what_it_is():
    links = read('<body><a href="/harbour"><img src="/p.jpg"></a><a href="/harbour">Lights go on in the old port</a>')

    assert [(each.url, each.likeness) for each in links.articles] == [("https://news.example/harbour", "perhaps")]


def test_what_lies_elsewhere_is_left_out_and_what_is_no_address_is_counted():
    links = read('<body><a href="https://o.example/a/20261127/1.html">x</a><a href="tel:1">x</a><a href="http:">x</a>')

    assert links == ((), 0, (), (), 1)


def test_links_beyond_the_bounds_are_counted():
    links = read("<body>" + "".join(f'<a href="/feed/{n}/rss">x</a>' for n in range(MAX_LINKS + 7)) + "<a>x</a>")

    assert (len(links.feeds), links.dropped) == (MAX_FEEDS, 7 + MAX_LINKS - MAX_FEEDS)
