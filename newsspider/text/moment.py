"""The meaning of a printed date: a moment, its precision, and the first and last moment that it can mean."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, tzinfo
from typing import Literal

Precision = Literal["second", "minute", "hour", "day", "week", "month", "year"]

FROM_UTC = timedelta(hours=14)
"""How far the clocks of the world may be from UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A printed date, no more and no less precise than it is printed."""

    raw: str
    """As printed, without surrounding white space."""

    at: datetime | date
    """A datetime in Shanghai cut to the precision where a time of day is meant, otherwise a plain date."""

    precision: Precision
    """The smallest unit that the text speaks of."""

    earliest: datetime
    """First moment that can be meant, in Shanghai."""

    latest: datetime
    """Last moment that can be meant; clocks on pages run in whole seconds, so a day ends at 23:59:59."""

    zone: tzinfo | None = field(default=None, compare=False)
    """The zone that the text names; None where it names none and Shanghai's is meant, or no time of day."""

    is_relative: bool = field(default=False, compare=False)
    """Whether the text counts from the moment at which it is seen, so that no zone has to be known."""

    @property
    def is_of_unnamed_zone(self) -> bool:
        """Whether the text says a time of day, and not where."""
        return isinstance(self.at, datetime) and self.zone is None and not self.is_relative

    def within(self, zone: tzinfo, *, always: bool = False) -> Moment:
        """Return the moment on a page of *zone*: in the zone that the text names, or else the same clock in *zone*.

        With *always* the moment of a text that names another zone is given in *zone* too.

        >>> from datetime import timedelta, timezone
        >>> from newsspider.text.clock import SHANGHAI
        >>> from newsspider.text.dates import parse_date
        >>> seen = datetime(2026, 1, 30, 16, 23, 45, tzinfo=SHANGHAI)
        >>> moment = parse_date("2026-01-27 09:00", seen).within(timezone(timedelta(hours=9)))
        >>> moment.at.isoformat(), moment.earliest.isoformat()
        ('2026-01-27T09:00:00+09:00', '2026-01-27T09:00:00+09:00')
        """
        if self.zone or self.is_relative:
            own = zone if always or self.zone is None else self.zone
            at = self.at.astimezone(own) if isinstance(self.at, datetime) else self.at
            return replace(self, at=at, earliest=self.earliest.astimezone(own), latest=self.latest.astimezone(own))
        at = self.at.replace(tzinfo=zone) if isinstance(self.at, datetime) else self.at
        earliest, latest = self.earliest.replace(tzinfo=zone), self.latest.replace(tzinfo=zone)
        return replace(self, at=at, earliest=earliest, latest=latest)
