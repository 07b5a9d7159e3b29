"""The request for an extraction: its archives, its sites and its target."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newsspider.collection.source import WarcSource
from newsspider.extraction.program import program_sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The archives, sites, limits and target of an extraction."""

    paths: tuple[Path, ...]
    """Collections, WARC files, folders of them, WACZ files."""
    lists: tuple[WarcSource, ...] = ()
    """Lists of WARC files, which have no index."""
    sites: tuple[str, ...]
    directory: Path
    """Here, or in object storage."""
    span: int
    """The most bytes of a file that are one unit, where an index says where it can be cut."""
    max_body: int
    earlier: tuple[Path, ...] = ()
    """Feed parts to compare with, the oldest first; none: nothing is compared."""
    earlier_name: str = ""
    """What a person calls these."""

    @property
    def archives(self) -> tuple[Path, ...]:
        """The archives, in the order in which they are read."""
        return (*self.paths, *(each.path for each in self.lists))

    def common(self) -> list[Any]:
        """Return what the records of all units depend on, but what is in the archives."""
        return [
            program_sha256(), self.sites, self.max_body, self.span, [str(path) for path in self.archives],
            [(str(part.absolute()), part.stat().st_size) for part in self.earlier],
        ]  # fmt: skip
