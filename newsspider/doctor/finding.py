"""One thing that was checked, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of one check."""

    level: Literal["ok", "warning", "fault"]
    """``fault``: a crawl would fail, or its archive would be wrong; ``warning``: a person should know."""
    subject: str
    """What was looked at, in a word: ``disk``."""
    text: str
    """What was found, and after a semicolon what to do about it."""
