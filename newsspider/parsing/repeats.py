"""Passages that a page prints more than once, as for two widths of a screen; an article has them once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsspider.parsing.page import Element
    from newsspider.parsing.weighed import WeighedOutline

_LEAST, _LINES = 200, 2
"""Bytes of prose and lines of it in a passage; a pull quote has less, or one."""


def repeated(outline: WeighedOutline, inside: Sequence[int]) -> set[int]:
    """The places among those *inside* a text at which a passage above is repeated, in another element."""
    full = [n for n in inside if outline.weights[n]]
    lines = {n: outline.blocks[n].line for n in inside if outline.blocks[n].pieces}
    if len({lines[n] for n in full}) == len(full):
        return set()
    order = [*lines]
    index = {n: place for place, n in enumerate(order)}
    first: dict[str, int] = {}
    found: set[int] = set()
    for n in full:
        above, place = first.setdefault(lines[n], index[n]), index[n]
        if n in found or above == place or _around(outline, order[above]) is _around(outline, n):
            continue
        while above and lines[order[above - 1]] == lines[order[place - 1]]:
            above, place = above - 1, place - 1  # the heading of the passage
        size = 0
        while above + size < place and place + size < len(order):
            if lines[order[above + size]] != lines[order[place + size]]:
                break
            size += 1
        passage = order[place : place + size]
        if sum(outline.weights[n] > 0 for n in passage) >= _LINES and outline.prose(passage) >= _LEAST:
            found.update(range(passage[0], passage[-1] + 1))
    return found.intersection(inside)


def _around(outline: WeighedOutline, place: int) -> Element | None:
    return outline.parent(outline.blocks[place].element)
