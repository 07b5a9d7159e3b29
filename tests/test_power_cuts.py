"""Whenever the power goes, nothing is lost that was reported stored, and the next run makes up for the rest.

A kill leaves what was written; a power cut only what was synced, and of the rest whatever the disk likes. So commands
are recorded with all that they do to files (``tests/power``). Of every moment it is asked whether what the program
builds on then is durable; of some, all that may be left is laid out on a real disk, the command is run again there, and
``scrapy verify`` has the last word. ``make torture`` takes many moments, ``make test ALL=1`` a few.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from newsspider.collection.collection import Collection
from newsspider.warc.reader import WarcError, iter_records
from tests.conftest import PROJECT
from tests.power.disk import CONTENT, AtRandom, Disk, Everything, NamesOnly, Nothing, lay_out
from tests.power.recorder import Event, MadeDirectory, Removed, Renamed, Synced, record, why_not
from tests.servers.changing import serving
from tests.servers.script import scripted
from tests.test_crashes import lines
from tests.test_torture import CRASH_POINTS, Stage, Theatre, Told, told
from tests.test_verify import verify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.power.disk import Left
    from tests.power.recorder import Recording

pytestmark = pytest.mark.slow  # crawls are recorded, and run again after each cut

CUTS = max(1, int(os.environ.get("CRASH_POINTS", "0")) // 10)
"""Moments of each recording that are tried on a real disk."""

UNIMPORTANT = (".lock", "-shm", ".newsspider-lock")
"""How the names of files end that say nothing once their process is gone."""

needs_strace = pytest.mark.skipif(why_not() is not None, reason=why_not() or "")


def important(lost: dict[str, str]) -> dict[str, str]:
    return {path: how for path, how in lost.items() if not path.endswith(UNIMPORTANT)}


def room(path: str) -> str | None:
    """Return the directory of a collection that a path is in; None for what is not finished."""
    _, _, inside = path.partition("/")
    return None if Path(path).name.startswith(".") or path.endswith(".tmp") else inside.partition("/")[0]


def unsynced(lost: dict[str, str], *rooms: str) -> dict[str, str]:
    return {path: how for path, how in lost.items() if room(path) in rooms}


def moments(events: list[Event]) -> list[int]:
    """Return the numbers of the events before which the power goes: around all that makes names or syncs."""
    after = {number + 1 for number, event in enumerate(events) if isinstance(event, Synced | Renamed)}
    before = {
        number for number, event in enumerate(events) if isinstance(event, Synced | Renamed | Removed | MadeDirectory)
    }
    return sorted(after | before)


def power_cuts(before: Disk, events: list[Event], rng: random.Random) -> Iterator[tuple[Left, str]]:
    """Yield what is left of files when the power goes at moments of a recording, and what happened last."""
    disk, chosen, taken = deepcopy(before), moments(events), 0
    for moment in sorted(rng.sample(chosen, min(CUTS, len(chosen)))):
        for event in events[taken:moment]:
            disk.take(event)
        taken = moment
        cut = rng.choice((Nothing(), NamesOnly(), Everything(), AtRandom(rng), AtRandom(rng)))
        last = "its beginning" if not moment else repr(events[moment - 1])[:200]
        yield disk.left(cut), f"{type(cut).__name__} of what was not synced is left at {moment}, after {last}"


def run_recorded(command: list[str], root: Path, env: dict[str, str]) -> Recording:
    return record(command, root, root.parent / "strace", cwd=PROJECT, env={**os.environ, **env})


# ------------------------------------------------------------------------------------------------------------ crawls


@dataclass
class Scene:
    """A crawl that was recorded, and what must be in the feeds and the ledger when another has made up for it."""

    act: int
    events: list[Event]
    before: Disk
    """The disk as it began; nobody changes it."""
    expected: Told | None = None


@dataclass
class Played:
    """Two acts of a site that changes; in the second a crawl was killed before another came to its end."""

    site: Stage
    connect_to: str
    archives: Path
    scenes: dict[str, Scene] = field(default_factory=dict)


TIME_PASSES = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("UPDATE pages SET next_due = 0, unchanged = 0, failures = 0 WHERE next_due IS NOT NULL")
db.commit()
db.close()
"""


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    site = Stage()
    with serving(site) as connect_to:
        theatre = Theatre(tmp_path_factory.mktemp("power") / "played", connect_to)
        archives = theatre.path.parent
        archives.mkdir()
        played = Played(site, connect_to, archives)
        disk = Disk(archives)

        def play(command: list[str], env: dict[str, str]) -> Recording:
            recording = run_recorded(command, archives, env)
            for event in recording.events:
                disk.take(event)
            disk.restart()
            return recording

        def crawl(name: str, *, at_step: tuple[str, int] | None = None) -> Recording:
            scene = played.scenes[name] = Scene(site.act, [], deepcopy(disk))
            arguments, environment = theatre.command(at_step=at_step)
            dying = {"PYTHONPATH": str(CRASH_POINTS.parent)}  # strace watches a process from its start
            recording = play([sys.executable, "-m", "scrapy", *arguments], environment | dying)
            scene.events = recording.events
            assert (recording.returncode == 0) == (at_step is None), recording.stderr
            return recording

        crawl("first")
        played.scenes["first"].expected = told(theatre.path, before=0)
        play([sys.executable, "-c", TIME_PASSES, str(theatre.path / "state.sqlite3")], {})
        site.act = 1
        crawl("killed", at_step=("items", 6))
        crawl("after it")
        expected = told(theatre.path, before=1)
        assert expected.by_role == {name: sorted(kinds) for name, kinds in scripted(1).items()}
        played.scenes["killed"].expected = played.scenes["after it"].expected = expected
        yield played


CRAWLS = ("first", "killed", "after it")


@needs_strace
def test_recording_ends_at_the_files_that_are_there(played):
    """What the tests below cut off is what the crawls did: nothing escaped the recorder."""
    disk = deepcopy(played.scenes["after it"].before)
    for event in played.scenes["after it"].events:
        disk.take(event)

    there = {
        str(path.relative_to(played.archives)): path.read_bytes() if path.is_file() else None
        for path in played.archives.rglob("*")
    }
    assert disk.now() == there


@needs_strace
@pytest.mark.parametrize("name", CRAWLS)
def test_crawl_builds_on_nothing_that_a_power_cut_takes(name, played, tmp_path):
    """At every moment: captures are durable before what cites them, records before the ledger calls a page done."""
    scene = played.scenes[name]
    disk = deepcopy(scene.before)
    for event in scene.events:
        lost = disk.lost() if isinstance(event, Synced | Renamed) else {}
        match event:
            case Renamed(source, target):
                assert lost.get(source) != CONTENT, f"{target} gets its name before its content is synced"
                if room(target) == "items":
                    assert unsynced(lost, "archive") == {}, target
                elif room(target) == "runs":
                    assert unsynced(lost, "archive", "items", "indexes") == {}, target
        disk.take(event)
        if isinstance(event, Synced) and disk.path_of(event).endswith("state.sqlite3-wal"):
            path = tmp_path / str(disk.count) / "kankanews"
            lay_out(disk.left(Nothing()), path.parent, played.archives)
            assert in_ledger(path) <= in_archive(path)
            assert articles_in_ledger(path) <= articles_in_parts(path)
    assert name == "killed" or important(disk.lost()) == {}


@needs_strace
@pytest.mark.parametrize("name", CRAWLS)
def test_crawl_makes_up_for_one_that_a_power_cut_ended(name, played, scrapy_run_in, tmp_path):
    scene, rng = played.scenes[name], random.Random(f"20260130 {name}")
    for number, (left, moment) in enumerate(power_cuts(scene.before, scene.events, rng)):
        theatre = Theatre(tmp_path / str(number), played.connect_to)
        lay_out(left, theatre.path.parent, played.archives)
        played.site.act = scene.act

        ended = theatre.run()

        assert told(theatre.path, before=scene.act) == scene.expected, (moment, ended.log)
        verified = scrapy_run_in(theatre.directory)("verify", "kankanews")
        assert "no faults, no warnings" in verified.stdout, (moment, verified.stdout)
        assert in_ledger(theatre.path) <= in_archive(theatre.path), moment


# ------------------------------------------------------------------------------------------------- what takes them on


@dataclass(frozen=True)
class Job:
    """A command that makes something of a collection in a directory of its own, and what that holds in the end."""

    arguments: tuple[str, ...]
    result: Callable[[Path], object]

    def command(self, collection: Path, root: Path) -> list[str]:
        return [each.format(collection=collection, root=root) for each in self.arguments]

    def environment(self, collection: Path, root: Path) -> dict[str, str]:
        """Say where a collection is that is called by its name."""
        there = root if self.result is lines_of_index else collection.parent
        return {"NEWSSPIDER_ARCHIVE_DIR": str(there)}


def tables_of_sqlite(root: Path) -> object:
    with closing(sqlite3.connect(root / "x.db")) as db:
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: sorted(map(repr, db.execute(f"SELECT * FROM {name}")))
            for name in names
            if not name.startswith("articles_text")
        }


def tables_of_lake(root: Path) -> object:
    duckdb = pytest.importorskip("duckdb", reason="needs DuckDB (extra parquet)")
    places = sorted({path.parent for path in (root / "lake").rglob("*.parquet")})
    return {
        str(place.relative_to(root)): sorted(map(repr, duckdb.read_parquet(f"{place}/*.parquet").fetchall()))
        for place in places
    }


def rejected(root: Path) -> object:
    """A part that is loaded again has its bad lines rejected again."""
    lines = (root / "rejects.jsonl").read_bytes().splitlines()
    return {json.loads(line)["line"] for line in lines}, tables_of_sqlite(root)


def package(root: Path) -> object:
    verified = verify(root / "x.wacz")
    return verified.findings, verified.counts


def files(root: Path) -> object:
    """The manifest is left out: it says when. Where names begin with a dot nobody looks."""
    found = sorted(path for path in root.rglob("[!.]*") if path.is_file() and ".extract" not in path.parts)
    return {str(path.relative_to(root)): path.read_bytes() for path in found if path.name != "manifest.json"}


def lines_of_index(root: Path) -> object:
    return b"".join(Collection(root / "kankanews").index.lines())


JOBS = {
    "load into SQLite": Job(("load", "{collection}", "--to", "sqlite:///{root}/x.db"), tables_of_sqlite),
    "load with a record that is none": Job(
        ("load", "{root}/../part-00001.jsonl", "--to", "sqlite:///{root}/x.db", "--rejects", "{root}/rejects.jsonl"),
        rejected,
    ),
    "load into Parquet": Job(("load", "{collection}", "--to", "parquet:{root}/lake"), tables_of_lake),
    "pack": Job(("pack", "kankanews", "-o", "{root}/x.wacz"), package),
    "extract": Job(("extract", "{collection}", "--to", "{root}/again", "--jobs", "1"), files),
    "index": Job(("index", "kankanews"), lines_of_index),
}


@needs_strace
@pytest.mark.parametrize("name", JOBS)
def test_what_a_command_reports_as_done_outlives_a_power_cut(name, played, scrapy_run_in, tmp_path):
    job, collection, rng = JOBS[name], played.archives / "kankanews", random.Random(f"20260130 {name}")
    feed = min(collection.glob("items/*/part-*.jsonl")).read_bytes()
    (tmp_path / "part-00001.jsonl").write_bytes(feed + b'{"title": "no record"}\n')
    root = tmp_path / "whole"
    root.mkdir()
    if name == "index":
        shutil.copytree(collection, root / "kankanews")
    before = Disk(root)

    command = [sys.executable, "-m", "scrapy", *job.command(collection, root)]
    recording = run_recorded(command, root, job.environment(collection, root))

    assert recording.returncode == (4 if "none" in name else 0), recording.stderr
    disk = deepcopy(before)
    for event in recording.events:
        if isinstance(event, Renamed) and not Path(event.target).name.startswith("."):
            assert disk.lost().get(event.source) != CONTENT, f"{event.target} gets its name before it is synced"
        disk.take(event)
    assert important(disk.lost()) == {}
    expected = job.result(root)
    for number, (left, moment) in enumerate(power_cuts(before, recording.events, rng)):
        again = tmp_path / str(number)
        lay_out(left, again, root)
        # What is there is not made again, nor is a part that is loaded rejected once more.
        if not any((again / finished).exists() for finished in ("x.wacz", "again/manifest.json")):
            ended = scrapy_run_in(tmp_path)(
                *job.command(collection, again), env=job.environment(collection, again)
            )
            assert ended.returncode in (0, recording.returncode), (moment, ended.stderr)
        assert job.result(again) == expected, moment


def in_ledger(path: Path) -> set[tuple[str, int, int]]:
    """Return where the ledger says that captures are: file, offset, length."""
    tables = ("pages", "versions", "away")
    query = " UNION ".join(
        f"SELECT name, offset, length FROM {table} JOIN warcs ON number = warc" for table in tables
    )
    with closing(sqlite3.connect(path / "state.sqlite3")) as db:
        return set(db.execute(query)) if db.execute("PRAGMA user_version").fetchone()[0] else set()


def in_archive(path: Path) -> set[tuple[str, int, int]]:
    found = set()
    for file in path.glob("archive/*"):
        with suppress(WarcError):  # the end of a file that was being written
            found |= {(file.name.removesuffix(".open"), each.offset, each.length) for each in iter_records(file)}
    return found


def articles_in_ledger(path: Path) -> set[str]:
    with closing(sqlite3.connect(path / "state.sqlite3")) as db:
        known = db.execute("PRAGMA user_version").fetchone()[0]
        return {name for (name,) in db.execute("SELECT id FROM versions")} if known else set()


def articles_in_parts(path: Path) -> set[str]:
    return {json.loads(line)["id"] for line in lines(path)}
