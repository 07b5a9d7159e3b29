"""`scrapy browse` over records whose pages lie in archives that a crawl read in place of the network."""

from __future__ import annotations

import gzip
import json
import shutil
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from newsspider.browser.holding import Directory
from newsspider.collection.collection import Collection
from newsspider.packages.packing import pack
from newsspider.warc.reader import iter_records, read_record
from tests.archive.exchanges import exchange, page, writer
from tests.browsing import Changing, browsing, crawled

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import ScrapyRun

SITE = Changing(hostile=False)
STORY = SITE.expected()[0]
ARTICLE = f"kankanews:{STORY.path.removeprefix('/detail/')}"
KINDS = ["plain.warc", "zstd.warc.zst", "folder", "package.wacz", "collection"]


@pytest.fixture(scope="module")
def source(scrapy_run_in, tmp_path_factory) -> Path:
    directory = tmp_path_factory.mktemp("elsewhere")
    crawled(scrapy_run_in(directory), SITE, 1)
    return directory / "archives" / "kankanews"


def archive(source: Path, kind: str, directory: Path) -> Path:
    """Make an archive of a kind with the captures of *source*, and leave no other that has them."""
    directory.mkdir()
    path, collection = directory / kind, Collection(source)
    records = [gzip.decompress(each.read_bytes()) for each in collection.warc_files()]
    if kind == "plain.warc":
        path.write_bytes(b"".join(records))
    elif kind == "zstd.warc.zst":
        plain = directory / "all"
        plain.write_bytes(b"".join(records))
        data = plain.read_bytes()
        places = [(each.offset, each.next_offset) for each in iter_records(plain)]
        path.write_bytes(b"".join(zstd.compress(data[start:end]) for start, end in places))
        plain.unlink()
    elif kind == "folder":
        shutil.copytree(collection.archive_dir, path)
    elif kind == "collection":
        shutil.copytree(source, path)
    else:
        pack(collection, path, since=None, run=None, key=None, now=datetime(2026, 12, 1, tzinfo=UTC))
    return path


def read_from(scrapy_run: ScrapyRun, path: Path, name: str) -> Path:
    given = (f"archive={path}", f"url={STORY.url}")
    run = scrapy_run("crawl", "kankanews", *(each for one in given for each in ("-a", one)), "-s", f"COLLECTION={name}")
    assert run.returncode == 0, run.stderr
    return run.archive_dir / name


@pytest.mark.parametrize("own", [False, True], ids=["without", "with an archive of its own"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_record_is_proven_and_packed_out_of_the_archive_it_was_read_from(
    source, scrapy_run_in, scrapy_run, tmp_path, kind, own
):
    path = archive(source, kind, tmp_path / "theirs")
    (tmp_path / "ours").mkdir()
    if own:
        with writer(tmp_path / "ours" / "archives" / "un") as open_writer:
            open_writer.write_exchange(exchange(page(b"another page"), url="https://a.example/"))
    collection = read_from(scrapy_run_in(tmp_path / "ours"), path, "un")

    with browsing(collection, cache=tmp_path / "cache") as browsed:
        verdict = browsed.get(f"/verify/un/{ARTICLE}", "POST").text
        record = json.loads(browsed.get(f"/record/un/{ARTICLE}").body)
        warc, package = browsed.get(f"/warc/un/{ARTICLE}"), browsed.get(f"/wacz/un/{ARTICLE}")
    (tmp_path / "one.warc.gz").write_bytes(warc.body)
    (tmp_path / "one.wacz").write_bytes(package.body)

    assert "The record is what its page says" in verdict
    assert (warc.status, package.status) == (200, 200)
    only = read_record(tmp_path / "one.warc.gz", 0)
    assert only.next_offset == len(warc.body)
    assert (only.is_compressed, only.record_id) == (True, record["archive"]["record_id"])
    assert STORY.title.encode() in only.http().body()
    assert gzip.decompress(warc.body).endswith(b"\r\n\r\n")
    verified = scrapy_run("verify", str(tmp_path / "one.wacz"), str(tmp_path / "one.warc.gz"))
    assert verified.returncode == 0, verified.stdout


def test_an_archive_that_is_away_is_said_and_found_again_when_it_is_back(source, scrapy_run_in, tmp_path):
    path = archive(source, "plain.warc", tmp_path / "theirs")
    collection = read_from(scrapy_run_in(tmp_path), path, "un")
    path.rename(tmp_path / "away")

    with browsing(collection, cache=tmp_path / "cache") as browsed:
        missing = browsed.get(f"/warc/un/{ARTICLE}")
        (tmp_path / "away").rename(path)
        found = browsed.get(f"/warc/un/{ARTICLE}")

    assert (missing.status, found.status) == (404, 200)
    assert "No archive that is open here holds plain.warc." in missing.text


def test_an_archive_without_an_index_is_read_once_and_again_when_it_is_another(source, scrapy_run_in, tmp_path):
    path = archive(source, "plain.warc", tmp_path / "theirs")
    directory = Directory(read_from(scrapy_run_in(tmp_path), path, "un"), "un")

    _, first = directory.archives()
    _, same = directory.archives()
    path.write_bytes(path.read_bytes() + path.read_bytes())
    _, other = directory.archives()
    directory.close()

    assert first is same
    assert other is not first
