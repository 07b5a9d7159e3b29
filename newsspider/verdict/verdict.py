"""How a run ended, decided from what happened: the exit code that a scheduler acts on.

0 done · 1 could not start · 3 ended before its time · 4 something was not stored · 5 too few articles found ·
6 too many pages failed, or say less than before · 75 interrupted, or to be tried again later (``EX_TEMPFAIL`` of
sysexits.h).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from newsspider.counted import counted
from newsspider.verdict.drift import failed_pages, forbidden_pages, less_found, less_given, too_quiet
from newsspider.verdict.given import Giving
from newsspider.verdict.tally import Tally
from newsspider.verdict.thresholds import Thresholds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_INTERRUPTED = {"shutdown", "retry_after"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    exit_code: int
    reasons: tuple[str, ...]
    """A sentence each, the gravest first; empty for a good run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A run beside those before it."""

    run: Tally
    earlier: Sequence[Tally] = ()
    """Newest first."""
    thresholds: Thresholds = field(default_factory=Thresholds)
    giving: Giving = field(default_factory=Giving)
    """What the run's pages gave: it names those that serve for an example."""
    without_record: Sequence[str] = ()
    """The articles named by ``-a url`` that gave no record."""


def judge(stats: Mapping[str, Any], compared: Compared) -> Verdict:
    """Judge a run that has ended, by its stats and beside the runs before it."""
    findings = [*_not_stored(stats), *_ended_early(stats), *_failed(stats, compared), *_not_found(stats, compared)]
    return Verdict(
        exit_code=findings[0][0] if findings else 0, reasons=tuple(reason for _, reason in findings)
    )


Finding = tuple[int, str]
"""An exit code and its reason."""


def _not_stored(stats: Mapping[str, Any]) -> Iterator[Finding]:
    if failed := stats.get("archive/write_failed"):
        yield 4, f"{counted(failed, 'write')} to the archive failed"
    if failed := stats.get("feed/write_failed"):
        yield 4, f"{counted(failed, 'write')} to the feed failed"
    if raised := stats.get("articles/raised"):
        yield 4, f"{counted(raised, 'article')} raised an error in a pipeline and may be in no feed; the log says why"
    if failed := sum(count for key, count in stats.items() if key.startswith("feedexport/failed_count/")):
        yield 4, f"{counted(failed, 'feed')} of -o, -O or FEEDS could not be stored; the log says why"
    if failed := stats.get("feedexport/failed_items"):
        yield 4, f"{counted(failed, 'item')} could not be written in the format of -o, -O or FEEDS; the log says why"
    if invalid := stats.get("articles/invalid"):
        yield 4, f"{counted(invalid, 'article')} did not fit the schema and went into no feed"


def _ended_early(stats: Mapping[str, Any]) -> Iterator[Finding]:
    reason = stats.get("finish_reason")
    if reason in _INTERRUPTED:
        yield 75, f"ended by {reason}"
    elif reason != "finished":
        yield 3, f"ended by {reason}"


def _failed(stats: Mapping[str, Any], compared: Compared) -> Iterator[Finding]:
    run, earlier, thresholds = compared.run, compared.earlier, compared.thresholds
    raised = stats.get("spider_exceptions/count", 0)
    if raised and not run.parsed:
        yield 6, f"{counted(raised, 'callback')} raised, and no article page was read; the log says why"
    else:
        for reason in failed_pages(run, earlier, thresholds):
            yield 6, reason
    for reason in forbidden_pages(run, earlier, thresholds):
        yield 6, reason
    for reason in less_given(run, earlier, thresholds, compared.giving):
        yield 6, reason


def _mostly(stats: Mapping[str, Any], prefix: str) -> str:
    """Name the most frequent of the causes that are counted under *prefix*."""
    counts = {key.removeprefix(prefix): count for key, count in stats.items() if key.startswith(prefix)}
    return f": {max(counts, key=lambda why: counts[why])}" if counts else ""


def _not_found(stats: Mapping[str, Any], compared: Compared) -> Iterator[Finding]:
    run = compared.run
    if run.scope is None or stats.get("finish_reason") in _INTERRUPTED:
        return
    if lost := compared.without_record:
        more = f"; and {counted(len(lost) - 1, 'more article')} that the manifest names" if len(lost) > 1 else ""
        yield 5, f"named by -a url, and gave no record: {lost[0]}{more}"
    if not run.scope["listed"]:
        return
    read, failed = stats.get("lists/read", 0), stats.get("lists/failed", 0)
    if read and failed > compared.thresholds.max_failed * (read + failed):
        yield 5, f"{failed} of {counted(read + failed, 'list page')} could not be read"
    if not read:
        yield 5, f"no list page could be read{_mostly(stats, 'lists/unread/')}"
    elif not run.links:
        yield 5, f"{counted(read, 'list page')} could be read, and none links to an article"
    elif run.scope["full"] and not run.records and not stats.get("articles/older"):
        yield 5, f"lists link to {counted(run.links, 'article')}, and none was given"
    else:
        for reason in less_found(run, compared.earlier, compared.thresholds):
            yield 5, reason
        for reason in too_quiet(run, compared.thresholds):
            yield 5, reason
