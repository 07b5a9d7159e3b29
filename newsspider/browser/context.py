"""What every page is handed, and how it says that there is nothing at an address."""

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
    """There is no such page; the message says what there is."""
