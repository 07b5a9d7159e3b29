"""A document in which a site names its articles. Its content decides what it is: address and type are often wrong."""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from typing import TYPE_CHECKING

from newsspider.discovery.found import Document, Found
from newsspider.discovery.sitemaps import MAX_ARTICLES, read_sitemap, unpacked
from newsspider.discovery.syndication import XML_DECLARATION, read_feed, read_json_feed
from newsspider.text.encoding.decoders import decode_as
from newsspider.text.urls import UrlError, clean_url

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

HTML = ("text/html", "application/xhtml+xml")

_UTF_16 = ((BOM_UTF16_LE, "utf-16-le"), (BOM_UTF16_BE, "utf-16-be"))
_JSON = re.compile(rb"(?:\xef\xbb\xbf)?\s*[{\[]")
_TEXT_SITEMAP = re.compile(rb"(?:\xef\xbb\xbf)?\s*https?://[^\s<>]{1,8192}[^\S\n]*(?:\n|$)")


def is_html(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Tell whether an answer with these headers says that it is HTML, or says nothing."""
    types = [value for name, value in headers if name.lower() == b"content-type"]
    return not types or types[-1].partition(b";")[0].strip().lower().decode("latin-1") in HTML


def read_document(body: bytes, url: str, content_type: str | None, captured_at: datetime) -> Document | None:
    """Read the feed or sitemap at *url*; None for what is neither. *body* is content-decoded.

    SitemapTooLargeError for a file in gzip that unpacks to more than a sitemap may have.
    """
    body = unpacked(body, url)
    for mark, encoding in _UTF_16:
        if body.startswith(mark):
            body = XML_DECLARATION.sub("", decode_as(encoding, body[len(mark) :]), count=1).encode()
            content_type = None
    if _JSON.match(body):
        return read_json_feed(body, url, captured_at)
    if _TEXT_SITEMAP.match(body):
        return _text_sitemap(body)
    return read_sitemap(body, url, captured_at) or read_feed(body, url, content_type, captured_at)


def _text_sitemap(body: bytes) -> Document:
    """Read a sitemap that is an address a line."""
    lines = body.decode("utf-8-sig", "replace").split()
    found: dict[str, None] = {}
    for line in lines[:MAX_ARTICLES]:
        try:
            found[clean_url(line)] = None
        except UrlError:
            continue
    return Document("sitemap", tuple(Found(url=each) for each in found), (), len(lines) - len(found))
