"""The pace of a crawl, from its first answer to its last: answers, bytes and waiting time over time."""

from __future__ import annotations

import time
from collections import Counter
from math import ceil, log
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy import signals

from newsspider.record.manifest import Pace as PaceOfRun

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

_INTERVALS = 120
"""Points that a plot of a screen's width can show."""
_FIRST = 0.5
"""Seconds of an interval at first; it doubles when there are more of them than wanted."""
_STEP = 1.1
"""Waiting times are kept to a tenth of themselves."""
_HOSTS = 20
_OTHERS = "others"


class Interval:
    """The answers in one stretch of time."""

    __slots__ = ("bytes", "pages", "waits")

    def __init__(self) -> None:
        self.pages = 0
        self.bytes = 0
        self.waits: Counter[int] = Counter()
        """By ``log(seconds, _STEP)``, rounded up."""

    def take(self, other: Interval) -> None:
        self.pages += other.pages
        self.bytes += other.bytes
        self.waits.update(other.waits)

    def wait_ms(self, share: float) -> int | None:
        """Milliseconds that *share* of the answers took at most; None where none was measured."""
        left = share * self.waits.total()
        for step, count in sorted(self.waits.items()):
            left -= count
            if left <= 0:
                return ceil(1000 * _STEP**step)
        return None


class Timeline:
    """Intervals of equal length, at most ``_INTERVALS`` of them: when time goes on, neighbours become one."""

    def __init__(self) -> None:
        self.seconds = _FIRST
        self.intervals: list[Interval] = []

    def add(self, at: float, size: int, wait: float | None) -> None:
        """Count an answer *at* so many seconds, of *size* bytes, for which somebody waited *wait* seconds."""
        while at >= self.seconds * _INTERVALS:
            self._halve()
        place = int(at / self.seconds)
        while len(self.intervals) <= place:
            self.intervals.append(Interval())
        interval = self.intervals[place]
        interval.pages += 1
        interval.bytes += size
        if wait is not None:
            interval.waits[ceil(log(max(wait, 1e-3), _STEP))] += 1

    def _halve(self) -> None:
        self.seconds *= 2
        for first, second in zip(self.intervals[::2], self.intervals[1::2], strict=False):
            first.take(second)
        self.intervals = self.intervals[::2]

    def as_manifest(self) -> PaceOfRun | None:
        """Return it for the manifest."""
        if not self.intervals:
            return None
        return PaceOfRun(
            interval=self.seconds,
            pages=[each.pages for each in self.intervals],
            bytes=[each.bytes for each in self.intervals],
            median_ms=[each.wait_ms(0.5) for each in self.intervals],
            slow_ms=[each.wait_ms(0.95) for each in self.intervals],
        )


class Pace:
    """Watches every answer, also those that a redirect or a retry follows."""

    def __init__(self) -> None:
        self.timeline = Timeline()
        self.hosts: Counter[str] = Counter()
        self._started: float | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls()
        crawler.signals.connect(extension.response_downloaded, signals.response_downloaded)
        return extension

    def response_downloaded(self, response: Response, request: Request) -> None:
        now = time.monotonic()
        if self._started is None:
            self._started = now
        self.timeline.add(now - self._started, len(response.body), request.meta.get("download_latency"))
        host = urlsplit(response.url).hostname or _OTHERS
        self.hosts[host if host in self.hosts or len(self.hosts) < _HOSTS else _OTHERS] += 1
