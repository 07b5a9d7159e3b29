"""Archives with the oddities of other programs are read, by themselves and together."""

from __future__ import annotations

import json
import zipfile
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from newsspider.collection.lookup import Lookup
from newsspider.collection.source import SourceError
from tests.archive import others

if TYPE_CHECKING:
    from pathlib import Path

    from newsspider.collection.captures import ArchivedPage


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    return others.write_files(tmp_path_factory.mktemp("others"))


def find(url: str, *paths: Path) -> tuple[ArchivedPage | None, list[str]]:
    reports: list[str] = []
    with closing(Lookup(paths, reports.append, max_block=None)) as lookup:
        return lookup.page(url, None), reports


@pytest.mark.parametrize(
    ("name", "captured", "kind"),
    [
        ("wget.warc.gz", "2018-02-09T15:12:11+00:00", "response"),
        ("wpull.warc.gz", "2015-03-30T23:50:46+00:00", "response"),
        ("snapshot.warc.gz", "2017-04-29T01:30:30+00:00", "response"),
        ("recorder.warc.gz", "2017-03-06T04:03:48+00:00", "revisit"),
        ("live.arc.gz", "2014-02-16T05:02:21+00:00", "response"),
    ],
)
def test_a_page_of_every_writer_is_read(made, name, captured, kind):
    found, reports = find(others.URL, made / name)

    assert (found.capture.captured.isoformat(), found.capture.type) == (captured, kind)
    assert others.TITLE in found.http.body()
    assert reports == []


def test_behind_a_clipped_record_reading_goes_on(made):
    path = made / "clipped.warc"
    found, reports = find(others.URL, path)

    assert found.http.body().startswith(b"<!doctype html>")
    answer = path.read_bytes().rindex(b"WARC/1.0", 0, path.read_bytes().index(b"WARC-Type: response"))
    assert reports == [f"{path} at byte {answer:,}: the block does not end where its Content-Length says"]


def test_a_revisit_finds_its_original_in_another_file_at_another_address(made):
    revisit, original = made / "revisit.warc.gz", made / "original.warc.gz"
    found, _ = find(others.ITS_URL, revisit, original)

    assert found.capture.where.warc == revisit.name
    assert others.TITLE in found.http.body()
    assert find(others.ITS_URL, revisit)[0] is None


def test_a_file_gzipped_as_a_whole_is_refused_with_advice(made):
    with pytest.raises(SourceError, match="warcio recompress"):
        find(others.URL, made / "whole.warc.gz")


def test_a_file_without_answers_is_refused(made):
    with pytest.raises(SourceError, match="it holds no capture"):
        find(others.URL, made / "digests.warc")


def test_a_folder_of_all_of_them_is_searched_and_what_is_damaged_named(made):
    found, reports = find(others.URL, made)

    assert found.capture.captured.year == 2018  # Wget's, the newest
    assert sorted(report.split(" at byte")[0] for report in reports) == [
        str(made / "clipped.warc"), str(made / "whole.warc.gz")
    ]  # fmt: skip


def test_a_wacz_of_a_browser_is_read_by_its_index(tmp_path):
    path = tmp_path / "browser.wacz"
    others.write_package(path)
    with zipfile.ZipFile(path) as package:
        (line,) = (line for line in package.read("indexes/index.cdx").splitlines() if b"made-up)" in line)
    said = json.loads(line.split(b" ", 2)[2])

    found, reports = find(others.URL, path)

    where = found.capture.where
    assert (where.warc, where.offset, where.length) == ("data.warc.gz", said["offset"], said["length"])
    assert others.TITLE in found.http.body()
    revisited, _ = find(others.STYLES_URL, path)
    assert (revisited.capture.type, revisited.http.body()) == ("revisit", others.STYLES)
    assert reports == []
