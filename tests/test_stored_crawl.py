"""``scrapy crawl --collection s3://…``: several machines crawl into one collection, one at a time."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from newsspider import feeds
from newsspider.collection.head import Claim, CollectionHead, HeldElsewhereError, LeaseLostError, read_head
from newsspider.feeds.loading.upload import Upload, UploadError
from tests.feeds import article, write_run
from tests.machines import Machine, assert_whole, copy_collection, ids
from tests.servers.counting import counting
from tests.stores import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import DemoSite
    from tests.servers.s3 import S3Server

ARTICLES = 40
"""Of the demo site of the session."""


@pytest.fixture(scope="module")
def machines(s3_server: S3Server, demo_site: DemoSite, tmp_path_factory) -> list[Machine]:
    return [
        Machine(tmp_path_factory.mktemp(f"machine{n}"), s3_server.environment(), demo_site.connect_to) for n in range(2)
    ]


@pytest.fixture(scope="module")
def filled(s3_server: S3Server, s3_bucket: str, machines) -> Iterator[Store]:
    """A collection into which both machines crawled, one after the other."""
    store = Store(s3_server, s3_bucket)
    for machine in machines:
        ended = machine.crawl(store.path())
        assert ended.returncode == 0, ended.stderr
    yield store
    store.close()


@pytest.fixture
def collection(filled: Store, store: Store) -> Store:
    """A copy of it, to be changed."""
    copy_collection(filled, store)
    return store


# -- the ordinary way -----------------------------------------------------------------------------------------------


def test_two_machines_make_one_collection(filled, machines, store):
    at = filled.path()

    assert_whole(at, ARTICLES)
    first, second = feeds.runs(at)
    assert (first.manifest["previous"], second.manifest["previous"]["run"]) == (None, first.run)
    assert (first.manifest["counts"]["new"], second.manifest["counts"]["new"]) == (ARTICLES, 0)
    assert first.manifest["settings_sha256"] == second.manifest["settings_sha256"]


def test_machine_keeps_nothing(filled, machines):
    assert [machine.left() for machine in machines] == [[], []]


def test_records_come_again_from_it(filled, machines, tmp_path, store):
    extracted = machines[0].run("extract", str(filled.path()), "--to", str(tmp_path / "again"))

    assert extracted.returncode == 0, extracted.stderr
    assert {each.id for each in feeds.read(tmp_path / "again")} == set(ids(filled.path()))


def test_run_that_finds_nothing_asks_the_store_eight_times(collection, machines):
    with counting(collection.server.port) as proxy:
        ended = machines[0].crawl(collection.path(), env={"AWS_ENDPOINT_URL": proxy.endpoint})

    assert ended.returncode == 0, ended.stderr
    what = [re.sub(r"^(\w+) /[^/]+/[^/]+/([^/?]+).*", r"\1 \2", line) for line in proxy.asked]
    assert what == [
        "GET HEAD", "PUT HEAD", "GET state", "PUT archive", "PUT indexes", "PUT state", "PUT runs", "PUT HEAD",
    ]  # fmt: skip


@pytest.mark.slow
def test_many_sites_have_a_collection_each(store, machines, tmp_path):
    names = ["harbour", "jiangcheng"]
    sites = tmp_path / "sites.txt"
    sites.write_text("".join(f"{name}\n" for name in names), encoding="utf-8")
    (machine, _), at = machines, store.path()

    ended = machine.run(
        "crawl", "--sites", str(sites), "--at-once", "2", "--collection", f"{at}/{{site}}",
        "-s", f"CONNECT_TO={machine.connect_to}", "-s", "DOWNLOAD_DELAY=0.001", "-s", "AUTOTHROTTLE_ENABLED=False",
        "-s", "REQUISITES=",
    )  # fmt: skip

    assert ended.returncode == 0, ended.stderr
    lines = {line["site"]: line for line in map(json.loads, ended.stdout.splitlines())}
    assert lines.keys() == set(names)
    for name, line in lines.items():
        assert line["articles"] == line["new"] == len(ids(at / name)) > 0
        assert read_head(at / name).run.run == line["run"]
    assert machine.left() == []


# -- what is refused ------------------------------------------------------------------------------------------------


def test_collection_that_another_process_holds_is_left_alone(collection, machines):
    held = CollectionHead(holder="far-away:1:abc", until=datetime(2099, 1, 30, 8, tzinfo=UTC), generation=3)
    collection.put("HEAD", held.as_json())
    before = collection.tree()

    ended = machines[0].crawl(collection.path())

    assert ended.returncode == 75
    (line,) = [line for line in ended.stderr.splitlines() if line.startswith("scrapy crawl: ")]
    assert "far-away:1:abc is crawling into this collection, and holds it until 2099-01-30 08:00:00 UTC" in line
    assert collection.tree() == before


def test_collection_of_a_newer_program_is_left_alone(collection, machines):
    newer = json.loads(collection.tree()["HEAD"]) | {"format": 2}
    collection.put("HEAD", json.dumps(newer).encode())

    ended = machines[0].crawl(collection.path())

    assert (ended.returncode, "written by a newer newsspider" in ended.stderr) == (1, True)


def test_load_into_a_collection_that_crawls_keep_is_refused(collection, tmp_path):
    write_run(tmp_path / "made", "20990101T000000000Z-a", [article(1)])
    before = collection.tree()

    with pytest.raises(UploadError, match="crawls with --collection keep this collection"):
        Upload(tmp_path / "made", collection.path())
    assert collection.tree() == before


def test_load_behind_a_run_that_is_not_ours_is_refused(store, tmp_path):
    write_run(tmp_path / "theirs", "20260101T000000000Z-a", [article(1)])
    write_run(tmp_path / "ours", "20260102T000000000Z-b", [article(1)])
    there = Upload(tmp_path / "theirs", store.path())
    there.prove(lambda size: None)
    there.send(lambda size: None)
    before = store.tree()

    with pytest.raises(UploadError, match="the newest run there is none of those here"):
        Upload(tmp_path / "ours", store.path())
    assert store.tree() == before


def test_load_sees_a_run_that_comes_meanwhile(store, tmp_path):
    write_run(tmp_path / "theirs", "20260101T000000000Z-a", [article(1)])
    write_run(tmp_path / "ours", "20260102T000000000Z-b", [article(1)])
    ours = Upload(tmp_path / "ours", store.path())
    ours.prove(lambda size: None)
    store.put("runs/20260101T000000000Z-a.json", (tmp_path / "theirs/runs/20260101T000000000Z-a.json").read_bytes())

    with pytest.raises(UploadError, match="the newest run there is none of those here"):
        ours.send(lambda size: None)
    assert [name for name in store.tree() if name.startswith("runs/")] == ["runs/20260101T000000000Z-a.json"]


# -- the lease ------------------------------------------------------------------------------------------------------


def claim(store: Store, holder: str, seconds: float = 60) -> Claim:
    taken = Claim(store.path(), seconds, holder)
    taken.take(lambda head: head)
    return taken


def test_only_one_of_two_has_it(store):
    first = claim(store, "first")

    with pytest.raises(HeldElsewhereError, match="first is crawling"):
        claim(store, "second")
    first.let_go(clean=True)
    assert claim(store, "second").head.generation == 2


def test_who_lost_it_can_neither_renew_nor_publish(store):
    first = claim(store, "first")
    store.put("HEAD", replace(read_head(store.path()), until=datetime.now(UTC) - timedelta(seconds=1)).as_json())
    second = claim(store, "second")

    assert second.left_by == "first"
    for change in (first.renew, lambda: first.publish(None, None, {})):
        with pytest.raises(LeaseLostError, match="second has it now"):
            change()
    second.renew()


def test_answer_that_was_lost_is_no_loss_of_the_lease(store):
    held = claim(store, "first")
    etag = held._etag
    held.renew()
    held._etag = etag  # as after an answer that did not arrive: what it wrote is there

    data = held.head
    held._write(data)
    held.renew()


@pytest.mark.parametrize("minutes", [-10, 10])
def test_clock_of_a_machine_does_not_count(store, monkeypatch, minutes):
    import time_machine

    claim(store, "first")
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=minutes)), pytest.raises(HeldElsewhereError):
        claim(store, "second")


def test_runs_are_listed_there(filled, machines):
    listed = machines[0].run("runs", str(filled.path()), "--json")

    newest, first = map(json.loads, listed.stdout.splitlines())
    assert (newest["state"], newest["new"], newest["exit_code"]) == ("complete", 0, 0)
    assert (first["state"], first["new"], first["exit_code"]) == ("complete", ARTICLES, 0)
    assert newest["run"] > first["run"]
