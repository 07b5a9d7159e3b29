"""The archive browser beside 100,000 articles: its start, its searches, its memory, and how its cache keeps up.

The articles are the demo site's, each with a title, a text and an address of its own; they are written without a crawl,
as one writes them: each with a page in a WARC file, and the index. The server is started as the command starts it, and
all that is measured goes through it. Bars:

* ready within 1.5 times what it takes to import Starlette and uvicorn and to open the cache;
* a search, over HTTP, at most twice the same statements in SQLite, plus 20 ms;
* at most 150 MB of memory, also while the cache is made;
* a hundredth more, 1,000 new articles, are read in at most a tenth of the time that it took to make the cache.

Times are CPU, of the whole server: the machine may have other work. How long the cache took by the clock is printed.

``RECORDS`` sets how many articles there are.
"""

from __future__ import annotations

import json
import os
import re
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from urllib.request import urlopen

from benchmarks.collection import STARTED, make
from newsspider.browser.listening import listen
from newsspider.browser.search import PAGE, Asked, Statement
from newsspider.collection.collection import Collection
from newsspider.commands.browse import START
from newsspider.demo import prose
from newsspider.demo.site import Site
from newsspider.record.items import as_record
from newsspider.sites.kankanews import SITE
from newsspider.warc.exchange import Exchange, Wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parent.parent
RECORDS = int(os.environ.get("RECORDS", "100000"))
NEW = RECORDS // 100
LATER = "20260131T000000000Z-bench"
ROUNDS = 3
LEAST_CPU = 0.25
"""Seconds of CPU in which a search is asked again and again: the system counts them in hundredths."""
READY_BAR, SEARCH_BAR, SEARCH_MS, MEMORY_BAR, REFRESH_BAR = 1.5, 2.0, 20.0, 150.0, 0.1
QUERIES: tuple[dict[str, str], ...] = (
    {},
    {"q": "天气"},
    {"q": "天气", "order": "relevance"},
    {"q": "雨"},
    {"q": "志愿者在早晚高峰"},
    {"q": "第99"},
    {"q": "天气 服务点 -预约", "channel": "时讯"},
    {"q": "天气", "page": "40"},
)
_IMPORT = """\
import sqlite3, sys, starlette.applications, starlette.middleware, starlette.responses, starlette.routing, uvicorn
sqlite3.connect(sys.argv[1]).execute("SELECT count(*) FROM run").fetchone()
"""
_TICK = os.sysconf("SC_CLK_TCK")


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        collection = Collection(Path(name) / "made")
        models = list(_models())
        make(collection, _captured(models, 0, RECORDS))
        cache = collection.path / "browse.sqlite3"
        begun = time.perf_counter()
        with Server(collection) as server:
            server.wait_for(cache, runs=1)
            made, clock = server.cpu(), time.perf_counter() - begun
            print(f"{RECORDS:,} articles: cache of {cache.stat().st_size / 1e6:,.0f} MB made in {made:.1f} s of CPU, "
                  f"{clock:,.0f} s by the clock", flush=True)  # fmt: skip
            make(collection, _captured(models, RECORDS, RECORDS + NEW), run=LATER)
            server.look_again()
            server.wait_for(cache, runs=2)
            refreshed = server.cpu() - made
            memory = server.memory()
        missed = _shown(f"{NEW:,} new read, of the making", refreshed / made, REFRESH_BAR, f"{refreshed:.2f} s")
        missed |= _shown("memory, cache made", memory, MEMORY_BAR, "MB")
        plain = min(_cpu_of(lambda: _import(cache)) for _ in range(ROUNDS))
        ready = min(_cpu_of(lambda: _start(collection)) for _ in range(ROUNDS))
        missed |= _shown("ready, of import and opening", ready / plain, READY_BAR, f"{ready:.2f} s to {plain:.2f} s")
        with Server(collection) as server:
            for query in QUERIES:
                missed |= _searched(server, cache, query)
            missed |= _shown("memory, searches", server.memory(), MEMORY_BAR, "MB")
    return int(missed)


def _shown(what: str, value: float, bar: float, more: str) -> bool:
    print(f"{what:34} {value:8.2f}  (bar: at most {bar:g})  {more}", flush=True)
    return value > bar


def _searched(server: Server, cache: Path, query: dict[str, str]) -> bool:
    statement = Statement(Asked.of(query))
    most = {**statement.values, "most": PAGE, "skipped": (Asked.of(query).page - 1) * PAGE}

    def bare() -> None:
        with closing(sqlite3.connect(cache)) as db:
            db.execute(statement.count, statement.values).fetchone()
            db.execute(statement.rows, most).fetchall()

    alone = min(_spent(bare, time.process_time) for _ in range(ROUNDS))
    ours = min(_spent(lambda: server.get("/?" + urlencode(query)), server.cpu) for _ in range(ROUNDS))
    bar = SEARCH_BAR * alone + SEARCH_MS / 1000
    print(f"search {query!s:60} {ours * 1000:8.1f} ms, bare {alone * 1000:8.1f} ms  (bar: at most {bar * 1000:.1f})",
          flush=True)  # fmt: skip
    return ours > bar


def _spent(act: Callable[[], object], cpu: Callable[[], float]) -> float:
    """Return the CPU of one of several calls."""
    act()
    begun, calls = cpu(), 0
    while (spent := cpu() - begun) < LEAST_CPU:
        act()
        calls += 1
    return spent / calls


def _cpu_of(act: Callable[[], object]) -> float:
    """Return the CPU of the processes that were started and have ended."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    act()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _import(cache: Path) -> None:
    subprocess.run([sys.executable, "-I", "-c", _IMPORT, str(cache)], check=True)


def _start(collection: Collection) -> None:
    with Server(collection):
        pass


class Server:
    """The server as the command starts it; a context manager."""

    def __init__(self, collection: Collection) -> None:
        self._listener = listen(0)
        told = {
            "paths": [str(collection.path)], "cache": str(collection.path.parent / "cache"), "language": "en",
            "program": "newsspider", "commands": [],
        }  # fmt: skip
        descriptor = self._listener.fileno()
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", START, str(ROOT), str(descriptor), json.dumps(told)],
            pass_fds=[descriptor], stdout=subprocess.PIPE, encoding="utf-8",
        )  # fmt: skip

    def __enter__(self) -> Server:
        assert self._process.stdout is not None
        assert "http://" in self._process.stdout.readline()
        return self

    def __exit__(self, *exception: object) -> None:
        self._process.terminate()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._listener.close()

    def get(self, path: str) -> str:
        with urlopen(f"http://127.0.0.1:{self._listener.getsockname()[1]}{path}", timeout=600) as answer:
            text: str = answer.read().decode()
        return text

    def look_again(self) -> None:
        """Let it see what is new, which it looks for when a page is asked for and it has not just looked."""
        while "new runs are read" not in self.get("/") and f"{RECORDS + NEW:,} articles" not in self.get("/"):
            time.sleep(1)

    def wait_for(self, cache: Path, *, runs: int) -> None:
        """Wait until so many runs are in the cache, and it rests; it is asked for nothing meanwhile."""
        while _runs_in(cache) < runs:
            assert self._process.poll() is None
            time.sleep(0.2)
        while "New runs are read" in self.get("/"):
            time.sleep(0.2)

    def cpu(self) -> float:
        """Return the seconds of CPU that it has taken."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICK

    def memory(self) -> float:
        """Return the most memory that it had, in MB."""
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        peak = re.search(r"VmHWM:\s+(\d+) kB", status)
        assert peak is not None
        return int(peak[1]) / 1000


def _runs_in(cache: Path) -> int:
    try:
        with closing(sqlite3.connect(f"{cache.as_uri()}?mode=ro", uri=True)) as db:
            count: int = db.execute("SELECT count(*) FROM run").fetchone()[0]
    except sqlite3.OperationalError:  # not there yet
        return 0
    return count


def _models() -> Iterator[dict[str, Any]]:
    site = Site(articles=40)
    for story in site.expected():
        page = site.page(story.path)
        assert page is not None
        parsed = SITE.parse_page(page.body, story.url, [(b"Content-Type", page.content_type.encode())], STARTED)
        # What a page recommends is half of its record, and would only make the disk slow.
        yield as_record(parsed.article) | {"recommendations": []}


def _captured(models: list[dict[str, Any]], start: int, end: int) -> Iterator[tuple[Exchange, dict[str, Any]]]:
    random = Random(start)
    for number, model in zip(range(start, end), cycle(models), strict=False):
        record = _record(model, number, random)
        body = record["body_html"].encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
        moment = STARTED + timedelta(seconds=number)
        yield Exchange(
            url=record["url"], method="GET", started=moment, sent=b"", received=Wire(head.encode() + body)
        ), record | {"fetched_at": moment.isoformat()}


def _record(model: dict[str, Any], number: int, random: Random) -> dict[str, Any]:
    text = prose.write(random, paragraphs=6)
    paragraphs = [*text.paragraphs, f"第{number}则"]
    url = f"https://www.kankanews.com/detail/bench{number}"
    return model | {
        "id": f"kankanews:bench{number}", "url": url, "canonical_url": url, "title": f"{text.title}（{number}）",
        "paragraphs": paragraphs, "body_text": "\n\n".join(paragraphs), "keywords": list(text.keywords),
        "blocks": [{"type": "paragraph", "text": each} for each in paragraphs],
        "body_html": "".join(f"<p>{each}</p>" for each in paragraphs),
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
