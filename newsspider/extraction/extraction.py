"""A whole extraction: archives in, a directory of feed parts out, its manifest written last of all.

A unit that is finished stays finished when the extraction is killed: the same command goes on behind it. It is done
again when the archive, the settings or any line of the program is not what it was.
"""

from __future__ import annotations

import hashlib
import json
import platform
import re
import shutil
import sqlite3
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import newsspider
from newsspider import sites
from newsspider.archive.lock import CollectionLockedError, locked
from newsspider.archive.source import open_source
from newsspider.counted import counted
from newsspider.durable import write_whole
from newsspider.errors import NewsspiderError
from newsspider.extraction import report
from newsspider.extraction.earlier import index_records
from newsspider.extraction.finished import facts_path, load, tally_path
from newsspider.extraction.page import as_html
from newsspider.extraction.plan import make_plan
from newsspider.extraction.unit import KINDS, Job, Tally
from newsspider.extraction.workers import ExtractionWriteError, Workers
from newsspider.feeds.parts import PartWriter
from newsspider.verdict.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsspider.extraction.plan import Plan
    from newsspider.extraction.progress import Progress
    from newsspider.feeds.parts import FeedPart

_MAX_UNPARSED = 0.5
"""Share of the pages that may be unparsed: a broken page is one, a parser that no longer fits nearly all."""


class TargetError(NewsspiderError):
    """The directory cannot be extracted into."""

    def __init__(self, directory: Path, problem: str):
        super().__init__(f"{directory}: {problem}; name a directory that is empty or not there, with --to DIR")


class ExtractionBusyError(NewsspiderError):
    """Another process extracts into the directory."""

    exit_code = 75

    def __init__(self, directory: Path):
        super().__init__(f"{directory}: another process is extracting into it; wait for it, or name another with --to")


class NoArticleError(NewsspiderError):
    """The archives hold pages, but no article."""

    exit_code = 5

    def __init__(self, paths: Sequence[Path], names: Sequence[str]):
        super().__init__(
            f"{', '.join(map(str, paths))}: no capture there is of an article of {' or '.join(names)}; "
            "look at the addresses in the index, or name another archive"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is to be extracted."""

    paths: tuple[Path, ...]
    """Collections, WARC files, folders of them, WACZ files."""
    sites: tuple[str, ...]
    directory: Path
    jobs: int
    unit_size: int
    max_body: int
    earlier: tuple[Path, ...] = ()
    """Feed parts to compare with, the oldest first; none: nothing is compared."""
    earlier_name: str = ""
    """What a person calls these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """How an extraction ended."""

    manifest: Path
    tally: Tally
    verdict: Verdict
    comparison: str | None
    """What differs from the earlier records, as text."""


def extract(request: Request, progress: Progress) -> Extracted:
    """Extract all that *request* asks for, or go on with it where an earlier process ended."""
    started = datetime.now(UTC)
    with _working_directory(request.directory) as work:
        problems: list[str] = []
        plan = _plan(request, work, problems, progress)
        job = Job(
            plan=plan,
            sites=request.sites,
            directory=request.directory,
            work=work,
            max_body=request.max_body,
            earlier=work / "earlier.sqlite3" if request.earlier else None,
        )
        earlier = 0 if job.earlier is None else index_records(request.earlier, job.earlier)
        keys = dict(_keys(request, plan))
        _run(job, keys, request.jobs, progress)
        tally = Tally()
        for unit in plan.units:
            tally.add(_loaded(work, unit, keys[unit]))
        facts = _write_facts(request.directory, work, plan)
        comparison = None
        if tally.comparison is not None:
            told = report.Told(
                comparison=tally.comparison,
                then=request.earlier_name,
                elsewhere=earlier - tally.comparison.earlier,
                parsers={name: sites.load(name).PARSER_VERSION for name in request.sites},
            )
            write_whole(request.directory / "diff.json", report.as_json(told))
            write_whole(request.directory / "diff.html", as_html(told).encode())
            comparison = report.as_text(told)
        verdict = judge(tally, problems)
        manifest = request.directory / "manifest.json"
        said = _manifest(request, tally, facts, problems, verdict, started)
        write_whole(manifest, json.dumps(said, ensure_ascii=False, indent=1).encode() + b"\n")
        shutil.rmtree(work)
    return Extracted(manifest=manifest, tally=tally, verdict=verdict, comparison=comparison)


@contextmanager
def _working_directory(directory: Path) -> Iterator[Path]:
    """Make the directory and, in it, one for what is needed until the end; lock it. Failing before any work, undo."""
    work = directory / ".extract"
    try:
        if (directory / "manifest.json").exists():
            raise TargetError(directory, "it holds a finished extraction")
        if directory.exists() and not work.exists() and any(directory.iterdir()):
            raise TargetError(directory, "it is not empty")
        made = [each for each in (directory, *directory.parents) if not each.exists()]
        work.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TargetError(directory, f"it cannot be written ({error.strerror})") from error
    try:
        with locked(work / "lock"):
            yield work
    except CollectionLockedError as error:
        raise ExtractionBusyError(directory) from error
    except (OSError, sqlite3.Error) as error:
        raise ExtractionWriteError(directory, error) from error
    finally:
        if work.exists() and not any(work.glob("unit-*.json")):
            _remove_unfinished(directory, work, set())
            shutil.rmtree(work)
            for each in made:
                each.rmdir()


def _plan(request: Request, work: Path, problems: list[str], progress: Progress) -> Plan:
    scratch = work / "scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    sources = []
    for number, path in enumerate(request.paths):
        directory = scratch / str(number)
        directory.mkdir(parents=True)
        progress.say(f"finding the captures of {path}")
        sources.append(open_source(path, directory, problems.append))
    rules = [sites.load(name) for name in request.sites]
    plan = make_plan(sources, rules, work / "plan", unit_size=request.unit_size, progress=progress.finding)
    if not plan.captures:
        raise NoArticleError(request.paths, request.sites)
    return plan


def _keys(request: Request, plan: Plan) -> Iterator[tuple[int, str]]:
    """Yield for every unit the digest of all that its records depend on."""
    common = [
        _program_sha256(), request.sites, request.max_body, request.unit_size,
        [(str(part.absolute()), part.stat().st_size) for part in request.earlier],
    ]  # fmt: skip

    @cache
    def file(source: int, name: str) -> list[Any]:
        found = plan.sources[source].files.get(name)
        if found is None:
            return [name, None]
        with found.open("rb") as opened:
            return [str(found), opened.seek(0, 2)]

    for unit in plan.units:
        lines = plan.lines(unit)
        numbers = sorted({int(line.split()[0]) for line in lines.splitlines()})
        depends_on = json.dumps([common, [file(*plan.files[number]) for number in numbers], lines.decode()])
        yield unit, hashlib.sha256(depends_on.encode()).hexdigest()


def _program_sha256() -> str:
    digest = hashlib.sha256()
    package = Path(newsspider.__file__).parent
    for path in sorted(package.rglob("*.py")):
        digest.update(f"{path.relative_to(package)} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def _run(job: Job, keys: dict[int, str], jobs: int, progress: Progress) -> None:
    """Have all units extracted that are not finished."""
    finished = {unit for unit, key in keys.items() if load(job.work, unit, key) is not None}
    _remove_unfinished(job.directory, job.work, finished)
    waiting = [(unit, key) for unit, key in keys.items() if unit not in finished]
    progress.begin(job.plan.captures, sum(job.plan.size_of(unit) for unit in finished))
    if waiting:
        with Workers(job, min(jobs, len(waiting))) as workers:
            for unit in workers.extract(waiting):
                progress.advance(job.plan.size_of(unit))
    progress.end()


def _remove_unfinished(directory: Path, work: Path, finished: set[int]) -> None:
    """Remove what belongs to no finished unit: of a process that was killed, or of other archives or lines of code."""
    kept = {path.name for unit in finished for path in (tally_path(work, unit), facts_path(work, unit))}
    kept |= {f"part-{unit:05}.jsonl" for unit in finished}
    for place, pattern in (
        (directory, r"\.?(part|site-facts)-\d+\.jsonl(\.part)?|\.?diff\.(json|html)(\.part)?"),
        (work, r"\.?(unit|facts)-\d+\.jsonl?(\.part)?"),
    ):
        for path in place.iterdir():
            if re.fullmatch(pattern, path.name) and path.name not in kept:
                path.unlink()


def _loaded(work: Path, unit: int, key: str) -> Tally:
    tally = load(work, unit, key)
    assert tally is not None
    return tally


def _write_facts(directory: Path, work: Path, plan: Plan) -> list[FeedPart]:
    """Write every footer's facts once, as the first page states them."""
    writer = PartWriter(directory, stem="site-facts", batch=plan.unit_size, before_publish=lambda: None)
    written: set[str] = set()
    for unit in plan.units:
        path = facts_path(work, unit)
        for line in path.open("rb") if path.exists() else ():
            if (name := json.loads(line)["id"]) not in written:
                written.add(name)
                writer.write(line)
    writer.publish()
    return writer.parts


def judge(tally: Tally, problems: Sequence[str]) -> Verdict:
    """Judge an extraction that has come to its end, by the exit codes of a crawl.

    >>> judge(Tally(captures=2, articles=2), [])
    Verdict(exit_code=0, reasons=())
    """
    failures = tally.failures
    findings = []
    if invalid := failures["invalid"]:
        findings.append((4, f"{counted(invalid, 'record')} did not fit the schema and went into no part"))
    if unreadable := failures["unreadable"] + len(problems):
        findings.append((6, f"{counted(unreadable, 'place')} of the archives could not be read"))
    if (lost := failures["unparsed"] + failures["raised"]) > _MAX_UNPARSED * tally.captures:
        findings.append((6, f"{lost} of {counted(tally.captures, 'page')} gave no record"))
    elif failures["raised"]:
        findings.append((6, f"the parser failed at {counted(failures['raised'], 'page')}"))
    return Verdict(exit_code=findings[0][0] if findings else 0, reasons=tuple(reason for _, reason in findings))


def _manifest(
    request: Request,
    tally: Tally,
    facts: list[FeedPart],
    problems: list[str],
    verdict: Verdict,
    started: datetime,
) -> dict[str, Any]:
    return {
        "schema_version": "1.0",
        "archives": [str(path.absolute()) for path in request.paths],
        "parsers": {name: sites.load(name).PARSER_VERSION for name in request.sites},
        "versions": {"newsspider": newsspider.__version__, "python": platform.python_version()},
        "program_sha256": _program_sha256(),
        "started": started.isoformat(),
        "ended": datetime.now(UTC).isoformat(),
        "exit_code": verdict.exit_code,
        "reasons": list(verdict.reasons),
        "counts": {
            "captures": tally.captures,
            "articles": tally.articles,
            "truncated": tally.truncated,
            "other": tally.other,
            **{kind: tally.failures[kind] for kind in KINDS},
        },
        "witnesses": {name: dict(sorted(given.items())) for name, given in sorted(tally.witnesses.items())},
        "damaged": problems,
        **{kind: [asdict(each) for each in tally.named[kind]] for kind in KINDS},
        "parts": [asdict(part) for part in tally.parts],
        "site_facts_parts": [asdict(part) for part in facts],
        "compared_with": request.earlier_name or None,
    }
