"""A file is complete or absent, whenever the power goes: its bytes are durable before its name, and then that is."""

from __future__ import annotations

import errno
import os
import stat
import threading
from pathlib import Path

import pytest

from newsspider import durable
from newsspider.durable import make_directory, publish, sync_directory, whole_file, write_whole
from tests.order import order_below
from tests.patience import HUNG


def test_bytes_are_durable_before_the_name_and_the_name_before_it_is_said(tmp_path):
    with order_below(tmp_path) as steps, (tmp_path / ".x.part").open("wb") as file:
        file.write(b"some")  # in the buffer of Python still
        publish(file, tmp_path / "x")
        assert file.closed

    assert steps == ["sync .x.part 4", "rename .x.part x", "sync ./"]
    assert (tmp_path / "x").read_bytes() == b"some"


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_a_directory_is_made_durable_and_left_closed(tmp_path):
    before = open_files()
    with order_below(tmp_path) as steps:
        sync_directory(tmp_path)

    assert steps == ["sync ./"]
    assert open_files() == before


def test_what_was_there_is_replaced_as_a_whole(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"a longer one")
    with order_below(tmp_path) as steps:
        write_whole(path, b"new")

    assert steps == ["sync .x.part 3", "rename .x.part x", "sync ./"]
    assert path.read_bytes() == b"new"
    assert [each.name for each in tmp_path.iterdir()] == ["x"]


def test_a_file_gets_its_name_at_the_end_and_not_before(tmp_path):
    path = tmp_path / "x"
    with order_below(tmp_path) as steps:
        with whole_file(path) as file:
            file.write(b"some")
            assert not path.exists()
        assert path.read_bytes() == b"some"

    hidden = f".x.{os.getpid()}.part"
    assert steps == [f"sync {hidden} 4", f"rename {hidden} x", "sync ./"]


@pytest.mark.parametrize("before", [b"as it was", None])
@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
def test_after_an_exception_all_is_as_it_was(error, before, tmp_path):
    path = tmp_path / "x"
    if before is not None:
        path.write_bytes(before)

    def write() -> None:
        with whole_file(path) as file:
            file.write(b"some")
            raise error

    with pytest.raises(error):
        write()
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == ({"x": before} if before else {})


def test_what_a_link_names_is_replaced_and_the_link_stays(tmp_path):
    (tmp_path / "there").mkdir()
    named = tmp_path / "there" / "named"
    named.write_bytes(b"old")
    link = tmp_path / "link"
    link.symlink_to(named)
    with whole_file(link) as file:
        file.write(b"new")

    assert link.readlink() == named
    assert named.read_bytes() == b"new"


def test_what_is_no_file_is_written_to(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    with whole_file(pipe) as file:
        file.write(b"some")
    reader.join(HUNG)

    assert read == [b"some"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_each_directory_on_the_way_has_a_durable_name(tmp_path):
    with order_below(tmp_path.parent) as steps:
        make_directory(tmp_path / "a" / "b")
        root = tmp_path.name
        assert steps == ["sync ./", f"sync {root}/", f"sync {root}/a/"]  # what is there may be a moment old, too
        assert (tmp_path / "a" / "b").is_dir()

        make_directory(tmp_path / "a" / "b")
        assert steps[3:] == [f"sync {root}/a/"]


def test_a_directory_that_another_makes_at_the_same_time_is_no_error(tmp_path, monkeypatch):
    path = tmp_path / "a"
    is_dir = Path.is_dir

    def made_behind_our_back(asked: Path) -> bool:
        there = is_dir(asked)
        if asked == path and not there:
            path.mkdir()
        return there

    monkeypatch.setattr(Path, "is_dir", made_behind_our_back)
    make_directory(path)
    assert path.is_dir()


def test_an_error_before_the_file_is_there_is_told_as_it_is(tmp_path):
    with pytest.raises(FileNotFoundError, match="away"), whole_file(tmp_path / "away" / "x"):
        pass


def test_an_error_after_the_file_got_its_name_is_told_as_it_is(tmp_path, monkeypatch):
    def failing(directory: Path) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(durable, "sync_directory", failing)
    with pytest.raises(OSError, match="Input/output error"), whole_file(tmp_path / "x") as file:
        file.write(b"some")
