"""The snapshot of a collection's state: one file with all that another machine needs to go on with it.

A compressed tar file of ``state.sqlite3``, the newest manifests, which a run is compared with, and the last file of the
index, which the next run adds to. WARC files and records are not in it.
"""

from __future__ import annotations

import re
import shutil
import tarfile
from itertools import islice
from typing import TYPE_CHECKING

from newsspider.collection.pulled import PulledCollection
from newsspider.collection.runs import complete_runs, manifest_of
from newsspider.collection.scratch import scratch_directory
from newsspider.collection.state import copy_without_files
from newsspider.durable import make_directory
from newsspider.errors import NewsspiderError

if TYPE_CHECKING:
    from pathlib import Path

    from newsspider.collection.objects import ObjectPath

_MANIFESTS = 100
"""Newest manifests in it: four days of hourly runs, three months of daily ones."""
_STATE = "state.sqlite3"
_NAMES = re.compile(r"state\.sqlite3|store\.json|runs/[\w.-]+\.json|indexes-there/index(?:-[0-9]+)?\.cdxj")
_MOST = 1 << 36
"""Bytes of all files in it."""


class SnapshotError(NewsspiderError):
    """A snapshot cannot be unpacked: it is damaged, or is not a snapshot."""

    def __init__(self, place: object, problem: str) -> None:
        super().__init__(
            f"{place}: not the state of a collection ({problem}). No record is in it, and the store has all runs: "
            "remove the HEAD beside it, and the next crawl makes a new state out of them"
        )


def pack(collection: PulledCollection, target: Path) -> None:
    """Write the snapshot of a collection as it is here. StateDamagedError, OSError."""
    collection.note()
    newest = islice(reversed(complete_runs(collection)), _MANIFESTS)
    files = [collection.path / "store.json", *(manifest_of(collection, run) for run in newest)]
    if (last := collection.last_shard()) is not None:
        files.append(last)
    with scratch_directory() as scratch, tarfile.open(target, "w:gz", compresslevel=6) as tar:
        copy = scratch / _STATE
        copy_without_files(collection.state_path, copy)
        tar.add(copy, _STATE, recursive=False)
        for file in files:
            tar.add(file, file.relative_to(collection.path).as_posix(), recursive=False)


def unpack(snapshot: Path, directory: Path, place: ObjectPath) -> PulledCollection:
    """Unpack a snapshot, called *place* in messages, into a directory. SnapshotError, OSError."""
    size = 0
    try:
        with tarfile.open(snapshot, "r:gz") as tar:
            for member in tar:
                size += member.size
                if not (member.isreg() and _NAMES.fullmatch(member.name)) or size > _MOST:
                    raise SnapshotError(place, f"{member.name[:100]!r} is none of its files, or too large")
                target = directory / member.name
                make_directory(target.parent)
                with tar.extractfile(member) as source, target.open("wb") as file:  # type: ignore[union-attr]  # a file
                    shutil.copyfileobj(source, file)
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise SnapshotError(place, f"{type(error).__name__}: {error}") from error
    collection = PulledCollection.at(directory)
    if collection is None or not collection.state_path.is_file():
        raise SnapshotError(place, "it lacks a file")
    return collection
