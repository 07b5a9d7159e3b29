"""What looks like an archive and is not read is named, with what to do; what is no archive is left alone."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import os
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from newsspider.collection.collection import Collection
from newsspider.collection.indexing import rebuild_index
from newsspider.collection.lookup import Lookup
from newsspider.collection.source import SourceError
from newsspider.proof.findings import Finding, Report
from newsspider.proof.paths import PathError, find_targets
from newsspider.proof.verification import Verification
from tests.archive.odd import PAGE, SOUND_URL, URL, members, record, sound
from tests.archive.test_zstandard import frame

if TYPE_CHECKING:
    from pathlib import Path

WARC = members(record())
ARC = gzip.compress(b"filedesc://x.arc 0.0.0.0 20140216050221 text/plain 0\n\n")


def searched(path: Path, *urls: str) -> tuple[list[bool], list[str]]:
    reports: list[str] = []
    with closing(Lookup([path], reports.append, max_block=None)) as lookup:
        return [lookup.page(url, None) is not None for url in urls], reports


def findings(*paths: Path) -> list[Finding]:
    found: list[Finding] = []
    targets = find_targets([str(path) for path in paths], paths[0].parent)
    Verification(targets, Report(found.append), lambda size: None).run(None)
    return found


NAMED = {
    "x.warc.bz2": (bz2.compress(sound()), "it is compressed by bzip2"),
    "x.warc.xz": (lzma.compress(sound()), "it is compressed by xz"),
    "x.warc.lz4": (b"\x04\x22\x4d\x18" + bytes(9), "it is compressed by LZ4"),
    "x.warc.gz.7z": (b"7z\xbc\xaf\x27\x1c" + bytes(9), "it is compressed by 7z"),
    "crawl.bz2": (bz2.compress(sound()), "it is compressed by bzip2"),
    "crawl.bin": (members(sound()), "it is a WARC file by how it begins"),
    "crawl.gz": (members(sound()), "it is a WARC file by how it begins"),
    "crawl.zst": (frame(sound()), "it is a WARC file by how it begins"),
    "plain": (sound(), "it is a WARC file by how it begins"),
    "lower": (record(version=b"warc/1.0"), "it is a WARC file by how it begins"),
    "x.wacz": (b"PK\x03\x04" + bytes(26), "a package of its own"),
    "old": (ARC, "an ARC file"),
}
NO_ARCHIVES = {
    "README.md": b"# WARC files\n",
    "x.warc.gz.sha256": b"0" * 64,
    "x.warc.os.cdx.gz": gzip.compress(b" CDX N b a m s k r M S V g\n"),
    "notes.txt.bz2": bz2.compress(b"WARC"),
    "crawl.log": b"",
    "pages.zip": b"PK\x03\x04" + bytes(26),
    "picture.jpg": b"\xff\xd8\xff\xe0",
}


@pytest.mark.parametrize("name", NAMED)
def test_file_that_looks_like_an_archive_and_is_not_read_is_named(name, tmp_path):
    data, said = NAMED[name]
    archive = tmp_path / "collection" / "archive"
    archive.mkdir(parents=True)
    (archive / "a.warc.gz").write_bytes(WARC)
    (archive / name).write_bytes(data)

    found, reports = searched(archive, URL)
    assert (found, len(reports)) == ([True], 1)
    assert reports[0].startswith(f"{archive / name}: {said}")
    (warning,) = [each for each in findings(archive.parent) if each.kind == "unread"]
    assert (str(warning.place), warning.problem.startswith(said)) == (str(archive / name), True)


def test_what_is_no_archive_is_left_alone(tmp_path):
    for name, data in {**NO_ARCHIVES, "a.warc.gz": WARC}.items():
        (tmp_path / name).write_bytes(data)

    assert searched(tmp_path, URL) == ([True], [])


def test_file_whose_name_is_not_utf_8_is_named(tmp_path):
    (tmp_path / "a.warc.gz").write_bytes(WARC)
    bad = tmp_path / os.fsdecode(b"\xff.warc.gz")
    bad.write_bytes(members(sound()))

    found, reports = searched(tmp_path, URL)
    assert (found, [each.partition(": ")[2] for each in reports]) == (
        [True], ["its name is not UTF-8, so that no record could cite it: rename it"]
    )  # fmt: skip
    with pytest.raises(SourceError, match="its name is not UTF-8"):
        searched(bad, SOUND_URL)


@pytest.mark.parametrize("name", ["A.WARC.GZ", "a.Warc", "a.warc.ZST", "a.WARC"])
def test_suffix_in_capitals_is_read(name, tmp_path):
    collection = Collection(tmp_path / "collection")
    collection.archive_dir.mkdir(parents=True)
    (collection.archive_dir / name).write_bytes(frame(record()) if name.endswith("ZST") else WARC)

    assert searched(collection.archive_dir, URL) == ([True], [])
    assert rebuild_index(collection, lambda done, files, captures: None) == 1
    assert findings(collection.archive_dir / name) == []


def test_folder_within_the_folder_is_named(tmp_path):
    (tmp_path / "a.warc.gz").write_bytes(WARC)
    deeper = tmp_path / "2019" / "05"
    deeper.mkdir(parents=True)
    (deeper / "b.WARC.gz").write_bytes(members(sound()))
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "x.txt").write_text("x")

    found, reports = searched(tmp_path, URL, SOUND_URL)

    assert found == [True, False]
    assert reports == [
        f"{tmp_path / '2019'}: a folder with 1 WARC file in it, which is not read: give the folder by itself"
    ]
    assert searched(deeper, SOUND_URL) == ([True], [])


def test_file_beside_the_folder_that_is_read_is_named(tmp_path):
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "a.warc.gz").write_bytes(WARC)
    (tmp_path / "b.warc.gz").write_bytes(members(sound()))

    assert searched(tmp_path, URL) == (
        [True], [f"{tmp_path / 'b.warc.gz'}: it lies beside archive/, which is read: give it by itself"]
    )  # fmt: skip


def test_arc_file_of_a_collection_is_named_where_it_is_not_read(tmp_path):
    collection = Collection(tmp_path / "collection")
    collection.archive_dir.mkdir(parents=True)
    (collection.archive_dir / "a.warc.gz").write_bytes(WARC)
    (collection.archive_dir / "b.arc.gz").write_bytes(ARC)

    ((path, why),) = collection.unread()
    assert (path.name, why.in_english().partition(",")[0]) == ("b.arc.gz", "an ARC file")
    assert [each.kind for each in findings(collection.path) if "b.arc.gz" in str(each.place)] == ["unread"]


def package(path: Path, **files: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as made:
        for name, data in files.items():
            made.writestr(name.replace("__", "/"), data)
    return path


def test_members_of_a_package_are_read_wherever_they_lie_below_archive(tmp_path):
    path = package(
        tmp_path / "x.WACZ",
        **{
            "archive/a.warc.gz": WARC,
            "archive/2019/a.warc.gz": members(record({"WARC-Target-URI": f"{URL}2"})),
            "archive/b.warc.zst": frame(sound()),
            "archive/C.WARC": record({"WARC-Target-URI": f"{URL}3"}),
        },
    )

    assert searched(path, URL, f"{URL}2", f"{URL}3", SOUND_URL) == ([True] * 4, [])
    assert not [each for each in findings(path) if each.kind in ("unread", "index") and "no line" not in each.problem]


def test_arc_file_in_a_package_is_read_and_told_of_once(tmp_path):
    arc = gzip.compress(b"%s 192.0.2.1 20260130080000 text/html %d\n%s\n" % (SOUND_URL.encode(), len(PAGE), PAGE))
    path = package(tmp_path / "x.wacz", **{"archive/a.warc.gz": WARC, "archive/b.arc.gz": ARC + arc + arc})

    assert searched(path, URL, SOUND_URL) == ([True, True], [])
    told = [each for each in findings(path) if "b.arc.gz" in str(each.place)]
    assert [(each.severity, each.kind) for each in told] == [("warning", "unread")]


def test_index_of_a_package_leads_into_its_folders(tmp_path):
    deeper = members(record({"WARC-Target-URI": f"{URL}2"}))
    lines = "".join(
        f'example,news)/{name} 20260130080000 {{"url": "{url}", "mime": "text/html", "status": "200", '
        f'"length": "{length}", "offset": "0", "filename": "{file}"}}\n'
        for name, url, length, file in (
            ("a", URL, len(WARC), "archive/a.warc.gz"),
            ("a2", f"{URL}2", len(deeper), "2019/a.warc.gz"),
        )
    )
    path = package(
        tmp_path / "x.wacz",
        **{"archive/a.warc.gz": WARC, "archive/2019/a.warc.gz": deeper, "indexes/index.cdx": lines.encode()},
    )

    assert searched(path, URL, f"{URL}2") == ([True, True], [])
    assert not [each for each in findings(path) if each.kind == "index"]


def test_index_of_others_with_a_time_that_is_none_is_read(tmp_path):
    collection = Collection(tmp_path / "collection")
    collection.archive_dir.mkdir(parents=True)
    (collection.archive_dir / "a.warc.gz").write_bytes(WARC)
    rebuild_index(collection, lambda done, files, captures: None)
    line = collection.index_path.read_text()
    collection.index_path.write_text(line.replace(" 20260130080000 ", " 20261399999999 "))

    with closing(Lookup([collection.path], print, max_block=None)) as lookup:
        assert lookup.page(URL, datetime(2026, 1, 30, tzinfo=UTC)) is not None


@pytest.mark.parametrize(
    ("member", "data", "said"),
    [
        ("archive/b.warc.bz2", bz2.compress(sound()), "it is compressed by bzip2"),
        ("archive/b", frame(sound()), "it is a WARC file by how it begins"),
        ("data/b.warc.gz", members(sound()), "it lies outside archive/"),
        ("b.warc.zst", frame(sound()), "it lies outside archive/"),
        ("other.wacz", b"PK", "a package within the package"),
        ("archive/other.wacz", b"PK", "a package within the package"),
    ],
)
def test_member_that_is_not_read_is_named(member, data, said, tmp_path):
    path = package(tmp_path / "x.wacz", **{"archive/a.warc.gz": WARC, member: data})

    found, reports = searched(path, URL)
    assert (found, len(reports)) == ([True], 1)
    assert reports[0].startswith(f"{path}: {member}: {said}")
    assert [each.problem.startswith(said) for each in findings(path) if each.kind == "unread"] == [True]


def test_member_that_is_damaged_is_named_whatever_packs_it(tmp_path):
    path = package(tmp_path / "x.wacz", **{"archive/a.warc.gz": WARC, "archive/b.warc.zst": b"\x28\xb5\x2f\xfd"})

    found, reports = searched(path, URL)
    assert (found, len(reports)) == ([True], 1)
    assert "b.warc.zst at byte 0: the file ends within a Zstandard frame" in reports[0]


def test_list_of_other_packages_is_told_as_that(tmp_path):
    listed = {"profile": "multi-wacz-package", "resources": [{"name": "a", "path": "https://news.example/a.wacz"}]}
    path = package(tmp_path / "x.wacz", **{"datapackage.json": json.dumps(listed).encode()})
    reports: list[str] = []

    with pytest.raises(SourceError, match="it holds no WARC file"):
        Lookup([path], reports.append, max_block=None)
    (report,) = reports
    assert "a list of other packages (multi-WACZ)" in report
    assert report.endswith("give each by itself: https://news.example/a.wacz")
    assert [each.problem for each in findings(path) if each.kind == "unread"] == [report.partition("json: ")[2]]


@pytest.mark.parametrize("said", [[], "x", {"profile": "multi-wacz-package"}, {"profile": [], "resources": 7}, None])
def test_list_that_is_none_is_no_traceback(said, tmp_path):
    path = package(tmp_path / "x.wacz", **{"archive/a.warc.gz": WARC, "datapackage.json": json.dumps(said).encode()})

    assert searched(path, URL) == ([True], [])


@pytest.mark.parametrize("name", ["x.warc.bz2", "x.warc.lz4"])
def test_verify_says_why_a_file_is_not_read(name, tmp_path):
    (tmp_path / name).write_bytes(NAMED[name][0])

    with pytest.raises(PathError, match="it is compressed by"):
        find_targets([str(tmp_path / name)], tmp_path)
