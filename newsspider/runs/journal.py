"""One run of a spider, without Scrapy: its name, what it takes over, its feed parts, and the manifest that ends it."""

from __future__ import annotations

import logging
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import orjson

from newsspider import sites
from newsspider.collection.database import StateDamagedError
from newsspider.collection.runs import (
    complete_runs,
    known_names,
    left_by_killed_runs,
    manifest_of,
    named_moment,
    newest_run,
    remember_run,
    run_name,
)
from newsspider.durable import make_directory, sync_directory, write_whole
from newsspider.errors import NewsspiderError
from newsspider.history.ledger import Ledger
from newsspider.history.observer import Observer
from newsspider.history.schedule import Schedule
from newsspider.record.items import as_record
from newsspider.runs.adoption import (
    REPLAYED,
    Adopted,
    adopt,
    facts_of,
    learn,
    remove_directories_of,
    remove_half_written,
    unknown_articles,
)
from newsspider.runs.batches import Batches
from newsspider.runs.changed import Changed
from newsspider.runs.summary import JournalSide, judged, summary
from newsspider.runs.tally import read_tallies
from newsspider.text.counted import counted
from newsspider.text.escaping import as_json
from newsspider.text.system import remedy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from newsspider.collection.collection import Collection
    from newsspider.collection.writer import WarcFile
    from newsspider.record.events import Event
    from newsspider.record.items import Article
    from newsspider.runs.findings import Findings
    from newsspider.runs.summary import CrawlSide
    from newsspider.runs.tally import Tally
    from newsspider.runs.thresholds import Thresholds
    from newsspider.runs.verdict import Verdict

logger = logging.getLogger(__name__)

_TOLERANCE = timedelta(seconds=5)
"""By which a clock may be set without a word."""


class FeedWriteError(NewsspiderError):
    """A feed part or manifest could not be written."""

    exit_code = 4

    def __init__(self, path: Path, error: OSError):
        step = remedy(error, "See that the disk has room and items/ and runs/ can be written, then run again")
        super().__init__(
            f"{path}: cannot write records or manifest: {error}. What was published before is complete. {step}"
        )


class ManifestDamagedError(NewsspiderError):
    """The newest manifest of a collection cannot be read."""

    def __init__(self, path: Path, problem: str):
        super().__init__(
            f"{path} is not the manifest of a run: {problem}. No record or page is in it: move the file away, "
            "and run again (the site's footer facts are then written once more)"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPlan:
    """The plan of a run: schedule, limits and sizes."""

    schedule: Schedule
    """When a page is due again."""
    revisits: int
    """Pages that were fetched before that are fetched again, at most."""
    batch: int
    """Records in a feed part."""
    job: str = ""
    """What a scheduler calls the run."""
    full: bool = False
    """Whether every article is fetched and gives a record, also those that are known and not due."""
    replayed: bool = False
    """Whether archives answer in place of the network: what a page was then is no news of the site."""


class Journal:
    """Writes ``items/<run>/`` and, when all else is closed, ``runs/<run>.json``.

    Whoever makes one holds the lock of *collection*. *sync* makes durable what records cite. *on_failure* is called
    when something cannot be written; the run cannot go on then. Raises FeedWriteError, ManifestDamagedError, and what
    the ledger and the parts of killed runs raise.
    """

    def __init__(
        self,
        collection: Collection,
        findings: Findings,
        plan: RunPlan,
        *,
        sync: Callable[[], None],
        on_failure: Callable[[], None],
    ) -> None:
        self._started = datetime.now(UTC)
        self._clockless = time.monotonic()
        """The same moment, by a clock that nobody sets."""
        self.verdict: Verdict | None = None
        """Set when the manifest is on the disk."""
        self.failure: FeedWriteError | None = None
        """The first write that failed, if any did."""
        self.earlier: list[Tally] = []
        """Of the runs before, newest first; set with the verdict."""
        self.observer: Observer | None = None
        """None where archives answer in place of the network."""
        self._collection = collection
        self._findings = findings
        self._plan = plan
        self._sync = sync
        self._on_failure = on_failure
        self._ledger: Ledger | None = None
        self._adopted = Adopted()
        self._changed = Changed()
        self._left_warcs: list[WarcFile] = []
        self._settled = False
        self._last = _last_manifest(collection)
        self._known_facts: dict[str, str] = dict(self._last["site_facts"]) if self._last else {}
        # Before the first request: what cannot be written to must not cost a site its pages.
        try:
            self._previous = newest_run(collection)
            self.id = self._name()
            self._directory = collection.items_dir / self.id
            make_directory(collection.items_dir)
            make_directory(collection.runs_dir)
            # A run that was killed may have come to name its manifest, and not to this; the next one cites it.
            sync_directory(collection.runs_dir)
            remove_half_written(collection)
            if plan.replayed:
                make_directory(self._directory)
                (self._directory / REPLAYED).touch()
                self._batches = self._made_batches()
            else:
                self._take_up()
        except OSError as error:
            raise FeedWriteError(collection.path, error) from error

    def _name(self) -> str:
        name = run_name(self._started, self._plan.job, known_names(self._collection, self._previous))
        if (named := named_moment(name)) and named > self._started + _TOLERANCE:
            logger.warning(
                "The clock shows %s, a time before the newest run: see that it is right. "
                "This run is called %s, to sort after that one",
                f"{self._started:%Y-%m-%d %H:%M:%S} UTC", name,
            )  # fmt: skip
        return name

    def _take_up(self) -> None:
        """Open the ledger, and take up what the runs before left to be done."""
        collection, plan = self._collection, self._plan
        self._ledger = ledger = Ledger(collection.state_path)
        if count := ledger.put_clock_right(int(self._started.timestamp())):
            logger.warning("The clock was put back: %s fetched after this moment, due now", counted(count, "page"))
        self.observer = observer = Observer(
            ledger, collection, plan.schedule, run=self.id, emit=self._emit, counts=self._findings.counts,
            limit=plan.revisits, full=plan.full,
        )  # fmt: skip
        if records := learn(collection, ledger, plan.schedule):
            logger.info("%s: took in %s of earlier runs", collection.state_path, counted(records, "record"))
        remove_directories_of(collection, _taken_over(self._last))  # where the last run was killed after its manifest
        self._adopted = adopt(collection, ledger, self.id)
        self._left_warcs = left_by_killed_runs(collection, ledger.named_warcs())
        self._batches = self._made_batches()
        for article in unknown_articles(collection, ledger, self.id, self._adopted):
            observer.adopt(article, sites.load(article.site).canonical_url(article.url))
        self._batches.publish()
        if self._adopted.runs:
            logger.warning(
                "%s: took over %s of %s", collection.path,
                counted(self._adopted.records, "record"), counted(len(self._adopted.runs), "killed run"),
            )  # fmt: skip
        for facts in facts_of(collection, self.id, self._adopted):
            self._known_facts[facts] = self.id
        make_directory(self._directory)  # so that a run that is killed before its first part is known, too

    def _emit(self, event: Event) -> None:
        self._batches.write_event(event)
        self._changed.add(event)

    def _made_batches(self) -> Batches:
        return Batches(
            self._directory, size=self._plan.batch, sync=self._sync, ledger=self._ledger, adopted=self._adopted.parts
        )

    # -- while it goes on ------------------------------------------------------------------------------------------

    def write_article(self, article: Article, line: bytes) -> None:
        """Add a record, a *line* of JSON, to the feed, and the facts it cites where no run has written them yet."""
        with self._failing_once():
            facts = article.site_facts
            if facts is not None and facts not in self._known_facts:
                self._batches.write_facts(self._findings.site_facts[facts])
                self._known_facts[facts] = self.id
            self._batches.write_article(line)
            if self.observer is not None:
                self.observer.keep(article, given=True)
            self._batches.publish_if_full()

    def publish_waiting(self) -> None:
        """Make parts of what was written so far."""
        with self._failing_once():
            self._batches.publish()

    # -- when it has ended -----------------------------------------------------------------------------------------

    def publish(self) -> None:
        """Decide what waited for the end, and publish the rest."""
        with self._failing_once():
            if self.observer is not None and (kept := self.observer.settle()):
                shown = counted(kept, "article")
                logger.error("%s shown before, and none now: too many to be gone, left as they were", shown)
            self._batches.publish()
            self._settled = True

    def discard(self) -> None:
        """Remove what could not be published."""
        with suppress(OSError):  # else the next run does
            self._batches.discard()

    def complete(self, crawl: CrawlSide, warcs: list[WarcFile], thresholds: Thresholds) -> None:
        """Write the manifest, with the verdict; then note that it is there, as far as that can be noted."""
        warcs = [*self._left_warcs, *warcs]
        started, ended = self._span()
        written = JournalSide(
            run=self.id,
            collection=self._collection.name,
            previous=self._previous,
            started=started,
            ended=ended,
            last_success=_past(self._last.get("last_success"), ended),
            last_new=_past(self._last.get("last_new"), ended),
            batches=self._batches,
            adopted=self._adopted,
            adopted_warcs=[file.name for file in self._left_warcs],
            site_facts=self._known_facts,
            changes=self._changed.as_manifest(),
            warcs=warcs,
        )
        manifest = summary(written, self._findings, crawl)
        self.earlier = read_tallies(
            manifest_of(self._collection, run) for run in reversed(complete_runs(self._collection))
        )
        manifest, verdict = judged(manifest, self._findings, self.earlier, thresholds)
        path = manifest_of(self._collection, self.id)
        with self._failing_once():
            write_whole(path, as_json(as_record(manifest), indent=1).encode() + b"\n")
        self.verdict = verdict
        try:
            remember_run(self._collection, path)
        except (OSError, StateDamagedError) as error:  # it is only a second witness of the manifest
            logger.warning("%s: cannot note the newest run: %s", self._collection.state_path, error)
        self._note_end([file.name for file in warcs])

    def _note_end(self, warcs: list[str]) -> None:
        """Note that the manifest is there. What this does not come to, the next run does."""
        (self._directory / REPLAYED).unlink(missing_ok=True)
        with suppress(OSError):  # it holds something
            self._directory.rmdir()
        remove_directories_of(self._collection, self._adopted.runs)
        if self._ledger is None:
            return
        try:
            if self._settled:
                self._ledger.complete(self.id, warcs)
        except (OSError, StateDamagedError) as error:
            logger.warning("%s: cannot note the end of the run: %s", self._collection.state_path, error)
        self._ledger.close()

    def log_news(self) -> None:
        """Say in the log what was new."""
        if self.observer is None or not self._findings.sought:
            return
        counts, read = self._findings.counts, self._findings.lists.read
        found = f"{counts.new} new, {counts.changed} changed, {counts.unchanged} looked at again and unchanged"
        more = f", {counts.lists_failed} more could not be read" if counts.lists_failed else ""
        lists = counted(read, "list") + more
        if not read:  # articles were named, or nothing is known of what is new
            logger.info("%s; no list", found)
        elif counts.new or counts.changed:
            logger.info("%s; %s, %s known", found, lists, counted(counts.known, "more article"))
        else:
            looked_at = f"{counts.unchanged} of {counts.due} due looked at again" if counts.due else "none due"
            if self._plan.full:
                looked_at = f"{counts.unchanged} looked at again"
            logger.info("nothing new: %s, %s known, %s", lists, counted(counts.known, "article"), looked_at)

    def _span(self) -> tuple[datetime, datetime]:
        """Return when the run began and when it ended, as far apart as it lasted, by the clock as it is now."""
        ended = datetime.now(UTC)
        lasted = timedelta(seconds=time.monotonic() - self._clockless)
        moved = ended - self._started - lasted
        if abs(moved) <= _TOLERANCE:
            return self._started, max(self._started, ended)
        logger.warning("The clock was set during the run, by %+.0f s", moved.total_seconds())
        return ended - lasted, ended

    @contextmanager
    def _failing_once(self) -> Iterator[None]:
        """Count every write that fails; log and keep the first."""
        try:
            yield
        except OSError as error:
            failure = FeedWriteError(self._collection.path, error)
            self._findings.unstored.feed_writes += 1
            if self.failure is None:
                self.failure = failure
                logger.critical("%s", failure)
            self._on_failure()
            raise failure from error


def _last_manifest(collection: Collection) -> dict[str, Any]:
    """Return the newest manifest; nothing when there is none."""
    newest = max(complete_runs(collection), default=None)
    if newest is None:
        return {}
    last = manifest_of(collection, newest)
    try:
        said: dict[str, Any] = orjson.loads(last.read_bytes())
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
