"""``postgresql://…``: SQLAlchemy for the tables, COPY for the rows; extra ``postgres``."""

from __future__ import annotations

import re
import time
from collections import defaultdict
from contextlib import contextmanager
from datetime import UTC
from typing import TYPE_CHECKING, Any

import psycopg
import sqlalchemy as sa
from psycopg import sql
from sqlalchemy.dialects.postgresql import JSONB

from newsspider.errors import NewsspiderError
from newsspider.feeds.loading.addresses import TargetAddressError
from newsspider.feeds.loading.relational import ConnectionLostError, RowsRefusedError, in_utc
from newsspider.feeds.loading.tables import ALL, ARTICLES, OF_ARTICLES
from newsspider.feeds.standing import EventTimes, standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from newsspider.feeds.loading.relational import Batch
    from newsspider.feeds.loading.tables import Column, Row, TargetTable

_TYPES: dict[str, Any] = {
    "text": sa.Text(),
    "integer": sa.BigInteger(),
    "boolean": sa.Boolean(),
    "time": sa.DateTime(timezone=True),
    "json": JSONB(),
}
_STANDING = {"status": "text", "first_seen_at": "time", "last_seen_at": "time"}
"""Columns of ``articles`` besides those of its record: how it stands, by all records and events that were loaded."""

_STAND = """
UPDATE articles SET status = :status, first_seen_at = CAST(:first_seen_at AS timestamptz),
    last_seen_at = CAST(:last_seen_at AS timestamptz) WHERE id = :name
"""
_CHUNK = 1000
"""Articles in one statement."""

_WAITS = (0.5, 1.0, 2.0, 4.0)
"""Seconds before another try to connect: a server that restarts is back by then."""

_CONNECT_TIMEOUT = 10
"""Seconds for one try."""

_LOCK = 0x6E6577737370  # "newssp"
"""Advisory lock: what is new is decided by what is there, so two loads take turns."""


_NO_DATABASE = re.compile(r'database "([^"]+)" does not exist')
_NO_ROLE = re.compile(r'role "[^"]+" does not exist')

_REFUSALS = (psycopg.DataError, psycopg.errors.ProgramLimitExceeded, UnicodeEncodeError)
"""A value out of its type's range, a key too long for its index, an invalid character."""


class PostgresError(NewsspiderError):
    """The database cannot be reached or refuses; the message names no password."""

    exit_code = 4

    def __init__(self, address: str, problem: str) -> None:
        step = _next_step(problem)
        super().__init__(f"{address}: {problem}. What was loaded before is complete; {step}, then run again")


def _next_step(problem: str) -> str:
    """Return what to do about what the server said; it says these in English wherever messages are not translated.

    >>> _next_step('FATAL:  database "news" does not exist')
    'make the database first: createdb news'
    """
    if missing := _NO_DATABASE.search(problem):
        return f"make the database first: createdb {missing[1]}"
    if "authentication failed" in problem or _NO_ROLE.search(problem):
        return "see that user and password are right"
    if "permission denied" in problem:
        return "let the user create tables there"
    if "another program's" in problem:
        return "name another database"
    if "could not translate host name" in problem or "failed to resolve host" in problem:
        return "see that the name of the host is right"
    return "see that the server is up and the user may create tables there"


class PostgresLostError(PostgresError, ConnectionLostError):
    """The server has gone in the middle."""


class PostgresDatabase:
    """Tables in the connection's default schema; times are ``timestamptz``, JSON is ``jsonb``."""

    def __init__(self, address: str) -> None:
        try:
            url = sa.make_url(address).set(drivername="postgresql+psycopg")
        except (sa.exc.ArgumentError, ValueError) as error:
            raise TargetAddressError("postgresql:…", "no address; in a password @ is %40") from error
        self._name = url.render_as_string(hide_password=True).replace("+psycopg", "")
        self._engine = sa.create_engine(
            url, poolclass=sa.NullPool, connect_args={"connect_timeout": _CONNECT_TIMEOUT}
        )
        self._metadata = sa.MetaData()
        self._tables = {table: _described(table, self._metadata) for table in ALL}
        self._connection = self._connect()
        try:
            with self.transaction():
                self._make_tables()
        except BaseException:
            self._connection.close()
            raise

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self._errors(), self._connection.begin():
            self._connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
            yield

    def loaded(self) -> dict[tuple[str, str], str]:
        with self._errors(), self._connection.begin():
            rows = self._connection.execute(sa.text("SELECT run, part, sha256 FROM loaded_parts"))
            return {(run, part): sha256 for run, part, sha256 in rows}

    def versions(self, ids: Sequence[str]) -> Iterable[tuple[str, str, str]]:
        rows = self._connection.execute(
            sa.text("SELECT id, fetched_at, record_hash FROM versions WHERE id = ANY(:ids)"), {"ids": list(ids)}
        )
        return [(name, _in_utc(moment), digest) for name, moment, digest in rows]

    def store(self, batch: Batch) -> None:
        for table in OF_ARTICLES:
            self._connection.execute(
                sa.text(f"DELETE FROM {table.name} WHERE article_id = ANY(:ids)"), {"ids": batch.replaced}
            )
        for table, rows in batch.rows.items():
            if table in OF_ARTICLES:
                self._copy(sql.Identifier(table.name), table, rows)
            elif rows:
                self._merge(table, rows)
        self._stand(batch.seen)

    def reconnect(self) -> None:
        self._connection.close()
        self._connection = self._connect()

    def close(self) -> None:
        self._connection.close()
        self._engine.dispose()

    def _connect(self) -> sa.Connection:
        for wait in (*_WAITS, None):
            try:
                return self._engine.connect()
            except sa.exc.OperationalError as error:
                if wait is None or not _may_pass(str(error.orig)):
                    raise PostgresError(self._name, _said(error)) from error
                time.sleep(wait)
            except sa.exc.SQLAlchemyError as error:
                raise PostgresError(self._name, _said(error)) from error
        raise AssertionError("unreachable")

    def _make_tables(self) -> None:
        self._metadata.create_all(self._connection)
        inspector = sa.inspect(self._connection)
        for table in ALL:
            if set(inspector.get_pk_constraint(table.name)["constrained_columns"]) != set(table.key):
                raise PostgresError(self._name, f"it has another program's {table.name}")
            there = {column["name"] for column in inspector.get_columns(table.name)}
            for column in table.columns:
                if column.name not in there:  # the table was made by an earlier version
                    self._add_column(table, column.name, column.type)
        if not {column["name"] for column in inspector.get_columns(ARTICLES.name)}.issuperset(_STANDING):
            self._add_standing()

    def _add_column(self, table: TargetTable, name: str, kind: str) -> None:
        of_type = _TYPES[kind].compile(self._engine.dialect)
        self._connection.execute(sa.text(f"ALTER TABLE {table.name} ADD COLUMN IF NOT EXISTS {name} {of_type}"))

    def _add_standing(self) -> None:
        """Add the columns of how articles stand, filled from what the database has where an earlier version made it."""
        for name, kind in _STANDING.items():
            self._add_column(ARTICLES, name, kind)
        rows = self._connection.execute(
            sa.text("SELECT id, min(fetched_at), max(fetched_at) FROM versions GROUP BY id")
        ).all()
        self._stand({name: {_in_utc(first), _in_utc(last)} for name, first, last in rows})

    def _stand(self, seen: Mapping[str, set[str]]) -> None:
        """Note how articles stand now that they were *seen* at these times, by what is loaded of them besides."""
        ids = list(seen)
        for start in range(0, len(ids), _CHUNK):
            some = {"ids": ids[start : start + _CHUNK]}
            events: dict[str, list[EventTimes]] = defaultdict(list)
            of_events = "SELECT id, event, record ->> 'before_at', at FROM changes WHERE id = ANY(:ids)"
            for name, event, before, at in self._connection.execute(sa.text(of_events), some):
                events[name].append(EventTimes(event, before and in_utc(before), _in_utc(at)))
            known = "SELECT id, first_seen_at, last_seen_at FROM articles WHERE id = ANY(:ids)"
            rows = []
            for name, *moments in self._connection.execute(sa.text(known), some):
                stands = standing({*map(_in_utc, filter(None, moments)), *seen[name]}, events[name])
                if stands is not None:
                    rows.append(stands._asdict() | {"name": name})
            if rows:
                self._connection.execute(sa.text(_STAND), rows)

    def _merge(self, table: TargetTable, rows: list[Row]) -> None:
        """Copy rows into a stage, and from there over those with the same key; without one, where none can be."""
        if not self._any_of(table, rows):
            self._copy(sql.Identifier(table.name), table, rows)
            return
        stage = f"stage_{table.name}"
        self._connection.execute(
            sa.text(f"CREATE TEMPORARY TABLE {stage} (LIKE {table.name}) ON COMMIT DROP")
        )
        self._copy(sql.Identifier(stage), table, rows)
        names = ", ".join(table.names)
        others = ", ".join(f"{name} = excluded.{name}" for name in table.names if name not in table.key)
        self._connection.execute(
            sa.text(
                f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {stage} "
                f"ON CONFLICT ({', '.join(table.key)}) DO UPDATE SET {others}"
            )
        )

    def _any_of(self, table: TargetTable, rows: list[Row]) -> bool:
        name = table.key[0]
        place = table.names.index(name)
        found = self._connection.execute(
            sa.text(f"SELECT 1 FROM {table.name} WHERE {name} = ANY(:values) LIMIT 1"),
            {"values": list({row[place] for row in rows})},
        )
        return found.first() is not None

    def _copy(self, target: sql.Identifier, table: TargetTable, rows: list[Row]) -> None:
        driver: Any = self._connection.connection.driver_connection
        names = sql.SQL(", ").join(map(sql.Identifier, table.names))
        with driver.cursor() as cursor, cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(target, names)) as copy:
            for row in rows:
                copy.write_row(row)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (sa.exc.SQLAlchemyError, psycopg.Error, UnicodeEncodeError) as error:
            if isinstance(getattr(error, "orig", error), _REFUSALS):
                raise RowsRefusedError(f"PostgreSQL refuses it: {_said(error)}") from error
            raise (PostgresLostError if _lost(error) else PostgresError)(self._name, _said(error)) from error


def _in_utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _described(table: TargetTable, metadata: sa.MetaData) -> sa.Table:
    return sa.Table(table.name, metadata, *(_column(column, table) for column in table.columns))


def _column(column: Column, table: TargetTable) -> sa.Column[Any]:
    return sa.Column(column.name, _TYPES[column.type], primary_key=column.name in table.key)


def _may_pass(said: str) -> bool:
    """Tell whether it may help to wait: a server may come up, a wrong password stays wrong.

    >>> _may_pass("FATAL:  the database system is starting up"), _may_pass('FATAL:  database "x" does not exist')
    (True, False)
    """
    return "FATAL" not in said or "starting up" in said or "shutting down" in said


def _lost(error: Exception) -> bool:
    """Tell whether the server has gone, rather than refused something."""
    cause = getattr(error, "orig", None) or error
    # Without a code nothing was heard from it; 57P: it is shut down, crashed or starting.
    return isinstance(cause, psycopg.OperationalError) and (cause.sqlstate or "57P").startswith(("57P", "08"))


def _said(error: Exception) -> str:
    """Return the first line of what the server said; SQLAlchemy adds the statement and its values to it."""
    text = str(getattr(error, "orig", None) or error).strip()
    return text.splitlines()[0] if text else type(error).__name__
