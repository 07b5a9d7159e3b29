"""WACZ, a zip of WARC files, their index and more, read in its place: https://specs.webrecorder.net/wacz/1.1.1/

A WARC file that is stored in the zip as it is, as the standard wants it, is read in its place. One that is compressed
once more has no places to read at, and is unpacked into a temporary file. A name inside the zip is never a name on
the disk.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Literal

from newsspider.errors import NewsspiderError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_RATIO = 100
"""How often its own size a WACZ may unpack to; honest ones stay below 20."""

_DRIVE = re.compile("[A-Za-z]:")
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_COPY_BYTES = 1 << 20
_WARC_ENDS = (".warc", ".warc.gz", ".arc", ".arc.gz")
_INDEX_ENDS = (".cdx", ".cdxj", ".cdx.gz", ".cdxj.gz")


class WaczError(NewsspiderError):
    """A file is no WACZ, or one that is not safe to read."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}. Get the file again from where it was made")
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Part:
    """A run of bytes in a file, which reads like a file of its own."""

    path: Path
    """The file on the disk that holds it."""
    start: int
    size: int
    name: str
    """What the part is called, without directories."""
    label: str

    def __str__(self) -> str:
        return self.label

    def open(self, mode: Literal["rb"], /) -> IO[bytes]:
        return io.BufferedReader(_Window(self.path.open(mode), self.start, self.size), _COPY_BYTES // 8)


class _Window(io.RawIOBase):
    """Part of an open file, which it closes."""

    def __init__(self, file: IO[bytes], start: int, size: int) -> None:
        self._file, self._start, self._size = file, start, size
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed names a private type here
        size = max(0, min(len(buffer), self._size - self._position))
        self._file.seek(self._start + self._position)
        data = self._file.read(size)
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()


class Wacz:
    """An open WACZ. WaczError for anything in the zip that no honest tool writes."""

    def __init__(self, path: Path, scratch: Path) -> None:
        self._path = path
        self._scratch = scratch
        """A directory for what has to be unpacked."""
        try:
            with path.open("rb") as file, zipfile.ZipFile(file) as archive:
                self._members = [each for each in archive.infolist() if not each.is_dir()]
        except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:
            raise WaczError(path, f"not a zip file that can be read ({error})") from error
        self._by_path = {member.filename: member for member in self._members}
        self._size = path.stat().st_size
        self._check_names()
        self._check_sizes()

    def _check_names(self) -> None:
        seen = set()
        for member in self._members:
            if member.filename in seen:
                raise WaczError(self._path, f"it holds two files called {member.filename!r}")
            seen.add(member.filename)
            name = PurePosixPath(member.filename)
            if name.is_absolute() or ".." in name.parts or "\\" in member.filename or _DRIVE.match(member.filename):
                raise WaczError(self._path, f"it holds a file whose name leads outside it: {member.orig_filename!r}")

    def _check_sizes(self) -> None:
        """Refuse what is larger unpacked than it can honestly be, also by counting the same bytes twice."""
        end = 0
        for member in sorted(self._members, key=lambda each: each.header_offset):
            if member.flag_bits & 1:
                raise WaczError(self._path, f"{member.filename} is encrypted")
            if member.header_offset < end:
                raise WaczError(self._path, f"{member.filename} overlaps the file before it: this may be a zip bomb")
            end = member.header_offset + _LOCAL_HEADER.size + member.compress_size
        unpacked = sum(member.file_size for member in self._members)
        if end > self._size:
            raise WaczError(self._path, "it is cut off: what it lists lies behind its end")
        if unpacked > MAX_RATIO * self._size:
            raise WaczError(
                self._path,
                f"it would unpack to {unpacked:,} bytes, more than {MAX_RATIO} times its size: this may be a zip bomb",
            )

    def warcs(self) -> list[Part]:
        """Return the WARC files in order of name; those that are compressed once more are unpacked first."""
        return [self.part(each) for each in self.paths("archive", _WARC_ENDS)]

    def indexes(self) -> list[Part]:
        return [self.part(each) for each in self.paths("indexes", _INDEX_ENDS)]

    def paths(self, directory: str | None = None, ends: tuple[str, ...] = ("",)) -> list[str]:
        """Return the names of the files in it, in order; of those in *directory* only, that end in one of *ends*."""
        names = sorted(self._by_path)
        return [name for name in names if directory in (None, str(PurePosixPath(name).parent)) and name.endswith(ends)]

    def pieces(self, path: str) -> Iterator[bytes]:
        """Yield what a file holds, unpacked; WaczError where that is not what its checksum says."""
        member = self._by_path[path]
        try:
            with self._path.open("rb") as file, zipfile.ZipFile(file) as archive, archive.open(member) as source:
                # zipfile gives no more than the size that was checked.
                while data := source.read(_COPY_BYTES):
                    yield data
        except (zipfile.BadZipFile, EOFError, NotImplementedError, zlib.error) as error:
            raise WaczError(self._path, f"{path} cannot be unpacked ({error})") from error

    def part(self, path: str) -> Part:
        """Return a file to read in its place, or unpacked first when it is compressed."""
        member = self._by_path[path]
        name = PurePosixPath(member.filename).name
        label = f"{self._path}: {member.filename}"
        if member.compress_type == zipfile.ZIP_STORED:
            return Part(self._path, self._start_of(member), member.file_size, name, label)
        # Under a number: its own name could be anything.
        unpacked = self._scratch / f"{self._path.name}-{member.header_offset}"
        if not unpacked.exists():
            with unpacked.open("xb") as out:
                out.writelines(self.pieces(path))
        return Part(unpacked, 0, member.file_size, name, label)

    def _start_of(self, member: zipfile.ZipInfo) -> int:
        """Return where the bytes of a member begin: behind its local header, whose length only it knows."""
        with self._path.open("rb") as file:
            file.seek(member.header_offset)
            head = file.read(_LOCAL_HEADER.size)
        if len(head) == _LOCAL_HEADER.size:
            magic, name_size, extra_size = _LOCAL_HEADER.unpack(head)
            start: int = member.header_offset + _LOCAL_HEADER.size + name_size + extra_size
            if magic == b"PK\x03\x04" and start + member.compress_size <= self._size:
                return start
        raise WaczError(self._path, f"{member.filename} is not where the zip's directory says")
