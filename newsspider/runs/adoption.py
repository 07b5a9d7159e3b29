"""Completes earlier runs: feeds that the ledger does not have, and the parts of a killed run.

A killed run has no manifest, so nobody may rely on its parts. The next run takes them over as its own, by renaming:
they are in its manifest then, and in no other. What the ledger did not know of their records it learns now, and the
events in between are found again.
"""

from __future__ import annotations

import hashlib
import logging
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import orjson

from newsspider.collection.runs import begun_runs, complete_runs, manifest_of
from newsspider.durable import make_directory, sync_directory
from newsspider.errors import NewsspiderError
from newsspider.feeds.parts import FeedPart
from newsspider.feeds.reading import FeedError, FeedRun, read_part
from newsspider.history.learning import Learner
from newsspider.record.events import Event
from newsspider.record.items import Article
from newsspider.record.sitefacts import SiteFacts
from newsspider.runs.batches import STEMS
from newsspider.text.counted import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from newsspider.collection.collection import Collection
    from newsspider.history.ledger import Ledger
    from newsspider.history.schedule import Schedule

logger = logging.getLogger(__name__)

REPLAYED = ".replayed"
"""A file in the directory of a run that takes its pages from archives: its parts can be made again, and no run adopts
them."""

class LeftPartError(NewsspiderError):
    """A part that a killed run left cannot be read."""

    def __init__(self, error: FeedError) -> None:
        super().__init__(f"{error}. Its run was killed, and its pages are archived: move the file away, and run again")


@dataclass(slots=True, kw_only=True)
class Adopted:
    """The parts that a run took over from runs that were killed, and the names of those."""

    runs: list[str] = field(default_factory=list)
    parts: dict[str, list[FeedPart]] = field(default_factory=lambda: {stem: [] for stem in STEMS})
    """By stem; they lie in the directory of the run that took them over."""

    @property
    def records(self) -> int:
        """Articles in the parts."""
        return sum(part.records for part in self.parts["part"])


def learn(collection: Collection, ledger: Ledger, schedule: Schedule) -> int:
    """Add to the ledger the complete runs that it lacks; return how many records these have.

    Usually that is none, or a last run that was killed after its manifest. After the loss of ``state.sqlite3``, and in
    a collection that is older than ledgers, these are all.
    """
    known = ledger.complete_runs()
    unknown = [manifest_of(collection, run) for run in complete_runs(collection) if run not in known]
    if len(unknown) > 1:
        runs = counted(len(unknown), "run")
        logger.info("%s does not know %s: reading their feeds", collection.state_path, runs)
    records = 0
    for path in unknown:
        try:
            said = orjson.loads(path.read_bytes())
            warcs = [file["name"] for file in said["warcs"]]
            run = FeedRun(path, said, collection.items_dir / path.stem)
            if said.get("source") is None:  # else its pages were none of the site's that day
                records += Learner(ledger, schedule).learn_run(run)
        except (ValueError, LookupError, TypeError, FeedError) as error:
            logger.warning("%s: its articles count as new ones: %s", path, error)
            ledger.commit()
            continue
        ledger.complete(path.stem, warcs)
    return records


def adopt(collection: Collection, ledger: Ledger, run: str) -> Adopted:
    """Make the parts of killed runs parts of *run*, which has none yet; what they had not published is removed.

    Their empty directories name them until a manifest does; then ``remove_directories_of`` removes them.
    """
    adopted = Adopted()
    own = collection.items_dir / run
    ledger.take_over(run)
    for directory in _left(collection, run):
        for half in directory.glob(".*.part"):
            half.unlink()
        for path in sorted(directory.glob("[!.]*.jsonl")):
            stem = path.name.rpartition("-")[0]
            if stem not in adopted.parts:
                continue
            if stem == "changes" and not _is_known(path, ledger):
                path.unlink()  # its events are found again, with the records that they belong to
                continue
            make_directory(own)
            parts = adopted.parts[stem]
            target = own / f"{stem}-{len(parts) + 1:05}.jsonl"
            parts.append(_described(path, target.name))
            path.rename(target)
        if own.exists():
            sync_directory(own)
        adopted.runs.append(directory.name)
    if adopted.runs:
        sync_directory(collection.items_dir)
    return adopted


def remove_directories_of(collection: Collection, runs: Iterable[str]) -> None:
    """Remove the directories of killed *runs* that a manifest names."""
    for run in set(begun_runs(collection)).intersection(runs):
        with suppress(OSError):  # somebody put something else there
            (collection.items_dir / run).rmdir()


def unknown_articles(collection: Collection, ledger: Ledger, run: str, adopted: Adopted) -> Iterator[Article]:
    """Yield the records in adopted parts of which the ledger knows nothing."""
    for part in adopted.parts["part"]:
        try:
            for article in read_part(collection.items_dir / run / part.name, "article", Article):
                if not ledger.knows(article):
                    yield article
        except FeedError as error:
            raise LeftPartError(error) from error


def facts_of(collection: Collection, run: str, adopted: Adopted) -> Iterator[str]:
    """Yield the ids of the site facts in adopted parts."""
    for part in adopted.parts["site-facts"]:
        try:
            for facts in read_part(collection.items_dir / run / part.name, "site_facts", SiteFacts):
                yield facts.id
        except FeedError as error:
            raise LeftPartError(error) from error


def remove_half_written(collection: Collection) -> None:
    """Remove what killed runs left under hidden names; the pages it came from are in the archive."""
    killed = set(begun_runs(collection)).difference(complete_runs(collection))
    for directory in [collection.runs_dir, *map(collection.items_dir.joinpath, killed)]:
        for path in directory.glob(".*.part"):
            path.unlink()


def _left(collection: Collection, run: str) -> list[Path]:
    """Return the directories of killed runs, oldest first."""
    unnamed = set(begun_runs(collection)).difference(complete_runs(collection), [run])
    left = map(collection.items_dir.joinpath, sorted(unnamed))
    return [path for path in left if path.is_dir() and not (path / REPLAYED).exists()]


def _is_known(changes: Path, ledger: Ledger) -> bool:
    """Tell whether the batch of a part of events was committed."""
    try:
        return all(
            ledger.has_event(event.id, event.at, event.event) for event in read_part(changes, "change", Event)
        )
    except FeedError as error:
        raise LeftPartError(error) from error


def _described(path: Path, name: str) -> FeedPart:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        records = sum(1 for _ in file)
    return FeedPart(name=name, records=records, size=path.stat().st_size, sha256=sha256)
