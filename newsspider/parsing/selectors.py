"""The selectors of a site: what its tables may hold, and how they are matched.

They are read when the site is loaded, so that a mistake shows at once. What they find on a page
:mod:`newsspider.parsing.classes` reads, which most runs do not need.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple, TypeAlias

import cssselect
from cssselect.parser import FunctionalPseudoElement
from lxml import etree

from newsspider.errors import NewsspiderError

Selectors: TypeAlias = Mapping[str, str | Sequence[str]]
"""The table of one generation."""

_ONE = ("title", "published_at", "modified_at", "source", "channel")
_SEVERAL = ("authors", "editors", "keywords", "body", "drop")
_SIMPLE = r"(?:[A-Za-z][\w-]*|(?=\.))(?:\.[A-Za-z_][\w-]*)*"
_PLAIN = re.compile(rf"\s*{_SIMPLE}(?:(?:\s*>\s*|\s+){_SIMPLE})*\s*", re.ASCII)
"""A selector of elements and classes alone."""


class SelectorError(NewsspiderError):
    """A selector cannot be read, or no field is called so."""


class Alternative(NamedTuple):
    """One of the selectors that commas part; every page of the generation with these class names is searched for it."""

    class_names: list[bytes]
    find: etree.XPath
    attribute: str | None


def each_of(selector: str | Sequence[str]) -> Sequence[str]:
    """Return the selectors of a field that has one or several."""
    return (selector,) if isinstance(selector, str) else selector


def check(selectors: Selectors) -> None:
    """Read the selectors of a generation; SelectorError."""
    for name, selector in selectors.items():
        if name not in _ONE + _SEVERAL:
            raise SelectorError(f"there is no field {name!r} for a selector; choose from: {', '.join(_ONE + _SEVERAL)}")
        if not isinstance(selector, str) and name in _ONE:
            raise SelectorError(f"{selector!r}: {name} has one selector; several are for {', '.join(_SEVERAL)}")
        for each in each_of(selector):
            try:
                found = alternatives(each)
            except cssselect.SelectorError as error:
                raise SelectorError(f"{each!r}, the selector of {name}, cannot be read: {error}") from error
            if name in ("body", "drop") and any(attribute for _, _, attribute in found):
                raise SelectorError(f"{each!r}, the selector of {name}, names an attribute; it has to name elements")


@cache
def alternatives(selector: str) -> list[Alternative]:
    """Class names, compiled form and attribute of each alternative of a selector; cssselect's SelectorError."""
    parts = selector.split(",")
    if all(map(_PLAIN.fullmatch, parts)):
        return [
            Alternative(re.findall(rb"[.]([\w-]+)", each.encode()), etree.XPath(css_to_xpath(each)), None)
            for each in parts
        ]
    translate = cssselect.HTMLTranslator().selector_to_xpath
    return [
        Alternative([], etree.XPath(translate(each)), _attribute(each.pseudo_element))
        for each in cssselect.parse(selector)
    ]


def _attribute(pseudo_element: object) -> str | None:
    """The attribute that ``::attr(name)`` names."""
    if pseudo_element is None:
        return None
    if isinstance(pseudo_element, FunctionalPseudoElement) and pseudo_element.name == "attr":
        names = [str(argument.value) for argument in pseudo_element.arguments]
        if len(names) == 1:
            return names[0]
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
    names = last[1:].split(".")
    attributes = f"//@class[contains(., '{names[0]}')]" + "".join(f"[{_has('.', name)}]" for name in names)
    return f"{attributes}/parent::*{_around(around)}"  # most are refused by the first condition


def _around(steps: list[str | None]) -> str:
    """Condition for what stands around: selectors and combinators in turn, ``None`` for a space."""
    if not steps:
        return ""
    *further, step, combinator = steps
    assert step is not None
    return f"[{'parent' if combinator else 'ancestor'}::{_step(step)}{_around(further)}]"


def _step(simple: str) -> str:
    tag, *names = simple.split(".")
    return (tag.lower() or "*") + "".join(f"[{_has('@class', name)}]" for name in names)


def _has(attribute: str, name: str) -> str:
    return f"contains(concat(' ', normalize-space({attribute}), ' '), ' {name} ')"
