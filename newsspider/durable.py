"""Files that are complete or absent after a power cut: write, flush, fsync, rename, fsync the directory."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import FileIO
    from typing import BinaryIO


def publish(file: BinaryIO | FileIO, path: Path) -> None:
    """Close *file*, a temporary one in the same directory, and give it the name *path*, durably."""
    file.flush()
    os.fsync(file.fileno())
    file.close()
    Path(file.name).replace(path)
    sync_directory(path.parent)


def write_whole(path: Path, data: bytes) -> None:
    """Make *path* hold *data*; a reader sees the old content or the new, never a mixture."""
    with path.with_name(f".{path.name}.part").open("wb") as file:
        file.write(data)
        publish(file, path)


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write to, which gets the name *path* at the end; after an exception it never was.

    What a symbolic link names is replaced, not the link; what is no file at all, as a pipe, is written to. Two may
    write the same file at once: the later one stays. OSError.
    """
    if path.exists() and not path.is_file():
        with path.open("wb") as file:
            yield file
        return
    path = path.resolve()
    hidden = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with hidden.open("wb") as file:
            yield file
            publish(file, path)
    except BaseException:
        hidden.unlink(missing_ok=True)
        raise


def make_directory(path: Path) -> None:
    """Make *path* a directory, and those that it lies in, with durable names; what is there already stays. OSError."""
    if path.is_dir():
        # Who made it may have been killed before this; where we may not read, it was somebody else.
        with suppress(PermissionError):
            sync_directory(path.parent)
        return
    if not path.parent.is_file():  # else mkdir reports it
        make_directory(path.parent)
    path.mkdir(exist_ok=True)
    sync_directory(path.parent)


def sync_directory(directory: Path) -> None:
    """Make the names in *directory* durable."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
