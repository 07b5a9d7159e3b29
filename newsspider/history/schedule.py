"""The times when a page is due again: often while its article is young, rarely while nothing changes, at last never.

Times are whole seconds since 1970, spans whole seconds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from newsspider.errors import NewsspiderError

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_SPAN = re.compile(r"([1-9]\d{0,8})([smhdw])")
_MAX_DOUBLINGS = 20
"""Doublings of an interval at most: they make twelve days of a second."""


class ScheduleError(NewsspiderError, ValueError):
    """A text is no schedule."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A table of ages and intervals.

    >>> hour, day = 3600, 86400
    >>> schedule = Schedule.parse("6h:30m, 2d:6h, 30d:7d")
    >>> published = 1_700_000_000
    >>> [schedule.next_due(published + age, since=published, idle=0) - published for age in (hour, 7 * hour, 3 * day)]
    [5400, 46800, 864000]
    >>> schedule.next_due(published + 31 * day, since=published, idle=0) is None
    True
    """

    steps: tuple[tuple[int, int], ...]
    """Ages, rising, each with the interval that holds below it."""

    @classmethod
    def parse(cls, value: str | Mapping[str, str]) -> Self:
        """Read ``{"6h": "30m", "2d": "6h"}``, as a mapping or as JSON, or ``6h:30m,2d:6h``; ScheduleError.

        A span is a whole number with one of the units s, m, h, d, w.
        """
        table: object = value
        if isinstance(value, str):
            table = _json(value) if value.lstrip().startswith("{") else _pairs(value)
        if not isinstance(table, Mapping) or not table:
            raise ScheduleError("it is no table of ages and intervals")
        steps = tuple((_span(age), _span(interval)) for age, interval in table.items())
        ages = [age for age, _ in steps]
        if ages != sorted(set(ages)):
            raise ScheduleError("its ages do not rise")
        return cls(steps)

    def next_due(self, now: int, *, since: int, idle: int) -> int | None:
        """Return when a page that was fetched *now* is to be fetched again; None: never, by itself.

        *since* is when its article was published or, where that is not known, first seen. *idle* counts the fetches in
        a row, this one included, that brought nothing new or failed: each doubles the interval.
        """
        for age, interval in self.steps:
            if now - since < age:
                return now + (interval << min(idle, _MAX_DOUBLINGS))
        return None


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError as error:
        raise ScheduleError(f"it is no JSON: {error}") from error


def _pairs(text: str) -> dict[str, str]:
    pairs = [pair.partition(":") for pair in text.split(",")]
    return {age.strip(): interval.strip() for age, _, interval in pairs}


def _span(text: object) -> int:
    match = _SPAN.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ScheduleError(f"{text!r} is no span of time, as 30m, 6h or 7d are")
    return int(match[1]) * _UNITS[match[2]]
