"""Records that cannot be loaded, kept with the reason, so that the rest need not wait for them."""

from __future__ import annotations

import errno
import os
from typing import IO, TYPE_CHECKING

import orjson

from newsspider.durable import sync_directory
from newsspider.errors import NewsspiderError

if TYPE_CHECKING:
    from pathlib import Path


class RejectsError(NewsspiderError):
    """The file of rejects cannot be written."""

    exit_code = 4

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(
            f"{path}: a record was rejected, and cannot be written there: {error.strerror or error}; what was loaded "
            "before is complete; name a file with --rejects, then run again"
        )


_MAX_LINE = 1 << 20
"""Bytes of a bad line that are kept."""


class Rejects:
    """Adds to a file of JSON Lines: ``{"place": …, "reason": …, "line": …}``; made with the first."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._file: IO[bytes] | None = None
        self._synced = 0

    def add(self, place: str, reason: str, line: bytes) -> None:
        text = line[:_MAX_LINE].decode("utf-8", "backslashreplace")
        try:
            if self._file is None:
                self._file = self.path.open("ab", buffering=0)
                sync_directory(self.path.absolute().parent)
            data = orjson.dumps({"place": place, "reason": reason, "line": text}) + b"\n"
            written = self._file.write(data)
            if written < len(data):
                self._file.truncate(self._file.tell() - written)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError as error:
            raise RejectsError(self.path, error) from error
        self.count += 1

    def sync(self) -> None:
        """Return when all that was added is on the disk: to be called before its part counts as loaded."""
        if self._file is None or self._synced == self.count:
            return
        try:
            os.fsync(self._file.fileno())
        except OSError as error:
            raise RejectsError(self.path, error) from error
        self._synced = self.count

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
