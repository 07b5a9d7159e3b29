"""Tells prose from the other lines of a page: long lines with sentence marks and few links, and short sentences.

A line weighs as many bytes as it has, so that a Chinese character counts for three, as the syllables do that it stands
for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsspider.parsing.body import is_caption
from newsspider.parsing.chrome import is_chrome
from newsspider.parsing.markup import IMAGES

if TYPE_CHECKING:
    from newsspider.parsing.page import Block

LEAST = 40
"""Bytes of a line of prose."""

LEAST_OF_ALL = 20
"""The same, on a page that has no longer one."""

_SHORT = 90  # bytes of a line that is prose only where it ends as a sentence
_LINKING = 30  # bytes of a line of links that may be the title of another article
_FIGURES = ("figure", "figcaption", "picture")
_NO_PROSE = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "figure", "picture"))
_SENTENCE = re.compile(r"[.。!！?？…:：;；”\"»’؟۔।။၊។።։,，、،]")
_ENDS = tuple(".。!！?？…”\"»’」』）)؟۔।။၊។።։:：;；'")
_NOTICE = re.compile(
    r"[(\uff08\[【*※]?\s?(?:[\u4e00-\u9fff]{0,6}声明\s?[】\]:\uff1a]|(?:版权|免责|特别)声明)|(?=.{0,200}\Z).{0,60}©\s?(?:[12][0-9]{3}|[^\Wa-z_])"
)
_DATED = re.compile(r"\d\s?(?:[:\uff1a]\s?\d\d|[ap]\.?\s?m\b)|(?:19|20)\d\d|\d[\d -]{3}\d|^\W*\d+\W*$", re.IGNORECASE)
ENDS_SHORT = tuple('.。!！?？…，”"»」؟۔।။')


def weigh(block: Block, least: int) -> int:
    """Bytes of prose in a line, so that a Chinese character counts for three; -1 where it may link to an article."""
    if not block.pieces:
        return 0
    line = block.line
    if len(line) * 4 < least:
        return 0
    size = _bytes(" ".join(line.split()) if "   " in line else line)
    linked = 0
    for text, href in block.pieces:
        if href:
            linked += _bytes(text.strip())
    if linked * 2 > size and not (size - linked > LEAST and size > 2 * _SHORT and line.endswith(_ENDS)):
        return -1 if size > _LINKING else 0
    if size < least or block.element.tag in _NO_PROSE or is_caption(block.element):
        return 0
    if not _SENTENCE.search(line) or (size < _SHORT and not line.endswith(_ENDS)) or _NOTICE.match(line):
        return 0
    return size - linked


def is_short_sentence(block: Block, *, with_numbers: bool = False) -> bool:
    """Whether a line, though too short for prose, is a sentence or a part of one, and no date, number or button.

    A line with digits is none unless *with_numbers* it may be one; those of a date or a time it has in no case.
    """
    line = block.line
    return (
        line.endswith(ENDS_SHORT)
        and not line.endswith(("...", "…"))  # as headings of links and buttons do
        and not any(href for _, href in block.pieces)
        and not (_DATED.search(line) if with_numbers else any(map(str.isdigit, line)))
        and (" " in line or not line.isascii())
        and any(map(str.isalpha, line))
        and not is_chrome(line)
    )


def is_line(block: Block) -> bool:
    """Whether a block between lines of prose is of the article too: no link or button; a caption of an image is."""
    if not block.pieces:
        return True
    element = block.element
    figure = next(element.iterancestors("figure"), None)
    if figure is not None or element.tag in _FIGURES or next(element.iterancestors(*_FIGURES), None) is not None:
        return figure is not None and is_caption(element) and next(figure.iter(*IMAGES), None) is not None
    line = block.line
    linked = sum([len(text) for text, href in block.pieces if href])
    return 2 * linked < len(line) and not is_chrome(line)


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
