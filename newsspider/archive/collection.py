"""A collection: a directory of WARC files, their index, and what was made of them.

The layout is pywb's own, so its tools can read it: ``archive/``, ``indexes/index.cdxj``.
"""

from __future__ import annotations

from pathlib import Path


class Collection:
    """Where the parts of a collection lie. Making one touches no disk."""

    def __init__(self, path: Path) -> None:
        self.path = Path(path)

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def archive_dir(self) -> Path:
        return self.path / "archive"

    @property
    def index_path(self) -> Path:
        return self.path / "indexes" / "index.cdxj"

    @property
    def items_dir(self) -> Path:
        return self.path / "items"

    @property
    def runs_dir(self) -> Path:
        return self.path / "runs"

    @property
    def state_path(self) -> Path:
        return self.path / "state.sqlite3"
