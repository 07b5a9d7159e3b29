"""Days of other calendars as days of ours: the solar Hijri one, in Persian, and the Buddhist era, in Thai.

Both count solar years, and their days are ours by arithmetic. A solar Hijri year begins at the spring equinox: eight of
33 have a leap day, which is the astronomers' calendar from 1244 to 1472, our 1865 to 2093.
"""

from __future__ import annotations

from datetime import date, timedelta

_LEAP = (1, 5, 9, 13, 17, 22, 26, 30)
"""Years of each 33 that have a leap day."""
_FIRST, _BEGAN = 1300, date(1921, 3, 21)
_LAST = 1472
_BUDDHIST = 543
"""Years that the Buddhist era, as Thailand counts it, is ahead."""


def of_solar_hijri(year: int, month: int, day: int) -> date:
    """Return our day for one of the solar Hijri calendar; ValueError where there is none, or none that is known.

    >>> of_solar_hijri(1404, 10, 19).isoformat(), of_solar_hijri(1403, 12, 30).isoformat()
    ('2026-01-09', '2025-03-20')
    """
    lengths = [31] * 6 + [30] * 5 + [30 if year % 33 in _LEAP else 29]
    if not (_FIRST <= year <= _LAST and 1 <= month <= 12 and 1 <= day <= lengths[month - 1]):
        raise ValueError(f"no day of the solar Hijri calendar: {year}-{month}-{day}")
    leaps = sum(each % 33 in _LEAP for each in range(_FIRST, year))
    return _BEGAN + timedelta(days=365 * (year - _FIRST) + leaps + sum(lengths[: month - 1]) + day - 1)


def of_buddhist_era(year: int, month: int, day: int) -> date:
    """Return our day for one whose year is of the Buddhist era; ValueError where there is none.

    >>> of_buddhist_era(2569, 1, 9).isoformat()
    '2026-01-09'
    """
    return date(year - _BUDDHIST, month, day)
