"""Record IDs, each used once, the references to them, and segments, across files: sorted on disk, read in one pass."""

from __future__ import annotations

from collections import OrderedDict
from itertools import groupby
from typing import TYPE_CHECKING, Any

from newsspider.proof.digests import DigestFormError, Labelled
from newsspider.proof.findings import Place
from newsspider.proof.lines import as_line, values_of
from newsspider.text.amounts import bytes_of
from newsspider.text.escaping import shortened
from newsspider.text.language import N_
from newsspider.text.message import message, messages
from newsspider.warc.reader import bare_uri

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsspider.proof.findings import Report
    from newsspider.text.message import Message
    from newsspider.warc.cdxj import LineSorter
    from newsspider.warc.reader import Record

_CLAUSES = {
    "WARC-Concurrent-To": "5.7",
    "WARC-Refers-To": "5.11",
    "WARC-Warcinfo-ID": "5.16",
    "WARC-Segment-Origin-ID": "5.21",
}
_SEGMENT = 2
"""Stands in the line of a segment, where that of a record has 0 and that of a reference 1."""
_CLAUSES_OF_SEGMENTS = "5.20, 5.22, 7"
_DIGITS = 18
"""Of the number of a segment, which has no more."""
_MAX_NEAR = 1 << 10
"""Records of which it is remembered what they are."""
_MAX_NEAR_ID = 1 << 8
"""Characters of the ID of such a record."""

_TWICE_IN_ONE = N_("Whatever wrote the file is at fault, or added to it; nothing that can be read is lost by it")


def _same_address(one: str, other: str) -> bool:
    return bare_uri(one) == bare_uri(other)


def _same_moment(one: str, other: str) -> bool:
    """Tell whether two dates are of one moment, as far as both say; some writers have no fractions.

    >>> _same_moment("2026-01-30T08:00:00Z", "2026-01-30T08:00:00.25Z"), _same_moment("2026", "2026-01-30T08:00:00Z")
    (True, True)
    """
    shorter, longer = sorted((one.removesuffix("Z"), other.removesuffix("Z")), key=len)
    return longer.startswith(shorter) and longer[len(shorter) :][:1] in ("", "-", "T", ":", ".")


def _same_digest(one: str, other: str) -> bool:
    """Compare digests in whatever way each is written.

    >>> _same_digest("sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ", "SHA-1:DA39A3EE5E6B4B0D3255BFEF95601890AFD80709")
    True
    """
    if one == other:
        return True
    try:
        first, second = Labelled(one), Labelled(other)
    except DigestFormError:
        return False
    digest = second.decoded()
    return first.algorithm == second.algorithm and digest is not None and first.matches(digest)


_MEAN_THE_SAME = {N_("address"): _same_address, N_("date"): _same_moment, N_("payload digest"): _same_digest}


class References:
    """The IDs and references of all records, in lines that sort by ID, each record before what refers to it.

    *add_line* takes each line; ``resolve`` reads them, those of all files together.

    Most references lead to a record that was read a moment ago, or to the file's warcinfo, and say no more than that:
    they are resolved at once, and need no line.
    """

    def __init__(self, add_line: Callable[[bytes], object]) -> None:
        self._add_line = add_line
        self._near: OrderedDict[str, str] = OrderedDict()
        """Types by ID of the records that were read or referred to last."""

    def add(self, record: Record) -> None:
        record_id, kind = record.record_id, record.type
        if record_id:
            said = [record.get("WARC-Target-URI"), record.get("WARC-Date"), record.get("WARC-Payload-Digest")]
            self._add(record, record_id, 0, kind, *said)
        if (number := record.get("WARC-Segment-Number")) is not None:
            self._add_segment(record, number)
        for field in _CLAUSES:
            for value in record.values(field):
                referred = bare_uri(value)
                if not referred:  # a fault of the field, and nothing that could be looked for
                    continue
                if (kind == "revisit" and field == "WARC-Refers-To") or not self._is_near(referred, field):
                    self._add(record, referred, 1, field, *_expected(record, field))
        if 0 < len(record_id) <= _MAX_NEAR_ID:
            self._near[record_id] = kind
            if len(self._near) > _MAX_NEAR:
                self._near.popitem(last=False)

    def _add_segment(self, record: Record, number: str) -> None:
        """Keep a segment's length, and that of all of them as it states it, by the ID of the first and its number."""
        is_first = record.type != "continuation"
        origin = record.record_id if is_first else bare_uri(record.get("WARC-Segment-Origin-ID", ""))
        is_number = number.isascii() and number.isdecimal() and len(number) <= _DIGITS
        said = [record.content_length, record.get("WARC-Segment-Total-Length"), record.get("WARC-Truncated")]
        if origin:
            self._add_line(as_line([origin, _SEGMENT, number.zfill(_DIGITS) if is_number else "", *said]))

    def _is_near(self, record_id: str, field: str) -> bool:
        """Tell if a reference leads to a record that was read, and that may be referred to by *field*."""
        kind = self._near.get(record_id)
        if kind is None or (field == "WARC-Warcinfo-ID" and kind != "warcinfo"):
            return False
        self._near.move_to_end(record_id)
        return True

    def _add(self, record: Record, record_id: str, refers: int, *rest: str | None) -> None:
        self._add_line(as_line([record_id, refers, str(record.path), f"{record.offset:020}", *rest]))


def resolve(lines: LineSorter, report: Report, *, complete: bool) -> None:
    """Report what is there twice, leads nowhere, or is not what the reference says.

    *complete*: all files that can be referred to were read; else it is no fault that a reference leads out.
    """
    for record_id, group in groupby(values_of(lines), key=lambda line: line[0]):
        found: tuple[Place, list[Any]] | None = None
        segments = _Segments()
        for _, refers, *rest in group:
            if refers == _SEGMENT:
                segments.add(*rest)
                continue
            path, offset, *said = rest
            place = Place(path, int(offset))
            if not refers:
                if found is not None:
                    same = found[0].file == place.file
                    problem = message(
                        "record %(id)s is also in %(place)s", id=shortened(record_id), place=found[0].said()
                    )
                    report.fault("record-id", place, problem, remedy=_TWICE_IN_ONE if same else None)
                found = place, said
            elif found is None:
                problem = message(
                    "%(field)s leads nowhere: no record %(id)s was read", field=said[0], id=shortened(record_id)
                )
                _lacking(report, place, problem, clause=_CLAUSES[said[0]], complete=complete)
            else:
                _compare(record_id, said, *found, place, report)
        if found is not None:
            segments.compare(record_id, found[0], report, complete=complete)
    lines.clear()


def _lacking(report: Report, place: Place, problem: Message, *, clause: str, complete: bool) -> None:
    tell = report.fault if complete else report.warn
    tell("reference", place, problem, clause=clause)


class _Segments:
    """The segments of one record (ISO 28500:2017, 7), added in the order of their numbers."""

    def __init__(self) -> None:
        self._number = 0  # of those that are there without a gap
        self._length = 0
        self._total: str | None = None
        self._whole = True
        self._any = self._gap = False

    def add(self, number: str, length: int, total: str | None, truncated: str | None) -> None:
        self._any = True
        number_here = int(number or 0)
        if number_here == self._number + 1 and not self._gap:
            self._number, self._length, self._total = number_here, self._length + length, total
            self._whole = self._whole and truncated is None
        elif number_here > self._number:  # else a copy of one
            self._gap = True

    def compare(self, record_id: str, first: Place, report: Report, *, complete: bool) -> None:
        """Report the first segment that is missing, or lengths that do not fit."""
        if not self._any:
            return
        if self._gap or self._total is None:
            problem = message(
                "segment %(number)s of record %(id)s was not read, and without it the record is cut off",
                number=self._number + 1, id=shortened(record_id),
            )  # fmt: skip
            _lacking(report, first, problem, clause=_CLAUSES_OF_SEGMENTS, complete=complete)
        elif self._whole and self._total.lstrip("0") != str(self._length):
            problem = messages(
                "the %(number)s segment of record %(id)s has %(length)s, and %(total)s are stated",
                "the %(number)s segments of record %(id)s have %(length)s, and %(total)s are stated",
                self._number, id=shortened(record_id), length=bytes_of(self._length), total=shortened(self._total),
            )  # fmt: skip
            report.fault("record", first, problem, clause=_CLAUSES_OF_SEGMENTS)


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
        problem = message(
            "%(field)s leads to a %(kind)s record, %(id)s in %(place)s",
            field=field, kind=shortened(kind), id=shortened(record_id), place=original.said(),
        )  # fmt: skip
        report.fault("reference", place, problem, clause="5.16")
    for name, wanted, is_there in zip(("address", "date", "payload digest"), expected, said, strict=True):
        if wanted is not None and is_there is not None and not _MEAN_THE_SAME[name](wanted, is_there):
            problem = message(
                "a revisit of %(id)s in %(place)s, whose %(what)s is %(there)s and not %(wanted)s",
                id=shortened(record_id), place=original.said(), what=message(name), there=shortened(is_there),
                wanted=shortened(wanted),
            )  # fmt: skip
            report.fault("revisit", place, problem)
