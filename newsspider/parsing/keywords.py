"""Keywords below a body, and the label that opens their part."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from newsspider.parsing.boxes import WEAKLY, called, kind_of
from newsspider.parsing.comments import opens_comments
from newsspider.parsing.shorttext import short_text
from newsspider.text.processors import clean_text, parse_keywords_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsspider.parsing.page import Block, Element

LABEL = re.compile(r"[【\[]?\w+\W*")  # one word, maybe in brackets, then a colon or nothing
_LETTER = re.compile(r"\w")


BELOW, ABOVE = 40, 20
"""Blocks below a text among which its keywords are looked for, and above it."""

MAX_KEYWORDS = 100
"""Keywords that are read from links."""

_MAX_KEYWORD, _MAX_LINE = 60, 500  # characters
_LABELLED = re.compile(
    r"[【\[]?(?:(?:[关關][键鍵][词詞字]|[标標][签籤])|(?i:tags?|tagged(?:\s(?:as|with))?|labels?|keywords?|schlag(?:wörter|worte?)"
    r"|mots[-\s]clés|etiquetas|palabras\sclave|palavras-chave|parole\schiave|теги|ключевые\sслова)|タグ|キーワード|태그|키워드)"
    r"(?P<bracket>[】\]])?\s?(?P<colon>[:\uff1a])?\s*"
)
_FOOTER = re.compile(r"(?:entry|post|article|story)[-_]+footer", re.IGNORECASE)
_PARTS = re.compile(r"\s*[,\uff0c、;\uff1b|｜]\s*")


def find_keywords(blocks: Sequence[Block]) -> list[str]:
    """The keywords among the lines around a text: links that are said to be tags, or what stands under a label."""
    found: list[str] = []
    for n, block in enumerate(blocks):
        if opens_comments(block):
            break
        if not block.pieces or len(block.line) > _MAX_LINE:
            continue
        tags = _tags(block.element) if any(href for _, href in block.pieces) else []
        label = None if tags or found else _label(block)
        if not (tags or found or label) or _is_beside(block.element):  # the last takes longest
            continue
        if label and (words := _labelled(blocks[n:], label)):
            return words
        if found and not tags:
            break
        found += tags
    return [*dict.fromkeys(found)][:MAX_KEYWORDS]


def _label(block: Block) -> re.Match[str] | None:
    """The label with which a line begins: by its sign, or alone in a node; a sentence may begin with the same word."""
    match = _LABELLED.match(block.line)
    is_label = match is not None and (
        match["colon"] or match["bracket"] or match.end() >= len(block.visible[0][0].strip())
    )
    return match if is_label else None


def _tags(line: Element) -> list[str]:
    """The texts of the links in a line that are said to be tags, and not channels."""
    rels = ((link, (link.get("rel") or "").lower().split()) for link in line.iter("a"))
    named = (link for link, rel in rels if "tag" in rel and "category" not in rel)
    texts = (short_text(link.itertext(), _MAX_KEYWORD) for link in named)
    return [text.removeprefix("#") for text in texts if text]


def _labelled(blocks: Sequence[Block], label: re.Match[str]) -> list[str]:
    """The words behind a *label* in the first of *blocks*; where there are none, the links below."""
    first = blocks[0]
    linked = [text for text, href in first.pieces if href]
    if label.end() == len(first.line):
        below = takewhile(lambda block: block.pieces and all(href for _, href in block.pieces), blocks[1:])
        linked = [block.line for block in below if len(block.line) <= _MAX_KEYWORD]
    elif not linked:
        line = parse_keywords_line(first.line)
        words = line.keywords if line else _PARTS.split(first.line[label.end() :]) if label["colon"] else None
        return [word for word in words or () if 0 < len(word) <= _MAX_KEYWORD]
    words = [text for each in linked if (text := clean_text(each)) and _LETTER.search(text)]
    return [*dict.fromkeys(word.removeprefix("#") for word in words)][:MAX_KEYWORDS]


def _is_beside(element: Element) -> bool:
    """Whether a line is in a menu or a box beside the article; the footer of an article is of it."""
    around = element
    while around is not None and around.tag not in ("article", "main", "body"):
        if around.tag in ("aside", "nav"):
            return True
        if kind_of(_FOOTER.sub("", called(around))) > WEAKLY:
            return True
        around = around.getparent()
    return False


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
