"""A capture: one exchange in the archive, described by the party that captured it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from newsspider.record.items import Locator


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """An exchange in the archive."""

    url: str
    """The address asked for, in the form of ``address.address``."""
    captured: datetime
    """When the request began; UTC."""
    where: Locator
    """The record of the answer."""
    type: Literal["response", "revisit"] | None
    """None: no answer arrived, and the record located is the metadata record that says why."""
    status: int | None
