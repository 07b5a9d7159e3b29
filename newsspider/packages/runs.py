"""The complete runs of a collection, as their manifests describe them, and which of them a package is of."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from newsspider.collection.runs import manifests
from newsspider.collection.wacz import FileSpan
from newsspider.errors import NewsspiderError
from newsspider.text.escaping import quoted
from newsspider.warc.reader import WarcPath

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsspider.collection.collection import Collection

_MAX_LINE = 1 << 26
"""Bytes of a record; the parser's own limits keep it far below."""


class PackError(NewsspiderError):
    """A package cannot be made of what is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A file that goes in as it is."""

    path: WarcPath
    member: str
    """Its path in the package."""
    sha256: str | None
    """What it must have, in hex; None where no manifest names it."""

    def size(self) -> int:
        with self._named_in_errors():
            if isinstance(self.path, FileSpan):
                return self.path.size
            assert isinstance(self.path, Path)
            return self.path.stat().st_size

    def pieces(self, size: int) -> Iterator[bytes]:
        """Yield what the file holds, *size* bytes at a time."""
        with self._named_in_errors():
            file = self.path.open("rb")
        with file:
            while True:
                with self._named_in_errors():
                    piece = file.read(size)
                if not piece:
                    return
                yield piece

    @contextmanager
    def _named_in_errors(self) -> Iterator[None]:
        """Tell what cannot be read from what cannot be written."""
        try:
            yield
        except OSError as error:
            raise PackError(f"{self.path}: it cannot be read ({error.strerror}). Restore it from a copy") from error


class PartRecordError(PackError):
    """A line of a part is no record."""

    def __init__(self, part: Stored, offset: int, cause: Exception) -> None:
        problem = cause.strerror if isinstance(cause, OSError) else f"{type(cause).__name__}: {cause}"
        super().__init__(
            f"{part.path} at byte {offset:,}: no record can be read ({problem}). Restore the part from a copy"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedRun:
    """A complete run."""

    id: str
    manifest: Path
    started: datetime
    parts: tuple[Stored, ...]
    facts_parts: tuple[Stored, ...]
    changes_parts: tuple[Stored, ...]
    """Of events; manifests of before there were events name none."""
    warcs: dict[str, str]
    """Names and SHA-256."""
    facts: dict[str, str]
    """Ids of the site facts that were known, and the run that wrote each."""


def read_runs(collection: Collection) -> list[PackedRun]:
    """Read the manifests of all complete runs, oldest first. PackError for one that cannot be read."""
    return [_read_run(collection, path) for path in manifests(collection)]


def _read_run(collection: Collection, path: Path) -> PackedRun:
    try:
        said = json.loads(path.read_bytes())
        if said["run"] != path.stem:
            raise ValueError(f"it is the manifest of {quoted(said['run'])}")
        return PackedRun(
            id=path.stem,
            manifest=path,
            started=datetime.fromisoformat(said["started"]).astimezone(UTC),
            parts=_parts(collection, path.stem, said["parts"]),
            facts_parts=_parts(collection, path.stem, said["site_facts_parts"]),
            changes_parts=_parts(collection, path.stem, said.get("changes_parts", [])),
            warcs={str(each["name"]): str(each["sha256"]) for each in said["warcs"]},
            facts=dict(said["site_facts"]),
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        problem = f"it has no {error}" if isinstance(error, KeyError) else str(error)
        raise PackError(
            f"{path}: not the manifest of a run ({problem}). Restore it from a copy; "
            f"see what else is wrong with: scrapy verify {collection.name}"
        ) from error


def _parts(collection: Collection, run: str, said: list[dict[str, Any]]) -> tuple[Stored, ...]:
    # py-wacz looks no deeper than one directory, so the run is in the file's name.
    return tuple(
        Stored(
            path=collection.items_dir / run / each["name"],
            member=f"items/{run}-{each['name']}",
            sha256=each["sha256"],
        )
        for each in said
    )


def select(runs: list[PackedRun], *, since: datetime | None, run: str | None) -> list[PackedRun]:
    """Return the runs that began at *since* or later, or the one called *run*. PackError when there is none."""
    chosen = [each for each in runs if (since is None or each.started >= since) and run in (None, each.id)]
    if not chosen and (since is not None or run is not None):
        what = f"no run {run or repr(run)}"
        if run is None:
            what = f"no run that began at {since:%Y-%m-%d %H:%M} UTC or later"
        newest = f"the newest are {', '.join(each.id for each in runs[-3:])}" if runs else "no run is complete"
        raise PackError(f"{what}: {newest}")
    return chosen


def records(part: Stored) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the records of a part, each with the byte at which its line begins. PackError where there is none."""
    offset = 0
    try:
        with part.path.open("rb") as file:
            while line := file.readline(_MAX_LINE):
                yield offset, read_record(line)
                offset += len(line)
    except (OSError, ValueError) as error:
        raise PartRecordError(part, offset, error) from error


def read_record(line: bytes) -> dict[str, Any]:
    """Read a line of a part; ValueError for one that is no record."""
    record = orjson.loads(line)
    if not isinstance(record, dict):
        raise ValueError("it is no object")
    return record


def pages_of(record: dict[str, Any]) -> set[str]:
    """Return the names of the WARC files with the pages that a record, or an event, was made of."""
    further = record.get("pages")
    places = (*map(record.get, ("archive", "before", "after")), *(further if isinstance(further, list) else ()))
    return {place["warc"] for place in places if isinstance(place, dict) and isinstance(place.get("warc"), str)}
