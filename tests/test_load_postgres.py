"""``scrapy load --to postgresql://…``: into a real server, the same tables that SQLite gets."""

from __future__ import annotations

import json
import random
import socket
import sqlite3
import subprocess
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from newsspider.feeds.loading.loading import load
from newsspider.feeds.loading.rejects import Rejects
from newsspider.feeds.loading.source import find_parts
from newsspider.feeds.loading.tables import ALL, LOADED
from newsspider.feeds.loading.targets import open_target
from tests.crashes import kill_while_loading
from tests.feeds import article, write_run
from tests.loaded import start_scrapy
from tests.patience import HUNG
from tests.servers.postgres import binaries, serve_postgres
from tests.test_load import MOVED, STANDS, hour

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newsspider.feeds.loading.relational import Counts
    from newsspider.feeds.loading.tables import TargetTable
    from tests.servers.postgres import Postgres


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    directory = binaries()
    if directory is None:
        pytest.skip("needs a PostgreSQL server (postgresql)")
    with serve_postgres(directory) as postgres:
        yield postgres


@pytest.fixture
def database(server, request) -> str:
    """The address of a new, empty database."""
    name = f"test_{abs(hash(request.node.name))}"
    with psycopg.connect(server.address(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return server.address(name)


@pytest.fixture
def collection(tmp_path) -> Path:
    return tmp_path / "archives/kankanews"


def loaded(address: str, path: Path) -> Counts:
    target = open_target(address)
    rejects = Rejects(path.parent / "rejects.jsonl")
    try:
        return load(find_parts([path]), target, rejects, lambda size: None).counts
    finally:
        target.close()
        assert rejects.count == 0


def rows(address: str, table: TargetTable) -> list[tuple[Any, ...]]:
    """All rows of a table in the order of their keys, in the form that SQLite has them."""
    query = f"SELECT {', '.join(table.names)} FROM {table.name} ORDER BY {', '.join(table.key)}"
    if address.startswith("sqlite"):
        with closing(sqlite3.connect(address.removeprefix("sqlite:///"))) as db:
            found = db.execute(query).fetchall()
    else:
        with psycopg.connect(address) as connection:
            found = connection.execute(query).fetchall()
    return sorted(
        (tuple(_plain(value, column.type) for value, column in zip(row, table.columns, strict=True)) for row in found),
        key=repr,
    )


def _plain(value: Any, kind: str) -> Any:
    if value is None:
        return None
    if kind == "time":
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        return moment.astimezone(UTC)
    if kind == "json":
        return json.dumps(json.loads(value) if isinstance(value, str) else value, sort_keys=True)
    return int(value) if kind == "boolean" else value


def written(collection: Path, runs: int = 6) -> None:
    """Runs in which articles appear, change, change back, churn, and lose and gain keywords."""
    chance = random.Random(7)
    for run in range(runs):
        records = []
        for number in chance.sample(range(12), 7):
            texts = [f"正文{chance.randrange(3)}"]
            records.append(
                article(
                    number, hours=run + number / 100, body_text=texts[0], paragraphs=texts,
                    keywords=chance.sample(["甲", "乙", "丙"], chance.randrange(4)),
                    recommendations=[] if chance.random() < 0.5 else article(number)["recommendations"],
                )
            )  # fmt: skip
        write_run(collection, f"run-{run}", records[:4], records[4:])


def test_the_same_records_make_the_same_tables_as_in_sqlite(database, collection, tmp_path):
    written(collection)
    in_sqlite = f"sqlite:///{tmp_path}/same.db"
    counts = loaded(database, collection)

    assert counts == loaded(in_sqlite, collection)
    assert counts.changed > 5
    for table in ALL:
        assert rows(database, table) == rows(in_sqlite, table), table.name


def test_loading_twice_or_run_by_run_changes_nothing(database, collection):
    written(collection)
    loaded(database, collection)
    before = [rows(database, table) for table in ALL]
    again = loaded(database, collection)
    for directory in sorted((collection / "items").iterdir()):
        again.add(loaded(database, directory))

    assert (again.new, again.changed) == (0, 0)
    assert [rows(database, table) for table in ALL] == before


def test_table_of_an_earlier_version_gets_the_columns_that_it_lacks(database, collection):
    with psycopg.connect(database) as connection:
        connection.execute("CREATE TABLE articles (id text PRIMARY KEY, title text)")
    write_run(collection, "run-1", [article(1)])
    loaded(database, collection)

    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT title, exclusive, warnings FROM articles").fetchall() == [
            (article(1)["title"], True, article(1)["provenance"]["warnings"])
        ]


STANDING = "SELECT substr(id, 15), status, first_seen_at, last_seen_at FROM articles ORDER BY id"


def standing(address: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(address) as connection:
        found = connection.execute(STANDING).fetchall()
    return [(name, status, *(each.astimezone(UTC).isoformat() for each in times)) for name, status, *times in found]


def test_article_says_how_it_stands_also_in_a_database_that_an_earlier_version_made(database, collection):
    for number, (records, changes) in enumerate([*STANDS, ([], MOVED)]):
        write_run(collection, f"run-{number}", records, changes=changes)
    stood = [("1", "moved", hour(0), hour(2)), ("2", "moved", hour(0), hour(2)), ("3", "present", hour(0), hour(5))]
    loaded(database, collection)
    assert standing(database) == stood

    with psycopg.connect(database) as connection:
        for column in ("status", "first_seen_at", "last_seen_at"):
            connection.execute(f"ALTER TABLE articles DROP COLUMN {column}")
    loaded(database, collection)

    # That the second was seen again at the second hour stands in the event by which it moved.
    assert standing(database) == stood


def test_two_loads_at_once_take_turns(database, collection, scrapy_run):
    written(collection)
    command = ["load", "-s", f"ARCHIVE_DIR={collection.parent}", "--to", database, "kankanews"]
    both = [start_scrapy(command, stderr=subprocess.PIPE) for _ in range(2)]
    ended = [(process.communicate(timeout=HUNG)[1], process.returncode) for process in both]
    after = rows(database, LOADED)
    again = scrapy_run(*command)

    assert ended == [("", 0), ("", 0)]
    assert len(after) == 12
    assert again.stdout.startswith("0 new articles, 0 changed, 0 unchanged, 0 other records, from 0 parts; 12 parts")


@pytest.mark.slow
def test_load_that_is_killed_goes_on_to_the_same_end(database, collection, scrapy_run, tmp_path):
    for run in range(10):
        write_run(collection, f"run-{run}", *[[article(run * 1000 + n) for n in range(k, k + 30)] for k in (0, 30)])
    arguments = ("load", "kankanews", "-s", f"ARCHIVE_DIR={collection.parent}", "--to")

    with psycopg.connect(database, autocommit=True) as connection:

        def parts() -> int:
            try:
                return int(connection.execute("SELECT count(*) FROM loaded_parts").fetchone()[0])
            except psycopg.errors.UndefinedTable:
                return 0

        assert all(kill_while_loading((*arguments, database), parts, seed=2))
        assert 0 < parts() < 20
    ended = scrapy_run(*arguments, database)
    scrapy_run(*arguments, in_sqlite := f"sqlite:///{tmp_path}/undisturbed.db")

    assert ended.returncode == 0, ended.stderr
    assert [table.name for table in ALL if rows(database, table) != rows(in_sqlite, table)] == []


def test_load_goes_on_when_the_server_ends_its_connection(server, database, collection, tmp_path):
    """As a server does that is restarted."""
    written(collection)
    name = database.rpartition("/")[2]
    ended: list[int] = []

    def end_connections(size: int) -> None:
        with psycopg.connect(server.address(), autocommit=True) as connection:
            query = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s"
            ended.append(connection.execute(query, [name]).fetchone()[0])

    target = open_target(database)
    counts = load(find_parts([collection]), target, Rejects(tmp_path / "rejects.jsonl"), end_connections).counts
    target.close()

    in_sqlite = f"sqlite:///{tmp_path}/same.db"
    assert ended == [1] * 12
    assert counts == loaded(in_sqlite, collection)
    assert [table.name for table in ALL if rows(database, table) != rows(in_sqlite, table)] == []


def test_record_that_the_database_refuses_is_rejected_alone(database, collection, tmp_path):
    """PostgreSQL's bigint ends at 2**63 - 1, its time zones before 16 hours, and its keys at 2,704 bytes."""
    records = [article(n) for n in range(1, 8)]
    records[1]["counts"]["chars"] = 2**63
    records[3]["published_at"] = "2026-11-22T12:00:00+23:59"
    records[6]["id"] = "".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz0123456789", k=9000))
    write_run(collection, "run-1", records)
    rejects = Rejects(tmp_path / "rejects.jsonl")
    target = open_target(database)
    counts = load(find_parts([collection]), target, rejects, lambda size: None).counts
    target.close()
    rejects.close()

    assert (counts.new, rejects.count) == (4, 3)
    told = [json.loads(each) for each in rejects.path.read_text(encoding="utf-8").splitlines()]
    assert [each["place"].rpartition(" ")[2] for each in told] == ["2", "4", "7"]
    assert all(each["reason"].startswith("PostgreSQL refuses it: ") for each in told)
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM versions").fetchall() == [(4,)]


def test_table_of_another_program_is_left_as_it_is(database, collection, scrapy_run):
    with psycopg.connect(database) as connection:
        connection.execute("CREATE TABLE articles (number integer, title text)")
    write_run(collection, "run-1", [article(1)])
    run = scrapy_run("load", "kankanews", "--to", database)

    assert run.returncode == 4
    assert "it has another program's articles. " in run.stderr
    with psycopg.connect(database) as connection:
        query = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
        assert set(connection.execute(query)) == {("articles", "number"), ("articles", "title")}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda address: address.replace("correct%20horse", "wrong%20pony"), "; see that user and password are right"),
        (lambda address: f"{address}_that_is_not", "_that_is_not, then run again"),
    ],
)
def test_server_that_refuses_is_told_at_once_and_no_password_with_it(change, said, database, collection, scrapy_run):
    write_run(collection, "run-1", [article(1)])
    run = scrapy_run("load", "kankanews", "--to", change(database))

    assert run.returncode == 4
    assert run.stderr.count("\n") == 1
    assert run.stderr.startswith("scrapy load: postgresql://***@127.0.0.1:")
    assert said in run.stderr
    assert "horse" not in run.stderr
    assert "pony" not in run.stderr


@pytest.mark.slow
def test_server_that_is_down_is_tried_again_and_then_told(collection, scrapy_run):
    write_run(collection, "run-1", [article(1)])
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    at_once = "import sys, time; time.sleep = lambda seconds: print('waited', seconds, file=sys.stderr)"
    run = scrapy_run("load", "kankanews", "--to", f"postgresql://me:secret@127.0.0.1:{port}/db", before=at_once)

    assert run.returncode == 4
    *waits, said = run.stderr.splitlines()
    assert waits == ["waited 0.5", "waited 1.0", "waited 2.0", "waited 4.0"]  # between five tries
    assert said.startswith(f"scrapy load: postgresql://***@127.0.0.1:{port}/db: ")
    assert "What was loaded before is complete" in run.stderr
    assert "secret" not in run.stderr
