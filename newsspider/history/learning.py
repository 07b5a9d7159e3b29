"""Brings runs into a ledger that does not know them, from their feeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsspider.history.observer import Observer
from newsspider.history.schedule import Schedule
from newsspider.record.runcounts import RunCounts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsspider.collection.collection import Collection
    from newsspider.feeds.reading import FeedRun
    from newsspider.history.ledger import Ledger
    from newsspider.record.events import Event

_BATCH = 1000
"""Records between two commits while a ledger is made."""

_NEVER = Schedule.parse("1s:1s")
"""Nothing is fetched by a ledger that is only read."""


def learn(ledger: Ledger, collection: Collection, feed: Iterable[FeedRun]) -> None:
    """Bring runs of a collection into an empty ledger, which is for reading. FeedError."""
    observer = Observer(
        ledger, collection, _NEVER, run="", emit=_keep_nothing, counts=RunCounts(), limit=0, full=False
    )
    for run in feed:
        learn_run(run, ledger, observer)


def learn_run(run: FeedRun, ledger: Ledger, observer: Observer) -> int:
    """Bring the records and events of a run into the ledger; return how many records there are. FeedError."""
    records = 0
    for records, article in enumerate(run.articles(), 1):
        observer.take_in(article, run.run)
        if records % _BATCH == 0:
            ledger.commit()
    for event in run.changes():
        observer.take_in_event(event, run.run)
    ledger.commit()
    return records


def _keep_nothing(event: Event) -> None:
    """Take an event that is in the feed already."""
