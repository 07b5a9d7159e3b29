"""The only place that prints for people: text of strangers is made harmless before it reaches a terminal.

Data that a command is asked for, as by ``scrapy export``, is written as it is.
"""

from __future__ import annotations

import errno
import io
import os
import re
import sys
from typing import TYPE_CHECKING, Any

from newsspider.terminal.called import as_called
from newsspider.text.escaping import as_json, printable, printable_lines
from newsspider.text.language import N_, _
from newsspider.text.system import reason_of

if TYPE_CHECKING:
    from typing import TextIO

NOT_STORED = 4
"""What a command ends with that could not write something, be it what it prints."""

_CLEAR = "\r\x1b[K"
_COLOUR = re.compile("(\x1b\\[[0-9]{1,2}m)")

_lost: list[OSError] = []
"""At most one: why something was not printed that nobody knows of yet."""


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
    except OSError as error:
        print_no_more(error)
    except UnicodeEncodeError:  # a locale of few characters: what it lacks is escaped, as on standard error
        encoding = sys.stdout.encoding
        _print(text.encode(encoding, "backslashreplace").decode(encoding), flush=flush)


def write(data: bytes) -> None:
    """Write data that was asked for to standard output, as it is."""
    try:
        sys.stdout.buffer.write(data)
    except OSError as error:
        print_no_more(error)


def flush() -> None:
    """Write what is still held back."""
    try:
        sys.stdout.flush()
    except OSError as error:
        print_no_more(error)


def finish(name: str, exitcode: int) -> int:
    """Write what is still held back, at the end of the command *name*; return what it ends with.

    What could not be printed is lost, and that is said. Where all else is well, that is also what it ends with.
    """
    flush()
    if not _lost:
        return exitcode
    error = _lost.pop()
    step = N_("Make room, or send it to another place")
    if error.errno == errno.EBADF:
        step = N_("It was closed: send it to a file, or to /dev/null where nobody wants it")
    said = _(
        "standard output cannot be written: %(error)s. The rest of what was to be printed is lost; all else was done. "
        "%(step)s",
        error=reason_of(error), step=_(step),
    )  # fmt: skip
    complain(f"{name}: {said}")
    return exitcode or NOT_STORED


def print_no_more(error: OSError | None = None) -> None:
    """Print nothing more, after an *error* that nobody has reported yet.

    Where the reader has seen enough, as ``head`` has, that is none.
    """
    if error is not None and not isinstance(error, BrokenPipeError):
        _lost[:] = [error]
    _to_nowhere(sys.stdout)


def _to_nowhere(stream: TextIO) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def open_closed_streams() -> None:
    """Open those of the three streams that the caller closed, lest the next file that is opened gets their number.

    What is printed to a closed standard output fails, as it should; what is said on a closed standard error is lost.
    """
    for name, mode in (("stdin", os.O_RDONLY), ("stdout", os.O_RDONLY), ("stderr", os.O_WRONLY)):
        if getattr(sys, name) is None:
            descriptor = os.open(os.devnull, mode)
            os.set_inheritable(descriptor, True)
            file = io.FileIO(descriptor, "r" if name == "stdin" else "w", closefd=False)
            buffered = io.BufferedReader(file) if name == "stdin" else io.BufferedWriter(file)
            setattr(sys, name, io.TextIOWrapper(buffered, encoding="utf-8", errors="backslashreplace"))


def complain(text: object = "") -> None:
    """Print a line to standard error; commands that it names are named as they are called here."""
    _complain(f"{printable(as_called(str(text)))}\n")  # at once, as other processes may write there, too


def watched() -> bool:
    """Tell whether somebody sees what is drawn."""
    return sys.stderr.isatty()


def redraw(text: str = "") -> None:
    """Put *text* in place of the last line at the terminal, which stays open."""
    _complain(_CLEAR + printable(text))


def _complain(text: str) -> None:
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:  # there is nobody to tell
        _to_nowhere(sys.stderr)


def _coloured(text: str) -> str:
    return "".join(part if _COLOUR.fullmatch(part) else printable(part) for part in _COLOUR.split(text))
