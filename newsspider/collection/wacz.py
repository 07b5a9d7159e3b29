"""WACZ, a zip of WARC files, their index and more, read in place: https://specs.webrecorder.net/wacz/1.1.1/

A WARC file that is stored in the zip as it is, as the standard wants it, is read in its place. One that is compressed
once more has no places to read at, and is unpacked into a temporary file. A name inside the zip is never a name on
the disk.
"""

from __future__ import annotations

import errno
import io
import json
import os
import re
import shutil
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Literal

from newsspider.collection.positioned import Positioned
from newsspider.errors import NewsspiderError
from newsspider.text.escaping import quoted
from newsspider.text.language import N_
from newsspider.text.message import Message, message
from newsspider.warc.filekinds import PEEK, is_arc_name, is_warc_name, unread_kind

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

MAX_RATIO = 100
"""How often its own size a WACZ may unpack to where it is only read; honest ones stay below 20."""

MAX_DISK_RATIO = 25
"""How often its own size a WACZ may take on the disk, for members that have to be unpacked there."""
FREE_DISK = 64 << 20
"""Bytes that may be unpacked whatever their ratio: many times the same small page is no bomb."""
MAX_DISK = 64 << 30
"""Bytes that are unpacked of one WACZ; a WARC file has one GiB."""

_DRIVE = re.compile("[A-Za-z]:")
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_COPY_BYTES = 1 << 20
_ARCHIVE = "archive/"
_PACKAGE_END = ".wacz"
_ZIP = b"PK\x03\x04"
DATAPACKAGE = "datapackage.json"
_MAX_DATAPACKAGE = 1 << 26
_MAX_NAMED = 10
"""Packages that are named of those that a package leads to."""
_INDEX_ENDS = (".cdx", ".cdxj", ".cdx.gz", ".cdxj.gz")


def _is_read(path: str) -> bool:
    return path.startswith(_ARCHIVE) and (is_warc_name(path) or is_arc_name(path))


def is_package(path: Path) -> bool:
    """Tell whether a path is a file that is a WACZ, or ought to be one; what cannot be read is for others to tell."""
    if not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            return file.read(len(_ZIP)) == _ZIP or path.suffix.lower() == _PACKAGE_END
    except OSError:
        return False


class WaczError(NewsspiderError):
    """A file is no WACZ, or one that is not safe to read."""

    def __init__(self, path: Path, said: Message) -> None:
        super().__init__(
            message("%(path)s: %(problem)s. Get the file again from where it was made", path=path, problem=said)
        )
        self.said = said
        """What is wrong with it."""


@dataclass(frozen=True, slots=True)
class FileSpan:
    """A run of bytes in a file, which reads like a file of its own."""

    path: Path
    """The file on the disk that holds it."""
    start: int
    size: int
    packed: int
    """Bytes that it takes in the package."""
    name: str
    """What the part is called, without the directories that every package has."""
    label: str

    def __str__(self) -> str:
        return self.label

    def open(self, mode: Literal["rb"], /) -> IO[bytes]:
        return io.BufferedReader(_Window(self.path.open(mode), self.start, self.size), _COPY_BYTES // 8)


class _Window(Positioned):
    """Part of an open file, which it closes."""

    def __init__(self, file: IO[bytes], start: int, size: int) -> None:
        super().__init__()
        self._file, self._start, self._size = file, start, size

    def _end(self) -> int:
        return self._size

    def _at(self, position: int, size: int) -> bytes:
        self._file.seek(self._start + position)
        return self._file.read(max(0, min(size, self._size - position)))

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
            raise WaczError(path, message("not a zip file that can be read (%(error)s)", error=error)) from error
        self._by_path = {member.filename: member for member in self._members}
        self._size = path.stat().st_size
        self._on_disk = 0
        self._check_names()
        self._check_sizes()

    def _check_names(self) -> None:
        seen = set()
        for member in self._members:
            if member.filename in seen:
                raise WaczError(self._path, message("it holds two files called %(name)s", name=quoted(member.filename)))
            seen.add(member.filename)
            name = PurePosixPath(member.filename)
            if name.is_absolute() or ".." in name.parts or "\\" in member.filename or _DRIVE.match(member.filename):
                said = message(
                    "it holds a file whose name leads outside it: %(name)s", name=quoted(member.orig_filename)
                )
                raise WaczError(self._path, said)

    def _check_sizes(self) -> None:
        """Refuse what is larger unpacked than it can honestly be, also by counting the same bytes twice."""
        end = 0
        for member in sorted(self._members, key=lambda each: each.header_offset):
            if member.flag_bits & 1:
                raise WaczError(self._path, message("%(name)s is encrypted", name=member.filename))
            if member.header_offset < end:
                problem = message("%(name)s overlaps the file before it: this may be a zip bomb", name=member.filename)
                raise WaczError(self._path, problem)
            end = member.header_offset + _LOCAL_HEADER.size + member.compress_size
        unpacked = sum(member.file_size for member in self._members)
        if end > self._size:
            raise WaczError(self._path, message("it is cut off: what it lists lies past its end"))
        if unpacked > MAX_RATIO * self._size:
            raise WaczError(
                self._path,
                message(
                    "it would unpack to %(size)s bytes, more than %(ratio)s times its size: this may be a zip bomb",
                    size=f"{unpacked:,}", ratio=MAX_RATIO,
                ),
            )  # fmt: skip

    def warcs(self) -> list[FileSpan]:
        """Return the WARC files in order of name; those that are compressed once more are unpacked first.

        Of one that lies deeper than ``archive/`` the directories are part of its name.
        """
        return [self.part(each) for each in self.paths() if _is_read(each)]

    def unread(self) -> Iterator[tuple[str, Message]]:
        """Yield the files that look like archives and are not read, each with why, and what to do."""
        if (others := self._other_packages()) is not None:
            said = N_("a list of other packages (multi-WACZ), which are not read: give each by itself%(others)s")
            yield DATAPACKAGE, Message(text=said, values={"others": others})
        for path in self.paths():
            name = PurePosixPath(path).name
            if path.lower().endswith(_PACKAGE_END):
                yield path, message("a package within the package, which is not read: unpack it, and give it by itself")
            elif is_warc_name(name) or is_arc_name(name):
                if not _is_read(path):
                    yield path, message(
                        "it lies outside %(archive)s, so it is not read: unpack it, and give it by itself",
                        archive=_ARCHIVE,
                    )
            elif path.startswith(_ARCHIVE) and (kind := unread_kind(name, self._start_of_file(path))) is not None:
                yield path, kind

    def _other_packages(self) -> str | None:
        """Return the names in a list of other packages, after a colon; None when the package is no such list."""
        if DATAPACKAGE not in self._by_path:
            return None
        try:
            said = json.loads(self.read(DATAPACKAGE, _MAX_DATAPACKAGE))
            if said["profile"] != "multi-wacz-package":
                return None
            named = [str(each.get("path") or each.get("name")) for each in said["resources"]]
        except (WaczError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            return None  # what it says is looked at elsewhere
        more = f" and {len(named) - _MAX_NAMED:,} more" if len(named) > _MAX_NAMED else ""
        return ": " + ", ".join(named[:_MAX_NAMED]) + more if named else ""

    def _start_of_file(self, path: str) -> bytes:
        try:
            return next(self.pieces(path), b"")[:PEEK]
        except WaczError:
            return b""

    def indexes(self) -> list[FileSpan]:
        return [self.part(each) for each in self.paths("indexes", _INDEX_ENDS)]

    def paths(self, directory: str | None = None, ends: tuple[str, ...] = ("",)) -> list[str]:
        """Return the names of the files in it, in order; of those in *directory* only, that end in one of *ends*."""
        names = sorted(self._by_path)
        return [name for name in names if directory in (None, str(PurePosixPath(name).parent)) and name.endswith(ends)]

    def pieces(self, path: str) -> Generator[bytes, None, None]:
        """Yield what a file holds, unpacked; WaczError where that is not what its checksum says."""
        member = self._by_path[path]
        try:
            with self._path.open("rb") as file, zipfile.ZipFile(file) as archive, archive.open(member) as source:
                # zipfile gives no more than the size that was checked.
                while data := source.read(_COPY_BYTES):
                    yield data
        except (zipfile.BadZipFile, EOFError, NotImplementedError, zlib.error) as error:
            problem = message("%(path)s cannot be unpacked (%(error)s)", path=path, error=error)
            raise WaczError(self._path, problem) from error

    def read(self, path: str, limit: int) -> bytes:
        """Return what a file holds; WaczError also for more than *limit* bytes."""
        data = bytearray()
        for piece in self.pieces(path):
            data += piece
            if len(data) > limit:
                problem = message("%(path)s has more than %(limit)s bytes", path=path, limit=f"{limit:,}")
                raise WaczError(self._path, problem)
        return bytes(data)

    def size(self, path: str) -> int:
        """Return the bytes of a file, unpacked."""
        return self._by_path[path].file_size

    def part(self, path: str) -> FileSpan:
        """Return a file to read in its place, or unpacked first when it is compressed.

        WaczError, before anything is written, for more than an honest package would take on the disk.
        """
        member = self._by_path[path]
        name = path.removeprefix(_ARCHIVE) if path.startswith(_ARCHIVE) else PurePosixPath(path).name
        label = f"{self._path}: {member.filename}"
        if member.compress_type == zipfile.ZIP_STORED:
            return FileSpan(self._path, self._start_of(member), member.file_size, member.compress_size, name, label)
        # Under a number: its own name could be anything.
        unpacked = self._scratch / f"{self._path.name}-{member.header_offset}"
        if not unpacked.exists():
            self._claim_disk(member)
            with unpacked.open("xb") as out:
                out.writelines(self.pieces(path))
        return FileSpan(unpacked, 0, member.file_size, member.compress_size, name, label)

    def _claim_disk(self, member: zipfile.ZipInfo) -> None:
        self._on_disk += member.file_size
        if self._on_disk > min(max(FREE_DISK, MAX_DISK_RATIO * self._size), MAX_DISK):
            raise WaczError(
                self._path,
                message(
                    "%(name)s would take %(taken)s bytes on the disk, with what is unpacked already, and the package "
                    "has %(size)s: this may be a zip bomb",
                    name=member.filename, taken=f"{self._on_disk:,}", size=f"{self._size:,}",
                ),
            )  # fmt: skip
        if member.file_size > shutil.disk_usage(self._scratch).free:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self._scratch))

    def _start_of(self, member: zipfile.ZipInfo) -> int:
        """Return where the bytes of a member begin: after its local header, whose length only it knows."""
        with self._path.open("rb") as file:
            file.seek(member.header_offset)
            head = file.read(_LOCAL_HEADER.size)
        if len(head) == _LOCAL_HEADER.size:
            magic, name_size, extra_size = _LOCAL_HEADER.unpack(head)
            start: int = member.header_offset + _LOCAL_HEADER.size + name_size + extra_size
            if magic == b"PK\x03\x04" and start + member.compress_size <= self._size:
                return start
        raise WaczError(self._path, message("%(name)s is not where the zip's directory says", name=member.filename))
