"""The tokens of a state, and what those mean that stand for one value."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsspider.text.nuxt.limits import NuxtStateError

if TYPE_CHECKING:
    from newsspider.text.nuxt.limits import Value

# Possessive throughout: a token is read once and never tried shorter, which keeps hostile sources linear.
TOKEN = re.compile(
    r"""\s*+(?:
    ( "[^"\\\n\r]*+(?:\\(?:\r\n|[\s\S])[^"\\\n\r]*+)*" | '[^'\\\n\r]*+(?:\\(?:\r\n|[\s\S])[^'\\\n\r]*+)*' )
    | ( (?:[^\W\d]|\$)[\w$]*+ \s*+ : )
    | ( (?:[^\W\d]|\$)[\w$]*+ )
    | ( -?(?:(?:0|[1-9][0-9]*+)(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?(?![\w$.]) )
    | ( ![01](?![\w$.]) | -Infinity(?![\w$]) )
    | ( [][{}():;,.=] )
    | ( \Z )
    | ( [\s\S] )
    )""",
    re.VERBOSE,
)
STRING, KEY, WORD, NUMBER, LITERAL, MARK, END, UNKNOWN = range(1, 9)

LITERALS: dict[str, Value] = {"!0": True, "!1": False, "-Infinity": None}
WORDS: dict[str, Value] = {
    "true": True,
    "false": False,
    "null": None,
    "undefined": None,
    "NaN": None,
    "Infinity": None,
}
METHODS = frozenset(("add", "set"))
RESERVED = frozenset(WORDS) | {"void", "Array", "Object", "Symbol", "new", "Date", "function", "return"}

REGEXP = re.compile(
    r"/(?![/*])[^/\\\[\n\r]*+(?:(?:\\[^\n\r]|\[[^\]\\\n\r]*+(?:\\[^\n\r][^\]\\\n\r]*+)*\])[^/\\\[\n\r]*+)*/[a-z]*+(?![\w$])"
)
NO_DATE = re.compile(r"\(\s*NaN\s*\)")
SYMBOL = re.compile(r"\([^()\n\r]{0,200}+\)")
INDEX = re.compile(r"0|[1-9][0-9]{0,9}")

# A NUL before a digit is written as \0 and the digit, which JavaScript reads as one character by its octal number.
ESCAPE = re.compile(
    r"\\(?:u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|x([0-9a-fA-F]{2})|([0-3][0-7]{0,2}|[4-7][0-7]?)|(\r\n|[\s\S]))"
)
SURROGATE = re.compile(r"[\ud800-\udfff]")
_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"} | dict.fromkeys(
    ["\n", "\r\n", "\r", "\u2028", "\u2029"],
    "",  # a backslash at the end of a line continues the string
)


def unescape(escape: re.Match[str], offset: int) -> str:
    """Give the character that a backslash and what follows it stand for, in a string that begins at *offset*."""
    if code := escape[1] or escape[2] or escape[3]:
        if int(code, 16) <= 0x10FFFF:
            return chr(int(code, 16))
    elif escape[4]:
        return chr(int(escape[4], 8))
    elif escape[5] not in "ux":
        return _ESCAPED.get(escape[5], escape[5])
    found = escape.string[escape.start() : escape.start() + 10]
    raise NuxtStateError(offset + escape.start(), f"found {found!r} where an escape was expected")
