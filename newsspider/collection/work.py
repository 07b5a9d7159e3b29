"""Work in units that know nothing of each other: whoever has units gives a function to whoever has processes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

U = TypeVar("U")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Lost:
    """The result of a unit that ended its process each time that it was tried."""

    why: str


class Runner(Protocol):
    """Calls a function with each unit, somewhere, at least once; yields the units with what it returned, as they end.

    Function, units and results are pickled. The function returns what was wrong with a unit; it raises nothing that a
    person could mend.
    """

    def __call__(self, function: Callable[[U], R], units: Iterable[U]) -> Iterator[tuple[U, R | Lost]]: ...


def in_order(run: Runner, function: Callable[[U], R], units: Iterable[U]) -> Iterator[tuple[U, R | Lost]]:
    """Run all units, and yield them in the order in which they were given."""
    numbers: dict[int, int] = {}

    def numbered() -> Iterator[U]:
        for number, unit in enumerate(units):
            numbers[id(unit)] = number
            yield unit

    ended: dict[int, tuple[U, R | Lost]] = {}
    following = 0
    for unit, result in run(function, numbered()):
        ended[numbers.pop(id(unit))] = unit, result
        while following in ended:
            yield ended.pop(following)
            following += 1


def here(function: Callable[[U], R], units: Iterable[U]) -> Iterator[tuple[U, R | Lost]]:
    """Call the function in this process, one unit after another."""
    return ((unit, function(unit)) for unit in units)
