"""The differences between two parsers as one self-contained HTML page."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from newsspider.extraction.comparison import KINDS
from newsspider.extraction.report import NAMES
from newsspider.text.language import _
from newsspider.text.templates import render

if TYPE_CHECKING:
    from newsspider.extraction.report import Differences

    Parts = tuple[str, str, str]


def as_html(differences: Differences) -> str:
    """Return the page."""
    most = max((sum(of_field.counts.values()) for __, of_field in differences.fields), default=1)
    named = {kind: _(name) for kind, name in NAMES.items()}
    return render("extraction/page.html", differences=differences, kinds=KINDS, named=named, most=most, parts=_parts)


def _parts(then: str, today: str) -> tuple[Parts, Parts]:
    """Part two texts: what they begin with alike, what they do not share, what they end with alike.

    >>> _parts("a<b", "acb")
    (('a', '<', 'b'), ('a', 'c', 'b'))
    """
    start = _shared(then, today)
    end = _shared(then[start:][::-1], today[start:][::-1])
    return _parted(then, start, end), _parted(today, start, end)


def _shared(one: str, other: str) -> int:
    return sum(1 for __ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _parted(text: str, start: int, end: int) -> Parts:
    stop = len(text) - end
    return text[:start], text[start:stop], text[stop:]
