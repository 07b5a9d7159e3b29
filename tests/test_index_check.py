"""The check of an index by itself: captures on one side, lines on the other; and what a report makes of findings."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from newsspider.proof.findings import KINDS, MAX_PER_FILE, Finding, Place, Report
from newsspider.proof.index import IndexCheck, captured_line
from newsspider.warc.cdxj import CdxjEntry
from tests.prose import left_in_english

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

WARC, OTHER = "a.warc.gz", "b.warc.gz"


def entry(number: int = 1, **other) -> CdxjEntry:
    usual = {
        "urlkey": f"example,news)/{number}", "timestamp": "20260130080000", "url": f"https://news.example/{number}",
        "mime": "text/html", "status": "200", "digest": "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ", "length": 100,
        "offset": 1000 * number, "filename": WARC,
    }  # fmt: skip
    return CdxjEntry(**(usual | other))


def checked(
    scratch: Path, captures: Iterable[tuple[CdxjEntry, bool]], *files: bytes,
    there: set[str] | None = None, complete: set[str] | None = None,
) -> list[tuple[str, str, object, int | None, int | None, str]]:  # fmt: skip
    """Compare; return severity, kind, file, offset, line and problem of each finding."""
    findings: list[Finding] = []
    check = IndexCheck("index", scratch, Report(findings.append))
    for captured, is_page in captures:
        check.take(captured_line(captured, is_page))
    for number, data in enumerate(files, start=1):
        check.read(f"index-{number}", io.BytesIO(data))
    check.compare({WARC, OTHER} if there is None else there, {WARC} if complete is None else complete)
    return [
        (each.severity, each.kind, each.place.file, each.place.offset, each.place.line, each.problem)
        for each in findings
    ]


def lines(*entries: CdxjEntry) -> bytes:
    return b"".join(each.line() for each in entries)


PAGES = [(entry(number), True) for number in (1, 2, 3)]
INDEX = lines(*(each for each, _ in PAGES))
FIRST, SECOND, THIRD = INDEX.splitlines(keepends=True)


def test_an_index_that_has_a_line_for_each_capture_is_sound(tmp_path):
    assert checked(tmp_path, PAGES, INDEX) == []
    assert checked(tmp_path, [*PAGES, (entry(4), False)], INDEX) == []  # of a request, say
    assert checked(tmp_path, [*PAGES, (entry(4), False)], INDEX + lines(entry(4))) == []


def test_a_line_that_is_not_utf_8_is_a_fault_that_a_chinese_reader_reads(tmp_path):
    findings: list[Finding] = []
    IndexCheck("index", tmp_path, Report(findings.append)).read("index-1", io.BytesIO(FIRST + b"\xe3" + SECOND[1:]))

    (finding,) = findings
    assert (finding.severity, finding.kind) == ("fault", "index")
    assert (finding.place.offset, finding.place.line) == (len(FIRST), 2)
    assert left_in_english(findings) == []


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_capture_without_a_line_is_a_fault_where_its_run_is_complete(number, tmp_path):
    left = b"".join(each for place, each in enumerate((FIRST, SECOND, THIRD)) if place != number)

    (finding,) = checked(tmp_path, PAGES, left)
    assert finding[:5] == ("fault", "index", "index", None, None)
    assert finding[5].startswith(f"no line for the capture in {WARC} at byte {1000 * (number + 1):,}: ")
    (finding,) = checked(tmp_path, PAGES, left, complete=set())
    assert finding[:2] == ("warning", "unfinished")
    assert finding[5] == f"no line for 1 capture in {WARC}, which no complete run has written"


def test_captures_that_are_not_in_the_index_yet_are_counted_by_their_file(tmp_path):
    pages = [*PAGES, (entry(4, filename=OTHER), True), (entry(5, filename="c.warc.gz"), True), (entry(6), False)]

    problems = [each[5] for each in checked(tmp_path, pages, b"", complete={OTHER})]
    assert [problem.split(":")[0] for problem in problems] == [
        f"no line for the capture in {OTHER} at byte 4,000",
        f"no line for 3 captures in {WARC}, which no complete run has written",
        "no line for 1 capture in c.warc.gz, which no complete run has written",
    ]


@pytest.mark.parametrize(
    ("filename", "offset", "there"),
    [
        (WARC, 1001, "no capture begins there"),
        (OTHER, 1000, "no capture begins there"),
        ("c.warc.gz", 1000, "there is no such file in archive/"),
    ],
)
def test_a_line_that_leads_to_no_capture_is_a_fault(filename, offset, there, tmp_path):
    astray = lines(entry(1, filename=filename, offset=offset))
    index = sorted([FIRST, SECOND, THIRD, astray])
    number = index.index(astray)

    (finding,) = checked(tmp_path, PAGES, b"".join(index))
    assert finding[:5] == ("fault", "index", "index-1", sum(map(len, index[:number])), number + 1)
    assert finding[5] == f"the line leads to {filename} at byte {offset:,}, and {there}"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("urlkey", "example,news)/0"), ("timestamp", "20260130080001"), ("url", "https://news.example/0"),
        ("mime", None), ("status", "404"), ("digest", "sha1:other"), ("length", 101),
    ],
)  # fmt: skip
def test_a_line_that_says_something_else_of_its_capture_is_a_fault(field, value, tmp_path):
    wrong = replace(PAGES[2][0], **{field: value})
    index = b"".join(sorted([FIRST, SECOND, lines(wrong)]))

    (finding,) = checked(tmp_path, PAGES, index)
    assert finding[:3] == ("fault", "index", "index-1")
    assert finding[4] == index.splitlines(keepends=True).index(lines(wrong)) + 1
    assert f" has {field} " in finding[5]
    assert f"the line of the capture in {WARC} at byte 3,000 " in finding[5]


def test_a_line_in_other_bytes_is_a_fault(tmp_path):
    key, timestamp, block = THIRD.decode().rstrip("\n").split(" ", 2)
    other = f"{key} {timestamp} {json.dumps(json.loads(block), separators=(',', ':'))}\n".encode()

    (finding,) = checked(tmp_path, PAGES, FIRST + SECOND + other)
    assert finding[5] == f"the line of the capture in {WARC} at byte 3,000 says the same in other bytes"


@pytest.mark.parametrize(
    ("index", "line", "problem"),
    [
        (FIRST + SECOND + SECOND + THIRD, 3, "the same line twice"),
        (SECOND + FIRST + THIRD, 2, "out of order, so that a search passes it by"),
        (FIRST + THIRD + SECOND, 3, "out of order, so that a search passes it by"),
    ],
)
def test_lines_are_in_order_and_each_once(index, line, problem, tmp_path):
    (finding,) = checked(tmp_path, PAGES, index)

    offset = sum(map(len, index.splitlines(keepends=True)[: line - 1]))
    assert finding[:5] == ("fault", "index", "index-1", offset, line)
    assert finding[5].startswith(f"{problem}: ")


@pytest.mark.parametrize(
    "odd", [b"\n", b"zz\n", b"zz 2026 {}\n", b"zz \xff\n", b"zz 20260130080000 [" + b"[" * 100_000 + b"\n", THIRD[:-1]]
)
def test_what_is_no_line_is_a_fault_and_its_capture_lacks_one(odd, tmp_path):
    before = FIRST + SECOND if odd == THIRD[:-1] else INDEX
    found = checked(tmp_path, PAGES, before + odd if odd > FIRST else odd + before)

    assert found[0][:2] == ("fault", "index")
    assert found[0][4] == (before.count(b"\n") + 1 if odd > FIRST else 1)
    assert found[0][5].startswith("no line of an index: ")
    assert len(found) == (2 if odd == THIRD[:-1] else 1)


def test_a_line_in_two_files_is_a_warning_and_each_file_has_its_own_order(tmp_path):
    assert checked(tmp_path, PAGES, THIRD, FIRST + SECOND) == []
    (finding,) = checked(tmp_path, PAGES, INDEX, SECOND)

    assert finding[:5] == ("warning", "unfinished", "index-2", 0, 1)
    assert finding[5].startswith("the line is in index-1 too, as a run may leave it that was killed: ")


# ---------------------------------------------------------------- a report


def reported(*findings: tuple[str, str, Place]) -> tuple[list[Finding], Report]:
    told: list[Finding] = []
    report = Report(told.append)
    for severity, kind, place in findings:
        (report.fault if severity == "fault" else report.warn)(kind, place, "x")
    return told, report


@pytest.mark.parametrize(("count", "told"), [(99, 99), (100, 100), (101, 100), (150, 100)])
def test_of_each_file_so_many_findings_are_told(count, told):
    findings, report = reported(*[("fault", "record", Place("a"))] * count, ("warning", "record", Place("b")))

    assert len(findings) == told + 1
    assert report.found == {"fault": count, "warning": 1}
    assert report.unlisted() == ({"a": count - MAX_PER_FILE} if count > 100 else {})


def test_what_other_processes_found_adds_up():
    first, report = reported(*[("fault", "record", Place("a"))] * 2, ("warning", "record", Place("a")))
    others, other = reported(*[("fault", "record", Place("a"))] * 99)
    other.counts["runs"] += 2
    report.counts["runs"] += 1
    report.add(others, other.taken())

    assert len(first) == 3 + 99
    assert (report.found, report.counts) == ({"fault": 101, "warning": 1}, {"runs": 3})
    assert report.unlisted() == {"a": 2}


def test_a_finding_says_where_what_and_what_to_do():
    told: list[Finding] = []
    report = Report(told.append)
    report.fault("block-digest", Place("a", 1234), "wrong")
    report.warn("index", Place("b", line=1234), "odd", remedy="Do this")
    report.fault("package", Place("c", 5, 6), "bad", clause="9")

    assert list(map(str, told)) == [
        f"fault: a at byte 1,234: wrong [ISO 28500:2017, 5.8]. {KINDS['block-digest'].remedy}",
        "warning: b line 1,234: odd. Do this",
        f"fault: c line 6 at byte 5: bad [ISO 28500:2017, 9]. {KINDS['package'].remedy}",
    ]
    report.fault("package", Place("c"), "bad")
    assert told[-1].clause == "WACZ 1.1.1"
