"""What refers to a record says the same to a verification wherever that record lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from newsspider.proof import references
from newsspider.proof.findings import Finding, Report
from newsspider.proof.paths import find_targets
from newsspider.proof.verification import Verification
from tests.archive.odd import members, record

if TYPE_CHECKING:
    from pathlib import Path

WARCINFO, ANSWER, LOST, LAST = (f"<urn:uuid:00000000-0000-4000-8000-{number:012}>" for number in (1, 2, 9, 11))


def warcinfo(number: int) -> bytes:
    fields = {"WARC-Type": "warcinfo", "WARC-Target-URI": None, "Content-Type": "application/warc-fields"}
    return record(fields, block=b"software: x\r\n", number=number)


def request(number: int, **refers: str) -> bytes:
    fields = {name.replace("_", "-"): value for name, value in refers.items()}
    kind = {"WARC-Type": "request", "Content-Type": "application/http;msgtype=request"}
    return record(kind | fields, block=b"GET / HTTP/1.1\r\n\r\n", number=number)


def findings(path: Path) -> list[tuple[str, str, str]]:
    found: list[Finding] = []
    Verification(find_targets([str(path)], path.parent), Report(found.append), lambda size: None).run(None)
    return [(each.severity, each.kind, each.problem) for each in found]


@pytest.mark.parametrize("near", [1, 3, 1000])
def test_references_are_resolved_near_and_far(tmp_path, monkeypatch, near):
    monkeypatch.setattr(references, "_MAX_NEAR", near)
    path = tmp_path / "x.warc.gz"
    path.write_bytes(
        members(
            warcinfo(1),
            record({"WARC-Warcinfo-ID": WARCINFO}, number=2),
            request(3, WARC_Concurrent_To=ANSWER),
            *(record(number=number) for number in range(4, 8)),
            request(8, WARC_Concurrent_To=ANSWER, WARC_Warcinfo_ID=WARCINFO),
            request(10, WARC_Concurrent_To=LOST),
            request(11, WARC_Warcinfo_ID=ANSWER),
            request(12, WARC_Warcinfo_ID=LAST),
        )
    )

    assert [(severity, kind) for severity, kind, _ in findings(path)] == [
        ("fault", "reference"),  # a warcinfo that is an answer
        ("warning", "reference"),  # nothing, or in another file
        ("fault", "reference"),  # a warcinfo that is a request, just read
    ]


def test_bytes_that_are_no_utf8_keep_no_record_from_its_like(tmp_path):
    odd = "urn:x:看".encode()
    path = tmp_path / "x.warc.gz"
    path.write_bytes(
        members(
            record({"WARC-Record-ID": b"<%b>" % odd}),
            record({"WARC-Record-ID": b"<%b>" % odd, "WARC-Target-URI": b"http://news.example/\xff"}),
        )
    )

    assert [problem for _, kind, problem in findings(path) if kind == "record-id"] == [
        f"record {odd.decode()} is also in {path} at byte 0"
    ]


FIRST = "<urn:uuid:00000000-0000-4000-8000-000000000001>"
BARE = FIRST.strip("<>")
LACKS = f"segment {{}} of record {BARE} was not read"


def segment(number: str | None, *, at: int, total: int | None = None, **more: str) -> bytes:
    """A segment of a hundred bytes: the first where *at* is 1, else a continuation of that."""
    kind = {} if at == 1 else {"WARC-Type": "continuation", "WARC-Segment-Origin-ID": FIRST, "Content-Type": None}
    stated = {"WARC-Segment-Number": number, "WARC-Segment-Total-Length": None if total is None else str(total)}
    more = {name.replace("_", "-"): value for name, value in more.items()}
    return record(kind | stated | more, block=bytes(100), number=at)


@pytest.mark.parametrize(
    ("segments", "found"),
    [
        ([segment("1", at=1), segment("2", at=2), segment("3", at=3, total=300)], []),
        ([segment("3", at=3, total=300), segment("2", at=2), segment("1", at=1)], []),
        ([segment("1", at=1, total=100)], []),
        ([segment("1", at=1), segment("2", at=2, total=200), segment("2", at=3, total=200)], []),  # a copy
        ([segment("1", at=1), segment("02", at=2, total=500, WARC_Truncated="length")], []),  # which says so itself
        ([segment("1", at=1)], [("warning", LACKS.format(2))]),
        ([segment("1", at=1), segment("3", at=3, total=300)], [("warning", LACKS.format(2))]),
        ([segment("1", at=1), segment("2", at=2)], [("warning", LACKS.format(3))]),
        ([segment("1", at=1), segment("9" * 20, at=2)], [("warning", LACKS.format(2))]),
        ([segment(None, at=1), segment("2", at=2, total=200)], [("warning", LACKS.format(1))]),
        ([segment("2", at=2, total=200)], [("warning", f"WARC-Segment-Origin-ID leads nowhere: no record {BARE}")]),
        ([segment("1", at=1), segment("2", at=2, total=199)],
         [("fault", f"the 2 segments of record {BARE} have 200 bytes, and 199 are stated")]),
        ([segment("1", at=1), segment("2", at=2, total=201)],
         [("fault", f"the 2 segments of record {BARE} have 200 bytes, and 201 are stated")]),
    ],
)  # fmt: skip
def test_segments_are_all_there_and_as_long_as_is_stated(tmp_path, segments, found):
    path = tmp_path / "x.warc.gz"
    path.write_bytes(members(*segments))

    seen = [(severity, problem) for severity, kind, problem in findings(path) if kind in ("reference", "record")]
    assert len(seen) == len(found)
    for (severity, problem), (wanted, begins) in zip(seen, found, strict=True):
        assert severity == wanted
        assert problem.startswith(begins)
