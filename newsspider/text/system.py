"""Reasons of the operating system, as parts of a sentence in any language."""

from __future__ import annotations

from newsspider.text.language import N_
from newsspider.text.message import Message

OF_SYSTEM = (
    N_("No such file or directory"),
    N_("Permission denied"),
    N_("Not a directory"),
    N_("Is a directory"),
    N_("File exists"),
    N_("File name too long"),
    N_("No space left on device"),
    N_("Read-only file system"),
)
"""Those that are translated; others stay English."""


def reason_of(error: OSError) -> Message:
    """Return why the system refused.

    >>> reason_of(FileNotFoundError(2, "No such file or directory", "a")).in_english()
    'No such file or directory'
    """
    return Message(text=error.strerror or str(error), values={})
