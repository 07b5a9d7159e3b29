"""``scrapy load`` against the bare insertion of the same rows: SQLite's executemany, PostgreSQL's COPY.

A load reads JSON, proves every part by its SHA-256, holds every record against its schema, decides what is new, and
stores it so that it may be repeated; the peers are given the rows ready made. Same tables, same keys, same full text,
transactions of the same size, the same settings of the database (SQLite with WAL; neither waits for PostgreSQL's disk).
The records are those of the demo site's articles, each with a text and an address of its own. The bars: at least 0.5 of
the rate of either, and memory that is flat: at most 20 MB more after all records than after a tenth of them. RECORDS
sets how many (100,000: some twenty minutes, most of them for SQLite's full text, ours and theirs). Without a PostgreSQL
that one is left out.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Protocol

import orjson
import psycopg
from psycopg import sql

from newsspider.demo import prose
from newsspider.demo.site import Site
from newsspider.feeds.loading.loading import load
from newsspider.feeds.loading.postgres import PostgresDatabase
from newsspider.feeds.loading.rejects import Rejects
from newsspider.feeds.loading.relational import Relational
from newsspider.feeds.loading.source import find_parts
from newsspider.feeds.loading.sqlite import SqliteDatabase
from newsspider.feeds.loading.tables import ALL, ARTICLES, OF_ARTICLES, VERSIONS, Row, TargetTable, row_of, rows_of
from newsspider.feeds.loading.versions import record_hash
from newsspider.record.items import as_record
from newsspider.sites.kankanews import SITE
from tests.feeds import NOON, write_run
from tests.servers.postgres import binaries, serve_postgres

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsspider.feeds.loading.relational import RelationalTarget

RECORDS = int(os.environ.get("RECORDS", "100000"))
_PART = 250  # as many as a load stores in a transaction
_SLICES = 10
_MIN_RATIO = 0.5
_MAX_GROWTH = 20.0


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        slices = [directory / f"slice-{number}" for number in range(_SLICES)]
        models = list(_models())
        for number, collection in enumerate(slices):
            _write(collection, models, number * RECORDS // _SLICES, (number + 1) * RECORDS // _SLICES)
        held = _compare("SQLite", slices, SqliteDatabase(directory / "ours.db"), BareSqlite(directory / "bare.db"))
        if (server := binaries()) is None:
            print("PostgreSQL: there is no server on this machine")
        else:
            with serve_postgres(server) as postgres:
                addresses = [_new_database(postgres.address(), name) for name in ("ours", "bare")]
                held &= _compare("PostgreSQL", slices, PostgresDatabase(addresses[0]), BarePostgres(addresses[1]))
    return 0 if held else 1


def _write(collection: Path, models: list[dict[str, Any]], start: int, end: int) -> None:
    """Write the records from number *start* on, a run for every ten parts."""
    for first in range(start, end, 10 * _PART):
        last = min(first + 10 * _PART, end)
        parts = [
            [_record(models[number % len(models)], number) for number in range(begin, min(begin + _PART, last))]
            for begin in range(first, last, _PART)
        ]
        write_run(collection, f"run-{first:06}", *parts)


def _models() -> Iterator[dict[str, Any]]:
    """Yield the records of the demo site's articles."""
    site = Site(articles=400)
    for story in site.expected():
        page = site.page(story.path)
        assert page is not None
        headers = [(b"Content-Type", page.content_type.encode())]
        yield as_record(SITE.parse(page.body, story.url, headers, NOON))


def _record(model: dict[str, Any], number: int) -> dict[str, Any]:
    """Return the record of another article, of as many paragraphs."""
    text = prose.write(Random(number), paragraphs=len(model["paragraphs"]) or 1)
    paragraphs = [f"{number}：{paragraph}" for paragraph in text.paragraphs]
    url = f"{model['canonical_url']}{number}"
    return model | {
        "id": f"{model['id']}{number}", "url": url, "canonical_url": url, "title": f"{text.title}（{number}）",
        "body_text": "\n\n".join(paragraphs), "paragraphs": paragraphs, "keywords": list(text.keywords),
        "content_hash": "sha256:" + hashlib.sha256(text.title.encode()).hexdigest(),
    }  # fmt: skip


def _compare(name: str, slices: list[Path], ours: RelationalTarget, bare: Bare) -> bool:
    """Load slice after slice, ours and theirs in turn, so that other work on the machine slows both."""
    target = Relational(ours)
    taken, limit, memory = [], [], []
    for number, collection in enumerate(slices):
        began = time.perf_counter()
        rejects = Rejects(collection / "rejects.jsonl")
        loaded = load(find_parts([collection]), target, rejects, lambda size: None)
        if number == len(slices) - 1:
            target.close()
        taken.append(time.perf_counter() - began)
        memory.append(_resident())
        assert (loaded.counts.new, rejects.count) == (RECORDS // _SLICES, 0)
        limit.append(sum(map(bare.insert, _batches(collection))))
    began = time.perf_counter()
    bare.close()
    limit.append(time.perf_counter() - began)
    ratio, growth = sum(limit) / sum(taken), memory[-1] - memory[0]
    print(
        f"{name}: {RECORDS / sum(taken):,.0f} records/s, bare insertion of the same rows "
        f"{RECORDS / sum(limit):,.0f}/s: {ratio:.2f} (bar: {_MIN_RATIO}); by slices: "
        + " ".join(f"{theirs / own:.2f}" for theirs, own in zip(limit, taken, strict=False))
    )
    print(
        f"{name}: {memory[-1]:.0f} MB after {RECORDS:,} records, {growth:+.1f} MB above those after a tenth of them "
        f"(bar: {_MAX_GROWTH:.0f})",
        flush=True,
    )
    return ratio >= _MIN_RATIO and growth <= _MAX_GROWTH


def _batches(collection: Path) -> Iterator[dict[TargetTable, list[Row]]]:
    """Yield the rows that a load stores, a part at a time."""
    for part in find_parts([collection]):
        records = [orjson.loads(line) for line in part.path.read_bytes().splitlines()]
        rows: dict[TargetTable, list[Row]] = {
            VERSIONS: [
                row_of(VERSIONS, each | {"record_hash": record_hash(each), "run": part.run, "record": each})
                for each in records
            ],
            ARTICLES: [row_of(ARTICLES, each | {"record_hash": record_hash(each)}) for each in records],
        }
        for table in OF_ARTICLES:
            rows[table] = [row for each in records for row in rows_of(table, each)]
        yield rows


def _resident() -> float:
    """Return this process' resident memory, in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


class Bare(Protocol):
    """A database that takes rows as they come."""

    def insert(self, rows: dict[TargetTable, list[Row]]) -> float:
        """Insert them in one transaction; return the seconds that it took."""

    def close(self) -> None: ...


class BareSqlite:
    def __init__(self, path: Path) -> None:
        self._database = SqliteDatabase(path)  # makes the tables, and has the settings
        self._statements = {
            table: f"INSERT INTO {table.name} ({', '.join(table.names)}) VALUES ({', '.join('?' * len(table.names))})"
            for table in ALL
        }

    def insert(self, rows: dict[TargetTable, list[Row]]) -> float:
        began = time.perf_counter()
        with self._database.transaction():
            for table, some in rows.items():
                self._database._db.executemany(self._statements[table], some)
        return time.perf_counter() - began

    def close(self) -> None:
        self._database.close()


class BarePostgres:
    def __init__(self, address: str) -> None:
        PostgresDatabase(address).close()  # makes the tables
        self._connection = psycopg.connect(address)

    def insert(self, rows: dict[TargetTable, list[Row]]) -> float:
        began = time.perf_counter()
        for table, some in rows.items():
            statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
                sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, table.names))
            )
            with self._connection.cursor() as cursor, cursor.copy(statement) as copy:
                for row in some:
                    copy.write_row(row)
        self._connection.commit()
        return time.perf_counter() - began

    def close(self) -> None:
        self._connection.close()


def _new_database(address: str, name: str) -> str:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]
    return address.replace("/postgres", f"/{name}")


if __name__ == "__main__":
    sys.exit(main())
