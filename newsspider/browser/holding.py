"""The two sources of the browser, a collection's directory and a WACZ: both have runs with parts, and an archive."""

from __future__ import annotations

import hashlib
import json
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from shlex import quote
from tempfile import TemporaryDirectory
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

from newsspider.collection.collection import Collection
from newsspider.collection.following import archive_paths
from newsspider.collection.lock import is_locked
from newsspider.collection.packed import PAGES, Package
from newsspider.collection.runs import complete_runs
from newsspider.collection.source import SourceError, open_source
from newsspider.errors import NewsspiderError
from newsspider.terminal.called import program
from newsspider.text.language import _
from newsspider.warc.cdxj import merged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsspider.collection.captures import Archive
    from newsspider.collection.source import WarcSource
    from newsspider.collection.wacz import FileSpan
    from newsspider.warc.reader import WarcPath

_MAX_MANIFEST = 1 << 26


class Holding(Protocol):
    """The interface of a collection to the browser, whatever it is kept in."""

    name: str
    """In addresses."""
    path: Path

    @property
    def identity(self) -> str:
        """Return what tells it from another that took its place; OSError."""

    @property
    def cache_path(self) -> Path:
        """Return the preferred place of its cache."""

    def runs(self) -> list[str]:
        """Return the names of the complete runs, oldest first."""

    def manifest(self, run: str) -> dict[str, Any]:
        """Return a manifest; OSError, ValueError, WaczError."""

    def part(self, run: str, name: str) -> Path | FileSpan:
        """Return a file of a run; OSError, WaczError."""

    def pages(self) -> WarcPath | None:
        """Return the list of pages that a WACZ has, for one without records."""

    def index_lines(self) -> Iterator[bytes]:
        """Yield the lines of its index in order; OSError, WaczError, IndexDamagedError."""

    def archives(self) -> list[Archive]:
        """Return the archives that hold its pages, the likeliest first; SourceError, WaczError, OSError."""

    def states(self) -> Iterator[str]:
        """Yield what a reader has to know about how it is now: a sentence each, with what to do."""

    def close(self) -> None:
        """Remove what was unpacked."""


class Directory:
    """A collection as crawls write it."""

    identity = ""
    """It is the same, whatever is added."""

    def __init__(self, path: Path, name: str) -> None:
        self.path = path
        self.name = name
        self.collection = Collection(path)
        self._lock = Lock()
        self._stack = ExitStack()
        self._followed: tuple[list[str], list[Path]] = ([], [])
        """The archives that its runs read in place of the network, and the runs that this was asked for."""
        self._sources: dict[tuple[Path, str], WarcSource] = {}

    @property
    def cache_path(self) -> Path:
        return self.path / "browse.sqlite3"

    def runs(self) -> list[str]:
        return complete_runs(self.collection)

    def manifest(self, run: str) -> dict[str, Any]:
        return _object(self.collection.runs_dir.joinpath(f"{run}.json").read_bytes())

    def part(self, run: str, name: str) -> Path:
        return self.collection.items_dir / run / Path(name).name

    def pages(self) -> None:
        return None

    def index_lines(self) -> Iterator[bytes]:
        with self.collection.index.opened() as files:
            yield from merged(*files.values())

    def archives(self) -> list[Archive]:
        with self._lock:
            return [self.collection, *filter(None, map(self._opened, self._elsewhere()))]

    def _elsewhere(self) -> list[Path]:
        runs = self.runs()
        if self._followed[0] != runs:  # to ask is to read every manifest
            paths = [each for each in archive_paths(self.collection) if each != self.path]
            self._followed = (runs, paths)
        return self._followed[1]

    def _opened(self, path: Path) -> Archive | None:
        """Return an archive, with an index of what has none; nothing where it cannot be read."""
        if Collection(path).archive_dir.is_dir():  # a crawl may add to it
            return Collection(path)
        try:
            key = path, identity_of(path)
            if key not in self._sources:
                scratch = self._stack.enter_context(TemporaryDirectory(prefix="newsspider-browse-"))
                self._sources[key] = open_source(path, Path(scratch), lambda problem: None, alone=False)
            return self._sources[key]
        except (OSError, NewsspiderError):  # a page names the WARC file that is nowhere
            return None

    def states(self) -> Iterator[str]:
        if is_locked(self.collection.lock_path):
            yield _("A run writes into this collection now. What it finds is shown when it has ended.")
        if not self.runs():
            yield _(
                "This collection has no complete run, so it has no records, and its pages are listed by the index. "
                "Crawl into it, or read what is in its archive: %(command)s",
                command=f"{program()} extract {quote(str(self.path))} --to DIR",
            )

    def close(self) -> None:
        self._stack.close()


class _Opened:
    """A package as it was when it was opened. What is compressed in it is unpacked where it is asked for."""

    def __init__(self, path: Path, identity: str, scratch: Path) -> None:
        self.path = path
        self.identity = identity
        self._scratch = scratch

    @cached_property
    def package(self) -> Package:
        return Package(self.path, self._scratch)

    @cached_property
    def source(self) -> WarcSource:
        directory = self._scratch / "source"
        directory.mkdir()
        return open_source(self.path, directory, lambda problem: None)


class PackedHolding:
    """A WACZ. Another that takes its place under its name is opened in its stead."""

    def __init__(self, path: Path, name: str) -> None:
        self.path = path
        self.name = name
        self._lock = Lock()
        self._stack = ExitStack()
        self._last: _Opened | None = None

    @property
    def cache_path(self) -> Path:
        return self.path.with_name(self.path.name + ".browse.sqlite3")

    @property
    def identity(self) -> str:
        return identity_of(self.path)

    @property
    def _now(self) -> _Opened:
        with self._lock:
            identity = self.identity
            if self._last is None or self._last.identity != identity:
                scratch = self._stack.enter_context(TemporaryDirectory(prefix="newsspider-browse-"))
                self._last = _Opened(self.path, identity, Path(scratch))
            return self._last

    def runs(self) -> list[str]:
        return [name.removesuffix(".json") for name in self._now.package.names("runs")]

    def manifest(self, run: str) -> dict[str, Any]:
        package = self._now.package
        return _object(package.wacz.read(package.member("runs", f"{run}.json"), _MAX_MANIFEST))

    def part(self, run: str, name: str) -> FileSpan:
        now = self._now
        with self._lock:
            return now.package.file("items", run, Path(name).name)

    def pages(self) -> WarcPath | None:
        now = self._now
        with self._lock:
            wacz = now.package.wacz
            return wacz.part(PAGES) if PAGES in wacz.paths() else None

    def index_lines(self) -> Iterator[bytes]:
        now = self._now
        with self._lock:
            indexes = now.source.indexes
        with ExitStack() as stack:
            yield from merged(*(stack.enter_context(index.open("rb")) for index in indexes))

    def archives(self) -> list[Archive]:
        now = self._now
        with self._lock:
            return [now.source]

    def states(self) -> Iterator[str]:
        if not self._now.package.has("runs"):
            yield _(
                "This package has no records: another program made it. Its pages are listed as it lists them itself. "
                "To read articles out of it: %(command)s",
                command=f"{program()} extract {quote(str(self.path))} --site news --to DIR",
            )

    def close(self) -> None:
        self._stack.close()


def identity_of(path: Path) -> str:
    """Tell a file from another that takes its place under its name. OSError."""
    found = path.stat()
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ino}"


def holdings(paths: list[Path]) -> list[Directory | PackedHolding]:
    """Return what lies at *paths*, each under a name of its own."""
    found: dict[str, Directory | PackedHolding] = {}
    for path in paths:
        name = path.name.removesuffix(".wacz") or "collection"
        if name in found:  # of two, the address tells which
            name += "-" + hashlib.sha256(str(path).encode("utf-8", "surrogateescape")).hexdigest()[:6]
        found[name] = Directory(path, name) if path.is_dir() else PackedHolding(path, name)
    return list(found.values())


def _object(data: bytes) -> dict[str, Any]:
    value = json.loads(data)
    if not isinstance(value, dict):
        raise TypeError("not a JSON object")
    return value


__all__ = ["Directory", "Holding", "PackedHolding", "SourceError", "holdings"]
