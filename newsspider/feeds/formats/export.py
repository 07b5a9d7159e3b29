"""Articles in a format: a line each as they come, or the newest of them as a feed for readers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsspider.errors import NewsspiderError
from newsspider.feeds.formats.atom import atom
from newsspider.feeds.formats.flat import TABLE, csv_row, flat
from newsspider.feeds.formats.jsonfeed import jsonfeed
from newsspider.feeds.formats.jsonld import jsonld
from newsspider.feeds.formats.newest import newest
from newsspider.feeds.formats.ninjs import ninjs
from newsspider.feeds.formats.sheet import MAX_CELL, MAX_ROWS, USUAL, Sheet
from newsspider.feeds.formats.workbook import workbook
from newsspider.feeds.formats.zyte import zyte
from newsspider.text.counted import counted, were

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from newsspider.feeds.formats.newest import Entry
    from newsspider.record.events import Event
    from newsspider.record.items import Article

_RECORDS: dict[str, Callable[[Iterable[Article]], Iterator[bytes]]] = {
    "jsonld": jsonld,
    "ninjs": ninjs,
    "zyte": zyte,
}
_SYNDICATION: dict[str, Callable[[Sequence[Entry], str, str | None], bytes]] = {"atom": atom, "jsonfeed": jsonfeed}

FORMATS = ("jsonld", "ninjs", "atom", "jsonfeed", "csv", "zyte")
"""Formats that ``export`` writes."""
TABLES = ("csv", "xlsx")
"""Formats that ``export_table`` writes for a person; of these, ``csv`` can be every record for a program too."""

NEWEST = 50
"""Articles in an Atom or JSON Feed, unless somebody says otherwise."""

_MAX_CHANNELS = 100
"""Names of channels in a message, at most."""


class ChannelNotFoundError(NewsspiderError):
    """No article is of the channel that is asked for."""

    def __init__(self, channel: str, seen: Iterable[str]) -> None:
        there = ", ".join(sorted(seen)) or "none is named"
        super().__init__(f"--channel {channel}: no article is of that channel; there are: {there}")


def export(
    articles: Iterable[Article],
    form: str,
    *,
    name: str,
    columns: Sequence[str] = TABLE.names,
    channel: str | None = None,
    count: int | None = None,
) -> Iterator[bytes]:
    """Yield *articles* in the format *form*, one of FORMATS, in pieces.

    Of one *channel*, or of all; the newest *count* of them, each as it was last, or every record as it comes. A feed
    for readers has the newest, NEWEST unless *count* says how many, and is called *name*. CSV has the *columns* of its
    TABLE. ChannelNotFoundError.
    """
    if channel is not None:
        articles = _of_channel(articles, channel)
    if form in _SYNDICATION:
        yield _SYNDICATION[form](newest(articles, NEWEST if count is None else count), name, channel)
        return
    articles = articles if count is None else (each.article for each in newest(articles, count))
    yield from flat(articles, columns) if form == "csv" else _RECORDS[form](articles)


def export_table(
    articles: Iterable[Article],
    events: Iterable[Event],
    form: str,
    *,
    columns: Sequence[str] = USUAL,
    every: bool = False,
    channel: str | None = None,
    count: int | None = None,
    warn: Callable[[str], None],
) -> Iterator[bytes]:
    """Yield the table for a person in *form*, one of TABLES, in pieces: one row an article, the newest first.

    *events* say how each stands. With *every*, there is one row a record. *warn* takes what does not fit a spreadsheet.
    ChannelNotFoundError, TooManyRowsError, ExtraMissingError, SheetSpaceError.
    """
    sheet = Sheet(columns, every=every)
    for article in articles if channel is None else _of_channel(articles, channel):
        sheet.add(article)
    for event in events:
        sheet.add_event(event)
    if form == "xlsx":
        yield from workbook(sheet, count)
    else:
        yield csv_row(sheet.columns)
        yield from map(csv_row, sheet.rows(count))
        if (rows := len(sheet) if count is None else min(count, len(sheet))) > MAX_ROWS:
            warn(f"there are {counted(rows, 'row')}, and a spreadsheet shows the first {MAX_ROWS:,}")
    if sheet.cut:
        warn(
            f"{counted(sheet.cut, 'cell')} {were(sheet.cut)} cut at {MAX_CELL:,} characters, all that Excel takes, the "
            f"first in {sheet.first_cut}; --format csv --all-versions and the other formats have them whole"
        )


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
