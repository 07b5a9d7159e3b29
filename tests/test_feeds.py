"""Feed parts and feed files are complete or absent."""

from __future__ import annotations

import errno
import hashlib
import os
import resource
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from newsspider.crawl import exporter
from newsspider.crawl.storage import AtomicFileStorage, FeedTargetError
from newsspider.durable import write_whole
from newsspider.feeds.parts import FeedPart, PartWriter
from tests.order import order_below

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def writer(directory, *, batch=2, before_publish=lambda: None):
    return PartWriter(directory, stem="part", batch=batch, before_publish=before_publish)


def names(directory):
    return sorted(path.name for path in directory.iterdir()) if directory.exists() else []


def test_part_gets_its_name_when_it_is_full(tmp_path):
    parts = writer(tmp_path / "items")
    parts.write(b'{"a":1}\n')

    assert names(tmp_path / "items") == [".part-00001.jsonl.part"]

    parts.write(b'{"a":2}\n')

    assert names(tmp_path / "items") == ["part-00001.jsonl"]


def test_parts_are_numbered_and_described(tmp_path):
    parts = writer(tmp_path)
    for line in (b"1\n", b"22\n", b"333\n"):
        parts.write(line)
    parts.publish()

    assert parts.parts == [
        FeedPart(name="part-00001.jsonl", records=2, size=5, sha256=hashlib.sha256(b"1\n22\n").hexdigest()),
        FeedPart(name="part-00002.jsonl", records=1, size=4, sha256=hashlib.sha256(b"333\n").hexdigest()),
    ]
    assert [(tmp_path / part.name).read_bytes() for part in parts.parts] == [b"1\n22\n", b"333\n"]


def test_part_and_the_directories_that_it_is_in_are_durable_before_the_next_begins(tmp_path):
    with order_below(tmp_path) as steps:
        parts = writer(tmp_path / "items" / "run", batch=1)
        parts.write(b"1\n")

    hidden, part = "items/run/.part-00001.jsonl.part", "items/run/part-00001.jsonl"
    assert steps == ["sync ./", "sync items/", f"sync {hidden} 2", f"rename {hidden} {part}", "sync items/run/"]


def test_line_is_with_the_system_when_it_is_written(tmp_path):
    """So a disk that is full is told of the line that does not fit, and of no other."""
    parts = writer(tmp_path)
    parts.write(b"1\n")

    assert (tmp_path / ".part-00001.jsonl.part").read_bytes() == b"1\n"
    parts.discard()


def test_part_that_could_not_be_published_is_begun_anew(tmp_path):
    parts = writer(tmp_path, batch=None)
    parts.write(b"1\n")
    (tmp_path / "part-00001.jsonl").mkdir()  # in the way
    with pytest.raises(IsADirectoryError):
        parts.publish()
    (tmp_path / "part-00001.jsonl").rmdir()
    assert (parts.waiting, parts.parts) == (0, [])
    parts.write(b"22\n")
    parts.publish()

    assert [(part.name, part.records, part.size) for part in parts.parts] == [("part-00001.jsonl", 1, 3)]
    assert names(tmp_path) == ["part-00001.jsonl"]


def test_run_without_records_leaves_no_part(tmp_path):
    parts = writer(tmp_path / "items")
    parts.publish()

    assert parts.parts == []
    assert names(tmp_path / "items") == []


def test_what_records_cite_is_durable_before_the_part_is_there(tmp_path):
    seen = []
    parts = writer(tmp_path, before_publish=lambda: seen.append(names(tmp_path)))
    parts.write(b"1\n")
    parts.write(b"2\n")

    assert seen == [[".part-00001.jsonl.part"]]


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")  # as a run that ends there leaves it
def test_part_stays_hidden_when_what_it_cites_cannot_be_stored(tmp_path):
    def fail():
        raise OSError("no space")

    parts = writer(tmp_path, before_publish=fail)
    parts.write(b"1\n")

    with pytest.raises(OSError, match="no space"):
        parts.publish()
    assert names(tmp_path) == [".part-00001.jsonl.part"]


def store(path, data, *, overwrite):
    storage = AtomicFileStorage(str(path), feed_options={"overwrite": overwrite})
    file = storage.open(None)
    file.write(data)
    return storage, file


def test_feed_file_is_the_last_good_one_until_the_new_one_is_whole(tmp_path):
    target = tmp_path / "out" / "articles.jsonl"
    target.parent.mkdir()
    target.write_bytes(b"old\n")

    storage, file = store(target, b"new\n", overwrite=True)
    file.flush()
    assert target.read_bytes() == b"old\n"

    storage.store(file)
    assert target.read_bytes() == b"new\n"
    assert names(target.parent) == ["articles.jsonl"]


def test_feed_file_is_appended_to(tmp_path):
    target = tmp_path / "articles.jsonl"
    for line in (b"1\n", b"2\n"):
        storage, file = store(target, line, overwrite=False)
        storage.store(file)

    assert target.read_bytes() == b"1\n2\n"


@pytest.mark.parametrize("overwrite", [False, True])
def test_what_a_killed_crawl_left_of_a_feed_is_no_part_of_the_next(overwrite, tmp_path):
    (tmp_path / ".a.jsonl.part").write_bytes(b"1\n" * 99)
    storage, file = store(tmp_path / "a.jsonl", b"2\n", overwrite=overwrite)
    storage.store(file)

    assert (tmp_path / "a.jsonl").read_bytes() == b"2\n"


def test_link_to_a_feed_file_stays_a_link(tmp_path):
    (tmp_path / "2026.jsonl").write_bytes(b"1\n")
    link = tmp_path / "newest.jsonl"
    link.symlink_to("2026.jsonl")

    storage, file = store(link, b"2\n", overwrite=True)
    storage.store(file)

    assert link.is_symlink()
    assert (tmp_path / "2026.jsonl").read_bytes() == b"2\n"


@pytest.mark.parametrize("overwrite", [False, True])
def test_pipe_is_written_to_not_replaced(tmp_path, overwrite):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)

    storage, file = store(pipe, b"1\n", overwrite=overwrite)
    storage.store(file)

    assert os.read(reader, 10) == b"1\n"
    assert names(tmp_path) == ["pipe"]
    os.close(reader)


@pytest.mark.parametrize("overwrite", [False, True])
def test_feed_file_is_durable_before_it_gets_its_name(overwrite, tmp_path):
    with order_below(tmp_path) as steps:
        storage, file = store(tmp_path / "out/new/a.jsonl", b"1\n", overwrite=overwrite)
        storage.store(file)

    hidden, target = "out/new/.a.jsonl.part", "out/new/a.jsonl"
    assert steps == ["sync ./", "sync out/", f"sync {hidden} 2", f"rename {hidden} {target}", "sync out/new/"]


def test_feed_is_appended_to_unless_it_is_to_be_written_over(tmp_path):
    target = tmp_path / "a.jsonl"
    for options in (None, {}, {"overwrite": False}):
        storage = AtomicFileStorage(str(target), feed_options=options)
        file = storage.open(None)
        file.write(b"1\n")
        storage.store(file)

    assert target.read_bytes() == b"1\n" * 3


@pytest.mark.parametrize(
    ("made", "target", "problem"),
    [
        ("directory", "there", "it is a directory"),
        ("file", "there/a.jsonl", "there is not a directory that can be written"),
        ("file", "there/not/yet/a.jsonl", "there is not a directory that can be written"),
    ],
)
def test_feed_that_can_be_seen_to_be_unfit_is_refused_before_anything_is_fetched(made, target, problem, tmp_path):
    if made == "directory":
        (tmp_path / "there").mkdir()
    else:
        (tmp_path / "there").write_bytes(b"old\n")

    with pytest.raises(FeedTargetError, match=problem) as refused:
        AtomicFileStorage(str(tmp_path / target))
    assert refused.value.exit_code == 4
    assert AtomicFileStorage(str(tmp_path / "not/yet/%(time)s.jsonl"))
    assert names(tmp_path) == ["there"]


def test_feed_whose_directory_nobody_may_write_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: not (mode == os.W_OK and path == tmp_path))

    with pytest.raises(FeedTargetError, match="is not a directory that can be written"):
        AtomicFileStorage(str(tmp_path / "not/yet/a.jsonl"))


def test_feed_that_cannot_be_begun_is_told_at_its_end(tmp_path):
    storage = AtomicFileStorage(str(tmp_path / "new/a.jsonl"))
    (tmp_path / "new").write_bytes(b"in the way")
    file = storage.open(None)
    file.write(b"1\n" * 100_000)

    with pytest.raises(FeedTargetError, match=r"this feed cannot be written: .*File exists"):
        storage.store(file)
    assert (tmp_path / "new").read_bytes() == b"in the way"


@pytest.fixture
def largest_file() -> Iterator[Callable[[int], None]]:
    """Sets how large a file of this process may become; the process is told of what does not fit."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (before[0] if size < 0 else size, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("overwrite", [False, True])
def test_feed_with_a_hole_is_none(overwrite, largest_file, tmp_path):
    """Scrapy goes on with the next item where one could not be written; then there may be room again."""
    target = tmp_path / "a.jsonl"
    target.write_bytes(b"old\n")
    storage = AtomicFileStorage(str(target), feed_options={"overwrite": overwrite})
    file = storage.open(None)
    file.write(b"1\n")
    file.flush()
    largest_file(6)
    file.write(b"2" * 100)
    file.flush()
    largest_file(-1)
    file.write(b"3\n")
    file.flush()
    assert b"3" not in (tmp_path / ".a.jsonl.part").read_bytes()  # nor would a pipe be told of what comes behind a hole

    with pytest.raises(FeedTargetError, match="File too large") as raised:
        storage.store(file)
    assert raised.value.exit_code == 4
    assert target.read_bytes() == b"old\n"
    assert names(tmp_path) == ["a.jsonl"]


def test_last_of_a_feed_that_does_not_fit_is_missed(largest_file, tmp_path):
    storage, file = store(tmp_path / "a.jsonl", b"1\n", overwrite=True)
    largest_file(1)

    with pytest.raises(FeedTargetError, match="File too large"):
        storage.store(file)
    assert names(tmp_path) == []


def test_device_that_is_full_stays_what_it_is():
    storage, file = store("/dev/full", b"1\n", overwrite=True)

    with pytest.raises(FeedTargetError, match="No space left"):
        storage.store(file)
    assert Path("/dev/full").is_char_device()


def test_whole_write_replaces_and_leaves_nothing_beside(tmp_path):
    write_whole(tmp_path / "a.json", b"1")
    write_whole(tmp_path / "a.json", b"2")

    assert (tmp_path / "a.json").read_bytes() == b"2"
    assert names(tmp_path) == ["a.json"]


class Full:
    """A file on a disk that has so much room."""

    def __init__(self, file, room: int) -> None:
        self._file, self.room = file, room

    def write(self, data) -> int:
        if self.room == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        written = self._file.write(bytes(data[: self.room]))
        self.room -= written
        return written

    def __getattr__(self, name):
        return getattr(self._file, name)


def test_line_that_does_not_fit_leaves_those_before_it_to_be_published(tmp_path):
    parts = writer(tmp_path, batch=9)
    parts.write(b"111\n")
    parts._file = Full(parts._file, room=2)
    with pytest.raises(OSError, match="No space"):
        parts.write(b"2222\n")
    assert (tmp_path / ".part-00001.jsonl.part").read_bytes() == b"111\n"
    assert parts.waiting == 1
    parts._file.room = 99
    parts.write(b"333\n")
    parts.publish()

    assert (tmp_path / "part-00001.jsonl").read_bytes() == b"111\n333\n"
    assert parts.parts == [
        FeedPart(name="part-00001.jsonl", records=2, size=8, sha256=hashlib.sha256(b"111\n333\n").hexdigest())
    ]


def test_first_line_that_does_not_fit_leaves_no_part(tmp_path):
    synced = []
    parts = writer(tmp_path, batch=9, before_publish=lambda: synced.append(1))
    parts.write(b"1\n")
    parts.publish()
    parts.write(b"1\n")
    parts.discard()
    parts.discard()
    assert names(tmp_path) == ["part-00001.jsonl"]
    (tmp_path / ".part-00002.jsonl.part").mkdir()  # in the way
    with pytest.raises(OSError, match="directory"):
        parts.write(b"2\n")
    (tmp_path / ".part-00002.jsonl.part").rmdir()
    parts.write(b"3\n")
    assert parts.waiting == 1
    parts._file = Full(parts._file, room=0)
    parts._lines = 0  # as where the first line did not fit
    parts.publish()

    assert names(tmp_path) == ["part-00001.jsonl"]
    assert (len(parts.parts), parts.waiting, synced) == (1, 0, [1])
    parts.write(b"4\n")
    assert parts.waiting == 1
    parts.publish()
    assert names(tmp_path) == ["part-00001.jsonl", "part-00002.jsonl"]


def test_writer_that_has_written_nothing_waits_for_nothing(tmp_path):
    parts = writer(tmp_path)

    assert parts.waiting == 0
    parts.write(b"1\n")
    assert parts.waiting == 1
    parts.write(b"2\n")
    assert parts.waiting == 0


def test_parts_that_are_there_already_are_counted_and_kept(tmp_path):
    there = FeedPart(name="part-00001.jsonl", records=1, size=2, sha256="0" * 64)
    parts = PartWriter(tmp_path, stem="part", batch=None, before_publish=lambda: None, parts=[there])
    parts.write(b"1\n")
    parts.publish()
    of_others = PartWriter(tmp_path, stem="part", batch=None, before_publish=lambda: None, first=7)
    of_others.write(b"1\n")
    of_others.publish()

    assert [part.name for part in parts.parts] == ["part-00001.jsonl", "part-00002.jsonl"]
    assert [part.name for part in of_others.parts] == ["part-00007.jsonl"]


def test_what_was_written_may_be_gone_when_it_is_discarded(tmp_path):
    parts = writer(tmp_path)
    parts.write(b"1\n")
    (tmp_path / ".part-00001.jsonl.part").unlink()
    parts.discard()

    assert (names(tmp_path), parts.waiting) == ([], 0)


@pytest.mark.parametrize(("scheme", "package"), [("s3", "boto3"), ("gs", "google-cloud-storage")])
def test_feed_whose_library_is_missing_is_refused_before_anything_is_fetched(scheme, package, monkeypatch):
    monkeypatch.setattr(exporter, "_is_installed", lambda module: False)
    unmade = object.__new__(exporter.FeedExporter)  # it asks for the library first

    with pytest.raises(exporter.FeedRefusedError, match="Nothing was fetched") as refused:
        unmade._storage_supported(f"{scheme}://bucket/articles.jsonl", {})

    assert f"pip install {package}" in str(refused.value)


def test_library_that_is_in_a_package_that_is_missing_is_not_installed():
    assert exporter._is_installed("json.decoder")
    assert not exporter._is_installed("no_such_package.at_all")
