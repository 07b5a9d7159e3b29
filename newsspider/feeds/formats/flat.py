"""CSV (RFC 4180, UTF-8): a row a record, the columns of the table ``articles`` of ``scrapy load``, and its lists.

A list is a cell of JSON, so that no separator has to be guessed; times are ISO 8601, booleans ``true`` and ``false``,
and unknown is an empty cell.

A spreadsheet takes a text that begins with ``=`` for a formula, and runs it: a page could have one as its headline.
Such a text gets an apostrophe before it (see ``harmless``), which marks it as text for a spreadsheet.
"""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import TYPE_CHECKING, Any

from newsspider.feeds.loading.tables import ARTICLES, Column, TargetTable, row_of
from newsspider.feeds.loading.versions import record_hash
from newsspider.record.items import as_record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from newsspider.record.items import Article

_LISTS = ("keywords", "images", "videos", "audio")

TABLE = TargetTable("articles", ARTICLES.key, (*ARTICLES.columns, *(Column(name, "json", (name,)) for name in _LISTS)))

_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")
"""How what a spreadsheet would run begins (OWASP, CSV Injection); and what we put before it, to be able to undo it."""


def flat(articles: Iterable[Article], columns: Sequence[str] = TABLE.names) -> Iterator[bytes]:
    """Yield the row of names, and a row a record."""
    table = TargetTable(TABLE.name, TABLE.key, tuple(TABLE.columns[TABLE.names.index(name)] for name in columns))
    yield csv_row(table.names)
    for article in articles:
        record = as_record(article)
        record["record_hash"] = record_hash(record)
        yield csv_row(row_of(table, record))


def harmless(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would run; one that begins with an apostrophe gets one, too.

    So whoever wants the text takes one apostrophe away from the front of each cell that begins with one.

    >>> harmless("=HYPERLINK(A1)"), harmless("'tis"), harmless("看看新闻")
    ("'=HYPERLINK(A1)", "''tis", '看看新闻')
    """
    return f"'{text}" if is_risky(text) else text


def is_risky(text: str) -> bool:
    """Tell whether a spreadsheet would run a text, or take its first character away."""
    return text.startswith(_RISKY)


def csv_row(values: Iterable[Any]) -> bytes:
    """Write a row; a time as spreadsheets read one in every language, ``2026-11-22 20:00:00``."""
    row = io.StringIO(newline="")
    csv.writer(row).writerow([_cell(value) for value in values])
    return row.getvalue().encode()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return str(value.replace(microsecond=0))
    return harmless(value) if isinstance(value, str) else value
