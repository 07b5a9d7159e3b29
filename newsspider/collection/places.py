"""Resolves a command-line argument, a name or a path, to a collection; the same for every command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsspider.collection.collection import Collection, CollectionNameError
from newsspider.collection.objects import ObjectPath, path_of
from newsspider.collection.runs import archives_read
from newsspider.errors import NewsspiderError
from newsspider.text.message import message
from newsspider.text.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


DEMO = "demo"
"""The collection of made-up articles, which is left out where collections are listed together."""


_SHOWN = 200
"""Characters of a name in a message."""


class CollectionNotFoundError(NewsspiderError):
    """There is no collection of that name, or none at all."""

    def __init__(self, name: str | None, archives: Path) -> None:
        found = (path for part in ("archive", "runs") for path in archives.glob(f"*/{part}"))
        names = sorted({path.parent.name for path in found if path.is_dir()})
        if name is None:
            text = message(
                "no collection in %(archives)s; there is none yet; `scrapy demo` makes one", archives=archives
            )
        elif name in names:
            lacking = "runs" if (archives / name / "archive").is_dir() else "archive"
            text = message(
                "%(path)s has no %(lacking)s/ in it: put it back, or name another collection",
                path=archives / name, lacking=lacking,
            )  # fmt: skip
        elif not names:
            text = message(
                "no collection %(name)s in %(archives)s; there is none yet; `scrapy demo` makes one",
                name=repr(name), archives=archives,
            )  # fmt: skip
        elif near := nearest(name, names):
            text = message(
                "no collection %(name)s in %(archives)s; there are: %(names)s; did you mean %(near)s?",
                name=repr(name), archives=archives, names=", ".join(names), near=near,
            )  # fmt: skip
        else:
            text = message(
                "no collection %(name)s in %(archives)s; there are: %(names)s",
                name=repr(name), archives=archives, names=", ".join(names),
            )  # fmt: skip
        super().__init__(text)


class PagesElsewhereError(NewsspiderError):
    """A collection was made from archives alone: it has records, and no page of its own."""

    def __init__(self, name: str, archives: list[str]) -> None:
        super().__init__(
            message(
                "collection %(name)s has records and no page of its own: its runs took the pages from %(archives)s; "
                "give that instead. scrapy verify %(name)s follows it there",
                name=repr(name), archives=", ".join(archives),
            )
        )  # fmt: skip


class NothingThereError(NewsspiderError):
    """A path leads nowhere."""

    def __init__(self, text: str) -> None:
        super().__init__(message("%(path)s: there is no such file, directory or collection", path=text or repr(text)))


class UnreachableError(NewsspiderError):
    """A path cannot be looked at: its name is too long, or a directory on the way is closed to this user."""

    def __init__(self, text: str, error: OSError) -> None:
        shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
        super().__init__(
            message(
                "%(path)s: %(error)s; name a file, directory or collection that this user may read",
                path=shown, error=error.strerror,
            )
        )  # fmt: skip


def collection_named(name: str, archives: Path) -> Collection:
    """Return the collection of that name, which has an archive.

    CollectionNameError, CollectionNotFoundError, PagesElsewhereError.
    """
    collection = Collection.named(archives, name)
    if not collection.archive_dir.is_dir():
        if read := archives_read(collection):
            raise PagesElsewhereError(name, read)
        raise CollectionNotFoundError(name, archives)
    return collection


def collection_to_read(text: str, archives: Path) -> Collection:
    """Return the collection of that name, at that path, or in that WACZ, which nobody may change through it.

    It has an archive, or runs whose pages lie elsewhere: ``newsspider.collection.following`` leads to them.
    CollectionNotFoundError, and what ``place`` and ``inside`` raise.
    """
    from newsspider.collection.packed import inside  # zipfile takes longer to import than `scrapy runs` to run

    collection = Collection(inside(place(text, archives)))
    if not any(path.is_dir() for path in (collection.archive_dir, collection.runs_dir)):
        raise CollectionNotFoundError(text, archives)
    return collection


def shown_together(collections: Iterable[Collection]) -> tuple[list[Collection], bool]:
    """Return the collections of real articles, and whether that of the demo was left out; alone, it is shown."""
    found = list(collections)
    real = [each for each in found if each.name != DEMO]
    return (real, len(real) < len(found)) if real else (found, False)


def place(text: str, archives: Path) -> Path:
    """Return what is there: at the path, or else the collection of that name.

    NothingThereError, UnreachableError, CollectionNotFoundError, and what ``path_of`` raises.
    """
    path = path_of(text)
    try:
        if text and path.exists():
            return path
    except OSError as error:
        raise UnreachableError(text, error) from error
    try:
        collection = Collection.named(archives, text)
    except CollectionNameError:
        raise NothingThereError(text) from None
    if not collection.path.is_dir():
        raise CollectionNotFoundError(text, archives)
    return collection.path


def each_once(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Return the paths that lead to different files or directories, absolute, in the order in which they were given."""
    found: dict[Path, Path] = {}
    for path in paths:
        found.setdefault(path if isinstance(path, ObjectPath) else path.resolve(), path.absolute())
    return tuple(found.values())
