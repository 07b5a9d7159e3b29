"""The archive browser beside 100,000 articles: its start, its searches, its memory, and how its cache keeps up.

The records are the demo site's, each with a title, a text and an address of its own. The server is started as the
command starts it. Bars:

* ready within 1.5 times what it takes to import Starlette and uvicorn and to open the cache;
* a search, over HTTP, at most twice the same statements in SQLite, plus 20 ms;
* at most 150 MB of memory, also while the cache is made;
* a hundredth more, 1,000 new articles, are read in at most a tenth of the time that it took to make the cache.

``RECORDS`` sets how many articles there are (100,000: some minutes).
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from urllib.request import urlopen

from newsspider.browser.cache import FORMAT
from newsspider.browser.listening import listen
from newsspider.browser.search import PAGE, Asked, Statement
from newsspider.commands.browse import START
from newsspider.demo import prose
from newsspider.demo.site import Site
from newsspider.record.items import as_record
from newsspider.sites.kankanews import SITE
from tests.feeds import NOON, write_run

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
RECORDS = int(os.environ.get("RECORDS", "100000"))
NEW = RECORDS // 100
ROUNDS = 5
PART = 500
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


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        collection = Path(name) / "made"
        models = list(_models())
        write_run(collection, "20260101T000000000Z-a", *_parts(models, 0, RECORDS))
        cache = collection / "browse.sqlite3"
        with Server(collection) as server:
            made = server.time_to_read(RECORDS, wait=1)
            size = cache.stat().st_size / 1e6
            print(f"{RECORDS:,} articles: cache made in {made:.1f} s, {size:,.0f} MB (format {FORMAT})", flush=True)
            write_run(collection, "20260102T000000000Z-b", *_parts(models, RECORDS, RECORDS + NEW))
            time.sleep(6)  # until a page asks again whether there are new runs
            refreshed = server.time_to_read(RECORDS + NEW, wait=0.05)
            memory = server.memory()
        missed = _shown(f"{NEW:,} new read, of the making", refreshed / made, REFRESH_BAR, f"{refreshed:.2f} s")
        missed |= _shown("memory, cache made", memory, MEMORY_BAR, "MB")
        plain = min(_seconds(_IMPORT, str(cache)) for _ in range(ROUNDS))
        ready = min(_time_to_be_ready(collection) for _ in range(ROUNDS))
        missed |= _shown("ready, of import and opening", ready / plain, READY_BAR, f"{ready:.2f} s to {plain:.2f} s")
        with Server(collection) as server:
            server.time_to_read(RECORDS + NEW, wait=0.05)
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

    alone = min(map(_timed, [bare] * ROUNDS))
    ours = min(_timed(lambda: server.get("/?" + urlencode(query))) for _ in range(ROUNDS))
    bar = SEARCH_BAR * alone + SEARCH_MS / 1000
    print(f"search {query!s:60} {ours * 1000:8.1f} ms, bare {alone * 1000:8.1f} ms  (bar: at most {bar * 1000:.1f})")
    return ours > bar


def _timed(act: Any) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


class Server:
    """The server as the command starts it; a context manager."""

    def __init__(self, collection: Path) -> None:
        self._listener = listen(0)
        told = {
            "paths": [str(collection)], "cache": str(collection.parent / "cache"), "language": "en",
            "program": "newsspider", "commands": [],
        }  # fmt: skip
        descriptor = self._listener.fileno()
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-c", START, str(ROOT), str(descriptor), json.dumps(told)],
            pass_fds=[descriptor], stdout=subprocess.PIPE, encoding="utf-8",
        )  # fmt: skip

    def __enter__(self) -> Server:
        assert self.process.stdout is not None
        assert "http://" in self.process.stdout.readline()
        return self

    def __exit__(self, *exception: object) -> None:
        self.process.terminate()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()
        self._listener.close()

    def get(self, path: str) -> str:
        with urlopen(f"http://127.0.0.1:{self._listener.getsockname()[1]}{path}", timeout=600) as answer:
            text: str = answer.read().decode()
        return text

    def time_to_read(self, count: int, *, wait: float) -> float:
        """Return the seconds until so many articles are listed; asked every *wait* seconds, which slows it."""
        begun = time.perf_counter()
        wanted = f'role="status">{count:,} articles'
        while wanted not in (html := self.get("/")) or "new runs are read" in html:
            time.sleep(wait)
        return time.perf_counter() - begun

    def memory(self) -> float:
        """Return the most memory that it had, in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        peak = re.search(r"VmHWM:\s+(\d+) kB", status)
        assert peak is not None
        return int(peak[1]) / 1000


def _time_to_be_ready(collection: Path) -> float:
    begun = time.perf_counter()
    with Server(collection):
        return time.perf_counter() - begun


def _seconds(program: str, *arguments: str) -> float:
    return _timed(lambda: subprocess.run([sys.executable, "-I", "-c", program, *arguments], check=True))


def _models() -> Iterator[dict[str, Any]]:
    site = Site(articles=40)
    for story in site.expected():
        page = site.page(story.path)
        assert page is not None
        parsed = SITE.parse_page(page.body, story.url, [(b"Content-Type", page.content_type.encode())], NOON)
        record = as_record(parsed.article)
        # What no search looks at would only make the disk slow.
        yield record | {"recommendations": [], "blocks": [], "body_html": None, "archive": None}


def _parts(models: list[dict[str, Any]], start: int, end: int) -> Iterator[list[dict[str, Any]]]:
    random = Random(start)
    numbers = iter(range(start, end))
    around = cycle(models)
    while some := list(islice(numbers, PART)):
        yield [_record(next(around), number, random) for number in some]


def _record(model: dict[str, Any], number: int, random: Random) -> dict[str, Any]:
    text = prose.write(random, paragraphs=6)
    paragraphs = [*text.paragraphs, f"第{number}则"]
    url = f"https://www.kankanews.com/detail/bench{number}"
    return model | {
        "id": f"kankanews:bench{number}", "url": url, "canonical_url": url, "title": f"{text.title}（{number}）",
        "paragraphs": paragraphs, "body_text": "\n\n".join(paragraphs), "keywords": list(text.keywords),
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
