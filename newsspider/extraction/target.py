"""The target of an extraction: a directory here, or one in object storage. Reading is alike; writing is done here."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from newsspider.collection.objects import ObjectChangedError, ObjectPath, ObjectStoreError, asked
from newsspider.collection.scratch import scratch_directory
from newsspider.durable import write_whole
from newsspider.feeds.loading.sending import digest_of, send

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class UnwrittenObjectError(OSError):
    """The store of the target takes no more; the text says why."""


@contextmanager
def files_of(directory: Path) -> Iterator[Path]:
    """Give a directory to write files into, which are in *directory*, whole, when the context ends without an error."""
    if not isinstance(directory, ObjectPath):
        yield directory
        return
    with scratch_directory() as scratch:
        yield scratch
        for path in sorted(scratch.iterdir()):
            put(path, directory / path.name)


def write(path: Path, data: bytes) -> None:
    """Make *path* hold *data*, durably; a reader sees the old content or the new."""
    if not isinstance(path, ObjectPath):
        write_whole(path, data)
        return
    with scratch_directory() as scratch:
        local = scratch / "data"
        local.write_bytes(data)
        put(local, path)


def claim(path: ObjectPath, data: bytes) -> bool:
    """Make an object that holds *data* if there is none; return whether it now holds just that. ObjectStoreError."""
    with scratch_directory() as scratch:
        local = scratch / "data"
        local.write_bytes(data)
        try:
            send(local, path, digest_of(local))
        except ObjectChangedError:
            return False
    return True


def put(file: Path, target: ObjectPath) -> None:
    """Make an object of a file; over what is there, for two tries of one unit say the same. UnwrittenObjectError."""
    digest = digest_of(file)
    try:
        try:
            send(file, target, digest)
        except ObjectChangedError:
            send(file, target, digest, over=ObjectPath(str(target)).etag)
    except ObjectStoreError as error:  # else it would be called an archive that cannot be read
        raise UnwrittenObjectError(str(error)) from error


def remove(path: Path) -> None:
    """Remove a file or an object; nothing happens where there is none."""
    if isinstance(path, ObjectPath):
        asked(path, lambda s3: s3.delete_object(Bucket=path.bucket, Key=path.key))
    else:
        path.unlink(missing_ok=True)
