"""Brings runs into a ledger that does not know them, from their feeds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from newsspider import sites
from newsspider.history.events import Sighting, sighting
from newsspider.history.ledger import EventPlace, Version
from newsspider.history.rows import alias, failed, page_of, scheduled
from newsspider.history.schedule import Schedule

if TYPE_CHECKING:
    from collections.abc import Container, Iterable
    from datetime import datetime

    from newsspider.feeds.reading import FeedRun
    from newsspider.history.ledger import Ledger
    from newsspider.record.events import Event
    from newsspider.record.items import Article

_BATCH = 1000
"""Records between two commits while a ledger is made."""

_NO_EDITS = frozenset(("restored", "moved", "gone", "soft_gone"))
"""Events, beside ``published``, that say nothing of what the article says."""

_NEVER = Schedule.parse("1s:1s")
"""Nothing is fetched by a ledger that is only read."""


def learn(ledger: Ledger, feed: Iterable[FeedRun]) -> None:
    """Bring runs into an empty ledger, which is for reading. FeedError."""
    learner = Learner(ledger, _NEVER)
    for run in feed:
        learner.learn_run(run)


class Learner:
    """Stages in a ledger what runs found, as these staged it when they found it."""

    def __init__(self, ledger: Ledger, schedule: Schedule) -> None:
        self._ledger = ledger
        self._schedule = schedule

    def learn_run(self, run: FeedRun) -> int:
        """Bring the records and events of a run into the ledger; return how many records there are. FeedError."""
        records = 0
        events, edits = [], set()
        for event in run.changes():
            if event.event == "published":  # most of them, and no page is another by one
                self.take_in_event(event, run.run)
                continue
            events.append(event)
            if event.event not in _NO_EDITS:
                edits.add((event.id, event.at))
        for records, article in enumerate(run.articles(), 1):
            self.take_in(article, run.run, edits)
            if records % _BATCH == 0:
                self._ledger.commit()
        for event in events:
            self.take_in_event(event, run.run)
        self._ledger.commit()
        return records

    def take_in(self, article: Article, run: str, edits: Container[tuple[str, datetime]] = ()) -> None:
        """Stage a record of *run*'s feed; *edits* are ids and times of the edits in it.

        What differs from the record of another parser is a version where there was an edit; else a rule was mended.
        """
        if self._ledger.knows(article):
            return
        newest = self._ledger.newest(article.id)
        seen = sighting(article)
        known = self._ledger.find(article.canonical_url)
        page = page_of(article, known)
        address = sites.load(article.site).canonical_url(article.url)
        if address != article.canonical_url:
            self._ledger.stage(alias(self._ledger.find(address), address, article.id, int(seen.at.timestamp())))
        else:
            self._ledger.stage(scheduled(page, self._schedule))
        if newest is None or known is None or (article.id, seen.at) in edits:
            is_version = True
        else:
            is_version = known.parser == page.parser and known.version_hash != page.version_hash
        if is_version:
            self._ledger.stage_version(Version(id=article.id, n=newest.n + 1 if newest else 1, seen=seen, run=run))

    def take_in_event(self, event: Event, run: str) -> None:
        """Stage an event that *run* found."""
        self._ledger.stage_event(EventPlace(id=event.id, at=event.at, event=event.event, run=run))
        page = self._ledger.find(event.url)
        if page is None:
            return
        seen, now = Sighting(at=event.at, where=event.after), int(event.at.timestamp())
        match event.event:
            case "gone" | "soft_gone" as state:
                self._ledger.stage_away(page.url, seen)
                self._ledger.stage(failed(page, now, state, self._schedule))
            case "restored":
                back = replace(page, state="article", id=event.id, last_fetch=now, failures=0, last=seen)
                self._ledger.stage(scheduled(back, self._schedule))
            case "moved":
                self._ledger.stage_away(page.url, seen)
                target = event.to_url and self._ledger.find(event.to_url)
                self._ledger.stage(alias(page, page.url, target.id if target else None, now))
