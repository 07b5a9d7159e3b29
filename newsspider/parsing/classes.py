"""The witness of class names: quick, exact, and gone with the next redesign.

A site gives a table for each generation of its pages: field -> CSS selector. What a selector names is read as text, or
as the value of an attribute: ``time::attr(datetime)``, as Scrapy has it. Commas part alternatives, of which the first
that finds anything is taken. ``body`` reads the blocks of all elements that its alternative finds, in page order;
``authors``, ``editors`` and ``keywords`` take each element as one; these four may be given several selectors, of which
each adds what it finds. ``drop`` is all that stands in a body and is no part of it.

Names such as ``.time`` are anybody's: a generation is heard only on a page where its ``title`` or ``body`` is found.
"""

from __future__ import annotations

import re
from copy import deepcopy
from typing import TYPE_CHECKING, Any, NamedTuple

from newsspider.parsing.body import read_body
from newsspider.parsing.byline import read_byline
from newsspider.parsing.dateline import read_parts
from newsspider.parsing.page import is_line, outline
from newsspider.parsing.selectors import alternatives, each_of
from newsspider.record.items import Person
from newsspider.text.processors import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsspider.parsing.page import Block, Element, Page
    from newsspider.parsing.selectors import Alternative, Selectors

_ANCHORS = ("title", "body")


class _Found(NamedTuple):
    """An element, and its attribute that is meant in place of its text."""

    element: Element
    attribute: str | None

    @property
    def text(self) -> str | None:
        value = "".join(self.element.itertext()) if self.attribute is None else self.element.get(self.attribute)
        return clean_text(value or "")


def say(page: Page, selectors: Selectors) -> dict[str, Any]:
    """Return the fields that the class names of one generation mark; empty on pages of another generation."""
    found = {anchor: _select(page, selectors[anchor]) for anchor in _ANCHORS if anchor in selectors}
    if not any(found.values()):
        return {}
    found |= {field: _select(page, selector) for field, selector in selectors.items() if field not in found}
    dropped = {each for selector in each_of(selectors.get("drop", ())) for each in _every(page, selector)}
    said: dict[str, Any] = {}
    for field, elements in found.items():
        if not elements:
            continue
        match field:
            case "drop":
                pass
            case "body":
                said |= read_body(_blocks([each.element for each in elements], dropped), page.resolve)
            case "keywords":
                said[field] = [text for each in elements if (text := each.text)]
                said["keywords_raw"] = _Found(_line_around(elements[0].element), None).text
            case "authors" | "editors":
                said[field] = [person for each in elements for person in _people(each.text, field)]
            case "source":
                said |= _source(elements[0])
            case "channel":
                said[field] = elements[0].text, elements[0].element.get("href")
            case _:
                said[field] = elements[0].text
    return said


def _blocks(elements: list[Element], dropped: set[Element]) -> Iterator[Block]:
    """The blocks of *elements* from top to bottom, of each once, without what stands in those *dropped*."""
    among = set(elements)
    for element in elements:
        if among.isdisjoint(element.iterancestors()):
            yield from outline(_without(dropped, element) if dropped else element)


def _without(dropped: set[Element], element: Element) -> Element:
    """Copy *element* without what stands in those *dropped*; a line still ends there."""
    copy = deepcopy(element)
    twins = [twin for each, twin in zip(element.iter(), copy.iter(), strict=True) if each in dropped]
    for twin in twins:
        twin.clear(keep_tail=True)
    return copy


def _people(text: str | None, field: str) -> list[Person]:
    """The people whom a text names: a byline with roles, or names alone."""
    if not text:
        return []
    if byline := read_byline(text):
        people: list[Person] = getattr(byline, field)
        return people
    names = _AND.split(_BY.sub("", text))
    return [Person(name=name) for each in names if (name := each.strip())]


_BY = re.compile(r"by\s+", re.IGNORECASE)
_AND = re.compile(r"[、,\uff0c;\uff1b/|]|\s+(?:and|und|et|y)\s+")


def _source(found: _Found) -> dict[str, Any]:
    """The source, and the people who are named beside it."""
    parts = read_parts(found.text or "")
    said: dict[str, Any] = {"authors": parts.byline.authors, "editors": parts.byline.editors}
    if name := parts.source or next(iter(parts.loose), None):
        said["source"] = name, found.element.get("href")
    return {name: value for name, value in said.items() if value}


def _select(page: Page, selector: str | Sequence[str]) -> list[_Found]:
    """Return the matches of a selector's first alternative that has any; of several selectors, the matches of each."""
    return [
        found
        for each in each_of(selector)
        for found in next(filter(None, (_found(page, alternative) for alternative in alternatives(each))), [])
    ]


def _every(page: Page, selector: str) -> list[Element]:
    """Return the matches of all alternatives of a selector."""
    return [found.element for alternative in alternatives(selector) for found in _found(page, alternative)]


def _found(page: Page, alternative: Alternative) -> list[_Found]:
    class_names, find, attribute = alternative
    # Looking for a word is much faster than walking the tree, and most rules are for other pages.
    if not all(name in page.markup for name in class_names):
        return []
    return [_Found(each, attribute) for each in find(page.root) if attribute is None or attribute in each.attrib]


def _line_around(element: Element) -> Element:
    """The element that makes the line in which *element* stands, with the label before it."""
    return next((around for around in element.iterancestors() if is_line(around)), element)
