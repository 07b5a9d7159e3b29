"""Record IDs, each given once, and what refers to them, across files: sorted on disk and read in one pass."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any

from newsspider.archive.cdxj import LineSorter
from newsspider.archive.reader import bare_uri
from newsspider.verify.findings import Place

if TYPE_CHECKING:
    from pathlib import Path

    from newsspider.archive.reader import Record
    from newsspider.verify.findings import Report

_FIELDS = ("WARC-Concurrent-To", "WARC-Refers-To", "WARC-Warcinfo-ID", "WARC-Segment-Origin-ID")
_CLAUSES = {
    "WARC-Concurrent-To": "5.7",
    "WARC-Refers-To": "5.11",
    "WARC-Warcinfo-ID": "5.16",
    "WARC-Segment-Origin-ID": "5.21",
}


class References:
    """The IDs and references of all records, in lines that sort by ID, each record before what refers to it."""

    def __init__(self, scratch: Path) -> None:
        self._lines = LineSorter(scratch)

    def add(self, record: Record) -> None:
        said = [record.get("WARC-Target-URI"), record.get("WARC-Date"), record.get("WARC-Payload-Digest")]
        self._add(record, record.record_id, 0, record.type, *said)
        for name, value in record.fields:
            for field in _FIELDS:
                if name.lower() == field.lower():
                    self._add(record, bare_uri(value), 1, field, *_expected(record, field))

    def _add(self, record: Record, record_id: str, refers: int, *rest: str | None) -> None:
        line = [record_id, refers, str(record.path), f"{record.offset:020}", *rest]
        self._lines.add(json.dumps(line).encode() + b"\n")

    def resolve(self, report: Report, *, complete: bool) -> None:
        """Report what is there twice, leads nowhere, or is not what the reference says.

        *complete*: all files that can be referred to were read; else it is no fault that a reference leads out.
        """
        for record_id, lines in groupby(map(json.loads, self._lines), key=lambda line: line[0]):
            found: tuple[Place, list[Any]] | None = None
            for _, refers, path, offset, *said in lines:
                place = Place(path, int(offset))
                if not refers:
                    if found is not None:
                        report.fault("record-id", place, f"record {record_id} is also in {found[0]}")
                    found = place, said
                elif found is None:
                    problem = f"{said[0]} leads nowhere: no record {record_id} was read"
                    tell = report.fault if complete else report.warn
                    tell("reference", place, problem, clause=_CLAUSES[said[0]])
                else:
                    _compare(record_id, said, *found, place, report)
        self._lines.clear()


def _expected(record: Record, field: str) -> list[str | None]:
    """Return address, date and digest that the record referred to must have; None where any will do."""
    if record.type != "revisit" or field != "WARC-Refers-To":
        return [None, None, None]
    names = ("WARC-Refers-To-Target-URI", "WARC-Refers-To-Date", "WARC-Payload-Digest")
    return [record.get(name) for name in names]


def _compare(
    record_id: str, reference: list[Any], original: Place, there: list[Any], place: Place, report: Report
) -> None:
    """Report where what a reference says is not what the record that it leads to says."""
    field, *expected = reference
    kind, *said = there
    if field == "WARC-Warcinfo-ID" and kind != "warcinfo":
        report.fault("reference", place, f"{field} leads to a {kind} record, {record_id} in {original}", clause="5.16")
    for name, wanted, is_there in zip(("address", "date", "payload digest"), expected, said, strict=True):
        if wanted is not None and is_there is not None and bare_uri(wanted) != bare_uri(is_there):
            problem = f"a revisit of {record_id} in {original}, whose {name} is {is_there} and not {wanted}"
            report.fault("revisit", place, problem)
