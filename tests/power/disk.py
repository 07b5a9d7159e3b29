"""A disk that loses power: what a recording did to files, and what may be left of it at any moment.

The rules are those of POSIX, and no file system's own. The content of a file is what it was at its last fsync, and what
came since may be there or not: any of the writes, and of each the whole or a part. A name is in a directory once that
was synced; of what was done to names since, any beginning may have happened, directory by directory. A rename happens
in both of its directories or in none. (Pillai et al., All File Systems Are Not Created Equal, OSDI 2014.)
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tests.power.recorder import MadeDirectory, Opened, Removed, Renamed, Said, Synced, Truncated, Wrote

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

    from tests.power.recorder import Event

Left = dict[str, "bytes | None"]
"""What is there by path: the content of files, None for directories."""

SECTOR = 512

NAME = "its name is not synced"
CONTENT = "its content is not synced"


@dataclass(frozen=True, slots=True)
class _Change:
    """A write to a file, or where *data* is None its length made *offset*."""

    at: int
    """Which event it was."""
    offset: int
    data: bytes | None

    def apply(self, content: bytearray) -> None:
        end = self.offset + len(self.data or b"")
        if len(content) < end:
            content.extend(bytes(end - len(content)))
        if self.data is None:
            del content[self.offset :]
        else:
            content[self.offset : end] = self.data


@dataclass
class _File:
    synced: bytearray = field(default_factory=bytearray)
    now: bytearray = field(default_factory=bytearray)
    unsynced: list[_Change] = field(default_factory=list)


@dataclass
class _Directory:
    synced: dict[str, _Node] = field(default_factory=dict)
    now: dict[str, _Node] = field(default_factory=dict)


_Node = _File | _Directory


@dataclass(frozen=True, slots=True, eq=False)
class _Naming:
    """Names that came or went, all at once: (directory, name, what it stands for now)."""

    at: int
    names: tuple[tuple[_Directory, str, _Node | None], ...]

    def apply(self, tables: dict[int, dict[str, _Node]]) -> None:
        for directory, name, node in self.names:
            table = tables[id(directory)]
            if node is None:
                table.pop(name, None)
            else:
                table[name] = node


class Cut(Protocol):
    """Which of what was not synced is left."""

    def names(self) -> bool:
        """Tell of the next change of names whether it happened."""

    def content(self, synced: bytes, unsynced: list[_Change]) -> bytes:
        """Return what a file holds."""


class Nothing:
    """Nothing is left that was not synced."""

    def names(self) -> bool:
        return False

    def content(self, synced: bytes, unsynced: list[_Change]) -> bytes:
        return synced


class NamesOnly:
    """The journal was written and no data: how a file comes to be empty under its final name."""

    def names(self) -> bool:
        return True

    def content(self, synced: bytes, unsynced: list[_Change]) -> bytes:
        return synced


class Everything:
    """All is left, as behind kill -9."""

    def names(self) -> bool:
        return True

    def content(self, synced: bytes, unsynced: list[_Change]) -> bytes:
        content = bytearray(synced)
        for change in unsynced:
            change.apply(content)
        return bytes(content)


class AtRandom:
    """Some is left: of the names a beginning, of the writes any, each whole or up to a sector's end."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._likely = rng.choice((0.3, 0.7, 0.95))

    def names(self) -> bool:
        return self._rng.random() < self._likely

    def content(self, synced: bytes, unsynced: list[_Change]) -> bytes:
        content = bytearray(synced)
        for change in unsynced:
            if self._rng.random() < self._likely:
                change.apply(content)
            elif change.data is not None and self._rng.random() < 0.5:
                sectors = self._rng.randint(0, len(change.data) // SECTOR)
                _Change(change.at, change.offset, change.data[: sectors * SECTOR]).apply(content)
        return bytes(content)


class Disk:
    """Takes the events of a recording, one after the other. *root* is there before, with all that is in it, synced."""

    def __init__(self, root: Path) -> None:
        self._root = _read(root)
        self._opened: dict[int, _Node | None] = {}
        self._paths: dict[int, str] = {}
        self._unsynced: list[_Naming] = []
        self.count = 0
        """Events that were taken."""
        self._restarted = 0

    def restart(self) -> None:
        """Take the events of another recording from here on."""
        self._opened.clear()
        self._paths.clear()
        self._restarted = self.count

    def path_of(self, event: Synced) -> str:
        """Return the path that a file had when it was opened."""
        return self._paths[event.handle]

    def take(self, event: Event) -> None:
        match event:
            case Opened(handle, path, create, truncate):
                node = self._node(path)
                if node is None and create:
                    node = _File()
                    self._name((path, node))
                if truncate and isinstance(node, _File) and node.now:
                    self._change(node, 0, None)
                self._opened[handle] = node
                self._paths[handle] = path
            case Wrote(handle, offset, data):
                file = self._file(handle)
                self._change(file, len(file.now) if offset is None else offset, data)
            case Truncated(handle, size):
                self._change(self._file(handle), size, None)
            case Synced(handle, began):
                self._sync(self._opened[handle], self._restarted + began)
            case Renamed(source, target):
                self._name((source, None), (target, self._node(source)))
            case Removed(path):
                self._name((path, None))
            case MadeDirectory(path):
                self._name((path, _Directory()))
            case Said():
                pass
        self.count += 1

    def _file(self, handle: int) -> _File:
        node = self._opened[handle]
        assert isinstance(node, _File)
        return node

    def _node(self, path: str) -> _Node | None:
        node: _Node | None = self._root
        for name in Path(path).parts:
            node = node.now.get(name) if isinstance(node, _Directory) else None
        return node

    def _change(self, file: _File, offset: int, data: bytes | None) -> None:
        change = _Change(self.count, offset, data)
        change.apply(file.now)
        file.unsynced.append(change)

    def _name(self, *changes: tuple[str, _Node | None]) -> None:
        names = []
        for path, node in changes:
            directory = self._node(str(Path(path).parent))
            assert isinstance(directory, _Directory), f"{path} is in no directory"
            names.append((directory, Path(path).name, node))
        naming = _Naming(self.count, tuple(names))
        naming.apply({id(directory): directory.now for directory, _, _ in names})
        self._unsynced.append(naming)

    def _sync(self, node: _Node | None, began: int) -> None:
        if isinstance(node, _File):
            while node.unsynced and node.unsynced[0].at < began:
                node.unsynced.pop(0).apply(node.synced)
        elif isinstance(node, _Directory):
            self._sync_names(node, began)

    def _sync_names(self, directory: _Directory, began: int) -> None:
        """Sync the changes of a directory's names, and those that came before one of them in its other directory."""
        needed = {id(directory)}
        durable = []
        for naming in reversed(self._unsynced):
            touched = {id(each) for each, _, _ in naming.names}
            if naming.at < began and touched & needed:
                needed |= touched
                durable.append(naming)
        for naming in reversed(durable):
            naming.apply({id(each): each.synced for each, _, _ in naming.names})
            self._unsynced.remove(naming)

    # ------------------------------------------------------------------------------------------------- what is left

    def left(self, cut: Cut) -> Left:
        """Return what is left if the power goes now."""
        return dict(self._walk(self._tables(cut), cut))

    def now(self) -> Left:
        """Return what a program sees."""
        return self.left(Everything())

    def lost(self) -> dict[str, str]:
        """Return the paths that the power takes with it if it goes now, and how."""
        left = self.left(Nothing())
        return {
            path: NAME if path not in left else CONTENT
            for path, content in self.now().items()
            if path not in left or left[path] != content
        }

    def _tables(self, cut: Cut) -> dict[int, dict[str, _Node]]:
        tables: dict[int, dict[str, _Node]] = _Tables()
        closed: set[int] = set()
        for naming in self._unsynced:
            touched = {id(each) for each, _, _ in naming.names}
            for each, _, _ in naming.names:
                tables.setdefault(id(each), dict(each.synced))
            if touched & closed or not cut.names():
                closed |= touched
            else:
                naming.apply(tables)
        return tables

    def _walk(self, tables: dict[int, dict[str, _Node]], cut: Cut) -> Iterator[tuple[str, bytes | None]]:
        waiting: list[tuple[str, _Node]] = [("", self._root)]
        while waiting:
            path, node = waiting.pop()
            if isinstance(node, _File):
                yield path, cut.content(bytes(node.synced), node.unsynced)
                continue
            if path:
                yield path, None
            names = tables.get(id(node), node.synced)
            waiting += [(f"{path}/{name}".lstrip("/"), each) for name, each in sorted(names.items())]


class _Tables(dict[int, dict[str, "_Node"]]):
    """The names in directories, by the directory's id."""


def _read(path: Path) -> _Directory:
    directory = _Directory()
    for each in path.iterdir():
        node: _Node
        if each.is_dir():
            node = _read(each)
        else:
            content = each.read_bytes()
            node = _File(bytearray(content), bytearray(content))
        directory.synced[each.name] = directory.now[each.name] = node
    return directory


def lay_out(left: Left, root: Path, as_in: Path) -> None:
    """Write what is left to *root*, a new directory; what is the same *as_in* another has the times that it has there.

    The index is known by its size and time, which a power cut does not change.
    """
    root.mkdir(parents=True)
    for path, content in sorted(left.items()):
        target, there = root / path, as_in / path
        if content is None:
            target.mkdir()
            continue
        target.write_bytes(content)
        if there.is_file() and there.stat().st_size == len(content) and there.read_bytes() == content:
            stat = there.stat()
            os.utime(target, ns=(stat.st_atime_ns, stat.st_mtime_ns))
