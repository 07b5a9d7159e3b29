"""The runs of a collection, newest first; also killed ones, which have no manifest."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

import orjson

from newsspider.collection.head import read_head
from newsspider.collection.lock import is_locked
from newsspider.collection.objects import ObjectPath
from newsspider.collection.runs import manifests
from newsspider.record.manifest import Advice
from newsspider.record.runcounts import RunCounts
from newsspider.runs.advice import read, sentences
from newsspider.text.language import N_, speaking

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsspider.collection.collection import Collection

Kind = Literal["live", "archive", "urls", "fetch"]
State = Literal["complete", "damaged", "running", "killed"]


KINDS: dict[Kind, str] = {"live": N_("live"), "archive": N_("archive"), "urls": N_("urls"), "fetch": N_("fetch")}
"""What a person calls them, to be translated."""
STATES = {"running": N_("running"), "killed": N_("killed"), "damaged": N_("damaged")}
_GONE = ("gone", "soft_gone")
"""Events of an article that is no longer at its address."""


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
    advice: tuple[Advice, ...] = ()
    """What the reasons mean to a person."""
    kind: Kind | None = None
    """``archive``: archives answered in place of the network; ``fetch``: it looked for no articles, as ``scrapy
    fetch``; ``urls``: it fetched the articles that were named; ``live``: those that the site lists."""
    gone: int | None = None
    """Articles that were found gone: 404 or 410, or a page without an article in their place."""
    connect_to: str | None = None
    """CONNECT_TO, where that led its requests to other servers."""

    def as_dict(self) -> dict[str, Any]:
        """Return it for programs, in English."""
        with speaking("en"):
            advice = [sentences(each) for each in self.advice]
        return asdict(self) | {"advice": advice}


def list_runs(collection: Collection) -> Iterator[ListedRun]:
    """Yield the runs, newest first."""
    finished = {path.stem: path for path in manifests(collection)}
    begun = {path.name for path in collection.items_dir.glob("*") if path.is_dir()}
    unfinished = sorted(begun - finished.keys(), reverse=True)
    running = unfinished[0] if unfinished and _is_written(collection) else None
    told: set[str] = set()
    for run in sorted(begun | finished.keys(), reverse=True):
        if run in told:  # its directory was to be removed, and is still there
            continue
        if run not in finished:
            yield ListedRun(run=run, state="running" if run == running else "killed")
            continue
        try:
            listed, taken_over = complete(run, orjson.loads(finished[run].read_bytes()))
        except (OSError, KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError):
            yield ListedRun(run=run, state="damaged")
            continue
        yield listed
        # They began after the run before this one, and nothing else lists them any more.
        told.update(taken_over)
        for killed in sorted(taken_over, reverse=True):
            yield ListedRun(run=killed, state="killed", reasons=(f"taken over by {run}",))


def _is_written(collection: Collection) -> bool:
    """Tell whether a process writes into a collection now, here or in object storage."""
    if not isinstance(collection.path, ObjectPath):
        return is_locked(collection.lock_path)
    head = read_head(collection.path)
    return head is not None and head.until is not None and head.until > datetime.now(UTC)


def complete(run: str, manifest: Any) -> tuple[ListedRun, list[str]]:
    """Return a run as its manifest describes it, and the killed runs that it took over."""
    counts = RunCounts.of(manifest["counts"])
    started, ended = (datetime.fromisoformat(manifest[name]).astimezone(UTC) for name in ("started", "ended"))
    listed = ListedRun(
        run=run,
        state="complete",
        started=started.isoformat(),
        seconds=(ended - started).total_seconds(),
        exit_code=int(manifest["exit_code"]),
        articles=counts.articles,
        new=counts.new,
        changed=counts.changed,
        failed=counts.failed,
        requests=counts.requests,
        reasons=tuple(map(str, manifest["reasons"])),
        advice=tuple(read(manifest)),
        kind=_kind(manifest),
        gone=sum(int(each["count"]) for each in manifest.get("changes", ()) if each["event"] in _GONE),
        connect_to=manifest.get("connect_to"),
    )
    return listed, list(map(str, manifest.get("adopted", {}).get("runs", ())))


def _kind(manifest: Any) -> Kind:
    if manifest.get("source"):
        return "archive"
    if manifest.get("scope") is None:
        return "fetch"
    return "live" if manifest["scope"]["listed"] else "urls"
