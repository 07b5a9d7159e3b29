"""A collection that lies elsewhere, by what was brought here of it: no store is asked."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from newsspider.collection import pulled
from newsspider.collection.objects import ObjectPath, ObjectStoreError
from newsspider.collection.pulled import IndexShard, PulledCollection
from newsspider.warc.cdxj import CdxjEntry, timestamp, write_index
from newsspider.warc.urlkey import urlkey
from tests.archive.exchanges import STARTED, URL
from tests.order import order_below

if TYPE_CHECKING:
    from pathlib import Path

ROOT = ObjectPath("s3://bucket/news")
DAY = timedelta(days=1)


def shard(name: str, size: int = 1, day: int | None = None) -> IndexShard:
    return IndexShard(name=name, size=size, until=None if day is None else timestamp(STARTED + day * DAY))


def line(day: int, status: str = "200") -> bytes:
    return CdxjEntry(
        urlkey=urlkey(URL), timestamp=timestamp(STARTED + day * DAY), url=URL, mime=None, status=status, digest=None,
        length=1, offset=day, filename=f"{day}.warc.gz",
    ).line()  # fmt: skip


def collection(path: Path, *shards: IndexShard, own: int | None = None) -> PulledCollection:
    """One whose shards are here, each with a capture of the day that its number is, and with a capture of its own."""
    made = PulledCollection(path, ROOT, shards)
    made.shards_dir.mkdir()
    for number, each in enumerate(shards):
        write_index(made.shards_dir / each.name, [line(number)])
    if own is not None:
        made.index_path.parent.mkdir()
        write_index(made.index_path, [line(own)])
    return made


def days(entries: object) -> list[int]:
    return [entry.offset for entry in entries]


def test_where_it_lies_is_written_down_and_read_again(tmp_path):
    made = PulledCollection(tmp_path, ROOT, [shard("index.cdxj", 5, 1), shard("index-1.cdxj", 7)])
    with order_below(tmp_path) as steps:
        made.note()

    assert [step.split()[0] for step in steps] == ["sync", "rename", "sync"]
    again = PulledCollection.at(tmp_path)
    assert (str(again.root), again.path, again.shards) == ("s3://bucket/news", tmp_path, made.shards)
    said = json.loads((tmp_path / "store.json").read_bytes())
    assert said["index"][1] == {"name": "index-1.cdxj", "size": 7, "until": None}


def test_another_directory_is_of_this_machine(tmp_path):
    (tmp_path / "file").touch()

    assert [PulledCollection.at(tmp_path / name) for name in (".", "gone", "file")] == [None] * 3


@pytest.mark.parametrize(
    ("names", "next_name"),
    [
        ([], "index.cdxj"),
        (["index.cdxj"], "index-1.cdxj"),
        (["index.cdxj", "index-1.cdxj"], "index-2.cdxj"),
        (["index-9.cdxj"], "index-10.cdxj"),
        (["index-1.cdxj", "index-99.cdxj"], "index-100.cdxj"),
        (["index-99.cdxj", "other.cdxj"], "index-1.cdxj"),
    ],
)
def test_files_of_the_index_are_numbered(tmp_path, names, next_name):
    made = PulledCollection(tmp_path, ROOT, map(shard, names))

    assert made.next_name() == next_name
    assert made.last_shard() == (tmp_path / "indexes-there" / names[-1] if names else None)


def test_a_file_that_grows_is_the_last(tmp_path):
    made = PulledCollection(tmp_path, ROOT, [shard("index.cdxj"), shard("index-1.cdxj")])
    made.grow(shard("index-1.cdxj", 9))
    assert [(each.name, each.size) for each in made.shards] == [("index.cdxj", 1), ("index-1.cdxj", 9)]
    made.grow(shard("index-2.cdxj", 3))
    made.grow(shard("index.cdxj", 4))

    assert [(each.name, each.size) for each in made.shards] == [
        ("index-1.cdxj", 9), ("index-2.cdxj", 3), ("index.cdxj", 4)
    ]  # fmt: skip


def test_a_file_is_here_or_there(tmp_path):
    made = PulledCollection(tmp_path, ROOT)
    made.archive_dir.mkdir()
    (made.archive_dir / "a.warc.gz").touch()

    assert made.file("a.warc.gz") == tmp_path / "archive/a.warc.gz"
    assert str(made.file("b.warc.gz")) == "s3://bucket/news/archive/b.warc.gz"


def test_captures_are_those_here_and_there_each_once_and_in_order(tmp_path):
    made = collection(tmp_path, *(shard(f"index-{number}.cdxj") for number in range(3)), own=1)

    assert days(made.find(urlkey(URL))) == [0, 1, 2]
    assert days(made.find("nothing")) == []


@pytest.mark.parametrize(
    ("sizes", "read"),
    [
        ([50, 30, 20], [0, 1, 2]),
        ([51, 30, 20], [1, 2]),
        ([1, 80, 20], [1, 2]),
        ([1, 81, 20], [2]),
        ([1, 1, 500], [2]),
        ([500], [0]),
    ],
)
def test_of_the_index_its_newest_files_are_read_up_to_a_size(tmp_path, monkeypatch, sizes, read):
    """The newest whatever its size is."""
    monkeypatch.setattr(pulled, "_MOST", 100)
    made = collection(tmp_path, *(shard(f"index-{number}.cdxj", size) for number, size in enumerate(sizes)))

    assert days(made.find(urlkey(URL))) == read


@pytest.mark.parametrize(
    ("until", "read"),
    [
        ([0, 1, 2], [1, 2]),
        ([0, 0, 2], [2]),
        ([None, 0, 2], [0, 2]),
        ([None, None, None], [0, 1, 2]),
        ([0, 0, 0], []),
    ],
)
def test_of_files_that_end_before_a_time_nothing_is_read(tmp_path, until, read):
    made = collection(tmp_path, *(shard(f"index-{number}.cdxj", 1, day) for number, day in enumerate(until)))

    assert days(made._entries_since(urlkey(URL), STARTED + DAY)) == read
    assert made.has_between(URL, STARTED + DAY, STARTED + DAY) is (1 in read)


def test_what_cannot_be_had_is_fetched_once_more(tmp_path, monkeypatch, caplog):
    made = collection(tmp_path, shard("index.cdxj"))
    (made.shards_dir / "index.cdxj").unlink()

    def refuse(source: ObjectPath, target: Path) -> str:
        assert (str(source), target.name) == ("s3://bucket/news/indexes/index.cdxj", "index.part")
        raise ObjectStoreError(source, "the store is away")

    monkeypatch.setattr(pulled, "download", refuse)
    with caplog.at_level(logging.WARNING):
        assert made.has_between(URL, STARTED, STARTED) is False
    assert "the store is away; what it has is fetched once more" in caplog.text
    with pytest.raises(ObjectStoreError):
        list(made.find(urlkey(URL)))
    assert list(made.shards_dir.iterdir()) == []
