"""Reads the header of a WARC record (ISO 28500:2017, clauses 4 and 5.4), also of writers that break the standard.

A header that cannot be read for certain is refused. One that can is read, and what it breaks is left to
``newsspider.proof.rules``: lines that end with LF alone, the version in lower case, the drafts before WARC/1.0.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from newsspider.errors import NewsspiderError
from newsspider.text.escaping import quoted
from newsspider.text.message import message

WARC_FIELDS = "application/warc-fields"
"""Content-Type of a block of named fields."""

RECORD_END = b"\r\n\r\n"
"""What follows every record's block (4)."""

_BLANK_LINE = re.compile(rb"\n\r?\n")
_LINE_END = re.compile(r"\r?\n")
_ADDRESS = "warc-target-uri"
_MAX_LENGTH_DIGITS = 18
_W3C_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?([Zz]|[+-]\d\d:\d\d)?)?)?)?", re.ASCII
)

_TIMESTAMP = re.compile(r"\d{14}", re.ASCII)  # of ARC
# Other forms of ISO 8601, of which Python reads more than there is: 2016-09-19107, 2016-09-19+08:00, 2016-09-19T17:200.
_OTHER_FORM = re.compile(
    r"\d{4}(?:-?W\d\d(?:-?\d)?|-?\d\d-?\d\d)"
    r"(?:[Tt ]\d\d(?::?\d\d(?::?\d\d(?:[.,]\d+)?)?)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?",
    re.ASCII,
)


class HeaderError(NewsspiderError, ValueError):
    """A header cannot be read for certain; the message says why."""


def is_warc(data: bytes) -> bool:
    """Tell whether a WARC record of any version begins *data*."""
    return data[:5].upper() == b"WARC/"


def ends_lines_with_lf(header: bytes) -> bool:
    """Tell whether LF alone ends the first line, and so all of them."""
    end = header.find(b"\n")
    return end > 0 and header[end - 1] != 0x0D


def split_header(data: bytes) -> tuple[bytes, bytes] | None:
    r"""Return the header that begins *data*, without the blank line after it, and what follows; None if it has no end.

    The first line decides how lines end, so that a line feed in a value ends neither its line nor the header.

    >>> split_header(b"WARC/1.1\nA: b\n\nblock"), split_header(b"WARC/1.1\r\nA: b\nc\r\n\r\nblock")
    ((b'WARC/1.1\nA: b', b'block'), (b'WARC/1.1\r\nA: b\nc', b'block'))
    """
    if ends_lines_with_lf(data):
        end = _BLANK_LINE.search(data)
        return (data[: end.start()].removesuffix(b"\r"), data[end.end() :]) if end else None
    header, end_of_header, ahead = data.partition(b"\r\n\r\n")
    if not end_of_header:
        return None
    if b"\r\n\n" in header:
        raise HeaderError(message("the lines of the header end in more than one way"))
    return header, ahead


def lines_of(header: bytes) -> list[bytes]:
    """Return the lines as they are written, without their ends."""
    if ends_lines_with_lf(header):
        return header.replace(b"\r\n", b"\n").split(b"\n")
    return header.split(b"\r\n")


def parse_fields(header: bytes) -> tuple[tuple[str, str], ...]:
    r"""Return the named fields in order, as written; a value that is folded over several lines is joined by spaces.

    What is not UTF-8 is written as ``\xff``, but in an address: there it is kept, as surrogates, and has to be looked
    for. Two addresses must not become one.

    >>> parse_fields(b"WARC/1.1\r\nWARC-Date:\r\n 2026\r\n\t-11\r\nA: \xff")
    (('WARC-Date', '2026 -11'), ('A', '\\xff'))
    """
    try:
        text, is_utf8 = header.decode(), True
    except UnicodeDecodeError:
        text, is_utf8 = header.decode("utf-8", "surrogateescape"), False
    lines = _LINE_END.split(text) if ends_lines_with_lf(header) else text.split("\r\n")
    if "\n " in text or "\n\t" in text:
        lines = _unfolded(lines)
    parts = [line.partition(":") for line in lines[1:]]
    fields = [(name.strip(" \t"), value.strip(" \t")) for name, colon, value in parts if colon]
    return tuple(fields) if is_utf8 else tuple(map(_readable, fields))


def _unfolded(lines: list[str]) -> list[str]:
    unfolded: list[list[str]] = []
    for line in lines:
        if line[:1] in (" ", "\t") and len(unfolded) > 1:
            unfolded[-1].append(line.strip(" \t"))
        else:
            unfolded.append([line])
    return [" ".join(parts) for parts in unfolded]


def _readable(field: tuple[str, str]) -> tuple[str, str]:
    name, value = (part.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace") for part in field)
    return (name, field[1]) if name.lower() == _ADDRESS else (name, value)


def parse_length(values: set[str]) -> int:
    """Return the number of bytes that the Content-Length fields of a header say, all the same one; HeaderError.

    >>> parse_length({"007"})
    7
    >>> parse_length({"+7"})
    Traceback (most recent call last):
    ...
    newsspider.warc.header.HeaderError: Content-Length is no number: '+7'
    """
    if len(values) > 1:
        raise HeaderError(message("it has %(count)s Content-Lengths", count=len(values)))
    text = next(iter(values), "")
    if not text:
        raise HeaderError(message("no %(field)s", field="Content-Length"))
    if not (text.isascii() and text.isdigit()):
        raise HeaderError(message("Content-Length is no number: %(text)s", text=quoted(text)))
    digits = text.lstrip("0")
    if len(digits) > _MAX_LENGTH_DIGITS:  # Python itself refuses to read thousands
        raise HeaderError(message("Content-Length is a number of %(count)s digits", count=f"{len(digits):,}"))
    return int(digits or "0")


def parse_date(text: str) -> datetime:
    """Read a date; ValueError. Of one that names a year, month, day or minute only, its first moment.

    Fractions beyond microseconds are cut off. A leap second is the second after it, as POSIX counts time.

    >>> for text in ("2016", "2016-09", "2016-12-31T23:59:60Z", "2026-01-30T08:00:00.123456789Z"):
    ...     parse_date(text).isoformat()
    '2016-01-01T00:00:00+00:00'
    '2016-09-01T00:00:00+00:00'
    '2017-01-01T00:00:00+00:00'
    '2026-01-30T08:00:00.123456+00:00'
    """
    if len(text) in (20, 27) and text[-1] == "Z" and text[10] == "T" and text[17] != "6":  # as nearly all are written
        return datetime.fromisoformat(text)
    date = _W3C_DATE.fullmatch(text)
    if date is None and _TIMESTAMP.fullmatch(text):
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    if date is None:
        if not _OTHER_FORM.fullmatch(text):
            raise ValueError(f"no form of ISO 8601: {text!r}")
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else _in_utc(moment)
    *parts, fraction, zone = date.groups()
    year, month, day, hour, minute, second = (int(part or least) for part, least in zip(parts, _FIRST, strict=True))
    leap = second == 60
    microsecond = 0 if leap else int((fraction or "").ljust(6, "0")[:6])
    moment = datetime(year, month, day, hour, minute, second - leap, microsecond, UTC)
    try:
        moment += timedelta(seconds=leap)
        if zone not in (None, "Z", "z"):
            moment = _in_utc(datetime.fromisoformat(moment.isoformat()[:-6] + zone))
    except OverflowError as error:
        raise ValueError(str(error)) from error
    return moment


_FIRST = (1, 1, 1, 0, 0, 0)


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(str(error)) from error
