"""``--engine``: an address becomes what runs units."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from newsspider.collection.work import here
from newsspider.engines.local import Local
from newsspider.errors import NewsspiderError
from newsspider.text.language import _
from newsspider.text.message import message

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from pathlib import Path

    from newsspider.collection.work import Runner

MAX_JOBS = 1024


_WORTH_A_PROCESS = 4 << 20
"""Bytes of archives and records; a process takes two seconds to start."""


class JobsError(NewsspiderError):
    """A number of processes is none."""

    exit_code = 2

    def __init__(self) -> None:
        super().__init__(message("--jobs takes a number from 1 to %(most)s", most=MAX_JOBS))


class EngineNameError(NewsspiderError):
    """No engine is called that."""

    exit_code = 2

    def __init__(self, text: str) -> None:
        super().__init__(
            message("--engine %(given)s: takes local, dask:tcp://HOST:PORT, spark://HOST:PORT or yarn", given=text)
        )


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def add_jobs(parser: argparse.ArgumentParser) -> None:
    """Add ``--jobs``."""
    parser.add_argument("--jobs", type=int, metavar="N", help=_("processes (default: all cores)"))


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add ``--jobs`` and ``--engine``."""
    add_jobs(parser)
    parser.add_argument(
        "--engine",
        default="local",
        metavar="ENGINE",
        help=_("what runs it: local, dask:tcp://HOST:PORT, spark://HOST:PORT or yarn (default: %(default)s)"),
    )


def jobs_for(asked: int | None, size: int = 0) -> int:
    """Return how many processes there are to be: as many as are worth their start for *size* bytes if nobody asked.

    None at all is this process alone. JobsError for an invalid number.
    """
    if asked is None:
        return min(cores(), size // _WORTH_A_PROCESS)
    if not 1 <= asked <= MAX_JOBS:
        raise JobsError
    return 0 if asked == 1 else asked


def reachable(path: Path, address: str) -> Path:
    """Return *path* as what runs units at *address* finds it: workers elsewhere are in directories of their own."""
    return path if address == "local" else path.absolute()


@contextmanager
def engine(address: str, jobs: int) -> Iterator[Runner]:
    """Give what runs units at *address*; of ``local`` so many processes, or this one alone.

    EngineNameError, ExtraMissingError, EngineError, OtherProgramError.
    """
    kind, __, rest = address.partition(":")
    if address == "local":
        yield Local(jobs) if jobs else here
    elif kind == "dask" and rest:
        from newsspider.engines.dask import Dask

        with Dask(rest) as dask:
            yield dask
    elif (kind == "spark" and rest.startswith("//")) or address == "yarn":
        from newsspider.engines.spark import Spark

        with Spark(address) as spark:
            yield spark
    else:
        raise EngineNameError(address)
