"""The object that every page receives, and the error by which a page says that it does not exist."""

from __future__ import annotations

from dataclasses import dataclass

from newsspider.browser.replaying import Replays
from newsspider.browser.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Browser:
    """The open collections, and the replay of their pages."""

    shelf: Shelf
    replays: Replays


class NotThereError(Exception):
    """The page does not exist; the message says what exists."""
