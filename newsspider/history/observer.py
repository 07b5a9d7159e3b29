"""Chooses the pages that a crawl fetches, by the ledger, and decides which fetches give a record, versions and events.

Each address is compared with itself. What differs there is settled by the earlier capture, parsed again by today's
parser, so that a better rule makes no version and no event. Of an address that leads to the article of another one only
that is kept.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, Literal, TypeAlias

from newsspider import sites
from newsspider.collection.captures import page_at
from newsspider.errors import NewsspiderError
from newsspider.history import events
from newsspider.history.changes import is_believed_once
from newsspider.history.events import GONE, Sighting, sighting
from newsspider.history.ledger import EventPlace, KnownPage, Version
from newsspider.history.rows import alias, failed, page_of, scheduled
from newsspider.parsing.unparsed import UnparsedPageError
from newsspider.record.events import Event
from newsspider.warc.reader import WarcError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from newsspider.collection.collection import Collection
    from newsspider.history.ledger import Ledger, PageState
    from newsspider.history.schedule import Schedule
    from newsspider.record.items import Article
    from newsspider.record.runcounts import RunCounts

Worth: TypeAlias = Literal["new", "changed", "unchanged", "duplicate"]

_MIN_WAVE = 3
"""Articles that may turn into pages without one at a time, whatever else was fetched."""
_MAX_WAVE = 0.5
"""Share of the known articles that were fetched. More is a site that looks new, and no wave of deletions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Observation:
    """The article of a fetched page, not kept yet."""

    worth: Worth
    """``new`` and ``changed`` want a record; ``duplicate``: another address gave the article."""
    pages: list[KnownPage]
    version: Version | None = None
    events: list[Event] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Missed:
    """A page that gave no article, and had one."""

    page: KnownPage
    seen: Sighting
    status: int
    to_url: str | None


class Observer:
    """Chooses among addresses by what the ledger knows of them, and stages there the results of the fetched ones.

    *limit* is how many pages that were fetched before are fetched again. *full*: all pages are, and each gives a
    record. *emit* is called with every event when it is kept. All addresses are canonical ones.
    """

    def __init__(
        self,
        ledger: Ledger,
        collection: Collection,
        schedule: Schedule,
        *,
        run: str,
        emit: Callable[[Event], None],
        counts: RunCounts,
        limit: int,
        full: bool,
    ) -> None:
        self._ledger = ledger
        self._collection = collection
        self._schedule = schedule
        self._run = run
        self._emit = emit
        self._counts = counts
        self._limit = limit
        self._full = full
        self._revisits = 0
        # Hashes take half the room. On a collision the second address is fetched one run later.
        self._asked: set[int] = set()
        self._known: set[int] = set()
        self._pending: dict[str, _Observation] = {}
        """Articles on their way to the feed, by address as fetched."""
        self._missed: list[_Missed] = []
        self._found = 0

    # -- which pages ---------------------------------------------------------------------------------------------

    def choose(self, urls: Iterable[str], wanted: Callable[[KnownPage], bool]) -> Iterator[str]:
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
            elif hash(url) in self._asked or hash(url) in self._known:
                continue
            elif wanted(page) and self._is_to_be_fetched(page, now):
                chosen.append(url)
            else:
                self._known.add(hash(url))
        self._ledger.see(unknown, now)
        self._asked.update(map(hash, chosen))
        self._counts.known = len(self._known)
        yield from chosen

    def due(self, wanted: Callable[[KnownPage], bool]) -> Iterator[str]:
        """Yield the addresses that earlier runs saw and could not fetch, then those that are due again."""
        now = int(time.time())
        for page in self._ledger.missing(now):
            if hash(page.url) not in self._asked and wanted(page):
                self._asked.add(hash(page.url))
                self._counts.missed += 1
                yield page.url
        to_be_asked = (
            page
            for page in self._ledger.revisits(now)
            if hash(page.url) not in self._asked and hash(page.url) not in self._known and wanted(page)
        )
        for page in islice(to_be_asked, self._limit):
            if not self._is_to_be_fetched(page, now):  # as many came from lists
                return
            self._asked.add(hash(page.url))
            yield page.url

    def find(self, url: str) -> KnownPage | None:
        """Return what the ledger knows of an address."""
        return self._ledger.find(url)

    def turned_out(self, *, article: bool, most: int) -> list[str]:
        """Return addresses that were an article, or never one, when they were fetched last; the latest first."""
        return self._ledger.fetched("article" if article else "no_article", most)

    def _is_to_be_fetched(self, page: KnownPage, now: int) -> bool:
        if self._full or page.state == "seen":
            return self._full or page.is_due(now)
        if not page.is_due(now):
            return False
        self._counts.due += 1
        self._revisits += 1
        return self._revisits <= self._limit

    # -- an article on its way to the feed ------------------------------------------------------------------------

    def left_out(
        self, article: Article, *, asked: str, landed: str, etag: str | None, last_modified: str | None, always: bool
    ) -> Worth | None:
        """Return why an article does not belong in the feed.

        None where it does: ``keep``, ``drop`` or ``discard_pending`` follows, when its end is known.
        """
        seen = self._observed(article, asked=asked, landed=landed, etag=etag, last_modified=last_modified)
        if always or self._full or seen.worth in ("new", "changed"):
            self._pending[article.url] = seen
            return None
        self._count(seen.worth)
        self._keep(seen, given=False)
        return seen.worth

    def keep(self, article: Article, *, given: bool) -> None:
        """Note that an article is in the feed or, if it is not *given*, that another record of it is."""
        seen = self._pending.pop(article.url, None)
        if seen is not None:
            if given:
                self._count(seen.worth)
            self._keep(seen, given=given)

    def drop(self, article: Article) -> None:
        """Note that an article did not get into the feed: it is asked for again."""
        if self._pending.pop(article.url, None) is not None:
            self.failed(article.canonical_url)

    def discard_pending(self, article: Article) -> None:
        """Leave a page as if it had not been fetched, because its record could not be stored."""
        self._pending.pop(article.url, None)

    def adopt(self, article: Article, address: str) -> None:
        """Stage a record in an adopted part, whose page was fetched at *address*, as if it were of this run."""
        self._keep(self._observed(article, asked=address, landed=address), given=True)

    def _count(self, worth: Worth) -> None:
        setattr(self._counts, worth, getattr(self._counts, worth) + 1)

    # -- an article ----------------------------------------------------------------------------------------------

    def _observed(
        self, article: Article, *, asked: str, landed: str, etag: str | None = None, last_modified: str | None = None
    ) -> _Observation:
        """Tell what a page is worth that was asked for at one address and, after redirects, landed at another."""
        now = int(article.fetched_at.timestamp())
        seen = sighting(article)
        own = article.canonical_url
        newest = self._ledger.newest(article.id)
        pages, happened = [], []
        for address in {asked: None, landed: None}:
            if address != own:
                known = self._ledger.find(address)
                pages.append(alias(known, address, article.id, now))
                if known is not None and known.state == "article" and known.id != article.id:
                    happened += self._moved(known, article)
        known = self._ledger.find(own)
        if landed != own:
            if known is None:
                pages.append(KnownPage(url=own, first_seen=now, next_due=now))
            if newest is None:
                return self._new(article, pages, happened)
            return _Observation(worth="duplicate", pages=pages, events=happened)

        page = page_of(article, known)
        if not article.provenance.cut_off:  # else "not modified" would be said of the whole page, which nobody has
            page = replace(page, etag=etag, last_modified=last_modified)
        if newest is None:
            return self._new(article, [*pages, self._scheduled(page)], happened)
        back_from = self._back_from(known, article)
        if known is None or known.last is None:  # another address gave the article, or this one another article
            known = replace(page, last=newest.seen, version_hash=None, parser=None)
            is_version, what_happened = self._compared(known, page, article)
            if not (what_happened or back_from):
                return _Observation(worth="duplicate", pages=[*pages, self._scheduled(page)], events=happened)
            is_version = bool(what_happened)
        else:
            is_version, what_happened = self._compared(known, page, article)
        if back_from is not None:
            what_happened = [events.restored(back_from, article, self._run), *what_happened]
        if is_version:
            version = Version(id=article.id, n=newest.n + 1, seen=seen, run=self._run)
            pages.append(self._scheduled(page))
            return _Observation(worth="changed", pages=pages, version=version, events=happened + what_happened)
        if article.provenance.cut_off:  # it proves nothing, and is no page to compare a later one with
            page = replace(known, state="article", last_fetch=now)
        pages.append(self._scheduled(replace(page, unchanged=known.unchanged + 1)))
        return _Observation(worth="unchanged", pages=pages, events=happened + what_happened)

    def _keep(self, observation: _Observation, *, given: bool) -> None:
        """Stage what was observed. *given*: its record is in the feed; else it is no version, and no event."""
        for page in observation.pages:
            self._ledger.stage(page)
            self._found += page.state == "article"
        if observation.version is not None and given:
            self._ledger.stage_version(observation.version)
        if given or observation.worth != "new":
            for event in observation.events:
                self._happened(event)

    def _new(self, article: Article, pages: list[KnownPage], happened: list[Event]) -> _Observation:
        version = Version(id=article.id, n=1, seen=sighting(article), run=self._run)
        return _Observation(
            worth="new", pages=pages, version=version, events=[*happened, events.published(article, self._run)]
        )

    def _compared(self, known: KnownPage, page: KnownPage, article: Article) -> tuple[bool, list[Event]]:
        """Tell whether an article is another version than the one known at its address, and what happened."""
        assert known.last is not None
        if known.version_hash == page.version_hash:
            return False, []
        before, problem = self._parsed(known.last, article.site)
        if before is None:
            if article.provenance.cut_off:
                return False, []
            same_parser = known.parser == article.provenance.parser_version
            return True, [events.unexplained(known.last, article, self._run, problem)] if same_parser else []
        if article.provenance.cut_off:
            return False, []
        happened = events.between(before, self._by_today(article), self._run, last=known.last)
        # The rest of an article that came cut off is news, though nothing happened to it. So is the time of one that a
        # clock which was behind could not believe.
        is_dated = article.published_at is not None and is_believed_once(before, article)
        return bool(happened) or before.provenance.cut_off or is_dated, happened

    def _back_from(self, known: KnownPage | None, article: Article) -> Sighting | None:
        """Return what showed that an article that is here now was not, or that its address led to another one."""
        if known is None:
            return None
        if known.state in ("gone", "soft_gone"):
            return self._ledger.away(known.url) or known.last
        has_moved = known.state == "alias" and known.id not in (None, article.id)
        return self._ledger.away(known.url) if has_moved else None

    def _moved(self, known: KnownPage, article: Article) -> list[Event]:
        """Tell what happened between the article that was at an address and the one that it leads to now."""
        assert known.last is not None
        assert known.id is not None
        before, problem = self._parsed(known.last, article.site)
        if before is None:
            return [events.moved(known.id, known.url, known.last, article, self._run, problem)]
        return events.between(before, self._by_today(article), self._run, last=known.last)

    def _by_today(self, article: Article) -> Article:
        """Return an article as today's parser reads its page."""
        if article.provenance.parser_version == sites.load(article.site).parser_version:
            return article
        return self._parsed(sighting(article), article.site)[0] or article

    def _parsed(self, seen: Sighting, site: str) -> tuple[Article | None, str]:
        """Read a capture again; None and why where that cannot be."""
        from newsspider.parsing.pages import nearest_in, with_further_pages  # with the parser, which many runs need not

        try:
            page = page_at(self._collection, seen.where)
            url, captured = page.capture.url, page.capture.captured
            rules = sites.load(site)
            first = rules.parse_page(page.http.body(), url, page.http.headers, captured)
            parsed = with_further_pages(rules, first, nearest_in(self._collection))
        except UnparsedPageError as error:
            return None, f"today's parser cannot read the earlier capture: {error}"
        except (WarcError, NewsspiderError, OSError) as error:
            return None, f"the earlier capture cannot be read: {error}"
        article: Article = parsed.article
        article.archive = seen.where
        return article, ""

    # -- everything else that a fetch may bring --------------------------------------------------------------------

    def was_article(self, url: str) -> bool:
        """Tell whether the page of a canonical address was an article when it was last looked at."""
        page = self._ledger.find(url)
        return page is not None and page.last is not None and page.state == "article"

    def no_article(self, *, asked: str, seen: Sighting, status: int, to_url: str | None) -> None:
        """Note a page that says that it is gone (404, 410), or that is no article.

        An article that is no article any more is held until ``settle``.
        """
        page = self._known_page(asked, int(seen.at.timestamp()))
        if page.last is not None and page.state == "article" and status not in GONE:
            self._missed.append(_Missed(page=page, seen=seen, status=status, to_url=to_url))
            return
        if page.last is not None and page.state == "article":
            self._mark_gone(_Missed(page=page, seen=seen, status=status, to_url=to_url))
        else:
            if page.last is not None and status in GONE:
                self._ledger.stage_away(page.url, seen)
            state: PageState = page.state if page.last is not None else "gone" if status in GONE else "no_article"
            self._fail(page, int(seen.at.timestamp()), state)

    def settle(self) -> int:
        """Decide about the articles that were no articles any more: gone, unless they are too many for that.

        Where no article at all was found, the site may have shown a wall to everybody, and nothing is decided. Return
        and count how many are left as they were.
        """
        missed, self._missed = self._missed, []
        if not self._found or len(missed) > max(_MIN_WAVE, _MAX_WAVE * (self._found + len(missed))):
            for each in missed:
                self._fail(each.page, int(each.seen.at.timestamp()), each.page.state)
            self._counts.unsettled = len(missed)
            return len(missed)
        for each in missed:
            self._mark_gone(each)
        return 0

    def not_modified(self, asked: str, at: datetime) -> None:
        """Note that the site says that a page is as it was (304)."""
        now = int(at.timestamp())
        page = self._known_page(asked, now)
        self._counts.unchanged += 1
        self._found += page.state == "article"
        self._ledger.stage(self._scheduled(replace(page, last_fetch=now, unchanged=page.unchanged + 1, failures=0)))

    def passed_over(self, asked: str, at: datetime, published: datetime) -> None:
        """Note when an article was published that nobody wanted this time."""
        now = int(at.timestamp())
        page = self._known_page(asked, now)
        if page.state == "seen":
            self._ledger.stage(
                replace(page, last_fetch=now, next_due=page.first_seen, published=int(published.timestamp()))
            )

    def failed(self, asked: str, at: datetime | None = None) -> None:
        """Note that a page could not be fetched, just now or *at* a time; it is fetched again, later each time."""
        now = int(at.timestamp() if at else time.time())
        page = self._known_page(asked, now)
        self._fail(page, now, page.state)

    def leads_to_another(self, asked: str, at: datetime | None = None) -> None:
        """Note that an address redirects to one that this crawl asks for already."""
        now = int(at.timestamp() if at else time.time())
        self._ledger.stage(alias(self._ledger.find(asked), asked, None, now))

    def _mark_gone(self, missed: _Missed) -> None:
        page = missed.page
        assert page.last is not None
        assert page.id is not None
        site = page.id.partition(":")[0]
        event = events.away(
            article_id=page.id,
            site=site,
            url=page.url,
            before=page.last,
            after=missed.seen,
            status=missed.status,
            to_url=missed.to_url,
            run=self._run,
            parser_version=sites.load(site).parser_version,
        )
        self._happened(event)
        self._ledger.stage_away(page.url, missed.seen)
        self._fail(page, int(missed.seen.at.timestamp()), "gone" if missed.status in GONE else "soft_gone")

    def _fail(self, page: KnownPage, now: int, state: PageState) -> None:
        self._ledger.stage(failed(page, now, state, self._schedule))

    def _happened(self, event: Event) -> None:
        if event.event == "moved":
            self._ledger.stage_away(event.url, Sighting(at=event.at, where=event.after))
        self._ledger.stage_event(EventPlace(id=event.id, at=event.at, event=event.event, run=self._run))
        self._emit(event)

    def _known_page(self, url: str, now: int) -> KnownPage:
        return self._ledger.find(url) or KnownPage(url=url, first_seen=now)

    def _scheduled(self, page: KnownPage) -> KnownPage:
        return scheduled(page, self._schedule)
