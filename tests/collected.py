"""A collection of two runs as crawls leave it, made in this process: pages, records, events, manifests, its memory."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from newsspider.collection.runs import PREVIOUS_RUN, RunLink
from newsspider.collection.state import State
from newsspider.demo import pages
from newsspider.record.items import to_json_line
from newsspider.sites.kankanews import SITE
from newsspider.warc.reader import iter_records
from tests.archive.exchanges import writer
from tests.history.seen import HOUR, NOON, STORIES, Seen
from tests.history.test_observer import edited

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from newsspider.collection.collection import Collection
    from newsspider.demo.stories import Story

RUNS = ("20261120T120000000Z-aaaaaa", "20261120T130000000Z-bbbbbb")
"""The first fetches two articles; the second fetches one of them again, which was edited, and another."""

HTML = [(b"Content-Type", b"text/html; charset=utf-8")]


def collect(path: Path) -> Collection:
    """Make it in *path*, which must not exist."""
    path.mkdir(parents=True)
    seen = Seen(path)
    first, second = STORIES[:2]
    fetched = ((NOON, (first, second)), (NOON + HOUR, (edited(first), STORIES[2])))
    for run, (at, stories) in zip(RUNS, fetched, strict=True):
        _write_run(seen, run, at, stories)
    seen.close()
    return seen.collection


def _write_run(seen: Seen, run: str, at: datetime, stories: Iterable[Story]) -> None:
    before = sorted(seen.collection.runs_dir.glob("*.json"))
    previous = RunLink.to(before[-1]) if before else None
    known = {path.name for path in seen.collection.warc_files()}
    seen.archive.close()
    seen.archive = writer(seen.collection.path, info=[(PREVIOUS_RUN, str(previous))] if previous else [])
    seen.at = at
    seen.events.clear()
    lines, facts = [], {}
    for story in stories:
        article = seen.fetch(story, at)
        url = article.canonical_url
        seen.observer.left_out(article, asked=url, landed=url, always=False, etag=None, last_modified=None)
        seen.observer.keep(article, given=True)
        lines.append(to_json_line(article))
        _, about = SITE.parse_page(pages.article(story).encode(), story.url, HTML, at)
        about.archive = article.archive
        facts.setdefault(about.id, to_json_line(about))
    seen.archive.close()
    manifest = {
        "run": run,
        "spider": "kankanews",
        "started": at.isoformat(),
        "previous": None if previous is None else {"run": previous.run, "sha256": previous.sha256},
        "parts": [_part(seen, run, "part-00001.jsonl", lines)],
        "site_facts_parts": [] if before else [_part(seen, run, "site-facts-00001.jsonl", facts.values())],
        "changes_parts": [_part(seen, run, "changes-00001.jsonl", map(to_json_line, seen.events))],
        "site_facts": dict.fromkeys(facts, RUNS[0]),
        "warcs": [
            described(path, sum(1 for _ in iter_records(path)))
            for path in seen.collection.warc_files()
            if path.name not in known
        ],
    }
    path = seen.collection.runs_dir / f"{run}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(manifest), encoding="utf-8")
    state = State(seen.collection.state_path)
    state.set_newest_run(run, RunLink.to(path).sha256)
    state.close()


def _part(seen: Seen, run: str, name: str, lines: Iterable[bytes]) -> dict[str, Any]:
    path = seen.collection.items_dir / run / name
    path.parent.mkdir(parents=True, exist_ok=True)
    data = b"".join(lines)
    path.write_bytes(data)
    return described(path, data.count(b"\n"))


def described(path: Path, records: int) -> dict[str, Any]:
    """What a manifest says of a file."""
    data = path.read_bytes()
    return {"name": path.name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest(), "records": records}
