"""Makes the events of an article's history: what a fetch shows, given what was known of the article before.

An event is made of captures alone, and cites them: it can be made again from them. Written by ``items.to_json_line``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from newsspider.history.changes import Change, changes
from newsspider.record.events import Altered, Event
from newsspider.record.items import Article, Locator

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A capture that an event cites."""

    at: datetime
    """When it was made, in UTC."""
    where: Locator


def sighting(article: Article) -> Sighting:
    """Return the capture that a record was made of; it has to be in an archive."""
    assert article.archive is not None, f"{article.id} was made outside a collection"
    return Sighting(at=article.fetched_at, where=article.archive)


def published(article: Article, run: str) -> Event:
    """Return the event of an article that is seen for the first time."""
    seen = sighting(article)
    return Event(
        event="published",
        id=article.id,
        site=article.site,
        url=article.canonical_url,
        at=seen.at,
        after=seen.where,
        run=run,
        parser_version=article.provenance.parser_version,
    )


def between(before: Article, after: Article, run: str, *, last: Sighting | None = None) -> list[Event]:
    """Return the events between two versions of an article, made by the same parser; none where they say the same.

    *last* is the last capture that says what *before* does, where there is a later one than its own: so the time in
    which the events fell is as short as is known. Of an article that moved, *after* is the one at its new address.
    """
    since = last or sighting(before)
    return [_event(change, before, since, after, run) for change in changes(before, after)]


def _event(change: Change, before: Article, since: Sighting, after: Article, run: str) -> Event:
    seen = sighting(after)
    return Event(
        event=change.event,
        id=before.id,
        site=before.site,
        url=before.canonical_url,
        to_url=after.canonical_url if change.event == "moved" else None,
        before_at=since.at,
        at=seen.at,
        before=since.where,
        after=seen.where,
        changed=change.changed,
        claim=change.claim,
        run=run,
        parser_version=after.provenance.parser_version,
    )


def unexplained(before: Sighting, after: Article, run: str, problem: str) -> Event:
    """Return the event of a version that differs from one that can no longer be read; *problem* says why in a sentence.

    To be made only where both are of the same parser: else nothing shows that the article changed at all.
    """
    seen = sighting(after)
    return Event(
        event="changed",
        id=after.id,
        site=after.site,
        url=after.canonical_url,
        before_at=before.at,
        at=seen.at,
        before=before.where,
        after=seen.where,
        run=run,
        parser_version=after.provenance.parser_version,
        warnings=[problem],
    )


def moved(article_id: str, url: str, before: Sighting, after: Article, run: str, problem: str) -> Event:
    """Return the event of an article whose address leads to another one; *problem* says why its text is unknown."""
    return replace(
        unexplained(before, after, run, problem),
        event="moved",
        id=article_id,
        url=url,
        to_url=after.canonical_url,
        changed={"canonical_url": Altered(before=url, after=after.canonical_url)},
    )


def away(
    *,
    article_id: str,
    site: str,
    url: str,
    before: Sighting,
    after: Sighting,
    status: int,
    to_url: str | None,
    run: str,
    parser_version: str,
) -> Event:
    """Return the event of an article that its address no longer shows: ``gone`` for a 404 or 410, else ``soft_gone``.

    *before* is the last capture of the article, *after* that of the answer, *status* its status; *to_url* is where
    redirects led, if they did.
    """
    return Event(
        event="gone" if status in GONE else "soft_gone",
        id=article_id,
        site=site,
        url=url,
        to_url=to_url,
        before_at=before.at,
        at=after.at,
        before=before.where,
        after=after.where,
        status=status,
        run=run,
        parser_version=parser_version,
    )


GONE = frozenset((404, 410))
"""The answers by which a site says that there is no such page (RFC 9110, 15.5.5 and 15.5.11)."""


def restored(before: Sighting, article: Article, run: str) -> Event:
    """Return the event of an article that was gone, as *before* shows, and is back; ``between`` compares its text."""
    seen = sighting(article)
    return Event(
        event="restored",
        id=article.id,
        site=article.site,
        url=article.canonical_url,
        before_at=before.at,
        at=seen.at,
        before=before.where,
        after=seen.where,
        run=run,
        parser_version=article.provenance.parser_version,
    )


def in_order(events: Iterable[Event]) -> list[Event]:
    """Sort events as a reader expects them: by time, those of one capture by what they are."""
    return sorted(events, key=place_in_order)


def place_in_order(event: Event) -> tuple[datetime, str, int]:
    """Return what ``in_order`` sorts by."""
    return event.at, event.id, _ORDER.get(event.event, len(_ORDER))


_ORDER = {
    name: place
    for place, name in enumerate(
        (
            "published", "restored", "moved", "headline_changed", "edited", "silently_edited", "corrected", "changed",
            "soft_gone", "gone",
        )
    )
}  # fmt: skip
