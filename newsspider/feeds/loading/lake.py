"""A directory of tables as files, laid out as Hive does it, into which any number of loads write at the same time.

    DIR/<table>/site=<site>/month=<month>/<number>-<digest>.parquet      never changed; begins with its commit's number
    DIR/.newsspider/commits/<number>/commit.json                         the files that a commit added and removed
    DIR/.newsspider/loading/<load>/                                      the files that a load makes

What a load has made lies in one directory, with a list of it. That directory is given the next number as its name,
which succeeds for one load only: this is the commit. The others look at what is new and try again. Then the files are
moved to where readers look for them, and those that they replace are removed; whoever comes next does what a load that
was killed there has left (``settle``), before anything else. So whoever reads all files of a table reads what is
committed, and nothing else.

Not Delta or Iceberg: their directories hold files that are not, or no longer, of the table, so every reader needs their
library (DuckDB fetches its own from the network). A commit there is one of one table, and four loads that add the same
row to a table of Delta's leave it there four times. pyiceberg 0.12 writes a list that is null as an empty one.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
import time
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from newsspider.durable import make_directory, sync_directory
from newsspider.errors import NewsspiderError
from newsspider.text.system import remedy

if TYPE_CHECKING:
    from collections.abc import Iterable

_ROOM = ".newsspider"
_LOCK = ".newsspider-lock"
_LIST = "commit.json"
_EARLIER = ".newsspider-loading"
"""What loads of earlier versions made files in."""
_WAIT = 10
"""Seconds for a load that is alone here and tidies up."""


class LakeError(NewsspiderError):
    """The directory cannot be written, or holds something else."""

    exit_code = 4

    def __init__(self, directory: Path, problem: str, error: OSError | None = None) -> None:
        otherwise = "See that the disk has room and the directory is one of newsspider's or empty, then run again"
        step = remedy(error, otherwise)
        whole = "What was loaded before is complete"
        super().__init__(f"parquet:{directory}: {problem}. {whole}; {step[0].lower()}{step[1:]}")


class LakeLockedError(NewsspiderError):
    """A load of an earlier version, which allows no other beside it, writes into the directory."""

    exit_code = 75

    def __init__(self, directory: Path) -> None:
        problem = "an earlier version of newsspider is writing here"
        super().__init__(f"parquet:{directory}: {problem}; try again when it is done")


class Lake:
    """One load's way into the directory, until ``close``."""

    def __init__(self, directory: Path, ledger: str) -> None:
        """Make *directory* where it is not there; *ledger* is a table that lakes have. LakeError, OSError."""
        self.directory = directory
        self._commits = directory / _ROOM / "commits"
        self._newest = self._settled = 0
        self._made: dict[str, tuple[Path, str]] = {}
        """Name among what is made for the next commit -> the directory where it belongs, its SHA-256."""
        self._names = count()
        self._closing = ExitStack()
        make_directory(directory)
        if not (self._commits.exists() or self.files(ledger)) and (foreign := self._foreign()):
            raise LakeError(directory, f"there is something else here: {foreign}")
        try:
            self._share()
            make_directory(self._commits)
            make_directory(self._loading)
            own = Path(tempfile.mkdtemp(dir=self._loading))
            self._closing.callback(shutil.rmtree, own, ignore_errors=True)
            self.scratch = own / "scratch"
            """For what never becomes a file of the lake."""
            self._next = own / "next"
            for each in (self.scratch, self._next):
                each.mkdir()
            self.settle()
        except BaseException:
            self._closing.close()
            raise

    @property
    def _loading(self) -> Path:
        return self.directory / _ROOM / "loading"

    def files(self, table: str) -> list[Path]:
        """Return all that a reader of *table* would read."""
        return sorted((self.directory / table).rglob("*.parquet"))

    def place(self, table: str, site: str | None = None, month: str | None = None) -> Path:
        """Return the directory for a part of a table. No name of a site leads out of the lake."""
        steps = [f"{name}={quote(value, safe='')}" for name, value in (("site", site), ("month", month)) if value]
        return self.directory.joinpath(table, *steps)

    def settle(self) -> None:
        """Finish the newest commit, if whoever made it has not: before the next one, it is durably in its place."""
        sync_directory(self._commits)
        self._newest = max((int(each.name) for each in self._commits.iterdir() if each.name.isdecimal()), default=0)
        if self._newest == self._settled:
            return
        commit = self._commits / _number(self._newest)
        files, replaced = self._listed(commit / _LIST)
        for name, path in files.items():
            _move(commit / name, path)
        self._sync(files.values())
        for path in replaced:
            path.unlink(missing_ok=True)
        self._sync(replaced)
        self._settled = self._newest

    def new(self) -> Path:
        """Return where to make a file for the next commit."""
        return self._next / f"{next(self._names)}.parquet"

    def add(self, made: Path, place: Path) -> None:
        """Add a file to the next commit; it belongs into the directory *place*."""
        with made.open("rb") as file:
            os.fsync(file.fileno())
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        self._made[made.name] = place.relative_to(self.directory), digest

    def discard(self) -> None:
        """Drop the files that were added since the last commit."""
        for name in self._made:
            (self._next / name).unlink()
        self._made.clear()

    def commit(self, replaced: Iterable[Path]) -> bool:
        """Commit the added files, in place of those *replaced*, as the one commit after ``settle``.

        False if another load has committed since: nothing has changed then, and the added files wait.
        """
        number = _number(self._newest + 1)
        told = {
            "files": {name: f"{place}/{number}-{digest[:16]}.parquet" for name, (place, digest) in self._made.items()},
            "replaced": sorted(str(each.relative_to(self.directory)) for each in replaced),
        }
        with (self._next / _LIST).open("w", encoding="utf-8") as file:
            json.dump(told, file)
            file.flush()
            os.fsync(file.fileno())
        sync_directory(self._next)
        try:
            self._next.replace(self._commits / number)
        except OSError:  # it is never empty
            if not (self._commits / number).exists():
                raise
            return False
        self._next.mkdir()
        self._made.clear()
        self.settle()
        return True

    def close(self) -> None:
        self._closing.close()

    def _listed(self, path: Path) -> tuple[dict[str, Path], list[Path]]:
        """Read which files come with a commit, and which go."""
        try:
            told = json.loads(path.read_bytes())
            files = {name: self.directory / place for name, place in told["files"].items()}
            return files, [self.directory / place for place in told["replaced"]]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise LakeError(self.directory, f"{path} is no list of a commit") from error

    def _sync(self, paths: Iterable[Path]) -> None:
        """Make the names of *paths* durable, and those of the directories that they are in."""
        parents = {parent for path in paths for parent in path.parents if parent.is_relative_to(self.directory)}
        for parent in sorted(parents, reverse=True):
            if parent.exists():  # somebody may have removed what a site has
                sync_directory(parent)

    def _share(self) -> None:
        """Hold the lock that loads share, and that earlier versions have for themselves; tidy up if nobody has it."""
        descriptor = os.open(self.directory / _LOCK, os.O_RDWR | os.O_CREAT, 0o644)
        self._closing.callback(os.close, descriptor)
        deadline = time.monotonic() + _WAIT
        while True:
            if _locked(descriptor, fcntl.LOCK_EX):
                for left in (self._loading, self.directory / _EARLIER):
                    if left.exists():  # of loads that were killed
                        shutil.rmtree(left)
            if _locked(descriptor, fcntl.LOCK_SH):
                return
            if time.monotonic() > deadline:
                raise LakeLockedError(self.directory)
            time.sleep(0.05)

    def _foreign(self) -> Path | None:
        """Return a file that is no trace of a load that was killed in its first moments."""
        ours = [self.directory / each for each in (_ROOM, _LOCK, _EARLIER)]
        files = (path for path in self.directory.rglob("*") if not path.is_dir())
        return next((path for path in files if not any(path.is_relative_to(each) for each in ours)), None)


def _move(made: Path, path: Path) -> None:
    if not made.exists():
        return
    make_directory(path.parent)  # durable before a file leaves for it
    try:
        made.replace(path)
    except FileNotFoundError:
        if made.exists():  # else another load has just moved it
            raise


def _number(number: int) -> str:
    return f"{number:010}"


def _locked(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
