"""state.sqlite3 over the years: older ones are brought up to date with a copy kept, newer ones left alone."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from newsspider.collection import database
from newsspider.collection.database import VERSION, Database, StateChangedError, StateDamagedError, StateVersionError
from tests.order import order_below

if TYPE_CHECKING:
    from pathlib import Path


def dump(path) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return list(db.iterdump())


@pytest.fixture
def unversioned(tmp_path):
    """A file as it was before there were versions."""
    path = tmp_path / "state.sqlite3"
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(database._ARCHIVE)
        db.execute("INSERT INTO newest_run VALUES (1, '20260101T000000000Z-a', 'ff')")
        db.commit()
    return path


def test_a_new_file_is_of_the_newest_version_and_needs_no_copy(tmp_path):
    Database(tmp_path / "state.sqlite3").close()

    assert [each.name for each in tmp_path.iterdir()] == ["state.sqlite3"]
    with closing(Database(tmp_path / "state.sqlite3")) as opened:
        assert opened.version == VERSION


def test_an_older_file_is_brought_up_to_date_and_kept_as_it_was(unversioned):
    before = dump(unversioned)

    with closing(Database(unversioned)) as opened:
        assert opened.row("SELECT run FROM newest_run") == ("20260101T000000000Z-a",)
        assert opened.row("SELECT count(*) FROM pages") == (0,)

    kept = unversioned.with_name("state.sqlite3.v0")
    assert dump(kept) == before
    assert sorted(each.name for each in unversioned.parent.iterdir()) == ["state.sqlite3", "state.sqlite3.v0"]


def test_a_step_that_fails_changes_nothing(unversioned, monkeypatch):
    before = dump(unversioned)
    with monkeypatch.context() as patched:
        steps = (database._ARCHIVE, "CREATE TABLE pages (url); INSERT INTO nowhere VALUES (1);")
        patched.setattr(database, "_STEPS", steps)
        with pytest.raises(StateDamagedError, match="no such table: nowhere"):
            Database(unversioned)
    assert dump(unversioned) == before

    Database(unversioned).close()


_KILLED = """
import os, sqlite3, sys
from pathlib import Path
from newsspider.collection.database import Database
statements = 0
def count(statement):
    global statements
    statements += 1
    if statements == int(sys.argv[2]):
        os.kill(os.getpid(), 9)
def connect(*arguments, connect=sqlite3.connect, **options):
    connection = connect(*arguments, **options)
    connection.set_trace_callback(count)
    return connection
sqlite3.connect = connect
Database(Path(sys.argv[1])).close()
print(statements)
"""


def test_an_update_that_is_killed_at_any_statement_is_done_by_the_next_program(unversioned, tmp_path):
    before = dump(unversioned)

    def update(name: str, killed_at: int) -> tuple[Path, subprocess.CompletedProcess[str]]:
        path = tmp_path / name / "state.sqlite3"
        path.parent.mkdir()
        shutil.copy(unversioned, path)
        command = [sys.executable, "-c", _KILLED, str(path), str(killed_at)]
        return path, subprocess.run(command, capture_output=True, text=True, check=False)

    updated, undisturbed = update("undisturbed", 0)
    statements = int(undisturbed.stdout)
    for number in range(1, statements + 1, 4):
        path, killed = update(f"killed-{number}", number)
        assert killed.returncode == -9
        assert dump(path) in (before, dump(updated))

        Database(path).close()

        assert dump(path) == dump(updated)
        assert dump(path.with_name("state.sqlite3.v0")) == before
        assert sorted(each.name for each in path.parent.iterdir()) == ["state.sqlite3", "state.sqlite3.v0"]


def test_a_copy_that_cannot_be_written_leaves_all_as_it_was(unversioned):
    before = dump(unversioned)
    unversioned.with_name(".state.sqlite3.v0.part").mkdir()

    with pytest.raises(OSError, match=r"state\.sqlite3"):
        Database(unversioned)

    assert dump(unversioned) == before
    assert not unversioned.with_name("state.sqlite3.v0").exists()


@pytest.mark.parametrize("open_it", [Database, lambda path: Database(path, durable=True)])
def test_a_file_of_a_newer_version_is_left_alone(open_it, unversioned):
    Database(unversioned).close()
    with closing(sqlite3.connect(unversioned)) as db:
        db.execute(f"PRAGMA user_version = {VERSION + 1}")
    before = unversioned.read_bytes()

    with pytest.raises(StateVersionError) as caught:
        open_it(unversioned)

    assert str(caught.value) == (
        f"{unversioned}: it is of version {VERSION + 1}, written by a newer newsspider, and this one knows versions up "
        f"to {VERSION}: install the newer one again"
    )
    assert unversioned.read_bytes() == before


def test_a_file_can_be_read_where_nothing_can_be_written(unversioned, tmp_path):
    Database(unversioned).close()
    directory = tmp_path / "read-only"
    directory.mkdir()
    shutil.copy(unversioned, directory)
    directory.chmod(0o555)

    with closing(Database.reading(directory / "state.sqlite3")) as opened:
        assert opened.row("SELECT count(*) FROM runs") == (0,)

    assert list(directory.iterdir()) == [directory / "state.sqlite3"]


def test_what_is_no_database_is_named(tmp_path):
    path = tmp_path / "state.sqlite3"
    path.write_bytes(b"garbage" * 999)

    for open_it in (Database, Database.reading):
        with pytest.raises(StateDamagedError, match=r"state\.sqlite3: file is not a database\. No record is in it"):
            open_it(path)


@pytest.mark.parametrize(("durable", "level"), [(False, 1), (True, 2)])
def test_what_is_committed_outlives_a_power_cut_where_that_is_asked_for(durable, level, tmp_path):
    with closing(Database(tmp_path / "state.sqlite3", durable=durable)) as opened:
        assert opened.row("PRAGMA synchronous") == (level,)  # NORMAL, FULL (https://www.sqlite.org/pragma.html)
        assert opened.row("PRAGMA journal_mode") == ("wal",)


def test_a_transaction_is_all_or_nothing_and_keeps_others_out(tmp_path):
    path = tmp_path / "state.sqlite3"

    def insert(opened: Database, error: type[BaseException] | None) -> None:
        with opened.transaction():
            opened.execute("INSERT INTO warc_files VALUES ('a', 1)")
            if error:
                raise error

    with closing(Database(path)) as opened, closing(sqlite3.connect(path, timeout=0)) as other:
        for error in (KeyError, KeyboardInterrupt):
            with pytest.raises(error):
                insert(opened, error)
            assert opened.rows("SELECT * FROM warc_files") == []
        with opened.transaction(), pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        insert(opened, None)
        assert other.execute("SELECT * FROM warc_files").fetchall() == [("a", 1)]


def test_what_is_in_the_log_is_read_too(tmp_path):
    path = tmp_path / "state.sqlite3"
    with closing(Database(path)) as opened:
        opened.execute("INSERT INTO warc_files VALUES ('a', 1)")
        assert path.with_name("state.sqlite3-wal").stat().st_size > 0
        with closing(Database.reading(path)) as reader:
            assert reader.rows("SELECT * FROM warc_files") == [("a", 1)]


def test_a_log_that_is_empty_is_that_of_somebody_who_writes_soon(tmp_path):
    path = tmp_path / "state.sqlite3"
    with closing(Database(path)) as opened:
        opened.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        assert path.with_name("state.sqlite3-wal").stat().st_size == 0
        with closing(Database.reading(path)) as reader:
            assert reader.rows("SELECT * FROM warc_files") == []
            with opened.transaction():
                opened.executemany("INSERT INTO warc_files VALUES (?, 1)", [(str(n),) for n in range(20_000)])
            assert reader.rows("SELECT count(*) FROM warc_files") == [(20_000,)]


def test_a_database_that_was_written_while_it_was_read_is_not_called_damaged(tmp_path):
    path = tmp_path / "state.sqlite3"
    Database(path).close()
    with closing(Database.reading(path)) as reader:
        data = path.read_bytes()
        path.write_bytes(data[:100] + b"x" * len(data))
        with pytest.raises(StateChangedError, match="a run wrote it while it was read; try again"):
            reader.rows("SELECT * FROM sqlite_master")


def test_who_reads_writes_nothing_and_makes_no_file(tmp_path):
    path = tmp_path / "state.sqlite3"
    Database(path).close()
    with closing(Database.reading(path)) as reader, pytest.raises(StateDamagedError, match="readonly"):
        reader.execute("INSERT INTO warc_files VALUES ('a', 1)")
    with pytest.raises(StateDamagedError, match="unable to open"):
        Database.reading(tmp_path / "away.sqlite3")

    assert [each.name for each in tmp_path.iterdir()] == ["state.sqlite3"]


def test_what_is_the_fault_of_the_disk_is_no_damage(tmp_path):
    """The next step is another: who moves the file away for a full disk loses what it knew."""
    with pytest.raises(OSError, match="unable to open database file") as caught:
        Database(tmp_path)
    assert not isinstance(caught.value, StateDamagedError)

    with closing(Database(tmp_path / "state.sqlite3")) as opened:
        opened.execute("PRAGMA max_page_count = 1")  # no page may be added to those that are there
        rows = (("x" * 4000 + str(number), 1) for number in range(20))
        with pytest.raises(OSError, match=r"disk is full \(state\.sqlite3\)"):
            opened.executemany("INSERT INTO warc_files VALUES (?, ?)", rows)
        opened.execute("PRAGMA query_only = ON")
        with pytest.raises(OSError, match="readonly"):
            opened.execute("DELETE FROM warc_files")
        opened.execute("PRAGMA query_only = OFF")
        with pytest.raises(StateDamagedError, match="no such table"):
            opened.rows("SELECT * FROM nowhere")
        with pytest.raises(StateDamagedError, match="UNIQUE"):
            opened.executemany("INSERT INTO clock VALUES (?, 1)", [(1,), (1,)])


def test_a_file_of_any_version_is_brought_up_to_date(tmp_path):
    newest = tmp_path / "newest.sqlite3"
    Database(newest).close()
    for version in range(1, VERSION):
        path = tmp_path / f"{version}.sqlite3"
        with closing(sqlite3.connect(path)) as db:
            db.executescript("".join(database._STEPS[:version]) + f"PRAGMA user_version = {version};")
        Database(path).close()

        assert dump(path) == dump(newest)
        with closing(sqlite3.connect(path.with_name(f"{version}.sqlite3.v{version}"))) as kept:
            assert kept.execute("PRAGMA user_version").fetchone() == (version,)


def test_the_copy_is_durable_before_the_file_is_changed(unversioned, tmp_path):
    with order_below(tmp_path) as steps:
        Database(unversioned).close()

    size = unversioned.with_name("state.sqlite3.v0").stat().st_size
    part = ".state.sqlite3.v0.part"
    assert steps == [f"sync {part} {size}", f"rename {part} state.sqlite3.v0", "sync ./"]


def test_a_copy_that_was_left_half_is_made_anew(unversioned):
    before = dump(unversioned)
    unversioned.with_name(".state.sqlite3.v0.part").write_bytes(b"half")
    Database(unversioned).close()

    assert dump(unversioned.with_name("state.sqlite3.v0")) == before
    assert not unversioned.with_name(".state.sqlite3.v0.part").exists()
