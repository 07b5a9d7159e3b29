"""The file that a run writes: whole members or none, short writes finished, durable before it is said to be."""

from __future__ import annotations

import base64
import errno
import hashlib
import os
import uuid
from datetime import UTC, datetime, timedelta, timezone

import pytest

from newsspider.warc import warcfile
from newsspider.warc.reader import iter_records
from newsspider.warc.record import NewRecord, RecordWriter, new_id, warc_date, warc_fields
from newsspider.warc.warcfile import OpenWarcFile, Recovery, describe, recover
from tests.order import order_below

NAME = "x.warc.gz"


def record(text: bytes) -> NewRecord:
    date = ("WARC-Date", "2026-01-30T08:00:00Z")
    return NewRecord.of_block("resource", new_id(), [date], "application/octet-stream", text)


def bytes_of(*records: NewRecord) -> bytes:
    """What records are in a file."""
    written = bytearray()
    for each in records:
        RecordWriter(written.extend).write_record(each)
    return bytes(written)


FIRST, SECOND = record(b"one" * 100), record(bytes(range(256)) * 4)
ONE, TWO = bytes_of(FIRST), bytes_of(SECOND)


def test_a_record_is_its_fields_and_its_block(tmp_path):
    path = tmp_path / NAME
    pieces = [b"bo", b"", memoryview(b"dy"), b""]
    made = NewRecord("response", "urn:x:1", [("A", "b")], b"head ", pieces, length=9)
    path.write_bytes(bytes_of(made, record(b"news")))

    read, blocks = zip(*((each, b"".join(each.load().chunks())) for each in iter_records(path)), strict=True)
    assert (path.read_bytes()[:3], blocks) == (b"\x1f\x8b\x08", (b"head body", b"news"))
    assert read[0].fields == (
        ("WARC-Type", "response"), ("WARC-Record-ID", "<urn:x:1>"), ("A", "b"), ("Content-Length", "9")
    )  # fmt: skip
    assert read[0].header.startswith(b"WARC/1.1\r\n")
    digest = base64.b32encode(hashlib.sha1(b"news").digest()).decode()
    assert read[1].get("WARC-Block-Digest") == f"sha1:{digest}"


def test_an_id_is_a_random_uuid():
    """RFC 9562, 5.4."""
    ids = {new_id() for _ in range(200)}

    assert len(ids) == 200
    for each in ids:
        assert each.startswith("urn:uuid:")
        made = uuid.UUID(each.removeprefix("urn:uuid:"))
        assert (made.version, made.variant, str(made)) == (4, uuid.RFC_4122, each.removeprefix("urn:uuid:"))


@pytest.mark.parametrize(
    ("value", "written"),
    [("a b", "a b"), (" a\r\n b\t", "a b"), ("看", "看"), ("\udc80", "?"), ("", ""), ("a: b", "a: b")],
)
def test_a_named_field_is_one_line(value, written):
    assert warc_fields([("name", value), ("next", "x")]).decode() == f"name: {written}\r\nnext: x\r\n"


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (datetime(2026, 1, 30, 8, tzinfo=UTC), "2026-01-30T08:00:00.000000Z"),
        (datetime(2026, 1, 30, 7, 0, 0, 12, tzinfo=timezone(timedelta(hours=8))), "2026-01-29T23:00:00.000012Z"),
        (datetime(33, 1, 30, 8, tzinfo=timezone.utc), "0033-01-30T08:00:00.000000Z"),  # noqa: UP017
    ],
)
def test_a_date_is_in_utc_with_microseconds(moment, written):
    assert warc_date(moment) == written


@pytest.fixture
def opened(tmp_path):
    opened = OpenWarcFile(tmp_path, NAME)
    yield opened
    opened._file.close()


class Slow:
    """A file on a disk that takes so many bytes at a time, and *room* bytes in all."""

    def __init__(self, file, most: int, room: int = 1 << 30) -> None:
        self._file, self._most, self._room = file, most, room
        self.sizes: list[int] = []
        """Of what was handed over at a time."""
        self.truncates = True

    def truncate(self, size: int) -> int:
        if not self.truncates:
            raise OSError(errno.EIO, "cannot truncate")
        return self._file.truncate(size)

    def write(self, data) -> int:
        self.sizes.append(len(data))
        if self._room == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        written = self._file.write(bytes(data[: min(self._most, self._room)]))
        self._room -= written
        return written

    def __getattr__(self, name):
        return getattr(self._file, name)


@pytest.mark.parametrize("most", [1, 7, pytest.param(len(ONE) + len(TWO) - 1, id="all but one")])
def test_what_is_written_in_parts_is_there_as_a_whole(most, opened):
    opened._file = Slow(opened._file, most)

    assert opened.append([FIRST, SECOND]) == [(0, len(ONE)), (len(ONE), len(TWO))]
    assert opened.path.read_bytes() == ONE + TWO
    assert (opened.size, opened.records) == (len(ONE) + len(TWO), 2)


@pytest.mark.parametrize("limit", [1, 1 << 20])
def test_of_what_does_not_fit_nothing_is_there(limit, opened, monkeypatch):
    monkeypatch.setattr(warcfile, "MEMORY_LIMIT", limit)
    opened.append([FIRST])
    with monkeypatch.context() as patched:
        patched.setattr(opened, "_file", Slow(opened._file, 9, room=len(TWO) // 2))
        with pytest.raises(OSError, match="No space"):
            opened.append([FIRST, SECOND])

    assert opened.path.read_bytes() == ONE
    assert (opened.size, opened.records) == (len(ONE), 1)
    assert opened.append([SECOND]) == [(len(ONE), len(TWO))]
    assert opened.path.read_bytes() == ONE + TWO


def test_what_raises_on_its_way_leaves_nothing(opened, monkeypatch):
    monkeypatch.setattr(warcfile, "MEMORY_LIMIT", 1)

    def members():
        yield FIRST
        raise KeyError("second")

    with pytest.raises(KeyError):
        opened.append(members())
    assert opened.path.read_bytes() == b""


def test_what_raised_is_not_written_with_what_comes_next(opened):
    def members():
        yield FIRST
        raise KeyError("second")

    with pytest.raises(KeyError):
        opened.append(members())
    assert opened.append([SECOND]) == [(0, len(TWO))]
    assert opened.path.read_bytes() == TWO


@pytest.mark.parametrize(("limit", "writes"), [(0, 99), (1 << 20, 2)])
def test_no_more_waits_in_memory_than_may(limit, writes, opened, monkeypatch):
    """Each piece is written when it comes where nothing may wait; else there is one write a call."""
    monkeypatch.setattr(warcfile, "MEMORY_LIMIT", limit)
    opened._file = Slow(opened._file, 1 << 20)
    for record in (FIRST, SECOND):
        opened.append([record])

    assert (len(opened._file.sizes) > 2) == (writes > 2)
    assert opened.path.read_bytes() == ONE + TWO


def test_a_write_takes_as_much_as_may_wait_and_the_piece_that_was_too_much(opened, monkeypatch):
    many = [record(os.urandom(100)) for _ in range(30)]
    size = max(len(bytes_of(each)) for each in many)
    monkeypatch.setattr(warcfile, "MEMORY_LIMIT", 3 * size)
    opened._file = Slow(opened._file, 1 << 20)
    opened.append(many)
    opened.append(many)

    assert max(opened._file.sizes) <= 4 * size
    assert min(opened._file.sizes[:5]) > 3 * size
    assert opened.path.read_bytes() == bytes_of(*many, *many)


def test_what_could_not_be_cut_back_at_once_is_cut_off_at_the_end(opened, tmp_path):
    opened.append([FIRST])
    slow = opened._file = Slow(opened._file, 9, room=20)
    slow.truncates = False
    with pytest.raises(OSError, match=r"No space|truncate"):
        opened.append([SECOND])
    slow.truncates = True
    opened.finish()

    assert (tmp_path / NAME).read_bytes() == ONE


def test_what_could_not_get_its_name_gets_it_from_nobody_in_this_run(opened, monkeypatch, tmp_path):
    opened.append([FIRST])
    (tmp_path / NAME).mkdir()  # in the way
    with pytest.raises(OSError, match="directory"):
        opened.finish()
    (tmp_path / NAME).rmdir()
    for again in (opened.sync, opened.finish):
        with pytest.raises(OSError, match="directory"):
            again()

    assert [each.name for each in tmp_path.iterdir()] == [f"{NAME}.open"]


def test_the_name_is_durable_from_the_start_and_each_step_to_the_end(tmp_path):
    with order_below(tmp_path) as steps:
        opened = OpenWarcFile(tmp_path, NAME)
        opened.append([FIRST])
        opened.sync()
        opened.sync()  # nothing new
        opened.append([SECOND])
        finished = opened.finish()

    both = len(ONE) + len(TWO)
    assert steps == [
        "sync ./", f"sync {NAME}.open {len(ONE)}", f"sync {NAME}.open {both}", f"rename {NAME}.open {NAME}", "sync ./"
    ]  # fmt: skip
    assert finished == describe(tmp_path / NAME)
    assert (finished.name, finished.size, finished.records) == (NAME, both, 2)


def test_a_file_of_that_name_is_not_overwritten(tmp_path):
    (tmp_path / NAME).write_bytes(ONE)

    with pytest.raises(FileExistsError, match=r"x\.warc\.gz exists already"):
        OpenWarcFile(tmp_path, NAME)
    left = tmp_path / f"{NAME}.open"
    left.write_bytes(TWO)
    with pytest.raises(FileExistsError, match="exists already"):
        recover(left)
    assert (tmp_path / NAME).read_bytes() == ONE


def test_nothing_is_said_to_be_durable_after_a_sync_that_failed(opened, monkeypatch):
    def failing(descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    opened.append([FIRST])
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", failing)
        with pytest.raises(OSError, match="Input/output"):
            opened.sync()
    for again in (opened.sync, opened.finish):
        with pytest.raises(OSError, match="Input/output"):
            again()
    assert opened.path.exists()


@pytest.mark.parametrize("tail", [b"", TWO[:-1], bytes(40)])
def test_what_was_left_open_is_durable_without_its_torn_end_before_it_has_its_name(tail, tmp_path):
    left = tmp_path / f"{NAME}.open"
    left.write_bytes(ONE + tail)
    with order_below(tmp_path) as steps:
        recovered = recover(left)

    assert steps == [f"sync {NAME}.open {len(ONE)}", f"rename {NAME}.open {NAME}", "sync ./"]
    assert (recovered.name, recovered.records, recovered.cut) == (NAME, 1, len(tail))
    assert bool(recovered.problem) == bool(tail)
    assert [each.length for each in iter_records(tmp_path / NAME)] == [len(ONE)]


def test_that_a_file_without_a_whole_record_is_gone_is_durable(tmp_path):
    left = tmp_path / f"{NAME}.open"
    left.write_bytes(ONE[:-1])
    with order_below(tmp_path) as steps:
        recovered = recover(left)

    assert steps == [f"sync {NAME}.open 0", f"remove {NAME}.open", "sync ./"]
    assert (recovered.records, recovered.cut) == (0, len(ONE) - 1)
    assert list(tmp_path.iterdir()) == []


def test_a_recovery_tells_of_a_cut_only_where_there_was_one():
    assert str(Recovery(NAME, 3, 0, None)) == "x.warc.gz: 3 whole records kept"
    assert str(Recovery(NAME, 3, 4096, "torn")) == "x.warc.gz: 3 whole records kept, 4,096 bytes cut off (torn)"


def test_what_holds_nothing_is_discarded(opened, tmp_path):
    opened.discard()

    assert opened._file.closed
    assert list(tmp_path.iterdir()) == []
