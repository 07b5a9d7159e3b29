"""A directory of tables as files, laid out as Hive does it; which file holds what, and one load at a time in it.

    DIR/<table>/site=<site>/month=<month>/part-0.parquet

A file is replaced whole. It is made in a directory whose name begins with a dot, where no reader looks.
"""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from typing import TYPE_CHECKING
from urllib.parse import quote

from newsspider.collection.lock import CollectionLockedError, locked
from newsspider.durable import make_directory, publish, sync_directory
from newsspider.errors import NewsspiderError, remedy

if TYPE_CHECKING:
    from pathlib import Path

_LOCK = ".newsspider-lock"
_WORK = ".newsspider-loading"


class LakeError(NewsspiderError):
    """The directory cannot be written, or holds something else."""

    exit_code = 4

    def __init__(self, directory: Path, problem: str, error: OSError | None = None) -> None:
        otherwise = "See that the disk has room and the directory is one of newsspider's or empty, then run again"
        step = remedy(error, otherwise)
        whole = "What was loaded before is whole"
        super().__init__(f"parquet:{directory}: {problem}. {whole}; {step[0].lower()}{step[1:]}")


class LakeLockedError(NewsspiderError):
    """Another load writes into the directory."""

    exit_code = 75

    def __init__(self, directory: Path) -> None:
        super().__init__(f"parquet:{directory}: another load is writing here; try again when it is done")


class Lake:
    """Holds the directory for one load, until ``close``."""

    def __init__(self, directory: Path, ledger: str) -> None:
        """Make *directory* where it is not there; *ledger* is a table that every lake has. LakeError, OSError."""
        self.directory = directory
        self.work = directory / _WORK
        """For what is not finished; empty."""
        self._closing = ExitStack()
        make_directory(directory)
        if not self.path(ledger).exists() and (foreign := self._foreign()):
            raise LakeError(directory, f"there is something else here: {foreign}")
        try:
            self._closing.enter_context(locked(directory / _LOCK))
        except CollectionLockedError as error:
            raise LakeLockedError(directory) from error
        try:
            if self.work.exists():  # of a load that was killed
                shutil.rmtree(self.work)
            self.work.mkdir()
        except BaseException:
            self._closing.close()
            raise
        self._closing.callback(shutil.rmtree, self.work, ignore_errors=True)

    def path(self, table: str, site: str | None = None, month: str | None = None) -> Path:
        """Return the file for a part of a table. No name of a site leads out of the directory."""
        steps = [f"{name}={quote(value, safe='')}" for name, value in (("site", site), ("month", month)) if value]
        return self.directory.joinpath(table, *steps, "part-0.parquet")

    def files(self, table: str) -> list[Path]:
        """Return all that a reader of *table* would read."""
        return sorted((self.directory / table).rglob("*.parquet"))

    def publish(self, made: Path, path: Path) -> None:
        """Let the file *made* in ``work`` take the place of *path*, durably."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with made.open("rb+") as file:
            publish(file, path)
        for parent in path.parent.parents:
            sync_directory(parent)
            if parent == self.directory:
                break

    def close(self) -> None:
        self._closing.close()

    def _foreign(self) -> Path | None:
        """Return a file that is no trace of a load that was killed in its first moments."""
        ours = (self.work, self.directory / _LOCK)
        files = (path for path in self.directory.rglob("*") if not path.is_dir())
        return next((path for path in files if not any(path.is_relative_to(each) for each in ours)), None)
