"""The body that a page hides by its own markup, until a script shows it.

It is the article where the page has no other text. Beside a text that a reader sees, what is hidden is none of it, but
for the rest of that text: what goes on below a paragraph in paragraphs like it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsspider.parsing.boxes import BESIDE, NOT, ROLES, WEAKLY, called, kind_of
from newsspider.parsing.page import outline
from newsspider.parsing.prose import LEAST, weigh
from newsspider.parsing.shorttext import short_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsspider.parsing.page import Block, Element

ENOUGH = 300
"""Bytes of prose of a hidden body."""

_MOST_SHOWN, _TIMES = 150, 4
"""Bytes of prose that the page shows besides, at most; and how many times as much the body has."""
_BUTTON = 20
"""Characters."""
_MARKS = frozenset(".。!\uff01?\uff1f।؟")


def hidden_body(blocks: Sequence[Block], hidden: Sequence[Element]) -> Element | None:
    """The element among those *hidden* that is the text of a page of which a reader sees *blocks*."""
    sizes = {element: _size(element) for element in hidden}
    longest = max(sizes, key=sizes.__getitem__, default=None)
    if longest is None or sizes[longest] < ENOUGH or 2 * sizes[longest] < sum(sizes.values()) or _is_beside(longest):
        return None
    shown = 0
    for block in blocks:
        shown += max(0, weigh(block, LEAST))
        if shown >= _MOST_SHOWN:
            return longest if _goes_on(blocks, longest) else None
    prose = sum(max(0, weigh(block, LEAST)) for block in outline(longest))
    return longest if prose >= max(ENOUGH, _TIMES * shown) else None


def _goes_on(blocks: Sequence[Block], rest: Element) -> bool:
    """Whether an element is the rest of the paragraphs above it, of paragraphs like the last of them, with a button."""
    above, around, below = rest.getprevious(), rest.getparent(), rest.getnext()
    has_button = below is not None and _is_button(below)
    if above is not None and _is_button(above):
        has_button, above = True, above.getprevious()
    if above is None or above.tag != "p" or not has_button:
        return False
    called = above.get("class")
    prose = 0
    hidden = set()
    for block in outline(rest):
        if (weight := weigh(block, LEAST)) > 0:
            if block.element.tag != "p" or block.element.get("class") != called:
                return False
            prose += weight
            hidden.add(block.line)
    shown = {
        block.line for block in blocks
        if block.element.getparent() is around and block.element.tag == "p" and weigh(block, LEAST) > 0
    }  # fmt: skip
    return prose >= ENOUGH and len(shown) > 1 and shown.isdisjoint(hidden)


def _is_button(element: Element) -> bool:
    """Whether an element is a button, or has one, or a short text that may be one: Read on, 展开全文."""
    if element.tag == "button" or next(element.iter("button"), None) is not None:
        return True
    return 0 < len(short_text(element.itertext(), _BUTTON) or "") <= _BUTTON and element.tag != "p"


def _size(element: Element) -> int:
    """Bytes of the text in an element; none where it has no sentence."""
    text = "".join(element.itertext())
    return 0 if _MARKS.isdisjoint(text) else len(text.encode("utf-8", "replace"))


def _is_beside(element: Element) -> bool:
    """Whether an element is a dialog, a menu or the like, by what it and those around it are called."""
    return kind_of(called(element)) != NOT or any(
        each.tag in BESIDE or each.get("role") in ROLES or kind_of(called(each)) > WEAKLY
        for each in (element, *element.iterancestors())
    )
