"""A run over a site that did not change, by how much the collection knows already: its cost must not grow with that.

A collection that knows nothing but the demo site is crawled again, and so is one that knows a million articles besides
(``python -m benchmarks.known 10000000`` takes more). Both have a thousand earlier runs, which is as many as a verdict
reads; a third has ten thousand. The crawls alternate, and of each the least counts. What they read and write is counted
by the kernel, whether or not it comes to the disk.

The million is made up: rows of the ledger, lines of the index, names of runs and WARC files; without the pages, which
no run opens.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from benchmarks.demo import as_options, demo_site, fast_settings
from benchmarks.state import build
from newsspider.collection.collection import Collection
from newsspider.collection.database import Database
from newsspider.collection.state import State

PAGES = 1_000_000
RUNS = 1_000
MANY_RUNS = 10_000
ARTICLES = 40
ROUNDS = 3
BAR = 1.1
_UNITS = {"cpu": "CPU, s", "memory": "memory, MB", "written": "written, MB", "read": "read, MB"}

_LINE = (
    'com,kankanews)/detail/{number:011x} 20260130080000 {{"url": "https://www.kankanews.com/detail/{number:011x}", '
    '"mime": "text/html", "status": "200", "digest": "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ", "length": "4096", '
    '"offset": "{offset}", "filename": "{file}"}}\n'
)
_FILE = "kankanews-2024{number:013}-00000-host.warc.gz"
_RUN = "2024{number:05}T000000000Z-a1b2c3"


class Cost(NamedTuple):
    """What a run took."""

    cpu: float
    memory: float
    written: float
    read: float


def main() -> int:
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else PAGES
    known = [(0, RUNS), (pages, RUNS), (pages, MANY_RUNS)]
    found: list[list[Cost]] = [[] for _ in known]
    with demo_site(ARTICLES) as site, tempfile.TemporaryDirectory(prefix="newsspider-bench-") as folder:
        settings = fast_settings(site)
        crawl(Path(folder) / "first", settings, new=True)
        (manifest,) = Path(folder).glob("first/kankanews/runs/*.json")
        archives = [Path(folder) / str(number) for number in range(len(known))]
        for directory, (number, runs) in zip(archives, known, strict=True):
            know(Collection(directory / "kankanews"), number, runs, like=manifest)
            crawl(directory, settings, new=True)
        for _ in range(ROUNDS):
            for directory, costs in zip(archives, found, strict=True):
                costs.append(crawl(directory, settings, new=False))
    print(f"{'articles known':16}" + "".join(f"{number:12,}" for number, _ in known) + f"{'ratio':>8}{'bar':>6}")
    print(f"{'earlier runs':16}" + "".join(f"{runs:12,}" for _, runs in known))
    least = [Cost(*map(min, zip(*costs, strict=True))) for costs in found]
    for name, unit in _UNITS.items():
        figures = [getattr(cost, name) for cost in least]
        bar = f"{BAR:6}" if name in ("cpu", "memory") else ""
        print(f"{unit:16}" + "".join(f"{figure:12.2f}" for figure in figures) + f"{figures[1] / figures[0]:8.2f}{bar}")
    nothing, much, _ = least
    return int(much.cpu > BAR * nothing.cpu or much.memory > BAR * nothing.memory)


def know(collection: Collection, pages: int, runs: int, *, like: Path) -> None:
    """Make a collection that knows *pages*, of so many *runs*, each with a WARC file and a manifest *like* another."""
    for directory in (collection.archive_dir, collection.index.path.parent, collection.runs_dir, collection.items_dir):
        directory.mkdir(parents=True)
    build(collection.state_path, pages)
    each = -(-pages // runs) or 1
    with collection.index.path.open("w", encoding="ascii") as index:
        for number in range(pages):
            file = _FILE.format(number=number // each)
            index.write(_LINE.format(number=number, offset=number % each * 4096, file=file))
    files = [_FILE.format(number=number) for number in range(runs)]
    for file in files:
        (collection.archive_dir / file).write_bytes(b"-")
    state = State(collection.state_path)
    state.set_indexed([(file, 1) for file in files], collection.index.as_left(), all_files=True)
    state.close()
    names = [_RUN.format(number=number) for number in range(runs)]
    said = json.loads(like.read_bytes()) | {kind: [] for kind in ("parts", "changes_parts", "warcs")}
    for run in names:
        (collection.runs_dir / f"{run}.json").write_text(json.dumps(said | {"run": run}), encoding="utf-8")
        (collection.items_dir / run).mkdir()
    db = Database(collection.state_path)
    with db.transaction():
        db.execute("UPDATE pages SET next_due = next_due + 400000000 WHERE next_due IS NOT NULL")  # in twelve years
        db.execute("DELETE FROM runs")
        db.executemany("INSERT INTO runs VALUES (?, ?, 1)", list(enumerate(names, 1)))
        db.execute("DELETE FROM warcs")
        db.executemany("INSERT INTO warcs VALUES (?, ?, 1)", list(enumerate(files, 1)))
    db.close()
    os.sync()


def crawl(archives: Path, settings: dict[str, object], *, new: bool) -> Cost:
    """Crawl, and make sure that it was the run that is meant."""
    options = as_options(settings | {"ARCHIVE_DIR": str(archives), "LOG_LEVEL": "INFO"})
    command = [sys.executable, "-m", "scrapy", "crawl", "kankanews", *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        log = process.stderr.read()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        counts = dict(line.split(": ") for line in Path(f"/proc/{process.pid}/io").read_text().splitlines())
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert (process.returncode, "nothing new" in log) == (0, not new), log
    return Cost(
        cpu=usage.ru_utime + usage.ru_stime,
        memory=usage.ru_maxrss / 1024,
        written=int(counts["wchar"]) / 1e6,
        read=int(counts["rchar"]) / 1e6,
    )


if __name__ == "__main__":
    sys.exit(main())
