"""The text of an element, read as far as a line goes: elements may be in each other, and hold megabytes."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from newsspider.text.processors import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable

_RAW = 4
"""Times its length that a text may have before it is cleaned: markup is indented."""


def short_text(texts: Iterable[str], most: int) -> str | None:
    """Return *texts*, those of an element, cleaned; None for more than *most* characters.

    >>> short_text(["  渡轮", "照常 运行 "], 7), short_text([], 5), short_text(["渡轮照常运行"], 5)
    ('渡轮照常 运行', '', None)
    """
    pieces: list[str] = []
    size = 0
    for text in islice(texts, most):
        size += len(text)
        if size > _RAW * most:
            return None
        pieces.append(text)
    cleaned = clean_text("".join(pieces)) or ""
    return cleaned if len(cleaned) <= most else None
