"""Feeds made by hand, one thing about each: which runs and parts are read, in which order, and what is wrong there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from newsspider.feeds import FeedError, read, reading, runs
from newsspider.feeds.loading.source import find_parts
from tests.feeds import article, line, write_part, write_run

if TYPE_CHECKING:
    from pathlib import Path

FACTS = {
    "schema_version": "1.1", "id": "kankanews:facts:0", "site": "kankanews", "publisher": "看看", "copyright": None,
    "licences": [], "icp_numbers": [], "police_numbers": [], "phones": [], "emails": [],
    "url": "https://www.kankanews.com/", "fetched_at": "2026-11-22T12:00:00+00:00", "archive": None,
}  # fmt: skip


@pytest.fixture
def collection(tmp_path) -> Path:
    return tmp_path / "archives/kankanews"


def names(*numbers: int) -> list[str]:
    return [f"kankanews:made{number}" for number in numbers]


def read_ids(*arguments: Any, **options: Any) -> list[str]:
    return [each.id for each in read(*arguments, **options)]


def retell(collection: Path, **fields: Any) -> None:
    """Write fields over those of the manifest of run-1."""
    path = collection / "runs/run-1.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | fields), encoding="utf-8")


def test_runs_and_parts_come_in_the_order_of_their_names(collection):
    for number in (5, 1, 9, 3, 7, 2, 8, 4, 6):
        write_run(collection, f"run-{number}", [article(number)])
    for number in (5, 1, 9, 3, 7, 2, 8, 4, 6):
        write_part(collection.parent / f"some/part-{number:05}.jsonl", [article(number)])

    assert [run.run for run in runs(collection)] == [f"run-{number}" for number in range(1, 10)]
    assert read_ids(collection) == names(*range(1, 10))
    assert read_ids(collection.parent / "some") == names(*range(1, 10))


def test_reading_goes_on_behind_the_run_that_is_named(collection):
    for number in range(1, 4):
        write_run(collection, f"run-{number}", [article(number)])

    assert read_ids(collection, after="run-1") == names(2, 3)
    assert read_ids(collection, after="run-3") == []
    with pytest.raises(FeedError, match=r"there is no run 'run-0' to go on after; the newest is run-3"):
        list(runs(collection, after="run-0"))


@pytest.mark.parametrize("place", ["items/run-1", "items/run-1/part-00001.jsonl"])
def test_reading_goes_on_after_a_run_in_a_collection_alone(place, collection):
    write_run(collection, "run-1", [article(1)])

    assert read_ids(collection / place) == names(1)
    with pytest.raises(FeedError, match=r"after= names a run of a collection, and this is none"):
        read(collection / place, after="run-1")


def test_collection_without_a_complete_run_has_none_to_give(collection):
    (collection / "runs").mkdir(parents=True)

    with pytest.raises(FeedError, match=r"there is no complete run: no runs/\*\.json"):
        list(runs(collection))


def test_run_of_before_there_were_facts_and_changes_has_none(collection):
    directory = write_run(collection, "run-1", [article(1)])
    (run,) = runs(collection)

    assert (list(run.site_facts()), list(run.changes())) == ([], [])
    assert reading.manifest_digests(directory) == {"part-00001.jsonl": run.manifest["parts"][0]["sha256"]}


def test_parts_of_every_kind_are_found_and_proven(collection):
    directory = write_run(collection, "run-1", [article(1)], site_facts=[FACTS], changes=[])

    for place in (collection, directory):
        found = {part.path.name: part for part in find_parts([place])}
        assert {name: part.kind for name, part in found.items()} == {
            "part-00001.jsonl": "article", "site-facts-00001.jsonl": "site_facts", "changes-00001.jsonl": "change"
        }  # fmt: skip
        assert all(part.in_manifest for part in found.values())
    (directory / "site-facts-00001.jsonl").write_bytes(line(FACTS | {"publisher": "别的"}))
    altered = next(part for part in find_parts([directory]) if part.kind == "site_facts")
    with pytest.raises(FeedError, match="its SHA-256 is not the one in its manifest"):
        altered.prove()
    with pytest.raises(FeedError, match="its SHA-256 is not the one in its manifest"):
        list(next(iter(runs(collection))).site_facts())


def test_part_is_proven_to_its_end_whatever_its_length(collection):
    directory = write_run(collection, "run-1", [article(1, body_text="字" * 700_000), article(2)])  # 2 MB
    part = directory / "part-00001.jsonl"
    part.write_bytes(part.read_bytes().replace(b"made2", b"made3"))

    with pytest.raises(FeedError, match="its SHA-256 is not the one in its manifest"):
        list(read(collection))


def test_part_is_held_against_its_manifest_from_within_its_directory_too(collection, monkeypatch):
    directory = write_run(collection, "run-1", [article(1)])
    (directory / "part-00001.jsonl").write_bytes(line(article(2)))
    monkeypatch.chdir(directory)

    for place in (".", "part-00001.jsonl"):
        with pytest.raises(FeedError, match="its SHA-256 is not the one in its manifest"):
            list(read(place))


def test_part_that_no_manifest_tells_of_is_read_as_it_is(collection):
    directory = write_run(collection, "run-1", [article(1)])
    write_part(directory / "part-00002.jsonl", [article(2)])

    assert read_ids(directory) == names(1, 2)
    assert read_ids(collection) == names(1)


@pytest.mark.parametrize(("room", "whole"), [(0, True), (-1, False)])
def test_record_is_as_long_as_a_line_may_be(room, whole, tmp_path, monkeypatch):
    part = tmp_path / "part-00001.jsonl"
    size = write_part(part, [article(1)])["size"]
    monkeypatch.setattr(reading, "MAX_LINE", size + room)

    if whole:
        assert read_ids(part) == names(1)
    else:
        with pytest.raises(FeedError, match="line 1: the line has no end, so the record is not complete"):
            list(read(part))


def test_record_of_a_megabyte_is_read(tmp_path):
    write_part(tmp_path / "part-00001.jsonl", [article(1, body_text="字" * 400_000)])

    assert len(next(iter(read(tmp_path))).body_text) == 400_000


@pytest.mark.parametrize(
    ("version", "problem"),
    [
        ("2.0", "of schema 2.0, and this program reads"),
        ("10.0", "of schema 10.0, and this program reads"),
        ("one", "record is not valid at schema_version"),
        (None, "record is not valid at schema_version"),
    ],
)
def test_record_of_another_major_version_is_refused(version, problem, tmp_path):
    write_part(tmp_path / "part-00001.jsonl", [article(1, schema_version=version)])

    with pytest.raises(FeedError, match=rf"line 1: {problem}"):
        list(read(tmp_path))


def test_record_of_1_0_says_what_its_warnings_say():
    """``cut_off`` and ``doubts`` came with 1.1 (docs/feed.md)."""
    record = article(1, schema_version="1.0")
    record["provenance"] = {
        name: value for name, value in record["provenance"].items() if name not in ("cut_off", "doubts")
    } | {"warnings": ["body_text: the page has no end"]}  # fmt: skip
    said = reading.checked(line(record), "article", "here")["provenance"]

    assert (said["cut_off"], said["doubts"]) == (True, ["body_text"])


def test_manifest_of_another_run_is_told(collection):
    write_run(collection, "run-1", [article(1)])
    retell(collection, run="run-2")

    with pytest.raises(FeedError, match="it is the manifest of another run"):
        list(read(collection))


@pytest.mark.parametrize("missing", ["name", "size", "sha256"])
def test_part_of_which_a_manifest_does_not_say_all_is_told(missing, collection):
    write_run(collection, "run-1", [article(1)])
    (part,) = json.loads((collection / "runs/run-1.json").read_bytes())["parts"]
    retell(collection, parts=[{name: value for name, value in part.items() if name != missing}])

    with pytest.raises(FeedError, match=rf"not the manifest of a run \(KeyError: '{missing}'\)"):
        list(read(collection))


def test_what_is_a_directory_where_a_file_should_be_is_told(collection):
    directory = write_run(collection, "run-1", [article(1)])
    (directory / "part-00001.jsonl").rename(collection / "aside")
    (directory / "part-00001.jsonl").mkdir()
    (collection.parent / "part-00001.jsonl").mkdir()

    with pytest.raises(FeedError, match="cannot be read, and its manifest names it: Is a directory"):
        list(read(collection))
    with pytest.raises(FeedError, match="Is a directory"):
        list(reading.read_part(directory / "part-00001.jsonl", "article", reading.Article))
    (collection / "runs/run-1.json").unlink()
    (collection / "runs/run-1.json").mkdir()
    with pytest.raises(FeedError, match=r"run-1\.json: cannot be read: Is a directory"):
        list(read(collection))
