"""A process that calls one function with one unit after another: ``python -m newsspider.engines.process``.

It takes the function and then the units by pickles on standard input, from the process that started it, and answers
with pickles. It ends when its input does, in the midst of a unit: so it outlives nobody. What kills it is a unit's own
fault as a rule: the unit is tried again, and then given up, and the process that asked lives on.

Not multiprocessing: its processes would import the command's main module, Scrapy and all, and stay for ever when they
are orphaned.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import threading
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any

import newsspider
from newsspider.collection.work import Lost
from newsspider.errors import NewsspiderError
from newsspider.parsing.garbage import look_seldom
from newsspider.parsing.withoutscrapy import do_without_scrapy

ATTEMPTS = 3
"""Processes that one unit may end."""
_SECONDS = 10
"""For a process that waits for a unit to end by itself."""


class ProcessError(NewsspiderError):
    """No process can be started for the work."""

    exit_code = 3

    def __init__(self, how: str) -> None:
        super().__init__(f"a process for the work ended before it began ({how}); what it said is above")


class Contained:
    """A function, called by a process of each thread's own. Its pickle is *function*."""

    def __init__(self, function: bytes) -> None:
        self._function = function
        self._own = threading.local()
        self._all: list[Process] = []
        self._closed = False

    def __call__(self, unit: Any) -> Any:
        """Return what the function returns; Lost where each process ended. ProcessError when none can be started."""
        ended, began = "", False
        for _ in range(ATTEMPTS):
            process = getattr(self._own, "process", None)
            if process is None:
                process = self._own.process = Process(self._function)
                self._all.append(process)
                if self._closed:
                    process.end()
            try:
                return process.answer(unit)
            except EOFError:
                ended = process.end()
                self._own.process = None
                if process.began:
                    began = True
                elif self._closed or not process.killed:  # it would end so again
                    raise ProcessError(ended) from None
        if not began:
            raise ProcessError(ended)
        return Lost(f"the process that read it ended {ATTEMPTS} times, the last time {ended}")

    def close(self) -> None:
        """End all processes; at once those that have a unit, and what waits for its answer gets none."""
        self._closed = True
        for process in self._all:
            process.let_go()
        for process in self._all:
            process.end()


class Process:
    """A process, seen from the one that started it. *function* is a pickle."""

    def __init__(self, function: bytes) -> None:
        path = [str(Path(newsspider.__file__).parent.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
        self._popen = subprocess.Popen(
            [sys.executable, "-m", "newsspider.engines.process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path)},
        )
        assert self._popen.stdin is not None
        assert self._popen.stdout is not None
        self._questions, self._answers = self._popen.stdin, self._popen.stdout
        self._function: bytes | None = function
        self.began = False
        """Whether it has the function."""
        self.killed = False
        """Whether a signal ended it."""
        self._idle = True

    def answer(self, unit: Any) -> Any:
        """Return the function's result, or Lost with what it raised; EOFError where the process ended."""
        try:
            if self._function is not None:
                self._questions.write(self._function)
                self._questions.flush()
                self._function = pickle.load(self._answers)
                self.began = True
            self._idle = False
            pickle.dump(unit, self._questions)
            self._questions.flush()
            answer = pickle.load(self._answers)
            self._idle = True
            return answer
        except (EOFError, OSError, ValueError, pickle.UnpicklingError) as error:  # ValueError: close() closed it
            self._idle = True  # it is no more, or will not be in a moment
            raise EOFError from error

    def let_go(self) -> None:
        """Have it end by itself, and take its temporary files away, if it waits for a unit."""
        if self._idle:
            with contextlib.suppress(OSError):
                self._questions.close()

    def end(self) -> str:
        """See that it is gone; return how it had ended, if it had."""
        self.let_go()  # it may have had a unit when all were let go
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._popen.wait(_SECONDS if self._idle else 0.1)  # its pipe closes before it is gone
        code = self._popen.poll()
        self.killed = code is not None and code < 0
        self._popen.kill()
        self._popen.wait()
        for pipe in (self._questions, self._answers):
            with contextlib.suppress(OSError):
                pipe.close()
        return f"killed by signal {-code}" if code is not None and code < 0 else f"exit code {code}"


# -- within the process ------------------------------------------------------------------------------------------------


_END = object()
"""In place of a unit, that there are no more."""


def main() -> None:
    do_without_scrapy()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes of a terminal; the first one decides
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no answer
    try:
        function = pickle.load(sys.stdin.buffer)
    except EOFError:
        return
    look_seldom()
    asked: SimpleQueue[Any] = SimpleQueue()
    working = threading.Event()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, asked, working), daemon=True).start()
    _give(pickle.dumps(None), answers)
    while (unit := asked.get()) is not _END:
        try:
            answer = pickle.dumps(function(unit))
        except Exception as error:  # a fault of ours, and no reason to lose the other units
            answer = pickle.dumps(Lost(f"{type(error).__name__}: {error}"))
        working.clear()
        try:
            _give(answer, answers)
        except BrokenPipeError:  # who asked is gone
            return


def _give(answer: bytes, answers: IO[bytes]) -> None:
    answers.write(answer)
    answers.flush()


def _listen(questions: IO[bytes], asked: SimpleQueue[Any], working: threading.Event) -> None:
    while True:
        try:
            unit = pickle.load(questions)
        except (EOFError, OSError):
            if working.is_set():
                os._exit(0)
            asked.put(_END)
            return
        working.set()
        asked.put(unit)


if __name__ == "__main__":
    main()
