"""Excel workbooks (Office Open XML): the table for a person, with its times as times and its texts as texts.

Written row after row by XlsxWriter (extra ``xlsx``), so memory does not grow with the table. No cell is a formula and
none is a link: what a page says stays text, also when somebody edits it.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from newsspider.collection.scratch import scratch_directory
from newsspider.errors import NewsspiderError
from newsspider.feeds.formats.flat import is_risky
from newsspider.feeds.formats.sheet import MAX_ROWS
from newsspider.terminal.extras import ExtraMissingError
from newsspider.text.counted import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsspider.feeds.formats.sheet import Cell, Sheet

_NOT_IN_XML = re.compile("[^\t\n -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has not (2.2). Excel has an escape for some of it, which not every program reads."""
_LINE_END = re.compile("\r\n?")

_WIDTHS = {"title": 60, "body_text": 60, "canonical_url": 40, "url": 40, "authors": 20, "keywords": 30}
_WIDTH = 18
"""Characters: a time."""
_FIRST = datetime(1900, 3, 1)  # Excel takes 1900 for a leap year: no earlier day is right in all programs
_PIECE = 1 << 20


class TooManyRowsError(NewsspiderError):
    """A sheet cannot hold all articles."""

    def __init__(self, count: int) -> None:
        super().__init__(
            f"there are {counted(count, 'article')}, and a sheet takes {counted(MAX_ROWS, 'row')}: take fewer by "
            "--newest or --channel, or --format csv, which has no end"
        )


def workbook(sheet: Sheet, most: int | None) -> Iterator[bytes]:
    """Yield a workbook with the *most* newest articles of a table, or all. TooManyRowsError, ExtraMissingError."""
    try:
        import xlsxwriter
    except ImportError as error:
        raise ExtraMissingError("xlsx", error) from error
    if (rows := len(sheet) if most is None else min(most, len(sheet))) > MAX_ROWS:
        raise TooManyRowsError(rows)
    with scratch_directory() as scratch:
        path = scratch / "articles.xlsx"
        book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "tmpdir": str(scratch), "use_zip64": True})
        try:
            _fill(book, sheet, most)
        finally:
            book.close()
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece


def _fill(book: Any, sheet: Sheet, most: int | None) -> None:
    # The same articles make the same file, whenever it is written.
    book.set_properties({"created": datetime(1980, 1, 1)})  # as XlsxWriter dates the files within it
    formats = {
        "head": book.add_format({"bold": True}),
        "time": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        "quoted": book.add_format({"quote_prefix": True}),
    }
    page = book.add_worksheet("articles")
    page.freeze_panes(1, 0)
    for place, name in enumerate(sheet.columns):
        page.set_column(place, place, _WIDTHS.get(name, _WIDTH))
        page.write_string(0, place, name, formats["head"])
    row = 0
    for row, cells in enumerate(sheet.rows(most), start=1):
        for place, cell in enumerate(cells):
            _write(page, row, place, cell, formats)
    page.autofilter(0, 0, row, len(sheet.columns) - 1)


def _write(page: Any, row: int, place: int, cell: Cell, formats: dict[str, Any]) -> None:
    if cell is None:
        return
    if isinstance(cell, bool):
        page.write_boolean(row, place, cell)
    elif isinstance(cell, int):
        page.write_number(row, place, cell)
    elif isinstance(cell, datetime):
        if cell < _FIRST:
            page.write_string(row, place, str(cell))
        else:
            page.write_datetime(row, place, cell.replace(microsecond=0), formats["time"])
    else:
        text = _NOT_IN_XML.sub("\ufffd", _LINE_END.sub("\n", cell))
        if text.startswith("<r>") and text.endswith("</r>"):
            text += " "  # else XlsxWriter takes it for markup of its own, and writes it as it is
        page.write_string(row, place, text, formats["quoted"] if is_risky(text) else None)
