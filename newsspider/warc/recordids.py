"""Finds records by their ID, and the segments of a record by the ID of the first.

No index of captures has IDs. Few records are named by nothing else, so the files are only read for them when one is.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, NamedTuple

from newsspider.warc.reader import bare_uri
from newsspider.warc.salvage import salvage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newsspider.warc.reader import Record, WarcPath

_CAPTURES = ("response", "revisit", "resource")


class _Entry(NamedTuple):
    record_id: bytes
    segment: int
    """0 for the record of that ID, else the number of the segment whose first has that ID."""
    offset: int


class RecordIds:
    """The captures and continuations in *files*, each with the number of its archive and its name; read once."""

    def __init__(self, files: Iterable[tuple[int, str, WarcPath]]) -> None:
        self._db = sqlite3.connect("")  # a temporary file, which nothing else sees
        self._db.execute("CREATE TABLE records (id BLOB, segment INTEGER, archive INTEGER, name TEXT, offset INTEGER)")
        for archive, name, file in files:
            self._db.executemany(
                "INSERT INTO records VALUES (?, ?, ?, ?, ?)",
                ((entry.record_id, entry.segment, archive, name, entry.offset) for entry in _entries(file)),
            )
        self._db.execute("CREATE INDEX by_id ON records (id, segment)")

    def find(self, record_id: str) -> list[tuple[int, str, int]]:
        """Return archive, name and offset of the captures with an ID."""
        query = "SELECT archive, name, offset FROM records WHERE id = ? AND segment = 0"
        return self._db.execute(query, (packed(record_id),)).fetchall()

    def segments(self, record_id: str) -> list[tuple[int, tuple[int, str, int]]]:
        """Return of the continuations of a record, in order, the number and what ``find`` returns."""
        query = "SELECT segment, archive, name, offset FROM records WHERE id = ? AND segment > 0 ORDER BY segment"
        rows = self._db.execute(query, (packed(record_id),)).fetchall()
        return [(number, (archive, name, offset)) for number, archive, name, offset in rows]

    def __del__(self) -> None:
        self._db.close()


def _entries(file: WarcPath) -> Iterator[_Entry]:
    # Whoever indexes or checks the file reports what cannot be read.
    return (entry for entry in salvage(file, _entry, lambda _: None) if entry is not None)


def _entry(record: Record) -> _Entry | None:
    if record.type in _CAPTURES and record.record_id:
        return _Entry(packed(record.record_id), 0, record.offset)
    number, origin = record.get("WARC-Segment-Number", ""), bare_uri(record.get("WARC-Segment-Origin-ID", ""))
    if record.type == "continuation" and origin and number.isdecimal() and len(number) < 10 and int(number) > 0:
        return _Entry(packed(origin), int(number), record.offset)
    return None


def packed(record_id: str) -> bytes:
    """Return the form in which two IDs of one record are equal.

    >>> packed("urn:uuid:0190F0"), packed("http://a.example/B")
    (b'urn:uuid:0190f0', b'http://a.example/B')
    """
    if record_id[:9].lower() == "urn:uuid:":  # whose letter case says nothing (RFC 9562, 4)
        record_id = record_id.lower()
    return record_id.encode("utf-8", "surrogateescape")
