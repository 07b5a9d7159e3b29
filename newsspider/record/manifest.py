"""The manifest of a run, ``runs/<run>.json``: what it did, how it ended, and which files hold its records.

Written last, so its presence says that the run is complete. The JSON Schema (``scrapy schema manifest``) is derived
from here. Later versions of 1.x may add fields, and take none away.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal

from newsspider.record.runcounts import RunCounts
from newsspider.record.values import SCHEMA_VERSION, Natural
from newsspider.text.message import Message

Sha256 = Annotated[str, ("pattern", "^[0-9a-f]{64}$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file that the run wrote and finished."""

    name: str
    """Without its directory."""

    size: Natural
    """Bytes."""

    sha256: Sha256
    """Of its bytes, lower-case hex."""

    records: Natural
    """Lines of a feed part, or WARC records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Previous:
    """The run before, as its manifest was when this run began."""

    run: str
    """Its id."""

    sha256: Sha256
    """Of its manifest's bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """The programs that made the run."""

    newsspider: str
    """Version of newsspider."""

    scrapy: str
    """Version of Scrapy."""

    parser: str | None = None
    """Version of the site's parser; null for a spider that parses no articles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archives:
    """The archives that a run read in place of the network."""

    archives: list[str]
    """Their paths."""

    at: datetime | None
    """The time whose nearest captures were taken; null: the newest."""

    unreadable: Natural
    """Places in them that could not be read."""

    missing: list[str]
    """Some of the addresses that they do not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The aim of a run; only runs of the same scope are compared."""

    listed: bool
    """Whether it looked for articles on list pages; else it fetched those that were named."""

    full: bool
    """Whether it fetched every article that it found, also those that were known."""

    since: bool
    """Whether articles before a day were left out."""

    recommendations: bool
    """Whether recommended articles were fetched too."""

    list_depth: Natural
    """How far list pages were followed."""

    replayed: bool
    """Whether archives answered in place of the network."""

    limit: Natural | None = field(default=None, metadata={"optional": True})
    """After how many articles it was to end; null: after all."""

    starts: list[str] = field(default_factory=list, metadata={"optional": True})
    """The pages that it was given to begin with; empty for a site that has a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """The list pages of a run, and the links on them."""

    read: Natural
    """List pages that were answered and read."""

    links: Natural
    """Links to articles on them; an article that stands on two pages counts twice."""

    empty: list[str]
    """Some of those that showed no article."""

    failed: list[str] = field(default_factory=list)
    """Some of those that could not be fetched."""

    dropped: Natural = field(default=0, metadata={"optional": True})
    """Links on them that lead nowhere a browser could go, or stand after those that are read of one page.

    Of a site without a file also what feeds and sitemaps name of other hosts, and lists and sitemaps after those that a
    run reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A page on which something happened."""

    url: str
    """Its address."""

    said: str | None
    """What the log says of it; null where the kind says it all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors:
    """Errors of one kind."""

    kind: str
    """How, for example ``HTTP 503`` or ``timeout``."""

    count: Natural
    """How often, after all retries."""

    examples: list[Example]
    """The first pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """Requests that ended in one way."""

    of: str
    """What was asked for: ``article``, ``list``, ``robots.txt``, ``page requisite`` or ``other``."""

    outcome: str
    """How it ended, for example ``record``, ``unchanged``, ``robots`` or ``failure``."""

    kind: str | None
    """Of a failure: what failed, for example ``HTTP 503``."""

    count: Natural
    """How many."""

    example: str
    """The address of the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestOutcomes:
    """The ends of a run's requests, one each: retries and redirects are steps of the same request."""

    asked: Natural
    """Requests that were taken up."""

    ended: Natural
    """Ends that were counted: as many, or the verdict says that the sum is off."""

    outcomes: list[Ended]
    """By what was asked for, the most frequent first."""

    never: list[str]
    """Some of the requests that never ended."""

    never_count: Natural
    """How many those are."""

    twice: list[str]
    """Some of those that ended more than once."""

    twice_count: Natural
    """How often that was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """Events of one kind."""

    event: str
    """How: the ``event`` of the events in the feed."""

    count: Natural
    """To how many."""

    examples: list[Example]
    """The first of them; what is said is the title, where that changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """The meaning of a verdict's reason, for a person."""

    happened: Message
    """What happened, in plain words."""

    records: Message
    """Whether the records of the run are complete."""

    next_step: Message
    """What to do now."""

    details: list[Message]
    """What it rests on: witnesses, numbers, pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The pace of a run, in intervals of equal length from the first to the last answer."""

    interval: Annotated[float, ("exclusiveMinimum", 0)]
    """Seconds that each takes."""

    pages: list[int]
    """Answers in each."""

    bytes: list[int]
    """Bytes of their bodies, as they came."""

    median_ms: list[int | None]
    """Milliseconds until the answer began, for half of them; to a tenth; null where none was measured."""

    slow_ms: list[int | None]
    """Milliseconds that only one answer in twenty exceeded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOver:
    """The files that a run took over from runs that were killed; no other manifest names them."""

    runs: list[str] = field(default_factory=list)
    """Their ids; what they had published is among the parts of this run."""

    warcs: list[str] = field(default_factory=list)
    """Names of their WARC files, which are among those of this run."""


@dataclass(slots=True, kw_only=True)
class Manifest:
    """The work of a run and its end."""

    schema_version: Literal["1.1"] = SCHEMA_VERSION
    """Version of this schema."""

    run: str
    """Id of the run. Ids sort as the runs followed each other: by time, except where the clock was put back."""

    spider: str
    """Name of the spider."""

    collection: str
    """Name of the collection that it wrote to."""

    previous: Previous | None
    """The run before in this collection; null for the first."""

    versions: Versions
    """The programs that made it."""

    settings_sha256: Sha256
    """Equal for runs with equal settings; no setting can be read from it."""

    scope: Scope | None
    """What it set out to do; null for a spider that looks for no articles."""

    started: datetime
    """When it began, in UTC; of a clock that was set since, as it shows now."""

    ended: datetime
    """When all its files were closed, in UTC."""

    source: Archives | None
    """The archives that its pages came from; null: the network."""

    connect_to: str | None = field(default=None, metadata={"optional": True})
    """The setting CONNECT_TO, by which its requests were led to other servers than those of the hosts that they name;
    null: they were not."""

    finish_reason: str | None
    """Why the crawl ended, in Scrapy's words; ``finished`` when nothing was left to do."""

    exit_code: Natural
    """What the command ended with."""

    reasons: list[str]
    """Why it is not 0, a sentence each, the gravest first."""

    advice: list[Advice] = field(default_factory=list, metadata={"optional": True})
    """The same for a person, in any language; several reasons may have one meaning."""

    last_success: datetime | None
    """When the last run ended that looked for articles on the site and has exit code 0, this one included; null: there
    was none."""

    last_new: datetime | None
    """When the last run ended that gave a record of what is new or changed, this one included; null: there was none."""

    counts: RunCounts
    """What was counted."""

    lists: Lists
    """The list pages of the run, and the links on them."""

    statuses: dict[str, int]
    """Answers by HTTP status."""

    hosts: dict[str, int]
    """Answers by host; of many hosts those met first, and the rest as ``others``."""

    witnesses: dict[str, dict[str, int]]
    """How often a witness gave a field of an article: their sum is how many of ``counts.parsed`` have the field."""

    changes: list[Happened]
    """What happened to articles since the runs before, the most frequent first."""

    errors: list[Errors]
    """What went wrong, the most frequent first."""

    ledger: RequestOutcomes | None = field(default=None, metadata={"optional": True})
    """How its requests ended; absent in manifests from before it was kept."""

    pace: Pace | None
    """How fast it went; null when nothing was answered."""

    unparsed: list[str]
    """Some of the pages that gave no record though they look like articles by their address."""

    without_record: list[str]
    """The articles named by ``-a url`` that gave no record."""

    parts: list[File] = field(default_factory=list)
    """Feed parts with articles, in ``items/<run>/``."""

    changes_parts: list[File] = field(default_factory=list)
    """Feed parts with what happened to articles, in ``items/<run>/``."""

    site_facts_parts: list[File] = field(default_factory=list)
    """Feed parts with site facts, in ``items/<run>/``."""

    site_facts: dict[str, str]
    """Ids of the site facts known so far, each with the run that wrote it."""

    warcs: list[File] = field(default_factory=list)
    """WARC files, in ``archive/``."""

    adopted: TakenOver = field(default_factory=TakenOver)
    """What it took over from runs that were killed."""
