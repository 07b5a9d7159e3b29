"""Reasons of the operating system, and the next step after them, as parts of a sentence in any language."""

from __future__ import annotations

import errno

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
    N_("Bad file descriptor"),
)
"""Those that are translated; others stay English."""


def reason_of(error: OSError) -> Message:
    """Return why the system refused.

    >>> reason_of(FileNotFoundError(2, "No such file or directory", "a")).in_english()
    'No such file or directory'
    """
    return Message(text=error.strerror or str(error), values={})


def remedy(problem: object, otherwise: str) -> str:
    """Return the next step after an operating system's error; *otherwise* for any that has no step of its own.

    Both are texts for the catalogues.

    >>> remedy(FileNotFoundError(errno.ENOENT, "No such file or directory"), "Make room")
    'Make the directory that it is in first, or name another place'
    >>> remedy(OSError(errno.ENOSPC, "No space left on device"), "Make room")
    'Make room'
    """
    number = problem.errno if isinstance(problem, OSError) else None
    if number == errno.ENOENT:
        return N_("Make the directory that it is in first, or name another place")
    if number in (errno.ENOTDIR, errno.EEXIST):
        return N_("A file is where a directory is needed: name another place, or move the file away")
    if number == errno.EISDIR:
        return N_("It is a directory: name a file in it")
    if number in (errno.EACCES, errno.EPERM, errno.EROFS):
        return N_("See that whoever runs this may write there")
    return otherwise
