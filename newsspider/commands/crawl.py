"""``scrapy crawl``: Scrapy's command, with an exit code that tells what happened."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any

from scrapy.commands.crawl import Command as CrawlCommand
from scrapy.exceptions import UsageError

from newsspider.errors import NewsspiderError
from newsspider.extensions.run import Run

if TYPE_CHECKING:
    import argparse
    import asyncio

logger = logging.getLogger(__name__)


class Command(CrawlCommand):
    def short_desc(self) -> str:
        return "Crawl a site: records, archive and a manifest; the exit code tells how it ended"

    def long_desc(self) -> str:
        return (
            "Crawl a site of the project. Example: scrapy crawl kankanews -a since=2026-11-01 "
            "-s CONTACT=https://example.org/crawler. Exit codes: 0 done, 1 could not start, 3 ended before its time, "
            "4 something was not stored, 5 no article, 6 too many articles failed, 75 interrupted or locked: try later."
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            raise UsageError("name one spider, for example: scrapy crawl kankanews")
        process: Any = self.crawler_process
        try:
            crawler = self._create_crawler(args[0])
        except KeyError as error:
            names = ", ".join(process.spider_loader.list())
            raise UsageError(f"no spider is named {args[0]!r}; there is: {names}", print_help=False) from error
        task: asyncio.Task[None] = process.crawl(crawler, **opts.spargs)
        process.start()
        self.exitcode = self._exit_code(crawler, task)

    def _exit_code(self, crawler: Any, task: asyncio.Task[None]) -> int:
        error = task.exception() if task.done() and not task.cancelled() else None
        if isinstance(error, NewsspiderError):
            print(f"scrapy crawl: {error}", file=sys.stderr)
            return error.exit_code
        if error is not None:
            logger.critical("The crawl could not run", exc_info=error)
            return 1
        run = crawler.get_extension(Run)
        if run is None or run.verdict is None:
            print("scrapy crawl: the run has no manifest: it is not complete", file=sys.stderr)
            return 4
        for reason in run.verdict.reasons:
            print(f"scrapy crawl: {reason}", file=sys.stderr)
        return int(run.verdict.exit_code)
