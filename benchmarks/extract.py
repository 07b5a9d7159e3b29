"""Extraction: against a bare loop of FastWARC, decoding and the same parser; and two processes against one.

The archive is a crawl of the demo site. A run is a process of its own, start-up
included. Against the bare loop, which only parses and writes no records, CPU counts, the median of the rounds' ratios;
for the processes time, the best of the rounds, as whatever else runs on the machine only adds to it.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import time
import zlib
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecordType

from benchmarks.demo import as_options, demo_site, fast_settings
from newsspider.parsing.unparsed import UnparsedPageError
from newsspider.sites.kankanews import SITE

ARTICLES = 5000
ROUNDS = 3
AT_LEAST_BARE = 0.6
AT_LEAST_TWO = 1.7


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        with demo_site(ARTICLES) as site:
            options = as_options({**fast_settings(site), "ARCHIVE_DIR": folder})
            subprocess.run([sys.executable, "-m", "scrapy", "crawl", "kankanews", *options], check=True)
        collection = Path(folder) / "kankanews"
        rounds = [measure(collection) for _ in range(ROUNDS)]
    bare, one_cpu, one, two = (statistics.median(times) for times in zip(*rounds, strict=True))
    print(f"{ARTICLES} pages, median of {ROUNDS} rounds")
    print(f"  bare loop      {bare / ARTICLES * 1e3:.2f} ms CPU per page")
    print(f"  one process    {one_cpu / ARTICLES * 1e3:.2f} ms CPU per page, {one:.1f} s")
    print(f"  two processes  {two:.1f} s")
    to_bare = statistics.median(bare / cpu for bare, cpu, _, _ in rounds)
    scaling = min(one for _, _, one, _ in rounds) / min(two for _, _, _, two in rounds)
    print(f"  against the bare loop        {to_bare:.2f} of its pages  (bar: at least {AT_LEAST_BARE})")
    print(f"  two processes against one    {scaling:.2f} x  (bar: at least {AT_LEAST_TWO})")
    return to_bare < AT_LEAST_BARE or scaling < AT_LEAST_TWO


def measure(collection: Path) -> tuple[float, float, float, float]:
    """Return seconds: CPU of the bare loop, CPU of one process, time of one, time of two."""
    bare, _ = spent("-m", "benchmarks.extract", str(collection))
    one_cpu, one = extract(collection, jobs=1)
    _, two = extract(collection, jobs=2)
    return bare, one_cpu, one, two


def extract(collection: Path, *, jobs: int) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as folder:
        return spent("-m", "scrapy", "extract", str(collection), "--to", f"{folder}/out", "--jobs", str(jobs))


def spent(*command: str) -> tuple[float, float]:
    """Run Python; return the seconds of CPU of it and its children, and of time."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run([sys.executable, *command], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, time.monotonic() - start


def bare_loop(collection: Path) -> int:
    """Parse every article of the collection's responses; return how many there were."""
    parsed = 0
    for path in sorted((collection / "archive").iterdir()):
        with path.open("rb") as file:
            # FastWARC 2.0's own decoding of content (auto_decode="all") ends silently at some gzipped pages.
            for record in ArchiveIterator(file, record_types=WarcRecordType.response, auto_decode="transfer"):
                url = record.headers["WARC-Target-URI"]
                if record.http_headers.status_code != 200 or not SITE.is_article(url):
                    continue
                body = record.reader.read()
                if record.http_headers.get("Content-Encoding") == "gzip":
                    body = zlib.decompress(body, wbits=31)
                headers = [(name.encode(), value.encode()) for name, value in record.http_headers.astuples()]
                try:
                    SITE.parse_page(body, url, headers, record.record_date)
                except UnparsedPageError:
                    continue
                parsed += 1
    return parsed


if __name__ == "__main__":
    if len(sys.argv) > 1:
        bare_loop(Path(sys.argv[1]))
    else:
        sys.exit(main())
