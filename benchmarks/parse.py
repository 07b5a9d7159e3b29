"""Parsing the full sample page: against lxml, which only builds the tree, and against trafilatura with metadata.

The page is the case ``current``: the sample's text in the current layout, with chrome, cards, footer and state. Rounds
alternate between the three, and the best of each counts: other work on the machine can only slow them.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import datetime
from pathlib import Path
from timeit import timeit

import trafilatura
from lxml import etree

from newsspider.sites.kankanews import SITE

CASE = Path(__file__).parent.parent / "tests" / "cases" / "kankanews" / "current"
ROUNDS = 21
AT_MOST_LXML = 10
AT_LEAST_TRAFILATURA = 10


def main() -> int:
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
