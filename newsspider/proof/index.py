"""Checks an index against the captures of the WARC files: every line opens its record, every capture has its line."""

from __future__ import annotations

import json
from collections import Counter
from itertools import groupby, pairwise
from typing import IO, TYPE_CHECKING, Any

from newsspider.proof.findings import Place
from newsspider.proof.lines import as_line, values_of
from newsspider.text.escaping import quoted
from newsspider.text.message import joined, message, messages
from newsspider.warc.cdxj import CdxjEntry, CdxjLineError, LineSorter, decoded

if TYPE_CHECKING:
    from collections.abc import Collection as Container
    from collections.abc import Iterable
    from pathlib import Path

    from newsspider.proof.findings import Report
    from newsspider.text.message import Message

_MAX_LINE = 1 << 20
"""Bytes of a line: URLs in it may have 64 kB, and be escaped."""


class IndexCheck:
    """Captures and lines, brought together by file and offset: sorted on disk and read in one pass."""

    def __init__(self, path: object, scratch: Path, report: Report, *, remedy: str | None = None) -> None:
        self._remedy = remedy
        """What helps, where it is not what helps against most faults of an index."""
        self._path = path
        """The index, as one."""
        self._files: list[object] = []
        """What was read of it."""
        self._report = report
        self._lines = LineSorter(scratch)

    def take(self, captured: bytes) -> None:
        """Take a capture in a WARC file, as ``captured_line`` writes it."""
        self._lines.add(captured)

    def read(self, path: object, index: IO[bytes]) -> None:
        """Read a file of the index; report lines that are invalid, or out of order."""
        self._files.append(path)
        previous, offset, number = b"", 0, 0
        while line := index.readline(_MAX_LINE):
            number += 1
            place = Place(path, offset, number)
            self._report.counts["index lines"] += 1
            if line <= previous:
                problem = message("out of order, so that a search passes it by: %(line)s", line=quoted(line))
                if line == previous:
                    problem = message("the same line twice: %(line)s", line=quoted(line))
                self._report.fault("index", place, problem, remedy=self._remedy)
            try:
                text = decoded(line)
                if not text.endswith("\n"):
                    raise CdxjLineError(message("it does not end"))
                entry = CdxjEntry.parse(text)
            except CdxjLineError as error:
                problem = message("no line of an index: %(problem)s", problem=error)
                self._report.fault("index", place, problem, remedy=self._remedy)
            else:
                self._add(entry, 1, text.rstrip("\n"), number, offset)
            previous, offset = line, offset + len(line)

    def read_entries(self, entries: Iterable[CdxjEntry]) -> None:
        """Take the entries of an index that was brought into another form, in any order."""
        if self._path not in self._files:
            self._files.append(self._path)
        for number, entry in enumerate(entries, 1):
            self._report.counts["index lines"] += 1
            self._add(entry, 1, _text(entry), number, None)

    def _add(self, entry: CdxjEntry, from_index: int, *rest: Any) -> None:
        self._lines.add(_line(entry, from_index and len(self._files), *rest))

    def compare(self, files: Container[str], complete: Container[str]) -> None:
        """Report every difference.

        *files*: names of the WARC files read; *complete*: of those that are of a complete run. A run that was killed
        leaves files that the index does not have yet.
        """
        not_yet: Counter[str] = Counter()
        grouped = groupby(values_of(self._lines), key=lambda line: line[:2])
        for (name, padded), lines in grouped:
            offset = int(padded)
            captures: list[list[Any]] = []
            entries: list[list[Any]] = []
            for line in lines:
                (entries if line[2] else captures).append(line[2:])
            for (first, *_), (again, text, number, at) in pairwise(entries):
                if first != again:
                    place = Place(self._files[again - 1], at, number)
                    problem = message(
                        "the line is in %(file)s too, as a run may leave it that was killed: %(line)s",
                        file=self._files[first - 1], line=quoted(text),
                    )  # fmt: skip
                    self._report.warn("unfinished", place, problem)
            for file, text, number, at in entries:
                place = Place(self._files[file - 1], at, number)
                if not captures:
                    problem = message(
                        "the line leads to %(file)s at byte %(offset)s, and there is no such file in archive/",
                        file=name, offset=f"{offset:,}",
                    )  # fmt: skip
                    if name in files:
                        problem = message(
                            "the line leads to %(file)s at byte %(offset)s, and no capture begins there",
                            file=name, offset=f"{offset:,}",
                        )  # fmt: skip
                    self._report.fault("index", place, problem, remedy=self._remedy)
                elif text != captures[0][1]:
                    problem = message(
                        "the line of the capture in %(file)s at byte %(offset)s %(difference)s",
                        file=name, offset=f"{offset:,}", difference=_difference(text, captures[0][1]),
                    )  # fmt: skip
                    self._report.fault("index", place, problem, remedy=self._remedy)
            if not entries and captures[0][2]:
                if name in complete:
                    problem = message(
                        "no line for the capture in %(file)s at byte %(offset)s: %(line)s",
                        file=name, offset=f"{offset:,}", line=quoted(captures[0][1]),
                    )  # fmt: skip
                    self._report.fault("index", Place(self._path), problem, remedy=self._remedy)
                else:
                    not_yet[name] += 1
        for name, count in not_yet.items():
            problem = messages(
                "no line for %(number)s capture in %(file)s, which no complete run has written",
                "no line for %(number)s captures in %(file)s, which no complete run has written",
                count, file=name,
            )  # fmt: skip
            self._report.warn("unfinished", Place(self._path), problem)
        self._lines.clear()


def captured_line(entry: CdxjEntry, is_page: bool) -> bytes:
    """Write a capture as it is in a WARC file; only one of a page needs a line, others' indexes have the rest."""
    return _line(entry, 0, _text(entry), is_page)


def _line(entry: CdxjEntry, number: int, *rest: Any) -> bytes:
    return as_line([entry.filename, f"{entry.offset:020}", number, *rest])


def _text(entry: CdxjEntry) -> str:
    return entry.line().decode().rstrip("\n")


def _difference(line: str, right: str) -> Message:
    """Say in which fields a line is wrong.

    >>> _difference('a 20260101000000 {"url": "http://a/"}', 'a 20260102000000 {"url": "http://a/"}').in_english()
    "has timestamp '20260101000000' and not '20260102000000'"
    """
    ours, theirs = _fields(line), _fields(right)
    wrong = [name for name in {**theirs, **ours} if ours.get(name) != theirs.get(name)]
    if not wrong:
        return message("says the same in other bytes")
    return joined(
        message(
            "has %(field)s %(ours)s and not %(theirs)s",
            field=name, ours=quoted(ours.get(name)), theirs=quoted(theirs.get(name)),
        )
        for name in wrong
    )  # fmt: skip


def _fields(line: str) -> dict[str, Any]:
    key, timestamp, block = line.split(" ", 2)
    return {"urlkey": key, "timestamp": timestamp, **json.loads(block)}
