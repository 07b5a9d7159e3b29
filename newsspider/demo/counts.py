"""Counts the requests to the demo server: how many, for what, how many at once, how close together."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Load:
    """Requests that belong together: all of them, or those for one host."""

    requests: int = 0
    in_flight: int = 0
    max_in_flight: int = 0
    min_gap: float | None = None
    """Seconds between the arrivals of the two requests that were closest."""
    _last: float | None = None

    def begin(self, now: float) -> None:
        if self._last is not None:
            gap = now - self._last
            self.min_gap = gap if self.min_gap is None else min(gap, self.min_gap)
        self._last = now
        self.requests += 1
        self.in_flight += 1
        self.max_in_flight = max(self.max_in_flight, self.in_flight)

    def end(self) -> None:
        self.in_flight -= 1

    def as_json(self) -> dict[str, Any]:
        return {
            "requests": self.requests,
            "in_flight": self.in_flight,
            "max_in_flight": self.max_in_flight,
            "min_gap_s": self.min_gap,
        }


@dataclass(slots=True)
class ServerCounts:
    """A request is in flight from its last byte's arrival until its answer is handed to the socket."""

    total: Load = field(default_factory=Load)
    hosts: dict[str, Load] = field(default_factory=dict)
    urls: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)

    def begin(self, *, host: str, url: str, now: float) -> None:
        self.total.begin(now)
        self.hosts.setdefault(host, Load()).begin(now)
        self.urls[url] += 1

    def end(self, *, host: str, status: int) -> None:
        self.total.end()
        self.hosts[host].end()
        self.statuses[status] += 1

    def as_json(self) -> dict[str, Any]:
        return {
            **self.total.as_json(),
            "hosts": {host: load.as_json() for host, load in self.hosts.items()},
            "urls": dict(self.urls),
            "statuses": {str(status): number for status, number in sorted(self.statuses.items())},
        }
