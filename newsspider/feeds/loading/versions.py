"""Decides which records of a batch are new versions, once for all targets that keep versions.

A version is new where the record before it in time says something else. What a page recommends and how many comments
it has changes by the hour and makes no version, and neither does where and when it was captured, or by which parser.
A field that a later version of the schema added makes none where it is empty, nor do ``blocks``, which say in another
form what the text and the images say.

So runs belong in their order: that an article said again what it had said before is no version where the one between
is not loaded yet.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_OF_NO_VERSION = (
    "recommendations", "comments", "url", "fetched_at", "archive", "provenance", "schema_version",
    "blocks", "pages", "discovered", "amp_url", "translations",
)  # fmt: skip
_ADDED = frozenset(("original_title", "section", "summary", "audio", "is_free", "sponsored"))
"""Fields that records of earlier versions of the schema lack."""


@dataclass(slots=True)
class LoadCounts:
    """The numbers of records by result."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    others: int = 0
    """Site facts and changes."""

    def add(self, other: LoadCounts) -> None:
        self.new += other.new
        self.changed += other.changed
        self.unchanged += other.unchanged
        self.others += other.others


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVersion:
    """A record that says something new of its article."""

    number: int
    """Its place in the batch."""
    record: dict[str, Any]
    record_hash: str
    first: bool
    """Whether nothing was known of the article."""

    @property
    def key(self) -> tuple[str, str]:
        return self.record["id"], self.record["fetched_at"]


@dataclass(slots=True)
class Decision:
    """The rows that a target has to store of a batch."""

    versions: list[NewVersion] = field(default_factory=list)
    """In the order of time; each replaces the one with its key."""
    newest: dict[str, NewVersion] = field(default_factory=dict)
    """Of these, by id, the ones than which the target knows nothing newer."""
    unchanged: int = 0

    @property
    def counts(self) -> LoadCounts:
        new = sum(version.first for version in self.versions)
        return LoadCounts(new=new, changed=len(self.versions) - new, unchanged=self.unchanged)


def decide(records: Sequence[dict[str, Any]], known: Iterable[tuple[str, str, str]]) -> Decision:
    """Return what is new in *records*; *known* has id, ISO 8601 time and record hash of all versions of their articles.

    >>> old, new = ({"id": "a:1", "fetched_at": f"2026-11-22T0{n}:00:00+00:00", "title": str(n)} for n in (1, 2))
    >>> decided = decide([new], [("a:1", old["fetched_at"], record_hash(old))])
    >>> decided.counts, list(decided.newest)
    (LoadCounts(new=0, changed=1, unchanged=0, others=0), ['a:1'])
    """
    decision = Decision()
    history: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for name, at, digest in known:
        history[name].append((datetime.fromisoformat(at), digest))
    for versions in history.values():
        versions.sort()
    numbered = [(datetime.fromisoformat(record["fetched_at"]), n, record) for n, record in enumerate(records)]
    for moment, number, record in sorted(numbered, key=lambda each: each[:2]):
        digest = record_hash(record)
        versions = history[record["id"]]
        place = bisect_right(versions, moment, key=lambda version: version[0])
        before = versions[place - 1] if place else None
        if before is not None and before[1] == digest:
            decision.unchanged += 1
            continue
        version = NewVersion(number=number, record=record, record_hash=digest, first=not versions)
        versions.insert(place, (moment, digest))  # behind what another parser made of the same capture
        decision.versions.append(version)
        if versions[-1][0] == moment:
            decision.newest[record["id"]] = version
    return decision


def record_hash(record: dict[str, Any]) -> str:
    """Name what a record says; two records of one version have the same."""
    said = {
        name: value
        for name, value in record.items()
        if name not in _OF_NO_VERSION and not (name in _ADDED and value in (None, []))
    }
    return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()
