"""The history of an article out of any collection: with its own ledger, or with one made of its feed while it is read.

A package has no ledger, and neither has a collection whose pages all lie in other archives.
"""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from newsspider.collection.following import pages_of
from newsspider.collection.scratch import scratch_directory
from newsspider.history.chronicle import chronicle
from newsspider.history.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsspider.collection.collection import Collection
    from newsspider.history.chronicle import Chronicle, Name


def history_of(collection: Collection, name: Name, named: str) -> Chronicle:
    """Put together the history of an article that somebody calls *named*.

    ArticleNotKnownError; FeedError where the feed of a collection without a ledger cannot be read.
    """
    problems: list[str] = []
    with ledger_of(collection) as ledger, pages_of(collection, problems.append) as pages:
        story = chronicle(collection, ledger, name, named, pages=pages, read=False)
    story.problems[:0] = dict.fromkeys(problems)
    return story


@contextmanager
def ledger_of(collection: Collection) -> Iterator[Ledger]:
    """Yield the collection's ledger, or one made of all its runs. FeedError, StateVersionError, StateDamagedError."""
    if collection.archive_dir.is_dir() and collection.state_path.exists():
        with closing(Ledger.reading(collection.state_path)) as ledger:
            yield ledger
        return
    from newsspider.feeds.reading import runs
    from newsspider.history.learning import learn

    with scratch_directory() as scratch, closing(Ledger(scratch / "state.sqlite3")) as ledger:
        learn(ledger, runs(collection.path))
        yield ledger
