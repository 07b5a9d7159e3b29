"""Sitemaps (https://www.sitemaps.org/protocol.html), their indexes, and the news sitemaps of search engines.

Elements are known by their names alone: sites write namespaces of many kinds, and none at all.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any

from lxml import etree

from newsspider.discovery.found import Document, Found, latest_of, newest_first, without_one_date
from newsspider.text.urls import absolute
from newsspider.warc.codings import BodyTooLargeError, ContentCodingError, decode

if TYPE_CHECKING:
    from datetime import datetime

MAX_SIZE = 50 << 20
"""Bytes of a sitemap, unpacked: what the protocol allows."""
MAX_READ = 50_000
"""Entries that are read: what the protocol allows."""
MAX_TREE = 16 << 20
"""Bytes that are made a tree; fifty thousand addresses have half as many."""
_MAX_CHILDREN = 20
"""Elements of an entry that are looked at, from its first: images may follow by the thousand."""
MAX_ARTICLES = 2000
"""Addresses that are taken of one sitemap, the newest."""
MAX_SITEMAPS = 200
"""Sitemaps that are taken of one index, the newest."""

_SAID = ("loc", "lastmod", "publication_date")
_GZIP = b"\x1f\x8b"
_MAX_REFERENCES = 500_000
"""Ampersands up to which those are escaped that should be; fifty thousand addresses have fewer."""
_BARE = re.compile(rb"&(?!#?\w{1,31};)")
"""In an address that was written as it is: a parser that goes on after it leaves out what follows."""


class SitemapTooLargeError(ValueError):
    """A sitemap is, unpacked, larger than the protocol allows, or is no whole gzip file."""


def unpacked(body: bytes, url: str) -> bytes:
    """Undo the gzip in which sitemaps are kept as files; SitemapTooLargeError."""
    if body.startswith(_GZIP):
        try:
            body = decode(body, ["gzip"], limit=MAX_SIZE, place=url, whole=True)
        except (BodyTooLargeError, ContentCodingError) as error:
            raise SitemapTooLargeError(str(error)) from error
    if len(body) > MAX_SIZE:
        raise SitemapTooLargeError(f"{url}: the sitemap is larger than the {MAX_SIZE:,} bytes that one may have")
    return body


def read_sitemap(body: bytes, url: str, captured_at: datetime) -> Document | None:
    """Read the sitemap or index at *url*; None for what is neither. *body* is unpacked.

    >>> from datetime import UTC, datetime
    >>> xml = b"<urlset><url><loc> https://news.example/a </loc><lastmod>2026-11-28</lastmod></url></urlset>"
    >>> found = read_sitemap(xml, "https://news.example/sitemap.xml", datetime(2026, 11, 29, tzinfo=UTC))
    >>> found.kind, found.articles[0].url, found.articles[0].latest.isoformat()
    ('sitemap', 'https://news.example/a', '2026-11-28T23:59:59+08:00')
    """
    try:
        root = etree.fromstring(_escaped(body[:MAX_TREE].lstrip()), _parser())
    except etree.XMLSyntaxError:  # there is no element
        return None
    kind = _name(root) if root is not None else ""
    if kind not in ("urlset", "sitemapindex"):
        return None
    found: dict[str, Found] = {}
    read = dropped = 0
    is_news = False
    for entry in map(_said, islice(filter(_name, root), MAX_READ)):
        read += 1
        address = absolute(url, entry.get("loc"))
        if address is None:
            dropped += 1
            continue
        is_news |= "publication_date" in entry
        # When it was published is said to a news search; when it was changed, no article can have come after.
        date = entry.get("publication_date") or entry.get("lastmod")
        found.setdefault(address, Found(url=address, latest=latest_of(date, captured_at)))
    dropped += max(0, body.count(b"<loc>") - read)  # after the last that was read
    most = MAX_ARTICLES if kind == "urlset" else MAX_SITEMAPS
    taken = newest_first(without_one_date(list(found.values())), most)
    dropped += len(found) - len(taken)
    if kind == "sitemapindex":
        return Document("sitemap index", (), taken, dropped)
    return Document("news sitemap" if is_news else "sitemap", taken, (), dropped)


def _parser() -> Any:
    """Make a parser that reads on where markup is not well-formed, resolves no entity, and opens no other file."""
    return etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def _escaped(body: bytes) -> bytes:
    """Write the ampersands that begin no reference as XML has them, but for CDATA, where they stand as they are."""
    if body.count(b"&") > _MAX_REFERENCES:
        return body
    first, *others = body.split(b"<![CDATA[")
    parts = [_BARE.sub(b"&amp;", first)]
    for each in others:
        within, end, after = each.partition(b"]]>")
        parts.append(within + end + _BARE.sub(b"&amp;", after))
    return b"<![CDATA[".join(parts)


def _name(element: Any) -> str:
    """The name of an element without its namespace; none of a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _said(entry: Any) -> dict[str, str]:
    """Return the text of what an entry holds, by name; what is in it of images and videos stands deeper."""
    said: dict[str, str] = {}
    for each in islice(entry, _MAX_CHILDREN):
        for element in (each, *each[:_MAX_CHILDREN]) if _name(each) == "news" else (each,):
            if (name := _name(element)) in _SAID:
                text = element.xpath("string()") if len(element) else element.text or ""  # a comment may stand in it
                said.setdefault(name, text.strip())
    return said
