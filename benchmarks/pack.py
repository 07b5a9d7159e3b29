"""Packing: its memory at its highest may not grow with the collection.

``python -m benchmarks.pack 100000 50000`` packs one of 5 GB: 100,000 captures of 50,000 bytes.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.collection import STARTED, make
from newsspider.collection.collection import Collection
from newsspider.demo.site import Site
from newsspider.record.items import as_record
from newsspider.sites.kankanews import SITE
from newsspider.warc.exchange import Exchange, Wire

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

SMALL, LARGE = 1_000, 15_000
"""Captures."""
BODY = 5_000
"""Bytes of a capture."""
BAR = 20.0
"""MB that the larger may take more than the smaller."""


def main() -> int:
    if len(sys.argv) == 3:
        measured(int(sys.argv[1]), int(sys.argv[2]))
        return 0
    growth = measured(LARGE, BODY) - measured(SMALL, BODY)
    print(f"growth {growth:.1f} MB from {SMALL:,} to {LARGE:,} captures  (bar: at most {BAR:.0f})")
    return growth > BAR


def measured(captures: int, body: int) -> float:
    """Pack a collection of so many captures; return the highest resident memory in MB."""
    with tempfile.TemporaryDirectory() as folder:
        collection = Collection(Path(folder) / "bench")
        make(collection, captured(captures, body))
        size = sum(path.stat().st_size for path in collection.warc_files())
        env = {**os.environ, "NEWSSPIDER_ARCHIVE_DIR": folder}
        command = [sys.executable, "-m", "scrapy", "pack", "bench"]
        start = time.perf_counter()
        peak = 0.0
        with subprocess.Popen(command, env=env) as packing:
            while packing.poll() is None:
                peak = highest(packing.pid) or peak
                time.sleep(0.02)
        seconds = time.perf_counter() - start
        assert packing.returncode == 0
        print(f"  {captures:,} captures, {size / 1e6:,.0f} MB of WARC: {peak:.1f} MB, {seconds:.1f} s", flush=True)
        return peak


def highest(pid: int) -> float | None:
    """Return the highest resident memory of a process so far, in MB; None when it has ended.

    What wait4() says would count the memory of this process too, until the other's program begins.
    """
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return None


def captured(captures: int, body: int) -> Iterator[tuple[Exchange, dict[str, object]]]:
    """Yield pages, each with a record."""
    told = record()
    for number in range(captures):
        url = f"https://www.kankanews.com/detail/{number:010}"
        started = STARTED + timedelta(seconds=number)
        own = {"id": f"kankanews:{number:010}", "url": url, "fetched_at": started.isoformat()}
        yield exchange(url, started, os.urandom(body)), told | own


def record() -> dict[str, object]:
    """Return the record of an article of the demo site."""
    site = Site(articles=20, seed=1)
    story = site.expected()[0]
    page = site.page(story.path)
    assert page is not None
    parsed = SITE.parse_page(page.body, story.url, [], STARTED)
    made: dict[str, object] = as_record(parsed.article)
    return made


def exchange(url: str, started: datetime, body: bytes) -> Exchange:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(body)
    return Exchange(
        url=url,
        method="GET",
        started=started,
        sent=b"GET / HTTP/1.1\r\nHost: www.kankanews.com\r\n\r\n",
        received=Wire(head + body),
        ip="203.0.113.7",
        tls_protocol="TLSv1.3",
        cipher="TLS_AES_256_GCM_SHA384",
    )


if __name__ == "__main__":
    sys.exit(main())
