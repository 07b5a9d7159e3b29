"""A temporary directory for what has to be unpacked, sorted or joined to be read; removed after use."""

from __future__ import annotations

import errno
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from newsspider.errors import NewsspiderError

if TYPE_CHECKING:
    from collections.abc import Iterator

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class ScratchError(NewsspiderError):
    """There is no room for temporary files."""

    exit_code = 4

    def __init__(self, cause: OSError) -> None:
        super().__init__(
            f"{tempfile.gettempdir()}: no room for temporary files ({cause.strerror}). Nothing that was there is "
            "changed: make room, or give another directory by TMPDIR, then try again"
        )


def is_full(error: OSError) -> bool:
    """Tell whether a disk had no room, which is no fault of what was read."""
    return error.errno in _NO_ROOM


@contextmanager
def scratch_directory() -> Iterator[Path]:
    """Give an empty directory for as long as the context lasts; ScratchError where a disk is full within.

    A context that writes elsewhere too has to say itself what is wrong there.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="newsspider-") as name:
            yield Path(name)
    except OSError as error:
        if not is_full(error):
            raise
        raise ScratchError(error) from error
