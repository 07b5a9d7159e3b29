"""A long run of 50,000 pages in one process: its memory may grow by at most 0.5 kB a page, its open files not at all.

The slope is that of the least squares through the RSS at every thousand pages, after those in which everything is met
for the first time. ``python -m benchmarks.memory 20000`` fetches fewer.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import linear_regression
from typing import NamedTuple

from benchmarks.demo import as_options, demo_site, fast_settings
from newsspider.settings import PART_ITEMS

PAGES = 50_000
STEP = 1_000
"""Pages between two samples."""
WARM_UP = 0.1
"""Share of the pages before the first sample that counts."""
SLOPE = 0.5
"""kB a page."""
FILES = 8
"""Open files by which samples may differ: a connection more or less, a part or a WARC file being written."""


class Sample(NamedTuple):
    pages: int
    rss: float
    """kB."""
    files: int


def main() -> int:
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else PAGES
    samples: list[Sample] = []
    # Somewhat more, so that the run is not closing when the last sample is taken.
    with demo_site(pages + 500) as site, tempfile.TemporaryDirectory(prefix="newsspider-bench-") as folder:
        options = as_options({**fast_settings(site), "ARCHIVE_DIR": folder})
        command = [sys.executable, "-m", "scrapy", "crawl", "kankanews", *options]
        with subprocess.Popen(command) as crawl:
            while crawl.poll() is None and (not samples or samples[-1].pages < pages):
                done = pages_written(Path(folder))
                if done >= STEP * (len(samples) + 1):
                    samples.append(Sample(done, rss(crawl.pid), open_files(crawl.pid)))
                    print("  {:,} pages: {:,.0f} kB, {} open files".format(*samples[-1]), flush=True)
                time.sleep(0.2)
            crawl.terminate()
    if not samples or samples[-1].pages < pages:
        print(f"the crawl ended before {pages} pages")
        return 1
    return judge([each for each in samples if each.pages >= WARM_UP * pages])


def judge(samples: list[Sample]) -> int:
    slope = linear_regression([each.pages for each in samples], [each.rss for each in samples]).slope
    files = [each.files for each in samples]
    print(f"from {samples[0].pages:,} to {samples[-1].pages:,} pages:")
    print(f"  memory: {slope:+.3f} kB a page  (bar: at most {SLOPE})")
    print(f"  open files: {min(files)} to {max(files)}  (bar: at most {FILES} apart)")
    return int(slope > SLOPE or max(files) - min(files) > FILES)


def pages_written(archive_dir: Path) -> int:
    """Count the articles in the finished feed parts, which hold ``PART_ITEMS`` each."""
    return PART_ITEMS * sum(1 for _ in archive_dir.glob("*/items/*/part-*.jsonl"))


def rss(pid: int) -> float:
    """Return the resident memory of a process in kB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise ProcessLookupError(pid)


def open_files(pid: int) -> int:
    """Return how many files and sockets a process has open."""
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())


if __name__ == "__main__":
    sys.exit(main())
