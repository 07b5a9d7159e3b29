"""The project's base error.

A class that reports a fault names the thing, the place and the next step in its message, and lives beside the
code that raises it; commands print the message and exit with ``exit_code``.
"""

from __future__ import annotations


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
