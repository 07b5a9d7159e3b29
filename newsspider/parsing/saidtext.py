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
    path: dict[Element, None] = {}
    for n, parent in enumerate(dict.fromkeys(each.getparent() for each in elements)):  # most lines share one
        around = () if parent is None else (parent, *parent.iterancestors())
        if n:
            shared = next((each for each in around if each in path), None)
            around = () if shared is None else (shared, *shared.iterancestors())
        path = dict.fromkeys(around)
    return next(iter(path), None)
