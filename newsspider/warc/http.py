"""Heads of HTTP/1.x messages as bytes: where they end, and what they say of the body that follows (RFC 9112).

Servers break every rule here, so nothing raises for a malformed message: a head is read as far as it goes. h11 refuses
such messages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from newsspider.warc.codings import codings_of
from newsspider.warc.exchange import CHUNK_SIZE

MAX_HEAD = CHUNK_SIZE
"""Bytes in which a message's head, interim responses before it included, has to end to be seen as one."""

END_OF_HEAD = re.compile(rb"\n\r?\n")  # servers end lines with a bare LF too
_BLANK = re.compile(rb"[ \t\r\n]*")  # mostly the end of the body before it (RFC 9112, 2.2)
# As browsers take it: no version (NCSA 1.5, "HTTP 200 Document follows"), one that is no number ("HTTP/h2"),
# SHOUTcast's "ICY 200 OK", "404.3" of IIS.
_STATUS_LINE = re.compile(
    rb"(?:HTTP(?:/(\d{1,3})(?:\.(\d{1,3}))?|/[^\s/]{0,9})?|ICY)[ \t]+(\d{3})(?!\d)(.*)", re.IGNORECASE
)
# The few fields that say how a body lies in the message and if another may follow, in one pass; value with folded
# lines. Reading all fields takes as long as digesting the page.
_BODY_FIELDS = re.compile(
    rb"\n(transfer-encoding|connection|content-(?:length|encoding|type|range))[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)",
    re.IGNORECASE,
)
_WHOLE_RANGE = re.compile(rb"bytes[ \t]+0-(\d{1,18})/(\d{1,18})", re.IGNORECASE)  # RFC 9110, 14.4
_OF_THE_CONNECTION = {
    b"connection", b"keep-alive", b"proxy-connection", b"te", b"trailers", b"transfer-encoding", b"upgrade",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a message: its first line, its fields in order, and where its bytes lie."""

    start: int
    """Where the head begins in the block; after the interim responses, and blank lines before a status line."""
    end: int
    """Where the body begins."""
    data: bytes
    """The bytes between."""
    line: bytes
    """The first line, without its end."""
    status: int | None
    """None for a request and for what is not HTTP."""
    whole: bool
    """Whether the blank line that ends a head was there."""
    _body_fields: dict[bytes, list[bytes]]

    @property
    def reason(self) -> bytes:
        line = _STATUS_LINE.match(self.line)
        return line[4].strip() if line else b""

    @property
    def version(self) -> tuple[int, int]:
        """Of HTTP; what names none is as old as 1.0."""
        line = _STATUS_LINE.match(self.line)
        return (int(line[1]), int(line[2] or 0)) if line and line[1] else (1, 0)

    @property
    def fields(self) -> list[tuple[bytes, bytes]]:
        """Names as sent, values without the white space around them; folded lines joined by a space.

        Lines without a colon are in the bytes only.
        """
        fields: list[tuple[bytes, list[bytes]]] = []
        for line in self.data.split(b"\n")[1:]:
            if line[:1] in (b" ", b"\t"):
                if fields:
                    fields[-1][1].append(line.strip())
                continue
            name, colon, value = line.partition(b":")
            if colon:
                fields.append((name.rstrip(b" \t"), [value.strip()]))
        return [(name, b" ".join(filter(None, lines))) for name, lines in fields]

    @property
    def page_fields(self) -> list[tuple[bytes, bytes]]:
        """The fields that are about the page, without those of the connection that it came by."""
        return [each for each in self.fields if each[0].lower() not in _OF_THE_CONNECTION]

    def values(self, name: bytes) -> list[bytes]:
        """Return the values of a field of _BODY_FIELDS, white space and all; *name* is in lower case."""
        return self._body_fields.get(name, [])

    @property
    def content_type(self) -> bytes:
        return b"".join(self.values(b"content-type")[:1]).strip()

    @property
    def content_codings(self) -> list[str]:
        """Content codings that can be undone, in the order in which they were applied, in lower case."""
        return codings_of(self.values(b"content-encoding"))

    @property
    def transfer_codings(self) -> list[str]:
        """Transfer codings besides ``chunked``, as content_codings."""
        return codings_of(self.values(b"transfer-encoding"))

    @property
    def partial(self) -> bool:
        """Whether this is a part of what is at the address."""
        return is_part(self.status, b"".join(self.values(b"content-range")[:1]))

    @property
    def chunked(self) -> bool:
        """Whether there is a transfer coding ``chunked``: of what is undone it can only be the last."""
        labels = b",".join(self.values(b"transfer-encoding")).lower().split(b",")
        return any(label.partition(b";")[0].strip() == b"chunked" for label in labels)

    @property
    def content_length(self) -> int | None:
        """Return the length that the head names; None where it names none, and where has_bad_length."""
        lengths = self._lengths
        return lengths.pop() if len(lengths) == 1 else None

    @property
    def has_bad_length(self) -> bool:
        """Whether a Content-Length is no number, or there are several: a client may not trust it (RFC 9112, 6.3)."""
        return len(lengths := self._lengths) > 1 or None in lengths

    @property
    def _lengths(self) -> set[int | None]:
        values = b",".join(self.values(b"content-length")).split(b",")
        return {_number(value.strip()) for value in values if value.strip()}

    @property
    def keeps_connection(self) -> bool:
        """Whether another message may follow on the connection (RFC 9112, 9.3)."""
        options = {option.strip() for option in b",".join(self.values(b"connection")).lower().split(b",")}
        return b"close" not in options and (self.version >= (1, 1) or b"keep-alive" in options)


def is_part(status: int | None, content_range: bytes) -> bool:
    """Tell if an answer is a part of what is at its address: a 206 whose range is not all of it.

    >>> is_part(206, b"bytes 0-365/1687"), is_part(206, b"bytes 0-1686/1687"), is_part(206, b""), is_part(200, b"")
    (True, False, True, False)
    """
    if status != 206:
        return False
    named = _WHOLE_RANGE.fullmatch(content_range.strip())
    return named is None or int(named[1]) + 1 != int(named[2])


def _number(text: bytes) -> int | None:
    """Read decimal digits; int() would take signs and underscores."""
    digits = text.lstrip(b"0")
    return int(digits or b"0") if text.isdigit() and len(digits) < 19 else None


def parse_head(block: bytes) -> Head:
    r"""Read the head that begins *block*; of a response, the final one: interim responses are skipped.

    >>> head = parse_head(b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.0 404\nServer: x\n y\n\nbody")
    >>> head.start, head.end, head.status, head.reason, head.fields
    (28, 55, 404, b'', [(b'Server', b'x y')])
    """
    start = 0
    while True:
        first = skip_blank(block, start)
        if _STATUS_LINE.match(block, first):
            start = first
        found = END_OF_HEAD.search(block, start)
        end = found.end() if found else len(block)
        data = block[start:end]
        line = data.partition(b"\n")[0].rstrip(b"\r")
        status_line = _STATUS_LINE.match(line)
        status = int(status_line[3]) if status_line else None
        # The last head is the answer's: also an interim one, when nothing came after it.
        if not (found and is_interim(status) and end < len(block)):
            break
        start = end
    body_fields: dict[bytes, list[bytes]] = {}
    for name, value in _BODY_FIELDS.findall(data):
        body_fields.setdefault(name.lower(), []).append(value)
    return Head(start, end, data, line, status, found is not None, body_fields)


def skip_blank(block: bytes | bytearray, start: int = 0) -> int:
    """Return where *block* goes on after the blank lines that some servers send before a status line."""
    blank = _BLANK.match(block, start)
    return blank.end() if blank else start


def is_interim(status: int | None) -> bool:
    """Tell if another response follows this one (RFC 9110, 15.2); 101 leaves HTTP and is final."""
    return status is not None and 100 <= status < 200 and status != 101
