"""Keeps a collection's index and its WARC files in step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsspider.archive.cdxj import LineSorter, entry_of, filename_of
from newsspider.archive.collection import OPEN_SUFFIX, Collection
from newsspider.archive.lock import locked
from newsspider.archive.reader import WarcError, iter_records
from newsspider.archive.state import State
from newsspider.archive.warcfile import Recovery, recover

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from newsspider.archive.index import Index


def recover_open_files(collection: Collection) -> list[Recovery]:
    """Finish what a killed run left open, and remove its half-written index."""
    collection.index.remove_unfinished()
    left_open = sorted(collection.archive_dir.glob("*" + OPEN_SUFFIX))
    return [recover(path) for path in left_open]


def refresh_index(collection: Collection, state: State) -> None:
    """Check the index and the WARC files it covers against what the last run left; index the files it lacks.

    Raises IndexDamagedError, or WarcError for a file that is missing, changed, or cannot be read.
    """
    index = collection.index
    known, sizes = state.indexed_files(), collection.warc_sizes()
    for name, size in known.items():
        if (now_has := sizes.get(name, 0)) != size:
            problem = f"{now_has:,} bytes are left of {size:,}" if now_has else "the file is gone or empty"
            raise WarcError(collection.archive_dir / name, min(now_has, size), problem)
    as_left = _is_as_left(index, state)
    # Else it is not known what is in it: a run was killed while it merged, or files were taken away, or put back from a
    # copy that is older than what is known. The lines of a WARC file are all there or none of them.
    covered = known.keys() if as_left else known.keys() & {filename_of(line) for line in index.lines()}
    new = sorted(sizes.keys() - covered)
    if not new and as_left:
        return
    lines = LineSorter(index.path.parent)
    try:
        for name in new:
            for line in index_lines(collection.archive_dir / name):
                lines.add(line)
        # Not as it was left, what is new may be there already, in any file, and so may lines of what was taken away.
        there = (line for line in index.lines() if filename_of(line) in sizes)
        obsolete = index.add(lines) if as_left else index.replace(there, lines)
        _note(collection, state, obsolete, [(name, sizes[name]) for name in new])
    finally:
        lines.clear()


def add_to_index(collection: Collection, state: State, lines: LineSorter, files: Iterable[tuple[str, int]]) -> None:
    """Add the *lines* of *files* (name, size), which are in the archive, to the index. Raises as refresh_index does."""
    if _is_as_left(collection.index, state):
        _note(collection, state, collection.index.add(lines), files)
    else:  # somebody took files of it away meanwhile, or put others there
        refresh_index(collection, state)


def _is_as_left(index: Index, state: State) -> bool:
    return index.as_left() == state.index_as_left()


def _note(
    collection: Collection,
    state: State,
    obsolete: list[Path],
    files: Iterable[tuple[str, int]],
    *,
    all_files: bool = False,
) -> None:
    """Note that the index covers *files*, and take *obsolete* files of it away.

    A crash before this only means that the files are read again, and their lines found to be there; one within it,
    that the next run finds files that it does not know, and makes one of all.
    """
    state.set_indexed(files, collection.index.as_left(obsolete), all_files=all_files)
    for path in reversed(obsolete):
        path.unlink()


def rebuild_index(collection: Collection, progress: Callable[[int, int, int], None]) -> int:
    """Make the index anew from the WARC files; return its number of captures.

    *progress* is called for every file done with files done, files in all, and captures so far.
    """
    index = collection.index
    with locked(collection.lock_path):
        index.path.parent.mkdir(exist_ok=True)
        recover_open_files(collection)
        files = collection.warc_files()
        lines = LineSorter(index.path.parent)
        state = State(collection.state_path)
        try:
            captures = 0
            for done, path in enumerate(files, 1):
                for line in index_lines(path):
                    lines.add(line)
                    captures += 1
                progress(done, len(files), captures)
            covered = [(path.name, path.stat().st_size) for path in files]
            _note(collection, state, index.replace(lines), covered, all_files=True)
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
