"""The project's base error.

A class that reports a fault names the thing, the place and the next step in its message, and lives beside the
code that raises it; commands print the message and exit with ``exit_code``.
"""

from __future__ import annotations


class NewsspiderError(Exception):
    """Something a person has to know about; the message is written for them."""

    exit_code = 1
    """What a command ends with: 1 could not start, 3 bad finish, 4 not stored, 75 try again later."""


class ExtraMissingError(NewsspiderError):
    """Something needs packages that are not installed."""

    def __init__(self, extra: str, error: ImportError) -> None:
        super().__init__(
            f"{error.name} is not installed, which this needs; in the project's directory: pip install -e '.[{extra}]'"
        )
