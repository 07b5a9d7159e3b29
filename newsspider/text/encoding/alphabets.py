"""Tells by its words in which charset of one byte a character a page is that names none.

All bytes pass for every such charset, but in few are they words: a word of Russian in KOI8-R is capitals behind a small
letter in windows-1251, and signs between letters in the others. Which letters are the most common of a language is
known from any text of it. Languages in Latin letters have ASCII in every word, and tell nothing.
"""

from __future__ import annotations

import re
from functools import cache

from newsspider.text.encoding.decoders import decode_as

_LEAST_LETTERS = 40
"""Letters that a page has at least: fewer may be so by chance."""
_LEAST_SHARE = 0.65
"""Of the characters beyond ASCII, those that are common letters and in words. A text of its language has 0.7 to 0.9."""
_MOST = 1 << 20
"""Bytes of a page that are looked at; a page has some hundred thousand."""

_CYRILLIC = (r"[А-ЯЁЄІЇЎҐЂЃЉЊЋЌЏЈЅ]?[а-яёєіїўґђѓљњћќџјѕ]{2,}", "оеаинтсрвлкмдпуяі")
# ς, and five letters of Hebrew, stand at the end of a word alone.
_GREEK = (r"[Α-ΫΆΈΉΊΌΎΏ]?[α-ρσ-ώΐ]+ς?(?![α-ώ])", "αοιετσνηυρπκμλςίό")
_ALPHABETS = {
    "windows-1251": _CYRILLIC,
    "koi8-u": _CYRILLIC,  # and KOI8-R, which has no letter that it lacks
    "iso-8859-5": _CYRILLIC,
    "windows-1253": _GREEK,  # and ISO 8859-7, but for one capital
    "windows-1255": (r"(?<![א-ת])[אבגדהוזחטיכלמנסעפצקרשת]+[ךםןףץ]?(?![א-ת])", "יוהלאמתרבשנםעדחק"),
    "windows-1256": (r"[ء-ي]{2,}", "اليمنورتبةدعهفسكقح"),
    "windows-874": (r"[ก-ฺเ-๎]{3,}", "านรอกเง่มยวลตดทส้ัีะบปคิหขแใจไ"),
}
"""What a word is, and the most common letters."""


def charset_of_words(body: bytes) -> str | None:
    """Return the charset in which *body* is words of a language that has no Latin letters; None where it is in none.

    >>> russian = "В порту начали чинить мост, паром пока ходит по расписанию."
    >>> charset_of_words(russian.encode("koi8_r")), charset_of_words(russian.encode("cp1251"))
    ('koi8-u', 'windows-1251')
    """
    body = body[:_MOST]
    beyond_ascii = len(body) - len(body.translate(None, _BEYOND_ASCII))
    if beyond_ascii < _LEAST_LETTERS:
        return None
    written = b" ".join(_WITHOUT_LATIN.findall(body))
    count, encoding = max((_in_words(written, encoding), encoding) for encoding in _ALPHABETS)
    return encoding if count >= max(_LEAST_LETTERS, beyond_ascii * _LEAST_SHARE) else None


_BEYOND_ASCII = bytes(range(0x80, 0x100))
_WITHOUT_LATIN = re.compile(rb"(?<![A-Za-z\x80-\xff])[\x80-\xff]{2,}+(?![A-Za-z])")


def _in_words(written: bytes, encoding: str) -> int:
    """Count of the common letters that stand in words."""
    word, common = _alphabet(encoding)
    return sum(map(common.__contains__, "".join(word.findall(decode_as(encoding, written)))))


@cache
def _alphabet(encoding: str) -> tuple[re.Pattern[str], frozenset[str]]:
    word, common = _ALPHABETS[encoding]
    return re.compile(word), frozenset(common)
