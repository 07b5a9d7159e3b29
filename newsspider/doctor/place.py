"""The directory of collections and each collection in it: room, permissions, lock, what a killed run left."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from newsspider.collection.database import VERSION, Database, StateDamagedError, StateVersionError
from newsspider.collection.lock import CollectionLockedError, locked
from newsspider.doctor.finding import CheckResult
from newsspider.text.language import _
from newsspider.warc.filekinds import OPEN_SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsspider.collection.collection import Collection

_MIN_INODES = 1000
"""Files that may still be made; a run makes a few, requisites and parts included."""


def archive_dir(path: Path, *, warc_max_size: int) -> Iterator[CheckResult]:
    """Check the directory of collections: one more WARC file of *warc_max_size* bytes has to fit."""
    if not path.is_dir():
        if path.exists() or path.is_symlink():
            yield CheckResult(
                "fault", "disk", _("%(path)s is not a directory; move it away or set ARCHIVE_DIR", path=path)
            )
        elif os.access(_nearest_existing(path), os.W_OK):
            yield CheckResult("ok", "disk", _("%(path)s is not there yet; the first run makes it", path=path))
        else:
            yield CheckResult(
                "fault",
                "disk",
                _(
                    "%(path)s is not there and cannot be made by user %(user)s; make it: mkdir, chown",
                    path=path,
                    user=os.getuid(),
                ),
            )
        return
    yield from _writable(path)
    yield from _room(path, warc_max_size)


def collection(collection: Collection) -> Iterator[CheckResult]:
    """Check a collection that exists."""
    strangers = [each for each in _own_paths(collection) if not os.access(each, os.W_OK)]
    if strangers:
        yield CheckResult(
            "fault",
            "permissions",
            _(
                "%(file)s cannot be written by user %(user)s (%(count)s such in %(path)s); a run by another user may "
                "have made it (chown -R), or the disk is read-only",
                file=strangers[0],
                user=os.getuid(),
                count=len(strangers),
                path=collection.path,
            ),
        )
        return
    yield from _lock(collection)
    try:
        if collection.state_path.exists():
            with closing(Database.reading(collection.state_path)) as state:
                if state.version > VERSION:
                    raise StateVersionError(collection.state_path, state.version)
    except (StateDamagedError, StateVersionError) as error:
        yield CheckResult("fault", "state", str(error))


def _nearest_existing(path: Path) -> Path:
    return next(parent for parent in path.absolute().parents if parent.exists())


def _writable(path: Path) -> Iterator[CheckResult]:
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
        yield CheckResult(
            "fault",
            "disk",
            _("%(path)s cannot be written to: %(error)s; see its permissions and its disk", path=path, error=error),
        )


def _room(path: Path, wanted: int) -> Iterator[CheckResult]:
    free = shutil.disk_usage(path).free
    inodes = os.statvfs(path)
    if free < wanted:
        yield CheckResult(
            "fault" if free < wanted // 10 else "warning",
            "disk",
            _(
                "%(free)s GB free at %(path)s, less than a WARC file may take (WARC_MAX_SIZE); make room",
                free=f"{free / 1e9:.2f}",
                path=path,
            ),
        )
    elif inodes.f_files and inodes.f_favail < _MIN_INODES:
        yield CheckResult(
            "fault", "disk", _("the disk of %(path)s has no room for more files (inodes); remove some", path=path)
        )
    else:
        yield CheckResult("ok", "disk", _("%(free)s GB free at %(path)s", free=f"{free / 1e9:.0f}", path=path))


def _own_paths(collection: Collection) -> list[Path]:
    """Return what a run writes to or adds to, as far as it is there."""
    directories = [
        collection.path,
        collection.archive_dir,
        collection.index.path.parent,
        collection.items_dir,
        collection.runs_dir,
    ]
    files = [collection.lock_path, *collection.index.files(), collection.state_path]
    left_open = sorted(collection.archive_dir.glob(f"*{OPEN_SUFFIX}"))
    return [path for path in (*directories, *files, *left_open) if path.exists()]


def _lock(collection: Collection) -> Iterator[CheckResult]:
    left_open = sorted(collection.archive_dir.glob(f"*{OPEN_SUFFIX}"))
    try:
        with locked(collection.lock_path):
            pass
    except CollectionLockedError as error:
        yield CheckResult("ok", "lock", _("a run is going on: %(error)s", error=error))
        return
    except OSError as error:
        yield CheckResult(
            "fault",
            "lock",
            _(
                "%(lock)s: %(error)s; see the permissions of %(path)s",
                lock=collection.lock_path,
                error=error,
                path=collection.path,
            ),
        )
        return
    if left_open:
        yield CheckResult(
            "warning",
            "lock",
            _(
                "a run was killed: %(file)s was left open; nothing has to be done, the next run mends it",
                file=left_open[0].name,
            ),
        )
    else:
        yield CheckResult("ok", "lock", _("no run is going on in %(path)s", path=collection.path))
