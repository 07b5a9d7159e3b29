"""What a path that somebody gives is: a collection, a WARC file, a package, or a file of records."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import Path

from newsspider.archive.collection import OPEN_SUFFIX, Collection
from newsspider.archive.places import place
from newsspider.errors import NewsspiderError

_WARC_ENDS = (".warc", ".warc.gz", ".warc" + OPEN_SUFFIX, ".warc.gz" + OPEN_SUFFIX)
_FEED_END = ".jsonl"
_PEEK = 1 << 12


class PathError(NewsspiderError):
    """There is nothing at a path that can be verified."""

    def __init__(self, path: Path | str, problem: str, archives: Path) -> None:
        names = sorted(each.parent.name for each in archives.glob("*/archive") if each.is_dir())
        there = f"in {archives} there is: {', '.join(names)}" if names else f"in {archives} there is none"
        super().__init__(
            f"{path}: {problem}. Give a collection, a WARC file, a WACZ or a feed part (.jsonl). "
            f"Of collections, {there}"
        )


@dataclass(frozen=True, slots=True)
class Targets:
    """What is to be verified, by what it is."""

    collections: tuple[Collection, ...]
    warcs: tuple[Path, ...]
    feeds: tuple[Path, ...]
    packages: tuple[Path, ...] = ()
    """WACZ files."""


def find_targets(paths: list[str], archives: Path) -> Targets:
    """Look at what each path is; the name of a collection in *archives* will do as well.

    PathError, and what ``place`` raises.
    """
    collections: list[Collection] = []
    warcs: list[Path] = []
    feeds: list[Path] = []
    packages: list[Path] = []
    for text in dict.fromkeys(paths):
        path = place(text, archives)
        try:
            if path.is_dir():
                collections.append(_collection(path, archives))
            elif _is_package(path):
                packages.append(path)
            else:
                (warcs if _is_warc(path, archives) else feeds).append(path)
        except OSError as error:
            raise PathError(path, f"it cannot be read ({error.strerror or error})", archives) from error
    for feed in feeds:
        if collection_of_part(feed) is None and not (collections or warcs or packages):
            raise PathError(feed, "it lies in no collection, so its pages have to be given too", archives)
    return Targets(tuple(collections), tuple(warcs), tuple(feeds), tuple(packages))


def collection_of_part(part: Path) -> Collection | None:
    """Return the collection that a feed part lies in: ``<collection>/items/<run>/<part>``."""
    parents = part.absolute().parents
    if len(parents) > 3 and parents[1].name == "items":
        collection = Collection(parents[2])
        if collection.archive_dir.is_dir():
            return collection
    return None


def _collection(path: Path, archives: Path) -> Collection:
    collection = Collection(path)
    if not collection.archive_dir.is_dir():
        raise PathError(path, "the directory is no collection: it has no archive/ in it", archives)
    if not any(collection.archive_dir.iterdir()) and not any(collection.runs_dir.glob("*.json")):
        raise PathError(path, "the collection is empty: there is no WARC file and no run in it", archives)
    return collection


def _is_package(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04" or path.suffix == ".wacz"


def _is_warc(path: Path, archives: Path) -> bool:
    """Tell a WARC file from a feed, by its name or else by how it begins; PathError for anything else."""
    with path.open("rb") as file:
        start = file.read(_PEEK)
    if not start:
        raise PathError(path, "the file is empty", archives)
    if start.startswith(b"\x1f\x8b"):
        start = _inflated(start)
    if start.startswith(b"filedesc:"):
        raise PathError(path, "an ARC file has no digests; `warcio recompress` makes WARC of it", archives)
    if path.name.endswith(_WARC_ENDS) or start.startswith(b"WARC/"):
        return True
    if path.name.endswith(_FEED_END):
        return False
    raise PathError(path, f"neither a WARC file nor a WACZ nor a feed part: it begins with {start[:20]!r}", archives)


def _inflated(start: bytes) -> bytes:
    try:
        return zlib.decompressobj(31).decompress(start, _PEEK)
    except zlib.error:
        return b""
