"""Parts into relational databases: rows of the tables that all of them have, stored in transactions."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from newsspider.errors import NewsspiderError
from newsspider.feeds.loading.tables import (
    ARTICLES,
    CHANGES,
    LOADED,
    OF_ARTICLES,
    SITE_FACTS,
    VERSIONS,
    Row,
    TargetTable,
    row_of,
    rows_of,
)
from newsspider.feeds.loading.versions import Decision, LoadCounts, decide

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from contextlib import AbstractContextManager

    from newsspider.feeds.loading.loading import Refuse
    from newsspider.feeds.loading.source import Part


class ConnectionLostError(NewsspiderError):
    """A database has gone in the middle of a transaction, of which nothing is stored unless it was at its very end."""

    exit_code = 4


class RowsRefusedError(NewsspiderError):
    """A database refuses a value, and no other try would help; nothing of the batch is stored."""

    exit_code = 4


@dataclass(slots=True)
class Batch:
    """Rows to be stored together."""

    rows: dict[TargetTable, list[Row]] = field(default_factory=lambda: defaultdict(list))
    """Each replaces the row with its key."""
    replaced: list[str] = field(default_factory=list)
    """Ids of the articles whose rows in the tables of their lists are replaced, all of them."""
    seen: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """By the id of an article with records or events, when records show that it was there (ISO 8601, UTC)."""


class RelationalTarget(Protocol):
    """A database with the tables of :mod:`newsspider.feeds.loading.tables`, or with some of them."""

    def transaction(self) -> AbstractContextManager[None]:
        """Keep other loads out, and make what is stored in it durable at its end: all of it, or after an error none.

        A lake may wait until there is enough for a file; until then it has not ``loaded`` the part.
        """

    def loaded(self) -> dict[tuple[str, str], str]:
        """Return the parts loaded so far: run and name -> SHA-256."""

    def versions(self, ids: Sequence[str]) -> Iterable[tuple[str, str, str]]:
        """Yield id, time and record hash of every version of these articles; in a transaction."""

    def store(self, batch: Batch) -> None:
        """Store all of it, in a transaction. RowsRefusedError."""

    def reconnect(self) -> None:
        """Wait for a database that was lost, for a bounded time."""

    def close(self) -> None:
        """Make durable what was stored, if it is not yet."""


class Relational:
    """Loads parts into a database."""

    def __init__(self, database: RelationalTarget) -> None:
        self._database = database
        self._loaded = database.loaded()

    def has(self, part: Part) -> bool:
        return self._loaded.get((part.run, part.path.name)) == part.sha256

    def load(self, part: Part, records: Sequence[dict[str, Any]], refuse: Refuse, *, last: bool) -> LoadCounts:
        """Store some *records* of a part; with its *last* ones, also that it is loaded."""
        try:
            counts = self._store_surely(part, records, last)
        except RowsRefusedError as error:
            if not records:
                raise
            return self._load_halves(part, records, refuse, last, error)
        if last:
            self._loaded[part.run, part.path.name] = part.sha256
        return counts

    def close(self) -> None:
        self._database.close()

    def _load_halves(
        self, part: Part, records: Sequence[dict[str, Any]], refuse: Refuse, last: bool, error: RowsRefusedError
    ) -> LoadCounts:
        """Find the record that the database refuses, and store the others."""
        middle = len(records) // 2
        if middle == 0:
            refuse(0, str(error))
            return self.load(part, [], refuse, last=last)
        counts = self.load(part, records[:middle], refuse, last=False)
        counts.add(self.load(part, records[middle:], lambda n, reason: refuse(middle + n, reason), last=last))
        return counts

    def _store_surely(self, part: Part, records: Sequence[dict[str, Any]], last: bool) -> LoadCounts:
        try:
            return self._store(part, records, last)
        except ConnectionLostError:
            self._database.reconnect()
        return self._store(part, records, last)  # what was stored all the same counts as unchanged now

    def _store(self, part: Part, records: Sequence[dict[str, Any]], last: bool) -> LoadCounts:
        batch = Batch()
        if last:
            batch.rows[LOADED].append((part.run, part.path.name, part.sha256))
        with self._database.transaction():
            if part.kind == "article":
                decision = decide(records, self._database.versions(list({record["id"] for record in records})))
                _add_articles(batch, part, decision)
                for record in records:
                    batch.seen[record["id"]].add(in_utc(record["fetched_at"]))
                counts = decision.counts
            else:
                table = SITE_FACTS if part.kind == "site_facts" else CHANGES
                batch.rows[table] = _last_of_each(table, [row_of(table, each | {"record": each}) for each in records])
                if part.kind == "change":
                    batch.seen |= {event["id"]: set() for event in records}  # the database has the events themselves
                counts = LoadCounts(others=len(records))
            self._database.store(batch)
        return counts


def _add_articles(batch: Batch, part: Part, decision: Decision) -> None:
    rows = [
        row_of(
            VERSIONS,
            version.record | {"record_hash": version.record_hash, "run": part.run, "record": version.record},
        )
        for version in decision.versions
    ]
    batch.rows[VERSIONS] = _last_of_each(VERSIONS, rows)
    batch.replaced = list(decision.newest)
    for version in decision.newest.values():
        batch.rows[ARTICLES].append(row_of(ARTICLES, version.record | {"record_hash": version.record_hash}))
        for table in OF_ARTICLES:
            batch.rows[table] += rows_of(table, version.record)


def in_utc(time: str) -> str:
    """Write a time (ISO 8601) so that two of them compare as text does."""
    return datetime.fromisoformat(time).astimezone(UTC).isoformat()


def _last_of_each(table: TargetTable, rows: list[Row]) -> list[Row]:
    """Leave out rows that a later one with the same key replaces."""
    places = [table.names.index(name) for name in table.key]
    return list({tuple(row[place] for place in places): row for row in rows}.values())
