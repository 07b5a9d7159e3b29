"""What it costs to start: commands that crawl nothing beside Scrapy's command line, and a run that finds nothing new.

The commands are compared with ``scrapy runs`` as it was at 840ad83, before there was a ``newsspider`` command, over the
same collection; all modules are compiled. CPU is in seconds, the least of alternating rounds.

The idle run is compared with stock Scrapy that asks for the same addresses. It is counted in instructions where perf or
valgrind can count them (``benchmarks.job``), and else in CPU.
"""

from __future__ import annotations

import compileall
import json
import os
import resource
import subprocess
import sys
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

from benchmarks.demo import as_options, demo_site, fast_settings
from benchmarks.job import ROUNDS as IDLE_ROUNDS
from benchmarks.job import Meter, counting, fetched_urls, peer_command, seconds
from newsspider.text.templates import compile_all

BEFORE = "840ad83"
ROUNDS = 7
ARTICLES = 20
BAR = 0.3
IDLE_BAR = 1.15
PROJECT = Path(__file__).resolve().parent.parent


def main() -> int:
    with demo_site(ARTICLES) as site, tempfile.TemporaryDirectory(prefix="newsspider-bench-") as folder:
        settings = fast_settings(site) | {"ARCHIVE_DIR": str(Path(folder) / "archives")}
        crawl = [sys.executable, "-m", "newsspider.commands", "crawl", "kankanews", *as_options(settings)]
        subprocess.run(crawl, check=True)
        missed = commands(Path(folder), settings["ARCHIVE_DIR"])
        missed |= idle(Path(folder), crawl, settings)
    return missed


def commands(folder: Path, archives: str) -> bool:
    """Print what commands take; return whether one takes too much."""
    before = folder / "before"
    packed = subprocess.run(["git", "archive", BEFORE], cwd=PROJECT, check=True, capture_output=True).stdout
    with tarfile.open(fileobj=BytesIO(packed)) as opened:
        opened.extractall(before)
    for package in (before / "newsspider", PROJECT / "newsspider"):
        compileall.compile_dir(package, quiet=1)
    compile_all()
    (part, *_) = Path(archives, "kankanews", "items").glob("*/part-*.jsonl")
    url = json.loads(part.read_text(encoding="utf-8").splitlines()[0])["url"]
    peer = ("scrapy", "runs")
    asked = {
        peer: None,
        ("newsspider.commands", "--help"): BAR,
        ("newsspider.commands", "runs"): BAR,
        ("newsspider.commands", "history", "--since", "1d"): BAR,
        ("newsspider.commands", "history", url): BAR,
    }
    least = dict.fromkeys(asked, float("inf"))
    for _ in range(ROUNDS):
        for command in asked:
            spent = cpu(command, archives, source=before if command is peer else PROJECT)
            least[command] = min(least[command], spent)
    print(f"{'CPU':44}{'ms':>7}{'ratio':>8}{'bar':>6}")
    missed = False
    for command, bar in asked.items():
        ratio = least[command] / least[peer]
        missed |= bar is not None and ratio > bar
        name = f"scrapy runs of {BEFORE}" if command is peer else " ".join(("newsspider", *command[1:]))
        print(f"{name[:43]:44}{1000 * least[command]:7.0f}{ratio:8.2f}{bar or '':>6}")
    return missed


def cpu(command: tuple[str, ...], archives: str, *, source: Path) -> float:
    """Return the seconds of CPU of a command, in the program and in the kernel."""
    environment = {**os.environ, "PYTHONPATH": str(source), "NEWSSPIDER_ARCHIVE_DIR": archives}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-m", *command], cwd=source, env=environment, check=True, stdout=subprocess.DEVNULL
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def idle(folder: Path, crawl: list[str], settings: dict[str, Any]) -> bool:
    """Print what a run takes that finds nothing new; return whether it takes too much."""
    archive = Path(settings["ARCHIVE_DIR"]) / "kankanews" / "archive"
    known = set(archive.iterdir())
    subprocess.run(crawl, check=True)
    urls = folder / "urls.json"
    asked = fetched_urls([path for path in archive.iterdir() if path not in known])
    urls.write_text(json.dumps(asked), encoding="utf-8")
    try:
        meter = counting()
    except SystemExit:
        meter = Meter(seconds, "ms", IDLE_ROUNDS)
    stock = peer_command("stock", settings, urls, pages=len(asked))
    costs = [(meter.run(crawl), meter.run(stock)) for _ in range(meter.rounds)]
    ours, theirs = map(min, zip(*costs, strict=True))
    print(f"\nidle run, {len(asked)} requests: {ours:,.0f} {meter.unit} of CPU, stock Scrapy {theirs:,.0f}: "
          f"{ours / theirs:.2f}  (bar: at most {IDLE_BAR})")  # fmt: skip
    return ours > IDLE_BAR * theirs


if __name__ == "__main__":
    os.environ["PYTHONHASHSEED"] = "0"  # the order of sets is work, too
    sys.exit(main())
