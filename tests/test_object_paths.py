"""A path in object storage does what a path on the disk does; the store is one of this process."""

from __future__ import annotations

import errno
import os
import pickle
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from newsspider.collection import windows
from newsspider.collection.objects import (
    AddressError,
    ObjectChangedError,
    ObjectPath,
    ObjectStoreError,
    on_disk,
    path_of,
)
from newsspider.collection.windows import LEAST
from newsspider.terminal.extras import ExtraMissingError
from tests.held import Held

if TYPE_CHECKING:
    from collections.abc import Mapping

pytest.importorskip("botocore.exceptions", reason="needs boto3 (extra s3)")


@pytest.fixture
def held(monkeypatch) -> Held:
    windows._windows.clear()
    return Held.in_place_of_a_store(monkeypatch)


FILES: Mapping[str, bytes] = {
    "archive/a.warc.gz": b"warc", "archive/b.warc.gz.open": b"being written", "indexes/index.cdxj": b"",
    "items/run-1/part-00001.jsonl": b'{"n": 1}\n{"n": 2}\n', "items/run-1/.part-00002.jsonl.part": b"half",
    "items/run-2/site-facts-00001.jsonl": b"{}\n", "items-of-another/x.jsonl": b"", "runs/run-1.json": b"{}",
    "runs/文 %20+.json": b"{}",
}  # fmt: skip


@pytest.fixture
def both(held, tmp_path) -> tuple[ObjectPath, Path]:
    """The same files there and here."""
    for name, data in FILES.items():
        held.put(f"a/collection/{name}", data)
        path = tmp_path / "collection" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    held.put("a/collections/other", b"")
    return held.path("a/collection/"), tmp_path / "collection"


@pytest.mark.parametrize(
    "pattern",
    ["*", "runs", "archive/*", "items/*", "*/*.json", "items/*/[!.]*.jsonl", "items/*/.*.part", "*/*/s*", "no/*", "A*"],
)
def test_a_pattern_finds_what_it_finds_on_the_disk(pattern, both):
    there, here = both
    found = list(there.glob(pattern))

    # On the disk a pattern of two parts finds directories, too; of a store nobody asks for those.
    wanted = [path for path in here.glob(pattern) if "/" not in pattern or path.is_file()]
    assert sorted(path.relative_to(there).parts for path in found) == sorted(
        path.relative_to(here).parts for path in wanted
    )


def test_names_are_yielded_in_order_and_those_that_are_no_path_are_passed_over(held):
    for key in ("d/", "d/b", "d/a/x", "d/c", "d//x", "d/./x", "d/../x", "d/.x", "d/e/", "d/0", "d-/x", "e"):
        held.objects[key] = b""

    assert [(path.name, path.is_dir()) for path in held.path("d").iterdir()] == [
        (".x", False), ("0", False), ("a", True), ("b", False), ("c", False), ("e", True)
    ]  # fmt: skip
    assert [path.key for path in held.path("d").walk()] == ["d/.x", "d/0", "d/a/x", "d/b", "d/c", "d/e"]
    assert list(held.path("none").iterdir()) == []


@pytest.mark.parametrize(
    "name", [*FILES, "archive", "items", "item", "archive/a.warc", "no/x", "runs/run-1.json/x", "items-of"]
)
def test_a_path_is_what_it_is_on_the_disk(name, both):
    there, here = (root / name for root in both)

    assert (there.exists(), there.is_file(), there.is_dir()) == (here.exists(), here.is_file(), here.is_dir())
    assert (there.name, there.suffix, there.parent.name) == (here.name, here.suffix, here.parent.name)


def test_the_bucket_and_the_directories_in_it_are_directories(held):
    assert (held.path().is_dir(), held.path().is_file(), list(held.path().iterdir())) == (True, False, [])
    held.put("a/x", b"")
    assert [(path.key, path.is_dir()) for path in held.path().iterdir()] == [("a", True)]
    assert held.path().prefix == ""


def test_an_object_has_a_size_a_type_and_a_version(held):
    path = held.put("a/x", b"12345")

    assert (path.stat().st_size, path.length(), path.etag) == (5, 5, held.etag("a/x"))
    assert stat.S_ISREG(path.stat().st_mode)
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
    assert [what for what, _ in held.asked] == ["list"]  # once


@pytest.mark.parametrize("ask", [ObjectPath.stat, ObjectPath.length, ObjectPath.read_bytes, lambda path: path.etag])
@pytest.mark.parametrize("key", ["gone", "a"])
def test_what_is_no_object_is_a_missing_file(ask, key, held):
    held.put("a/x", b"")
    with pytest.raises(FileNotFoundError) as missing:
        ask(held.path(key))

    assert (missing.value.errno, missing.value.filename) == (errno.ENOENT, f"s3://bucket/{key}")


def test_what_was_listed_is_known_without_asking(held):
    held.put("a/d/x", b"")
    held.put("a/f", b"123")
    directory, file = held.path("a").iterdir()
    held.asked.clear()

    assert (directory.is_dir(), file.is_file(), file.length(), file.met) == (True, True, 3, (3, held.etag("a/f")))
    assert held.asked == []
    assert not file.is_dir()


@pytest.mark.parametrize(
    "change",
    [
        lambda path: path.write_bytes(b"x"), lambda path: path.mkdir(), lambda path: path.open(),
        lambda path: path.open("wb"), lambda path: os.fspath(path), lambda path: path.as_uri(),
    ],
)  # fmt: skip
def test_an_object_is_no_file(change, held):
    with pytest.raises(OSError, match="objects can only be read, and not as files") as refused:
        change(held.put("x", b"kept"))
    assert (refused.value.errno, refused.value.filename) == (errno.ENOTSUP, "s3://bucket/x")


def test_an_address_stays_what_it_is(held):
    path = held.path("a/x y")

    assert path.absolute() is path
    assert (str(path), str(path.relative_to(held.path())), str(path.relative_to(path))) == (
        "s3://bucket/a/x y",
        "a/x y",
        "",
    )
    assert path / "z" == held.path("a/x y/z")


def test_a_path_goes_to_another_process_with_what_it_met(held):
    path = held.put("x", b"first")
    unmet = pickle.loads(pickle.dumps(path))
    path.stat()
    met = pickle.loads(pickle.dumps(path))
    held.put("x", b"second")

    assert (str(met), met.met, unmet.met) == ("s3://bucket/x", path.met, None)
    assert unmet.read_bytes() == b"second"
    with pytest.raises(ObjectChangedError, match="the object was changed meanwhile"):
        met.read_bytes()


# ---------------------------------------------------------------- bytes of an object


@pytest.mark.parametrize(
    ("start", "size", "found"),
    [(0, 10, b"0123456789"), (3, 1, b"3"), (8, 2, b"89"), (8, 5, b"89"), (9, 1, b"9"), (10, 1, b""), (99, 1, b"")],
)
def test_a_range_has_so_many_bytes_and_none_after_the_end(start, size, found, held):
    path = held.put("x", b"0123456789")

    assert path.range(start, size) == found
    assert held.asked == [("get", {"Key": "x", "Range": f"bytes={start}-{start + size - 1}"})]
    assert path.met == ((10, held.etag("x")) if found else None)


def test_an_object_that_was_read_once_is_read_on_as_it_was(held):
    path = held.put("x", b"0123456789")
    path.range(0, 2)
    held.put("x", b"another one")

    with pytest.raises(ObjectChangedError):
        path.range(2, 2)
    assert "IfMatch" in held.asked[-1][1]


def test_a_body_that_ends_too_soon_is_asked_for_again(held):
    path = held.put("x", b"0123456789")
    held.cut = 2
    assert path.range(2, 5) == b"23456"
    assert len(held.asked) == 3

    held.cut = 99
    with pytest.raises(ObjectStoreError, match=r"^s3://bucket/x: of its bytes 7-9 only 2 bytes came$") as told:
        held.path("x").range(7, 5)
    assert told.value.may_pass


@pytest.mark.parametrize(
    ("lacking", "ask"),
    [("ContentRange", lambda path: path.range(0, 1)), ("ETag", lambda path: path.range(0, 1)),
     ("IsTruncated", ObjectPath.is_file), ("IsTruncated", lambda path: list(path.parent.iterdir()))],
)  # fmt: skip
def test_an_answer_that_breaks_off_is_asked_for_again(lacking, ask, held):
    path = held.put("a/x", b"0123456789")
    held.lacking = [lacking]
    ask(path)

    assert len(held.asked) == 2


def test_a_body_is_closed_when_it_is_read(held, monkeypatch):
    path = held.put("x", b"0123456789")
    bodies: list[Any] = []
    get = held.get_object
    monkeypatch.setattr(held, "get_object", lambda **request: bodies.append(get(**request)) or bodies[-1])
    path.range(0, 3)

    assert bodies[0]["Body"].closed


def test_an_object_is_read_as_a_file_is(held):
    data = os.urandom(3 * LEAST)
    path = held.put("x", data)

    assert path.read_bytes() == data
    with path.open("rb") as file:
        file.seek(-10, os.SEEK_END)
        assert (file.read(), file.tell()) == (data[-10:], len(data))


def test_a_copy_is_made_of_an_object_only_by_few_requests(held, tmp_path):
    data = os.urandom(40 * LEAST)
    copy = on_disk(held.put("a/index.cdxj", data), tmp_path)

    assert (copy, copy.read_bytes()) == (tmp_path / "index.cdxj", data)
    assert [what for what, _ in held.asked] == ["list", "get"]
    assert on_disk(copy, tmp_path / "no") is copy


# ---------------------------------------------------------------- addresses


@pytest.mark.parametrize("address", ["a/b", "/a/b", "s3:/b/x", ".", "C:\\x"])
def test_what_is_no_address_is_a_file_here(address):
    assert type(path_of(address)) is type(Path())
    assert path_of(address) == Path(address)


def test_an_address_that_is_refused_shows_no_credentials():
    for address in ("https://user:hunter2@host/x", "s3://key:hunter2@bucket/x"):
        with pytest.raises(AddressError) as refused:
            path_of(address)
        assert "hunter2" not in str(refused.value)


def test_without_boto3_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "boto3", None)

    with pytest.raises(ExtraMissingError, match="s3"):
        path_of("s3://bucket/x")
    assert path_of("here") == Path("here")
