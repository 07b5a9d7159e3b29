"""``scrapy load`` against the bare insertion of the same rows: SQLite's executemany, PostgreSQL's COPY.

A load reads JSON, proves every part by its SHA-256, holds every record against its schema, decides what is new, and
stores it so that it may be repeated; the peers are given the rows ready made. Same tables, same keys, same full text,
transactions of the same size. The bars: at least 0.5 of the rate of either; memory as flat as the peak of a fifth of
the records allows to say (at most 20 MB more). RECORDS sets how many (20,000: with 100,000 it takes a quarter of an
hour, nearly all of it for the full text). Without a PostgreSQL that one is left out.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import psycopg
from psycopg import sql

from newsspider.loading.loading import load
from newsspider.loading.postgres import PostgresDatabase
from newsspider.loading.rejects import Rejects
from newsspider.loading.relational import Relational, record_hash
from newsspider.loading.source import find_parts
from newsspider.loading.sqlite import SqliteDatabase
from newsspider.loading.tables import ALL, ARTICLES, OF_ARTICLES, VERSIONS, Row, Table, row_of, rows_of
from tests.feeds import article, write_run
from tests.servers.postgres import binaries, serve_postgres

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RECORDS = int(os.environ.get("RECORDS", "20000"))
_PART = 250  # as many as a load stores in a transaction
_MIN_RATIO = 0.5
_MAX_GROWTH = 20.0


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        small, whole = directory / "small", directory / "whole"
        _write(small, RECORDS // 5)
        _write(whole, RECORDS)
        held = _compare("SQLite", whole, *_sqlite(directory))
        if (server := binaries()) is None:
            print("PostgreSQL: there is no server on this machine")
        else:
            with serve_postgres(server) as postgres:
                held &= _compare("PostgreSQL", whole, *_postgres(postgres.address()))
        before, after = (_peak(path, directory / f"{path.name}.db") for path in (small, whole))
        held &= after - before <= _MAX_GROWTH
        print(f"memory: {after:.0f} MB at its peak, {after - before:+.1f} MB against a fifth of the records (bar: 20)")
    return 0 if held else 1


def _write(collection: Path, count: int) -> None:
    """Write *count* records: the sample page's, each with texts of its own."""
    for run, start in enumerate(range(0, count, 10 * _PART)):
        parts = [
            [_record(number) for number in range(first, min(first + _PART, count))]
            for first in range(start, min(start + 10 * _PART, count), _PART)
        ]
        write_run(collection, f"run-{run:04}", *parts)


def _record(number: int) -> dict[str, Any]:
    paragraphs = [f"{number}{text}" for text in _TEXTS]
    return article(number, body_text="\n\n".join(paragraphs), paragraphs=paragraphs)


_TEXTS = article(0)["paragraphs"]


def _compare(name: str, collection: Path, ours: Callable[[Path], None], bare: Callable[[Iterator[Any]], float]) -> bool:
    began = time.perf_counter()
    ours(collection)
    taken = time.perf_counter() - began
    limit = bare(_batches(collection))
    ratio = limit / taken
    print(
        f"{name}: {RECORDS / taken:,.0f} records/s, bare insertion of the same rows {RECORDS / limit:,.0f}/s: "
        f"{ratio:.2f} (bar: {_MIN_RATIO})"
    )
    return ratio >= _MIN_RATIO


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


def _loading(database: Callable[[], Any]) -> Callable[[Path], None]:
    def run(collection: Path) -> None:
        target = Relational(database())
        rejects = Rejects(collection / "rejects.jsonl")
        loaded = load(find_parts([collection]), target, rejects, lambda size: None)
        target.close()
        assert (loaded.counts.new, rejects.count) == (RECORDS, 0)

    return run


def _sqlite(directory: Path) -> tuple[Callable[[Path], None], Callable[[Iterator[Any]], float]]:
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
        database.close()
        return taken

    return _loading(lambda: SqliteDatabase(directory / "ours.db")), bare


def _postgres(address: str) -> tuple[Callable[[Path], None], Callable[[Iterator[Any]], float]]:
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


_MEASURED = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
print(usage.ru_maxrss / 1024)
sys.exit(os.waitstatus_to_exitcode(status))
"""
"""Started by a small process: Linux counts the memory of the one that forks as its child's."""


def _peak(collection: Path, database: Path) -> float:
    """Return the peak of a load's memory, in MB."""
    command = [sys.executable, "-m", "scrapy", "load", str(collection), "--to", f"sqlite:///{database}"]
    told = subprocess.run([sys.executable, "-c", _MEASURED, *command], check=True, capture_output=True, text=True)
    return float(told.stdout)


if __name__ == "__main__":
    sys.exit(main())
