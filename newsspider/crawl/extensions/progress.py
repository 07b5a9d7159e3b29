"""The progress line of a crawl, for a person at a terminal only."""

from __future__ import annotations

import logging
import shutil
import time
from collections import deque
from typing import TYPE_CHECKING, Any

from scrapy import signals
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

from newsspider.crawl.extensions.errors import Errors
from newsspider.crawl.task import findings_of
from newsspider.terminal.console import complain, redraw, watched
from newsspider.text.counted import counted, duration

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from scrapy.crawler import Crawler

    from newsspider.runs.findings import Findings

_INTERVAL = 0.5
"""Seconds between two looks at the stats."""
_LOOKS = 20
"""The rate is that of so many intervals: what was long ago does not predict how long the rest takes."""

_SPARED = ("took", "size", "rate", "changed")
"""What a terminal that is too narrow does not show, first this, then that."""


class Progress:
    """Redraws one line on standard error with what the crawl has done so far."""

    def __init__(self, crawler: Crawler):
        if not watched():
            raise NotConfigured
        self._crawler = crawler
        self._looks: deque[tuple[float, int]] = deque(maxlen=_LOOKS)
        """Moments, with how many pages there were."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def spider_opened(self) -> None:
        self._started = time.monotonic()
        for handler in logging.getLogger().handlers:
            if not isinstance(handler, logging.FileHandler):
                handler.addFilter(_clear_line)
        self._loop = create_looping_call(self._draw)
        self._loop.start(_INTERVAL)

    def spider_closed(self) -> None:
        self._loop.stop()
        self._looks = deque([(self._started, 0)])  # the last line gives the rate of the whole crawl
        self._draw(ended=True)
        complain()

    def _draw(self, *, ended: bool = False) -> None:
        now = time.monotonic()
        waiting = 0 if ended else self._waiting()
        errors = self._crawler.get_extension(Errors)
        pages = self._crawler.stats.get_value("response_received_count", 0)
        self._looks.append((now, pages))
        (then, pages_then), seconds = self._looks[0], now - self._started
        rate = (pages - pages_then) / (now - then) if now > then else 0.0
        text = describe(
            findings_of(self._crawler), self._crawler.stats.get_stats(),
            errors=errors.total if errors else 0, seconds=seconds, rate=rate, waiting=waiting,
            columns=shutil.get_terminal_size().columns - 1,  # of two lines only one is cleared
        )  # fmt: skip
        redraw(text)

    def _waiting(self) -> int:
        engine: Any = self._crawler.engine
        return len(engine.downloader.active) + (len(engine.scheduler) if engine.scheduler else 0)


def describe(
    findings: Findings,
    stats: Mapping[str, Any],
    *,
    errors: int,
    seconds: float,
    rate: float,
    waiting: int,
    columns: int,
) -> str:
    """Say how far a crawl is: *waiting* requests are known, at *rate* pages a second; more may be found.

    It has *columns* characters at most: what is left to do matters more than some of what is done.

    *errors* are those that no retry mended. What was not fetched because robots.txt forbids it, or because the crawl
    was asked to stop, is none.

    >>> from newsspider.record.runcounts import RunCounts
    >>> from newsspider.runs.findings import Findings
    >>> stats = {"response_received_count": 62, "item_scraped_count": 41, "downloader/response_bytes": 812_000}
    >>> describe(Findings(), stats, errors=0, seconds=35, rate=2.0, waiting=90, columns=100)
    '62 pages, 41 articles, 0 failed, 0.8 MB, 2.0 pages/s, 35 s; 90 waiting, 45 s or more left'
    >>> found = Findings(counts=RunCounts(new=39, changed=2, unparsed=1))
    >>> describe(found, stats, errors=2, seconds=70, rate=2.0, waiting=0, columns=100)
    '62 pages, 39 new, 2 changed, 3 failed, 0.8 MB, 2.0 pages/s, 1 min 10 s'
    >>> describe(found, stats, errors=2, seconds=70, rate=2.0, waiting=900, columns=79)
    '62 pages, 39 new, 2 changed, 3 failed; 900 waiting, 7 min 30 s or more left'
    """
    counts = findings.counts
    said = {"pages": counted(stats.get("response_received_count", 0), "page")}
    if counts.new or counts.changed:
        said |= {"new": f"{counts.new:,} new", "changed": f"{counts.changed:,} changed"}
    else:
        said["new"] = counted(stats.get("item_scraped_count", 0), "article")
    failed = errors + counts.unparsed + findings.unstored.archive_writes
    megabytes = stats.get("downloader/response_bytes", 0) / 1e6
    said |= {
        "failed": f"{failed:,} failed", "size": f"{megabytes:,.1f} MB", "rate": f"{rate:.1f} pages/s",
        "took": duration(int(seconds)),
    }  # fmt: skip
    left = f"; {waiting:,} waiting" if waiting else ""
    if waiting and rate:
        left += f", {duration(int(waiting / rate))} or more left"
    for spare in _SPARED:
        if len(", ".join(said.values()) + left) <= columns:
            break
        said.pop(spare, None)
    return (", ".join(said.values()) + left)[:columns]


def _clear_line(record: logging.LogRecord) -> bool:
    """Make room for a line of the log; the next drawing puts the progress below it."""
    redraw()
    return True
