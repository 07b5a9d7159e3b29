"""How far an extraction is: a line that a person at a terminal can watch; nothing where nobody does."""

from __future__ import annotations

import sys
import time

_CLEAR = "\r\033[K"
_INTERVAL = 0.2
"""Seconds between two drawings."""


class Progress:
    """Redraws one line on standard error."""

    def __init__(self) -> None:
        self._watched = sys.stderr.isatty()
        self._drawn = 0.0
        self._total = self._done = self._before = 0

    def say(self, text: str) -> None:
        if self._watched:
            sys.stderr.write(_CLEAR + text)
            sys.stderr.flush()

    def finding(self, seen: int, taken: int) -> None:
        """Tell how many captures were looked at, and how many are of articles."""
        if self._is_time():
            self.say(f"{seen:,} captures, {taken:,} of articles")

    def begin(self, total: int, done: int) -> None:
        """Begin to extract *total* captures, of which *done* were in an earlier process."""
        self._started = time.monotonic()
        self._total, self._done, self._before = total, done, done

    def advance(self, captures: int) -> None:
        self._done += captures
        if self._is_time():
            self.say(describe(self._done, self._total, self._before, time.monotonic() - self._started))

    def end(self) -> None:
        if self._watched:
            self.say(describe(self._done, self._total, self._before, time.monotonic() - self._started) + "\n")

    def _is_time(self) -> bool:
        now = time.monotonic()
        if not self._watched or now - self._drawn < _INTERVAL:
            return False
        self._drawn = now
        return True


def describe(done: int, total: int, before: int, seconds: float) -> str:
    """Say how far it is: *before* of the *done* captures are no work of these *seconds*.

    >>> describe(3000, 12000, 1000, 4.0)
    '3,000 of 12,000 captures (25 %), 500/s, 0:18 left'
    >>> describe(0, 10, 0, 0.0)
    '0 of 10 captures (0 %)'
    """
    line = f"{done:,} of {total:,} captures ({100 * done // max(total, 1)} %)"
    if done == before:
        return line
    rate = (done - before) / max(seconds, 1e-3)
    left = round((total - done) / rate)
    clock = f"{left // 3600}:{left // 60 % 60:02}:{left % 60:02}" if left >= 3600 else f"{left // 60}:{left % 60:02}"
    return f"{line}, {rate:,.0f}/s, {clock} left"
