"""Verifying against ``warcio check``, packing against ``wacz create``: CPU for one WARC file of the demo's mix.

The file is made once, by our own writer, of what a crawl of the demo site archives: pages gzipped, chunked and plain,
the pictures in them, half of these as revisits, and every request. All programs read the same file, and a run is a
process of its own; of its CPU that of a run over a file of one page is taken off. The four run in turn, and the median
of the rounds' ratios counts.

warcio calls the payload digests of chunked answers wrong, since it digests the chunks: their number shows that it has
digested all. py-wacz is asked for pages and their text, which a package of ours always has.

``python -m benchmarks.check 20`` makes a file of 20 MB, for a quick look.
"""

from __future__ import annotations

import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.collection import STARTED, make
from newsspider.collection.collection import Collection
from newsspider.demo.server import frame
from newsspider.demo.site import Site
from newsspider.record.items import as_record
from newsspider.sites.kankanews import SITE
from newsspider.warc.exchange import Exchange, Wire

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsspider.demo.site import ServedPage

MEGABYTES = 500
ROUNDS = 3
VERIFY_BAR = 1.0
PACK_BAR = 1.2

_PICTURE = re.compile(rb"https://[\w.]+(/image/20[\w/.-]+\.png)")
_CHUNKED = b"transfer-encoding: chunked"
_PER_ARTICLE = 19_100
"""Bytes of the file, roughly."""


@dataclass(frozen=True, slots=True)
class Archive:
    """A collection of one WARC file, and how many answers in it are chunked, how many pages have a record."""

    collection: Collection
    warc: Path
    chunked: int
    pages: int


def main() -> int:
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else MEGABYTES
    with tempfile.TemporaryDirectory() as folder:
        whole = made(Path(folder) / "whole", megabytes * 1_000_000 // _PER_ARTICLE)
        least = made(Path(folder) / "least", 1)
        print(f"one WARC file of {whole.warc.stat().st_size / 1e6:.0f} MB, {whole.pages:,} articles", flush=True)
        rounds = [measured(whole, least) for _ in range(ROUNDS)]
    missed = False
    for name, peer, bar in (("verify", "warcio check", VERIFY_BAR), ("pack", "wacz create", PACK_BAR)):
        ours, theirs = (statistics.median(each[tool] for each in rounds) for tool in (name, peer))
        ratio = statistics.median(each[name] / each[peer] for each in rounds)
        missed |= ratio > bar
        print(f"{name:8}{ours:8.1f} s of CPU, {peer} {theirs:8.1f} s: {ratio:.2f}  (bar: at most {bar})")
    return missed


def measured(whole: Archive, least: Archive) -> dict[str, float]:
    """Return the seconds of CPU of each tool, less those of its start."""
    spent = {}
    for tool in (verify, warcio_check, pack, wacz_create):
        spent[tool.__name__.replace("_", " ")] = tool(whole) - tool(least)
    return spent


def verify(archive: Archive) -> float:
    spent, said = run("scrapy", "verify", str(archive.warc))
    assert "no faults, no warnings" in said, said
    return spent


def warcio_check(archive: Archive) -> float:
    spent, said = run("warcio.cli", "check", str(archive.warc), fails=archive.chunked > 0)
    assert said.count("payload digest failed") == archive.chunked, said
    return spent


def pack(archive: Archive) -> float:
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder) / "ours.wacz"
        directory = f"ARCHIVE_DIR={archive.collection.path.parent}"
        spent, _ = run("scrapy", "pack", archive.collection.name, "-o", str(package), "-s", directory)
        assert texts(package) == archive.pages
    return spent


def wacz_create(archive: Archive) -> float:
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder) / "theirs.wacz"
        spent, _ = run("wacz", "create", "--detect-pages", "--text", "-o", str(package), str(archive.warc))
        assert texts(package) > 0
    return spent


def texts(package: Path) -> int:
    """Return how many pages of a package have a text."""
    with zipfile.ZipFile(package) as opened, opened.open("pages/pages.jsonl") as pages:
        return sum(b'"text":' in line for line in pages)


def run(module: str, *arguments: str, fails: bool = False) -> tuple[float, str]:
    """Run a program; return its seconds of CPU, and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-W", "ignore", "-m", module, *arguments]
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == fails, done.stdout
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def made(folder: Path, articles: int) -> Archive:
    """Make a collection of so many articles."""
    chunked = pages = 0

    def counted() -> Iterator[tuple[Exchange, dict[str, Any] | None]]:
        nonlocal chunked, pages
        for exchange, record in captured(articles):
            chunked += _CHUNKED in exchange.received.head(1024).lower()
            pages += record is not None
            yield exchange, record

    collection = Collection(folder)
    make(collection, counted())
    (warc,) = collection.warc_files()
    return Archive(collection, warc, chunked, pages)


def captured(articles: int) -> Iterator[tuple[Exchange, dict[str, Any] | None]]:
    """Yield the pages of articles, each with its record, and after each the pictures that are in no page before."""
    site = Site(articles=max(articles, 20))
    seen = set()
    for number, story in enumerate(islice(site.expected(), articles)):
        page = site.page(story.path)
        assert page is not None
        started = STARTED + timedelta(seconds=number)
        parsed = SITE.parse_page(page.body, story.url, [(b"Content-Type", page.content_type.encode())], started)
        yield exchange(page, story.url, "https://www.kankanews.com/", number), as_record(parsed.article)
        for found in _PICTURE.finditer(page.body):
            url, path = found[0].decode(), found[1].decode()
            if url not in seen:
                seen.add(url)
                picture = site.page(path)
                assert picture is not None
                yield exchange(picture, url, story.url, number), None


def exchange(page: ServedPage, url: str, referer: str, number: int) -> Exchange:
    answer = frame(page)
    _, _, host, path = url.split("/", 3)
    request = (
        f"GET /{path} HTTP/1.1\r\nReferer: {referer}\r\n"
        "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"
        "Accept-Language: zh-CN,zh;q=0.9\r\nAccept-Encoding: gzip, deflate\r\n"
        f"User-Agent: newsspider/0.1.0 (+https://example.org/)\r\nHost: {host}\r\n\r\n"
    )
    return Exchange(
        url=url,
        method="GET",
        started=STARTED + timedelta(seconds=number),
        sent=request.encode(),
        received=Wire(answer.head + answer.body),
        ip="127.0.0.1",
        tls_protocol="TLSv1.3",
        cipher="TLS_AES_256_GCM_SHA384",
    )


if __name__ == "__main__":
    os.environ["PYTHONHASHSEED"] = "0"
    sys.exit(main())
