"""The first and the last line of an article, by what stands around the first and the last line of its prose.

Short sentences, pictures with captions, tables and bylines belong to it, and are no prose.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsspider.parsing.byline import read_byline, read_reporters
from newsspider.parsing.captions import begin_at_picture, end_at_caption
from newsspider.parsing.prose import is_short_sentence

if TYPE_CHECKING:
    from newsspider.parsing.weighed import WeighedOutline

_BETWEEN = 3  # short lines without a sentence mark between short sentences
_BELOW = 6  # lines below the last sentence among which a byline may stand
_MAX_BYLINE = 100  # characters


def begin(outline: WeighedOutline, first: int, above: int) -> int:
    """The place of the first line.

    That is the line of prose at *first*, or what stands above it in paragraphs like it, short sentences or a picture
    and its caption; nothing down to the place *above*.
    """
    like = outline.kind(first)
    for n in range(first - 1, above, -1):
        if outline.blocks[n].pieces:
            if outline.kind(n) != like or not is_short_sentence(outline.blocks[n]):
                break
            first = n
    return begin_at_picture(outline.blocks, first)


def end(outline: WeighedOutline, inside: list[int], last: int, below: int) -> int:
    """The place of the last line.

    That is the line of prose at *last*, or short sentences below it in paragraphs like it, down to the place *below*;
    then of those *inside* the article a table that follows, and a byline shortly below.
    """
    last = _last_sentence(outline, last, below)
    for n in [n for n in inside if n > last]:
        if next(outline.blocks[n].element.iterancestors("table"), None) is None:
            break
        last = n
    for n in [n for n in inside if n > last][:_BELOW]:
        line = outline.blocks[n].line
        if line and len(line) <= _MAX_BYLINE:
            byline = read_byline(line)
            if (byline and any(byline)) or read_reporters(line):
                last = n
    return last


def _last_sentence(outline: WeighedOutline, last: int, below: int) -> int:
    like = outline.kind(last)
    between = 0
    for n in range(last + 1, below):
        block = outline.blocks[n]
        if not block.pieces:
            continue
        if between > _BETWEEN or outline.kind(n) != like or any(href for _, href in block.pieces):
            break
        between += 1
        if is_short_sentence(block):
            last, between = n, 0
    return end_at_caption(outline.blocks, last)
