"""Feed parts: JSON Lines files that are complete or absent.

A part is written under a hidden name, flushed to the disk, and only then given its own; a crash leaves at most one
hidden file, which no reader takes for a part.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsspider.durable import make_directory, publish

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from io import FileIO
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPart:
    """A finished part, as the manifest names it."""

    name: str
    records: int
    size: int
    """Bytes."""
    sha256: str
    """Lower-case hex."""


class PartWriter:
    """Writes ``<stem>-00001.jsonl``, ``<stem>-00002.jsonl`` … into *directory*.

    A part is published when it has *batch* lines; None: only by ``publish``. *first* is the number of the first, where
    others write the parts before it; *parts* are those that are there already.

    After an OSError the lines written before are still there to be published.
    *before_publish* is called before a part gets its name: what its records cite must be durable by then.
    """

    def __init__(
        self,
        directory: Path,
        *,
        stem: str,
        batch: int | None,
        before_publish: Callable[[], None],
        first: int = 1,
        parts: Iterable[FeedPart] = (),
    ):
        self._directory = directory
        self._stem = stem
        self._batch = batch
        self._before_publish = before_publish
        self._first = first
        self._file: FileIO | None = None
        self._lines = 0
        self._size = 0
        self.parts = list(parts)
        """What is published so far."""

    @property
    def waiting(self) -> int:
        """Lines that are not published yet."""
        return self._lines if self._file is not None else 0

    def write(self, line: bytes) -> None:
        """Add one record: a line with its newline."""
        if self._file is None:
            make_directory(self._directory)
            self._hidden = self._directory / f".{self._stem}-{self._first + len(self.parts):05}.jsonl.part"
            self._file = self._hidden.open("wb", buffering=0)
            self._sha256 = hashlib.sha256()
            self._lines = self._size = 0
        self._append(line)
        self._sha256.update(line)
        self._lines += 1
        self._size += len(line)
        if self._batch is not None and self._lines >= self._batch:
            self.publish()

    def _append(self, line: bytes) -> None:
        """Write all of *line*; OSError leaves the file as it was."""
        assert self._file is not None
        rest = memoryview(line)
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError:
            self._file.truncate(self._size)
            self._file.seek(self._size)
            raise

    def publish(self) -> None:
        """Make what was written a part; without a line there is none."""
        if self._file is None:
            return
        if not self._lines:  # the first did not fit
            self._file.close()
            self._hidden.unlink()
            self._file = None
            return
        self._before_publish()
        part = self._directory / self._hidden.name.removeprefix(".").removesuffix(".part")
        file, self._file = self._file, None
        publish(file, part)
        self.parts.append(
            FeedPart(name=part.name, records=self._lines, size=self._size, sha256=self._sha256.hexdigest())
        )

    def discard(self) -> None:
        """Remove what was written and could not be published."""
        if self._file is not None:
            self._file.close()
            self._hidden.unlink(missing_ok=True)
            self._file = None
