"""The rules of WARC/1.1 (ISO 28500:2017) for a record's header. Those of WARC/1.0 are the same except where noted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsspider.text.escaping import quoted
from newsspider.text.language import N_
from newsspider.text.message import message
from newsspider.warc.header import ends_lines_with_lf, lines_of, parse_date

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsspider.text.message import Message
    from newsspider.warc.reader import Record

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

_MANDATORY = {kind: [name for name, rule in FIELDS.items() if kind in rule.mandatory] for kind in _ALL}

_VERSION = re.compile(rb"WARC/1\.[01]")
_DRAFT = re.compile(rb"WARC/0\.(?:1[0-9]|9)")
"""What was written before the standard of 2009; Heritrix wrote 0.17 and 0.18, whose headers are those of 1.0."""
_FIELD_LINE = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\x00-\x08\x0a-\x1f\x7f]*")
_FOLDED_LINE = re.compile(rb"[ \t][^\x00-\x08\x0a-\x1f\x7f]*")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>]+")
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z", re.ASCII)
_LESS_THAN_A_DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\dZ)?)?)?", re.ASCII)  # allowed since WARC/1.1


def broken(record: Record) -> Iterator[tuple[str, Message, str]]:
    """Yield what a record's header breaks: the kind of finding, the problem, the clause."""
    first, *lines = record.header.split(b"\r\n")
    # Nearly all headers are sound, and looked at no further.
    if not (_VERSION.fullmatch(first) and all(map(_FIELD_LINE.fullmatch, lines)) and record.header.isascii()):
        yield from _broken_lines(record.header)
    kind = record.type
    seen: set[str] = set()
    for written, value in record.fields:
        known = _KNOWN.get(written) or _KNOWN.get(written.lower())
        if known is None:
            continue
        name, rule, problem_of = known
        if name in seen and not rule.repeatable:
            yield "field", message("%(field)s is there twice", field=name), f"5.1, {rule.clause}"
        seen.add(name)
        if kind in rule.forbidden:
            yield "field", message("%(field)s is in a %(kind)s record", field=name, kind=kind), rule.clause
        if problem_of is not None and (problem := problem_of(value, record)):
            yield "field", message(problem, field=name, value=quoted(value)), rule.clause
    for name in _MANDATORY.get(kind, _MANDATORY["metadata"]):
        if name not in seen:
            said = message("a nameless record without %(field)s", field=name)
            if kind:
                said = message("a %(kind)s record without %(field)s", kind=kind, field=name)
            yield "field", said, FIELDS[name].clause


def _broken_lines(header: bytes) -> Iterator[tuple[str, Message, str]]:
    first, *lines = lines_of(header)
    if not _VERSION.fullmatch(first):
        yield "version", _problem_of_version(first), "4"
    if ends_lines_with_lf(header):
        yield "line-ends", message("the lines of the header end with LF alone, not CR LF"), "4"
    for line in lines:
        if not (_FIELD_LINE.fullmatch(line) or _FOLDED_LINE.fullmatch(line)):
            yield "header", message("not a named field: %(line)s", line=quoted(line)), "4"
        elif not _is_utf8(line):
            yield "header", message("not in UTF-8: %(line)s", line=quoted(line)), "4"


def _problem_of_version(line: bytes) -> Message:
    if _VERSION.fullmatch(line.upper()):
        return message(
            "the first line is %(line)s, in lower case: the standard has it in capitals", line=line.decode()
        )
    if _DRAFT.fullmatch(line):
        return message(
            "the first line is %(line)s: a draft of before the standard, WARC/1.0", line=line.decode()
        )
    return message("the first line is %(line)s, not WARC/1.0 or WARC/1.1", line=repr(line[:40]))


def _problem_of_id(value: str, record: Record) -> str | None:
    is_id = value.startswith("<") and value.endswith(">") and _URI.fullmatch(value, 1, len(value) - 1)
    return None if is_id else N_("%(field)s is no URI in angle brackets: %(value)s")


def _problem_of_uri(value: str, record: Record) -> str | None:
    # wget puts brackets around it, and all readers take them off
    return None if _URI.fullmatch(value.removeprefix("<").removesuffix(">")) else N_("%(field)s is no URI: %(value)s")


def _problem_of_date(value: str, record: Record) -> str | None:
    if not (_DATE.fullmatch(value) or _LESS_THAN_A_DATE.fullmatch(value)) or not _is_moment(value):
        return N_("%(field)s is no date in UTC: %(value)s")
    if record.header[:8].upper() == b"WARC/1.0" and len(value) != len("2026-01-30T08:00:00Z"):
        return N_("%(field)s is not in seconds, as WARC/1.0 wants it: %(value)s")
    return None


_VALUES = {
    _problem_of_id: (
        "WARC-Record-ID", "WARC-Concurrent-To", "WARC-Refers-To", "WARC-Warcinfo-ID", "WARC-Segment-Origin-ID"
    ),
    _problem_of_uri: ("WARC-Target-URI", "WARC-Refers-To-Target-URI", "WARC-Profile"),
    _problem_of_date: ("WARC-Date", "WARC-Refers-To-Date"),
}  # fmt: skip
_PROBLEM_OF = {name: problem_of for problem_of, names in _VALUES.items() for name in names}
_KNOWN = {
    spelling: (name, rule, _PROBLEM_OF.get(name))
    for name, rule in FIELDS.items()
    for spelling in (name, name.lower())
}
"""For each field its name, its rule, and a function that says what is wrong with a value."""


def _is_moment(value: str) -> bool:
    """Tell whether there is that day and that time; a leap second is the last of a day."""
    if value[17:19] == "60" and value[11:16] != "23:59":
        return False
    try:
        parse_date(value)
    except ValueError:
        return False
    return True


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
