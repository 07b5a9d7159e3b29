"""``parquet:DIR``: Parquet files by table, site and month, written by DuckDB; extra ``parquet``.

    DIR/versions/site=kankanews/month=2026-01/*.parquet     every version of every article
    DIR/changes/site=kankanews/month=2026-01/*.parquet      what happened to articles
    DIR/site_facts/site=kankanews/*.parquet                 what the footer states
    DIR/loaded_parts/*.parquet                              what need not be loaded again

The month is that in which the page was captured (UTC). It is always known and, unlike the month of publication, which
a better parser may find or correct, never another later: so a version has one place for good, and what is loaded of
today leaves the files of past months as they are.

What is new is decided as for databases, and waits in memory until there is enough of it, or the load ends. Then it is
written into new files, which all come with one commit, and with them that their parts are loaded. A file is written
again only where a row takes the place of another, as by a better parser's record of the same capture, where it lacks a
column of today's, and by ``compact``. Where another load was first, what that has brought is left out of what waits.
Within a file, rows are in no order. DuckDB's own ``COPY … PARTITION_BY`` replaces a partition or adds a file to it: it
merges none, and has no commit.
"""

from __future__ import annotations

import json
import re
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, TypeAlias

import duckdb

from newsspider.feeds.loading.columns import TEXT, columns_of, struct
from newsspider.feeds.loading.datasets import DATASETS, Dataset, listed, literal, names, read, waiting
from newsspider.feeds.loading.lake import Lake, LakeError
from newsspider.feeds.loading.relational import RowsRefusedError
from newsspider.feeds.loading.tables import LOADED, VERSIONS
from newsspider.record.values import SCHEMA_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from newsspider.feeds.loading.relational import Batch
    from newsspider.feeds.loading.tables import Row, TargetTable

_ENOUGH = 64 << 20
"""Bytes of records that wait before files are written."""

_MEMORY, _MORE_MEMORY = "256MB", "2GB"
"""For DuckDB; what waits beyond that goes to a file in the directory. It handles 2048 rows at a time, so it wants more
where articles are ten times as long as usual."""

_SLICE = 4 << 20
"""Characters of records that are taken apart at a time."""

_ROW_GROUP = "32MB"
"""What Parquet puts together in memory, uncompressed: some thousand articles."""


_Plan: TypeAlias = dict[tuple[Dataset, "str | None", "str | None"], "list[Path]"]
"""For which table, site and month there is something, and which of the files there are to be written again for it."""


class ParquetDatabase:
    """The tables as files; times are instants, lists are lists of structures, compression is Zstandard.

    What is stored becomes durable whenever enough has come together, and with ``close``. LakeError.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._waiting = 0
        """Bytes, roughly, of what is in no file yet."""
        self._seen: dict[Path, Dataset] = {}
        """Files of the lake that are known."""
        self._planned: _Plan | None = None
        """What the files come to that are made for the next commit."""
        self._closing = ExitStack()
        try:
            with self._errors():
                self._lake = Lake(directory, LOADED.name)
                self._closing.callback(self._lake.close)
                self._db = self._closing.enter_context(_connect(self._lake.scratch))
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
            while True:
                self._look()
                files = self._lake.files(LOADED.name)
                with self._unless_gone(files):
                    query = f"SELECT run, part, sha256 FROM {read(files)}"
                    rows = self._db.execute(query).fetchall() if files else []
                    return {(run, part): sha256 for run, part, sha256 in rows}

    def versions(self, ids: Sequence[str]) -> Iterable[tuple[str, str, str]]:
        moment = "replace(strftime(fetched_at, '%Y-%m-%dT%H:%M:%S.%f+00:00'), '.000000', '')"  # as isoformat writes it
        columns = "id, fetched_at, record_hash"
        query = (
            f"SELECT id, {moment}, record_hash FROM ("
            f"SELECT {columns} FROM held ANTI JOIN versions USING (id, fetched_at) "
            f"UNION ALL SELECT {columns} FROM versions) WHERE id IN (SELECT unnest($ids))"
        )
        found: list[tuple[str, str, str]] = self._db.execute(query, {"ids": list(ids)}).fetchall()
        return found

    def store(self, batch: Batch) -> None:
        try:
            for dataset in DATASETS:
                if rows := batch.rows.get(dataset.table):
                    self._remove(dataset, rows)
                    for some in _slices(rows):
                        self._add(dataset, some)
        except duckdb.ConversionException as error:
            raise RowsRefusedError(f"DuckDB refuses it: {_said(error)}") from error

    def reconnect(self) -> None:
        """Do nothing: a directory is not lost."""

    def compact(self) -> None:
        """Put the files of each table, site and month into one; nothing may wait."""
        with self._errors():
            self._look()
            for place, dataset in {path.parent: dataset for path, dataset in self._seen.items()}.items():
                self._put_together(dataset, place)

    def close(self) -> None:
        with self._closing, self._errors():
            if self._waiting:
                self._write()

    def _prepare(self) -> None:
        """Make the tables of what waits and of the versions that files hold, and look at what is there."""
        for dataset in DATASETS:
            columns = ", ".join(f'"{name}" {kind}' for name, kind in dataset.columns.items())
            self._db.execute(f"CREATE TABLE {dataset.table.name} (site {TEXT}, month {TEXT}, {columns})")
        self._db.execute(f"CREATE TABLE held AS SELECT '' AS file, id, fetched_at, record_hash FROM {VERSIONS.name}")
        self._look()

    def _look(self) -> None:
        """Learn what loads have brought and replaced since; give a file of an earlier version the columns it lacks."""
        while True:
            self._lake.settle()
            there = {path: dataset for dataset in DATASETS for path in self._lake.files(dataset.table.name)}
            for path in self._seen.keys() - there.keys():
                self._db.execute(f"DELETE FROM held WHERE file = {literal(path)}")
                del self._seen[path]
            new = [path for path in there if path not in self._seen]
            with self._unless_gone(new):
                ours = self._checked(there, new)
                if renewed := next((path for path in new if path not in ours), None):
                    self._discard()
                    self._make(there[renewed], renewed.parent, [renewed])
                    self._lake.commit([renewed])
                    continue
                if versions := [path for path in new if there[path].table is VERSIONS]:
                    source = read(versions, named=True)
                    self._db.execute(f"INSERT INTO held SELECT filename, id, fetched_at, record_hash FROM {source}")
                self._seen |= {path: there[path] for path in new}
                return

    def _checked(self, there: dict[Path, Dataset], new: list[Path]) -> set[Path]:
        """Return which of some files have the columns of today. LakeError where one is none of ours."""
        told: dict[str, dict[str, str]] = {str(path): {} for path in new}
        if new:
            query = f"SELECT file_name, decode(key), decode(value) FROM parquet_kv_metadata({listed(new)})"
            for name, key, value in self._db.execute(query).fetchall():
                told[name][key] = value
        return {path for path in new if self._is_of_today(there[path], path, told[str(path)])}

    def _is_of_today(self, dataset: Dataset, path: Path, told: dict[str, str]) -> bool:
        if told.get("newsspider") == SCHEMA_VERSION and told.get("columns") == dataset.named:
            return True
        version = told.get("newsspider", "")
        if not re.fullmatch(r"\d{1,9}\.\d{1,9}", version):
            raise LakeError(self._directory, f"{path} was not written by newsspider")
        if _numbers(version) > _numbers(SCHEMA_VERSION):
            problem = f"{path} is of schema {version}, and this program writes {SCHEMA_VERSION}; update it"
            raise LakeError(self._directory, problem)
        there, ours = self._columns(read([path])), self._columns(dataset.table.name)
        if unknown := there.keys() - ours:
            raise LakeError(self._directory, f"{path} has columns that are not known: {', '.join(sorted(unknown))}")
        return there == {name: ours[name] for name in dataset.columns}

    def _columns(self, source: str) -> dict[str, str]:
        described = self._db.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
        return {name: kind for name, kind, *_ in described}

    def _remove(self, dataset: Dataset, rows: list[Row]) -> None:
        """Remove waiting rows whose key is that of one of *rows*."""
        name, key = dataset.table.name, dataset.table.key
        values = ", ".join(f'unnest($"{each}")::{dataset.columns[each]}' for each in key)
        columns = {each: _column(dataset.table, each, rows) for each in key}
        self._db.execute(f"DELETE FROM {name} WHERE ({names(key)}) IN (SELECT ({values}))", columns)

    def _add(self, dataset: Dataset, rows: list[Row]) -> None:
        """Keep rows until they are written."""
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

    def _write(self) -> None:
        """Commit what waits: where another load is first, without what that has brought."""
        self._waiting = 0  # not again by close, where this fails
        while True:
            self._look()
            with self._unless_gone(list(self._seen)):
                left_out, plan = self._leave_out(), self._plan()
                if left_out or plan != self._planned:
                    self._discard()
                    for (dataset, site, month), again in plan.items():
                        place = self._lake.place(dataset.table.name, site, month)
                        self._make(dataset, place, again, waiting(dataset, site, month))
                    self._planned = plan
                if not plan or self._lake.commit(path for again in plan.values() for path in again):
                    break
        self._discard()
        for dataset in DATASETS:
            self._db.execute(f"DELETE FROM {dataset.table.name}")
        self._look()

    def _leave_out(self) -> int:
        """Remove waiting rows that another load has stored since, or whose version it made needless; return how many.

        No other decision changes: an article that was found unchanged was so when this load began.
        """
        left_out: int
        columns = "id, fetched_at, record_hash"
        others = f"SELECT {columns}, false AS waits FROM held SEMI JOIN versions USING (id)"
        before = "lag({}) OVER (PARTITION BY id ORDER BY fetched_at, waits)"
        ((left_out,),) = self._db.execute(
            f"DELETE FROM versions WHERE (id, fetched_at) IN (SELECT (id, fetched_at) FROM ("
            f"SELECT *, {before.format('waits')} AS before_waits, {before.format('record_hash')} AS before "
            f"FROM ({others} UNION ALL SELECT {columns}, true FROM versions)"
            f") WHERE waits AND NOT before_waits AND before = record_hash)"
        ).fetchall()
        for dataset, site, month in self._places():
            files = self._files(dataset, site, month)
            if dataset.table is VERSIONS or not files:
                continue
            key, columns = names(dataset.table.key), names(dataset.columns)
            ours = waiting(dataset, site, month)
            there = f"SELECT {columns} FROM {read(files)} SEMI JOIN ({ours}) USING ({key})"
            ((same,),) = self._db.execute(
                f"DELETE FROM {dataset.table.name} WHERE ({key}) IN (SELECT ({key}) FROM ({ours} INTERSECT {there}))"
            ).fetchall()
            left_out += same
        return left_out

    def _plan(self) -> _Plan:
        """Return for which places there is something, and the files there that are to be written again for it."""
        plan: _Plan = {}
        for dataset, site, month in self._places():
            files = self._files(dataset, site, month)
            query = (
                f"SELECT DISTINCT filename FROM {read(files, named=True)} "
                f"SEMI JOIN ({waiting(dataset, site, month)}) USING ({names(dataset.table.key)}) ORDER BY ALL"
            )
            again = self._db.execute(query).fetchall() if files else []
            plan[dataset, site, month] = [path for path in files if (str(path),) in again]
        return plan

    def _places(self) -> list[tuple[Dataset, str | None, str | None]]:
        """Return the places that something waits for."""
        return [
            (dataset, site, month)
            for dataset in DATASETS
            for site, month in self._db.execute(
                f"SELECT DISTINCT site, month FROM {dataset.table.name} ORDER BY ALL"
            ).fetchall()
        ]

    def _files(self, dataset: Dataset, site: str | None, month: str | None) -> list[Path]:
        place = self._lake.place(dataset.table.name, site, month)
        return sorted(path for path in self._seen if path.parent == place)

    def _put_together(self, dataset: Dataset, place: Path) -> None:
        """Put the files of a directory into one."""
        while True:
            self._look()
            files = sorted(path for path in self._seen if path.parent == place)
            if len(files) < 2:
                return
            self._discard()
            with self._unless_gone(files):
                self._make(dataset, place, files)
                if self._lake.commit(files):
                    return

    def _make(self, dataset: Dataset, place: Path, again: list[Path], coming: str | None = None) -> None:
        """Make a file for a directory: what files *again* hold but for the keys of what is *coming*, then that."""
        rows = [coming] if coming else []
        if again:
            there = self._columns(read(again))
            cast = (
                f'CAST({names([each]) if each in there else "NULL"} AS {kind}) AS "{each}"'
                for each, kind in dataset.columns.items()
            )
            kept = f"SELECT {', '.join(cast)} FROM {read(again)}"
            rows.insert(0, f"{kept} ANTI JOIN ({coming}) USING ({names(dataset.table.key)})" if coming else kept)
        made = self._lake.new()
        copy = (
            f"COPY ({' UNION ALL '.join(rows)}) TO {literal(made)} (FORMAT parquet, COMPRESSION zstd, "
            f"ROW_GROUP_SIZE_BYTES '{_ROW_GROUP}', "
            f"KV_METADATA {{newsspider: '{SCHEMA_VERSION}', columns: {literal(dataset.named)}}})"
        )
        try:
            self._db.execute(copy)
        except duckdb.OutOfMemoryException:
            self._db.execute(f"SET memory_limit = '{_MORE_MEMORY}'")
            self._db.execute(copy)
        self._lake.add(made, place)

    def _discard(self) -> None:
        self._lake.discard()
        self._planned = None

    @contextmanager
    def _unless_gone(self, files: Iterable[Path]) -> Iterator[None]:
        """Let an error pass where one of *files* is no longer there, because another load has replaced it."""
        try:
            yield
        except duckdb.IOException:
            if all(path.exists() for path in files):
                raise

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


def _numbers(version: str) -> tuple[int, ...]:
    """Return a version as what can be compared.

    >>> _numbers("1.10") > _numbers("1.9")
    True
    """
    return tuple(int(each) for each in version.split("."))


def _said(error: Exception) -> str:
    """Return the first line of what DuckDB says; the query and its values stand below."""
    return str(error).splitlines()[0].rstrip(".")
