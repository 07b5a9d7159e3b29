"""A whole extraction: from archives to a directory of feed parts, its manifest written last.

A unit that is finished stays finished when the extraction is killed: the same command goes on after it. It is done
again when the archive, the settings or any line of the program is not what it was.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from newsspider import sites
from newsspider.collection.objects import ObjectPath
from newsspider.collection.source import SourceError, as_it_is
from newsspider.collection.work import Lost
from newsspider.errors import NewsspiderError
from newsspider.extraction import report
from newsspider.extraction.directory import (
    ExtractionReadError,
    ExtractionWriteError,
    remove_unfinished,
    working_directory,
)
from newsspider.extraction.earlier import check_names, index_records
from newsspider.extraction.finished import facts_path, index_path, load, tally_path, waiting_path
from newsspider.extraction.manifest import judge
from newsspider.extraction.manifest import manifest as manifest_of
from newsspider.extraction.page import as_html
from newsspider.extraction.plan import archives_sha256, make_plan, span_for
from newsspider.extraction.tally import CaptureTally
from newsspider.extraction.target import files_of, put, remove, write
from newsspider.extraction.unit import Extract, Finish, Job
from newsspider.feeds.parts import PartWriter
from newsspider.runs.verdict import Verdict
from newsspider.text.counted import counted
from newsspider.text.escaping import as_json
from newsspider.text.message import message
from newsspider.warc.cdxj import LineSorter, checked_lines, write_index

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from newsspider.collection.source import WarcSource
    from newsspider.collection.work import Runner
    from newsspider.extraction.plan import Plan, Unit
    from newsspider.extraction.request import Request
    from newsspider.feeds.parts import FeedPart
    from newsspider.terminal.progress import Progress


class NoArticleError(NewsspiderError):
    """The archives hold pages, but no article."""

    exit_code = 5

    def __init__(self, paths: Sequence[Path], names: Sequence[str]):
        all_hosts = "" if sites.ANY in names else f"take those of all hosts by --site {sites.ANY}, "
        super().__init__(
            f"{', '.join(map(str, paths))}: no capture there is of an article of {' or '.join(names)}; "
            f"look at the addresses in the index, {all_hosts}or name another archive"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """The end of an extraction."""

    manifest: Path
    tally: CaptureTally
    verdict: Verdict
    comparison: str | None
    """What differs from the earlier records, as text."""


def extract(request: Request, run: Runner, progress: Progress) -> Extracted:
    """Extract all that *request* asks for, or go on with it where an earlier process ended."""
    with working_directory(request) as (work, scratch):
        extracted = _Extraction(request, run, progress, work, scratch).run()
        for path in list(work.walk()) if isinstance(work, ObjectPath) else ():
            remove(path)
        if not isinstance(work, ObjectPath):
            shutil.rmtree(work)
    return extracted


class _Extraction:
    """One extraction, from its plan to its manifest."""

    def __init__(self, request: Request, run: Runner, progress: Progress, work: Path, scratch: Path) -> None:
        self._request, self._run, self._progress = request, run, progress
        self._work, self._scratch = work, scratch
        self._started = datetime.now(UTC)
        self._problems: list[str] = []
        """What could not be read, a line each."""
        self._lost: dict[int, str] = {}
        """Units that could not be extracted, and why."""
        self._plan = self._planned()
        self._common = [*request.common(), archives_sha256(self._plan.sources)]

    def run(self) -> Extracted:
        """Extract all units, and write what there is one of, the manifest last."""
        request, plan = self._request, self._plan
        earlier, records = None, 0
        if request.earlier:
            records = index_records(request.earlier, self._scratch / "earlier.sqlite3")
            earlier = self._for_all(self._scratch / "earlier.sqlite3")
        sources = tuple(
            replace(each, indexes=tuple(self._for_all(index, str(number)) for index in each.indexes))
            for number, each in enumerate(plan.sources)
        )
        job = Job(
            sources=sources,
            sites=request.sites,
            directory=request.directory,
            work=self._work,
            max_body=request.max_body,
            earlier=earlier,
            several=any(each.unindexed for each in sources) and sum(len(each.files) for each in sources) > 1,
        )
        self._extract_all(job)
        tally = self._tally()
        facts = self._write_facts()
        comparison = None
        if tally.comparison is not None:
            differences = report.Differences(
                comparison=tally.comparison,
                then=request.earlier_name,
                elsewhere=records - tally.comparison.earlier,
                parsers={name: sites.load(name).parser_version for name in request.sites},
            )
            write(request.directory / "diff.json", report.as_json(differences))
            write(request.directory / "diff.html", as_html(differences).encode())
            comparison = report.as_text(differences)
        verdict = judge(tally, self._problems)
        if sites.ANY in request.sites and not (tally.articles or verdict.reasons):
            verdict = Verdict(exit_code=5, reasons=("no page in the archives is an article that can be read",))
        manifest = request.directory / "manifest.json"
        said = manifest_of(request, tally, facts, self._problems, verdict, self._started)
        write(manifest, as_json(said, indent=1).encode() + b"\n")
        return Extracted(manifest=manifest, tally=tally, verdict=verdict, comparison=comparison)

    def _planned(self) -> Plan:
        request, progress = self._request, self._progress
        sources = []
        for number, path in enumerate(request.paths):
            directory = self._scratch / str(number)
            directory.mkdir()
            progress.say(f"finding the captures of {path}")
            sources.append(as_it_is(path, directory, self._problems.append))

        if request.earlier:
            check_names([*sources, *request.lists])

        def finding(seen: int, taken: int) -> None:
            progress.say(f"{counted(seen, 'capture')}, {taken:,} of articles")

        span = span_for(sum(map(_indexed_bytes, sources)), request.span)
        plan = make_plan(
            [*sources, *request.lists], sites.among(request.sites), self._scratch / "plan", span=span, progress=finding
        )
        if not plan.units:
            raise NoArticleError(request.archives, request.sites)
        return plan

    def _for_all(self, path: Path, prefix: str = "") -> Path:
        """Return where a file of this process can be read by all that extract; they see what the target sees."""
        if not isinstance(self._work, ObjectPath) or isinstance(path, ObjectPath):
            return path
        there = self._work / f"{prefix}{path.name}"
        put(path, there)
        return there

    def _extract_all(self, job: Job) -> None:
        """Have all units extracted that are not finished: those of a file alone first, then what waits for others."""
        there = {path.name for path in self._work.iterdir()}
        finished, waiting = set(), set()
        for unit in self._plan.read(self._common):
            if self._is_done(tally_path(self._work, unit.number), unit, there):
                finished.add(unit.number)
            elif self._is_done(waiting_path(self._work, unit.number), unit, there):
                waiting.add(unit.number)
        remove_unfinished(job.directory, self._work, finished, waiting)
        self._progress.begin(len(self._plan.units), before=len(finished) + len(waiting))
        todo = (unit for unit in self._plan.read(self._common) if unit.number not in finished | waiting)
        self._have_done(Extract(replace(job, sources=tuple(map(_without_lists, job.sources)))), todo)
        if not job.several:
            return
        there = {path.name for path in self._work.iterdir()}
        left = [
            unit
            for unit in self._plan.read(self._common)
            if unit.number not in self._lost
            and tally_path(self._work, unit.number).name not in there
            and waiting_path(self._work, unit.number).name in there
        ]
        if left:
            self._progress.begin(len(left))
            self._have_done(Finish(replace(job, sources=self._indexed(job.sources, there), several=False)), left)

    def _is_done(self, path: Path, unit: Unit, there: set[str]) -> bool:
        return path.name in there and load(path, unit.key) is not None

    def _have_done(self, stage: Extract | Finish, units: Iterable[Unit]) -> None:
        for unit, done in self._run(stage, units):
            if isinstance(done, Lost):
                self._lost[unit.number] = f"{self._plan.sources[unit.source].file(unit.file)}: {done.why}"
            elif done.unread is not None:
                raise ExtractionReadError(done.unread)
            elif done.problem is not None:
                raise ExtractionWriteError(self._request.directory, done.problem)
            self._progress.advance(1)

    def _indexed(self, sources: Sequence[WarcSource], there: set[str]) -> tuple[WarcSource, ...]:
        """Return the sources with an index of each file: of those that had none, as the first stage has made it."""
        lines = [LineSorter(self._scratch) for _ in sources]
        for unit in self._plan.read(self._common):
            path = index_path(self._work, unit.number)
            if path.name in there:
                for line in checked_lines(path):
                    lines[unit.source].add(line)
        indexed = []
        for number, source in enumerate(sources):
            made = self._scratch / f"made-{number}.cdxj"
            write_index(made, lines[number])
            lines[number].clear()
            indexed.append(replace(source, indexes=(*source.indexes, self._for_all(made)), unindexed=()))
        return tuple(indexed)

    def _tally(self) -> CaptureTally:
        """Add up the results of all units; SourceError or NoArticleError if there is nothing."""
        tally = CaptureTally()
        seen = list(self._plan.seen)
        first: dict[int, str] = {}
        for unit in self._plan.read(self._common):
            if unit.number in self._lost:
                self._problems.append(self._lost[unit.number])
                continue
            came = load(tally_path(self._work, unit.number), unit.key)
            assert came is not None
            seen[unit.source] += came.seen
            first |= {unit.source: came.damaged[0]} if came.damaged and unit.source not in first else {}
            tally.add(came)
        self._problems += tally.damaged
        if not (tally.captures or self._lost):
            remove_unfinished(self._request.directory, self._work, set(), set())
        for number, source in enumerate(self._plan.sources):
            if seen[number] or self._lost:
                continue
            why = first.get(number, "").removeprefix(str(source.path)).lstrip(":").strip()
            problem = message("it holds no capture")
            if why:
                problem = message("no capture in it can be read: %(why)s", why=why)
            if len(self._plan.sources) == 1:
                raise SourceError(source.path, problem)
            self._problems.append(f"{source.path}: {problem.in_english()}")
        if not (tally.captures or self._lost):
            raise NoArticleError(self._request.archives, self._request.sites)
        return tally

    def _write_facts(self) -> list[FeedPart]:
        """Write every footer's facts once, as the first page states them."""
        with files_of(self._request.directory) as directory:
            writer = PartWriter(directory, stem="site-facts", batch=None, before_publish=lambda: None)
            written: set[str] = set()
            for unit in self._plan.units:
                try:
                    lines = facts_path(self._work, unit).read_bytes().splitlines(keepends=True)
                except FileNotFoundError:
                    continue
                for line in lines:
                    if (name := json.loads(line)["id"]) not in written:
                        written.add(name)
                        writer.write(line)
            writer.publish()
        return writer.parts


def _without_lists(source: WarcSource) -> WarcSource:
    """Leave out files of which nothing is known yet: each unit brings its own, and there may be a million."""
    return source if source.indexes else replace(source, files={}, unindexed=())


def _indexed_bytes(source: WarcSource) -> int:
    """Return the size of the files that an index covers, as far as it is known."""
    unindexed = set(source.unindexed)
    files = [file for name, file in source.files.items() if name not in unindexed]
    return sum(file.stat().st_size if isinstance(file, Path) else getattr(file, "size", 0) for file in files)
