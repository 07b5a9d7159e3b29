"""WACZ files of honest tools are read in their place; what no honest tool writes is refused."""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import struct
import zipfile
from contextlib import closing, suppress
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsspider.collection.captures import page_at
from newsspider.collection.collection import Collection
from newsspider.collection.lookup import Lookup
from newsspider.collection.source import SourceError
from newsspider.collection.wacz import FileSpan, Wacz, WaczError
from newsspider.warc.reader import WarcError, iter_records, read_record
from tests.archive.exchanges import URL, exchange, page, writer
from tests.archive.test_writer import ANSWERS, write

if TYPE_CHECKING:
    from pathlib import Path

STORED, DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED


def wacz(path: Path, members: dict[str, bytes], compression: int = STORED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    write(tmp_path / "c", *ANSWERS.values())
    return Collection(tmp_path / "c")


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    path = tmp_path / "scratch"
    path.mkdir()
    return path


def found(path: Path, url: str, reports: list[str] | None = None) -> Any:
    with closing(Lookup([path], (reports if reports is not None else []).append, max_block=None)) as lookup:
        return lookup.page(url, None)


@pytest.mark.parametrize("compression", [STORED, DEFLATED])
def test_records_are_where_they_are_in_the_warc_file(collection, scratch, tmp_path, compression):
    (warc,) = collection.warc_files()
    members = {"pages/pages.jsonl": b"{}", f"archive/{warc.name}": warc.read_bytes()}
    path = wacz(tmp_path / "c.wacz", members, compression)
    (part,) = Wacz(path, scratch).warcs()

    def read(source: Any) -> list[tuple[int, int, bytes]]:
        alone = [read_record(source, each.offset) for each in iter_records(source)]
        return [(each.offset, each.length, b"".join(each.chunks())) for each in alone]

    assert read(part) == read(warc)
    assert (part.name, str(part)) == (warc.name, f"{path}: archive/{warc.name}")
    assert len(list(scratch.iterdir())) == (0 if compression == STORED else 1)


def test_a_fault_is_named_with_wacz_and_member(collection, scratch, tmp_path):
    (warc,) = collection.warc_files()
    path = wacz(tmp_path / "c.wacz", {f"archive/{warc.name}": warc.read_bytes()[:-3]})
    (part,) = Wacz(path, scratch).warcs()

    with pytest.raises(WarcError, match=rf"c\.wacz: archive/{warc.name} at byte [0-9,]+: the file ends within"):
        list(iter_records(part))


def cdxj(collection: Collection) -> bytes:
    return collection.index_path.read_bytes()


def browsertrix_index(collection: Collection) -> bytes:
    """As warcio.js writes it: milliseconds, numbers as numbers, digests labelled in its way, a path in the name."""
    lines = []
    for line in cdxj(collection).decode().splitlines():
        key, timestamp, fields = line.split(" ", 2)
        block = json.loads(fields)
        block |= {name: int(block[name]) for name in ("offset", "length")}
        block |= {"digest": "sha-256:00", "filename": f"archive/{block['filename']}"}
        lines.append(f"{key} {timestamp}123 {json.dumps(block, separators=(',', ':'))}\n")
    return "".join(reversed(lines)).encode()


def compressed_index(collection: Collection) -> bytes:
    """As py-wacz writes it: members one after another, the first about the index itself."""
    return gzip.compress(b'!meta 0 {"format": "cdxj-gzip-1.0"}\n') + gzip.compress(cdxj(collection))


INDEXES = {
    "as ours": ("index.cdxj", cdxj),
    "as browsertrix writes it": ("index.cdx", browsertrix_index),
    "compressed": ("index.cdx.gz", compressed_index),
}


@pytest.mark.parametrize(("name", "make"), INDEXES.values(), ids=INDEXES)
def test_its_index_is_used(collection, tmp_path, monkeypatch, name, make):
    (warc,) = collection.warc_files()
    members = {f"archive/{warc.name}": warc.read_bytes(), f"indexes/{name}": make(collection)}
    path = wacz(tmp_path / "c.wacz", members, DEFLATED)
    monkeypatch.setattr("newsspider.collection.source.page_lines", None)

    there = found(path, f"{URL}?n=0")
    assert there.http.body() == page_at(collection, there.capture.where).http.body()


@pytest.mark.parametrize(
    "index",
    [b"not an index\n", b"\xff\xfe\n", b'com,kankanews)/ 2026 {"url": 1}\n', gzip.compress(b"x" * 100)[:-9]],
    ids=["text", "no text", "wrong types", "cut off"],
)
def test_an_index_that_cannot_be_used_is_reported_and_done_without(collection, tmp_path, index):
    (warc,) = collection.warc_files()
    name = "index.cdx.gz" if index[:2] == b"\x1f\x8b" else "index.cdx"
    path = wacz(tmp_path / "c.wacz", {f"archive/{warc.name}": warc.read_bytes(), f"indexes/{name}": index})
    reports: list[str] = []

    assert found(path, f"{URL}?n=0", reports) is not None
    (report,) = reports
    assert "its index cannot be used" in report


def test_an_index_that_unpacks_without_end_is_not_read_to_it(collection, tmp_path):
    (warc,) = collection.warc_files()
    bomb = gzip.compress(b"!" + b"x" * 99 + b"\n") + gzip.compress((b"!" + b"x" * 99 + b"\n") * 50_000)
    path = wacz(tmp_path / "c.wacz", {f"archive/{warc.name}": warc.read_bytes(), "indexes/index.cdx.gz": bomb})
    reports: list[str] = []

    assert found(path, f"{URL}?n=0", reports) is not None
    assert "zip bomb" in reports[0]


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize("name", ["../../x.warc.gz", "archive/../../x.warc", "/x.warc", "archive\\..\\x.warc", "c:/x"])
def test_names_that_lead_outside_are_refused(tmp_path, scratch, name):
    with pytest.raises(WaczError, match="leads outside it"):
        Wacz(wacz(tmp_path / "x.wacz", {"archive/a.warc": b"", name: b"x"}), scratch)
    assert list(scratch.iterdir()) == []


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path, scratch):
    path = wacz(tmp_path / "x.wacz", {"archive/a.warc": b"WARC/1.0\r\n" + bytes(5_000_000)}, DEFLATED)

    with pytest.raises(WaczError, match="5,000,010 bytes, more than 100 times its size"):
        Wacz(path, scratch)
    assert list(scratch.iterdir()) == []


def bulky(size: int, ratio: int) -> bytes:
    """Bytes that deflate makes *ratio* times smaller."""
    noise = random.Random(1).randbytes(size // ratio)
    return noise + bytes(size - len(noise))


def test_more_than_an_honest_package_takes_on_the_disk_is_refused_before_it_is_written(
    tmp_path, scratch, monkeypatch
):
    monkeypatch.setattr("newsspider.collection.wacz.FREE_DISK", 1 << 20)
    members = {f"archive/{name}.warc": bulky(900_000, 50) for name in "ab"}
    path = wacz(tmp_path / "x.wacz", members, DEFLATED)

    with pytest.raises(WaczError, match=r"archive/b\.warc would take 1,800,000 bytes on the disk"):
        Wacz(path, scratch).warcs()
    assert sum(each.stat().st_size for each in scratch.iterdir()) == 900_000


def test_honest_members_are_unpacked_whatever_their_size(tmp_path, scratch, monkeypatch):
    monkeypatch.setattr("newsspider.collection.wacz.FREE_DISK", 0)
    path = wacz(tmp_path / "x.wacz", {"archive/a.warc": bulky(2_000_000, 20)}, DEFLATED)

    (part,) = Wacz(path, scratch).warcs()

    assert part.size == 2_000_000


def test_what_a_disk_has_no_room_for_is_not_begun(tmp_path, scratch, monkeypatch):
    path = wacz(tmp_path / "x.wacz", {"archive/a.warc": b"WARC/1.0"}, DEFLATED)
    monkeypatch.setattr("newsspider.collection.wacz.shutil.disk_usage", lambda _: SimpleNamespace(free=7))

    with pytest.raises(OSError, match="No space left"):
        Wacz(path, scratch).warcs()
    assert list(scratch.iterdir()) == []


def test_a_bomb_that_understates_its_size_is_not_unpacked_beyond_it(tmp_path, scratch):
    path = wacz(tmp_path / "x.wacz", {"archive/a.warc": bytes(5_000_000)}, DEFLATED)
    data = path.read_bytes().replace(struct.pack("<I", 5_000_000), struct.pack("<I", 1000))
    path.write_bytes(data)

    with pytest.raises(WaczError, match="cannot be unpacked"):
        Wacz(path, scratch).warcs()
    assert sum(each.stat().st_size for each in scratch.iterdir()) <= 1000


def test_members_that_share_their_bytes_are_refused(tmp_path, scratch):
    """David Fifield's bomb: many entries, one kernel."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("archive/a.warc", bytes(1000))
        twin = zipfile.ZipInfo("archive/b.warc")
        first = archive.infolist()[0]
        twin.header_offset, twin.CRC, twin.compress_size, twin.file_size = 10, first.CRC, 1000, 1000
        archive.filelist.append(twin)
    path = tmp_path / "x.wacz"
    path.write_bytes(buffer.getvalue())

    with pytest.raises(WaczError, match="overlaps"):
        Wacz(path, scratch)


def test_encrypted_members_are_refused(tmp_path, scratch):
    path = wacz(tmp_path / "x.wacz", {"archive/a.warc": b"x"})
    data = bytearray(path.read_bytes())
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)

    with pytest.raises(WaczError, match="encrypted"):
        Wacz(path, scratch)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"not a zip"])
def test_what_is_no_zip_is_refused(tmp_path, scratch, data):
    (tmp_path / "x.wacz").write_bytes(data)

    with pytest.raises(WaczError, match="not a zip file"):
        Wacz(tmp_path / "x.wacz", scratch)


def test_a_wacz_without_warc_files_is_refused(tmp_path):
    with pytest.raises(SourceError, match="it holds no WARC file"):
        found(wacz(tmp_path / "x.wacz", {"datapackage.json": b"{}", "other/a.warc": b"x"}), URL)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), changes=st.integers(1, 8), compression=st.sampled_from([STORED, DEFLATED]))
def test_a_damaged_wacz_is_read_or_refused_and_nothing_else(tmp_path_factory, seed, changes, compression):
    directory = tmp_path_factory.mktemp("wacz")
    with writer(directory / "c") as open_writer:
        open_writer.write_exchange(exchange(page(b"x" * 500)))
    collection = Collection(directory / "c")
    (warc,) = collection.warc_files()
    members = {f"archive/{warc.name}": warc.read_bytes(), "indexes/index.cdxj": cdxj(collection)}
    path = wacz(directory / "c.wacz", members, compression)
    chance = random.Random(seed)
    data = bytearray(path.read_bytes())
    for _ in range(changes):
        data[chance.randrange(len(data))] = chance.randrange(256)
    path.write_bytes(data[: chance.choice([len(data), chance.randrange(len(data))])])

    with suppress(WaczError, SourceError):
        found(path, URL)


# ---------------------------------------------------------------- a part reads like a file


@settings(max_examples=40)
@given(
    before=st.binary(max_size=50), data=st.binary(max_size=200), behind=st.binary(max_size=50),
    seeks=st.lists(st.tuples(st.integers(-9, 250), st.integers(0, 60), st.sampled_from([os.SEEK_SET, os.SEEK_END]))),
)  # fmt: skip
def test_a_part_reads_like_a_file_of_its_own(tmp_path_factory, before, data, behind, seeks):
    path = tmp_path_factory.mktemp("part") / "x"
    path.write_bytes(before + data + behind)
    own = io.BytesIO(data)

    with FileSpan(path, len(before), len(data), len(data), "x", "x").open("rb") as part:
        assert part.read() == data
        for offset, size, whence in seeks:
            place = max(0, offset) if whence == os.SEEK_SET else -min(max(0, offset), len(data))
            assert part.seek(place, whence) == own.seek(place, whence)
            assert (part.read(size), part.tell()) == (own.read(size), own.tell())
