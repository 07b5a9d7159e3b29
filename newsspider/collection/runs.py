"""The runs of a collection form a chain: each manifest, and each warcinfo, cites the manifest of the run before.

So a run that was altered, removed or put back shows: what follows it cites something else. Their names sort as they
followed each other, whatever the clock showed: a reader goes on after the last name that it knows.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Self

from newsspider.collection.state import State
from newsspider.warc.reader import WarcError, record_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Set
    from pathlib import Path

    from newsspider.collection.collection import Collection
    from newsspider.warc.warcfile import WarcFile

PREVIOUS_RUN = "previous-run"
"""The warcinfo field that cites the run before; the first run has none."""

_MAX_WARCINFO = 1 << 20

_LINK = re.compile(r"(\S+) sha256:([0-9a-f]{64})")

_NAME = re.compile(r"(\d{8}T\d{9})Z-[\w-]+", re.ASCII)
_NOT_FOR_NAMES = re.compile(r"[^A-Za-z0-9_-]")
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class RunLink:
    """A run and what its manifest was when it was cited."""

    run: str
    """The manifest's name without ``.json``; names of runs sort as they followed each other."""
    sha256: str
    """Of the manifest's bytes, lower-case hex."""

    def __str__(self) -> str:
        return f"{self.run} sha256:{self.sha256}"

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read what ``str`` wrote; None for anything else.

        >>> RunLink.parse("20261122T195417123Z-a1b2c3") is None
        True
        """
        link = _LINK.fullmatch(text)
        return cls(*link.groups()) if link else None

    @classmethod
    def to(cls, manifest: Path) -> Self:
        """Cite a manifest as it is now."""
        return cls(manifest.stem, hashlib.sha256(manifest.read_bytes()).hexdigest())


def manifests(collection: Collection) -> list[Path]:
    """Return the manifests of the collection's complete runs, oldest first."""
    return sorted(collection.runs_dir.glob("*.json"))


def complete_runs(collection: Collection) -> list[str]:
    """Return the names of the complete runs of a collection on this disk, oldest first.

    For runs, which ask several times: of tens of thousands, names are made thirty times as fast as paths.
    """
    return sorted(name.removesuffix(".json") for name in _names_in(collection.runs_dir) if name.endswith(".json"))


def archives_read(collection: Collection) -> list[str]:
    """Return the archives that its runs took pages from in place of the network, by their manifests."""
    paths: dict[str, None] = {}
    for path in manifests(collection):
        # `scrapy verify` names a file that is not a manifest.
        with suppress(OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            source = json.loads(path.read_bytes())["source"]
            paths |= dict.fromkeys(map(str, source["archives"] if source else ()))
    return list(paths)


def begun_runs(collection: Collection) -> list[str]:
    """Return the names of the runs that have a directory for their parts; those that were killed are among them."""
    return _names_in(collection.items_dir)


def _names_in(directory: Path) -> list[str]:
    try:
        return os.listdir(directory)  # noqa: PTH208 -- names are what is wanted
    except (FileNotFoundError, NotADirectoryError):  # no runs yet; the writer reports what it cannot write
        return []


def manifest_of(collection: Collection, run: str) -> Path:
    """Return the path of a run's manifest, whether it is there or not."""
    return collection.runs_dir / f"{run}.json"


def run_name(started: datetime, job: str, names: Iterable[str]) -> str:
    """Name a run so that it sorts by time, and after *names*; the scheduler's own *job* id is kept in it.

    >>> run_name(datetime(2026, 1, 30, tzinfo=UTC), "nightly/7", ["20261122T195417123Z-a1b2c3", "notes"])
    '20261122T195417124Z-nightly7'
    """
    job = _NOT_FOR_NAMES.sub("", job)[:64] or secrets.token_hex(3)
    last = next(filter(None, map(named_moment, sorted(names, reverse=True))), None)
    moment = started if last is None else max(started, last + _MILLISECOND)
    return f"{moment:%Y%m%dT%H%M%S}{moment.microsecond // 1000:03}Z-{job}"


def named_moment(run: str) -> datetime | None:
    """Return the moment in the name of a run; None for what is no name of ours.

    >>> named_moment("20261122T195417123Z-a1b2c3"), named_moment("20261399T000000000Z-a1b2c3")
    (datetime.datetime(2026, 11, 22, 19, 54, 17, 123000, tzinfo=datetime.timezone.utc), None)
    """
    name = _NAME.fullmatch(run)
    try:
        # With all six digits of a fraction: of fewer, strptime would take some from an hour that there is not.
        return datetime.strptime(f"{name[1]}000", "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC) if name else None
    except ValueError:
        return None


def known_names(collection: Collection, previous: RunLink | None) -> list[str]:
    """Return the names of all runs so far, also of those that were killed, and of *previous*, which may be away."""
    names = complete_runs(collection) + begun_runs(collection)
    return names if previous is None else [*names, previous.run]


def left_by_killed_runs(collection: Collection, named: Set[str]) -> list[WarcFile]:
    """Return the WARC files of runs of this collection that came to no manifest; *named* are those that are in one.

    A file that somebody else put into the archive is none of them.
    """
    unnamed = sorted(collection.warc_sizes().keys() - named)
    from newsspider.warc.warcfile import describe  # and what writes: not every reader has to import that

    return [describe(path) for path in map(collection.archive_dir.joinpath, unnamed) if _is_of(collection, path)]


def _is_of(collection: Collection, path: Path) -> bool:
    """Tell whether a file was begun by this program, as the first of the collection or after a run of it."""
    try:
        with path.open("rb") as file:
            record = record_at(file, path, 0)
            if record is None or record.type != "warcinfo":
                return False
            lines = record.head(_MAX_WARCINFO).decode("utf-8", "replace").splitlines()
    except WarcError:
        return False
    said = dict(line.split(": ", 1) for line in lines if ": " in line)
    if not said.get("software", "").startswith("newsspider/"):
        return False
    if PREVIOUS_RUN not in said:
        return True
    link = RunLink.parse(said[PREVIOUS_RUN])
    manifest = manifest_of(collection, link.run) if link else None
    return manifest is not None and manifest.exists() and RunLink.to(manifest) == link


def newest_run(collection: Collection) -> RunLink | None:
    """Return the run that the next one has to cite: as it was left, even if it was altered or removed since.

    To be called by who holds the collection's lock.
    """
    with closing(State(collection.state_path)) as state:
        row = state.newest_run()
    remembered = RunLink(*row) if row else None
    last = max(complete_runs(collection), default=None)
    # What is remembered is older when a run was killed right after its manifest.
    if last is None or (remembered is not None and remembered.run >= last):
        return remembered
    return RunLink.to(manifest_of(collection, last))


def remember_run(collection: Collection, manifest: Path) -> None:
    """Note that *manifest* is the newest, so that its loss shows before the next run cites it."""
    link = RunLink.to(manifest)
    with closing(State(collection.state_path)) as state:
        state.set_newest_run(link.run, link.sha256)
