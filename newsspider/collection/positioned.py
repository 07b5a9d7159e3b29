"""A file that is read at any place: what ``io`` asks of one, from a size and the bytes at a position."""

from __future__ import annotations

import io
from abc import abstractmethod


class Positioned(io.RawIOBase):
    """Knows where it is read, and nothing of where the bytes come from."""

    def __init__(self) -> None:
        self._position = 0

    @abstractmethod
    def _end(self) -> int:
        """Return the size in bytes. OSError."""

    @abstractmethod
    def _at(self, position: int, size: int) -> bytes | memoryview:
        """Return at most *size* bytes from *position* on, none after the end. OSError."""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position}.get(whence)
        self._position = max(0, (self._end() if base is None else base) + offset)
        return self._position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed names a private type here
        data = self._at(self._position, len(buffer))
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)
