"""Sitemaps are read by the names of their elements, bounded whatever they unpack to."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest

from newsspider.discovery import sitemaps
from newsspider.discovery.sitemaps import (
    MAX_ARTICLES,
    MAX_READ,
    MAX_SITEMAPS,
    SitemapTooLargeError,
    read_sitemap,
    unpacked,
)

URL = "https://news.example/sitemap.xml"
AT = datetime(2026, 11, 28, 12, tzinfo=UTC)
NEWS = 'xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"'
IMAGE = 'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'


def urlset(*entries: str, root: str = "urlset", attributes: str = "") -> bytes:
    xmlns = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    return f"<?xml version='1.0'?><{root} {xmlns} {attributes}>{''.join(entries)}</{root}>".encode()


def entry(loc: str, more: str = "", name: str = "url") -> str:
    return f"<{name}><loc>{loc}</loc>{more}</{name}>"


def read(body: bytes):
    return read_sitemap(body, URL, AT)


def test_news_sitemap_says_when_an_article_was_published():
    date = "<n:news><n:publication_date>2026-11-28T08:00:00Z</n:publication_date></n:news>"
    found = read(urlset(entry("/a", f"<lastmod>2026-11-27</lastmod>{date}"), attributes=NEWS))

    assert found.kind == "news sitemap"
    assert [(each.url, each.latest) for each in found.articles] == [
        ("https://news.example/a", datetime(2026, 11, 28, 8, tzinfo=UTC))
    ]


def test_namespace_may_be_any_or_none():
    assert read(b"<urlset><url><loc>/a</loc></url></urlset>").articles[0].url == "https://news.example/a"
    assert read(b"<x:urlset xmlns:x='urn:x'><x:url><x:loc>/a</x:loc></x:url></x:urlset>").articles


def test_image_in_an_entry_is_no_address_of_a_page():
    picture = "<image:image><image:loc>/p.jpg</image:loc></image:image>"

    assert [each.url for each in read(urlset(f"<url>{picture}<loc>/a</loc></url>", attributes=IMAGE)).articles] == [
        "https://news.example/a"
    ]


def test_a_month_or_a_year_is_no_day():
    assert [each.latest for each in read(urlset(entry("/a", "<lastmod>2026-11</lastmod>"))).articles] == [None]


def test_newest_sitemaps_of_an_index_come_first():
    dated = [entry(f"/{n}.xml", f"<lastmod>2026-11-{n:02}</lastmod>", "sitemap") for n in (3, 27, 9)]
    found = read(urlset(*dated, root="sitemapindex"))

    assert (found.kind, found.articles) == ("sitemap index", ())
    assert [each.url.rpartition("/")[2] for each in found.documents] == ["27.xml", "9.xml", "3.xml"]


@pytest.mark.parametrize("root", ["urlset", "sitemapindex"])
def test_one_date_on_all_entries_is_that_of_the_sitemap(root):
    """As docs/any-site.md says; an old one would keep all that is new from being read."""
    dated = "<lastmod>2019-01-01</lastmod>"
    name = "url" if root == "urlset" else "sitemap"
    found = read(urlset(*(entry(f"/{n}", dated, name) for n in range(3)), root=root))

    assert [(each.url[-1], each.latest) for each in (*found.articles, *found.documents)] == [
        ("0", None), ("1", None), ("2", None),
    ]  # fmt: skip


def test_of_ampersands_without_end_none_is_escaped(monkeypatch):
    monkeypatch.setattr(sitemaps, "_MAX_REFERENCES", 3)

    assert read(urlset(entry("/a?b&c&d&e"))).articles[0].url == "https://news.example/a?b&c&d&e"
    assert read(urlset(entry("/a?b&c&d&e&f"))).articles[0].url != "https://news.example/a?b&c&d&e&f"


def test_what_is_beyond_the_bounds_is_counted():
    found = read(urlset(*(entry(f"/{n}") for n in range(MAX_READ + 10))))
    index = read(urlset(*(entry(f"/{n}", name="sitemap") for n in range(MAX_SITEMAPS + 5)), root="sitemapindex"))

    assert (len(found.articles), found.dropped) == (MAX_ARTICLES, MAX_READ + 10 - MAX_ARTICLES)
    assert (len(index.documents), index.dropped) == (MAX_SITEMAPS, 5)


def test_no_entity_is_resolved_and_no_file_opened(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret", encoding="utf-8")
    body = f'<!DOCTYPE u [<!ENTITY x SYSTEM "{secret.as_uri()}">]><urlset>{entry("/a&x;b")}</urlset>'.encode()

    assert "secret" not in str(read(body))


@pytest.mark.parametrize("body", [b"", b"\n", b"<html><p>Not found", b"<rss/>", b"{}", b"\x00\xff"])
def test_what_is_no_sitemap_is_none(body):
    assert read(body) is None


def test_sitemap_that_is_cut_off_or_damaged_is_read_as_far_as_it_goes():
    assert next(each.url for each in read(urlset(entry("/a"), "<url><loc>/b&c</loc>")[:-9]).articles) == (
        "https://news.example/a"
    )


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("/a?x=1&y=2", "/a?x=1&y=2"), ("/a?x=1&amp;y=2&z=3", "/a?x=1&y=2&z=3"), ("/a?x=1&#38;y&", "/a?x=1&y&"),
        ("<![CDATA[/a?x=1&y=2]]>", "/a?x=1&y=2"), ("<![CDATA[/a?x=&amp;]]>", "/a?x=&amp;"),
        ("<!-- of today -->/a?x<!-- & -->=1", "/a?x=1"), ("\n  /a\n", "/a"), ("/a?lt&copy=1", "/a?lt&copy=1"),
    ],
)  # fmt: skip
def test_an_address_is_read_as_it_was_meant(written, meant):
    found = read(urlset(entry("/first"), entry(written), entry("<![CDATA[/last?a&b")))

    assert [each.url for each in found.articles[:2]] == [f"https://news.example{each}" for each in ("/first", meant)]


def test_a_comment_is_no_entry_and_counts_for_none(monkeypatch):
    monkeypatch.setattr(sitemaps, "MAX_READ", 2)
    comment = "<!-- made by a program --><?program it?>"

    found = read(f"<?xml version='1.0'?>{comment}".encode() + urlset(comment, entry("/a"), comment, entry("/b"))[21:])

    assert ([each.url[-1] for each in found.articles], found.dropped) == (["a", "b"], 0)


def test_a_news_sitemap_may_have_names_of_many_kinds_beside_its_own():
    names = (
        f'{NEWS} {IMAGE} xmlns:video="http://www.google.com/schemas/sitemap-video/1.1" '
        'xmlns:xhtml="http://www.w3.org/1999/xhtml"'
    )
    others = (
        '<xhtml:link rel="alternate" hreflang="de" href="https://news.example/de/a"/>'
        "<image:image><image:loc>/p.jpg</image:loc></image:image>"
        "<video:video><video:publication_date>2020-01-01</video:publication_date></video:video>"
    )
    news = (
        "<n:news><n:publication><n:name>News</n:name><n:language>en</n:language></n:publication>"
        "<n:publication_date>2026-11-28T08:00:00Z</n:publication_date><n:title>T</n:title></n:news>"
    )
    found = read(urlset(entry("/a", others + news), attributes=names))

    assert (found.kind, [(each.url, each.latest) for each in found.articles]) == (
        "news sitemap", [("https://news.example/a", datetime(2026, 11, 28, 8, tzinfo=UTC))],
    )  # fmt: skip


def test_addresses_in_an_index_may_be_relative():
    index = urlset(entry("a.xml", name="sitemap"), entry("//b.example/c.xml.gz", name="sitemap"), root="sitemapindex")

    found = read_sitemap(index, "https://news.example/maps/index.xml", AT)

    assert [each.url for each in found.documents] == ["https://news.example/maps/a.xml", "https://b.example/c.xml.gz"]


def test_file_in_gzip_is_unpacked():
    assert unpacked(gzip.compress(urlset(entry("/a"))), URL) == urlset(entry("/a"))


def test_file_that_unpacks_to_gigabytes_is_refused():
    bomb = gzip.compress(b"<urlset>" + bytes(1 << 20)) * 100

    with pytest.raises(SitemapTooLargeError, match="larger than 52,428,800 bytes"):
        unpacked(bomb, URL)


def test_damaged_gzip_is_refused():
    with pytest.raises(SitemapTooLargeError, match=r"https://news\.example/sitemap\.xml: cannot undo"):
        unpacked(gzip.compress(urlset(entry("/a")))[:-12], URL)


def test_a_sitemap_is_read_within_the_bounds_that_are_published():
    """docs/any-site.md; the protocol allows 50,000 entries and 50 MiB."""
    assert (MAX_READ, MAX_ARTICLES, sitemaps.MAX_SIZE, sitemaps.MAX_TREE) == (50_000, 2000, 50 << 20, 16 << 20)
    assert MAX_SITEMAPS == 200


@pytest.mark.parametrize(("more", "whole"), [(-1, True), (0, True), (1, False)])
@pytest.mark.parametrize("packed", [False, True])
def test_a_sitemap_may_have_as_many_bytes_as_the_protocol_says(more, whole, packed, monkeypatch):
    monkeypatch.setattr(sitemaps, "MAX_SIZE", 1000)
    body = b"<urlset>" + b" " * (1000 - 8 + more)

    if whole:
        assert unpacked(gzip.compress(body) if packed else body, URL) == body
    else:
        with pytest.raises(SitemapTooLargeError):
            unpacked(gzip.compress(body) if packed else body, URL)


def test_a_sitemap_may_begin_with_blanks_and_is_read_so_far(monkeypatch):
    body = b" \r\n" + urlset(entry("/a"), entry("/b"))
    assert [each.url[-1] for each in read(body).articles] == ["a", "b"]
    monkeypatch.setattr(sitemaps, "MAX_TREE", body.index(b"<loc>/b"))

    found = read(body)
    assert ([each.url[-1] for each in found.articles], found.dropped) == (["a"], 1)


def test_entry_without_an_address_is_counted_and_the_next_is_read():
    found = read(urlset(entry("mailto:a@news.example"), "<url/>", entry("/a"), entry("/b")))

    assert ([each.url[-1] for each in found.articles], found.dropped) == (["a", "b"], 2)


def test_a_sitemap_is_one_of_news_where_any_entry_is_and_each_address_counts_once():
    date = "<n:news><n:publication_date>2026-11-{}T08:00:00Z</n:publication_date></n:news>"
    found = read(urlset(
        entry("/a", date.format(27)), entry("/b"), entry("/a", date.format(28)),
        entry("/c", "<lastmod> 2026-11-20 </lastmod><lastmod>2026-11-21</lastmod>"), attributes=NEWS,
    ))  # fmt: skip

    assert (found.kind, found.dropped) == ("news sitemap", 0)
    assert [(each.url[-1], each.latest and each.latest.day) for each in found.articles] == [
        ("a", 27), ("c", 20), ("b", None)
    ]  # fmt: skip


@pytest.mark.parametrize(("before", "dated"), [(18, True), (19, False)])
def test_of_an_entry_twenty_elements_are_looked_at(before, dated):
    pictures = "<x>1</x>" * before
    (found,) = read(urlset(entry("/a", f"{pictures}<lastmod>2026-11-20</lastmod>"))).articles

    assert (found.latest is not None) is dated
