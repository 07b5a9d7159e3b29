"""A verification in units, which any process can check: a WARC file, or a feed part with the events of its pages."""

from __future__ import annotations

import re
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import orjson

from newsspider.collection.scratch import is_full
from newsspider.errors import NewsspiderError
from newsspider.proof.articles import Articles
from newsspider.proof.events import EventCheck
from newsspider.proof.feed import FeedCheck, PartFacts
from newsspider.proof.findings import Finding, Place, Report, Taken
from newsspider.proof.index import captured_line
from newsspider.proof.pages import PageOpener
from newsspider.proof.references import References
from newsspider.proof.warcs import WarcCheck, WarcFacts
from newsspider.text.message import message

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsspider.text.message import Message
    from newsspider.warc.cdxj import CdxjEntry
    from newsspider.warc.reader import WarcPath

SITE_FACTS = re.compile(r"site-facts-\d+\.jsonl")
CHANGES = re.compile(r"changes-\d+\.jsonl")
FIRST_PART = "part-00001.jsonl"
MAX_LINE = 1 << 26


class CheckError(NewsspiderError):
    """A unit could not be checked, though nothing in it is known to be wrong: no room on the disk, for example."""

    def __init__(self, said: Message | str, exit_code: int) -> None:
        super().__init__(said)
        self.exit_code = exit_code

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.args[0], self.exit_code)


@dataclass(slots=True, kw_only=True)
class Checked:
    """The result of checking one unit."""

    findings: list[Finding] = field(default_factory=list)
    taken: Taken | None = None
    size: int = 0
    """Bytes that were read, as *advance* was given them."""
    seconds: dict[str, float] = field(default_factory=dict)
    error: CheckError | None = None

    warc: WarcFacts | None = None
    references: list[bytes] = field(default_factory=list)
    captured: list[bytes] = field(default_factory=list)

    parts: dict[tuple[str, str], PartFacts] = field(default_factory=dict)
    """What each part turned out to be, by run and name."""
    facts: set[str] = field(default_factory=set)
    """Ids of the site facts in them."""
    other_records: dict[Any, Any] = field(default_factory=dict)
    other_events: dict[Any, Any] = field(default_factory=dict)
    """Of other versions of parsers, as ``FeedCheck`` and ``EventCheck`` keep them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartsUnit:
    """Parts that one process checks together."""

    paths: tuple[Path, ...]
    archives: tuple[Path, ...]
    """Where their pages may lie."""
    own_form: bool = True
    """Whether the lines are those of a part, and not of somebody's export of the same records."""


class _Unit:
    """Checks one unit, and returns its result."""

    def __call__(self, unit: Any) -> Checked:
        checked = Checked()
        report = Report(checked.findings.append)

        def advance(size: int) -> None:
            checked.size += size

        try:
            self._check(unit, checked, report, advance)
        except NewsspiderError as error:
            checked.error = CheckError(error.args[0], error.exit_code)
        checked.taken = report.taken()
        return checked

    def _check(self, unit: Any, checked: Checked, report: Report, advance: Callable[[int], None]) -> None:
        raise NotImplementedError


class CheckWarc(_Unit):
    """Checks a WARC file; *described*: there is an index, and there are manifests, that say what is in it."""

    def __init__(self, *, described: bool) -> None:
        self._described = described

    def _check(self, unit: Path, checked: Checked, report: Report, advance: Callable[[int], None]) -> None:
        def captured(entry: CdxjEntry, is_page: bool) -> None:
            checked.captured.append(captured_line(entry, is_page))

        started = monotonic()
        check = WarcCheck(report, References(checked.references.append), captured if self._described else None, advance)
        try:
            checked.warc = check.check(unit)
        except OSError as error:
            if is_full(error):
                said = message("%(path)s: no room for temporary files (%(error)s)", path=unit, error=error.strerror)
                raise CheckError(said, 4) from error
            report.fault("record", Place(unit), unreadable(error))
        checked.seconds["WARC records"] = monotonic() - started


class CheckParts(_Unit):
    """Checks parts; *facts* are the ids of site facts that articles may cite, None where these are not known."""

    def __init__(self, facts: frozenset[str] | None) -> None:
        self._facts = facts
        self._articles = Articles()
        self._opened: dict[tuple[Path, ...], PageOpener] = {}
        self._stack = ExitStack()

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._facts,)

    def close(self) -> None:
        """Close the archives that were opened."""
        self._stack.close()

    def _check(self, unit: PartsUnit, checked: Checked, report: Report, advance: Callable[[int], None]) -> None:
        if unit.archives not in self._opened:
            self._opened[unit.archives] = self._stack.enter_context(PageOpener(unit.archives))
        pages = self._opened[unit.archives]
        known = None if self._facts is None else set(self._facts)
        records = FeedCheck(report, advance, facts=known, articles=self._articles)
        events = EventCheck(report, advance, self._articles)
        for part in unit.paths:
            report.counts["feed parts"] += 1
            what = "events" if CHANGES.fullmatch(part.name) else "feed records"
            started = monotonic()
            try:
                if what == "events":
                    facts = events.check(part, pages)
                else:
                    facts = _check_records(records, part, pages, unit.own_form)
                checked.parts[part.parent.name, part.name] = facts
            except OSError as error:
                report.fault("part", Place(part), unreadable(error))
            checked.seconds[what] = checked.seconds.get(what, 0) + monotonic() - started
        checked.facts = (known or set()) - (self._facts or frozenset())
        checked.other_records, checked.other_events = records.other_versions, events.other_versions


def unreadable(error: OSError) -> Message:
    """Say so of a file."""
    return message("the file cannot be read: %(error)s", error=error)


def _check_records(check: FeedCheck, part: Path, pages: PageOpener, own_form: bool) -> PartFacts:
    if SITE_FACTS.fullmatch(part.name):
        made_by = parser_version(part.with_name(FIRST_PART))
        return check.check(part, "site_facts", pages, own_form=own_form, made_by=made_by)
    return check.check(part, "article", pages, own_form=own_form)


def parser_version(part: WarcPath) -> str | None:
    """Return the version of the parser that made a part's first record; None when that is unknown."""
    try:
        with part.open("rb") as file:
            return value_in(file.readline(MAX_LINE), "provenance", "parser_version")
    except OSError:
        return None


def value_in(line: bytes, *path: str) -> str | None:
    """Return a text in a line of JSON; None where there is none."""
    try:
        value = orjson.loads(line)
        for name in path:
            value = value[name]
    except (ValueError, TypeError, LookupError):
        return None
    return value if isinstance(value, str) else None


def together(parts: list[Path]) -> list[tuple[Path, ...]]:
    """Put parts of a run that have a number in common together: the articles first, then the events of their pages."""
    groups: dict[tuple[str, str], list[Path]] = {}
    for part in sorted(parts):
        number = re.search(r"(\d+)\.jsonl$", part.name)
        groups.setdefault((part.parent.name, number[1] if number else part.name), []).append(part)
    return [tuple(sorted(group, key=lambda part: bool(CHANGES.fullmatch(part.name)))) for group in groups.values()]
