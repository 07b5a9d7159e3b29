"""``parquet:DIR``: a Parquet file for each table, site and month, written by DuckDB; extra ``parquet``.

    DIR/versions/site=kankanews/month=2026-01/part-0.parquet     every version of every article
    DIR/changes/site=kankanews/month=2026-01/part-0.parquet      what happened to articles
    DIR/site_facts/site=kankanews/part-0.parquet                 what the footer states
    DIR/loaded_parts/part-0.parquet                              what need not be loaded again; replaced last

The month is that in which the page was captured (UTC). It is always known and, unlike the month of publication, which
a better parser may find or correct, never another later: so a version has one place for good, and what is loaded of
today leaves the files of past months as they are.

What is new is decided as for databases, and waits in memory until there is enough of it, or the load ends. Then every
file that it touches is written again with it, so there are never small files to compact. What is loaded is known by the
files themselves: records get into theirs before any file says so, and find themselves there when they come again.
Within a file, rows are in no order. DuckDB's own ``COPY … PARTITION_BY`` replaces a partition or adds a file to it: it
merges none, and does not keep the old files until all new ones are made.
"""

from __future__ import annotations

import json
import re
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

import duckdb

from newsspider.feeds.loading.columns import TEXT, columns_of, struct
from newsspider.feeds.loading.lake import Lake, LakeError
from newsspider.feeds.loading.relational import RowsRefusedError
from newsspider.feeds.loading.tables import CHANGES, LOADED, SITE_FACTS, VERSIONS, TargetTable
from newsspider.record.values import SCHEMA_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from newsspider.feeds.loading.relational import Batch
    from newsspider.feeds.loading.tables import Row

_ENOUGH = 64 << 20
"""Bytes of records that wait before files are written: each writing reads and writes the whole of a month."""

_MEMORY, _MORE_MEMORY = "256MB", "2GB"
"""For DuckDB; what waits beyond that goes to a file in the directory. It handles 2048 rows at a time, so it wants more
where articles are ten times as long as usual."""

_SLICE = 4 << 20
"""Characters of records that are taken apart at a time."""

_ROW_GROUP = "32MB"
"""What Parquet puts together in memory, uncompressed: some thousand articles."""


@dataclass(frozen=True, slots=True)
class _Dataset:
    """The files of a table."""

    table: TargetTable
    kind: str | None
    """Schema of the records whose fields are its columns; None where the columns are those of the table."""
    more: tuple[str, ...] = ()
    """Columns of the table that are no fields of the record."""
    month_of: str | None = None
    """A file is of one site and, where a time is named here, of one month of it."""

    @property
    def columns(self) -> dict[str, str]:
        """Name -> type. The site is not among them: the directory names it, and pandas wants it named once."""
        fields = columns_of(self.kind) if self.kind else {}
        return {name: kind for name, kind in fields.items() if name != "site"} | dict.fromkeys(self.more, TEXT)


_LEDGER = _Dataset(LOADED, None, more=LOADED.names)
_DATASETS = (
    _Dataset(VERSIONS, "article", more=("record_hash", "run"), month_of="fetched_at"),
    _Dataset(CHANGES, "change", month_of="at"),
    _Dataset(SITE_FACTS, "site_facts"),
    _LEDGER,  # the last to be replaced
)


class ParquetDatabase:
    """The tables as files; times are instants, lists are lists of structures, compression is Zstandard.

    What is stored becomes durable whenever enough has come together, and with ``close``. LakeError.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._waiting = 0
        """Bytes, roughly, of what is in no file yet."""
        self._made_before = count()
        self._closing = ExitStack()
        try:
            with self._errors():
                self._lake = Lake(directory, LOADED.name)
                self._closing.callback(self._lake.close)
                self._db = self._closing.enter_context(_connect(self._lake.work))
                self._prepare()
        except BaseException:
            self._closing.close()
            raise

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self._errors():
            self._db.begin()
            try:
                yield
            except BaseException:
                self._db.rollback()
                raise
            self._db.commit()
            if self._waiting > _ENOUGH:
                self._write()

    def loaded(self) -> dict[tuple[str, str], str]:
        with self._errors():
            rows = self._db.execute(f"SELECT run, part, sha256 FROM {_read(self._lake.path(LOADED.name))}").fetchall()
        return {(run, part): sha256 for run, part, sha256 in rows}

    def versions(self, ids: Sequence[str]) -> Iterable[tuple[str, str, str]]:
        query = "SELECT id, fetched_at, record_hash FROM known WHERE id IN (SELECT unnest($ids))"
        found: list[tuple[str, str, str]] = self._db.execute(query, {"ids": list(ids)}).fetchall()
        return found

    def store(self, batch: Batch) -> None:
        try:
            for dataset in _DATASETS:
                if rows := batch.rows.get(dataset.table):
                    self._remove(dataset, rows)
                    for some in _slices(rows):
                        self._add(dataset, some)
        except duckdb.ConversionException as error:
            raise RowsRefusedError(f"DuckDB refuses it: {_said(error)}") from error
        if rows := batch.rows.get(VERSIONS):
            self._know(rows)

    def reconnect(self) -> None:
        """Do nothing: a directory is not lost."""

    def close(self) -> None:
        with self._closing, self._errors():
            if self._waiting:
                self._write()

    def _prepare(self) -> None:
        """Make the tables of what waits, check the files that are there, and learn which versions they hold."""
        for dataset in _DATASETS:
            columns = ", ".join(f'"{name}" {kind}' for name, kind in dataset.columns.items())
            self._db.execute(f"CREATE TABLE {dataset.table.name} (site {TEXT}, month {TEXT}, {columns})")
        ledger = self._lake.path(LOADED.name)
        if not ledger.exists():
            self._lake.publish(self._made(_LEDGER, ledger), ledger)
        for dataset in _DATASETS:
            for path in self._lake.files(dataset.table.name):
                self._check(dataset, path)
        self._db.execute(f"CREATE TABLE known (id {TEXT}, fetched_at {TEXT}, record_hash {TEXT})")
        moment = "replace(strftime(fetched_at, '%Y-%m-%dT%H:%M:%S.%f+00:00'), '.000000', '')"  # as isoformat writes it
        for path in self._lake.files(VERSIONS.name):
            self._db.execute(f"INSERT INTO known SELECT id, {moment}, record_hash FROM {_read(path)}")

    def _check(self, dataset: _Dataset, path: Path) -> None:
        """Give a file of an earlier version the columns that it lacks. LakeError where it is none of ours."""
        query = f"SELECT decode(value) FROM parquet_kv_metadata({_text(path)}) WHERE key = 'newsspider'"
        told = self._db.execute(query).fetchone()
        if told is None or not re.fullmatch(r"\d{1,9}\.\d{1,9}", version := told[0]):
            raise LakeError(self._directory, f"{path} was not written by newsspider")
        if _numbers(version) > _numbers(SCHEMA_VERSION):
            problem = f"{path} is of schema {version}, and this program writes {SCHEMA_VERSION}; update it"
            raise LakeError(self._directory, problem)
        there, ours = self._columns(_read(path)), self._columns(dataset.table.name)
        if unknown := there.keys() - ours:
            raise LakeError(self._directory, f"{path} has columns that are not known: {', '.join(sorted(unknown))}")
        if there != {name: ours[name] for name in dataset.columns}:
            self._lake.publish(self._made(dataset, path), path)

    def _columns(self, source: str) -> dict[str, str]:
        described = self._db.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
        return {name: kind for name, kind, *_ in described}

    def _remove(self, dataset: _Dataset, rows: list[Row]) -> None:
        """Let what waits no longer wait where a row with the same key has come."""
        name, key = dataset.table.name, dataset.table.key
        values = ", ".join(f'unnest($"{each}")::{dataset.columns[each]}' for each in key)
        columns = {each: _column(dataset.table, each, rows) for each in key}
        self._db.execute(f"DELETE FROM {name} WHERE ({_names(key)}) IN (SELECT ({values}))", columns)

    def _add(self, dataset: _Dataset, rows: list[Row]) -> None:
        """Let rows wait until they are written."""
        name, values = dataset.table.name, {each: _column(dataset.table, each, rows) for each in dataset.more}
        more = "".join(f', unnest($"{each}") AS "{each}"' for each in dataset.more)
        if dataset.kind is None:
            self._db.execute(f"INSERT INTO {name} BY NAME SELECT NULL AS site{more}", values)
        else:
            records = _column(dataset.table, "record", rows)
            # Read as text, then cast: a field that is missing is null, and a value that no column takes an error.
            texts = json.dumps(struct(columns_of(dataset.kind, as_text=True)))
            record = f"CAST(json_transform(unnest($records), $texts) AS {struct(columns_of(dataset.kind))}) AS record"
            month = f"strftime(\"{dataset.month_of}\", '%Y-%m')" if dataset.month_of else "NULL"
            self._db.execute(
                f"INSERT INTO {name} BY NAME SELECT *, {month} AS month FROM "
                f"(SELECT unnest(record), * EXCLUDE record FROM (SELECT {record}{more}))",
                values | {"records": records, "texts": texts},
            )
            self._waiting += sum(map(len, records))
        self._waiting += len(rows)

    def _know(self, rows: list[Row]) -> None:
        key = {name: _column(VERSIONS, name, rows) for name in VERSIONS.key}
        keys, digests = "unnest($id), unnest($fetched_at)", {"digests": _column(VERSIONS, "record_hash", rows)}
        self._db.execute(f"DELETE FROM known WHERE (id, fetched_at) IN (SELECT ({keys}))", key)
        self._db.execute(f"INSERT INTO known SELECT {keys}, unnest($digests)", key | digests)

    def _write(self) -> None:
        """Write what waits into its files: all of them are made before the first takes its place."""
        self._waiting = 0  # not again by close, where this fails
        made = []
        for dataset in _DATASETS:
            name = dataset.table.name
            for site, month in self._db.execute(f"SELECT DISTINCT site, month FROM {name} ORDER BY ALL").fetchall():
                path = self._lake.path(name, site, month)
                made.append((self._made(dataset, path, site, month), path))
            self._db.execute(f"DELETE FROM {name}")
        for each, path in made:
            self._lake.publish(each, path)

    def _made(self, dataset: _Dataset, path: Path, site: str | None = None, month: str | None = None) -> Path:
        """Make a file for the place of *path*: what that holds but for keys that come again, then what waits for it."""
        name, columns = dataset.table.name, dataset.columns
        rows = (
            f"SELECT {_names(columns)} FROM {name} "
            f"WHERE site IS NOT DISTINCT FROM {_text(site)} AND month IS NOT DISTINCT FROM {_text(month)}"
        )
        if path.exists():
            there = self._columns(_read(path))
            cast = (
                f'CAST({_names([each]) if each in there else "NULL"} AS {kind}) AS "{each}"'
                for each, kind in columns.items()
            )
            kept = f"SELECT {', '.join(cast)} FROM {_read(path)} ANTI JOIN ({rows}) USING ({_names(dataset.table.key)})"
            rows = f"{kept} UNION ALL {rows}"
        made = self._lake.work / f"{next(self._made_before)}.parquet"  # not by site: names may differ in a slash alone
        copy = (
            f"COPY ({rows}) TO {_text(made)} (FORMAT parquet, COMPRESSION zstd, "
            f"ROW_GROUP_SIZE_BYTES '{_ROW_GROUP}', KV_METADATA {{newsspider: '{SCHEMA_VERSION}'}})"
        )
        try:
            self._db.execute(copy)
        except duckdb.OutOfMemoryException:
            self._db.execute(f"SET memory_limit = '{_MORE_MEMORY}'")
            self._db.execute(copy)
        return made

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except duckdb.InterruptException as error:
            raise KeyboardInterrupt from error
        except duckdb.Error as error:
            raise LakeError(self._directory, _said(error)) from error
        except OSError as error:
            problem = f"{error.filename or 'a file'}: {error.strerror or error}"
            raise LakeError(self._directory, problem, error) from error


def _connect(work: Path) -> duckdb.DuckDBPyConnection:
    """Return a database in memory, which opens no socket: what it needs is built in."""
    db = duckdb.connect(
        config={
            "memory_limit": _MEMORY,
            "temp_directory": str(work / "spilled"),
            "threads": 1,  # each puts together a row group of its own
            "preserve_insertion_order": False,  # else row groups are measured in rows, which may be long
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
    db.execute("SET TimeZone = 'UTC'")
    return db


def _slices(rows: list[Row]) -> Iterator[list[Row]]:
    """Yield rows so few at a time that DuckDB can take their records apart in memory, however long these are."""
    some: list[Row] = []
    size = 0
    for row in rows:
        some.append(row)
        size += len(row[-1])
        if size > _SLICE:
            yield some
            some, size = [], 0
    if some:
        yield some


def _column(table: TargetTable, name: str, rows: list[Row]) -> list[str]:
    place = table.names.index(name)
    return [row[place] for row in rows]


def _read(path: Path) -> str:
    return f"read_parquet({_text(path)}, hive_partitioning = false)"


def _names(names: Iterable[str]) -> str:
    """Write names of columns: ``at`` is a word of SQL.

    >>> _names(["id", "at"])
    '"id", "at"'
    """
    return ", ".join(f'"{name}"' for name in names)


def _text(value: str | Path | None) -> str:
    """Write a literal of SQL.

    >>> _text("it's"), _text(None)
    ("'it''s'", 'NULL')
    """
    return "NULL" if value is None else "'" + str(value).replace("'", "''") + "'"


def _numbers(version: str) -> tuple[int, ...]:
    """Return a version as what can be compared.

    >>> _numbers("1.10") > _numbers("1.9")
    True
    """
    return tuple(int(each) for each in version.split("."))


def _said(error: Exception) -> str:
    """Return the first line of what DuckDB says; the query and its values stand below."""
    return str(error).splitlines()[0].rstrip(".")
