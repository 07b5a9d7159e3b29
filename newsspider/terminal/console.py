"""The only place that prints for people: text of strangers is made harmless before it reaches a terminal.

Data that a command is asked for, as by ``scrapy export``, is written as it is.
"""

from __future__ import annotations

import os
import re
import sys
from typing import Any

from newsspider.terminal.called import as_called
from newsspider.text.escaping import as_json, printable, printable_lines

_CLEAR = "\r\x1b[K"
_COLOUR = re.compile("(\x1b\\[[0-9]{1,2}m)")


def say(text: object = "", *, colours: bool = False, flush: bool = False) -> None:
    """Print a line to standard output; with *colours*, those that are in it are ours and stay."""
    line = _coloured(str(text)) if colours else printable(str(text))
    _print(line, flush=flush)


def say_lines(text: str) -> None:
    """Print several lines, as they are put together by us, to standard output."""
    _print(printable_lines(text))


def say_json(value: Any, *, indent: int | None = None, flush: bool = False) -> None:
    """Print a value as JSON; *indent* in spaces, or on one line."""
    _print(as_json(value, indent=indent), flush=flush)


def _print(text: str, *, flush: bool = False) -> None:
    try:
        print(text, flush=flush)
    except BrokenPipeError:
        _print_no_more()
    except UnicodeEncodeError:  # a locale of few characters: what it lacks is escaped, as on standard error
        encoding = sys.stdout.encoding
        _print(text.encode(encoding, "backslashreplace").decode(encoding), flush=flush)


def write(data: bytes) -> None:
    """Write data that was asked for to standard output, as it is."""
    try:
        sys.stdout.buffer.write(data)
    except BrokenPipeError:
        _print_no_more()


def finish() -> None:
    """Write what is still held back, at the end of a command."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _print_no_more()


def _print_no_more() -> None:
    """Print nothing more: the reader has seen enough, as ``head`` has. The exit code still says how it all ended."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def complain(text: object = "") -> None:
    """Print a line to standard error; commands that it names are named as they are called here."""
    sys.stderr.write(f"{printable(as_called(str(text)))}\n")  # at once, as other processes may write there, too


def watched() -> bool:
    """Tell whether somebody sees what is drawn."""
    return sys.stderr.isatty()


def redraw(text: str = "") -> None:
    """Put *text* in place of the last line at the terminal, which stays open."""
    sys.stderr.write(_CLEAR + printable(text))
    sys.stderr.flush()


def _coloured(text: str) -> str:
    return "".join(part if _COLOUR.fullmatch(part) else printable(part) for part in _COLOUR.split(text))
