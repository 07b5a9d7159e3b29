"""Finds the parts to load: those of complete runs, each with its entry in the manifest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from newsspider.collection.packed import inside
from newsspider.feeds.reading import KINDS, FeedError, FeedRun, manifest_digests, prove, refuse_unfinished, runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_BY_NAME = {"part": "article", "site-facts": "site_facts", "changes": "change"}


@dataclass(frozen=True, slots=True)
class Part:
    """A file of records."""

    run: str
    path: Path
    kind: str
    """One of ``schema.KINDS``."""
    size: int
    """Bytes."""
    sha256: str
    """Lower-case hex: as the manifest has it, or of the file where there is none."""
    in_manifest: bool
    """Whether a manifest has it."""

    def prove(self) -> None:
        """Raise FeedError if the file is not the one that its manifest names."""
        if self.in_manifest:
            prove(self.path, self.sha256)


def find_parts(paths: Iterable[Path]) -> list[Part]:
    """Return the parts of collections, WACZ, what ``scrapy extract`` wrote and directories of parts, and single parts.

    FeedError, and what ``inside`` raises.
    Parts of a run come together and runs in their order, so a version is loaded before the one that follows.
    """
    return [part for path in paths for part in _parts_of(inside(path))]


def _parts_of(path: Path) -> Iterator[Part]:
    if path.is_dir() and ((path / "runs").is_dir() or (path / "manifest.json").is_file()):
        for run in runs(path):
            yield from _of_run(run)
        return
    refuse_unfinished(path if path.is_dir() else path.parent)
    told = manifest_digests(path if path.is_dir() else path.parent)
    # Also those that the manifest names and that are absent: they are missed, not passed over.
    files = sorted({*path.glob("*.jsonl"), *map(path.joinpath, told)}) if path.is_dir() else [path]
    if not files:
        raise FeedError(path, "neither a collection nor a directory with feed parts (*.jsonl)")
    for file in files:
        if file.suffix != ".jsonl":
            raise FeedError(file, "no feed part: these are called part-00001.jsonl and so on")
        kind = _BY_NAME.get(file.name.rpartition("-")[0], "article")
        size, sha256 = _measured(file)
        sha256 = told.get(file.name, sha256)
        yield Part(file.absolute().parent.name, file, kind, size, sha256, in_manifest=file.name in told)


def _measured(file: Path) -> tuple[int, str]:
    """Return size and SHA-256. FeedError."""
    try:
        with file.open("rb") as opened:
            return file.stat().st_size, hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        raise FeedError(file, f"cannot be read: {error.strerror or error}") from error


def _of_run(run: FeedRun) -> Iterator[Part]:
    for name, kind in KINDS.items():
        for told in run.manifest.get(name, ()):
            path = run.directory / Path(told["name"]).name
            yield Part(run.run, path, kind, int(told["size"]), told["sha256"], in_manifest=True)
