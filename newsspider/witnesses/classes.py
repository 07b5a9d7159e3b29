"""The witness of class names: quick, exact, and gone with the next redesign.

A site gives a table for each generation of its pages: field -> CSS selector. What a selector names is read as text;
of ``body`` the blocks are read, of ``keywords`` every element is one. Names such as ``.time`` are anybody's: a
generation is heard only on a page where its ``title`` or ``body`` is found.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

import cssselect
from lxml import etree

from newsspider.errors import NewsspiderError
from newsspider.processors import clean_text
from newsspider.witnesses.body import read_body
from newsspider.witnesses.dateline import read_parts
from newsspider.witnesses.page import is_line, outline

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsspider.witnesses.page import Element, Page

_ANCHORS = ("title", "body")
_LINKED = ("channel",)
_SIMPLE = r"(?:[A-Za-z][\w-]*|(?=\.))(?:\.[A-Za-z_][\w-]*)*"
_PLAIN = re.compile(rf"\s*{_SIMPLE}(?:(?:\s*>\s*|\s+){_SIMPLE})*\s*", re.ASCII)
"""A selector of elements and classes alone."""


class SelectorError(NewsspiderError):
    """A selector cannot be read."""


def say(page: Page, selectors: Mapping[str, str]) -> dict[str, Any]:
    """What the class names of one generation tell, by field; empty on pages of another generation."""
    found = {anchor: _select(page, selectors[anchor]) for anchor in _ANCHORS if anchor in selectors}
    if not any(found.values()):
        return {}
    found |= {field: _select(page, selector) for field, selector in selectors.items() if field not in found}
    said: dict[str, Any] = {}
    for field, elements in found.items():
        if not elements:
            continue
        if field == "body":
            said |= read_body(outline(elements[0]), page.base_url)
        elif field == "keywords":
            said[field] = [text for element in elements if (text := _text(element))]
            said["keywords_raw"] = _text(_line_around(elements[0]))
        elif field == "source":
            said |= _source(elements[0])
        elif field in _LINKED:
            said[field] = _text(elements[0]), elements[0].get("href")
        else:
            said[field] = _text(elements[0])
    return said


def _source(element: Element) -> dict[str, Any]:
    """The source, and the people who are named beside it."""
    parts = read_parts(_text(element) or "")
    said: dict[str, Any] = {"authors": parts.byline.authors, "editors": parts.byline.editors}
    if name := parts.source or next(iter(parts.loose), None):
        said["source"] = name, element.get("href")
    return {name: value for name, value in said.items() if value}


def _select(page: Page, selector: str) -> list[Element]:
    """Elements of the first alternative of *selector* that finds any."""
    for class_names, find in _alternatives(selector):
        # Looking for a word is much faster than walking the tree, and most rules are for other pages.
        if all(name in page.markup for name in class_names) and (found := find(page.root)):
            return list(found)
    return []


def check(selectors: Mapping[str, str]) -> None:
    """Read the selectors of a generation; SelectorError."""
    for name, selector in selectors.items():
        try:
            _alternatives(selector)
        except cssselect.SelectorError as error:
            raise SelectorError(f"{selector!r}, the selector of {name}, cannot be read: {error}") from error


@cache
def _alternatives(selector: str) -> list[tuple[list[bytes], etree.XPath]]:
    """Class names and compiled form of each alternative of a selector; cssselect's SelectorError."""
    alternatives = selector.split(",")
    if all(map(_PLAIN.fullmatch, alternatives)):
        return [(re.findall(rb"[.]([\w-]+)", each.encode()), etree.XPath(css_to_xpath(each))) for each in alternatives]
    translate = cssselect.HTMLTranslator().selector_to_xpath
    return [([], etree.XPath(translate(each))) for each in cssselect.parse(selector)]


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


def _text(element: Element | None) -> str | None:
    return None if element is None else clean_text("".join(element.itertext()))
