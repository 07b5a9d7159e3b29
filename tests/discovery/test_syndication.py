"""Feeds of any kind name articles; what they say of dates is believed only where it can be."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsspider.discovery import syndication
from newsspider.discovery.syndication import MAX_ENTRIES, _first_entries, read_feed, read_json_feed

URL = "https://news.example/feed"
AT = datetime(2026, 11, 28, 12, tzinfo=UTC)
DAY = "Sat, 28 Nov 2026 08:00:00 GMT"


def rss(*items: str) -> bytes:
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>t</title>{''.join(items)}</channel></rss>".encode()


def item(link: str, date: str = "") -> str:
    return f"<item><title>t</title><link>{link}</link>{date and f'<pubDate>{date}</pubDate>'}</item>"


def urls(body: bytes, content_type: str = "application/rss+xml") -> list[str]:
    return [each.url for each in read_feed(body, URL, content_type, AT).articles]


RDF = (
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
    b"<channel><title>t</title></channel><item><title>t</title><link>https://news.example/a</link></item></rdf:RDF>"
)
ATOM = (
    b'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://news.example/x/"><title>t</title><entry>'
    b'<title>t</title><link href="../a"/><updated>2026-11-28T08:00:00Z</updated></entry></feed>'
)


@pytest.mark.parametrize(
    "body",
    [
        rss(item("https://news.example/a")),
        rss(item("  /a\n")),
        rss("<item><title>t</title><guid>https://news.example/a</guid></item>"),
        rss(item("https://news.example/a?utm_source=rss"), item("https://news.example/a#top")),
        RDF,
        ATOM,
        rss(item("https://news.example/a")).replace(b"<title>t</title>", b"<title>A & B &nbsp; <br></title>"),
        b"\xef\xbb\xbf\n" + rss(item("https://news.example/a")),
        rss(item("https://news.example/a")).removesuffix(b"</channel></rss>"),
        rss(item("<![CDATA[\n https://news.example/a ]]>")),
        rss(item("a")).replace(b"<rss", b"<rss xml:base='https://news.example/'"),
        ATOM.replace(b'<link href="../a"/>', b'<link rel="self" href="/b"/><link rel="enclosure" href="/c.mp3"/>'
                     b'<link rel="alternate" type="text/html" href="/a"/>'),
        b'<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:link href="/a"/></a:entry></a:feed>',
        b'<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><link rel="alternate" href="/a"/></entry></feed>',
    ],
    ids=[
        "rss", "relative", "guid", "two names", "rdf", "atom", "not well-formed", "mark and blank", "cut off",
        "cdata", "base", "links of several kinds", "prefix", "atom 0.3",
    ],
)  # fmt: skip
def test_a_feed_of_any_kind_names_its_article(body):
    assert urls(body) == ["https://news.example/a"]


@pytest.mark.parametrize("body", [b"", b"<html><p>Not found</p></html>", b"{}", b"\xff\xfe<\x00", b"<urlset/>"])
def test_what_is_no_feed_is_none(body):
    assert read_feed(body, URL, "application/rss+xml", AT) is None


def test_ampersand_that_is_not_escaped_is_one_of_the_address():
    assert urls(rss(item("/a?x=1&y=2"), item("/a?x=1&amp;y=3"))) == [
        "https://news.example/a?x=1&y=2", "https://news.example/a?x=1&y=3",
    ]  # fmt: skip


def test_feed_in_another_charset_is_read_by_what_it_says_of_itself():
    feed = "<?xml version='1.0' encoding='gb2312'?>" + rss(item("/看", "2026年11月27日")).decode().partition("?>")[2]

    for content_type in ("text/xml", "text/xml; charset=utf-8", "text/html"):
        found = read_feed(feed.encode("gb18030"), URL, content_type, AT)

        assert [(each.url, each.latest.day) for each in found.articles] == [("https://news.example/%E7%9C%8B", 27)]


@pytest.mark.parametrize("entity", ['"/b"', "'/b'", 'SYSTEM "file:///etc/passwd"', '"&#47;b"'])
@pytest.mark.parametrize("root", [b"<rss version='2.0'>", b"<feed xmlns='http://www.w3.org/2005/Atom'>"])
def test_entity_that_a_feed_declares_is_none(root, entity):
    """One that is made of others, and these of others, could be as long as it likes."""
    entries = b"<channel><item><link>&x;</link></item></channel><entry><link href='&x;'/></entry>"
    body = f"<!DOCTYPE x [<!ENTITY x {entity}>]>".encode() + root + entries

    found = read_feed(body, URL, None, AT)
    assert "https://news.example/b" not in [each.url for each in found.articles]
    assert "root:" not in str(found)


def test_charset_that_hides_markup_is_not_read():
    hidden = "<rss version='2.0'><channel>+ADw-item+AD4-+ADw-link+AD4-/b+ADw-/link+AD4-"
    feed = f"<?xml version='1.0' encoding='utf-7'?>{hidden}".encode()

    assert read_feed(feed, URL, "text/xml; charset=utf-7", AT).articles == ()


@pytest.mark.parametrize("mark", ["<b/>", "&lt;"])
def test_tags_and_references_are_read_up_to_a_number(mark, monkeypatch):
    """feedparser takes microseconds for each."""
    assert (syndication._MAX_TAGS, syndication._MAX_REFERENCES) == (20_000, 400_000)
    many = f"<item><title>{mark * 50}</title><link>/{{}}</link></item>"
    feed = rss(*(many.format(n) for n in range(20)))
    pattern = mark[:1].encode()
    within_nine = feed.index(b"<title>", feed.index(b"/8</link>")) + 50
    monkeypatch.setattr(syndication, "_BOUNDED", ((re.compile(pattern), feed.count(pattern, 0, within_nine)),))

    found = read_feed(feed, URL, None, AT)

    assert [each.url[-1] for each in found.articles] == list("012345678")
    assert found.dropped == 11


def test_address_of_a_file_is_not_opened(tmp_path):
    """feedparser opens what looks like an address; what a server sends is text, whatever it looks like."""
    file = tmp_path / "feed"
    file.write_bytes(rss(item("https://news.example/a")))

    assert read_feed(f"<rss {file}".encode(), URL, None, AT) is None
    assert read_feed(str(file).encode(), URL, None, AT) is None


def test_newest_come_first_and_those_without_a_date_last():
    feed = rss(item("/none"), item("/old", "Fri, 27 Nov 2026 08:00:00 GMT"), item("/new", DAY))

    assert [url.rpartition("/")[2] for url in urls(feed)] == ["new", "old", "none"]


@pytest.mark.parametrize(
    "date", ["Thu, 01 Jan 1970 00:00:00 GMT", "Mon, 30 Nov 2026 08:00:00 GMT", "0000-00-00", "yesterday", "2026-13-40"]
)
def test_date_that_cannot_be_is_none(date):
    assert read_feed(rss(item("/a", date), item("/b", DAY)), URL, None, AT).articles[-1].latest is None


def test_one_date_on_all_entries_is_that_of_the_feed():
    found = read_feed(rss(*(item(f"/{n}", DAY) for n in range(3))), URL, None, AT)

    assert {each.latest for each in found.articles} == {None}


def test_of_ten_thousand_entries_the_first_are_read_and_the_rest_are_counted():
    found = read_feed(rss(*(item(f"/{n}") for n in range(10_000))), URL, None, AT)

    assert [each.url.rpartition("/")[2] for each in found.articles] == [str(n) for n in range(MAX_ENTRIES)]
    assert found.dropped == 10_000 - MAX_ENTRIES


@pytest.mark.parametrize(
    ("begin", "entry", "end"),
    [
        ("<rss version='2.0'><channel><feedburner:info/>", "<item><link>/{}</link></item>", "</channel></rss>"),
        ("<feed xmlns='http://www.w3.org/2005/Atom'>", "<entry><link href='/{}'/></entry>", "</feed>"),
        (
            "<rdf:RDF xmlns='http://purl.org/rss/1.0/' xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>",
            "<item><link>/{}</link></item>", "</rdf:RDF>",
        ),
    ],
)  # fmt: skip
def test_a_feed_that_is_cut_off_is_closed_as_it_was_opened(begin, entry, end):
    entries = "".join(entry.format(n) for n in range(MAX_ENTRIES + 3))
    assert _first_entries(f"{begin}{entries}{end}".encode()) == (
        f"{begin}{''.join(entry.format(n) for n in range(MAX_ENTRIES))}{end}".encode(),
        3,
    )
    assert len(read_feed(f"{begin}{entries}{end}".encode(), URL, None, AT).articles) == MAX_ENTRIES


def test_entry_without_an_address_of_the_web_is_counted():
    found = read_feed(rss(item("javascript:alert(1)"), item("/a"), "<item><title>t</title></item>"), URL, None, AT)

    assert ([each.url for each in found.articles], found.dropped) == (["https://news.example/a"], 2)


def test_an_entry_whose_date_is_empty_has_none_and_nothing_is_warned_of():
    feed = rss("<item><link>https://news.example/a-bridge-reopens</link><pubDate></pubDate></item>")

    (entry,) = read_feed(feed, URL, "application/rss+xml", AT).articles
    assert entry.latest is None


@settings(max_examples=30)
@given(st.data())
def test_damaged_feed_is_read_without_an_error(data):
    body = bytearray(rss(item("/a", DAY), item("/b")))
    for _ in range(data.draw(st.integers(1, 8))):
        place, length = data.draw(st.integers(0, len(body) - 1)), data.draw(st.integers(0, 9))
        body[place : place + length] = data.draw(st.sampled_from((b"<", b"&", b"]]>", b"<![CDATA[")))

    read_feed(bytes(body), URL, "text/xml; charset=gbk", AT)


def json_feed(*items: object, version: str = "https://jsonfeed.org/version/1.1") -> bytes:
    return json.dumps({"version": version, "items": items}).encode()


def test_json_feed_names_its_articles():
    dated = {"id": 7, "url": "/a", "date_published": "2026-11-28T08:00:00Z"}
    feed = json_feed(dated, {"id": "https://news.example/b"}, 9)

    found = read_json_feed(feed, URL, AT)

    assert [each.url.removeprefix("https://news.example") for each in found.articles] == ["/a", "/b"]
    assert found.articles[0].latest == datetime(2026, 11, 28, 8, tzinfo=UTC)


def test_id_of_a_json_feed_that_is_no_address_leads_nowhere_and_is_counted():
    elsewhere = {"id": "4", "external_url": "https://other.example/4"}

    found = read_json_feed(json_feed({"id": 8.5}, {"id": "tag:news.example,2026:7"}, {}, elsewhere), URL, AT)

    assert (found.articles, found.dropped) == ((), 4)


@pytest.mark.parametrize(
    "body",
    [
        b"[]", b"{", b'{"items": []}', json_feed(version="2"), b'{"version": 1, "items": 2}',
        json_feed().replace(b"[]", b"2"), json_feed().replace(b"items", b"entries"),
    ],
)  # fmt: skip
def test_other_json_is_no_feed(body):
    assert read_json_feed(body, URL, AT) is None


def test_long_json_feed_is_cut():
    found = read_json_feed(json_feed(*({"id": f"/{n}"} for n in range(MAX_ENTRIES + 7))), URL, AT)

    assert (len(found.articles), found.dropped) == (MAX_ENTRIES, 7)


def test_feed_is_one_by_the_names_at_its_head_alone():
    assert read_feed(b"<!--" + b" " * 4000 + b"-->" + rss(item("/a")), URL, None, AT) is not None
    assert read_feed(b"<!--" + b" " * 5000 + b"-->" + rss(item("/a")), URL, None, AT) is None
    assert MAX_ENTRIES == 500  # docs/any-site.md


def test_first_of_two_dates_and_of_two_entries_counts():
    old, new = ("2026-11-20T08:00:00Z", "2026-11-21T08:00:00Z")
    entries = "".join(
        f"<entry><title>t</title><link href='{link}'/><published>{old}</published><updated>{new}</updated></entry>"
        for link in ("/a", "/b")
    )
    atom = read_feed(f"<feed xmlns='http://www.w3.org/2005/Atom'>{entries}</feed>".encode(), URL, None, AT)
    twice = read_feed(rss(item("/a", DAY), item("/a", "Sun, 22 Nov 2026 08:00:00 GMT")), URL, None, AT)
    json_dates = json_feed(
        {"url": "/a", "date_modified": new}, {"url": "/b", "date_published": old, "date_modified": new}
    )

    assert [each.latest.day for each in atom.articles] == [20, 20]
    assert [each.latest.day for each in twice.articles] == [28]
    assert [(each.url[-1], each.latest.day) for each in read_json_feed(json_dates, URL, AT).articles] == [
        ("a", 21),
        ("b", 20),
    ]


def test_address_that_a_service_counts_clicks_at_is_not_taken():
    origin = "<f:origLink>https://news.example/a</f:origLink>"
    feed = rss(f"<item><title>t</title><link>https://feeds.example/1</link>{origin}</item>")
    feed = feed.replace(b"<rss ", b"<rss xmlns:f='http://rssnamespace.org/feedburner/ext/1.0' ")

    assert urls(feed) == ["https://news.example/a"]


@pytest.mark.parametrize(
    ("own", "url", "taken"),
    [
        ("http://news.example/a", None, "http://news.example/a"), ("/a", None, "https://news.example/a"),
        ("https://news.example/a", "/b", "https://news.example/b"), (" /a", " /b ", "https://news.example/b"),
    ],
)  # fmt: skip
def test_id_of_a_json_feed_stands_for_an_address_that_is_missing(own, url, taken):
    feed = json_feed({"id": own} | ({"url": url} if url else {}), version="http://jsonfeed.org/version/1")

    assert [each.url for each in read_json_feed(b"\xef\xbb\xbf" + feed, URL, AT).articles] == [taken]


def test_entry_that_is_cut_is_none(monkeypatch):
    feed = rss(*(item(f"/{n}") for n in range(4)))
    monkeypatch.setattr(syndication, "_MAX_SIZE", feed.index(b"/2</link>"))

    found = read_feed(feed, URL, None, AT)
    assert ([each.url[-1] for each in found.articles], found.dropped) == (["0", "1"], 2)
