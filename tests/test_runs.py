"""Runs form a chain: each cites the manifest before it, in its own manifest and in its WARC files."""

from __future__ import annotations

import pytest

from newsspider.collection.collection import Collection
from newsspider.collection.runs import PREVIOUS_RUN, RunLink, newest_run, remember_run
from tests.archive.exchanges import exchange, page, writer
from tests.warcs import read_warcs


@pytest.fixture
def collection(tmp_path):
    collection = Collection(tmp_path / "c")
    collection.runs_dir.mkdir(parents=True)
    return collection


def complete(collection: Collection, run: str, content: bytes = b"{}\n"):
    manifest = collection.runs_dir / f"{run}.json"
    manifest.write_bytes(content)
    remember_run(collection, manifest)
    return RunLink.to(manifest)


def write(collection: Collection) -> None:
    with writer(collection.path) as open_writer:
        open_writer.write_exchange(exchange(page(b"a page")))


def cited(collection: Collection) -> list[str | None]:
    return [record.fields().get(PREVIOUS_RUN) for record in read_warcs(collection.path) if record.type == "warcinfo"]


def test_link_reads_back():
    link = RunLink("20261122T195417123Z-a1b2c3", "0" * 64)

    assert RunLink.parse(str(link)) == link


def test_first_run_cites_none_and_the_next_cites_its_manifest(collection):
    write(collection)
    first = complete(collection, "20260101T000000000Z-a")
    write(collection)

    assert cited(collection) == [None, str(first)]


def test_run_without_manifest_is_passed_over(collection):
    first = complete(collection, "20260101T000000000Z-a")
    write(collection)  # and then killed
    write(collection)

    assert cited(collection) == [str(first), str(first)]


def test_manifest_that_was_altered_is_cited_as_it_was(collection):
    first = complete(collection, "20260101T000000000Z-a")
    (collection.runs_dir / f"{first.run}.json").write_bytes(b"{ }\n")

    assert newest_run(collection) == first


def test_manifest_that_was_removed_is_cited_all_the_same(collection):
    complete(collection, "20260101T000000000Z-a")
    second = complete(collection, "20260102T000000000Z-b")
    (collection.runs_dir / f"{second.run}.json").unlink()

    assert newest_run(collection) == second


def test_manifest_whose_run_was_killed_before_it_was_remembered_is_cited(collection):
    complete(collection, "20260101T000000000Z-a")
    second = collection.runs_dir / "20260102T000000000Z-b.json"
    second.write_bytes(b"{}\n")

    assert newest_run(collection) == RunLink.to(second)
