"""The start of a period, as a person writes it."""

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest

from newsspider.text.since import moment_of

SHANGHAI = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-01", "2026-10-31T16:00:00"),
        (" 20261101 ", "2026-10-31T16:00:00"),
        ("2026-11-01T08:30", "2026-11-01T00:30:00"),
        ("2026-11-01 08:30:15", "2026-11-01T00:30:15"),
        ("20261101T083015", "2026-11-01T00:30:15"),
        ("2026-11-01T08:30+01:00", "2026-11-01T07:30:00"),
        ("2026-11-01T08:30Z", "2026-11-01T08:30:00"),
    ],
)
def test_date_or_time_is_one_of_the_zone_unless_it_names_another(text, moment):
    assert moment_of(text, zone=SHANGHAI) == datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "span"),
    [("30m", {"minutes": 30}), ("12h", {"hours": 12}), ("1d", {"days": 1}), ("2w", {"weeks": 2}), ("0d", {})],
)
def test_span_is_before_now(text, span):
    before = datetime.now(UTC)
    found = moment_of(text, zone=SHANGHAI)

    assert before <= found + timedelta(**span) <= datetime.now(UTC)


@pytest.mark.parametrize(
    "text",
    [
        "", "yesterday", "1", "1y", "100000d", "-1d", "1.5h", "2026", "2026-11", "2026-11-31", "2026-11-01+08:00",
        "2026-11-01-08", "2026-11-01x08:00", "2026-11-01T", "2026-11-01 +08:00", "0001-01-01T00:00+01:00",
    ],
)  # fmt: skip
def test_what_is_neither_is_refused_with_the_forms_there_are(text):
    with pytest.raises(ValueError, match=f"^{re.escape(text.strip())}.*write it as 1d"):
        moment_of(text, zone=SHANGHAI)
