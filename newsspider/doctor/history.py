"""The last runs of a collection: how they ended, and whether there should have been another since."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

from newsspider.archive.runs import manifests
from newsspider.doctor.finding import Finding
from newsspider.reports.plots import duration

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newsspider.archive.collection import Collection

_LOOKED_AT = 20
"""Runs; enough to see the rhythm of a timer."""

_FASTEST = 60
"""Seconds; runs that follow each other faster than that are started by a person, who is no timer."""

_MISSED = 3
"""Times the usual pause without a run before it is called late: a tick may be skipped by a long run or a reboot."""


def last_runs(collection: Collection, now: datetime) -> Iterator[Finding]:
    runs = []
    for path in manifests(collection)[-_LOOKED_AT:]:
        try:
            runs.append(_read(path))
        except (OSError, ValueError, KeyError, TypeError) as error:
            advice = f"scrapy verify {collection.path} tells more"
            yield Finding("fault", "runs", f"{path} cannot be read ({type(error).__name__}: {error}); {advice}")
    if not runs:
        yield Finding("ok", "runs", f"{collection.path} has no complete run yet")
        return
    started, run = runs[-1]
    if started > now + timedelta(minutes=1):
        yield Finding(
            "fault",
            "clock",
            f"run {run['run']} began in the future, at {started:%Y-%m-%d %H:%M} UTC; set the clock, or, if it is right "
            "again, crawl: runs then go on behind that one, and what it fetched is due",
        )
    yield from _verdict(collection, run)
    yield from _rhythm([begun for begun, _ in runs], now)


def _read(path: Path) -> tuple[datetime, dict[str, Any]]:
    """Return when a run began, and what else is told of it here; KeyError and the like for no manifest of ours."""
    manifest = json.loads(path.read_bytes())
    run = {name: manifest[name] for name in ("run", "exit_code", "reasons")}
    return datetime.fromisoformat(manifest["started"]), run


def _verdict(collection: Collection, run: dict[str, Any]) -> Iterator[Finding]:
    if run["exit_code"] == 0:
        yield Finding("ok", "runs", f"the last run, {run['run']}, ended well")
    else:
        reasons = "; ".join(run["reasons"])
        report = collection.reports_dir / f"{run['run']}.html"
        shown = f". {report} shows what it rests on" if report.exists() else ""
        level: Any = "warning" if run["exit_code"] == 75 else "fault"
        yield Finding(level, "runs", f"the last run, {run['run']}, ended with {run['exit_code']}: {reasons}{shown}")


def _rhythm(started: list[datetime], now: datetime) -> Iterator[Finding]:
    pauses = [(later - earlier).total_seconds() for earlier, later in pairwise(started)]
    if len(pauses) < 3:
        return
    usual = median(pauses)
    since = (now - started[-1]).total_seconds()
    if usual >= _FASTEST and since > _MISSED * usual:
        yield Finding(
            "warning",
            "runs",
            f"the last run began {duration(since)} ago, though one usually begins every {duration(usual)}; see whether "
            "the timer still runs",
        )

