"""A function of units that kills its process at some of them, as a page may that wants more memory than there is."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Fatal:
    """Squares a number. *deadly* ones kill the process, negative ones raise."""

    deadly: tuple[int, ...]
    seen: Path
    """A file that gets a line for each try."""

    def __call__(self, number: int) -> int:
        with self.seen.open("a", encoding="ascii") as seen:
            seen.write(f"{number}\n")
        if number in self.deadly:
            os.kill(os.getpid(), signal.SIGKILL)
        if number < 0:
            raise ValueError(number)
        return number * number


class FatalToLoad:
    """Doubles a number, in a process that lived through unpickling it: so many end there, by SIGKILL."""

    def __init__(self, ends: int, seen: Path) -> None:
        self._ends, self._seen = ends, seen

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        with self._seen.open("a") as file:
            file.write("x")
        if self._seen.stat().st_size <= self._ends:
            os.kill(os.getpid(), signal.SIGKILL)

    def __call__(self, number: int) -> int:
        return 2 * number
