"""When what a run writes is durable: records before what refers to them, and nothing is left open at the end."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from newsspider.collection import writer as writing
from newsspider.collection.collection import Collection
from newsspider.collection.indexing import rebuild_index
from newsspider.collection.state import State
from newsspider.warc import cdxj
from tests.archive.exchanges import STARTED, URL, exchange, page, writer
from tests.archive.test_writer import files
from tests.order import order_below

FIRST, SECOND = page(b"a" * 2000), page(b"b" * 2000)


def fail(open_writer) -> None:
    open_writer.write_failure(url=URL, method="GET", started=STARTED, outcome="dns", detail="no address")


def test_records_are_durable_before_anything_refers_to_them(tmp_path):
    with order_below(tmp_path) as steps, writer(tmp_path) as open_writer:
        open_writer.write_exchange(exchange(FIRST))
        (file,) = files(tmp_path)
        steps.clear()

        open_writer.sync()
        assert steps == [f"sync archive/{file.name} {file.stat().st_size}", "commit state.sqlite3"]
        open_writer.sync()  # nothing new
        assert steps[2:] == []

        fail(open_writer)
        open_writer.sync()
        assert steps[2:] == [f"sync archive/{file.name} {file.stat().st_size}"]  # and nothing to refer to


def test_a_file_that_is_finished_has_its_name_before_anything_refers_to_it(tmp_path):
    with order_below(tmp_path) as steps, writer(tmp_path) as open_writer:
        open_writer.write_exchange(exchange(FIRST))
        (file,) = files(tmp_path)
        steps.clear()

        open_writer.rotate()
        size, name = files(tmp_path)[0].stat().st_size, file.name.removesuffix(".open")
        renamed = [f"sync archive/{file.name} {size}", f"rename archive/{file.name} archive/{name}", "sync archive/"]
        assert steps == [*renamed, "commit state.sqlite3"]
        open_writer.sync()
        open_writer.rotate()  # no file is open
        assert steps == [*renamed, "commit state.sqlite3"]

        second = open_writer.write_exchange(exchange(FIRST))
        assert (second.type, second.where.warc == name) == ("revisit", False)


def test_the_index_is_durable_before_the_state_says_that_it_is_there(tmp_path):
    open_writer = writer(tmp_path)
    open_writer.write_exchange(exchange(FIRST))
    open_writer.rotate()
    with order_below(tmp_path) as steps:
        open_writer.close()

    index = (tmp_path / "indexes/index.cdxj").stat().st_size
    assert steps == [
        f"sync indexes/index.cdxj.tmp {index}", "rename indexes/index.cdxj.tmp indexes/index.cdxj", "sync indexes/",
    ]  # fmt: skip
    state = State(tmp_path / "state.sqlite3")
    assert state.indexed_files() == {file.name: file.stat().st_size for file in files(tmp_path)}
    state.close()


def test_a_run_that_is_closed_leaves_no_log_of_its_state_and_holds_no_lock(tmp_path):
    open_writer = writer(tmp_path)
    open_writer.write_exchange(exchange(FIRST))
    open_writer.close()

    there = [".lock", "archive", "indexes", "state.sqlite3"]
    assert sorted(each.name for each in tmp_path.iterdir()) == there
    rebuild_index(Collection(tmp_path), lambda *_: None)
    assert sorted(each.name for each in tmp_path.iterdir()) == there
    writer(tmp_path).close()


def test_a_run_that_is_closed_has_nothing_open(tmp_path, monkeypatch):
    def below() -> list[str]:
        links = [link for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
        return [str(path) for link in links if (path := link.readlink()).is_relative_to(tmp_path)]

    monkeypatch.setattr(cdxj, "_SORT_BYTES", 0)  # lines of the index wait in files
    open_writer = writer(tmp_path)
    open_writer.write_exchange(exchange(FIRST))
    assert below() != []

    open_writer.close()
    assert below() == []


def test_what_is_held_in_memory_until_it_is_durable_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "_MAX_UNSYNCED", 5)  # records; an exchange is two
    with order_below(tmp_path) as steps, writer(tmp_path) as open_writer:
        synced = []
        for number in range(6):
            if number == 3:
                fail(open_writer)
            steps.clear()
            open_writer.write_exchange(exchange(page(b"%d" % number * 2000)))
            synced.append(any(step.startswith("sync archive/test-") for step in steps))

    assert synced == [False, False, True, False, True, False]


def test_what_was_durable_with_its_file_does_not_count_for_the_next(tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "_MAX_UNSYNCED", 3)
    with order_below(tmp_path) as steps, writer(tmp_path) as open_writer:
        open_writer.write_exchange(exchange(FIRST))
        open_writer.rotate()
        steps.clear()
        open_writer.write_exchange(exchange(SECOND))
        assert steps == ["sync archive/"]  # of the name of the new file


@pytest.mark.parametrize("missing", [0, 1])
def test_a_file_is_full_when_an_exchange_and_its_headers_may_not_fit(missing, tmp_path):
    with writer(tmp_path) as open_writer:
        open_writer.write_exchange(exchange(FIRST))
        second = exchange(SECOND)
        needed = len(second.received) + len(second.sent) + 2 * 1024
        open_writer._max_size = files(tmp_path)[0].stat().st_size + needed - missing
        open_writer.write_exchange(second)

        assert len(files(tmp_path)) == 1 + missing


def test_a_file_that_could_not_be_begun_is_not_there(tmp_path, monkeypatch):
    def full(self, records):
        raise OSError(28, "No space left on device")

    open_writer = writer(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(writing.OpenWarcFile, "append", full)
        with pytest.raises(writing.ArchiveWriteError, match=r"archive: cannot write to the archive: .*No space"):
            open_writer.write_exchange(exchange(FIRST))
    open_writer.close()

    assert files(tmp_path) == []


@pytest.mark.parametrize(
    ("status", "method", "more", "indexed"),
    [
        (b"200 OK", "GET", (), True),
        (b"404 Not Found", "GET", (), True),
        (b"206 Partial Content", "GET", (b"Content-Range: bytes 0-1999/4000",), False),
        (b"206 Partial Content", "GET", (b"Content-Range: bytes 0-1999/2000",), True),
        (b"200 OK", "POST", (), False),
        (b"200 OK", "HEAD", (), False),
    ],
)
def test_only_whole_answers_to_get_stand_for_a_page(status, method, more, indexed, tmp_path):
    received = page(b"a" * 2000, *more, status=status)
    sent = method.encode() + b" /detail/a HTTP/1.1\r\nHost: www.kankanews.com\r\n\r\n"
    with writer(tmp_path) as open_writer:
        open_writer.write_exchange(exchange(received, method=method, sent=sent))

    written = list(Collection(tmp_path).index.lines())
    assert bool(written) == indexed
    rebuild_index(Collection(tmp_path), lambda *_: None)
    assert list(Collection(tmp_path).index.lines()) == written


@pytest.mark.parametrize(("size", "kind"), [(1023, "response"), (1024, "revisit")])
def test_a_revisit_is_written_where_it_saves_something(size, kind, tmp_path):
    with writer(tmp_path) as open_writer:
        types = [open_writer.write_exchange(exchange(page(b"x" * size))).type for _ in range(2)]

    assert types == ["response", kind]


def test_the_host_is_this_one_where_none_is_named(tmp_path):
    with writer(tmp_path, hostname=None) as open_writer:
        capture = open_writer.write_exchange(exchange(FIRST))

    assert capture.where.warc.endswith(f"-{os.uname().nodename.replace('-', '_')[:64]}.warc.gz")
