"""How much of something is done: a line that a person at a terminal can watch; nothing where nobody does."""

from __future__ import annotations

import sys
from time import monotonic
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import ParamSpec

    P = ParamSpec("P")

_CLEAR = "\r\x1b[K"
_INTERVAL = 0.2
"""Seconds between two drawings."""


class ByteProgress:
    """Redraws one line on standard error: how many of *total* bytes are done; a context manager that removes it."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._started = self._shown = monotonic()
        self._visible = sys.stderr.isatty()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._clear()

    def advance(self, size: int) -> None:
        self._done += size
        now = monotonic()
        if self._visible and now - self._shown > _INTERVAL:
            self._shown = now
            line = describe(self._done, self._total, now - self._started)
            print(_CLEAR + line, end="", file=sys.stderr, flush=True)

    def around(self, show: Callable[P, None]) -> Callable[P, None]:
        """Return *show* made to begin on a line of its own."""

        def clearly(*args: P.args, **kwargs: P.kwargs) -> None:
            self._clear()
            show(*args, **kwargs)

        return clearly

    def _clear(self) -> None:
        if self._visible:
            print(_CLEAR, end="", file=sys.stderr, flush=True)


def describe(done: int, total: int, seconds: float) -> str:
    """Say how far it is after *seconds*.

    >>> describe(250_000_000, 5_000_000_000, 1.0), describe(0, 0, 0.0)
    ('250 of 5,000 MB, 19 s left', '0 of 0 MB')
    """
    line = f"{done / 1e6:,.0f} of {total / 1e6:,.0f} MB"
    if not done:
        return line
    return f"{line}, {seconds * max(0, total - done) / done:,.0f} s left"
