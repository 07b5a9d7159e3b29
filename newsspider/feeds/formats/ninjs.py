"""ninjs 3.2, the IPTC's News in JSON: an article as a news object, one a line.

https://iptc.org/standards/ninjs/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newsspider.feeds.formats.addresses import media_type, page_of, uri, urn
from newsspider.feeds.formats.objects import known, line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newsspider.record.body import Image, Video
    from newsspider.record.items import Article

_STANDARD = {"name": "ninjs", "version": "3.2", "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.2.json#"}


def ninjs(articles: Iterable[Article]) -> Iterator[bytes]:
    """Yield a line an article."""
    for article in articles:
        yield line(news_object(article))


def news_object(article: Article) -> dict[str, Any]:
    """Return an article in the terms of ninjs."""
    return known(
        uri=urn(article.id),
        standard=_STANDARD,
        type="text",
        representationType="partial" if article.body_text is None else "full",
        version=article.content_hash,
        contentCreated=article.published_at and article.published_at.isoformat(),
        versionCreated=(article.modified_at or article.fetched_at).isoformat(),
        language=article.language,
        headlines=[{"value": article.title}] if article.title else [],
        title=article.page_title,
        by="、".join(person.name for person in article.authors),
        infoSources=_sources(article),
        subjects=_subjects(article),
        bodies=_bodies(article),
        descriptions=[
            *([{"role": "summary", "value": article.summary}] if article.summary else []),
            *({"role": "correction", "value": note} for note in article.modification_notes),
        ],
        copyrightNotice=article.copyright_notice,
        renditions=[known(name="web", href=uri(article.url), contentType="text/html")],
        associations=[
            *(_picture(article, number, image) for number, image in enumerate(article.images, start=1)),
            *(_video(article, number, video) for number, video in enumerate(article.videos, start=1)),
        ],
        altIds=[{"role": "id", "value": article.id}, {"role": "canonical_url", "value": page_of(article)}],
    )


def _sources(article: Article) -> list[dict[str, Any]]:
    """Return the people and agencies that made or supplied it; ``role`` is our word, not the one on the page."""
    source = article.source
    return [
        *(known(role="author", name=person.name) for person in article.authors),
        *(known(role="editor", name=person.name) for person in article.editors),
        *([known(role="source", name=source.name, uri=uri(source.url))] if source else []),
    ]


def _subjects(article: Article) -> list[dict[str, Any]]:
    channel = article.channel
    return [
        *([known(rel="channel", name=channel.name, uri=uri(channel.url))] if channel else []),
        *(known(rel="keyword", name=keyword) for keyword in article.keywords or ()),
    ]


def _bodies(article: Article) -> list[dict[str, Any]]:
    counts = article.counts
    text = known(
        contentType="text/plain", value=article.body_text, charCount=counts.chars, wordCount=counts.words
    )  # fmt: skip
    html = known(contentType="text/html", value=article.body_html)
    return [body for body in (text, html) if "value" in body]


def _picture(article: Article, number: int, image: Image) -> dict[str, Any]:
    credit = image.credit or (article.image_credit and article.image_credit.raw)
    texts = {"caption": image.caption, "alt": image.alt}
    return known(
        name=f"image-{number}",
        uri=urn(article.id, "image", str(number)),
        type="picture",
        by=credit,
        descriptions=[{"role": role, "value": text} for role, text in texts.items() if text],
        renditions=[known(name="main", href=uri(image.url))],
    )


def _video(article: Article, number: int, video: Video) -> dict[str, Any]:
    main = known(
        href=uri(video.url), contentType=video.url and media_type(video.url), duration=video.duration_s
    )  # fmt: skip
    poster = known(href=uri(video.poster))
    return known(
        name=f"video-{number}",
        uri=urn(article.id, "video", str(number)),
        type="video",
        renditions=[{"name": name} | each for name, each in (("main", main), ("poster", poster)) if each],
        altIds=[{"role": "media_id", "value": video.media_id}] if video.media_id else [],
    )
