"""Opens a path as a source of captures: a collection, a WARC file, a folder of them, or a WACZ."""

from __future__ import annotations

import contextlib
import gzip
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING

from newsspider.collection.collection import Collection
from newsspider.collection.objects import on_disk, path_of
from newsspider.collection.wacz import MAX_RATIO, Wacz
from newsspider.collection.windows import Ranged, copied
from newsspider.errors import NewsspiderError
from newsspider.text.escaping import quoted
from newsspider.text.language import N_
from newsspider.text.message import Message, message
from newsspider.warc.cdxj import (
    CdxjEntry,
    IndexDamagedError,
    LineSorter,
    checked_lines,
    decoded,
    filename_of,
    find,
    moment_of,
    write_index,
)
from newsspider.warc.filekinds import OPEN_SUFFIX, is_arc_name, is_warc_name, unread_in
from newsspider.warc.pagelines import page_lines
from newsspider.warc.reader import WarcPath
from newsspider.warc.urlkey import urlkey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TypeAlias

    from newsspider.collection.wacz import FileSpan
    from newsspider.warc.filekinds import Unread

    Report: TypeAlias = Callable[[str], None]
    """Takes what could not be read: the file, the offset and the reason in one line."""

_OTHER_METHOD = re.compile(rb'[?&]__wb_method=|"method": ?"(?!GET")')
_MAX_LINE = 1 << 17
"""Bytes of a line in somebody else's index."""


class SourceError(NewsspiderError):
    """A path holds no archive that can be read."""

    def __init__(self, path: Path | str, problem: Message | None) -> None:
        """Take what is wrong with it; None where nothing is there."""
        text = N_(
            "%(path)s: %(problem)s. Give a collection's directory, a WARC file, a folder of WARC files, or a WACZ file"
        )
        if problem is None:
            text = N_(
                "%(path)s: there is no such file or directory. Give a collection's directory, a WARC file, a folder of "
                "WARC files, or a WACZ file"
            )
        super().__init__(message(text, path=path or "''", problem=problem))


@dataclass(frozen=True, slots=True)
class WarcSource:
    """The WARC files that a path holds, and their index."""

    path: Path
    files: Mapping[str, WarcPath]
    """By the name that an index and a record call a file."""
    indexes: tuple[Path, ...]
    """Sorted CDXJ files that cover them together."""
    indexed_by_others: bool = False
    """Whether an index came with a package, and may list answers to other methods than GET."""
    unindexed: tuple[str, ...] = ()
    """Names of the files that no index covers."""

    def file(self, name: str) -> WarcPath | None:
        return self.files.get(name)

    def names(self) -> list[str]:
        return list(self.files)

    def find(self, key: str) -> Iterator[CdxjEntry]:
        """Yield the entries of one urlkey, those of one index oldest first; IndexDamagedError."""
        return chain.from_iterable(find(index, key) for index in self.indexes)


def existing(text: str) -> Path:
    """Return what *text* names, here or in object storage; SourceError if nothing is there, and what path_of raises."""
    path = path_of(text)
    if not text or not path.exists():
        raise SourceError(text, None)
    return path


def warc_files(path: Path, scratch: Path, report: Report) -> dict[str, WarcPath]:
    """Return the WARC files that *path* holds, by name and in that order; SourceError if there is none.

    *scratch* is a directory for what has to be unpacked; it is needed as long as the files are read.
    """
    try:
        files = _warc_files(path, scratch, report)
    except OSError as error:
        raise SourceError(path, message("it cannot be read (%(error)s)", error=error.strerror or error)) from error
    if not files:
        raise SourceError(path, message("it holds no WARC file"))
    return files


def _warc_files(path: Path, scratch: Path, report: Report) -> dict[str, WarcPath]:
    if path.is_dir():
        directory = Collection(path).archive_dir if Collection(path).archive_dir.is_dir() else path
        for left_open in sorted(directory.glob("*" + OPEN_SUFFIX)):
            report(f"{left_open}: not finished, so not read; the next crawl or `scrapy index` finishes it")
        for unread, why in _unread(path, directory):
            report(f"{unread}: {why.in_english()}")
        found = [each for each in sorted(directory.iterdir()) if _is_read(each.name) and each.is_file()]
        return {each.name: each for each in found}
    if _is_zip(path):
        package = Wacz(path, scratch)
        for member, why in package.unread():
            report(f"{path}: {member}: {why}")
        return {part.name: part for part in package.warcs()}
    if (name := path.name) != name.encode("utf-8", "replace").decode():
        raise SourceError(path, message("its name is not UTF-8, so that no record could cite it: rename it"))
    return {name: path}


def _is_read(name: str) -> bool:
    return is_warc_name(name) or is_arc_name(name)


def _unread(path: Path, directory: Path) -> Iterator[Unread]:
    """Yield what looks like an archive, and is in neither the folder that is read nor in one of its own kind."""
    yield from unread_in(directory, lambda name: _is_read(name) or name.endswith(OPEN_SUFFIX))
    if directory != path:
        for each in sorted(path.iterdir()):
            if _is_read(each.name) and each.is_file():
                yield each, message("it lies beside %(name)s/, which is read: give it by itself", name=directory.name)


def _is_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"PK" or path.suffix.lower() == ".wacz"


def as_it_is(path: Path, scratch: Path, report: Report) -> WarcSource:
    """Find the WARC files of *path*, and the indexes that came with them; SourceError if there is no file.

    *report* and *scratch* are those of ``open_source``. Nothing is indexed, so files without an index may hold none.
    """
    files = warc_files(path, scratch, report)
    given, covered = _given_indexes(path, files, scratch, report)
    unindexed = tuple(name for name in files if name not in covered)
    return WarcSource(path, files, given, bool(given) and not path.is_dir(), unindexed)


def open_source(path: Path, scratch: Path, report: Report, *, alone: bool = True) -> WarcSource:
    """Find the WARC files of *path* and index those that have no index; SourceError if there is no capture.

    *report* receives what cannot be read. *scratch* is a directory that has to be there as long as the source is
    used; made-up indexes go into it, so nothing of them is in memory and *path* stays as it is. That a source has no
    capture is only reported where it is not *alone*: it may hold the rest of what begins in another.
    """
    files = warc_files(path, scratch, report)
    first_problem: list[str] = []

    def note(problem: str) -> None:
        if not first_problem:
            first_problem.append(problem)
        report(problem)

    given, covered = _given_indexes(path, files, scratch, note)
    rest = [file for name, file in files.items() if name not in covered]
    made = index_of(rest, scratch, note) if rest else None
    indexes = given if made is None else (*given, made)
    if not indexes:
        why = [problem.removeprefix(str(path)).lstrip(":") for problem in first_problem]
        problem = message("it holds no capture")
        if why:
            problem = message("no capture in it can be read: %(why)s", why=why[0].strip())
        if alone:
            raise SourceError(path, problem)
        report(f"{path}: {problem.in_english()}")
    return WarcSource(path, files, indexes, bool(given) and not path.is_dir())


def _given_indexes(
    path: Path, files: Mapping[str, WarcPath], scratch: Path, report: Report
) -> tuple[tuple[Path, ...], set[str | None]]:
    """Return the indexes that came with the files, sorted as ours are, and the names of the files in them.

    None at all when one is damaged, or has no line.
    """
    try:
        if path.is_dir():
            indexes = tuple(on_disk(index, scratch) for index in Collection(path).index.snapshot(scratch))
        else:
            made = _index_of_package(path, files, scratch, report) if _is_zip(path) else None
            indexes = () if made is None else (made,)
        covered = {filename_of(line) for index in indexes for line in checked_lines(index)}
    except IndexDamagedError as error:
        report(f"{error}. Until then the WARC files are read")
        return (), set()
    return (indexes, covered) if covered else ((), covered)


def _index_of_package(path: Path, files: Mapping[str, WarcPath], scratch: Path, report: Report) -> Path | None:
    indexes = Wacz(path, scratch).indexes()
    try:
        return _make_index((line for index in indexes for line in foreign_lines(index, files)), scratch)
    except (ValueError, OSError, EOFError, zlib.error) as error:
        report(f"{path}: its index cannot be used ({error}), so the WARC files in it are read")
        return None


class ForeignIndexError(NewsspiderError, ValueError):
    """Somebody else's index says nothing usable."""


def foreign_lines(index: FileSpan, files: Mapping[str, WarcPath]) -> Iterator[bytes]:
    """Yield the lines of somebody else's index as ours, but the digest, which every tool writes in its own way.

    ValueError, as a rule ForeignIndexError, for one that says nothing usable.
    """
    with index.open("rb") as raw, _decompressed(raw, index.name) as lines:
        size = 0
        while line := lines.readline(_MAX_LINE):
            size += len(line)
            if size > MAX_RATIO * index.packed:
                raise ForeignIndexError(
                    message("it unpacks to more than %(ratio)s times its size: this may be a zip bomb", ratio=MAX_RATIO)
                )
            # Of a compressed index: about itself. Of cdxj-indexer and its kin: an answer to POST.
            if line.startswith(b"!") or _OTHER_METHOD.search(line):
                continue
            entry = CdxjEntry.parse(decoded(line))
            name = entry.filename.removeprefix("archive/")
            if name not in files:
                name = name.rpartition("/")[2]
            if name not in files or entry.offset < 0:
                raise ForeignIndexError(message("a line that fits no capture: %(line)s", line=quoted(line)))
            ours = CdxjEntry(
                urlkey=urlkey(entry.url),  # theirs may be made by other rules
                timestamp=entry.timestamp[:14],  # some give milliseconds
                url=entry.url,
                mime=entry.mime,
                status=entry.status,
                digest=None,  # written in as many ways as there are tools; the record has it
                length=entry.length,
                offset=entry.offset,
                filename=name,
            )
            moment_of(ours.timestamp)
            yield ours.line()


@contextlib.contextmanager
def _decompressed(file: IO[bytes], name: str) -> Iterator[IO[bytes]]:
    if name.endswith(".gz"):
        with gzip.open(file) as lines:
            yield lines  # type: ignore[misc]  # a GzipFile is an IO[bytes] in all but name
    else:
        yield file


def index_of(files: Iterable[WarcPath], scratch: Path, report: Report) -> Path | None:
    """Write an index of the pages in *files* into a directory; None when there are none."""
    lines = (line for file in files for line in page_lines(file, lambda error: report(error.finding)))
    return _make_index(lines, scratch)


def alone(file: WarcPath, scratch: Path, report: Report) -> tuple[WarcPath, Path] | None:
    """Return a file that no index covers as it can be read here, and an index of it. OSError of what is written.

    None where it has no page, and where it cannot be read at all, which is reported.
    """
    try:
        here = copied(file, scratch) if isinstance(file, Ranged) else file
        index = index_of([here], scratch, report)
    except OSError as error:
        if not isinstance(error, FileNotFoundError) and str(error.filename) != str(file):
            raise
        report(f"{file}: {error.strerror or error}")
        return None
    return None if index is None else (here, index)


def _make_index(lines: Iterable[bytes], scratch: Path) -> Path | None:
    """Write an index of *lines*, sorted; None when there are none."""
    sorter = LineSorter(scratch)
    try:
        for line in lines:
            sorter.add(line)
        if not sorter:
            return None
        index = scratch / f"{len(list(scratch.iterdir()))}.cdxj"
        write_index(index, sorter)
        return index
    finally:
        sorter.clear()
