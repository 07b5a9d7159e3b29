"""The lines of a page that are in the text that its JSON-LD has of the article, and the element around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsspider.parsing.jsonld import form

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from newsspider.parsing.page import Block, Element

MAX_COMPARED = 500_000_000
"""Lines times characters of a text in JSON-LD in which they are looked for; a long article has a hundredth."""

_SAID = 60
"""Characters of a line that are looked for."""


def lines_said(blocks: Sequence[Block], weights: Sequence[int], numbers: Sequence[int], text: str) -> list[int]:
    """Return those *numbers* of lines that are in *text*; none where they are little of it, as it is another text.

    A line without a weight is none of prose.
    """
    text = form(text)
    if len(numbers) * len(text) > MAX_COMPARED:
        return []
    found = [n for n in numbers if weights[n] and form(blocks[n].line)[:_SAID] in text]
    return found if 2 * sum(weights[n] for n in found) >= len(text) else []


def common_ancestor(elements: Iterable[Element]) -> Element | None:
    """Return the innermost element around all of these; None where one has none."""
    path: list[Element] = []
    places: dict[Element, int] = {}
    parent = None
    for n, element in enumerate(elements):
        if n and element.getparent() is parent:
            continue
        parent = element.getparent()
        if not n:
            path = [*element.iterancestors()]
            places = {each: place for place, each in enumerate(path)}
            continue
        shared = next((places[each] for each in element.iterancestors() if each in places), len(path))
        for each in path[:shared]:
            del places[each]
        path[:shared] = []
        places = {each: place for place, each in enumerate(path)}
    return path[0] if path else None
