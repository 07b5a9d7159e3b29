"""What a machine brings and sends of a collection in object storage: state, index, and what it refuses to work with."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import shutil
import sqlite3
import tarfile
import threading
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from newsspider.collection.captures import Captures, RecordPlace
from newsspider.collection.collection import Collection
from newsspider.collection.database import StateVersionError
from newsspider.collection.head import Claim, CollectionHead, HeadError, NoConditionalWritesError, read_head
from newsspider.collection.objects import ObjectPath, ObjectStoreError
from newsspider.collection.pulled import PulledCollection
from newsspider.collection.runs import manifest_of, newest_run, remember_run
from newsspider.doctor import store as doctor
from newsspider.runs.stored import push, snapshot
from newsspider.runs.stored.crawl import StoredCrawl
from newsspider.runs.stored.snapshot import SnapshotError
from newsspider.warc.urlkey import urlkey
from tests.archive.exchanges import STARTED, URL, exchange, page, writer
from tests.machines import findings
from tests.servers.counting import counting
from tests.servers.s3 import READER_KEY, READER_SECRET, SECRET
from tests.stores import forget_client, use

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.stores import Store

BODY = b"<html><title>News</title><p>" + b"the same page each day " * 100 + b"</p></html>"


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch) -> Path:
    """A directory for what is temporary."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def crawl(store: Store, day: int) -> None:
    """Do what a crawl does that captures one page, the same each day."""
    with StoredCrawl(store.path(), "made", seconds=60) as stored:
        collection = Collection(stored.archive_dir / "made")
        with writer(collection.path) as open_writer:
            previous = newest_run(collection)
            open_writer.write_exchange(exchange(page(BODY), started=STARTED + timedelta(days=day)))
            warcs = open_writer.finish()
        run = f"202601{day:02}T080000000Z-a"
        told = {
            "run": run, "previous": previous and {"run": previous.run, "sha256": previous.sha256}, "site_facts": {},
            "parts": [], "site_facts_parts": [], "changes_parts": [],
            "warcs": [{"name": w.name, "size": w.size, "sha256": w.sha256, "records": w.records} for w in warcs],
        }  # fmt: skip
        collection.runs_dir.mkdir(exist_ok=True)
        manifest_of(collection, run).write_text(json.dumps(told), encoding="utf-8")
        remember_run(collection, manifest_of(collection, run))
        stored.publish(run)


@contextmanager
def pulled(store: Store) -> Iterator[PulledCollection]:
    with StoredCrawl(store.path(), "made", seconds=60) as stored:
        collection = PulledCollection.at(stored.archive_dir / "made")
        assert collection is not None
        yield collection


# -- the index ------------------------------------------------------------------------------------------------------


def test_run_sends_the_last_file_of_the_index_alone(store, monkeypatch):
    monkeypatch.setattr(push, "_SHARD", 800)  # two lines
    for day in range(1, 6):
        crawl(store, day)

    there = {name: data for name, data in store.tree().items() if name.startswith("indexes/")}
    assert {name: len(data.splitlines()) for name, data in there.items()} == {
        "indexes/index.cdxj": 2, "indexes/index-1.cdxj": 2, "indexes/index-2.cdxj": 1,
    }  # fmt: skip
    assert findings(store.path()) == []


def test_run_asks_the_store_as_often_however_old_the_collection_is(store, monkeypatch):
    monkeypatch.setattr(push, "_SHARD", 1)
    for day in range(1, 10):
        crawl(store, day)

    with counting(store.server.port) as proxy:
        use(monkeypatch, {"AWS_ENDPOINT_URL": proxy.endpoint})
        crawl(store, 10)
    assert len(proxy.asked) == 8, proxy.asked


def test_captures_of_all_runs_are_found_and_read_there(store, monkeypatch):
    monkeypatch.setattr(push, "_SHARD", 1)
    for day in range(1, 5):
        crawl(store, day)

    with pulled(store) as collection:
        found = list(collection.find(urlkey(URL)))
        assert [each.timestamp[:8] for each in found] == ["20260131", "20260201", "20260202", "20260203"]
        captures = Captures([collection], pytest.fail, max_block=None)
        # All but the first are revisits, so the payload of each lies in the file of the first run.
        assert [each.mime for each in found].count("warc/revisit") == 3
        for each in found:
            read = captures.read(RecordPlace(collection, each.filename, each.offset))
            assert read is not None
            assert read.http.body() == BODY


def test_what_was_captured_lately_is_known_without_older_files_of_the_index(store, monkeypatch):
    monkeypatch.setattr(push, "_SHARD", 1)
    for day in range(1, 5):
        crawl(store, day)

    with pulled(store) as collection:
        last = STARTED + timedelta(days=4)
        assert collection.has_between(URL, last - timedelta(hours=1), last)
        assert not collection.has_between(URL, last + timedelta(hours=1), last + timedelta(days=1))
        assert [path.name for path in collection.shards_dir.iterdir()] == ["index-3.cdxj"]
        assert collection.has_between(URL, last - timedelta(days=9), last - timedelta(days=2))
        assert len(list(collection.shards_dir.iterdir())) == 4


def test_newest_files_of_the_index_are_enough_to_find_a_page(store, monkeypatch):
    monkeypatch.setattr(push, "_SHARD", 1)
    for day in range(1, 5):
        crawl(store, day)

    with pulled(store) as collection:
        size = sum(shard.size for shard in collection.shards[2:])
        monkeypatch.setattr("newsspider.collection.pulled._MOST", size)
        assert [each.timestamp[:8] for each in collection.find(urlkey(URL))] == ["20260202", "20260203"]
        monkeypatch.setattr("newsspider.collection.pulled._MOST", size - 1)
        assert [each.timestamp[:8] for each in collection.find(urlkey(URL))] == ["20260203"]


# -- the state ------------------------------------------------------------------------------------------------------


def rewrite_state(store: Store, change) -> None:
    """Change the snapshot that HEAD names, and HEAD so that it names what is there."""
    head = read_head(store.path())
    files = {}
    with tarfile.open(fileobj=io.BytesIO(store.tree()[head.snapshot.name])) as tar:
        for member in tar:
            files[member.name] = tar.extractfile(member).read()
    change(files)
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    data = packed.getvalue()
    etag = store.put(head.snapshot.name, data).etag
    snapshot = replace(head.snapshot, sha256=hashlib.sha256(data).hexdigest(), size=len(data))
    etags = {**head.etags, head.snapshot.name: etag}
    store.put("HEAD", replace(head, snapshot=snapshot, etags=etags).as_json())


def test_state_of_a_newer_program_is_left_alone(store, tmp_path):
    crawl(store, 1)

    def newer(files: dict[str, bytes]) -> None:
        path = tmp_path / "newer.sqlite3"
        path.write_bytes(files["state.sqlite3"])
        with closing(sqlite3.connect(path)) as database:
            database.execute("PRAGMA user_version = 99")
        files["state.sqlite3"] = path.read_bytes()

    rewrite_state(store, newer)
    before = {name: data for name, data in store.tree().items() if name != "HEAD"}

    with pytest.raises(StateVersionError, match=r"state/0\.tar\.gz: it is of version 99, written by a newer"):
        crawl(store, 2)
    assert {name: data for name, data in store.tree().items() if name != "HEAD"} == before
    assert read_head(store.path()).holder is None


def test_file_that_is_none_of_a_state_is_refused(store):
    crawl(store, 1)
    rewrite_state(store, lambda files: files.update({"../elsewhere": b"x"}))

    with pytest.raises(SnapshotError, match=r"'\.\./elsewhere' is none of its files"):
        crawl(store, 2)


@pytest.mark.parametrize("spoil", ["absent", "altered"])
def test_state_that_head_does_not_name_is_refused(store, spoil):
    crawl(store, 1)
    name = read_head(store.path()).snapshot.name
    if spoil == "altered":
        store.put(name, gzip.compress(b"something else"))
    else:
        store.server.client().delete_object(Bucket=store.path(name).bucket, Key=store.path(name).key)

    with pytest.raises(SnapshotError, match=r"its SHA-256 is not the one in HEAD|there is no such object"):
        crawl(store, 2)
    assert read_head(store.path()).holder is None


def test_state_unpacks_to_so_many_bytes_at_most(store, monkeypatch):
    crawl(store, 1)
    with tarfile.open(fileobj=io.BytesIO(store.tree()["state/0.tar.gz"])) as tar:
        size = sum(member.size for member in tar)
    monkeypatch.setattr(snapshot, "_MOST", size)
    with pulled(store):
        pass

    monkeypatch.setattr(snapshot, "_MOST", size - 1)
    with pytest.raises(SnapshotError, match="or too large"):
        crawl(store, 2)


def test_head_is_read_up_to_a_length(store, monkeypatch):
    crawl(store, 1)
    size = len(store.tree()["HEAD"])
    monkeypatch.setattr("newsspider.collection.head._MOST", size)
    assert read_head(store.path()).generation == 1

    monkeypatch.setattr("newsspider.collection.head._MOST", size - 3)
    with pytest.raises(HeadError):
        read_head(store.path())


@pytest.mark.parametrize(
    ("was", "now"),
    [
        (b'"lease"', b'"loose"'),
        (b'"until": null', b'"until": ""'),
        (b'"until": null', b'"until": "2026-11-29T12:00:00"'),  # without an offset, as a person may write it
        (b'"generation": 0', b'"generation": "many"'),
    ],
)
def test_head_that_says_nonsense_is_named(store, was, now):
    head = CollectionHead(holder="machine:7:ab").as_json()
    assert was in head
    store.put("HEAD", head.replace(was, now))

    with pytest.raises(HeadError, match="not the head of a collection"):
        crawl(store, 1)


def test_directory_of_a_process_that_was_killed_goes_with_the_next(store, temporary):
    left = temporary / "newsspider-crawl-left"
    left.mkdir()
    (left / ".lock").touch()
    (left / "page.warc.gz").write_bytes(b"x")

    crawl(store, 1)

    assert list(temporary.glob("newsspider-*")) == []


# -- stores that will not do ----------------------------------------------------------------------------------------


class CarelessHandler(BaseHTTPRequestHandler):
    """Just enough of S3 to be written to, whatever the condition says: as some stores are."""

    objects: dict[str, bytes]

    def do_PUT(self) -> None:
        self.objects[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(200, b"", '"made"')

    def do_GET(self) -> None:
        error = b"<Error><Code>NoSuchKey</Code></Error>"
        there = self.path in self.objects
        self._answer(200 if there else 404, self.objects.get(self.path, error), '"made"')

    def do_DELETE(self) -> None:
        self.objects.pop(self.path, None)
        self._answer(204, b"", '"gone"')

    def _answer(self, status: int, body: bytes, etag: str) -> None:
        self.send_response(status)
        self.send_header("ETag", etag)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class RefusingHandler(CarelessHandler):
    """As others are: they know that there are conditions, and that they do not keep them."""

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        error = b"<Error><Code>NotImplemented</Code><Message>A header is not implemented.</Message></Error>"
        self._answer(501, error, '""')


@pytest.mark.parametrize(
    ("handler", "problem"),
    [(CarelessHandler, "overwrote an object in spite of IfNoneMatch"), (RefusingHandler, "answers NotImplemented")],
)
def test_store_without_conditional_writes_is_refused(monkeypatch, handler, problem):
    pytest.importorskip("boto3", reason="needs boto3 (extra s3)")
    monkeypatch.setattr("newsspider.collection.objects._WAITS", ())
    served = type("Served", (handler,), {"objects": {}})
    with ThreadingHTTPServer(("127.0.0.1", 0), served) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        endpoint = f"http://127.0.0.1:{server.server_address[1]}"
        use(monkeypatch, {
            "AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b",
            "AWS_DEFAULT_REGION": "us-east-1", "AWS_RETRY_MODE": "standard", "AWS_MAX_ATTEMPTS": "1",
        })  # fmt: skip
        with pytest.raises(NoConditionalWritesError, match=problem):
            Claim(ObjectPath("s3://bucket/x"), 60, "here").take(lambda head: head)
        server.shutdown()
    forget_client()
    assert served.objects == {}


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"AWS_SECRET_ACCESS_KEY": "wr0ng-secret"}, "does not accept the credentials"),
        ({"AWS_ACCESS_KEY_ID": READER_KEY, "AWS_SECRET_ACCESS_KEY": READER_SECRET}, "access denied"),
    ],
)
def test_nothing_is_crawled_where_nothing_may_be_written(store, scrapy_run, environment, said):
    ended = scrapy_run("crawl", "kankanews", "--collection", str(store.path()), env=environment)

    (line,) = [line for line in ended.stderr.splitlines() if line.startswith("scrapy crawl: ")]
    assert (ended.returncode, said in line) == (1, True), line
    assert not any(secret in ended.stderr + ended.stdout for secret in ("wr0ng-secret", READER_SECRET, SECRET))
    assert "Spider opened" not in ended.stderr
    assert store.tree() == {}


def test_missing_credentials_and_buckets_are_named(store, monkeypatch):
    with pytest.raises(ObjectStoreError, match="there is no such bucket"):
        Claim(ObjectPath("s3://no-such-bucket/x"), 60, "here").take(lambda head: head)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    forget_client()
    with pytest.raises(ObjectStoreError, match="no credentials; give them as boto3 takes them"):
        Claim(store.path(), 60, "here").take(lambda head: head)


@pytest.mark.parametrize("address", ["s3://bucket", "archives/kankanews", "s3://bucket/看看 新闻!"])
def test_address_that_is_no_place_for_a_collection_is_refused(scrapy_run, address):
    ended = scrapy_run("crawl", "kankanews", "--collection", address)

    assert ended.returncode == 1
    assert ended.stderr.startswith("scrapy crawl: ")
    assert len(ended.stderr.splitlines()) == 1


# -- what load made -------------------------------------------------------------------------------------------------


def test_collection_that_load_made_is_gone_on_with(store, scrapy_run, demo_site, temporary):
    quickly = (
        "-s", f"CONNECT_TO={demo_site.connect_to}", "-s", "DOWNLOAD_DELAY=0.001", "-s", "AUTOTHROTTLE_ENABLED=False",
        "-s", "REQUISITES=", "-s", "LOG_LEVEL=INFO",
    )  # fmt: skip
    first = scrapy_run("crawl", "kankanews", "--limit", "6", *quickly)
    assert first.returncode == 0, first.stderr
    loaded = scrapy_run("load", "kankanews", "--to", str(store.path()))
    assert loaded.returncode == 0, loaded.stderr
    shutil.rmtree(first.archive_dir)

    ended = scrapy_run("crawl", "kankanews", "--limit", "3", "--collection", str(store.path()), *quickly)

    assert ended.returncode == 0, ended.stderr
    manifests = [json.loads(data) for name, data in sorted(store.tree().items()) if name.startswith("runs/")]
    assert [each["counts"]["new"] for each in manifests] == [6, 3]
    assert manifests[1]["previous"]["run"] == manifests[0]["run"]
    assert findings(store.path()) == []
    assert not first.archive_dir.exists()


# ---------------------------------------------------------------------------------------------------- for the operator


def diagnosed(store: Store) -> dict[str, list[str]]:
    """What doctor finds, by subject: level and text of each finding."""
    found: dict[str, list[str]] = {}
    for finding in doctor.collection(store.path()):
        found.setdefault(finding.subject, []).append(f"{finding.level}: {finding.text}")
    return found


def test_doctor_says_who_holds_a_collection_and_by_which_lease(store):
    assert "nobody has crawled into it" in diagnosed(store)["lease"][0]
    crawl(store, 1)
    assert diagnosed(store)["lease"] == [f"ok: nobody holds {store.path()}; lease 1 was the last"]

    claim = Claim(store.path(), 60, "machine:7:ab")
    claim.take(lambda head: head)
    until = f"{read_head(store.path()).until:%Y-%m-%d %H:%M:%S}"
    held = diagnosed(store)
    store.put("HEAD", replace(claim.head, until=claim.head.until - timedelta(minutes=2)).as_json())
    ended = diagnosed(store)

    assert held["lease"] == [f"ok: machine:7:ab holds {store.path()} until {until} UTC or longer, by lease 2"]
    assert ended["lease"][0].startswith(f"warning: machine:7:ab did not let go of {store.path()} in order")


@pytest.mark.parametrize("spoil", ["absent", "altered"])
@pytest.mark.parametrize("named", ["run", "state"])
def test_doctor_misses_what_head_names(store, named, spoil):
    crawl(store, 1)
    head = read_head(store.path())
    name = f"runs/{head.run.run}.json" if named == "run" else head.snapshot.name
    assert [each[:3] for each in diagnosed(store)["store"]] == ["ok:", "ok:"]

    if spoil == "absent":
        store.server.client().delete_object(Bucket=store.path(name).bucket, Key=store.path(name).key)
    else:
        store.put(name, b"{}")

    (fault,) = [each for each in diagnosed(store)["store"] if not each.startswith("ok:")]
    assert fault.startswith(f"fault: {store.path(name)} is not what")
    assert ("no such object" if spoil == "absent" else "SHA-256") in fault


def test_doctor_says_what_is_wrong_with_head(store):
    store.put("HEAD", b"no JSON")

    assert diagnosed(store)["store"][0].startswith(f"fault: {store.path('HEAD')}: not the head of a collection")
