"""Tells what a list says of its articles from an article: beside most lines of prose is a link to more.

It is a title above, or "read more" below. Those of a list are alike, as links to an author and to a related article
are not.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsspider.parsing.page import Block
    from newsspider.parsing.weighed import WeighedOutline

_SOURCE = re.compile(r"^.{0,40}[0-9]{1,2}:[0-9]{2}.{0,20}$")
"""A line with a clock, which says where and when an article of the list was published."""

_Alike: TypeAlias = tuple[str, str | None]

_NEAR = 3
"""Lines beside one of prose among which its link is: others are a date, a source or a name."""
_LEAST = 2
"""Lines of prose that a list has."""
_SHARE = 2 / 3
"""Share of its prose that stands in lines with a title."""
_LEAST_TITLE = 10
"""Bytes of a title, so that a number or "more" is none."""


def is_list(outline: WeighedOutline, lines: Sequence[int]) -> bool:
    """Tell whether the *lines*, those of prose by their places, are what a list says of the articles that it names."""
    return _named(outline, lines) is not None


def begins_alone(outline: WeighedOutline, lines: Sequence[int]) -> bool:
    """Tell whether a list begins in a paragraph beside its others, which names no article: one about several may."""
    named = _named(outline, lines)
    if named is None or lines[0] in named:
        return False
    return outline.kind(lines[0]) in map(outline.kind, named)


def _named(outline: WeighedOutline, lines: Sequence[int]) -> set[int] | None:
    """Those of the *lines* with a link alike beside them; None where they are no list."""
    links = {n: link for n in lines if (link := _title_above(outline, n) or _link_below(outline, n))}
    (link, count), *_ = [*Counter(links.values()).most_common(1), (None, 0)]
    sizes = {n: len(line) for n in lines if not _SOURCE.search(line := outline.blocks[n].line)}
    size, listed = sum(sizes.values()), sum(size for n, size in sizes.items() if links.get(n) == link)
    if count < _LEAST or listed < _SHARE * size:
        return None
    return {n for n, each in links.items() if each == link}


def _title_above(outline: WeighedOutline, place: int) -> _Alike | None:
    """Tag and class of the title above a line, with no other prose between: those of a list have the same."""
    for block in _near(outline, range(place - 1, -1, -1)):
        if len(block.line.encode("utf-8", "replace")) >= _LEAST_TITLE and _is_link(block):
            return block.element.tag, block.element.get("class")
    return None


def _link_below(outline: WeighedOutline, place: int) -> _Alike | None:
    """The text of the link that leads on from a line, as "read more", perhaps beside a date."""
    for block in _near(outline, range(place + 1, len(outline.blocks))):
        text, href = next((piece for piece in reversed(block.pieces) if not piece[0].isspace()), ("", None))
        if href:
            return text.strip(), None
    return None


def _near(outline: WeighedOutline, places: range) -> Iterator[Block]:
    """The next few lines at *places*, up to one of prose."""
    near = 0
    for n in places:
        block = outline.blocks[n]
        if outline.weights[n] or near == _NEAR:
            return
        if block.pieces:
            near += 1
            yield block


def _is_link(block: Block) -> bool:
    return all(href for text, href in block.pieces if not text.isspace())
