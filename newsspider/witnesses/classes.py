"""The witness of class names: quick, exact, and gone with the next redesign.

A site gives a table for each generation of its pages: field -> CSS selector. What a selector names is read as text;
of ``body`` the blocks are read, of ``keywords`` every element is one. Names such as ``.time`` are anybody's: a
generation is heard only on a page where its ``title`` or ``body`` is found.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from cssselect import HTMLTranslator
from lxml import etree

from newsspider.processors import clean_text
from newsspider.witnesses.body import read_body
from newsspider.witnesses.page import outline

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsspider.witnesses.page import Element, Page

_ANCHORS = ("title", "body")
_LINKED = ("source", "channel")


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
            said["keywords_raw"] = _text(elements[0].getparent())
        elif field in _LINKED:
            said[field] = _text(elements[0]), elements[0].get("href")
        else:
            said[field] = _text(elements[0])
    return said


def _select(page: Page, selector: str) -> list[Element]:
    """Elements of the first alternative of *selector* that finds any."""
    for class_names, find in _alternatives(selector):
        # Looking for words is 50 times faster than walking the tree, and most rules are for other pages.
        if all(name in page.markup for name in class_names) and (found := find(page.root)):
            return list(found)
    return []


@cache
def _alternatives(selector: str) -> list[tuple[list[bytes], etree.XPath]]:
    """Class names and compiled form of each alternative of a selector."""
    return [
        (re.findall(rb"[.]([\w-]+)", each.encode()), etree.XPath(HTMLTranslator().css_to_xpath(each.strip())))
        for each in selector.split(",")
    ]


def _text(element: Element | None) -> str | None:
    return None if element is None else clean_text("".join(element.itertext()))
