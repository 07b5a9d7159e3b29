"""``scrapy load``: records into a database, once each, however often they are loaded; the newest is the article."""

from __future__ import annotations

import errno
import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

from newsspider.feeds.loading.loading import load
from newsspider.feeds.loading.rejects import Rejects, RejectsError
from newsspider.feeds.loading.source import find_parts
from newsspider.feeds.loading.sqlite import SqliteError
from newsspider.feeds.loading.targets import open_target
from tests.crashes import kill_while_loading
from tests.feeds import NOON, article, line, sample, write_part, write_run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def collection(tmp_path) -> Path:
    return tmp_path / "archives/kankanews"


@pytest.fixture
def loaded(tmp_path):
    """Load paths into a database; return its rows by a query."""
    path = tmp_path / "kankanews.db"

    def run(*paths: Path):
        target = open_target(f"sqlite:///{path}")
        rejects = Rejects(tmp_path / "rejects.jsonl")
        try:
            return load(find_parts(paths), target, rejects, lambda size: None).counts
        finally:
            target.close()
            rejects.close()

    def query(sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(path)) as db:
            return db.execute(sql, values).fetchall()

    run.query = query
    run.path = path
    return run


def whole(path: Path) -> list[str]:
    """All that a database holds, as text."""
    with closing(sqlite3.connect(path)) as db:
        return list(db.iterdump())


# -- what becomes of a record -----------------------------------------------------------------------------------------


def test_every_part_of_the_sample_page_finds_its_column(collection, loaded):
    record = sample() | {"fetched_at": "2026-01-30T08:00:00+00:00"}
    loaded(write_run(collection, "run-1", [record]))

    assert loaded.query(
        "SELECT id, title, published_at, source_name, channel_name, image_credit, exclusive, comments_count, "
        "comments_state, fetched_at FROM articles"
    ) == [
        (
            record["id"], record["title"], "2019-01-09T17:04:22+08:00", record["source"]["name"],
            record["channel"]["name"], record["image_credit"]["raw"], 1, 0, record["comments"]["state"],
            "2026-01-30T08:00:00+00:00",
        )
    ]  # fmt: skip
    assert [row for (row,) in loaded.query("SELECT keyword FROM keywords ORDER BY n")] == record["keywords"]
    assert [row for (row,) in loaded.query("SELECT title FROM recommendations ORDER BY n")] == [
        each["title"] for each in record["recommendations"]
    ]
    assert loaded.query("SELECT position, url FROM images ORDER BY n") == [
        (each["position"], each["url"]) for each in record["images"]
    ]
    ((kept,),) = loaded.query("SELECT record FROM versions")
    assert json.loads(kept) == record


def test_text_is_found_by_words_of_two_characters_and_more(collection, loaded):
    texts = ["进博会今天在上海开幕", "杭州下雨了", "我爱上海"]
    loaded(write_run(collection, "run-1", [article(n, body_text=text) for n, text in enumerate(texts, start=1)]))

    match = "SELECT rowid FROM articles_text WHERE articles_text MATCH ? ORDER BY rowid"
    begins = "SELECT DISTINCT doc FROM articles_trigrams WHERE term BETWEEN ?1 AND ?1 || char(1114111) ORDER BY doc"
    assert loaded.query(match, "进博会") == [(1,)]
    assert loaded.query(match, "上海开幕") == [(1,)]
    assert loaded.query(match, "上海下雨") == []
    assert loaded.query(begins, "上海") == [(1,), (3,)]
    assert loaded.query(begins, "杭州") == [(2,)]
    assert loaded.query(begins, "海上") == []


def test_full_text_follows_a_change(collection, loaded):
    loaded(write_run(collection, "run-1", [article(1, body_text="进博会今天开幕")]))
    loaded(write_run(collection, "run-2", [article(1, hours=1, body_text="进博会昨天闭幕")]))

    assert loaded.query("SELECT count(*) FROM articles_text WHERE articles_text MATCH '今天开幕'") == [(0,)]
    assert loaded.query("SELECT count(*) FROM articles_text WHERE articles_text MATCH '昨天闭幕'") == [(1,)]


DETECTS = """
    SELECT name FROM sqlite_master WHERE rootpage = 0 AND (
        sql LIKE '%VIRTUAL TABLE%USING FTS%content="articles"%'
        OR sql LIKE '%VIRTUAL TABLE%USING FTS%content=[articles]%'
        OR (tbl_name = "articles" AND sql LIKE '%VIRTUAL TABLE%USING FTS%')
    )
"""
"""By which Datasette finds the full-text index of a table (``detect_fts_sql`` in datasette/utils), and sqlite-utils."""


def test_full_text_is_found_by_datasette_and_can_be_rebuilt(collection, loaded):
    loaded(write_run(collection, "run-1", [article(1, title="进博会今天在上海开幕")]))

    assert loaded.query(DETECTS) == [("articles_text",)]
    with closing(sqlite3.connect(loaded.path)) as db:
        db.execute("INSERT INTO articles_text (articles_text) VALUES ('integrity-check')")
    shown = "SELECT highlight(articles_text, 0, '[', ']'), title FROM articles_text WHERE articles_text MATCH ?"
    assert loaded.query(shown, "上海开幕") == [("进博会今天在[上海开幕]", "进博会今天在上海开幕")]


# -- how an article stands --------------------------------------------------------------------------------------------


def event(number: int, name: str, *, before: float | None, at: float) -> dict[str, Any]:
    """Return the record of an event of article *number*, by the hours after noon of its two captures."""
    place = {"warc": "a.warc.gz", "offset": 0, "length": 9, "record_id": None, "payload_digest": None}
    moments = [None if hours is None else (NOON + timedelta(hours=hours)).isoformat() for hours in (before, at)]
    return {
        "schema_version": "1.1", "event": name, "id": f"kankanews:made{number}", "site": "kankanews",
        "url": f"https://www.kankanews.com/a/{number}.html", "to_url": None, "before_at": moments[0], "at": moments[1],
        "before": None if before is None else place, "after": place, "status": None, "changed": {}, "claim": None,
        "run": "run-1", "parser_version": "1", "warnings": [],
    }  # fmt: skip


def hour(hours: float) -> str:
    return (NOON + timedelta(hours=hours)).isoformat()


def standing(loaded) -> list[tuple[str, ...]]:
    return loaded.query("SELECT substr(id, -1), status, first_seen_at, last_seen_at FROM articles ORDER BY id")


STANDS = [
    ([article(1), article(2), article(3)], [event(n, "published", before=None, at=0) for n in (1, 2, 3)]),
    # The second is as it was; the third was seen once more before it was gone.
    ([article(1, hours=2, title="改了"), article(2, hours=2)],
     [event(1, "headline_changed", before=0, at=2), event(3, "gone", before=1, at=2)]),
    ([article(3, hours=5)], [event(3, "restored", before=2, at=5), event(2, "moved", before=2, at=5)]),
]  # fmt: skip


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_article_says_how_it_stands_in_whatever_order_runs_are_loaded(order, collection, loaded):
    directories = [
        write_run(collection, f"run-{n}", records, changes=changes) for n, (records, changes) in enumerate(STANDS)
    ]
    loaded(directories[0], directories[1])
    assert standing(loaded) == [
        ("1", "present", hour(0), hour(2)), ("2", "present", hour(0), hour(2)), ("3", "gone", hour(0), hour(1))
    ]  # fmt: skip
    loaded.path.unlink()
    for number in order:
        loaded(directories[number])

    assert standing(loaded) == [
        ("1", "present", hour(0), hour(2)), ("2", "moved", hour(0), hour(2)), ("3", "present", hour(0), hour(5))
    ]  # fmt: skip


MOVED = [event(1, name, before=1, at=3) for name in ("moved", "headline_changed", "silently_edited")]


@pytest.mark.parametrize("order", [*permutations(MOVED)], ids=lambda order: "-".join(each["event"] for each in order))
def test_article_that_moved_was_not_there_when_the_other_events_of_that_capture_tell_what_differs(
    order, collection, loaded
):
    """Each event is a part of its own, so no two of them are stored together."""
    write_run(collection, "run-0", [article(1)], changes=[event(1, "published", before=None, at=0)])
    loaded(collection)
    for number, each in enumerate(order, start=1):
        loaded(write_run(collection, f"run-{number}", changes=[each]))

    assert standing(loaded) == [("1", "moved", hour(0), hour(1))]


OLD = """
DROP TRIGGER articles_text_insert; DROP TRIGGER articles_text_update; DROP TRIGGER articles_text_delete;
DROP TABLE articles_trigrams; DROP TABLE articles_text;
ALTER TABLE articles DROP COLUMN status; ALTER TABLE articles DROP COLUMN first_seen_at;
ALTER TABLE articles DROP COLUMN last_seen_at;
CREATE VIEW articles_searched AS SELECT rowid, title || '  ' AS title, body_text || '  ' AS body_text FROM articles;
CREATE VIRTUAL TABLE articles_text USING fts5 (
    title, body_text, content='articles_searched', content_rowid='rowid', tokenize='trigram'
);
CREATE VIRTUAL TABLE articles_trigrams USING fts5vocab (articles_text, instance);
CREATE TRIGGER articles_text_insert AFTER INSERT ON articles BEGIN
    INSERT INTO articles_text (rowid, title, body_text) VALUES (new.rowid, new.title || '  ', new.body_text || '  ');
END;
CREATE TRIGGER articles_text_update AFTER UPDATE ON articles BEGIN
    INSERT INTO articles_text (articles_text, rowid, title, body_text)
        VALUES ('delete', old.rowid, old.title || '  ', old.body_text || '  ');
    INSERT INTO articles_text (rowid, title, body_text) VALUES (new.rowid, new.title || '  ', new.body_text || '  ');
END;
CREATE TRIGGER articles_text_delete AFTER DELETE ON articles BEGIN
    INSERT INTO articles_text (articles_text, rowid, title, body_text)
        VALUES ('delete', old.rowid, old.title || '  ', old.body_text || '  ');
END;
INSERT INTO articles_text (articles_text) VALUES ('rebuild');
"""
"""What makes a database as the first versions of the program made one: as commit 62496ba has it."""


def test_database_that_was_loaded_before_gets_status_and_the_index_that_datasette_finds(collection, loaded):
    records, changes = zip(*STANDS[:2], strict=True)
    for number in range(2):
        loaded(write_run(collection, f"run-{number}", records[number], changes=changes[number]))
    with closing(sqlite3.connect(loaded.path)) as db:
        db.executescript(OLD)
    assert loaded.query(DETECTS) == []
    loaded(write_run(collection, "run-2", [article(4, hours=3, title="进博会今天在上海开幕")]))

    assert loaded.query(DETECTS) == [("articles_text",)]
    assert loaded.query("SELECT name FROM sqlite_master WHERE name = 'articles_searched'") == []
    # That the second was seen again at the second hour was not kept then.
    assert standing(loaded) == [
        ("1", "present", hour(0), hour(2)), ("2", "present", hour(0), hour(0)), ("3", "gone", hour(0), hour(1)),
        ("4", "present", hour(3), hour(3)),
    ]  # fmt: skip
    match = "SELECT rowid FROM articles_text WHERE articles_text MATCH ? ORDER BY rowid"
    assert loaded.query(match, "上海开幕") == [(4,)]
    assert loaded.query("SELECT count(*) FROM articles_text WHERE articles_text MATCH '大调研'") == [(4,)]


# -- once, and in any order -------------------------------------------------------------------------------------------


def history() -> list[list[dict[str, Any]]]:
    """Three runs: two articles; one of them changed, the other captured again; the first changed back."""
    return [
        [article(1), article(2)],
        [article(1, hours=1, body_text="改了"), article(2, hours=1)],
        [article(1, hours=2), article(3, hours=2)],
    ]


def test_versions_are_kept_and_the_newest_is_the_article(collection, loaded):
    for number, records in enumerate(history(), start=1):
        write_run(collection, f"run-{number}", records)
    counts = loaded(collection)

    assert (counts.new, counts.changed, counts.unchanged) == (3, 2, 1)
    assert loaded.query("SELECT id, substr(fetched_at, 12, 2), run FROM versions ORDER BY id, fetched_at") == [
        ("kankanews:made1", "12", "run-1"),
        ("kankanews:made1", "13", "run-2"),
        ("kankanews:made1", "14", "run-3"),
        ("kankanews:made2", "12", "run-1"),
        ("kankanews:made3", "14", "run-3"),
    ]
    assert loaded.query("SELECT id, substr(fetched_at, 12, 2) FROM articles ORDER BY id") == [
        ("kankanews:made1", "14"), ("kankanews:made2", "12"), ("kankanews:made3", "14")
    ]  # fmt: skip


def test_loading_twice_changes_nothing(collection, loaded):
    for number, records in enumerate(history(), start=1):
        write_run(collection, f"run-{number}", records)
    loaded(collection)
    before = whole(loaded.path)
    again = loaded(collection)

    assert (again.new, again.changed, again.unchanged) == (0, 0, 0)
    assert whole(loaded.path) == before


def test_a_part_that_is_given_again_without_its_run_changes_no_article(collection, loaded, tmp_path):
    first = write_run(collection, "run-1", [article(1), article(2)])
    loaded(collection)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "articles.jsonl").write_bytes((first / "part-00001.jsonl").read_bytes())
    counts = loaded(elsewhere / "articles.jsonl")

    assert (counts.new, counts.changed, counts.unchanged) == (0, 0, 2)


def corrected() -> list[list[dict[str, Any]]]:
    """Three runs, in each of which the article says something else in every one of its parts."""
    return [
        [
            article(
                1, hours=hours, title=f"标题{hours}", body_text=f"正文{hours}", keywords=["甲", "乙", "丙"][hours:],
                source={"name": f"来源{hours}", "url": None}, published_at=f"2026-11-2{hours}T08:00:00+08:00",
                authors=[{"name": f"记者{hours}", "role": "记者"}],
            )
        ]
        for hours in range(3)
    ]  # fmt: skip


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=lambda order: "".join(map(str, order)))
def test_runs_loaded_in_another_order_end_at_the_same_articles(order, collection, loaded, tmp_path):
    directories = [write_run(collection, f"run-{n}", records) for n, records in enumerate(corrected())]
    for number in order:
        loaded(directories[number])
    tables = [
        table for (table,) in loaded.query("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        if "articles_t" not in table  # of the full text
    ]  # fmt: skip
    found = {table: sorted(loaded.query(f"SELECT * FROM {table}"), key=repr) for table in tables}

    newest = corrected()[-1][0]
    assert loaded.query("SELECT title, body_text, source_name, published_at, fetched_at FROM articles") == [
        (newest["title"], "正文2", "来源2", "2026-11-22T08:00:00+08:00", newest["fetched_at"])
    ]
    assert loaded.query("SELECT keyword FROM keywords") == [("丙",)]
    assert loaded.query("SELECT rowid FROM articles_text WHERE articles_text MATCH '正文2'") == [(1,)]
    assert loaded.query("SELECT rowid FROM articles_text WHERE articles_text MATCH '正文0'") == []
    loaded.path.unlink()
    for directory in directories:
        loaded(directory)
    assert found == {table: sorted(loaded.query(f"SELECT * FROM {table}"), key=repr) for table in tables}
    assert len(found["versions"]) == 3


def test_churn_makes_no_version(collection, loaded):
    quiet = article(1)
    churned = article(1, hours=1, recommendations=[], comments={"count": 7, "state": "unknown"})
    loaded(write_run(collection, "run-1", [quiet]))
    counts = loaded(write_run(collection, "run-2", [churned]))

    assert (counts.changed, counts.unchanged) == (0, 1)


def test_correction_of_a_field_other_than_the_text_is_a_version(collection, loaded):
    loaded(write_run(collection, "run-1", [article(1)]))
    counts = loaded(write_run(collection, "run-2", [article(1, hours=1, source={"name": "新华社", "url": None})]))

    assert (counts.changed, counts.unchanged) == (1, 0)
    assert loaded.query("SELECT source_name FROM articles") == [("新华社",)]


def test_lists_of_a_changed_article_are_replaced_whole(collection, loaded):
    loaded(write_run(collection, "run-1", [article(1, keywords=["甲", "乙", "丙"])]))
    loaded(write_run(collection, "run-2", [article(1, hours=1, keywords=["乙"])]))

    assert loaded.query("SELECT article_id, n, keyword FROM keywords") == [("kankanews:made1", 1, "乙")]


def test_table_of_an_earlier_version_gets_the_columns_that_it_lacks(collection, loaded):
    with closing(sqlite3.connect(loaded.path)) as db:
        db.execute("CREATE TABLE articles (id TEXT PRIMARY KEY, title TEXT)")
        db.execute("INSERT INTO articles VALUES ('kankanews:made1', '旧')")
        db.commit()
    loaded(write_run(collection, "run-1", [article(1)]))

    assert loaded.query("SELECT title, source_name FROM articles") == [
        (article(1)["title"], article(1)["source"]["name"])
    ]


# -- the command ------------------------------------------------------------------------------------------------------


def test_command_says_what_came_of_the_records(collection, scrapy_run, tmp_path):
    write_run(collection, "run-1", [article(1)], [article(2)])
    arguments = ("load", "kankanews", "--to", f"sqlite:///{tmp_path}/out.db", "--rejects", f"{tmp_path}/rejects.jsonl")

    first, second = scrapy_run(*arguments), scrapy_run(*arguments)
    assert (first.returncode, first.stderr, first.stdout) == (
        0, "", "2 new articles, 0 changed, 0 unchanged, 0 other records, from 2 parts; 0 parts were there already\n"
    )  # fmt: skip
    assert second.stdout.endswith("from 0 parts; 2 parts were there already\n")
    assert not (tmp_path / "rejects.jsonl").exists()


def test_bad_record_is_rejected_with_its_reason_and_stops_nothing(collection, scrapy_run, tmp_path):
    part = tmp_path / "part-00001.jsonl"
    bad = line(article(2)).replace(b'"title"', b'"tittle"', 1)
    part.write_bytes(line(article(1)) + bad + b"{\n" + line(article(3)))
    rejected = ("--rejects", f"{tmp_path}/rejects.jsonl")
    run = scrapy_run("load", str(part), "--to", f"sqlite:///{tmp_path}/out.db", *rejected)

    assert run.returncode == 4
    assert run.stdout.startswith("2 new articles, ")
    assert run.stderr == f"scrapy load: 2 records were rejected; see {tmp_path}/rejects.jsonl\n"
    rejects = [json.loads(each) for each in (tmp_path / "rejects.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [each["place"] for each in rejects] == [f"{part}, line 2", f"{part}, line 3"]
    assert [each["reason"][:45] for each in rejects] == [
        'record is not valid at its top: "title" is a ', "not JSON: unexpected end of data: line 2 colu"
    ]  # fmt: skip
    assert rejects[0]["line"].encode() == bad


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("oracle://scott:tiger@host/db", "--to oracle:…: no such target; choose from: sqlite:///file.db, "),
        ("kankanews.db", "--to kankanews.db: no such target; choose from: sqlite:///file.db, "),
        ("sqlite:kankanews.db", "--to sqlite:kankanews.db: names no file; write sqlite:///news.db or "),
        ("sqlite:///:memory:", "--to sqlite:///:memory:: names no file; "),
        ("postgresql://scott:tiger@host:port/db", "--to postgresql:…: no address; in a password @ is %40; choose "),
        ("parquet:s3://bucket/lake", "--to parquet:s3://bucket/lake: names no directory of this machine; choose "),
        ("opensearch+https://scott:tiger@host:port/news", "--to opensearch+https://…: no address; "),
        ("elasticsearch+http://scott:tiger@host/NEWS", "--to elasticsearch+http://…: names no server, or no index "),
        ("s3:///prefix", "s3://…: no bucket is called that; "),
    ],
)
def test_target_that_is_none_is_told_and_no_password_with_it(to, said, collection, scrapy_run):
    write_run(collection, "run-1", [article(1)])
    run = scrapy_run("load", "kankanews", "--to", to)

    assert run.returncode == 1
    assert run.stderr.startswith(f"scrapy load: {said}")
    assert run.stderr.count("\n") == 1
    assert "tiger" not in run.stderr


def test_file_that_cannot_be_made_is_told(collection, scrapy_run):
    write_run(collection, "run-1", [article(1)])
    run = scrapy_run("load", "kankanews", "--to", "sqlite:////nowhere/at/all.db")

    assert run.returncode == 4
    assert run.stderr.startswith("scrapy load: sqlite:////nowhere/at/all.db: unable to open database file. ")


def test_part_that_fails_its_digest_ends_the_load_and_the_rest_stays(collection, scrapy_run, tmp_path):
    write_run(collection, "run-1", [article(1)])
    items = write_run(collection, "run-2", [article(2)])
    write_part(items / "part-00001.jsonl", [article(7)])
    run = scrapy_run("load", "kankanews", "--to", f"sqlite:///{tmp_path}/out.db")

    assert run.returncode == 1
    assert run.stderr.startswith(f"scrapy load: {items}/part-00001.jsonl: its SHA-256 is not the one in its manifest;")
    with closing(sqlite3.connect(tmp_path / "out.db")) as db:
        assert db.execute("SELECT id FROM articles").fetchall() == [("kankanews:made1",)]


@pytest.mark.parametrize("name", ["runs/20261122T120000000Z-aaaaaa.json", "notes.txt"])
def test_file_that_is_no_feed_part_is_refused_before_a_record_is_rejected(name, collection, scrapy_run, tmp_path):
    write_run(collection, "20261122T120000000Z-aaaaaa", [article(1)])
    (collection / "notes.txt").write_text("no feed")

    run = scrapy_run("load", str(collection / name), "--to", f"sqlite:///{tmp_path}/x.db")

    assert run.returncode == 1
    assert f"{collection / name}: no feed part" in run.stderr
    assert not (tmp_path / "x.db").exists()


def test_schema_newer_than_the_program_ends_the_load(collection, scrapy_run, tmp_path):
    write_run(collection, "run-1", [article(1, schema_version="2.0")])
    run = scrapy_run("load", "kankanews", "--to", f"sqlite:///{tmp_path}/out.db")

    assert run.returncode == 1
    assert run.stderr.endswith("part-00001.jsonl, line 1: of schema 2.0, and this program reads 1.1; update it\n")


def test_file_that_is_no_database_is_left_as_it_is(collection, scrapy_run, tmp_path):
    write_run(collection, "run-1", [article(1)])
    (tmp_path / "letter.txt").write_text("Dear reader, this is no database. " * 100, encoding="utf-8")
    before = (tmp_path / "letter.txt").read_bytes()
    run = scrapy_run("load", "kankanews", "--to", f"sqlite:///{tmp_path}/letter.txt")

    assert run.returncode == 4
    assert "letter.txt: file is not a database. What was loaded before is complete" in run.stderr
    assert (tmp_path / "letter.txt").read_bytes() == before


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("nowhere/x.db", "unable to open database file. {whole}; there is no directory {there}/nowhere: make it first"),
        ("", "unable to open database file. {whole}; it is a directory: name a file in it, then run again"),
        ("file/x.db", "unable to open database file. {whole}; {there}/file is a file: name another place"),
        pytest.param(
            "a" * 5000, "unable to open database file. {whole}; name another file (File name too long)", id="too long"
        ),
        ("file", "file is not a database. {whole}; name another file, beside which this one stays"),
        ("theirs.db", "it has another program's articles. {whole}; see that the disk has room"),
    ],
)
def test_hint_fits_what_is_wrong_with_the_file(path, said, tmp_path):
    (tmp_path / "file").write_text("Dear reader, this is no database. " * 100, encoding="utf-8")
    with closing(sqlite3.connect(tmp_path / "theirs.db")) as db:
        db.execute("CREATE TABLE articles (number INTEGER PRIMARY KEY)")

    with pytest.raises(SqliteError) as caught:
        open_target(f"sqlite:///{tmp_path}/{path}")
    assert said.format(there=tmp_path, whole="What was loaded before is complete") in str(caught.value)


def test_database_that_another_program_writes_is_waited_for(tmp_path, monkeypatch):
    monkeypatch.setattr("newsspider.feeds.loading.sqlite.WAIT", 0.01)
    with closing(sqlite3.connect(tmp_path / "x.db", isolation_level=None)) as db:
        db.execute("BEGIN EXCLUSIVE")
        with pytest.raises(SqliteError, match="wait until the program that writes into it is done, then run again"):
            open_target(f"sqlite:///{tmp_path}/x.db")


@pytest.mark.slow
def test_full_disk_ends_a_load_that_goes_on_when_there_is_room(collection, scrapy_run, small_disk, tmp_path):
    for run in range(4):
        write_run(collection, f"run-{run}", [article(run * 1000 + number) for number in range(100)])
    make_room = small_disk(tmp_path / "disk", 16000)
    arguments = ("load", "kankanews", "--to", f"sqlite:///{tmp_path}/disk/out.db")
    full = scrapy_run(*arguments)

    assert full.returncode == 4
    assert full.stderr == (
        f"scrapy load: sqlite:///{tmp_path}/disk/out.db: database or disk is full. What was loaded before is complete; "
        "make room on the disk, then run again\n"
    )
    with closing(sqlite3.connect(tmp_path / "disk/out.db")) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        before = {name for (name,) in db.execute("SELECT id FROM versions")}

    make_room()
    again = scrapy_run(*arguments)
    undisturbed = scrapy_run(*arguments[:-1], f"sqlite:///{tmp_path}/undisturbed.db")
    assert (again.returncode, undisturbed.returncode) == (0, 0), again.stderr
    assert whole(tmp_path / "disk/out.db") == whole(tmp_path / "undisturbed.db")
    with closing(sqlite3.connect(tmp_path / "disk/out.db")) as db:
        after = {name for (name,) in db.execute("SELECT id FROM versions")}
    assert 0 < len(before) < len(after) == 400
    assert before <= after


@pytest.mark.slow
def test_load_that_is_killed_goes_on_to_the_same_end(collection, scrapy_run, tmp_path):
    for run in range(10):
        write_run(collection, f"run-{run}", *[[article(run * 1000 + n) for n in range(k, k + 30)] for k in (0, 30)])
    database = tmp_path / "killed.db"
    arguments = ("load", "kankanews", "-s", f"ARCHIVE_DIR={collection.parent}", "--to", f"sqlite:///{database}")

    def parts() -> int:
        try:
            with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
                return int(db.execute("SELECT count(*) FROM loaded_parts").fetchone()[0])
        except sqlite3.OperationalError:  # not made yet
            return 0

    found = []
    for killed in kill_while_loading(arguments, parts, seed=1):
        assert killed
        with closing(sqlite3.connect(database)) as db:
            found += db.execute("PRAGMA integrity_check").fetchone()
    assert 0 < parts() < 20
    ended = scrapy_run(*arguments)
    undisturbed = scrapy_run(*arguments[:-1], f"sqlite:///{tmp_path}/undisturbed.db")

    assert (ended.returncode, undisturbed.returncode) == (0, 0)
    assert set(found) == {"ok"}
    assert whole(database) == whole(tmp_path / "undisturbed.db")


def test_record_that_the_database_refuses_is_rejected_alone(collection, loaded, tmp_path):
    """SQLite's integers end at 2**63 - 1."""
    records = [article(n) for n in range(1, 6)]
    records[3]["counts"]["chars"] = 2**63
    write_run(collection, "run-1", records)
    counts = loaded(collection)
    again = loaded(collection)

    assert (counts.new, again.new) == (4, 0)
    assert loaded.query("SELECT id FROM articles") == [(f"kankanews:made{n}",) for n in (1, 2, 3, 5)]
    (reject,) = (tmp_path / "rejects.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(reject)["place"].endswith("part-00001.jsonl, line 4")
    assert json.loads(reject)["reason"].startswith("SQLite refuses it: ")


def test_record_with_a_time_or_a_character_that_is_none_is_rejected(collection, loaded, tmp_path):
    surrogate = line(article(1, title="X")).replace(b'"X"', rb'"\ud800"')
    part = tmp_path / "part-00001.jsonl"
    part.write_bytes(
        surrogate
        + line(article(2, fetched_at="2016-12-31T23:59:60Z"))
        + line(article(3, title="a\0b"))
        + line(article(4, title=r"a\u0000b"))  # six characters, and no NUL
        + line(article(5, body_text="长" * 400_000))
        + line(article(6, fetched_at="0001-01-01T00:00:00+14:00"))  # of the year 0 in UTC
        + line(article(7, fetched_at="9999-12-31T23:59:59-14:00"))
    )
    counts = loaded(part)

    assert counts.new == 2
    reasons = [json.loads(each)["reason"] for each in (tmp_path / "rejects.jsonl").read_text("utf-8").splitlines()]
    assert [reason[:22] for reason in reasons] == [
        "not JSON: no low surro", "record is not valid at", "there is a NUL charact", *["fetched_at is no time "] * 2
    ]  # fmt: skip


def test_part_whose_rejects_cannot_be_written_does_not_count_as_loaded(scrapy_run, tmp_path):
    part = tmp_path / "part-00001.jsonl"
    part.write_bytes(line(article(1)) + b"{\n")
    arguments = ("load", str(part), "--to", f"sqlite:///{tmp_path}/out.db", "--rejects")
    full = scrapy_run(*arguments, "/dev/full")
    after = scrapy_run(*arguments, str(tmp_path / "rejects.jsonl"))

    assert full.returncode == 4
    assert full.stderr.startswith("scrapy load: /dev/full: a record was rejected, and cannot be written there: No ")
    assert full.stderr.count("\n") == 1
    assert after.stdout.startswith("1 new article, ")
    assert (tmp_path / "rejects.jsonl").read_bytes().count(b"\n") == 1


def test_table_of_another_program_is_left_as_it_is(collection, scrapy_run, tmp_path):
    with closing(sqlite3.connect(tmp_path / "other.db")) as db:
        db.execute("CREATE TABLE articles (number INTEGER, title TEXT)")
    before = whole(tmp_path / "other.db")
    write_run(collection, "run-1", [article(1)])
    run = scrapy_run("load", "kankanews", "--to", f"sqlite:///{tmp_path}/other.db")

    assert run.returncode == 4
    assert "other.db: it has another program's articles. " in run.stderr
    assert whole(tmp_path / "other.db") == before


def test_reject_of_which_the_disk_takes_half_leaves_nothing_of_it(tmp_path):
    path = tmp_path / "rejects.jsonl"
    rejects = Rejects(path)
    rejects.add("here", "why", b"one")
    file = rejects._file

    class Full:
        def write(self, data: bytes) -> int:
            return file.write(data[:7])

        def __getattr__(self, name: str) -> object:
            return getattr(file, name)

    rejects._file = Full()
    with pytest.raises(RejectsError) as raised:
        rejects.add("here", "why", b"two")
    rejects._file = file
    rejects.add("here", "why", b"three")
    rejects.close()

    assert raised.value.__cause__.errno == errno.ENOSPC
    assert [json.loads(line)["line"] for line in path.read_text().splitlines()] == ["one", "three"]
