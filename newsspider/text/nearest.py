"""The name that somebody meant, for one that there is not."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest(name: str, known: Iterable[str], *, least: float = 0.6) -> str | None:
    """Return the known name that is nearest to *name*, if it is as near as *least*: 1 is the same, 0 shares nothing.

    >>> nearest("json-ld", ["csv", "jsonld", "jsonfeed"]), nearest("xyzzy", ["csv"])
    ('jsonld', None)
    """
    return next(iter(difflib.get_close_matches(name, known, n=1, cutoff=least)), None)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a question to be put after a message, or nothing where no known name is near.

    >>> did_you_mean("kankannews", ["kankanews"])
    '; did you mean kankanews?'
    """
    found = nearest(name, known)
    return f"; did you mean {found}?" if found else ""
