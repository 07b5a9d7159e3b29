"""Crawls into object storage that are killed, put to sleep, or lose the store: nothing is lost, and nothing twice.

Each begins on a machine where five articles are known, and is taken up by another machine.
"""

from __future__ import annotations

import os
import re
import signal
import threading
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from newsspider.collection.head import read_head
from tests.conftest import serve_demo
from tests.machines import Machine, assert_whole, copy_collection, findings
from tests.patience import HUNG
from tests.servers.counting import counting
from tests.stores import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from newsspider.collection.objects import ObjectPath
    from newsspider.proof.findings import Finding
    from tests.conftest import DemoSite
    from tests.loaded import Started
    from tests.servers.s3 import S3Server

pytestmark = pytest.mark.slow

ARTICLES = 16
KNOWN = 5
LEASE = ("-s", "COLLECTION_LEASE=60")


@pytest.fixture(scope="module")
def site() -> Iterator[DemoSite]:
    with serve_demo("--articles", str(ARTICLES)) as site:
        yield site


@pytest.fixture(scope="module")
def begun(site: DemoSite, s3_server: S3Server, s3_bucket: str, tmp_path_factory) -> Iterator[Store]:
    """A collection with one run, of a few articles."""
    store = Store(s3_server, s3_bucket)
    machine = Machine(tmp_path_factory.mktemp("first"), s3_server.environment(), site.connect_to)
    ended = machine.crawl(store.path(), "--limit", str(KNOWN))
    assert ended.returncode == 0, ended.stderr
    yield store
    store.close()


class Trouble:
    """A machine whose crawl meets with something at one moment."""

    def __init__(self, store: Store, site: DemoSite, directory: Path, stack: ExitStack) -> None:
        self.process: Started | None = None
        self._started = threading.Event()
        self.met = threading.Event()
        self._do: Callable[[], None] = self.kill
        self._at: tuple[str, int] = "", 0
        self._seen = 0
        self.store = stack.enter_context(counting(store.server.port, before=self._asked))
        self.site = stack.enter_context(counting(site.https, answered=self._answered))
        port = self.site.endpoint.rpartition(":")[2]
        connect_to = site.connect_to.replace(f":{site.https}", f":{port}")
        environment = store.server.environment() | {"AWS_ENDPOINT_URL": self.store.endpoint}
        self.machine = Machine(directory / "troubled", environment, connect_to)

    def start(
        self, at: ObjectPath, when: tuple[str, int], do: Callable[[], None], *more: str, before: str = ""
    ) -> None:
        """Begin to crawl; *do* it before the request of that kind and number, or after so many bytes of the site."""
        self._at, self._do = when, do
        self.process = self.machine.start(*self.machine.crawling(at), *LEASE, *more, before=before)
        self._started.set()

    def wait(self) -> None:
        """Return when it has happened."""
        assert self.process is not None
        while not self.met.wait(0.1):
            assert self.process.poll() is None, self.process.communicate()

    def clear(self) -> None:
        """Leave no process."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()

    def ended(self) -> tuple[int, str]:
        assert self.process is not None
        _, errors = self.process.communicate(timeout=HUNG)
        code, self.process = self.process.returncode, None
        return code, errors

    def kill(self) -> None:
        self._send(signal.SIGKILL)

    def stop(self) -> None:
        self._send(signal.SIGSTOP)

    def go_on(self) -> None:
        self._send(signal.SIGCONT)

    def _send(self, number: int) -> None:
        assert self._started.wait(HUNG)  # it may ask before whoever started it goes on
        assert self.process is not None
        os.kill(self.process.pid, number)

    def _asked(self, line: str) -> None:
        what, number = self._at
        if not self.met.is_set() and re.search(what, line):
            self._seen += 1
            self._meet(self._seen == number)

    def _answered(self, size: int) -> None:
        what, number = self._at
        self._meet(what == "bytes of the site" and size >= number)

    def _meet(self, now: bool) -> None:
        if now and not self.met.is_set():
            self._do()
            self.met.set()


@pytest.fixture
def trouble(new_trouble: Trouble, store: Store, begun: Store) -> Trouble:
    """Trouble in a copy of the collection."""
    copy_collection(begun, store)
    return new_trouble


@pytest.fixture
def new_trouble(store: Store, site: DemoSite, tmp_path: Path) -> Iterator[Trouble]:
    """Trouble where there is no collection yet."""
    with ExitStack() as stack:
        trouble = Trouble(store, site, tmp_path, stack)
        stack.callback(trouble.clear)
        yield trouble


@pytest.fixture
def other(store: Store, site: DemoSite, tmp_path: Path) -> Machine:
    return Machine(tmp_path / "other", store.server.environment(), site.connect_to)


def end_lease(store: Store) -> None:
    """Have the time pass until the lease of a process that was killed has ended."""
    head = read_head(store.path())
    if head.holder is not None:
        store.put("HEAD", replace(head, until=datetime.now(UTC) - timedelta(seconds=1)).as_json())


def articles_asked(site: DemoSite) -> int:
    """Return how often article pages were asked for so far."""
    return sum(host["requests"] for host in site.stats()["hosts"].values())


def faults(found: list[Finding]) -> list[Finding]:
    return [each for each in found if each.severity == "fault"]


MOMENTS = [
    ("GET \\S+/HEAD", 1),
    ("PUT \\S+/HEAD", 1),
    ("GET \\S+/state/", 1),  # the lease is taken
    ("bytes of the site", 1),  # all is here that it needs
    ("bytes of the site", 40_000),
    ("bytes of the site", 80_000),
    ("bytes of the site", 120_000),
    ("bytes of the site", 150_000),
    ("PUT \\S+/archive/", 1),
    ("PUT \\S+/items/", 1),
    ("PUT \\S+/items/", 2),
    ("PUT \\S+/indexes/", 1),
    ("PUT \\S+/state/", 1),
    ("PUT \\S+/runs/", 1),
    ("PUT \\S+/HEAD", 2),  # the manifest is there
]
# Slowly, so that it sends several times however fast the machine is.
OFTEN = ("--push-every", "0.2", "-s", "PART_ITEMS=3", "-s", "DOWNLOAD_DELAY=0.05")
MOMENTS_OF_PUSHES = [
    ("PUT \\S+/archive/", 2),
    ("PUT \\S+/archive/", 3),
    ("PUT \\S+/items/", 1),
    ("PUT \\S+/items/", 3),
    ("PUT \\S+/items/", 4),
]
KILLED = [*((each, ()) for each in MOMENTS), *((each, OFTEN) for each in MOMENTS_OF_PUSHES)]


@pytest.mark.parametrize(("when", "more"), KILLED if os.environ.get("CRASH_POINTS") else KILLED[::2])
def test_killed_crawl_is_taken_up_by_another_machine(trouble, other, store, site, when, more):
    before = articles_asked(site)
    trouble.start(store.path(), when, trouble.kill, *more)
    code, errors = trouble.ended()
    assert (trouble.met.is_set(), code) == (True, -signal.SIGKILL), errors
    assert faults(findings(store.path())) == []

    end_lease(store)
    ended = other.crawl(store.path())

    assert ended.returncode == 0, ended.stderr
    assert_whole(store.path(), ARTICLES)
    assert read_head(store.path()).holder is None
    whole_run = ARTICLES + 40  # articles, lists and robots.txt
    assert articles_asked(site) - before <= 2 * whole_run


@pytest.mark.slow
@pytest.mark.parametrize(
    "when",
    [
        ("PUT \\S+/HEAD", 2),  # the store is tried
        ("bytes of the site", 80_000),
        ("PUT \\S+/items/", 2),
        ("PUT \\S+/runs/", 1),
        ("PUT \\S+/HEAD", 4),
    ],
)
def test_first_crawl_that_is_killed_is_taken_up_too(new_trouble, other, store, when):
    new_trouble.start(store.path(), when, new_trouble.kill)
    code, errors = new_trouble.ended()
    assert (new_trouble.met.is_set(), code) == (True, -signal.SIGKILL), errors

    end_lease(store)
    ended = other.crawl(store.path())

    assert ended.returncode == 0, ended.stderr
    assert_whole(store.path(), ARTICLES)


@pytest.mark.parametrize(
    "when",
    [
        pytest.param(("bytes of the site", 80_000), marks=pytest.mark.slow),
        pytest.param(("PUT \\S+/archive/", 1), marks=pytest.mark.slow),
        ("PUT \\S+/runs/", 1),
        pytest.param(("PUT \\S+/HEAD", 2), marks=pytest.mark.slow),
    ],
)
def test_process_that_slept_past_its_lease_publishes_nothing(trouble, other, store, when):
    trouble.start(store.path(), when, trouble.stop)
    trouble.wait()
    end_lease(store)
    ended = other.crawl(store.path())
    assert ended.returncode == 0, ended.stderr
    published = store.tree()["HEAD"]

    trouble.go_on()
    code, errors = trouble.ended()

    assert store.tree()["HEAD"] == published
    assert {each.kind for each in findings(store.path())} <= {"unfinished"}  # what came late is named by nobody
    if when[0] == "PUT \\S+/HEAD":  # its manifest was there, and the other machine went on after it
        assert (code, "after it had published" in errors) == (0, True), errors
    else:
        assert code == 4, errors
        assert re.search(r"is not published.* kept in \S+newsspider-unsent-\S+: \S+", errors), errors
    ended = other.crawl(store.path())
    assert ended.returncode == 0, ended.stderr
    assert_whole(store.path(), ARTICLES)


@pytest.mark.slow
def test_store_that_goes_away_in_the_middle_costs_one_run(trouble, other, store):
    def away() -> None:
        trouble.store.away = True

    at_once = "from newsspider.collection import objects; objects._WAITS = (0, 0, 0, 0)"
    trouble.start(store.path(), ("bytes of the site", 80_000), away, before=at_once)
    code, errors = trouble.ended()

    assert (trouble.met.is_set(), code) == (True, 4), errors
    assert "the store cannot be reached" in errors
    (kept,) = (trouble.machine.directory / "tmp").glob("newsspider-unsent-*")
    assert str(kept) in errors
    assert list(kept.glob("*/archive/*.warc.gz"))
    assert faults(findings(store.path())) == []
    end_lease(store)
    assert other.crawl(store.path()).returncode == 0
    assert_whole(store.path(), ARTICLES)


@pytest.mark.slow
def test_clocks_that_are_off_by_ten_minutes_change_nothing(trouble, other, store, tmp_path):
    from tests.test_clock import Clock

    ahead, behind = Clock(tmp_path / "ahead"), Clock(tmp_path / "behind")
    ahead.set(600)
    behind.set(-600)
    trouble.machine = replace(trouble.machine, environment=trouble.machine.environment | behind.environment())
    trouble.start(store.path(), ("bytes of the site", 80_000), trouble.stop)
    trouble.wait()

    refused = other.crawl(store.path(), env=ahead.environment())
    trouble.go_on()
    code, errors = trouble.ended()
    after = other.crawl(store.path(), env=ahead.environment())
    again = other.crawl(store.path(), env=behind.environment())

    assert (refused.returncode, code, after.returncode, again.returncode) == (75, 0, 0, 0), errors
    assert_whole(store.path(), ARTICLES)
