"""Feed parts: JSON Lines files that are whole or absent.

A part is written under a hidden name, flushed to the disk, and only then given its own; a crash leaves at most one
hidden file, which no reader takes for a part.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsspider.durable import publish

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import BinaryIO


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
    """Writes ``<stem>-00001.jsonl``, ``<stem>-00002.jsonl`` … of at most *batch* lines into *directory*.

    *before_publish* is called before a part gets its name: what its records cite must be durable by then.
    """

    def __init__(self, directory: Path, *, stem: str, batch: int, before_publish: Callable[[], None]):
        self._directory = directory
        self._stem = stem
        self._batch = batch
        self._before_publish = before_publish
        self._file: BinaryIO | None = None
        self._lines = 0
        self._size = 0
        self.parts: list[FeedPart] = []
        """What is published so far."""

    def write(self, line: bytes) -> None:
        """Add one record: a line with its newline."""
        if self._file is None:
            self._directory.mkdir(parents=True, exist_ok=True)
            self._hidden = self._directory / f".{self._stem}-{len(self.parts) + 1:05}.jsonl.part"
            self._file = self._hidden.open("wb")
            self._sha256 = hashlib.sha256()
            self._lines = self._size = 0
        self._file.write(line)
        self._sha256.update(line)
        self._lines += 1
        self._size += len(line)
        if self._lines >= self._batch:
            self.publish()

    def publish(self) -> None:
        """Make what was written a part; without a line there is none."""
        if self._file is None:
            return
        self._before_publish()
        part = self._directory / self._hidden.name.removeprefix(".").removesuffix(".part")
        publish(self._file, part)
        self._file = None
        self.parts.append(
            FeedPart(name=part.name, records=self._lines, size=self._size, sha256=self._sha256.hexdigest())
        )
