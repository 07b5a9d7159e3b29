"""The common part of engines on other machines: one task that every worker can load, and the errors of workers."""

from __future__ import annotations

import hashlib
import pickle
import socket
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from newsspider.engines.process import Contained
from newsspider.errors import NewsspiderError
from newsspider.extraction.program import program_sha256

if TYPE_CHECKING:
    from collections.abc import Mapping


_SECONDS = 10


class EngineError(NewsspiderError):
    """An engine cannot be used, or does not go on."""

    exit_code = 3

    def __init__(self, engine: str, problem: str, advice: str = "") -> None:
        kept = advice or "what is finished is kept: run the same command again"
        super().__init__(f"--engine {engine}: {problem}; {kept}")


class OtherProgramError(NewsspiderError):
    """A worker runs other lines of newsspider than the command: their records would not be one extraction's."""

    def __init__(self, where: str) -> None:
        super().__init__(f"{where} has another version of newsspider; install the same there, line by line")

    def __reduce__(self) -> tuple[Any, ...]:
        return NewsspiderError, self.args


def meet(address: str) -> None:
    """See that somebody listens at ``host:port``; an engine's own client would try for long. OSError, ValueError."""
    host, _, port = address.rpartition(":")
    socket.create_connection((host.strip("[]"), int(port)), timeout=_SECONDS).close()


def program() -> str:
    """Return the SHA-256 of all lines of the program."""
    return program_sha256()


def check_programs(engine: str, programs: Mapping[Any, str]) -> None:
    """OtherProgramError for the first worker whose program is not this one."""
    for worker, found in programs.items():
        if found != program():
            raise OtherProgramError(f"--engine {engine}: worker {worker}")


def call(wanted: str, function: bytes, unit: bytes) -> Any:
    """Call a pickled function with a pickled unit in a process of its own; OtherProgramError, ProcessError."""
    if program() != wanted:
        raise OtherProgramError("a worker")
    return _contained(hashlib.sha256(function).hexdigest(), function)(pickle.loads(unit))


@lru_cache(maxsize=2)
def _contained(_: str, function: bytes) -> Contained:
    return Contained(function)
