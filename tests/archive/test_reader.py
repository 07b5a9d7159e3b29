from __future__ import annotations

import contextlib
import gzip
import io
import random
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsspider.archive.collection import Collection, OriginalNotFoundError
from newsspider.archive.exchange import MEMORY_LIMIT
from newsspider.archive.http import MAX_HEAD
from newsspider.archive.indexing import rebuild_index
from newsspider.archive.reader import WarcError, iter_records, read_record
from newsspider.archive.record import header
from tests.archive.exchanges import REQUEST, STARTED, URL, exchange, page, writer
from tests.archive.test_writer import ANSWERS, TEXT, files, write

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsspider.archive.reader import Record

FOREIGN = Path(__file__).parents[2].parent / "shared" / "foreign"


def warc(*blocks: bytes, gzipped: bool = False) -> bytes:
    """A foreign WARC file: WARC/1.1 resource records, plain or gzipped each."""
    records = []
    for number, block in enumerate(blocks):
        fields = [
            ("WARC-Type", "resource"),
            ("WARC-Record-ID", f"<urn:uuid:{number}>"),
            ("WARC-Date", "2026-01-30T08:00:00Z"),
            ("WARC-Target-URI", f"<http://a.cn/{number} x>"),
            ("Content-Length", str(len(block))),
        ]
        record = header(fields) + block + b"\r\n\r\n"
        records.append(gzip.compress(record) if gzipped else record)
    return b"".join(records)


@given(blocks=st.lists(st.binary(max_size=300), max_size=6), gzipped=st.booleans())
def test_records_come_back_with_their_place(blocks, gzipped, tmp_path_factory):
    path = tmp_path_factory.mktemp("warc") / "x.warc"
    path.write_bytes(warc(*blocks, gzipped=gzipped))

    read = [(record.offset, b"".join(record.chunks()), record.length) for record in iter_records(path)]

    assert [block for _, block, _ in read] == blocks
    for offset, block, length in read:
        record = read_record(path, offset)
        assert (b"".join(record.chunks()), record.head(5), record.length) == (block, block[:5], length)


def test_a_record_tells_what_its_header_says(tmp_path):
    path = tmp_path / "x.warc"
    path.write_bytes(warc(b"block"))
    record = read_record(path, 0)

    assert (record.type, record.record_id, record.url, record.date.isoformat(), record.content_length) == (
        "resource", "urn:uuid:0", "http://a.cn/0%20x", "2026-01-30T08:00:00+00:00", 5
    )  # fmt: skip
    assert record.get("warc-type") == "resource"
    assert record.get("WARC-Truncated") is None


def test_a_page_is_read_through_its_locator(tmp_path):
    captures = write(tmp_path, *ANSWERS.values())
    collection = Collection(tmp_path)

    by_name = dict(zip(ANSWERS, (collection.page(capture) for capture in captures), strict=True))
    assert by_name["chunked"].http.body() == TEXT
    assert by_name["interim"].http.status == 200
    assert (by_name["plain"].url, by_name["plain"].captured) == (f"{URL}?n=0", STARTED)
    assert by_name["plain"].http.headers == [
        (b"Content-Type", b"text/html"),
        (b"Content-Length", b"%d" % len(TEXT)),
    ]
    assert len(by_name["large video"].http.body()) == MEMORY_LIMIT + 1


def test_a_request_is_no_page(tmp_path):
    (capture,) = write(tmp_path, ANSWERS["plain"])
    collection = Collection(tmp_path)
    request = list(iter_records(files(tmp_path)[0]))[2]

    class At:
        warc, offset = capture.warc, request.offset

    assert b"".join(collection.record(At).chunks()) == REQUEST
    with pytest.raises(WarcError, match="a record of type 'request' holds no page"):
        collection.page(At)


def test_a_revisit_whose_original_is_gone_says_so(tmp_path):
    (first,) = write(tmp_path, ANSWERS["plain"])
    (second,) = write(tmp_path, ANSWERS["plain"])
    index = Collection(tmp_path).index_path
    lines = index.read_text().splitlines(keepends=True)
    index.write_text("".join(line for line in lines if first.warc not in line))

    with pytest.raises(OriginalNotFoundError, match=rf"{second.warc} at byte {second.offset}: .* is not in the index"):
        Collection(tmp_path).page(second)


def test_an_address_as_long_as_a_server_can_make_it_is_read_again(tmp_path):
    url = f"{URL}?x={'%e7' * MAX_HEAD}"
    answers = [page(TEXT), page(TEXT), page(b"behind it")]
    with writer(tmp_path) as open_writer:
        captures = [open_writer.write_exchange(exchange(answer, url=url)) for answer in answers]
    (file,) = files(tmp_path)

    read = {record.record_id: (record.type, record.url) for record in iter_records(file)}

    assert [capture.type for capture in captures] == ["response", "revisit", "response"]
    assert [read[capture.record_id] for capture in captures] == [(capture.type, url) for capture in captures]


def read_to_the_end(records: Iterable[Record]) -> int:
    return sum(record.length for record in records)


DAMAGES = {
    "cut within a member": (lambda data, second: data[: second + 50], "the file ends within a gzip member"),
    "cut within a member's trailer": (lambda data, second: data[:-3], "the file ends within a gzip member"),
    "a flipped bit": (
        lambda data, second: data[: second + 60] + bytes([data[second + 60] ^ 4]) + data[second + 61 :],
        "not a whole gzip member",
    ),
    "zeros, as a power cut leaves them": (lambda data, second: data[:second] + bytes(500), "neither a gzip member nor"),
    "something else in gzip": (
        lambda data, second: data[:second] + gzip.compress(b"hello"),
        "no WARC record begins here",
    ),
    "a header without end": (
        lambda data, second: data[:second] + gzip.compress(b"WARC/1.1\r\nA: b\r\n"),
        "the WARC header does not end",
    ),
    "a header without length": (
        lambda data, second: data[:second] + gzip.compress(b"WARC/1.1\r\nWARC-Type: response\r\n\r\n"),
        "no Content-Length in a record of type 'response'",
    ),
    "a block shorter than announced": (
        lambda data, second: data[:second] + gzip.compress(b"WARC/1.1\r\nContent-Length: 99\r\n\r\nshort\r\n\r\n"),
        "the block ends 90 bytes before",
    ),
    "a block longer than announced": (
        lambda data, second: data[:second] + gzip.compress(b"WARC/1.1\r\nContent-Length: 2\r\n\r\nlonger\r\n\r\n"),
        "the gzip member goes on behind the record",
    ),
}


@pytest.mark.parametrize("case", DAMAGES)
def test_damage_is_named_with_file_and_place(case, tmp_path):
    damage, problem = DAMAGES[case]
    path = tmp_path / "x.warc.gz"
    whole = warc(b"first", random.Random(1).randbytes(400), gzipped=True)
    second = len(warc(b"first", gzipped=True))
    path.write_bytes(damage(whole, second))

    records = iter_records(path)
    assert b"".join(next(records).chunks()) == b"first"
    with pytest.raises(WarcError, match=rf"x\.warc\.gz at byte {second}: {problem}") as caught:
        read_to_the_end(records)

    assert (caught.value.offset, caught.value.exit_code) == (second, 1)
    with pytest.raises(WarcError):
        read_record(path, second)


@given(st.binary(max_size=300), st.integers(min_value=0, max_value=400))
def test_any_bytes_in_a_file_are_a_clear_error_or_records(junk, cut):
    whole = warc(b"first", b"second" * 30, gzipped=True)
    data = whole[:cut] + junk

    class InMemory:
        def open(self, mode: str) -> io.BytesIO:
            return io.BytesIO(data)

    with contextlib.suppress(WarcError):
        assert read_to_the_end(iter_records(InMemory())) == len(data)


def test_a_file_gzipped_as_a_whole_names_the_repair(tmp_path):
    path = tmp_path / "x.warc.gz"
    path.write_bytes(gzip.compress(warc(b"a", b"b")))

    with pytest.raises(WarcError, match="warcio recompress"):
        read_record(path, 0)


def test_a_record_without_a_usable_date_says_so(tmp_path):
    path = tmp_path / "x.warc"
    path.write_bytes(b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Date: yesterday\r\nContent-Length: 0\r\n\r\n\r\n\r\n")

    with pytest.raises(WarcError, match="WARC-Date is no date: 'yesterday'"):
        _ = read_record(path, 0).date


@pytest.mark.skipif(not FOREIGN.is_dir(), reason=f"no foreign archives in {FOREIGN}")
def test_a_revisit_by_another_archiver_is_resolved_across_files(tmp_path):
    (tmp_path / "archive").mkdir()
    for kind in ("orig", "revisit"):
        shutil.copy(FOREIGN / f"example-url-agnostic-{kind}.warc.gz", tmp_path / "archive")
    collection = Collection(tmp_path)
    rebuild_index(collection, lambda done, total, captures: None)
    revisit = next(
        record
        for record in iter_records(tmp_path / "archive/example-url-agnostic-revisit.warc.gz")
        if record.type == "revisit"
    )

    class At:
        warc, offset = revisit.path.name, revisit.offset

    assert b"Example Domain" in collection.page(At).http.body()


@pytest.mark.skipif(not FOREIGN.is_dir(), reason=f"no foreign archives in {FOREIGN}")
@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("example-bad-non-chunked.warc.gz", "goes on behind the record"),
        ("example-trunc.warc", "at byte 2,560: neither"),
    ],
)
def test_damaged_archives_of_others_are_named(name, problem):
    with pytest.raises(WarcError, match=problem):
        read_to_the_end(iter_records(FOREIGN / name))


def test_a_page_smaller_than_its_neighbours_is_read_alone(tmp_path):
    """A reader that opens just the member of a locator gets the page."""
    (capture,) = write(tmp_path, page(b"small"))
    data = files(tmp_path)[0].read_bytes()

    assert gzip.decompress(data[capture.offset : capture.offset + capture.length]).endswith(b"small\r\n\r\n")
