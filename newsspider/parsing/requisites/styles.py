"""The addresses in a style sheet: of images, fonts, and further style sheets.

CSS is cut into tokens by its standard (https://www.w3.org/TR/css-syntax-3/#tokenization), as far as strings, comments
and ``url()`` need it, and not parsed: an address is found by what stands around it. One pass, in time that grows with
the length; a parser of all of CSS (tinycss2, which the tests hold this against) takes seven times as long, and a
crawl waits for it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

StyleKind = Literal["images", "fonts", "styles"]

_TOKEN = re.compile(
    r"""
      # What the end of a line parts is no string.
      /\*(?:.*?\*/|.*)
    | "(?P<double>(?:[^"\\\n\r\f]|\\[0-9a-f]{1,6}(?:\r\n|[\n\r\f])|\\(?:\r\n|.|\Z))*)(?:"|\Z|())
    | '(?P<single>(?:[^'\\\n\r\f]|\\[0-9a-f]{1,6}(?:\r\n|[\n\r\f])|\\(?:\r\n|.|\Z))*)(?:'|\Z|())
    | url\(\s*(?P<url>(?:[^"'()\\\s\0-\x1f\x7f]|\\[0-9a-f]{1,6}\s|\\[^\n\r\f])+)\s*(?:\)|\Z)
    | url\(\s*(?!["'\s])(?:[^)\\]|\\.?)*\)?                # a bad url is no address, and ends like a good one
    | (?P<function>[\w-]++)\(
    | [\w-]+
    | @(?P<keyword>[\w-]+)
    | (?P<mark>[(){};])
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})(?:\r\n|[ \t\n\r\f])?|(\r\n|[\n\r\f])|(.)|\Z)", re.DOTALL)
_ADDRESSING = frozenset(("url", "src", "image-set", "-webkit-image-set"))
"""Functions in which a bare string is an address."""


def addresses(css: str) -> Iterator[tuple[str, StyleKind]]:
    r"""Yield what *css*, a style sheet or the declarations of one element, refers to, as written there.

    >>> list(addresses('@import "a.css"; p {background: url(b.png)} @font-face {src: url(c) format("woff2")}'))
    [('a.css', 'styles'), ('b.png', 'images'), ('c', 'fonts')]
    >>> list(addresses(r'a {content: "url(no)"; cursor: url("\62 .cur")} /* url(no) */'))
    [('b.cur', 'images')]
    """
    functions: list[str] = []
    """Those whose parentheses are open."""
    rule = ""
    """The at-rule in whose head, or for fonts block, this stands."""
    for token in _TOKEN.finditer(css):
        reference = None
        match token.lastgroup:
            case "function":
                functions.append(token["function"].lower())
            case "keyword":
                rule = token["keyword"].lower()
            case "mark":
                match token["mark"]:
                    case "(":
                        functions.append("")
                    case ")":
                        del functions[-1:]
                    case mark:
                        functions.clear()
                        if mark == "}" or rule != "font-face":
                            rule = ""
            case "url":
                reference = token["url"]
            case "double" | "single" as quoted:
                if functions[-1] in _ADDRESSING if functions else rule == "import":
                    reference = token[quoted]
        if reference:
            if rule == "import":
                rule = "imported"  # what follows says when, not what
                yield _unescaped(reference), "styles"
            elif rule != "namespace":
                yield _unescaped(reference), "fonts" if rule == "font-face" else "images"


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(escape: re.Match[str]) -> str:
    if not escape[1]:
        return escape[3] or ""
    number = int(escape[1], 16)
    return chr(number) if 0 < number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"
