"""JSON-LD: an article as a ``NewsArticle`` of schema.org, one object a line.

Terms: https://schema.org/NewsArticle and the types above it. ``<`` is escaped, so that a line can stand in a ``script``
element of HTML as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newsspider.feeds.formats.addresses import page_of, uri
from newsspider.feeds.formats.objects import known, line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newsspider.record.body import Audio, Image, Video
    from newsspider.record.items import Article, Person


def jsonld(articles: Iterable[Article]) -> Iterator[bytes]:
    """Yield a line an article."""
    for article in articles:
        yield line(news_article(article)).replace(b"<", rb"\u003c")  # in JSON it stands in strings alone


def news_article(article: Article) -> dict[str, Any]:
    """Return an article in the terms of schema.org."""
    source, channel, credit = article.source, article.channel, article.image_credit
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": page_of(article),
    } | known(
        identifier=article.id,
        url=uri(article.url),
        mainEntityOfPage=page_of(article),
        headline=article.title,
        alternativeHeadline=article.original_title,
        abstract=article.summary,
        datePublished=article.published_at and article.published_at.isoformat(),
        dateModified=article.modified_at and article.modified_at.isoformat(),
        correction=article.modification_notes,
        sourceOrganization=source and _typed("Organization", name=source.name, url=uri(source.url)),
        author=[_person(each) for each in article.authors],
        editor=[_person(each) for each in article.editors],
        articleSection=article.section or (channel and channel.name),
        articleBody=article.body_text,
        wordCount=article.counts.words,
        image=[_image(each, credit.raw if credit else None) for each in article.images],
        video=[_video(each) for each in article.videos],
        audio=[_audio(each) for each in article.audio],
        isAccessibleForFree=article.is_free,
        copyrightNotice=article.copyright_notice,
        keywords=article.keywords,
        commentCount=article.comments.count,
        inLanguage=article.language,
        version=article.content_hash,
        sdDatePublished=article.fetched_at.date().isoformat(),  # a date, schema.org says
    )


def _person(person: Person) -> dict[str, Any]:
    return _typed("Person", name=person.name, jobTitle=person.role)


def _image(image: Image, credit: str | None) -> dict[str, Any]:
    return _typed(
        "ImageObject",
        contentUrl=uri(image.url),
        caption=image.caption,
        description=image.alt,
        creditText=image.credit or credit,
    )


def _video(video: Video) -> dict[str, Any]:
    seconds = video.duration_s
    return _typed(
        "VideoObject",
        identifier=video.media_id,
        contentUrl=uri(video.url),
        thumbnailUrl=uri(video.poster),
        duration=None if seconds is None else f"PT{seconds}S",  # ISO 8601
    )


def _audio(audio: Audio) -> dict[str, Any]:
    seconds = audio.duration_s
    return _typed(
        "AudioObject",
        name=audio.title,
        contentUrl=uri(audio.url),
        duration=None if seconds is None else f"PT{seconds}S",
    )


def _typed(kind: str, /, **fields: Any) -> dict[str, Any]:
    return {"@type": kind} | known(**fields)
