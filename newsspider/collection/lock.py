"""One writer at a time in a collection: an advisory lock that the kernel releases when its holder dies."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from time import sleep
from typing import TYPE_CHECKING

from newsspider.errors import NewsspiderError
from newsspider.text.message import message

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


_WAITS = (0.02, 0.1, 0.3)
"""Seconds after which it is tried again: whoever looks whether it is held has it for a moment, too."""


class CollectionLockedError(NewsspiderError):
    """Another process writes into the collection."""

    exit_code = 75

    def __init__(self, path: Path, holder: str) -> None:
        super().__init__(
            message(
                "%(path)s: %(holder)s is writing into this collection; try again when it is done, or crawl into "
                "another one with -s COLLECTION=NAME",
                path=path.parent, holder=holder,
            )
        )  # fmt: skip


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file *path* within the context; CollectionLockedError if another process holds it."""
    # Not removed afterwards: another process may have it open and would then hold a lock that nobody sees.
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        for wait in (*_WAITS, None):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if wait is None:
                    pid = os.read(descriptor, 32).decode("ascii", "replace").strip()
                    raise CollectionLockedError(path, f"process {pid}" if pid else "another process") from error
                sleep(wait)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def is_locked(path: Path) -> bool:
    """Whether somebody holds the lock file *path* now."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
