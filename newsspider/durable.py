"""Files that are whole or absent, whenever the power goes: write, flush, fsync, rename, fsync the directory."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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


def sync_directory(directory: Path) -> None:
    """Make the names in *directory* durable."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
