"""How a run ended, decided from what happened: the exit code that a scheduler acts on.

0 done · 1 could not start · 3 ended before its time · 4 something was not stored · 5 no article where some must be ·
6 too many articles failed · 75 interrupted, or to be tried again later (``EX_TEMPFAIL`` of sysexits.h).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_INTERRUPTED = {"shutdown", "retry_after"}
_MAX_FAILED = 0.5
"""Share of the article pages that may fail. A redesign of the site fails nearly all, a broken page one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    exit_code: int
    reasons: tuple[str, ...]
    """A sentence each, the gravest first; empty for a good run."""


def judge(stats: Mapping[str, Any]) -> Verdict:
    """Judge a run that has ended by its stats.

    >>> judge({"finish_reason": "finished", "articles/sought": True, "item_scraped_count": 3})
    Verdict(exit_code=0, reasons=())
    >>> judge({"finish_reason": "shutdown", "item_scraped_count": 3})
    Verdict(exit_code=75, reasons=('ended by shutdown',))
    """
    findings = list(_findings(stats))
    return Verdict(
        exit_code=findings[0][0] if findings else 0, reasons=tuple(reason for _, reason in findings)
    )


def _findings(stats: Mapping[str, Any]) -> Any:
    """Yield exit codes with their reasons, the gravest first."""
    if failed := stats.get("archive/write_failed"):
        yield 4, f"{failed} writes to the archive failed"
    if failed := stats.get("feed/write_failed"):
        yield 4, f"{failed} writes to the feed failed"
    if raised := stats.get("articles/raised"):
        yield 4, f"{raised} articles raised an error in a pipeline and may be in no feed; the log says why"
    if failed := sum(count for key, count in stats.items() if key.startswith("feedexport/failed_count/")):
        yield 4, f"{failed} feeds of -o, -O or FEEDS could not be stored; the log says why"
    if failed := stats.get("feedexport/failed_items"):
        yield 4, f"{failed} items could not be written in the format of -o, -O or FEEDS; the log says why"
    if invalid := stats.get("articles/invalid"):
        yield 4, f"{invalid} articles did not fit the schema and are in no feed"

    reason = stats.get("finish_reason")
    if reason in _INTERRUPTED:
        yield 75, f"ended by {reason}"
    elif reason != "finished":
        yield 3, f"ended by {reason}"

    given = stats.get("item_scraped_count", 0)
    unparsed = stats.get("articles/unparsed", 0)
    raised = stats.get("spider_exceptions/count", 0)
    if (failed := unparsed + raised) > _MAX_FAILED * (given + failed):
        yield 6, f"{unparsed} pages could not be parsed, {raised} callbacks raised, {given} articles were given"
    sought = stats.get("articles/sought")
    if sought and not given and not stats.get("articles/older") and reason not in _INTERRUPTED:
        yield 5, "no article was found"
    elif lost := stats.get("articles/without_record"):
        yield 5, f"{lost} of the articles named by -a url gave no record; the manifest names them"
