"""The ``Article`` of zyte-common-items, as its ``ZyteItemAdapter`` writes it, one a line.

https://zyte-common-items.readthedocs.io/en/latest/reference/item-api.html; the package itself is not needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newsspider.feeds.formats.objects import known, line
from newsspider.text.clock import utc

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newsspider.record.items import Article


def zyte(articles: Iterable[Article]) -> Iterator[bytes]:
    """Yield a line an article."""
    for article in articles:
        yield line(common_article(article))


def common_article(article: Article) -> dict[str, Any]:
    """Return an article in the terms of zyte-common-items.

    ``datePublished`` is not filled from ``dateModified``, as theirs is: unknown stays unknown.
    """
    channel = article.channel
    images = [{"url": image.url} for image in article.images]
    return known(
        url=article.url,
        canonicalUrl=article.canonical_url,
        headline=article.title,
        datePublished=article.published_at and article.published_at.isoformat(timespec="seconds"),
        datePublishedRaw=article.published_raw,
        dateModified=article.modified_at and article.modified_at.isoformat(timespec="seconds"),
        authors=[{"name": person.name} for person in article.authors],
        breadcrumbs=[known(name=channel.name, url=channel.url)] if channel else [],
        inLanguage=article.language and article.language.partition("-")[0],  # ISO 639-1
        mainImage=images[0] if images else None,
        images=images,
        description=article.summary,
        articleBody=article.body_text,
        articleBodyHtml=article.body_html,
        videos=[{"url": video.url} for video in article.videos if video.url],
        audios=[{"url": audio.url} for audio in article.audio],
        metadata={
            "dateDownloaded": utc(article.fetched_at).replace(tzinfo=None).isoformat(timespec="seconds") + "Z",
            "probability": 1.0,
        },
    )
