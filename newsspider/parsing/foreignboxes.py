"""Boxes of other articles within a text: a teaser below its link, and a label above links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsspider.parsing.boxes import first_name
from newsspider.parsing.chrome import is_related_heading
from newsspider.parsing.prose import is_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsspider.parsing.page import Block, Element
    from newsspider.parsing.weighed import WeighedOutline

_MOST = 0.25
"""Share of the prose of a text that boxes in it may have; where they have more, they are the text."""

_OF_ONE_LINE = frozenset(("p", "li", "blockquote", "pre", "td", "th", "dd", "dt"))
_ENDS = tuple(".。!！?？…؟۔।")


def foreign_boxes(outline: WeighedOutline, inside: Sequence[int]) -> set[int]:
    """The places among those *inside* a text of boxes of which a link is the first line, and teasers are the rest.

    Boxes that are called as one with other prose are none, as the entries of a live blog may be.
    """
    teasers = [n for n in inside if n in outline.teasers]
    if not teasers:
        return set()
    teased = outline.sum(teasers)
    all_prose = outline.sum(inside)
    boxes = {box for n in teasers if (box := _box(outline, n, teased, all_prose)) is not None}
    others = {_name(each) for each, size in all_prose.items() if size > teased.get(each, 0)}
    boxes = {each for each in boxes if _name(each) not in others and _opens_with_link(outline, each)}
    if sum(teased[each] for each in boxes) > _MOST * outline.prose(inside):
        return set()
    return {n for each in boxes for n in outline.run(each)}


def _box(
    outline: WeighedOutline, place: int, teased: dict[Element, int], all_prose: dict[Element, int]
) -> Element | None:
    """The largest element around a teaser that has no other prose; None where that is its own paragraph."""
    box: Element | None = None
    around: Element | None = outline.blocks[place].element
    while around is not None and teased.get(around) == all_prose.get(around, 0):
        if around.tag not in _OF_ONE_LINE:
            box = around
        around = outline.parent(around)
    return box


def _name(element: Element) -> tuple[str, str]:
    return element.tag, first_name(element)


def _opens_with_link(outline: WeighedOutline, box: Element) -> bool:
    """Whether the first line in a box is a link to another page."""
    first = next((block for n in outline.run(box) if (block := outline.blocks[n]).pieces), None)
    return first is not None and all(href and not href.startswith("#") for _, href in first.visible)


def is_label(outline: WeighedOutline, place: int) -> bool:
    """Whether a line is the first in a box of which all others are links, or announces the link below it."""
    block = outline.blocks[place]
    if is_related_heading(block.line) and place + 1 < len(outline.blocks):
        below = outline.blocks[place + 1]
        return bool(below.pieces) and not is_line(below)
    box = block.element
    if not block.pieces or box in outline.within or block.line.endswith(_ENDS):
        return False
    while (parent := outline.parent(box)) is not None and parent not in outline.within:
        box = parent
    lines = (each for n in outline.run(box) if (each := outline.blocks[n]).pieces)
    if next(lines) is not block:
        return False
    others = [each for each in lines if not _is_anchor(each)]
    return bool(others) and not any(map(is_line, others))


def _is_anchor(block: Block) -> bool:
    """Whether a line is no more than links to places on the page."""
    return all(href and href.startswith("#") for _, href in block.visible)
