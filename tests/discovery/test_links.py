"""A page of a site without a file leads to feeds, to what may be articles, and to others."""

from __future__ import annotations

from datetime import UTC, datetime

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
    links = read("<body>" + "".join(f'<a href="/feed/{n}/rss">x</a>' for n in range(MAX_LINKS + 7)))

    assert (len(links.feeds), links.dropped) == (MAX_FEEDS, 7)
