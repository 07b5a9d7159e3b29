"""The masthead of an article: the lines from shortly above its headline down to its text, and those around its end.

Further down a page are the times and the authors of other articles.
"""

from __future__ import annotations

import re
from functools import cached_property
from itertools import islice, takewhile
from typing import TYPE_CHECKING

from newsspider.parsing.boxes import called
from newsspider.parsing.dateplaces import BELOW_TEXT, LAST, DatePlaces, is_in, of_article
from newsspider.parsing.headline import place_of
from newsspider.parsing.microdata import Microdata, read_microdata
from newsspider.parsing.saidtext import common_ancestor

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
        self._times = page.elements["time"][:MAX_ELEMENTS]
        self._text = body
        blocks = self._blocks = page.outline
        end = next((n for n, block in enumerate(blocks) if block is body), len(blocks)) if body else len(blocks)
        self._headline = headline
        headed = start = place_of(headline, blocks)
        self.headed = None if headed is None else blocks[headed]
        """The line that is the headline."""
        if start is None:
            start = max(0, (end if end < len(blocks) else BELOW) - BELOW // 2)
        end = end if end > start else len(blocks)
        first = min(islice((n for n in range(start - 1, -1, -1) if blocks[n].pieces), ABOVE), default=start)
        self.lines = [block for block in blocks[first : min(end, start + BELOW)] if block.pieces]
        """From shortly above the headline to the text."""
        place = next((n for n in range(end, len(blocks)) if blocks[n] is last), None) if last else None
        below = blocks[place + 1 : place + 1 + BELOW_BODY] if place is not None else []
        printed = (n for n in range(end, len(blocks)) if blocks[n].pieces)
        inside = max(islice(printed, INSIDE), default=end + INSIDE - 1) + 1
        inside = inside if place is None else min(inside, place + 1)
        self._places = 0 if headed is None else headed + 1, inside, place
        self.end = [block for block in (*lines[1:][-AT_END:], *below) if block.pieces and len(block.line) <= MAX_BESIDE]
        """The last of the text, and those below, as far as they are short."""
        self.first = [block for block in blocks[end:inside] if block.pieces and len(block.line) <= MAX_LINE]
        """The first of the text, as far as they are short."""
        self.between = {id(block) for block in blocks[start:end]}
        """The identities of all from the headline to the text."""
        above = range(start if headed is None else start + 1, min(end, start + BELOW))
        places = [*(above if headed is not None else reversed(above)), *range(above.stop, min(inside, start + BELOW))]
        self.below = [blocks[n] for n in places if n < len(blocks) and blocks[n].pieces]
        """From below the headline to the first of the text; first those near the text where no line is the headline."""

    @cached_property
    def microdata(self) -> Microdata:
        """The properties of the article."""
        return read_microdata(self.scope)

    @cached_property
    def date_places(self) -> DatePlaces:
        """The places where the date of the article may stand."""
        blocks = self._blocks
        first, inside, last = self._places
        below = [] if last is None else range(max(inside, last - LAST + 1), last + 1)
        after = [] if last is None else range(last + 1, min(last + 1 + BELOW_TEXT, len(blocks)))
        return DatePlaces(
            range(first, min(inside, len(blocks))),
            # What is in one box stands together.
            [*takewhile(lambda place: self.is_boxed(blocks[place]), range(first - 2, -1, -1))][::-1],
            [*below, *of_article(blocks, after)],
        )

    @property
    def below_text(self) -> list[Block]:
        """The lines right below the text in the box around headline and text, down to what is of others."""
        last = self._places[2]
        lines = [self._blocks[place] for place in self.date_places.below_text if last is not None and place > last]
        return [block for block in lines if block.pieces and self.is_boxed(block)]

    @property
    def near_text(self) -> Iterator[Block]:
        """The lines between headline and text, and those right below the text, down to what is of others."""
        blocks, last = self._blocks, self._places[2]
        yield from self.opening
        if last is not None:
            after = [n for n in range(last + 1, min(last + 1 + BELOW_BODY, len(blocks))) if blocks[n].pieces]
            yield from (blocks[n] for n in of_article(blocks, after[:BELOW_TEXT]))

    @property
    def page_lines(self) -> Sequence[Block]:
        """All lines of the page."""
        return self._blocks

    @property
    def opening(self) -> Iterator[Block]:
        """The lines from below the headline to the first of the text."""
        first, inside, _ = self._places
        return (block for block in self._blocks[first:inside] if block.pieces)

    def is_headline(self, block: Block) -> bool:
        """Whether a line is of the headline."""
        return self._headline is not None and is_in(block.element, self._headline)

    def is_boxed(self, block: Block) -> bool:
        """Whether a line is in the box around headline and text; the page's head is outside."""
        box = self.scope if self.scope.tag == "article" else self._box
        return box is None or is_in(block.element, box)

    def is_headed(self, block: Block) -> bool:
        """Whether a line is in a box around the headline in which nothing of the text is."""
        if self._headline is None or self._text is None:
            return False
        around = [*self._headline.iterancestors()]
        place = next((n for n, each in enumerate(around) if each is self._box), 0)
        return place > 0 and is_in(block.element, around[place - 1])

    @property
    def footer(self) -> list[Block]:
        """Those of the lines right below the text that are in the footer of a section around headline and text."""
        return [block for block in self.below_text if self._is_of_footer(block)]

    def _is_of_footer(self, block: Block) -> bool:
        """Whether a line is in a footer that by the standard is that of what is in the box around headline and text."""
        footer = next((each for each in (block.element, *block.element.iterancestors()) if each.tag == "footer"), None)
        section = None if footer is None else next(footer.iterancestors("article", "section"), None)
        return section is not None and self._box is not None and is_in(self._box, section)

    @property
    def posted(self) -> str | None:
        """The time that the footer of the article itself, by the standard about it, calls that of the publication."""
        if self.scope.tag != "article":
            return None
        for element in self._times:
            if not _OF_POST.isdisjoint(called(element).split()):
                footer = next(element.iterancestors("footer", "article"), None)
                if footer is not None and footer.getparent() is self.scope and (at := element.get("datetime")):
                    return str(at)
        return None

    @cached_property
    def _box(self) -> Element | None:
        if self._headline is None or self._text is None:
            return None
        return common_ancestor((self._headline, self._text.element))

    def source(self) -> tuple[str, None] | None:
        """The source that a line below the headline names under its label."""
        for block in self.lines:
            line = block.line
            if line[:1] in _OF_SOURCES and len(line) <= MAX_BESIDE and (match := _SOURCE.fullmatch(line)):
                return match[1], None
        return None


_OF_POST = frozenset(("published", "entry-date", "dt-published"))
_OF_SOURCES = frozenset("来來稿信文")
_SOURCE = re.compile(
    r"(?:(?:信息|文章)?[来來]源|稿源)\s?[:\uff1a]\s?([^\s:\uff1a。,\uff0c][^:\uff1a。,\uff0c]{0,28}[^\s:\uff1a。,\uff0c])"
)
