"""One load: every part that the target lacks, record by record, and the numbers of its results."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from newsspider.feeds.loading.versions import LoadCounts
from newsspider.feeds.reading import MAX_LINE, FeedError, SchemaTooNewError, checked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TypeAlias

    from newsspider.feeds.loading.rejects import Rejects
    from newsspider.feeds.loading.source import Part

    Refuse: TypeAlias = Callable[[int, str], None]
    """Takes the place of a record in its batch, and why the target does not want it."""

_BATCH = 250
"""Records in a transaction."""

_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""In JSON; after an even number of backslashes ``u0000`` is text."""

_BATCH_BYTES = 16 << 20
"""A batch of long records ends sooner."""


class Target(Protocol):
    """A system that parts are loaded into."""

    def has(self, part: Part) -> bool:
        """Tell whether all of *part* is there already."""

    def load(self, part: Part, records: Sequence[dict[str, Any]], refuse: Refuse, *, last: bool) -> LoadCounts:
        """Store *records* so that they outlive a crash, and with the *last* ones of a part that it is loaded; a lake
        may wait with both until ``close`` at the latest.

        A record that can never be stored goes to *refuse*, and the others are stored.
        """

    def close(self) -> None: ...


@dataclass(slots=True)
class Loaded:
    """The result of a load."""

    parts: int = 0
    skipped: int = 0
    """Parts that the target had already."""
    counts: LoadCounts = field(default_factory=LoadCounts)


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
            for lines, last in _batches(_lines(part, rejects)):
                rejects.sync()
                refuse = partial(_refuse, rejects, lines)
                loaded.counts.add(target.load(part, [line.record for line in lines], refuse, last=last))
            loaded.parts += 1
        advance(part.size)
    return loaded


@dataclass(frozen=True, slots=True)
class _Line:
    place: str
    text: bytes
    record: dict[str, Any]


def _lines(part: Part, rejects: Rejects) -> Iterator[_Line]:
    try:
        with part.path.open("rb") as file:
            for number, line in enumerate(iter(lambda: file.readline(MAX_LINE), b""), start=1):
                place = f"{part.path}, line {number}"
                try:
                    yield _Line(place, line, _record(line, part.kind, place))
                except SchemaTooNewError:
                    raise
                except FeedError as error:
                    rejects.add(place, error.problem, line)
    except OSError as error:
        raise FeedError(part.path, f"cannot be read: {error.strerror or error}") from error


def _record(line: bytes, kind: str, place: str) -> dict[str, Any]:
    if not line.endswith(b"\n"):
        raise FeedError(place, "the line has no end, so the record is not complete")
    record = checked(line, kind, place)
    if rb"\u0000" in line and _NUL.search(line):  # the first is quick
        raise FeedError(place, "there is a NUL character in it, which no database takes")
    if kind == "article":
        try:
            datetime.fromisoformat(record["fetched_at"]).astimezone(UTC)
        except (ValueError, OverflowError) as error:  # RFC 3339 has leap seconds, a year 0 and, in UTC, a year 10000
            raise FeedError(place, f"fetched_at is no time to sort by: {error}") from error
    return record


def _batches(lines: Iterator[_Line]) -> Iterator[tuple[list[_Line], bool]]:
    """Yield batches, and whether each is the last; at least one, which may be empty."""
    batch: list[_Line] = []
    size = 0
    for line in lines:
        if len(batch) == _BATCH or size > _BATCH_BYTES:
            yield batch, False
            batch, size = [], 0
        batch.append(line)
        size += len(line.text)
    yield batch, True


def _refuse(rejects: Rejects, lines: Sequence[_Line], number: int, reason: str) -> None:
    rejects.add(lines[number].place, reason, lines[number].text)
    rejects.sync()
