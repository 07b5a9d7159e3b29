"""The whole job, in CPU per page: against the same spider that archives nothing, and against stock Scrapy.

All three fetch the same pages of the demo site over TLS. A run is a process of its own, start-up included, as it is for
whoever runs it from a timer. Rounds alternate; the median counts.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

from benchmarks.demo import demo_site, fast_settings

ARTICLES = 1500
ROUNDS = 2
BARS = {"unarchived": 1.15, "stock": 1.5}


def main() -> int:
    with demo_site(ARTICLES) as site, tempfile.TemporaryDirectory() as folder:
        rounds = [measure(fast_settings(site), Path(folder) / str(number)) for number in range(ROUNDS)]
    pages = rounds[0]["pages"]
    missed = False
    ours = statistics.median(each["newsspider"] for each in rounds)
    print(f"{pages:.0f} pages, {ROUNDS} rounds; newsspider {ours / pages * 1e3:.2f} ms CPU per page")
    for peer, bar in BARS.items():
        ratio = statistics.median(each["newsspider"] / each[peer] for each in rounds)
        theirs = statistics.median(each[peer] for each in rounds)
        print(f"  {peer:<10} {theirs / pages * 1e3:.2f} ms   ratio {ratio:.2f}  (bar: at most {bar})")
        missed |= ratio > bar
    return missed


def measure(settings: dict[str, object], folder: Path) -> dict[str, float]:
    """Run the three, one after the other; return seconds of CPU, and the pages that each fetched."""
    seconds = {"newsspider": cpu("newsspider", {**settings, "ARCHIVE_DIR": str(folder)})}
    urls = fetched_urls(folder / "kankanews")
    (folder / "urls.json").write_text(json.dumps(urls), encoding="utf-8")
    seconds["unarchived"] = cpu("unarchived", settings)
    seconds["stock"] = cpu("stock", settings, urls=str(folder / "urls.json"))
    return {**seconds, "pages": len(urls)}


def cpu(role: str, settings: dict[str, object], **arguments: str) -> float:
    """Run one crawl in a process of its own; return its user and system time."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "benchmarks.spiders", role, json.dumps([settings, arguments])], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def fetched_urls(collection: Path) -> list[str]:
    """Return the URLs of the requests that a crawl sent, in order."""
    urls = []
    for path in sorted((collection / "archive").iterdir()):
        with path.open("rb") as file:
            urls += [
                record.rec_headers.get_header("WARC-Target-URI")
                for record in ArchiveIterator(file, no_record_parse=True)
                if record.rec_type == "request"
            ]
    return urls


if __name__ == "__main__":
    sys.exit(main())
