"""One writer at a time: the lock is the kernel's, so that it ends with whoever holds it."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

import pytest

from newsspider.collection import lock
from newsspider.collection.lock import CollectionLockedError, is_locked, locked


@pytest.fixture
def path(tmp_path):
    return tmp_path / "kankanews" / "lock"


@pytest.fixture(autouse=True)
def directory(path):
    path.parent.mkdir()


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_it_is_held_by_one_for_as_long_as_it_lasts_and_stays_there(path):
    assert not is_locked(path)
    assert not path.exists()  # to ask makes nothing

    with locked(path):
        assert is_locked(path)
        assert path.read_text() == f"{os.getpid()}\n"
    assert not is_locked(path)
    assert path.exists()  # else two processes could hold two files of one name
    with locked(path):
        assert is_locked(path)


def test_it_is_let_go_after_an_error(path):
    with suppress(KeyError), locked(path):
        raise KeyError

    assert not is_locked(path)


def test_who_comes_second_is_told_who_holds_it(path, monkeypatch):
    waits = []
    monkeypatch.setattr(lock, "sleep", waits.append)
    path.write_text("99999999999\n")  # a longer number than that of a process
    with locked(path), pytest.raises(CollectionLockedError) as caught, locked(path):
        pass

    assert str(caught.value) == (
        f"{path.parent}: process {os.getpid()} is writing into this collection; try again when it is done, or crawl "
        "into another one with -s COLLECTION=NAME"
    )
    assert caught.value.exit_code == 75
    assert waits == [0.02, 0.1, 0.3]


def test_who_has_not_said_yet_who_it_is_is_another_process(path):
    with path.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(CollectionLockedError, match=": another process is writing"), locked(path):
            pass


def test_that_somebody_looks_keeps_nobody_from_writing(path):
    with locked(path):
        pass
    before = open_files()
    for _ in range(3):
        is_locked(path)
    with locked(path):
        is_locked(path)
        with suppress(CollectionLockedError), locked(path):
            pass

    assert open_files() == before


def test_who_wants_to_write_waits_for_somebody_who_looks(path, monkeypatch):
    path.touch()
    waits = []
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_SH)

        def wait(seconds: float) -> None:
            waits.append(seconds)
            if len(waits) == 2:
                fcntl.flock(file, fcntl.LOCK_UN)

        monkeypatch.setattr(lock, "sleep", wait)
        with locked(path):
            assert is_locked(path)

    assert waits == [0.02, 0.1]


def test_two_may_look_at_once(path):
    path.touch()
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        assert not is_locked(path)


def test_it_ends_with_the_process(path):
    script = (
        "import sys; from pathlib import Path; from newsspider.collection.lock import locked\n"
        "with locked(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", script, str(path)], **pipes) as holder, closing(holder.stdin):
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(CollectionLockedError, match=f"process {holder.pid} is writing"), locked(path):
            pass
        holder.kill()
        holder.wait()

    with locked(path):
        assert path.read_text() == f"{os.getpid()}\n"
