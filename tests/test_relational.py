"""Parts into a database: in transactions, each record once, what is refused alone, what is lost again."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from newsspider.feeds.loading import sqlite as sqlite_module
from newsspider.feeds.loading.relational import ConnectionLostError, Relational, RowsRefusedError
from newsspider.feeds.loading.source import Part
from newsspider.feeds.loading.sqlite import SqliteDatabase
from newsspider.feeds.loading.tables import VERSIONS
from newsspider.feeds.loading.versions import LoadCounts, record_hash
from tests.feeds import article

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "news.db"


@pytest.fixture
def target(path):
    with closing(Relational(SqliteDatabase(path))) as target:
        yield target


def part(kind: str = "article", *, sha256: str = "ff", name: str = "part-00001.jsonl") -> Part:
    return Part(run="run-1", path=Path("items") / name, kind=kind, size=1, sha256=sha256, in_manifest=True)


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute(sql).fetchall()


def never(number: int, reason: str) -> None:
    pytest.fail(f"record {number} was refused: {reason}")


def too_large(number: int) -> dict[str, Any]:
    record = article(number)
    record["counts"]["chars"] = 2**63  # SQLite's integers end before
    return record


def event(name: str, at: str, before_at: str | None = None, **fields: Any) -> dict[str, Any]:
    return {"id": "kankanews:made1", "event": name, "at": at, "before_at": before_at, "url": "u", "run": "r", **fields}


def test_a_part_is_loaded_with_its_last_records_and_only_as_it_is(target, path):
    assert not target.has(part())

    assert target.load(part(), [article(1)], never, last=False) == LoadCounts(new=1)
    assert not target.has(part())
    assert rows(path, "SELECT * FROM loaded_parts") == []

    assert target.load(part(), [article(2)], never, last=True) == LoadCounts(new=1)
    assert target.has(part())
    assert not target.has(part(sha256="ee"))
    assert not target.has(part(name="part-00002.jsonl"))
    assert rows(path, "SELECT run, part, sha256 FROM loaded_parts") == [("run-1", "part-00001.jsonl", "ff")]
    with closing(Relational(SqliteDatabase(path))) as later:
        assert later.has(part())


@pytest.mark.parametrize("kind", ["article", "site_facts", "change"])
def test_a_part_without_a_record_is_loaded_all_the_same(kind, target, path):
    target.load(part(kind), [], never, last=True)

    assert rows(path, "SELECT run, part, sha256 FROM loaded_parts") == [("run-1", "part-00001.jsonl", "ff")]


@pytest.mark.parametrize("bad", [{0}, {4}, {1, 2}, {0, 1, 2, 3, 4}, set()])
def test_each_record_that_is_refused_is_named_by_its_place_and_the_others_are_there(bad, target, path):
    records = [too_large(n) if n in bad else article(n) for n in range(5)]
    refused: list[tuple[int, str]] = []
    counts = target.load(part(), records, lambda *each: refused.append(each), last=True)

    assert {number for number, _ in refused} == bad
    assert len(refused) == len(bad)
    assert all(reason.startswith("SQLite refuses it: ") for _, reason in refused)
    assert counts == LoadCounts(new=5 - len(bad))
    there = [(f"kankanews:made{n}",) for n in range(5) if n not in bad]
    assert rows(path, "SELECT id FROM articles ORDER BY id") == there
    assert target.has(part())


def test_a_part_counts_as_loaded_when_all_its_halves_are_there(target, path, monkeypatch):
    """A load that ends between two halves has to load the part again."""
    stored: list[bool] = []
    store = SqliteDatabase.store

    def storing(self, batch):
        store(self, batch)
        stored.append(any(table.name == "loaded_parts" for table in batch.rows))

    monkeypatch.setattr(SqliteDatabase, "store", storing)
    target.load(part(), [article(0), article(1), too_large(2), article(3)], lambda *_: None, last=True)

    assert stored == [False, False, True]
    target.load(part(name="part-00002.jsonl"), [too_large(5)], lambda *_: None, last=False)
    assert not target.has(part(name="part-00002.jsonl"))


def test_a_database_that_refuses_even_that_a_part_is_loaded_ends_the_load(target, monkeypatch):
    def refusing(self, batch):
        raise RowsRefusedError("no")

    monkeypatch.setattr(SqliteDatabase, "store", refusing)
    with pytest.raises(RowsRefusedError):
        target.load(part(), [article(1)], lambda *_: None, last=True)
    assert not target.has(part())


class Lossy(SqliteDatabase):
    """Loses the connection so many times, at the end of a transaction, with or without what was in it."""

    def __init__(self, path: Path, times: int, stored: bool) -> None:
        super().__init__(path)
        self.times, self.stored, self.waited = times, stored, 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        if not hasattr(self, "times") or not self.times:
            with super().transaction():
                yield
            return
        self.times -= 1
        try:
            with super().transaction():
                yield
                if not self.stored:
                    raise KeyError
        except KeyError:
            pass
        raise ConnectionLostError("gone")

    def reconnect(self) -> None:
        self.waited += 1


@pytest.mark.parametrize(("stored", "counts"), [(False, LoadCounts(new=1)), (True, LoadCounts(unchanged=1))])
def test_what_was_lost_once_is_stored_again(stored, counts, path):
    database = Lossy(path, 1, stored)
    target = Relational(database)

    assert target.load(part(), [article(1)], never, last=True) == counts
    assert database.waited == 1
    assert target.has(part())
    assert rows(path, "SELECT count(*) FROM versions") == rows(path, "SELECT count(*) FROM loaded_parts") == [(1,)]
    target.close()


def test_what_is_lost_twice_ends_the_load(path):
    target = Relational(Lossy(path, 2, stored=False))
    with pytest.raises(ConnectionLostError):
        target.load(part(), [article(1)], never, last=True)

    assert not target.has(part())
    assert rows(path, "SELECT count(*) FROM versions") == [(0,)]
    target.close()


def test_of_two_records_of_one_capture_and_of_two_events_of_one_moment_the_later_line_stays(target, path, monkeypatch):
    stored: list[int] = []
    store = SqliteDatabase.store

    def storing(self, batch):
        stored.extend(len(rows) for table, rows in batch.rows.items() if table is VERSIONS)
        store(self, batch)

    monkeypatch.setattr(SqliteDatabase, "store", storing)
    once = article(1, title="once")
    assert target.load(part(), [once, once | {"title": "again"}], never, last=True) == LoadCounts(new=1, changed=1)
    assert stored == [1]  # PostgreSQL takes no key twice in one statement
    kept = [("again", record_hash(once | {"title": "again"}))]
    assert rows(path, "SELECT title, record_hash FROM versions") == kept
    assert rows(path, "SELECT title, record_hash FROM articles") == kept

    events = [event("gone", "2026-11-22T13:00:00+00:00", url=url) for url in ("first", "second")]
    counts = target.load(part("change", name="changes-00001.jsonl"), events, never, last=True)
    assert counts == LoadCounts(others=2)
    assert rows(path, "SELECT event, url FROM changes") == [("gone", "second")]


def test_an_article_stands_as_its_records_and_events_say_in_utc(target, path):
    standing = "SELECT status, first_seen_at, last_seen_at FROM articles"
    at_20_in_shanghai = article(1, fetched_at="2026-11-22T20:00:00+08:00")
    target.load(part(), [at_20_in_shanghai], never, last=False)
    noon = "2026-11-22T12:00:00+00:00"
    assert rows(path, standing) == [("present", noon, noon)]

    changes = part("change", name="changes-00001.jsonl")
    gone = event("gone", "2026-11-22T22:00:00+08:00", before_at="2026-11-22T21:00:00+08:00")
    target.load(changes, [gone], never, last=False)
    assert rows(path, standing) == [("gone", noon, "2026-11-22T13:00:00+00:00")]

    back = event("restored", "2026-11-22T23:00:00+08:00")
    target.load(changes, [back], never, last=True)
    assert rows(path, standing) == [("present", noon, "2026-11-22T15:00:00+00:00")]


def test_facts_and_changes_are_rows_of_their_own_tables(target, path):
    facts = {"id": "f:1", "site": "kankanews", "publisher": "p", "copyright": "c", "fetched_at": "2026-11-22T12:00:00Z"}
    target.load(part("site_facts", name="site-facts-00001.jsonl"), [facts], never, last=True)
    target.load(
        part("change", name="changes-00001.jsonl"), [event("gone", "2026-11-22T13:00:00+00:00")], never, last=True
    )

    ((name, record),) = rows(path, "SELECT id, record FROM site_facts")
    assert (name, json.loads(record)) == ("f:1", facts)
    ((name, record),) = rows(path, "SELECT id, record FROM changes")
    assert (name, json.loads(record)) == ("kankanews:made1", event("gone", "2026-11-22T13:00:00+00:00"))


def test_a_version_names_its_run_and_holds_its_record_and_an_article_is_the_newest(target, path):
    old, new = article(1), article(1, hours=1, title="newer")
    target.load(part(), [new, old], never, last=True)
    versions = rows(path, "SELECT run, record FROM versions ORDER BY fetched_at")

    assert [(run, json.loads(record)) for run, record in versions] == [("run-1", old), ("run-1", new)]
    assert rows(path, "SELECT title, record_hash FROM articles") == [("newer", record_hash(new))]


# -- SQLite -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 1, 500, 501, 1000, 1001])
def test_no_statement_has_more_values_than_it_may(count):
    ids = [str(number) for number in range(count)]
    chunks = list(sqlite_module._chunks(ids))

    assert [each for some, _ in chunks for each in some] == ids
    assert [len(some) for some, _ in chunks[:-1]] == [500] * (-(-count // 500) - 1)
    assert all(marks.count("?") == len(some) for some, marks in chunks)


def test_a_file_that_was_closed_is_whole_without_a_log(path):
    database = SqliteDatabase(path)
    assert database._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert database._db.execute("PRAGMA synchronous").fetchone() == (1,)  # NORMAL: a power cut tears nothing
    with closing(sqlite3.connect(path)) as reader:  # who reads keeps SQLite from taking the log away
        Relational(database).load(part(), [article(1)], never, last=True)
        reader.execute("SELECT count(*) FROM articles").fetchone()
        database.close()
        log = path.with_name("news.db-wal")
        assert not log.exists() or log.stat().st_size == 0
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        database._db.execute("SELECT 1")


def test_nothing_stays_of_a_transaction_that_did_not_end(path):
    def insert(database: SqliteDatabase, error: type[BaseException] | None = None) -> None:
        with database.transaction():
            database._db.execute("INSERT INTO loaded_parts VALUES ('r', 'p', 'ff')")
            if error:
                raise error

    with closing(SqliteDatabase(path)) as database:
        for error in (KeyError, KeyboardInterrupt):
            with pytest.raises(error):
                insert(database, error)
        assert database.loaded() == {}
        insert(database)
        assert database.loaded() == {("r", "p"): "ff"}


def test_a_transaction_keeps_other_loads_out_from_its_begin_on(path):
    with closing(SqliteDatabase(path)) as database, closing(sqlite3.connect(path, timeout=0)) as other:
        with database.transaction(), pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.execute("BEGIN IMMEDIATE")


def test_lists_of_all_articles_that_are_loaded_together_are_there(target, path):
    target.load(part(), [article(n, keywords=["a", "b"][:n]) for n in (1, 2)], never, last=False)

    assert rows(path, "SELECT article_id, n, keyword FROM keywords ORDER BY article_id, n") == [
        ("kankanews:made1", 1, "a"), ("kankanews:made2", 1, "a"), ("kankanews:made2", 2, "b")
    ]  # fmt: skip


def test_each_list_of_an_article_has_a_table(target, path):
    lists = {
        "images": [{"url": "i"}], "videos": [{"url": "v"}] * 2, "audio": [{"url": "a"}] * 3, "keywords": ["k"] * 4,
        "recommendations": [{"title": "r"}] * 5,
    }  # fmt: skip
    target.load(part(), [article(1, **lists)], never, last=True)

    assert {name: rows(path, f"SELECT count(*) FROM {name}")[0][0] for name in lists} == {
        name: len(said) for name, said in lists.items()
    }


def test_lists_of_an_article_are_those_of_its_newest_version(target, path):
    many = article(1, keywords=["a", "b", "c"])
    target.load(part(), [many, article(2, keywords=["x"])], never, last=False)
    target.load(part(), [article(1, hours=1, keywords=["b"])], never, last=False)
    assert rows(path, "SELECT article_id, n, keyword FROM keywords ORDER BY article_id, n") == [
        ("kankanews:made1", 1, "b"), ("kankanews:made2", 1, "x")
    ]  # fmt: skip

    target.load(part(), [article(1, hours=-1, keywords=["old", "older"])], never, last=True)
    assert rows(path, "SELECT keyword FROM keywords WHERE article_id = 'kankanews:made1'") == [("b",)]
