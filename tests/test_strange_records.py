"""Records that fit a schema and no reader, and lists of pages that strangers wrote. All here is made up."""

from __future__ import annotations

import errno
import json

import pytest

from newsspider.browser.filling import _LeftOut, _listed
from newsspider.browser.shelf import Shelved
from newsspider.feeds.loading.rejects import Rejects, RejectsError
from newsspider.feeds.reading import FeedError, checked
from newsspider.history.diff import diff_line
from newsspider.packages.runs import pages_of
from newsspider.text.urls import clean_url
from tests.feeds import article

NEVER = ["2016-12-31T23:59:60Z", "0000-01-01T00:00:00Z"]


@pytest.mark.parametrize("field", ["fetched_at", "published_at", "modified_at"])
@pytest.mark.parametrize("time", NEVER)
def test_time_that_no_reader_knows_is_none(field, time):
    with pytest.raises(FeedError, match=f"record is not valid at {field}"):
        checked(json.dumps(article(1, **{field: time})).encode(), "article", "here")
    assert checked(json.dumps(article(1, **{field: "2016-12-31T23:59:59Z"})).encode(), "article", "here")


@pytest.mark.parametrize(
    "time",
    [
        "20260101T000000Z", "2026-01-01 00:00:00Z", "2026-01-01", "2026-01-01T00:00:00", "2026-01-01T00:00Z",
        "2026-W01-1T00:00:00Z", "2026-01-01T00:00:00+0000", "2026-01-01T24:00:00Z", "2026-02-30T00:00:00Z",
    ],
)  # fmt: skip
def test_time_of_another_form_than_that_of_the_schema_is_none(time):
    with pytest.raises(FeedError, match="record is not valid at fetched_at"):
        checked(json.dumps(article(1, fetched_at=time)).encode(), "article", "here")


@pytest.mark.parametrize(
    "time", ["2026-01-01T00:00:00.123456789Z", "2026-01-01T00:00:00-00:00", "9999-12-31T23:59:59+14:00"]
)
def test_time_of_that_form_is_one(time):
    assert checked(json.dumps(article(1, fetched_at=time)).encode(), "article", "here")


@pytest.mark.parametrize("version", ["\u00b2", "\u0661", "9" * 5000, "", "x"])
def test_version_that_is_no_number_is_told(version):
    with pytest.raises(FeedError):
        checked(json.dumps(article(1) | {"schema_version": version}).encode(), "article", "here")


def test_package_has_the_further_pages_of_an_article():
    place = {"warc": "a.warc.gz", "offset": 0}
    record = {"archive": place, "pages": [place | {"warc": "b.warc.gz"}, place | {"warc": 7}, None]}

    assert pages_of(record) == {"a.warc.gz", "b.warc.gz"}
    assert pages_of(record | {"pages": None}) == {"a.warc.gz"}


@pytest.mark.parametrize(
    "page",
    [
        {"url": "https://a.example/", "ts": "2026-01-01T00:00:00Z", "title": "\ud83d"},
        {"url": "https://a.example/", "ts": "2026-01-01T00:00:00Z", "text": "\ud83d"},
        {"url": "https://a.example/", "ts": "2016-12-31T23:59:60Z"},
        {"url": "https://a.example/", "ts": "2026-02-30T00:00:00Z"},
        {"url": "https://a.example/", "ts": 7},
        [],
    ],
)
def test_page_of_a_package_that_cannot_be_shown_is_counted(page, tmp_path):
    path, left = tmp_path / "pages.jsonl", _LeftOut()
    good = {"url": "https://a.example/1", "ts": "2026-01-01T00:00:00"}
    path.write_text("".join(json.dumps(each) + "\n" for each in ({"format": "json-pages-1.0"}, page, good)))

    (shown,) = _listed(path, left)
    assert (shown[0], shown[3].isoformat(), left.unread) == ("https://a.example/1", "2026-01-01T00:00:00+00:00", 1)


@pytest.mark.parametrize(
    "error", [ValueError("odd"), OverflowError("odd"), UnicodeEncodeError("utf-8", "x", 0, 1, "odd")]
)
def test_whatever_ends_the_reading_of_runs_is_noted_and_the_next_are_read(error, tmp_path, monkeypatch):
    class Held:
        name, path = "a", tmp_path

    shelved = Shelved(Held(), tmp_path)
    monkeypatch.setattr(shelved, "_refresh_or_remake", lambda: (_ for _ in ()).throw(error))
    shelved.refresh()
    assert "odd" in str(shelved._problem)
    monkeypatch.setattr(shelved, "_refresh_or_remake", lambda: None)
    shelved.refresh()
    assert shelved._problem is None


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("https://a.example/a&from=timeline/b.html", "https://a.example/a&from=timeline/b.html"),
        ("https://a.example/p/x&share", "https://a.example/p/x&share"),
        ("https://a.example/p?from=x&id=1&share=y", "https://a.example/p?id=1"),
        ("https://a.example/p?id=1&utm_source=x", "https://a.example/p?id=1"),
        ("https://a.example/p?utm_source=x", "https://a.example/p"),
        ("https://a.example/from=x?from=y", "https://a.example/from=x"),
    ],
)
def test_what_tracks_readers_is_taken_out_of_queries_alone(url, clean):
    assert clean_url(url) == clean


def test_reject_of_which_the_disk_takes_half_leaves_nothing_of_it(tmp_path):
    path = tmp_path / "rejects.jsonl"
    rejects = Rejects(path)
    rejects.add("here", "why", b"one")
    file = rejects._file

    class Full:
        def write(self, data: bytes) -> int:
            return file.write(data[:7])

        def __getattr__(self, name: str) -> object:
            return getattr(file, name)

    rejects._file = Full()
    with pytest.raises(RejectsError) as raised:
        rejects.add("here", "why", b"two")
    rejects._file = file
    rejects.add("here", "why", b"three")
    rejects.close()

    assert raised.value.__cause__.errno == errno.ENOSPC
    assert [json.loads(line)["line"] for line in path.read_text().splitlines()] == ["one", "three"]


@pytest.mark.parametrize("number", [1, 2, 300])
def test_what_is_repeated_is_told_as_added_once(number):
    spans = diff_line("哈 " * number + "X", "哈 " * (2 * number) + "X")

    assert "".join(span.text for span in spans if span.operation != "deleted") == "哈 " * (2 * number) + "X"
    assert "".join(span.text for span in spans if span.operation != "inserted") == "哈 " * number + "X"
    assert sum(len(span.text) for span in spans if span.operation == "inserted") == 2 * number
