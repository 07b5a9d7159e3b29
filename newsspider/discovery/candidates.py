"""Addresses that may be articles, waiting for their turn: those that a document names first, then guesses.

Of what only looks like an article a few of each shape are tried. So a site that answers every address, or links to a
thousand polls, costs a few pages, and is no site of articles. What is taken depends on what was added, and not on the
order in which it was.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Generic, TypeVar

from newsspider.discovery.shapes import Likeness, shape

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsspider.discovery.shapes import Experience

T = TypeVar("T")

MAX_SHAPES = 50
"""Shapes that are tried in a run."""
MAX_WAITING = 50_000
"""Addresses that wait in a run; what comes after them is left to the next."""
_TRIES: dict[Likeness, int] = {"sure": 3, "likely": 3, "perhaps": 1}
"""Pages of a shape that are asked for before it is known what they are."""
_ORDER: tuple[Likeness, ...] = ("named", "sure", "likely", "perhaps")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate(Generic[T]):
    """An address, with what led to it."""

    url: str
    likeness: Likeness
    lead: T
    place: tuple[int, str, int]
    """By which of several leads to an address one counts, and of alike addresses one comes first: the least."""

    @property
    def order(self) -> tuple[int, tuple[int, str, int]]:
        return _ORDER.index(self.likeness), self.place


class Candidates(Generic[T]):
    """Candidates of one site, by what pages turn out to be there."""

    def __init__(self, experience: Experience) -> None:
        self._experience = experience
        self._waiting: dict[str, Candidate[T]] = {}
        self._tried: Counter[str] = Counter()

    def add(self, candidate: Candidate[T]) -> bool:
        """Let a candidate wait, and tell whether it may: not where as many do as a run has room for."""
        known = self._waiting.get(candidate.url)
        if known is None and len(self._waiting) >= MAX_WAITING:
            return False
        if known is None or candidate.order < known.order:
            self._waiting[candidate.url] = candidate
        return True

    def named(self, most: int) -> list[Candidate[T]]:
        """Return, and let go of, those that are named, and those whose like were articles."""
        return self._take(
            most, lambda each: each.likeness == "named" or bool(self._experience.evidence(each.url))
        )

    def guesses(self, most: int) -> list[Candidate[T]]:
        """Return, and let go of, what is to be tried next: to be called when the end of the last is known.

        >>> from newsspider.discovery.shapes import Experience
        >>> experience = Experience()
        >>> candidates = Candidates[str](experience)
        >>> for number in range(10, 20):
        ...     url = f"https://news.example/poll-of-the-day-{number}"
        ...     _ = candidates.add(Candidate(url=url, likeness="likely", lead="/", place=(0, "/", number)))
        >>> len(candidates.named(100)), len(candidates.guesses(100)), len(candidates.guesses(100))
        (0, 3, 0)
        >>> experience.add("https://news.example/poll-of-the-day-10", is_article=True)
        >>> len(candidates.named(100)), len(candidates.guesses(100))
        (7, 0)
        """
        for candidate in list(self._waiting.values()):
            if self._experience.evidence(candidate.url) is False:
                del self._waiting[candidate.url]
        return self._take(most, lambda each: self._may_try(shape(each.url), each.likeness))

    def _take(self, most: int, wanted: Callable[[Candidate[T]], bool]) -> list[Candidate[T]]:
        taken: list[Candidate[T]] = []
        for candidate in sorted(self._waiting.values(), key=attrgetter("order")):
            if len(taken) >= most:
                break
            if wanted(candidate):
                taken.append(candidate)
                del self._waiting[candidate.url]
        return taken

    def _may_try(self, of_shape: str, how: Likeness) -> bool:
        if of_shape not in self._tried and len(self._tried) >= MAX_SHAPES:
            return False
        if self._tried[of_shape] >= _TRIES.get(how, 0):
            return False
        self._tried[of_shape] += 1
        return True
