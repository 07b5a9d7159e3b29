"""One crawl in this process, from its first line in the log to its verdict, wherever its collection lives."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from newsspider.collection.collection import Collection
from newsspider.collection.objects import ObjectPath, path_of
from newsspider.collection.runs import manifest_of
from newsspider.crawl.extensions.pages import PageSource, collection_of
from newsspider.crawl.extensions.run import Run
from newsspider.crawl.stored import lend
from newsspider.errors import NewsspiderError
from newsspider.runs.verdict import Verdict, and_error
from newsspider.text.message import message

if TYPE_CHECKING:
    import asyncio

    from scrapy.settings import BaseSettings

    from newsspider.runs.stored.crawl import StoredCrawl

logger = logging.getLogger(__name__)

NO_MANIFEST = Verdict(exit_code=4, reasons=("the run has no manifest, so it does not count as complete",))
UNFINISHED = Verdict(
    exit_code=75, reasons=("stopped by a signal, and ended without a manifest: the next run keeps what is complete",)
)


class CollectionAddressError(NewsspiderError):
    """``--collection`` names no place for one."""

    def __init__(self, address: str) -> None:
        super().__init__(
            message(
                "--collection %(address)s: give a directory in object storage, of this collection alone, as in "
                "--collection s3://bucket/kankanews; collections of this machine are in ARCHIVE_DIR",
                address=address,
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlEnd:
    """The end of a crawl."""

    verdict: Verdict
    collection: str
    run: str | None = None
    """None where it did not come to have one."""
    counts: Mapping[str, int] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    """Where to read on."""


def collection_at(address: str) -> ObjectPath:
    """Return where ``--collection`` says that a collection lives. CollectionAddressError, and as of ``path_of``."""
    root = path_of(address)
    if not isinstance(root, ObjectPath) or not root.key:
        raise CollectionAddressError(address)
    return root


def stored_crawl(address: str | None, settings: BaseSettings, push_every: float | None) -> StoredCrawl | None:
    """Return what a crawl into *address* goes on with; None: it goes into a directory of this machine.

    CollectionAddressError, CollectionNameError, and what ``path_of`` raises.
    """
    if address is None:
        return None
    root = collection_at(address)
    name = settings["COLLECTION"] or root.name
    Collection.named(root.parent, name)
    from newsspider.runs.stored.crawl import StoredCrawl  # most crawls go into a directory, and need none of it

    return StoredCrawl(root, name, seconds=settings.getfloat("COLLECTION_LEASE"), push_every=push_every)


def crawl(process: Any, spider: str, arguments: dict[str, str], stored: StoredCrawl | None) -> CrawlEnd:
    """Crawl by a process of Scrapy's that has not been started; return when all is stored."""
    settings: BaseSettings = process.settings
    if stored is None:
        return _crawl(process, spider, arguments, None)
    try:
        with stored:
            settings.set("ARCHIVE_DIR", str(stored.archive_dir), priority="cmdline")
            settings.set("COLLECTION", stored.name, priority="cmdline")
            return _crawl(process, spider, arguments, stored)
    except NewsspiderError as error:
        return CrawlEnd(verdict=_never_begun(error), collection=stored.name)


def _crawl(process: Any, spider: str, arguments: dict[str, str], stored: StoredCrawl | None) -> CrawlEnd:
    crawler = process.create_crawler(spider)
    if stored is not None:
        lend(stored, crawler)
    task: asyncio.Task[None] = process.crawl(crawler, **arguments)
    process.start()
    ended = _ended(crawler, _verdict(crawler, task))
    run = ended.run
    if stored is None or run is None or not manifest_of(collection_of(crawler), run).is_file():
        return ended
    try:
        stored.publish(run)
    except NewsspiderError as error:
        return replace(ended, verdict=replace(and_error(ended.verdict, error), exit_code=error.exit_code), files={})
    return replace(ended, files={"manifest": str(manifest_of(Collection(stored.claim.root), run))})


def _ended(crawler: Any, verdict: Verdict) -> CrawlEnd:
    run = None
    with suppress(RuntimeError):  # it ended before there was a run
        run = crawler.get_extension(Run)
    collection = collection_of(crawler)
    if run is None:
        return CrawlEnd(verdict=verdict, collection=collection.name)
    files = {}
    if run.journal.verdict:
        files = {
            "manifest": str(manifest_of(collection, run.journal.id).absolute()),
            "report": str((collection.reports_dir / f"{run.journal.id}.html").absolute()),
        }
    counts = run.findings.counts
    shown = {name: getattr(counts, name) for name in ("articles", "new", "changed", "failed", "requests")}
    return CrawlEnd(verdict=verdict, collection=collection.name, run=run.journal.id, counts=shown, files=files)


def _never_begun(error: NewsspiderError) -> Verdict:
    return Verdict(exit_code=error.exit_code, reasons=(str(error),), error=error)


def _verdict(crawler: Any, task: asyncio.Task[None]) -> Verdict:
    error = task.exception() if task.done() and not task.cancelled() else None
    if isinstance(error, NewsspiderError):
        return _never_begun(error)
    if error is not None:
        logger.critical("The crawl could not run", exc_info=error)
        return Verdict(exit_code=1, reasons=(f"the crawl could not run: {type(error).__name__}: {error}",))
    run = crawler.get_extension(Run)
    verdict = run.journal.verdict or (NO_MANIFEST if task.done() else UNFINISHED)
    if failure := crawler.get_extension(PageSource).failure or run.journal.failure:
        return and_error(verdict, failure)
    return verdict
