"""The order in which this process does what a power cut leaves: what of which file is durable, and under which name."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def order_below(root: Path) -> Iterator[list[str]]:
    """List what is done below *root* while it is done, one step a line.

    ``sync NAME SIZE``: so many bytes of a file are durable; ``sync NAME/``: the names in a directory are;
    ``rename NAME NAME``; ``remove NAME``; ``commit NAME``: a transaction of SQLite. The root itself is ``.``.
    """
    steps: list[str] = []
    fsync, replace, unlink, connect = os.fsync, os.replace, os.unlink, sqlite3.connect

    def name(path: str | Path) -> str | None:
        path = Path(path).absolute()
        return str(path.relative_to(root)) if path.is_relative_to(root) else None

    def note(what: str, *paths: str | Path, more: object = "") -> None:
        names = [name(path) for path in paths]
        if None not in names:
            steps.append(f"{what} {' '.join(map(str, names))}{more}")

    def synced(descriptor: int) -> None:
        fsync(descriptor)
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        note("sync", path, more="/" if path.is_dir() else f" {os.fstat(descriptor).st_size}")

    def replaced(source: Path, target: Path, **options: Any) -> None:
        replace(source, target, **options)
        note("rename", source, target)

    def unlinked(path: Path, **options: Any) -> None:
        unlink(path, **options)
        note("remove", path)

    class Committing(sqlite3.Connection):
        def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
            cursor = super().execute(sql, *values)
            if sql == "COMMIT":
                note("commit", self.execute("PRAGMA database_list").fetchone()[2])
            return cursor

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(os, "fsync", synced)
        patched.setattr(os, "replace", replaced)
        patched.setattr(os, "unlink", unlinked)
        patched.setattr(
            sqlite3, "connect", lambda path, **options: connect(path, **{"factory": Committing, **options})
        )
        yield steps
