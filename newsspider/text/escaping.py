r"""Text of strangers made harmless where it is shown: no character of it moves a cursor or turns the direction of text.

Addresses, titles, headers and names of files come from strangers, and may hold anything. They are kept as they are, and
written out where they are printed, logged or shown: ``\x1b`` for an escape character.
"""

from __future__ import annotations

import html
import json
import re
from typing import Any

# C0, DEL and C1 (terminals act on them), marks and overrides of direction, line separators, and surrogates, which stand
# for bytes that are not UTF-8 and cannot be written.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_UNSAFE_IN_LINES = re.compile(_UNSAFE.pattern.replace("\x00-\x1f", "\x00-\x09\x0b-\x1f"))
# In JSON those of C0 are escapes already, and line feeds are ours.
_UNSAFE_IN_JSON = re.compile(_UNSAFE.pattern.replace("\x00-\x1f", ""))


def printable(text: str) -> str:
    r"""Write *text* so that it is on one line, and moves nothing.

    >>> print(printable("a\x1b[2Jb\u202ec\nd"))
    a\x1b[2Jb\u202ec\nd
    """
    return _UNSAFE.sub(_written, text)


def printable_lines(text: str) -> str:
    """Write *text* as ``printable`` does, in the lines that it has."""
    return _UNSAFE_IN_LINES.sub(_written, text)


MAX_SHOWN = 200
"""Bytes, in UTF-8, that a message shows of one thing that a stranger wrote."""


def shortened(text: str) -> str:
    """Return the beginning of *text* that a message shows: all of it, where it is short enough.

    >>> shortened("看" * 100) == "看" * 65 + "…", shortened("看看新闻")
    (True, '看看新闻')
    """
    shown = text[: MAX_SHOWN + 1].encode("utf-8", "surrogatepass")
    if len(shown) <= MAX_SHOWN:
        return text
    return shown[: MAX_SHOWN - len("…".encode())].decode("utf-8", "ignore") + "…"


def quoted(value: object) -> str:
    r"""Write *value* as Python does, so that a line stays a line, as far as a message shows it.

    >>> quoted(b"a\n"), quoted("x" * 1000) == "'" + "x" * 196 + "…"
    ("b'a\\n'", True)
    """
    return shortened(repr(value[: MAX_SHOWN + 1] if isinstance(value, str | bytes) else value))


def _written(found: re.Match[str]) -> str:
    return ascii(found[0])[1:-1]


def as_json(value: Any, *, indent: int | None = None) -> str:
    r"""Write *value* as JSON that can be shown, with nothing lost: its strings are the same when they are read.

    >>> print(as_json({"title": "看\x1b\u202e\x9b"}))
    {"title": "看\u001b\u202e\u009b"}
    """
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return _UNSAFE_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def as_html(text: str) -> str:
    r"""Write *text* as HTML, in the lines that it has.

    >>> print(as_html("<b>\x1b"))
    &lt;b&gt;\x1b
    """
    return html.escape(printable_lines(text))
