"""The name that somebody meant, for one that there is not."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from newsspider.text.language import _

if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest(name: str, known: Iterable[str], *, least: float = 0.6) -> str | None:
    """Return the known name that is nearest to *name*, if it is as near as *least*: 1 is the same, 0 shares nothing.

    >>> nearest("json-ld", ["csv", "jsonld", "jsonfeed"]), nearest("CVS", ["csv"]), nearest("xyzzy", ["csv"])
    ('jsonld', 'csv', None)
    """
    lowered = {each.lower(): each for each in known}
    found = difflib.get_close_matches(name.lower(), lowered, n=1, cutoff=least)
    return lowered[found[0]] if found else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a question to be put after a message, or nothing where no known name is near.

    >>> did_you_mean("kankannews", ["kankanews"])
    '; did you mean kankanews?'
    """
    found = nearest(name, known)
    return _("; did you mean %(name)s?", name=found) if found else ""
