"""What a fixture of a whole file made, lent to one test: the next finds it as it was, whichever that is."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def given_back(directory: Path) -> Iterator[None]:
    """Put everything below *directory* back in the end, times of files included."""
    with tempfile.TemporaryDirectory(dir=directory.parent, prefix="kept-") as folder:
        kept = Path(folder) / directory.name
        shutil.copytree(directory, kept, symlinks=True)
        yield
        shutil.rmtree(directory)
        kept.rename(directory)
