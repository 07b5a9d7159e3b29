"""Collections read back without a line of the program that wrote them: by warcio, and as JSON."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warcio.archiveiterator import ArchiveIterator

if TYPE_CHECKING:
    from pathlib import Path


@dataclass
class Kept:
    """A record as warcio reads it, its block raw."""

    type: str
    headers: dict[str, list[str]]
    block: bytes

    def __getitem__(self, name: str) -> str | None:
        return self.headers.get(name.lower(), [None])[0]

    def fields(self) -> dict[str, str]:
        """What a block of ``application/warc-fields`` says."""
        return dict(line.split(": ", 1) for line in self.block.decode().splitlines() if ": " in line)


def read_warcs(collection: Path) -> list[Kept]:
    """All records of the collection, file by file."""
    records = []
    for path in sorted((collection / "archive").iterdir()):
        assert path.name.endswith(".warc.gz")
        with path.open("rb") as file:
            for record in ArchiveIterator(file, no_record_parse=True):
                headers = defaultdict(list)
                for name, value in record.rec_headers.headers:
                    headers[name.lower()].append(value)
                records.append(Kept(record.rec_type, dict(headers), record.raw_stream.read()))
    return records


def of_url(records: list[Kept], url: str, *types: str) -> list[Kept]:
    return [record for record in records if record["WARC-Target-URI"] == url and record.type in types]


def outcomes(records: list[Kept]) -> dict[str, str]:
    """URL -> why it brought nothing, of all that brought nothing: ``robots``, ``dns``, ``private-address`` …"""
    said = [record for record in records if record.type == "metadata" and not record["WARC-Concurrent-To"]]
    return {str(record["WARC-Target-URI"]): record.fields()["outcome"] for record in said}


def manifests(collection: Path) -> list[dict[str, Any]]:
    """The manifests of the collection's runs, oldest first."""
    return [json.loads(path.read_bytes()) for path in sorted((collection / "runs").glob("*.json"))]


def feed_lines(collection: Path, manifest: dict[str, Any], kind: str = "parts") -> list[bytes]:
    """The lines of a run's feed, as they stand; *kind* is ``parts`` or ``site_facts_parts``."""
    directory = collection / "items" / manifest["run"]
    parts = [(directory / part["name"]).read_bytes() for part in manifest[kind]]
    return [line for part in parts for line in part.splitlines(keepends=True)]


def articles(collection: Path) -> list[dict[str, Any]]:
    """The articles of the collection's last run."""
    return [json.loads(line) for line in feed_lines(collection, manifests(collection)[-1])]


def records(collection: Path) -> list[dict[str, Any]]:
    """The articles of all complete runs, oldest first."""
    return [json.loads(line) for manifest in manifests(collection) for line in feed_lines(collection, manifest)]
