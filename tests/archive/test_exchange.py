from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsspider.warc import exchange as exchanges
from newsspider.warc.exchange import CHUNK_SIZE, MEMORY_LIMIT, Wire


@given(st.lists(st.binary(max_size=50)))
def test_bytes_come_back_in_the_order_in_which_they_came(parts):
    wire = Wire()
    for part in parts:
        wire.append(part)

    assert (len(wire), b"".join(wire.chunks())) == (sum(map(len, parts)), b"".join(parts))


@pytest.mark.parametrize("size", [MEMORY_LIMIT, MEMORY_LIMIT + 1, 3 * MEMORY_LIMIT + 5])
def test_a_long_message_lies_on_disk_and_reads_the_same(size):
    data = bytes(range(256)) * (size // 256 + 1)
    data = data[:size]
    wire = Wire()
    for start in range(0, size, 65_536):
        wire.append(data[start : start + 65_536])

    assert b"".join(wire.chunks()) == data
    assert wire.head(1000) == data[:1000]
    assert max(map(len, wire.chunks())) <= max(MEMORY_LIMIT, CHUNK_SIZE)


def test_a_message_on_disk_can_grow_while_it_is_read():
    wire = Wire(b"a" * (MEMORY_LIMIT + 1))
    chunks = wire.chunks()
    next(chunks)

    wire.append(b"b")

    assert b"".join(wire.chunks()) == b"a" * (MEMORY_LIMIT + 1) + b"b"


def test_closing_gives_the_space_back():
    wire = Wire(b"a" * (MEMORY_LIMIT + 1))

    wire.close()

    assert (len(wire), list(wire.chunks())) == (0, [])


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
