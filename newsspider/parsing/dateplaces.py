"""The places of a page where the date of its article may stand: around its headline, and right below its text.

All other dates are of something else: of today, of another article, of a comment.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from newsspider.parsing.boxes import SURELY, called, kind_of
from newsspider.parsing.chrome import is_related_heading
from newsspider.parsing.comments import opens_comments
from newsspider.text.written import find_written

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from newsspider.parsing.page import Block, Element

BELOW_TEXT = 6
"""Lines below the text of which one may date the article."""

LAST = 3
"""Lines at the end of the text of which one may do so."""

_TITLE = 18
"""Bytes of a link that may be the title of another article; a character of Chinese has three."""


class DatePlaces(NamedTuple):
    """Positions of lines of a page's outline, from top to bottom."""

    below_headline: Sequence[int]
    """Down to the first lines of the text."""

    above_headline: Sequence[int]
    below_text: Sequence[int]
    """From the last lines of the text to what is of others."""


def of_article(blocks: Sequence[Block], places: Iterable[int]) -> list[int]:
    """Those *places* above what is of others: a heading, comments, a link with the title of another article."""
    found = []
    for place in places:
        block = blocks[place]
        if block.element.tag in _HEADINGS or opens_comments(block) or is_related_heading(block.line):
            break
        if _links_to_another(block) or _is_of_comment(block.element):
            break
        found.append(place)
    return found


def is_in(element: Element, box: Element) -> bool:
    """Whether an *element* is the *box*, or in it."""
    return element is box or any(each is box for each in element.iterancestors())


def _links_to_another(block: Block) -> bool:
    if _NEIGHBOUR.match(block.line):
        return True
    is_title = any(href and _may_be_title(text.strip()) and not _OF_THIS.search(href) for text, href in block.pieces)
    return is_title and not _SOURCE.search(block.line)


def _may_be_title(text: str) -> bool:
    """Whether the text of a link may be the title of an article, and is no day, as in a link to the article itself."""
    return len(text.encode()) >= _TITLE and not any(len(each.raw) == len(text) for each in find_written(text, None))


def _is_of_comment(element: Element) -> bool:
    return any(kind_of(called(each)) == SURELY for each in (element, *element.iterancestors()))


_NEIGHBOUR = re.compile(r"\W*[上下前后後]一?[篇条條则則页頁]")
_OF_THIS = re.compile("#|/(?:author|category|tag|label|topic)s?/", re.IGNORECASE)
"""In an address: a place of a page, or what an article belongs to."""
_SOURCE = re.compile("[来來]源|[转轉]自|稿源")
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
