"""What there is to verify at a path, by its name and by how it begins; and where the pages of a part lie."""

from __future__ import annotations

import bz2
import gzip
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from newsspider.proof.paths import PathError, Targets, collection_of_part, find_targets

if TYPE_CHECKING:
    from collections.abc import Callable

WARC = b"WARC/1.1\r\nWARC-Type: warcinfo\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
ARC = b"filedesc://old.arc 0.0.0.0 20140216012908 text/plain 76\n"
ZIP = b"PK\x03\x04"


@pytest.fixture
def put(tmp_path) -> Callable[..., Path]:
    def write(name: str, data: bytes = b"x") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    return write


def found(*paths: Path, archives: Path = Path("/nowhere")) -> Targets:
    return find_targets([str(path) for path in paths], archives)


def collections(*paths: Path) -> list[Path]:
    return [each.path for each in found(*paths).collections]


def of_part(part: Path) -> Path | None:
    collection = collection_of_part(part)
    return collection and collection.path


def problem(*paths: Path, archives: Path = Path("/nowhere")) -> str:
    with pytest.raises(PathError) as raised:
        found(*paths, archives=archives)
    return str(raised.value).removeprefix(f"{paths[-1]}: ")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.warc", WARC), ("a.warc.gz", b"junk"), ("a.WARC.GZ", b"junk"), ("a.warc.zst", b"junk"),
        ("a.warc.gz.open", b"junk"), ("download", WARC), ("download", gzip.compress(WARC)), ("a.jsonl", WARC),
    ],
)  # fmt: skip
def test_warc_file_is_known_by_its_name_or_by_how_it_begins(name, data, put):
    path = put(name, data)

    assert found(path) == Targets((), (path,), ())


@pytest.mark.parametrize(("name", "data"), [("a.wacz", b"junk"), ("a.WACZ", b"junk"), ("a.zip", ZIP), ("b", ZIP)])
def test_package_is_known_by_its_name_or_by_how_it_begins(name, data, put):
    path = put(name, data)

    assert found(path) == Targets((), (), (), (path,))


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.warc.gz", b"", "the file is empty"),
        ("a.jsonl", b"", "the file is empty"),
        ("a.arc", ARC, "an ARC file has no digests; `warcio recompress` makes WARC of it"),
        ("a.arc.gz", gzip.compress(ARC), "an ARC file has no digests"),
        ("a.warc", ARC, "an ARC file has no digests"),
        ("a.warc.bz2", bz2.compress(WARC), "it is compressed by bzip2, which is not read"),
        ("a.txt", b"hello", "neither a WARC file nor a WACZ nor a feed part: it begins with b'hello'"),
        ("a.txt.gz", gzip.compress(b"hello"), "nor a feed part: it begins with b'hello'"),
        ("a.txt", b"0123456789" * 3, "it begins with b'01234567890123456789'. Give"),
    ],
)
def test_what_is_neither_is_told_by_what_it_is(name, data, said, put):
    assert said in problem(put(name, data))


def test_path_that_is_given_twice_is_verified_once(put):
    warc = put("kankanews/archive/a.warc.gz", WARC)
    collection = warc.parent.parent

    targets = found(collection, warc, collection, warc)
    assert ([each.path for each in targets.collections], targets.warcs) == ([collection], (warc,))


@pytest.mark.parametrize("beside", ["kankanews/archive/a.warc.gz", "a.warc.gz", "a.wacz"])
def test_export_needs_something_that_may_hold_its_pages(beside, put):
    export, other = put("export.jsonl", b"{}\n"), put(beside, WARC)
    place = other.parent.parent if "archive" in beside else other

    assert "it lies in no collection, so its pages have to be given too" in problem(export)
    assert found(export, place).feeds == (export,)


def test_part_of_a_collection_needs_nothing_besides(put):
    put("kankanews/archive/a.warc.gz", WARC)
    part = put("kankanews/items/run-1/part-00001.jsonl", b"{}\n")

    assert found(part) == Targets((), (), (part,))


def test_part_lies_in_a_collection_where_it_is_below_items(put, tmp_path, monkeypatch):
    put("kankanews/archive/a.warc.gz", WARC)
    parts = {name: put(f"kankanews/{name}/run-1/part-00001.jsonl") for name in ("items", "parts")}
    stray = put("elsewhere/items/run-1/part-00001.jsonl")
    monkeypatch.chdir(parts["items"].parent)

    assert of_part(parts["items"]) == tmp_path / "kankanews"
    assert of_part(Path("part-00001.jsonl")) == tmp_path / "kankanews"
    assert collection_of_part(parts["parts"]) is None
    assert collection_of_part(stray) is None
    for short in ("/items/part-00001.jsonl", "/items/run-1/part-00001.jsonl", "/part-00001.jsonl"):
        assert collection_of_part(Path(short)) is None


def test_collection_has_an_archive_or_runs_and_something_in_them(put, tmp_path):
    of_archives = put("made/runs/run-1.json").parent.parent
    part = put("made/items/run-1/part-00001.jsonl")
    put("nothing/notes.txt")
    (tmp_path / "empty/archive").mkdir(parents=True)
    (tmp_path / "empty/runs").mkdir()
    put("quiet/runs/run-1.json")
    (tmp_path / "quiet/archive").mkdir()

    assert collections(of_archives) == [of_archives]
    assert of_part(part) == of_archives
    assert collections(tmp_path / "quiet") == [tmp_path / "quiet"]
    assert problem(tmp_path / "nothing").startswith("the directory is no collection: it has no archive/ in it")
    assert problem(put("file/archive").parent).startswith("the directory is no collection: it has no archive/ in it")
    assert problem(tmp_path / "empty").startswith("the collection is empty: there is no WARC file and no run in it")


def test_collections_that_there_are_are_named(put, tmp_path):
    for name in ("b", "a"):
        put(f"{name}/archive/a.warc.gz", WARC)
    put("file/archive")

    assert problem(put("a.txt"), archives=tmp_path).endswith(f"Collections in {tmp_path}: a, b")
    assert problem(put("a.txt")).endswith("There is no collection in /nowhere")


def test_name_of_a_collection_will_do(put, tmp_path):
    put("archives/kankanews/archive/a.warc.gz", WARC)

    targets = find_targets(["kankanews"], tmp_path / "archives")
    assert [each.path for each in targets.collections] == [tmp_path / "archives/kankanews"]


def test_file_that_cannot_be_read_is_told():
    """The memory of a process is a file whose first bytes nobody may read."""
    with pytest.raises(PathError, match=re.escape("/proc/self/mem: it cannot be read (Input/output error). ")):
        found(Path("/proc/self/mem"))
