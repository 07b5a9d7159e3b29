"""Makes Python look for garbage seldom while many pages are parsed: objects live for one page, few are in cycles."""

from __future__ import annotations

import gc

_THRESHOLD = 20_000
"""New objects between two looks at the young ones; Python's 700 costs a tenth of the CPU."""


def look_seldom() -> None:
    """Set the collector of this process for many pages, and spare it what was imported before."""
    gc.freeze()
    gc.set_threshold(_THRESHOLD, *gc.get_threshold()[1:])
