"""The status of an article: whether it is still there, since when it is known, and when it was seen last.

Records and events say it together: a record, that the article was there when it was captured; the events of a capture,
what that showed. Of an article that moved, other events of the same capture tell what the one at its new address says:
they do not show that it was where it had been.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

PRESENT = "present"
"""Status of an article that was there when anybody looked last."""

AWAY = ("gone", "soft_gone", "moved")
"""Events after which an article is no more where it was, and what its status is then."""


class Standing(NamedTuple):
    """The status of an article, and when it was seen, with times in ISO 8601, UTC."""

    status: str
    first_seen_at: str
    last_seen_at: str


class EventTimes(NamedTuple):
    """An event of an article, with the times of its two captures in ISO 8601, UTC."""

    event: str
    before_at: str | None
    at: str


def standing(seen: Iterable[str], events: Iterable[EventTimes]) -> Standing | None:
    """Return how an article stands that was *seen* at these times, by its events; None where it has neither.

    >>> standing(["2026-11-22T11"], [EventTimes("gone", "2026-11-22T12", "2026-11-22T13")])
    Standing(status='gone', first_seen_at='2026-11-22T11', last_seen_at='2026-11-22T12')
    >>> standing(["2026-11-22T14"], [EventTimes("gone", "2026-11-22T12", "2026-11-22T13")]).status
    'present'
    >>> moved = [EventTimes(event, "2026-11-22T12", "2026-11-22T13") for event in ("headline_changed", "moved")]
    >>> standing([], moved)
    Standing(status='moved', first_seen_at='2026-11-22T12', last_seen_at='2026-11-22T12')
    """
    known = list(events)
    away = {at: event for event, _, at in known if event in AWAY}
    shown = {*seen, *(before for _, before, _ in known if before is not None), *(at for _, _, at in known)}
    times = shown - away.keys()
    if not times:
        return None
    last = max(times)
    status = max(((at, event) for at, event in away.items() if at > last), default=("", PRESENT))[1]
    return Standing(status, min(times), last)
