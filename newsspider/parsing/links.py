"""Reads the links of a list page: to articles, with the dates printed beside them, and to further lists.

Nothing is known of the page's layout. A date belongs to the article that was linked last above it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from newsspider.parsing.page import Page
from newsspider.text.dates import split_channel_and_date
from newsspider.text.urls import is_of_another_kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsspider.parsing.site import Site

MAX_LINKS = 2000
"""Links read from one list page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleLink:
    """An article as a list page shows it."""

    url: str
    """Canonical address."""

    date_raw: str | None = None
    """The date printed beside the link; null where there is none."""


class Links(NamedTuple):
    """The links of a list page, each address once, in page order."""

    articles: tuple[ArticleLink, ...]
    lists: tuple[str, ...]
    unread: tuple[str, ...] = ()
    """References that no browser can read as an address."""
    unseen: int = 0
    """Links after the first ``MAX_LINKS``."""


def read_links(site: Site, body: bytes, url: str, headers: Iterable[tuple[bytes, bytes]]) -> Links:
    """Read the links of the list page at *url*; at most ``MAX_LINKS`` of them. *body* is content-decoded."""
    page = Page(body, url, headers)
    addressed: dict[str, str | None] = {}  # by reference; None for what is no article
    lists: dict[str, None] = {}
    unread: list[str] = []
    elements = page.root.iter("a")
    for element in islice(elements, MAX_LINKS):
        reference = element.get("href")
        if not reference or reference in addressed:
            continue
        addressed[reference] = None
        if address := page.resolve(reference):
            address = site.canonical_url(address)
            if site.page_id(address):
                addressed[reference] = address
            elif site.is_list(address):
                lists[address] = None
        elif not is_of_another_kind(reference):
            unread.append(reference)
    unseen = sum(1 for element in elements if element.get("href"))
    dates: dict[str, str | None] = {address: None for address in addressed.values() if address}
    undated: str | None = None
    for text, reference in (piece for block in page.outline for piece in block.pieces):
        if reference and (address := addressed.get(reference)):
            undated = address if dates[address] is None else None
        elif undated and not text.isspace() and (date_raw := split_channel_and_date(text)[1]):
            dates[undated], undated = date_raw, None
    return Links(
        tuple(ArticleLink(url=address, date_raw=date_raw) for address, date_raw in dates.items()),
        tuple(lists),
        tuple(unread),
        unseen,
    )
