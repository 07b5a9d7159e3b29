"""The names of an article's fields in the state that a site's pages carry."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The names under which a site's state has each field, best first."""

    address: str
    """How an object's ``id`` becomes a link: ``/detail/{}``."""

    id: tuple[str, ...]
    title: tuple[str, ...]
    body: tuple[str, ...]
    published_at: tuple[str, ...]
    source: tuple[str, ...]
    channel: tuple[str, ...]
    keywords: tuple[str, ...]
    notice: tuple[str, ...]
    comment_count: tuple[str, ...]
    duration: tuple[str, ...]
    video: tuple[str, ...]
    """An object that describes the article's video."""

    video_url: tuple[str, ...]
    poster: tuple[str, ...]
