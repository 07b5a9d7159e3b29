"""The whole job, in CPU per page: against the same spider that archives nothing, against stock Scrapy, which drops the
pages, and against what a user would write instead: stock Scrapy, trafilatura, warcio's writer and a feed.

All four fetch the same pages of the demo site over TLS. A run is a process of its own, start-up included, as it is for
whoever runs it from a timer: the bars are for that. Each is run at two sizes, so that the price of one page more can be
told from that of starting.

CPU is in seconds, the least of alternating rounds, as other work on the machine can only add to it. With ``--count`` it
is in instructions, which come out the same to a thousandth however busy the machine is, but leave out the kernel:
perf counts them where the processor's counters can be reached, valgrind (in some minutes) where not.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from warcio.archiveiterator import ArchiveIterator

from benchmarks.demo import demo_site, fast_settings
from newsspider.settings import DEFAULT_REQUEST_HEADERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ARTICLES = (300, 1500)
ROUNDS = 3
BARS = {"unarchived": 1.15, "stock": 1.55, "usual": 0.34}
PEERS = ("newsspider", *BARS)


class Meter(NamedTuple):
    """Runs a command and returns what it cost."""

    run: Callable[[list[str]], float]
    unit: str
    rounds: int


def seconds(command: list[str]) -> float:
    """Milliseconds of CPU, in the program and in the kernel."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1e3


def counted_by_perf(command: list[str]) -> float:
    """Millions of instructions."""
    with tempfile.NamedTemporaryFile() as file:
        perf = ["perf", "stat", "-x", ",", "-e", "instructions:u", "-o", file.name]
        subprocess.run([*perf, *command], check=True)
        found = re.search(rb"^(\d+),", file.read(), re.MULTILINE)
    if not found:
        raise OSError("perf counts no instructions here")
    return int(found[1]) / 1e6


def counted_by_valgrind(command: list[str]) -> float:
    """Millions of instructions."""
    valgrind = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
    done = subprocess.run([*valgrind, *command], check=True, stderr=subprocess.PIPE, text=True)
    found = re.search(r"I\s+refs:\s+([\d,]+)", done.stderr)
    assert found is not None, done.stderr
    return int(found[1].replace(",", "")) / 1e6


def counting() -> Meter:
    for run in (counted_by_perf, counted_by_valgrind):
        try:
            run(["true"])
        except (OSError, subprocess.CalledProcessError):
            continue
        return Meter(run, "M instructions", 1)
    sys.exit("--count needs perf with counters of the processor, or valgrind: apt-get install valgrind")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", action="store_true", help="count instructions instead of seconds")
    meter = counting() if parser.parse_args().count else Meter(seconds, "ms", ROUNDS)
    (few, small), (pages, large) = (measure(articles, meter) for articles in ARTICLES)
    each = {peer: (large[peer] - small[peer]) / (pages - few) for peer in PEERS}
    whole = {peer: large[peer] / pages for peer in PEERS}
    print(f"{meter.unit + ' of CPU':24}{'start-up':>12}{'a page':>10}{f'of {pages}, whole':>16}{'bar':>18}")
    missed = False
    for peer in PEERS:
        start = large[peer] - each[peer] * pages
        line = f"{peer:24}{start:12.0f}{each[peer]:10.2f}{whole[peer]:16.2f}"
        if peer in BARS:
            ratio = whole["newsspider"] / whole[peer]
            missed |= ratio > BARS[peer]
            line += f"{f'{ratio:.2f} of {BARS[peer]}':>18}"
        print(line)
    return missed


def measure(articles: int, meter: Meter) -> tuple[int, dict[str, float]]:
    """Run all peers on a site of *articles*; return its pages, and the least that each peer took."""
    with demo_site(articles) as site, tempfile.TemporaryDirectory() as folder:
        settings = fast_settings(site)
        subprocess.run(command("newsspider", settings | {"ARCHIVE_DIR": folder}, pages=articles), check=True)
        fetched = fetched_urls((Path(folder) / "kankanews" / "archive").iterdir())
        pages = len(fetched)
        urls = Path(folder) / "urls.json"
        urls.write_text(json.dumps(fetched), encoding="utf-8")
        costs: dict[str, list[float]] = {peer: [] for peer in PEERS}
        for number in range(meter.rounds):
            fresh = {"ARCHIVE_DIR": str(Path(folder) / str(number))}
            costs["newsspider"].append(meter.run(command("newsspider", settings | fresh, pages=pages)))
            costs["unarchived"].append(meter.run(command("unarchived", settings, pages=pages)))
            costs["stock"].append(meter.run(peer_command("stock", settings, urls, pages=pages)))
            costs["usual"].append(meter.run(peer_command("usual", settings, urls, pages=pages, folder=folder)))
    return pages, {peer: min(cost) for peer, cost in costs.items()}


def command(role: str, settings: dict[str, object], *, pages: int) -> list[str]:
    return [sys.executable, "-m", "benchmarks.spiders", role, json.dumps([settings, {"pages": pages}])]


def peer_command(peer: str, settings: dict[str, object], urls: Path, **arguments: object) -> list[str]:
    # The same concurrency, and the same bodies on the wire.
    same = {name: settings[name] for name in ("CONNECT_TO", "CONCURRENT_REQUESTS_PER_DOMAIN", "DOWNLOAD_DELAY")}
    same |= {"DEFAULT_REQUEST_HEADERS": DEFAULT_REQUEST_HEADERS, "LOG_LEVEL": "ERROR"}
    return [sys.executable, "-m", f"benchmarks.{peer}", json.dumps([same, {"urls": str(urls)} | arguments])]


def fetched_urls(warcs: Iterable[Path]) -> list[str]:
    """Return the URLs of the requests in WARC files, in order."""
    urls = []
    for path in sorted(warcs):
        with path.open("rb") as file:
            urls += [
                record.rec_headers.get_header("WARC-Target-URI")
                for record in ArchiveIterator(file, no_record_parse=True)
                if record.rec_type == "request"
            ]
    return urls


if __name__ == "__main__":
    os.environ["PYTHONHASHSEED"] = "0"  # the order of sets is work, too
    sys.exit(main())
