"""The findings of a crawl: the one object by which the spider and its components report to the run.

Everything in here is a typed field that whoever finds something counts up; manifest, verdict and report are made of it.
What is kept does not grow with the crawl.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field

from newsspider.record.manifest import Lists
from newsspider.record.runcounts import RunCounts
from newsspider.record.sitefacts import SiteFacts
from newsspider.runs.given import WitnessCounts

_MAX_NAMED = 20
"""Pages and lists that are named; the counts hold the rest."""


def _named() -> deque[str]:
    return deque(maxlen=_MAX_NAMED)


@dataclass(slots=True, kw_only=True)
class ListFindings:
    """The list pages of a crawl, and the links on them."""

    read: int = 0
    links: int = 0
    """Links to articles."""
    dropped: int = 0
    """Links that no browser could follow, or beyond those that are read of one page."""
    empty: deque[str] = field(default_factory=_named)
    """The last pages that showed no article."""
    failed: deque[str] = field(default_factory=_named)
    """The last pages that could not be fetched."""
    unread: Counter[str] = field(default_factory=Counter)
    """How often a page could not be fetched, by reason."""

    def as_lists(self) -> Lists:
        """Return them as the manifest has them."""
        return Lists(
            read=self.read, links=self.links, empty=list(self.empty), failed=list(self.failed), dropped=self.dropped
        )


class SameArticle:
    """Counts the addresses that turned out to be an article of another address, and finds the one that most are.

    >>> same = SameArticle()
    >>> for url in ("https://news.example/1", "https://news.example/2", "https://news.example/2"): same.add(url)
    >>> same.most, same.url
    (2, 'https://news.example/2')
    """

    def __init__(self) -> None:
        self.most = 0
        self.url: str | None = None
        """The canonical address of that article."""
        self._counts: Counter[int] = Counter()

    def add(self, url: str) -> None:
        """Count one more address of the article whose canonical address is *url*."""
        self._counts[hash(url)] += 1
        if self._counts[hash(url)] > self.most:
            self.most, self.url = self._counts[hash(url)], url


@dataclass(slots=True, kw_only=True)
class Unstored:
    """Counts of what could not be stored."""

    archive_writes: int = 0
    feed_writes: int = 0
    articles_raised: int = 0
    """Articles on which a pipeline raised: they may be in no feed."""
    feeds: int = 0
    """Feeds of ``-o``, ``-O`` and ``FEEDS`` that could not be stored."""
    feed_items: int = 0
    """Items that could not be written in the format of such a feed."""


@dataclass(eq=False, slots=True, kw_only=True)
class Findings:
    """The findings of one crawl."""

    sought: bool = False
    """Whether the crawl looked for articles; ``scrapy fetch`` and the like do not."""
    finish_reason: str | None = None
    """Why the crawl ended, in Scrapy's words; set when it has ended."""
    counts: RunCounts = field(default_factory=RunCounts)
    lists: ListFindings = field(default_factory=ListFindings)
    unstored: Unstored = field(default_factory=Unstored)
    giving: WitnessCounts = field(default_factory=WitnessCounts)
    """How often a witness supplied a field."""
    same: SameArticle = field(default_factory=SameArticle)
    """The article that most addresses turned out to be."""
    unparsed: deque[str] = field(default_factory=_named)
    """The last pages that look like articles by their address and show none."""
    without_record: dict[str, None] = field(default_factory=dict)
    """Of the articles named by ``-a url``, those that have no record (yet), in their order."""
    site_facts: dict[str, SiteFacts] = field(default_factory=dict)
    """The footer facts that articles of this run cite, by id."""
