"""A command of the process that has loaded Scrapy is like one that was started by itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from tests.conftest import PROJECT


def started(arguments: list[str], env: dict[str, str]) -> tuple[int, str, str]:
    command = [sys.executable, "-m", "scrapy", *arguments]
    ended = subprocess.run(command, cwd=PROJECT, env=env, capture_output=True, encoding="utf-8", check=False)
    return ended.returncode, ended.stdout, ended.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["verify", "--help"],
        ["settings", "--get", "CONTACT"],
        ["crawl", "kankanews", "-s", "COLECTION=mine"],
        ["runs", "nowhere"],
        ["nonsense"],
    ],
    ids=" ".join,
)
def test_it_says_and_ends_the_same(arguments, loaded_scrapy, tmp_path):
    env = {**os.environ, "NEWSSPIDER_ARCHIVE_DIR": str(tmp_path), "NEWSSPIDER_CONTACT": "看看@example.org"}

    ended = loaded_scrapy.run(arguments, env)

    assert ended[:3] == started(arguments, env)
    assert ended.peak > 1000


def test_what_is_to_be_first_is_first_and_hangs_no_longer_than_told(loaded_scrapy):
    ended = loaded_scrapy.run(["list"], dict(os.environ), before="import sys; sys.exit('first')")
    assert ended[:3] == (1, "", "first\n")

    with pytest.raises(subprocess.TimeoutExpired):
        loaded_scrapy.run(["list"], dict(os.environ), timeout=0.1, before="import signal; signal.pause()")
    assert loaded_scrapy.run(["list"], dict(os.environ)).returncode == 0


def test_run_that_goes_on_is_heard_and_interrupted_like_a_process(loaded_scrapy):
    waiting = "import signal, sys; print('up', flush=True); print('no', file=sys.stderr, flush=True); signal.pause()"
    both = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with loaded_scrapy.start(["list"], before=waiting, **both) as running:
        assert (running.stdout.readline(), running.stdout.readline()) == ("up\n", "no\n")
        assert running.poll() is None
        running.send_signal(signal.SIGTERM)
        assert running.wait() == running.returncode == running.poll() == -signal.SIGTERM
        running.kill()  # nothing: its number may be another's by now

    with (
        loaded_scrapy.start(["list"], before=waiting, stderr=subprocess.PIPE) as running,
        pytest.raises(subprocess.TimeoutExpired) as expired,
    ):
        running.communicate(timeout=1)
    assert (running.returncode, running.stdout) == (-signal.SIGKILL, None)
    assert expired.value.stderr in ("no\n", "")  # on a busy machine it has not begun


def test_environment_that_python_reads_when_it_starts_is_that_of_a_process_of_its_own(loaded_scrapy, tmp_path):
    (tmp_path / "sitecustomize.py").write_text("print('first')\n", encoding="utf-8")

    ended = loaded_scrapy.run(["list"], {**os.environ, "PYTHONPATH": str(tmp_path)})

    assert (ended.returncode, ended.stdout.splitlines()[0], ended.peak) == (0, "first", None)
