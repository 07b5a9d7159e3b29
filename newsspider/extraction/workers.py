"""The processes of an extraction, seen from the one that started them.

Not multiprocessing: its processes would import the command's main module, Scrapy and all, and stay for ever when they
are orphaned.
"""

from __future__ import annotations

import json
import os
import pickle
import selectors
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Self

import newsspider
from newsspider.errors import NewsspiderError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import IO

    from newsspider.extraction.unit import Job


class WorkerEndedError(NewsspiderError):
    """A process ended before its work did."""

    exit_code = 3

    def __init__(self, unit: int, returncode: int):
        how = f"killed by signal {-returncode}" if returncode < 0 else f"exit code {returncode}"
        super().__init__(
            f"a process ended in the midst of unit {unit} ({how}; signal 9 is often want of memory: try fewer --jobs). "
            "What is finished is kept: run the same command again"
        )


class ExtractionReadError(NewsspiderError):
    """The store that archives are read from does not give them any more."""

    exit_code = 3

    def __init__(self, problem: str):
        super().__init__(f"{problem}. What is finished is kept: run the same command again")


class ExtractionWriteError(NewsspiderError):
    """Records could not be written."""

    exit_code = 4

    def __init__(self, directory: Path, problem: object):
        super().__init__(
            f"{directory}: cannot be written: {problem}. What is finished is kept: see that the disk has room and the "
            "directory can be written, and run the same command again"
        )


class Workers:
    """Processes that extract units; a context manager. Leaving it ends them at once."""

    def __init__(self, job: Job, count: int):
        self._job = job
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(_import_path())}
        self._processes = [
            subprocess.Popen(
                [sys.executable, "-m", "newsspider.extraction.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=environment,
            )
            for _ in range(count)
        ]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            process.kill()
        for process in self._processes:
            process.communicate()

    def extract(self, units: Iterable[tuple[int, str]]) -> Iterator[int]:
        """Have units extracted, each with the key it is stored under; yield their numbers as they are done."""
        waiting = iter(units)
        at_work: dict[IO[bytes], tuple[subprocess.Popen[bytes], int]] = {}
        with selectors.DefaultSelector() as selector:
            for process in self._processes:
                assert process.stdout is not None
                self._ask(process, pickle.dumps(self._job))
                if (unit := self._next(process, waiting)) is not None:
                    selector.register(process.stdout, selectors.EVENT_READ)
                    at_work[process.stdout] = process, unit
            while at_work:
                for key, _ in selector.select():
                    answers: IO[bytes] = key.fileobj  # type: ignore[assignment]
                    process, unit = at_work.pop(answers)
                    self._take_answer(process, unit)
                    yield unit
                    if (following := self._next(process, waiting)) is None:
                        selector.unregister(answers)
                    else:
                        at_work[answers] = process, following

    def _next(self, process: subprocess.Popen[bytes], waiting: Iterator[tuple[int, str]]) -> int | None:
        """Give a process its next unit."""
        unit, key = next(waiting, (None, None))
        if unit is not None:
            self._ask(process, f"{unit} {key}\n".encode())
        return unit

    def _ask(self, process: subprocess.Popen[bytes], question: bytes) -> None:
        assert process.stdin is not None
        try:
            process.stdin.write(question)
            process.stdin.flush()
        except BrokenPipeError:
            pass  # it ended; reading its answer tells how

    def _take_answer(self, process: subprocess.Popen[bytes], unit: int) -> None:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise WorkerEndedError(unit, process.wait())
        answer = json.loads(line)
        if answer["unread"]:
            raise ExtractionReadError(answer["unread"])
        if answer["problem"]:
            raise ExtractionWriteError(self._job.directory, answer["problem"])


def _import_path() -> list[str]:
    """Return where a process finds the project, also when it is not installed."""
    here = str(Path(newsspider.__file__).parent.parent)
    return [here, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
