"""``newsspider.feeds.read``: records come back as what they were, from whole and proven parts only."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from newsspider.feeds import FeedError, read, runs
from newsspider.feeds.loading.source import find_parts
from newsspider.feeds.reading import checked
from newsspider.record.items import Article, to_json_line
from newsspider.record.sitefacts import SiteFacts
from tests.feeds import article
from tests.warcs import feed_lines, manifests

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def crawled(demo_site, scrapy_run_in, tmp_path_factory) -> Path:
    """A collection with two runs of two articles each."""
    crawl = scrapy_run_in(tmp_path_factory.mktemp("crawled"))
    stories = demo_site.site.expected()
    for pair in (stories[:2], stories[2:4]):
        run = crawl(
            "crawl", "kankanews", "-s", f"CONNECT_TO={demo_site.connect_to}", "-s", "DOWNLOAD_DELAY=0.001",
            "-s", "AUTOTHROTTLE_ENABLED=False", "-s", "PART_ITEMS=1",
            "-a", f"url={','.join(each.url for each in pair)}",
        )  # fmt: skip
        assert run.returncode == 0, run.stderr
    return run.archive_dir / "kankanews"


@pytest.fixture
def collection(crawled, tmp_path) -> Path:
    return shutil.copytree(crawled, tmp_path / "kankanews")


def first_part(collection: Path) -> Path:
    return min((collection / "items").glob("*/part-*.jsonl"))


def test_articles_come_back_as_they_were_written(crawled):
    lines = [line for manifest in manifests(crawled) for line in feed_lines(crawled, manifest)]
    articles = list(read(crawled))

    assert len(articles) == 4
    assert {type(each) for each in articles} == {Article}
    assert [to_json_line(each) for each in articles] == lines


def test_reading_goes_on_after_the_run_that_was_read_last(crawled):
    first, second = runs(crawled)

    assert [each.run for each in runs(crawled, after=first.run)] == [second.run]
    assert list(read(crawled, after=first.run)) == list(second.articles())
    assert list(read(crawled, after=second.run)) == []
    with pytest.raises(FeedError, match=r"there is no run 'yesterday' to go on after; the newest is"):
        list(read(crawled, after="yesterday"))


def test_a_run_has_the_facts_that_it_was_the_first_to_see(crawled):
    first, second = runs(crawled)

    (facts,) = first.site_facts()
    assert isinstance(facts, SiteFacts)
    assert {each.site_facts for each in read(crawled)} == {facts.id}
    assert list(second.site_facts()) == []


def test_directory_of_a_run_and_a_part_can_be_read_too(crawled):
    part = first_part(crawled)

    assert [to_json_line(each) for each in read(part)] == [part.read_bytes()]
    assert len(list(read(part.parent))) == 2


def test_what_extract_wrote_can_be_read_too(crawled, scrapy_run, tmp_path):
    run = scrapy_run("extract", str(crawled), "--to", str(tmp_path / "extracted"))

    assert run.returncode == 0, run.stderr
    assert {each.id for each in read(tmp_path / "extracted")} == {each.id for each in read(crawled)}


def test_what_extract_wrote_has_the_name_of_its_directory_from_inside_too(crawled, scrapy_run, tmp_path, monkeypatch):
    scrapy_run("extract", str(crawled), "--to", str(tmp_path / "again"), "--jobs", "1")
    monkeypatch.chdir(tmp_path / "again")

    assert [each.run for each in runs(".")] == ["again"]


def test_parts_of_a_run_without_a_manifest_are_not_read(collection):
    newest = max((collection / "runs").glob("*.json"))
    before = len(list(read(collection)))
    newest.unlink()

    assert (before, len(list(read(collection)))) == (4, 2)


def test_part_that_is_not_what_its_manifest_says_gives_no_record(collection):
    part = first_part(collection)
    part.write_bytes(part.read_bytes().replace(b"2", b"3", 1))

    with pytest.raises(FeedError, match=r"part-00001\.jsonl: its SHA-256 is not the one in its manifest; see what"):
        next(read(collection))


def test_part_by_itself_is_held_against_the_manifest_of_its_run(collection):
    part = first_part(collection)
    part.write_bytes(part.read_bytes().replace(b'"site":"kankanews"', b'"site":"kankanewz"'))

    for path in (part, part.parent):
        with pytest.raises(FeedError, match=r"part-00001\.jsonl: its SHA-256 is not the one in its manifest"):
            list(read(path))
        with pytest.raises(FeedError, match=r"part-00001\.jsonl: its SHA-256 is not the one in its manifest"):
            [each.prove() for each in find_parts([path])]


def test_part_that_is_gone_is_named(collection):
    first_part(collection).unlink()

    with pytest.raises(FeedError, match=r"part-00001\.jsonl: cannot be read, and its manifest names it: No such file"):
        list(read(collection))


def test_part_that_is_gone_is_missed_in_the_directory_of_its_run_too(collection):
    part = first_part(collection)
    part.rename(part.with_name("aside"))

    with pytest.raises(FeedError, match=r"part-00001\.jsonl: cannot be read, and its manifest names it"):
        list(read(part.parent))
    with pytest.raises(FeedError, match=r"part-00001\.jsonl: cannot be read"):
        find_parts([part.parent])


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda line: line[:-1], "the line has no end, so the record is not complete"),
        (lambda line: line[: len(line) // 2] + b"\n", "not JSON: "),
        (lambda line: b"[]\n", "not a JSON object"),
        (lambda line: line.replace(b'"1.1"', b'"2.0"', 1), "of schema 2.0, and this program reads 1.1; update it"),
        (lambda line: line.replace(b'"title"', b'"tittle"', 1), 'record is not valid at its top: "title" is'),
        (lambda line: line.replace(b'"rank":1,', b'"rank":0,', 1), "record is not valid at recommendations[0].rank: 0"),
    ],
)  # fmt: skip
def test_line_that_is_no_record_is_named(change, problem, collection):
    part = first_part(collection).rename(collection.parent / "part-00001.jsonl")  # no manifest tells of it there
    line = part.read_bytes()
    changed = change(line)
    assert changed != line
    part.write_bytes(line + changed)

    records = read(part)
    next(records)
    with pytest.raises(FeedError) as raised:
        next(records)
    assert str(raised.value).startswith(f"{part}, line 2: {problem}")


def test_record_of_a_later_minor_version_is_read_without_what_is_new_in_it(collection):
    part = first_part(collection).rename(collection.parent / "part-00001.jsonl")  # no manifest tells of it there
    record = json.loads(part.read_bytes())
    (known,) = read(part)
    later = record | {"schema_version": "1.4", "added_in_1_4": {"a": 1}}
    later["counts"] |= {"added_in_1_3": 7}
    part.write_text(json.dumps(later, ensure_ascii=False) + "\n", encoding="utf-8")

    (read_back,) = read(part)
    known.schema_version = "1.4"
    assert read_back == known


@pytest.mark.parametrize(
    ("manifest", "problem"),
    [("[]", "TypeError: "), ("{", "JSONDecodeError: "), ('{"run": "x", "parts": [{}]}', "KeyError: 'name'")],
)
def test_manifest_that_is_none_is_named(manifest, problem, collection):
    path = min((collection / "runs").glob("*.json"))
    path.write_text(manifest, encoding="utf-8")

    with pytest.raises(FeedError, match="not the manifest of a run") as raised:
        list(read(collection))
    assert str(raised.value).startswith(f"{path}: not the manifest of a run ({problem}")


def test_manifest_of_a_later_major_version_is_refused(collection):
    path = max((collection / "runs").glob("*.json"))
    path.write_bytes(path.read_bytes().replace(b'"1.1"', b'"2.0"', 1))

    records = read(collection)
    assert len([next(records), next(records)]) == 2
    with pytest.raises(FeedError) as raised:
        next(records)
    assert str(raised.value) == f"{path}: of schema 2.0, and this program reads 1.1; update it"


def test_name_of_a_part_does_not_lead_out_of_its_directory(collection):
    path = min((collection / "runs").glob("*.json"))
    manifest = json.loads(path.read_bytes())
    manifest["parts"][0]["name"] = "../../../../etc/passwd"
    path.write_text(json.dumps(manifest), encoding="utf-8")

    with pytest.raises(FeedError, match=r"items/[^/]+/passwd: cannot be read"):
        list(read(collection))


@pytest.mark.parametrize("place", ["", "nothing.jsonl"])
def test_place_without_a_feed_is_named(place, tmp_path):
    with pytest.raises(FeedError, match=r"neither a collection|No such file"):
        list(read(tmp_path / place))


@pytest.mark.parametrize("field", ["fetched_at", "published_at", "modified_at"])
@pytest.mark.parametrize("time", ["2016-12-31T23:59:60Z", "0000-01-01T00:00:00Z"])
def test_time_that_no_reader_knows_is_none(field, time):
    with pytest.raises(FeedError, match=f"record is not valid at {field}"):
        checked(json.dumps(article(1, **{field: time})).encode(), "article", "here")
    assert checked(json.dumps(article(1, **{field: "2016-12-31T23:59:59Z"})).encode(), "article", "here")


@pytest.mark.parametrize(
    "time",
    [
        "20260101T000000Z", "2026-01-01 00:00:00Z", "2026-01-01", "2026-01-01T00:00:00", "2026-01-01T00:00Z",
        "2026-W01-1T00:00:00Z", "2026-01-01T00:00:00+0000", "2026-01-01T24:00:00Z", "2026-02-30T00:00:00Z",
    ],
)  # fmt: skip
def test_time_of_another_form_than_that_of_the_schema_is_none(time):
    with pytest.raises(FeedError, match="record is not valid at fetched_at"):
        checked(json.dumps(article(1, fetched_at=time)).encode(), "article", "here")


@pytest.mark.parametrize(
    "time", ["2026-01-01T00:00:00.123456789Z", "2026-01-01T00:00:00-00:00", "9999-12-31T23:59:59+14:00"]
)
def test_time_of_that_form_is_one(time):
    assert checked(json.dumps(article(1, fetched_at=time)).encode(), "article", "here")


@pytest.mark.parametrize("version", ["\u00b2", "\u0661", "9" * 5000, "", "x"])
def test_version_that_is_no_number_is_told(version):
    with pytest.raises(FeedError):
        checked(json.dumps(article(1) | {"schema_version": version}).encode(), "article", "here")
