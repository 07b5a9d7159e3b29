"""The processes of this machine."""

from __future__ import annotations

import pickle
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any

from newsspider.engines.process import Contained

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from newsspider.collection.work import Lost, R, U


class Local:
    """So many processes, started as there is work for them."""

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs

    def __call__(self, function: Callable[[U], R], units: Iterable[U]) -> Iterator[tuple[U, R | Lost]]:
        contained = Contained(pickle.dumps(function))
        waiting = iter(units)
        under_way: dict[Future[Any], U] = {}
        with ThreadPoolExecutor(self._jobs) as threads:
            try:
                for unit in waiting:
                    under_way[threads.submit(contained, unit)] = unit
                    if len(under_way) > self._jobs:
                        yield from _ended(under_way)
                while under_way:
                    yield from _ended(under_way)
            finally:
                contained.close()


def _ended(under_way: dict[Future[Any], U]) -> list[tuple[U, Any]]:
    ended, _ = wait(under_way, return_when=FIRST_COMPLETED)
    return [(under_way.pop(each), each.result()) for each in ended]
