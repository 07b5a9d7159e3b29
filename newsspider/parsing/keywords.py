"""Keywords below a body, and the label that opens their part."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from newsspider.text.processors import parse_keywords_line

if TYPE_CHECKING:
    from newsspider.parsing.page import Block

LABEL = re.compile(r"[【\[]?\w+\W*")  # one word, maybe in brackets, then a colon or nothing
_LETTER = re.compile(r"\w")


def read_keywords(blocks: list[Block]) -> dict[str, Any]:
    """Keywords that are nodes of their own; a line of them run together stays a line."""
    if not blocks[0].visible[1:] and LABEL.fullmatch(blocks[0].line):  # alone: the words are the links below it
        below = takewhile(lambda block: all(href for _, href in block.pieces), blocks[1:])
        blocks = [blocks[0], *below]
    else:
        blocks = blocks[:1]
    raw = " ".join(block.text for block in blocks)
    label, *words = [piece for block in blocks for piece in block.visible]
    if LABEL.fullmatch(label[0].strip()) and (len(words) > 1 or all(href for _, href in words)):
        nodes = [text.strip() for text, _ in words if _LETTER.search(text)]
        return {"keywords_raw": raw, "keywords": nodes or None}
    line = parse_keywords_line(raw)
    return {"keywords_raw": raw, "keywords": line and line.keywords and list(line.keywords)}


def is_labelled(block: Block) -> bool:
    """Whether a line is a label and what belongs to it, rather than a sentence that begins with the same word."""
    line = block.line
    first, *others = block.visible
    return (
        LABEL.fullmatch(first[0].strip()) is not None  # a node of its own
        and (not others or all(href for _, href in others) or line[-1] not in _SENTENCE_ENDS)
    ) or (parse_keywords_line(line) is not None and line[-1] not in _SENTENCE_ENDS)


_SENTENCE_ENDS = "。!\uff01?\uff1f"
