"""The standfirst: the few lines under the headline that say what the article is about.

A page prints them in an element that its class names so, or under a label, or only names them to search engines. Much
of what it says to those is no more than the beginning of the text, cut off, or a line about the site; neither is a
summary.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

from newsspider.parsing.headline import place_of
from newsspider.parsing.people import read_line
from newsspider.text.processors import clean_text, fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from newsspider.parsing.page import Block, Element

MAX_LENGTH = 2000
"""Characters; a longer text is no summary."""

_ABOVE, _BELOW = 6, 24  # blocks
_LEAST = 24  # bytes without spaces; a shorter line is a label
_LONG = 120  # bytes of a heading that is a standfirst; of one that ends as a sentence half
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_ENDS = (".", "。", "!", "！", "…", "।", "۔")
_FEW = 4  # words; what has fewer says nothing of an article
_OPENING = 40  # characters of a body by which a text is seen to go on with it
_SHARED = 0.4  # of the words of a summary at least so many are the article's too
_BEGINNING = 0.8  # of the words of a text that begins as the body does
_ENOUGH = 200  # characters of the body beyond twice the length of a text that may be its beginning
_MARKED = re.compile(
    r"(?:^|[\s_-])(?:stand-?first|dek|deck|subhead(?:line|ing)?|sub-?title|sub-?header|lead(?:text|paragraph|in)?|lede"
    r"|intro(?:duction|text)?|abstract|summary|excerpt|chapeau|chapo|entradilla|bajada|copete|vorspann|ingress|manchet"
    r"|perex|sommario|occhiello|zhaiyao|daoyu|daodu)(?=$|[\s_-])",
    re.IGNORECASE,
)
_DATED = re.compile(r"^.{0,60}\b(?:19|20)\d\d\b.{0,20}$")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LABELLED = re.compile(
    r"[【\[]?(?:摘要|导语|導語|核心提示|内容提要|内容摘要)[】\]]?\s?[:\uff1a]?\s?(?<=[】\]:\uff1a\s])(?P<text>.{12,})"
)
_LABELS = "【[摘导導核内"
_CUT = re.compile(r"(?:…+|\.{3,}|\[(?:…|\.{3})\])\s*$")
_TAG = re.compile(r"<[^<>]{1,200}>")
_HAN = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_WORDS = re.compile(rf"(?=([{_HAN}]{{2}}))|([^\W\d_{_HAN}]{{4,}})")
"""Pairs of characters of writings that do not part words, and words of others."""


class Standfirst(NamedTuple):
    """The standfirst of an article, and the witness that gave it."""

    text: str
    witness: str


class Near(NamedTuple):
    """The blocks around the headline; none where no element is one."""

    above: Sequence[Block]
    below: Sequence[Block]


def around_headline(blocks: Sequence[Block], headline: Element | None = None) -> Near:
    """Return what stands around the *headline* of a page that has *blocks*; it is in the first ``<h1>`` by default."""
    place = place_of(headline, blocks) if headline is not None else None
    if place is None:
        place = next((n for n, block in enumerate(blocks) if block.element.tag == "h1"), None)
    if place is None:
        return Near((), ())
    return Near(blocks[max(0, place - _ABOVE) : place], blocks[place + 1 : place + 1 + _BELOW])


def find_standfirst(
    near: Sequence[Block], title: str, paragraphs: Sequence[str], named: Iterable[tuple[str, str | None]]
) -> Standfirst | None:
    """Return the standfirst; *near* stands below the headline, *named* is what metadata calls a description."""
    headline, body, whole = _form(title), " ".join(paragraphs), ""
    printed, heading = _printed(near, paragraphs)
    # The text of a video's page may be no more than this.
    if printed and (len(body) > 2 * len(printed) or _form(body) not in _form(printed)):
        return Standfirst(printed, "standfirst")
    for witness, text in (*named, ("standfirst", heading)):
        text = clean_text(_TAG.sub(" ", unescape(text))) if text and len(text) <= MAX_LENGTH else None
        if text is None:
            continue
        form = _form(_CUT.sub("", text))
        if _size(form) < _LEAST or form in headline or (headline in form and 2 * len(headline) >= len(form)):
            continue
        opening = _form(body[: 2 * len(text) + _ENOUGH])
        if len(form) > _BEGINNING * len(opening):
            continue
        if _begins(opening, form) and not any(_says(each.line, form) and _stands_apart(each, near) for each in near):
            continue
        whole = whole or headline + _form(body)
        if _is_of_the_site(text, whole):
            continue
        return Standfirst(text, witness)
    return None


def _printed(near: Sequence[Block], paragraphs: Sequence[str]) -> tuple[str | None, str | None]:
    """Return the standfirst below the headline, in an element named so or under a label, and a long heading there."""
    found: list[str] = []
    element = heading = None
    first, end = paragraphs[0] if paragraphs else None, paragraphs[1] if len(paragraphs) > 1 else None
    is_above = True
    for block in near:
        if not block.pieces or not (text := block.line):
            continue
        if text == end:
            break
        is_above = is_above and text != first
        if text[0] in _LABELS and (label := _LABELLED.match(text)):
            return clean_text(label["text"]), None
        marked = _marked(block.element)
        if marked is None:
            if found:
                break
            if is_above and heading is None and _is_long_heading(block):
                heading = text
            continue
        if element is not None and marked is not element:
            break
        if all(href for _, href in block.pieces) or _size(text) < _LEAST or _DATED.search(text) or read_line(text):
            continue
        element = marked
        found.append(text)
    gist = clean_text(" ".join(found))
    return (gist if gist and len(gist) <= MAX_LENGTH else None), heading


def _is_long_heading(block: Block) -> bool:
    """Whether a heading says more than the title of a part: it is a sentence, or as long as one."""
    if block.element.tag not in _HEADINGS or any(href for _, href in block.pieces):
        return False
    if block.line.endswith(("?", "？")):  # of which a part of the text is the answer
        return False
    size = _size(block.line)
    return size >= _LONG or (size >= _LONG // 2 and block.line.endswith(_ENDS))


def _marked(element: Element) -> Element | None:
    """The element around a line whose class or property says that it is a standfirst, if there is one."""
    for _ in range(3):
        if element is None or element.tag in ("article", "main", "body", "figcaption", "figure"):
            return None
        if attributes := element.attrib:
            named = attributes.get("itemprop") or ""
            names = f"{attributes.get('class') or ''} {named} {attributes.get('data-testid') or ''}"
            if named == "description" or (names != "  " and _is_marked(names)):
                return element
        element = element.getparent()
    return None


@lru_cache(maxsize=1024)  # the pages of a site have the same few classes
def _is_marked(names: str) -> bool:
    return _MARKED.search(_CAMEL.sub("-", names)) is not None


def _says(line: str, form: str) -> bool:
    """Whether a line has this *form*."""
    return 2 * len(line) >= len(form) and form.startswith(_form(line[:_OPENING])) and _form(line) == form


def _stands_apart(block: Block, near: Sequence[Block]) -> bool:
    """Whether a line is no paragraph among others: a heading, or in an element of its own."""
    if block.element.tag in ("h2", "h3", "strong", "b"):
        return True
    parent = block.element.getparent()
    return not any(each is not block and each.pieces and each.element.getparent() is parent for each in near)


def _begins(body: str, form: str) -> bool:
    """Whether a text is the beginning of the body; before it there may be a few words, a place or who wrote it."""
    beginning = form[: int(len(form) * _BEGINNING)]
    return beginning in body[: len(form) + 60] or (len(body) > _OPENING and body[:_OPENING] in form)


def _is_of_the_site(text: str, article: str) -> bool:
    """Whether a text has too few words of the article to be about it."""
    words = {pair or word for pair, word in _WORDS.findall(fold(text))}
    return len(words) < _FEW or sum(word in article for word in words) < _SHARED * len(words)


def _size(text: str) -> int:
    """Bytes, so that a Chinese character counts as much as the syllables that it stands for."""
    return len(text.encode("utf-8", "replace"))


def _form(text: str) -> str:
    return "".join(fold(text).split())
