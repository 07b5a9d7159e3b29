"""Work over engines: `scrapy verify` against itself of before, two processes against one, Dask against `--jobs 1`, S3.

The collection is a crawl of the demo site, whose every record has its event. Start-up is taken off: each figure is that
of the whole collection less that of one of 20 articles. CPU is of all processes of a command; with Dask, of a worker.

``python -m benchmarks.engines 500`` takes 500 articles, for a quick look. The earlier `scrapy verify` is taken out of
the repository's history; where there is none, it is left out.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import psutil

from benchmarks.demo import as_options, demo_site, fast_settings
from newsspider.collection.listed import listed
from newsspider.collection.work import here
from newsspider.extraction.extraction import extract
from newsspider.extraction.plan import make_plan
from newsspider.extraction.request import Request
from newsspider.terminal.progress import Progress
from tests.servers.dask import serve_dask

ARTICLES = 5000
ROUNDS = 3
BEFORE = "840ad83"
ROOT = Path(__file__).parent.parent
MEBIBYTE = 1 << 20


def main() -> int:
    articles = int(sys.argv[1]) if len(sys.argv) > 1 else ARTICLES
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        whole, least = (crawled(Path(folder) / str(number), number) for number in (articles, 20))
        before = earlier(Path(folder) / "before")
        pages = articles - 20
        for name, bar, figure in (
            ("verify, CPU against before", -0.4, lambda: before and verify_ratio(whole, least, before, articles)),
            ("verify, two processes against one", 1.8, lambda: scaling("verify", whole, least)),
            ("extract, two processes against one", 1.8, lambda: scaling("extract", whole, least)),
            ("a page in Dask's task, CPU against --jobs 1", -1.1, lambda: dask_ratio(whole, least)),
            ("Dask, two workers against one", 1.8, lambda: dask_scaling(whole, least)),
            ("MB of a task", -300, lambda: in_a_process("task_memory", str(whole))),
            ("MB of the command at a million units", -1000, lambda: in_a_process("plan_memory")),
            ("S3: requests for 8 MiB", -2, lambda: s3(whole)["requests"]),
            ("S3: bytes fetched for each stored", -1.1, lambda: s3(whole)["bytes"]),
        ):
            found = figure()
            if found is None:
                print(f"{name:45} left out: the history is not there")
                continue
            failed = found > -bar if bar < 0 else found < bar
            missed += failed
            print(f"{name:45} {found:8.2f}  (bar: at {'most' if bar < 0 else 'least'} {abs(bar)})", flush=True)
        print(f"of {pages:,} pages")
    return bool(missed)


def crawled(folder: Path, articles: int, *, by: Path = ROOT) -> Path:
    with demo_site(articles) as site:
        options = as_options({**fast_settings(site), "ARCHIVE_DIR": str(folder), "WARC_MAX_SIZE": 32 * MEBIBYTE})
        subprocess.run([sys.executable, "-m", "scrapy", "crawl", "kankanews", *options], cwd=by, check=True)
    return folder / "kankanews"


def earlier(folder: Path) -> Path | None:
    """Unpack the program of before; None where the history does not have it."""
    folder.mkdir()
    packed = subprocess.run(["git", "-C", str(ROOT), "archive", BEFORE], capture_output=True, check=False)
    if packed.returncode:
        return None
    subprocess.run(["tar", "-x", "-C", str(folder)], input=packed.stdout, check=True)
    return folder


def spent(*arguments: str, cwd: Path = ROOT) -> tuple[float, float]:
    """Run Scrapy's command; return the seconds of CPU of it and its children, and of time."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    command = [sys.executable, "-m", "scrapy", *arguments]
    subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, time.monotonic() - start


def least_of(rounds: int, *arguments: str, cwd: Path = ROOT) -> tuple[float, float]:
    """Return the best of some rounds: whatever else the machine does only adds to it."""
    found = [spent(*arguments, cwd=cwd) for _ in range(rounds)]
    return min(cpu for cpu, _ in found), min(wall for _, wall in found)


def verify_ratio(whole: Path, least: Path, before: Path, articles: int) -> float:
    """Compare each program over what it crawled itself: records of now are none to the one of before."""
    now = (
        least_of(ROUNDS, "verify", str(whole), "--jobs", "1")[0]
        - least_of(ROUNDS, "verify", str(least), "--jobs", "1")[0]
    )
    then = [
        least_of(ROUNDS, "verify", str(crawled(before / str(number), number, by=before)), cwd=before)[0]
        for number in (articles, 20)
    ]
    return now / (then[0] - then[1])


def scaling(command: str, whole: Path, least: Path) -> float:
    one, two = (walls(command, whole, least, "--jobs", jobs) for jobs in ("1", "2"))
    return one / two


def walls(command: str, whole: Path, least: Path, *options: str) -> float:
    return walled(command, whole, *options)[1] - walled(command, least, *options)[1]


def walled(command: str, collection: Path, *options: str) -> tuple[float, float]:
    found = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            target = ("--to", f"{folder}/out", "-s", f"EXTRACT_SPAN={MEBIBYTE}") if command == "extract" else ()
            found.append(spent(command, str(collection), *options, *target))
    return min(cpu for cpu, _ in found), min(wall for _, wall in found)


def dask_ratio(whole: Path, least: Path) -> float:
    alone = walled("extract", whole, "--jobs", "1")[0] - walled("extract", least, "--jobs", "1")[0]
    return (dask_cpu(whole) - dask_cpu(least)) / alone


def dask_cpu(collection: Path) -> float:
    """Return the CPU of a worker and of the processes that it has its tasks done in, the best of some rounds."""
    found = []
    for _ in range(ROUNDS):
        with serve_dask(1) as server:
            walled_once(collection, server.engine)
            worker = psutil.Process(server.workers[0].pid)
            times = [each.cpu_times() for each in (worker, *worker.children(recursive=True))]
            found.append(sum(time.user + time.system for time in times))
    return min(found)


def walled_once(collection: Path, engine: str) -> float:
    with tempfile.TemporaryDirectory() as folder:
        span = ("-s", f"EXTRACT_SPAN={MEBIBYTE}")
        return spent("extract", str(collection), "--to", f"{folder}/out", "--engine", engine, *span)[1]


def dask_scaling(whole: Path, least: Path) -> float:
    times = {}
    for workers in (1, 2):
        with serve_dask(workers) as server:
            walled_once(least, server.engine)  # its workers start their processes
            some, all_ = (min(walled_once(each, server.engine) for _ in range(ROUNDS)) for each in (least, whole))
            times[workers] = all_ - some
    return times[1] / times[2]


def task_memory(whole: str) -> float:
    """Return the megabytes of the largest process of an extraction, in a process that has no other children."""
    walled_once(Path(whole), "local")
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def plan_memory() -> float:
    """Plan a million files; return the megabytes of this process."""
    with tempfile.TemporaryDirectory() as folder:
        names = Path(folder) / "warc.paths"
        with names.open("w", encoding="ascii") as file:
            for number in range(1_000_000):
                segment, name = f"CC-NEWS-2026/segments/{number // 1000:08}", f"CC-NEWS-20261129{number:08}.warc.gz"
                file.write(f"crawl-data/{segment}/warc/{name}\n")
        source = listed(names, "s3://commoncrawl/")
        plan = make_plan([source], lambda _: None, Path(folder) / "plan", span=MEBIBYTE, progress=lambda *_: None)
        assert sum(1 for _ in plan.read(None)) == 1_000_000
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def in_a_process(function: str, *arguments: str) -> float:
    program = f"import sys; from benchmarks.engines import {function}; print({function}(*sys.argv[1:]))"
    command = [sys.executable, "-c", program, *arguments]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def s3(whole: Path) -> dict[str, float]:
    """Extract out of a real S3 server in this process; return requests for 8 MiB, and bytes for each stored."""
    import pytest

    from newsspider.collection.objects import ObjectPath
    from tests.servers.s3 import program, serve_s3
    from tests.stores import Store, use

    weed = program()
    assert weed is not None
    seen: Counter[str] = Counter()
    get = ObjectPath.range

    def counted(self: ObjectPath, start: int, size: int) -> bytes:
        data = get(self, start, size)
        if self.name.endswith(".warc.gz"):
            seen["bytes"] += len(data)
            seen["requests"] += 1
        return data

    with serve_s3(weed) as server, pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        use(patch, server.environment())
        store = Store(server, server.make_bucket())
        store.put_tree(whole)
        patch.setattr(ObjectPath, "range", counted)
        request = Request(
            paths=(store.path(),), sites=("kankanews",), directory=Path(folder) / "out", span=64 * MEBIBYTE,
            max_body=32 * MEBIBYTE,
        )  # fmt: skip
        with Progress(unit="unit") as progress:
            extract(request, here, progress)
        store.close()
    stored = sum(path.stat().st_size for path in (whole / "archive").iterdir())
    return {"requests": seen["requests"] / (stored / (8 * MEBIBYTE)), "bytes": seen["bytes"] / stored}


if __name__ == "__main__":
    sys.exit(main())
