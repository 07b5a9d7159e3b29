"""What a crawl of the network remembers of the crawls before it: which pages to fetch, and what they were worth."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from scrapy.statscollectors import StatsCollector

    from newsspider.history.events import Sighting
    from newsspider.history.ledger import Ledger, Page
    from newsspider.history.observer import Observation, Observer
    from newsspider.items import Article


class Memory:
    """Chooses among addresses by the ledger, and keeps there what came of them.

    *limit* is how many pages that were fetched before are fetched again. *full*: all pages are, and each gives a
    record. All addresses are canonical ones.
    """

    def __init__(self, ledger: Ledger, observer: Observer, stats: StatsCollector, *, limit: int, full: bool) -> None:
        self._ledger = ledger
        self._observer = observer
        self._stats = stats
        self._limit = limit
        self._full = full
        self._revisits = 0
        # Hashes take half the room. An address that had that of another would wait for the next run.
        self._asked: set[int] = set()
        self._known: set[int] = set()
        self._pending: dict[str, Observation] = {}
        """By address as fetched: articles that are on their way to the feed."""

    # -- which pages ---------------------------------------------------------------------------------------------

    def choose(self, urls: Iterable[str], wanted: Callable[[Page], bool]) -> Iterator[str]:
        """Yield those of the addresses on a list that are to be fetched.

        What is not known yet is kept first: it is fetched by the next run, should this one not come to it.
        """
        now = int(time.time())
        chosen, unknown = [], []
        for url in urls:
            page = self._ledger.find(url)
            if page is None:
                unknown.append(url)
                chosen.append(url)
            elif hash(url) in self._asked:
                continue
            elif wanted(page) and self._is_to_be_fetched(page, now):
                chosen.append(url)
            else:
                self._known.add(hash(url))
        self._ledger.see(unknown, now)
        self._asked.update(map(hash, chosen))
        self._stats.set_value("articles/known", len(self._known))
        yield from chosen

    def due(self, wanted: Callable[[Page], bool]) -> Iterator[str]:
        """Yield the addresses that earlier runs saw and could not fetch, then those that are due again."""
        now = int(time.time())
        for page in self._ledger.missing(now):
            if hash(page.url) not in self._asked and wanted(page):
                self._asked.add(hash(page.url))
                self._stats.inc_value("articles/missed")
                yield page.url
        for page in self._ledger.revisits(now, self._limit):
            if hash(page.url) not in self._asked and wanted(page) and self._is_to_be_fetched(page, now):
                self._asked.add(hash(page.url))
                yield page.url

    def find(self, url: str) -> Page | None:
        return self._ledger.find(url)

    def _is_to_be_fetched(self, page: Page, now: int) -> bool:
        if self._full or page.state == "seen":
            return self._full or page.is_due(now)
        if not page.is_due(now):
            return False
        self._stats.inc_value("articles/due")
        self._revisits += 1
        return self._revisits <= self._limit

    # -- what came of them ---------------------------------------------------------------------------------------

    def wants_record(
        self, article: Article, *, asked: str, landed: str, etag: str | None, last_modified: str | None, always: bool
    ) -> bool:
        """Tell whether an article belongs into the feed. If so, ``keep`` or ``drop`` has to follow."""
        seen = self._observer.article(article, asked=asked, landed=landed, etag=etag, last_modified=last_modified)
        if always or self._full or seen.worth in ("new", "changed"):
            self._pending[article.url] = seen
            return True
        self._stats.inc_value(f"articles/{seen.worth}")
        self._observer.keep(seen, given=False)
        return False

    def keep(self, article: Article, *, given: bool) -> None:
        """Note that an article is in the feed or, if it is not *given*, that another record of it is."""
        seen = self._pending.pop(article.url, None)
        if seen is not None:
            if given:
                self._stats.inc_value(f"articles/{seen.worth}")
            self._observer.keep(seen, given=given)

    def drop(self, article: Article) -> None:
        """Note that an article did not get into the feed: it is asked for again."""
        if self._pending.pop(article.url, None) is not None:
            self.failed(article.canonical_url)

    def forget(self, article: Article) -> None:
        """Leave a page as if it had not been fetched, because its record could not be stored."""
        self._pending.pop(article.url, None)

    def no_article(self, asked: str, seen: Sighting, *, status: int, to_url: str | None) -> None:
        self._observer.no_article(asked=asked, seen=seen, status=status, to_url=to_url)

    def not_modified(self, asked: str, at: datetime) -> None:
        self._stats.inc_value("articles/unchanged")
        self._observer.not_modified(asked, at)

    def passed_over(self, asked: str, at: datetime, published: datetime) -> None:
        """Note when an article was published that is too old for this run, and may not be for another."""
        self._observer.passed_over(asked, at, published)

    def failed(self, asked: str) -> None:
        self._observer.failed(asked, datetime.now(UTC))

    def leads_to_another(self, asked: str) -> None:
        """Note that an address redirects to one that this crawl asks for already."""
        self._observer.leads_to(asked, datetime.now(UTC))
