"""The masthead of an article: the lines from shortly above its headline down to its text, and those around its end.

Further down a page are the times and the authors of other articles.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from newsspider.parsing.microdata import Microdata, read_microdata

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsspider.parsing.page import Block, Element, Page

ABOVE = 6
"""Lines above the headline that may belong to it."""

BELOW = 40
"""Lines below the headline that are looked at where the body does not begin before."""

INSIDE = 4
"""Lines at the beginning of the body among which the date may be: below the standfirst, above a picture."""

MAX_BESIDE = 80
"""Characters beside the dates of a line: labels, names, a place."""

AT_END = 3
"""Last lines of the body of which one may date the article."""

BELOW_BODY = 12
"""Lines below the body of which one may do so."""

MAX_ELEMENTS = 50
"""Elements of a line whose classes are looked at."""

MAX_LINE = 150
"""Characters of a line that names somebody."""


class Masthead:
    """The lines around the headline and the text of one page; those that are pictures are left out."""

    def __init__(self, page: Page, headline: Element | None, lines: Sequence[Block], scope: Element):
        """Take the *page*, the elements of its headline and its article, and the *lines* of its body."""
        body, last = (lines[0], lines[-1]) if lines else (None, None)
        self.scope = scope
        blocks = page.outline
        end = next((n for n, block in enumerate(blocks) if block is body), len(blocks)) if body else len(blocks)
        start = None
        if headline is not None:
            inside = set(headline.iter())
            start = next((n for n, block in enumerate(blocks) if block.element in inside), None)
        if start is None:
            start = max(0, min(end, BELOW) - BELOW // 2)
        end = end if end > start else len(blocks)
        self.lines = [block for block in blocks[max(0, start - ABOVE) : min(end, start + BELOW)] if block.pieces]
        """From shortly above the headline to the text."""
        place = next((n for n in range(end, len(blocks)) if blocks[n] is last), None) if last else None
        below = blocks[place + 1 : place + 1 + BELOW_BODY] if place is not None else []
        self.end = [block for block in (*lines[1:][-AT_END:], *below) if block.pieces and len(block.line) <= MAX_BESIDE]
        """The last of the text, and those below, as far as they are short."""
        self.first = [block for block in blocks[end : end + INSIDE] if block.pieces and len(block.line) <= MAX_LINE]
        """The first of the text, as far as they are short."""
        self.between = {id(block) for block in blocks[start:end]}
        """The identities of all from the headline to the text."""
        self.below = [block for block in blocks[start : min(end + INSIDE, start + BELOW)] if block.pieces]
        """From the headline to the first of the text."""

    @cached_property
    def microdata(self) -> Microdata:
        """The properties of the article."""
        return read_microdata(self.scope)

    def source(self) -> tuple[str, None] | None:
        """The source that a line below the headline names under its label."""
        for block in self.lines:
            line = block.line
            if line[:1] in _OF_SOURCES and len(line) <= MAX_BESIDE and (match := _SOURCE.fullmatch(line)):
                return match[1], None
        return None


_OF_SOURCES = frozenset("来來稿信文")
_SOURCE = re.compile(
    r"(?:(?:信息|文章)?[来來]源|稿源)\s?[:\uff1a]\s?([^\s:\uff1a。,\uff0c][^:\uff1a。,\uff0c]{0,28}[^\s:\uff1a。,\uff0c])"
)
