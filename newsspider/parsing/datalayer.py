"""Reads times that a page's scripts pass on: ``pubdate: '2024-04-30T05:30:00+02:00'``, ``var ct = "1714447800"``.

The scripts are not run, and whose time a name dates is not known: they are asked last, and believed where all that they
call a time of publication is one moment, or where one alone lies on the day that the page says, or is by the clock of
some zone what the page prints without one.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from newsspider.text.moment import FROM_UTC

if TYPE_CHECKING:
    from datetime import tzinfo

    from newsspider.parsing.doubts import Doubts
    from newsspider.parsing.page import Page
    from newsspider.text.moment import Moment

MAX_TIMES = 1000
"""Times of one page that are looked at."""

_STEP = timedelta(minutes=15)  # in which clocks of the world differ from UTC
_BEFORE = 40  # characters before a time among which its name stands
_TIME = re.compile(
    r"20[0-9]{2}-[01][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,6})?)?"
    r"\s?(?:Z|[+-][0-9]{2}:?[0-9]{2})?(?=\\?[\"'])"
    r"|(?P<since_1970>1[0-9]{9})(?:[0-9]{3})?(?=\\?[\"'])"
)
_NAME = re.compile(
    r"(?:date_?publi(?:shed|cation)|(?:first_?)?publi(?:sh(?:ed)?|cation)_?(?:at|on|date|time)(?:_?time)?|pub_?(?:date|time)"
    r"|first_?published|ptime|fecha_?publicacion|data_?publicacao|\b(?:ct|create_?time))\\?[\"']?\s*[:=]\s*\\?[\"']\Z",
    re.IGNORECASE,
)


def say(page: Page, known: list[Moment], zone: tzinfo, doubts: Doubts) -> dict[str, str | None]:
    """The time that scripts say; *known* is what others do, who know the day at most, or a clock without its zone."""
    near = next((moment for moment in known if type(moment.at) is date or moment.is_of_unnamed_zone), None)
    said = published(page, near, zone)
    if said and near is None:
        doubts.doubt("published_at", "only a script says it")
    elif said and near and near.is_of_unnamed_zone:
        doubts.doubt("published_at", f"printed as {near.raw}, in a zone that only a script says")
    return {"published_at": said}


def published(page: Page, near: Moment | None, zone: tzinfo) -> str | None:
    """Return the time, as written, at which scripts say that the page was published, *near* what is known of it.

    A time that names no zone is one of *zone*.
    """
    text = page.text
    found: dict[datetime, str] = {}
    for match in islice(_TIME.finditer(text), MAX_TIMES):
        if not _NAME.search(text, max(0, match.start() - _BEFORE), match.start()):
            continue
        written = match[0].replace(" +", "+")
        if match["since_1970"]:  # in seconds
            written = datetime.fromtimestamp(int(match["since_1970"]), zone).isoformat()
        try:
            at = datetime.fromisoformat(written)
        except ValueError:  # 31 February
            continue
        is_time = at.hour or at.minute or at.second  # programs write midnight that know a day alone
        if is_time and (near is None or _may_be(at, near, zone)):
            at = at if at.tzinfo else at.replace(tzinfo=zone)
            found.setdefault(at.replace(second=0, microsecond=0), written if match["since_1970"] else match[0])
    return next(iter(found.values())) if len(found) == 1 else None


def _may_be(at: datetime, near: Moment, zone: tzinfo) -> bool:
    """Whether a time is on the day that is known, or a moment at which a clock shows what is known."""
    if not isinstance(near.at, datetime):
        return near.earliest <= (at if at.tzinfo else at.replace(tzinfo=zone)) <= near.latest
    if at.tzinfo is None:
        return False
    offset = near.at.replace(tzinfo=UTC, second=0) - at.astimezone(UTC).replace(second=0, microsecond=0)
    return abs(offset) <= FROM_UTC and not offset % _STEP
