"""Articles in a format: a line each as they come, or the newest of them as a feed for readers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsspider.errors import NewsspiderError
from newsspider.formats.atom import atom
from newsspider.formats.flat import flat
from newsspider.formats.jsonfeed import jsonfeed
from newsspider.formats.jsonld import jsonld
from newsspider.formats.newest import newest
from newsspider.formats.ninjs import ninjs
from newsspider.formats.zyte import zyte

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from newsspider.items import Article

_RECORDS: dict[str, Callable[[Iterable[Article]], Iterator[bytes]]] = {
    "jsonld": jsonld,
    "ninjs": ninjs,
    "csv": flat,
    "zyte": zyte,
}
_SYNDICATION: dict[str, Callable[[Sequence[Article], str, str | None], bytes]] = {"atom": atom, "jsonfeed": jsonfeed}

FORMATS = ("jsonld", "ninjs", "atom", "jsonfeed", "csv", "zyte")

NEWEST = 50
"""Articles in an Atom or JSON Feed, unless somebody says otherwise."""

_MAX_CHANNELS = 100
"""Names of channels that a message tells."""


class ChannelNotFoundError(NewsspiderError):
    """No article is of the channel that is asked for."""

    def __init__(self, channel: str, seen: Iterable[str]) -> None:
        there = ", ".join(sorted(seen)) or "none is named"
        super().__init__(f"--channel {channel}: no article is of that channel; there are: {there}")


def export(
    articles: Iterable[Article], form: str, *, name: str, channel: str | None = None, count: int | None = None
) -> Iterator[bytes]:
    """Yield *articles* in the format *form*, one of FORMATS, in pieces.

    Of one *channel*, or of all; the newest *count* of them, each as it was last, or every record as it comes. A feed
    for readers has the newest, NEWEST unless *count* says how many, and is called *name*. ChannelNotFoundError.
    """
    if channel is not None:
        articles = _of_channel(articles, channel)
    if form in _SYNDICATION:
        yield _SYNDICATION[form](newest(articles, NEWEST if count is None else count), name, channel)
    else:
        yield from _RECORDS[form](articles if count is None else newest(articles, count))


def _of_channel(articles: Iterable[Article], channel: str) -> Iterator[Article]:
    found = False
    seen: set[str] = set()
    for article in articles:
        if article.channel is None:
            continue
        if article.channel.name == channel:
            found = True
            yield article
        elif len(seen) < _MAX_CHANNELS:
            seen.add(article.channel.name)
    if not found:
        raise ChannelNotFoundError(channel, seen)
