"""Keeps a collection's index and its WARC files in step."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newsspider.collection.lock import locked
from newsspider.collection.state import State
from newsspider.collection.work import Lost, here, in_order
from newsspider.durable import make_directory
from newsspider.text.amounts import bytes_of
from newsspider.text.language import N_
from newsspider.text.message import Message, message
from newsspider.warc.cdxj import LineSorter, filename_of
from newsspider.warc.filekinds import OPEN_SUFFIX
from newsspider.warc.pagelines import page_lines
from newsspider.warc.reader import RecordError, WarcError
from newsspider.warc.warcfile import Recovery, recover

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from newsspider.collection.collection import Collection
    from newsspider.collection.index import Index
    from newsspider.collection.source import Report
    from newsspider.collection.work import Runner

logger = logging.getLogger(__name__)


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
            problem = message("the file is gone or empty")
            if now_has:
                problem = message("%(left)s are left of %(size)s", left=bytes_of(now_has), size=f"{size:,}")
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


@dataclass(slots=True)
class _Indexed:
    """The result of indexing one file."""

    lines: list[bytes] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    damage: tuple[int, Message, str] | None = None
    """Where the file is damaged, how, and what to do."""


def _indexed(path: Path) -> _Indexed:
    found = _Indexed()
    try:
        found.lines = list(index_lines(path, found.problems.append))
    except WarcError as error:
        found.damage = error.offset, error.said, error.remedy
    return found


def rebuild_index(
    collection: Collection,
    progress: Callable[[int, int, int], None],
    report: Report = logger.warning,
    run: Runner = here,
) -> int:
    """Rebuild the index from the WARC files; return its number of captures.

    *progress* is called for every file done with files done, files in all, and captures so far, *report* as by
    ``index_lines``. *run* has the files read. WarcError for the first file that is damaged.
    """
    index = collection.index
    with locked(collection.lock_path):
        make_directory(index.path.parent)
        recover_open_files(collection)
        files = collection.warc_files()
        lines = LineSorter(index.path.parent)
        state = State(collection.state_path)
        try:
            captures = read_lines(files, lines, progress, report, run)
            covered = [(path.name, path.stat().st_size) for path in files]
            _note(collection, state, index.replace(lines), covered, all_files=True)
        finally:
            lines.clear()
            state.close()
    return captures


def read_lines(
    files: Sequence[Path], lines: LineSorter, progress: Callable[[int, int, int], None], report: Report, run: Runner
) -> int:
    """Add the index lines of all files to *lines*; return how many. Arguments and errors as of ``rebuild_index``."""
    captures = 0
    for done, (path, found) in enumerate(in_order(run, _indexed, files), 1):
        if isinstance(found, Lost):
            why = message("it could not be read: %(why)s", why=found.why)
            raise WarcError(path, 0, why, N_("Look at the file, and move it out of the collection"))
        for problem in found.problems:
            report(problem)
        if found.damage is not None:
            raise WarcError(path, *found.damage)
        for line in found.lines:
            lines.add(line)
        captures += len(found.lines)
        progress(done, len(files), captures)
    return captures


def index_lines(path: Path, report: Report = logger.warning) -> Iterator[bytes]:
    """Yield the index line of every page in a WARC file, in file order; WarcError where the file is damaged.

    *report* takes, in one line each, the records that no line can be made of although the file is complete.
    """
    if not path.stat().st_size:  # as a power cut leaves a file that was not synced; ours are
        raise WarcError(path, 0, message("the file is empty"))

    def take(error: WarcError) -> None:
        if not isinstance(error, RecordError):
            raise error
        report(error.finding)

    yield from page_lines(path, take)
