"""Compares a run with those before it: articles that are no longer found, read, or new.

A run is compared with the last good runs of the same scope. Few articles say little, so a small run is judged together
with those before it, as far back as the thresholds ask. A fall is reported only where chance does not explain it.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice
from math import exp, lgamma, log
from statistics import median
from typing import TYPE_CHECKING

from newsspider.runs import advice
from newsspider.runs.advice import Reason
from newsspider.text.counted import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from newsspider.runs.given import Given, WitnessCounts
    from newsspider.runs.tally import Tally
    from newsspider.runs.thresholds import Thresholds

_LEAST_RUNS = 3
"""Runs that have a median worth the name."""

_MOST_SAME = 0.5
"""Share of the addresses that may be one and the same article."""

_CHANCE = 1e-6
"""Thirty fields and a run an hour are 20,000 looks a month: at one in a million chance speaks once in four years."""


def less_found(run: Tally, earlier: Sequence[Tally], thresholds: Thresholds) -> Iterator[Reason]:
    """Yield a reason where the lists or the run gave far less than the median of *earlier* runs, newest first."""
    if not run.finished:
        return
    alike = [
        each
        for each in earlier
        if each.finished and each.good
        if thresholds.is_comparable(each.ended) and each.has_same_scope(run, apart_from="full")
    ]
    usual = [each.links for each in islice(alike, thresholds.runs)]
    if (middle := _median(usual)) and run.links < thresholds.min_found * middle:
        links = counted(run.links, "article")
        yield Reason(
            f"lists link to {links}; the median of the last {counted(len(usual), 'run')} is {middle:g}",
            advice.fewer_links(run.links, len(usual), middle),
        )
    if run.scope and run.scope["full"]:
        usual = [each.records for each in islice((each for each in alike if each.has_same_scope(run)), thresholds.runs)]
        if (middle := _median(usual)) and run.records < thresholds.min_found * middle:
            given = counted(run.records, "article")
            yield Reason(
                f"the run gave {given}; the median of the last {counted(len(usual), 'run')} is {middle:g}",
                advice.fewer_records(run.records, len(usual), middle),
            )


def too_quiet(run: Tally, thresholds: Thresholds) -> Iterator[Reason]:
    """Yield a reason where the lists could be read, and nothing new has come for too long."""
    if thresholds.max_quiet and run.last_new and run.ended - run.last_new > thresholds.max_quiet:
        hours, since = round((run.ended - run.last_new).total_seconds() / 3600), f"{run.last_new:%Y-%m-%d %H:%M}"
        yield Reason(
            f"nothing new for {counted(hours, 'hour')}, since {since} UTC", advice.nothing_new(hours, since)
        )


def failed_pages(run: Tally, earlier: Sequence[Tally], thresholds: Thresholds) -> Iterator[Reason]:
    """Yield a reason where too large a share of the article pages failed."""
    if not run.pages:
        return
    runs, total = _sample(run, earlier, thresholds, thresholds.min_pages, lambda each: each.pages)
    failed = sum(each.failed + each.lost for each in runs)
    if total >= thresholds.min_pages and failed > thresholds.max_failed * total:
        yield Reason(
            f"{failed} of {counted(total, 'article page')} could not be fetched or read{_over(runs)}",
            advice.pages_failed(failed, total, len(runs)),
        )


def same_article(run: Tally, thresholds: Thresholds, url: str | None) -> Iterator[Reason]:
    """Yield a reason where most addresses of articles lead to one and the same article, *url*.

    An article may well have several addresses, so what counts is how many one article has.
    """
    if not run.same:
        return
    addresses = run.pages + run.aliases
    same = run.same + 1
    if addresses >= thresholds.min_pages and same > _MOST_SAME * addresses:
        of = counted(addresses, "address") + " of articles"
        yield Reason(
            f"{same} of {of} are one and the same article, {url}: the site shows it in place of the others",
            advice.one_article(same, addresses, url),
        )


def broken_pages(run: Tally, thresholds: Thresholds) -> Iterator[Reason]:
    """Yield a reason where our own program failed on too many article pages, however few there were."""
    if run.broken > thresholds.max_failed * run.pages:
        yield Reason(
            f"{run.broken} of {counted(run.pages, 'article page')} met an error of the program; the log says why",
            advice.program_failed(run.broken, run.pages),
        )


def forbidden_pages(run: Tally, earlier: Sequence[Tally], thresholds: Thresholds) -> Iterator[Reason]:
    """Yield a reason where robots.txt forbade too many of the article pages that were wanted."""
    if not run.forbidden:  # what it forbade before, it may allow now
        return
    runs, total = _sample(run, earlier, thresholds, thresholds.min_pages, lambda each: each.pages + each.forbidden)
    forbidden = sum(each.forbidden for each in runs)
    if total >= thresholds.min_pages and forbidden > thresholds.max_failed * total:
        yield Reason(
            f"robots.txt forbids {forbidden} of {counted(total, 'article page')}{_over(runs)}",
            advice.pages_forbidden(forbidden, total, len(runs)),
        )


def less_given(
    run: Tally, earlier: Sequence[Tally], thresholds: Thresholds, giving: WitnessCounts
) -> Iterator[Reason]:
    """Yield a reason for each field and witness that gives less than before; *giving* knows a page as an example."""
    if not run.parsed:
        return
    runs, total = _sample(run, earlier, thresholds, thresholds.min_articles, lambda each: each.parsed)
    sampled = {id(each) for each in runs}
    alike = (
        each
        for each in earlier
        if each.good and each.parsed and id(each) not in sampled
        and thresholds.is_comparable(each.ended) and each.has_same_scope(run)
    )  # fmt: skip
    before = list(islice(alike, thresholds.runs))
    total_before = sum(each.parsed for each in before)
    if total < thresholds.min_articles or total_before < thresholds.min_articles:
        return
    given, given_before = _sum(runs), _sum(before)

    def fell(now: int, then: int) -> bool:
        share = then / total_before
        return now / total < thresholds.min_given * share and _at_most(
            now, total, (then + 1) / (total_before + 2)
        ) < _CHANCE

    def share(now: int, then: int) -> tuple[str, str]:
        return f"{now / total:.0%}", f"{then / total_before:.0%}"

    def shares(now: int, then: int) -> str:
        share_now, share_before = share(now, then)
        return f"{share_now} of {counted(total, 'article')}, before {share_before}"

    fields, fields_before = _by_field(given), _by_field(given_before)
    lost = [name for name, then in sorted(fields_before.items()) if fell(fields[name], then)]
    for name in lost:
        now, then, url = fields[name], fields_before[name], giving.without(name)
        yield Reason(
            f"{name} is given for {shares(now, then)}{_for_example(url)}",
            advice.field_lost(name, *share(now, then), url),
        )
    silent: dict[str, list[Given]] = {}
    for each, then in sorted(given_before.items()):
        if fell(given[each], then):
            silent.setdefault(each.witness, []).append(each)
    for witness, pairs in silent.items():
        loss = "; ".join(f"{each.field} for {shares(given[each], given_before[each])}" for each in pairs[:3])
        more = f"; and {counted(len(pairs) - 3, 'more field')}" if len(pairs) > 3 else ""
        url = giving.without(pairs[0].field, witness)
        of_fields = [(each.field, *share(given[each], given_before[each])) for each in pairs]
        yield Reason(
            f"the witness {witness} gives {loss}{more}{_for_example(url)}",
            advice.design_changed(witness, of_fields, url, lost=bool(lost)),
        )


def _over(runs: Sequence[Tally]) -> str:
    return f", over {counted(len(runs), 'run')}" if len(runs) > 1 else ""


def _for_example(url: str | None) -> str:
    return f"; not in {url}" if url else ""


def _median(numbers: Sequence[int]) -> float:
    return median(numbers) if len(numbers) >= _LEAST_RUNS else 0


def _sample(
    run: Tally, earlier: Sequence[Tally], thresholds: Thresholds, least: int, size: Callable[[Tally], int]
) -> tuple[list[Tally], int]:
    """Return *run* and as many of those before it as bring *least* pages, and how many they bring."""
    runs, total = [run], size(run)
    for each in earlier:
        if total >= least:
            break
        # A mended parser is not to answer for what the one before it did.
        comparable = thresholds.is_comparable(each.ended) and each.has_same_scope(run) and each.parser == run.parser
        if comparable and size(each):
            runs.append(each)
            total += size(each)
    return runs, total


def _sum(runs: Iterable[Tally]) -> Counter[Given]:
    total: Counter[Given] = Counter()
    for each in runs:
        total.update(each.given)
    return total


def _by_field(given: Counter[Given]) -> Counter[str]:
    fields: Counter[str] = Counter()
    for each, count in given.items():
        fields[each.field] += count
    return fields


def _at_most(hits: int, tries: int, share: float) -> float:
    """Probability of at most so many hits, when each try hits with probability *share* (binomial); for few hits.

    >>> round(_at_most(1, 3, 0.5), 6)
    0.5
    >>> _at_most(0, 10, 0.99) < 1e-19
    True
    """
    term = exp(
        lgamma(tries + 1) - lgamma(hits + 1) - lgamma(tries - hits + 1)
        + hits * log(share) + (tries - hits) * log(1 - share)
    )  # fmt: skip
    total = 0.0
    for below in range(hits, -1, -1):
        total += term
        if term < total * 1e-12:
            break
        term *= below * (1 - share) / ((tries - below + 1) * share)
    return total
