"""Feeds read back: the runs of a collection in their order, each of its parts proven whole before a record leaves.

What a reader can rely on is written down in ``docs/feed.md``.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from newsspider.collection.objects import path_of
from newsspider.collection.packed import inside
from newsspider.errors import NewsspiderError
from newsspider.record import schema
from newsspider.record.events import Event
from newsspider.record.items import Article
from newsspider.record.records import from_record, up_to_date
from newsspider.record.sitefacts import SiteFacts
from newsspider.record.values import SCHEMA_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsspider.warc.reader import WarcPath

KINDS = {"parts": "article", "site_facts_parts": "site_facts", "changes_parts": "change"}
"""List of the manifest -> schema of the records in its parts."""

MAX_LINE = 1 << 26
"""Bytes of a record; the parser's own limits keep it far below."""

_CHUNK = 1 << 20


class FeedError(NewsspiderError):
    """A feed cannot be read, or is not what its manifest says."""

    def __init__(self, place: WarcPath | str, problem: str):
        super().__init__(f"{place}: {problem}")
        self.problem = problem


class PartAlteredError(FeedError):
    """A part is not what the manifest of its run says that it was."""

    def __init__(self, path: WarcPath) -> None:
        super().__init__(path, "its SHA-256 is not the one in its manifest; see what scrapy verify says of it")


class SchemaTooNewError(FeedError):
    """A record or a manifest is of a later major version of the schema than this program knows."""

    def __init__(self, place: Path | str, version: str):
        super().__init__(place, f"of schema {version}, and this program reads {SCHEMA_VERSION}; update it")


@dataclass(frozen=True, slots=True)
class FeedRun:
    """One complete run: its manifest, and the records that it names."""

    path: Path
    """Of the manifest."""
    manifest: dict[str, Any]
    directory: Path
    """Where its parts lie."""

    @property
    def run(self) -> str:
        """Name of the run; names sort as runs followed each other, whatever the clock showed."""
        return str(self.manifest["run"])

    def articles(self) -> Iterator[Article]:
        """Yield the articles in the order in which they were written. FeedError."""
        return self._items("parts", "article", Article)

    def site_facts(self) -> Iterator[SiteFacts]:
        """Yield the footer's facts that this run was the first to see. FeedError."""
        return self._items("site_facts_parts", "site_facts", SiteFacts)

    def changes(self) -> Iterator[Event]:
        """Yield what happened to articles, as this run saw it. FeedError."""
        return self._items("changes_parts", "change", Event)

    def _items(self, parts: str, kind: str, item: type[Any]) -> Iterator[Any]:
        for part in self.manifest.get(parts, ()):  # a run of before has not all of them
            path = self.directory / Path(part["name"]).name
            prove(path, part["sha256"])
            yield from read_part(path, kind, item)


def read(path: Path | str, *, after: str | None = None) -> Iterator[Article]:
    """Yield the articles of a collection, of a WACZ of one, of what ``scrapy extract --to`` wrote, of a run or a part.

    *path* may be in object storage, ``s3://bucket/prefix``, where boto3's environment leads to it.
    Of a collection these are its complete runs, oldest first; *after* is the name of the last run that was read
    already, so that only later ones are given. An article that changed is given again by the run that saw it.
    Every part is held against the SHA-256 in its manifest before a record of it leaves; one by itself, where it lies
    as its run wrote it. FeedError; ObjectStoreError.
    """
    path = inside(path_of(path))
    if path.is_dir() and _manifests(path):
        return (article for run in runs(path, after=after) for article in run.articles())
    if after is not None:
        raise FeedError(path, "after= names a run of a collection, and this is none")
    refuse_unfinished(path if path.is_dir() else path.parent)
    told = manifest_digests(path if path.is_dir() else path.parent)
    parts = [path]
    if path.is_dir():  # also those that the manifest names and that are absent: they are missed
        parts = sorted({*path.glob("part-*.jsonl"), *(path / name for name in told if name.startswith("part-"))})
    if not parts:
        raise FeedError(path, "neither a collection with complete runs nor a directory of feed parts")
    return (article for part in parts for article in _read_proven(part, told.get(part.name)))


def runs(path: Path | str, *, after: str | None = None) -> Iterator[FeedRun]:
    """Yield the complete runs of a collection, oldest first, those after *after*. FeedError."""
    path = inside(path_of(path))
    manifests = _manifests(path)
    if not manifests:
        refuse_unfinished(path)
        raise FeedError(path, "there is no complete run: no runs/*.json")
    if after is not None and after not in {manifest.stem for manifest in manifests}:
        raise FeedError(path, f"there is no run {after!r} to go on after; the newest is {manifests[-1].stem}")
    for manifest in manifests:
        if after is None or manifest.stem > after:
            yield _run(manifest)


def manifest_digests(directory: Path) -> dict[str, str]:
    """Return name -> SHA-256 of the parts in *directory*, by the manifest of their run, if there is one. FeedError."""
    directory = directory.absolute()
    manifest = directory / "manifest.json"
    if directory.parent.name == "items":
        manifest = directory.parent.parent / "runs" / f"{directory.name}.json"
    if not manifest.is_file():
        return {}
    told = _run(manifest).manifest
    return {Path(part["name"]).name: part["sha256"] for kind in KINDS for part in told.get(kind, ())}


def refuse_unfinished(directory: Path) -> None:
    """Raise FeedError where ``scrapy extract`` has not finished: there are some of the records, or none."""
    if (directory / ".extract").is_dir() and not (directory / "manifest.json").is_file():
        raise FeedError(directory, "it is not finished: run the same scrapy extract again, which goes on with it")


def _read_proven(part: Path, sha256: str | None) -> Iterator[Article]:
    if sha256 is not None:
        prove(part, sha256)
    yield from read_part(part, "article", Article)


def read_part(path: Path, kind: str, item: type[Any]) -> Iterator[Any]:
    """Yield the items in one file of JSON Lines; *kind* is the name of their schema. FeedError with the line."""
    try:
        with path.open("rb") as file:
            for number, line in enumerate(iter(lambda: file.readline(MAX_LINE), b""), start=1):
                place = f"{path}, line {number}"
                if not line.endswith(b"\n"):
                    raise FeedError(place, "the line has no end, so the record is not complete")
                yield from_record(checked(line, kind, place), item)
    except OSError as error:
        raise FeedError(path, f"cannot be read: {error.strerror or error}") from error


def checked(line: bytes, kind: str, place: str) -> dict[str, Any]:
    """Return the record in a line, up to date; it fits the schema of *kind* in any version of its major. FeedError."""
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise FeedError(place, f"not JSON: {error}") from error
    if not isinstance(record, dict):
        raise FeedError(place, "not a JSON object")
    _refuse_newer(record, place)
    try:
        schema.check_received(record, kind)
    except schema.RecordInvalidError as error:
        raise FeedError(place, str(error)) from error
    return dict(up_to_date(record)) if kind == "article" else record


_MAJOR = re.compile("[0-9]{1,9}")


def _refuse_newer(record: dict[str, Any], place: Path | str) -> None:
    major = str(record.get("schema_version")).partition(".")[0]
    if _MAJOR.fullmatch(major) and int(major) > int(SCHEMA_VERSION.partition(".")[0]):
        raise SchemaTooNewError(place, record["schema_version"])


def _manifests(path: Path) -> list[Path]:
    if (path / "manifest.json").is_file():  # of scrapy extract --to
        return [path / "manifest.json"]
    return sorted((path / "runs").glob("*.json"))


def _run(manifest: Path) -> FeedRun:
    try:
        told = orjson.loads(manifest.read_bytes())
        if not isinstance(told, dict):
            raise TypeError("not a JSON object")
        _refuse_newer(told, manifest)
        for part in told["parts"]:
            part["name"], part["size"], part["sha256"]
        if manifest.name == "manifest.json":
            return FeedRun(manifest, told | {"run": manifest.absolute().parent.name}, manifest.parent)
        if told["run"] != manifest.stem:
            raise FeedError(manifest, "it is the manifest of another run; see what scrapy verify says of it")
        return FeedRun(manifest, told, manifest.parent.parent / "items" / manifest.stem)
    except OSError as error:
        raise FeedError(manifest, f"cannot be read: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise FeedError(manifest, f"not the manifest of a run ({type(error).__name__}: {error})") from error


def prove(path: WarcPath, sha256: str) -> None:
    """Raise FeedError where a part is not what the manifest says that it was."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while piece := file.read(_CHUNK):
                digest.update(piece)
    except OSError as error:
        raise FeedError(path, f"cannot be read, and its manifest names it: {error.strerror or error}") from error
    if digest.hexdigest() != sha256:
        raise PartAlteredError(path)
