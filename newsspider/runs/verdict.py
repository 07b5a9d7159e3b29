"""The verdict on a run: the exit code that a scheduler acts on, and its reasons.

0 done · 1 could not start · 3 ended before its time · 4 something was not stored · 5 too few articles found ·
6 too many pages failed, or say less than before · 75 interrupted, or to be tried again later (``EX_TEMPFAIL`` of
sysexits.h).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from newsspider.errors import NewsspiderError
from newsspider.record.manifest import Advice, RequestOutcomes
from newsspider.runs import advice
from newsspider.runs.advice import Reason
from newsspider.runs.drift import (
    broken_pages,
    failed_pages,
    forbidden_pages,
    less_found,
    less_given,
    same_article,
    too_quiet,
)
from newsspider.runs.tally import Tally
from newsspider.runs.thresholds import Thresholds
from newsspider.text.counted import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsspider.runs.findings import Findings

_INTERRUPTED = {"shutdown", "retry_after"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The verdict on a run: its exit code, with the reasons."""

    exit_code: int
    reasons: tuple[str, ...]
    """A sentence each, the gravest first; empty for a good run."""
    advice: tuple[Advice, ...] = ()
    """What they mean to a person."""
    error: NewsspiderError | None = None
    """Of a run that never began, the error that is its only reason."""


def as_lines(verdict: Verdict) -> list[str]:
    """Return the lines that a terminal shows of a verdict, in the present language."""
    if verdict.error is not None:
        return [verdict.error.localized()]
    return [*advice.lines(verdict.advice)] or list(verdict.reasons)


def and_error(verdict: Verdict, error: Exception) -> Verdict:
    """Add the error that led to it, in its own words."""
    explained = advice.with_error(verdict.advice, error)
    return replace(verdict, reasons=(*verdict.reasons, str(error)), advice=explained)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A run beside those before it."""

    run: Tally
    earlier: Sequence[Tally] = ()
    """Newest first."""
    thresholds: Thresholds = field(default_factory=Thresholds)
    ledger: RequestOutcomes | None = None
    """How its requests ended."""


def judge(findings: Findings, compared: Compared) -> Verdict:
    """Judge a run that has ended, by its findings and beside the runs before it."""
    found = [
        *_not_stored(findings),
        *_ended_early(findings),
        *_unbalanced(compared),
        *_failed(findings, compared),
        *_not_found(findings, compared),
    ]
    return Verdict(
        exit_code=found[0][0] if found else 0,
        reasons=tuple(reason.said for _, reason in found),
        advice=tuple(advice.merged(reason.advice for _, reason in found)),
    )


Coded = tuple[int, Reason]
"""An exit code, and why."""


def _not_stored(findings: Findings) -> Iterator[Coded]:
    unstored = findings.unstored
    if writes := unstored.archive_writes:
        yield 4, Reason(f"{counted(writes, 'write')} to the archive failed", advice.archive_failed(writes))
    if writes := unstored.feed_writes:
        yield 4, Reason(f"{counted(writes, 'write')} to the feed failed", advice.feed_failed(writes))
    if raised := unstored.articles_raised:
        said = f"{counted(raised, 'article')} raised an error in a pipeline and may be in no feed; the log says why"
        yield 4, Reason(said, advice.pipeline_raised(raised))
    if feeds := unstored.feeds:
        said = f"{counted(feeds, 'feed')} of -o, -O or FEEDS could not be stored; the log says why"
        yield 4, Reason(said, advice.feeds_not_stored(feeds))
    if items := unstored.feed_items:
        said = f"{counted(items, 'item')} could not be written in the format of -o, -O or FEEDS; the log says why"
        yield 4, Reason(said, advice.items_not_written(items))
    if invalid := findings.counts.invalid:
        said = f"{counted(invalid, 'article')} did not fit the schema and went into no feed"
        yield 4, Reason(said, advice.not_valid(invalid))


def _ended_early(findings: Findings) -> Iterator[Coded]:
    reason = findings.finish_reason
    if reason in _INTERRUPTED:
        yield 75, Reason(f"ended by {reason}", advice.stopped() if reason == "shutdown" else advice.told_to_wait())
    elif reason != "finished":
        yield 3, Reason(f"ended by {reason}", advice.ended_early(str(reason)))


def _unbalanced(compared: Compared) -> Iterator[Coded]:
    """Report requests that ended never, or twice: their end is not known, so the others cannot be trusted either."""
    ledger = compared.ledger
    if ledger is None or (ledger.asked == ledger.ended and not ledger.never_count and not ledger.twice_count):
        return
    sides = [
        f"{counted(number, 'request')} {ended}, such as {' '.join(named)}"
        for number, ended, named in (
            (ledger.never_count, "never ended", ledger.never),
            (ledger.twice_count, "ended twice", ledger.twice),
        )
        if number
    ]
    said = "; ".join([f"the sum is off: {counted(ledger.asked, 'request')} asked, {ledger.ended} ended", *sides])
    yield 6, Reason(said, advice.unbalanced(ledger))


def _failed(findings: Findings, compared: Compared) -> Iterator[Coded]:
    run, earlier, thresholds = compared.run, compared.earlier, compared.thresholds
    raised = findings.counts.callbacks_raised
    if raised and not run.parsed:
        said = f"{counted(raised, 'callback')} raised, and no article page was read; the log says why"
        yield 6, Reason(said, advice.callbacks_raised(raised))
    else:
        not_in_feed = findings.unstored.articles_raised + findings.counts.invalid  # reported above
        rest = replace(run, lost=max(0, run.lost - not_in_feed))
        for reason in [*failed_pages(rest, earlier, thresholds)] or broken_pages(rest, thresholds):
            yield 6, reason
    for reason in same_article(run, thresholds, findings.same.url):
        yield 6, reason
    for reason in forbidden_pages(run, earlier, thresholds):
        yield 6, reason
    for reason in less_given(run, earlier, thresholds, findings.giving):
        yield 6, reason


def _not_found(findings: Findings, compared: Compared) -> Iterator[Coded]:
    run = compared.run
    if run.scope is None or findings.finish_reason in _INTERRUPTED:
        return
    if lost := list(findings.without_record):
        more = f"; and {counted(len(lost) - 1, 'more article')} that the manifest names" if len(lost) > 1 else ""
        yield 5, Reason(f"named by -a url, and gave no record: {lost[0]}{more}", advice.no_record(lost))
    if not run.scope["listed"]:
        return
    lists, failed = findings.lists, findings.counts.lists_failed
    if lists.read and failed > compared.thresholds.max_failed * (lists.read + failed):
        of = lists.read + failed
        yield 5, Reason(f"{failed} of {counted(of, 'list page')} could not be read", advice.lists_unread(failed, of))
    if not lists.read:
        why = next((why for why, _ in lists.unread.most_common(1)), None)
        yield 5, Reason(f"no list page could be read{f': {why}' if why else ''}", advice.no_list(why))
    elif not run.links:
        said = f"{counted(lists.read, 'list page')} could be read, and none links to an article"
        yield 5, Reason(said, advice.no_links(lists.read))
    elif run.scope["full"] and not run.records and not findings.counts.older:
        said = f"lists link to {counted(run.links, 'article')}, and none was given"
        # Where robots.txt forbids all of them, the site has not changed, and no page need be looked at.
        closed = run.forbidden and not run.pages
        what_to_do = advice.pages_forbidden(run.forbidden, run.forbidden, 1) if closed else advice.none_given(run.links)
        yield 5, Reason(said, what_to_do)
    else:
        for reason in less_found(run, compared.earlier, compared.thresholds):
            yield 5, reason
        for reason in too_quiet(run, compared.thresholds):
            yield 5, reason
