"""The authors around a headline: in markup that names them, or on a line that can be nothing else."""

from __future__ import annotations

import re
from itertools import islice, pairwise, takewhile, zip_longest
from typing import TYPE_CHECKING

from newsspider.parsing.boxes import called, words_in
from newsspider.parsing.byline import is_name, read_byline, read_reporters
from newsspider.parsing.masthead import AT_END, MAX_ELEMENTS, MAX_LINE
from newsspider.parsing.people import (
    is_label,
    is_of_person,
    read_accounts,
    read_apart,
    read_dated,
    read_labelled,
    read_line,
    read_linked,
    read_names,
    without_offices,
)
from newsspider.parsing.shorttext import short_text
from newsspider.record.items import Person
from newsspider.text.processors import clean_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from newsspider.parsing.masthead import Masthead
    from newsspider.parsing.page import Block, Element

FIRST = 4
"""Nodes of a line of which each may say who wrote the article."""

_BELOW = 3
"""Lines below the body that may be signed."""
_SHORT = 20  # characters of a label, or of a Chinese name alone
_OF_AUTHORS = re.compile(
    r"(?:^|[^A-Za-z]|(?<=[a-z])(?=[A-Z]))(?i:by-?line|author|autor|auteur|autore|reporter|journalist|writer)"
)
_MOST_WORDS = 8  # of a name, or that of an office
_LABELLED_BY = "aria-labelledby"


def find_authors(masthead: Masthead, is_person: Callable[[str], bool] = is_of_person) -> list[Person]:
    """Return those whom the markup and the lines of a *masthead* name: the first, or those of whom one *is_person*."""
    if reporters := _reporters(masthead):
        return reporters
    first: list[str] = []
    for names in filter(None, map(without_offices, _named(masthead))):
        if any(is_person(name) and (not first or is_of_person(name)) for name in names):
            return [Person(name=name) for name in names]
        first = first or names
    return [Person(name=name) for name in first]


def _reporters(masthead: Masthead) -> list[Person]:
    """Reporters on a line of their own, as Chinese pages name them."""
    for block in masthead.lines:
        text = block.text
        if text and len(text) <= MAX_LINE:
            byline = read_byline(text)
            if people := (byline and byline.authors) or read_reporters(text):
                return people
            before = takewhile(lambda each: not _NO_NAMES.search(each), (piece for piece, _ in block.pieces))
            if people := read_reporters(clean_text("".join(before)) or ""):
                return people
    for one, other in pairwise(masthead.lines):  # a name and an office, in boxes of their own
        if len(one.line) <= _SHORT and is_name(one.text) and _OFFICE.fullmatch(other.text):
            return [Person(name=one.text)]
    return []


def _named(masthead: Masthead) -> Iterator[list[str]]:
    """Yield whom the markup and each of the lines name, best first; those by whose name somebody logs in at last."""
    lines = [block for block in masthead.lines if len(block.line) <= MAX_LINE]
    marked = [name for name in masthead.microdata.authors if len(name) <= MAX_LINE]
    near = [block.line for block in masthead.lines if len(block.line) <= 2 * MAX_LINE]  # channels may stand beside it
    beside = [name for name in marked if any(name in line for line in near)]
    yield _of_people(beside) or _of_people(marked)  # those further down may be of other articles
    yield named_on_line(masthead)
    ways = [block for block in lines if _WAY.search(block.line)]
    lines = [block for block in lines if block not in ways and not masthead.is_headline(block)]
    ends = [block.pieces[-1:] for block in ways]  # of a trail that is on one line with the author
    yield from map(read_linked, [*(block.pieces for block in lines), *ends])
    named = [names for block in lines if (names := (_marked(block) if not _is_aside(block) else []) or _called(block))]
    yield from sorted(named, key=lambda names: not any(map(is_of_person, names)))
    if masthead.headed is not None:
        yield _in_headline(masthead.headed)
    below = masthead.below_text
    yield from (_marked(block) or read_linked(block.pieces) or read_labelled(block.pieces) for block in below)
    last = (block for block in masthead.end[: AT_END + _BELOW] if not all(href for _, href in block.pieces))
    # With a date it is of another article.
    signed = [read_line(block.text) for block in last if not _DIGIT.search(block.line)]
    yield from (names for names in signed if all(map(is_of_person, names)))
    yield read_accounts(beside)


def named_on_line(masthead: Masthead) -> list[str]:
    """The names on the first line that says by whom the article is."""
    near = [block for block in (*masthead.lines, *masthead.first) if len(block.line) <= MAX_LINE]
    near = [block for block in near if not _is_of_picture(block)]
    for block, after in zip_longest(near, near[1:]):
        texts = [block.text, *(clean_text(text) or "" for text, _ in block.pieces[:FIRST] if len(block.pieces) > 1)]
        nodes = [*block.pieces, *after.pieces[:1]] if after and is_label(block.line) else block.pieces
        read = (read_line(text.lstrip(_BEFORE_NAMES)) for text in texts)
        if names := read_labelled(nodes) or next(filter(None, read), []) or read_dated(nodes):
            return names
    return []


def _called(block: Block) -> list[str]:
    """The names in a line that is called after authors; none in one that is a way to the page, from its channel."""
    element = _of_authors(block.element)
    if element is None or _WAY.search(block.line) or _is_of_picture(block):
        return []
    links = [href for _, href in block.pieces if href]
    if links and all(map(_OF_CHANNEL.search, links)):
        return []
    if element is not block.element and (names := _of_people(_within(element, block.element))):
        return names  # what is beside them may be channels
    if names := read_apart([text for text, _ in block.pieces]):
        return names
    linked = [text for text, href in block.pieces if href]
    named = _of_people(linked or [block.text]) if element is block.element else []
    return named or [*filter(is_of_person, _of_people([text for text, _ in block.pieces]))]


def _in_headline(block: Block) -> list[str]:
    """The names in an element of the headline that is called after authors."""
    inside = islice(block.element.iterdescendants(), MAX_ELEMENTS)
    called_so = next((each for each in inside if _OF_AUTHORS.search(called(each))), None)
    return [*filter(is_of_person, _of_people(_within(called_so, block.element)))] if called_so is not None else []


def _within(first: Element, line: Element) -> Iterator[str]:
    """The texts of those elements of a *line* that are called as the *first* is, or of the links in them."""
    for each in islice(line.iter(first.tag), MAX_ELEMENTS):
        if called(each) == called(first):
            links = [*islice(each.iter("a"), MAX_ELEMENTS)]
            yield from (short_text(one.itertext(), MAX_LINE) or "" for one in links or [each])


def _marked(block: Block) -> list[str]:
    """The names that a line has in the markup for that of an author: hCard, or a link to whoever it is."""
    elements = [*islice(block.element.iter(), MAX_ELEMENTS)]
    named = [each for each in elements if each.get("rel") == "author" or _is_name_of_card(each)]
    cards = [each for each in elements if {"author", "vcard"} <= {*(each.get("class") or "").split()}]
    texts = (short_text(each.itertext(), MAX_LINE) for each in named or cards)
    marked = [text for text in texts if text and text in block.line]
    return _of_people(marked) or read_accounts(marked)


def _is_of_picture(block: Block) -> bool:
    """Whether a line is below a picture: it says who took that."""
    return any(
        each.tag == "figcaption"
        or not (_OF_PICTURES.isdisjoint(words_in(called(each))) or next(each.iter("h1", "h2"), None) is not None)
        for each in (block.element, *islice(block.element.iterancestors(), 1))
    )


def _is_aside(block: Block) -> bool:
    return block.element.tag == "aside" or next(block.element.iterancestors("aside"), None) is not None


def _is_name_of_card(element: Element) -> bool:
    """Whether an element has the name of a card, which is not that of a company or a country."""
    names = (element.get("class") or "").split()
    return "fn" in names and "org" not in names


def _of_authors(element: Element) -> Element | None:
    """The element that is called after authors in that of a line; the line's own where one around it is so called."""
    for each in islice(element.iter(), MAX_ELEMENTS):
        if _OF_AUTHORS.search(called(each)):
            return each
    for around in islice(element.iterancestors(), 2):
        if around.tag == "article" or "hentry" in (around.get("class") or "").split():
            break  # which is called after its author too
        if _OF_AUTHORS.search(f"{called(around)} {around.get(_LABELLED_BY) or ''}"):
            return element
    return None


def _of_people(texts: Iterable[str]) -> list[str]:
    """The names in *texts*; none that begins with a small letter, as words around names do, or holds a number."""
    names = read_names([_REPORTED.sub("", _IN.sub("", text)) for text in texts])
    names = [name for name in names if len(name.split()) <= _MOST_WORDS and _LABELLED.search(name) is None]
    return [name for name in names if not (name[0].islower() or name[0] in "([" or _DIGIT.search(name))]


_OF_CHANNEL = re.compile(
    r"/(?:tags?|categor(?:y|ies)|topics?|them(?:a|en|es?)|kategorien?|rubriken?|sections?)/", re.IGNORECASE
)
_OF_PICTURES = frozenset(("caption", "figcaption", "photo", "foto"))
_LABELLED = re.compile("[:\uff1a]")
_BEFORE_NAMES = " \xa0-\u2013\u2014|\u00b7\u2022"
_REPORTED = re.compile(r"\s*(?:综合|綜合)?(?:报道|报导|報導|報道)$")
_IN = re.compile(r"\s*,?\s+(?:in|on|at|am|um|le|el)\s.*$")
_WAY = re.compile(r"[\w\s][>›»]\s*\w|(?:当前|现在|所在)的?位置")
_DIGIT = re.compile("[0-9]")
_NO_NAMES = re.compile(r"[0-9]|[:\uff1a]\s*$")
"""Nodes of a line that end the names before a date: the date, or its label."""
_OFFICE = re.compile(
    r"[\w\s]{0,12}(?:[記记]者|[編编][輯辑]|撰稿人?|[評评][論论][員员]|主[笔筆播])|[\w\s]{0,6}[駐驻][\u4e00-\u9fff]{2,6}[記记]者"
)
