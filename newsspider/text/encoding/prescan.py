"""The label that a page has within itself, as the HTML standard looks for it before it parses; a style sheet's too.

https://html.spec.whatwg.org/#prescan-a-byte-stream-to-determine-its-encoding
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsspider.text.encoding.labels import UTF_16, encoding_of

if TYPE_CHECKING:
    from collections.abc import Iterator

# A name begins with any byte but white space, "/" and ">", an equals sign too. A value without its closing quotation
# mark goes on to the end.
_ATTRIBUTE = (
    rb"[\t\n\f\r /]*([^\t\n\f\r />][^\t\n\f\r />=]*)"
    rb"""(?:[\t\n\f\r ]*=[\t\n\f\r ]*(?:"([^"]*)(?:"|\Z)|'([^']*)(?:'|\Z)|([^\t\n\f\r >]*)))?"""
)
_ATTRIBUTES = rb"(?:%s)*" % re.sub(rb"\((?!\?)", b"(?:", _ATTRIBUTE)
_TOKEN = re.compile(
    rb"<(?:!--(?:-?>|.*?-->|.*)|meta(?=[\t\n\f\r /])(%s)|/?[a-z][^\t\n\f\r >]*%s|[!/?][^>]*)"
    % (_ATTRIBUTES, _ATTRIBUTES),
    re.DOTALL,
)
_ATTRIBUTE_OF_META = re.compile(_ATTRIBUTE)
_CHARSET = re.compile(rb"""charset[\t\n\f\r ]*=[\t\n\f\r ]*(?:"([^"]*)"|'([^']*)'|([^"'\t\n\f\r ;][^\t\n\f\r ;]*))""")
_CSS = re.compile(rb'@charset "([^"]*)";')  # https://www.w3.org/TR/css-syntax-3/#determine-the-fallback-encoding
_XML = re.compile(rb"""<\?xml[^>]*?encoding[\0- ]*=[\0- ]*(?:"([^">]*)"|'([^'>]*)')""")


_NEAR = 1024  # bytes in which nearly all pages have it


def label_within(head: bytes) -> str | None:
    """Return the label that a page with this *head* gives itself, in lower case; ``None`` if none.

    A label that means no charset is passed over if another follows.

    >>> label_within(b'<!-- <meta charset=utf-8> --><META http-equiv=Content-Type content="text/html; charset=Big5">')
    'big5'
    """
    for part in (head[:_NEAR], head):
        part, unknown = part.lower(), None
        for label, end in _labels(part):
            if end == len(part) < len(head):
                break  # what stands after it may change it
            if encoding_of(label):
                return label
            unknown = unknown or label
    return unknown


def encoding_within(label: str) -> str | None:
    """Name the charset that a page's own *label* means: what could be read so far is not UTF-16."""
    encoding = encoding_of(label)
    if encoding == "x-user-defined":
        return "windows-1252"
    return "utf-8" if encoding in UTF_16 else encoding


def _labels(head: bytes) -> Iterator[tuple[str, int]]:
    """Yield the labels in the order of their rank, each with the offset at which it is sure."""
    if b"charset" in head:
        for found in _TOKEN.finditer(head):
            if found[1] and b"charset" in found[1] and (label := _label_of(found[1])):
                yield label, found.end()
    if first := _CSS.match(head) or _XML.match(head):
        yield _text(b"".join(first.groups(b""))), len(head)


def _label_of(attributes: bytes) -> str | None:
    """Return the label of a meta element: that of ``charset``, else that in the ``content`` of a Content-Type."""
    meta: dict[bytes, bytes] = {}
    for name, *values in _ATTRIBUTE_OF_META.findall(attributes):
        meta.setdefault(name, b"".join(values))
    if b"charset" in meta:
        return _text(meta[b"charset"])
    if meta.get(b"http-equiv") == b"content-type" and (found := _CHARSET.search(meta.get(b"content", b""))):
        return _text(b"".join(found.groups(b"")))
    return None


def _text(label: bytes) -> str:
    return label.strip(b"\t\n\f\r ")[:40].decode("ascii", "replace")
