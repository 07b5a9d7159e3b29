"""How much of a WARC file is read to find out what it is, on each bound and behind it; and where reading goes on."""

from __future__ import annotations

import gzip
import io

import pytest

from newsspider.warc import reader, recordbytes
from newsspider.warc.codings import BodyTooLargeError
from newsspider.warc.exchange import CHUNK_SIZE, Wire
from newsspider.warc.http import parse_head
from newsspider.warc.message import HttpMessage, behind
from newsspider.warc.reader import RecordError, WarcError, iter_records, read_record
from newsspider.warc.recordbytes import PASSED_OVER, RESTORE, is_skippable
from tests.archive.exchanges import page
from tests.archive.odd import PAGE, members, record, sound


@pytest.fixture(params=["plain", "gzip"])
def packed(request):
    """Each record as it lies in a file."""
    return gzip.compress if request.param == "gzip" else bytes


@pytest.fixture
def path(tmp_path):
    return tmp_path / "x.warc"


def read_all(path) -> list[tuple[int, int, int, bytes]]:
    return [(each.offset, each.length, each.next_offset, each.tail) for each in iter_records(path)]


@pytest.mark.parametrize("size", [0, 1, 4096, 4097, 100_000])
def test_places_are_those_of_the_file(size, packed, path):
    first, second = packed(record(block=b"x" * size)), packed(sound())
    path.write_bytes(first + second)

    ends = 4 if packed is bytes else 0  # of a plain record the two line ends are not in its length
    assert read_all(path) == [
        (0, len(first) - ends, len(first), b"\r\n\r\n"),
        (len(first), len(second) - ends, len(first) + len(second), b"\r\n\r\n"),
    ]
    assert [each.offset for each in iter_records(path, len(first))] == [len(first)]
    assert list(iter_records(path, len(first) + len(second))) == []
    with pytest.raises(WarcError, match="the file ends before"):
        read_record(path, len(first) + len(second))


def test_a_header_may_be_long_and_has_an_end(packed, path, monkeypatch):
    monkeypatch.setattr(reader, "MAX_HEADER", 4096)  # what is read beyond it was read at once
    for length, error in ((5000, None), (9000, "the WARC header does not end")):
        path.write_bytes(packed(record({"X": "x" * length})) + packed(sound()))
        if error is None:
            assert read_record(path, 0).get("X") == "x" * length
            continue
        with pytest.raises(WarcError, match=error) as caught:
            read_record(path, 0)
        goes_on = packed is not bytes  # a sound member says where it ends
        assert (caught.value.resume is not None, caught.value.remedy) == (goes_on, PASSED_OVER if goes_on else RESTORE)


def test_of_what_is_no_record_so_much_is_read_and_no_more(path, monkeypatch):
    monkeypatch.setattr(reader, "_MAX_OTHER_HEADER", 4096)
    monkeypatch.setattr(recordbytes, "_MAX_SKIPPED", 20_000)
    for size, resumes in ((9000, True), (8192 + 20_001, False)):
        first = gzip.compress(b"x" * size)
        path.write_bytes(first + gzip.compress(sound()))
        with pytest.raises(WarcError, match=r"no WARC record begins here, but b'x{40}'") as caught:
            read_record(path, 0)
        assert caught.value.resume == (len(first) if resumes else None)
        assert caught.value.remedy == (PASSED_OVER if resumes else RESTORE)


@pytest.mark.parametrize(("blank", "problem"), [(0, None), (1024, None), (1025, "whose Content-Length is too small")])
def test_so_many_blank_lines_after_a_record_are_put_up_with(blank, problem, path):
    member = gzip.compress(record()[:-4] + b"\r\n" * (blank // 2) + b"\n" * (blank % 2))
    path.write_bytes(member + gzip.compress(sound()))
    if problem is None:
        assert read_all(path)[0][:3] == (0, len(member), len(member))
        return
    with pytest.raises(WarcError, match=problem) as caught:
        read_all(path)
    assert caught.value.remedy == PASSED_OVER


@pytest.mark.parametrize("blank", [1024, 1026])
def test_blank_lines_beyond_those_are_a_place_of_their_own_in_a_plain_file(blank, path):
    first = record()[:-4]
    path.write_bytes(first + b"\r\n" * (blank // 2) + sound())
    records = iter_records(path)
    assert next(records).type == "response"
    if blank == 1024:
        assert next(records).offset == len(first) + blank
        return
    with pytest.raises(WarcError, match="blank lines where a record would begin") as caught:
        next(records)
    assert (caught.value.offset, caught.value.resume) == (len(first) + 1024, len(first) + 1026)


def test_what_goes_on_after_the_record_is_another_record_or_more_of_the_block(path):
    for more, problem in (
        (sound(), r"goes on after the record \(a file compressed as a whole\? `warcio recompress"),
        (b"http://a.cn/ 192.0.2.1 20140216050221 text/html 5\nHTTP/", "goes on after the record"),
        (b"!more", "goes on after the block, whose Content-Length is too small"),
    ):
        path.write_bytes(gzip.compress(record() + more))
        for read in (read_all, lambda path: read_record(path, 0)):
            with pytest.raises(WarcError, match=problem):
                read(path)
    path.write_bytes(gzip.compress(record()[:-4] + b"more"))
    with pytest.raises(WarcError, match="goes on after the block"):
        read_all(path)


@pytest.mark.parametrize(("length", "there"), [(10, 3), (100_000, 99_999), (100_000, 0)])
def test_a_block_that_is_not_there_is_counted(length, there, packed, path):
    whole = record({"Content-Length": str(length)}, block=b"x" * there).removesuffix(b"\r\n\r\n")
    path.write_bytes(packed(whole))

    missing = f"the block ends {length - there:,} bytes? before its Content-Length says"
    for read in (lambda each: each.load(), lambda each: each.head(length), lambda each: each.length):
        with path.open("rb") as file:
            found = reader.record_at(file, path, 0)
            assert found.content_length == length
            with pytest.raises(WarcError, match=missing):
                read(found)


def test_a_block_may_end_with_the_file(path):
    path.write_bytes(record(block=b"x" * 100_000).removesuffix(b"\r\n\r\n"))
    (only,) = read_all(path)

    assert only == (0, path.stat().st_size, path.stat().st_size, b"")


@pytest.mark.parametrize("more", [0, 1])
def test_a_block_that_is_too_large_is_not_read(more, packed, path):
    path.write_bytes(packed(record(block=b"x" * (1000 + more))))
    if not more:
        assert read_record(path, 0, max_block=1000).load().head(2000) == b"x" * 1000
        return
    with pytest.raises(WarcError, match="the block has 1,001 bytes, more than 1,000"):
        read_record(path, 0, max_block=1000)


def test_a_block_is_read_once_unless_it_is_loaded(packed, path):
    block = bytes(range(256)) * 40
    path.write_bytes(packed(record(block=block)))
    with path.open("rb") as file:
        once = reader.record_at(file, path, 0)
        assert once.head(10) == block[:10]
        assert once.head(6000) == block[:6000]
        assert once.head(10**6) == block
        assert b"".join(once.chunks()) == block
        assert b"".join(once.chunks()) == b""
        loaded = reader.record_at(file, path, 0)
        assert loaded.load() is loaded.load()
        assert loaded.head(10) == block[:10]
        assert [b"".join(loaded.chunks()) for _ in range(2)] == [block, block]


def test_a_field_has_its_first_value_and_all_of_them_in_any_case(path):
    path.write_bytes(record({"X-A": "1", "x-a": "2", "X-a": "3", "WARC-Type": "RESPONSE", "WARC-Truncated": "length"}))
    read = read_record(path, 0)

    assert (read.get("x-A"), read.values("x-A"), read.values("x-b"), read.get("x-b", "?")) == (
        "1", ["1", "2", "3"], [], "?"
    )  # fmt: skip
    assert (read.type, read.http().truncated, read.is_compressed) == ("response", True, False)
    path.write_bytes(members(record()))
    assert (read_record(path, 0).http().truncated, read_record(path, 0).is_compressed) == (False, True)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"content-length": "5"}, "it has 2 Content-Lengths in a record of type 'response'"),
        ({"Content-Length": "1" * 19}, "Content-Length is a number of 19 digits"),
        ({"Content-Length": "x"}, "Content-Length is no number: 'x'"),
        ({"Content-Length": None}, "no Content-Length"),
    ],
)
def test_a_record_of_no_certain_length_is_passed_over(fields, problem, path):
    first = gzip.compress(record(fields))
    path.write_bytes(first + gzip.compress(sound()))
    with pytest.raises(RecordError, match=problem) as caught:
        read_all(path)

    assert (caught.value.resume, caught.value.remedy) == (len(first), PASSED_OVER)


@pytest.mark.parametrize(
    ("magic", "skippable"),
    [
        (b"\x50\x2a\x4d\x18", True), (b"\x5f\x2a\x4d\x18", True), (b"\x4f\x2a\x4d\x18", False),
        (b"\x60\x2a\x4d\x18", False), (b"\xd0\x2a\x4d\x18", False), (b"\x50\x2a\x4d\x19", False),
    ],
)  # fmt: skip
def test_sixteen_kinds_of_frames_are_skipped(magic, skippable, path):
    assert is_skippable(magic) == skippable
    if not skippable:
        return
    frames = magic + b"\3\0\0\0abc" + magic + bytes(4)
    path.write_bytes(frames + record())
    assert read_record(path, 0).offset == len(frames)
    path.write_bytes(frames)
    assert list(iter_records(path)) == []
    for cut in (1, 4, 5):
        path.write_bytes(frames[: len(frames) - 8 - cut] if cut == 1 else frames[: -cut + 1] + magic)
        with pytest.raises(WarcError):
            list(iter_records(path))


def test_what_begins_no_record_is_named_with_its_place(path):
    path.write_bytes(record() + b"\x00\x01\x02\x03")
    with pytest.raises(
        WarcError, match=r"neither a gzip member nor a WARC record begins here, but b'\\x00\\x01'"
    ) as caught:
        read_all(path)
    assert (caught.value.offset, str(caught.value).endswith(RESTORE)) == (len(record()), True)
    assert caught.value.finding == f"{path} at byte {len(record()):,}: {caught.value.problem}"


@pytest.mark.parametrize("behind", [b"", sound()])
def test_zeros_hide_nothing_at_the_end_and_are_a_hole_before_a_record(behind, path):
    first = record()
    path.write_bytes(first + bytes(300_000) + behind)
    kind, problem = (WarcError, "300,000 NUL bytes where") if behind else (RecordError, "ends with 300,000 NUL bytes")
    with pytest.raises(kind, match=problem) as caught:
        read_all(path)

    assert type(caught.value) is kind
    assert (caught.value.offset, caught.value.resume) == (len(first), len(first) + 300_000)


# -- HTTP messages ----------------------------------------------------------------------------------------------------


def message(block: bytes, **changes) -> HttpMessage:
    return HttpMessage(parse_head(block), Wire(block), "x.warc at byte 0", **changes)


def test_a_payload_may_be_as_long_as_the_limit():
    whole = message(page(b"x" * 100))
    assert len(whole.payload(limit=100)) == len(whole.body(limit=100)) == 100
    with pytest.raises(BodyTooLargeError):
        whole.payload(limit=99)

    # The coding was undone, and the length of what was coded left there: all that lies behind the head counts.
    undone = message(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\n" + b"<p>" * 10)
    assert undone.payload(limit=30) == b"<p>" * 10
    with pytest.raises(BodyTooLargeError):
        undone.payload(limit=29)


def test_what_follows_a_message_is_no_part_of_its_payload():
    assert message(page(b"short") + b"and more").payload() == b"short"
    coded = gzip.compress(b"<p>page</p>")
    assert message(page(coded, b"Content-Encoding: gzip") + b"and more").payload() == coded
    chunks = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX: y\r\n\r\n"
    assert message(chunks).payload() == b"abc"


def test_a_revisit_has_payload_and_codings_of_its_original():
    body = gzip.compress(b"<p>page</p>")
    first = message(page(body, b"Content-Encoding: gzip", b"Content-Type: text/html"), cut_off=True)
    for head, codings in (
        (b"HTTP/1.1 304 Not Modified\r\nContent-Type: text/html\r\n\r\n", ["gzip"]),
        (b"HTTP/1.1 200 OK\r\n\r\n", ["gzip"]),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", []),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\n", ["br"]),
    ):
        again = message(head, original=first)
        assert (again.payload(), again.content_codings, again.truncated) == (body, codings, True)
    assert message(PAGE, original=message(PAGE), cut_off=True).truncated is False
    with pytest.raises(BodyTooLargeError):
        message(PAGE, original=first).payload(limit=len(body) - 1)


@pytest.mark.parametrize("skip", range(8))
def test_what_lies_behind_a_place_is_given_whatever_the_pieces(skip):
    pieces = [b"ab", b"", b"cde", b"f"]

    assert b"".join(behind(pieces, skip)) == b"abcdef"[skip:]


# -- bytes on their way -----------------------------------------------------------------------------------------------


def test_bytes_on_disk_are_read_in_pieces_of_so_many(monkeypatch):
    monkeypatch.setattr("newsspider.warc.exchange.MEMORY_LIMIT", 10)
    wire = Wire()
    data = bytes(range(256)) * (2 * CHUNK_SIZE // 256)
    for start in range(0, len(data), 99_999):
        wire.append(data[start : start + 99_999])

    assert [len(piece) for piece in wire.chunks()] == [262_144, 262_144]
    assert b"".join(wire.chunks()) == data
    assert wire.head(7) == data[:7]


def test_a_disk_that_takes_a_part_of_a_piece_gets_the_rest_too(monkeypatch):
    class Slow(io.BytesIO):
        def write(self, data) -> int:
            return super().write(data[:3])

    monkeypatch.setattr("newsspider.warc.exchange.MEMORY_LIMIT", 4)
    monkeypatch.setattr("newsspider.warc.exchange.tempfile.TemporaryFile", lambda buffering: Slow())
    wire = Wire()
    for piece in (b"abc", b"defgh", b"i"):
        wire.append(piece)

    assert (len(wire), b"".join(wire.chunks())) == (9, b"abcdefghi")


def test_a_disk_that_is_full_is_told_to_who_reads(monkeypatch):
    class Full(io.BytesIO):
        def write(self, data) -> int:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("newsspider.warc.exchange.MEMORY_LIMIT", 4)
    monkeypatch.setattr("newsspider.warc.exchange.tempfile.TemporaryFile", lambda buffering: Full())
    wire = Wire(b"abcd")
    assert b"".join(wire.chunks()) == b"abcd"
    for _ in range(2):
        wire.append(b"e")
        with pytest.raises(OSError, match="No space"):
            list(wire.chunks())
    assert len(wire) == 6
