"""Archives as tables of Spark and Dask: every odd field comes through as it is, by a schema and not by a guess."""

from __future__ import annotations

import gzip
import json
import zipfile
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from newsspider.engines.tables import KINDS, TableError, _value, arrow, arrow_schema, batches, portions
from newsspider.record import schema
from newsspider.warc.cdxj import checked_lines
from tests.archive.test_lookup import warc
from tests.conftest import PROJECT
from tests.feeds import article, write_part
from tests.test_extraction_units import STORY, html, shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytest.importorskip("pyarrow", reason="needs pyarrow (extra spark)")

ODD: list[dict[str, Any]] = [
    article(1, keywords_raw="20261128", keywords=["20261128", "0", "null", "nan"], source=None, modified_at=None),
    article(2, published_at="2019-01-09T17:04:22.000001+08:00", published_raw="19:04", image_credit=None),
    article(3, title='"quoted",\t🙂\u2028 and \\n 看', authors=[], images=[], videos=[], recommendations=[]),
    article(4, comments={"count": None, "state": "unknown"}, channel={"name": "NaN", "url": None}, keywords=[]),
    article(5, published_at=None, published_raw=None, body_html="<p>1e5</p>", counts={
        "chars": 2**53 + 1, "han": 0, "words": 0, "paragraphs": 1,
    }),
    article(6, summary=None, is_free=None, discovered=None, pages=[], audio=[{
        "url": "https://a.example/a.mp3", "duration_s": 0, "title": None,
    }]),
]  # fmt: skip
"""What engines have made other values of: digits a date, a null list an empty one, mixed shapes nothing."""


@pytest.fixture(scope="module")
def extracted(tmp_path_factory) -> Path:
    """A directory as ``scrapy extract`` leaves it, with the odd records in two parts."""
    directory = tmp_path_factory.mktemp("extracted") / "out"
    parts = [write_part(directory / f"part-{n:05}.jsonl", ODD[3 * n - 3 : 3 * n]) for n in (1, 2)]
    (directory / "manifest.json").write_text(json.dumps({"schema_version": "1.1", "parts": parts}))
    return directory


def test_odd_records_are_records():
    for record in ODD:
        schema.check_received(record, "article")


def timed(value: Any, types: Any) -> Any:
    """A value with its times as instants, and with a null where the record has not that field."""
    import pyarrow as pa

    if value is None:
        return None
    if pa.types.is_timestamp(types):
        return datetime.fromisoformat(value)
    if pa.types.is_list(types):
        return [timed(each, types.value_type) for each in value]
    if pa.types.is_struct(types):
        return {field.name: timed(value.get(field.name), field.type) for field in types}
    return value


def expected() -> list[dict[str, Any]]:
    return [
        {field.name: timed(record.get(field.name), field.type) for field in arrow_schema("articles")} for record in ODD
    ]


def test_batches_hold_every_odd_field(extracted):
    rows = [
        row for portion in portions(str(extracted), "articles") for batch in batches(portion) for row in as_rows(batch)
    ]

    assert rows == expected()


def as_rows(batch: Any) -> list[dict[str, Any]]:
    return [plain(row) for row in batch.to_pylist()]


def plain(value: Any) -> Any:
    """A value of an engine as Python's own: what it has for a map is pairs, for a time its own class."""
    if isinstance(value, list | tuple) and value and all(isinstance(each, tuple) and len(each) == 2 for each in value):
        return {name: plain(each) for name, each in value}
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    return value


def test_dask_reads_every_odd_field(extracted):
    pytest.importorskip("distributed", reason="needs distributed (extra dask)")
    pytest.importorskip("pandas", reason="needs pandas (extra spark)")
    import pyarrow as pa

    from newsspider.engines.frames import frame

    table = frame(str(extracted))
    read = pa.Table.from_pandas(table.compute(scheduler="synchronous"), schema=arrow_schema("articles"))

    assert table.npartitions == 2
    assert [plain(row) for row in read.to_pylist()] == expected()


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """Spark in one JVM, with the data source."""
    pytest.importorskip("pyspark", reason="needs pyspark (extra spark)")
    from tests.servers.spark import local_session

    with local_session(PROJECT) as session:
        yield session


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_spark_reads_every_odd_field(spark, extracted):
    table = spark.read.format("newsspider").load(str(extracted))
    table = table.selectExpr("*", "published_at < '2019-01-10' AS early")
    rows = [row.asDict(recursive=True) for row in table.collect()]
    early = {row["id"]: row.pop("early") for row in rows}

    assert sorted(map(in_utc, rows), key=lambda row: row["id"]) == list(map(in_utc, expected()))
    assert early == {
        record["id"]: record["published_at"] and record["published_at"] < "2019-01-10" for record in ODD
    }


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_spark_reads_what_was_loaded_into_parquet(spark, tmp_path):
    from tests import test_load_parquet as parquet

    collection, lake = tmp_path / "archives/kankanews", tmp_path / "lake"
    parquet.written(collection)
    parquet.loaded(f"parquet:{lake}", collection)
    versions = spark.read.parquet(str(lake / "versions"))
    versions.createOrReplaceTempView("versions")
    read = spark.sql(
        "SELECT id, site, month, title, size(keywords), counts.chars, CAST(published_at AS STRING), "
        "get(recommendations, 0).title, provenance.fields['title'] FROM versions"
    ).collect()

    expected = parquet.query(
        lake,
        "SELECT id, site, month, title, len(keywords), counts.chars, strftime(published_at, '%Y-%m-%d %H:%M:%S'), "
        "recommendations[1].title, provenance.fields['title'] FROM versions",
    )
    assert sorted(map(tuple, read), key=repr) == sorted(expected, key=repr)
    types = dict(versions.dtypes)
    assert types["fetched_at"] == "timestamp"
    assert types["month"] == "string"
    assert types["authors"] == "array<struct<name:string,role:string>>"


def in_utc(value: Any) -> Any:
    """Spark gives a time without its zone, in that of the session, which is UTC."""
    if isinstance(value, datetime):
        return value.timestamp() if value.tzinfo else (value - datetime(1970, 1, 1)).total_seconds()
    if isinstance(value, list):
        return [in_utc(each) for each in value]
    if isinstance(value, dict):
        return {name: in_utc(each) for name, each in value.items()}
    return value


@pytest.fixture(scope="module")
def crawled(demo_site, scrapy_run_in, tmp_path_factory) -> Path:
    scrapy_run = scrapy_run_in(tmp_path_factory.mktemp("tables"))
    settings = (
        f"CONNECT_TO={demo_site.connect_to}", "DOWNLOAD_DELAY=0.01", "AUTOTHROTTLE_ENABLED=False", "REQUISITES=",
    )  # fmt: skip
    ended = scrapy_run("crawl", "kankanews", *(part for each in settings for part in ("-s", each)))
    assert ended.returncode == 0, ended.stderr
    return ended.archive_dir / "kankanews"


def rows_of(path: Path, kind: str, site: str | None = "kankanews") -> list[dict[str, Any]]:
    found = [batch for portion in portions(str(path), kind, site) for batch in batches(portion)]
    return [row for batch in found for row in as_rows(batch)]


def lines_of(collection: Path, stem: str) -> list[bytes]:
    return [
        line for part in sorted(collection.glob(f"items/*/{stem}-*.jsonl")) for line in part.read_bytes().splitlines()
    ]


def test_tables_of_a_collection_are_what_it_holds(crawled):
    lines = [json.loads(line) for line in lines_of(crawled, "part")]
    events = [json.loads(line) for line in lines_of(crawled, "changes")]
    captures = list(checked_lines(crawled / "indexes" / "index.cdxj"))

    articles = rows_of(crawled, "articles")
    assert {row["id"]: row["content_hash"] for row in articles} == {line["id"]: line["content_hash"] for line in lines}
    assert [row["event"] for row in rows_of(crawled, "changes")] == [event["event"] for event in events]
    assert len(rows_of(crawled, "captures")) == len(captures)
    assert rows_of(crawled / "archive", "articles") == articles  # without the index
    assert len(rows_of(crawled / "archive", "captures")) == len(captures)


def test_pages_without_a_record_are_the_problems(crawled):
    problems = rows_of(crawled, "problems")

    assert [(row["kind"], row["warc"].startswith("kankanews-")) for row in problems] == [("unparsed", True)] * len(
        problems
    )
    assert problems


SITES = {"kankanews", "harbour", "elsewhere.example"}


@pytest.mark.parametrize(
    ("site", "read"), [(None, SITES), ("news", SITES), ("kankanews", {"kankanews"}), ("jiangcheng", set())]
)
def test_of_what_was_extracted_the_records_of_the_site_are_read(site, read, tmp_path):
    """`news` are the articles of all hosts, also of those that have a file."""
    part = write_part(tmp_path / "part-00001.jsonl", [article(n, site=name) for n, name in enumerate(sorted(SITES))])
    (tmp_path / "manifest.json").write_text(json.dumps({"schema_version": "1.1", "parts": [part]}))

    assert {row["site"] for row in rows_of(tmp_path, "articles", site)} == read


def test_of_changes_those_of_the_site_are_read(crawled):
    assert rows_of(crawled, "changes", None) == rows_of(crawled, "changes")
    assert rows_of(crawled, "changes", "harbour") == []


@pytest.mark.parametrize(
    ("count", "read"),
    [(2**63 - 1, 2**63 - 1), (2**63, None), (-(2**63), -(2**63)), (-(2**63) - 1, None), (2**80, None)],
)
def test_number_of_more_than_64_bits_is_not_known(count, read, tmp_path):
    comments = {"count": count, "state": "open"}
    values = _value(comments, arrow_schema("articles").field("comments").type, arrow())

    assert values["count"] == read


def test_nothing_to_read_is_a_frame_without_rows(extracted):
    pytest.importorskip("distributed", reason="needs distributed (extra dask)")
    pytest.importorskip("pandas", reason="needs pandas (extra spark)")
    from newsspider.engines.frames import frame

    table = frame(str(extracted), "changes").compute(scheduler="synchronous")
    assert (len(table), list(table.columns)) == (0, arrow_schema("changes").names)


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_package_whose_files_have_to_be_unpacked_is_refused(compression, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.wacz", "w", compression) as package:
        package.writestr("archive/a.warc.gz", warc(shown(html())))

    if compression == zipfile.ZIP_STORED:
        assert [row["url"] for row in rows_of(tmp_path / "a.wacz", "articles")] == [STORY.url]
        return
    with pytest.raises(TableError, match="unpack it"):
        portions(str(tmp_path / "a.wacz"), "articles")


@pytest.fixture
def damaged(tmp_path) -> Path:
    """A folder with a WARC file of one article, and with those that nobody can read."""
    folder = tmp_path / "damaged"
    folder.mkdir()
    good = warc(shown(html()))
    (folder / "a.warc.gz").write_bytes(good)
    (folder / "b.warc.gz").write_bytes(gzip.compress(gzip.decompress(good) * 2))
    (folder / "c.warc").write_bytes(b"WARC/1.0 rubbish" * 100)
    (folder / "d.warc.gz").write_bytes(good + good[:-100])
    (folder / "e.warc.gz.open").write_bytes(good)
    return folder


def test_files_that_cannot_be_read_are_among_the_problems(damaged):
    problems = rows_of(damaged, "problems")
    said = "\n".join(row["problem"] for row in problems)

    assert {row["warc"] for row in problems} == {"b.warc.gz", "c.warc", "d.warc.gz", None}
    assert {row["kind"] for row in problems} == {"unreadable"}
    assert "e.warc.gz.open: not finished" in said
    assert f"{damaged}/c.warc at byte 0" in said
    assert [row["url"] for row in rows_of(damaged, "articles")].count(STORY.url) >= 2
    assert rows_of(damaged / "a.warc.gz", "problems") == []


@pytest.mark.parametrize("is_directory", [False, True])
def test_file_that_went_away_since_is_among_the_problems(is_directory, damaged):
    there = portions(str(damaged / "a.warc.gz"), "problems")
    (damaged / "a.warc.gz").unlink()
    if is_directory:
        (damaged / "a.warc.gz").mkdir()

    (row,) = [row for portion in there for batch in batches(portion) for row in as_rows(batch)]
    assert row["problem"].startswith(f"{damaged}/a.warc.gz: ")


def test_kind_that_is_none_is_refused(crawled):
    with pytest.raises(TableError, match=", ".join(KINDS)):
        portions(str(crawled), "pages")
