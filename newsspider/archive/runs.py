"""The runs of a collection form a chain: each manifest, and each warcinfo, cites the manifest of the run before.

So a run that was altered, removed or put back shows: what follows it cites something else.
"""

from __future__ import annotations

import hashlib
import re
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from newsspider.archive.state import State

if TYPE_CHECKING:
    from pathlib import Path

    from newsspider.archive.collection import Collection

PREVIOUS_RUN = "previous-run"
"""The warcinfo field that cites the run before; the first run has none."""

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
