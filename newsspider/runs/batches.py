"""Writes the results of a run in batches: records and events in parts, then the ledger's rows for them.

The order holds whenever the power goes. First the captures are durable, then the events that cite them, then the
records, last the ledger: a page that it calls done has its record in a part, and what it does not know yet the next run
takes in from the parts, or fetches again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsspider.feeds.parts import PartWriter
from newsspider.record.items import to_json_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from newsspider.feeds.parts import FeedPart
    from newsspider.history.ledger import Ledger
    from newsspider.record.events import Event
    from newsspider.record.sitefacts import SiteFacts

STEMS = ("part", "site-facts", "changes")
"""How the names of parts begin."""


class Batches:
    """Writes into *directory*; a batch is *size* records, or as many pages that are worth none.

    *sync* makes durable what records and events cite. *adopted* are parts that are in the directory already, by stem;
    *ledger* is None where nothing is to be remembered. OSError when something cannot be written: what was published
    before is complete, and what was not is not called done.
    """

    def __init__(
        self,
        directory: Path,
        *,
        size: int,
        sync: Callable[[], None],
        ledger: Ledger | None,
        adopted: Mapping[str, list[FeedPart]],
    ) -> None:
        def writer(stem: str, batch: int | None) -> PartWriter:
            parts = adopted.get(stem, [])
            return PartWriter(directory, stem=stem, batch=batch, before_publish=sync, parts=parts)

        self.articles = writer("part", None)
        self.facts = writer("site-facts", 1)  # they change once in years
        self.changes = writer("changes", None)
        self._size = size
        self._sync = sync
        self._ledger = ledger
        self._broken = False

    def write_article(self, line: bytes) -> None:
        self.articles.write(line)

    def write_facts(self, facts: SiteFacts) -> None:
        self.facts.write(to_json_line(facts))

    def write_event(self, event: Event) -> None:
        self.changes.write(to_json_line(event))

    def publish_if_full(self) -> None:
        """To be called when what was written is staged in the ledger, too."""
        staged = self._ledger.staged if self._ledger else 0
        if max(self.articles.waiting, self.changes.waiting, staged) >= self._size:
            self.publish()

    def publish(self) -> None:
        """Make a batch of what was written and staged so far."""
        if self._broken:  # a part was lost, and what is staged may be about it
            return
        try:
            self.changes.publish()
            self.articles.publish()
        except BaseException:
            self._broken = True
            raise
        if self._ledger is not None and self._ledger.staged:
            self._sync()
            self._ledger.commit()

    def discard(self) -> None:
        """Remove what could not be published: the pages are archived, or were not stored either."""
        for each in (self.articles, self.facts, self.changes):
            each.discard()
