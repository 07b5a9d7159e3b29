"""The Event: what happened to an article, as two captures of it show.

What is said in ``newsspider/record/items.py`` of all items holds here too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal

from newsspider.record.items import Locator
from newsspider.record.values import OPEN, SCHEMA_VERSION, Natural, Url

EventName = Literal[
    "published",
    "edited",
    "silently_edited",
    "headline_changed",
    "corrected",
    "moved",
    "gone",
    "soft_gone",
    "restored",
    "changed",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Altered:
    """A field before and after, for a person to read: a long text is cut to the part that differs."""

    before: str | None
    """What it said; null when it said nothing."""

    after: str | None
    """What it says now; null when it says nothing."""


@dataclass(slots=True, kw_only=True)
class Event:
    """Something that happened to an article, as two captures of it show."""

    schema_version: Literal["1.1"] = SCHEMA_VERSION
    """Version of this schema."""

    event: Annotated[EventName, OPEN]
    """``published``: the article was seen for the first time; ``edited``: its text changed, and the page says that it
    was modified; ``silently_edited``: its text changed, and the page says no such thing; ``headline_changed``;
    ``corrected``: something else that it states changed; ``moved``: its address leads to that of an article at
    another address; ``gone``: the site answers 404 or 410; ``soft_gone``: the site answers with a page that is no
    article; ``restored``: it is there again; ``changed``: it is not what it was, but the earlier capture cannot be
    read, so what changed is unknown. Later versions may add others."""

    id: str
    """``id`` of the article's record; of one that moved the one it had."""

    site: str
    """Name of the site, as in ``scrapy crawl <site>``."""

    url: Url
    """The article's canonical address; of one that moved the one it had."""

    to_url: Url | None = None
    """Where the address leads to now: of an article that moved, or that gives way to another page; else null."""

    before_at: datetime | None = None
    """When the earlier capture was made, in UTC: the event came after it; null for ``published``."""

    at: datetime
    """When the later capture was made, in UTC: the event came before it."""

    before: Locator | None = None
    """Where the earlier capture lies, the last of the article as it was; null for ``published``."""

    after: Locator
    """Where the later capture lies, the first of the article as it is."""

    status: Natural | None = None
    """HTTP status of the later capture where the article is ``gone`` or ``soft_gone``; else null."""

    changed: dict[str, Altered] = field(default_factory=dict)
    """The record's fields that say something else, each with what it said and says."""

    claim: str | None = None
    """How the page says that it was modified: the modification time, or the note; null where it does not."""

    run: str
    """The run that saw it."""

    parser_version: str
    """Version of the site's parser, by which both captures were read."""

    warnings: list[str] = field(default_factory=list)
    """What a reader should doubt, in sentences."""
