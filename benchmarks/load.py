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
from typing import TYPE_CHECKING, Any

import orjson
import psycopg
from psycopg import sql

from newsspider.demo import prose
from newsspider.demo.site import Site
from newsspider.items import as_record
from newsspider.loading.loading import load
from newsspider.loading.postgres import PostgresDatabase
from newsspider.loading.rejects import Rejects
from newsspider.loading.relational import Relational
from newsspider.loading.source import find_parts
from newsspider.loading.sqlite import SqliteDatabase
from newsspider.loading.tables import ALL, ARTICLES, OF_ARTICLES, VERSIONS, Row, Table, row_of, rows_of
from newsspider.loading.versions import record_hash
from newsspider.sites import kankanews
from tests.feeds import NOON, write_run
from tests.servers.postgres import binaries, serve_postgres

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RECORDS = int(os.environ.get("RECORDS", "100000"))
_PART = 250  # as many as a load stores in a transaction
_MIN_RATIO = 0.5
_MAX_GROWTH = 20.0


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        whole = directory / "feed"
        _write(whole)
        held = _compare("SQLite", whole, *_sqlite(directory))
        if (server := binaries()) is None:
            print("PostgreSQL: there is no server on this machine")
        else:
            with serve_postgres(server) as postgres:
                held &= _compare("PostgreSQL", whole, *_postgres(postgres.address()))
    return 0 if held else 1


def _write(collection: Path) -> None:
    """Write the records, a run for every ten parts."""
    models = list(_models())
    for run, start in enumerate(range(0, RECORDS, 10 * _PART)):
        parts = [
            [_record(models[number % len(models)], number) for number in range(first, min(first + _PART, RECORDS))]
            for first in range(start, min(start + 10 * _PART, RECORDS), _PART)
        ]
        write_run(collection, f"run-{run:04}", *parts)


def _models() -> Iterator[dict[str, Any]]:
    """Yield the records of the demo site's articles."""
    site = Site(articles=400)
    for story in site.expected():
        page = site.page(story.path)
        assert page is not None
        headers = [(b"Content-Type", page.content_type.encode())]
        yield as_record(kankanews.parse(page.body, story.url, headers, NOON))


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


def _compare(
    name: str, collection: Path, ours: Callable[[Path], list[float]], bare: Callable[[Iterator[Any]], float]
) -> bool:
    began = time.perf_counter()
    memory = ours(collection)
    taken = time.perf_counter() - began
    limit = bare(_batches(collection))
    ratio = limit / taken
    print(
        f"{name}: {RECORDS / taken:,.0f} records/s, bare insertion of the same rows {RECORDS / limit:,.0f}/s: "
        f"{ratio:.2f} (bar: {_MIN_RATIO})"
    )
    early, late = memory[len(memory) // 10 - 1], memory[-1]
    print(
        f"{name}: {late:.0f} MB after {RECORDS:,} records, {late - early:+.1f} MB above those after a tenth of them "
        f"(bar: {_MAX_GROWTH:.0f})",
        flush=True,
    )
    return ratio >= _MIN_RATIO and late - early <= _MAX_GROWTH


def _batches(collection: Path) -> Iterator[dict[Table, list[Row]]]:
    """Yield the rows that a load stores, a part at a time."""
    for part in find_parts([collection]):
        records = [orjson.loads(line) for line in part.path.read_bytes().splitlines()]
        rows: dict[Table, list[Row]] = {
            VERSIONS: [
                row_of(VERSIONS, each | {"record_hash": record_hash(each), "run": part.run, "record": each})
                for each in records
            ],
            ARTICLES: [row_of(ARTICLES, each | {"record_hash": record_hash(each)}) for each in records],
        }
        for table in OF_ARTICLES:
            rows[table] = [row for each in records for row in rows_of(table, each)]
        yield rows


def _loading(database: Callable[[], Any]) -> Callable[[Path], list[float]]:
    def run(collection: Path) -> list[float]:
        memory: list[float] = []
        target = Relational(database())
        rejects = Rejects(collection / "rejects.jsonl")
        loaded = load(find_parts([collection]), target, rejects, lambda size: memory.append(_resident()))
        target.close()
        assert (loaded.counts.new, rejects.count) == (RECORDS, 0)
        return memory

    return run


def _resident() -> float:
    """Return this process' resident memory, in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _sqlite(directory: Path) -> tuple[Callable[[Path], list[float]], Callable[[Iterator[Any]], float]]:
    def bare(batches: Iterator[Any]) -> float:
        database = SqliteDatabase(directory / "bare.db")
        statements = {
            table: f"INSERT INTO {table.name} ({', '.join(table.names)}) VALUES ({', '.join('?' * len(table.names))})"
            for table in ALL
        }
        taken = 0.0
        for rows in batches:
            began = time.perf_counter()
            with database.transaction():
                for table, some in rows.items():
                    database._db.executemany(statements[table], some)
            taken += time.perf_counter() - began
        began = time.perf_counter()
        database.close()
        return taken + time.perf_counter() - began

    return _loading(lambda: SqliteDatabase(directory / "ours.db")), bare


def _postgres(address: str) -> tuple[Callable[[Path], list[float]], Callable[[Iterator[Any]], float]]:
    with psycopg.connect(address, autocommit=True) as connection:
        for name in ("ours", "bare"):
            connection.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]
    own, other = address.replace("/postgres", "/ours"), address.replace("/postgres", "/bare")

    def bare(batches: Iterator[Any]) -> float:
        PostgresDatabase(other).close()  # makes the tables
        taken = 0.0
        with psycopg.connect(other) as connection:
            for rows in batches:
                began = time.perf_counter()
                for table, some in rows.items():
                    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
                        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, table.names))
                    )
                    with connection.cursor() as cursor, cursor.copy(statement) as copy:
                        for row in some:
                            copy.write_row(row)
                connection.commit()
                taken += time.perf_counter() - began
        return taken

    return _loading(lambda: PostgresDatabase(own)), bare


if __name__ == "__main__":
    sys.exit(main())
