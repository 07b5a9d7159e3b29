"""The state of a collection between runs: its payloads, the WARC files that its index covers, its newest run.

It lies in ``state.sqlite3``, beside the ledger. All of it can be lost without losing a record: payloads are then stored
once more, files are indexed again, and nobody but the manifest itself says which run was the last.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from newsspider.collection.database import Database
from newsspider.warc.answer import Original

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class State:
    """The open database. What is remembered is found at once, and kept for later runs by commit()."""

    def __init__(self, path: Path) -> None:
        self._new: dict[bytes, Original] = {}
        # Losing the last commits in a power cut is harmless here.
        self._db = Database(path)

    def close(self) -> None:
        self._db.close()

    def find_payload(self, digest: bytes) -> Original | None:
        original = self._new.get(digest)
        if original is not None:
            return original
        row = self._db.row("SELECT record_id, url, date, warc, chunked FROM payloads WHERE digest = ?", (digest,))
        return None if row is None else Original(*row)

    def remember_payload(self, digest: bytes, original: Original) -> None:
        self._new[digest] = original

    def commit(self) -> None:
        """Keep the payloads remembered so far. To be called when the records are on disk, never before."""
        if not self._new:
            return
        rows = [(key, one.chunked, one.url, one.date, one.record_id, one.warc) for key, one in self._new.items()]
        with self._db.transaction():
            self._db.executemany("INSERT OR REPLACE INTO payloads VALUES (?, ?, ?, ?, ?, ?)", rows)
        self._new.clear()

    def indexed_files(self) -> dict[str, int]:
        """Return name and size of the WARC files that the index covers."""
        return dict(self._db.rows("SELECT name, size FROM warc_files"))

    def index_as_left(self) -> dict[str, tuple[int, int]]:
        """Return size and modification time (ns) of the index's files as the last run left them, by name."""
        rows = self._db.rows("SELECT name, size, mtime_ns FROM index_files")
        return {name: (size, mtime_ns) for name, size, mtime_ns in rows}

    def set_indexed(
        self, files: Iterable[tuple[str, int]], index: dict[str, tuple[int, int]], *, all_files: bool
    ) -> None:
        """Note that the files of the *index* cover *files*; and none besides, if they are *all_files*.

        What is known of payloads in files that are gone is forgotten, so nothing new refers to them.
        """
        with self._db.transaction():
            if all_files:
                self._db.execute("DELETE FROM warc_files")
            self._db.executemany("INSERT OR REPLACE INTO warc_files VALUES (?, ?)", files)
            if all_files:
                self._db.execute("DELETE FROM payloads WHERE warc NOT IN (SELECT name FROM warc_files)")
            self._db.execute("DELETE FROM index_files")
            rows = [(name, size, mtime_ns) for name, (size, mtime_ns) in index.items()]
            self._db.executemany("INSERT INTO index_files VALUES (?, ?, ?)", rows)

    def newest_run(self) -> tuple[str, str] | None:
        """Return the last run that has a manifest, and the SHA-256 of that as it was written."""
        return self._db.row("SELECT run, sha256 FROM newest_run")

    def set_newest_run(self, run: str, sha256: str) -> None:
        with self._db.transaction():
            self._db.execute("INSERT OR REPLACE INTO newest_run VALUES (1, ?, ?)", (run, sha256))


def copy_without_files(path: Path, copy: Path) -> None:
    """Copy the database to *copy*, for a machine that has none of the files that it says are here.

    StateDamagedError, OSError.
    """
    copy.unlink(missing_ok=True)
    with closing(Database(path)) as db:
        db.execute("VACUUM INTO ?", (str(copy),))
    with closing(Database(copy)) as db:
        with db.transaction():
            db.execute("DELETE FROM warc_files")
            db.execute("DELETE FROM index_files")
        db.execute("PRAGMA journal_mode = DELETE")  # so that it is one file


def peek_newest_run(path: Path) -> tuple[str, str] | None:
    """Return what State.newest_run does, out of a database that may lie where nothing can be written.

    None where there is no database, or none that remembers a run; StateDamagedError.
    """
    if not path.exists():
        return None
    with closing(Database.reading(path)) as db:
        if not db.row("SELECT 1 FROM sqlite_master WHERE name = 'newest_run'"):
            return None
        return db.row("SELECT run, sha256 FROM newest_run")
