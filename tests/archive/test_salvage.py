"""Damaged files: what can be read is, the rest is named, and there is an end to it."""

from __future__ import annotations

import gzip
import hashlib
import random
import re
import sys
from contextlib import contextmanager
from types import SimpleNamespace
from typing import IO, TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsspider.text.message import message
from newsspider.warc.reader import RecordError, WarcError, iter_records, record_at
from newsspider.warc.salvage import REREAD, salvage
from tests.archive.test_reader import warc

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newsspider.warc.reader import Record

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
    """A date here; the file itself is complete."""
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
    assert [each.offset for each in problems] == [offsets(data, gzipped=False)[2]]


@pytest.mark.parametrize("more", [5, 90, 150, 400])
def test_a_record_shorter_than_it_says_costs_no_other(tmp_path, more):
    """Its block ends within the next header, its block, or a header further behind."""
    data = warc(*BLOCKS, gzipped=False).replace(b"Content-Length: 150", b"Content-Length: %d" % (150 + more))
    path = tmp_path / "x.warc"
    path.write_bytes(data)

    blocks, problems = read(path)

    assert [each[:150] for each in blocks] == [each[:150] for each in BLOCKS]
    assert [each for number, each in enumerate(blocks) if number != 2] == [*BLOCKS[:2], *BLOCKS[3:]]
    assert [each.offset for each in problems] == [offsets(data, gzipped=False)[2]]
    assert "Content-Length" in problems[0].problem


def test_what_follows_a_block_whose_digest_is_right_is_looked_for_behind_it(tmp_path):
    """Else a page could put a record into an archive where somebody wrote a few bytes too many between two."""
    forged = b"\r\n\r\n" + warc(b"forged", gzipped=False)
    for algorithm, sound in (("sha1", True), ("sha256", True), ("sha1", False)):
        digest = hashlib.new(algorithm, forged if sound else b"").hexdigest()
        header = f"WARC/1.1\r\nWARC-Block-Digest: {algorithm}:{digest}\r\nContent-Length: {len(forged)}\r\n\r\n"
        path = tmp_path / f"{algorithm}-{sound}.warc"
        path.write_bytes(header.encode() + forged + b"?" * 9 + warc(b"next", gzipped=False))

        blocks, problems = read(path)

        assert (blocks[1:], len(problems)) == ([b"next"] if sound else [b"forged", b"next"], 1 if sound else 2)


@pytest.mark.parametrize("of_arc", [False, True])
def test_a_beginning_is_found_across_the_pieces_that_are_read(tmp_path, monkeypatch, of_arc):
    monkeypatch.setattr("newsspider.warc.salvage.MAX_HEADER", 512)
    monkeypatch.setattr("newsspider.warc.salvage._CHUNK", 600)
    line = b"\nhttp://a.cn/ 192.0.2.1 20080516120000 text/html %d\n"
    data = b"".join(line % len(each) + each for each in BLOCKS) if of_arc else warc(*BLOCKS, gzipped=False)
    for shift in (*range(8), *range(80, 96), *range(165, 190), *range(580, 604), 5000):
        path = tmp_path / f"{shift}.warc"
        path.write_bytes((b"?WARC/1.0" + b"?" * shift)[: shift + 1] + data)
        assert read(path)[0] == BLOCKS


NEXT = b"WARC/1.1\r\nContent-Length: 4\r\n\r\nnext\r\n\r\n"


@pytest.mark.parametrize(
    "beginning",
    [
        NEXT,
        NEXT.replace(b"WARC/1.1", b"WARC/1.0"),
        NEXT.replace(b"WARC/1.1", b"WARC/0.18"),
        NEXT.replace(b"WARC/1.1", b"warc/1.0"),
        NEXT.replace(b"Content-Length", b"content-length"),
        NEXT.replace(b"Content", b"X-Long: " + b"x" * 9000 + b"\r\nContent"),
        gzip.compress(NEXT),
        gzip.compress(NEXT.lower()),
        b"\x1f\x8b\x08\x08" + bytes(6) + b"x" * 600 + b"\0" + gzip.compress(NEXT)[10:],  # with a name (RFC 1952, 2.3)
        zstd.compress(NEXT),
        b"\nhttp://a.cn/ 192.0.2.1 20080516120000 text/html 4\nnext\n",
        b"\nhttps://a.cn/ 192.0.2.1 20080516120000 text/html 4\nnext\n",
        b"\nftp://a.cn/ 192.0.2.1 20080516120000 text/html 4\nnext\n",
        b"\ndns:a.cn 192.0.2.1 20080516120000 text/dns 4\nnext\n",
        b"\nfiledesc://a.arc 0.0.0.0 20080516120000 text/plain 4\nnext\n",
        gzip.compress(b"dns:a.cn 192.0.2.1 20080516120000 text/dns 4\nnext\n"),
    ],
)
def test_behind_damage_a_record_of_any_kind_is_found(tmp_path, beginning):
    path = tmp_path / "x.warc"
    path.write_bytes(b"?" * 20 + beginning)

    blocks, problems = read(path)

    assert (blocks, [each.offset for each in problems]) == ([b"next"], [0])


@pytest.mark.parametrize(
    "page",
    [
        b"WARC/1.0\r\n\r\nContent-Length: 4\r\nWARC-Date: 2026\r\n\r\npage",
        b"xhttp://a.cn/ 192.0.2.1 20080516120000 text/html 4\npage\n",
        b"\nhttp://a.cn/ 192.0.2.1 20080516120000 text/html\npage\n",
        b"\nhttp://a.cn/ www.a.cn 20080516120000 text/html 4\npage\n",
        gzip.compress(b"page"),
        gzip.compress(b"PAGE")[:-5],
        gzip.compress(b""),
    ],
)
def test_behind_damage_what_cannot_begin_a_record_is_part_of_it(tmp_path, page):
    path = tmp_path / "x.warc"
    path.write_bytes(b"?" * 20 + page + b"\n" + NEXT)

    blocks, problems = read(path)

    assert (blocks, [each.offset for each in problems]) == ([b"next"], [0])


FORGED = NEXT.replace(b"next", b"evil")


@pytest.mark.parametrize(
    ("data", "blocks", "places"),
    [
        # A record of which the file says where it ends: a page in it is no record, and what follows has to be one.
        (gzip.compress(b"WARC/1.0\r\nA: b\r\n\r\n" + FORGED, 0) + NEXT, [b"next"], "0"),
        (gzip.compress(b"WARC/1.0\r\nA: b\r\n\r\n" + FORGED, 0) + b"garbage" + NEXT, [b"next"], "0 M"),
        # Its end is not where it says, but the next one is what cannot be used.
        (NEXT[:-2] + b"WARC/1.0\r\nA: b\r\n\r\n" + NEXT, [b"next", b"next"], str(len(NEXT) - 2)),
        # A member has an end of its own, so that its record's Content-Length hides none.
        (gzip.compress(NEXT[:-4]) + b"garbage" + NEXT, [b"next", b"next"], "M"),
        (gzip.compress(NEXT[:-2], 0) + b"garbage" + NEXT, [b"next", b"next"], "M"),
    ],
)
def test_a_problem_is_told_of_the_record_that_has_it(tmp_path, data, blocks, places):
    path = tmp_path / "x.warc"
    path.write_bytes(data)
    garbage = data.find(b"garbage")

    found, problems = read(path)

    assert found == blocks
    assert [each.offset for each in problems] == [garbage if each == "M" else int(each) for each in places.split()]


@pytest.mark.parametrize(
    ("tail", "fault"),
    [(b"", True), (b"\r\n", True), (b"\n", True), (b"\r\n\r\n", False), (b"\n\n", False), (b"\r\n" * 3, False)],
)
def test_a_length_is_doubted_where_no_two_line_ends_are_behind_the_block(tmp_path, tail, fault):
    path = tmp_path / "x.warc"
    path.write_bytes(NEXT[:-4] + tail + b"garbage" + NEXT)

    blocks, problems = read(path)

    assert blocks == [b"next", b"next"]
    assert [each.offset for each in problems] == [0 if fault else len(NEXT) - 4 + len(tail)]


def test_a_record_is_doubted_once(tmp_path):
    """Behind it something else is damaged, which was looked at because of it."""
    member = bytearray(gzip.compress(NEXT))
    member[-6] ^= 0xFF
    long = b"WARC/1.0\r\nContent-Length: %d\r\n\r\n" % (len(member) + 9) + bytes(member) + NEXT
    path = tmp_path / "x.warc"
    path.write_bytes(long + NEXT)
    problems: list[WarcError] = []

    def note(problem: WarcError) -> None:
        assert len(problems) < 9
        problems.append(problem)

    assert list(salvage(path, block, note))[1:] == [b"next", b"next"]
    assert problems[0].offset == 0
    assert [each.offset for each in problems].count(0) == 1


def test_many_small_damages_cost_nothing_beside_them(tmp_path):
    """However many there are: what a reader has in its buffer is not read in vain."""
    sound, damaged = gzip.compress(NEXT), bytearray(gzip.compress(NEXT))
    damaged[-6] ^= 0xFF
    path = tmp_path / "x.warc.gz"
    path.write_bytes((bytes(damaged) + sound) * 2000)

    blocks, problems = read(path)

    assert (blocks, len(problems)) == ([b"next"] * 2000, 2000)
    assert not [each for each in problems if "passed over" in each.problem]


def test_a_small_file_is_read_from_every_place(tmp_path):
    path = tmp_path / "x.warc"
    path.write_bytes((b"WARC/1.0\r\nWARC-Date: " + b"x" * 200 + b"\r\n") * 60 + b"\r\n" + NEXT)

    blocks, problems = read(path)

    assert (blocks, len(problems)) == ([b"next"], 60)
    assert not [each for each in problems if "passed over" in each.problem]


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


def by_trying_each_place(path: Path) -> tuple[list[bytes], list[int]]:
    """What salvage is held to: reading from every place that looks like a beginning, however long that takes."""
    beginning = re.compile(rb"\x1f\x8b\x08|\x28\xb5\x2f\xfd|(?i:WARC)/[01]\.")
    blocks: list[bytes] = []
    problems: list[int] = []
    start: int | None = 0
    while start is not None:
        before: Record | None = None
        read_already = 0
        try:
            for record in iter_records(path, start):
                before = record
                blocks.append(block(record))
                read_already = len(blocks)
        except WarcError as error:
            began = read_already < len(blocks) or before is None or before.offset == error.offset
            if not (began or before.is_compressed or before.tail.count(b"\n") >= 2 or isinstance(error, RecordError)):
                error = WarcError(path, before.offset, message("its Content-Length is wrong"))
            problems.append(error.offset)
            start = error.resume or next_beginning(path, beginning, error.offset + 1, problems)
        else:
            start = None
    return blocks, problems


def next_beginning(path: Path, beginning: re.Pattern[bytes], start: int, problems: list[int]) -> int | None:
    data = path.read_bytes()
    for found in beginning.finditer(data, start):
        with path.open("rb") as file:
            try:
                record_at(file, path, found.start())
            except RecordError as error:
                header = data[found.start() : data.find(b"\r\n\r\n", found.start())].lower()
                if found[0].startswith(b"\x1f") or b"content-length" in header or b"\nwarc-" in header:
                    problems.append(error.offset)
                if error.resume is not None:
                    return error.resume
            except WarcError:
                continue
            else:
                return found.start()
    return None


ODD_BLOCKS = [
    *BLOCKS,
    b"\r\nWARC/1.0 is\r\nWARC/1.1\r\nContent-Length: 4\r\n\r\nabcd\x1f\x8b\x08 and more",
    b"\r\nWARC/1.0\r\nContent-Length: 4000000\r\n\r\nabcd",
]


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), gzipped=st.booleans())
def test_looking_first_finds_what_trying_each_place_finds(tmp_path_factory, seed, gzipped):
    chance = random.Random(seed)
    data = bytearray(warc(*chance.sample(ODD_BLOCKS, 5), gzipped=gzipped))
    for _ in range(chance.randrange(6)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    inserted = [b"", b"WARC/1.0\r\n" * 20, b"\x1f\x8b\x08" * 30, bytes(data[: chance.randrange(300)])]
    data[100:100] = chance.choice(inserted)
    path = tmp_path_factory.mktemp("salvage") / "x.warc"
    path.write_bytes(data)

    blocks, problems = read(path)

    assert (blocks, [each.offset for each in problems]) == by_trying_each_place(path)


class Counted:
    """A path that counts the bytes that are read."""

    def __init__(self, path: Path) -> None:
        self.path, self.name, self.bytes = path, path.name, 0

    def open(self, mode: str) -> Any:
        file = self.path.open(mode)
        counted = SimpleNamespace(seek=file.seek, tell=file.tell)

        def read(size: int) -> bytes:
            data = file.read(size)
            self.bytes += len(data)
            return data

        counted.read = read
        return closing_with(file, counted)


@contextmanager
def closing_with(file: IO[bytes], counted: Any) -> Iterator[Any]:
    with file:
        yield counted


NAMED = b"\x1f\x8b\x08\x08" + bytes(6)  # a gzip member with a name, which ends with a NUL
HOSTILE = {
    "headers that do not end": b"WARC/1.0\r\n",
    "headers that lack a length": b"WARC/1.0\r\nWARC-Type: response\r\n\r\n",
    "lengths that lead out of the file": b"WARC/1.0\r\nContent-Length: 99999999\r\n\r\n",
    "members that are none": b"\x1f\x8b\x08",
    "members whose name does not end": NAMED.replace(b"\0", b"a"),
    "lengths that lead into the next": b"WARC/1.0\r\nWARC-Date: 2026\r\nContent-Length: 60000\r\n\r\n",
    "beginnings within a header": b"WARC/1.0\r\nWARC-Date: 2026\r\n" * 4000 + b"\r\n",
    "records without a date": b"WARC/1.0\r\nContent-Length: 400000\r\n\r\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_damage_is_not_read_over_and_over(tmp_path, name):
    unit = HOSTILE[name]
    path = tmp_path / "x.warc"
    path.write_bytes(b"?" + unit * (300_000 // len(unit)) + warc(*BLOCKS, gzipped=False) + b"?" * 200_000)
    counted = Counted(path)

    list(salvage(counted, lambda record: (block(record), record.date), lambda problem: None))

    # 128 bytes are read for each of damage, which is one reading of 4 kB for a beginning.
    assert counted.bytes < (REREAD + 128) * path.stat().st_size
