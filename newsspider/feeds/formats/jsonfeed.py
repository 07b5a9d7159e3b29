"""JSON Feed 1.1: the newest articles for feed readers.

https://www.jsonfeed.org/version/1.1/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from newsspider.feeds.formats.addresses import home_of, media_type, page_of, uri
from newsspider.feeds.formats.objects import known

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from newsspider.feeds.formats.newest import Entry
    from newsspider.record.body import Video
    from newsspider.record.items import Article


def jsonfeed(entries: Sequence[Entry], name: str, channel: str | None) -> bytes:
    """Return the feed called *name*, of one *channel* or of all."""
    feed = known(
        version="https://jsonfeed.org/version/1.1",
        title=f"{name}: {channel}" if channel else name,
        home_page_url=home_of([each.article for each in entries]),
    )
    items = [_item(each.article, each.updated) for each in entries]
    return orjson.dumps(feed | {"items": items}, option=orjson.OPT_APPEND_NEWLINE)


def _item(article: Article, updated: datetime) -> dict[str, Any]:
    channel = [article.channel.name] if article.channel else []
    item = known(
        id=article.id,
        url=page_of(article),
        title=article.title,
        summary=article.summary,
        content_html=article.body_html,
        content_text=article.body_text,
        image=uri(article.images[0].url) if article.images else None,
        date_published=article.published_at and article.published_at.isoformat(),
        date_modified=updated.isoformat(),
        authors=_authors(article),
        tags=[*channel, *(article.keywords or ())],
        language=article.language,
        attachments=[attachment for video in article.videos if (attachment := _attachment(video))],
    )
    return item if "content_html" in item or "content_text" in item else item | {"content_text": ""}


def _authors(article: Article) -> list[dict[str, Any]]:
    """Return who wrote it, or else who supplied it."""
    if article.authors or article.source is None:
        return [{"name": person.name} for person in article.authors]
    return [known(name=article.source.name, url=uri(article.source.url))]


def _attachment(video: Video) -> dict[str, Any] | None:
    url = uri(video.url)
    if url is None:
        return None
    return known(url=url, mime_type=media_type(url) or "application/octet-stream", duration_in_seconds=video.duration_s)
