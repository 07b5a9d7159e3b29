"""The real ``scrapy`` without its start-up: a process that has loaded the program forks itself for each run.

Loading takes 0.7 s of a core, more than most commands do then, and the tests run hundreds of them. What a run gets
is its own: arguments, environment, output, settings (they read the environment, so nothing that reads them is loaded
before), and an end like any other's. What Python itself reads of the environment needs a process that starts afresh.
Tests that start ``python -m scrapy`` themselves see that it starts.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pkgutil
import re
import runpy
import select
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self, TextIO

from tests.patience import HUNG

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PROJECT = Path(__file__).resolve().parent.parent
READ_AT_START = ("PYTHON", "LD_", "LC_", "LANG")
"""How the names of variables begin that are read before the program is, here or by the C library."""
_LATER = ("newsspider.commands", "newsspider.crawl.preflight", "newsspider.demo", "newsspider.settings")
"""Not loaded before the environment is that of the run."""
_LIBRARIES = ("argcomplete", "encodings.gb18030", "jinja2.ext", "scrapy.shell", "scrapy.utils.test")
"""What commands load when they begin, and a crawl when it ends."""
_OF_EXTRAS = ("boto3", "botocore.retryhandler", "botocore.handlers", "duckdb", "sqlalchemy.dialects.sqlite", "psycopg")
_MOST = 100_000
"""Bytes of a request; the kernel takes twice as much in one message."""


class Ended(NamedTuple):
    """How a run ended."""

    returncode: int
    stdout: str
    stderr: str
    peak: int | None
    """KiB of memory that it took at most, what was loaded before included; None of a process that started afresh."""


class Running:
    """A run that goes on: what tests use of ``subprocess.Popen``, by the same names.

    ``stdout`` and ``stderr`` are text where they were asked for as PIPE, and else None.
    """

    def __init__(self, arguments: Sequence[str], told: int, outputs: Sequence[int | None]) -> None:
        self.args = ["scrapy", *arguments]
        self.stdout, self.stderr = (each if each is None else os.fdopen(each, encoding="utf-8") for each in outputs)
        self.returncode: int | None = None
        self.peak: int | None = None
        """As ``Ended.peak``, when it has ended."""
        self._told = os.fdopen(told, encoding="ascii")
        self.pid = int(self._told.readline())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for output in (self.stdout, self.stderr):
            if output is not None:
                output.close()
        self.wait()

    def poll(self) -> int | None:
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        if (code := self._ended(timeout)) is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        return code

    def _ended(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._told], [], [], timeout)[0]:
            with self._told:
                status, self.peak = map(int, self._told.readline().split())
            self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Read all that it says to its end; it is killed after *timeout* seconds (``subprocess.TimeoutExpired``)."""
        with ThreadPoolExecutor(2) as pool:
            outputs = [output and pool.submit(_read, output) for output in (self.stdout, self.stderr)]
            try:
                self.wait(timeout)
            except subprocess.TimeoutExpired as expired:
                self.kill()
                self.wait()
                expired.output, expired.stderr = (output and output.result() for output in outputs)
                raise
            stdout, stderr = (output.result() if output else "" for output in outputs)
        return stdout, stderr

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


Started = Running | subprocess.Popen[str]
"""The second where Python itself reads something of the environment, so that it starts afresh."""


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
        running = self.start(arguments, env, before=before, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        with running:
            stdout, stderr = running.communicate(timeout=timeout)
        assert running.returncode is not None
        return Ended(running.returncode, stdout, stderr, getattr(running, "peak", None))

    def start(
        self,
        arguments: Sequence[str | Path],
        env: Mapping[str, str] | None = None,
        *,
        before: str = "",
        stdout: int = subprocess.DEVNULL,
        stderr: int = subprocess.DEVNULL,
    ) -> Started:
        """Start it, as ``subprocess.Popen`` does; an output is PIPE, DEVNULL, STDOUT (for *stderr*) or a descriptor.

        *env* is that of this process where it is None; what Python reads of it at its start needs a process afresh.
        """
        arguments, env = [*map(os.fspath, arguments)], dict(os.environ if env is None else env)
        request = json.dumps([arguments, env, before]).encode()
        if len(request) > _MOST or _of_start(env) != _of_start(self._environment):
            return _start_afresh(arguments, env, before, stdout, stderr)
        with ExitStack() as stack:

            def opened(output: int) -> tuple[int | None, int]:
                """Return the end that is read here, if it is, and the one that the run writes to."""
                if output >= 0:
                    return None, output
                reading, writing = os.pipe() if output == subprocess.PIPE else (None, os.open(os.devnull, os.O_WRONLY))
                stack.callback(os.close, writing)
                return reading, writing

            told, telling = opened(subprocess.PIPE)
            out, to_out = opened(stdout)
            errors, to_errors = (None, to_out) if stderr == subprocess.STDOUT else opened(stderr)
            socket.send_fds(self._ours, [request], [to_out, to_errors, telling])
        assert told is not None
        return Running(arguments, told, (out, errors))


def start_scrapy(arguments: Sequence[str | Path], env: Mapping[str, str] | None = None, **options: Any) -> Started:
    """``LoadedScrapy.start`` of the one of this process."""
    return loaded().start(arguments, env, **options)


@cache
def loaded() -> LoadedScrapy:
    """The one of this process, which ends with it."""
    scrapy = LoadedScrapy()
    atexit.register(scrapy.close)
    return scrapy


def _start_afresh(
    arguments: Sequence[str], env: Mapping[str, str], before: str, stdout: int, stderr: int
) -> subprocess.Popen[str]:
    code = f"{before}\nimport runpy; runpy.run_module('scrapy', run_name='__main__', alter_sys=True)"
    start = ["-c", code] if before else ["-m", "scrapy"]
    return subprocess.Popen(
        [sys.executable, *start, *arguments], cwd=PROJECT, env=env, stdout=stdout, stderr=stderr, encoding="utf-8"
    )


def _of_start(env: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in env.items() if name.startswith(READ_AT_START)}


def _read(output: TextIO) -> str:
    with output:
        return output.read()


# ---------------------------------------------------------------------------------------------- in the other process


def _load() -> None:
    import newsspider

    importlib.import_module("scrapy.cmdline")  # before ours: newsspider.commands looks whether it is there
    from scrapy.settings import default_settings

    for name in (*_parts(vars(default_settings)), *_LIBRARIES):
        importlib.import_module(name)
    ours = [each.name for each in pkgutil.walk_packages(newsspider.__path__, "newsspider.")]
    ours = [name for name in ours if not name.startswith(_LATER) and not name.endswith("__main__")]
    for name in (*ours, *_OF_EXTRAS):
        with suppress(ImportError):  # needs an extra
            importlib.import_module(name)
    _warm()
    assert not {"newsspider.settings", "twisted.internet.reactor"} & sys.modules.keys()
    gc.collect()
    gc.freeze()


def _warm() -> None:
    """Compile the templates of reports, and the expressions that the first page of a crawl would compile."""
    from newsspider import sites
    from newsspider.record import items, schema
    from newsspider.text import templates

    for page in ("runs/page.html", "runs/index.html"):
        templates._environment().get_template(page)
    case = PROJECT / "tests" / "cases" / "kankanews" / "current"
    about = json.loads((case / "page.json").read_bytes())
    site, body = sites.load("kankanews"), (case / "page.html").read_bytes()
    headers = [(b"Content-Type", b"text/html; charset=utf-8")]
    article = site.parse(body, about["url"], headers, datetime.fromisoformat(about["captured_at"]))
    schema.check(items.as_record(article), "article")
    site.links(body, about["url"], headers)


def _parts(settings: Mapping[str, object]) -> set[str]:
    """The modules of Scrapy's own parts, which a crawl loads by their names in its settings."""
    values = [value for name, value in settings.items() if name.isupper()]
    named = [name for value in values for name in (value if isinstance(value, dict) else [value])]
    classes = [name for name in named if isinstance(name, str) and re.fullmatch(r"scrapy(\.\w+)+\.[A-Z]\w+", name)]
    return {name.rpartition(".")[0] for name in classes}


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
