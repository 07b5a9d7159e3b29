"""``scrapy crawl``: Scrapy's command, with an exit code that tells what happened."""

from __future__ import annotations

import logging
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from scrapy.commands.crawl import Command as CrawlCommand
from scrapy.exceptions import UsageError
from scrapy.spiderloader import get_spider_loader

from newsspider.archive.runs import manifest_of
from newsspider.errors import NewsspiderError
from newsspider.extensions.pages import PageSource, collection_of
from newsspider.extensions.run import Run
from newsspider.redaction import redact
from newsspider.reports import notice
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
            "Crawl a site of the project: what is new or changed, or with -a full=1 all of it. "
            "Example: scrapy crawl kankanews -a since=2026-11-01 "
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
            print(f"scrapy crawl: {error}", file=sys.stderr)
            sys.exit(error.exit_code)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        process: Any = self.crawler_process
        crawler = self._create_crawler(args[0])
        task: asyncio.Task[None] = process.crawl(crawler, **opts.spargs)
        process.start()
        self.exitcode = self._exit_code(crawler, task)

    def _exit_code(self, crawler: Any, task: asyncio.Task[None]) -> int:
        verdict = _verdict(crawler, task)
        if verdict.exit_code not in (0, UNFINISHED.exit_code):
            self._tell_others(crawler, verdict)
        for reason in verdict.reasons:
            self._say(reason)
        return verdict.exit_code

    def _tell_others(self, crawler: Any, verdict: Verdict) -> None:
        """Tell whoever the settings name of a bad verdict. Nothing is lost when they cannot be told."""
        assert self.settings is not None
        run = None
        with suppress(RuntimeError):  # it ended before there was a run
            run = crawler.get_extension(Run)
        collection = collection_of(crawler)
        files = {}
        if run and run.verdict:
            files = {
                "manifest": str(manifest_of(collection, run.id).absolute()),
                "report": str((collection.reports_dir / f"{run.id}.html").absolute()),
            }
        said = notice.notice(
            collection=collection.name,
            spider=crawler.spidercls.name,
            run=run.id if run else None,
            exit_code=verdict.exit_code,
            reasons=list(verdict.reasons),
            files=files,
        )
        for setting, tell in (("VERDICT_WEBHOOK", notice.post), ("VERDICT_COMMAND", notice.run)):
            if target := self.settings[setting]:
                try:
                    tell(target, said)
                except NewsspiderError as error:
                    self._say(str(error))

    def _say(self, sentence: str) -> None:
        """Tell a person, or the collector of the log."""
        assert self.settings is not None
        if self.settings.getbool("LOG_JSON"):
            logger.error("%s", sentence)
        else:
            print(f"scrapy crawl: {redact(sentence)}", file=sys.stderr)


def _verdict(crawler: Any, task: asyncio.Task[None]) -> Verdict:
    error = task.exception() if task.done() and not task.cancelled() else None
    if isinstance(error, NewsspiderError):
        return Verdict(exit_code=error.exit_code, reasons=(str(error),))
    if error is not None:
        logger.critical("The crawl could not run", exc_info=error)
        return Verdict(exit_code=1, reasons=(f"the crawl could not run: {type(error).__name__}: {error}",))
    run = crawler.get_extension(Run)
    verdict = run.verdict or (NO_MANIFEST if task.done() else UNFINISHED)
    if failure := crawler.get_extension(PageSource).failure or run.failure:
        return Verdict(exit_code=verdict.exit_code, reasons=(*verdict.reasons, str(failure)))
    return verdict


def _exit_early(number: int, frame: FrameType | None) -> NoReturn:
    sys.exit(UNFINISHED.exit_code)


def _spider(name: str, settings: BaseSettings) -> type[Spider]:
    loader = get_spider_loader(settings)
    try:
        return loader.load(name)
    except KeyError:
        raise SpiderNotFoundError(name, sorted(loader.list())) from None
