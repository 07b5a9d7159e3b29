"""A collection and its parts; what a name or a path on the command line leads to, and what is told where to nothing."""

from __future__ import annotations

import errno
import json
import os
from datetime import timedelta
from pathlib import Path

import pytest

from newsspider.collection.collection import Collection, CollectionNameError
from newsspider.collection.places import (
    DEMO,
    CollectionNotFoundError,
    NothingThereError,
    PagesElsewhereError,
    UnreachableError,
    collection_named,
    collection_to_read,
    place,
    shown_together,
)
from newsspider.warc.cdxj import CdxjEntry, timestamp, write_index
from newsspider.warc.urlkey import urlkey
from tests.archive.exchanges import STARTED, URL

SECOND = timedelta(seconds=1)


def made(archives: Path, name: str, *parts: str) -> Collection:
    for part in parts:
        (archives / name / part).mkdir(parents=True)
    return Collection(archives / name)


# -- a collection -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a", "9", "kankanews", "看看", "É1", "a.b-c_d", "a" * 100])
def test_a_name_begins_with_a_letter_or_digit(name):
    assert Collection.named(Path("archives"), name).path == Path("archives") / name


@pytest.mark.parametrize("name", ["", "_a", ".a", "-a", "..", "a/b", "/a", "a b", "a\n", "a\0", "a:b", "a" * 101])
def test_another_name_is_refused(name):
    with pytest.raises(CollectionNameError, match="cannot be a collection's name"):
        Collection.named(Path("archives"), name)


def test_of_a_long_name_that_is_refused_the_beginning_is_shown():
    with pytest.raises(CollectionNameError) as refused:
        Collection.named(Path("archives"), "/" + "x" * 5000)
    assert str(refused.value).startswith(f"'/{'x' * 99}' cannot be")


def test_finished_files_are_found_by_name(tmp_path):
    collection = made(tmp_path, "c", "archive")
    for name in ("b.warc.gz", "A.WARC", "c.warc.zst", "d.warc.gz.open", "b.warc.gz.open", "notes.txt", "e.arc.gz"):
        (collection.archive_dir / name).write_bytes(name.encode())
    (collection.archive_dir / "z.warc.gz").mkdir()

    assert collection.names() == ["A.WARC", "b.warc.gz", "c.warc.zst"]
    assert collection.warc_files() == [collection.archive_dir / name for name in collection.names()]
    assert collection.warc_sizes() == {"A.WARC": 6, "b.warc.gz": 9, "c.warc.zst": 10}
    there = {name: collection.file(name) for name in ("b.warc.gz", "d.warc.gz", "z.warc.gz", "x.warc.gz")}
    assert {name: path and path.name for name, path in there.items()} == {
        "b.warc.gz": "b.warc.gz", "d.warc.gz": "d.warc.gz.open", "z.warc.gz": None, "x.warc.gz": None,
    }  # fmt: skip
    for name in ("d.warc.gz.open", "c.warc.zst"):
        (collection.archive_dir / name).write_bytes(b"WARC/1.0\r\n")
    assert [path.name for path, _ in collection.unread()] == ["e.arc.gz"]
    assert list(Collection(tmp_path / "nothing").unread()) == []


@pytest.mark.parametrize(
    ("status", "counts"),
    [
        *(("200", True), ("301", True), ("400", True), ("404", True), ("428", True), ("430", True), (None, True)),
        *(("429", False), ("500", False), ("503", False), ("599", False)),
    ],
)
def test_an_answer_that_only_says_try_again_is_none(tmp_path, status, counts):
    assert indexed(tmp_path, status=status).has_between(URL, STARTED, STARTED) is counts


@pytest.mark.parametrize(
    ("since", "until", "within"),
    [(0, 0, True), (-1, 1, True), (-1, 0, True), (0, 1, True), (1, 2, False), (-2, -1, False)],
)
def test_an_answer_counts_in_its_second(tmp_path, since, until, within):
    assert indexed(tmp_path).has_between(URL, STARTED + since * SECOND, STARTED + until * SECOND) is within


@pytest.mark.parametrize(
    ("written", "asked", "same"),
    [
        (URL, URL, True),
        (URL, URL.replace("https://www.k", "HTTPS://WWW.K").replace(".com", ".com:443"), True),
        (URL.replace(".com", ".com:443"), URL, True),
        (URL, URL.upper().replace("HTTPS", "https"), False),
        (URL.replace("www.", ""), URL, False),
    ],
)
def test_an_answer_is_of_its_address(tmp_path, written, asked, same):
    assert indexed(tmp_path, url=written).has_between(asked, STARTED, STARTED) is same


def indexed(path: Path, *, url: str = URL, status: str | None = "200") -> Collection:
    """A collection whose index has one capture."""
    collection = made(path, "c", "indexes")
    entry = CdxjEntry(
        urlkey=urlkey(url), timestamp=timestamp(STARTED), url=url, mime="text/html", status=status, digest=None,
        length=1, offset=0, filename="x.warc.gz",
    )  # fmt: skip
    write_index(collection.index_path, [entry.line()])
    return collection


# -- what is named ----------------------------------------------------------------------------------------------------


def test_a_collection_is_named_by_what_it_has(tmp_path):
    whole = made(tmp_path, "whole", "archive", "runs")
    pages = made(tmp_path, "pages", "archive")
    records = made(tmp_path, "records", "runs")

    assert [collection_named(name, tmp_path).path for name in ("whole", "pages")] == [whole.path, pages.path]
    for each in (whole, pages, records):
        assert collection_to_read(each.name, tmp_path).path == each.path
        assert collection_to_read(str(each.path), Path("nowhere")).path == each.path
    with pytest.raises(CollectionNotFoundError):
        collection_named("records", tmp_path)


def test_a_collection_whose_pages_are_elsewhere_leads_there(tmp_path):
    collection = made(tmp_path, "c", "runs")
    manifest = {"source": {"archives": ["/there/x.wacz", "/there/y"]}}
    (collection.runs_dir / "20260101T000000000Z-a.json").write_text(json.dumps(manifest))

    with pytest.raises(PagesElsewhereError, match=r"'c' has records and no page .* from /there/x\.wacz, /there/y;"):
        collection_named("c", tmp_path)
    assert collection_to_read("c", tmp_path).path == collection.path


@pytest.mark.parametrize(
    ("there", "name", "said"),
    [
        ([], "a", "no collection 'a' in {}; there is none yet; `scrapy demo` makes one"),
        ([], None, "no collection in {}; there is none yet; `scrapy demo` makes one"),
        (["news/x"], "news", "no collection 'news' in {}; there is none yet; `scrapy demo` makes one"),
        (["news/archive"], "a", "no collection 'a' in {}; there are: news"),
        (["news/runs", "b/archive", "b/runs"], "a", "no collection 'a' in {}; there are: b, news"),
        (["news/archive"], "newz", "no collection 'newz' in {}; there are: news; did you mean news?"),
        (["news/runs"], "news", "{}/news has no archive/ in it: put it back, or name another collection"),
        (["news/archive"], "news", "{}/news has no runs/ in it: put it back, or name another collection"),
    ],
)
def test_a_collection_that_is_not_there_is_told_with_those_that_are(there, name, said, tmp_path):
    for directory in there:
        (tmp_path / directory).mkdir(parents=True, exist_ok=True)
    (tmp_path / "file").mkdir()
    (tmp_path / "file" / "archive").touch()

    assert str(CollectionNotFoundError(name, tmp_path)) == said.format(tmp_path)


def test_a_directory_that_is_no_collection_is_told_as_one(tmp_path):
    made(tmp_path, "news", "archive")
    (tmp_path / "xyz").mkdir()

    for read in (collection_to_read, collection_named):
        with pytest.raises(CollectionNotFoundError, match=r"no collection 'xyz' in .*; there are: news$"):
            read("xyz", tmp_path)
    assert place("xyz", tmp_path) == tmp_path / "xyz"
    with pytest.raises(CollectionNotFoundError, match="no collection 'xy'"):
        place("xy", tmp_path)


def test_a_path_comes_before_a_name_and_what_is_neither_is_told(tmp_path, monkeypatch):
    made(tmp_path, "archives/news", "archive")
    made(tmp_path, "here/news", "archive")
    monkeypatch.chdir(tmp_path / "here")

    assert place("news", tmp_path / "archives") == Path("news")
    assert place(str(tmp_path / "archives/news"), tmp_path) == tmp_path / "archives/news"
    monkeypatch.chdir(tmp_path)
    assert place("news", tmp_path / "archives") == tmp_path / "archives/news"
    with pytest.raises(NothingThereError, match=r"^a/b: there is no such file, directory or collection$"):
        place("a/b", tmp_path)
    with pytest.raises(NothingThereError, match=r"^'': there is no such file"):
        place("", tmp_path)


@pytest.mark.parametrize(("length", "shown"), [(200, "x" * 200), (201, "x" * 200 + "…")])
def test_of_a_long_path_that_cannot_be_looked_at_the_beginning_is_shown(length, shown):
    error = OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG))

    assert str(UnreachableError("x" * length, error)).startswith(f"{shown}: File name too long; name a file")


@pytest.mark.parametrize(
    ("there", "shown", "left_out"),
    [
        ([], [], False),
        ([DEMO], [DEMO], False),
        (["news"], ["news"], False),
        (["a", DEMO, "b"], ["a", "b"], True),
        (["demo2"], ["demo2"], False),
    ],
)
def test_the_made_up_collection_is_shown_alone_only(there, shown, left_out):
    real, without = shown_together(Collection(Path(name)) for name in there)

    assert ([each.name for each in real], without) == (shown, left_out)
