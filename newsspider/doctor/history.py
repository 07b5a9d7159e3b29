"""The last runs of a collection: how they ended, and whether there should have been another since."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

from newsspider.collection.runs import manifests
from newsspider.doctor.finding import CheckResult
from newsspider.runs.advice import read, sentences
from newsspider.text.counted import duration
from newsspider.text.language import _

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newsspider.collection.collection import Collection

_LOOKED_AT = 20
"""Runs; enough to see the rhythm of a timer."""

_FASTEST = 60
"""Seconds; runs that follow each other faster than that are started by a person, who is no timer."""

_MISSED = 3
"""Times the usual pause without a run before it is called late: a tick may be skipped by a long run or a reboot."""


def last_runs(collection: Collection, now: datetime) -> Iterator[CheckResult]:
    """Check the last runs of a collection: how they ended, and whether they are due at *now*."""
    runs = []
    for path in manifests(collection)[-_LOOKED_AT:]:
        try:
            runs.append(_read(path))
        except (OSError, ValueError, KeyError, TypeError) as error:
            said = f"{type(error).__name__}: {error}"
            yield CheckResult(
                "fault",
                "runs",
                _(
                    "%(path)s cannot be read (%(error)s); scrapy verify %(collection)s shows more",
                    path=path,
                    error=said,
                    collection=collection.path,
                ),
            )
    if not runs:
        yield CheckResult("ok", "runs", _("%(path)s has no complete run yet", path=collection.path))
        return
    started, run = runs[-1]
    if started > now + timedelta(minutes=1):
        yield CheckResult(
            "fault",
            "clock",
            _(
                "run %(run)s began in the future, at %(time)s UTC; set the clock, or, if it is right again, crawl: "
                "later runs follow that one, and what it fetched is due",
                run=run["run"],
                time=f"{started:%Y-%m-%d %H:%M}",
            ),
        )
    yield from _verdict(collection, run)
    yield from _rhythm([begun for begun, __ in runs], now)


def _read(path: Path) -> tuple[datetime, dict[str, Any]]:
    """Return when a run began, and what else is reported of it here; KeyError and the like for no manifest of ours."""
    manifest = json.loads(path.read_bytes())
    run = {name: manifest[name] for name in ("run", "exit_code", "reasons")} | {"advice": read(manifest)}
    return datetime.fromisoformat(manifest["started"]), run


def _verdict(collection: Collection, run: dict[str, Any]) -> Iterator[CheckResult]:
    if run["exit_code"] == 0:
        yield CheckResult("ok", "runs", _("the last run, %(run)s, ended well", run=run["run"]))
    else:
        said = " ".join(map(sentences, run["advice"])) or "; ".join(run["reasons"])
        text = _(
            "the last run, %(run)s, ended with %(code)s: %(said)s", run=run["run"], code=run["exit_code"], said=said
        )
        report = collection.reports_dir / f"{run['run']}.html"
        if report.exists():
            text = _("%(text)s. %(report)s shows what it rests on", text=text.rstrip(".。"), report=report)
        level: Any = "warning" if run["exit_code"] == 75 else "fault"
        yield CheckResult(level, "runs", text)


def _rhythm(started: list[datetime], now: datetime) -> Iterator[CheckResult]:
    pauses = [(later - earlier).total_seconds() for earlier, later in pairwise(started)]
    if len(pauses) < 3:
        return
    usual = median(pauses)
    since = (now - started[-1]).total_seconds()
    if usual >= _FASTEST and since > _MISSED * usual:
        yield CheckResult(
            "warning",
            "runs",
            _(
                "the last run began %(since)s ago, though one usually begins every %(usual)s; see whether the timer "
                "still runs",
                since=duration(since),
                usual=duration(usual),
            ),
        )
