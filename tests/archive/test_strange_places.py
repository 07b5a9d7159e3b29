"""What an index, a lock or a stranger's bytes may be, and what becomes of the archive then."""

from __future__ import annotations

import fcntl
import os
import threading
import time

import pytest

from newsspider.collection.collection import Collection
from newsspider.collection.lock import CollectionLockedError, is_locked, locked
from newsspider.collection.writer import ArchiveWriteError
from newsspider.warc import exchange as exchanges
from newsspider.warc.cdxj import CdxjEntry, IndexDamagedError, find
from newsspider.warc.exchange import Wire
from newsspider.warc.reader import WarcError, read_record
from tests.archive.exchanges import exchange, page, writer

URL = "https://www.a.example/"


@pytest.mark.parametrize("offset", [-1, 1 << 60, (1 << 63) - 1, 1 << 63, 10**30])
def test_no_file_has_such_a_place(tmp_path, offset):
    path = tmp_path / "a.warc"
    path.write_bytes(b"WARC/1.0\r\n")

    with pytest.raises(WarcError, match="no file has such a place"):
        read_record(path, offset)
    with pytest.raises(WarcError, match="the file ends before"):
        read_record(path, 1 << 40)


@pytest.mark.parametrize(
    ("written", "status"),
    [("200", "200"), ('"200"', "200"), ("null", None), ("[1]", None), ("true", None), ("{}", None)],
)
def test_status_media_type_and_digest_of_an_index_are_text_or_none(written, status):
    said = ", ".join(f'"{name}": {written}' for name in ("status", "mime", "digest"))
    entry = CdxjEntry.parse(
        f'example,a)/ 20260101000000 {{"url": "{URL}", {said}, "length": 1, "offset": 0, "filename": "a"}}'
    )

    assert (entry.status, entry.mime, entry.digest) == (status, status, status)


def test_line_of_an_index_that_is_no_text_is_told_in_words(tmp_path):
    path = tmp_path / "index.cdxj"
    path.write_bytes(b'example,a)/ 20260101000000 {"url": "\xff"}\n')

    with pytest.raises(IndexDamagedError, match=r"not in UTF-8: b'example,a\)/ 20260101000000") as raised:
        list(find(path, "example,a)/"))
    assert "codec" not in str(raised.value)


def test_index_that_rots_during_a_crawl_is_named_and_the_captures_are_there(tmp_path):
    with writer(tmp_path / "a") as first:
        first.write_exchange(exchange(page(b"one"), url=f"{URL}1"))
    index = Collection(tmp_path / "a").index.path
    there, data = index.stat(), bytearray(index.read_bytes())
    opened = writer(tmp_path / "a")
    data[data.index(b" ")] = ord("x")
    index.write_bytes(data)
    os.utime(index, ns=(there.st_atime_ns, there.st_mtime_ns))

    opened.write_exchange(exchange(page(b"two"), url=f"{URL}2"))
    with pytest.raises(ArchiveWriteError, match=r"index\.cdxj.*rebuild the index from them with: scrapy index a"):
        opened.finish()
    assert len(opened.close()) == 1
    assert len([*(tmp_path / "a" / "archive").glob("*.warc.gz")]) == 2


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_what_arrives_in_small_pieces_is_kept_as_it_came(size, monkeypatch):
    monkeypatch.setattr(exchanges, "MEMORY_LIMIT", 100)
    data = bytes(range(256)) * 40
    wire = Wire(b"")
    for start in range(0, len(data), size):
        wire.append(data[start : start + size])

    assert b"".join(wire.chunks()) == data
    assert wire.head(9) == data[:9]
    wire.close()


def test_who_looks_whether_a_collection_is_locked_keeps_no_crawl_from_it(tmp_path):
    path = tmp_path / "lock"
    path.touch()
    descriptor = os.open(path, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    letting_go = threading.Timer(0.05, os.close, [descriptor])
    letting_go.start()
    try:
        with locked(path):
            assert is_locked(path)
    finally:
        letting_go.join()


def test_who_writes_keeps_another_from_it_within_a_second(tmp_path):
    path = tmp_path / "lock"
    with locked(path):
        began = time.monotonic()
        with pytest.raises(CollectionLockedError, match=f"process {os.getpid()} is writing"), locked(path):
            pass
        assert time.monotonic() - began >= 0.4  # it was tried again
