"""Packs runs of a collection into one WACZ, which is there when it is complete.

It holds no lock: it reads what is finished when it begins (manifests, the parts that they name, finished WARC files),
and nobody changes that. What a crawl adds meanwhile is not in it. Everything is streamed; in memory is a block of an
index, and a few bytes for each thousand captures.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import newsspider
from newsspider.collection.scratch import scratch_directory
from newsspider.collection.work import here
from newsspider.durable import make_directory, publish
from newsspider.errors import NewsspiderError
from newsspider.packages.contents import gather
from newsspider.packages.histories import Histories
from newsspider.packages.index import CollectionIndex
from newsspider.packages.package import PackageWriter
from newsspider.packages.pages import PageList
from newsspider.packages.runs import PackError, read_runs, select
from newsspider.packages.ziplines import Ziplines
from newsspider.terminal.progress import Progress
from newsspider.text.language import N_
from newsspider.text.message import message
from newsspider.text.system import reason_of, remedy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime
    from typing import BinaryIO

    from cryptography.hazmat.primitives.asymmetric import ec

    from newsspider.collection.collection import Collection
    from newsspider.collection.work import Runner
    from newsspider.packages.contents import Contents
    from newsspider.packages.runs import Stored

_PIECE = 1 << 20
_INDEX = "index.cdx.gz"


class PackWriteError(NewsspiderError):
    """The package could not be written; nothing of it is left."""

    exit_code = 4

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(
            message(
                "%(path)s: the package cannot be written (%(error)s). %(step)s",
                path=path,
                error=reason_of(error),
                step=message(remedy(error, N_("Make room, or give another file by -o"))),
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedPackage:
    """A finished package."""

    path: Path
    size: int
    runs: int
    pages: int
    captures: int
    warcs: int
    problems: tuple[str, ...]
    """What is not in it that one may look for, a line each."""


def pack(
    collection: Collection,
    output: Path | None,
    *,
    since: datetime | None,
    run: str | None,
    key: ec.EllipticCurvePrivateKey | None,
    now: datetime,
    work: Runner = here,
) -> FinishedPackage:
    """Write the runs that began at *since* or later, or that called *run*, or the whole collection.

    To *output*, which must not exist, or under a new name into the collection's ``wacz/``. *work* has its pages made;
    the bytes are the same, whoever does it. PackError and other
    NewsspiderErrors for what cannot be read, PackWriteError for what cannot be written.
    """
    is_whole = since is None and run is None
    runs = read_runs(collection)
    chosen = select(runs, since=since, run=run)
    if output is None:
        output = collection.wacz_dir / f"{collection.name}-{now:%Y%m%dT%H%M%SZ}.wacz"
        try:
            make_directory(collection.wacz_dir)
        except OSError as error:
            raise PackWriteError(output, error) from error
    if output.exists():
        raise PackError(f"{output} exists already, and somebody may have it, so it is kept. Give another file by -o")
    with scratch_directory() as scratch:
        index = CollectionIndex(collection, scratch)
        if not index.files:
            why = f"{collection.path}: there is no finished WARC file in it, so nothing to pack"
            raise PackError("; ".join([why, *index.problems]))
        read_first = (part for each in chosen for part in (*each.parts, *each.facts_parts, *each.changes_parts))
        with Progress(_size(read_first)) as progress:
            contents = gather(collection, runs, chosen, index, progress.advance)
        if not is_whole and not contents.runs:
            raise PackError(f"nothing to pack: {'; '.join(contents.problems)}")
        total = _size(contents.stored) + 2 * _size(contents.parts)
        with Progress(total) as progress, _new_file(output, _size(contents.stored)) as file:
            title = _title(collection, contents)
            pages = PageList(contents.parts, title, scratch, progress.advance, work)
            histories = Histories(collection, contents, scratch, work, whole=is_whole)
            blocks = Ziplines(index.lines(contents.warcs), _INDEX)
            with PackageWriter(file, now, f"newsspider {newsspider.__version__}") as package:
                package.add("pages/pages.jsonl", pages, deflate=True)
                for stored in contents.stored:
                    _add(package, stored, progress.advance)
                for member, page in histories:
                    package.add(member, [page], deflate=True)
                package.add(f"indexes/{_INDEX}", blocks)
                package.add("indexes/index.idx", [bytes(blocks.index)])
                package.finish({"title": title}, key)
    return FinishedPackage(
        path=output,
        size=output.stat().st_size,
        runs=len(contents.runs),
        pages=pages.count,
        captures=blocks.count,
        warcs=len(contents.warcs),
        problems=(*index.problems, *contents.problems, *dict.fromkeys(histories.problems)),
    )


def _size(files: Iterable[Stored]) -> int:
    return sum(each.size() for each in files)


def _title(collection: Collection, contents: Contents) -> str:
    days = [f"{run.started:%Y-%m-%d}" for run in contents.runs]
    span = f", {' to '.join(dict.fromkeys((days[0], days[-1])))}" if days else ""
    return collection.name + span


def _add(package: PackageWriter, stored: Stored, advance: Callable[[int], None]) -> None:
    """Copy a file, and see that it is what its manifest says."""
    deflate = not stored.member.startswith("archive/")  # these are compressed, and are read in place
    added = package.add(stored.member, _pieces(stored, advance), deflate=deflate)
    if stored.sha256 not in (None, added.sha256):
        raise PackError(
            f"{stored.path}: its SHA-256 is {added.sha256}, and the manifest of its run says {stored.sha256}. "
            "See what else is wrong with: scrapy verify COLLECTION"
        )


def _pieces(stored: Stored, advance: Callable[[int], None]) -> Iterator[bytes]:
    for piece in stored.pieces(_PIECE):
        advance(len(piece))
        yield piece


@contextlib.contextmanager
def _new_file(path: Path, size: int) -> Iterator[BinaryIO]:
    """Give a file to write to, which gets the name *path* when all went well; PackWriteError."""
    hidden = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        if (free := shutil.disk_usage(path.parent).free) < size:
            raise OSError(errno.ENOSPC, f"it takes at least {size / 1e6:,.0f} MB, and {free / 1e6:,.0f} MB are free")
        with hidden.open("xb") as file:
            try:
                yield file
                publish(file, path)
            except BaseException:
                hidden.unlink()
                raise
    except OSError as error:
        raise PackWriteError(path, error) from error
