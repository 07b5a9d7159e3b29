"""An article: its text beside its page as it was, what happened to it, what each field rests on, its proof."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from newsspider.browser import cache
from newsspider.browser.bigrams import wanted
from newsspider.browser.cache import Seen
from newsspider.browser.filling import record_at
from newsspider.browser.pages.body import body_of, pictures_beside
from newsspider.browser.pages.citing import citations
from newsspider.browser.pages.one import One, number_of, one
from newsspider.browser.pages.showing import address, embed_name, page
from newsspider.browser.reasons import reason
from newsspider.browser.search import Asked
from newsspider.collection.wacz import WaczError
from newsspider.history.text import sentence
from newsspider.record.events import Event
from newsspider.record.records import from_record
from newsspider.text.language import _
from newsspider.warc.cdxj import timestamp

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from newsspider.browser.cache import Cache
    from newsspider.browser.context import Browser

STEP = 30
"""Versions in one piece of the timeline; some articles have ten thousand."""
_MOST_EVENTS = 200
"""Of such a piece."""
_FOREVER = 1 << 62


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A point of the timeline: a version or an event."""

    seen: Seen
    is_version: bool
    says: str = ""
    """What an event means."""
    to_url: str | None = None


def show(browser: Browser, request: Request, asked: dict[str, str]) -> Response:
    """Answer with the page of an article."""
    found = one(browser, asked)
    assert found.shelved.path is not None
    last = max(1, -(-found.row.versions // STEP))
    piece = min(number_of(asked.get("t", ""), 1), last)
    with cache.opened(found.shelved.path) as opened:
        timeline = [_with_words(found, line) for line in _timeline(opened, found, piece, last)]
    replay = browser.replays.of(found.holding)
    record, captured = found.record, _captured(found)

    def replayed(url: str) -> str:
        return address("page", found.holding.name, f"{captured}/{url}")

    return page(
        browser,
        "article",
        frames=replay.origin,
        one=found,
        row=found.row,
        record=record,
        title=record.get("title") or found.row.title,
        url=record.get("url") or found.row.url,
        terms=wanted(asked.get("q", "")).terms,
        q=asked.get("q", ""),
        timeline=timeline,
        piece=piece,
        last_piece=last,
        replay=replay,
        replay_cache=browser.replays.environments,
        captured=captured,
        stretches=body_of(record),
        pictures=pictures_beside(record),
        embed_name=embed_name,
        picture_at=lambda number: address(
            "picture", found.holding.name, found.row.id, n=number, v=0 if found.is_newest else found.version.number
        ),
        replayed_at=replayed if replay.origin else None,
        list_of=lambda **asked: Asked.of(asked).address(),
        witnesses=(record.get("provenance") or {}).get("fields") or {},
        warnings=(record.get("provenance") or {}).get("warnings") or [],
        citations=citations(found) if found.has_record else {},
        notes=[(found.shelved.name, note) for note in found.shelved.notes()],
    )


def _timeline(opened: Cache, found: One, piece: int, last: int) -> list[Line]:
    """Return a piece of the timeline, newest first: versions, and the events from the oldest of them on."""
    newest = found.row.versions - (piece - 1) * STEP
    oldest = max(1, newest - STEP + 1)
    versions = opened.versions(found.row.id, start=oldest, most=newest - oldest + 1)
    following = opened.versions(found.row.id, start=newest + 1)
    since = versions[0].at if versions and piece < last else 0
    until = following[0].at if following else _FOREVER
    events = opened.events(found.row.id, since=since, until=until, most=_MOST_EVENTS)
    lines = [Line(seen=each, is_version=True) for each in versions]
    lines += (Line(seen=each, is_version=False) for each in events)
    # What happened stands above the version in which it showed.
    return sorted(
        lines,  # two runs within a second differ by their names, which begin with their time
        key=lambda line: (line.seen.at, line.seen.place.run, not line.is_version, line.seen.number),
        reverse=True,
    )


def _with_words(found: One, line: Line) -> Line:
    if line.is_version:
        return line
    try:
        event = from_record(record_at(found.holding, line.seen.place), Event)
    except (OSError, ValueError, TypeError, WaczError) as error:
        return replace(line, says=_("Its record cannot be read.") + f" {reason(error)}")
    return replace(line, says=sentence(event), to_url=event.to_url)


def _captured(found: One) -> str:
    """Return the 14 digits of the capture that is shown."""
    return timestamp(datetime.fromtimestamp(found.version.at, UTC))
