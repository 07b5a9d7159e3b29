"""How long a site asks to be left alone (RFC 9110, 10.2.3 and 5.6.7)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsspider.crawl.extensions.retryafter import MAX_SECONDS, parse_retry_after

NOW = datetime(1994, 11, 6, 8, 49, 7, tzinfo=UTC)  # half a minute before the date of the standard's examples


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        *(("120", 120), (" 120\t", 120), ("0", 0), ("000", 0), ("0000000000000000120", 120)),
        ("99999999999", MAX_SECONDS),
        ("9" * 5000, MAX_SECONDS),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 30),
        ("Sunday, 06-Nov-94 08:49:37 GMT", 30),
        ("Saturday, 06-Nov-93 08:49:37 GMT", 0),
        ("Sunday, 06-Nov-05 08:49:37 GMT", MAX_SECONDS),
        ("Monday, 06-Nov-45 08:49:37 GMT", 0),  # of 1945, as 2045 is more than 50 years ahead
        ("Sun Nov  6 08:49:37 1994", 30),
        ("Sun, 06 Nov 1994 08:49:37 +0000", 30),
        ("Sun, 06 Nov 1994 00:00:00 GMT", 0),  # past
        ("Fri, 31 Dec 9999 23:59:59 GMT", MAX_SECONDS),
    ],
)
def test_seconds_and_all_three_forms_of_a_date_are_read_and_bounded(value, seconds):
    assert parse_retry_after(value, NOW) == seconds


@pytest.mark.parametrize(
    "value",
    [
        *("", " ", "soon", "-1", "+5", "1.5", "1e3", "0x10", "٣", "１２", "120, 240", "120 s", "120;"),
        *("P1D", "nan", "inf"),
        *("Sun, 32 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 99999 08:49:37 GMT", "Sun, 06 Nov 1994 25:00:00 GMT"),
        *("Sun, 06 Nov 1994 08:49:37 +9999999", "Sun, 06 Nov 1994", "Sun, " * 5000, "6" * 65 + "x", "\x00", "\ud800"),
    ],
)
def test_anything_else_is_none(value):
    assert parse_retry_after(value, NOW) is None


@given(st.text(max_size=80) | st.text(alphabet="0123456789 ,:-+GMTSunNov", max_size=40))
def test_no_value_is_an_accident(value):
    seconds = parse_retry_after(value, NOW)

    assert seconds is None or 0 <= seconds <= MAX_SECONDS
