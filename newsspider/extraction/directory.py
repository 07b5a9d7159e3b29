"""The directory of an extraction while it is made: locked, and cleared of what a process left that was killed."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from newsspider.collection.lock import CollectionLockedError, locked
from newsspider.collection.objects import ObjectPath, ObjectStoreError
from newsspider.collection.scratch import scratch_directory
from newsspider.durable import make_directory
from newsspider.errors import NewsspiderError
from newsspider.extraction.finished import facts_path, index_path, kept_path, tally_path, waiting_path
from newsspider.extraction.target import claim, remove
from newsspider.text.escaping import as_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from newsspider.extraction.request import Request

_BEGUN = "extraction.json"
"""Says in object storage, where there are no locks, which extraction was begun."""


class TargetError(NewsspiderError):
    """The directory cannot be extracted into."""

    def __init__(self, directory: Path, problem: str):
        super().__init__(f"{directory}: {problem}; name a directory that is empty or not there, with --to DIR")


class ExtractionBusyError(NewsspiderError):
    """Another process extracts into the directory."""

    exit_code = 75

    def __init__(self, directory: Path):
        super().__init__(f"{directory}: another process is extracting into it; wait for it, or name another with --to")


class ExtractionReadError(NewsspiderError):
    """The store that archives are read from does not give them any more."""

    exit_code = 3

    def __init__(self, problem: str) -> None:
        super().__init__(f"{problem}. What is finished is kept: run the same command again")


class ExtractionWriteError(NewsspiderError):
    """Records could not be written."""

    exit_code = 4

    def __init__(self, directory: Path, problem: object) -> None:
        super().__init__(
            f"{directory}: cannot be written: {problem}. What is finished is kept: see that the disk has room and the "
            "directory can be written, and run the same command again"
        )


@contextmanager
def working_directory(request: Request) -> Iterator[tuple[Path, Path]]:
    """Make the directory with a working directory in it, and lock it; remove both where no unit was finished.

    Yields the working directory, and one on this disk for what only this process needs. TargetError,
    ExtractionBusyError, ExtractionWriteError.
    """
    directory, work = request.directory, request.directory / ".extract"
    try:
        if (directory / "manifest.json").exists():
            raise TargetError(directory, "it holds a finished extraction")
        if directory.exists() and not work.exists() and any(directory.iterdir()):
            raise TargetError(directory, "it is not empty")
        if isinstance(work, ObjectPath):
            if not claim(work / _BEGUN, as_json(request.common()).encode()):
                raise TargetError(directory, "another extraction was begun there")
            try:
                with scratch_directory() as scratch:
                    yield work, scratch
            except (OSError, sqlite3.Error) as error:
                raise ExtractionWriteError(directory, error) from error
            finally:  # else the right command would be another extraction than the one that was begun
                with suppress(ObjectStoreError):  # of which the work itself has told
                    _clear_objects(directory, work)
            return
        made = [each for each in (directory, *directory.parents) if not each.exists()]
        make_directory(work)
    except OSError as error:
        raise TargetError(directory, f"it cannot be written ({error.strerror})") from error
    scratch = work / "scratch"
    try:
        with locked(work / "lock"):
            if (directory / "manifest.json").exists():  # whoever held the lock a moment ago has finished
                shutil.rmtree(work)
                raise TargetError(directory, "it holds a finished extraction")
            try:
                shutil.rmtree(scratch, ignore_errors=True)
                scratch.mkdir()
                yield work, scratch
            finally:  # while it is locked: else it may be another process's by now
                _clear(directory, work, made)
    except CollectionLockedError as error:
        raise ExtractionBusyError(directory) from error
    except (OSError, sqlite3.Error) as error:
        raise ExtractionWriteError(directory, error) from error


def _clear(directory: Path, work: Path, made: Iterable[Path]) -> None:
    """Remove what is in a directory where no unit was finished, and the directories that were *made* for it."""
    if work.exists() and not any(work.glob("unit-*.json")) and not any(work.glob("waiting-*.json")):
        remove_unfinished(directory, work, set(), set())
        shutil.rmtree(work)
        for each in made:
            each.rmdir()


def _clear_objects(directory: Path, work: ObjectPath) -> None:
    """Remove what is in a directory where no unit was finished, the object that says what was begun last."""
    there = sorted(work.walk(), key=lambda path: path.name == _BEGUN)
    if there and not any(path.name.startswith(("unit-", "waiting-")) for path in there):
        remove_unfinished(directory, work, set(), set())
        for path in there:
            remove(path)


def remove_unfinished(directory: Path, work: Path, finished: set[int], waiting: set[int]) -> None:
    """Remove what belongs to no finished unit: of a process that was killed, or of other archives or lines of code."""
    kept = {f"part-{unit:05}.jsonl" for unit in finished}
    kept |= {path(work, unit).name for unit in finished for path in (tally_path, facts_path, index_path)}
    kept |= {path(work, unit).name for unit in waiting for path in (waiting_path, kept_path, index_path)}
    for place, pattern in (
        (directory, r"\.?(part|site-facts)-\d+\.jsonl(\.part)?|\.?diff\.(json|html)(\.part)?"),
        (work, r"\.?(unit|facts|waiting|kept|index)-\d+\.(jsonl?|cdxj)(\.part|\.tmp)?"),
    ):
        for path in list(place.iterdir()):
            if re.fullmatch(pattern, path.name) and path.name not in kept:
                remove(path)
