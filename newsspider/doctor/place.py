"""The directory of collections and each collection in it: room, permissions, lock, what a killed run left."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from newsspider.archive.collection import OPEN_SUFFIX
from newsspider.archive.database import VERSION, Database, StateDamagedError, StateVersionError
from newsspider.archive.lock import CollectionLockedError, locked
from newsspider.doctor.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsspider.archive.collection import Collection

_MIN_INODES = 1000
"""Files that may still be made; a run makes a few, requisites and parts included."""


def archive_dir(path: Path, *, warc_max_size: int) -> Iterator[Finding]:
    """Check the directory of collections: one more WARC file of *warc_max_size* bytes has to fit."""
    if not path.is_dir():
        if path.exists() or path.is_symlink():
            yield Finding("fault", "disk", f"{path} is not a directory; move it away or set ARCHIVE_DIR")
        elif os.access(_nearest_existing(path), os.W_OK):
            yield Finding("ok", "disk", f"{path} is not there yet; the first run makes it")
        else:
            yield Finding(
                "fault", "disk", f"{path} is not there and cannot be made by user {os.getuid()}; make it: mkdir, chown"
            )
        return
    yield from _writable(path)
    yield from _room(path, warc_max_size)


def collection(collection: Collection) -> Iterator[Finding]:
    """Check a collection that exists."""
    strangers = [each for each in _own_paths(collection) if not os.access(each, os.W_OK)]
    if strangers:
        yield Finding(
            "fault",
            "permissions",
            f"{strangers[0]} cannot be written by user {os.getuid()} ({len(strangers)} such in {collection.path}); "
            "a run by another user may have made it (chown -R), or the disk is read-only",
        )
        return
    yield from _lock(collection)
    try:
        if collection.state_path.exists():
            with closing(Database.reading(collection.state_path)) as state:
                if state.version > VERSION:
                    raise StateVersionError(collection.state_path, state.version)
    except (StateDamagedError, StateVersionError) as error:
        yield Finding("fault", "state", str(error))


def _nearest_existing(path: Path) -> Path:
    return next(parent for parent in path.absolute().parents if parent.exists())


def _writable(path: Path) -> Iterator[Finding]:
    """Do what a run does: write, flush to the disk, rename, lock."""
    try:
        with tempfile.TemporaryDirectory(dir=path, prefix=".doctor-") as name:
            probe = Path(name) / "probe.part"
            with probe.open("wb") as file:
                file.write(b"newsspider")
                file.flush()
                os.fsync(file.fileno())
            probe.rename(probe.with_name("probe"))
            with locked(Path(name) / ".lock"):
                pass
    except (OSError, CollectionLockedError) as error:
        yield Finding("fault", "disk", f"{path} cannot be written to: {error}; see its permissions and its disk")


def _room(path: Path, wanted: int) -> Iterator[Finding]:
    free = shutil.disk_usage(path).free
    inodes = os.statvfs(path)
    if free < wanted:
        yield Finding(
            "fault" if free < wanted // 10 else "warning",
            "disk",
            f"{free / 1e9:.2f} GB free at {path}, less than a WARC file may take (WARC_MAX_SIZE); make room",
        )
    elif inodes.f_files and inodes.f_favail < _MIN_INODES:
        yield Finding("fault", "disk", f"the disk of {path} has no room for more files (inodes); remove some")
    else:
        yield Finding("ok", "disk", f"{free / 1e9:.0f} GB free at {path}")


def _own_paths(collection: Collection) -> list[Path]:
    """Return what a run writes to or adds to, as far as it is there."""
    directories = [
        collection.path, collection.archive_dir, collection.index.path.parent, collection.items_dir, collection.runs_dir
    ]  # fmt: skip
    files = [collection.lock_path, *collection.index.files(), collection.state_path]
    left_open = sorted(collection.archive_dir.glob(f"*{OPEN_SUFFIX}"))
    return [path for path in (*directories, *files, *left_open) if path.exists()]


def _lock(collection: Collection) -> Iterator[Finding]:
    left_open = sorted(collection.archive_dir.glob(f"*{OPEN_SUFFIX}"))
    try:
        with locked(collection.lock_path):
            pass
    except CollectionLockedError as error:
        yield Finding("ok", "lock", f"a run is going on: {error}")
        return
    except OSError as error:
        yield Finding("fault", "lock", f"{collection.lock_path}: {error}; see the permissions of {collection.path}")
        return
    if left_open:
        yield Finding(
            "warning",
            "lock",
            f"a run was killed: {left_open[0].name} was left open; nothing has to be done, the next run mends it",
        )
    else:
        yield Finding("ok", "lock", f"no run is going on in {collection.path}")
