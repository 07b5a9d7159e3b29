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
from newsspider.collection.lock import is_locked
from newsspider.collection.packed import PAGES, Package
from newsspider.collection.runs import archives_read, complete_runs
from newsspider.collection.source import SourceError, open_source
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


class Directory:
    """A collection as crawls write it."""

    def __init__(self, path: Path, name: str) -> None:
        self.path = path
        self.name = name
        self.collection = Collection(path)

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
        return [self.collection, *self._elsewhere]

    @cached_property
    def _elsewhere(self) -> list[Archive]:
        """Return the archives that its runs read in place of the network, if it has no page of its own."""
        if self.collection.archive_dir.is_dir():
            return []
        return [Collection(Path(each)) for each in archives_read(self.collection) if Path(each).is_dir()]

    def states(self) -> Iterator[str]:
        if is_locked(self.collection.lock_path):
            yield _("A run writes into this collection now. What it finds is shown when it has ended.")
        if not self.runs():
            yield _(
                "This collection has no complete run, so it has no records, and its pages are listed by the index. "
                "Crawl into it, or read what is in its archive: %(command)s",
                command=f"{program()} extract {quote(str(self.path))} --to DIR",
            )


class PackedHolding:
    """A WACZ. What is compressed in it is unpacked into a temporary directory, where it is asked for."""

    def __init__(self, path: Path, name: str) -> None:
        self.path = path
        self.name = name
        self._lock = Lock()
        self._stack = ExitStack()

    @property
    def cache_path(self) -> Path:
        return self.path.with_name(self.path.name + ".browse.sqlite3")

    @cached_property
    def _scratch(self) -> Path:
        return Path(self._stack.enter_context(TemporaryDirectory(prefix="newsspider-browse-")))

    @cached_property
    def _package(self) -> Package:
        return Package(self.path, self._scratch)

    @cached_property
    def _source(self) -> WarcSource:
        directory = self._scratch / "source"
        directory.mkdir()
        return open_source(self.path, directory, lambda problem: None)

    def runs(self) -> list[str]:
        return [name.removesuffix(".json") for name in self._package.names("runs")]

    def manifest(self, run: str) -> dict[str, Any]:
        return _object(self._package.wacz.read(self._package.member("runs", f"{run}.json"), _MAX_MANIFEST))

    def part(self, run: str, name: str) -> FileSpan:
        with self._lock:
            return self._package.file("items", run, Path(name).name)

    def pages(self) -> WarcPath | None:
        with self._lock:
            wacz = self._package.wacz
            return wacz.part(PAGES) if PAGES in wacz.paths() else None

    def index_lines(self) -> Iterator[bytes]:
        with self._lock:
            indexes = self._source.indexes
        with ExitStack() as stack:
            yield from merged(*(stack.enter_context(index.open("rb")) for index in indexes))

    def archives(self) -> list[Archive]:
        with self._lock:
            return [self._source]

    def states(self) -> Iterator[str]:
        if not self._package.has("runs"):
            yield _(
                "This package has no records: another program made it. Its pages are listed as it lists them itself. "
                "To read articles out of it: %(command)s",
                command=f"{program()} extract {quote(str(self.path))} --site news --to DIR",
            )

    def close(self) -> None:
        """Remove what was unpacked."""
        self._stack.close()


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
