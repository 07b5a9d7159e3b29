"""Passages that a page prints more than once, as for two widths of a screen; an article has them once."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsspider.parsing.page import Element
    from newsspider.parsing.weighed import WeighedOutline

_LEAST, _LINES = 200, 2
"""Bytes of prose and lines of it in a passage; a pull quote has less, or one."""


def repeated(outline: WeighedOutline, inside: Sequence[int]) -> set[int]:
    """The places among those *inside* a text at which a passage above is repeated, in another element."""
    order = [n for n in inside if outline.blocks[n].pieces]
    lines = [outline.blocks[n].line for n in order]
    first: dict[str, int] = {}
    found: set[int] = set()
    for place, n in enumerate(order):
        if not outline.weights[n] or n in found:
            continue
        above = first.setdefault(lines[place], place)
        if above == place or _around(outline, order[above]) is _around(outline, n):
            continue
        before = _alike(lines, range(above - 1, -1, -1), range(place - 1, above, -1))  # as the heading of the passage
        places = range(place - before, place + _alike(lines, range(above, place), range(place, len(order))))
        passage = [order[each] for each in places]
        if sum(map(bool, map(outline.weights.__getitem__, passage))) >= _LINES and outline.prose(passage) >= _LEAST:
            found.update(range(passage[0], passage[-1] + 1))
    return found.intersection(inside)


def _alike(lines: Sequence[str], above: range, below: range) -> int:
    """Count the lines at places *below* that are those at the places *above*, one by one."""
    return sum(1 for _ in takewhile(lambda pair: lines[pair[0]] == lines[pair[1]], zip(above, below, strict=False)))


def _around(outline: WeighedOutline, place: int) -> Element | None:
    return outline.parent(outline.blocks[place].element)
