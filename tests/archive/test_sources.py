"""What a path holds: its files, the indexes that came with them, and what is told of what cannot be used."""

from __future__ import annotations

import gzip
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from newsspider.collection.collection import Collection
from newsspider.collection.indexing import rebuild_index
from newsspider.collection.source import SourceError, as_it_is, existing, foreign_lines, open_source, warc_files
from newsspider.collection.wacz import Wacz, WaczError
from newsspider.warc.cdxj import CdxjEntry
from newsspider.warc.urlkey import urlkey
from tests.archive.exchanges import URL, page
from tests.archive.test_lookup import response, warc

if TYPE_CHECKING:
    from pathlib import Path

ONE, TWO = warc(response(page(b"one"))), warc(response(page(b"two"), url=f"{URL}2"))


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    path = tmp_path / "scratch"
    path.mkdir()
    return path


def package(path: Path, **members: bytes) -> Path:
    """A package of files, whose names have ``__`` for a slash."""
    with zipfile.ZipFile(path, "w") as made:
        for name, data in members.items():
            made.writestr(name.replace("__", "/"), data)
    return path


def line(**changes: Any) -> bytes:
    """A line of somebody else's index; what is None is left out."""
    timestamp = changes.pop("timestamp", "20260130080000")
    fields = {
        "url": URL, "mime": "text/html", "status": "200", "digest": "sha-256:00", "length": "99", "offset": "0",
        "filename": "a.warc.gz", **changes,
    }  # fmt: skip
    written = {name: value for name, value in fields.items() if value is not None}
    return f"theirs)/x {timestamp} {json.dumps(written)}\n".encode()


def read(tmp_path: Path, data: bytes, name: str = "indexes/index.cdxj") -> list[CdxjEntry]:
    """What is made of somebody else's index, where there are two files."""
    (index,) = Wacz(package(tmp_path / "x.wacz", **{name: data}), tmp_path).indexes()
    files: dict[str, Any] = {"a.warc.gz": None, "2019/a.warc.gz": None}
    return [CdxjEntry.parse(line.decode()) for line in foreign_lines(index, files)]


# -- an index of others -----------------------------------------------------------------------------------------------


def test_a_line_of_others_becomes_ours(tmp_path):
    (entry,) = read(tmp_path, line())

    assert entry == CdxjEntry(
        urlkey=urlkey(URL), timestamp="20260130080000", url=URL, mime="text/html", status="200", digest=None,
        length=99, offset=0, filename="a.warc.gz",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "name", "value"),
    [
        ({"timestamp": "20260130080000123"}, "timestamp", "20260130080000"),
        ({"status": 404}, "status", "404"),
        ({"status": None}, "status", None),
        ({"mime": None}, "mime", None),
        ({"offset": 7, "length": 8}, "offset", 7),
        ({"filename": "archive/a.warc.gz"}, "filename", "a.warc.gz"),
        ({"filename": "x/y/a.warc.gz"}, "filename", "a.warc.gz"),
        ({"filename": "2019/a.warc.gz"}, "filename", "2019/a.warc.gz"),
        ({"filename": "archive/2019/a.warc.gz"}, "filename", "2019/a.warc.gz"),
        ({"url": URL + "x" * 120_000}, "url", URL + "x" * 120_000),
        ({"method": "GET"}, "url", URL),
    ],
    ids=range(11),
)
def test_a_line_of_others_is_read_as_they_write_it(tmp_path, changes, name, value):
    (entry,) = read(tmp_path, line(**changes))

    assert getattr(entry, name) == value


@pytest.mark.parametrize(
    "passed_over",
    [
        b'!meta 0 {"format": "cdxj-gzip-1.0"}\n',
        line(url=f"{URL}?__wb_method=POST"),
        line(url=f"{URL}?a=b&__wb_method=PUT"),
        *(line(method=method) for method in ("POST", "GETS", "get", "")),
        line(method="POST").replace(b'"method": ', b'"method":'),
        b"theirs)/x?__wb_method=POST" + line()[9:],
    ],
)
def test_what_says_nothing_of_a_page_is_passed_over(tmp_path, passed_over):
    assert [entry.offset for entry in read(tmp_path, passed_over + line(offset=5))] == [5]


@pytest.mark.parametrize(
    "bad",
    [
        line(filename="b.warc.gz"),
        line(filename="2020/b.warc.gz"),
        line(offset=-1),
        line(timestamp="2026"),
        line(timestamp="20261399000000"),
        line(url=None),
        line(url=URL + "x" * 140_000),
        b"nonsense\n",
        b"\xff" + line(),
        b"\n",
    ],
    ids=range(10),
)
def test_a_line_that_fits_nothing_makes_the_index_useless(tmp_path, bad):
    with pytest.raises(ValueError, match=r"."):
        read(tmp_path, line() + bad)


@pytest.mark.parametrize("name", ["indexes/index.cdx", "indexes/index.cdxj"])
def test_an_index_of_others_may_be_compressed(tmp_path, name):
    assert len(read(tmp_path, line() * 9, name)) == len(read(tmp_path, gzip.compress(line() * 9), f"{name}.gz")) == 9


def test_an_index_that_unpacks_to_a_hundred_times_its_size_is_not_read(tmp_path):
    long = b"!" + b"x" * 100_000 + b"\n"
    bomb, dense = gzip.compress(line() + long * 50), gzip.compress(line() + long * 50, 1)
    assert len(long) < 100 * len(bomb) < 50 * len(long)
    with pytest.raises(ValueError, match="more than 100 times its size"):
        read(tmp_path, bomb, "indexes/index.cdxj.gz")
    assert len(dense) > len(bomb)
    assert len(read(tmp_path, line() + long * 50)) == 1


# -- what a path holds ------------------------------------------------------------------------------------------------


def names(source: Any) -> list[str]:
    return sorted(entry.url for key in (URL, f"{URL}2") for entry in source.find(urlkey(key)))


BOTH = {"archive__a.warc.gz": ONE, "archive__b.warc.gz": TWO}
OF_ONE = line(length=len(ONE))
OF_BOTH = OF_ONE + line(url=f"{URL}2", filename="b.warc.gz", length=len(TWO))


@pytest.mark.parametrize(
    ("members", "others", "unindexed", "indexes"),
    [
        (BOTH, False, ["a.warc.gz", "b.warc.gz"], 1),
        ({**BOTH, "indexes__index.cdxj": OF_BOTH}, True, [], 1),
        ({**BOTH, "indexes__index.cdxj": OF_ONE}, True, ["b.warc.gz"], 2),
        ({**BOTH, "indexes__index.cdxj": b""}, False, ["a.warc.gz", "b.warc.gz"], 1),
        ({**BOTH, "indexes__index.cdxj": OF_ONE, "indexes__more.cdxj.gz": gzip.compress(OF_BOTH)}, True, [], 1),
    ],
)
def test_the_index_of_a_package_is_used_for_what_it_covers(tmp_path, scratch, members, others, unindexed, indexes):
    path = package(tmp_path / "x.wacz", **members)
    said: list[str] = []

    source = as_it_is(path, scratch, said.append)
    assert (source.indexed_by_others, list(source.unindexed), source.names()) == (
        others, unindexed, ["a.warc.gz", "b.warc.gz"]
    )  # fmt: skip
    source = open_source(path, scratch, said.append)
    assert (source.indexed_by_others, len(source.indexes), source.unindexed) == (others, indexes, ())
    assert (names(source), said) == ([URL, f"{URL}2"], [])


CUT = gzip.compress(OF_ONE * 99)


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("index.cdxj", b"nonsense\n"),
        ("index.cdxj", OF_ONE + line(filename="gone.warc.gz")),
        ("index.cdxj.gz", OF_ONE),
        ("index.cdxj.gz", CUT[:-30]),
        ("index.cdxj.gz", CUT[:20] + b"\xff" * 30 + CUT[50:]),
    ],
    ids=["no line", "a line of another file", "not compressed", "cut off", "damaged"],
)
def test_a_package_whose_index_cannot_be_used_is_read_without(tmp_path, scratch, name, index):
    path = package(tmp_path / "x.wacz", **BOTH, **{f"indexes__{name}": index})
    said: list[str] = []

    source = open_source(path, scratch, said.append)
    assert (source.indexed_by_others, names(source)) == (False, [URL, f"{URL}2"])
    (report,) = said
    assert report.startswith(f"{path}: its index cannot be used (")
    assert report.endswith("), so the WARC files in it are read")


def test_the_index_of_a_collection_is_its_own(tmp_path, scratch):
    collection = Collection(tmp_path / "c")
    collection.archive_dir.mkdir(parents=True)
    (collection.archive_dir / "a.warc.gz").write_bytes(ONE)
    rebuild_index(collection, lambda *_: None)
    (collection.archive_dir / "b.warc.gz").write_bytes(TWO)
    said: list[str] = []

    source = as_it_is(collection.path, scratch, said.append)
    assert (source.indexed_by_others, source.unindexed, len(source.indexes)) == (False, ("b.warc.gz",), 1)
    source = open_source(collection.path, scratch, said.append)
    assert (source.indexed_by_others, len(source.indexes), names(source), said) == (False, 2, [URL, f"{URL}2"], [])

    collection.index_path.write_bytes(b"nonsense")
    source = open_source(collection.path, scratch, said.append)
    assert (len(source.indexes), names(source)) == (1, [URL, f"{URL}2"])
    (report,) = said
    assert report.endswith(" scrapy index c. Until then the WARC files are read")
    collection.index_path.write_bytes(b"")
    assert len(open_source(collection.path, scratch, said.append).indexes) == len(said) == 1


def test_files_of_a_folder_are_those_that_are_read_and_the_others_are_told_once(tmp_path, scratch):
    (tmp_path / "archive").mkdir()
    for name in ("b.warc.gz", "a.warc.gz", "c.warc.gz.open", "old.arc", "notes.txt"):
        (tmp_path / "archive" / name).write_bytes(ONE if "warc" in name else b"x")
    for name in ("archive/d.warc.gz", "e.warc.gz"):
        (tmp_path / name).mkdir()
    (tmp_path / "f.warc.gz").write_bytes(ONE)
    said: list[str] = []

    assert list(warc_files(tmp_path, scratch, said.append)) == ["a.warc.gz", "b.warc.gz", "old.arc"]
    assert said == [
        f"{tmp_path}/archive/c.warc.gz.open: not finished, so not read; the next crawl or `scrapy index` finishes it",
        f"{tmp_path}/f.warc.gz: it lies beside archive/, which is read: give it by itself",
    ]
    said.clear()
    assert list(warc_files(tmp_path / "archive", scratch, said.append)) == ["a.warc.gz", "b.warc.gz", "old.arc"]
    assert len(said) == 1


def test_a_package_is_one_by_its_name_or_its_first_bytes(tmp_path, scratch):
    for name in ("x.wacz", "x.WACZ", "x.zip", "x"):
        path = package(tmp_path / name, **BOTH, archive__c=ONE)
        said: list[str] = []
        assert list(warc_files(path, scratch, said.append)) == ["a.warc.gz", "b.warc.gz"]
        assert [each.startswith(f"{path}: archive/c: it is a WARC file") for each in said] == [True]
        path.write_bytes(ONE)
        if path.suffix.lower() == ".wacz":
            with pytest.raises(WaczError):
                warc_files(path, scratch, said.append)
        else:
            assert list(warc_files(path, scratch, said.append)) == [name]


def test_what_is_named_is_there(tmp_path):
    assert existing(str(tmp_path)) == tmp_path
    for text, shown in (("", "''"), (str(tmp_path / "x"), str(tmp_path / "x"))):
        with pytest.raises(SourceError, match=f"^{shown}: there is no such file or directory. Give a collection"):
            existing(text)


def test_what_cannot_be_read_or_holds_nothing_is_told(tmp_path, scratch):
    with pytest.raises(SourceError, match=r"/gone: it cannot be read \(No such file or directory\)\. Give"):
        warc_files(tmp_path / "gone", scratch, [].append)
    with pytest.raises(SourceError, match="/scratch: it holds no WARC file"):
        warc_files(scratch, scratch, [].append)


def test_of_a_source_without_a_capture_the_first_problem_is_told(tmp_path, scratch):
    path = tmp_path / "x.warc.gz"
    path.write_bytes(b"garbage" + warc(response(page(b"x"), WARC_Date="then")))
    said: list[str] = []
    with pytest.raises(SourceError) as refused:
        open_source(path, scratch, said.append)

    begins = f"{path}: no capture in it can be read: "
    assert str(refused.value).startswith(f"{begins}at byte 0: ")
    assert [each.partition(":")[0] for each in said] == [f"{path} at byte 0", f"{path} at byte 7"]
    source = open_source(path, scratch, said.append, alone=False)
    assert (source.indexes, source.names()) == ((), ["x.warc.gz"])
    assert said[-1].startswith(begins)

    path.write_bytes(warc(response(b"GET /", WARC_Type="request")))
    with pytest.raises(SourceError, match=f"^{path}: it holds no capture"):
        open_source(path, scratch, said.append)
