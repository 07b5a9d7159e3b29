"""Days of other calendars, held against those on which a Persian year began by the astronomers' calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from newsspider.text.calendars import of_buddhist_era, of_solar_hijri

NEW_YEARS = """
1300 1921-03-21
1304 1925-03-21
1309 1930-03-21
1330 1951-03-22
1343 1964-03-21
1357 1978-03-21
1358 1979-03-21
1375 1996-03-20
1376 1997-03-21
1388 2009-03-21
1396 2017-03-21
1399 2020-03-20
1400 2021-03-21
1403 2024-03-20
1404 2025-03-21
1408 2029-03-20
1409 2030-03-21
"""


@pytest.mark.parametrize("line", NEW_YEARS.split("\n")[1:-1])
def test_a_year_begins_on_the_day_of_the_equinox(line):
    year, day = line.split()

    assert of_solar_hijri(int(year), 1, 1).isoformat() == day


def test_days_follow_each_other_without_a_gap():
    day = of_solar_hijri(1399, 1, 1)
    for year in range(1399, 1409):
        for month in range(1, 13):
            for number in range(1, 31 + (month < 7) - (month == 12)):
                assert of_solar_hijri(year, month, number) == day, (year, month, number)
                day += timedelta(days=1)
        if day != of_solar_hijri(year + 1, 1, 1):  # a leap day
            assert of_solar_hijri(year, 12, 30) == day
            day += timedelta(days=1)


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [
        *((1299, 12, 29), (1473, 1, 1), (1404, 0, 1), (1404, 13, 1)),
        *((1404, 1, 0), (1404, 6, 32), (1404, 7, 31), (1404, 12, 30)),
    ],
)
def test_what_is_no_day_of_that_calendar_is_refused(year, month, day):
    with pytest.raises(ValueError, match="no day of the solar Hijri calendar"):
        of_solar_hijri(year, month, day)


def test_the_buddhist_era_is_543_years_ahead():
    assert of_buddhist_era(2569, 1, 9) == date(2026, 1, 9)
    with pytest.raises(ValueError, match="day"):
        of_buddhist_era(2569, 2, 29)
