"""kill -9 at random points, over several runs of a site that changes in between: nothing is lost, nothing told twice.

The play of ``tests/servers/script.py`` is crawled twice: undisturbed, one run an act, and with kills in every act
before one run comes to its end. A site that stands still during an act makes the two exactly comparable.
``make torture`` plays all acts, again and again, until 200 crawls were killed; the tests play the first three, once.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import pytest

from newsspider.demo.site import Site
from tests.conftest import PROJECT
from tests.loaded import Started, start_scrapy
from tests.servers.changing import ChangingSite, serving
from tests.servers.script import ACTS, ROLES, by_name, churn, scripted
from tests.test_crashes import SETTINGS, assert_sound, lines, published
from tests.warcs import feed_lines, manifests

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newsspider.demo.site import ServedPage
    from tests.conftest import ScrapyRun

KILLS = int(os.environ.get("CRASH_POINTS", "15"))
KILLS_AN_ACT = 5
ACTS_PLAYED = min(ACTS, max(3, KILLS // KILLS_AN_ACT))
CRASH_POINTS = PROJECT / "tests" / "crash_points" / "sitecustomize.py"
PHASES = {
    "start-up", "recovery", "pages", "requisites", "WARC file", "feed part", "index", "state", "manifest", "report",
    "closing",
}  # fmt: skip
_PLACES = {"archive": "WARC file", "items": "feed part", "indexes": "index", "runs": "manifest", "reports": "report",
           "state.sqlite3": "state"}  # fmt: skip


class Stage(ChangingSite):
    """The changing site, with the style sheets, scripts and pictures that its pages want."""

    def __init__(self) -> None:
        super().__init__(ROLES, churn)
        self._rest = Site(articles=20)
        self.last_is_requisite = False

    def page(self, target: str) -> ServedPage | None:
        self.last_is_requisite = target.endswith((".png", ".woff2")) or target.startswith(("/css/", "/js/"))
        return self._rest.page(target) if self.last_is_requisite else super().page(target)


@dataclass
class Ended:
    """A crawl that came to an end, or was killed."""

    killed: bool
    log: str
    steps: list[str]
    """What was done to files of the collection; see ``crash_points/sitecustomize.py``."""
    seconds: dict[str, float] = field(default_factory=dict)
    """From one cue in the log to the next."""


class Theatre:
    """One collection that the play is crawled into."""

    def __init__(self, directory: Path, connect_to: str) -> None:
        self.directory = directory
        self.path = directory / "archives" / "kankanews"
        directory.mkdir()
        # What is known is always due: within an act by its table, from act to act because time_passes(). So are
        # pictures and style sheets, that crawls be killed over them.
        self._settings = (*SETTINGS, f"CONNECT_TO={connect_to}", "REVISIT=36500d:1s", "REQUISITE_DAYS=0")

    def command(self, *, at_step: tuple[str, int] | None = None) -> tuple[list[str], dict[str, str]]:
        """Return what starts a crawl, and what that needs in its environment."""
        log = self.directory / "steps"
        log.write_text("", encoding="utf-8")
        options = [part for setting in self._settings for part in ("-s", setting)]
        environment = {
            "NEWSSPIDER_ARCHIVE_DIR": str(self.path.parent),
            "CRASH_ROOT": str(self.path),
            "CRASH_LOG": str(log),
            "CRASH_FILES": "yes",
            **({} if at_step is None else {"CRASH_IN": at_step[0], "CRASH_AT": str(at_step[1])}),
        }
        return ["crawl", "kankanews", *options], environment

    def start(self, *, at_step: tuple[str, int] | None = None) -> Started:
        command, environment = self.command(at_step=at_step)
        dying = CRASH_POINTS.read_text(encoding="utf-8")
        return start_scrapy(command, {**os.environ, **environment}, before=dying, stderr=subprocess.PIPE)

    def run(
        self, *, cue: str | None = None, after: float | None = None, at_step: tuple[str, int] | None = None
    ) -> Ended:
        """Crawl, to the end, or until killed: so many seconds *after* a *cue* in the log, or at a step in a place."""
        seconds, since, log = {}, time.monotonic(), ""
        with self.start(at_step=at_step) as process:
            assert process.stderr is not None
            if after is None or cue is not None:
                for line in process.stderr:
                    log += line
                    if said := next((each for each in ("Spider opened", "Closing spider") if each in line), None):
                        seconds[said], since = time.monotonic() - since, time.monotonic()
                    if cue is not None and cue in line:
                        break
            if after is not None:
                time.sleep(after)
                process.kill()
            log += process.stderr.read()
        seconds["end"] = time.monotonic() - since
        steps = (self.directory / "steps").read_text(encoding="utf-8").splitlines()
        return Ended(process.returncode == -signal.SIGKILL, log, steps, seconds)

    def time_passes(self) -> None:
        """Make everything due that is known, as time would."""
        if (self.path / "state.sqlite3").exists():
            with closing(sqlite3.connect(self.path / "state.sqlite3")) as db, db:
                db.execute("UPDATE pages SET next_due = 0, unchanged = 0, failures = 0 WHERE next_due IS NOT NULL")


class Told(NamedTuple):
    """What the feeds of an act say, without when, where and by which run it was seen: no two crawls agree in that."""

    articles: Counter[str]
    events: Counter[str]
    by_role: dict[str, list[str]]
    versions: list[tuple[str, int]]
    """All that the ledger has so far."""


def told(path: Path, before: int) -> Told:
    """Read what the runs behind the first *before* ones say, and what the ledger knows."""
    runs = manifests(path)[before:]
    articles = [json.loads(line) for run in runs for line in feed_lines(path, run)]
    events = [json.loads(line) for run in runs for line in feed_lines(path, run, "changes_parts")]
    with closing(sqlite3.connect(path / "state.sqlite3")) as db:
        versions = db.execute("SELECT id, n FROM versions ORDER BY id, n").fetchall()
    return Told(
        articles=Counter(without(each, "fetched_at", "archive") for each in articles),
        events=Counter(without(each, "at", "before_at", "before", "after", "run") for each in events),
        by_role={name: sorted(kinds) for name, kinds in by_name(events).items()},
        versions=versions,
    )


def without(record: dict, *names: str) -> str:
    return json.dumps({key: value for key, value in record.items() if key not in names}, ensure_ascii=False)


def place_of(step: str) -> str:
    """Tell where the file is that a step is about: the first part of its path in the collection."""
    return step.split()[1].partition("/")[0].rstrip(":")


def phase_of(ended: Ended, stage: Stage) -> str:
    """Tell what a crawl was doing when it was killed."""
    last = ended.steps[-1] if ended.steps else ""
    if last.endswith(": died"):
        return _PLACES[place_of(last)] if "Spider opened" in ended.log else "recovery"
    if "Spider opened" not in ended.log:
        return "start-up"
    if "Closing spider" in ended.log:
        return "closing"
    return "requisites" if stage.last_is_requisite else "pages"


@pytest.fixture
def stage() -> Iterator[tuple[Stage, str]]:
    site = Stage()
    with serving(site) as connect_to:
        yield site, connect_to


@dataclass
class Undisturbed:
    """What every act gives when nobody is killed, and how long its crawl takes."""

    told: list[Told] = field(default_factory=list)
    ended: list[Ended] = field(default_factory=list)


def play_undisturbed(theatre: Theatre, stage: Stage, acts: int) -> Undisturbed:
    undisturbed = Undisturbed()
    for stage.act in range(acts):
        theatre.time_passes()
        undisturbed.ended.append(theatre.run())
        undisturbed.told.append(told(theatre.path, before=stage.act))
        by_role = {name: sorted(kinds) for name, kinds in scripted(stage.act).items()}
        assert undisturbed.told[-1].by_role == by_role, undisturbed.ended[-1].log
    return undisturbed


def kill(theatre: Theatre, as_usual: Ended, rng: random.Random) -> Ended:
    """Kill a crawl at a random point: at a moment of one of its stages, or at one of the things it does to files."""
    if rng.random() < 0.6:
        # The place first: in some there are many steps, in reports/ two.
        steps = Counter(place for place in map(place_of, as_usual.steps) if place in _PLACES)
        place = rng.choice(sorted(steps))
        return theatre.run(at_step=(place, rng.randint(1, steps[place])))
    stages = [(None, "Spider opened"), *[("Spider opened", "Closing spider")] * 3, ("Closing spider", "end")]
    cue, lasts = rng.choice(stages)
    return theatre.run(cue=cue, after=rng.uniform(0, as_usual.seconds[lasts]))


@pytest.mark.slow
def test_killed_crawls_of_a_changing_site_tell_what_undisturbed_ones_do(stage, tmp_path, scrapy_run_in, capsys):
    site, connect_to = stage
    rng = random.Random(20260130)
    undisturbed = play_undisturbed(Theatre(tmp_path / "undisturbed", connect_to), site, ACTS_PLAYED)
    phases: Counter[str] = Counter()
    begun = time.monotonic()
    while phases.total() < KILLS:
        directory = tmp_path / f"killed-{phases.total()}"
        theatre = Theatre(directory, connect_to)
        scrapy_run = scrapy_run_in(directory)
        for site.act in range(ACTS_PLAYED):
            play_killed(theatre, site, undisturbed, rng, phases, scrapy_run)
        assert_sound(theatre.path, scrapy_run)
    with capsys.disabled():
        print(f"\n{phases.total()} crawls killed in {time.monotonic() - begun:.0f} s:", dict(phases.most_common()))
    assert any("index-1.cdxj" in step for ended in undisturbed.ended for step in ended.steps)
    # Whether it was a page or a picture that a crawl waited for is a matter of milliseconds.
    assert KILLS < 100 or set(phases) >= PHASES - {"requisites"}


def play_killed(
    theatre: Theatre,
    stage: Stage,
    undisturbed: Undisturbed,
    rng: random.Random,
    phases: Counter[str],
    scrapy: ScrapyRun,
) -> None:
    """Play one act: kills, then a crawl to its end, which makes up for all of them."""
    theatre.time_passes()
    before = len(manifests(theatre.path))
    seen, given = published(theatre.path), set(lines(theatre.path))
    killed = 0
    while killed < KILLS_AN_ACT:
        ended = kill(theatre, undisturbed.ended[stage.act], rng)
        if ended.killed:
            killed += 1
            phases[phase_of(ended, stage)] += 1
        after = published(theatre.path)
        assert seen.items() <= after.items()
        assert given <= set(lines(theatre.path))
        seen, given = after, set(lines(theatre.path))

    last = theatre.run()

    assert told(theatre.path, before) == undisturbed.told[stage.act], last.log
    verified = scrapy("verify", "kankanews")
    assert (verified.returncode, "no faults, no warnings" in verified.stdout) == (0, True), verified.stdout
