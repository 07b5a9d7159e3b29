"""The runs of a collection, newest first: also those that were killed, which have no manifest."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from newsspider.archive.lock import is_locked
from newsspider.archive.runs import manifests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsspider.archive.collection import Collection

State = Literal["complete", "damaged", "running", "killed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRun:
    """A run as far as its files tell."""

    run: str
    state: State
    """``killed``: it came to no manifest; what it left the next run takes over."""
    started: str | None = None
    """ISO 8601, UTC."""
    seconds: float | None = None
    exit_code: int | None = None
    articles: int | None = None
    new: int | None = None
    changed: int | None = None
    failed: int | None = None
    requests: int | None = None
    reasons: tuple[str, ...] = ()

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


def list_runs(collection: Collection) -> Iterator[ListedRun]:
    """Yield the runs, newest first."""
    complete = {path.stem: path for path in manifests(collection)}
    begun = {path.name for path in collection.items_dir.glob("*") if path.is_dir()}
    unfinished = sorted(begun - complete.keys(), reverse=True)
    running = unfinished[0] if unfinished and is_locked(collection.lock_path) else None
    told: set[str] = set()
    for run in sorted(begun | complete.keys(), reverse=True):
        if run in told:  # its directory was to be removed, and is still there
            continue
        if run not in complete:
            yield ListedRun(run=run, state="running" if run == running else "killed")
            continue
        try:
            listed, taken_over = _complete(run, json.loads(complete[run].read_bytes()))
        except (OSError, KeyError, TypeError, ValueError, AttributeError):
            yield ListedRun(run=run, state="damaged")
            continue
        yield listed
        # They began behind the run before this one, and nothing else tells of them any more.
        told.update(taken_over)
        for killed in sorted(taken_over, reverse=True):
            yield ListedRun(run=killed, state="killed", reasons=(f"taken over by {run}",))


def _complete(run: str, manifest: Any) -> tuple[ListedRun, list[str]]:
    """Return a run as its manifest tells of it, and the killed runs that it took over."""
    counts = manifest["counts"]
    started, ended = (datetime.fromisoformat(manifest[name]) for name in ("started", "ended"))
    listed = ListedRun(
        run=run,
        state="complete",
        started=manifest["started"],
        seconds=(ended - started).total_seconds(),
        exit_code=int(manifest["exit_code"]),
        articles=int(counts["articles"]),
        new=int(counts.get("new", 0)),
        changed=int(counts.get("changed", 0)),
        failed=int(counts.get("failed", 0)),
        requests=int(counts["requests"]),
        reasons=tuple(map(str, manifest["reasons"])),
    )
    return listed, list(map(str, manifest.get("adopted", {}).get("runs", ())))
