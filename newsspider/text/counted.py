"""A number with what it counts, and a span of time, as people write them."""

from __future__ import annotations

_SIBILANTS = ("s", "x", "ch", "sh")
_VOWELS = "aeiou"


def counted(number: int, thing: str) -> str:
    """Write so many of a *thing*, an English noun whose plural is regular.

    >>> counted(0, "article"), counted(1, "list page"), counted(1200, "run")
    ('0 articles', '1 list page', '1,200 runs')
    >>> counted(2, "address"), counted(2, "entry"), counted(2, "day")
    ('2 addresses', '2 entries', '2 days')
    """
    if number == 1:
        return f"1 {thing}"
    if thing.endswith(_SIBILANTS):
        return f"{number:,} {thing}es"
    if thing.endswith("y") and thing[-2] not in _VOWELS:
        return f"{number:,} {thing[:-1]}ies"
    return f"{number:,} {thing}s"


def were(number: int) -> str:
    """Return the verb of a sentence about so many.

    >>> f"{counted(1, 'part')} {were(1)} there already", f"{counted(2, 'part')} {were(2)} there already"
    ('1 part was there already', '2 parts were there already')
    """
    return "was" if number == 1 else "were"


def duration(seconds: float) -> str:
    """Write a time span as a person says it.

    >>> [duration(each) for each in (0, 3.2, 75, 3725, 200_000)]
    ['0 s', '3.2 s', '1 min 15 s', '1 h 2 min', '2 d 7 h']
    """
    if seconds < 60:
        return f"{seconds:.1f}".removesuffix(".0") + " s"
    minutes, hours = divmod(int(seconds), 60), divmod(int(seconds) // 60, 60)
    days = divmod(hours[0], 24)
    for (whole, rest), larger, smaller in ((days, "d", "h"), (hours, "h", "min"), (minutes, "min", "s")):
        if whole:
            return f"{whole} {larger}" + (f" {rest} {smaller}" if rest else "")
    raise AssertionError(seconds)
