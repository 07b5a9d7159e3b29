"""The runs of a collection form a chain: each manifest, and each warcinfo, cites the manifest of the run before.

So a run that was altered, removed or put back shows: what follows it cites something else.
"""

from __future__ import annotations

import hashlib
import re
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from newsspider.archive.reader import WarcError, iter_records
from newsspider.archive.state import State
from newsspider.archive.warcfile import described

if TYPE_CHECKING:
    from collections.abc import Container
    from pathlib import Path

    from newsspider.archive.collection import Collection
    from newsspider.archive.warcfile import WarcFile

PREVIOUS_RUN = "previous-run"
"""The warcinfo field that cites the run before; the first run has none."""

_MAX_WARCINFO = 1 << 20

_LINK = re.compile(r"(\S+) sha256:([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class RunLink:
    """A run and what its manifest was when it was cited."""

    run: str
    """The manifest's name without ``.json``; names of runs sort by time."""
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


def left_by_killed_runs(collection: Collection, named: Container[str]) -> list[WarcFile]:
    """Return the WARC files of runs of this collection that came to no manifest; *named* are those that are in one.

    A file that somebody else put into the archive is none of them.
    """
    unnamed = (path for path in collection.warc_files() if path.name not in named)
    return [described(path) for path in unnamed if _is_of(collection, path)]


def _is_of(collection: Collection, path: Path) -> bool:
    """Tell whether a file was begun by this program, as the first of the collection or behind a run of it."""
    try:
        record = next(iter_records(path), None)
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
    manifest = collection.runs_dir / f"{link.run}.json" if link else None
    return manifest is not None and manifest.exists() and RunLink.to(manifest) == link


def newest_run(collection: Collection) -> RunLink | None:
    """Return the run that the next one has to cite: as it was left, even if it was altered or removed since.

    To be called by who holds the collection's lock.
    """
    with closing(State(collection.state_path)) as state:
        row = state.newest_run()
    remembered = RunLink(*row) if row else None
    last = max(manifests(collection), default=None)
    # What is remembered is behind when a run was killed right after its manifest.
    if last is None or (remembered is not None and remembered.run >= last.stem):
        return remembered
    return RunLink.to(last)


def remember_run(collection: Collection, manifest: Path) -> None:
    """Note that *manifest* is the newest, so that its loss shows before the next run cites it."""
    link = RunLink.to(manifest)
    with closing(State(collection.state_path)) as state:
        state.set_newest_run(link.run, link.sha256)
