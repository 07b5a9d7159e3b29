from __future__ import annotations

import gzip
import zlib
from functools import partial
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsspider.warc import member
from newsspider.warc.answer import read_answer
from newsspider.warc.exchange import MEMORY_LIMIT
from newsspider.warc.recording import records_of
from tests.archive.exchanges import exchange, page

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsspider.warc.member import Member

pieces = st.lists(st.binary(max_size=3000), max_size=4)


def written(kind: Callable[[Callable[..., object]], Member], head: bytes, body: list[bytes]) -> bytes:
    """What comes of a record of two pieces of header, a body and an end, as warcio writes it."""
    pieces: list[bytes | memoryview] = []
    made = kind(lambda piece: pieces.append(bytes(piece)))
    for piece in (b"WARC/1.1\r\n\r\n", head, *body, b"\r\n\r\n"):
        made.write(piece)
    made.flush()
    return b"".join(pieces)


def hybrid(head: bytes, body: list[bytes]) -> bytes:
    return written(partial(member.Hybrid, head=head), head, body)


def deflated(head: bytes, body: list[bytes]) -> bytes:
    return written(member.Deflated, head, body)


def whole(head: bytes, body: list[bytes]) -> bytes:
    return written(member.Whole, head, body)


def unpacked(head: bytes, body: list[bytes]) -> bytes:
    return b"".join((b"WARC/1.1\r\n\r\n", head, *body, b"\r\n\r\n"))


@pytest.fixture(params=["isal", "zlib"])
def _backend(request, monkeypatch):
    """With isal and without: the members differ, what is in them does not."""
    if request.param == "zlib":
        monkeypatch.setattr(member, "_zlib", zlib)
        monkeypatch.setattr(member, "_LEVEL", 6)
    else:
        pytest.importorskip("isal")


@pytest.mark.parametrize("make", [hybrid, deflated, whole])
@given(head=st.binary(max_size=2000), body=pieces)
def test_any_record_is_one_gzip_member(make, head, body):
    made = make(head, body)

    inflate = zlib.decompressobj(31)
    assert inflate.decompress(made) == unpacked(head, body)
    assert (inflate.eof, inflate.unused_data) == (True, b"")


@pytest.mark.usefixtures("_backend")
@pytest.mark.parametrize("make", [hybrid, deflated, whole])
@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 200_000])
def test_bodies_at_the_edges_of_stored_blocks_survive(make, size):
    body = bytes(range(251)) * (size // 251 + 1)

    assert gzip.decompress(make(b"head\r\n\r\n", [body[:size]])) == unpacked(b"head\r\n\r\n", [body[:size]])


def test_a_hybrid_member_hardly_grows_beyond_an_incompressible_body():
    head = b"".join(b"X-Field-%d: some value\r\n" % number for number in range(40))
    body = zlib.compress(bytes(range(256)) * 40)

    assert len(hybrid(head, [body])) < len(body) + 200


@pytest.mark.parametrize(
    ("content_type", "codings", "expected"),
    [
        (b"text/html", ["gzip"], True),
        (b"text/html", ["br"], True),
        (b"text/html; charset=gb2312", [], False),
        (b"IMAGE/JPEG", [], True),
        (b"image/svg+xml", [], False),
        (b"video/mp4", [], True),
        (b"font/woff2", [], True),
        (b"application/zip", [], True),
        (b"application/json", [], False),
        (b"", [], False),
    ],
)
def test_what_gains_nothing_from_deflate_is_told_by_its_type(content_type, codings, expected):
    assert member.incompressible(content_type, codings) is expected


@pytest.mark.parametrize(("more", "kind"), [(0, member.Whole), (1, member.Deflated)])
def test_what_is_too_large_for_memory_is_deflated_piece_by_piece(more, kind):
    head = page(b"", b"Content-Type: text/html")
    received = exchange(head + bytes(MEMORY_LIMIT - len(head) + more))
    interim, answer = read_answer(received, as_stored=False)
    response, _ = records_of(received, interim, answer, None, identifier="urn:uuid:1", warcinfo_id="urn:uuid:2")

    assert isinstance(response.member(lambda piece: None), kind)
