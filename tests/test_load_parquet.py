"""``scrapy load --to parquet:DIR``: the same records make the same files, and DuckDB, pandas and Spark read them."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from newsspider.feeds.loading import lake as lake_module
from newsspider.feeds.loading import parquet
from newsspider.feeds.loading.lake import Lake, LakeLockedError
from newsspider.feeds.loading.loading import load
from newsspider.feeds.loading.parquet import ParquetDatabase
from newsspider.feeds.loading.rejects import Rejects
from newsspider.feeds.loading.relational import Batch
from newsspider.feeds.loading.source import find_parts
from newsspider.feeds.loading.tables import LOADED
from newsspider.feeds.loading.targets import compact, open_target
from tests.conftest import PROJECT
from tests.crashes import kill_while_loading
from tests.feeds import article, sample, write_run
from tests.loaded import start_scrapy
from tests.order import order_below
from tests.test_torture import CRASH_POINTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsspider.feeds.loading.loading import Target
    from newsspider.feeds.loading.relational import Counts

TIMES = ("published_at", "modified_at", "fetched_at", "date_earliest", "date_latest", "at", "before_at")
EVERY = 1 if os.environ.get("CRASH_POINTS") else 2
"""Of the steps of a load it is killed before every other, and by `make torture` before each."""
MAPS = ("fields", "changed")
"""Objects whose names are data."""


@pytest.fixture
def collection(tmp_path) -> Path:
    return tmp_path / "archives/kankanews"


@pytest.fixture
def lake(tmp_path) -> Path:
    return tmp_path / "lake"


def loaded(address: str, *paths: Path) -> Counts:
    target = open_target(address)
    rejects = Rejects(paths[0].parent / "rejects.jsonl")
    try:
        return load(find_parts(paths), target, rejects, lambda size: None).counts
    finally:
        target.close()
        rejects.close()


def query(lake: Path, sql: str) -> list[tuple[Any, ...]]:
    """Ask DuckDB, with ``versions``, ``changes`` and ``site_facts`` standing for what the cookbook has for them."""
    with duckdb.connect() as db:
        db.execute("SET TimeZone = 'UTC'")
        for name in ("versions", "changes", "site_facts"):
            if any((lake / name).rglob("*.parquet")):
                db.execute(f"CREATE VIEW {name} AS FROM read_parquet('{lake}/{name}/**/*.parquet')")
        return db.execute(sql).fetchall()


def files(lake: Path) -> dict[str, bytes]:
    """All that a reader finds in a lake; files whose names begin with a dot are not read by any."""
    found = (path for path in lake.rglob("*") if path.is_file() and ".newsspider" not in str(path))
    return {str(path.relative_to(lake)): path.read_bytes() for path in found}


def places(lake: Path) -> list[str]:
    return sorted({str(Path(name).parent) for name in files(lake)})


def rows(lake: Path) -> dict[str, list[tuple[str]]]:
    """The rows of every directory in a lake; within one they are in no order."""
    with duckdb.connect() as db:
        db.execute("SET TimeZone = 'UTC'")
        return {
            place: sorted(db.execute(f"SELECT to_json(each) FROM '{lake / place}/*.parquet' AS each").fetchall())
            for place in places(lake)
        }


def instants(value: Any) -> Any:
    """A record with its times in UTC, which is what a Parquet file tells of them."""
    if isinstance(value, dict):
        return {
            name: each if name in MAPS else _instant(each) if name in TIMES else instants(each)
            for name, each in value.items()
        }
    return [instants(each) for each in value] if isinstance(value, list) else value


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


def event(number: int, **fields: Any) -> dict[str, Any]:
    record = article(number)
    return {
        "schema_version": "1.1", "event": "edited", "id": record["id"], "site": "kankanews",
        "url": record["canonical_url"], "to_url": None, "before_at": None, "at": "2026-11-22T12:00:00+00:00",
        "before": None, "after": {**PLACE}, "status": None,
        "changed": {"title": {"before": "旧", "after": "新"}, "source": {"before": None, "after": "新华社"}},
        "claim": None, "run": "run-1", "parser_version": "1", "warnings": [], **fields,
    }  # fmt: skip


PLACE = {"warc": "a.warc.gz", "offset": 1, "length": 2, "record_id": "urn:uuid:x", "payload_digest": None}


def facts(**fields: Any) -> dict[str, Any]:
    return {
        "schema_version": "1.1", "id": "kankanews:facts:0", "site": "kankanews", "publisher": "看看", "copyright": None,
        "licences": [{"name": "许可证", "number": "1"}], "icp_numbers": ["沪ICP备1号"], "police_numbers": [],
        "phones": [{"number": "021", "label": None, "holder": None}], "emails": [], "url": "https://www.kankanews.com/",
        "fetched_at": "2026-11-22T12:00:00+00:00", "archive": None, **fields,
    }  # fmt: skip


def written(collection: Path, runs: int = 6) -> None:
    """Runs over several months in which articles of two sites appear, change, change back and churn, with changes."""
    chance = random.Random(5)
    for run in range(runs):
        records = [
            article(
                number, hours=run * 400 + number / 100, body_text=f"正文{chance.randrange(3)}",
                keywords=chance.sample(["甲", "乙"], chance.randrange(3)), images=[],
                site=("kankanews", "b/../c")[number % 2],
                recommendations=[] if chance.random() < 0.5 else article(number)["recommendations"],
            )
            for number in chance.sample(range(12), 7)
        ]  # fmt: skip
        others = {"changes": [event(run)], "site_facts": [facts(fetched_at=records[0]["fetched_at"])]}
        write_run(collection, f"run-{run}", records[:4], records[4:], **others)


# -- what is in the files ---------------------------------------------------------------------------------------------


def test_every_field_of_a_record_comes_back_from_its_file(collection, lake):
    records = {"versions": sample() | {"id": "kankanews:x"}, "changes": event(1), "site_facts": facts()}
    loaded(f"parquet:{lake}", write_run(
        collection, "run-1", [records["versions"]], changes=[records["changes"]], site_facts=[records["site_facts"]]
    ))  # fmt: skip

    for table, record in records.items():
        ((text,),) = query(lake, f"SELECT to_json(each) FROM {table} AS each")
        found = json.loads(text)
        found.pop("month", None)
        if table == "versions":
            # A column has one type: a block has there what blocks of other types have, as null.
            blocks = found["blocks"]
            found["blocks"] = [{name: each for name, each in block.items() if each is not None} for block in blocks]
            found.pop("record_hash")
            assert found.pop("run") == "run-1"
        assert instants(found) == instants(record), table


def test_files_are_by_site_and_month_of_capture_and_no_site_leads_out(collection, lake):
    records = [
        article(1, fetched_at="2026-01-31T23:59:59+00:00", published_at=None),
        article(2, fetched_at="2026-02-01T07:59:59+08:00"),
        article(3, fetched_at="2026-02-01T00:00:00+00:00", site="../../b c"),
        article(4, fetched_at="2026-02-01T00:00:00+00:00", site="..-..-b c"),
    ]
    loaded(f"parquet:{lake}", write_run(collection, "run-1", records, site_facts=[facts()]))

    assert places(lake) == [
        "loaded_parts",
        "site_facts/site=kankanews",
        "versions/site=..%2F..%2Fb%20c/month=2026-02",
        "versions/site=..-..-b%20c/month=2026-02",
        "versions/site=kankanews/month=2026-01",
    ]
    for name, data in files(lake).items():
        assert Path(name).name == f"0000000001-{hashlib.sha256(data).hexdigest()[:16]}.parquet"
    assert query(lake, "SELECT id, site, month FROM versions ORDER BY id") == [
        ("kankanews:made1", "kankanews", "2026-01"),
        ("kankanews:made2", "kankanews", "2026-01"),
        ("kankanews:made3", "../../b c", "2026-02"),
        ("kankanews:made4", "..-..-b c", "2026-02"),
    ]


def test_every_file_has_the_same_columns_and_types_whatever_is_empty_in_it(collection, lake):
    bare = {"images": [], "videos": [], "keywords": None, "source": None, "channel": None, "published_at": None}
    loaded(f"parquet:{lake}", write_run(collection, "run-1", [article(1), article(2, hours=2000, **bare)]))
    with duckdb.connect() as db:
        described = [
            db.execute(f"DESCRIBE FROM read_parquet('{path}', hive_partitioning = false)").fetchall()
            for path in lake.glob("versions/*/*/*.parquet")
        ]
        (codecs,) = db.execute(
            f"SELECT list(DISTINCT compression) FROM parquet_metadata('{lake}/*/**/*.parquet')"
        ).fetchone()

    assert len(described) == 2
    assert described[0] == described[1]
    types = {name: kind for name, kind, *_ in described[0]}
    assert types["published_at"] == "TIMESTAMP WITH TIME ZONE"
    assert types["keywords"] == "VARCHAR[]"
    assert types["channel"] == 'STRUCT("name" VARCHAR, url VARCHAR)'
    assert codecs == ["ZSTD"]


# -- once, in any order, and the same as elsewhere --------------------------------------------------------------------


def test_the_versions_are_those_that_sqlite_gets(collection, lake, tmp_path):
    written(collection)
    counts = loaded(f"parquet:{lake}", collection)

    assert counts == loaded(f"sqlite:///{tmp_path}/same.db", collection)
    assert counts.changed > 5
    with closing(sqlite3.connect(tmp_path / "same.db")) as db:
        told = db.execute("SELECT id, fetched_at, content_hash, record_hash, run FROM versions").fetchall()
    seen = query(lake, "SELECT id, strftime(fetched_at, '%c'), content_hash, record_hash, run FROM versions")
    assert sorted(seen) == sorted((row[0], f"{_instant(row[1]):%Y-%m-%d %H:%M:%S}", *row[2:]) for row in told)
    newest = "SELECT id, title FROM versions QUALIFY row_number() OVER (PARTITION BY id ORDER BY fetched_at DESC) = 1"
    with closing(sqlite3.connect(tmp_path / "same.db")) as db:
        assert sorted(query(lake, newest)) == sorted(db.execute("SELECT id, title FROM articles").fetchall())
    assert len(query(lake, "FROM changes")) == 6
    assert len(query(lake, "FROM site_facts")) == 1


def test_loading_twice_changes_nothing_and_run_by_run_makes_the_same_rows(collection, lake, tmp_path):
    written(collection)
    loaded(f"parquet:{lake}", collection)
    before = files(lake)
    loaded(f"parquet:{lake}", collection)
    for directory in sorted((collection / "items").iterdir()):
        loaded(f"parquet:{lake}", directory)
        loaded(f"parquet:{tmp_path}/by-run", directory)

    assert files(lake) == before
    assert rows(tmp_path / "by-run") == rows(lake)


def test_record_read_by_a_better_parser_takes_the_place_of_the_same_capture(collection, lake):
    loaded(f"parquet:{lake}", write_run(collection, "run-1", [article(1, published_at=None), article(2)]))
    counts = loaded(f"parquet:{lake}", write_run(collection, "run-2", [article(1), article(2)]))

    assert (counts.new, counts.changed, counts.unchanged) == (0, 1, 1)
    assert query(lake, "SELECT id, published_at IS NULL FROM versions ORDER BY id") == [
        ("kankanews:made1", False), ("kankanews:made2", False)
    ]  # fmt: skip


def test_files_of_past_months_stay_as_they_are(collection, lake):
    loaded(f"parquet:{lake}", write_run(collection, "run-1", [article(1)]))
    (path,) = lake.glob("versions/*/*/*.parquet")
    before = path.stat().st_ino, path.stat().st_mtime_ns
    loaded(f"parquet:{lake}", write_run(collection, "run-2", [article(1, hours=1000, body_text="改了")]))

    assert (path.stat().st_ino, path.stat().st_mtime_ns) == before
    assert len(query(lake, "FROM versions")) == 2


def test_files_of_an_earlier_version_get_the_columns_that_they_lack(collection, lake):
    loaded(f"parquet:{lake}", write_run(collection, "run-1", [article(1), article(2, hours=1000)]))
    paths = sorted(lake.glob("versions/*/*/*.parquet"))
    with duckdb.connect() as db:
        now = db.execute(f"DESCRIBE FROM '{paths[1]}'").fetchall()
        less = f"SELECT * EXCLUDE paragraphs REPLACE ({{name: source.name}} AS source) FROM '{paths[0]}'"
        db.execute(f"CREATE TABLE less AS {less}")
        db.execute("ALTER TABLE less DROP COLUMN IF EXISTS site")
        db.execute("ALTER TABLE less DROP COLUMN IF EXISTS month")
        db.execute(f"COPY less TO '{paths[0]}' (FORMAT parquet, KV_METADATA {{newsspider: '1.0'}})")
        loaded(f"parquet:{lake}", collection)

        assert not paths[0].exists()
        paths = sorted(lake.glob("versions/*/*/*.parquet"))
        assert [db.execute(f"DESCRIBE FROM '{path}'").fetchall() for path in paths] == [now, now]
        assert db.execute(f"SELECT title, source.name, source.url, paragraphs FROM '{paths[0]}'").fetchall() == [
            (article(1)["title"], article(1)["source"]["name"], None, None)
        ]


def test_articles_longer_than_usual_get_more_memory(collection, lake, monkeypatch):
    noise = random.Random(1)
    monkeypatch.setattr(parquet, "_MEMORY", "48MB")
    monkeypatch.setattr(parquet, "_ENOUGH", 10 << 20)
    for run in range(2):
        records = [article(run * 100 + n, body_text=noise.randbytes(200_000).hex()) for n in range(50)]
        write_run(collection, f"run-{run}", records)
    loaded(f"parquet:{lake}", collection)

    assert query(lake, "SELECT count(DISTINCT id), min(length(body_text)) FROM versions") == [(100, 400_000)]


# -- others read it ---------------------------------------------------------------------------------------------------


def test_pandas_reads_it(collection, lake):
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    written(collection)
    loaded(f"parquet:{lake}", collection)
    frame = pandas.read_parquet(lake / "versions")

    expected = query(lake, "SELECT id, site, month, title, len(keywords), counts.chars FROM versions ORDER BY ALL")
    assert expected == sorted(
        (row.id, row.site, row.month, row.title, len(row.keywords), row.counts["chars"]) for row in frame.itertuples()
    )
    assert str(frame["published_at"].dtype) == "datetime64[us, UTC]"
    assert set(frame["published_at"]) == {pandas.Timestamp(sample()["published_at"])}


# -- whatever ends it -------------------------------------------------------------------------------------------------


def command(collection: Path, lake: Path) -> list[str]:
    return ["load", "kankanews", "-s", f"ARCHIVE_DIR={collection.parent}", "--to", f"parquet:{lake}"]


@pytest.mark.slow
def test_load_that_is_killed_goes_on_to_the_same_rows(collection, lake, scrapy_run, tmp_path):
    for run in range(8):
        write_run(collection, f"run-{run}", *[[article(run * 300 + n, hours=run * 400 + n) for n in range(k, k + 100)]
                                              for k in (0, 100)])  # fmt: skip
    undisturbed = scrapy_run(*command(collection, tmp_path / "undisturbed"))
    told = []

    def there() -> int:
        """How many files, those that are being made too."""
        return sum(len(names) for _, _, names in os.walk(lake))

    for _ in kill_while_loading(command(collection, lake), there, seed=3):
        told += [query(lake, "SELECT count(*) FROM versions")] if any(lake.glob("versions/*/*/*.parquet")) else []
    ended = scrapy_run(*command(collection, lake))

    assert (undisturbed.returncode, ended.returncode) == (0, 0), ended.stderr
    assert told == sorted(told)
    assert rows(lake) == rows(tmp_path / "undisturbed")
    assert not (lake / ".newsspider-loading").exists()


@pytest.mark.slow
def test_load_that_is_killed_before_any_of_its_steps_loses_and_doubles_nothing(collection, lake, scrapy_run, tmp_path):
    """Of a load that adds, replaces and begins a month; what a reader finds after the kill is of before or after it."""
    write_run(collection, "run-1", [article(n, published_at=None) for n in range(3)], changes=[event(1)])
    assert scrapy_run(*command(collection, tmp_path / "before")).returncode == 0
    later = [article(1), article(2, hours=1, title="改了"), article(3, hours=900)]
    write_run(collection, "run-2", later, changes=[event(2), event(3)], site_facts=[facts()])
    shutil.copytree(tmp_path / "before", tmp_path / "after")
    assert scrapy_run(*command(collection, tmp_path / "after")).returncode == 0
    before, after = ({row for some in rows(tmp_path / each).values() for row in some} for each in ("before", "after"))
    log, kills = tmp_path / "steps", Counter()

    for place in (".newsspider", "versions", "changes", "site_facts", "loaded_parts"):
        for step in count(1, EVERY):
            shutil.copytree(tmp_path / "before", lake)
            told = {"CRASH_ROOT": str(lake), "CRASH_LOG": str(log), "CRASH_IN": place, "CRASH_AT": str(step)}
            ended = scrapy_run(*command(collection, lake), env=told, before=CRASH_POINTS.read_text(encoding="utf-8"))
            if ended.returncode == 0:
                break
            assert ended.returncode == -signal.SIGKILL, ended.stderr
            kills[place] += 1
            seen = {row for some in rows(lake).values() for row in some}
            assert before & after <= seen <= before | after, (place, step)

            assert scrapy_run(*command(collection, lake)).returncode == 0
            assert rows(lake) == rows(tmp_path / "after"), (place, step)
            assert list((lake / ".newsspider/loading").iterdir()) == []
            shutil.rmtree(lake)
        shutil.rmtree(lake)
    assert min(kills.values()) >= 1
    assert kills.total() * EVERY >= 25


def test_files_are_durable_before_they_are_committed_and_the_commit_before_what_follows(collection, tmp_path):
    """So a power cut between any two of these steps leaves what was there before the commit, or what it brings."""
    lake = tmp_path / "lake"
    written(collection, runs=2)
    loaded(f"parquet:{lake}", collection / "items/run-0")
    again = [article(n, title="别的") for n in range(12)]
    for record, old in zip(again, find_records(collection / "items/run-0"), strict=False):
        record |= {"id": old["id"], "fetched_at": old["fetched_at"], "site": old["site"]}
    before = set(files(lake))
    with order_below(lake) as steps:
        loaded(f"parquet:{lake}", write_run(collection, "run-2", again))

    (commit,) = (n for n, step in enumerate(steps) if step.endswith(" .newsspider/commits/0000000002"))
    making = Path(steps[commit].split()[1])
    moves = {n: step.split()[1:] for n, step in enumerate(steps) if step.startswith("rename") and n > commit}
    removals = [n for n, step in enumerate(steps) if step.startswith("remove") and step.split()[1] in before]
    made = {f"{making}/{Path(each).name}" for each, _ in moves.values()} | {f"{making}/", f"{making}/commit.json"}
    assert len(moves) == len(set(files(lake)) - before) >= 3
    assert made <= {step.split()[1] for step in steps[:commit] if step.startswith("sync")}
    assert "sync .newsspider/commits/" in steps[commit : min(moves)]
    assert removals
    for place in {str(parent) for _, path in moves.values() for parent in Path(path).parents}:
        assert f"sync {place}/" in steps[max(moves) : min(removals)]
    for number in removals:
        assert f"sync {Path(steps[number].split()[1]).parent}/" in steps[number:]


def find_records(directory: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for path in sorted(directory.glob("part-*")) for line in path.read_bytes().splitlines()]

@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York"])
def test_the_files_are_the_same_wherever_they_are_made(zone, collection, lake, tmp_path):
    """A month begins at midnight in UTC; loading again finds the versions by their times."""
    write_run(collection, "run-1", [article(n, fetched_at=at) for n, at in enumerate(MIDNIGHTS)])
    write_run(collection, "run-2", [article(n, fetched_at=at, title="另一个标题") for n, at in enumerate(MIDNIGHTS)])
    loaded(f"parquet:{lake}", collection / "items" / "run-1")
    script = "import sys; from tests.test_load_parquet import loaded, Path; loaded(sys.argv[1], Path(sys.argv[2]))"
    for run in ("run-1", "run-2"):
        subprocess.run(
            [sys.executable, "-c", script, f"parquet:{tmp_path}/{zone[:4]}", str(collection / "items" / run)],
            cwd=PROJECT, env={**os.environ, "TZ": zone}, check=True,
        )  # fmt: skip
    loaded(f"parquet:{lake}", collection / "items" / "run-2")

    assert {name.split("/")[2] for name in files(lake) if name.startswith("versions")} == {
        "month=2025-12", "month=2026-01"
    }  # fmt: skip
    assert rows(tmp_path / zone[:4]) == rows(lake)
    assert len(query(lake, "FROM versions")) == len(MIDNIGHTS)


MIDNIGHTS = [
    f"{day}{zone}"
    for day in ("2025-12-31T23:59:59", "2026-01-01T00:00:00.000001")
    for zone in ("+00:00", "+08:00", "-05:00")
]


def test_full_disk_is_told_and_leaves_what_was_there(collection, scrapy_run, small_disk, tmp_path):
    lake = tmp_path / "disk" / "lake"
    make_room = small_disk(tmp_path / "disk", 400)
    write_run(collection, "run-1", [article(1)])
    assert scrapy_run(*command(collection, lake)).returncode == 0
    before = files(lake)
    noise = random.Random(1)
    write_run(collection, "run-2", [article(n, body_text=noise.randbytes(4000).hex()) for n in range(2, 200)])

    run = scrapy_run(*command(collection, lake))
    assert run.returncode == 4
    assert run.stderr.startswith(f"scrapy load: parquet:{lake}: ")
    assert "No space left on device" in run.stderr
    assert run.stderr.count("\n") == 1
    assert files(lake) == before

    make_room()
    assert scrapy_run(*command(collection, lake)).returncode == 0
    assert query(lake, "SELECT count(*), count(DISTINCT id) FROM versions") == [(199, 199)]


# -- many loads -------------------------------------------------------------------------------------------------------


def begun(lake: Path, *paths: Path) -> Target:
    """A load that has read all of some runs, and not written them yet."""
    target = open_target(f"parquet:{lake}")
    load(find_parts(paths), target, Rejects(lake.parent / "rejects.jsonl"), lambda size: None)
    return target


def test_loads_of_other_runs_at_the_same_time_both_land(collection, lake, tmp_path):
    written(collection, runs=4)
    runs = [collection / "items" / f"run-{n}" for n in range(4)]
    loaded(f"parquet:{tmp_path}/one-by-one", *runs)
    loaded(f"parquet:{lake}", runs[0])
    targets = [begun(lake, run) for run in runs[1:]]
    for target in targets:
        target.close()

    one, other = rows(lake), rows(tmp_path / "one-by-one")
    assert one.keys() == other.keys()
    assert [one[place] == other[place] for place in one if not place.startswith("versions/")].count(False) == 0
    assert len(list((lake / ".newsspider/commits").iterdir())) == 4
    ((several, distinct),) = query(lake, "SELECT count(*), count(DISTINCT (id, fetched_at)) FROM versions")
    assert several == distinct
    before = files(lake)
    assert loaded(f"parquet:{lake}", *runs).changed == 0
    assert files(lake) == before


def test_what_two_loads_bring_is_there_once(collection, lake, tmp_path):
    written(collection)
    loaded(f"parquet:{tmp_path}/one", collection)
    first, second = begun(lake, collection), begun(lake, collection)
    first.close()
    before = files(lake)
    second.close()

    assert files(lake) == before
    assert rows(lake) == rows(tmp_path / "one")


def test_version_that_another_load_has_made_needless_is_left_out(collection, lake):
    """Each says the same, an hour apart: the later one says nothing new when the earlier one is there."""
    early = write_run(collection, "run-1", [article(1)])
    late = write_run(collection, "run-2", [article(1, hours=1), article(2)])
    second = begun(lake, late)
    loaded(f"parquet:{lake}", early)
    second.close()

    assert query(lake, "SELECT id, run FROM versions ORDER BY id") == [
        ("kankanews:made1", "run-1"),
        ("kankanews:made2", "run-2"),
    ]


def test_what_waits_and_what_is_in_files_say_together_what_is_a_version(collection, lake):
    write_run(collection, "run-1", [article(1, hours=0)])
    loaded(f"parquet:{lake}", collection)
    changed = [article(1, hours=hours, title="另一个标题") for hours in (2, 3)]
    # The second says what is in a file, before what waits; the third what waits.
    write_run(collection, "run-2", changed[:1], [article(1, hours=1)], changed[1:])
    loaded(f"parquet:{lake}", collection)

    assert query(lake, "SELECT hour(fetched_at) - 12 FROM versions ORDER BY 1") == [(0,), (2,)]


def part_loaded(name: str, sha256: str) -> Batch:
    batch = Batch()
    assert LOADED.names == ("run", "part", "sha256")
    batch.rows[LOADED].append(("run-1", name, sha256))
    return batch


def test_a_transaction_that_fails_leaves_nothing_that_waits(lake):
    def fail(target: ParquetDatabase) -> None:
        with target.transaction():
            target.store(part_loaded("a", "1"))
            raise ValueError

    with closing(ParquetDatabase(lake)) as target:
        with pytest.raises(ValueError, match=r"^$"):
            fail(target)
        with target.transaction():
            target.store(part_loaded("b", "1"))
    with closing(ParquetDatabase(lake)) as target:
        assert target.loaded() == {("run-1", "b"): "1"}


def test_a_row_takes_the_place_of_one_that_waits(lake):
    with closing(ParquetDatabase(lake)) as target:
        for sha256 in ("1", "2"):
            with target.transaction():
                target.store(part_loaded("a", sha256))

    assert query(lake, f"SELECT sha256 FROM '{lake}/loaded_parts/**/*.parquet'") == [("2",)]


def test_of_two_records_of_one_capture_the_one_that_is_committed_last_stays(collection, lake):
    loaded(f"parquet:{lake}", write_run(collection, "run-1", [article(1, title="一"), article(2)]))
    second = begun(lake, write_run(collection, "run-2", [article(1, title="二")]))
    loaded(f"parquet:{lake}", write_run(collection, "run-3", [article(1, title="三"), article(2, title="三")]))
    second.close()

    assert query(lake, "SELECT title FROM versions ORDER BY id") == [("二",), ("三",)]


def test_a_load_only_adds_files_unless_a_row_takes_the_place_of_another(collection, lake):
    loaded(f"parquet:{lake}", write_run(collection, "run-1", [article(1)], changes=[event(1)]))
    before = files(lake)
    loaded(f"parquet:{lake}", write_run(collection, "run-2", [article(2)], changes=[event(2)]))

    assert before.items() < files(lake).items()


@pytest.mark.slow
def test_processes_that_load_at_the_same_time_all_land_though_some_are_killed(collection, lake, tmp_path):
    sites = [collection.with_name(name) for name in ("a", "b", "c")]
    for number, path in enumerate(sites):
        for run in range(3):
            some = range(number * 1000 + run * 60, number * 1000 + run * 60 + 80)  # the last 20 come in the next, too
            write_run(path, f"run-{number}-{run}", [article(n, hours=run * 400, title=f"{n} {run}") for n in some])
        loaded(f"parquet:{tmp_path}/undisturbed", path)
    options = ["-s", f"ARCHIVE_DIR={collection.parent}", "--to", f"parquet:{lake}"]
    for seconds in (0.3, 0.6, 0.9, 1.2, None):
        loads = [start_scrapy(["load", path.name, *options]) for path in (*sites, *sites)]
        if seconds is not None:
            time.sleep(seconds)
            for process in loads[::2]:
                process.send_signal(signal.SIGKILL)
        ended = [process.wait() for process in loads]
    assert ended == [0] * 6

    assert rows(lake) == rows(tmp_path / "undisturbed")


def test_load_that_is_stopped_after_its_commit_brings_back_nothing(collection, lake, monkeypatch):
    """While it stands still, another load finishes its commit, and replaces a row of that with the next one."""
    loaded(f"parquet:{lake}", write_run(collection, "run-1", [article(1, title="一")]))
    second = begun(lake, write_run(collection, "run-2", [article(1, title="二"), article(2)]))
    third = write_run(collection, "run-3", [article(1, title="三")])
    move = lake_module._move

    def stopped(made: Path, path: Path) -> None:
        if made.exists():
            monkeypatch.setattr(lake_module, "_move", move)
            loaded(f"parquet:{lake}", third)
        move(made, path)

    monkeypatch.setattr(lake_module, "_move", stopped)
    second.close()

    assert query(lake, "SELECT title FROM versions ORDER BY id") == [("三",), (article(2)["title"],)]
    assert len(list((lake / ".newsspider/commits").iterdir())) == 3


def test_load_that_another_one_overtakes_at_the_last_moment_looks_again(collection, lake, monkeypatch):
    """Its files are made. The other one replaces a row of the same file, and brings a version and a change of ours."""
    loaded(f"parquet:{lake}", write_run(collection, "run-1", [article(n, title="一") for n in (1, 2, 3)]))
    ours = [article(1, title="二"), article(4), article(5)]
    second = begun(lake, write_run(collection, "run-2", ours, changes=[event(1), event(2)]))
    theirs = write_run(collection, "run-3", [article(2, title="三"), article(4)], changes=[event(1)])
    commit = Lake.commit

    def overtaken(lake_of_second: Lake, replaced: Iterable[Path]) -> bool:
        monkeypatch.setattr(Lake, "commit", commit)
        loaded(f"parquet:{lake}", theirs)
        return commit(lake_of_second, replaced)

    monkeypatch.setattr(Lake, "commit", overtaken)
    second.close()

    titles = query(lake, "SELECT id[-1:], left(title, 1) FROM versions ORDER BY id")
    assert titles == [("1", "二"), ("2", "三"), ("3", "一"), ("4", "第"), ("5", "第")]
    assert query(lake, "SELECT id[-1:] FROM changes ORDER BY id") == [("1",), ("2",)]


def test_earlier_version_that_writes_is_waited_for(collection, lake, monkeypatch):
    """It takes the lock for itself."""
    run = write_run(collection, "run-1", [article(1)])
    loaded(f"parquet:{lake}", run)
    monkeypatch.setattr("newsspider.feeds.loading.lake._WAIT", 0)
    with (lake / ".newsspider-lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(LakeLockedError, match="an earlier version of newsspider is writing here; ") as told:
            loaded(f"parquet:{lake}", run)

    assert told.value.exit_code == 75


def test_lake_of_an_earlier_version_is_taken_over(collection, lake, tmp_path):
    """Each place had one file, which was called part-0, and the directory nothing else but the lock."""
    written(collection)
    runs = [collection / "items" / f"run-{n}" for n in range(6)]
    loaded(f"parquet:{lake}", *runs[:4])
    compact(f"parquet:{lake}")
    for name in files(lake):
        (lake / name).rename((lake / name).with_name("part-0.parquet"))
    shutil.rmtree(lake / ".newsspider")
    (lake / ".newsspider-loading").mkdir()
    old = files(lake)
    counts = loaded(f"parquet:{lake}", *runs[:4])
    assert (counts.new, counts.changed, counts.unchanged) == (0, 0, 0)
    assert files(lake) == old

    loaded(f"parquet:{lake}", *runs)
    loaded(f"parquet:{tmp_path}/new", *runs)
    assert rows(lake) == rows(tmp_path / "new")
    assert not (lake / ".newsspider-loading").exists()


def test_compacting_leaves_one_file_for_each_table_site_and_month_with_the_same_rows(collection, lake):
    written(collection)
    for run in sorted((collection / "items").iterdir()):
        loaded(f"parquet:{lake}", run)
    before, several = rows(lake), len(files(lake))
    other = begun(lake, write_run(collection, "run-9", [article(77)]))
    compact(f"parquet:{lake}")

    assert several > len(files(lake)) == len(places(lake))
    assert rows(lake) == before
    other.close()
    assert query(lake, "SELECT count(*) FROM versions WHERE id = 'kankanews:made77'") == [(1,)]
    counts = loaded(f"parquet:{lake}", collection)
    assert (counts.new, counts.changed, counts.unchanged) == (0, 0, 0)


def test_command_compacts_after_it_has_loaded(collection, lake, scrapy_run):
    for run in range(3):
        write_run(collection, f"run-{run}", [article(run)])
        ended = scrapy_run(*command(collection, lake), *(["--compact"] if run == 2 else []))
        assert ended.returncode == 0, ended.stderr

    assert len(files(lake)) == len(places(lake)) == 2
    assert len(query(lake, "FROM versions")) == 3


def test_only_a_lake_is_compacted(collection, scrapy_run, tmp_path):
    write_run(collection, "run-1", [article(1)])
    run = scrapy_run("load", "kankanews", "--to", f"sqlite:///{tmp_path}/x.db", "--compact")

    assert run.returncode == 2
    assert "--compact is for parquet:DIR" in run.stderr
    assert not (tmp_path / "x.db").exists()




# -- what is in the way -----------------------------------------------------------------------------------------------


def foreign(lake: Path, name: str, metadata: str = "") -> None:
    path = lake / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as db:
        db.execute(f"COPY (SELECT 1 AS a) TO '{path}' (FORMAT parquet{metadata})")


@pytest.mark.parametrize(
    ("put", "said"),
    [
        (lambda lake: lake.write_text("a file"), "File exists"),
        (lambda lake: foreign(lake, "sales.parquet"), "there is something else here: LAKE/sales.parquet"),
        (lambda lake: foreign(lake, "loaded_parts/part-0.parquet"), "part-0.parquet was not written by newsspider"),
        (
            lambda lake: foreign(lake, "loaded_parts/part-0.parquet", ", KV_METADATA {newsspider: '1.7'}"),
            "part-0.parquet is of schema 1.7, and this program writes 1.1; update it",
        ),
        (
            lambda lake: foreign(lake, "loaded_parts/part-0.parquet", ", KV_METADATA {newsspider: '1.0'}"),
            "part-0.parquet has columns that are not known: a",
        ),
        (lambda lake: (lake / "versions").mkdir(parents=True) or (lake / "versions/x").write_text("x"), "versions/x"),
    ],
)  # fmt: skip
def test_what_is_in_the_way_is_told_and_left_as_it_is(put, said, collection, lake, scrapy_run):
    write_run(collection, "run-1", [article(1)])
    put(lake)
    before = files(lake) if lake.is_dir() else lake.read_bytes()
    run = scrapy_run(*command(collection, lake))

    assert run.returncode == 4
    assert run.stderr.startswith(f"scrapy load: parquet:{lake}: ")
    assert said.replace("LAKE", str(lake)) in run.stderr
    assert run.stderr.count("\n") == 1
    assert (files(lake) if lake.is_dir() else lake.read_bytes()) == before
    assert not (lake / ".newsspider-loading").exists()


def test_file_put_into_a_lake_by_others_is_told(collection, lake, scrapy_run):
    write_run(collection, "run-1", [article(1)])
    assert scrapy_run(*command(collection, lake)).returncode == 0
    foreign(lake, "versions/site=kankanews/month=2026-11/mine.parquet")
    before = files(lake)
    run = scrapy_run(*command(collection, lake))

    assert run.returncode == 4
    assert "mine.parquet was not written by newsspider" in run.stderr
    assert files(lake) == before


def test_directory_that_cannot_be_made_is_told(collection, scrapy_run):
    write_run(collection, "run-1", [article(1)])
    run = scrapy_run("load", "kankanews", "--to", "parquet:/proc/lake")

    assert run.returncode == 4
    assert run.stderr.startswith("scrapy load: parquet:/proc/lake: /proc/lake: No such file or directory. What was")


def test_schema_newer_than_the_program_ends_the_load_and_the_rest_stays(collection, lake, scrapy_run):
    write_run(collection, "run-1", [article(1)])
    write_run(collection, "run-2", [article(2, schema_version="2.0")])
    run = scrapy_run(*command(collection, lake))

    assert run.returncode == 1
    assert run.stderr.endswith("part-00001.jsonl, line 1: of schema 2.0, and this program reads 1.1; update it\n")
    assert query(lake, "SELECT id FROM versions") == [("kankanews:made1",)]


def test_value_that_no_column_takes_is_rejected_rather_than_lost(collection, lake, scrapy_run, tmp_path):
    leap = article(2, published_at="2016-12-31T23:59:60Z")
    huge = article(3, comments={"count": 10**25, "state": "unknown"})
    write_run(collection, "run-1", [article(1), leap, huge, article(4)])
    run = scrapy_run(*command(collection, lake), "--rejects", f"{tmp_path}/rejects.jsonl")

    assert run.returncode == 4
    assert run.stderr == f"scrapy load: 2 records were rejected; see {tmp_path}/rejects.jsonl\n"
    rejects = [json.loads(each) for each in (tmp_path / "rejects.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [json.loads(each["line"])["id"] for each in rejects] == ["kankanews:made2", "kankanews:made3"]
    assert "2016-12-31T23:59:60Z" in rejects[0]["reason"]
    assert query(lake, "SELECT id FROM versions ORDER BY id") == [("kankanews:made1",), ("kankanews:made4",)]


def test_target_without_a_directory_is_told(collection, scrapy_run):
    write_run(collection, "run-1", [article(1)])
    run = scrapy_run("load", "kankanews", "--to", "parquet:")

    assert run.returncode == 1
    assert run.stderr.startswith("scrapy load: --to parquet:: names no directory of this machine; choose from: ")
