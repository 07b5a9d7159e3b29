"""Memory of a long run: RSS after 20,000 pages may be at most 20 MB above that after 2,000."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.demo import as_options, demo_site, fast_settings
from newsspider.settings import PART_ITEMS

ARTICLES = 20_500
EARLY, LATE = 2_000, 20_000
"""Pages after which the memory is read."""
BAR = 20.0
"""MB."""


def main() -> int:
    with demo_site(ARTICLES) as site, tempfile.TemporaryDirectory() as folder:
        options = as_options({**fast_settings(site), "ARCHIVE_DIR": folder})
        command = [sys.executable, "-m", "scrapy", "crawl", "kankanews", *options]
        samples = {}
        with subprocess.Popen(command) as crawl:
            while crawl.poll() is None and LATE not in samples:
                pages = pages_written(Path(folder))
                for mark in (EARLY, LATE):
                    if pages >= mark and mark not in samples:
                        samples[mark] = rss(crawl.pid)
                        print(f"  {pages} pages: {samples[mark]:.1f} MB", flush=True)
                time.sleep(0.2)
            crawl.terminate()
    if LATE not in samples:
        print(f"the crawl ended before {LATE} pages")
        return 1
    growth = samples[LATE] - samples[EARLY]
    print(f"growth {growth:.1f} MB from {EARLY} to {LATE} pages  (bar: at most {BAR:.0f})")
    return growth > BAR


def pages_written(archive_dir: Path) -> int:
    """Count the articles in the finished feed parts, which hold ``PART_ITEMS`` each."""
    return PART_ITEMS * sum(1 for _ in archive_dir.glob("*/items/*/part-*.jsonl"))


def rss(pid: int) -> float:
    """Return the resident memory of a process in MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise ProcessLookupError(pid)


if __name__ == "__main__":
    sys.exit(main())
