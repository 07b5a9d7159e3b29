"""How right the records of real pages are, and at what cost: newsspider without a file for their sites, and its peers.

    python -m benchmarks.accuracy DIR [--peers PYTHON]

DIR holds pages with what a reader would say they are, a scorer and peers: ``gold.jsonl``, ``data``,
``score.py`` and ``peers.py``. The peers need other versions of the same libraries, and live in an environment of
their own: PYTHON is its interpreter, this one by default. One that is not installed is left out, and so is one that
takes more than three minutes, as those do that wait for a network. Each runs in a process of its own, over all pages in
turn; times are of the CPU. No page is part of the project: their texts belong to others.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path
from statistics import mean, median
from typing import Any

OURS = "newsspider"
PEERS = ("trafilatura", "newspaper4k", "readability", "goose3", "magic_html", "gne", "resiliparse")
FIELDS = ("title", "minute", "authors", "body", "none")
AT_LEAST = {
    ("zh", "title"): 96, ("zh", "minute"): 95, ("zh", "authors"): 70, ("zh", "body"): 95,
    ("other", "title"): 80, ("other", "minute"): 95, ("other", "authors"): 85, ("other", "body"): 95,
}  # fmt: skip
AT_MOST_NONE = 2  # % of pages
AT_MOST_UNDOUBTED = 2  # % of pages with a body below WRONG and no doubt of it
WRONG = 0.7
AT_MOST_CPU = 0.25  # of trafilatura's, median of the pages
PATIENCE = 180
"""Seconds for one extractor and all pages."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--peers", metavar="PYTHON", default=sys.executable)
    parser.add_argument("--only", help=argparse.SUPPRESS)
    given = parser.parse_args()
    for name in ("gold.jsonl", "score.py", "peers.py", "data"):
        if not (given.directory / name).exists():
            parser.error(f"{given.directory} has no {name}; see the docstring for what belongs there")
    if given.only:
        _extract(given.directory, given.only)
        return 0
    rows = {OURS: _run(sys.executable, given.directory, OURS)}
    for name in PEERS:
        found = _run(given.peers, given.directory, name)
        if any("said" in row for row in found):
            rows[name] = found
        else:
            print(f"{name} is left out: {found[0]['error'] if found else 'no page'}")
    score = _module(given.directory / "score.py")
    pages = {page["id"]: page for page in score.pages()}
    figures = {name: _figures(score, pages, found) for name, found in rows.items()}
    _print(figures, rows)
    return int(bool(_missed(score, pages, figures, rows)))


def _run(python: str, directory: Path, name: str) -> list[dict[str, Any]]:
    """What one extractor says of all pages: an ``id``, what was ``said`` or an ``error``, and ``ms`` of CPU."""
    command = [python, __file__, str(directory), "--only", name]
    try:
        done = subprocess.run(
            command, capture_output=True, check=False, cwd=Path(__file__).parent.parent, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired:  # newspaper4k asks for the pictures of each page
        return [{"id": "", "error": f"it took more than {PATIENCE} s", "ms": 0}]
    if done.returncode:
        return [{"id": "", "error": done.stderr.decode(errors="replace").strip().rpartition("\n")[2], "ms": 0}]
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith(b"{")]


def _extract(directory: Path, name: str) -> None:
    """Run one extractor over all pages, and print a row for each."""
    score = _module(directory / "score.py")
    extract = _newsspider() if name == OURS else getattr(_module(directory / "peers.py"), name)
    for page in score.pages():
        html, row = score.html_of(page), {"id": page["id"]}
        begun = time.process_time()
        try:
            row["said"] = extract(html, page["url"], page)
        except Exception as error:
            row["error"] = f"{type(error).__name__}: {error}"[:300]
        row["ms"] = 1000 * (time.process_time() - begun)
        print(json.dumps(row, default=str))


def _newsspider() -> Any:
    sys.path.insert(0, str(Path(__file__).parent.parent))
    from datetime import UTC, datetime

    from newsspider import sites

    site, seen = sites.load("news"), datetime.now(UTC)

    def extract(html: bytes, url: str, page: dict[str, Any]) -> dict[str, Any]:
        article = site.parse(html, url, [(b"content-type", b"text/html; charset=utf-8")], seen)
        published = article.published_at and article.published_at.isoformat()
        return {
            "title": article.title,
            "published": published or _day(article.published_raw),
            "authors": [each.name for each in article.authors],
            "body": article.body_text,
            "doubts": article.provenance.doubts,
        }

    return extract


def _day(raw: str | None) -> str | None:
    """A day as it is printed, in the form of ISO 8601."""
    return re.sub("[./]", "-", raw) if raw and re.fullmatch(r"[0-9]{4}([-./])[0-9]{2}\1[0-9]{2}", raw) else None


def _figures(score: Any, pages: dict[str, Any], rows: list[dict[str, Any]]) -> dict[tuple[str, str], float]:
    """Percent by language, ``zh`` and ``other``, and field."""
    values: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row in rows:
        page = pages[row["id"]]
        for field, value in score.measure(page, row).items():
            values[_language(page), field].append(value)
    return {place: 100 * mean(found) for place, found in values.items()}


def _language(page: dict[str, Any]) -> str:
    return "zh" if page["lang"] == "zh" else "other"


def _print(figures: dict[str, dict[tuple[str, str], float]], rows: dict[str, list[dict[str, Any]]]) -> None:
    columns = [(language, field) for language in ("zh", "other") for field in FIELDS]
    print(f"{'%':14}" + "".join(f"{f'{language} {field}':>14}" for language, field in columns) + f"{'median ms':>11}")
    for name, found in figures.items():
        cells = "".join(f"{found[column]:14.1f}" if column in found else f"{'-':>14}" for column in columns)
        print(f"{name:14}{cells}{median(row['ms'] for row in rows[name]):11.1f}")


def _missed(
    score: Any,
    pages: dict[str, Any],
    figures: dict[str, dict[tuple[str, str], float]],
    rows: dict[str, list[dict[str, Any]]],
) -> list[str]:
    """Print each bar that is missed, and return them."""
    ours = figures[OURS]
    missed = [f"{' '.join(at)}: at least {bar}" for at, bar in AT_LEAST.items() if ours.get(at, 100) < bar]
    none = 100 * mean(score.measure(pages[row["id"]], row)["none"] for row in rows[OURS])
    wrong = [row for row in rows[OURS] if score.measure(pages[row["id"]], row).get("body", 1) < WRONG]
    undoubted = [row["id"] for row in wrong if "body_text" not in (row.get("said") or {}).get("doubts", ())]
    share = 100 * len(undoubted) / len(rows[OURS])
    print(f"without a record {none:.1f} % (bar: at most {AT_MOST_NONE} %)")
    print(f"a wrong body without a doubt {share:.1f} % (bar: at most {AT_MOST_UNDOUBTED} %)")
    missed += ["no result"] * (none > AT_MOST_NONE) + ["doubts"] * (share > AT_MOST_UNDOUBTED)
    if "trafilatura" in rows:
        peer = {row["id"]: row["ms"] for row in rows["trafilatura"]}
        cost = median(row["ms"] / peer[row["id"]] for row in rows[OURS] if peer.get(row["id"]))
        print(f"CPU of trafilatura's {cost:.2f} (bar: at most {AT_MOST_CPU})")
        missed += ["CPU"] * (cost > AT_MOST_CPU)
    print(f"missed: {'; '.join(missed)}" if missed else "all bars held")
    return missed


def _module(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    sys.exit(main())
