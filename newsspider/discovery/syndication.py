"""RSS, Atom and JSON Feed: the articles that a site publishes, with the dates stated there.

feedparser reads RSS and Atom of any kind, well-formed or not. Dates are read here from their text: feedparser knows
fewer forms. The text is what it is: of a lie, the worst that comes is an article that is fetched, or found by another
way; the record's time is that of the page.
"""

from __future__ import annotations

import io
import re
from bisect import bisect_right
from codecs import BOM_UTF8
from itertools import islice
from typing import TYPE_CHECKING, Any

import feedparser
import orjson

from newsspider.discovery.found import Document, Found, latest_of, newest_first, without_one_date
from newsspider.text.charsets import decode
from newsspider.text.urls import absolute

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

MAX_ENTRIES = 500
"""Entries read of one feed, its first; feeds have some dozens, and each takes a millisecond."""
_MAX_SIZE = 4 << 20
_MAX_TAGS = 20_000
_MAX_REFERENCES = 400_000
"""Bytes, tags with those of texts, and references of the entries that are read together; feedparser takes up to 30 µs
a tag and 2 µs a reference."""
_MAX_HEAD = 4096
"""Bytes in which a feed says that it is one."""

_ROOT = re.compile(rb"<((?:\w{1,20}:)?(?:rss|feed|RDF))(?=[\s>])")
_JSON_FEED = re.compile(r"https?://(?:www\.)?jsonfeed\.org/")
_BOUNDED = ((re.compile(rb"<"), _MAX_TAGS), (re.compile(rb"&"), _MAX_REFERENCES))
XML_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,200}>")
"""At the beginning of a document; what it says of the encoding does not hold once the document is text."""
_ENTRY = re.compile(rb"<(?:item|entry)(?=[\s/>])")


def read_feed(body: bytes, url: str, content_type: str | None, captured_at: datetime) -> Document | None:
    """Read the RSS or Atom at *url*; None for what is neither. *body* is content-decoded.

    >>> from datetime import UTC, datetime
    >>> item = b"<item><link>/a</link><pubDate>2026-11-28T08:00Z</pubDate></item>"
    >>> rss = b"<rss version='2.0'><channel>" + item + b"</channel></rss>"
    >>> read_feed(rss, "https://news.example/feed", None, datetime(2026, 11, 28, 12, tzinfo=UTC)).articles[0].url
    'https://news.example/a'
    >>> read_feed(b"<html><p>Not found", "https://news.example/feed", None, datetime(2026, 11, 28, tzinfo=UTC))
    """
    if not _ROOT.search(body, 0, _MAX_HEAD):
        return None
    body, unread = _first_entries(body)
    text = XML_DECLARATION.sub("", decode(body, content_type).text, count=1)
    headers = {"content-location": url, "content-type": "application/xml; charset=utf-8"}
    # A stream: text that looks like an address, or like the name of a file, feedparser would open. No entity is to be
    # declared: where they are made of each other, expat takes gigabytes for a feed that is large enough.
    stream = io.BytesIO(text.replace("<!ENTITY", "<!_NTITY").encode())
    said = feedparser.parse(stream, response_headers=headers, resolve_relative_uris=False, sanitize_html=False)
    if not said.get("version"):
        return None
    return _document(_entries(said.entries[:MAX_ENTRIES]), unread, url, captured_at)


def read_json_feed(body: bytes, url: str, captured_at: datetime) -> Document | None:
    """Read the JSON Feed (https://www.jsonfeed.org/version/1.1/) at *url*; None for other text."""
    try:
        said = orjson.loads(body.removeprefix(BOM_UTF8))
    except orjson.JSONDecodeError:
        return None
    if not isinstance(said, dict) or not isinstance(said.get("items"), list):
        return None
    if not _JSON_FEED.match(str(said.get("version"))):
        return None
    items = [item for item in said["items"] if isinstance(item, dict)]
    return _document(_items(items[:MAX_ENTRIES]), max(0, len(said["items"]) - MAX_ENTRIES), url, captured_at)


def _first_entries(body: bytes) -> tuple[bytes, int]:
    """Cut a feed after the entries that are read, so that the rest costs nothing; return how many that leaves out."""
    starts = [match.start() for match in _ENTRY.finditer(body)]
    end = min(len(body), _MAX_SIZE)
    for pattern, most in _BOUNDED:
        if beyond := next(islice(pattern.finditer(body, 0, end), most, None), None):
            end = beyond.start()
    # What was cut is no whole entry.
    read = min(bisect_right(starts, end) - (end < len(body)), MAX_ENTRIES)
    if read < 0 or read >= len(starts):
        return body[:end], 0
    root = _ROOT.search(body, 0, _MAX_HEAD)
    closing = b"" if root is None else b"</channel></rss>" if root[1] == b"rss" else b"</%b>" % root[1]
    return body[: starts[read]] + closing, len(starts) - read


def _entries(entries: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    """Yield the address and the date of every entry, as written."""
    for entry in entries:
        # Where a service counts the clicks, it keeps the site's own address.
        # Not feedparser's own way to ``updated``: where there is none it warns, and gives ``published``.
        date = entry.get("published") or dict.get(entry, "updated")
        yield entry.get("feedburner_origlink") or entry.get("link"), date


def _items(items: Iterable[dict[str, Any]]) -> Iterator[tuple[Any, Any]]:
    for item in items:
        # An id is any text, or a number; it stands for the address only where it is one.
        own = item.get("id")
        is_address = isinstance(own, str) and own.startswith(("https://", "http://", "/"))
        yield item.get("url") or (own if is_address else None), item.get("date_published") or item.get("date_modified")


def _document(entries: Iterable[tuple[Any, Any]], unread: int, base: str, captured_at: datetime) -> Document:
    found: dict[str, Found] = {}
    dropped = unread
    for reference, date in entries:
        url = absolute(base, reference.strip()) if isinstance(reference, str) else None
        if url is None:
            dropped += 1
        elif url not in found:
            found[url] = Found(url=url, latest=latest_of(date if isinstance(date, str) else None, captured_at))
    return Document("feed", newest_first(without_one_date(list(found.values())), MAX_ENTRIES), (), dropped)
