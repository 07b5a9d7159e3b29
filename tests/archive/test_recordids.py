"""Records found by their ID, and segments by the ID of the first, when nothing else names them."""

from __future__ import annotations

import gzip
import sqlite3
from typing import TYPE_CHECKING

import pytest

from newsspider.warc.recordids import RecordIds, packed
from tests.archive.odd import record

if TYPE_CHECKING:
    from pathlib import Path

ID = "urn:uuid:0190f0ab-0000-4000-8000-00000000000c"


def found(tmp_path: Path, *records: bytes, record_id: str = ID) -> tuple[list[int], list[tuple[int, int]]]:
    """The numbers of the records with an ID, and of the segments of it, each with its number."""
    path = tmp_path / "x.warc.gz"
    members = [gzip.compress(each, mtime=0) for each in records]
    path.write_bytes(b"".join(members))
    starts = {sum(map(len, members[:number])): number for number in range(len(members))}
    ids = RecordIds([(7, "name", path)])
    places = [*ids.find(record_id), *(place for _, place in ids.segments(record_id))]
    assert {place[:2] for place in places} <= {(7, "name")}
    return (
        [starts[offset] for *_, offset in ids.find(record_id)],
        [(number, starts[offset]) for number, (*_, offset) in ids.segments(record_id)],
    )


def segment(number: str | None, *, of: str | None = f"<{ID}>", kind: str = "continuation") -> bytes:
    fields = {"WARC-Type": kind, "WARC-Segment-Number": number, "WARC-Segment-Origin-ID": of}
    return record({**fields, "WARC-Record-ID": f"<urn:x:{number}>"})


@pytest.mark.parametrize(
    ("kind", "is_capture"),
    [
        *((kind, True) for kind in ("response", "revisit", "resource", "Response")),
        *((kind, False) for kind in ("request", "metadata", "warcinfo", "conversion", "continuation")),
    ],
)
def test_captures_are_found_by_their_id(tmp_path, kind, is_capture):
    assert found(tmp_path, record(), record({"WARC-Type": kind, "WARC-Record-ID": f"<{ID}>"})) == (
        [1] if is_capture else [], []
    )  # fmt: skip


@pytest.mark.parametrize("written", [f"<{ID}>", ID, f"< {ID} >", ID.upper(), f"<{ID.replace('urn:uuid', 'URN:UUID')}>"])
@pytest.mark.parametrize("asked", [ID, ID.upper()])
def test_the_letter_case_of_a_uuid_says_nothing(tmp_path, written, asked):
    """RFC 9562, 4."""
    both = [record({"WARC-Record-ID": written}), segment("2", of=written)]

    assert found(tmp_path, *both, record_id=asked) == ([0], [(2, 1)])


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("urn:uuid:AB", "urn:uuid:ab", True),
        ("URN:UUID:AB", "urn:uuid:ab", True),
        ("http://a.cn/B", "http://a.cn/b", False),
        ("urn:uuidx:B", "urn:uuidx:b", False),
        ("urn:\udcff", "urn:\udcfe", False),
        ("urn:\udcff", "urn:\udcff", True),
        ("", "", True),
    ],
)
def test_of_another_id_the_letter_case_counts(one, other, same):
    assert (packed(one) == packed(other)) is same


def test_all_of_one_id_are_found_in_the_order_of_the_file(tmp_path):
    twice = record({"WARC-Record-ID": f"<{ID}>"})

    assert found(tmp_path, twice, record(), twice) == ([0, 2], [])
    assert found(tmp_path, record({"WARC-Record-ID": None}), record({"WARC-Record-ID": "<>"}), record_id="") == ([], [])


def test_segments_are_in_the_order_of_their_numbers(tmp_path):
    first = record({"WARC-Record-ID": f"<{ID}>", "WARC-Segment-Number": "1"})
    records = [segment("10"), segment("3"), segment("02"), first, segment("3"), segment("2", of="<urn:x:other>")]

    assert found(tmp_path, *records) == ([3], [(2, 2), (3, 1), (3, 4), (10, 0)])


@pytest.mark.parametrize(
    "odd",
    [
        *(segment(number) for number in (None, "", "two", "-2", "²", "0", "1" * 10)),
        *(segment("2", of=of) for of in (None, "", "<>", "<urn:x:other>")),
        segment("2", kind="response"),
        segment("2", kind="metadata"),
    ],
    ids=range(13),
)
def test_what_is_no_segment_of_it_is_passed_over(tmp_path, odd):
    assert found(tmp_path, odd, segment("9" * 9)) == ([], [(999_999_999, 1)])
    assert found(tmp_path, segment("2", of="<>"), record_id="") == ([], [])


def test_a_first_segment_that_is_called_a_continuation_is_one(tmp_path):
    assert found(tmp_path, segment("2"), segment("1")) == ([], [(1, 1), (2, 0)])


def test_what_cannot_be_read_keeps_nothing_else_from_being_found(tmp_path, capsys):
    """And is told by others."""
    sound = record({"WARC-Record-ID": f"<{ID}>"})

    assert found(tmp_path, b"garbage", sound, record({"Content-Length": "x"}), sound) == ([1, 3], [])
    assert capsys.readouterr() == ("", "")


def test_archives_and_names_are_told_apart(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(record({"WARC-Record-ID": f"<{ID}>"}) + segment("2"))
    ids = RecordIds((number, f"{number}.warc", tmp_path / name) for number, name in enumerate(("a", "b")))

    at = len(record({"WARC-Record-ID": f"<{ID}>"}))
    assert ids.find(ID) == [(0, "0.warc", 0), (1, "1.warc", 0)]
    assert ids.segments(ID) == [(2, (0, "0.warc", at)), (2, (1, "1.warc", at))]


def test_the_file_of_all_ids_goes_with_them():
    ids = RecordIds([])
    database = ids._db
    del ids

    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        database.execute("SELECT 1")
