"""Decodes a page, whatever its labels say.

A byte order mark decides; after it what is declared is believed, the Content-Type first, then the page's own label, and
read as browsers read it: what stays unreadable is U+FFFD. But a label is a witness, not a fact: servers put utf-8 on
GB18030 pages. So the bytes are heard against it: those that are UTF-8 prove it, as other text hardly passes for it,
and a charset that is not declared is taken where it reads clearly more common characters. Where nothing is declared,
or what servers declare by default, words of other than Latin letters tell their charset. UTF-8 and GB18030 are tried;
then what Japanese, Korean and Chinese pages have besides, where the text is one that could not be so by chance; and
windows-1252, as browsers do it.

That nothing had to be replaced does not prove the text right: Big5 bytes can be read as GB18030.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import cache, cached_property

from newsspider.text.encoding.alphabets import charset_of_words
from newsspider.text.encoding.decoders import decode_as
from newsspider.text.encoding.labels import SINGLE_BYTE, UTF_16, encoding_of
from newsspider.text.encoding.prescan import encoding_within, label_within

PRESCAN_BYTES = 4096
"""How far into the page its own label is looked for. WHATWG asks for 1024; pages put scripts before it."""

DAMAGE_RATIO = 10
"""Characters beyond ASCII that a text must have for each fault, to count as damaged and not as another charset. GB18030
bytes give about as many faults as characters when they are read as UTF-8."""

_CLEARLY = 1.25
_FEW = 3
"""A charset that is not declared must read so many times the common characters of the declared one, and some more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A page's text and how it was read."""

    text: str
    """Without a byte order mark."""

    declared: tuple[str, ...]
    """Labels as printed, in lower case: the Content-Type's first, then the page's own."""

    used: str
    """Name of the charset: the Encoding Standard's in lower case, but gb18030 for GBK, and utf-16-le, utf-16-be."""

    replacements: int
    """Count of U+FFFD in the text: what could not be read here, or was lost before the page was served."""


def decode(body: bytes, content_type: str | None) -> Decoded:
    """Read *body*, content-decoded, under the value of its Content-Type header; bytes of any kind give a text.

    >>> page = '<meta charset="gb2312"><title>看看新闻</title>'.encode("gb18030")
    >>> decoded = decode(page, "text/html; charset=utf-8")
    >>> decoded.text, decoded.declared, decoded.used, decoded.replacements
    ('<meta charset="gb2312"><title>看看新闻</title>', ('utf-8', 'gb2312'), 'gb18030', 0)
    """
    labels, encodings = _declared(body[:PRESCAN_BYTES], content_type)
    text, used = _read(body, encodings)
    replacements = text.count("\ufffd") if "\ufffd" in text else 0  # to count takes longer than to look for one
    return Decoded(text=text, declared=labels, used=used, replacements=replacements)


# --- What is declared ---

_HEADER_LABEL = re.compile(r"(?<![\w-])charset\s*=\s*[\"']?\s*([^\s\"';,]{1,40})", re.IGNORECASE)


def _declared(head: bytes, content_type: str | None) -> tuple[tuple[str, ...], list[str]]:
    """Return the labels, and the charsets that they mean."""
    labels, encodings = [], []
    if found := _HEADER_LABEL.search(content_type or ""):
        labels.append(found[1].lower())
        encodings.append(encoding_of(found[1]))
    if (label := label_within(head)) is not None:
        labels.append(label)
        encodings.append(encoding_within(label))
    return tuple(labels), [encoding for encoding in encodings if encoding]


# --- What the bytes say ---

_MARKS = [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")]

# How a page in UTF-16 begins that has no mark, and none in another charset.
_TAGS = [(b"<\0", "utf-16-le"), (b"\0<", "utf-16-be")]

# What servers declare by default; all bytes pass for it.
_SERVER_DEFAULT = "windows-1252"

_LEAST = 0.9
_LEAST_OF_DEFAULT = 0.5
"""Share of common characters that a page must have in GB18030 against a label of one byte a character."""

_DESIGNATION = re.compile(rb"\x1b(?:\([JI]|\$[@B])")


def _read(body: bytes, declared: list[str]) -> tuple[str, str]:
    """Return the text and the charset it was read in."""
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return decode_as(encoding, body[len(mark) :]), encoding
    for tag, encoding in _TAGS:
        if body.startswith(tag):
            return decode_as(encoding, body), encoding

    declared = [encoding for encoding in dict.fromkeys(declared) if _is_possible(encoding, body)]
    for encoding in declared:
        if encoding in UTF_16 or encoding == "iso-2022-jp" or (encoding == "replacement" and body.isascii()):
            return decode_as(encoding, body), encoding

    text = _sound_utf_8(body)
    multi_byte = [encoding for encoding in declared if encoding not in SINGLE_BYTE and encoding != "utf-8"]
    if text is not None and ("utf-8" in declared or not multi_byte):
        return text, "utf-8"
    utf_8 = _Reading("utf-8", body, is_sound=text is not None)
    reading = _of_declared(body, multi_byte, utf_8) if multi_byte else _of_nothing_better(body, declared, utf_8)
    return reading.text, reading.encoding


def _is_possible(encoding: str, body: bytes) -> bool:
    """Tell whether the bytes have what no page in *encoding* lacks."""
    if encoding in UTF_16:
        return b"\0" in body[:PRESCAN_BYTES]
    return encoding != "iso-2022-jp" or _DESIGNATION.search(body) is not None


def _sound_utf_8(body: bytes) -> str | None:
    """Return the text if all of *body* is UTF-8; it may be cut off in the middle of its last character."""
    try:
        text, length = codecs.utf_8_decode(body, "strict", False)
    except UnicodeDecodeError:
        return None
    if length == len(body):
        return text
    return None if text.isascii() else text + "\ufffd"


def _of_declared(body: bytes, declared: list[str], utf_8: _Reading) -> _Reading:
    """Choose among charsets of several bytes a character that are declared, unless the bytes refute them all."""
    readings = [_Reading(encoding, body) for encoding in declared]
    best = next((each for each in readings if each.is_sound), None) or max(readings, key=lambda each: each.common)
    if utf_8.is_sound and utf_8.beyond_ascii > 1 and not best.is_sound:
        return utf_8
    # A sequence of three bytes proves more than the Chinese character that two of them make.
    if utf_8.is_sound and utf_8.long > 1 and utf_8.beyond_ascii > best.common * _CLEARLY:
        return utf_8
    if utf_8.is_damaged:  # what is in pairs has as many faults as characters, and UTF-8 often is in pairs by chance
        return utf_8
    if not best.is_sound and best.encoding != "gb18030":
        tried = _Reading("gb18030", body)
        if (tried.is_sound or tried.is_damaged) and tried.common > best.common * _CLEARLY + _FEW:
            return tried
    return best


def _of_nothing_better(body: bytes, declared: list[str], utf_8: _Reading) -> _Reading:
    """Choose where only UTF-8, which it is not, or one byte a character is declared, or nothing."""
    if utf_8.is_damaged:
        return utf_8
    single_byte = [encoding for encoding in declared if encoding != "utf-8"]
    if single_byte in ([], [_SERVER_DEFAULT]) and (encoding := charset_of_words(body)):
        return _Reading(encoding, body)
    tried = _Reading("gb18030", body)
    if not single_byte:
        return _of_no_label(body, utf_8, tried, other="utf-8" if declared else _SERVER_DEFAULT)
    # Two letters of one byte are seldom a common character in GB18030; nor are there several such by chance.
    least = tried.beyond_ascii * (_LEAST_OF_DEFAULT if single_byte == [_SERVER_DEFAULT] else _LEAST)
    if (tried.is_sound or tried.is_damaged) and tried.common >= least and tried.kinds > 2:
        return tried
    return _Reading(single_byte[0], body)


def _of_no_label(body: bytes, utf_8: _Reading, gb18030: _Reading, *, other: str) -> _Reading:
    """Choose where nothing says which of several bytes a character it is; *other* where it is none of these."""
    if len(_OF_ALL_CHINESE.intersection(gb18030.text)) < _SEVERAL:
        for encoding, least in _UNDECLARED.items():
            tried = _Reading(encoding, body)
            if not tried.is_sound or tried.beyond_ascii < _NO_CHANCE or tried.common < tried.beyond_ascii * least:
                continue
            # Hangul and kana stand at codes that GB18030 has for common characters, too; all others do not.
            if encoding.startswith("euc-") or tried.common > gb18030.common * _CLEARLY + _FEW:
                return tried
        if gb18030.common < gb18030.beyond_ascii * _LEAST_OF_DEFAULT and gb18030.kinds < _SEVERAL:
            return _Reading(other, body)
    return min(utf_8, gb18030, key=lambda each: each.faults)


_OF_ALL_CHINESE = frozenset("的了在是一不有和中为这大人上")
"""Characters of which a page in GB18030 has several; bytes of other languages hardly make one of them."""
_SEVERAL = 5
_UNDECLARED = {"euc-kr": 0.95, "euc-jp": 0.3, "shift_jis": 0.3, "big5": 0.8}
"""Share of common characters with which a charset is one that nobody declared. Chinese in GB18030 is two thirds Hangul
when it is read as EUC-KR, and Japanese in EUC-JP is Chinese for Big5: the order counts."""
_NO_CHANCE = 40
"""Characters beyond ASCII that such a text has at least."""


class _Reading:
    """A text that the bytes may be."""

    def __init__(self, encoding: str, body: bytes, *, is_sound: bool | None = None):
        self.encoding = encoding
        self._body = body
        self._is_sound = is_sound

    @cached_property
    def text(self) -> str:
        return decode_as(self.encoding, self._body)

    @cached_property
    def faults(self) -> int:
        """Places that could not be read."""
        lost_before = self._body.count("\ufffd".encode()) if self.encoding == "utf-8" else 0
        return self.text.count("\ufffd") - lost_before

    @property
    def is_sound(self) -> bool:
        """Whether all could be read; a page cut off in the middle of a character is still a page in its charset."""
        if self._is_sound is not None:
            return self._is_sound
        return self.faults == 0 or (self.faults == 1 and self.text.endswith("\ufffd") and self.beyond_ascii > 1)

    @property
    def is_damaged(self) -> bool:
        """Whether so little could not be read that it is this charset, with faults."""
        return 0 < self.faults * DAMAGE_RATIO < self.beyond_ascii

    @cached_property
    def beyond_ascii(self) -> int:
        return len(self.text) - len(self.text.encode("ascii", "ignore"))

    @cached_property
    def long(self) -> int:
        """Count of characters that have three bytes or more in UTF-8."""
        return sum(map("\u07ff".__lt__, self.text))

    @cached_property
    def common(self) -> int:
        """Count of characters that make up most of any text in this charset, and little of one read in it wrongly."""
        return sum(map(_common_characters(self.encoding).__contains__, self.text))

    @property
    def kinds(self) -> int:
        """The number of different common characters."""
        return len(_common_characters(self.encoding).intersection(self.text))


# Lead bytes, the first and last of each row of signs, of the ideographs of level 1 or of Hangul; of Japanese the kana,
# without which it writes no sentence, as its ideographs stand at the codes of others.
_COMMON_LEADS = {
    "gb18030": ("a1a3b0d7", range(0xA1, 0xFF)),
    "big5": ("a1a3a4c6", range(0x40, 0xFF)),
    "shift_jis": ("8183", range(0x40, 0xFD)),
    "euc-jp": ("a1a1a3a5", range(0xA1, 0xFF)),
    "euc-kr": ("a1a3b0c8", range(0xA1, 0xFF)),
}


@cache
def _common_characters(encoding: str) -> frozenset[str]:
    leads, trails = _COMMON_LEADS.get(encoding, ("", range(0)))
    bounds = bytes.fromhex(leads)
    codes = (
        bytes((lead, trail))
        for first, last in zip(bounds[::2], bounds[1::2], strict=True)
        for lead in range(first, last + 1)
        for trail in trails
    )
    found = set("".join(decode_as(encoding, code) for code in codes))
    return frozenset(character for character in found if character > "\x7f" and character != "\ufffd")
