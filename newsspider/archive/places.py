"""What somebody means by the name of a collection, or by a path: the same for every command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsspider.archive.collection import Collection, CollectionNameError
from newsspider.errors import NewsspiderError
from newsspider.objects import path_of

if TYPE_CHECKING:
    from pathlib import Path


class CollectionNotFoundError(NewsspiderError):
    """There is no collection of that name, or none at all."""

    def __init__(self, name: str | None, archives: Path) -> None:
        names = sorted(path.parent.name for path in archives.glob("*/archive") if path.is_dir())
        there = f"there are: {', '.join(names)}" if names else "there are none; make one with: scrapy demo"
        super().__init__(f"no collection{'' if name is None else f' {name!r}'} in {archives}; {there}")


class NothingThereError(NewsspiderError):
    """A path leads nowhere."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{text or repr(text)}: there is no such file, directory or collection")


def collection_named(name: str, archives: Path) -> Collection:
    """Return the collection of that name, which has an archive. CollectionNameError, CollectionNotFoundError."""
    collection = Collection.named(archives, name)
    if not collection.archive_dir.is_dir():
        raise CollectionNotFoundError(name, archives)
    return collection


def place(text: str, archives: Path) -> Path:
    """Return what is there: at the path, or else the collection of that name.

    NothingThereError, CollectionNotFoundError, and what ``path_of`` raises.
    """
    path = path_of(text)
    if text and path.exists():
        return path
    try:
        collection = Collection.named(archives, text)
    except CollectionNameError:
        raise NothingThereError(text) from None
    if not collection.path.is_dir():
        raise CollectionNotFoundError(text, archives)
    return collection.path
