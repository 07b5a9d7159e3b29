"""Runs form a chain: each cites the manifest before it, in its own manifest and in its WARC files."""

from __future__ import annotations

import gzip
import json
import random
import re
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsspider.collection.collection import Collection
from newsspider.collection.runs import (
    PREVIOUS_RUN,
    RunLink,
    archives_read,
    begun_runs,
    complete_runs,
    known_names,
    left_by_killed_runs,
    manifests,
    named_moment,
    newest_run,
    remember_run,
    run_name,
)
from newsspider.collection.state import State
from newsspider.warc.header import WARC_FIELDS
from newsspider.warc.record import NewRecord, RecordWriter, new_id
from newsspider.warc.warcfile import OpenWarcFile, describe
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


OURS = "software: newsspider/1\r\n"
RUN, HASH = "20261122T195417123Z-a1b2c3", "0123456789abcdef" * 4


@pytest.mark.parametrize(
    "text",
    [
        *("", RUN, f"{RUN} {HASH}", f"{RUN} sha1:{HASH}", f"{RUN} sha256:{HASH.upper()}", f"{RUN}  sha256:{HASH}"),
        *(f"{RUN} sha256:{HASH[1:]}", f"{RUN} sha256:{HASH}0", f"{RUN} sha256:{HASH} ", f" {RUN} sha256:{HASH}"),
        *(f"{RUN} x sha256:{HASH}", f"{RUN} sha256:{HASH}\nx", f"{RUN}, sha256:{HASH[:-1]}g"),
    ],
    ids=range(13),
)
def test_another_text_is_no_link(text):
    assert RunLink.parse(f"{RUN} sha256:{HASH}") == RunLink(RUN, HASH)
    assert RunLink.parse(text) is None


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        ("20261122T195417123Z-a1b2c3", datetime(2026, 11, 22, 19, 54, 17, 123_000, tzinfo=UTC)),
        ("20261122T000000000Z-a_b-c", datetime(2026, 11, 22, tzinfo=UTC)),
        *((name, None) for name in ("", "notes", "20261122T195417123Z", "20261122T195417123Z-", "20261122T195417Z-a")),
        *((name, None) for name in ("20261122T195417123Z-a.b", "20261122T195417123Z-看", "x20261122T195417123Z-a")),
        *((name, None) for name in ("２０２６1122T195417123Z-a", "20261399T000000000Z-a", "20261122T240000000Z-a")),
    ],
)
def test_the_name_of_a_run_has_its_moment(name, moment):
    assert named_moment(name) == moment


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


def test_a_name_sorts_after_all_that_were_given_whatever_the_clock_shows():
    noon = datetime(2026, 11, 22, 12, 0, 0, 123999, tzinfo=UTC)

    assert run_name(noon, "job", []) == "20261122T120000123Z-job"
    assert run_name(noon, "job", ["20261122T110000000Z-z", "20201122T110000000Z-z"]) == "20261122T120000123Z-job"
    assert run_name(noon.replace(microsecond=7000), "job", []) == "20261122T120000007Z-job"
    assert run_name(noon, "job", ["20261122T120000122Z-z", "notes"]) == "20261122T120000123Z-job"
    assert run_name(noon, "job", ["20261122T120000123Z-z"]) == "20261122T120000124Z-job"
    assert run_name(noon, "job", ["20271231T235959999Z-z", "20261122T120000123Z-z"]) == "20280101T000000000Z-job"
    assert run_name(noon, "a/b_c-d.é" + "x" * 99, []) == "20261122T120000123Z-ab_c-d" + "x" * 58
    first, second = (run_name(noon, "/", []) for _ in range(2))
    assert re.fullmatch(r"20261122T120000123Z-[0-9a-f]{6}", first)
    assert first != second


def test_runs_are_known_by_manifest_and_by_directory(collection):
    assert (complete_runs(collection), begun_runs(collection), manifests(collection)) == ([], [], [])
    for name in ("b.json", "a.json", "a.txt", "c.json.part"):
        (collection.runs_dir / name).touch()
    (collection.items_dir / "killed").mkdir(parents=True)

    assert complete_runs(collection) == [path.stem for path in manifests(collection)] == ["a", "b"]
    assert begun_runs(collection) == ["killed"]
    assert sorted(known_names(collection, None)) == ["a", "b", "killed"]
    assert sorted(known_names(collection, RunLink("away", "0" * 64))) == ["a", "away", "b", "killed"]


def test_archives_are_those_of_manifests_that_can_be_read_each_once(collection):
    sources = ({"archives": ["/x", "/y"]}, None, {"archives": ["/y", "/z"]}, {}, [], "x")
    for number, source in enumerate(sources):
        (collection.runs_dir / f"{number}.json").write_text(json.dumps({"source": source}))
    for number, text in enumerate(("{", "{}", "7", '{"source": {"x": 1}}', '{"source": {"archives": 7}}'), start=10):
        (collection.runs_dir / f"{number}.json").write_text(text)
    (collection.runs_dir / "9.json").mkdir()

    assert archives_read(collection) == ["/x", "/y", "/z"]


def test_runs_are_in_order_and_none_are_where_no_directory_is(collection, tmp_path):
    names = [f"{number:02}" for number in (3, 11, 0, 8, 5, 1, 9, 2, 10, 7, 4, 6)]
    for name in names:
        (collection.runs_dir / f"{name}.json").touch()
    other = Collection(tmp_path / "other")
    other.path.mkdir()
    for place in (other.runs_dir, other.items_dir):
        place.touch()

    assert complete_runs(collection) == [path.stem for path in manifests(collection)] == sorted(names)
    assert (complete_runs(other), begun_runs(other)) == ([], [])


def warc(
    collection: Collection, name: str, *, prefix: str = OURS, cited: str = "", kind: str = "warcinfo"
) -> None:
    """A file of one record, its warcinfo."""
    block = (prefix + (f"{PREVIOUS_RUN}: {cited}\r\n" if cited else "")).encode("utf-8", "surrogateescape")
    with closing(OpenWarcFile(collection.archive_dir, name)._file) as file:
        opened_at = file.name
        RecordWriter(file.write).write_record(
            NewRecord.of_block(kind, new_id(), [("WARC-Date", "2026-01-01T00:00:00Z")], WARC_FIELDS, block)
        )
    Path(opened_at).rename(collection.archive_dir / name)


def test_files_of_killed_runs_are_those_of_ours_that_no_manifest_names(collection):
    collection.archive_dir.mkdir()
    link = complete(collection, "20260101T000000000Z-a")
    warc(collection, "first.warc.gz")
    warc(collection, "later.warc.gz", cited=str(link))
    warc(collection, "named.warc.gz", cited=str(link))
    warc(collection, "altered.warc.gz", cited=str(RunLink(link.run, "0" * 64)))
    warc(collection, "away.warc.gz", cited=str(RunLink("20250101T000000000Z-a", "0" * 64)))
    warc(collection, "odd.warc.gz", cited="x")
    warc(collection, "operator.warc.gz", prefix=f"operator: \udcff\r\n{OURS}")
    warc(collection, "resource.warc.gz", kind="resource")
    warc(collection, "other.warc.gz", prefix="software: newsspiderling/1\r\n")
    warc(collection, "theirs.warc.gz", prefix="software: other/1\r\nno colon\r\n")
    (collection.archive_dir / "damaged.warc.gz").write_bytes(b"garbage")
    (collection.archive_dir / "empty.warc.gz").touch()

    left = left_by_killed_runs(collection, {"named.warc.gz"})
    assert [file.name for file in left] == ["first.warc.gz", "later.warc.gz", "operator.warc.gz"]
    assert left[0] == describe(collection.archive_dir / "first.warc.gz")


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("software", ["newsspider/1", "other/1"])
def test_a_long_warcinfo_of_somebody_else_ends_no_run(collection, packed, software):
    collection.archive_dir.mkdir()
    noise = random.Random(1).randbytes(30_000).hex().encode()
    block = f"software: {software}\r\njson-metadata: ".encode() + noise + b"\r\n"
    fields = [
        "WARC/1.0", "WARC-Type: warcinfo", f"WARC-Record-ID: <{new_id()}>", "WARC-Date: 2026-01-01T00:00:00Z",
        f"Content-Type: {WARC_FIELDS}", f"Content-Length: {len(block)}",
    ]  # fmt: skip
    record = "\r\n".join(fields).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"
    name = "theirs.warc.gz" if packed else "theirs.warc"
    (collection.archive_dir / name).write_bytes(gzip.compress(record) if packed else record)

    left = left_by_killed_runs(collection, set())
    assert [file.name for file in left] == ([name] if software.startswith("newsspider") else [])


def test_a_run_is_cited_as_it_was_remembered_and_the_newest_of_all_is(collection):
    first = complete(collection, "20260101T000000000Z-a")
    with closing(State(collection.state_path)) as state:
        assert state.newest_run() == (first.run, first.sha256)
    collection.state_path.unlink()
    assert newest_run(collection) == first

    second = complete(collection, "20260102T000000000Z-b")
    assert newest_run(collection) == second
