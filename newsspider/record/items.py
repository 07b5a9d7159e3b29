"""The published records: the Article and its parts. Each field is documented below it.

The sentences are published as the descriptions of the JSON Schema (``newsspider/record/schema.py`` reads them
from here), so a field is explained once. Items are mutable because loaders and pipelines fill them.

Everywhere: ``None`` means that the page does not say, never an empty string, midnight or a guess; a list is
empty when the page shows nothing of the kind; text is NFC with its width kept (``：`` stays ``：``); a
``datetime`` is aware and printed by ``datetime.isoformat``: ISO 8601 with a numeric offset.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal

import orjson

from newsspider.record.body import Audio, BodyBlock, Image, ImageCredit, Video
from newsspider.record.values import ADDED, OPEN, SCHEMA_VERSION, Natural, Url

Precision = Literal["second", "minute", "hour", "day", "week", "month", "year"]
CommentsState = Literal["empty", "login_required", "closed", "unknown"]
LeadKind = Literal["named", "list", "feed", "sitemap", "recommendation"]
Rank = Annotated[int, ("minimum", 1)]
IsoDate = Annotated[str, ("pattern", r"^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?[+-]\d\d:\d\d)?$")]
ContentHash = Annotated[str, ("pattern", "^sha256:[0-9a-f]{64}$")]


@dataclass(slots=True, kw_only=True)
class Source:
    """The supplier of the article, as the line under the title names it."""

    name: str
    """Name as printed, for example ``看看新闻Knews``."""

    url: Url | None = None
    """Absolute address that the name links to; null when it is plain text."""


@dataclass(slots=True, kw_only=True)
class Channel:
    """The column or programme of the site that carries the article."""

    name: str
    """Name as printed, for example ``时讯``."""

    url: Url | None = None
    """Absolute address that the name links to; null when it is plain text."""


@dataclass(slots=True, kw_only=True)
class Person:
    """Somebody whom the page names as having made the article."""

    name: str
    """The name alone, without the word for the role."""

    role: str | None = None
    """The word for the role as printed, for example ``记者``; null when there is none."""


@dataclass(slots=True, kw_only=True)
class Translation:
    """The same article in another language."""

    language: str
    """BCP 47 tag, as the page names it."""

    url: Url
    """Absolute http(s) address."""


@dataclass(slots=True, kw_only=True)
class Comments:
    """The comments of the page: their number and state."""

    count: Natural | None = None
    """How many there are; 0 only where the page says so (``暂无评论``), null where it says nothing."""

    state: Annotated[CommentsState, OPEN] = "unknown"
    """``empty``: the page says that there are none; ``login_required``: it asks readers to log in and does
    not say that there are none; ``closed``: it says that comments are off; ``unknown``: it says none of
    these. Later versions may add others."""


@dataclass(slots=True, kw_only=True)
class Recommendation:
    """One card of ``推荐视频``, the block below the article."""

    rank: Rank
    """Place in the block, from 1."""

    title: str
    """Title with its inner spaces."""

    url: Url | None = None
    """Canonical address; null where the card has no link."""

    id: str | None = None
    """The ``id`` that the recommended article's own record has; null where the link is not an article of this
    site."""

    duration_s: Natural | None = None
    """Length in seconds, from ``mm:ss`` or ``h:mm:ss``; null where the card shows none."""

    channel: str | None = None
    """Name of the channel, taken apart from the date that is glued to it."""

    date_raw: str | None = None
    """The date as printed: ``2026/01/27``, ``2天前``; null where the card shows none."""

    date_at: IsoDate | None = None
    """ISO 8601: a plain date for a day, week, month or year; a time with offset, cut to ``date_precision``,
    where the printed date speaks of hours, minutes or seconds."""

    date_precision: Precision | None = None
    """The unit in which the date is printed; null where it is not understood."""

    date_earliest: datetime | None = None
    """The earliest moment that the printed date can mean, seen from the time of capture."""

    date_latest: datetime | None = None
    """The latest moment that the printed date can mean, seen from the time of capture."""


@dataclass(slots=True, kw_only=True)
class Counts:
    """Size of the body."""

    chars: Natural
    """Code points of the paragraphs, whitespace not counted."""

    han: Natural
    """Han characters."""

    words: Natural
    """Han characters, plus runs of other letters and digits, as Chinese word processors count."""

    paragraphs: Natural
    """Length of ``paragraphs``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Locator:
    """The place of a record's proof: the WARC record of the page."""

    warc: str
    """Final file name, relative to the collection's ``archive/``."""

    offset: Natural
    """Where the record's gzip member begins, in bytes."""

    length: Natural
    """Length of the gzip member, in bytes."""

    record_id: str | None
    """WARC-Record-ID without angle brackets: ``urn:uuid:…``; null where the archive is in the ARC format, which has
    none."""

    payload_digest: str | None = None
    """WARC-Payload-Digest as written in the record; null when it has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """The way on which a crawl found an article."""

    kind: Annotated[LeadKind, OPEN]
    """``named``: whoever started the crawl; ``list``: a page that lists articles; ``feed``: RSS, Atom or JSON Feed;
    ``sitemap``; ``recommendation``: another article. Later versions may add others."""

    locator: Locator | None = None
    """Where the capture of it lies in the archive; null where there is none."""


@dataclass(slots=True, kw_only=True)
class Charset:
    """The encoding by which the page's bytes became text."""

    declared: list[str] = field(default_factory=list)
    """Encodings that the page claims, header first; they may be wrong."""

    used: str
    """The encoding by which it was read."""

    replacements: Natural = 0
    """How many U+FFFD the reading had to put in."""


@dataclass(slots=True, kw_only=True)
class Provenance:
    """The making of the record: parser, witnesses, and what a reader should doubt."""

    parser: str
    """The site's parser: the module's name under ``newsspider/sites``."""

    parser_version: str
    """Changes whenever the same page would give another record."""

    layout: str
    """The kind of page that was recognised, for example ``current``, ``legacy``, ``landmarks`` or
    ``state``."""

    charset: Charset
    """How the bytes were read."""

    cut_off: bool = False
    """Whether the page ended before its end, so that the rest of the body may be missing."""

    doubts: list[str] = field(default_factory=list)
    """Names of the record's fields, in its order, of which the page says two things, of which there may be more or less
    than was read, or of which it says what cannot be; the body is called ``body_text``. The reason is in ``warnings``.
    A field that is null because nobody knows it is not among them."""

    fields: dict[str, str] = field(default_factory=dict)
    """For every field that is filled from the page, the witness that was believed."""

    warnings: list[str] = field(default_factory=list)
    """Sentences for people: what is missing, doubtful, or said differently by two witnesses. Their words may change
    at any time; programs ask ``cut_off``, ``doubts`` and the fields."""


@dataclass(slots=True, kw_only=True)
class Article:
    """One article page, as captured once."""

    schema_version: Literal["1.1"] = SCHEMA_VERSION
    """Version of this schema."""

    id: str
    """``<site>:<page id>``, stable across runs and addresses of the page; the case of letters matters."""

    site: str
    """Name of the site, as in ``scrapy crawl <site>``."""

    url: Url
    """Address of the page after redirects, as fetched."""

    canonical_url: Url
    """The address without noise: https, the site's first host name, no tracking parameters, no fragment; or
    the one that the page itself names as canonical."""

    title: str | None = None
    """Headline with its inner spaces, without the site's suffix."""

    original_title: str | None = field(default=None, metadata=ADDED)
    """The headline under which the source published it, where the page names one (``原标题``)."""

    page_title: str | None = None
    """Text of ``<title>`` as it stands, channel and site name included."""

    published_at: datetime | None = None
    """When the article was published, with the offset of the site's zone; null when not both day and time are
    known."""

    published_raw: str | None = None
    """The time as printed."""

    modified_at: datetime | None = None
    """When the article was changed last, where the page says so."""

    modification_notes: list[str] = field(default_factory=list)
    """Lines by which the page says that the article was corrected, updated or modified, as printed, in page
    order; such a line may be one of ``paragraphs`` too."""

    source: Source | None = None
    """Whoever supplied the article; null when the page does not say."""

    authors: list[Person] = field(default_factory=list)
    """Writers and reporters in the order printed; photographers are in ``image_credit``."""

    editors: list[Person] = field(default_factory=list)
    """Editors in the order printed."""

    channel: Channel | None = None
    """The channel; null when the page does not say."""

    section: str | None = field(default=None, metadata=ADDED)
    """The section of the site, as the page's metadata names it, for example ``Politics``."""

    summary: str | None = field(default=None, metadata=ADDED)
    """The standfirst: what the page prints, or says of itself, as the gist of the article; null where that is only the
    beginning of the body, cut off."""

    body_text: str | None = None
    """The paragraphs joined by a blank line: no credit line, no rights notice, nothing of the chrome."""

    paragraphs: list[str] = field(default_factory=list)
    """The body's paragraphs in page order; an item of a list, a quote and a row of a table are one each."""

    blocks: list[BodyBlock] = field(default_factory=list, metadata=ADDED)
    """The body in page order, each part as what it is; empty where nothing of the body is known."""

    body_html: str | None = None
    """The body's markup reduced to a small set of tags and attributes that cannot run anything."""

    images: list[Image] = field(default_factory=list)
    """The body's images in page order."""

    image_credit: ImageCredit | None = None
    """The credit line for the article's images; null when there is none."""

    videos: list[Video] = field(default_factory=list)
    """The article's own videos in page order."""

    audio: list[Audio] = field(default_factory=list, metadata=ADDED)
    """The article's own recordings in page order."""

    copyright_notice: str | None = None
    """The rights notice as printed, with its label."""

    exclusive: bool | None = None
    """Whether the notice claims that the article is exclusive (``独家``); null without a notice."""

    is_free: bool | None = field(default=None, metadata=ADDED)
    """Whether everybody may read it without paying; null where the page does not say."""

    sponsored: bool | None = field(default=None, metadata=ADDED)
    """True where the page says that somebody paid for the article (``Advertorial``); null where it does not say."""

    keywords: list[str] | None = None
    """Keywords in page order; null where they are not shown one by one (see ``keywords_raw``) or not at
    all."""

    keywords_raw: str | None = None
    """The keywords' line as printed, label included, possibly run together."""

    comments: Comments = field(default_factory=Comments)
    """The comments of the page: their number and state."""

    recommendations: list[Recommendation] = field(default_factory=list)
    """The recommended videos in page order."""

    language: str | None = None
    """BCP 47 tag, as declared by the page or found from its letters."""

    amp_url: Url | None = field(default=None, metadata=ADDED)
    """Address of the AMP version of the page; null where there is none."""

    translations: list[Translation] = field(default_factory=list, metadata=ADDED)
    """The article in other languages, as the page links to them."""

    counts: Counts
    """Size of the body."""

    content_hash: ContentHash
    """``sha256:`` and 64 hexadecimal digits over the title and the paragraphs in match form (NFC, full width
    folded, whitespace dropped, case folded), each ended by U+000A, in UTF-8. Two captures with the same hash
    say the same."""

    site_facts: str | None = None
    """``id`` of the SiteFacts that the footer states; null when the page has no such footer."""

    fetched_at: datetime
    """Time of capture (WARC-Date) in UTC, never the time of parsing."""

    archive: Locator | None = None
    """Where the page lies in the archive; null for a record made outside a collection."""

    pages: list[Locator] = field(default_factory=list, metadata=ADDED)
    """Where the further pages of the article lie in the archive, in their order; empty where it has one page."""

    discovered: Lead | None = field(default=None, metadata=ADDED)
    """What led to the article; null where nobody knows, as for a page taken from an archive, and for sites that have a
    file of rules, whose archive gives the same record however it is asked."""

    provenance: Provenance
    """How the record was made."""


def as_record(item: Any) -> Any:
    """Turn an item into plain JSON values, its fields in the order of the class.

    >>> as_record(Comments(count=0, state="empty"))
    {'count': 0, 'state': 'empty'}
    """
    return orjson.loads(orjson.dumps(item))


def to_json_line(item: Any) -> bytes:
    r"""One line of JSON Lines: UTF-8 without escapes, the same bytes for the same item, a newline at the end.

    >>> to_json_line(Source(name="看看新闻Knews")).decode()
    '{"name":"看看新闻Knews","url":null}\n'
    """
    return orjson.dumps(item, option=orjson.OPT_APPEND_NEWLINE)
