"""The program's name in texts: they say ``scrapy COMMAND``, or ``newsspider COMMAND`` to a user who typed that."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

OTHERWISE = "scrapy"

_called: list[tuple[re.Pattern[str], str]] = []
"""At most one: the commands' names after ``scrapy``, and the program that is named in its place."""


def call(program: str, commands: Iterable[str]) -> None:
    """Name *program* from now on, in this process, wherever a text names one of *commands*."""
    _called[:] = [(re.compile(rf"\b{OTHERWISE}(?= (?:{'|'.join(commands)})\b)"), program)]


def as_called(text: str) -> str:
    """Return *text* with the commands in it as they are called here."""
    for pattern, program in _called:
        return pattern.sub(program, text)
    return text


def program() -> str:
    """Return what the commands are called with here."""
    return _called[0][1] if _called else OTHERWISE


def program_path() -> str:
    """Return how this shell finds that program: by its name, or else by its path."""
    own = Path(sys.executable).with_name(program())
    found = shutil.which(own.name)
    if found is not None and Path(found).resolve() == own.resolve():  # pipx puts a link on the path
        return own.name
    return str(own.relative_to(Path.cwd()) if own.is_relative_to(Path.cwd()) else own)
