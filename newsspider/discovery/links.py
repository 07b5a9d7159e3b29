"""The links of a page: to feeds, to what may be articles, with the dates printed beside them, and to lists of more."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from w3lib.html import get_meta_refresh

from newsspider.discovery.found import Found, latest_of
from newsspider.discovery.shapes import Likeness
from newsspider.discovery.shapes import likeness as likeness_of_all
from newsspider.parsing.links import MAX_LINKS
from newsspider.parsing.page import Page
from newsspider.text.dates import split_channel_and_date
from newsspider.text.urls import is_of_another_kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

MAX_FEEDS = 10
"""Feeds that are taken of one page."""

_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json")
_FEED_PATH = re.compile(r"(?:^|[/._-])(?:feed|rss|atom)(?:\.xml|\.rss|\.json|\.php)?/?$|\.(?:rss|atom)$", re.IGNORECASE)
_OF_COMMENTS = re.compile(r"comment|评论", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked(Found):
    """An address that may be that of an article."""

    likeness: Likeness


class PageLinks(NamedTuple):
    """The links of a page, each address once, in page order."""

    feeds: tuple[str, ...]
    """Those that it names as its own first, then what looks like one by its address."""
    declared: int
    """How many of these it names as its own."""
    articles: tuple[Linked, ...]
    others: tuple[str, ...]
    """What is no article by its address."""
    dropped: int
    """References that no browser can read, links after the first MAX_LINKS, and feeds after the first MAX_FEEDS."""


def read_page(
    body: bytes,
    url: str,
    headers: Iterable[tuple[bytes, bytes]],
    captured_at: datetime,
    *,
    canonical: Callable[[str], str | None],
    likeness: Callable[[str, str], Likeness],
) -> PageLinks:
    """Read the page at *url*; MarkupError. *body* is content-decoded.

    *canonical* returns the one address of a page of the site, and None for one that lies elsewhere; *likeness* tells
    from an address and the text of the link to it whether it is that of an article.
    """
    page = Page(body, url, headers)
    addresses, feeds, declared, dropped = _addresses(page, canonical)
    texts: dict[str, str] = {}
    pieces = [(text, addresses.get(reference or "")) for block in page.outline for text, reference in block.pieces]
    for text, address in pieces:
        if address and len(known := texts.get(address, "")) < _MAX_TEXT:
            texts[address] = f"{known} {text.strip()}".strip()
    like = {address: likeness(address, texts.get(address, "")) for address in dict.fromkeys(addresses.values())}
    dates: dict[str, str] = {}
    undated: str | None = None
    for text, address in pieces:
        if address and like[address] != "no":
            undated = address if address not in dates else None
        elif undated and not address and not text.isspace() and (date_raw := split_channel_and_date(text)[1]):
            dates[undated], undated = date_raw, None
    return PageLinks(
        tuple(feeds),
        declared,
        tuple(
            Linked(url=address, latest=latest_of(dates.get(address), captured_at), likeness=how)
            for address, how in like.items()
            if how != "no"
        ),
        tuple(address for address in like if address not in feeds and likeness_of_all(address) == "no"),
        dropped,
    )


_MAX_TEXT = 200
"""Characters of the texts of all links to one address that are looked at."""


def _addresses(page: Page, canonical: Callable[[str], str | None]) -> tuple[dict[str, str], list[str], int, int]:
    """Return what the references of links lead to, as far as that is of the site; the feeds, and how many of them are
    declared; how many links were dropped.
    """
    feeds: dict[str, None] = {}
    for element in islice(page.root.iter("link"), MAX_LINKS):
        rel = (element.get("rel") or "").lower().split()
        kind = (element.get("type") or "").partition(";")[0].strip().lower()
        if "alternate" in rel and kind in _FEED_TYPES and not _OF_COMMENTS.search(element.get("title") or ""):
            feeds |= _of_site(page, element.get("href"), canonical)
    declared = {feed for feed in feeds if not _OF_COMMENTS.search(feed)}
    addresses: dict[str, str] = {}
    read: set[str] = set()
    dropped = 0
    elements = page.root.iter("a")
    for element in islice(elements, MAX_LINKS):
        reference = element.get("href")
        if not reference or reference in read:
            continue
        read.add(reference)
        if found := _of_site(page, reference, canonical):
            (addresses[reference],) = found
            if _FEED_PATH.search(next(iter(found)).partition("?")[0]):
                feeds |= found
        elif page.resolve(reference) is None and not is_of_another_kind(reference):
            dropped += 1
    dropped += sum(1 for element in elements if element.get("href"))
    try:
        led_to = get_meta_refresh(page.text, page.url)[1]
    except ValueError:  # no address
        led_to, dropped = None, dropped + 1
    if led_to and (found := _of_site(page, led_to, canonical)):
        (addresses[led_to],) = found  # what a browser goes on to by itself, as from a page that asks for the language
    kept = [feed for feed in feeds if not _OF_COMMENTS.search(feed)]
    dropped += max(0, len(kept) - MAX_FEEDS)
    return addresses, kept[:MAX_FEEDS], min(len(declared), MAX_FEEDS), dropped


def _of_site(page: Page, reference: str | None, canonical: Callable[[str], str | None]) -> dict[str, None]:
    url = page.resolve(reference)
    own = None if url is None else canonical(url)
    return {} if own is None else {own: None}
