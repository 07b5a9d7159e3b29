"""What is new in a batch of records, decided once for all relational databases, and stored in one transaction.

A version is new where the record before it in time says something else. What a page recommends and how many comments
it has changes by the hour and makes no version, and neither does where and when it was captured, or by which parser.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import orjson

from newsspider.loading.tables import (
    ARTICLES,
    CHANGES,
    LOADED,
    OF_ARTICLES,
    SITE_FACTS,
    VERSIONS,
    Row,
    Table,
    row_of,
    rows_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from contextlib import AbstractContextManager

    from newsspider.loading.source import Part

_OF_NO_VERSION = ("recommendations", "comments", "url", "fetched_at", "archive", "provenance", "schema_version")


@dataclass(slots=True)
class Counts:
    """What came of records."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    others: int = 0
    """Site facts and changes."""

    def add(self, other: Counts) -> None:
        self.new += other.new
        self.changed += other.changed
        self.unchanged += other.unchanged
        self.others += other.others


@dataclass(slots=True)
class Batch:
    """Rows to be stored together."""

    rows: dict[Table, list[Row]] = field(default_factory=lambda: defaultdict(list))
    """Each replaces the row with its key."""
    replaced: list[str] = field(default_factory=list)
    """Ids of the articles whose rows in the tables of their lists are replaced, all of them."""


class Database(Protocol):
    """A relational database with the tables of :mod:`newsspider.loading.tables`."""

    def transaction(self) -> AbstractContextManager[None]:
        """Keep other loads out, and make what is stored in it durable at its end: all of it, or after an error none."""

    def loaded(self) -> dict[tuple[str, str], str]:
        """Return the parts loaded so far: run and name -> SHA-256."""

    def versions(self, ids: Sequence[str]) -> Iterable[tuple[str, str, str]]:
        """Yield id, time and record hash of every version of these articles; in a transaction."""

    def store(self, batch: Batch) -> None:
        """Store all of it, in a transaction."""

    def close(self) -> None: ...


class Relational:
    """Loads parts into a database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._loaded = database.loaded()

    def has(self, part: Part) -> bool:
        return self._loaded.get((part.run, part.path.name)) == part.sha256

    def load(self, part: Part, records: Sequence[dict[str, Any]], *, last: bool) -> Counts:
        """Store some *records* of a part; with its *last* ones, also that it is loaded."""
        with self._database.transaction():
            counts = self._store(part, records, last)
        if last:
            self._loaded[part.run, part.path.name] = part.sha256
        return counts

    def close(self) -> None:
        self._database.close()

    def _store(self, part: Part, records: Sequence[dict[str, Any]], last: bool) -> Counts:
        batch, counts = Batch(), Counts()
        if part.kind == "article":
            self._decide(part, records, batch, counts)
        else:
            table = SITE_FACTS if part.kind == "site_facts" else CHANGES
            batch.rows[table] += _last_of_each(table, [row_of(table, each | {"record": each}) for each in records])
            counts.others = len(records)
        if last:
            batch.rows[LOADED].append((part.run, part.path.name, part.sha256))
        self._database.store(batch)
        return counts

    def _decide(self, part: Part, records: Sequence[dict[str, Any]], batch: Batch, counts: Counts) -> None:
        known: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for name, moment, digest in self._database.versions(list({each["id"] for each in records})):
            known[name].append((moment, digest))
        for versions in known.values():
            versions.sort()
        newest: dict[str, dict[str, Any]] = {}
        for record in sorted(records, key=lambda each: str(each["fetched_at"])):
            digest = record_hash(record)
            versions, moment = known[record["id"]], record["fetched_at"]
            place = bisect_right(versions, moment, key=lambda version: version[0])
            before = versions[place - 1] if place else None
            if before is not None and before[1] == digest:
                counts.unchanged += 1
                continue
            if before is None and not versions:
                counts.new += 1
            else:
                counts.changed += 1
            if before is not None and before[0] == moment:  # the same capture, parsed by another rule
                versions[place - 1] = (moment, digest)
            else:
                versions.insert(place, (moment, digest))
            row = record | {"record_hash": digest}
            batch.rows[VERSIONS].append(row_of(VERSIONS, row | {"run": part.run, "record": record}))
            if versions[-1][0] == moment:
                newest[record["id"]] = row
        batch.rows[VERSIONS] = _last_of_each(VERSIONS, batch.rows[VERSIONS])
        batch.replaced = list(newest)
        batch.rows[ARTICLES] = [row_of(ARTICLES, record) for record in newest.values()]
        for table in OF_ARTICLES:
            batch.rows[table] = [row for record in newest.values() for row in rows_of(table, record)]


def record_hash(record: dict[str, Any]) -> str:
    """Name what a record says; two records of one version have the same."""
    said = {name: value for name, value in record.items() if name not in _OF_NO_VERSION}
    return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _last_of_each(table: Table, rows: list[Row]) -> list[Row]:
    """Leave out rows that a later one with the same key replaces."""
    places = [table.names.index(name) for name in table.key]
    return list({tuple(row[place] for place in places): row for row in rows}.values())
