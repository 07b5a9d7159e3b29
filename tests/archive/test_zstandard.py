"""WARC files compressed by Zstandard, as the IIPC's proposal has them: a frame a record, with or without dictionary."""

from __future__ import annotations

import struct
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsspider.warc.reader import WarcError, iter_records, read_record
from newsspider.warc.salvage import salvage
from tests.archive.odd import PAGE, SOUND_URL, URL, record, sound

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

RECORDS = [record({"WARC-Target-URI": f"{URL}{number}"}, number=number) for number in range(40)]
DICTIONARY = zstd.train_dict(RECORDS, 4096)
RAW = zstd.ZstdDict(PAGE, is_raw=True)


def frame(data: bytes, dictionary: zstd.ZstdDict | None = None) -> bytes:
    made: bytes = zstd.compress(data, zstd_dict=dictionary)
    return made


def skippable(data: bytes, kind: int = 0xD) -> bytes:
    return struct.pack("<II", 0x184D2A50 | kind, len(data)) + data


FILES = {
    "without dictionary": b"".join(map(frame, RECORDS)),
    "with a dictionary": skippable(DICTIONARY.dict_content)
    + b"".join(frame(each, DICTIONARY) for each in RECORDS),
    "with a dictionary that is compressed itself": skippable(frame(DICTIONARY.dict_content))
    + b"".join(frame(each, DICTIONARY) for each in RECORDS),
    "with a dictionary of mere content": skippable(RAW.dict_content) + b"".join(frame(each, RAW) for each in RECORDS),
    "with frames between that hold nothing": skippable(b"", 0)
    + b"".join(frame(each) + skippable(b"note", 0xE) for each in RECORDS),
}  # fmt: skip


@pytest.mark.parametrize("name", ["x.warc.zst", "x.warc.gz", "x"])
@pytest.mark.parametrize("kind", FILES)
def test_records_are_read_in_order_and_each_at_its_place(kind, name, tmp_path):
    path = tmp_path / name
    path.write_bytes(FILES[kind])

    found = [(each.offset, b"".join(each.chunks()), each.length, each.url) for each in iter_records(path)]

    assert [url for *_, url in found] == [f"{URL}{number}" for number in range(40)]
    assert {block for _, block, *_ in found} == {PAGE}
    for offset, block, length, url in reversed(found):
        again = read_record(path, offset)
        assert (b"".join(again.chunks()), again.length, again.url) == (block, length, url)
        assert FILES[kind][offset : offset + 4] == b"\x28\xb5\x2f\xfd"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (frame(b"".join(RECORDS)), "a file compressed as a whole"),
        (frame(RECORDS[0].replace(b"Content-Length: ", b"Content-Length: 1\r\nX: ")), "Content-Length is too small"),
        (b"".join(map(frame, RECORDS))[:-30], "the file ends within a Zstandard frame"),
        (b"\x28\xb5\x2f\xfd", "the file ends within a Zstandard frame"),
        (skippable(b"x" * 9)[:-1], "the file ends within a skippable frame"),
        (skippable(b"\x37\xa4\x30\xec no dictionary") + frame(RECORDS[0]), "dictionary"),
        (struct.pack("<II", 0x184D2A5D, 1 << 30) + frame(RECORDS[0]), "the file ends within a skippable frame"),
        (frame(b"hello"), "no WARC record begins here, but b'hello'"),
        (
            b"".join(frame(each, DICTIONARY) for each in RECORDS),
            f"needs dictionary {DICTIONARY.dict_id}, and the file has none",
        ),
    ],
)
def test_what_cannot_be_read_is_named(data, said, tmp_path):
    path = tmp_path / "x.warc.zst"
    path.write_bytes(data)

    with pytest.raises(WarcError, match=said):
        [each.load() for each in iter_records(path)]


def test_a_missing_dictionary_has_to_be_got_and_nothing_restored(tmp_path):
    other = zstd.train_dict([b"another %d" % number * 9 for number in range(500)], 1024)
    path = tmp_path / "x.warc.zst"
    for before, has in ((b"", "has none"), (skippable(other.dict_content), f"has dictionary {other.dict_id}")):
        path.write_bytes(before + frame(RECORDS[0], DICTIONARY))
        with pytest.raises(WarcError, match=f"needs dictionary {DICTIONARY.dict_id}, and the file {has}") as caught:
            list(iter_records(path))
        assert "cat DICTIONARY FILE" in caught.value.remedy


def test_a_damaged_frame_costs_only_itself(tmp_path):
    path = tmp_path / "x.warc.zst"
    bad = bytearray(frame(RECORDS[0]))
    bad[20:30] = bytes(10)
    path.write_bytes(frame(sound()) + bytes(bad) + frame(RECORDS[1]))
    problems: list[WarcError] = []

    assert list(salvage(path, lambda each: each.load() and each.url, problems.append)) == [SOUND_URL, f"{URL}1"]
    assert len(problems) == 1


@settings(max_examples=60, deadline=None)
@given(data=st.data(), kind=st.sampled_from(list(FILES)))
def test_a_damaged_file_is_read_or_named_and_nothing_else(data, kind, tmp_path_factory):
    damaged = bytearray(FILES[kind])
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, min(len(damaged), 9000) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("zst") / "x.warc.zst"
    path.write_bytes(damaged[: data.draw(st.integers(1, len(damaged)))])

    for each in salvage(path, lambda found: found.load(), lambda error: None):
        assert each is not None
