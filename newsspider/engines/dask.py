"""Dask: a scheduler and its workers, which are there already (https://distributed.dask.org)."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any, Self

from newsspider.collection.work import Lost
from newsspider.engines.elsewhere import EngineError, call, check_programs, meet, program
from newsspider.errors import NewsspiderError
from newsspider.terminal.extras import ExtraMissingError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from newsspider.collection.work import R, U

_SECONDS = 10
"""To reach a scheduler, and to see a worker there."""
_AHEAD = 2
"""Units that are sent for each thread of a worker."""


class Dask:
    """A client of the scheduler at an address such as ``tcp://scheduler:8786``; a context manager."""

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client
        except ImportError as error:
            raise ExtraMissingError("dask", error) from error
        try:
            meet(address.partition("://")[2])
            self._client = Client(address, timeout=_SECONDS, set_as_default=False)
        except (OSError, ValueError) as error:
            advice = "see that a Dask scheduler runs there, started by: dask scheduler"
            raise EngineError(f"dask:{address}", f"no scheduler answers ({error})", advice) from error
        try:
            self._meet_workers(address)
        except BaseException:
            self._client.close()
            raise

    def _meet_workers(self, address: str) -> None:
        try:
            self._client.wait_for_workers(1, timeout=_SECONDS)
        except TimeoutError as error:
            problem = "the scheduler has no worker"
            raise EngineError(f"dask:{address}", problem, f"start some: dask worker {address}") from error
        try:
            programs = self._client.run(program)
        except ImportError as error:
            problem = f"a worker cannot load newsspider ({error})"
            raise EngineError(f"dask:{address}", problem, "install it where the workers run") from error
        check_programs(f"dask:{address}", programs)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def __call__(self, function: Callable[[U], R], units: Iterable[U]) -> Iterator[tuple[U, R | Lost]]:
        from distributed import as_completed

        # A task of its own, not data that is sent: what a worker held is made again when the worker is gone.
        payload = self._client.submit(bytes, pickle.dumps(function), pure=False)
        under_way: dict[Any, U] = {}
        waiting = iter(units)
        running = as_completed(loop=self._client.loop)
        while True:
            while len(under_way) < _AHEAD * max(1, sum(self._client.nthreads().values())):
                unit = next(waiting, None)
                if unit is None:
                    break
                future = self._client.submit(call, program(), payload, pickle.dumps(unit), pure=False)
                under_way[future] = unit
                running.add(future)
            if not under_way:
                return
            future = next(running)
            yield under_way.pop(future), self._result(future)

    def _result(self, future: Any) -> Any:
        from distributed.scheduler import KilledWorker

        try:
            return future.result()
        except KilledWorker as error:
            return Lost(f"the workers that had it ended, each time ({error.allowed_failures + 1} of them)")
        except NewsspiderError:
            raise
        except Exception as error:
            raise EngineError("dask", f"the work was broken off ({type(error).__name__}: {error})") from error
