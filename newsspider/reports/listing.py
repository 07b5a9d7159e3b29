"""The runs of a collection, newest first: also those that were killed, which have no manifest."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

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
    """``killed``: it left feed parts and no manifest; the next run takes them over."""
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
    for run in sorted(begun | complete.keys(), reverse=True):
        if run not in complete:
            yield ListedRun(run=run, state="running" if run == running else "killed")
            continue
        try:
            yield _complete(run, json.loads(complete[run].read_bytes()))
        except (OSError, KeyError, TypeError, ValueError, AttributeError):
            yield ListedRun(run=run, state="damaged")


def _complete(run: str, manifest: dict[str, object]) -> ListedRun:
    counts = dict(manifest["counts"])  # type: ignore[call-overload]
    started, ended = (datetime.fromisoformat(str(manifest[name])) for name in ("started", "ended"))
    return ListedRun(
        run=run,
        state="complete",
        started=str(manifest["started"]),
        seconds=(ended - started).total_seconds(),
        exit_code=int(str(manifest["exit_code"])),
        articles=counts["articles"],
        new=counts.get("new"),
        changed=counts.get("changed"),
        failed=counts.get("failed"),
        requests=counts["requests"],
        reasons=tuple(str(each) for each in manifest["reasons"]),  # type: ignore[attr-defined]
    )
