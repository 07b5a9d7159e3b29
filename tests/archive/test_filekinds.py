"""What a file is, by its name and its first bytes."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import sys
import zlib

import pytest

from newsspider.warc import filekinds
from newsspider.warc.filekinds import (
    PEEK,
    holds_arc,
    holds_warc,
    is_arc_name,
    is_warc_name,
    unpacked,
    unread_in,
    unread_kind,
)
from tests.archive.odd import record

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

WARC = record()
ARC = b"filedesc://x.arc 0.0.0.0 20140216050221 text/plain 0\n\n"
TEXT = b"just some text, which is none of both\n" * 3
DICTIONARY = b"\x5d\x2a\x4d\x18\x04\0\0\0abcd"
PACKERS = {"gzip": gzip.compress, "zstd": zstd.compress, "bzip2": bz2.compress, "xz": lzma.compress, "plain": bytes}
NOT_UTF_8 = os.fsdecode(b"\xff.")


@pytest.mark.parametrize(
    ("name", "warc", "arc"),
    [
        *((name, True, False) for name in ("a.warc", "a.warc.gz", "a.warc.zst", "A.WARC", "看.Warc.Gz")),
        *((name, True, False) for name in (".warc", "a.arc.warc")),
        *((name, False, True) for name in ("a.arc", "a.arc.gz", "a.arc.zst", "A.ARC.GZ", "看.arc", "a.warc.arc")),
        *((name, False, False) for name in ("a.warc.gz.open", "a.warc.bz2", "a.arc.bz2", "awarc")),
        *((name, False, False) for name in ("warc", "", "a.warc.gz ")),
        *((NOT_UTF_8 + end, False, False) for end in ("warc", "warc.gz", "arc", "arc.gz")),
        *((os.fsdecode(b"a\x80b.") + end, False, False) for end in ("warc", "arc")),
        *(("a\ud800.warc", False, False), ("a\udfff.arc", False, False), ("a\ue000.warc", True, False)),
    ],
    ids=range(29),
)
def test_a_name_tells_what_a_file_is(name, warc, arc):
    assert (is_warc_name(name), is_arc_name(name)) == (warc, arc)


@pytest.mark.parametrize("packer", PACKERS)
def test_what_a_packed_file_holds_is_seen(packer):
    assert unpacked(PACKERS[packer](TEXT)) == TEXT


@pytest.mark.parametrize("packer", [each for each in PACKERS if each != "plain"])
def test_of_a_packed_file_little_is_unpacked_and_damage_is_nothing(packer):
    bomb = PACKERS[packer](bytes(1 << 22))
    assert unpacked(bomb[:PEEK]) in (bytes(PEEK), b"")
    assert unpacked(PACKERS[packer](bytes(2 * PEEK))) == bytes(PEEK)

    packed = PACKERS[packer](TEXT)
    assert unpacked(packed[:6] + b"\xff" * 30) == b""
    assert TEXT.startswith(unpacked(packed[:-1]))


@pytest.mark.parametrize(
    ("start", "warc", "arc"),
    [
        *((pack(WARC), True, False) for pack in (bytes, gzip.compress, zstd.compress)),
        *((pack(ARC), False, True) for pack in (bytes, gzip.compress, zstd.compress)),
        *((pack(data), False, False) for pack in (bz2.compress, lzma.compress) for data in (WARC, ARC)),
        *((pack(TEXT), False, False) for pack in PACKERS.values()),
        *((WARC[:5], True, False), (b"warc/1.0", True, False), (b"WARC", False, False), (b"", False, False)),
        (DICTIONARY, True, False),
        (b"filedesc:", False, True),
        (b"filedescriptor", False, False),
    ],
    ids=range(22),
)
def test_first_bytes_tell_what_a_file_is(start, warc, arc):
    assert (holds_warc(start), holds_arc(start)) == (warc, arc)


COMPRESSED = {
    "bzip2": bz2.compress(WARC),
    "xz": lzma.compress(WARC),
    "LZ4": b"\x04\x22\x4d\x18" + bytes(9),
    "7z": b"7z\xbc\xaf\x27\x1c" + bytes(9),
    "RAR": b"Rar!\x1a\x07\x01\x00",
    "compress": b"\x1f\x9d" + bytes(9),
}


@pytest.mark.parametrize("name", ["x.warc.{}", "x.WARC.{}", "x.arc.{}", "x.wacz.{}", "x.wacz"])
@pytest.mark.parametrize("compression", COMPRESSED)
def test_a_compression_that_is_not_read_is_named_by_the_name_of_the_file(compression, name):
    said = f"it is compressed by {compression}, which is not read: compress it by gzip"

    assert str(unread_kind(name.format(compression), COMPRESSED[compression])).startswith(said)


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (bz2.compress(WARC), True),
        (lzma.compress(WARC), True),
        (b"\x04\x22\x4d\x18" + bytes(50) + b"WARC/1.0", True),
        (b"\x04\x22\x4d\x18" + bytes(60) + b"WARC/1.0", False),
        (bz2.compress(TEXT), False),
        (lzma.compress(TEXT), False),
        (b"Rar!" + bytes(9), False),
    ],
    ids=range(7),
)
def test_a_compression_that_is_not_read_is_named_by_what_it_holds(data, named):
    for name in ("crawl", "crawl.warcs", "xwarc.bz2", "crawl.arch.bz2"):
        assert (unread_kind(name, data) is not None) is named


@pytest.mark.parametrize(
    ("name", "start", "said"),
    [
        ("x.wacz", b"PK\x03\x04...", "a package of its own: give it by itself"),
        ("x.WACZ", b"PK\x03\x04...", "a package of its own: give it by itself"),
        ("x.zip", b"PK\x03\x04...", None),
        ("old", ARC, "an ARC file, the format before WARC"),
        ("old", gzip.compress(ARC), "an ARC file, the format before WARC"),
        ("x.arc.gz", b"anything", "an ARC file, the format before WARC"),
        ("x.arc", b"", None),
        ("crawl", WARC, "it is a WARC file by how it begins, and is not called one: give it a name that ends in .warc"),
        ("crawl", DICTIONARY, "it is a WARC file by how it begins"),
        (NOT_UTF_8 + "warc", WARC, "its name is not UTF-8, so that no record could cite it: rename it"),
        (NOT_UTF_8 + "warc", ARC, "its name is not UTF-8"),
        (NOT_UTF_8 + "warc", TEXT, None),
        ("crawl", TEXT, None),
        ("crawl", gzip.compress(TEXT), None),
        ("crawl", b"", None),
        ("crawl", gzip.compress(WARC)[:10] + b"\xff" * 9, None),
        ("crawl", zlib.compress(WARC), None),
    ],
    ids=range(17),
)
def test_a_file_that_is_not_read_is_told_with_what_to_do(name, start, said):
    kind = unread_kind(name, start)

    assert kind is None if said is None else str(kind).startswith(said)


def test_a_folder_of_many_files_is_looked_at_whole(tmp_path):
    for number in range(300):
        path = tmp_path / "folder" / str(number % 10) / f"{number}.warc"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()

    ((_, why),) = unread_in(tmp_path, lambda name: False)
    assert str(why).startswith("a folder with 300 WARC files in it, which are not read: give the folder by itself")


def test_what_lies_in_a_folder_and_is_not_read_is_in_order(tmp_path):
    for name in ("b", "a", "read", "notes.txt"):
        (tmp_path / name).write_bytes(TEXT if name == "notes.txt" else WARC)
    for name in ("d/x/one.warc", "d/two.ARC.gz", "c/three.WACZ", "c/three.txt", "e/x.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "e" / "up").symlink_to(tmp_path, target_is_directory=True)

    unread = list(unread_in(tmp_path, lambda name: name == "read"))
    assert [(path.name, str(why).partition(",")[0]) for path, why in unread] == [
        ("a", "it is a WARC file by how it begins"),
        ("b", "it is a WARC file by how it begins"),
        ("c", "a folder with 1 WARC file in it"),
        ("d", "a folder with 2 WARC files in it"),
    ]


@pytest.mark.parametrize(("most", "counted"), [(1, 4), (5, 4), (6, 8), (10, 8), (11, 12), (20, 16)])
def test_deeper_folders_are_looked_at_until_so_many_files_were(tmp_path, monkeypatch, most, counted):
    monkeypatch.setattr(filekinds, "_MAX_FILES", most)
    folder = tmp_path / "folder"
    for _ in range(4):  # one within the other
        folder.mkdir()
        for number in range(4):
            (folder / f"{number}.warc").touch()
        folder /= "folder"

    ((path, why),) = unread_in(tmp_path, lambda name: False)
    assert (path, str(why).partition(",")[0]) == (tmp_path / "folder", f"a folder with {counted} WARC files in it")
