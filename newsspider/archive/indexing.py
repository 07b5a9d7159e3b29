"""Keeps a collection's index and its WARC files in step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsspider.archive.cdxj import LineSorter, checked_lines, entry_of, temporary_index, write_index
from newsspider.archive.collection import OPEN_SUFFIX, Collection
from newsspider.archive.lock import locked
from newsspider.archive.reader import WarcError, iter_records
from newsspider.archive.state import State
from newsspider.archive.warcfile import Recovery, recover

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path


def recover_open_files(collection: Collection) -> list[Recovery]:
    """Finish what a killed run left open, and remove its half-written index."""
    temporary_index(collection.index_path).unlink(missing_ok=True)
    left_open = sorted(collection.archive_dir.glob("*" + OPEN_SUFFIX))
    return [recover(path) for path in left_open]


def refresh_index(collection: Collection, state: State) -> None:
    """Check the index and the WARC files it covers against what the last run left; index the files it lacks.

    Raises IndexDamagedError, or WarcError for a file that is missing, changed, or cannot be read.
    """
    index = collection.index_path
    if not index.exists():
        covered = {}
    else:
        covered = state.indexed_files()
        stat = index.stat()
        if (stat.st_size, stat.st_mtime_ns) != state.index_as_left():
            for _ in checked_lines(index):
                pass
    files = {path.name: path for path in collection.warc_files()}
    for name, size in covered.items():
        _check_size(collection.archive_dir / name, size)
    new = [path for name, path in files.items() if name not in covered]
    if not new:
        return
    lines = LineSorter(index.parent)
    try:
        for path in new:
            for line in index_lines(path):
                lines.add(line)
        merge_index(collection, state, lines, [(path.name, path.stat().st_size) for path in new])
    finally:
        lines.clear()


def _check_size(path: Path, size: int) -> None:
    now = path.stat().st_size if path.exists() else 0
    if now != size:
        problem = f"{now:,} bytes are left of {size:,}" if now else "the file is gone or empty"
        raise WarcError(path, min(now, size), problem)


def merge_index(collection: Collection, state: State, lines: Iterable[bytes], files: list[tuple[str, int]]) -> None:
    """Add the lines of *files* (name, size) to the index."""
    index = collection.index_path
    write_index(index, checked_lines(index) if index.exists() else (), lines)
    stat = index.stat()
    # A crash before this only means that the files are read again, and their lines found to be there.
    state.set_indexed(files, (stat.st_size, stat.st_mtime_ns), all_files=False)


def rebuild_index(collection: Collection, progress: Callable[[int, int, int], None]) -> int:
    """Make the index anew from the WARC files; return its number of captures.

    *progress* is called for every file done with files done, files in all, and captures so far.
    """
    index = collection.index_path
    with locked(collection.lock_path):
        index.parent.mkdir(exist_ok=True)
        recover_open_files(collection)
        files = collection.warc_files()
        lines = LineSorter(index.parent)
        state = State(collection.state_path)
        try:
            captures = 0
            for done, path in enumerate(files, 1):
                for line in index_lines(path):
                    lines.add(line)
                    captures += 1
                progress(done, len(files), captures)
            write_index(index, lines)
            stat = index.stat()
            covered = [(path.name, path.stat().st_size) for path in files]
            state.set_indexed(covered, (stat.st_size, stat.st_mtime_ns), all_files=True)
        finally:
            lines.clear()
            state.close()
    return captures


def index_lines(path: Path) -> Iterator[bytes]:
    """Yield the index line of every capture in a WARC file, in file order."""
    if not path.stat().st_size:  # as a power cut leaves a file that was not synced; ours are
        raise WarcError(path, 0, "the file is empty")
    for record in iter_records(path):
        entry = entry_of(record)
        if entry is not None:
            yield entry.format().encode()
