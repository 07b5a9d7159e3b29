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
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import cssselect
from cssselect.parser import FunctionalPseudoElement
from lxml import etree

from newsspider.errors import NewsspiderError
from newsspider.parsing.body import read_body
from newsspider.parsing.byline import read_byline
from newsspider.parsing.dateline import read_parts
from newsspider.parsing.page import is_line, outline
from newsspider.record.items import Person
from newsspider.text.processors import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from newsspider.parsing.page import Block, Element, Page

Selectors: TypeAlias = "Mapping[str, str | Sequence[str]]"
"""The table of one generation."""

_ONE = ("title", "published_at", "modified_at", "source", "channel")
_SEVERAL = ("authors", "editors", "keywords", "body", "drop")
_ANCHORS = ("title", "body")
_SIMPLE = r"(?:[A-Za-z][\w-]*|(?=\.))(?:\.[A-Za-z_][\w-]*)*"
_PLAIN = re.compile(rf"\s*{_SIMPLE}(?:(?:\s*>\s*|\s+){_SIMPLE})*\s*", re.ASCII)
"""A selector of elements and classes alone."""


class SelectorError(NewsspiderError):
    """A selector cannot be read, or no field is called so."""


class _Found(NamedTuple):
    """An element, and its attribute that is meant in place of its text."""

    element: Element
    attribute: str | None

    @property
    def text(self) -> str | None:
        value = "".join(self.element.itertext()) if self.attribute is None else self.element.get(self.attribute)
        return clean_text(value or "")


class _Alternative(NamedTuple):
    class_names: list[bytes]
    find: etree.XPath
    attribute: str | None


def say(page: Page, selectors: Selectors) -> dict[str, Any]:
    """What the class names of one generation tell, by field; empty on pages of another generation."""
    found = {anchor: _select(page, selectors[anchor]) for anchor in _ANCHORS if anchor in selectors}
    if not any(found.values()):
        return {}
    found |= {field: _select(page, selector) for field, selector in selectors.items() if field not in found}
    dropped = {each for selector in _each(selectors.get("drop", ())) for each in _every(page, selector)}
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
    """What the first alternative of a selector finds that finds any; of several selectors, what each finds."""
    return [
        found
        for each in _each(selector)
        for found in next(filter(None, (_found(page, alternative) for alternative in _alternatives(each))), [])
    ]


def _every(page: Page, selector: str) -> list[Element]:
    """What any alternative of a selector finds."""
    return [found.element for alternative in _alternatives(selector) for found in _found(page, alternative)]


def _found(page: Page, alternative: _Alternative) -> list[_Found]:
    class_names, find, attribute = alternative
    # Looking for a word is much faster than walking the tree, and most rules are for other pages.
    if not all(name in page.markup for name in class_names):
        return []
    return [_Found(each, attribute) for each in find(page.root) if attribute is None or attribute in each.attrib]


def _each(selector: str | Sequence[str]) -> Sequence[str]:
    return (selector,) if isinstance(selector, str) else selector


def check(selectors: Selectors) -> None:
    """Read the selectors of a generation; SelectorError."""
    for name, selector in selectors.items():
        if name not in _ONE + _SEVERAL:
            raise SelectorError(f"there is no field {name!r} for a selector; choose from: {', '.join(_ONE + _SEVERAL)}")
        if not isinstance(selector, str) and name in _ONE:
            raise SelectorError(f"{selector!r}: {name} has one selector; several are for {', '.join(_SEVERAL)}")
        for each in _each(selector):
            try:
                alternatives = _alternatives(each)
            except cssselect.SelectorError as error:
                raise SelectorError(f"{each!r}, the selector of {name}, cannot be read: {error}") from error
            if name in ("body", "drop") and any(attribute for _, _, attribute in alternatives):
                raise SelectorError(f"{each!r}, the selector of {name}, names an attribute; it has to name elements")


@cache
def _alternatives(selector: str) -> list[_Alternative]:
    """Class names, compiled form and attribute of each alternative of a selector; cssselect's SelectorError."""
    alternatives = selector.split(",")
    if all(map(_PLAIN.fullmatch, alternatives)):
        return [
            _Alternative(re.findall(rb"[.]([\w-]+)", each.encode()), etree.XPath(css_to_xpath(each)), None)
            for each in alternatives
        ]
    translate = cssselect.HTMLTranslator().selector_to_xpath
    return [
        _Alternative([], etree.XPath(translate(each)), _attribute(each.pseudo_element))
        for each in cssselect.parse(selector)
    ]


def _attribute(pseudo_element: object) -> str | None:
    """The attribute that ``::attr(name)`` names."""
    if pseudo_element is None:
        return None
    if isinstance(pseudo_element, FunctionalPseudoElement) and pseudo_element.name == "attr":
        (name,) = [str(argument.value) for argument in pseudo_element.arguments] or [""]
        return name
    raise cssselect.ExpressionError(f"{pseudo_element} is no pseudo-element; ::attr(name) is one")


def css_to_xpath(selector: str) -> str:
    """Translate a selector of elements and classes, joined by space or ``>``, to be matched from right to left.

    So do browsers: the last name is the rarest, and only where it is found are the elements around it looked at. What
    cssselect writes, which knows all selectors, walks from left to right and takes twice as long.

    >>> css_to_xpath("h1.bt")
    "//h1[contains(concat(' ', normalize-space(@class), ' '), ' bt ')]"
    >>> css_to_xpath(".a > em b")
    "//b[ancestor::em[parent::*[contains(concat(' ', normalize-space(@class), ' '), ' a ')]]]"
    """
    *around, last = re.split(r"\s*(>)\s*|\s+", selector.strip())
    if not last.startswith("."):
        return f"//{_step(last)}{_around(around)}"
    attributes = f"//@class[contains(., '{last[1:]}')][{_has('.', last[1:])}]"  # most are refused by the first
    return f"{attributes}/parent::*{_around(around)}"


def _around(steps: list[str | None]) -> str:
    """Condition for what stands around: selectors and combinators in turn, ``None`` for a space."""
    if not steps:
        return ""
    *further, step, combinator = steps
    assert step is not None
    return f"[{'parent' if combinator else 'ancestor'}::{_step(step)}{_around(further)}]"


def _step(simple: str) -> str:
    tag, *names = simple.split(".")
    return (tag or "*") + "".join(f"[{_has('@class', name)}]" for name in names)


def _has(attribute: str, name: str) -> str:
    return f"contains(concat(' ', normalize-space({attribute}), ' '), ' {name} ')"


def _line_around(element: Element) -> Element:
    """The element that makes the line in which *element* stands, with the label before it."""
    return next((around for around in element.iterancestors() if is_line(around)), element)
