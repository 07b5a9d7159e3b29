"""When a page is due again, by the age of its article and by what came of the fetches before."""

from __future__ import annotations

from itertools import pairwise

import pytest

from newsspider.history.schedule import Schedule, ScheduleError

MINUTE, HOUR, DAY = 60, 3600, 86400
DEFAULT = Schedule.parse({"6h": "30m", "2d": "6h", "30d": "7d"})


@pytest.mark.parametrize(
    ("age", "idle", "interval"),
    [
        (0, 0, 30 * MINUTE),
        (6 * HOUR - 1, 0, 30 * MINUTE),
        (6 * HOUR, 0, 6 * HOUR),
        (2 * DAY - 1, 0, 6 * HOUR),
        (2 * DAY, 0, 7 * DAY),
        (30 * DAY - 1, 0, 7 * DAY),
        (30 * DAY, 0, None),
        (3650 * DAY, 0, None),
        (HOUR, 1, HOUR),
        (HOUR, 3, 4 * HOUR),
        (3 * DAY, 2, 28 * DAY),
        (HOUR, 10_000, 30 * MINUTE << 20),
        # Published tomorrow, as a page may say: as young as can be.
        (-DAY, 0, 30 * MINUTE),
    ],
)
def test_interval(age, idle, interval):
    due = DEFAULT.next_due(1_769_760_000, since=1_769_760_000 - age, idle=idle)

    assert due == (None if interval is None else 1_769_760_000 + interval)


@pytest.mark.parametrize(
    "text",
    [
        "6h:30m,2d:6h,30d:7d",
        " 6h : 30m , 2d:6h, 30d:7d ",
        '{"6h": "30m", "2d": "6h", "30d": "7d"}',
        "6h:1800s,2d:360m,30d:1w",
    ],
)
def test_a_table_can_be_written_as_text(text):
    assert Schedule.parse(text) == DEFAULT


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("", "'' is no span of time, as 30m, 6h or 7d are"),
        ("6h", "'' is no span"),
        ("6:30m", "'6' is no span"),
        ("6h:-30m", "'-30m' is no span"),
        ("0h:30m", "'0h' is no span"),
        ("6h:1.5h", "'1.5h' is no span"),
        ("2d:6h,6h:30m", "its ages do not rise"),
        ("6h:30m,360m:1h", "its ages do not rise"),
        ("{6h: 30m}", "it is no JSON: "),
        ("{}", "it is no table"),
        ({}, "it is no table"),
        ([], "it is no table"),
        ('{"6h": 30}', "30 is no span"),
        (None, "it is no table"),
    ],
)
def test_what_is_no_table_is_told(value, problem):
    with pytest.raises(ScheduleError) as caught:
        Schedule.parse(value)

    assert str(caught.value).startswith(problem)


def test_a_page_that_fails_for_ever_is_asked_for_less_and_less_and_then_given_up():
    fetches = [0]
    while (due := DEFAULT.next_due(fetches[-1], since=0, idle=len(fetches))) is not None:
        fetches.append(due)

    gaps = [later - earlier for earlier, later in pairwise(fetches)]
    assert gaps == sorted(gaps)
    assert len(fetches) < 10
    assert fetches[-1] >= 30 * DAY
