"""The lines of a body, put together as what they are: lists, tables, quotes, and lines that stand alone.

Pages use the same elements to lay themselves out: a list of cards, a table around the whole text, a quotation mark
beside every paragraph. What holds headings, pictures or whole passages is no list, no table and no quote, and is read
for what is in it.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from newsspider.parsing.page import Block, Element

MAX_CELLS = 5000
"""Cells of one table, empty ones included; what has more is read as lines."""

MAX_NESTED = 20
"""Lists, tables and quotes within each other that are read as such, at most."""

_MAX_ITEM = 1500  # characters of an item or a quote; of a cell a fifth
_MAX_LINES = 6  # of an item, a cell or a quote
_GROUPS = frozenset(("ul", "ol", "table", "blockquote"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_ITEMS = ("li",)
_CELLS = ("td", "th")
_POST = re.compile(r"\b(?:twitter-(?:tweet|video)|instagram-media|(?:tiktok|bluesky)-embed|reddit-embed-bq|fb-post)\b")


class Lines(NamedTuple):
    """Lines that make one item, cell or quote; of a line that stands alone the one."""

    blocks: Sequence[Block]

    @property
    def text(self) -> str:
        """The lines as one."""
        return " ".join([text for block in self.blocks if (text := block.text)])


class List(NamedTuple):
    """A list in a body: its items, and whether they are numbered."""

    items: list[Lines]
    ordered: bool


class Table(NamedTuple):
    """A table in a body."""

    rows: list[list[Lines]]
    """Cells without a line are empty."""

    caption: Lines
    media: list[Block]
    """Images and players in its cells."""


class Quote(NamedTuple):
    """A quotation in a body, or an embedded post."""

    lines: Lines
    post: Element | None
    """The element, where it is a post of a social network that a script will show."""


Part = Lines | List | Table | Quote


def parts(blocks: Iterable[Block], alone: Collection[int] = ()) -> Iterator[Part]:
    """Yield the parts of a body in their order; each block is in one of them, but for empty lines in a list or table.

    The blocks whose ``id`` is in *alone* are in no list, table or quote.

    >>> from newsspider.parsing.markup import read_html
    >>> from newsspider.parsing.page import outline
    >>> [part] = parts(outline(read_html("<ul><li>一<li>二<ul><li>三</ul></ul>".encode())))
    >>> [item.text for item in part.items], part.ordered
    (['一', '二', '三'], False)
    """
    around = _Around()
    return _parts([(block, around.groups(block.element)) for block in blocks], alone, 0)


class _Around:
    """The lists, tables and quotes around elements, outermost first; of one page, which it keeps in memory."""

    def __init__(self) -> None:
        self._known: dict[Element, tuple[Element, ...]] = {}

    def groups(self, element: Element) -> tuple[Element, ...]:
        path = []
        while element is not None and element not in self._known:
            path.append(element)
            element = element.getparent()
        found = () if element is None else self._known[element]
        for each in reversed(path):
            if each.tag in _GROUPS and len(found) < MAX_NESTED:
                found = (*found, each)
            self._known[each] = found
        return found


def _parts(blocks: list[tuple[Block, tuple[Element, ...]]], alone: Collection[int], depth: int) -> Iterator[Part]:
    for group, run in groupby(blocks, lambda each: each[1][depth] if len(each[1]) > depth else None):
        within = list(run)
        if group is None:
            for block, _ in within:
                yield Lines((block,))
            continue
        lines = [block for block, _ in within]
        part: Part | None
        if alone and any(id(block) in alone for block in lines):
            part = None
        elif group.tag == "table":
            part = _table(group, lines)
        elif group.tag == "blockquote":
            part = None if len(lines) == len(blocks) > 1 else _quote(group, lines)  # what is around all quotes nothing
        else:
            part = _list(group, lines)
        if part is None:
            yield from _parts(within, alone, depth + 1)
        else:
            yield part


def _list(element: Element, blocks: list[Block]) -> List | None:
    items = [Lines(list(run)) for _, run in groupby(blocks, lambda block: _around(block.element, _ITEMS, element))]
    if not all(map(_is_short, items)) or (len(items) == 1 and len(items[0].blocks) > 1):
        return None
    return List([item for item in items if item.text], element.tag == "ol")


def _quote(element: Element, blocks: list[Block]) -> Quote | None:
    lines = Lines(blocks)
    post = element if _POST.search(element.get("class") or "") else None
    has_items = any(_around(each.element, ("li", "td"), element) is not None for each in blocks)
    if post is None and (has_items or not _is_short(lines)):
        return None
    return Quote(Lines([block for block in blocks if block.pieces]), post)


def _table(element: Element, blocks: list[Block]) -> Table | None:
    if element.get("role") in ("presentation", "none") or next(element.iterdescendants("table"), None) is not None:
        return None
    by_cell: dict[Element | None, list[Block]] = {}
    for block in blocks:
        by_cell.setdefault(_around(block.element, (*_CELLS, "caption"), element), []).append(block)
    if None in by_cell:
        return None
    rows, cells = [], 0
    for row in element.iter("tr"):
        of_row = [cell for cell in row if cell.tag in _CELLS]
        if any(cell in by_cell for cell in of_row):
            rows.append([Lines([each for each in by_cell.get(cell, ()) if each.pieces]) for cell in of_row])
        cells += len(of_row)
        if cells > MAX_CELLS:
            return None
    if len(rows) < 2 or max(map(len, rows)) < 2:
        return None
    if not all(_is_short(cell, _MAX_ITEM // 5) for row in rows for cell in row):
        return None
    caption = next((cell for cell in by_cell if cell is not None and cell.tag == "caption"), None)
    return Table(rows, Lines(by_cell.get(caption, [])), [block for block in blocks if not block.pieces])


def _is_short(lines: Lines, most: int = _MAX_ITEM) -> bool:
    """Whether lines may be one item, cell or quote, rather than a passage with parts of its own."""
    return (
        len(lines.blocks) <= _MAX_LINES
        and all(block.pieces and block.element.tag not in _HEADINGS for block in lines.blocks)
        and sum(len(block.line) for block in lines.blocks) <= most
    )


def _around(element: Element, tags: tuple[str, ...], within: Element) -> Element | None:
    """The nearest of *tags* around an element, itself included, below *within*."""
    while element is not within:
        if element.tag in tags:
            return element
        element = element.getparent()
        if element is None:
            return None
    return None
