"""SIGTERM ends a command like Ctrl-C: in order, with an exit code that asks to run it again."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from types import FrameType

INTERRUPTED = 75
"""Exit code of an interrupted command: a temporary failure, ``EX_TEMPFAIL`` of BSD's sysexits.h."""


def interrupt_on_sigterm() -> None:
    """Let SIGTERM raise KeyboardInterrupt from now on, as SIGINT does."""
    signal.signal(signal.SIGTERM, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
