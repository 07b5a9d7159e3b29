"""Columns for a terminal: as wide as what stands in them, where a Chinese character takes the place of two others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table, with the lines below it."""

    cells: Sequence[str]
    notes: Sequence[str] = ()
    """Lines that stand below it."""


def table(heading: Sequence[str], rows: Sequence[Row], *, numbers: Sequence[int] = ()) -> Iterator[str]:
    """Yield the lines of a table; *numbers* are the columns that stand to the right.

    >>> list(table(["run", "记录"], [Row(["a", "40"]), Row(["bcde", "7"], ["why"])], numbers=[1]))
    ['run   记录', 'a       40', 'bcde     7', '    why']
    """
    lines = [heading, *(row.cells for row in rows)]
    widths = [max(_width(line[column]) for line in lines) for column in range(len(heading))]

    def line(cells: Sequence[str]) -> str:
        columns = enumerate(zip(cells, widths, strict=True))
        return "  ".join(padded(cell, width, right=column in numbers) for column, (cell, width) in columns).rstrip()

    yield line(heading)
    for row in rows:
        yield line(row.cells)
        yield from (f"    {note}" for note in row.notes)


def padded(text: str, width: int, *, right: bool = False) -> str:
    """Make *text* as wide as *width* Latin letters.

    >>> padded("警告", 7), padded("ok", 4, right=True)
    ('警告   ', '  ok')
    """
    blanks = " " * (width - _width(text))
    return blanks + text if right else text + blanks


def _width(text: str) -> int:
    return sum(2 if east_asian_width(each) in "WF" else 1 for each in text)
