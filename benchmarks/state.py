"""The ledger with ten million pages: a look-up, an upsert in batches that are durable, and the memory of both.

The bars: p50 of a look-up and of an upsert at most 0.1 ms, and 100 MB. Addresses are picked at random out of all, which
is the worst that a crawl can do. Beside it, in the same file and in the same batches, a bare ``REPLACE`` and ``SELECT``
of sqlite3: what is left for anybody who keeps rows in SQLite. ``python -m benchmarks.state 1000000`` takes fewer.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from statistics import median

from newsspider.collection.database import Database
from newsspider.history.events import Sighting
from newsspider.history.ledger import Ledger
from newsspider.record.items import Locator

PAGES = 10_000_000
BATCH = 200
"""Pages in a commit: PART_ITEMS."""
BATCHES = 100
MILLISECONDS = 0.1
MEGABYTES = 100
_URL = "https://www.kankanews.com/detail/{:011x}"

# One page in a hundred is due again some day, the others are frozen; every page is an article with one version.
_PAGES = """
INSERT INTO pages
WITH RECURSIVE numbers (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM numbers WHERE i + 1 < ?)
SELECT printf('https://www.kankanews.com/detail/%011x', i), 'article', printf('kankanews:%011x', i), 1700000000 + i,
    1760000000 + i, iif(i % 100, NULL, 1790000000 + i), 1700000000 + i, i % 4, 0, '"' || hex(randomblob(10)) || '"',
    'Fri, 30 Jan 2026 08:00:00 GMT', '1', randomblob(32), 1760000000000000 + i, 1, i % 1000000000, 4000 + i % 4000,
    randomblob(16), randomblob(20)
FROM numbers
"""
_VERSIONS = "INSERT INTO versions SELECT id, 1, captured, warc, offset, length, record_id, payload_digest, 1 FROM pages"


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else PAGES
    with tempfile.TemporaryDirectory(prefix="newsspider-bench-") as folder:
        path = Path(folder) / "state.sqlite3"
        if shutil.disk_usage(folder).free < 600 * count:
            print(f"needs {600 * count / 1e9:.1f} GB in {folder}")
            return 1
        started = time.perf_counter()
        build(path, count)
        size = path.stat().st_size
        print(f"{count:,} pages, {size / 1e9:.2f} GB, {size / count:.0f} bytes a page with its version", end=", ")
        print(f"built in {time.perf_counter() - started:.0f} s", flush=True)
        bare_look_up, bare_upsert = bare(path, count)
        look_up, upsert, revisits = ours(path, count)
        memory = peak_memory()
    print(f"{'p50 in ms':24}{'newsspider':>12}{'sqlite3':>10}{'ratio':>8}{'bar':>8}")
    for name, own, of_sqlite in (("look-up", look_up, bare_look_up), ("upsert, durable", upsert, bare_upsert)):
        print(f"{name:24}{own:12.4f}{of_sqlite:10.4f}{own / of_sqlite:8.1f}{MILLISECONDS:8}")
    print(f"the 1,000 pages that are longest due: {revisits:.1f} ms")
    print(f"memory of the process: {memory:.1f} MB  (bar: {MEGABYTES})")
    return int(max(look_up, upsert) > MILLISECONDS or memory > MEGABYTES)


def build(path: Path, count: int) -> None:
    Ledger(path).close()
    db = Database(path)
    db.execute("PRAGMA synchronous = OFF")
    with db.transaction():
        db.execute("INSERT INTO warcs VALUES (1, 'kankanews-20260130080000123-00000-host.warc.gz', 1)")
        db.execute("INSERT INTO runs VALUES (1, '20260130T080000123Z-a1b2c3', 1)")
        db.execute(_PAGES, (count,))
    with db.transaction():
        db.execute(_VERSIONS)
    db.close()
    os.sync()


def ours(path: Path, count: int) -> tuple[float, float, float]:
    """Return p50 of a look-up and of an upsert, and the time for what is due, in ms."""
    rng = random.Random(1)
    ledger = Ledger(path)
    look_ups, upserts = [], []
    for _ in range(BATCHES):
        urls = [_URL.format(rng.randrange(count)) for _ in range(BATCH)]
        for url in urls:
            start = time.perf_counter()
            page = ledger.find(url)
            look_ups.append(time.perf_counter() - start)
            assert page is not None
        at = datetime.now(UTC)
        start = time.perf_counter()
        for number, url in enumerate(urls):
            where = Locator(
                warc="kankanews-20260130080000123-00000-host.warc.gz",
                offset=number * 4096,
                length=4096,
                record_id="urn:uuid:01234567-89ab-4cde-8f01-23456789abcd",
                payload_digest="sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ",
            )
            now = int(at.timestamp())
            last = Sighting(at=at, where=where)
            ledger.stage(replace(page, url=url, last_fetch=now, next_due=now + 1800, unchanged=1, last=last))
        ledger.commit()
        upserts.append((time.perf_counter() - start) / BATCH)
    start = time.perf_counter()
    list(islice(ledger.revisits(2_000_000_000), 1000))
    revisits = time.perf_counter() - start
    ledger.close()
    return median(look_ups) * 1e3, median(upserts) * 1e3, revisits * 1e3


def bare(path: Path, count: int) -> tuple[float, float]:
    """Return p50 of reading a row and of writing it again, in ms."""
    rng = random.Random(2)
    db = Database(path, durable=True)
    look_ups, upserts = [], []
    for _ in range(BATCHES):
        rows = []
        for _ in range(BATCH):
            url = _URL.format(rng.randrange(count))
            start = time.perf_counter()
            row = db.row("SELECT * FROM pages WHERE url = ?", (url,))
            look_ups.append(time.perf_counter() - start)
            assert row is not None
            rows.append(row)
        start = time.perf_counter()
        with db.transaction():
            db.executemany(f"REPLACE INTO pages VALUES ({', '.join('?' * len(rows[0]))})", rows)
        upserts.append((time.perf_counter() - start) / BATCH)
    db.close()
    return median(look_ups) * 1e3, median(upserts) * 1e3


def peak_memory() -> float:
    """Return the most that this process had resident, in MB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise ProcessLookupError(os.getpid())


if __name__ == "__main__":
    sys.exit(main())
