"""The events of a run: each kind once, with its number and the first articles."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from newsspider.record.manifest import Example, Happened

if TYPE_CHECKING:
    from newsspider.record.events import Event

_EXAMPLES = 5


class Changed:
    """Collects events, in memory that does not grow with the crawl; the events themselves are in the feed."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._examples: dict[str, list[Example]] = {}

    def add(self, event: Event) -> None:
        self._counts[event.event] += 1
        examples = self._examples.setdefault(event.event, [])
        if len(examples) < _EXAMPLES:
            title = event.changed.get("title")
            examples.append(Example(url=event.url, said=None if title is None else title.after or title.before))

    def as_manifest(self) -> list[Happened]:
        """Return them for the manifest, the most frequent first."""
        return [
            Happened(event=event, count=count, examples=self._examples[event])
            for event, count in self._counts.most_common()
        ]
