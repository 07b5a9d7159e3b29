"""Content codings undone: gzip, deflate, br and zstd (RFC 9110, 8.4), into a body of bounded size.

A live answer and a capture read again go through the same function, so a page says the same live and from the archive.
A label that names no coding (``UTF-8``, ``none``) says nothing about the body: it is passed over, as browsers do.
"""

from __future__ import annotations

import re
import sys
import zlib
from typing import TYPE_CHECKING, Protocol

from newsspider.errors import NewsspiderError
from newsspider.text.escaping import quoted
from newsspider.text.message import Message, message, message_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import TypeAlias

    _Undo: TypeAlias = Callable[[bytes, int], tuple[bytearray, bool]]
    """Takes a body and a limit in bytes. Returns the decoded body and whether its end was seen; stops decoding when the
    result is longer than the limit. _DamagedError for a body that is not what it should be."""

MAX_BODY = 256 << 20
"""Bytes of payload or decoded body that are put into memory unless the caller says otherwise."""

_MAX_CODINGS = 5
"""Codings of one body, as in curl: each may make a body a thousand times as large."""

_ZSTD_WINDOW_LOG = 23
"""8 MB, what RFC 9659 asks decoders to take; more would let a few bytes claim gigabytes."""

_FIRST_PIECE = 64
"""Bytes that a member is handed first; the shortest have twenty."""

_GZIP = re.compile(rb"\x1f\x8b")
_ZSTD = re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18")  # a frame, or one to skip (RFC 8878, 3.1)


class BodyTooLargeError(NewsspiderError):
    """A payload or decoded body is beyond what was asked for; a gzip bomb ends here."""

    def __init__(self, place: str, limit: int) -> None:
        super().__init__(
            message(
                "%(place)s: the body is larger than %(limit)s bytes; read it in pieces or raise the limit",
                place=place, limit=f"{limit:,}",
            )
        )  # fmt: skip


class ContentCodingError(NewsspiderError):
    """A body is not in the coding that its label names, or is damaged."""

    def __init__(self, place: str, coding: str, cause: Message) -> None:
        self.cause = cause.in_english()
        super().__init__(
            message(
                "%(place)s: cannot undo Content-Encoding %(coding)s: %(cause)s",
                place=place, coding=quoted(coding), cause=cause,
            )
        )  # fmt: skip


class _DamagedError(Exception):
    """A body cannot be decoded."""


def codings_of(values: Iterable[bytes]) -> list[str]:
    """Return the codings that the values of a Content-Encoding field name, in the order in which they were applied.

    >>> codings_of([b"br, UTF-8", b" X-GZIP", b"identity,"])
    ['br', 'x-gzip']
    """
    labels = b",".join(values).lower().split(b",")
    return [coding for label in labels if (coding := label.strip().decode("latin-1")) in _UNDO]


def decode(body: bytes, codings: Sequence[str], *, limit: int, place: str, whole: bool) -> bytes:
    """Undo *codings*, as ``codings_of`` returns them, each into at most *limit* bytes.

    A body that does not begin as gzip, deflate or zstd does comes back as it is: many archives and some servers undo
    these and leave the label. *whole*: all of the body is there; else it is decoded as far as it goes. Raises
    ContentCodingError for what is damaged, or has no end and should, and BodyTooLargeError. *place* is for messages.

    >>> packed = zlib.compress(b"news")
    >>> decode(packed[:-5], ["deflate"], limit=9, place="here", whole=False)
    b'news'
    >>> decode(packed[:-5], ["deflate"], limit=9, place="here", whole=True)
    Traceback (most recent call last):
    newsspider.warc.codings.ContentCodingError: here: cannot undo Content-Encoding 'deflate': it has no end
    """
    if len(codings) > _MAX_CODINGS:
        cause = message("more than %(most)s codings", most=_MAX_CODINGS)
        raise ContentCodingError(place, ", ".join(codings[:_MAX_CODINGS]), cause)
    for coding in reversed(codings):
        if not body:
            break
        try:
            decoded, ended = _UNDO[coding](body, limit)
        except _DamagedError as error:
            raise ContentCodingError(place, coding, message_of(error)) from error
        if len(decoded) > limit:
            raise BodyTooLargeError(place, limit)
        if whole and not ended:
            raise ContentCodingError(place, coding, message("it has no end"))
        body = bytes(decoded)
    return body


def is_in_name_only(body: bytes, coding: str) -> bool:
    """Tell whether *body* lacks the mark of a coding that has one.

    >>> is_in_name_only(b"news", "gzip"), is_in_name_only(zlib.compress(b"news"), "deflate")
    (True, False)
    """
    try:
        return bool(body) and coding != "br" and _UNDO[coding](body, MAX_BODY)[0] == body
    except _DamagedError:
        return False


def _gzip(body: bytes, limit: int) -> tuple[bytearray, bool]:
    return _one_after_another(body, limit, _GZIP, lambda: zlib.decompressobj(31), zlib.error)


def _deflate(body: bytes, limit: int) -> tuple[bytearray, bool]:
    # The standard says zlib, some servers send raw deflate (RFC 9110, 8.4.1.2).
    is_zlib = body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0
    inflate = zlib.decompressobj(15 if is_zlib else -15)
    try:
        return bytearray(inflate.decompress(body, limit + 1)), inflate.eof
    except zlib.error as error:
        if is_zlib:
            raise _DamagedError(error) from error
        return bytearray(body), True


# The libraries are imported when one is needed: they are rarely, and the environment of `scrapy replay` has neither.
def _brotli(body: bytes, limit: int) -> tuple[bytearray, bool]:
    import brotli

    decompressor = brotli.Decompressor()
    try:
        decoded = bytearray(decompressor.process(body, output_buffer_limit=limit + 1))
    except brotli.error as error:
        raise _DamagedError(error) from error
    return decoded, decompressor.is_finished()


def _zstd(body: bytes, limit: int) -> tuple[bytearray, bool]:
    if not _ZSTD.match(body):
        return bytearray(body), True
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd

    options: dict[int, int] = {zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW_LOG}
    return _one_after_another(body, limit, _ZSTD, lambda: zstd.ZstdDecompressor(options=options), zstd.ZstdError)


class _Decompressor(Protocol):
    """A decompressor of one gzip member, or of one Zstandard frame."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: memoryview, max_length: int, /) -> bytes: ...


def _one_after_another(
    body: bytes, limit: int, begins: re.Pattern[bytes], new: Callable[[], _Decompressor], error: type[Exception]
) -> tuple[bytearray, bool]:
    """Undo members or frames one after another; what follows the last one is padding.

    A decompressor copies what it was handed beyond the end of its member. Each is handed little at first and twice as
    much every time, so that all copies together are no longer than a few times the body.
    """
    if not begins.match(body):
        return bytearray(body), True
    decoded = bytearray()
    bytes_of = memoryview(body)
    place = 0
    while begins.match(body, place) and len(decoded) <= limit:
        unpack = new()
        size = _FIRST_PIECE
        while not unpack.eof and len(decoded) <= limit:
            piece = bytes_of[place : place + size]
            if not piece:
                return decoded, False
            try:
                decoded += unpack.decompress(piece, limit + 1 - len(decoded))
            except error as damage:
                raise _DamagedError(damage) from damage
            place += len(piece)
            size *= 2
        place -= len(unpack.unused_data)
    return decoded, True


_UNDO: dict[str, _Undo] = {"gzip": _gzip, "x-gzip": _gzip, "deflate": _deflate, "br": _brotli, "zstd": _zstd}
