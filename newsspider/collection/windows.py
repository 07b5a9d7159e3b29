"""Files that are read in place over a network: in few requests, and few bytes more than are wanted.

What was got last outlives the opening of a file, since a record is read by opening its file at its place.
"""

from __future__ import annotations

import io
import shutil
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal, TypeAlias

from newsspider.collection.positioned import Positioned

LEAST, MOST = 1 << 16, 1 << 23
"""Bytes asked for at once: the first as for a page, twice as many each time that reading goes on after them."""
_BUFFER = 1 << 15
_KEPT = 4
"""Windows that a process keeps: of where it reads on, and of what it looks up on the way."""

Version: TypeAlias = "tuple[int, str] | None"
"""Size of a file, and what changes when it does; None before it was met."""

_windows: OrderedDict[tuple[str, Version, int], tuple[int, bytes]] = OrderedDict()
"""Bytes of a file, and where they begin, by its address, its version and the size that was asked for."""


class Ranged:
    """A file of which a range of bytes can be fetched. As text it is its address."""

    _met: Version = None
    _until = 0
    """Up to where all will be read, in order."""

    @property
    def name(self) -> str:
        """The last segment of its path."""
        raise NotImplementedError

    @property
    def met(self) -> Version:
        """The facts that are known of the file without a request."""
        return self._met

    def range(self, start: int, size: int) -> bytes:
        """Return at most *size* bytes from *start* on, none after the end; it sets the version. OSError."""
        raise NotImplementedError

    def length(self) -> int:
        """Return the size in bytes. OSError."""
        raise NotImplementedError

    def opened(self) -> IO[bytes]:
        """Open for reading; what is wrong with the file shows when it is read."""
        return io.BufferedReader(_Ranged(self), _BUFFER)

    def expect(self, end: int) -> None:
        """Have what is read before byte *end* be asked for in as few requests as there can be."""
        self._until = end

    def window(self, position: int) -> tuple[int, bytes]:
        """Return what was got of the file around *position*, and where that begins; nothing after the file's end."""
        size, tail = LEAST, b""
        if self._met is not None and position >= self._met[0]:
            return position, b""
        for key, (start, data) in list(_windows.items()):
            if key[:2] != (str(self), self._met):
                continue
            if start <= position < start + len(data):
                _windows.move_to_end(key)
                return start, data
            if position == start + len(data):  # it is read on
                size = 2 * key[2]
                tail = data[-LEAST:]  # where a record was read over its end, the next one begins there
                del _windows[key]  # first, so that there are never two of them
        data = b""
        size = min(MOST, size)
        if self._until:  # a record that ends there is read until the next one shows, so some bytes more
            size = min(MOST, max(0, self._until - position)) + LEAST
        if self._met is not None:
            size = min(size, self._met[0] - position)
        start, data = position - len(tail), tail + self.range(position, size)
        _windows[str(self), self._met, size] = start, data
        while len(_windows) > _KEPT:
            _windows.popitem(last=False)
        return start, data


@dataclass(frozen=True, slots=True)
class _Copy:
    """A copy of such a file on the disk, under the address of the original."""

    path: Path
    name: str
    address: str

    def __str__(self) -> str:
        return self.address

    def open(self, mode: Literal["rb"], /) -> IO[bytes]:
        return self.path.open(mode)


def copied(file: Ranged, scratch: Path) -> _Copy:
    """Copy a file into a directory, by few requests; messages name the original. OSError."""
    file.expect(file.length())
    path = scratch / "copy"
    with file.opened() as source, path.open("wb") as copy:
        shutil.copyfileobj(source, copy, LEAST)
    return _Copy(path, file.name, str(file))


class _Ranged(Positioned):
    """Such a file while it is read."""

    def __init__(self, file: Ranged) -> None:
        super().__init__()
        self._file = file

    def _end(self) -> int:
        return self._file.length()

    def _at(self, position: int, size: int) -> memoryview:
        start, window = self._file.window(position)
        skip = position - start
        return memoryview(window)[skip : skip + size]
