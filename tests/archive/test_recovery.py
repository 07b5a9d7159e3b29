"""After kill -9, a power cut, a full disk: nothing that was synced is lost, nothing torn is left."""

from __future__ import annotations

import errno
import gzip
import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from newsspider.collection import index
from newsspider.collection.captures import page_at
from newsspider.collection.collection import Collection
from newsspider.collection.indexing import index_lines
from newsspider.collection.writer import ArchiveWriteError
from newsspider.record.items import Locator
from newsspider.warc.warcfile import Recovery
from tests.archive.exchanges import exchange, page, writer
from tests.archive.test_writer import ANSWERS, files, write

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("CRASH_POINTS", "10"))


class Told(NamedTuple):
    warc: str
    offset: int
    length: int
    record_id: str
    marker: str

    @property
    def where(self) -> Locator:
        return Locator(warc=self.warc, offset=self.offset, length=self.length, record_id=self.record_id)


def crawl_until_killed(path: Path, seed: int, after: float) -> list[Told]:
    """Run a crawl, kill it *after* seconds of work, return what it said to be durable."""
    command = [sys.executable, "-m", "tests.archive.crash", str(path), str(seed)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline()]
        time.sleep(after)
        process.send_signal(signal.SIGKILL)
        lines += process.stdout.readlines()
    # The last line may be torn itself; the captures in it may be durable, but nobody was told.
    return [Told(*item) for line in lines if line.endswith("]\n") for item in json.loads(line)]


def assert_whole(path: Path) -> None:
    """Every file passes gzip -t, and the index is what the files say."""
    assert [file.name for file in files(path) if not file.name.endswith(".warc.gz")] == []
    lines: set[bytes] = set()
    for file in files(path):
        subprocess.run(["gzip", "-t", file], check=True)
        lines.update(index_lines(file))
    assert list(Collection(path).index.lines()) == sorted(lines)


@pytest.mark.slow
def test_whatever_was_synced_survives_being_killed(tmp_path, monkeypatch):
    monkeypatch.setattr(index, "_SMALL", 0)  # so that it has several files
    rng = random.Random(20260130)
    told: list[Told] = []
    most = 0
    for seed in range(KILLS):
        if seed % 30 == 0:  # all of it is read after every kill, which takes longer each time
            path = tmp_path / f"collection-{seed}"
            told = []
        told += crawl_until_killed(path, seed, after=rng.uniform(0, 0.15))

        writer(path).close()

        assert_whole(path)
        pages = [page_at(Collection(path), each.where) for each in told]
        kept = [(each.capture.where.record_id, dict(each.http.headers)[b"X-Marker"].decode()) for each in pages]
        assert kept == [(each.record_id, each.marker) for each in told]
        for page_ in pages:  # a revisit's original is there too
            assert len(page_.http.payload()) == page_.http.head.content_length
        most = max(most, len(Collection(path).index.files()))
    assert told
    assert most > 1


def leave_open(path: Path, tail: bytes) -> Path:
    """A collection whose writer died: its file still open, *tail* behind the last whole record."""
    write(path, *ANSWERS.values())
    (file,) = files(path)
    left = file.rename(file.with_name(file.name + ".open"))
    with left.open("ab") as out:
        out.write(tail)
    (path / "state.sqlite3").unlink()
    (path / "indexes/index.cdxj").unlink()
    return file


@pytest.mark.parametrize(
    ("tail", "problem"),
    [
        (b"", None),
        (b"\x1f\x8b\x08", "the file ends within a gzip member"),
        (gzip.compress(b"WARC/1.1\r\nContent-Length: 5\r\n\r\nwhole")[:-6], "the file ends within a gzip member"),
        (bytes(4096), "the file ends with 4,096 NUL bytes"),
    ],
)  # fmt: skip
def test_a_torn_tail_is_cut_off_and_reported(tail, problem, tmp_path):
    file = leave_open(tmp_path, tail)

    with writer(tmp_path) as open_writer:
        recovered = open_writer.recovered

    records = 1 + 2 * len(ANSWERS) + 1
    assert recovered == [Recovery(file.name, records, len(tail), problem)]
    assert str(recovered[0]).startswith(f"{file.name}: {records} whole records kept")
    assert_whole(tmp_path)


def test_a_file_without_a_whole_record_is_removed(tmp_path):
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "x.warc.gz.open").write_bytes(gzip.compress(b"WARC/1.1\r\n")[:9])

    with writer(tmp_path) as open_writer:
        assert [(one.records, one.cut) for one in open_writer.recovered] == [(0, 9)]

    assert files(tmp_path) == []


def test_a_half_written_index_is_removed(tmp_path):
    write(tmp_path, *ANSWERS.values())
    leftover = tmp_path / "indexes/index.cdxj.tmp"
    leftover.write_bytes(b"half")

    writer(tmp_path).close()

    assert not leftover.exists()
    assert_whole(tmp_path)


def test_nothing_refers_to_a_record_that_was_not_synced(tmp_path):
    """Kill before the sync: the file may lose its end, so deduplication must not have counted on it."""
    script = (
        "import os, sys; from pathlib import Path; from tests.archive.exchanges import exchange, page, writer\n"
        "w = writer(Path(sys.argv[1]))\n"
        "w.write_exchange(exchange(page(b'a' * 5000))); w.sync()\n"
        "w.write_exchange(exchange(page(b'b' * 5000)))\n"
        "os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, check=False)
    (left,) = files(tmp_path)
    # As a power cut would have it: what was not synced is gone.
    data = left.read_bytes()
    left.write_bytes(data[: len(data) // 2])

    types = [capture.type for capture in write(tmp_path, page(b"a" * 5000), page(b"b" * 5000))]

    assert types == ["revisit", "response"]


@contextmanager
def limited_files(size: int) -> Iterator[None]:
    """No file may grow beyond *size*: the kernel then fails writes as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_failed_write_is_cut_back_and_nothing_follows_it(tmp_path):
    bodies = [random.Random(number).randbytes(20_000) for number in range(8)]
    open_writer = writer(tmp_path)
    exchanges = [exchange(page(body, b"Content-Type: image/png")) for body in bodies]
    with limited_files(100_000):
        captures = [open_writer.write_exchange(one) for one in exchanges[:4]]
        with pytest.raises(ArchiveWriteError, match=r"warc\.gz\.open: cannot write to the archive: .*room") as caught:
            open_writer.write_exchange(exchanges[4])
        # A smaller one would fit, and would leave a gap before it.
        with pytest.raises(ArchiveWriteError) as again:
            open_writer.write_exchange(exchange(page(b"small")))
        with pytest.raises(ArchiveWriteError):
            open_writer.sync()
        (finished,) = open_writer.close()

    assert (caught.value.exit_code, again.value) == (4, caught.value)
    assert finished.records == 1 + 2 * 4
    assert_whole(tmp_path)
    assert [page_at(Collection(tmp_path), each.where).http.payload() for each in captures] == bodies[:4]

    (after,) = write(tmp_path, page(bodies[5]))
    assert after.type == "response"


def test_what_could_not_be_made_durable_is_read_again_by_the_next_run(tmp_path, monkeypatch):
    def failing(descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    open_writer = writer(tmp_path)
    open_writer.write_exchange(exchange(page(b"a" * 5000)))
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", failing)
        with pytest.raises(ArchiveWriteError, match="Input/output error"):
            open_writer.sync()
    # An fsync would succeed now, and mean nothing.
    with pytest.raises(ArchiveWriteError, match="Input/output error"):
        open_writer.close()

    (capture,) = write(tmp_path, page(b"a" * 5000))
    assert capture.type == "response"
    assert_whole(tmp_path)


def test_a_file_that_could_not_be_finished_is_not_in_the_index_before_it_was_read_again(tmp_path, monkeypatch):
    def failing(path: Path, target: Path) -> Path:
        raise OSError(errno.EIO, "Input/output error")

    open_writer = writer(tmp_path, max_size=10_000)
    open_writer.write_exchange(exchange(page(os.urandom(9000), b"Content-Type: image/png")))
    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", failing)
        with pytest.raises(ArchiveWriteError):  # it is full
            open_writer.write_exchange(exchange(page(os.urandom(9000), b"Content-Type: image/png")))
    with pytest.raises(ArchiveWriteError, match="Input/output error"):
        open_writer.close()

    assert not Collection(tmp_path).index_path.exists()
    writer(tmp_path).close()
    assert_whole(tmp_path)


def test_a_large_exchange_that_does_not_fit_leaves_nothing(tmp_path):
    large = exchange(page(os.urandom(5_000_000), b"Content-Type: video/mp4"))
    with limited_files(3_000_000), writer(tmp_path) as open_writer:
        open_writer.write_exchange(exchange(page(b"first")))
        with pytest.raises(ArchiveWriteError):
            open_writer.write_exchange(large)

    assert_whole(tmp_path)
    assert Collection(tmp_path).index_path.read_text().count("\n") == 1


def test_an_answer_that_could_not_be_spooled_is_not_archived_in_part(tmp_path):
    with limited_files(3_000_000), writer(tmp_path) as open_writer:
        received = exchange(page(os.urandom(5_000_000), b"Content-Type: video/mp4"))
        received.received.append(b"more")
        with pytest.raises(ArchiveWriteError, match="File too large"):
            open_writer.write_exchange(received)

    assert files(tmp_path) == [] or Collection(tmp_path).index_path.read_text() == ""


def test_the_index_can_be_written_after_it_could_not_be(tmp_path):
    write(tmp_path, page(b"one"), page(b"two"))
    before = Collection(tmp_path).index_path.read_bytes()
    with writer(tmp_path) as open_writer:
        open_writer.write_exchange(exchange(page(b"three")))
        with limited_files(len(before) + 10), pytest.raises(ArchiveWriteError):
            open_writer.close()

    assert Collection(tmp_path).index_path.read_bytes() == before
    writer(tmp_path).close()
    assert_whole(tmp_path)
