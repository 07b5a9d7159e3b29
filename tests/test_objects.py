"""Object storage read in its place: a path there does what a path on the disk does, and fails in words."""

from __future__ import annotations

import gzip
import os
import pickle
import random
import subprocess
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from newsspider.collection import objects
from newsspider.collection.download import download
from newsspider.collection.objects import AddressError, ObjectPath, ObjectStoreError, on_disk, path_of
from newsspider.warc.reader import read_record
from tests.servers.cutting import cutting
from tests.servers.s3 import SECRET
from tests.stores import forget_client, use

FILES = {
    "archive/a.warc.gz": b"warc",
    "archive/b.warc.gz.open": b"being written",
    "indexes/index.cdxj": b"",
    "items/run-1/part-00001.jsonl": b'{"n": 1}\n{"n": 2}\n',
    "items/run-1/.part-00002.jsonl.part": b"half",
    "items/run-2/site-facts-00001.jsonl": b"{}\n",
    "items-of-another/x.jsonl": b"",
    "runs/run-1.json": b"{}",
    "runs/文 %20+.json": b"{}",
}


@pytest.fixture
def requests(store) -> list[str]:
    """The names of the operations that are asked for."""
    asked: list[str] = []

    def note(model: Any, **_: Any) -> None:
        asked.append(model.name)

    objects.client().meta.events.register("before-call.s3", note)
    return asked


# -- like a path on the disk ------------------------------------------------------------------------------------------


@pytest.fixture
def both(store, tmp_path) -> tuple[ObjectPath, Path]:
    """The same files there and here."""
    for name, data in FILES.items():
        store.put(f"a/collection/{name}", data)
        path = tmp_path / "collection" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return store.path("a/collection/"), tmp_path / "collection"


def test_finds_what_a_path_here_finds(both):
    there, here = both

    for pattern in ("*", "runs", "archive/*", "*/*.json", "items/*/[!.]*.jsonl", "items/*/.*.part", "*/*/s*", "no/*"):
        assert {path.relative_to(there).parts for path in there.glob(pattern)} == {
            path.relative_to(here).parts for path in here.glob(pattern)
        }, pattern


def test_knows_what_a_path_here_knows(both):
    for name in (*FILES, "archive", "items", "item", "archive/a.warc", "no/x", "runs/run-1.json/x"):
        there, here = (root / name for root in both)
        for what in ("exists", "is_file", "is_dir"):
            assert getattr(there, what)() == getattr(here, what)(), (name, what)
        assert (there.name, there.stem, there.parent.name) == (here.name, here.stem, here.parent.name)
        assert there.with_name("other").name == "other"
        if not here.is_file():
            with pytest.raises(FileNotFoundError):
                there.stat()
            continue
        assert there.stat().st_size == here.stat().st_size
        assert there.read_bytes() == here.read_bytes()
        with there.open("rb") as file:
            assert list(file) == here.read_bytes().splitlines(keepends=True)


def test_lists_more_than_a_page(store, monkeypatch):
    names = {f"{number:04}" for number in range(1003)}
    for name in names:
        store.put(f"many/{name}", b"")

    assert {path.name for path in store.path("many").iterdir()} == names


def test_a_range_has_so_many_bytes_and_none_after_the_end(store):
    path = store.put("x", bytes(range(100)))

    assert [path.range(*each) for each in ((10, 5), (98, 10), (0, 100), (100, 5), (500, 1))] == [
        bytes(range(10, 15)), bytes([98, 99]), bytes(range(100)), b"", b""
    ]  # fmt: skip


def test_a_directory_that_was_listed_is_known_without_asking(store, requests):
    store.put("a/b/x", b"")
    (found,) = store.path("a").iterdir()
    requests.clear()

    assert (found.is_dir(), found.name, requests) == (True, "b", [])


def test_bucket_itself_is_a_directory(s3_server, store):
    empty = path_of(f"s3://{s3_server.make_bucket()}")
    store.put("x", b"")

    assert empty.is_dir()
    assert list(empty.iterdir()) == []
    assert store.path() in list(path_of(str(store.path().parent)).iterdir())


def test_path_goes_to_another_process_as_it_was_met(store):
    path = store.put("x", b"first")
    path.stat()
    copy = pickle.loads(pickle.dumps(path))
    store.put("x", b"second")

    assert (str(copy), hash(copy)) == (str(path), hash(path))
    with pytest.raises(ObjectStoreError, match="was changed"):
        copy.read_bytes()


@pytest.mark.parametrize(
    "change",
    [
        lambda path: path.write_bytes(b"x"), lambda path: path.unlink(), lambda path: path.mkdir(),
        lambda path: path.rename("x"), lambda path: path.open("wb"), lambda path: os.stat(path),  # noqa: PTH116
        lambda path: path.as_uri(),
    ],
)  # fmt: skip
def test_object_is_no_file_to_whatever_asks_for_one(store, change):
    path = store.put("x", b"kept")

    with pytest.raises(OSError, match="objects can only be read"):
        change(path)
    assert path.read_bytes() == b"kept"


def test_copy_on_the_disk_is_made_of_an_object_only(store, tmp_path):
    assert on_disk(store.put("a/index.cdxj", b"lines"), tmp_path).read_bytes() == b"lines"
    assert on_disk(tmp_path / "index.cdxj", tmp_path / "no") == tmp_path / "index.cdxj"


# -- a part at a time -------------------------------------------------------------------------------------------------


def test_bytes_are_those_of_the_object_wherever_they_are_read(store):
    data = random.Random(4).randbytes(700_000)
    path = store.put("x", data)
    chance = random.Random(5)

    with path.open("rb") as file:
        for _ in range(60):
            start, size = chance.randrange(len(data) + 1000), chance.choice([1, 100, 40_000, 300_000])
            assert file.seek(start) == start
            assert file.read(size) == data[start : start + size]
            assert file.tell() == max(start, min(start + size, len(data)))
        assert file.seek(-10, 2) == len(data) - 10
        assert file.read() == data[-10:]


def test_one_record_is_one_small_request(store, requests):
    path = store.put("x", bytes(2_000_000))

    with path.open("rb") as file:
        file.seek(1_000_000)
        file.read(2)
        file.seek(1_000_000)
        file.read(30_000)

    assert requests == ["GetObject"]


def test_long_read_takes_few_requests_and_little_memory(store, requests):
    path = store.put("x", bytes(48 << 20))
    tracemalloc.start()

    with path.open("rb") as file:
        size = sum(len(data) for data in iter(lambda: file.read(1 << 15), b""))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert size == 48 << 20
    assert len(requests) <= 16
    assert peak < 24 << 20  # twice what is asked for at once: boto3 joins what it got


def test_span_read_record_by_record_is_a_request_for_eight_mebibytes(store, requests, monkeypatch):
    """Each record is read by opening the file at its place, as an extraction does."""
    chance = random.Random(8)
    members = [member(chance.randbytes(chance.randrange(2_000, 60_000))) for _ in range(700)]
    offsets = [sum(map(len, members[:number])) for number in range(len(members))]
    path = store.put("a.warc.gz", b"".join(members))
    size = sum(map(len, members))
    fetched: list[int] = []
    get = ObjectPath.range

    def noted(self: ObjectPath, start: int, size: int) -> bytes:
        data = get(self, start, size)
        fetched.append(len(data))
        return data

    monkeypatch.setattr(ObjectPath, "range", noted)
    path.expect(size)
    for offset in offsets:
        assert read_record(path, offset).offset == offset

    assert size > 20 << 20
    assert len(requests) == -(-size // (8 << 20))
    assert sum(fetched) == size


def test_span_in_the_midst_of_a_file_is_one_request(store, requests):
    """Where its last record ends shows in the first bytes of the next one, which belong to another span."""
    chance = random.Random(9)
    members = [member(chance.randbytes(30_000)) for _ in range(100)]
    offsets = [sum(map(len, members[:number])) for number in range(len(members))]
    path = store.put("a.warc.gz", b"".join(members))

    path.expect(offsets[60])
    for offset in offsets[20:60]:
        assert read_record(path, offset).offset == offset

    assert requests == ["GetObject"]


def member(body: bytes) -> bytes:
    """A response in a gzip member of its own."""
    block = b"HTTP/1.1 200 OK\r\n\r\n" + body
    head = (
        "WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://gazette.example/\r\n"
        f"WARC-Date: 2026-01-30T08:00:00Z\r\nContent-Type: application/http\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + block + b"\r\n\r\n", 0)


def test_object_that_changes_while_it_is_read_is_an_error(store):
    path = store.put("x", bytes(300_000))
    with path.open("rb") as file:
        file.read(10)
        store.put("x", b"1" * 300_000)

        with pytest.raises(ObjectStoreError, match=r"s3://.*/x: the object was changed"):
            file.read()


def test_listed_object_is_read_as_it_was_listed(store):
    store.put("a/x", b"first")
    (path,) = store.path("a").iterdir()
    store.put("a/x", b"other")

    with pytest.raises(ObjectStoreError, match="was changed"):
        path.read_bytes()


# -- what goes wrong --------------------------------------------------------------------------------------------------


@pytest.fixture
def at_once(monkeypatch):
    """Try again without waiting."""
    monkeypatch.setattr(objects, "_WAITS", (0, 0, 0))


@pytest.mark.parametrize("after", [*range(0, 701, 70), 100_000])
def test_answer_that_breaks_off_is_asked_for_again(store, monkeypatch, at_once, after):
    """Wherever it does: in its head, in its body, or in a listing."""
    data = random.Random(6).randbytes(400_000)
    path = store.put("x", data)
    for read in (path.read_bytes, lambda: next(store.path().walk()).read_bytes()):
        with cutting(store.server.port, after=after, times=2) as proxy:
            use(monkeypatch, {"AWS_ENDPOINT_URL": proxy.endpoint})

            assert read() == data
            assert proxy.cuts == 2
            forget_client()


def test_an_object_is_downloaded_whole_and_with_its_version(store, monkeypatch, at_once, tmp_path):
    data = random.Random(6).randbytes(400_000)
    path, target = store.put("x", data), tmp_path / "here"
    assert download(path, target) == path.etag
    assert target.read_bytes() == data
    with pytest.raises(FileNotFoundError, match="there is no such object"):
        download(store.path("gone"), target)

    with cutting(store.server.port, after=100_000, times=2) as proxy:
        use(monkeypatch, {"AWS_ENDPOINT_URL": proxy.endpoint})
        assert (download(path, target), target.read_bytes(), proxy.cuts) == (path.etag, data, 2)
        forget_client()


def test_store_that_breaks_off_for_ever_ends_the_reading(store, monkeypatch, at_once):
    path = store.put("x", bytes(400_000))
    with cutting(store.server.port, after=100_000) as proxy:
        use(monkeypatch, {"AWS_ENDPOINT_URL": proxy.endpoint})

        with pytest.raises(ObjectStoreError, match=r"s3://.*/x: the store cannot be reached"):
            path.read_bytes()
        forget_client()


def test_store_that_is_down_is_named(store, monkeypatch, at_once):
    use(monkeypatch, {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"})

    with pytest.raises(ObjectStoreError, match=r"cannot be reached .*127\.0\.0\.1:9.*AWS_ENDPOINT_URL"):
        store.path("x").exists()


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"AWS_SECRET_ACCESS_KEY": "wr0ng-secret"}, "does not accept the credentials"),
        ({"AWS_ACCESS_KEY_ID": "nobody"}, "does not accept the credentials"),
        ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, "no credentials"),
        ({"AWS_PROFILE": "nobody"}, "profile"),
        ({"AWS_ENDPOINT_URL": "no address"}, "cannot work as its environment is"),
    ],
)
def test_what_the_environment_lacks_is_said_without_its_secrets(store, monkeypatch, environment, said):
    use(monkeypatch, environment)

    with pytest.raises(ObjectStoreError, match=said) as refused:
        store.path("x").exists()

    assert not any(secret in str(refused.value) for secret in (SECRET, "wr0ng-secret"))
    monkeypatch.undo()


def test_missing_bucket_is_not_a_missing_object(store):
    with pytest.raises(ObjectStoreError, match=r"s3://no-such-bucket/x: there is no such bucket"):
        path_of("s3://no-such-bucket/x").exists()


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("s3://key:hunter2@bucket/x", "no bucket is called that"),
        ("s3://", "no bucket is called that"),
        ("s3://bucket//x", "an empty part"),
        ("s3://bucket//", "an empty part"),
        ("s3://bucket/a/../x", "one of dots"),
        ("s3://bucket/..", "one of dots"),
        ("gs://bucket/x", "only files of this machine"),
        ("https://user:hunter2@host/x", "only files of this machine"),
    ],
)
def test_address_that_leads_nowhere_is_refused(address, said):
    with pytest.raises(AddressError, match=said) as refused:
        path_of(address)

    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    "command", [("verify",), ("extract",), ("load", "--to", "sqlite:///x.db"), ("crawl", "kankanews", "-a")]
)
def test_commands_say_what_they_can_read(scrapy_run, command):
    address = "gs://bucket/x"
    ended = scrapy_run(*command, f"archive={address}" if "-a" in command else address)

    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith(f"scrapy {command[0]}: {address}: only files of this machine")


def test_what_is_no_address_is_a_path_here(tmp_path):
    assert path_of("a/s3:/x") == Path("a/s3:/x")
    assert path_of(tmp_path) is tmp_path


def test_boto3_is_loaded_for_an_address_only(tmp_path):
    """It costs a fifth of a second and 20 MB."""
    program = (
        "import sys\n"
        "from newsspider.collection.objects import path_of\n"
        "from newsspider.commands import crawl, extract, load, verify\n"
        "path_of(sys.argv[1]).exists()\n"
        "assert not {'boto3', 'botocore'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True)


def test_missing_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "boto3", None)

    with pytest.raises(Exception, match=r"boto3 is not installed.*pip install -e "):
        path_of("s3://bucket/x")
