"""Atom (RFC 4287): the newest articles for feed readers."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lxml import etree

from newsspider.feeds.formats.addresses import home_of, media_type, page_of, uri, urn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsspider.feeds.formats.newest import Entry
    from newsspider.record.items import Article

_ATOM = "{http://www.w3.org/2005/Atom}"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"

_NOT_IN_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has not (2.2), not even escaped."""

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""When a feed without entries was updated; the standard wants a time."""


def atom(entries: Sequence[Entry], name: str, channel: str | None) -> bytes:
    """Return the feed called *name*, of one *channel* or of all."""
    feed = etree.Element(f"{_ATOM}feed", {}, {None: _ATOM.strip("{}")})
    _add(feed, "id", urn("feed", name, *([channel] if channel else [])))
    _add(feed, "title", f"{name}: {channel}" if channel else name)
    _add(feed, "updated", max((each.updated for each in entries), default=_NEVER).isoformat())
    _person(feed, "author", name)  # of entries that name nobody
    _link(feed, "alternate", home_of([each.article for each in entries]), "text/html")
    _add(feed, "generator", "newsspider")
    for each in entries:
        _entry(etree.SubElement(feed, f"{_ATOM}entry"), each.article, each.updated)
    document: bytes = etree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _entry(entry: etree._Element, article: Article, updated: datetime) -> None:
    if article.language:
        entry.set(_LANGUAGE, _readable(article.language))
    _add(entry, "id", urn(article.id))
    _add(entry, "title", article.title or article.page_title or article.canonical_url)
    _add(entry, "updated", updated.isoformat())
    _add(entry, "published", article.published_at.isoformat() if article.published_at else None)
    _link(entry, "alternate", page_of(article), "text/html")
    for video in article.videos:
        _link(entry, "enclosure", uri(video.url), video.url and media_type(video.url))
    _people(entry, article)
    if article.channel:
        _category(entry, article.channel.name, urn("channel"))
    for keyword in article.keywords or ():
        _category(entry, keyword, None)
    _add(entry, "rights", article.copyright_notice)
    _add(entry, "summary", article.summary)
    _content(entry, article)


def _people(entry: etree._Element, article: Article) -> None:
    """Name who wrote it, or else who supplied it; and who edited it."""
    for person in article.authors:
        _person(entry, "author", person.name)
    if article.source and not article.authors:
        _person(entry, "author", article.source.name, uri(article.source.url))
    for person in article.editors:
        _person(entry, "contributor", person.name)


def _content(entry: etree._Element, article: Article) -> None:
    kind, text = ("html", article.body_html) if article.body_html else ("text", article.body_text)
    content = _add(entry, "content", text)
    if content is not None:
        content.set("type", kind)


def _add(parent: etree._Element, name: str, text: str | None) -> etree._Element | None:
    """Add an element of text, if there is one."""
    if text is None:
        return None
    element = etree.SubElement(parent, _ATOM + name)
    element.text = _readable(text)
    return element


def _person(parent: etree._Element, role: str, name: str, address: str | None = None) -> None:
    person = etree.SubElement(parent, _ATOM + role)
    _add(person, "name", name)
    _add(person, "uri", address)


def _link(parent: etree._Element, rel: str, href: str | None, media: str | None) -> None:
    if href is not None:
        etree.SubElement(parent, f"{_ATOM}link", {"rel": rel, "href": href} | ({"type": media} if media else {}))


def _category(entry: etree._Element, term: str, scheme: str | None) -> None:
    etree.SubElement(entry, f"{_ATOM}category", {"term": _readable(term)} | ({"scheme": scheme} if scheme else {}))


def _readable(text: str) -> str:
    return _NOT_IN_XML.sub("\ufffd", text)
