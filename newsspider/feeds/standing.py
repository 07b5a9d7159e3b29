"""The status of an article: whether it is still there, since when it is known, and when it was seen last.

Records and events say it together: a record, that the article was there when it was captured; an event, what the later
of its two captures showed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

PRESENT = "present"
"""Status of an article that was there when anybody looked last."""

AWAY = ("gone", "soft_gone", "moved")
"""Events after which an article is no more where it was, and what its status is then."""


def status(last_seen: str, events: Iterable[tuple[str, str]]) -> str:
    """Return how an article stands that was there at *last_seen*; *events* are times (ISO 8601, UTC) and names.

    >>> status("2026-11-22T12:00:00+00:00", [("2026-11-22T11:00:00+00:00", "gone")])
    'present'
    >>> status("2026-11-22T12:00:00+00:00", [("2026-11-22T13:00:00+00:00", "gone")])
    'gone'
    """
    return max(((at, name) for at, name in events if name in AWAY and at > last_seen), default=("", PRESENT))[1]


def seen_by(event: str, before_at: str | None, at: str) -> list[str]:
    """Return the times at which an event shows that its article was there.

    >>> seen_by("gone", "2026-11-22T12:00:00+00:00", "2026-11-22T13:00:00+00:00")
    ['2026-11-22T12:00:00+00:00']
    """
    times = [] if before_at is None else [before_at]
    return times if event in AWAY else [*times, at]
