"""Reads the events of articles out of the feeds of runs; no page is read."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from newsspider.feeds.reading import FeedError, checked
from newsspider.history.events import in_order
from newsspider.record.events import Event
from newsspider.record.records import from_record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from newsspider.collection.collection import Collection

_MAX_LINE = 1 << 26


def events_in(directory: Path, article_id: str | None = None) -> Iterator[Event]:
    """Yield the events in the parts of a run, those of one article or all. FeedError."""
    marker = b"" if article_id is None else article_id.encode()
    for part in sorted(directory.glob("changes-*.jsonl")):
        try:
            with part.open("rb") as file:
                for number, line in enumerate(iter(lambda: file.readline(_MAX_LINE), b""), start=1):
                    if marker in line:  # to read every line of a run takes a hundred times as long
                        event = from_record(checked(line, "change", f"{part}, line {number}"), Event)
                        if article_id in (None, event.id):
                            yield event
        except OSError as error:
            raise FeedError(part, f"cannot be read: {error.strerror or error}") from error


def events_since(collection: Collection, since: datetime, problems: list[str]) -> Iterator[Event]:
    """Yield what happened to any article from a moment on, in UTC, as of its later capture, oldest first.

    Runs whose parts cannot be read are added to *problems*; the others are yielded.
    """
    runs = sorted(path for path in collection.items_dir.glob("*") if path.is_dir())
    start = f"{since.year:04}{since:%m%dT%H%M%S}"  # %Y writes the year 999 with three digits
    for run, following in zip_longest(runs, runs[1:]):
        # One run at a time writes into a collection, and a run is named by its start.
        if following is None or following.name >= start:
            try:
                yield from (event for event in in_order(events_in(run)) if event.at >= since)
            except FeedError as error:
                problems.append(str(error))
