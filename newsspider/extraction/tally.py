"""Counts the results of captures, and names those that gave no record."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Self

from newsspider.extraction.comparison import Comparison
from newsspider.feeds.parts import FeedPart

KINDS = ("truncated", "unparsed", "unreadable", "raised", "invalid")
"""Why a capture gives no record: it is not complete, and a crawl makes no record of these either; no article can
be read on the page; the archive cannot be read at that place; the parser fails; the schema does not allow the
record."""

MAX_NAMED = 1000
"""Pages without a record that are named, of each kind; the rest are only counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A capture that gives no record."""

    url: str | None
    """None where not even that could be read."""
    warc: str
    offset: int
    problem: str


@dataclass(slots=True, kw_only=True)
class CaptureTally:
    """The results of some captures."""

    seen: int = 0
    """Captures of anything, that were looked at in files without an index."""
    captures: int = 0
    """Those that may be of an article."""
    articles: int = 0
    """Records given, one for each capture that can be read and parsed."""
    other: int = 0
    """Captures that turn out to be no page of an article's address: of another type, or without success."""
    failures: Counter[str] = field(default_factory=Counter)
    """How many captures gave no record, by kind: one of KINDS."""
    named: dict[str, list[Failure]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    """At most MAX_NAMED of each kind."""
    witnesses: dict[str, Counter[str]] = field(default_factory=dict)
    """For every field how often a witness gave it."""
    parts: list[FeedPart] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    """Places that could not be read, in files without an index; a line each."""
    comparison: Comparison | None = None

    def fail(self, kind: str, failure: Failure) -> None:
        self.failures[kind] += 1
        if len(self.named[kind]) < MAX_NAMED:
            self.named[kind].append(failure)

    def add(self, other: CaptureTally) -> None:
        """Add the results of further captures."""
        self.seen += other.seen
        self.captures += other.captures
        self.articles += other.articles
        self.other += other.other
        self.failures += other.failures
        for kind in KINDS:
            self.named[kind] += other.named[kind][: MAX_NAMED - len(self.named[kind])]
        for name, given in other.witnesses.items():
            self.witnesses.setdefault(name, Counter()).update(given)
        self.parts += other.parts
        self.damaged += other.damaged
        if other.comparison is not None:
            self.comparison = self.comparison or Comparison()
            self.comparison.add(other.comparison)

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Self:
        """Make the tally again of which *record* is what its JSON was."""
        comparison = record["comparison"]
        return cls(
            **{
                **record,
                "failures": Counter(record["failures"]),
                "named": {kind: [Failure(**each) for each in named] for kind, named in record["named"].items()},
                "witnesses": {name: Counter(given) for name, given in record["witnesses"].items()},
                "parts": [FeedPart(**part) for part in record["parts"]],
                "comparison": comparison and Comparison.from_record(comparison),
            }
        )
