"""Text to bytes as browsers write it in the query of an address: each charset is its decoder the other way round.

Of several codes for a character the first is written, and some codes are only read (https://encoding.spec.whatwg.org,
from 9.1 on).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from unicodedata import normalize

from newsspider.text.encoding.decoders import decode_as
from newsspider.text.encoding.labels import SINGLE_BYTE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_UNREADABLE = "\ufffd"

# Lead and trail bytes of what is written in two.
_PAIRS: dict[str, tuple[Iterable[int], Iterable[int]]] = {
    "gb18030": (range(0x81, 0xFF), [*range(0x40, 0x7F), *range(0x80, 0xFF)]),
    "big5": (range(0xA1, 0xFF), [*range(0x40, 0x7F), *range(0xA1, 0xFF)]),  # the leads before are Hong Kong's
    "euc-jp": (range(0xA1, 0xFF), range(0xA1, 0xFF)),
    "euc-kr": (range(0x81, 0xFF), range(0x41, 0xFF)),
    # Of IBM's characters NEC's copies are only read, and what users define is too.
    "shift_jis": (
        [*range(0x81, 0xA0), *range(0xE0, 0xED), 0xEF, *range(0xFA, 0xFD)],
        [*range(0x40, 0x7F), *range(0x80, 0xFD)],
    ),
}
_LAST_IN_BIG5 = "═╞╡╪十卅"
"""Written by the last of their codes."""
_JAPANESE = {"¥": b"\\", "‾": b"~"}
_MINUS, _WIDE_MINUS = "\u2212", "\uff0d"
_KATAKANA = {chr(0xFF61 + byte - 0xA1): byte for byte in range(0xA1, 0xE0)}
"""The narrow ones, and their byte in JIS X 0201."""
_WIDE_KATAKANA = {each: normalize("NFKC", each) for each in _KATAKANA} | {"\uff9e": "゛", "\uff9f": "゜"}
_ASCII, _ROMAN, _KANJI = b"\x1b(B", b"\x1b(J", b"\x1b$B"
_SHIFTS = "\x0e\x0f\x1b"
"""What would change the charset itself (the same standard, 12.2.2)."""
_IN_FOUR_BYTES = {"\ue7c7": bytes.fromhex("8135f437")}
_NEVER_IN_GB18030 = "\ue5e5"


def encode_as(encoding: str, text: str) -> Iterator[bytes | str]:
    r"""Write *text* in *encoding*: ASCII, and what the charset lacks, stays text.

    The name is one that ``encoding_of`` returns, or ``gbk``.

    >>> list(encode_as("gbk", "看€😀")), list(encode_as("iso-2022-jp", "a看"))
    ([b'\xbf\xb4', b'\x80', '😀'], ['a', b'\x1b$B', b'4G', b'\x1b(B'])
    """
    if encoding == "iso-2022-jp":
        return _with_escapes(text)
    write = _writer(encoding)
    return (character if character.isascii() else write(character) or character for character in text)


@cache
def _writer(encoding: str) -> Callable[[str], bytes | None]:
    if encoding in ("gb18030", "gbk"):
        return _gb18030 if encoding == "gb18030" else _gbk
    if encoding in SINGLE_BYTE:
        return _codes(encoding, (bytes((byte,)) for byte in range(0x80, 0x100))).get
    if encoding not in _PAIRS:
        return str.encode
    table = _two_bytes(encoding)
    if encoding == "shift_jis":
        narrow = {character: bytes((byte,)) for character, byte in _KATAKANA.items()}
        table |= {"\x80": b"\x80"} | narrow | _JAPANESE | {_MINUS: table[_WIDE_MINUS]}
    elif encoding == "euc-jp":
        narrow = {character: bytes((0x8E, byte)) for character, byte in _KATAKANA.items()}
        table |= narrow | _JAPANESE | {_MINUS: table[_WIDE_MINUS]}
    return table.get


def _gb18030(character: str) -> bytes | None:
    """Two bytes for some characters, four for all others."""
    if character == _NEVER_IN_GB18030:
        return None
    return _two_bytes("gb18030").get(character) or _IN_FOUR_BYTES.get(character) or character.encode("gb18030")


def _gbk(character: str) -> bytes | None:
    """The codes of GB18030 that have two bytes, and one of its own for the euro."""
    code = b"\x80" if character == "€" else _gb18030(character)
    return code if code and len(code) <= 2 else None


@cache
def _two_bytes(encoding: str) -> dict[str, bytes]:
    leads, trails = _PAIRS[encoding]
    codes = [bytes((lead, trail)) for lead in leads for trail in trails]
    table = _codes(encoding, codes)
    if encoding == "big5":
        last = _codes(encoding, reversed(codes))
        table |= {character: last[character] for character in _LAST_IN_BIG5}
    return table


def _codes(encoding: str, codes: Iterable[bytes]) -> dict[str, bytes]:
    """The characters that *codes* are, each with the first of its codes."""
    table: dict[str, bytes] = {}
    for code in codes:
        character = decode_as(encoding, code)
        if len(character) == 1 and character != _UNREADABLE:
            table.setdefault(character, code)
    return table


def _with_escapes(text: str) -> Iterator[bytes | str]:
    """Write ISO-2022-JP: which charset follows is said where it changes, and the end is ASCII."""
    pairs, now = _two_bytes("euc-jp"), _ASCII
    for character in text:
        wide = _WIDE_KATAKANA.get(character, _WIDE_MINUS if character == _MINUS else character)
        written: bytes | str
        if character in _JAPANESE:
            then, written = _ROMAN, _JAPANESE[character]
        elif pair := pairs.get(wide):
            then, written = _KANJI, bytes(byte & 0x7F for byte in pair)
        else:
            then = _ROMAN if now == _ROMAN and character not in "\\~" else _ASCII
            written = _UNREADABLE if character in _SHIFTS else character
        if then != now:
            yield then
            now = then
        yield written
    if now != _ASCII:
        yield _ASCII
