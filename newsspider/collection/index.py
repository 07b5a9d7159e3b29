"""The index of a collection: sorted CDXJ files, ``index.cdxj`` and smaller ones after it, that are its lines together.

A run that adds ten lines to ten million must not write ten million. So new lines go into the last file, and a file is
merged with those after it only when these have grown to a fair share of it: the log-structured merge of O'Neil et al.
(1996). On the way to ten million lines (2.8 GB), runs of ten write 1.5 MB each on average, those of a thousand write
each line sixteen times; a key is sought in six files at the most. cdxj-indexer, whose lines these are, writes an index
as a whole.

Lines move only towards ``index.cdxj``, and are in the one file before they leave the other. Whoever opens the last file
first therefore misses none while a run merges, but may see one twice. So does whoever reads after a run was killed at
that moment, until the next run.
"""

from __future__ import annotations

import contextlib
import heapq
import re
from operator import itemgetter
from typing import IO, TYPE_CHECKING

from newsspider.warc.cdxj import checked, checked_lines, lines_of, merged, write_index

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from newsspider.warc.cdxj import CdxjEntry, LineSorter

_BEHIND = re.compile(r"index-([0-9]+)\.cdxj")

_SMALL = 4 << 20
"""Bytes of a file that is merged always: some fifteen thousand lines, a few hundredths of a second."""

_RATIO = 4
"""A file is merged when those after it, with what is new, have a quarter of its size."""


class Index:
    """The files in *directory*, which need not be there. Only who holds the collection's lock may change them."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "index.cdxj"
        """The largest file, and the only one of a small collection."""

    def files(self) -> list[Path]:
        """Return the files that are there, the largest, ``index.cdxj``, first."""
        named = [(int(name[1]), path) for path in self._in_directory() if (name := _BEHIND.fullmatch(path.name))]
        return [path for path in (self.path, *(path for _, path in sorted(named))) if path.is_file()]

    def _in_directory(self) -> list[Path]:
        try:
            return list(self.path.parent.iterdir())
        except (FileNotFoundError, NotADirectoryError):
            return []

    @contextlib.contextmanager
    def opened(self) -> Iterator[dict[Path, IO[bytes]]]:
        """Open all files, in the order of ``files``; they stay what they are, whatever a run does meanwhile."""
        with contextlib.ExitStack() as stack:
            opened = []
            for path in reversed(self.files()):
                with contextlib.suppress(FileNotFoundError):  # its lines are in one that is opened after it
                    opened.append((path, stack.enter_context(path.open("rb"))))
            yield dict(reversed(opened))

    def lines(self) -> Iterator[bytes]:
        """Yield all lines, sorted, each once; IndexDamagedError where one is torn, not a line, or out of order."""
        with self.opened() as files:
            yield from merged(*(checked(file, path) for path, file in files.items()))

    def find(self, key: str) -> Iterator[CdxjEntry]:
        """Yield the entries of one urlkey, oldest first; IndexDamagedError."""
        with self.opened() as files:
            found = (lines_of(file, path, key) for path, file in files.items())
            previous = None
            for line, entry in heapq.merge(*found, key=itemgetter(0)):
                if line != previous:
                    yield entry
                previous = line

    def snapshot(self, scratch: Path) -> tuple[Path, ...]:
        """Return files that have all lines as long as *scratch*, a directory, is there; some may be in two of them.

        They are ``index.cdxj`` itself, to which runs only add, and a copy of the rest. IndexDamagedError for what is
        copied.
        """
        with self.opened() as files:
            behind = [checked(file, path) for path, file in files.items() if path != self.path]
            copy = scratch / "behind.cdxj"
            if behind:
                write_index(copy, *behind)
            return (self.path,) * (self.path in files) + (copy,) * bool(behind)

    # -- for who writes: what add and replace return is to be taken away when the state knows of the rest --------

    def as_left(self, obsolete: Iterable[Path] = ()) -> dict[str, tuple[int, int]]:
        """Return size and modification time (ns) of the files that are not *obsolete*, by name."""
        stats = {path.name: path.stat() for path in self.files() if path not in obsolete}
        return {name: (stat.st_size, stat.st_mtime_ns) for name, stat in stats.items()}

    def add(self, lines: LineSorter) -> list[Path]:
        """Write *lines*, and what has to be merged with them; return the files whose lines are now in another."""
        files = self.files()
        if not lines and files:
            return []
        size, kept = lines.size, len(files)
        while kept and (least := files[kept - 1].stat().st_size) <= max(_SMALL, _RATIO * size):
            size += least
            kept -= 1
        target = files[kept] if kept < len(files) else self._next(files)
        write_index(target, *map(checked_lines, files[kept:]), lines)
        return files[kept + 1 :]

    def _next(self, files: list[Path]) -> Path:
        if not files:
            return self.path
        last = _BEHIND.fullmatch(files[-1].name)
        return self.path.with_name(f"index-{int(last[1]) + 1 if last else 1}.cdxj")

    def replace(self, *parts: Iterable[bytes]) -> list[Path]:
        """Make the *parts*, each sorted, the whole index, as ``add`` does."""
        obsolete = [path for path in self.files() if path != self.path]
        write_index(self.path, *parts)
        return obsolete

    def remove_unfinished(self) -> None:
        """Remove what a killed run had not finished to write."""
        for path in self._in_directory():
            if path.suffix == ".tmp" and (path.stem == self.path.name or _BEHIND.fullmatch(path.stem)):
                path.unlink()
