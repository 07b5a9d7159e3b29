"""What lies in a package is found, listed and read as in a directory of this machine; and nothing else of it is."""

from __future__ import annotations

import errno
import io
import os
import random
import stat
import zipfile
from pathlib import Path

import pytest

from newsspider.collection.packed import NoRecordsError, Package, PackedPath, inside
from newsspider.collection.wacz import WaczError

NOISE = random.Random(5).randbytes(3_000_000)
FILES = {
    # By the name in the package: what it is in a collection.
    "runs/20260101T000000000Z-a-b.json": "runs/20260101T000000000Z-a-b.json",
    "runs/20260102T000000000Z-a.json": "runs/20260102T000000000Z-a.json",
    "items/20260101T000000000Z-a-b-part-00001.jsonl": "items/20260101T000000000Z-a-b/part-00001.jsonl",
    "items/20260101T000000000Z-a-b-part-00002.jsonl": "items/20260101T000000000Z-a-b/part-00002.jsonl",
    "items/20260101T000000000Z-a-b-site-facts-00001.jsonl": "items/20260101T000000000Z-a-b/site-facts-00001.jsonl",
    "items/a-part-1-changes-00001.jsonl": "items/a-part-1/changes-00001.jsonl",
    "items/20260102T000000000Z-a-part-00001.jsonl": "items/20260102T000000000Z-a/part-00001.jsonl",
    "reports/20260101T000000000Z-a-b.html": "reports/20260101T000000000Z-a-b.html",
}
OTHERS = (
    "archive/a.warc.gz", "pages/pages.jsonl", "datapackage.json", "items/part-00001.jsonl", "items/a-part-1.json",
    "items/a-other-00001.jsonl", "items/b/c-part-00001.jsonl", "runs/a.txt", "runs/a/b.json", "reports/a/b.html",
    "reports/a.htm", "xruns/a.json", "records/a-part-00001.jsonl", "runs/a.json.bak", "items/a-part-00001.jsonl.bak",
    "runs/a.jsonl",
)  # fmt: skip


def package(path: Path, *names: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name in names:
            made.writestr(name, NOISE if name.endswith("a-part-00001.jsonl") else name.encode() + b"\n")
    return path


@pytest.fixture(scope="module")
def both(tmp_path_factory) -> tuple[Path, Path]:
    """The same files in a package and here."""
    directory = tmp_path_factory.mktemp("packed")
    there = inside(package(directory / "p" / "x.wacz", *reversed(FILES), *OTHERS))
    for name, as_collection in FILES.items():
        path = directory / "here" / as_collection
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(NOISE if name.endswith("a-part-00001.jsonl") else name.encode() + b"\n")
    return there, directory / "here"


@pytest.mark.parametrize(
    "pattern",
    ["*", "runs", "runs/*", "items/*", "items/*/*", "*/*.json", "items/*/part-*.jsonl", "items/*-a/[!p]*", "*/*/c*",
     "no/*", "runs/*/*", "*.json"],
)  # fmt: skip
def test_a_pattern_finds_what_it_finds_in_a_directory(both, pattern):
    there, here = both

    found = [path.relative_to(there).parts for path in there.glob(pattern)]
    assert found == sorted(path.relative_to(here).parts for path in here.glob(pattern))
    assert [path.name for path in there.iterdir()] == ["items", "reports", "runs"]
    assert list((there / "no").iterdir()) == []


@pytest.mark.parametrize(
    "name", [*FILES.values(), *OTHERS, "", "items", "runs", "item", "items/20260102T000000000Z-a", "runs/x.json", "run"]
)
def test_a_name_is_known_as_in_a_directory(both, name):
    there, here = (root / name for root in both)

    assert [there.exists(), there.is_file(), there.is_dir()] == [here.exists(), here.is_file(), here.is_dir()]
    if not here.is_file():
        for read in (there.stat, there.read_bytes, lambda: there.open("rb")):
            with pytest.raises(FileNotFoundError):
                read()
        return
    assert there.stat().st_size == here.stat().st_size
    assert stat.filemode(there.stat().st_mode) == "-r--r--r--"
    assert there.read_bytes() == here.read_bytes()
    with there.open("rb") as file, here.open("rb") as wanted:
        for size in (0, 1, 100, 1 << 20, 7):
            assert file.read(size) == wanted.read(size)
        assert file.readline() == wanted.readline()
    for write in ("wb", "r", "ab"):
        with pytest.raises(OSError, match="can only be read"):
            there.open(write)


def test_a_package_tells_what_is_in_it(both, tmp_path):
    (there, _) = both
    opened = Package(there.package, tmp_path)

    assert opened.names("runs") == ["20260101T000000000Z-a-b.json", "20260102T000000000Z-a.json"]
    assert opened.names("items") == opened.names("archive") == []
    assert [name for name in ("items", "runs", "reports", "archive", "pages", "r") if opened.has(name)] == [
        "items", "runs", "reports"
    ]  # fmt: skip
    assert [opened.has("items", name) for name in ("20260102T000000000Z-a", "part-00001.jsonl")] == [True, False]
    with opened.file("items", "20260102T000000000Z-a", "part-00001.jsonl").open("rb") as file:
        file.seek(2_000_000)
        assert file.read(10) == NOISE[2_000_000:2_000_010]
    with pytest.raises(FileNotFoundError, match=r"x\.wacz/runs/a\.txt"):
        opened.member("runs", "a.txt")


@pytest.mark.parametrize(
    ("names", "pages"),
    [
        (["pages/pages.jsonl"], True),
        (["archive/a.warc.gz"], True),
        (["archive/deeper/a.warc.gz"], True),
        (["pages/extraPages.jsonl"], False),
        (["archives/a.warc.gz", "x/pages/pages.jsonl"], False),
        ([], False),
    ],
)
def test_a_package_has_pages_where_it_lists_some_or_may_hold_some(tmp_path, names, pages):
    assert Package(package(tmp_path / "x.wacz", "runs/a.json", *names), tmp_path).has_pages() is pages


def test_a_package_without_a_run_is_of_others(tmp_path):
    theirs = package(tmp_path / "x.wacz", "items/a-part-00001.jsonl", "archive/a.warc.gz")

    with pytest.raises(NoRecordsError, match=rf"{theirs} holds no records of newsspider's, only pages") as told:
        inside(theirs)
    asked = (f"extract {theirs} --site news --to DIR makes", f"replay {theirs} shows", f"verify {theirs} checks")
    assert all(f"scrapy {words} " in str(told.value) for words in asked)
    assert inside(tmp_path) == tmp_path
    assert not isinstance(inside(tmp_path), PackedPath)


def test_of_two_packages_each_has_its_own(tmp_path):
    first = inside(package(tmp_path / "x.wacz", "runs/a.json"))
    second = inside(package(tmp_path / "y.wacz", "runs/a.json", "runs/b.json"))

    assert [len(list(each.glob("runs/*"))) for each in (first, second)] == [1, 2]
    assert [each.package.name for each in (first / "runs", second / "runs" / "b.json")] == ["x.wacz", "y.wacz"]
    away = PackedPath(tmp_path, "z.wacz", "runs")
    assert [away.exists(), away.is_dir(), list(away.iterdir())] == [False, False, []]
    with pytest.raises(FileNotFoundError, match=f"'{away}'"):
        away.stat()


def test_a_package_that_is_written_anew_is_opened_anew(tmp_path):
    path = package(tmp_path / "x.wacz", "runs/a.json")
    assert [each.name for each in (inside(path) / "runs").iterdir()] == ["a.json"]
    package(path, "runs/b.json")
    assert [each.name for each in (inside(path) / "runs").iterdir()] == ["b.json"]


def test_what_lies_in_a_package_stays_there_whatever_form_its_path_is_given(tmp_path, monkeypatch):
    """It is known by the parts of its path, and is no file that the system could resolve."""
    package(tmp_path / "x.wacz", "runs/a.json")
    monkeypatch.chdir(tmp_path)
    there = inside(Path("x.wacz")) / "runs" / "a.json"

    for path in (there, there.absolute(), there.resolve(), there.resolve(strict=True)):
        assert (path.read_bytes(), path.package) == (b"runs/a.json\n", Path("x.wacz"))
        with pytest.raises(OSError, match="can only be read, and not as a file") as told:
            os.fspath(path)
        assert told.value.filename == "x.wacz/runs/a.json"


def test_a_file_in_a_package_is_let_go_of_when_it_is_closed(tmp_path):
    file = (inside(package(tmp_path / "x.wacz", "runs/a.json", "items/a-part-00001.jsonl")) / "runs/a.json").open("rb")
    pieces = file.raw._pieces
    file.read(1)
    file.close()

    assert pieces.gi_frame is None


def test_a_file_in_a_package_is_read_to_its_last_byte_in_whatever_pieces(tmp_path):
    with (inside(package(tmp_path / "x.wacz", "runs/a.json")) / "runs/a.json").open("rb") as file:
        read = [file.raw.read(size) for size in (5, 6, 9, 9)]

    assert read == [b"runs/", b"a.json", b"\n", b""]


def test_a_member_that_is_damaged_is_an_error_of_reading(tmp_path):
    path = package(tmp_path / "x.wacz", "runs/a.json", "runs/a-part-00001.jsonl", "items/a-part-00001.jsonl")
    data = path.read_bytes()
    place = data.rindex(b"items/a-part-00001.jsonl", 0, -2000) + 1_500_000
    path.write_bytes(data[:place] + bytes(100) + data[place + 100 :])
    part = inside(path) / "items" / "a" / "part-00001.jsonl"

    with part.open("rb") as file, pytest.raises(OSError, match=r"items/a-part-00001\.jsonl cannot be unpacked") as told:
        file.read()
    assert told.value.errno == errno.EIO
    with pytest.raises(WaczError, match="cannot be unpacked"):
        Package(path, tmp_path).file("items", "a", "part-00001.jsonl")
    assert isinstance(part.open("rb"), io.BufferedReader)
