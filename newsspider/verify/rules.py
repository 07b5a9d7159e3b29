"""What WARC/1.1 (ISO 28500:2017) asks of a record's header; WARC/1.0 asks the same but where it is said."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsspider.archive.reader import bare_uri

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsspider.archive.reader import Record

_ALL = frozenset(
    {"warcinfo", "response", "resource", "request", "metadata", "revisit", "conversion", "continuation"}
)
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    clause: str
    mandatory: frozenset[str] = _NONE
    """Types of record that shall have the field."""
    forbidden: frozenset[str] = _NONE
    """Types of record that shall not."""
    repeatable: bool = False


_NOT_OF_AN_EXCHANGE = frozenset({"warcinfo", "conversion", "continuation"})

FIELDS = {
    "WARC-Record-ID": _Rule(clause="5.2", mandatory=_ALL),
    "Content-Length": _Rule(clause="5.3", mandatory=_ALL),
    "WARC-Date": _Rule(clause="5.4", mandatory=_ALL),
    "WARC-Type": _Rule(clause="5.5", mandatory=_ALL),
    "Content-Type": _Rule(clause="5.6"),
    "WARC-Concurrent-To": _Rule(clause="5.7", forbidden=_NOT_OF_AN_EXCHANGE, repeatable=True),
    "WARC-Block-Digest": _Rule(clause="5.8"),
    "WARC-Payload-Digest": _Rule(clause="5.9"),
    "WARC-IP-Address": _Rule(clause="5.10", forbidden=_NOT_OF_AN_EXCHANGE),
    "WARC-Refers-To": _Rule(clause="5.11", forbidden=_ALL - {"metadata", "revisit", "conversion"}),
    "WARC-Refers-To-Target-URI": _Rule(clause="5.12"),
    "WARC-Refers-To-Date": _Rule(clause="5.13"),
    "WARC-Target-URI": _Rule(
        clause="5.14", mandatory=_ALL - {"warcinfo", "metadata"}, forbidden=frozenset({"warcinfo"})
    ),
    "WARC-Truncated": _Rule(clause="5.15"),
    "WARC-Warcinfo-ID": _Rule(clause="5.16", forbidden=frozenset({"warcinfo"})),
    "WARC-Filename": _Rule(clause="5.17", forbidden=_ALL - {"warcinfo"}),
    "WARC-Profile": _Rule(clause="5.18", mandatory=frozenset({"revisit"})),
    "WARC-Segment-Number": _Rule(clause="5.20", mandatory=frozenset({"continuation"})),
    "WARC-Segment-Origin-ID": _Rule(
        clause="5.21", mandatory=frozenset({"continuation"}), forbidden=_ALL - {"continuation"}
    ),
}  # fmt: skip

_BY_LOWER_NAME = {name.lower(): (name, rule) for name, rule in FIELDS.items()}
_MANDATORY = {kind: [name for name, rule in FIELDS.items() if kind in rule.mandatory] for kind in _ALL}

_VERSION = re.compile(rb"WARC/1\.[01]")
_FIELD_LINE = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\x00-\x08\x0a-\x1f\x7f]*")
_FOLDED_LINE = re.compile(rb"[ \t][^\x00-\x08\x0a-\x1f\x7f]*")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>]+")
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z")
_LESS_THAN_A_DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\dZ)?)?)?")  # allowed since WARC/1.1
_URI_FIELDS = frozenset({"warc-target-uri", "warc-refers-to-target-uri", "warc-profile"})
_ID_FIELDS = frozenset(
    {"warc-record-id", "warc-concurrent-to", "warc-refers-to", "warc-warcinfo-id", "warc-segment-origin-id"}
)


def broken(record: Record) -> Iterator[tuple[str, str, str]]:
    """Yield what a record's header breaks: the kind of finding, the problem, the clause."""
    lines = record.header.split(b"\r\n")
    if not _VERSION.fullmatch(lines[0]):
        yield "header", f"the first line is {lines[0][:40]!r}, not WARC/1.0 or WARC/1.1", "4"
    for line in lines[1:]:
        if not (_FIELD_LINE.fullmatch(line) or _FOLDED_LINE.fullmatch(line)):
            yield "header", f"not a named field: {line[:80]!r}", "4"
        elif not _is_utf8(line):
            yield "header", f"not in UTF-8: {line[:80]!r}", "4"

    kind = record.type
    seen: set[str] = set()
    for written, value in record.fields:
        lower = written.lower()
        if lower not in _BY_LOWER_NAME:
            continue
        name, rule = _BY_LOWER_NAME[lower]
        if lower in seen and not rule.repeatable:
            yield "field", f"{name} is there twice", f"5.1, {rule.clause}"
        seen.add(lower)
        if kind in rule.forbidden:
            yield "field", f"{name} is in a {kind} record", rule.clause
        if problem := _problem_of_value(lower, value, record):
            yield "field", f"{name} {problem}: {value[:200]!r}", rule.clause
    for name in _MANDATORY.get(kind, _MANDATORY["metadata"]):
        if name.lower() not in seen:
            yield "field", f"a {kind or 'nameless'} record without {name}", FIELDS[name].clause


def _problem_of_value(name: str, value: str, record: Record) -> str | None:
    if name in _ID_FIELDS:
        if not (value.startswith("<") and value.endswith(">") and _URI.fullmatch(value[1:-1])):
            return "is no URI in angle brackets"
    elif name in _URI_FIELDS:
        if not _URI.fullmatch(bare_uri(value)):  # wget puts brackets around it, and all readers take them off
            return "is no URI"
    elif name in ("warc-date", "warc-refers-to-date"):
        if not (_DATE.fullmatch(value) or _LESS_THAN_A_DATE.fullmatch(value)):
            return "is no date in UTC"
        if record.header.startswith(b"WARC/1.0") and len(value) != len("2026-01-30T08:00:00Z"):
            return "is not in seconds, as WARC/1.0 wants it"
    return None


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
