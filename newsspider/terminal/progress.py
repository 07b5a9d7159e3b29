"""A progress line, for a person at a terminal only."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Self

from newsspider.terminal.console import redraw, watched
from newsspider.text.counted import counted, duration

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import ParamSpec

    P = ParamSpec("P")

_INTERVAL = 0.2
"""Seconds between two drawings."""

BYTES = ""
"""The unit of what is counted in bytes, and shown in megabytes."""


class Progress:
    """Redraws one line on standard error: how many of *total* are done; a context manager that removes it.

    *unit* is what is counted: ``BYTES``, or a thing such as ``capture``.
    """

    def __init__(self, total: int = 0, *, unit: str = BYTES) -> None:
        self._unit = unit
        self._visible = watched()
        self._shown = 0.0
        self.begin(total)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.clear()

    def begin(self, total: int, *, before: int = 0) -> None:
        """Begin to do *total*, of which *before* were done in an earlier process."""
        self._total, self._done, self._before = total, before, before
        self._started = monotonic()

    def advance(self, number: int) -> None:
        """Count what was done since, and show it when it is time."""
        self._done += number
        if self._is_time():
            seconds = monotonic() - self._started
            redraw(describe(self._done, self._total, self._before, seconds, unit=self._unit))

    def say(self, text: str) -> None:
        """Show *text* in the line, when it is time."""
        if self._is_time():
            redraw(text)

    def around(self, show: Callable[P, None]) -> Callable[P, None]:
        """Return *show* made to begin on a line of its own."""

        def clearly(*args: P.args, **kwargs: P.kwargs) -> None:
            self.clear()
            show(*args, **kwargs)

        return clearly

    def clear(self) -> None:
        """Remove the line."""
        if self._visible:
            redraw()

    def _is_time(self) -> bool:
        now = monotonic()
        if not self._visible or now - self._shown < _INTERVAL:
            return False
        self._shown = now
        return True


def describe(done: int, total: int, before: int, seconds: float, *, unit: str) -> str:
    """Say how far it is: *before* of what is done is no work of these *seconds*.

    >>> describe(250_000_000, 5_000_000_000, 0, 1.0, unit=BYTES), describe(0, 0, 0, 0.0, unit=BYTES)
    ('250 of 5,000 MB (5 %), 19 s left', '0 of 0 MB')
    >>> describe(3000, 12000, 1000, 4.0, unit="capture"), describe(0, 1, 0, 0.0, unit="capture")
    ('3,000 of 12,000 captures (25 %), 500 a second, 18 s left', '0 of 1 capture (0 %)')
    """
    if unit == BYTES:
        line = f"{done / 1e6:,.0f} of {total / 1e6:,.0f} MB"
    else:
        line = f"{done:,} of {counted(total, unit)}"
    if total:
        line += f" ({100 * done // total} %)"
    if done == before:
        return line
    rate = (done - before) / max(seconds, 1e-3)
    pace = "" if unit == BYTES else f", {rate:,.0f} a second"
    return f"{line}{pace}, {duration(round(max(0, total - done) / rate))} left"
