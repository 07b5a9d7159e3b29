"""One load: every part that the target has not, record by record, with what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from newsspider.feeds.reading import MAX_LINE, FeedError, SchemaTooNewError, checked
from newsspider.loading.relational import Counts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from newsspider.loading.rejects import Rejects
    from newsspider.loading.source import Part

_BATCH = 250
"""Records in a transaction."""


class Target(Protocol):
    """A system that parts are loaded into."""

    def has(self, part: Part) -> bool:
        """Tell whether all of *part* is there already."""

    def load(self, part: Part, records: Sequence[dict[str, Any]], *, last: bool) -> Counts:
        """Store *records*, all or none of them, so that they outlive a crash."""

    def close(self) -> None: ...


@dataclass(slots=True)
class Loaded:
    """What a load came to."""

    parts: int = 0
    skipped: int = 0
    """Parts that the target had already."""
    counts: Counts = field(default_factory=Counts)


def load(parts: Sequence[Part], target: Target, rejects: Rejects, advance: Callable[[int], None]) -> Loaded:
    """Load *parts* in their order; *advance* takes the bytes that are done. FeedError, and what the target raises.

    A record that fits no schema goes to *rejects*; a part that is not what its manifest says ends the load before any
    of its records. What was loaded until then stays, and the next load goes on there.
    """
    loaded = Loaded()
    for part in parts:
        if target.has(part):
            loaded.skipped += 1
        else:
            part.prove()
            for records, last in _batches(_records(part, rejects)):
                loaded.counts.add(target.load(part, records, last=last))
            loaded.parts += 1
        advance(part.size)
    return loaded


def _records(part: Part, rejects: Rejects) -> Iterator[dict[str, Any]]:
    try:
        with part.path.open("rb") as file:
            for number, line in enumerate(iter(lambda: file.readline(MAX_LINE), b""), start=1):
                place = f"{part.path}, line {number}"
                try:
                    if not line.endswith(b"\n"):
                        raise FeedError(place, "the line has no end, so the record is not whole")
                    if rb"\u0000" in line:
                        raise FeedError(place, "there is a NUL character in it, which no database takes")
                    yield checked(line, part.kind, place)
                except SchemaTooNewError:
                    raise
                except FeedError as error:
                    rejects.add(place, error.problem, line)
    except OSError as error:
        raise FeedError(part.path, f"cannot be read: {error.strerror or error}") from error


def _batches(records: Iterator[dict[str, Any]]) -> Iterator[tuple[list[dict[str, Any]], bool]]:
    """Yield batches, and whether each is the last; at least one, which may be empty."""
    batch: list[dict[str, Any]] = []
    for record in records:
        if len(batch) == _BATCH:
            yield batch, False
            batch = []
        batch.append(record)
    yield batch, True
