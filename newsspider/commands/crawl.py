"""``scrapy crawl``: Scrapy's command, with an exit code that tells what happened."""

from __future__ import annotations

import logging
import signal
import sys
from typing import TYPE_CHECKING, Any

from scrapy.commands.crawl import Command as CrawlCommand
from scrapy.exceptions import UsageError
from scrapy.spiderloader import get_spider_loader

from newsspider.errors import NewsspiderError
from newsspider.extensions.pages import PageSource
from newsspider.extensions.run import Run
from newsspider.verdict.verdict import Verdict

if TYPE_CHECKING:
    import argparse
    import asyncio
    from types import FrameType
    from typing import NoReturn

    from scrapy import Spider
    from scrapy.settings import BaseSettings

logger = logging.getLogger(__name__)


NO_MANIFEST = Verdict(exit_code=4, reasons=("the run has no manifest, so it does not count as complete",))
UNFINISHED = Verdict(
    exit_code=75, reasons=("told to stop, and ended without a manifest: the next run keeps what is whole",)
)


class SpiderNotFoundError(NewsspiderError):
    """The project has no spider of that name."""

    def __init__(self, name: str, known: list[str]):
        super().__init__(f"no spider is called {name!r}; there is: {', '.join(known)}")


class Command(CrawlCommand):
    def short_desc(self) -> str:
        return "Crawl a site: records, archive and a manifest; the exit code tells how it ended"

    def long_desc(self) -> str:
        return (
            "Crawl a site of the project. Example: scrapy crawl kankanews -a since=2026-11-01 "
            "-s CONTACT=https://example.org/crawler. From what was captured, without the network: "
            "scrapy crawl kankanews -a archive=archives/kankanews -a at=2026-01-30. "
            "Exit codes: 0 done, 1 could not start, 2 not understood, 3 ended before its time, "
            "4 something was not stored, 5 too few articles found, 6 too many pages failed, or say less than before, "
            "75 interrupted or locked: try later."
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        # Until the crawl begins, when Scrapy takes over, there is nothing to end in order.
        signal.signal(signal.SIGTERM, _exit_early)
        signal.signal(signal.SIGINT, _exit_early)
        super().process_options(args, opts)
        if len(args) != 1 or args[0].startswith("-"):
            given = " ".join(args) or "nothing"
            raise UsageError(f"takes the name of one spider, as in: scrapy crawl kankanews; got: {given}")
        assert self.settings is not None
        try:
            spider = _spider(args[0], self.settings)
            spider(**opts.spargs)  # made for its complaints only: now they stand alone, later behind Scrapy's log
        except NewsspiderError as error:
            sys.exit(_say(error))

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        process: Any = self.crawler_process
        crawler = self._create_crawler(args[0])
        task: asyncio.Task[None] = process.crawl(crawler, **opts.spargs)
        process.start()
        self.exitcode = self._exit_code(crawler, task)

    def _exit_code(self, crawler: Any, task: asyncio.Task[None]) -> int:
        error = task.exception() if task.done() and not task.cancelled() else None
        if isinstance(error, NewsspiderError):
            return _say(error)
        if error is not None:
            logger.critical("The crawl could not run", exc_info=error)
            return 1
        assert self.settings is not None
        run = crawler.get_extension(Run)
        verdict = run.verdict or (NO_MANIFEST if task.done() else UNFINISHED)
        for reason in verdict.reasons:
            if self.settings.getbool("LOG_JSON"):
                logger.error("%s", reason)
            else:
                print(f"scrapy crawl: {reason}", file=sys.stderr)
        if failure := crawler.get_extension(PageSource).failure or run.failure:
            _say(failure)
        return int(verdict.exit_code)


def _exit_early(number: int, frame: FrameType | None) -> NoReturn:
    sys.exit(UNFINISHED.exit_code)


def _spider(name: str, settings: BaseSettings) -> type[Spider]:
    loader = get_spider_loader(settings)
    try:
        return loader.load(name)
    except KeyError:
        raise SpiderNotFoundError(name, sorted(loader.list())) from None


def _say(error: NewsspiderError) -> int:
    """Tell a person; return what to exit with."""
    print(f"scrapy crawl: {error}", file=sys.stderr)
    return error.exit_code
