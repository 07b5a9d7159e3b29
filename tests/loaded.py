"""The real ``scrapy`` without its start-up: a process that has loaded the program forks itself for each run.

Loading takes 0.7 s of a core, more than most commands do then, and the tests run hundreds of them. What a run gets
is its own: arguments, environment, output, settings (they read the environment, so nothing that reads them is loaded
before), and an end like any other's. What Python itself reads of the environment needs a process that starts afresh.
Tests that start ``python -m scrapy`` themselves see that it starts.
"""

from __future__ import annotations

import gc
import importlib
import io
import json
import os
import pkgutil
import runpy
import select
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.patience import HUNG

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PROJECT = Path(__file__).resolve().parent.parent
READ_AT_START = ("PYTHON", "LD_", "LC_", "LANG")
"""How the names of variables begin that are read before the program is, here or by the C library."""
_LATER = ("newsspider.commands", "newsspider.crawl.preflight", "newsspider.demo", "newsspider.settings")
"""Not loaded before the environment is that of the run."""
_MOST = 100_000
"""Bytes of a request; the kernel takes twice as much in one message."""


class Ended(NamedTuple):
    """How a run ended."""

    returncode: int
    stdout: str
    stderr: str
    peak: int | None
    """KiB of memory that it took at most, what was loaded before included; None of a process that started afresh."""


class LoadedScrapy:
    """Runs ``scrapy`` in this project; to be closed."""

    def __init__(self) -> None:
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith("NEWSSPIDER_")}
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.loaded", str(theirs.fileno())],
                cwd=PROJECT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )

    def close(self) -> None:
        self._ours.close()
        self._process.wait(HUNG)

    def run(
        self, arguments: Sequence[str | Path], env: Mapping[str, str], timeout: float = HUNG, before: str = ""
    ) -> Ended:
        """Run to the end, as ``subprocess.run`` does: TimeoutExpired when that is not reached in so many seconds.

        *before* is run first, in the same process. Threads may run several at once.
        """
        arguments = [*map(os.fspath, arguments)]
        request = json.dumps([arguments, dict(env), before]).encode()
        if len(request) > _MOST or _of_start(env) != _of_start(self._environment):
            return _run_afresh(arguments, env, timeout, before)
        pipes = [os.pipe() for _ in range(3)]
        with ThreadPoolExecutor(2) as pool, os.fdopen(pipes[2][0], encoding="ascii") as told:
            outputs = [pool.submit(_read, reading) for reading, _ in pipes[:2]]
            socket.send_fds(self._ours, [request], [writing for _, writing in pipes])
            for _, writing in pipes:
                os.close(writing)
            child = int(told.readline())
            ready, _, _ = select.select([told], [], [], timeout)
            if not ready:
                os.kill(child, signal.SIGKILL)
            status, peak = map(int, told.readline().split())
            stdout, stderr = (output.result() for output in outputs)
        if not ready:
            raise subprocess.TimeoutExpired(["scrapy", *arguments], timeout, stdout, stderr)
        return Ended(os.waitstatus_to_exitcode(status), _text(stdout), _text(stderr), peak)


def _run_afresh(arguments: Sequence[str], env: Mapping[str, str], timeout: float, before: str) -> Ended:
    code = f"{before}\nimport runpy; runpy.run_module('scrapy', run_name='__main__', alter_sys=True)"
    start = ["-c", code] if before else ["-m", "scrapy"]
    ended = subprocess.run(
        [sys.executable, *start, *arguments],
        cwd=PROJECT, env=env, capture_output=True, encoding="utf-8", timeout=timeout, check=False,
    )  # fmt: skip
    return Ended(ended.returncode, ended.stdout, ended.stderr, None)


def _of_start(env: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in env.items() if name.startswith(READ_AT_START)}


def _text(output: bytes) -> str:
    """Decode as ``subprocess`` does: each line ends with a line feed alone."""
    return io.TextIOWrapper(io.BytesIO(output), encoding="utf-8").read()


def _read(descriptor: int) -> bytes:
    with open(descriptor, "rb") as file:
        return file.read()


# ---------------------------------------------------------------------------------------------- in the other process


def _load() -> None:
    import newsspider

    importlib.import_module("scrapy.cmdline")  # before ours: newsspider.commands looks whether it is there
    for each in pkgutil.walk_packages(newsspider.__path__, "newsspider."):
        if not each.name.startswith(_LATER) and not each.name.endswith("__main__"):
            try:
                importlib.import_module(each.name)
            except ImportError:  # needs an extra
                continue
    assert not {"newsspider.settings", "twisted.internet.reactor"} & sys.modules.keys()
    gc.collect()
    gc.freeze()


def _serve(descriptor: int) -> str:
    """Fork for each request; return in the child, as the process of that run, what is to be run before.

    Of a run its ID is told, and in another line its status and its memory when it has ended.
    """
    woken, waking = os.pipe()
    os.set_blocking(waking, False)
    signal.set_wakeup_fd(waking)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    running: dict[int, int] = {}
    with socket.socket(fileno=descriptor) as connection:
        while True:
            ready, _, _ = select.select([connection, woken], [], [])
            if woken in ready:
                os.read(woken, 1000)
                while running and (ended := os.wait3(os.WNOHANG))[0]:
                    child, status, usage = ended
                    os.write(running[child], b"%d %d\n" % (status, usage.ru_maxrss))
                    os.close(running.pop(child))
            if connection not in ready:
                continue
            request, descriptors, _, _ = socket.recv_fds(connection, 2 * _MOST, 3)
            if not request:
                os._exit(0)
            *outputs, told = descriptors
            child = os.fork()
            if child == 0:
                break
            os.write(told, b"%d\n" % child)
            running[child] = told
            for output in outputs:
                os.close(output)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for other in (woken, waking, told, *running.values()):
        os.close(other)
    arguments, environment, before = json.loads(request)
    for output, place in zip(outputs, (1, 2), strict=True):
        os.dup2(output, place)
        os.close(output)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    sys.argv = ["scrapy", *arguments]
    return str(before)


if __name__ == "__main__":
    _load()
    exec(_serve(int(sys.argv[1])), {})
    runpy.run_module("scrapy", run_name="__main__", alter_sys=True)
