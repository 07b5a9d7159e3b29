"""Separates the article's own lines in a body from asides and from the cards of other articles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsspider.text.counted import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsspider.parsing.doubts import Doubts
    from newsspider.parsing.page import Block, Element, Page

_SENTENCE_ENDS = "。!\uff01?\uff1f"

_ASIDES = ("article", "aside")


def _self_and_around(element: Element, *tags: str) -> Iterator[Element]:
    """*element* and what is around it, of *tags*."""
    if element.tag in tags:
        yield element
    yield from element.iterancestors(*tags)


def _holds(blocks: list[Block], article: Element) -> int:
    """Characters of the lines in *blocks* that stand in the same element as *article*, not in a box beside it."""
    around = {*article.iterancestors()}
    return sum(len(block.line) for block in blocks if block.element in around or block.element.getparent() in around)


def _has_text(blocks: list[Block]) -> bool:
    """Whether the lines of an ``<article>`` are a text: the card of another one begins with a link to it."""
    lines = [block for block in blocks if block.line]
    first = lines[0].pieces if lines else []
    return any(block.line[-1] in _SENTENCE_ENDS for block in lines) and not all(href for _, href in first)


def without_asides(blocks: list[Block], page: Page, doubts: Doubts) -> list[Block]:
    """*blocks* of the ``<article>`` alone, if there is one that is not about another; no asides in any case."""
    if not any(page.elements[tag] for tag in _ASIDES):
        return blocks
    owners = [next(_self_and_around(block.element, *_ASIDES), None) for block in blocks]
    lines: dict[Element | None, list[Block]] = {}
    for owner, block in zip(owners, blocks, strict=True):
        lines.setdefault(owner, []).append(block)
    texts = {owner: "".join([block.line for block in of_owner]) for owner, of_owner in lines.items()}
    articles = [each for each in lines if each is not None and each.tag == "article" and _has_text(lines[each])]
    if articles:
        main = max(articles, key=lambda each: len(texts[each]))
        around = {main, *main.iterancestors(*_ASIDES)}
        outside = sum(len(text) for owner, text in texts.items() if owner not in around)
        if None in lines and _holds(lines[None], main) > len(texts[main]):
            around = {None}  # it stands within a longer text, as a card does
        elif outside > len(texts[main]):
            doubts.doubt("body_text", f"{counted(outside, 'character')} outside of <article> are left out")
    else:
        around = {None}
    return [block for owner, block in zip(owners, blocks, strict=True) if owner in around]
