"""The kinds of fault, each with the clause that it breaks and what to do about it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from newsspider.text.language import N_, _, speaking
from newsspider.text.message import Message, message
from newsspider.warc.recordbytes import RESTORE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_RESTORE = N_("Restore the file from a copy")
_WRITER = N_("If nobody changed the file since, whatever wrote it is at fault; nothing that can be read is lost by it")
_INDEX = N_("Rebuild the index from the WARC files: scrapy index COLLECTION")
_MANIFEST = N_("Restore the manifest from a copy; the run after it, and its WARC files, say which SHA-256 is right")


@dataclass(frozen=True, slots=True)
class Kind:
    """The common part of findings of one kind."""

    remedy: str
    """What to do, in a sentence without a full stop, for the catalogues."""
    clause: str | None = None
    """The clause of WARC/1.1 (ISO 28500:2017) or another standard that is broken."""


KINDS = {
    # WARC files
    "record": Kind(RESTORE, "4, Annex A.2"),
    "record-end": Kind(N_("If nobody changed the file since, whatever wrote it is at fault"), "4"),
    "version": Kind(N_("Nothing has to be done: it is read as WARC/1.1; other programs may refuse it"), "4"),
    "line-ends": Kind(N_("Nothing has to be done: it is read all the same; other programs may refuse it"), "4"),
    "header": Kind(_WRITER, "4"),
    "field": Kind(_WRITER, "5"),
    "block-digest": Kind(_RESTORE, "5.8"),
    "payload-digest": Kind(_RESTORE, "5.9, 6.3.2"),
    "digest-form": Kind(N_("Look at what wrote the file; this digest proves nothing"), "5.8, 5.9"),
    "record-id": Kind(N_("Move one of the two files out of the collection"), "5.2"),
    "reference": Kind(N_("Give the file that holds the record too, or put it back"), "5.7, 5.11, 5.16"),
    "revisit": Kind(N_("Compare both files with other copies of them"), "6.7.2"),
    "unread": Kind(N_("What is named here was not verified")),
    # the index
    "index": Kind(_INDEX),
    # runs
    "manifest": Kind(_MANIFEST),
    "chain": Kind(_MANIFEST),
    "warc": Kind(N_("Restore the WARC file from a copy; its manifest says which SHA-256 is right")),
    "part": Kind(N_("Restore the part from a copy; its manifest says which SHA-256 is right")),
    "unfinished": Kind(N_("Nothing, while a run goes on; the next run finishes what a killed one left")),
    "state": Kind(N_("Keep the digest of the newest run that is printed below, and give it as --head the next time")),
    # packages
    "package": Kind(N_("Get the package again from who made it"), "WACZ 1.1.1"),
    "signature": Kind(N_("Ask who made the package, by another way, for it and for the key"), "WACZ Signing 0.1.0"),
    # the feed
    "line": Kind(N_("Restore the part from a copy; its manifest says which SHA-256 is right")),
    "schema": Kind(N_("Restore the part from a copy"), "scrapy schema"),
    "page": Kind(N_("Restore the WARC file that holds the page, and see that its collection is given")),
    "locator": Kind(N_("Restore the part and the WARC file that it names from copies")),
    "differs": Kind(N_("Restore what was altered, the part or the WARC file, from a copy")),
    "rule": Kind(N_("Nothing is wrong with the archive; read it again with the rules of today: scrapy extract")),
    "site-facts": Kind(N_("Restore the part that held the facts from a copy")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a finding."""

    file: object
    """A path, or what else names a file when it is made a ``str``."""
    offset: int | None = None
    """Byte in the file where it is, or where the record or line begins that it is in."""
    line: int | None = None
    """Number of the line, from 1, in files of lines."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Take the file to another process by its name; it may be open in this one."""
        return type(self), (str(self.file), self.offset, self.line)

    def said(self) -> Message:
        """Return it for a sentence."""
        text = N_("%(file)s")
        if self.line is not None and self.offset is not None:
            text = N_("%(file)s line %(line)s at byte %(offset)s")
        elif self.line is not None:
            text = N_("%(file)s line %(line)s")
        elif self.offset is not None:
            text = N_("%(file)s at byte %(offset)s")
        return message(text, file=self.file, line=f"{self.line or 0:,}", offset=f"{self.offset or 0:,}")

    def __str__(self) -> str:
        return self.said().in_english()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A fault or a warning: what is wrong, where, and what helps."""

    severity: Literal["fault", "warning"]
    """A fault cannot be as it was written; a warning proves nothing wrong."""
    kind: str
    """One of ``KINDS``."""
    place: Place
    said: Message
    """What is wrong."""
    clause: str | None
    next_step: Message

    @property
    def problem(self) -> str:
        """The problem in English."""
        return self.said.in_english()

    @property
    def remedy(self) -> str:
        """The next step in English."""
        return self.next_step.in_english()

    def __str__(self) -> str:
        """Return it in English, for logs and programs."""
        with speaking("en"):
            return self.localized()

    def localized(self) -> str:
        """Return it in the present language, for a person."""
        return _(
            "%(severity)s: %(place)s: %(problem)s%(clause)s. %(remedy)s",
            severity=_("fault") if self.severity == "fault" else _("warning"),
            place=self.place.said(),
            problem=self.said,
            clause="" if self.clause is None else f" [{self.clause}]",
            remedy=self.next_step,
        )


MAX_PER_FILE = 100
"""Findings of one file that are listed one by one; the rest are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The numbers of a report."""

    found: Counter[str]
    counts: Counter[str]
    in_file: Counter[str]


class Report:
    """Takes findings and counts; *show* is called with each finding when it is made."""

    def __init__(self, show: Callable[[Finding], None]) -> None:
        self._show = show
        self._in_file: Counter[str] = Counter()
        self.found: Counter[str] = Counter()
        """Number of findings by severity."""
        self.counts: Counter[str] = Counter()
        """What was looked at, by what it is."""

    def fault(
        self, kind: str, place: Place, problem: Message, *, clause: str | None = None, remedy: str | None = None
    ) -> None:
        """Report a fault; *remedy*, a text for the catalogues, replaces the usual one of its *kind*."""
        self._take("fault", kind, place, problem, clause, remedy)

    def warn(
        self, kind: str, place: Place, problem: Message, *, clause: str | None = None, remedy: str | None = None
    ) -> None:
        """Report a warning; arguments as of ``fault``."""
        self._take("warning", kind, place, problem, clause, remedy)

    def taken(self) -> Taken:
        """Return the numbers, without the findings, which *show* was called with."""
        return Taken(found=self.found, counts=self.counts, in_file=self._in_file)

    def add(self, findings: Iterable[Finding], taken: Taken) -> None:
        """Add the numbers of a report about other files."""
        for finding in findings:
            self._show(finding)
        self.found += taken.found
        self.counts += taken.counts
        self._in_file += taken.in_file

    def _take(
        self,
        severity: Literal["fault", "warning"],
        kind: str,
        place: Place,
        problem: Message,
        clause: str | None,
        remedy: str | None,
    ) -> None:
        file = str(place.file)
        self.found[severity] += 1
        self._in_file[file] += 1
        if self._in_file[file] > MAX_PER_FILE:
            return
        clause = clause or KINDS[kind].clause
        if clause is not None and clause[0].isdigit():
            clause = f"ISO 28500:2017, {clause}"
        self._show(
            Finding(
                severity=severity,
                kind=kind,
                place=place,
                said=problem,
                clause=clause,
                next_step=message(remedy or KINDS[kind].remedy),
            )
        )

    def unlisted(self) -> dict[str, int]:
        """Return the files of which not every finding was listed, with the number of those that were not."""
        return {file: count - MAX_PER_FILE for file, count in self._in_file.items() if count > MAX_PER_FILE}
