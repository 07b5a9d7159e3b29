"""The project's base error.

A class that reports a fault names the thing, the place and the next step in its message, and lives beside the
code that raises it; commands print the message and exit with ``exit_code``.
"""

from __future__ import annotations

import errno

from newsspider.text.language import N_


class NewsspiderError(Exception):
    """Something a person has to know about; the message is written for them.

    It is English, or a ``newsspider.text.message.Message``, which commands say in the language of whoever called them.
    """

    exit_code = 1
    """What a command ends with: 1 could not start, 3 bad finish, 4 not stored, 75 try again later."""

    def __str__(self) -> str:
        """Return it in English, for logs, manifests and programs."""
        in_english = getattr(self.args[0], "in_english", None) if self.args else None
        return in_english() if in_english else super().__str__()

    def localized(self) -> str:
        """Return it in the present language, for a person."""
        return super().__str__()


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
