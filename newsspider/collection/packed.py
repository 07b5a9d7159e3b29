"""The records and runs in a WACZ, read in their place by the methods of a path on the disk, laid out as a collection.

``inside`` tells whether a path is a package; nothing above it has to. What ``scrapy pack`` puts in is found again where
it lay: ``items/<run>/part-00001.jsonl``, ``runs/<run>.json``, ``reports/<run>.html``. Pages are another matter: see
``newsspider.collection.following``.
"""

from __future__ import annotations

import errno
import io
import os
import re
import stat
from fnmatch import fnmatchcase
from pathlib import Path, PosixPath
from typing import IO, TYPE_CHECKING, Any, NoReturn

from newsspider.collection.scratch import scratch_directory
from newsspider.collection.wacz import Wacz, is_package
from newsspider.errors import NewsspiderError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from newsspider.collection.wacz import FileSpan

_PART = re.compile(r"items/(?P<run>[^/]+)-(?P<name>(?:part|site-facts|changes)-\d+\.jsonl)")
_AS_IT_IS = re.compile(r"(?:runs/[^/]+\.json|reports/[^/]+\.html)")

PAGES = "pages/pages.jsonl"
"""The list of pages that a package has."""

_OPEN: dict[tuple[str, ...], Package] = {}
"""Packages by the parts of their paths; a path in one knows nothing but its parts."""


class NoRecordsError(NewsspiderError):
    """A package holds no records: another program made it."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} holds no records of newsspider's, only pages. What works with it: scrapy extract {path} --site "
            f"news --to DIR makes records of its pages, scrapy replay {path} shows them, scrapy verify {path} checks it"
        )


def inside(path: Path) -> Path:
    """Return *path*, or of a package what is in it, as a directory like that of a collection.

    WaczError for one that is not safe to read, NoRecordsError for one without a run.
    """
    if not is_package(path):
        return path
    with scratch_directory() as scratch:  # nothing is unpacked there: members are read in pieces
        package = Package(path, scratch)
    if not package.has("runs"):
        raise NoRecordsError(path)
    _OPEN[path.parts] = package
    return PackedPath(*path.parts)


class Package:
    """The contents of a package, by their names in a collection. WaczError for a package that is not safe to read.

    *scratch* is a directory for what has to be unpacked; ``file`` alone needs it.
    """

    def __init__(self, path: Path, scratch: Path) -> None:
        self.path = path
        self.wacz = Wacz(path, scratch)
        self.members: dict[tuple[str, ...], str] = {}
        for member in self.wacz.paths():  # in order
            if part := _PART.fullmatch(member):
                self.members["items", part["run"], part["name"]] = member
            elif _AS_IT_IS.fullmatch(member):
                self.members[tuple(member.split("/"))] = member

    def has(self, *directory: str) -> bool:
        """Tell whether anything is in a directory."""
        return any(names[: len(directory)] == directory for names in self.members)

    def has_pages(self) -> bool:
        """Tell whether it has a list of pages, or a file that may hold some."""
        return any(each == PAGES or each.startswith("archive/") for each in self.wacz.paths())

    def names(self, directory: str) -> list[str]:
        """Return the names of the files that lie in a directory, in order."""
        return [names[1] for names in self.members if len(names) == 2 and names[0] == directory]

    def member(self, *names: str) -> str:
        """Return what a file is called in the zip; FileNotFoundError."""
        if names not in self.members:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(self.path.joinpath(*names)))
        return self.members[names]

    def file(self, *names: str) -> FileSpan:
        """Return a file to read at any place, unpacked first if it has to be; FileNotFoundError, WaczError."""
        return self.wacz.part(self.member(*names))


class PackedPath(PosixPath):
    """A file in a package, or a directory of them.

    What reads is overridden; all else of a path asks for a file name, and OSError says that there is none.
    """

    def __fspath__(self) -> NoReturn:
        raise OSError(errno.ENOTSUP, "what lies in a package can only be read, and not as a file", str(self))

    def absolute(self) -> PackedPath:
        return self

    def resolve(self, strict: bool = False) -> PackedPath:
        return self

    def _place(self) -> tuple[Package, tuple[str, ...]]:
        """Return the package, and the names that lead to this place in it."""
        parts = self.parts
        for length in range(len(parts), 0, -1):
            if (package := _OPEN.get(parts[:length])) is not None:
                return package, parts[length:]
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(self))

    @property
    def package(self) -> Path:
        """The package that it lies in."""
        return self._place()[0].path

    def _member(self) -> tuple[Wacz, str]:
        package, names = self._place()
        return package.wacz, package.member(*names)

    def exists(self, **_: Any) -> bool:
        return self.is_file() or self.is_dir()

    def is_file(self, **_: Any) -> bool:
        try:
            self._member()
        except FileNotFoundError:
            return False
        return True

    def is_dir(self, **_: Any) -> bool:
        try:
            package, names = self._place()
        except FileNotFoundError:
            return False
        return names not in package.members and package.has(*names)

    def stat(self, **_: Any) -> os.stat_result:
        """Return size and type; the rest is 0. FileNotFoundError for what is no file."""
        wacz, member = self._member()
        return os.stat_result((stat.S_IFREG | 0o444, 0, 0, 0, 0, 0, wacz.size(member), 0, 0, 0))

    def iterdir(self) -> Generator[PackedPath, None, None]:
        """Yield what is in the directory, in order; nothing where there is none."""
        yield from self.glob("*")

    def glob(self, pattern: str, **_: Any) -> Iterator[PackedPath]:  # type: ignore[override]  # has options, by version
        """Yield what fits *pattern*: as many parts as it has, each fitting its own, in order."""
        wanted = pattern.split("/")
        try:
            package, names = self._place()
        except FileNotFoundError:
            return
        below = {
            member[len(names) : len(names) + len(wanted)]
            for member in package.members
            if member[: len(names)] == names and len(member) >= len(names) + len(wanted)
        }
        for found in sorted(below):
            if all(map(fnmatchcase, found, wanted)):
                yield self.joinpath(*found)

    def open(self, mode: str = "r", *_: Any, **__: Any) -> IO[Any]:  # type: ignore[override]
        """Open for reading bytes, the only *mode*. What is wrong with the file shows when it is read: OSError."""
        if mode != "rb":
            self.__fspath__()
        wacz, member = self._member()
        return io.BufferedReader(_Pieces(wacz, member))

    def read_bytes(self) -> bytes:
        with self.open("rb") as file:
            data: bytes = file.read()
        return data


class _Pieces(io.RawIOBase):
    """A file of a package while it is unpacked, from its beginning on."""

    def __init__(self, wacz: Wacz, member: str) -> None:
        self._pieces = wacz.pieces(member)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed names a private type here
        if not self._rest:
            try:
                self._rest = memoryview(next(self._pieces, b""))
            except NewsspiderError as error:
                raise OSError(errno.EIO, str(error)) from error
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size

    def close(self) -> None:
        self._pieces.close()
        super().close()
