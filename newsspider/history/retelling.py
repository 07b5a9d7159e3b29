"""The history of an article out of any collection: with its own ledger, or with one made of its feed while it is read.

A package has no ledger, and neither has a collection whose pages all lie in other archives.
"""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from newsspider.collection.following import pages_of
from newsspider.collection.scratch import scratch_directory
from newsspider.feeds.reading import runs
from newsspider.history.chronicle import chronicle
from newsspider.history.ledger import Ledger
from newsspider.history.observer import Observer
from newsspider.history.schedule import Schedule
from newsspider.record.runcounts import RunCounts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newsspider.collection.collection import Collection
    from newsspider.feeds.reading import FeedRun
    from newsspider.history.chronicle import Chronicle, Name
    from newsspider.record.events import Event

_BATCH = 1000
"""Records between two commits while a ledger is made."""

_NEVER = Schedule.parse("1s:1s")
"""Nothing is fetched by a ledger that is only read."""


def history_of(collection: Collection, name: Name, named: str) -> Chronicle:
    """Put together the history of an article that somebody calls *named*.

    ArticleNotKnownError; FeedError where the feed of a collection without a ledger cannot be read.
    """
    problems: list[str] = []
    with ledger_of(collection) as ledger, pages_of(collection, problems.append) as pages:
        story = chronicle(collection, ledger, name, named, pages=pages)
    story.problems[:0] = dict.fromkeys(problems)
    return story


@contextmanager
def ledger_of(collection: Collection) -> Iterator[Ledger]:
    """Yield the collection's ledger, or one made of all its runs. FeedError, StateVersionError, StateDamagedError."""
    if collection.archive_dir.is_dir() and collection.state_path.exists():
        with closing(Ledger.reading(collection.state_path)) as ledger:
            yield ledger
        return
    with scratch_directory() as scratch, closing(Ledger(scratch / "state.sqlite3")) as ledger:
        learn(ledger, collection, runs(collection.path))
        yield ledger


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
