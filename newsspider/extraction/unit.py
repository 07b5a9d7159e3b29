"""One unit of an extraction: the captures of a span become a feed part, the facts that its records cite, and a tally.

A file without an index is indexed and extracted in one go, out of one reading of what is not on this disk. What such a
file needs of another one, as a revisit does whose original lies there, waits until all are indexed: then the unit is
finished, in a second and much smaller stage. What the first stage has made is kept until then.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from newsspider.collection.captures import Elsewhere
from newsspider.collection.objects import ObjectStoreError, on_disk
from newsspider.collection.scratch import scratch_directory
from newsspider.collection.source import WarcSource, alone
from newsspider.collection.windows import Ranged
from newsspider.extraction.comparison import Comparison
from newsspider.extraction.earlier import EarlierRecords
from newsspider.extraction.finished import index_path, kept_path, load, store, tally_path, waiting_path
from newsspider.extraction.plan import Unit, entries_of, may_be_article
from newsspider.extraction.reading import CaptureOutcome, CaptureReader
from newsspider.extraction.tally import MAX_NAMED, CaptureTally, Failure
from newsspider.extraction.target import files_of
from newsspider.feeds.parts import PartWriter
from newsspider.text.redaction import redact
from newsspider.warc.cdxj import checked_lines, write_index

if TYPE_CHECKING:
    from collections.abc import Iterable

_IN_MEMORY = 16 << 20
"""Bytes of results that are kept in memory while it is not known if any capture has to wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """The common part of an extraction's units."""

    sources: tuple[WarcSource, ...]
    sites: tuple[str, ...]
    directory: Path
    """Where the feed parts go."""
    work: Path
    """Where what is needed until all units are done goes."""
    max_body: int
    """Bytes; a page with more is no page, in a crawl as here."""
    earlier: Path | None
    """An index of earlier records to compare with."""
    several: bool
    """Whether there are several files, and not all of them have an index."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The end of a unit, in words for the command; its results are in the working directory."""

    unread: str | None = None
    """Why the store that archives are read from does not give them any more."""
    problem: str | None = None
    """Why nothing could be written."""


class _Stage:
    """A function of a unit that a worker calls; what it has opened stays open from unit to unit."""

    def __init__(self, job: Job) -> None:
        self._job = job

    def __call__(self, unit: Unit) -> Done:
        try:
            self._extract(unit)
        except ObjectStoreError as error:
            return Done(unread=str(error))
        except OSError as error:
            return Done(problem=str(error))
        return Done()

    def _extract(self, unit: Unit) -> None:
        raise NotImplementedError

    @cached_property
    def _reader(self) -> CaptureReader:
        job = self._job
        return CaptureReader(job.sources, job.sites, job.max_body, several=job.several)

    @cached_property
    def _earlier(self) -> EarlierRecords | None:
        if self._job.earlier is None:
            return None
        with scratch_directory() as scratch:  # of an open file the name is not needed
            return EarlierRecords(on_disk(self._job.earlier, scratch))

    def _finish(self, unit: Unit, outcomes: Iterable[CaptureOutcome], tally: CaptureTally) -> None:
        """Write the part of a unit, and the files that belong to it, from the results of its captures."""
        job = self._job
        tally.comparison = None if self._earlier is None else Comparison()
        with files_of(job.directory) as parts, files_of(job.work) as work:
            articles = PartWriter(parts, stem="part", batch=None, before_publish=lambda: None, first=unit.number)
            facts = PartWriter(work, stem="facts", batch=None, before_publish=lambda: None, first=unit.number)
            cited: set[str] = set()
            for outcome in outcomes:
                _count(outcome, unit, tally)
                if outcome.line is not None:
                    articles.write(outcome.line)
                if outcome.facts is not None and (name := orjson.loads(outcome.facts)["id"]) not in cited:
                    cited.add(name)
                    facts.write(outcome.facts)
                if self._earlier is not None and tally.comparison is not None:
                    tally.comparison.compare(self._earlier.find(unit.file, outcome.offset), outcome.line)
            facts.publish()
            articles.publish()
            tally.parts = articles.parts
        store(tally_path(job.work, unit.number), unit.key, tally)


def _count(outcome: CaptureOutcome, unit: Unit, tally: CaptureTally) -> None:
    tally.captures += 1
    if outcome.line is not None:
        tally.articles += 1
        for name, witness in (outcome.witnesses or {}).items():
            tally.witnesses.setdefault(name, Counter())[witness] += 1
    elif outcome.kind is not None:
        named = Failure(url=outcome.url, warc=unit.file, offset=outcome.offset, problem=outcome.problem or "")
        tally.fail(outcome.kind, named)
    else:
        tally.other += 1


class Extract(_Stage):
    """The first stage: all units."""

    def _extract(self, unit: Unit) -> None:
        source = self._job.sources[unit.source]
        if unit.offsets is None:
            self._extract_whole(unit, source)
            return
        file = source.file(unit.file)
        if isinstance(file, Ranged):
            file.expect(unit.end or file.length())
        self._read(unit, source, self._reader, unit.offsets, CaptureTally())

    def _extract_whole(self, unit: Unit, source: WarcSource) -> None:
        job, tally = self._job, CaptureTally()

        def note(problem: str) -> None:
            if len(tally.damaged) < MAX_NAMED:
                tally.damaged.append(redact(problem))  # an address may be signed

        file = unit.located
        assert file is not None
        with scratch_directory() as scratch:
            found = alone(file, scratch, note)
            if found is None:
                self._finish(unit, (), tally)
                return
            here, index = found
            of_file = replace(source, files={unit.file: here}, indexes=(index,), unindexed=())
            reader = CaptureReader((of_file,), job.sites, job.max_body, several=job.several)
            offsets = []
            for entry in entries_of(index):
                tally.seen += 1
                if may_be_article(entry, reader.site_of):
                    offsets.append(entry.offset)
            if job.several:
                with files_of(job.work) as work:
                    write_index(index_path(work, unit.number), checked_lines(index))
            self._read(unit, of_file, reader, sorted(offsets), tally)

    def _read(
        self, unit: Unit, source: WarcSource, reader: CaptureReader, offsets: Iterable[int], tally: CaptureTally
    ) -> None:
        """Read the captures, and finish the unit; or keep its results, if one has to wait."""
        if not self._job.several:
            self._finish(unit, (reader.outcome(source, unit.file, offset) for offset in offsets), tally)
            return
        waiting = False
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as spool:
            for offset in offsets:
                try:
                    spool.write(reader.outcome(source, unit.file, offset).as_line())
                except Elsewhere:
                    spool.write(b"%d\n" % offset)
                    waiting = True
            spool.seek(0)
            if not waiting:
                self._finish(unit, map(CaptureOutcome.from_line, spool), tally)
                return
            with files_of(self._job.work) as work, kept_path(work, unit.number).open("wb") as kept:
                kept.writelines(spool)
        store(waiting_path(self._job.work, unit.number), unit.key, tally)


class Finish(_Stage):
    """The second stage, when all files are indexed: units in which a capture waits."""

    def _extract(self, unit: Unit) -> None:
        work, source = self._job.work, self._job.sources[unit.source]
        tally = load(waiting_path(work, unit.number), unit.key)
        assert tally is not None
        with kept_path(work, unit.number).open("rb") as kept:
            outcomes = (
                CaptureOutcome.from_line(line)
                if line.startswith(b"{")
                else self._reader.outcome(source, unit.file, int(line))
                for line in kept
            )
            self._finish(unit, outcomes, tally)
