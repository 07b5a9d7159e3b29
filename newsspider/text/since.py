"""``--since``: the start of a period, as a person writes it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo

from newsspider.text.language import _

_SPAN = re.compile(r"([0-9]{1,5})([mhdw])")
_FORM = re.compile(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}(?:[T ][0-9].*)?")
"""Python takes any sign for the T, so that a zone after a date would be its time."""
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def moment_of(text: str, *, zone: tzinfo) -> datetime:
    """Return the moment, in UTC: a span before now, or a date or time, which is one of *zone* where it names none.

    ValueError with a sentence for that person.

    >>> moment_of("2026-11-01", zone=UTC).isoformat()
    '2026-11-01T00:00:00+00:00'
    """
    try:
        if match := _SPAN.fullmatch(text.strip()):
            return datetime.now(UTC) - timedelta(**{_UNITS[match[2]]: int(match[1])})
        if not _FORM.fullmatch(text.strip()):
            raise ValueError(text)
        moment = datetime.fromisoformat(text.strip())
        return (moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(
            _("%(text)s: neither a span nor a date; write it as 1d, 12h, 30m, 2w, 2026-11-01 or 2026-11-01T08:00",
              text=text)
        ) from error  # fmt: skip
