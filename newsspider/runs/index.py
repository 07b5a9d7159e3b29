"""The runs of a collection as one page of HTML, ``reports/index.html``: each leads to its report."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any, NamedTuple

from newsspider.collection.runs import named_moment
from newsspider.runs.listing import KINDS, STATES, list_runs
from newsspider.text.counted import duration
from newsspider.text.language import _
from newsspider.text.templates import render

if TYPE_CHECKING:
    from newsspider.collection.collection import Collection
    from newsspider.runs.listing import ListedRun

_TOLD = 100
"""The newest, whose manifests are read; of the others only the names: a run must not get slower with every run."""


class _Link(NamedTuple):
    text: str
    report: str


def as_html(collection: Collection) -> str:
    """Return the page of all runs that have a report or a manifest."""
    reports = {path.stem for path in collection.reports_dir.glob("*.html")} - {"index"}
    newest = list(islice(list_runs(collection), _TOLD))
    older = sorted(reports - {run.run for run in newest}, reverse=True)
    links = [_Link(f"{moment:%m-%d %H:%M}" if (moment := named_moment(run)) else run, run) for run in older]
    return render(
        "runs/index.html",
        collection=collection.name,
        runs=[_row(run, has_report=run.run in reports) for run in newest],
        older=[(month, list(of)) for month, of in groupby(links, key=lambda each: _month(each.report))],
    )


def _row(run: ListedRun, *, has_report: bool) -> dict[str, Any]:
    begun = datetime.fromisoformat(run.started) if run.started else named_moment(run.run)
    return {
        "run": run.run,
        "has_report": has_report,
        "time": f"{begun.astimezone(UTC):%Y-%m-%d %H:%M}" if begun else run.run,
        "kind": _(KINDS[run.kind]) if run.kind else "–",
        "exit": _(STATES[run.state]) if run.exit_code is None else str(run.exit_code),
        "mood": {0: "good", 75: "later"}.get(run.exit_code, "bad") if run.exit_code is not None else "later",
        "counts": [
            "–" if count is None else f"{count:,}"
            for count in (run.articles, run.new, run.changed, run.gone, run.failed, run.requests)
        ],
        "took": "–" if run.seconds is None else duration(run.seconds),
        "said": [str(advice.happened) for advice in run.advice] or list(run.reasons),
    }


def _month(run: str) -> str:
    moment = named_moment(run)
    return f"{moment:%Y-%m}" if moment else ""
