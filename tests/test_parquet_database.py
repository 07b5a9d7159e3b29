"""The tables of a lake by themselves: what waits, what is written and when, and what a file must be to be read."""

from __future__ import annotations

import fcntl
import json
from contextlib import closing, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from newsspider.feeds.loading import parquet
from newsspider.feeds.loading.datasets import DATASETS
from newsspider.feeds.loading.lake import Lake, LakeError
from newsspider.feeds.loading.parquet import ParquetDatabase
from newsspider.feeds.loading.relational import Batch, RowsRefusedError
from newsspider.feeds.loading.tables import CHANGES, LOADED, SITE_FACTS, VERSIONS, TargetTable, row_of
from newsspider.record.values import SCHEMA_VERSION
from tests.feeds import article
from tests.test_load_parquet import event, facts, files, foreign, query

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def lake(tmp_path) -> Path:
    return tmp_path / "lake"


def part(name: str, sha256: str = "1") -> tuple[TargetTable, tuple[Any, ...]]:
    return LOADED, ("run-1", name, sha256)


def version(number: int, *, hours: float = 0, record_hash: str = "1", **fields: Any) -> tuple[TargetTable, Any]:
    record = article(number, hours=hours, record_hash=record_hash, run="run-1", **fields)
    return VERSIONS, row_of(VERSIONS, record | {"record": record})


def change(number: int, **fields: Any) -> tuple[TargetTable, Any]:
    record = event(number, **fields)
    return CHANGES, row_of(CHANGES, record | {"record": record})


def about(**fields: Any) -> tuple[TargetTable, Any]:
    record = facts(**fields)
    return SITE_FACTS, row_of(SITE_FACTS, record | {"record": record})


def store(target: ParquetDatabase, *rows: tuple[TargetTable, Any]) -> None:
    """Store rows in a transaction of their own."""
    batch = Batch()
    for table, row in rows:
        batch.rows[table].append(row)
    with target.transaction():
        target.store(batch)


@contextmanager
def opened(lake: Path) -> Iterator[ParquetDatabase]:
    with closing(ParquetDatabase(lake)) as target:
        yield target


def stored(lake: Path, *rows: tuple[TargetTable, Any]) -> None:
    with opened(lake) as target:
        store(target, *rows)


def commits(lake: Path) -> int:
    return len(list((lake / ".newsspider/commits").iterdir()))


def is_free(lake: Path) -> bool:
    """Whether no load holds the lake, nor has left anything in it."""
    with (lake / ".newsspider-lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return list((lake / ".newsspider/loading").iterdir()) == []


# -- when it is written -----------------------------------------------------------------------------------------------


def test_what_is_stored_waits_until_the_load_ends(lake):
    with opened(lake) as target:
        store(target, part("a"), version(1), change(1), about())
        assert files(lake) == {}

    assert sorted({name.split("/")[0] for name in files(lake)}) == ["changes", "loaded_parts", "site_facts", "versions"]
    assert commits(lake) == 1
    assert is_free(lake)


@pytest.mark.parametrize(("more", "written"), [(0, False), (1, True)])
def test_rows_are_written_when_more_than_enough_wait(more, written, lake, monkeypatch):
    monkeypatch.setattr(parquet, "_ENOUGH", 3)
    with opened(lake) as target:
        store(target, part("a"), part("b"))
        store(target, *(part(f"c{number}") for number in range(1 + more)))
        assert bool(files(lake)) is written


@pytest.mark.parametrize(("less", "written"), [(0, False), (1, True)])
def test_records_count_with_all_their_characters(less, written, lake, monkeypatch):
    row = version(1)
    monkeypatch.setattr(parquet, "_ENOUGH", len(row[1][-1]) + 1 - less)
    with opened(lake) as target:
        store(target, row)
        assert bool(files(lake)) is written


def test_after_it_was_written_it_waits_anew(lake, monkeypatch):
    monkeypatch.setattr(parquet, "_ENOUGH", 2)
    with opened(lake) as target:
        for number in range(5):
            store(target, part(f"p{number}"))
        assert commits(lake) == 1
        before = files(lake)

    assert commits(lake) == 2
    assert before.items() < files(lake).items()
    assert len(query(lake, f"FROM '{lake}/loaded_parts/*.parquet'")) == 5


def test_what_was_written_is_known_as_what_waits_is(lake, monkeypatch):
    monkeypatch.setattr(parquet, "_ENOUGH", 0)
    row = version(1)
    with opened(lake) as target:
        store(target, row)
        assert commits(lake) == 1
        assert list(target.versions(["kankanews:made1"])) == [("kankanews:made1", "2026-11-22T12:00:00+00:00", "1")]


def test_load_of_nothing_new_makes_no_commit(lake):
    """As where two loads bring the same at the same time."""
    with opened(lake) as first, opened(lake) as second:
        for target in (first, second):
            store(target, part("a"), version(1), change(1), about())

    assert commits(lake) == 1
    with opened(lake):
        pass
    assert commits(lake) == 1


# -- transactions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_transaction_that_ends_otherwise_leaves_nothing_and_the_next_begins(error, lake):
    def fail(target: ParquetDatabase) -> None:
        with target.transaction():
            batch = Batch()
            batch.rows[LOADED].append(part("a")[1])
            target.store(batch)
            raise error

    with opened(lake) as target:
        with pytest.raises(error):
            fail(target)
        store(target, part("b"))
    with opened(lake) as target:
        assert target.loaded() == {("run-1", "b"): "1"}


def test_value_that_no_column_takes_is_refused_and_the_load_goes_on(lake):
    with opened(lake) as target:
        with pytest.raises(RowsRefusedError, match=r"^DuckDB refuses it: [^\n]*2016-12-31T23:59:60Z[^\n]*[^.]$"):
            store(target, version(1, published_at="2016-12-31T23:59:60Z"))
        store(target, version(2))

    assert query(lake, "SELECT id FROM versions") == [("kankanews:made2",)]


# -- which versions there are ----------------------------------------------------------------------------------------


def test_parts_that_are_loaded_are_those_of_files(lake):
    with opened(lake) as target:
        assert target.loaded() == {}
        store(target, part("a"))
        assert target.loaded() == {}  # it may be lost yet

    with opened(lake) as target:
        assert target.loaded() == {("run-1", "a"): "1"}


def test_versions_are_those_of_files_and_those_that_wait_each_once(lake):
    stored(lake, version(1), version(1, hours=1, record_hash="2"), version(2), version(3))
    with opened(lake) as target:
        store(target, version(1, record_hash="3"), version(1, hours=2.000025, record_hash="4"))
        found = list(target.versions(["kankanews:made1", "kankanews:made3", "kankanews:none"]))

    assert sorted(found) == [
        ("kankanews:made1", "2026-11-22T12:00:00+00:00", "3"),
        ("kankanews:made1", "2026-11-22T13:00:00+00:00", "2"),
        ("kankanews:made1", "2026-11-22T14:00:00.090000+00:00", "4"),
        ("kankanews:made3", "2026-11-22T12:00:00+00:00", "1"),
    ]


def test_versions_that_another_load_brings_replaces_and_leaves_are_known_once_it_is_looked(lake):
    with opened(lake) as target:
        stored(lake, version(1), version(2))
        target.loaded()
        stored(lake, version(1, record_hash="2"))
        for _ in range(2):
            target.loaded()
        found = target.versions(["kankanews:made1", "kankanews:made2"])
        assert sorted((of, record_hash) for of, _, record_hash in found) == [
            ("kankanews:made1", "2"), ("kankanews:made2", "1"),
        ]  # fmt: skip


def test_commit_of_a_load_that_was_killed_is_finished_by_whoever_looks(lake, monkeypatch):
    with opened(lake) as target:
        killed = ParquetDatabase(lake)
        store(killed, part("a"))
        with monkeypatch.context() as patched:
            settle = Lake.settle
            patched.setattr(Lake, "settle", lambda lake: settle(lake) if lake is not killed._lake else None)
            patched.setattr(Lake, "files", lambda lake, table: [])
            killed.close()
        assert files(lake) == {}

        assert target.loaded() == {("run-1", "a"): "1"}
        assert len(files(lake)) == 1


# -- what comes with a commit -----------------------------------------------------------------------------------------


def test_row_takes_the_place_of_one_with_its_key_in_a_file(lake):
    stored(lake, about(publisher="旧"), about(id="kankanews:facts:1", publisher="别"), change(1, status=404), part("a"))
    stored(lake, about(publisher="新"), change(1, status=410), part("a", "2"))

    assert query(lake, "SELECT id, publisher FROM site_facts ORDER BY id") == [
        ("kankanews:facts:0", "新"), ("kankanews:facts:1", "别"),
    ]  # fmt: skip
    assert query(lake, "SELECT status FROM changes") == [(410,)]
    assert query(lake, f"SELECT sha256 FROM '{lake}/loaded_parts/*.parquet'") == [("2",)]


def test_row_takes_the_place_of_one_with_its_key_that_waits(lake):
    with opened(lake) as target:
        store(target, part("a"), part("b"), version(1))
        store(target, part("a", "2"), version(1, record_hash="2"))

    assert sorted(query(lake, f"SELECT part, sha256 FROM '{lake}/loaded_parts/*.parquet'")) == [("a", "2"), ("b", "1")]
    assert query(lake, "SELECT record_hash FROM versions") == [("2",)]


def test_only_the_files_that_hold_such_a_row_are_written_again(lake):
    stored(lake, version(1), version(9, hours=1000))
    stored(lake, version(2))
    before = files(lake)
    stored(lake, version(1, record_hash="2"))

    assert len(before.items() & files(lake).items()) == 2
    assert len(files(lake)) == 3


def test_version_is_needless_only_where_the_one_before_it_is_of_another_load_and_says_the_same(lake):
    """Two that wait were both found to be versions, when the load that brings them decided so."""
    with opened(lake) as target:
        store(target, version(1, hours=2), version(1, hours=3), version(1, hours=1, record_hash="2"))
        stored(lake, version(1, hours=0, record_hash="2"))

    assert query(lake, "SELECT hour(fetched_at) - 12, record_hash FROM versions ORDER BY 1") == [
        (0, "2"), (2, "1"), (3, "1"),
    ]  # fmt: skip


def test_time_of_a_file_is_the_month_of_capture_in_utc(lake):
    stored(
        lake, version(1, fetched_at="2026-02-01T07:59:59+08:00"), change(1, at="2026-01-31T23:59:59-01:00"), about()
    )  # fmt: skip

    assert sorted(name.rpartition("/")[0] for name in files(lake)) == [
        "changes/site=kankanews/month=2026-02", "site_facts/site=kankanews", "versions/site=kankanews/month=2026-01",
    ]  # fmt: skip


def test_files_are_compressed_with_zstandard(lake):
    stored(lake, version(1), part("a"))

    assert query(lake, f"SELECT DISTINCT compression FROM parquet_metadata('{lake}/*/**/*.parquet')") == [("ZSTD",)]


def test_more_memory_is_taken_where_it_does_not_do(lake):
    class Small:
        """A database that has too little memory for the first file."""

        def __init__(self, db: Any) -> None:
            self.db, self.asked = db, []

        def execute(self, sql: str, *given: Any) -> Any:
            self.asked.append(sql[:20])
            if sql.startswith("COPY") and self.asked.count(sql[:20]) == 1:
                raise duckdb.OutOfMemoryException("x")
            return self.db.execute(sql, *given)

        def __getattr__(self, name: str) -> Any:
            return getattr(self.db, name)

    target = ParquetDatabase(lake)
    target._db = small = Small(target._db)
    store(target, version(1))
    target.close()

    assert small.asked[small.asked.index("SET memory_limit = '") - 1][:4] == "COPY"
    assert query(lake, "SELECT id FROM versions") == [("kankanews:made1",)]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_files_of_a_place_are_put_together_where_there_are_several(number, lake):
    for each in range(number):
        stored(lake, version(each))
    stored(lake, version(9, hours=2000))
    before = files(lake)
    with opened(lake) as target:
        target.compact()

    assert len(files(lake)) == 2
    assert commits(lake) == number + 1 + (number > 1)
    assert (files(lake) == before) is (number == 1)
    assert len(query(lake, "FROM versions")) == number + 1


def test_what_another_load_brings_at_the_last_moment_is_left_out_of_files_that_are_made(lake, monkeypatch):
    commit = Lake.commit

    def overtaken(of_this: Lake, replaced: object) -> bool:
        monkeypatch.setattr(Lake, "commit", commit)
        stored(lake, change(1))
        return commit(of_this, replaced)

    with opened(lake) as target:
        store(target, change(1), change(2))
        monkeypatch.setattr(Lake, "commit", overtaken)

    assert query(lake, "SELECT id[-1:] FROM changes ORDER BY id") == [("1",), ("2",)]
    assert commits(lake) == 2


def test_file_is_made_anew_where_another_load_has_replaced_the_one_that_it_was_made_of(lake, monkeypatch):
    stored(lake, version(1), version(2))
    commit = Lake.commit

    def overtaken(of_this: Lake, replaced: object) -> bool:
        monkeypatch.setattr(Lake, "commit", commit)
        stored(lake, version(2, record_hash="theirs"))
        return commit(of_this, replaced)

    with opened(lake) as target:
        store(target, version(1, record_hash="ours"))
        monkeypatch.setattr(Lake, "commit", overtaken)

    assert query(lake, "SELECT id[-1:], record_hash FROM versions ORDER BY id") == [("1", "ours"), ("2", "theirs")]


def test_files_are_put_together_once_though_another_load_is_first(lake, monkeypatch):
    for number in range(2):
        stored(lake, version(number))
    commit = Lake.commit

    def overtaken(of_this: Lake, replaced: object) -> bool:
        monkeypatch.setattr(Lake, "commit", commit)
        stored(lake, version(2), version(1, record_hash="2"))
        return commit(of_this, replaced)

    with opened(lake) as target:
        monkeypatch.setattr(Lake, "commit", overtaken)
        target.compact()

    assert len(files(lake)) == 1
    assert query(lake, "SELECT id[-1:], record_hash FROM versions ORDER BY id") == [("0", "1"), ("1", "2"), ("2", "1")]


# -- what a file must be ----------------------------------------------------------------------------------------------


def rewritten(lake: Path, metadata: str, columns: str = "*") -> Path:
    """Write the one file of versions again, with that said in it; return it."""
    (path,) = lake.glob("versions/*/*/*.parquet")
    with duckdb.connect() as db:
        db.execute("SET TimeZone = 'UTC'")
        db.execute(f"CREATE TABLE old AS SELECT {columns} FROM read_parquet('{path}', hive_partitioning = false)")
        db.execute(f"COPY old TO '{path}' (FORMAT parquet, KV_METADATA {{{metadata}}})")
    return path


NAMED = DATASETS[0].named


@pytest.mark.parametrize(
    ("metadata", "columns", "stays"),
    [
        (f"newsspider: '{SCHEMA_VERSION}', columns: '{NAMED}'", "*", True),
        (f"newsspider: '{SCHEMA_VERSION}'", "*", True),
        (f"newsspider: '1.0', columns: '{NAMED}'", "*", True),
        ("newsspider: '1.0'", "*", True),
        ("newsspider: '1.0'", "* EXCLUDE paragraphs", False),
        (f"newsspider: '{SCHEMA_VERSION}', columns: 'x'", "* EXCLUDE paragraphs", False),
    ],
)
def test_file_that_lacks_a_column_is_written_again_and_no_other(metadata, columns, stays, lake):
    stored(lake, version(1), version(2))
    path = rewritten(lake, metadata, columns)
    with opened(lake) as target:
        assert len(list(target.versions(["kankanews:made1", "kankanews:made2"]))) == 2

    assert path.exists() is stays
    assert query(lake, "SELECT id FROM versions ORDER BY id") == [("kankanews:made1",), ("kankanews:made2",)]
    assert len(query(lake, "DESCRIBE SELECT paragraphs FROM versions")) == 1


@pytest.mark.parametrize(
    ("metadata", "columns", "problem"),
    [
        ("newsspider: 'x'", "*", "was not written by newsspider"),
        ("newsspider: '1.1.1'", "*", "was not written by newsspider"),
        ("columns: 'x'", "*", "was not written by newsspider"),
        (f"newsspider: '2.0', columns: '{NAMED}'", "*", "is of schema 2.0, and this program writes"),
        ("newsspider: '1.10'", "*", "is of schema 1.10, and this program writes"),
        ("newsspider: '1.0'", "*, 1 AS \"more\", 2 AS \"another\"", "has columns that are not known: another, more"),
    ],
)
def test_file_that_is_none_of_this_programs_is_told_and_nothing_is_held(metadata, columns, problem, lake, monkeypatch):
    stored(lake, version(1))
    if "1.10" in metadata:
        monkeypatch.setattr(parquet, "SCHEMA_VERSION", "1.9")
    path = rewritten(lake, metadata, columns)
    before = files(lake)

    with pytest.raises(LakeError, match=f"{path} {problem}"):
        ParquetDatabase(lake)
    assert files(lake) == before
    assert is_free(lake)


def test_lake_of_an_earlier_version_is_known_by_its_loaded_parts(lake):
    stored(lake, part("a"))
    (path,) = lake.glob("loaded_parts/*.parquet")
    for each in (lake / ".newsspider/commits").iterdir():
        for file in each.iterdir():
            file.unlink()
        each.rmdir()
    (lake / ".newsspider/commits").rmdir()
    path.rename(path.with_name("part-0.parquet"))
    (lake / "notes.txt").write_bytes(b"x")

    with opened(lake) as target:
        assert target.loaded() == {("run-1", "a"): "1"}


def test_file_that_goes_while_it_is_read_is_no_error_where_another_load_has_replaced_it(lake):
    stored(lake, part("a"))
    stored(lake, part("b"))
    with opened(lake) as target:
        found, known = target._lake.files, [lake / "loaded_parts/gone.parquet"]

        def listed(table: str) -> list[Path]:
            """List a file that is gone by then, once."""
            return [*found(table), *([known.pop()] if known and table == LOADED.name and looked else [])]

        looked = []
        look = target._look
        target._look = lambda: (look(), looked.append(True))
        target._lake.files = listed
        assert target.loaded() == {("run-1", "a"): "1", ("run-1", "b"): "1"}
        assert len(looked) == 2

        foreign(lake, "loaded_parts/broken.parquet")
        (lake / "loaded_parts/broken.parquet").write_bytes(b"PAR1 and no more PAR1")
        with pytest.raises(LakeError):
            target.loaded()
        (lake / "loaded_parts/broken.parquet").unlink()


@pytest.mark.parametrize(("gone", "raised"), [((), True), (("b",), False), (("a", "b"), False)])
def test_error_passes_only_where_one_of_the_files_is_gone(gone, raised, lake, tmp_path):
    paths = [tmp_path / name for name in ("a", "b")]
    for path in paths:
        if path.name not in gone:
            path.write_bytes(b"")

    def read() -> None:
        with target._unless_gone(paths):
            raise duckdb.IOException("x")

    with opened(lake) as target, pytest.raises(duckdb.IOException) if raised else nullcontext():
        read()


# -- what goes wrong --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "raised", "said"),
    [
        (duckdb.InterruptException("x"), KeyboardInterrupt, ""),
        (duckdb.IOException("No space.\nSELECT"), LakeError, ": No space. What was loaded before is complete; see "),
        (PermissionError(13, "Permission denied", "/x"), LakeError, ": /x: Permission denied. What was loaded before"),
        (OSError("odd"), LakeError, ": a file: odd. What was loaded before is complete; see that"),
    ],
)
def test_what_goes_wrong_is_told_in_a_line(error, raised, said, lake):
    def fail() -> None:
        with target._errors():
            raise error

    with opened(lake) as target, pytest.raises(raised) as told:
        fail()
    assert said in str(told.value)
    assert str(told.value).count("\n") == 0


def test_next_step_is_that_of_the_systems_error(lake):
    def fail() -> None:
        with target._errors():
            raise PermissionError(13, "Permission denied", "/x")

    with opened(lake) as target, pytest.raises(LakeError) as told:
        fail()
    assert "see that the disk has room" not in str(told.value).lower()


def test_load_that_cannot_write_what_waits_says_so_and_lets_go(lake, monkeypatch):
    target = ParquetDatabase(lake)
    store(target, part("a"))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "/x")

    monkeypatch.setattr(Lake, "add", full)
    with pytest.raises(LakeError, match="/x: No space left on device"):
        target.close()

    assert is_free(lake)
    assert files(lake) == {}


def test_database_fetches_nothing_reads_times_in_utc_and_spills_into_the_lake(lake):
    with opened(lake) as target:
        settings = [
            target._db.execute(f"SELECT current_setting('{name}')").fetchone()[0]
            for name in ("autoinstall_known_extensions", "autoload_known_extensions", "TimeZone", "temp_directory")
        ]
        scratch = target._lake.scratch

    assert settings == [False, False, "UTC", str(scratch / "spilled")]


@pytest.mark.parametrize(
    ("sizes", "slices"),
    [([], []), ([1], [[1]]), ([5], [[5]]), ([2, 2], [[2, 2]]), ([2, 3, 1], [[2, 3], [1]]), ([5, 5, 1, 1, 1, 1, 1, 1],
     [[5], [5], [1, 1, 1, 1, 1], [1]])],
)  # fmt: skip
def test_records_are_taken_apart_a_slice_at_a_time(sizes, slices, monkeypatch):
    """A slice ends with the record that makes it longer than it may be."""
    monkeypatch.setattr(parquet, "_SLICE", 4)
    rows = [("id", "x" * size) for size in sizes]

    assert [[len(row[-1]) for row in some] for some in parquet._slices(rows)] == slices


def test_all_records_of_a_batch_are_stored_though_they_come_in_slices(lake, monkeypatch):
    monkeypatch.setattr(parquet, "_SLICE", 1)
    stored(lake, *(version(number) for number in range(5)))

    assert len(query(lake, "SELECT DISTINCT id FROM versions")) == 5


def test_record_is_stored_with_all_that_it_says(lake):
    stored(lake, version(1, keywords=["甲", "乙"]))

    ((text,),) = query(lake, "SELECT to_json(each) FROM versions AS each")
    told = json.loads(text)
    assert (told["keywords"], told["site"], told["month"], told["record_hash"]) == (
        ["甲", "乙"], "kankanews", "2026-11", "1",
    )  # fmt: skip
