"""Sentences about a page that somebody names, and that cannot be opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsspider.text.message import message
from newsspider.warc.recordbytes import WarcError

if TYPE_CHECKING:
    from newsspider.text.message import Message


def cannot_be_opened(named: Message, error: BaseException) -> Message:
    """Say why; of a damaged file only what is wrong, since the remedy is that of the finding."""
    why: object = error
    if isinstance(error, WarcError):
        why = error.found
    elif isinstance(error, OverflowError | TypeError):  # 1e30, 0.5 as an offset
        why = message("no file has such a place")
    return message("%(page)s cannot be opened: %(why)s", page=named, why=why)


def cannot_be_opened_yet(named: Message, error: BaseException) -> Message:
    """Say why."""
    return message("%(page)s cannot be opened yet: %(why)s", page=named, why=error)


def without_page(named: Message) -> Message:
    """Say that there is none in the record."""
    return message("%(page)s is a record without a page", page=named)
