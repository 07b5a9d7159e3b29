"""Damaged files: what can be read is, the rest is named, and there is an end to it."""

from __future__ import annotations

import gzip
import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsspider.archive.salvage import salvage
from tests.archive.test_reader import warc

if TYPE_CHECKING:
    from pathlib import Path

    from newsspider.archive.reader import Record, WarcError

BLOCKS = [bytes([65 + number]) * 50 * (number + 1) for number in range(6)]


def block(record: Record) -> bytes:
    return b"".join(record.load().chunks())


def read(path: Path) -> tuple[list[bytes], list[WarcError]]:
    problems: list[WarcError] = []
    return list(salvage(path, block, problems.append)), problems


def offsets(data: bytes, *, gzipped: bool) -> list[int]:
    start = b"\x1f\x8b\x08" if gzipped else b"WARC/1.1"
    return [place for place in range(len(data)) if data.startswith(start, place)]


@pytest.mark.parametrize("gzipped", [False, True])
@pytest.mark.parametrize(
    ("damage", "lost", "reports"),
    [
        ("nothing", set(), 0),
        ("the head of a record", {2}, 1),
        ("two records", {1, 4}, 2),
        ("the first", {0}, 1),
        ("the tail", {5}, 1),
    ],
)
def test_only_what_is_damaged_is_lost(tmp_path, gzipped, damage, lost, reports):
    data = bytearray(warc(*BLOCKS, gzipped=gzipped))
    places = offsets(bytes(data), gzipped=gzipped)
    for number in lost:
        data[places[number] + 1] ^= 0xFF
    path = tmp_path / "x.warc"
    path.write_bytes(data[:-20] if damage == "the tail" else data)

    blocks, problems = read(path)

    assert blocks == [each for number, each in enumerate(BLOCKS) if number not in lost]
    assert len(problems) == reports
    assert [each.path for each in problems] == [path] * reports


def test_what_a_record_lacks_does_not_end_the_reading(tmp_path):
    """A date here; the file itself is whole."""
    data = warc(*BLOCKS, gzipped=False).replace(b"WARC-Date: 2026", b"WARC-Date: then", 1)
    path = tmp_path / "x.warc"
    path.write_bytes(data)
    problems: list[WarcError] = []

    assert len(list(salvage(path, lambda record: record.date, problems.append))) == len(BLOCKS) - 1
    (problem,) = problems
    assert (problem.offset, "is no date" in problem.problem) == (0, True)


def test_a_record_longer_than_it_says_costs_only_itself(tmp_path):
    data = warc(*BLOCKS, gzipped=False).replace(b"Content-Length: 150", b"Content-Length: 140")
    path = tmp_path / "x.warc"
    path.write_bytes(data)

    blocks, problems = read(path)

    assert blocks == [*BLOCKS[:2], BLOCKS[2][:140], *BLOCKS[3:]]
    assert len(problems) == 1


def test_a_beginning_is_found_across_the_pieces_that_are_read(tmp_path, monkeypatch):
    monkeypatch.setattr("newsspider.archive.salvage._CHUNK", 64)
    data = warc(*BLOCKS, gzipped=False)
    for shift in range(64):
        path = tmp_path / f"{shift}.warc"
        path.write_bytes(b"?" * (shift + 1) + data)
        assert read(path)[0] == BLOCKS


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), gzipped=st.booleans(), changes=st.integers(0, 5))
def test_reading_ends_and_invents_nothing(tmp_path_factory, seed, gzipped, changes):
    chance = random.Random(seed)
    data = bytearray(warc(*BLOCKS, gzipped=gzipped))
    for _ in range(changes):
        data[chance.randrange(len(data))] = chance.randrange(256)
    path = tmp_path_factory.mktemp("salvage") / "x.warc"
    path.write_bytes(data[: chance.choice([len(data), chance.randrange(len(data))])])

    blocks, problems = read(path)

    assert len(blocks) <= len(BLOCKS)
    assert len(problems) <= 2 * len(BLOCKS) + changes
    if gzipped:  # a CRC tells a changed block from a whole one
        assert set(blocks) <= set(BLOCKS)


def test_a_file_of_nothing_but_beginnings_has_an_end(tmp_path):
    path = tmp_path / "x.warc.gz"
    path.write_bytes((gzip.compress(b"")[:10] + b"WARC/1.0\r\n\r\n") * 2000)

    blocks, problems = read(path)

    assert blocks == []
    assert len(problems) == 1
