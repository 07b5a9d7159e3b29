"""The manifest of a run that has ended: what its journal wrote, what its crawl found, and the verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

import newsspider
from newsspider.collection.runs import RunLink
from newsspider.collection.writer import WarcFile
from newsspider.record.items import as_record
from newsspider.record.manifest import (
    Archives,
    Errors,
    File,
    Happened,
    Manifest,
    Pace,
    Previous,
    Scope,
    TakenOver,
    Versions,
)
from newsspider.runs.adoption import Adopted
from newsspider.runs.batches import Batches
from newsspider.runs.ledger import ALIAS, FAILURE, GONE, NO_ARTICLE, ROBOTS, UNCHANGED, RequestLedger
from newsspider.runs.tally import Tally
from newsspider.runs.verdict import Compared, judge

if TYPE_CHECKING:

    from newsspider.runs.findings import Findings
    from newsspider.runs.thresholds import Thresholds
    from newsspider.runs.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlSide:
    """The facts of a run that only the crawl knows."""

    spider: str
    scrapy: str
    """Version of Scrapy."""
    settings_sha256: str
    """Equal for crawls with equal settings."""
    parser: str | None = None
    """Version of the site's parser; None for a spider that parses no articles."""
    scope: Scope | None = None
    """What it set out to do; None for a spider that looks for no articles."""
    source: Archives | None = None
    """The archives that answered; None for the network."""
    connect_to: str | None = None
    """The setting, where it leads requests to other servers."""
    requests: RequestLedger = field(default_factory=RequestLedger)
    """How its requests ended."""
    statuses: Mapping[str, int] = field(default_factory=dict)
    hosts: Mapping[str, int] = field(default_factory=dict)
    errors: Sequence[Errors] = ()
    pace: Pace | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalSide:
    """The facts of a run that its journal knows."""

    run: str
    collection: str
    previous: RunLink | None
    started: datetime
    ended: datetime
    last_success: datetime | None
    """Before this run."""
    last_new: datetime | None
    """Before this run."""
    batches: Batches
    adopted: Adopted
    adopted_warcs: Sequence[str]
    site_facts: Mapping[str, str]
    changes: Sequence[Happened]
    warcs: Sequence[WarcFile]


def summary(written: JournalSide, findings: Findings, crawl: CrawlSide) -> Manifest:
    """Describe a run whose verdict is not known yet; this completes the counts of *findings*."""
    _complete_counts(findings, crawl.requests, written)
    counts = findings.counts
    # A record of something new; what archives or -a full=1 give again is none.
    has_news = counts.new or counts.changed or written.adopted.records
    batches = written.batches
    return Manifest(
        run=written.run,
        spider=crawl.spider,
        collection=written.collection,
        previous=Previous(**asdict(written.previous)) if written.previous else None,
        versions=Versions(newsspider=newsspider.__version__, scrapy=crawl.scrapy, parser=crawl.parser),
        settings_sha256=crawl.settings_sha256,
        scope=crawl.scope,
        started=written.started,
        ended=written.ended,
        source=crawl.source,
        connect_to=crawl.connect_to,
        finish_reason=findings.finish_reason,
        exit_code=0,
        reasons=[],
        last_success=written.last_success,
        last_new=written.ended if has_news else written.last_new,
        counts=counts,
        lists=findings.lists.as_lists(),
        statuses=dict(crawl.statuses),
        hosts=dict(crawl.hosts),
        witnesses=findings.giving.by_field(),
        changes=list(written.changes),
        errors=list(crawl.errors),
        ledger=crawl.requests.drawn(),
        pace=crawl.pace,
        unparsed=list(findings.unparsed),
        without_record=list(findings.without_record),
        parts=[File(**asdict(part)) for part in batches.articles.parts],
        changes_parts=[File(**asdict(part)) for part in batches.changes.parts],
        site_facts_parts=[File(**asdict(part)) for part in batches.facts.parts],
        site_facts=dict(written.site_facts),
        warcs=[File(**asdict(file)) for file in written.warcs],
        adopted=TakenOver(runs=written.adopted.runs, warcs=list(written.adopted_warcs)),
    )


def _complete_counts(findings: Findings, requests: RequestLedger, written: JournalSide) -> None:
    """Fill in the counts that are known when the run has ended."""
    counts = findings.counts
    # What failed before and never was an article fails again, and says nothing of tonight; an error of ours does.
    unread = requests.count("article", FAILURE, of_program=False, read=False, again=False)
    raised = requests.count("article", FAILURE, of_program=True, read=False)
    # Not what was scraped: the last of it may have found no room on the disk.
    counts.articles = sum(part.records for part in written.batches.articles.parts) - written.adopted.records
    counts.parsed = findings.giving.articles
    counts.failed = unread + raised + requests.count("article", NO_ARTICLE.name, again=False)
    counts.lost = requests.count("article", FAILURE, read=True)
    counts.broken = requests.count("article", FAILURE, of_program=True)
    counts.not_modified = requests.count("article", UNCHANGED.name, read=False)
    counts.gone = requests.count("article", GONE.name)
    counts.aliases = requests.count("article", ALIAS.name)
    counts.same = findings.same.most
    counts.articles_forbidden = requests.count("article", ROBOTS.name, again=False)
    counts.unfetched = requests.count("article", FAILURE, of_program=False, read=False)


def judged(
    manifest: Manifest, findings: Findings, earlier: Sequence[Tally], thresholds: Thresholds
) -> tuple[Manifest, Verdict]:
    """Return the manifest with its verdict, and the verdict."""
    run = Tally.of(as_record(manifest))
    compared = Compared(run=run, earlier=earlier, thresholds=thresholds, ledger=manifest.ledger)
    verdict = judge(findings, compared)
    success = verdict.exit_code == 0 and _is_crawl(manifest)
    manifest = replace(
        manifest,
        exit_code=verdict.exit_code,
        reasons=list(verdict.reasons),
        advice=list(verdict.advice),
        last_success=manifest.ended if success else manifest.last_success,
    )
    return manifest, verdict


def _is_crawl(manifest: Manifest) -> bool:
    """Tell whether a run looked for articles on the site, and did not only fetch a page, or read an archive again."""
    return manifest.scope is not None and manifest.scope.listed and not manifest.scope.replayed
