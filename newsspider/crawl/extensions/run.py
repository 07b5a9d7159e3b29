"""The run of a crawl: connects Scrapy's signals to the journal that writes feed parts and manifest."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import scrapy
from scrapy import signals

from newsspider.collection.writer import ArchiveWriteError
from newsspider.crawl.extensions.errors import Errors
from newsspider.crawl.extensions.outcomes import Outcomes
from newsspider.crawl.extensions.pace import Pace
from newsspider.crawl.extensions.pages import PageSource, collection_of
from newsspider.crawl.stored import stored_crawl_of
from newsspider.crawl.task import findings_of, task_of
from newsspider.history.schedule import Schedule
from newsspider.runs.journal import FeedWriteError, Journal, RunPlan
from newsspider.runs.summary import CrawlSide
from newsspider.runs.thresholds import Thresholds

if TYPE_CHECKING:
    from typing import Self, TypeVar

    from scrapy.crawler import Crawler

    from newsspider.collection.writer import WarcFile
    from newsspider.history.observer import Observer

    E = TypeVar("E")


class Run:
    """Makes the journal before the first request, and ends it after the last signal of the crawl."""

    def __init__(self, crawler: Crawler):
        self._crawler = crawler
        self._pages: PageSource | None = None
        self.findings = findings_of(crawler)
        settings, task = crawler.settings, task_of(crawler)
        # Archive, which comes before this in EXTENSIONS, holds the lock.
        self.journal = Journal(
            collection_of(crawler),
            self.findings,
            RunPlan(
                schedule=Schedule.parse(settings["REVISIT"]),
                revisits=settings.getint("REVISIT_LIMIT"),
                batch=settings.getint("PART_ITEMS"),
                job=os.environ.get("SCRAPY_JOB") or task.job,
                full=task.full,
                replayed=bool(task.archives),
            ),
            sync=self._sync,
            on_failure=self._end_crawl,
        )

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        for handler in (
            extension.spider_opened, extension.item_dropped, extension.item_error, extension.spider_closed,
            # The last signal of a crawl: feeds are stored and the stats are complete.
            extension.engine_stopped,
        ):  # fmt: skip
            crawler.signals.connect(handler, getattr(signals, handler.__name__))
        return extension

    @property
    def observer(self) -> Observer | None:
        """The observer, which chooses and compares pages; None if archives answer in place of the network."""
        return self.journal.observer

    def spider_opened(self) -> None:
        self._pages = _extension(self._crawler, PageSource)

    def item_dropped(self, item: Any) -> None:
        if self.observer is not None:
            self.observer.drop(item)

    def item_error(self, item: Any) -> None:
        self.findings.unstored.articles_raised += 1
        self.item_dropped(item)

    def spider_closed(self) -> None:
        """Show the counts among Scrapy's stats, too, which are logged next."""
        for name, count in asdict(self.findings.counts).items():
            if count:
                self._crawler.stats.set_value(f"newsspider/{name}", count)

    def engine_stopped(self) -> None:
        if self._pages is None:
            return
        warcs: list[WarcFile] = []
        # What fails here is logged and counted, and is a reason of the verdict.
        with suppress(ArchiveWriteError):
            warcs = self._pages.finish()
            with suppress(FeedWriteError):
                self.journal.publish()
        self.journal.discard()
        self.journal.log_news()
        # The next run cites this one, so the lock is kept until the manifest is there.
        with suppress(FeedWriteError):
            self.journal.complete(self._crawl_side(), warcs, Thresholds.of(self._crawler.settings))
        with suppress(ArchiveWriteError):
            self._pages.close()

    def _sync(self) -> None:
        if self._pages is not None:
            self._pages.sync()

    def _end_crawl(self) -> None:
        if self._pages is not None:
            self._pages.end_crawl("feed_failed")

    def _crawl_side(self) -> CrawlSide:
        """Return what only the crawl knows, and take over what Scrapy counted."""
        assert self._pages is not None
        crawler, task = self._crawler, task_of(self._crawler)
        assert crawler.spider is not None
        stats = crawler.stats.get_stats()
        self._take_over(stats)
        outcomes, pace = _extension(crawler, Outcomes), crawler.get_extension(Pace)
        outcomes.close()
        errors = crawler.get_extension(Errors)
        return CrawlSide(
            spider=crawler.spider.name,
            scrapy=scrapy.__version__,
            settings_sha256=_settings_sha256(crawler),
            parser=task.parser if self.findings.sought else None,
            scope=task.scope if self.findings.sought else None,
            source=self._pages.source(),
            connect_to=None if task.archives else ",".join(crawler.settings.getlist("CONNECT_TO")) or None,
            requests=outcomes.ledger,
            statuses=_by_suffix(stats, "downloader/response_status_count/"),
            hosts=dict(pace.hosts.most_common()) if pace else {},
            errors=errors.found() if errors else [],
            pace=pace.timeline.as_manifest() if pace else None,
        )

    def _take_over(self, stats: dict[str, Any]) -> None:
        findings = self.findings
        findings.finish_reason = stats.get("finish_reason")
        findings.counts.requests = stats.get("downloader/request_count", 0)
        findings.counts.bytes = stats.get("downloader/response_bytes", 0)
        findings.counts.forbidden_by_robots = stats.get("robotstxt/forbidden", 0)
        findings.counts.callbacks_raised = stats.get("spider_exceptions/count", 0)
        findings.unstored.feeds = sum(_by_suffix(stats, "feedexport/failed_count/").values())
        findings.unstored.feed_items = stats.get("feedexport/failed_items", 0)


def _extension(crawler: Crawler, kind: type[E]) -> E:
    extension = crawler.get_extension(kind)
    assert extension is not None, f"Run needs {kind.__module__}.{kind.__name__} in EXTENSIONS"
    return extension


def _settings_sha256(crawler: Crawler) -> str:
    """Two runs with the same settings have the same digest; no setting can be read from it."""
    settings = crawler.settings.copy_to_dict()  # what is nested too, whose text would be where it lies in memory
    if (stored := stored_crawl_of(crawler)) is not None:
        settings["ARCHIVE_DIR"] = str(stored.claim.root)  # and not where this run happens to work
    return hashlib.sha256(json.dumps(settings, sort_keys=True, default=str).encode()).hexdigest()


def _by_suffix(stats: dict[str, Any], prefix: str) -> dict[str, int]:
    return {key.removeprefix(prefix): value for key, value in sorted(stats.items()) if key.startswith(prefix)}
