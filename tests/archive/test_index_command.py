"""``scrapy index`` as an operator meets it."""

from __future__ import annotations

import pytest

from newsspider.collection.places import CollectionNotFoundError, collection_named
from tests.archive.test_writer import ANSWERS, files, write


def test_it_rebuilds_the_index(scrapy_run, tmp_path):
    collection = tmp_path / "archives" / "kankanews"
    write(collection, *ANSWERS.values())
    index = collection / "indexes/index.cdxj"
    kept = index.read_bytes()
    index.write_bytes(b"ruined")

    run = scrapy_run("index", "kankanews")

    assert (run.returncode, run.stdout, run.stderr) == (0, f"{len(ANSWERS) - 1} captures indexed\n", "")  # no 304
    assert index.read_bytes() == kept


def test_an_unknown_collection_is_answered_with_those_there_are(scrapy_run, tmp_path):
    write(tmp_path / "archives" / "kankanews", ANSWERS["plain"])

    run = scrapy_run("index", "kankan")

    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == (
        f"scrapy index: no collection 'kankan' in {tmp_path}/archives; there are: kankanews; did you mean kankanews?\n"
    )  # fmt: skip


def test_a_damaged_warc_file_leaves_the_old_index(scrapy_run, tmp_path):
    collection = tmp_path / "archives" / "kankanews"
    write(collection, *ANSWERS.values())
    (file,) = files(collection)
    file.write_bytes(file.read_bytes()[:-5])
    kept = (collection / "indexes/index.cdxj").read_bytes()

    run = scrapy_run("index", "kankanews")

    assert run.returncode == 1
    assert f"scrapy index: {file} at byte " in run.stderr
    assert "Restore the file from a copy" in run.stderr
    assert (collection / "indexes/index.cdxj").read_bytes() == kept


def test_it_shows_how_it_is_used(scrapy_run):
    assert "Example: scrapy index kankanews" in " ".join(scrapy_run("index", "--help").stdout.split())
    without = scrapy_run("index")
    assert without.returncode == 2
    assert "scrapy index takes one collection" in without.stdout + without.stderr


def test_collection_that_lacks_its_pages_is_named_with_what_it_lacks(tmp_path):
    for name, part in (("one", "runs"), ("two", "archive")):
        (tmp_path / name / part).mkdir(parents=True)

    with pytest.raises(CollectionNotFoundError, match=f"{tmp_path}/one has no archive/ in it: put it back"):
        collection_named("one", tmp_path)
    with pytest.raises(CollectionNotFoundError, match="there are: one, two; did you mean two"):
        collection_named("tow", tmp_path)
