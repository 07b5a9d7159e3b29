"""Content codings: a body is the same live and read again from the archive, whatever it is and is labelled."""

from __future__ import annotations

import gzip
import random
import struct
import sys
import zlib
from typing import TYPE_CHECKING

import brotli
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scrapy import Request
from scrapy.http import Headers, Response
from scrapy.utils.test import get_crawler

from newsspider.crawl.middlewares.httpcompression import HttpCompressionMiddleware
from newsspider.errors import NewsspiderError
from newsspider.warc.codings import _UNDO, BodyTooLargeError, ContentCodingError, is_in_name_only
from newsspider.warc.exchange import Wire
from newsspider.warc.http import parse_head
from newsspider.warc.message import HttpMessage
from tests.archive.exchanges import chunked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


def raw_deflate(data: bytes) -> bytes:
    return zlib.compress(data, wbits=-15)


def several_frames(data: bytes) -> bytes:
    return zstd.compress(data[:7]) + zstd.compress(data[7:])


def several_members(data: bytes) -> bytes:
    return gzip.compress(data[:7]) + gzip.compress(data[7:])


WAYS: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("gzip", gzip.compress),
    ("X-Gzip", several_members),
    ("deflate", zlib.compress),
    ("Deflate", raw_deflate),
    ("br", brotli.compress),
    ("BR", brotli.compress),
    ("zstd", zstd.compress),
    ("ZSTD", several_frames),
    *((label, bytes) for label in ("", "identity", "UTF-8", "none", "binary", "7bit", "compress", "aws-chunked")),
]
TEXT = "<!doctype html><title>看看新闻</title>".encode() * 20


def message(body: bytes, *labels: str, more: str = "", cut_off: bool = False) -> HttpMessage:
    fields = "".join(f"Content-Encoding: {label}\r\n" for label in labels)
    block = f"HTTP/1.1 200 OK\r\n{fields}{more}\r\n".encode() + body
    return HttpMessage(parse_head(block), Wire(block), "x.warc.gz at byte 0", cut_off=cut_off)


def archived(body: bytes, *labels: str, limit: int = 1 << 20, cut_off: bool = False) -> bytes | str:
    """The body as the archive's readers have it, or the error."""
    try:
        return message(body, *labels, cut_off=cut_off).body(limit)
    except NewsspiderError as error:
        return type(error).__name__


@pytest.fixture(scope="module")
def live() -> Iterator[Callable[..., bytes | str]]:
    async def refuse(crawler: object, request: object, error: NewsspiderError) -> None:
        raise error

    middleware = HttpCompressionMiddleware.from_crawler(get_crawler())

    def answer(body: bytes, *labels: str, limit: int = 1 << 20, cut_off: bool = False) -> bytes | str:
        """The body as a crawl has it, or the error that it is refused with."""
        flags = ["dataloss"] if cut_off else []
        response = Response(
            "https://a.example/", headers=Headers({"Content-Encoding": list(labels)}), body=body, flags=flags
        )
        request = Request("https://a.example/", meta={"download_maxsize": limit})
        try:
            middleware.process_response(request, response).send(None)
        except StopIteration as answered:
            return answered.value.body
        except NewsspiderError as error:
            return type(error).__name__
        raise AssertionError("it waits for something")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("newsspider.crawl.middlewares.httpcompression.refuse", refuse)
        yield answer


@settings(deadline=None)
@given(
    ways=st.lists(st.sampled_from(WAYS), max_size=7),
    plain=st.binary(max_size=300),
    damage=st.none() | st.tuples(st.integers(0, 400), st.integers(1, 255)),
    cut=st.integers(0, 20),
    lie=st.booleans(),
    cut_off=st.booleans(),
    in_one_field=st.booleans(),
    limit=st.sampled_from([200, 1 << 20]),
)
@example(ways=[("br", bytes)], plain=TEXT, damage=None, cut=0, lie=True, cut_off=False, in_one_field=True, limit=9999)
def test_a_body_is_the_same_live_and_from_the_archive(
    live, ways, plain, damage, cut, lie, cut_off, in_one_field, limit
):
    body = plain
    for _, encode in [] if lie else ways:
        body = encode(body)
    if damage is not None and damage[0] < len(body):
        body = body[: damage[0]] + bytes([body[damage[0]] ^ damage[1]]) + body[damage[0] + 1 :]
    body = body[: len(body) - cut]
    labels = [label for label, _ in ways]
    labels = [", ".join(labels)] if in_one_field else labels
    limits = {"limit": limit, "cut_off": cut_off}

    assert live(body, *labels, **limits) == archived(body, *labels, **limits)


@pytest.mark.parametrize(("label", "encode"), WAYS)
def test_what_was_encoded_is_decoded(live, label, encode):
    assert live(encode(TEXT), label) == archived(encode(TEXT), label) == TEXT


def test_several_codings_are_undone_from_the_last_to_the_first(live):
    body = brotli.compress(zlib.compress(gzip.compress(TEXT)))

    assert live(body, "gzip, DEFLATE", "br") == archived(body, "gzip, DEFLATE", "br") == TEXT
    assert live(body, "gzip,utf-8,deflate,,br , none") == archived(body, "gzip,utf-8,deflate,,br , none") == TEXT


@pytest.mark.parametrize("label", ["gzip", "deflate", "zstd", "gzip, zstd"])
def test_what_has_a_mark_and_lacks_it_is_plain(live, label):
    assert live(TEXT, label) == archived(TEXT, label) == TEXT


def test_a_body_that_says_brotli_and_is_not_is_an_error(live):
    assert live(TEXT, "br") == archived(TEXT, "br") == "ContentCodingError"


MARKED = {"gzip": gzip.compress, "deflate": zlib.compress, "zstd": zstd.compress}


@pytest.mark.parametrize(("label", "encode"), MARKED.items())
@pytest.mark.parametrize("padding", [b"\r\n", bytes(512)])
def test_what_follows_the_end_of_a_coded_body_is_padding(live, label, encode, padding):
    assert live(encode(TEXT) + padding, label) == archived(encode(TEXT) + padding, label) == TEXT


@pytest.mark.parametrize(("label", "encode"), WAYS[:8])
def test_what_has_no_end_is_an_error_unless_it_is_known_to_be_cut_off(live, label, encode):
    noise = b"".join(gzip.compress(b"%d" % number) for number in range(200))
    cut = encode(noise)[:-9]

    assert live(cut, label) == archived(cut, label) == "ContentCodingError"
    read = archived(cut, label, cut_off=True)
    assert (live(cut, label, cut_off=True), noise.startswith(read)) == (read, True)
    assert len(read) > len(noise) // 2 or label in ("zstd", "ZSTD")  # which has blocks of 128 kB, all or nothing


@pytest.mark.parametrize(("label", "encode"), WAYS[:8])
def test_a_bomb_ends_at_the_limit(live, label, encode):
    bomb = encode(bytes(5_000_000))

    assert archived(bomb, label, limit=4_999_999) == live(bomb, label, limit=4_999_999) == "BodyTooLargeError"
    assert archived(bomb, label, limit=5_000_000) == live(bomb, label, limit=5_000_000) == bytes(5_000_000)


@settings(max_examples=40, deadline=None)
@given(
    sizes=st.lists(st.sampled_from([0, 1, 40, 60, 64, 65, 100, 5_000, 70_000]), min_size=1, max_size=30),
    way=st.sampled_from([("gzip", gzip.compress), ("zstd", zstd.compress)]),
    padding=st.sampled_from([b"", bytes(100)]),
)
def test_members_of_any_size_are_read_one_after_another(sizes, way, padding):
    label, encode = way
    noise = random.Random(sum(sizes)).randbytes(70_000)  # which no coding makes shorter
    body = b"".join(encode(noise[:size]) for size in sizes)

    plain = b"".join(noise[:size] for size in sizes)
    assert archived(body + padding, label) == (plain if len(plain) <= 1 << 20 else "BodyTooLargeError")
    assert archived(body[:-1], label) == ("ContentCodingError" if len(plain) <= 1 << 20 else "BodyTooLargeError")
    assert plain.startswith(archived(body[:-1], label, limit=1 << 23, cut_off=True))


@pytest.mark.parametrize(("label", "encode"), [*WAYS[:8], ("gzip", lambda data: gzip.compress(data) * 3)])
def test_little_more_is_unpacked_than_the_limit(label, encode):
    decoded, _ = _UNDO[label.lower()](encode(bytes(300_000)), 1000)

    assert 1000 < len(decoded) <= (1001 if label.lower() != "br" else 1 << 15)  # brotli hands out no less


@pytest.mark.parametrize(("label", "encode"), [WAYS[0], WAYS[6]])
def test_what_follows_a_member_that_reaches_the_limit_is_not_forgotten(live, label, encode):
    body = encode(TEXT) + encode(b"!")

    assert live(body, label, limit=len(TEXT)) == archived(body, label, limit=len(TEXT)) == "BodyTooLargeError"
    assert archived(encode(TEXT) + encode(b""), label, limit=len(TEXT)) == TEXT


@pytest.mark.parametrize("label", MARKED)
def test_a_body_that_has_the_mark_of_its_coding_and_is_damaged_is_an_error(live, label):
    body = MARKED[label](TEXT)[: 2 if label == "deflate" else 10] + b"\xff" * 500  # behind its header

    assert live(body, label) == archived(body, label) == "ContentCodingError"
    assert is_in_name_only(body, label) is False


@pytest.mark.parametrize(
    ("body", "label", "only"),
    [
        (TEXT, "gzip", True),
        (TEXT, "x-gzip", True),
        (TEXT, "zstd", True),
        (TEXT, "deflate", True),
        (TEXT, "br", False),
        (b"", "gzip", False),
        *((encode(TEXT), label.lower(), False) for label, encode in WAYS[:8]),
    ],
    ids=range(14),
)
def test_a_coding_is_in_name_only_where_its_mark_is_not_there(body, label, only):
    assert is_in_name_only(body, label) is only


def test_whether_brotli_is_meant_is_not_asked_of_its_library(monkeypatch):
    """The environment of ``scrapy replay`` has none."""
    monkeypatch.setitem(sys.modules, "brotli", None)

    assert not is_in_name_only(TEXT, "br")


def test_half_a_mark_is_none():
    assert archived(b"\x1f" + TEXT, "gzip") == b"\x1f" + TEXT
    assert archived(b"\x28\xb5\x2f" + TEXT, "zstd") == b"\x28\xb5\x2f" + TEXT


def stored(*blocks: bytes, first: int = 0) -> bytes:
    """Raw deflate in stored blocks (RFC 1951, 3.2.4); the bits of *first* are padding."""
    *others, last = blocks
    made = [bytes([0]) + struct.pack("<HH", len(each), 0xFFFF ^ len(each)) + each for each in others]
    made.append(bytes([1]) + struct.pack("<HH", len(last), 0xFFFF ^ len(last)) + last)
    made[0] = bytes([made[0][0] | first]) + made[0][1:]
    return b"".join(made)


def test_deflate_is_told_from_zlib_by_both_marks(live):
    """The low bits of the first byte, and a remainder of the first two (RFC 1950, 2.2): half of them is chance."""
    low_bits = stored(TEXT[:100], TEXT[100:], first=8)
    bodies = (raw_deflate(TEXT[start:]) for start in range(999))
    remainder = next(body for body in bodies if int.from_bytes(body[:2], "big") % 31 == 0)
    assert low_bits[0] & 15 == 8 != remainder[0] & 15

    assert live(low_bits, "deflate") == archived(low_bits, "deflate") == TEXT
    assert live(remainder, "deflate") == archived(remainder, "deflate") == zlib.decompress(remainder, -15)


@pytest.mark.parametrize(("window", "read"), [(23, TEXT), (24, "ContentCodingError")])
def test_a_zstd_frame_may_ask_for_a_window_of_8_mb(window, read):
    """RFC 9659."""
    compressor = zstd.ZstdCompressor(options={zstd.CompressionParameter.window_log: window})
    body = compressor.compress(TEXT) + compressor.flush()

    assert archived(body, "zstd") == read


@pytest.mark.parametrize("kind", range(0x50, 0x60))
def test_a_zstd_frame_to_skip_says_nothing(kind):
    skipped = bytes([kind]) + b"\x2a\x4d\x18" + struct.pack("<I", 5) + b"notes"

    assert archived(skipped + zstd.compress(TEXT) + skipped, "zstd") == TEXT


def test_codings_of_a_body_are_few():
    body = TEXT
    for _ in range(5):
        body = gzip.compress(body)
    assert archived(body, "gzip, gzip, gzip, gzip, gzip") == TEXT
    assert archived(gzip.compress(body), ", ".join(["gzip"] * 6)) == "ContentCodingError"


def test_errors_say_where_and_what():
    with pytest.raises(BodyTooLargeError, match=r"x\.warc\.gz at byte 0: the body is larger than 1,000,000 bytes"):
        message(gzip.compress(bytes(5_000_000)), "gzip").body(limit=1_000_000)
    with pytest.raises(ContentCodingError, match=r"x\.warc\.gz at byte 0: cannot undo Content-Encoding 'br': "):
        message(TEXT, "br").body()
    with pytest.raises(ContentCodingError, match="cannot undo Content-Encoding 'br': "):
        message(TEXT, "gzip", "br").body()


def test_a_body_may_have_many_megabytes_where_nothing_else_is_asked():
    assert len(message(gzip.compress(bytes(3 << 20)), "gzip").body()) == 3 << 20


def test_transfer_codings_are_undone_too():
    packed = message(chunked(gzip.compress(brotli.compress(TEXT))), "br", more="Transfer-Encoding: gzip, chunked\r\n")

    assert packed.body() == TEXT
    assert packed.payload() == brotli.compress(TEXT)


def test_what_was_decoded_has_no_label_any_more():
    middleware = HttpCompressionMiddleware.from_crawler(get_crawler())
    headers = Headers({"Content-Encoding": "zstd", "Content-Type": "text/html"})
    response = Response("https://a.example/", headers=headers, body=zstd.compress(TEXT))

    with pytest.raises(StopIteration) as answered:
        middleware.process_response(Request("https://a.example/"), response).send(None)
    assert answered.value.value.headers == Headers({"Content-Type": "text/html"})
    assert answered.value.value.text == TEXT.decode()
