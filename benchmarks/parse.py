"""Parsing the full sample page: against lxml, which only builds the tree, and against trafilatura with metadata.

The page is the case ``current``: the sample's text in the current layout, with chrome, cards, footer and state. Rounds
alternate between the three, and the best of each counts: other work on the machine can only slow them.

With ``--count`` the peer is the parser as it was at 840ad83, and what is compared are the instructions of one page more
(see ``benchmarks.job``).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from timeit import timeit
from typing import TYPE_CHECKING

import trafilatura
from lxml import etree

from benchmarks.job import counting
from newsspider.sites.kankanews import SITE

if TYPE_CHECKING:
    from benchmarks.job import Meter

PROJECT = Path(__file__).parent.parent
CASE = PROJECT / "tests" / "cases" / "kankanews" / "current"
ROUNDS = 21
AT_MOST_LXML = 10
AT_LEAST_TRAFILATURA = 10
BEFORE = "840ad83"
AT_MOST_BEFORE = 0.6
FEW, MANY = 3, 23  # pages of one run
_PARSE = """
import json, sys
from datetime import datetime
from pathlib import Path
source, case, times = sys.argv[1:]
sys.path.insert(0, source)
from newsspider.sites import kankanews
parse_page = (kankanews if hasattr(kankanews, "parse_page") else kankanews.SITE).parse_page
about = json.loads(Path(case, "page.json").read_text(encoding="utf-8"))
body = Path(case, "page.html").read_bytes()
headers = [(name.encode(), value.encode()) for name, value in about["headers"]]
for _ in range(int(times)):
    parse_page(body, about["url"], headers, datetime.fromisoformat(about["captured_at"]))
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", action="store_true", help=f"count instructions, beside those of {BEFORE}")
    return count() if parser.parse_args().count else clock()


def count() -> int:
    """Compare the instructions of one page with those of the parser of before."""
    meter = counting()
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(["git", "archive", BEFORE, "newsspider"], cwd=PROJECT, check=True, capture_output=True)
        subprocess.run(["tar", "-x", "-C", folder], input=packed.stdout, check=True)
        ours, before = (a_page(meter, source) for source in (PROJECT, Path(folder)))
    ratio = ours / before
    print(f"{meter.unit} of the sample page: {ours:.2f}, at {BEFORE} {before:.2f}")
    print(f"against {BEFORE} {ratio:.2f} (bar: at most {AT_MOST_BEFORE})")
    return int(ratio > AT_MOST_BEFORE)


def a_page(meter: Meter, source: Path) -> float:
    """The price of one page more with the parser in *source*."""
    few, many = (meter.run([sys.executable, "-c", _PARSE, str(source), str(CASE), str(n)]) for n in (FEW, MANY))
    return (many - few) / (MANY - FEW)


def clock() -> int:
    """Compare the seconds of the page with those of the peers."""
    about = json.loads((CASE / "page.json").read_text(encoding="utf-8"))
    body = (CASE / "page.html").read_bytes()
    text = body.decode()
    headers = [(name.encode(), value.encode()) for name, value in about["headers"]]
    captured_at = datetime.fromisoformat(about["captured_at"])
    jobs = {
        "lxml, the tree alone": (lambda: etree.HTML(body), 100),
        "newsspider": (lambda: SITE.parse_page(body, about["url"], headers, captured_at), 20),
        "trafilatura": (
            lambda: trafilatura.bare_extraction(text, url=about["url"], with_metadata=True, include_images=True),
            2,
        ),
    }
    rounds = [
        [timeit(job, number=times, timer=time.process_time) / times for job, times in jobs.values()]
        for _ in range(ROUNDS)
    ]
    tree, ours, peer = best = [min(seconds) for seconds in zip(*rounds, strict=True)]
    print(f"page of {len(body):,} bytes; CPU, best of {ROUNDS} rounds")
    for name, seconds in zip(jobs, best, strict=True):
        print(f"{name:22} {seconds * 1e6:8.0f} µs")
    to_tree, to_peer = ours / tree, peer / ours
    print(f"against lxml           {to_tree:8.1f} x   (bar: at most {AT_MOST_LXML})")
    print(f"against trafilatura    {to_peer:8.1f} x faster   (bar: at least {AT_LEAST_TRAFILATURA})")
    return int(to_tree > AT_MOST_LXML or to_peer < AT_LEAST_TRAFILATURA)


if __name__ == "__main__":
    sys.exit(main())
