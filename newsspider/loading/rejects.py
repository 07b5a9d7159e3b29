"""Records that cannot be loaded, kept with the reason, so that the rest need not wait for them."""

from __future__ import annotations

import errno
import os
from typing import IO, TYPE_CHECKING

import orjson

from newsspider.errors import NewsspiderError

if TYPE_CHECKING:
    from pathlib import Path

class RejectsError(NewsspiderError):
    """The file of rejects cannot be written."""

    exit_code = 4

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(
            f"{path}: a record was rejected, and cannot be written there: {error.strerror or error}; what was loaded "
            "before is whole; name a file with --rejects, then run again"
        )


_MAX_LINE = 1 << 20
"""Bytes of a bad line that are kept."""


class Rejects:
    """Adds to a file of JSON Lines: ``{"place": …, "reason": …, "line": …}``; made with the first."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._file: IO[bytes] | None = None

    def add(self, place: str, reason: str, line: bytes) -> None:
        text = line[:_MAX_LINE].decode("utf-8", "backslashreplace")
        try:
            if self._file is None:
                self._file = self.path.open("ab", buffering=0)  # it is there before the part counts as loaded
            data = orjson.dumps({"place": place, "reason": reason, "line": text}) + b"\n"
            if self._file.write(data) < len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError as error:
            raise RejectsError(self.path, error) from error
        self.count += 1

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
