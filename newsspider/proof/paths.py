"""Tells the kinds of path: a collection, a WARC file, a package, or a file of records."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from newsspider.collection.collection import Collection
from newsspider.collection.places import place
from newsspider.collection.wacz import is_package
from newsspider.errors import NewsspiderError
from newsspider.text.message import Message, message
from newsspider.warc.filekinds import OPEN_SUFFIX, PEEK, holds_arc, holds_warc, is_warc_name, unpacked, unread_kind

if TYPE_CHECKING:
    from collections.abc import Callable

_FEED_END = ".jsonl"


class PathError(NewsspiderError):
    """There is nothing at a path that can be verified."""

    def __init__(self, path: Path | str, problem: Message, archives: Path) -> None:
        names = sorted(each.parent.name for each in archives.glob("*/archive") if each.is_dir())
        there = message("There is no collection in %(archives)s", archives=archives)
        if names:
            there = message("Collections in %(archives)s: %(names)s", archives=archives, names=", ".join(names))
        super().__init__(
            message(
                "%(path)s: %(problem)s. Give a collection, a WARC file, a WACZ or a feed part (.jsonl). %(there)s",
                path=path, problem=problem, there=there,
            )
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Targets:
    """The paths to verify, by kind."""

    collections: tuple[Collection, ...]
    warcs: tuple[Path, ...]
    feeds: tuple[Path, ...]
    packages: tuple[Path, ...] = ()
    """WACZ files."""


def find_targets(paths: list[str], archives: Path, reached: Callable[[Path], Path] = lambda path: path) -> Targets:
    """Look at what each path is; the name of a collection in *archives* will do as well. *reached* gives it its form.

    PathError, and what ``place`` raises.
    """
    collections: list[Collection] = []
    warcs: list[Path] = []
    feeds: list[Path] = []
    packages: list[Path] = []
    for text in dict.fromkeys(paths):
        path = reached(place(text, archives))
        try:
            if path.is_dir():
                collections.append(_collection(path, archives))
            elif is_package(path):
                packages.append(path)
            else:
                (warcs if _is_warc(path, archives) else feeds).append(path)
        except OSError as error:
            problem = message("it cannot be read (%(error)s)", error=error.strerror or error)
            raise PathError(path, problem, archives) from error
    for feed in feeds:
        if collection_of_part(feed) is None and not (collections or warcs or packages):
            problem = message("it lies in no collection, so its pages have to be given too")
            raise PathError(feed, problem, archives)
    return Targets(tuple(collections), tuple(warcs), tuple(feeds), tuple(packages))


def collection_of_part(part: Path) -> Collection | None:
    """Return the collection that a feed part lies in: ``<collection>/items/<run>/<part>``."""
    parents = part.absolute().parents
    if len(parents) > 3 and parents[1].name == "items":
        collection = Collection(parents[2])
        if _is_there(collection):
            return collection
    return None


def _is_there(collection: Collection) -> bool:
    """Tell whether there is a collection; one that was made from archives alone has no WARC file of its own."""
    return collection.archive_dir.is_dir() or any(collection.runs_dir.glob("*.json"))


def _collection(path: Path, archives: Path) -> Collection:
    collection = Collection(path)
    if not _is_there(collection):
        raise PathError(path, message("the directory is no collection: it has no archive/ in it"), archives)
    has_runs = any(collection.runs_dir.glob("*.json"))
    if not has_runs and not any(collection.archive_dir.iterdir()):
        problem = message("the collection is empty: there is no WARC file and no run in it")
        raise PathError(path, problem, archives)
    return collection


def _is_warc(path: Path, archives: Path) -> bool:
    """Tell a WARC file from a feed, by its name or else by how it begins; PathError for anything else."""
    with path.open("rb") as file:
        start = file.read(PEEK)
    if not start:
        raise PathError(path, message("the file is empty"), archives)
    if holds_arc(start):
        problem = message("an ARC file has no digests; `warcio recompress` makes WARC of it")
        raise PathError(path, problem, archives)
    if is_warc_name(path.name.removesuffix(OPEN_SUFFIX)) or holds_warc(start):
        return True
    if path.name.endswith(_FEED_END):
        return False
    if (kind := unread_kind(path.name, start)) is not None:
        raise PathError(path, kind, archives)
    problem = message(
        "neither a WARC file nor a WACZ nor a feed part: it begins with %(start)s", start=repr(unpacked(start)[:20])
    )
    raise PathError(path, problem, archives)
