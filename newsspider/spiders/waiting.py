"""Requests that wait until the others are done, so that only what is still needed is fetched."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")


class Waiting(Generic[T]):
    """Things in the order of their rank, the lowest first, and of equal rank as they came.

    >>> waiting = Waiting[str]()
    >>> waiting.add("a list", 4), waiting.add("an article", 0), waiting.add("another", 0)
    (None, None, None)
    >>> list(waiting.take(5)), list(waiting.take(5)), list(waiting.take(5))
    (['an article', 'another'], ['a list'], [])
    """

    def __init__(self) -> None:
        self._waiting: list[tuple[int, int, T]] = []
        self._came = 0

    def add(self, thing: T, rank: int) -> None:
        heappush(self._waiting, (rank, self._came, thing))
        self._came += 1

    def take(self, most: int) -> Iterator[T]:
        """Yield, and let go of, at most so many of the lowest rank that there is."""
        rank = self._waiting[0][0] if self._waiting else 0
        while self._waiting and self._waiting[0][0] == rank and most > 0:
            most -= 1
            yield heappop(self._waiting)[2]

    def let_go(self) -> list[T]:
        """Return all that waits, which then waits no more."""
        left = [thing for _, _, thing in self._waiting]
        self._waiting.clear()
        return left
