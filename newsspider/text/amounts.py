"""Amounts of what archives have, as parts of a sentence in any language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsspider.text.message import messages

if TYPE_CHECKING:
    from newsspider.text.message import Message


def bytes_of(number: int) -> Message:
    """Return so many bytes.

    >>> bytes_of(1200).in_english(), bytes_of(1).in_english()
    ('1,200 bytes', '1 byte')
    """
    return messages("%(number)s byte", "%(number)s bytes", number)
