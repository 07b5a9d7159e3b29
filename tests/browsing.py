"""A collection to look at, of a demo site whose articles change from run to run; and a running `scrapy browse`."""

from __future__ import annotations

import asyncio
import http.client
import os
import re
import subprocess
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from newsspider.demo.server import serve
from newsspider.demo.site import ServedPage, Site
from tests.loaded import Started, start_scrapy
from tests.patience import HUNG

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.conftest import ScrapyRun

QUICKLY = ("-s", "DOWNLOAD_DELAY=0.001", "-s", "AUTOTHROTTLE_ENABLED=False", "-a", "full=1")
ARTICLES = 20
HOSTILE = "<img src=x onerror=document.title='run'>\u202e\"'"
GONE = ServedPage(body=b"gone", content_type="text/plain", status=404)


class Changing(Site):
    """The demo site, some of whose pages say something else from an act on."""

    def __init__(self, articles: int = ARTICLES, *, hostile: bool = True) -> None:
        super().__init__(articles=articles)
        self.act = 1
        plain = [story for story in self.expected() if story.kind == "current"]
        self.edited, self.renamed, self.gone, self.back, self.hostile = plain[:5]
        self._scenes: dict[str, Callable[[ServedPage], ServedPage]] = {
            self.edited.path: self._edited,
            self.renamed.path: self._renamed,
            self.gone.path: lambda page: GONE if self.act >= 3 else page,
            self.back.path: lambda page: GONE if self.act == 2 else page,
        }
        if hostile:
            self._scenes[self.hostile.path] = self._hostile

    def targets(self) -> tuple[str, ...]:
        return ()  # the server asks for each page anew

    def page(self, target: str) -> ServedPage | None:
        page = super().page(target)
        scene = self._scenes.get(target.partition("?")[0])
        return scene(page) if scene and page else page

    def _edited(self, page: ServedPage) -> ServedPage:
        """Another word in the second act, a paragraph less in the fourth."""
        first = self.edited.paragraphs[0]
        if self.act >= 2:
            page = _said(page, first[:8], "据市民反映，" + first[:8])
        if self.act >= 4:
            page = _said(page, self.edited.paragraphs[-1], "（本段已删去）")
        return page

    def _renamed(self, page: ServedPage) -> ServedPage:
        return _said(page, self.renamed.title, "更正：" + self.renamed.title) if self.act >= 3 else page

    def _hostile(self, page: ServedPage) -> ServedPage:
        """A title and a body that would like to be markup."""
        escaped = HOSTILE.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
        page = _said(page, self.hostile.title, escaped)
        return _said(page, self.hostile.paragraphs[0], f"{escaped} &lt;script&gt;alert(1)&lt;/script&gt; 敌意")


def _said(page: ServedPage, before: str, after: str) -> ServedPage:
    charset = page.content_type.partition("charset=")[2] or "utf-8"
    text = page.body.decode(charset)
    return replace(page, body=text.replace(before, after).encode(charset))


@contextmanager
def serving(site: Site) -> Iterator[str]:
    """Serve a site from a thread; yield the CONNECT_TO setting that leads there."""
    loop = asyncio.new_event_loop()
    ready: list[str] = []
    up, stop = threading.Event(), asyncio.Event()

    async def run() -> None:
        async with serve(site) as (ports, _):
            ready.append(ports.connect_to())
            up.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),))
    thread.start()
    try:
        assert up.wait(HUNG)
        yield ready[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


def crawled(scrapy_run: ScrapyRun, site: Changing, acts: int, *more: str) -> None:
    """Crawl the site in so many acts."""
    with serving(site) as connect_to:
        for act in range(1, acts + 1):
            site.act = act
            run = scrapy_run("crawl", "kankanews", "-s", f"CONNECT_TO={connect_to}", *QUICKLY, *more)
            assert run.returncode == 0, run.stderr


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass(frozen=True, kw_only=True)
class Browsed:
    """A running `scrapy browse`."""

    process: Started
    port: int

    @property
    def home(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """Ask for a path, and follow nothing."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=HUNG)
        named: dict[str, Any] = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers=named, body=b"" if method == "POST" else None)
        response = connection.getresponse()
        answer = Answer(status=response.status, headers=response.headers, body=response.read())
        connection.close()
        return answer

    def text(self, path: str) -> str:
        answer = self.get(path)
        assert answer.status == 200, answer.text
        return answer.text


@contextmanager
def browsing(*paths: Path, cache: Path, options: tuple[str, ...] = ()) -> Iterator[Browsed]:
    """Browse collections on a free port, from when all runs are read; *cache* is where pywb's environment may be."""
    process = start_scrapy(
        ["browse", *paths, "--port", "0", *options],
        {**os.environ, "NEWSSPIDER_REPLAY_CACHE": str(cache)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if up := re.search(r"http://127\.0\.0\.1:(\d+)/", line):
            break
    else:
        process.wait(HUNG)
        raise AssertionError(said)
    try:
        browsed = Browsed(process=process, port=int(up[1]))
        until = time.monotonic() + HUNG
        while "Reload the page in a moment" in browsed.get("/").text and time.monotonic() < until:
            time.sleep(0.1)
        yield browsed
    finally:
        process.terminate()
        assert process.wait(HUNG) == 0
        process.stdout.close()
