"""A text that a page prints more than once, as for two widths of a screen; the article has it once."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsspider.parsing.page import Element
    from newsspider.parsing.weighed import WeighedOutline

_LEAST, _LINES = 200, 2
"""Bytes of prose and lines of it in a text, or in the beginning of one; a pull quote has less, or one."""


def repeated(outline: WeighedOutline, inside: Sequence[int]) -> set[int]:
    """The places among those *inside* a text at which it begins again, in another element, right below.

    What is repeated behind something new is so on purpose: a question, a refrain, an entry that is pinned.
    """
    order = [n for n in inside if outline.blocks[n].pieces]
    lines = [outline.blocks[n].line for n in order]
    first = next((place for place, n in enumerate(order) if outline.weights[n]), None)
    if first is None:
        return set()
    again = _again(outline, order, lines, first, first + 1)
    found: set[int] = set()
    end = 0
    while again is not None:
        size = _alike(lines, range(first, again), range(again, len(order)))
        new = order[end or first + size : again]
        passage = order[again : again + size]
        if any(map(outline.weights.__getitem__, new)) or not _is_enough(outline, passage):
            break
        before = _alike(lines, range(first - 1, -1, -1), range(again - 1, first, -1))  # as the heading of the text
        end = again + size
        found.update(range(order[again - before], order[end - 1] + 1))
        again = _again(outline, order, lines, first, end)
    return found.intersection(inside)


def _again(
    outline: WeighedOutline, order: Sequence[int], lines: Sequence[str], first: int, start: int
) -> int | None:
    """The place from *start* on of the next line that is the *first* one, in another element."""
    around = _around(outline, order[first])
    for place in range(start, len(order)):
        if lines[place] == lines[first] and outline.weights[order[place]]:
            return place if _around(outline, order[place]) is not around else None
    return None


def _is_enough(outline: WeighedOutline, passage: Sequence[int]) -> bool:
    return sum(outline.weights[n] > 0 for n in passage) >= _LINES and outline.prose(passage) >= _LEAST


def _alike(lines: Sequence[str], above: range, below: range) -> int:
    """Count the lines at places *below* that are those at the places *above*, one by one."""
    return sum(1 for _ in takewhile(lambda pair: lines[pair[0]] == lines[pair[1]], zip(above, below, strict=False)))


def _around(outline: WeighedOutline, place: int) -> Element | None:
    return outline.parent(outline.blocks[place].element)
