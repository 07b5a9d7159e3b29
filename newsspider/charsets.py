"""A page's bytes as text, whatever its labels say.

A label is a witness, not a fact: servers put utf-8 on GB18030 pages. So a charset is used when the bytes decode in it
without a fault, and the order in which charsets are asked follows from how much that proves. UTF-8 comes first where
it is declared at all, as other text hardly passes for it; then what else is declared; GB18030 accepts much, and Latin-1
accepts everything. A page that is cut off in the middle of a character is still a page in its charset.

That nothing had to be replaced does not prove the text right: Big5 bytes can be read as GB18030.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from w3lib.encoding import resolve_encoding

PRESCAN_BYTES = 4096
"""How far into the page its own label is looked for. WHATWG asks for 1024; pages put scripts before it."""

DAMAGE_RATIO = 10
"""Characters beyond ASCII that a faulty UTF-8 text must have for each fault to count as UTF-8. GB18030 bytes give
about as many faults as characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A page's text and how it was read."""

    text: str
    """Without a byte order mark."""

    declared: tuple[str, ...]
    """Labels as printed, in lower case: the Content-Type's first, then the page's own."""

    used: str
    """Python's name of the charset."""

    replacements: int
    """Count of U+FFFD in the text: what could not be read here, or was lost before the page was served."""


def decode(body: bytes, content_type: str | None) -> Decoded:
    """Read *body*, content-decoded, under the value of its Content-Type header; bytes of any kind give a text.

    >>> page = '<meta charset="gb2312"><title>看看新闻</title>'.encode("gb18030")
    >>> decoded = decode(page, "text/html; charset=utf-8")
    >>> decoded.text, decoded.declared, decoded.used, decoded.replacements
    ('<meta charset="gb2312"><title>看看新闻</title>', ('utf-8', 'gb2312'), 'gb18030', 0)
    """
    declared = _declared_labels(body, content_type)
    text, used = _read(body, [encoding for label in declared if (encoding := _encoding(label, body))])
    return Decoded(text=text, declared=declared, used=used, replacements=text.count("\ufffd"))


# --- What is declared ---

_HEADER_LABEL = re.compile(r"charset\s*=\s*[\"']?\s*([^\s\"';,]{1,40})", re.IGNORECASE)
_PAGE_LABEL = re.compile(
    rb"<(?:meta\s[^>]{0,400}?charset|\?xml\s[^>]{0,100}?encoding)\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE
)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)

# Python's names of the charsets of the Encoding Standard (https://encoding.spec.whatwg.org/#names-and-labels). Python
# knows more, of which a page can mean none: hex, punycode, unicode_escape.
_ENCODING = re.compile(
    r"utf-8|utf-16(-[lb]e)?|gb18030|big5hkscs|euc_jp|iso2022_jp|cp(932|949|866|874|125[0-8])"
    r"|iso8859-[0-9]+|koi8-[ru]|mac-(roman|cyrillic)"
)


def _declared_labels(body: bytes, content_type: str | None) -> tuple[str, ...]:
    labels = _HEADER_LABEL.findall(content_type or "")[:1]
    if found := _PAGE_LABEL.search(_COMMENT.sub(b"", body[:PRESCAN_BYTES])):
        labels.append(found[1].decode("ascii", "replace"))
    return tuple(label.lower() for label in labels)


def _encoding(label: str, body: bytes) -> str | None:
    """Name the charset that *label* means on the web: gb2312 and gbk are GB18030, iso-8859-1 is windows-1252."""
    if "gb" in label:  # w3lib does not know x-gbk and csgb2312
        return "gb18030"
    encoding = resolve_encoding(label)
    if encoding is None or not _ENCODING.fullmatch(encoding):
        return None
    if encoding.startswith("utf-16") and b"\0" not in body[:PRESCAN_BYTES]:
        return "utf-8"  # what the standard reads in a page's own utf-16 label: as it was found, the page has another
    return "utf-16-le" if encoding == "utf-16" else encoding


# --- What the bytes say ---

_MARKS = [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")]

# What servers declare when nobody told them anything; all bytes pass for it.
_SERVER_DEFAULT = "cp1252"


def _read(body: bytes, declared: list[str]) -> tuple[str, str]:
    """Give the text and the charset it was read in."""
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace"), encoding

    meant = sorted((encoding for encoding in declared if encoding != _SERVER_DEFAULT), key=lambda name: name != "utf-8")
    # UTF-8 undeclared still comes before GB18030: short UTF-8 pages often pass for GB18030, the reverse takes a page
    # of a few words.
    for encoding in [*meant, "utf-8"]:
        if (text := _decode_strictly(body, encoding)) is not None:
            return text, encoding

    text = body.decode("utf-8", "replace")
    beyond_ascii = len(text) - len(text.encode("ascii", "ignore"))
    if text.count("\ufffd") * DAMAGE_RATIO < beyond_ascii:
        return text, "utf-8"

    # GB18030 before Latin-1: it refuses an accented letter before a space or a tag, which sentences have.
    for encoding in ["gb18030", *declared]:
        if (text := _decode_strictly(body, encoding)) is not None:
            return text, encoding

    readings = [(body.decode(encoding, "replace"), encoding) for encoding in [*declared, "utf-8", "gb18030"]]
    return min(readings, key=lambda reading: reading[0].count("\ufffd"))


def _decode_strictly(body: bytes, encoding: str) -> str | None:
    """Decode all of *body*, or give ``None``; a last character that is cut off counts as one U+FFFD."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        text = decoder.decode(body)
    except UnicodeDecodeError:
        return None
    torn, _ = decoder.getstate()
    return text + "\ufffd" if torn else text
