"""The witness of class names: quick, exact, and gone with the next redesign.

A site gives a table for each generation of its pages: field -> CSS selector. What a selector names is read as text;
of ``body`` the blocks are read, of ``keywords`` every element is one.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from cssselect import HTMLTranslator
from lxml import etree

from newsspider.processors import clean_text
from newsspider.witnesses.body import read_body
from newsspider.witnesses.page import link_of, outline

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsspider.witnesses.page import Element, Page

_LINKED = ("source", "channel")


def say(page: Page, selectors: Mapping[str, str]) -> dict[str, Any]:
    """What the class names of one generation tell, by field; empty on pages of another generation."""
    said: dict[str, Any] = {}
    for field, selector in selectors.items():
        found = _select(page, selector)
        if not found:
            continue
        if field == "body":
            said |= read_body(outline(found[0]), page.url)
        elif field == "keywords":
            said[field] = [text for element in found if (text := _text(element))]
            said["keywords_raw"] = _text(found[0].getparent())
        elif field in _LINKED:
            said[field] = _text(found[0]), link_of(found[0])
        else:
            said[field] = _text(found[0])
    return {field: value for field, value in said.items() if value}


def _select(page: Page, selector: str) -> list[Element]:
    # Looking for the word costs 2 µs and spares a walk of the tree on pages of another generation.
    if not any(word in page.text for word in _class_names(selector)):
        return []
    found: list[Element] = _xpath(selector)(page.root)
    return found


@cache
def _class_names(selector: str) -> tuple[str, ...]:
    """One class name of each alternative: ``.detail-main .bt, h1.video-bt`` -> ``detail-main``, ``video-bt``."""
    return tuple(re.findall(r"[.]([\w-]+)", alternative)[0] for alternative in selector.split(","))


@cache
def _xpath(selector: str) -> etree.XPath:
    return etree.XPath(HTMLTranslator().css_to_xpath(selector))


def _text(element: Element | None) -> str | None:
    return None if element is None else clean_text("".join(element.itertext()))
