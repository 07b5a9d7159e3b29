"""Many sites crawled by one start of Python: each by a process of its own, which has all modules from the first moment.

A process is forked before Scrapy's reactor is made, so each has its own, and one that fails or grows takes no other
along.
"""

from __future__ import annotations

import json
import logging
import multiprocessing
import os
import signal
import sys
import time
from contextlib import suppress
from importlib import import_module
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any

from scrapy.utils.misc import load_object

from newsspider.terminal.console import flush
from newsspider.terminal.interruption import INTERRUPTED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkProcess
    from types import FrameType

    from scrapy.settings import BaseSettings

    from newsspider.runs.sitelist import ListedSite

logger = logging.getLogger(__name__)

_GRAVITY = (0, INTERRUPTED, 6, 5, 3, 4, 2, 1)
"""Exit codes, the worst last: what a later run mends by itself, what the site does, what this side does."""
_MODULES = (
    "scrapy.core.engine", "scrapy.core.scraper", "twisted.internet.asyncioreactor", "twisted.internet.ssl",
    "newsspider.crawl.capture",
)  # fmt: skip
_CLASSES = ("SCHEDULER", "DOWNLOADER", "STATS_CLASS", "DUPEFILTER_CLASS", "TWISTED_DNS_RESOLVER", "ROBOTSTXT_PARSER")
_COMPONENTS = ("EXTENSIONS", "DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES", "ITEM_PIPELINES")


def worst(codes: Iterable[int]) -> int:
    """Return the exit code that a person should hear of first; one of no command of ours is worse than all.

    >>> worst([0, 75, 5]), worst([0, 0]), worst([4, -9])
    (5, 0, 1)
    """
    return max((code if code in _GRAVITY else 1 for code in codes), key=_GRAVITY.index, default=0)


class Crew:
    """Runs *crawl* for sites, at most *at_once* of them at a time, and gives *say* a line of each.

    *crawl* returns what is to be said, with an ``exit_code``. SIGTERM and SIGINT end what is going on in order; then no
    other site begins.
    """

    def __init__(
        self,
        crawl: Callable[[ListedSite], Mapping[str, Any]],
        say: Callable[[dict[str, Any]], None],
        *,
        at_once: int,
    ) -> None:
        self._crawl = crawl
        self._say = say
        self._at_once = at_once
        self._running: dict[ForkProcess, tuple[ListedSite, Connection, float]] = {}
        self._stopped = False

    def run(self, sites: Iterable[ListedSite]) -> int:
        """Crawl them; return the exit code of the worst."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        codes: list[int] = []
        for site in sites:
            if len(self._running) >= self._at_once:
                codes += self._ended()
            if self._stopped:
                codes.append(INTERRUPTED)
                break
            self._start(site)
        while self._running:
            codes += self._ended()
        return worst(codes)

    def _start(self, site: ListedSite) -> None:
        context = multiprocessing.get_context("fork")
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=self._run, args=(site, theirs), name=site.name)
        flush()
        process.start()
        theirs.close()
        self._running[process] = site, ours, time.monotonic()

    def _run(self, site: ListedSite, result: Connection) -> None:
        """Crawl a site, in a process of its own."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _exit_early)
        said = self._crawl(site)
        result.send_bytes(json.dumps(dict(said), default=str).encode())
        logging.shutdown()
        sys.exit(int(said["exit_code"]))

    def _ended(self) -> Iterator[int]:
        """Wait until one or more have ended, and report each."""
        ready = wait([result for _, result, _ in self._running.values()])  # a pipe does not hold all that one may say
        for process in [each for each, (_, result, _) in self._running.items() if result in ready]:
            site, result, started = self._running.pop(process)
            heard = None
            with suppress(EOFError), result:
                heard = result.recv_bytes()
            process.join()
            said: dict[str, Any] = {"exit_code": process.exitcode, "reasons": [_how(process.exitcode)]}
            if heard is not None:
                said = json.loads(heard)
            seconds = round(time.monotonic() - started, 3)
            self._say({"site": site.name, "line": site.line, **said, "seconds": seconds})
            yield said["exit_code"]

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopped = True
        for process in self._running:
            if number == signal.SIGTERM and process.pid is not None:  # a terminal interrupts all by itself
                with suppress(ProcessLookupError):
                    os.kill(process.pid, number)


def _how(code: int | None) -> str:
    if code is not None and code < 0:
        return f"its process was killed by signal {-code}"
    return f"its process ended with {code}"


def _exit_early(number: int, frame: FrameType | None) -> None:
    sys.exit(INTERRUPTED)


def import_what_crawls_need(settings: BaseSettings) -> None:
    """Import it before there is a process for each site, but no reactor, of which each needs its own."""
    for name in _MODULES:
        import_module(name)
    for name in _CLASSES:
        load_object(settings[name])
    for name in _COMPONENTS:
        for component, order in settings.getwithbase(name).items():
            if order is not None:
                load_object(component)
