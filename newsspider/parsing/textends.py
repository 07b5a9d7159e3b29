"""The first and the last line of an article, by what stands around the first and the last line of its prose.

Short sentences, pictures with captions, tables and bylines belong to it, and are no prose.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsspider.parsing.byline import read_byline, read_offices, read_reporters
from newsspider.parsing.captions import begin_at_picture, end_at_caption
from newsspider.parsing.chrome import is_chrome, is_related_heading
from newsspider.parsing.comments import opens_comments
from newsspider.parsing.prose import ENDS_SHORT, is_short_sentence
from newsspider.text.processors import says_modified

if TYPE_CHECKING:
    from newsspider.parsing.page import Block, Element
    from newsspider.parsing.weighed import WeighedOutline

_BETWEEN = 3  # short lines without a sentence mark between short sentences
_BELOW = 6  # lines below the last sentence among which a byline may stand
_MAX_BYLINE = 100  # characters
_GROUPS = frozenset(("ul", "ol", "blockquote"))
_WITHIN_GROUPS = _GROUPS | {"li", "dl", "dt", "dd"}
_HEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6"))
_FEW_WORDS, _SOME_WORDS = 2, 4  # of an item of a list, with a heading or a line that ends in a colon above and without


def begin(outline: WeighedOutline, first: int, above: int) -> int:
    """The place of the first line.

    That is the line of prose at *first*, or what stands above it in paragraphs like it, short sentences or a picture
    and its caption; nothing down to the place *above*.
    """
    like = outline.kind(first)
    for n in range(first - 1, above, -1):
        if outline.blocks[n].pieces:
            block = outline.blocks[n]
            if outline.kind(n) != like or not (is_short_sentence(block) or says_modified(block.line)):
                break
            first = n
    return begin_at_picture(outline.blocks, first)


def end(outline: WeighedOutline, inside: list[int], last: int, below: int) -> int:
    """The place of the last line.

    That is the line of prose at *last*, or short sentences below it in paragraphs like it, lists and quotes, down to
    the place *below*; then of those *inside* the article a table that follows, and a byline shortly below.
    """
    last = _last_sentence(outline, {*inside}, last, below)
    for n in [n for n in inside if n > last]:
        if next(outline.blocks[n].element.iterancestors("table"), None) is None:
            break
        last = n
    for n in [n for n in inside if n > last][:_BELOW]:
        line = outline.blocks[n].line
        if line and len(line) <= _MAX_BYLINE:
            byline = read_byline(line) or read_offices(line)
            if (byline and any(byline)) or read_reporters(line):
                last = n
    return last


def _last_sentence(outline: WeighedOutline, inside: set[int], last: int, below: int) -> int:
    """The place of the last short sentence, list or quote below the line at *last*, in the element of the text."""
    like, holder = outline.kind(last), _holder(outline, last)
    between, n = 0, last
    while (n := n + 1) < below:
        block = outline.blocks[n]
        if not block.pieces or n not in inside:
            continue
        child = outline.child(holder, block.element)
        if child is not None and child.tag in _GROUPS:
            run = outline.run(child)
            if not (inside.issuperset(run) and _is_of_text(outline, child, run)):
                break
            last = n = run[-1]
            between = 0
            continue
        is_heading = child is block.element and child.tag in _HEADINGS and not _opens_other(block)
        if between > _BETWEEN or not (is_heading or outline.kind(n) == like) or any(href for _, href in block.pieces):
            break
        between += 1
        if not is_heading and (is_short_sentence(block, with_numbers=True) or says_modified(block.line)):
            last, between = n, 0
    return end_at_caption(outline.blocks, last)


def _holder(outline: WeighedOutline, place: int) -> Element | None:
    """The element that holds the text of which the line at a *place* is a paragraph, or a line in one."""
    block = outline.blocks[place]
    holder = outline.parent(block.element) if block.whole else block.element
    while holder is not None and holder.tag in _WITHIN_GROUPS:
        holder = outline.parent(holder)
    return holder


def _is_of_text(outline: WeighedOutline, group: Element, run: range) -> bool:
    """Whether a quote or a list says something: its items are sentences or some words, and no links or buttons."""
    if group.tag == "blockquote":
        return True
    lines = [block for n in run if (block := outline.blocks[n]).pieces]
    size = sum(len(block.line) for block in lines)
    linked = sum(len(text) for block in lines for text, href in block.pieces if href)
    if 2 * linked > size or len(lines) < len(run) or any(is_chrome(block.line) for block in lines):
        return False
    sentences = sum(block.line.endswith(ENDS_SHORT) for block in lines)
    above = outline.blocks[run[0] - 1] if run[0] else None
    is_introduced = above is not None and (above.element.tag in _HEADINGS or above.line.endswith((":", "\uff1a")))
    words = sum(_count_words(block.line) for block in lines)
    return 2 * sentences >= len(lines) or words >= len(lines) * (_FEW_WORDS if is_introduced else _SOME_WORDS)


def _count_words(line: str) -> float:
    """Words of a line, about; two characters of Chinese make one."""
    return max(len(line.split()), len(line.encode()) / 6 if not line.isascii() else 0)


def _opens_other(block: Block) -> bool:
    """Whether a heading says that something else than the text follows."""
    return is_related_heading(block.line) or is_chrome(block.line) or opens_comments(block)
