"""A number with what it counts, as people write it."""

from __future__ import annotations


def counted(number: int, thing: str) -> str:
    """Write so many of a *thing* that takes an s.

    >>> counted(0, "article"), counted(1, "list page"), counted(1200, "run")
    ('0 articles', '1 list page', '1,200 runs')
    """
    return f"{number:,} {thing}{'s' * (number != 1)}"
