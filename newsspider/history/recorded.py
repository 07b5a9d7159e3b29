"""The article of a version as its run recorded it: what today's parser reads, if the same version of it read then.

A search of the run's parts takes less than the parser takes to load, unless the run wrote much. The manifest has to
confirm by its digest that nobody has changed the part since.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsspider.feeds.reading import MAX_LINE, FeedError, checked, manifest_digests, prove
from newsspider.record.items import Article
from newsspider.record.records import from_record

if TYPE_CHECKING:
    from pathlib import Path

    from newsspider.record.items import Locator

_MOST = 50 << 20
"""Bytes of a run's parts that are searched sooner than the parser is loaded."""


def recorded(directory: Path, where: Locator, parser_version: str) -> Article | None:
    """Return the record that a run in *directory* made of a capture, if it is by that version of the parser.

    None if it is not, cannot be read or is not what the run published: then the page has to be read.
    """
    parts = sorted(directory.glob("part-*.jsonl"))
    try:
        if where.record_id is None or sum(part.stat().st_size for part in parts) > _MOST:
            return None
        found = ((part, line) for part in parts if (line := _line_with(part, where.record_id.encode())))
        part, line = next(found, (None, b""))
        if part is None or (sha256 := manifest_digests(directory).get(part.name)) is None:
            return None
        prove(part, sha256)
        record = checked(line, "article", str(directory))
    except (OSError, FeedError):  # verify names it
        return None
    if record["provenance"]["parser_version"] != parser_version:
        return None
    article = from_record(record, Article)
    return article if article.archive == where else None


def _line_with(part: Path, record_id: bytes) -> bytes | None:
    with part.open("rb") as file:
        return next((line for line in iter(lambda: file.readline(MAX_LINE), b"") if record_id in line), None)
