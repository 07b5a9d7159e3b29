"""``scrapy load --to s3://…``: a collection into a real S3 server, and read from there by all that reads one."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import re
import shutil
import signal
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from newsspider import feeds
from newsspider.collection.collection import Collection
from newsspider.collection.indexing import rebuild_index
from newsspider.collection.lookup import Lookup
from newsspider.collection.objects import ObjectPath, ObjectStoreError, client
from newsspider.extraction.target import UnwrittenObjectError, put
from newsspider.feeds.loading import sending, upload
from newsspider.feeds.loading.upload import Upload, UploadError
from newsspider.warc.cdxj import CdxjEntry
from tests.archive.exchanges import exchange, page, writer
from tests.dealt import deal_out
from tests.feeds import article, write_run
from tests.loaded import start_scrapy
from tests.servers.cutting import cutting
from tests.servers.s3 import READER_KEY, READER_SECRET, SECRET
from tests.stores import use
from tests.warcs import feed_lines, manifests

if TYPE_CHECKING:
    from pathlib import Path

    from tests.stores import Store

QUICKLY = ("-s", "DOWNLOAD_DELAY=0.01", "-s", "AUTOTHROTTLE_ENABLED=False", "-s", "REQUISITES=")
AT_ONCE = "from newsspider.collection import objects; objects._WAITS = (0, 0, 0, 0)"
"""Run first by a command that is to ask the store as often as usual, but not to wait in between."""


@pytest.fixture(scope="module")
def crawled(s3_server, demo_site, scrapy_run_in, tmp_path_factory) -> Path:
    """A collection of two live crawls."""
    scrapy_run = scrapy_run_in(tmp_path_factory.mktemp("live"))
    for run in range(2):
        time.sleep(2 * run)  # an index has seconds: by it, what is nearer to the first run is not of the second
        ended = scrapy_run("crawl", "kankanews", "-a", "full=1", "-s", f"CONNECT_TO={demo_site.connect_to}", *QUICKLY)
        assert ended.returncode == 0, ended.stderr
    return ended.archive_dir / "kankanews"


@pytest.fixture
def collection(crawled, tmp_path) -> Path:
    """A copy of it, where commands look for collections."""
    return shutil.copytree(crawled, tmp_path / "archives/kankanews")


def send(collection: Path, store: Store) -> Upload:
    """Load it in this process."""
    done = Upload(collection, store.path())
    done.prove(lambda size: None)
    done.send(lambda size: None)
    return done


def uploaded(collection: Path) -> dict[str, bytes]:
    """What has to be there: all but the state, the lock and the pages for people."""
    rooms = ("archive", "indexes", "items", "runs")
    return {
        str(path.relative_to(collection)): path.read_bytes()
        for room in rooms for path in (collection / room).rglob("*") if path.is_file()
    }  # fmt: skip


# -- the index ---------------------------------------------------------------------------------------------------------


def test_an_index_of_several_files_is_one_there(collection, store):
    kept = (collection / "indexes/index.cdxj").read_bytes()
    deal_out(collection)

    send(collection, store)

    assert {name: data for name, data in store.tree().items() if name.startswith("indexes/")} == {
        "indexes/index.cdxj": kept
    }


def test_captures_in_a_file_with_a_chinese_name_are_in_the_index_there(collection, store, tmp_path):
    with writer(tmp_path / "other") as open_writer:
        open_writer.write_exchange(exchange(page(b"<p>other</p>")))
    (file,) = (tmp_path / "other/archive").iterdir()
    shutil.copy(file, collection / "archive/看看.warc.gz")
    rebuild_index(Collection(collection), lambda *_: None)

    send(collection, store)

    assert store.tree()["indexes/index.cdxj"] == (collection / "indexes/index.cdxj").read_bytes()


def test_an_index_of_several_files_that_somebody_copied_there_is_read(collection, store, scrapy_run, tmp_path):
    extracted = scrapy_run("extract", "kankanews", "--to", str(tmp_path / "here"))
    assert extracted.returncode == 0, extracted.stderr
    deal_out(collection)
    for name, data in uploaded(collection).items():
        store.put(name, data)

    extracted = scrapy_run("extract", str(store.path()), "--to", str(tmp_path / "there"))

    assert extracted.returncode == 0, extracted.stderr
    here, there = ((tmp_path / each / "part-00001.jsonl").read_bytes() for each in ("here", "there"))
    assert here == there


# -- there and back ---------------------------------------------------------------------------------------------------


def test_collection_that_is_only_there_gives_what_it_gave_here(collection, store, scrapy_run, tmp_path):
    was, at = tmp_path / "was", str(store.path())
    loaded = scrapy_run("load", "kankanews", "--to", at)
    assert loaded.returncode == 0, loaded.stderr
    shutil.move(collection, was)

    verified = scrapy_run("verify", at)
    assert (verified.returncode, "no faults" in verified.stdout) == (0, True), verified.stdout
    lines = []
    for run, moment in enumerate((manifests(was)[0]["started"], datetime.now(UTC).isoformat())):
        where = ("-a", f"archive={at}", "-a", f"at={moment}", "-s", f"COLLECTION=r{run}")
        crawl = scrapy_run("crawl", "kankanews", *where)
        assert crawl.returncode == 0, crawl.stderr
        again = crawl.archive_dir / f"r{run}"
        (replayed,) = manifests(again)
        assert (replayed["source"]["archives"], replayed["source"]["missing"]) == ([at], [])
        lines.append(sorted(feed_lines(again, replayed)))
    assert lines == [sorted(feed_lines(was, manifest)) for manifest in manifests(was)]
    assert list(feeds.read(at)) == list(feeds.read(was))
    first, second = feeds.runs(at)
    assert [run.run for run in feeds.runs(at, after=first.run)] == [second.run]
    assert list(second.changes()) == list(list(feeds.runs(was))[1].changes())

    into = scrapy_run("load", at, "--to", f"sqlite:///{tmp_path}/there.db")
    assert "40 new articles" in into.stdout
    extracted = scrapy_run("extract", at, "--jobs", "2", "--to", f"{tmp_path}/extracted", "--diff", at)
    assert extracted.returncode == 0, extracted.stderr
    assert "80 records" in extracted.stdout


def test_all_forms_of_an_archive_are_read_there(collection, store, scrapy_run, tmp_path):
    packed = tmp_path / "packed.wacz"
    assert scrapy_run("pack", "kankanews", "-o", str(packed)).returncode == 0
    store.put_tree(collection)
    store.put("packed.wacz", packed.read_bytes())
    store.put_tree(collection / "archive")
    (first, *_) = sorted((collection / "archive").iterdir())
    index = (collection / "indexes/index.cdxj").read_text(encoding="utf-8")
    urls = sorted({CdxjEntry.parse(line).url for line in index.splitlines(keepends=True)})

    def answers(*paths: Path) -> list[tuple[str, bytes] | None]:
        lookup = Lookup(paths, pytest.fail, max_block=None)
        pages = [lookup.page(url, None) for url in urls]
        lookup.close()
        return [page and (page.capture.where.record_id, page.http.payload(limit=1 << 30)) for page in pages]

    here = answers(collection)
    assert None not in here
    assert answers(store.path("packed.wacz")) == here
    assert answers(store.path("archive")) == here
    assert answers(store.path("archive") / first.name) == answers(first)
    assert scrapy_run("verify", str(store.path("packed.wacz"))).returncode == 0


# -- what is sent -----------------------------------------------------------------------------------------------------


def test_what_is_there_is_what_is_here(collection, store, scrapy_run):
    ended = scrapy_run("load", "kankanews", "--to", str(store.path()))

    assert ended.returncode == 0, ended.stderr
    here = uploaded(collection)
    sent = sum(len(data) for name, data in here.items() if not name.startswith("indexes/"))
    assert ended.stdout.startswith(f"{len(here) - 1} files with {sent:,} bytes sent to {store.path()}, 0 were there")
    assert "runs complete there: 2; the index is new" in ended.stdout
    assert store.tree() == here


def test_loading_twice_sends_nothing(collection, store, scrapy_run):
    send(collection, store)
    stamps = {path.key: path.etag for path in store.path().walk()}

    ended = scrapy_run("load", "kankanews", "--to", str(store.path()))

    assert ended.returncode == 0
    assert ended.stdout.startswith("0 files with 0 bytes sent")
    assert "the index is new" not in ended.stdout
    assert {path.key: path.etag for path in store.path().walk()} == stamps


def test_store_knows_the_digest_of_every_file(collection, store):
    send(collection, store)

    for path in store.path().walk():
        head = client().head_object(Bucket=path.bucket, Key=path.key, ChecksumMode="ENABLED")
        sha256 = hashlib.sha256(path.read_bytes())
        assert head["ChecksumSHA256"] == base64.b64encode(sha256.digest()).decode()
        assert head["Metadata"] == {"sha256": sha256.hexdigest()}


def test_a_later_run_is_added(collection, store):
    later = manifests(collection)[1]
    left_out = [
        *(collection / "archive" / warc["name"] for warc in later["warcs"]),
        collection / "runs" / f"{later['run']}.json",
        collection / "items" / later["run"],
    ]
    whole = uploaded(collection)
    aside = collection.parent / "aside"
    aside.mkdir()
    index = collection / "indexes/index.cdxj"
    lines = index.read_bytes().splitlines(keepends=True)
    for path in left_out:
        path.rename(aside / path.name)
    index.write_bytes(b"".join(line for line in lines if later["warcs"][0]["name"].encode() not in line))
    send(collection, store)
    assert store.tree() == uploaded(collection)

    for path in left_out:
        (aside / path.name).rename(path)
    index.write_bytes(b"".join(lines))
    done = send(collection, store)

    assert done.skipped == len(whole) - 1 - done.files
    assert store.tree() == whole


def test_index_keeps_the_files_that_are_only_there(collection, store):
    """A machine that keeps only its last runs adds to what the store has of those before."""
    send(collection, store)
    whole = store.tree()
    earlier = manifests(collection)[0]
    (warc,) = earlier["warcs"]
    (collection / "archive" / warc["name"]).unlink()
    (collection / "runs" / f"{earlier['run']}.json").unlink()
    shutil.rmtree(collection / "items" / earlier["run"])
    index = collection / "indexes/index.cdxj"
    kept = [line for line in index.read_bytes().splitlines(keepends=True) if warc["name"].encode() not in line]
    index.write_bytes(b"".join(kept))

    send(collection, store)

    assert store.tree() == whole


def big(collection: Path) -> Path:
    """Put a large WARC file into the collection, which its last manifest names."""
    path = collection / "archive/kankanews-20260130080000000-00000-big.warc.gz"
    path.write_bytes(random.Random(7).randbytes(2 * sending.PART_SIZE + 1234))
    manifest = max((collection / "runs").iterdir())
    said = json.loads(manifest.read_bytes())
    data = path.read_bytes()
    said["warcs"].append(
        {"name": path.name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest(), "records": 1}
    )
    manifest.write_text(json.dumps(said), encoding="utf-8")
    return path


def test_large_file_goes_in_parts_each_with_its_digest(collection, store):
    path = big(collection)
    send(collection, store)

    target = store.path("archive") / path.name
    data = path.read_bytes()
    head = client().head_object(Bucket=target.bucket, Key=target.key, ChecksumMode="ENABLED")
    parts = [hashlib.sha256(data[n : n + sending.PART_SIZE]).digest() for n in range(0, len(data), sending.PART_SIZE)]
    composite = base64.b64encode(hashlib.sha256(b"".join(parts)).digest()).decode()
    assert (len(parts), head["ChecksumSHA256"]) == (3, f"{composite}-3")
    assert head["Metadata"] == {"sha256": hashlib.sha256(data).hexdigest()}
    assert target.read_bytes() == data
    assert send(collection, store).files == 0
    with pytest.raises(ObjectStoreError, match="was changed"):
        sending.send(path, target, sending.digest_of(collection / "indexes/index.cdxj"))


def test_parts_that_a_killed_load_had_sent_are_taken_back(collection, store, monkeypatch):
    path = big(collection)
    target = store.path("archive") / path.name
    client().create_multipart_upload(Bucket=target.bucket, Key=target.key)

    def begun() -> list[Any]:
        return client().list_multipart_uploads(Bucket=target.bucket, Prefix=target.key).get("Uploads", [])

    assert len(begun()) == 1
    monkeypatch.setattr(upload, "_LEFT_BEHIND", timedelta(seconds=-60))
    send(collection, store)
    assert begun() == []


# -- what is refused --------------------------------------------------------------------------------------------------


def altered(collection: Path, _: Store) -> str:
    (part,) = (collection / "items").glob(f"{manifests(collection)[1]['run']}/part-*.jsonl")
    part.write_bytes(part.read_bytes().replace("新闻".encode(), "旧闻".encode(), 1))
    return f"{part}: its SHA-256 is not the one in {max((collection / 'runs').iterdir())}"


def absent(collection: Path, _: Store) -> str:
    (warc,) = manifests(collection)[0]["warcs"]
    (collection / "archive" / warc["name"]).unlink()
    return f"{collection / 'archive' / warc['name']}: there is no such file, and {min((collection / 'runs').iterdir())}"


def unindexed(collection: Path, _: Store) -> str:
    (collection / "indexes/index.cdxj").unlink()
    return "there is no index; make it with: scrapy index kankanews"


def another(collection: Path, store: Store) -> str:
    """An object of the same size."""
    path = max((collection / "archive").iterdir())
    target = store.put(f"archive/{path.name}", bytes(path.stat().st_size))
    return f"{target}: another object is there than {path}"


def another_manifest(collection: Path, store: Store) -> str:
    path = max((collection / "runs").iterdir())
    target = store.put(f"runs/{path.name}", path.read_bytes() + b" ")
    return f"{target}: another object is there than {path}"


@pytest.mark.parametrize("spoil", [altered, absent, unindexed, another, another_manifest])
def test_nothing_is_sent_of_what_is_not_whole_or_not_the_same_there(collection, store, spoil):
    said = spoil(collection, store)
    before = store.tree()

    with pytest.raises(UploadError, match=re.escape(said)):
        send(collection, store)
    assert store.tree() == before


def test_command_tells_what_it_refused(collection, store, scrapy_run):
    said = altered(collection, store)

    ended = scrapy_run("load", "kankanews", "--to", str(store.path()))

    (line,) = ended.stderr.splitlines()
    assert (ended.returncode, ended.stdout, line.startswith(f"scrapy load: {said}")) == (4, "", True)


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"AWS_SECRET_ACCESS_KEY": "wr0ng-secret"}, "does not accept the credentials"),
        ({"AWS_ACCESS_KEY_ID": READER_KEY, "AWS_SECRET_ACCESS_KEY": READER_SECRET}, "access denied"),
    ],
)
def test_store_that_refuses_is_told_and_no_secret(collection, store, scrapy_run, environment, said):
    ended = scrapy_run("load", "kankanews", "--to", str(store.path()), env=environment)

    (line,) = ended.stderr.splitlines()
    assert (ended.returncode, ended.stdout, said in line) == (4, "", True)
    assert not any(secret in line for secret in ("wr0ng-secret", READER_SECRET, SECRET))
    assert store.tree() == {}


def test_no_bucket_is_made(collection, store):
    with pytest.raises(ObjectStoreError, match="there is no such bucket"):
        Upload(collection, ObjectPath("s3://no-such-bucket/x"))


def test_one_prefix_is_of_one_collection(collection, store, scrapy_run):
    ended = scrapy_run("load", "kankanews", str(collection), "--to", str(store.path()))

    assert (ended.returncode, "takes one collection" in ended.stdout + ended.stderr) == (2, True)


# -- what breaks off --------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_load_goes_on_after_the_store_went_away(collection, store, scrapy_run):
    whole = uploaded(collection)
    with cutting(store.server.port, after=2500) as proxy:  # of some five answers
        away = {"AWS_ENDPOINT_URL": proxy.endpoint}
        ended = scrapy_run("load", "kankanews", "--to", str(store.path()), env=away, before=AT_ONCE)
    assert ended.returncode == 4
    (line,) = ended.stderr.splitlines()
    assert "the store cannot be reached" in line
    assert "running again goes on" in line
    there = store.tree()
    assert 0 < len(there) < len(whole)
    assert_what_is_there_is_whole(there, whole)

    assert scrapy_run("load", "kankanews", "--to", str(store.path())).returncode == 0
    assert store.tree() == whole


@pytest.mark.parametrize("after", range(0, 4000, 333))
def test_answers_that_break_off_lose_nothing(store, monkeypatch, tmp_path, after):
    """Wherever they do: also where what was asked for is done already."""
    monkeypatch.setattr("newsspider.collection.objects._WAITS", (0, 0, 0))
    write_run(tmp_path / "made", "run-1", [article(1)], [article(2)])
    with cutting(store.server.port, after=after, times=2) as proxy:
        use(monkeypatch, {"AWS_ENDPOINT_URL": proxy.endpoint})
        send(tmp_path / "made", store)
        assert store.tree() == uploaded(tmp_path / "made")
        assert proxy.cuts == 2


def assert_what_is_there_is_whole(there: dict[str, bytes], whole: dict[str, bytes]) -> None:
    """Each object is the file, and what a manifest or the index names is there."""
    assert {name: data for name, data in whole.items() if name in there} == there
    for name, data in there.items():
        if name.startswith("runs/"):
            said = json.loads(data)
            named = {f"items/{said['run']}/{part['name']}" for part in [*said["parts"], *said["changes_parts"]]}
            assert named | {f"archive/{warc['name']}" for warc in said["warcs"]} <= set(there)
            assert "indexes/index.cdxj" in there


@pytest.mark.parametrize("objects", [2, 6])
def test_killed_load_leaves_whole_objects_and_goes_on(collection, store, scrapy_run, objects):
    big(collection)
    whole = uploaded(collection)
    command = ["load", "kankanews", "-s", f"ARCHIVE_DIR={collection.parent}", "--to", str(store.path())]
    with start_scrapy(command) as process:
        while process.poll() is None and len(list(store.path().walk())) < objects:
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
    assert_what_is_there_is_whole(store.tree(), whole)

    assert scrapy_run("load", "kankanews", "--to", str(store.path())).returncode == 0
    assert store.tree() == whole


def test_index_that_another_load_changes_meanwhile_is_merged_anew(collection, store, monkeypatch):
    other = b'com,other)/ 20260130080000 {"url": "https://other.com/", "filename": "other.warc.gz"}\n'
    sent = sending.send
    turns = iter([True])

    def late(path: Path, target: Any, *rest: Any, **options: Any) -> None:
        if target.name == "index.cdxj" and next(turns, False):
            store.put("indexes/index.cdxj", other)
        sent(path, target, *rest, **options)

    monkeypatch.setattr(upload, "send", late)
    send(collection, store)

    lines = store.tree()["indexes/index.cdxj"].splitlines(keepends=True)
    assert other in lines
    assert sorted({*lines} - {other}) == (collection / "indexes/index.cdxj").read_bytes().splitlines(keepends=True)
    assert lines == sorted(lines)


@pytest.mark.slow
@pytest.mark.parametrize("command", ["crawl", "extract"])
def test_reading_ends_when_the_store_goes_away(collection, store, scrapy_run, tmp_path, command):
    store.put_tree(collection)
    arguments = {
        "crawl": ("kankanews", "-a", f"archive={store.path()}", "-s", "COLLECTION=again"),
        "extract": (str(store.path()), "--jobs", "2", "--to", str(tmp_path / "extracted")),
    }
    with cutting(store.server.port, after=400_000) as proxy:  # the archive has half as much again
        ended = scrapy_run(command, *arguments[command], env={"AWS_ENDPOINT_URL": proxy.endpoint}, before=AT_ONCE)

    assert proxy.cuts > 0
    assert ended.returncode == 3
    assert "the store cannot be reached" in ended.stderr.splitlines()[-1]
    assert "Traceback" not in ended.stderr
    if command == "crawl":
        (manifest,) = manifests(ended.archive_dir / "again")
        assert (manifest["finish_reason"], manifest["source"]["missing"]) == ("store_failed", [])
    else:
        assert not (tmp_path / "extracted/manifest.json").exists()


def test_a_store_that_takes_no_more_is_no_archive_that_cannot_be_read(store, monkeypatch, tmp_path):
    monkeypatch.setattr("newsspider.collection.objects._WAITS", (0, 0, 0))
    (tmp_path / "part").write_bytes(b"{}\n")
    with cutting(store.server.port, after=0) as proxy:
        use(monkeypatch, {"AWS_ENDPOINT_URL": proxy.endpoint})

        with pytest.raises(UnwrittenObjectError, match="the store cannot be reached"):
            put(tmp_path / "part", store.path("out") / "part")
        with pytest.raises(ObjectStoreError, match="the store cannot be reached"):
            [*store.path("out").iterdir()]
