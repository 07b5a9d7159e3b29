"""Spark: a standalone master, YARN or Kubernetes; and archives as a data source of Spark's own."""

from __future__ import annotations

import os
import pickle
import socket
import sys
import time
from itertools import islice
from typing import TYPE_CHECKING, Self

from newsspider.engines.elsewhere import EngineError, call, check_programs, meet, program
from newsspider.terminal.extras import ExtraMissingError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from newsspider.collection.work import Lost, R, U

_SECONDS = 60
"""To have a worker: an executor is a JVM that starts."""
_BATCH = 4096
"""Units of one Spark job, so that the driver never holds all of a large archive's."""


class Spark:
    """A session of the cluster whose master is at an address such as ``spark://host:7077``; a context manager."""

    def __init__(self, master: str) -> None:
        try:
            from pyspark.sql import SparkSession
        except ImportError as error:
            raise ExtraMissingError("spark", error) from error
        if master.startswith("spark://"):
            try:
                meet(master.removeprefix("spark://").partition(",")[0])  # Spark itself would try for minutes
            except (OSError, ValueError) as error:
                raise EngineError(master, f"no master answers ({error})", "see that a Spark master is up") from error
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        try:
            builder = SparkSession.builder.master(master).appName("newsspider")
            self._session = builder.config("spark.ui.enabled", "false").getOrCreate()
        except Exception as error:  # what of py4j or the JVM it is, depends on why
            raise EngineError(master, f"Spark does not start ({_first_line(error)})", "it says why above") from error
        try:
            self._meet_workers(master)
        except BaseException:
            self._session.stop()
            raise

    def _meet_workers(self, master: str) -> None:
        context, ends = self._session.sparkContext, time.monotonic() + _SECONDS
        while (executors := context._jsc.sc().getExecutorMemoryStatus().size() - 1) < 1 and "local" not in master:
            if time.monotonic() > ends:
                raise EngineError(master, "no worker gives it an executor", "see that workers are up and have room")
            time.sleep(0.2)
        many = 2 * max(1, executors)
        try:
            programs = context.parallelize(range(many), many).map(_program).collect()
        except Exception as error:
            problem = f"a worker cannot load newsspider ({_first_line(error)})"
            raise EngineError(master, problem, "install it where the workers run") from error
        check_programs(master, dict(programs))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.stop()

    def __call__(self, function: Callable[[U], R], units: Iterable[U]) -> Iterator[tuple[U, R | Lost]]:
        context = self._session.sparkContext
        payload = context.broadcast(pickle.dumps(function))
        wanted, waiting = program(), iter(units)
        while batch := list(islice(waiting, _BATCH)):
            tasks = context.parallelize([pickle.dumps(unit) for unit in batch], len(batch))
            try:
                results = tasks.map(lambda unit: call(wanted, payload.value, unit)).collect()
            except Exception as error:
                raise EngineError("spark", f"the work was broken off ({_first_line(error)})") from error
            yield from zip(batch, results, strict=True)


def _program(_: int) -> tuple[str, str]:
    return socket.gethostname(), program()


def _first_line(error: Exception) -> str:
    return ([line.strip() for line in str(error).splitlines() if "Error" in line] or [type(error).__name__])[-1][:300]


def __getattr__(name: str) -> object:
    """Load Spark's part of it only for whoever names it."""
    if name != "NewsspiderSource":
        raise AttributeError(name)
    from newsspider.engines.source import NewsspiderSource

    return NewsspiderSource
