"""CSV (RFC 4180, UTF-8): a row an article, the columns of the table ``articles`` of ``scrapy load``, and its lists.

A list is a cell of JSON, so that no separator has to be guessed; times are ISO 8601, booleans ``true`` and ``false``,
and unknown is an empty cell.

A spreadsheet takes a text that begins with ``=`` for a formula, and runs it: a page could have one as its headline.
Such a text gets an apostrophe before it (see ``harmless``), which is also how a spreadsheet is told that it is text.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from newsspider.items import as_record
from newsspider.loading.tables import ARTICLES, Column, Table, row_of
from newsspider.loading.versions import record_hash

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newsspider.items import Article

_LISTS = ("keywords", "images", "videos")

TABLE = Table("articles", ARTICLES.key, (*ARTICLES.columns, *(Column(name, "json", (name,)) for name in _LISTS)))

_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")
"""How what a spreadsheet would run begins (OWASP, CSV Injection); and what we put before it, to be able to undo it."""


def flat(articles: Iterable[Article]) -> Iterator[bytes]:
    """Yield the row of names, and a row an article."""
    yield _row(TABLE.names)
    for article in articles:
        record = as_record(article)
        record["record_hash"] = record_hash(record)
        yield _row(row_of(TABLE, record))


def harmless(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would run; one that begins with an apostrophe gets one, too.

    So whoever wants the text takes one apostrophe away from the front of each cell that begins with one.

    >>> harmless("=HYPERLINK(A1)"), harmless("'tis"), harmless("看看新闻")
    ("'=HYPERLINK(A1)", "''tis", '看看新闻')
    """
    return f"'{text}" if text.startswith(_RISKY) else text


def _row(values: Iterable[Any]) -> bytes:
    row = io.StringIO(newline="")
    csv.writer(row).writerow([_cell(value) for value in values])
    return row.getvalue().encode()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return harmless(value) if isinstance(value, str) else value
