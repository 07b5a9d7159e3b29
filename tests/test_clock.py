"""A clock that jumps, between runs and within one: nothing is lost, runs follow each other, and what is known is due.

The real command sees another time by libfaketime, or where that is missing (``WITHOUT_FAKETIME=1`` asks for it) by
time-machine, which only Python's own clock heeds; its monotonic clock goes on, as on a machine whose clock is set.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from newsspider.collection.collection import Collection
from newsspider.doctor.history import last_runs
from newsspider.feeds.reading import read
from tests.conftest import PROJECT
from tests.patience import HUNG
from tests.servers.changing import ChangingSite, serving
from tests.servers.script import ROLES, by_name, churn, scripted
from tests.warcs import feed_lines, manifests

if TYPE_CHECKING:
    from newsspider.demo.site import ServedPage

pytestmark = pytest.mark.slow  # each run is crawled under another clock

YEAR, DAY, HOUR = 365 * 86400, 86400, 3600
_LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
if os.environ.get("WITHOUT_FAKETIME") == "1":
    _LIBRARY = None


@dataclass
class Clock:
    """The time that crawls see: so many seconds beside the real one."""

    file: Path

    def set(self, seconds: int) -> None:
        beside = self.file.with_suffix(".new")
        beside.write_text(f"{seconds:+}\n", encoding="utf-8")
        beside.replace(self.file)

    def environment(self) -> dict[str, str]:
        if _LIBRARY is None:
            return {"PYTHONPATH": str(PROJECT / "tests" / "clock"), "CLOCK_FILE": str(self.file)}
        return {
            "LD_PRELOAD": str(_LIBRARY),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
        }


@dataclass
class Stage(ChangingSite):
    """The changing site, which sets the clock when it was asked for so many pages."""

    clock: Clock
    jump: int | None = None
    asked: int = 0

    def __post_init__(self) -> None:
        super().__init__(ROLES, churn)

    def page(self, target: str) -> ServedPage | None:
        self.asked += 1
        if self.asked == 12 and self.jump is not None:
            self.clock.set(self.jump)
        return super().page(target)


@dataclass(frozen=True, kw_only=True)
class Run:
    act: int
    shift: int
    """Of the clock when it begins."""
    jump: int | None = None
    """Of the clock in the midst of it."""


RUNS = (
    Run(act=0, shift=0),
    Run(act=1, shift=YEAR),
    Run(act=2, shift=0),
    Run(act=3, shift=-YEAR),
    Run(act=4, shift=0, jump=-HOUR),
    Run(act=4, shift=-HOUR, jump=DAY),
    Run(act=4, shift=0),
)
ACTS_BEGUN = (0, 1, 2, 3)
"""Runs that see a new act; the others see nothing new."""


@dataclass(kw_only=True)
class Played:
    path: Path
    logs: list[str] = field(default_factory=list)
    doctor: list[list[str]] = field(default_factory=list)
    """What the doctor finds, by the real clock, behind each run."""


@pytest.fixture(scope="module")
def played(tmp_path_factory) -> Played:
    directory = tmp_path_factory.mktemp("clock")
    stage = Stage(Clock(directory / "clock"))
    played = Played(path=directory / "kankanews")
    with serving(stage) as connect_to:
        for run in RUNS:
            stage.act, stage.jump, stage.asked = run.act, run.jump, 0
            stage.clock.set(run.shift)
            played.logs.append(crawl(played.path, connect_to, stage.clock))
            findings = last_runs(Collection(played.path), datetime.now(UTC))
            played.doctor.append([each.text for each in findings if each.subject == "clock"])
    return played


def command(connect_to: str) -> list[str]:
    # Everything is due a second later, if the clock is believed.
    settings = ("DOWNLOAD_DELAY=0.01", "AUTOTHROTTLE_ENABLED=False", "REQUISITES=", "REVISIT=36500d:1s", "PART_ITEMS=4",
                f"CONNECT_TO={connect_to}")  # fmt: skip
    options = [part for setting in settings for part in ("-s", setting)]
    return [sys.executable, "-m", "scrapy", "crawl", "kankanews", *options]


def environment(path: Path, clock: Clock, **more: str) -> dict[str, str]:
    return {**os.environ, **clock.environment(), "NEWSSPIDER_ARCHIVE_DIR": str(path.parent), **more}


def crawl(path: Path, connect_to: str, clock: Clock, **more: str) -> str:
    """Crawl to the end; return the log."""
    ended = subprocess.run(
        command(connect_to), cwd=PROJECT, env=environment(path, clock, **more),
        capture_output=True, encoding="utf-8", timeout=HUNG, check=False,
    )  # fmt: skip
    assert (ended.returncode, "Traceback" in ended.stderr) == (0, False), ended.stderr
    return ended.stderr


def test_every_run_tells_what_happened_whatever_the_clock_shows(played):
    told = [by_name([json.loads(line) for line in feed_lines(played.path, run, "changes_parts")])
            for run in manifests(played.path)]  # fmt: skip

    assert told == [scripted(number) if number in ACTS_BEGUN else {} for number in range(len(RUNS))]


def test_runs_follow_each_other_by_name_and_cite_each_other(played):
    runs = manifests(played.path)

    assert len(runs) == len(RUNS)
    assert [run["previous"] and run["previous"]["run"] for run in runs] == [None, *[run["run"] for run in runs[:-1]]]
    # A reader that knows one run is given all that came later.
    for number, run in enumerate(runs):
        behind = [json.loads(line)["id"] for later in runs[number + 1 :] for line in feed_lines(played.path, later)]
        assert [article.id for article in read(played.path, after=run["run"])] == behind
    names = [file["name"] for run in runs for file in run["warcs"]]
    assert len(set(names)) == len(names) >= len(RUNS)


def test_every_run_says_how_long_it_took_and_when_by_the_clock_at_its_end(played):
    for run, expected in zip(manifests(played.path), RUNS, strict=True):
        started, ended = (datetime.fromisoformat(run[name]) for name in ("started", "ended"))
        last = datetime.now(UTC) + timedelta(seconds=expected.shift if expected.jump is None else expected.jump)
        assert timedelta(0) < ended - started < timedelta(minutes=5)
        assert timedelta(0) < last - ended < timedelta(minutes=15)


def test_no_page_waits_for_a_time_that_was_never(played):
    with closing(sqlite3.connect(played.path / "state.sqlite3")) as db:
        (latest,) = db.execute("SELECT max(next_due) FROM pages").fetchone()

    assert latest < (datetime.now(UTC) + timedelta(hours=1)).timestamp()


def test_verify_finds_nothing(played, scrapy_run):
    result = scrapy_run("verify", str(played.path))

    assert (result.returncode, "no faults, no warnings" in result.stdout) == (0, True), result.stdout


def test_a_clock_that_was_set_is_told(played):
    behind = [number for number, log in enumerate(played.logs) if "a time before the newest run" in log]
    during = [number for number, log in enumerate(played.logs) if "The clock was set during the run, by" in log]
    pages = [path.read_text(encoding="utf-8") for path in sorted((played.path / "reports").glob("[0-9]*.html"))]

    assert behind == [2, 3, 4, 5, 6]
    assert during == [4, 5]
    assert ["The clock was set: " in page for page in pages] == [number in behind for number in range(len(RUNS))]
    assert [bool(found) for found in played.doctor] == [False, True, False, False, False, True, False]


def test_history_shows_versions_in_the_order_in_which_they_were_seen(played, scrapy_run):
    story = ROLES["edited again and again"].story
    result = scrapy_run(
        "history", story.url, "--json", "-s", f"ARCHIVE_DIR={played.path.parent}", "-s", "COLLECTION=kankanews"
    )

    said = json.loads(result.stdout)
    # The third was seen by a clock that was a year behind, to which its date was no date: the fourth has that again.
    assert [moment["version"]["n"] for moment in said["moments"]] == [1, 2, 3, 4]
    assert [[event["event"] for event in moment["events"]] for moment in said["moments"]] == [
        ["published"], ["silently_edited"], ["silently_edited"], [],
    ]  # fmt: skip


def test_behind_a_run_of_the_future_failure_is_not_hidden_and_a_killed_run_is_not_written_over(tmp_path):
    path = tmp_path / "kankanews"
    stage = Stage(Clock(tmp_path / "clock"))
    with serving(stage) as connect_to:
        stage.clock.set(YEAR)
        crawl(path, connect_to, stage.clock)
        stage.clock.set(0)
        nowhere = ",".join(f"{each.rpartition(':')[0]}:1" for each in connect_to.split(","))
        failed = subprocess.run(
            command(nowhere), cwd=PROJECT, env=environment(path, stage.clock), capture_output=True, check=False
        )
        with closing(sqlite3.connect(path / "state.sqlite3")) as db, db:  # some seconds later, without waiting for them
            db.execute("UPDATE pages SET next_due = 0 WHERE next_due IS NOT NULL")
        # The scheduler calls both by one name, and the clock gives both one moment: behind the newest run.
        stage.act = 1
        with subprocess.Popen(
            command(connect_to), cwd=PROJECT, env=environment(path, stage.clock, SCRAPY_JOB="nightly"),
            stderr=subprocess.DEVNULL,
        ) as killed:  # fmt: skip
            while not any(path.glob("items/*-nightly/part-*")):
                assert killed.poll() is None
                time.sleep(0.01)
            killed.kill()
        (left,) = path.glob("items/*-nightly")
        given = [json.loads(line)["id"] for part in left.glob("part-*") for line in part.read_bytes().splitlines()]
        crawl(path, connect_to, stage.clock, SCRAPY_JOB="nightly")

    first, second, last = manifests(path)
    assert failed.returncode != 0
    assert datetime.fromisoformat(first["last_success"]) > datetime.now(UTC) + timedelta(days=300)
    assert datetime.fromisoformat(second["last_success"]) <= datetime.now(UTC)
    assert last["adopted"]["runs"] == [left.name]
    assert last["run"] > left.name > second["run"]
    records = [json.loads(line)["id"] for line in feed_lines(path, last)]
    assert set(given) <= set(records)
    assert len(records) == len(set(records))
    assert by_name([json.loads(line) for line in feed_lines(path, last, "changes_parts")]) == scripted(1)
