"""Bytes to text as browsers do it: the same characters, and one U+FFFD at the same places for other bytes.

Each decoder is a codec of Python, and what differs from it: codes that it refuses or reads as another character, and
how many bytes a fault takes, as no ASCII character is lost after a lead byte. The facts are those of the standard's
index files (https://encoding.spec.whatwg.org/#indexes).
"""

from __future__ import annotations

import codecs
import contextlib
import re
from collections.abc import Callable, Mapping
from functools import cache

_UNREADABLE = "\ufffd"


def decode_as(encoding: str, data: bytes) -> str:
    r"""Decode *data* in *encoding*, a name that ``encoding_of`` returns; U+FFFD stands for what cannot be read.

    >>> decode_as("big5", b"\xa3\xe1 5"), decode_as("gb18030", b"\xa3\xa0\x80"), decode_as("euc-kr", b"\xc7A")
    ('€ 5', '\u3000€', '\ufffdA')
    """
    if encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        return data.decode(encoding, "replace")
    if encoding in _MULTI_BYTE:
        return _multi_byte(encoding).decode(data)
    if encoding == "replacement":
        return _UNREADABLE if data else ""
    if encoding == "iso-2022-jp":
        return _decode_iso_2022_jp(data)
    return codecs.charmap_decode(data, "replace", _single_byte_table(encoding))[0]


# --- One byte a character ---

# Python's name where it is not that of the standard, and the codes that differ. What Python leaves open of 80-9F is a
# control character.
_SINGLE_BYTE_NAMES = {"ibm866": "cp866", "iso-8859-8-i": "iso-8859-8", "macintosh": "mac-roman",
                      "x-mac-cyrillic": "mac-cyrillic", "windows-874": "cp874"}  # fmt: skip
_SINGLE_BYTE_CODES = {"koi8-u": {0xAE: "ў", 0xBE: "Ў"}, "windows-1255": {0xCA: "\u05ba"}}


@cache
def _single_byte_table(encoding: str) -> str:
    """Return the characters of the bytes 00 to FF."""
    if encoding == "x-user-defined":
        return "".join(chr(byte if byte < 0x80 else 0xF700 + byte) for byte in range(256))
    table = list(bytes(range(256)).decode(_SINGLE_BYTE_NAMES.get(encoding, encoding), "replace"))
    for code in range(0x80, 0xA0):
        if table[code] == _UNREADABLE:
            table[code] = chr(code)
    for code, character in _SINGLE_BYTE_CODES.get(encoding, {}).items():
        table[code] = character
    return "".join(table)


# --- Several bytes a character ---

Fault = Callable[[bytes, int], tuple[str, int]]
"""Says what the bytes at an offset are, at which Python has failed, and where the next character begins."""


# Bytes beyond ASCII that begin no character.
_ALONE = {"gb18030": b"\xff", "big5": b"\x80\xff", "euc-kr": b"\x80\xff", "shift_jis": b"\xa0\xfd\xfe\xff",
          "euc-jp": bytes([*range(0x80, 0x8E), *range(0x90, 0xA1), 0xFF])}  # fmt: skip


_ASCII = re.compile(rb"[\x00-\x7f]{0,8}")
_MANY, _LONGEST = 64, 4


def _times(period: bytes, data: bytes, start: int) -> int:
    """Count how often *period*, a fault and the ASCII after it, follows itself at least: each costs a call else.

    What a fault is depends on ``_LONGEST`` bytes at most, so that the last of a run are not counted.
    """
    run = period * (_MANY + _LONGEST)
    at = start
    while data.startswith(run, at):
        at += _MANY * len(period)
    return (at - start) // len(period)


class _MultiByte:
    """A codec of Python, and what the standard reads differently."""

    def __init__(self, name: str, codec: str, fault: Fault, codes: Mapping[bytes, str], shared: Mapping[bytes, str]):
        """Take in *codes* the characters of codes that Python reads differently, or leaves to *fault*.

        *shared* are those which Python reads as a character that it reads elsewhere too, rightly.
        """
        self._codec = codec
        self._fault = fault
        self._errors = f"newsspider.{name}"
        self._shared = shared
        self._shared_code = re.compile(b"|".join(map(re.escape, shared)))
        self._changed = {}
        for code, character in codes.items():
            with contextlib.suppress(UnicodeDecodeError):  # what Python refuses comes to fault()
                self._changed[code.decode(codec)] = character
        self._to_change = re.compile(f"[{''.join(self._changed)}]+" if self._changed else r"\Z\A")
        # A run of bytes of which each alone is a fault takes one call, and not one each.
        alone = re.compile(b"[%s]*" % b"".join(re.escape(bytes((byte,))) for byte in _ALONE[name]))

        def handler(error: UnicodeError) -> tuple[str, int]:
            assert isinstance(error, UnicodeDecodeError)
            data, start = error.object, error.start
            text, end = fault(data, start)
            if end == start + 1 and text == _UNREADABLE and (run := alone.match(data, end)):
                text, end = text * (run.end() - start), run.end()
            between = _ASCII.match(data, end)
            assert between is not None
            period = data[start : between.end()]
            times = _times(period, data, start)
            if times:
                return (text + between[0].decode("ascii")) * times, start + times * len(period)
            return text, end

        codecs.register_error(self._errors, handler)

    def decode(self, data: bytes) -> str:
        if any(map(data.__contains__, self._shared)):
            text = self._decode_around_shared(data)
        else:
            text = data.decode(self._codec, self._errors)
        if any(map(text.__contains__, self._changed)):  # far faster than the pattern, and nearly never so
            text = self._to_change.sub(lambda found: "".join(map(self._changed.__getitem__, found[0])), text)
        return text

    def _decode_around_shared(self, data: bytes) -> str:
        decoder = codecs.getincrementaldecoder(self._codec)(self._errors)
        pieces, at = [], 0
        for found in self._shared_code.finditer(data):
            pieces.append(decoder.decode(data[at : found.start()]))
            at = found.start()
            begun, _ = decoder.getstate()
            if self._ends(begun, found[0]):
                pieces += [begun.decode(self._codec, self._errors), self._shared[found[0]]]
                decoder.reset()
                at = found.end()
        # Not the decoder's own end: after a fault it forgets what comes (seen in Python 3.11).
        begun, _ = decoder.getstate()
        return "".join([*pieces, (begun + data[at:]).decode(self._codec, self._errors)])

    def _ends(self, begun: bytes, code: bytes) -> bool:
        """Tell whether what has *begun* is over before *code*, which else is part of another character."""
        at = 0
        while at < len(begun):
            at = at + 1 if begun[at] < 0x80 else self._fault(begun + code, at)[1]
        return at == len(begun)


def _of_two_bytes(name: str, codes: Mapping[bytes, str]) -> Fault:
    """Return how charsets fail whose characters have one or two bytes."""
    alone = _ALONE[name]

    def fault(data: bytes, at: int) -> tuple[str, int]:
        pair = data[at : at + 2]
        if len(pair) < 2 or pair[0] in alone:
            return _UNREADABLE, at + 1
        if (character := codes.get(pair)) is not None:
            return character, at + 2
        return _UNREADABLE, at + (2 if pair[1] >= 0x80 else 1)

    return fault


_EUROS = re.compile(b"\x80+")


def _gb18030_fault(data: bytes, at: int) -> tuple[str, int]:
    if euros := _EUROS.match(data, at):
        return "€" * len(euros[0]), euros.end()
    code = data[at : at + 4]
    if code[0] == 0xFF:
        return _UNREADABLE, at + 1
    if len(code) > 1 and not 0x30 <= code[1] <= 0x39:
        return _UNREADABLE, at + (2 if code[1] >= 0x80 else 1)
    if (len(code) > 2 and not 0x81 <= code[2] <= 0xFE) or (len(code) > 3 and not 0x30 <= code[3] <= 0x39):
        return _UNREADABLE, at + 1
    return _UNREADABLE, at + len(code)


def _euc_jp_fault(data: bytes, at: int) -> tuple[str, int]:
    code = data[at : at + 3]
    if code[0] in _ALONE["euc-jp"]:
        return _UNREADABLE, at + 1
    length = 2
    if code[0] == 0x8F and len(code) > 1 and 0xA1 <= code[1] <= 0xFE:
        length = 3
    elif character := _vendor_character(code[:2]):
        return character, at + 2
    if len(code) >= length and code[length - 1] < 0x80:
        length -= 1
    return _UNREADABLE, at + min(length, len(code))


def _vendor_character(code: bytes) -> str:
    """Return the character of a pair in the rows of NEC and IBM, which Python knows as Shift_JIS only; ``""`` if none.

    >>> _vendor_character(bytes.fromhex("ade2")), _vendor_character(bytes.fromhex("fca1"))
    ('№', '釗')
    """
    if len(code) < 2 or not 0xA1 <= code[1] <= 0xFE or not (code[0] == 0xAD or 0xF9 <= code[0] <= 0xFC):
        return ""
    row, cell = code[0] - 0xA1, code[1] - 0xA1
    lead = row // 2 + (0x81 if row < 62 else 0xC1)
    trail = cell + (0x9F if row % 2 else 0x40 if cell < 63 else 0x41)
    character = bytes((lead, trail)).decode("cp932", "replace")
    return character if _UNREADABLE not in character else ""


def _codes(table: str) -> dict[bytes, str]:
    r"""Read a table of codes, each with the characters from it on; those of a row follow as Big5 has its trail bytes.

    >>> _codes("A3E0␡€")
    {b'\xa3\xe0': '␡', b'\xa3\xe1': '€'}
    """
    codes = {}
    for run in table.split(" "):
        lead, trail = bytes.fromhex(run[:4])
        for character in run[4:]:
            codes[bytes((lead, trail))] = character
            trail = 0xA1 if trail == 0x7E else trail + 1
    return codes


_GB18030 = _codes(
    "A3A0\u3000 A6D9︐ A6DA︒ A6DB︑ A6DC︓ A6DD︔ A6DE︕ A6DF︖ A6EC︗ A6ED︘ A6F3︙ "
    "A8BCḿ FE59龴 FE61龵 FE66龶 FE67龷 FE6D龸 FE7E龹 FE90龺 FEA0龻"
) | {bytes.fromhex("8135f437"): "\ue7c7"}

_BIG5 = _codes(
    "877A㡵𡵓𣚞𦀡㻬𥣞㫵竼龗𤅡𨤍𣇪𠪊𣉞䌊蒄龖鐯䤰蘓墖靊鈘秐稲晠権袝瑌篅枂稬剏遆㓦珄𥶹瓆鿇垳䤯呌䄱𣚎堘穲𧭥讏䚮𦺈䆁𥶙"
    "箮𢒼鿈𢓁𢓉𢓌鿉蔄𣖻䂴鿊䓡𪷿拁灮鿋 8E69箸 8E6F簆 8E7E糎 8EAB緒 8EB4縝 8ECD者 8ED0耨 8F57菁 8F69蒨 8F6E萏 "
    "8FCB覦覩 8FFE起 906D都 907A銹 90DC靜 90F1響 91BF鼖 9244蔃 92AF兙兛兝兞 92C8鍮 92D1瑹 9447浧 94CA禛 95D9邗 "
    "9644靝 96ED瀞 96FC嬨 9B76爁 9B78矗 9B7B纇 9BC6駖 9BDE釔 9BEC惞 9BF6澶 9C42輶 9C53侻 9C62營 9C68鄄 9C6B鷰 "
    "9C77菏 9CBC尐秣 9CD0婧 9D57輋 9D5A筑 9DC4拐 9EA9恢 9EEF痹 9EFD汊 9F60鬮 9F66鼗 9FCB僭 9FD8弌 A063蠏 A077拎 "
    "A0D5瑨 A0DF煢 A0E4牐 A3C0␀␁␂␃␄␅␆␇␈␉␊␋␌␍␎␏␐␑␒␓␔␕␖␗␘␙␚␛␜␝␞␟␡€ C6CF廴 C6D3无 C6D5癶 C6D7隶 C6DE〃仝 FA5F倩 FA66偽 "
    "FABD包 FAC5卄 FAD5卿 FB48嘅 FBB8婷 FBF3幵 FBF9廐 FC4F彘 FC6C悤 FCB9撐 FCE2晴 FCF1杞 FDB7沜渝 FDBB港 FDF1煮 "
    "FE52猪 FE6F瑜 FEAA瓩 FEDD砉 A145‧ A14E﹑ A1C2¯ A1E3～ A1F2⊕⊙ A244￥ A246￠￡"
)

_EUC_JP = _codes("A1C1～∥ A1DD－ A1F1￠￡ A2CC￢")

_MULTI_BYTE: dict[str, tuple[str, Fault, Mapping[bytes, str], Mapping[bytes, str]]] = {
    "gb18030": ("gb18030", _gb18030_fault, _GB18030, {}),
    "big5": ("big5hkscs", _of_two_bytes("big5", _BIG5), _BIG5, _codes("A241∕﹨")),
    "euc-jp": ("euc_jp", _euc_jp_fault, _EUC_JP, {b"\x8f\xa2\xb7": "～"}),
    "euc-kr": ("cp949", _of_two_bytes("euc-kr", {}), {}, {}),
    # Single bytes of Apple and Microsoft, which Python has.
    "shift_jis": ("cp932", _of_two_bytes("shift_jis", {}),
                  {bytes((code,)): _UNREADABLE for code in _ALONE["shift_jis"]}, {}),
}  # fmt: skip


@cache
def _multi_byte(encoding: str) -> _MultiByte:
    return _MultiByte(encoding, *_MULTI_BYTE[encoding])


# --- Escape sequences ---

_ESCAPE = re.compile(rb"(\x1b(?:\([BJI]|\$[@B]))")
_PAIRS = re.compile(rb"((?:[!-~]{2})+)|[!-~][^\x1b]?|[^!-~]", re.DOTALL)
_TO_EUC_JP = bytes(byte | 0x80 for byte in range(256))


@cache
def _escaped_table(escape: bytes) -> str:
    """Return the characters of the bytes 00 to FF after an escape sequence to one byte a character."""
    if escape == b"\x1b(I":
        return "".join(chr(byte + 0xFF40) if 0x21 <= byte <= 0x5F else _UNREADABLE for byte in range(256))
    table = [chr(byte) if byte < 0x80 and byte not in (0x0E, 0x0F, 0x1B) else _UNREADABLE for byte in range(256)]
    if escape == b"\x1b(J":
        table[0x5C], table[0x7E] = "¥", "‾"
    return "".join(table)


def _decode_iso_2022_jp(data: bytes) -> str:
    """Decode between the escape sequences; one right after another is a fault of its own."""
    first, *others = _ESCAPE.split(data)
    pieces = [codecs.charmap_decode(first, "replace", _escaped_table(b"\x1b(B"))[0]]
    for number in range(0, len(others), 2):
        escape, part = others[number : number + 2]
        if escape[1:2] == b"$":
            pieces.append("".join(map(_pairs, _PAIRS.finditer(part))))
        else:
            pieces.append(codecs.charmap_decode(part, "replace", _escaped_table(escape))[0])
        if not part and number + 2 < len(others):
            pieces.append(_UNREADABLE)
    return "".join(pieces)


def _pairs(found: re.Match[bytes]) -> str:
    return _multi_byte("euc-jp").decode(found[1].translate(_TO_EUC_JP)) if found[1] else _UNREADABLE
