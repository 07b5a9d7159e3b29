from __future__ import annotations

import contextlib
import gzip
import io
import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsspider.collection.captures import page_at
from newsspider.collection.collection import Collection
from newsspider.collection.indexing import rebuild_index
from newsspider.record.items import Locator
from newsspider.warc.exchange import MEMORY_LIMIT
from newsspider.warc.http import MAX_HEAD
from newsspider.warc.reader import WarcError, iter_records, read_record
from tests.archive import others
from tests.archive.exchanges import STARTED, URL, exchange, header, page, writer
from tests.archive.test_writer import ANSWERS, TEXT, files, write

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsspider.warc.reader import Record


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

    by_name = {
        name: page_at(collection, capture.where)
        for name, capture in zip(ANSWERS, captures, strict=True)
        if capture.status is not None
    }
    assert by_name["chunked"].http.body() == TEXT
    assert by_name["interim"].http.status == 200
    assert (by_name["plain"].capture.url, by_name["plain"].capture.captured) == (f"{URL}?n=0", STARTED)
    assert by_name["plain"].http.headers == [
        (b"Content-Type", b"text/html"),
        (b"Content-Length", b"%d" % len(TEXT)),
    ]
    assert len(by_name["large video"].http.body()) == MEMORY_LIMIT + 1


def test_a_request_is_no_page(tmp_path):
    (capture,) = write(tmp_path, ANSWERS["plain"])
    collection = Collection(tmp_path)
    request = list(iter_records(files(tmp_path)[0]))[2]

    with pytest.raises(WarcError, match=f"at byte {request.offset:,}: this record holds no page"):
        page_at(collection, replace(capture.where, offset=request.offset))


def test_a_revisit_whose_original_is_gone_says_so(tmp_path):
    (first,) = write(tmp_path, ANSWERS["plain"])
    (second,) = write(tmp_path, ANSWERS["plain"])
    index = Collection(tmp_path).index_path
    lines = index.read_text().splitlines(keepends=True)
    index.write_text("".join(line for line in lines if first.where.warc not in line))

    place = f"{second.where.warc} at byte {second.where.offset}"
    with pytest.raises(WarcError, match=f"{place}: a revisit whose original, of .*, is in none of the files"):
        page_at(Collection(tmp_path), second.where)


def test_an_address_as_long_as_a_server_can_make_it_is_read_again(tmp_path):
    url = f"{URL}?x={'%e7' * MAX_HEAD}"
    answers = [page(TEXT), page(TEXT), page(b"behind it")]
    with writer(tmp_path) as open_writer:
        captures = [open_writer.write_exchange(exchange(answer, url=url)) for answer in answers]
    (file,) = files(tmp_path)

    read = {record.record_id: (record.type, record.url) for record in iter_records(file)}

    assert [capture.type for capture in captures] == ["response", "revisit", "response"]
    assert [read[capture.where.record_id] for capture in captures] == [(capture.type, url) for capture in captures]


def read_to_the_end(records: Iterable[Record]) -> int:
    return sum(record.length for record in records)


DAMAGES = {
    "cut within a member": (lambda data, second: data[: second + 50], "the file ends within a gzip member"),
    "cut within a member's trailer": (lambda data, second: data[:-3], "the file ends within a gzip member"),
    "a flipped bit": (
        lambda data, second: data[: second + 60] + bytes([data[second + 60] ^ 4]) + data[second + 61 :],
        "not a whole gzip member",
    ),
    "zeros, as a power cut leaves them": (
        lambda data, second: data[:second] + bytes(500),
        "the file ends with 500 NUL bytes",
    ),
    "zeros in place of a record": (
        lambda data, second: data[:second] + bytes(500) + data[:second],
        "500 NUL bytes where a record would begin",
    ),
    "an empty member": (
        lambda data, second: data[:second] + gzip.compress(b"") + data[:second],
        "an empty gzip member",
    ),
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
        "the gzip member goes on after the block, whose Content-Length is too small",
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


def test_a_revisit_by_another_archiver_is_resolved_across_files(tmp_path):
    collection = Collection(tmp_path)
    collection.archive_dir.mkdir()
    for name in ("original.warc.gz", "revisit.warc.gz"):
        (collection.archive_dir / name).write_bytes(others.FILES[name]())
    rebuild_index(collection, lambda done, total, captures: None)
    revisit = next(iter_records(collection.archive_dir / "revisit.warc.gz"))

    where = Locator(warc=revisit.path.name, offset=revisit.offset, length=0, record_id=None)
    assert others.TITLE in page_at(collection, where).http.body()


@pytest.mark.parametrize(
    ("name", "problem"),
    [("whole.warc.gz", "goes on after the record"), ("clipped.warc", "at byte [0-9,]+: neither")],
)
def test_damaged_archives_of_others_are_named(name, problem, tmp_path):
    with pytest.raises(WarcError, match=problem):
        read_to_the_end(iter_records(others.write_files(tmp_path) / name))


def test_a_page_smaller_than_its_neighbours_is_read_alone(tmp_path):
    """A reader that opens just the member of a locator gets the page."""
    (capture,) = write(tmp_path, page(b"small"))
    data = files(tmp_path)[0].read_bytes()

    end = capture.where.offset + capture.where.length
    assert gzip.decompress(data[capture.where.offset : end]).endswith(b"small\r\n\r\n")


@pytest.mark.parametrize("offset", [-1, 1 << 60, (1 << 63) - 1, 1 << 63, 10**30])
def test_no_file_has_such_a_place(tmp_path, offset):
    path = tmp_path / "a.warc"
    path.write_bytes(b"WARC/1.0\r\n")

    with pytest.raises(WarcError, match="no file has such a place"):
        read_record(path, offset)
    with pytest.raises(WarcError, match="the file ends before"):
        read_record(path, 1 << 40)
