"""Records that cannot be loaded, kept with the reason, so that the rest need not wait for them."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from pathlib import Path

_MAX_LINE = 1 << 20
"""Bytes of a bad line that are kept."""


class Rejects:
    """Adds to a file of JSON Lines: ``{"place": …, "reason": …, "line": …}``; made with the first."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._file: IO[bytes] | None = None

    def add(self, place: str, reason: str, line: bytes) -> None:
        if self._file is None:
            self._file = self.path.open("ab")
        text = line[:_MAX_LINE].decode("utf-8", "backslashreplace")
        self._file.write(orjson.dumps({"place": place, "reason": reason, "line": text}) + b"\n")
        self.count += 1

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
