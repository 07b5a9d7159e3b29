"""One unit of an extraction: some captures become a feed part, the facts that its records cite, and a tally."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import orjson

from newsspider import schema, sites
from newsspider.archive.captures import Captures
from newsspider.archive.http import BodyTooLargeError, ContentCodingError
from newsspider.archive.reader import WarcError
from newsspider.extraction.comparison import Comparison
from newsspider.extraction.earlier import EarlierRecords
from newsspider.extraction.plan import Plan
from newsspider.feeds.parts import FeedPart, PartWriter
from newsspider.items import Locator, to_json_line
from newsspider.witnesses.article import UnparsedPageError

if TYPE_CHECKING:
    from newsspider.archive.captures import Page
    from newsspider.archive.writer import Capture
    from newsspider.extraction.plan import Place
    from newsspider.items import Article
    from newsspider.sites import Rules
    from newsspider.witnesses.article import Parsed

KINDS = ("unparsed", "unreadable", "raised", "invalid")
"""Why a capture gives no record: no article can be read on the page; the archive cannot be read at that place; the
parser fails; the schema does not allow what it gives."""

MAX_NAMED = 1000
"""Pages without a record that are named, of each kind; the counts tell of the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What the units of an extraction have in common."""

    plan: Plan
    sites: tuple[str, ...]
    directory: Path
    """Where the feed parts go."""
    work: Path
    """Where what is needed until all units are done goes."""
    max_body: int
    """Bytes; a page with more is no page, in a crawl as here."""
    earlier: Path | None
    """An index of earlier records to compare with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A capture that gives no record."""

    url: str | None
    """None where not even that could be read."""
    warc: str
    offset: int
    problem: str


@dataclass(slots=True, kw_only=True)
class Tally:
    """What came of some captures."""

    captures: int = 0
    articles: int = 0
    """Records given, one for each capture that can be read and parsed."""
    truncated: int = 0
    """Captures that are not whole; a crawl makes no record of these either."""
    other: int = 0
    """Captures that turn out to be no page of an article's address: of another type, or without success."""
    failures: Counter[str] = field(default_factory=Counter)
    """How many captures gave no record, by kind: one of KINDS."""
    named: dict[str, list[Failure]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    """At most MAX_NAMED of each kind."""
    witnesses: dict[str, Counter[str]] = field(default_factory=dict)
    """For every field how often a witness gave it."""
    parts: list[FeedPart] = field(default_factory=list)
    comparison: Comparison | None = None

    def fail(self, kind: str, place: Place, problem: str, url: str | None = None) -> None:
        self.failures[kind] += 1
        if len(self.named[kind]) < MAX_NAMED:
            self.named[kind].append(Failure(url=url, warc=place.filename, offset=place.offset, problem=problem))

    def add(self, other: Tally) -> None:
        """Take in what came of further captures."""
        self.captures += other.captures
        self.articles += other.articles
        self.truncated += other.truncated
        self.other += other.other
        self.failures += other.failures
        for kind in KINDS:
            self.named[kind] += other.named[kind][: MAX_NAMED - len(self.named[kind])]
        for name, given in other.witnesses.items():
            self.witnesses.setdefault(name, Counter()).update(given)
        self.parts += other.parts
        if other.comparison is not None:
            self.comparison = self.comparison or Comparison()
            self.comparison.add(other.comparison)

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Self:
        """Make the tally again of which *record* is what its JSON was."""
        comparison = record["comparison"]
        return cls(
            **{
                **record,
                "failures": Counter(record["failures"]),
                "named": {kind: [Failure(**each) for each in named] for kind, named in record["named"].items()},
                "witnesses": {name: Counter(given) for name, given in record["witnesses"].items()},
                "parts": [FeedPart(**part) for part in record["parts"]],
                "comparison": comparison and Comparison.from_record(comparison),
            }
        )


class Extractor:
    """Extracts one unit after the other."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._sites = [sites.load(name) for name in job.sites]
        # What is said of an original is said again of the revisit that needs it.
        self._captures = Captures(job.plan.sources, lambda _: None, max_block=job.max_body)
        self._earlier = None if job.earlier is None else EarlierRecords(job.earlier)

    def extract(self, unit: int) -> Tally:
        """Write the feed part of a unit; without a record there is none. OSError when it cannot be written."""
        tally = Tally(comparison=None if self._earlier is None else Comparison())
        articles = self._writer(self._job.directory, "part", unit)
        facts = self._writer(self._job.work, "facts", unit)
        cited: set[str] = set()
        for place in self._job.plan.places(unit):
            tally.captures += 1
            parsed = self._parse(place, tally)
            line = None if parsed is None else self._line(parsed.article, place, tally)
            if parsed is not None and line is not None:
                articles.write(line)
                tally.articles += 1
                for name, witness in parsed.article.provenance.fields.items():
                    tally.witnesses.setdefault(name, Counter())[witness] += 1
                if parsed.site_facts is not None and parsed.site_facts.id not in cited:
                    cited.add(parsed.site_facts.id)
                    facts.write(to_json_line(parsed.site_facts))
            if self._earlier is not None and tally.comparison is not None:
                tally.comparison.compare(self._earlier.find(place.filename, place.offset), line)
        facts.publish()
        articles.publish()
        tally.parts = articles.parts
        return tally

    def _writer(self, directory: Path, stem: str, unit: int) -> PartWriter:
        size = self._job.plan.unit_size
        return PartWriter(directory, stem=stem, batch=size, before_publish=lambda: None, first=unit)

    def _parse(self, place: Place, tally: Tally) -> Parsed | None:
        """Return what a capture gives; None, and a line in the tally, when that is nothing."""
        try:
            page = self._captures.read(place.source, place.filename, place.offset)
            body = b"" if page is None else page.http.body(self._job.max_body)
        except (WarcError, OSError, BodyTooLargeError, ContentCodingError) as error:
            tally.fail("unreadable", place, getattr(error, "finding", str(error)))
            return None
        site = None if page is None else self._site(page)
        if page is None or site is None:
            tally.other += 1
            return None
        if page.truncated:
            tally.truncated += 1
            return None
        capture = page.capture
        try:
            parsed: Parsed = site.parse_page(body, capture.url, page.http.headers, capture.captured)
        except UnparsedPageError as error:
            tally.fail("unparsed", place, str(error), capture.url)
            return None
        except Exception as error:  # a fault of the parser's, and no reason to lose the other pages
            tally.fail("raised", place, f"{type(error).__name__}: {error}", capture.url)
            return None
        parsed.article.archive = _locator(capture)
        if parsed.site_facts is not None:
            parsed.site_facts.archive = parsed.article.archive
        return parsed

    def _site(self, page: Page) -> Rules | None:
        """Return the site whose article a page is; None for what a crawl would not have parsed."""
        if (page.capture.status or 0) // 100 != 2:
            return None
        return next((site for site in self._sites if site.is_article(page.capture.url)), None)

    def _line(self, article: Article, place: Place, tally: Tally) -> bytes | None:
        """Return the feed's line of an article; None, and a line in the tally, when the schema does not allow it."""
        line = to_json_line(article)
        try:
            schema.check(orjson.loads(line))
        except schema.RecordInvalidError as error:
            tally.fail("invalid", place, str(error), article.url)
            return None
        return line


def _locator(capture: Capture) -> Locator:
    return Locator(
        warc=capture.warc,
        offset=capture.offset,
        length=capture.length,
        record_id=capture.record_id,
        payload_digest=capture.payload_digest,
    )
