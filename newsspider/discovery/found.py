"""The addresses that a document of a site names: articles and further documents, and how many were left out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from newsspider.text.dates import parse_date

if TYPE_CHECKING:
    from collections.abc import Sequence

Kind: TypeAlias = Literal["feed", "news sitemap", "sitemap", "sitemap index"]

_TOLERANCE = timedelta(days=1)
"""By which a date may be after the capture: of a clock that is wrong, or of a zone that is not said."""
_FIRST = datetime(1994, 1, 1, tzinfo=UTC)
"""No article of the web is older; what says so is a clock that was never set, or a field that was never filled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An address that a document names."""

    url: str
    """Clean, as ``urls.clean_url`` has it; not yet canonical."""

    latest: datetime | None = None
    """The last moment at which it can have been published or, of a sitemap, changed; None: nothing credible is said."""


class Document(NamedTuple):
    """The addresses in a feed or a sitemap, each once."""

    kind: Kind
    articles: tuple[Found, ...] = ()
    """The newest first, as far as the document says; else in its order."""
    documents: tuple[Found, ...] = ()
    """The sitemaps that an index leads to, in the same order."""
    dropped: int = 0
    """Entries after those that are read, or without an address of the web."""


def latest_of(text: str | None, captured_at: datetime) -> datetime | None:
    """Return the last moment that *text* can mean; None where it is no date, or one that cannot be.

    >>> at = datetime(2026, 11, 28, 12, tzinfo=UTC)
    >>> latest_of("Sat, 28 Nov 2026 08:00:00 GMT", at).isoformat()
    '2026-11-28T16:00:00+08:00'
    >>> [latest_of(text, at) for text in ("Thu, 01 Jan 1970 00:00:00 GMT", "2030-01-01", "soon", None)]
    [None, None, None, None]
    """
    moment = parse_date(text, captured_at) if text else None
    if moment is None or not _FIRST <= moment.earliest <= captured_at + _TOLERANCE:
        return None
    return moment.latest


def newest_first(found: Sequence[Found], most: int) -> tuple[Found, ...]:
    """Return the first *most*, sorted where they say when they are of; those that do not come last, in their order."""
    dated = sorted((each for each in found if each.latest), key=lambda each: each.latest or _FIRST, reverse=True)
    return (*dated, *(each for each in found if not each.latest))[:most]


def without_one_date(found: Sequence[Found]) -> Sequence[Found]:
    """Take away dates that say nothing: when all entries of several bear the same, it is that of the document."""
    if len(found) > 2 and len({each.latest for each in found}) == 1:
        return [Found(url=each.url) for each in found]
    return found
