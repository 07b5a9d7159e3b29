"""One run of a spider: its id, its feed parts, and the manifest that says, last of all, that it is complete."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import time
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import scrapy
from scrapy import signals

import newsspider
from newsspider import sites
from newsspider.archive.database import StateDamagedError
from newsspider.archive.runs import (
    complete_runs,
    known_names,
    left_by_killed_runs,
    manifest_of,
    named_moment,
    newest_run,
    remember_run,
    run_name,
)
from newsspider.archive.writer import ArchiveWriteError
from newsspider.counted import counted
from newsspider.durable import write_whole
from newsspider.errors import NewsspiderError
from newsspider.extensions.errors import Errors
from newsspider.extensions.memory import Memory
from newsspider.extensions.pace import Pace
from newsspider.extensions.pages import PageSource, collection_of
from newsspider.feeds.batches import Batches
from newsspider.history.adoption import (
    REPLAYED,
    Adopted,
    adopt,
    facts_of,
    forget,
    learn,
    remove_half_written,
    unknown_articles,
)
from newsspider.history.ledger import Ledger
from newsspider.history.observer import Observer
from newsspider.history.schedule import Schedule
from newsspider.items import as_record
from newsspider.manifest import Archives, File, Lists, Manifest, Previous, TakenOver, Versions
from newsspider.reports.changed import Changed
from newsspider.verdict.given import Giving
from newsspider.verdict.tally import Tally, read_tallies
from newsspider.verdict.thresholds import Thresholds
from newsspider.verdict.verdict import Compared, judge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Self

    from scrapy.crawler import Crawler

    from newsspider.archive.collection import Collection
    from newsspider.archive.writer import WarcFile
    from newsspider.items import Article, Event
    from newsspider.verdict.verdict import Verdict

logger = logging.getLogger(__name__)

_TOLERANCE = timedelta(seconds=5)
"""By which a clock may be set without a word."""


class FeedWriteError(NewsspiderError):
    """A feed part or manifest could not be written."""

    exit_code = 4

    def __init__(self, path: Path, error: OSError):
        super().__init__(
            f"{path}: cannot write records or manifest: {error}. What was published before is whole. "
            "See that the disk has room and items/ and runs/ can be written, then run again"
        )


class ManifestDamagedError(NewsspiderError):
    """The newest manifest of a collection cannot be read."""

    def __init__(self, path: Path, problem: str):
        super().__init__(
            f"{path} is not the manifest of a run: {problem}. No record or page is in it: move the file away, "
            "and run again (the site's footer facts are then written once more)"
        )


class Run:
    """Writes ``items/<run>/`` and, when all else is closed, ``runs/<run>.json``."""

    def __init__(self, crawler: Crawler):
        self._crawler = crawler
        self._started = datetime.now(UTC)
        self._clockless = time.monotonic()
        """The same moment, by a clock that nobody sets."""
        self.verdict: Verdict | None = None
        """Set when the manifest is on the disk."""
        self.failure: FeedWriteError | None = None
        """The first write that failed, if any did."""
        self.earlier: list[Tally] = []
        """Of the runs before, newest first; set with the verdict."""
        self.memory: Memory | None = None
        """None where archives answer in place of the network: what a page was then is no news of the site."""
        self._pages: PageSource | None = None
        self._ledger: Ledger | None = None
        self._adopted = Adopted()
        self._changed = Changed()
        self._left_warcs: list[WarcFile] = []
        # Before the first request: what cannot be written to must not cost a site its pages. Archive, which comes
        # before this in EXTENSIONS, holds the lock.
        self._collection = collection_of(crawler)
        self._last = _last_manifest(self._collection)
        self._known_facts = dict(self._last["site_facts"]) if self._last else {}
        self._previous = newest_run(self._collection)
        job = os.environ.get("SCRAPY_JOB") or getattr(crawler.spider, "job", None) or ""
        self.id = run_name(self._started, job, known_names(self._collection, self._previous))
        if (named := named_moment(self.id)) and named > self._started + _TOLERANCE:
            logger.warning(
                "The clock shows %s, a time before the newest run: see that it is right. "
                "This run is called %s, to sort behind that one",
                f"{self._started:%Y-%m-%d %H:%M:%S} UTC", self.id,
            )  # fmt: skip
        self._directory = self._collection.items_dir / self.id
        try:
            self._collection.items_dir.mkdir(exist_ok=True)
            self._collection.runs_dir.mkdir(exist_ok=True)
            remove_half_written(self._collection)
            if getattr(crawler.spider, "archive", None):
                self._directory.mkdir()
                (self._directory / REPLAYED).touch()
                self._batches = self._made_batches()
            else:
                self._take_up()
        except OSError as error:
            raise FeedWriteError(self._collection.path, error) from error

    def _take_up(self) -> None:
        """Open the ledger, and take up what the runs before left to be done."""
        settings = self._crawler.settings
        self._ledger = Ledger(self._collection.state_path)
        if count := self._ledger.put_clock_right(int(self._started.timestamp())):
            logger.warning("The clock was put back: %s fetched after this moment, due now", counted(count, "page"))
        observer = Observer(
            self._ledger,
            self._collection,
            Schedule.parse(settings["REVISIT"]),
            run=self.id,
            emit=self._emit,
        )
        if records := learn(self._collection, self._ledger, observer):
            logger.info("%s: took in %s of earlier runs", self._collection.state_path, counted(records, "record"))
        forget(self._collection, _taken_over(self._last))  # where the last run was killed behind its manifest
        self._adopted = adopt(self._collection, self._ledger, self.id)
        self._left_warcs = left_by_killed_runs(self._collection, self._ledger.named_warcs())
        self._batches = self._made_batches()
        for article in unknown_articles(self._collection, self._ledger, self.id, self._adopted):
            address = sites.load(article.site).canonical_url(article.url)
            observer.keep(observer.article(article, asked=address, landed=address), given=True)
        self._batches.publish()
        if self._adopted.runs:
            adopted = sum(part.records for part in self._adopted.parts["part"])
            logger.warning(
                "%s: took over %s of %s",
                self._collection.path, counted(adopted, "record"), counted(len(self._adopted.runs), "killed run"),
            )  # fmt: skip
        for facts in facts_of(self._collection, self.id, self._adopted):
            self._known_facts[facts] = self.id
        self._directory.mkdir(exist_ok=True)  # so that a run that is killed before its first part is known, too
        self._observer = observer
        self.memory = Memory(
            self._ledger,
            observer,
            self._crawler.stats,
            limit=settings.getint("REVISIT_LIMIT"),
            full=getattr(self._crawler.spider, "full", False),
        )

    def _emit(self, event: Event) -> None:
        self._batches.write_event(event)
        self._changed.add(event)

    def _made_batches(self) -> Batches:
        return Batches(
            self._directory,
            size=self._crawler.settings.getint("PART_ITEMS"),
            sync=lambda: self._pages.sync() if self._pages else None,
            ledger=self._ledger,
            adopted=self._adopted.parts,
        )

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.item_dropped, signals.item_dropped)
        crawler.signals.connect(extension.item_error, signals.item_error)
        # The last signal of a crawl: feeds are stored and the stats are complete.
        crawler.signals.connect(extension.engine_stopped, signals.engine_stopped)
        return extension

    def spider_opened(self) -> None:
        pages = self._crawler.get_extension(PageSource)
        assert pages is not None, "Run needs newsspider.extensions.archive.Archive in EXTENSIONS"
        self._pages = pages

    def write_article(self, article: Article, line: bytes) -> None:
        """Add a record, a *line* of JSON, to the feed, and the facts it cites where no run has written them yet."""
        with self._ending_the_crawl_on_failure():
            facts = article.site_facts
            if facts is not None and facts not in self._known_facts:
                self._batches.write_facts(self._crawler.spider.site_facts[facts])  # type: ignore[union-attr]
                self._known_facts[facts] = self.id
            self._batches.write_article(line)
            if self.memory is not None:
                self.memory.keep(article, given=True)
            self._batches.publish_if_full()

    def item_dropped(self, item: Any) -> None:
        if self.memory is not None:
            self.memory.drop(item)

    def item_error(self, item: Any) -> None:
        self._crawler.stats.inc_value("articles/raised")
        self.item_dropped(item)

    def engine_stopped(self) -> None:
        if self._pages is None:
            return
        warcs: list[WarcFile] = []
        settled = False
        # What fails here is logged and counted, and the verdict tells of it.
        with suppress(ArchiveWriteError):
            warcs = self._pages.finish()
            with suppress(FeedWriteError), self._ending_the_crawl_on_failure():
                self._settle()
                self._batches.publish()
                settled = True
        with suppress(OSError):  # else the next run does
            self._batches.discard()
        self._say()
        # The next run cites this one, so the lock is kept until the manifest is there.
        with suppress(FeedWriteError):
            self._write_manifest([*self._left_warcs, *warcs])
            self._complete([*self._left_warcs, *warcs], settled=settled)
        with suppress(ArchiveWriteError):
            self._pages.close()

    def _settle(self) -> None:
        if self._ledger is None:
            return
        if kept := self._observer.settle():
            self._crawler.stats.set_value("articles/unsettled", kept)
            logger.error(
                "%d articles are pages without one now: too many to be gone, left as they were", kept
            )

    def _say(self) -> None:
        """Say at the end what was new."""
        stats = self._crawler.stats
        if self.memory is None or not stats.get_value("articles/sought"):
            return
        known, due, new, changed, unchanged = (
            stats.get_value(f"articles/{name}", 0) for name in ("known", "due", "new", "changed", "unchanged")
        )
        read, failed = stats.get_value("lists/read", 0), stats.get_value("lists/failed", 0)
        found = f"{new} new, {changed} changed, {unchanged} looked at again and unchanged"
        lists = counted(read, "list") + (f", {failed} more could not be read" if failed else "")
        if not read:  # articles were named, or nothing is known of what is new
            logger.info("%s; no list", found)
        elif new or changed:
            logger.info("%s; %s, %s known", found, lists, counted(known, "more article"))
        else:
            looked_at = f"{unchanged} of {due} due looked at again" if due else "none due"
            if getattr(self._crawler.spider, "full", False):
                looked_at = f"{unchanged} looked at again"
            logger.info("nothing new: %s, %s known, %s", lists, counted(known, "article"), looked_at)

    def _complete(self, warcs: list[WarcFile], *, settled: bool) -> None:
        """Note that the manifest is there. What this does not come to, the next run does."""
        (self._directory / REPLAYED).unlink(missing_ok=True)
        with suppress(OSError):  # it holds something
            self._directory.rmdir()
        forget(self._collection, self._adopted.runs)
        if self._ledger is None:
            return
        try:
            if settled:
                self._ledger.complete(self.id, [file.name for file in warcs])
        except (OSError, StateDamagedError) as error:
            logger.warning("%s: cannot note the end of the run: %s", self._collection.state_path, error)
        self._ledger.close()

    def _write_manifest(self, warcs: list[WarcFile]) -> None:
        manifest = self._manifest(warcs)
        self.earlier = read_tallies(
            manifest_of(self._collection, run) for run in reversed(complete_runs(self._collection))
        )
        compared = self._compared(manifest)
        verdict = judge(self._crawler.stats.get_stats(), compared)
        manifest = replace(
            manifest,
            exit_code=verdict.exit_code,
            reasons=list(verdict.reasons),
            last_success=manifest.ended if verdict.exit_code == 0 and _is_crawl(manifest) else manifest.last_success,
        )
        path = manifest_of(self._collection, self.id)
        with self._ending_the_crawl_on_failure():
            write_whole(path, json.dumps(as_record(manifest), ensure_ascii=False, indent=1).encode() + b"\n")
        self.verdict = verdict
        try:
            remember_run(self._collection, path)
        except (OSError, StateDamagedError) as error:  # it is only a second witness of the manifest
            logger.warning("%s: cannot note the newest run: %s", self._collection.state_path, error)

    def _manifest(self, warcs: list[WarcFile]) -> Manifest:
        """Say what the run did; its verdict is not known yet."""
        assert self._pages is not None
        crawler = self._crawler
        spider: Any = crawler.spider
        stats = crawler.stats.get_stats()
        started, ended = self._span()
        giving: Giving = getattr(spider, "giving", None) or Giving()
        sought = stats.get("articles/sought")
        source = self._pages.source()
        pace, errors = crawler.get_extension(Pace), crawler.get_extension(Errors)
        taken_over = sum(part.records for part in self._adopted.parts["part"])
        stored = sum(part.records for part in self._batches.articles.parts) - taken_over
        counts = _counts(stats, giving, stored)
        return Manifest(
            run=self.id,
            spider=spider.name,
            collection=self._collection.name,
            previous=Previous(**asdict(self._previous)) if self._previous else None,
            versions=Versions(
                newsspider=newsspider.__version__,
                scrapy=scrapy.__version__,
                parser=spider.site.PARSER_VERSION if sought else None,
            ),
            settings_sha256=_settings_sha256(crawler),
            scope=spider.scope() if sought else None,
            started=started,
            ended=ended,
            source=None if source is None else Archives(**source),
            finish_reason=stats.get("finish_reason"),
            exit_code=0,
            reasons=[],
            last_success=_past(self._last.get("last_success"), ended),
            last_new=ended if self._has_news(counts) else _past(self._last.get("last_new"), ended),
            counts=counts,
            lists=Lists(
                read=stats.get("lists/read", 0),
                links=stats.get("lists/links", 0),
                empty=list(getattr(spider, "empty_lists", ())),
                failed=list(getattr(spider, "failed_lists", ())),
            ),
            statuses=_by_suffix(stats, "downloader/response_status_count/"),
            hosts=dict(pace.hosts.most_common()) if pace else {},
            witnesses=giving.by_field(),
            changes=self._changed.told(),
            errors=errors.found() if errors else [],
            pace=pace.timeline.told() if pace else None,
            unparsed=list(getattr(spider, "unparsed", ())),
            without_record=list(getattr(spider, "without_record", ())),
            parts=[File(**asdict(part)) for part in self._batches.articles.parts],
            changes_parts=[File(**asdict(part)) for part in self._batches.changes.parts],
            site_facts_parts=[File(**asdict(part)) for part in self._batches.facts.parts],
            site_facts=self._known_facts,
            warcs=[File(**asdict(file)) for file in warcs],
            adopted=TakenOver(runs=self._adopted.runs, warcs=[file.name for file in self._left_warcs]),
        )

    def _has_news(self, counts: dict[str, int]) -> bool:
        """Tell whether there is a record of something new; what archives or ``-a full=1`` give again is none."""
        return bool(counts["new"] or counts["changed"] or self._adopted.parts["part"])

    def _span(self) -> tuple[datetime, datetime]:
        """Return when the run began and when it ended, as far apart as it lasted, by the clock as it is now."""
        ended = datetime.now(UTC)
        lasted = timedelta(seconds=time.monotonic() - self._clockless)
        moved = ended - self._started - lasted
        if abs(moved) <= _TOLERANCE:
            return self._started, max(self._started, ended)
        logger.warning("The clock was set during the run, by %+.0f s", moved.total_seconds())
        return ended - lasted, ended

    def _compared(self, manifest: Manifest) -> Compared:
        giving: Giving | None = getattr(self._crawler.spider, "giving", None)
        return Compared(
            run=Tally.of(as_record(manifest)),
            earlier=self.earlier,
            thresholds=Thresholds.of(self._crawler.settings),
            giving=giving or Giving(),
            without_record=manifest.without_record,
        )

    @contextmanager
    def _ending_the_crawl_on_failure(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            failure = FeedWriteError(self._collection.path, error)
            self._crawler.stats.inc_value("feed/write_failed")
            if self.failure is None:
                self.failure = failure
                logger.critical("%s", failure)
            if self._pages is not None:
                self._pages.end_crawl("feed_failed")
            raise failure from error


def _is_crawl(manifest: Manifest) -> bool:
    """Tell whether a run looked for articles on the site, and did not only fetch a page, or read an archive again."""
    return manifest.scope is not None and manifest.scope.listed and not manifest.scope.replayed


def _last_manifest(collection: Collection) -> dict[str, Any]:
    """Return what the newest manifest says; nothing when there is none."""
    newest = max(complete_runs(collection), default=None)
    if newest is None:
        return {}
    last = manifest_of(collection, newest)
    try:
        said: dict[str, Any] = json.loads(last.read_bytes())
        dict(said["site_facts"])
        for name in ("last_success", "last_new"):
            _moment(said.get(name))
        _taken_over(said)
    except KeyError as error:
        raise ManifestDamagedError(last, f"it has no {error}") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise ManifestDamagedError(last, str(error)) from error
    return said


def _taken_over(manifest: dict[str, Any]) -> list[str]:
    """Return the killed runs that a run took over; none where there is no manifest, or an older one."""
    return list(map(str, manifest.get("adopted", {}).get("runs", ())))


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _past(text: str | None, now: datetime) -> datetime | None:
    """Read a moment; one in the future, of a clock that was wrong, would hide for ever that nothing came since."""
    moment = _moment(text)
    return None if moment is None else min(moment, now)


def _settings_sha256(crawler: Crawler) -> str:
    """Two runs with the same settings have the same digest; no setting can be read from it."""
    settings = {name: str(value) for name, value in crawler.settings.items()}
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()


_OF_LEDGER = ("new", "changed", "unchanged", "known", "missed", "due", "unsettled")


def _counts(stats: dict[str, Any], giving: Giving, stored: int) -> dict[str, int]:
    failed = ("articles/unparsed", "articles/unfetched", "spider_exceptions/count")
    return {
        "articles": stored,  # and not what was scraped: the last of it may have found no room on the disk
        "parsed": giving.articles,
        # What failed before and never was an article fails again, and tells nothing of tonight.
        "failed": sum(stats.get(key, 0) for key in failed) - stats.get("articles/failed_again", 0),
        **{name: stats.get(f"articles/{name}", 0) for name in _OF_LEDGER},
        "duplicate": stats.get("articles/duplicate", 0),
        "older": stats.get("articles/older", 0),
        "lists_failed": stats.get("lists/failed", 0),
        "unparsed": stats.get("articles/unparsed", 0),
        "invalid": stats.get("articles/invalid", 0),
        "requests": stats.get("downloader/request_count", 0),
        "responses": stats.get("archive/response", 0),
        "revisits": stats.get("archive/revisit", 0),
        "unanswered": stats.get("archive/unanswered", 0),
        "requisites": stats.get("requisites/captured", 0),
        "requisite_bytes": stats.get("requisites/bytes", 0),
        "requisites_failed": sum(stats.get(f"requisites/{key}", 0) for key in ("http_error", "failed", "ignored")),
        "requisites_known": stats.get("requisites/known", 0),
        "requisites_refused": stats.get("requisites/refused", 0),
        "requisites_over_limit": stats.get("requisites/over_limit", 0),
        "replayed": stats.get("replay/hit", 0),
        "missing": stats.get("replay/miss", 0),
        "articles_forbidden": stats.get("articles/forbidden", 0),
        "forbidden_by_robots": stats.get("robotstxt/forbidden", 0),
        "unfetched": stats.get("articles/unfetched", 0),
        "bytes": stats.get("downloader/response_bytes", 0),
        "callbacks_raised": stats.get("spider_exceptions/count", 0),
    }


def _by_suffix(stats: dict[str, Any], prefix: str) -> dict[str, int]:
    return {key.removeprefix(prefix): value for key, value in sorted(stats.items()) if key.startswith(prefix)}
