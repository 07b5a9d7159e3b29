"""What leaves: the Article, its parts, and the SiteFacts of the footer, with a sentence under every field.

The sentences are published as the descriptions of the JSON Schema (``newsspider/schema.py`` reads them from
here), so a field is explained once. Items are mutable because loaders and pipelines fill them.

Everywhere: ``None`` means that the page does not say, never an empty string, midnight or a guess; a list is
empty when the page shows nothing of the kind; text is NFC with its width kept (``：`` stays ``：``); a
``datetime`` is aware and printed by ``datetime.isoformat``: ISO 8601 with a numeric offset.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal

import orjson

SCHEMA_VERSION: Literal["1.0"] = "1.0"

Precision = Literal["second", "minute", "hour", "day", "week", "month", "year"]
CommentsState = Literal["empty", "login_required", "closed", "unknown"]
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

# An enumeration that later minor versions may add to: the published schema gives its values as examples.
OPEN = ("open", True)

# What the JSON Schema asks of a value beyond its type: a keyword and its value.
Url = Annotated[str, ("pattern", "^https?://[!-~]+$")]
Natural = Annotated[int, ("minimum", 0)]
Rank = Annotated[int, ("minimum", 1)]
IsoDate = Annotated[str, ("pattern", r"^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?[+-]\d\d:\d\d)?$")]
ContentHash = Annotated[str, ("pattern", "^sha256:[0-9a-f]{64}$")]


@dataclass(slots=True, kw_only=True)
class Source:
    """Whoever supplied the article, as the line under the title names them."""

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
class Image:
    """An image of the body, not of the chrome."""

    url: Url
    """Absolute http(s) address; of a lazily loaded image the real one, not the placeholder."""

    alt: str | None = None
    """The alt text; null when absent or empty."""

    caption: str | None = None
    """The figure's caption; null when there is none."""

    credit: str | None = None
    """The credit that stands in this image's caption, as printed; the article's own is in
    ``image_credit``."""

    position: Natural
    """How many paragraphs of ``paragraphs`` stand before it: 0 is above the first."""


@dataclass(slots=True, kw_only=True)
class ImageCredit:
    """The credit line under the body, such as ``(图片来源:陈正宝/摄)``; whom it names is not an author."""

    raw: str
    """The line as printed."""

    name: str | None = None
    """The person or agency that the line names; null when it cannot be told apart."""

    role: str | None = None
    """The word for what they did as printed, for example ``摄``; null when there is none."""


@dataclass(slots=True, kw_only=True)
class Video:
    """A video of the article."""

    url: Url | None = None
    """Absolute http(s) address of the media file; null when the page gives only a number of the video
    system."""

    poster: Url | None = None
    """Absolute http(s) address of the still; null when there is none."""

    duration_s: Natural | None = None
    """Length in seconds; null when the page does not say."""

    media_id: str | None = None
    """The site's number for the video (``omsid`` on legacy pages); null when there is none."""


@dataclass(slots=True, kw_only=True)
class Comments:
    """What the page says of its comments."""

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


@dataclass(slots=True, kw_only=True)
class Locator:
    """Where the proof of a record lies: the WARC record of the page."""

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


@dataclass(slots=True, kw_only=True)
class Charset:
    """How the page's bytes became text."""

    declared: list[str] = field(default_factory=list)
    """Encodings that the page claims, header first; they may be wrong."""

    used: str
    """The encoding by which it was read."""

    replacements: Natural = 0
    """How many U+FFFD the reading had to put in."""


@dataclass(slots=True, kw_only=True)
class Provenance:
    """How the record was made, and what a reader should doubt."""

    parser: str
    """The site's parser: the module's name under ``newsspider/sites``."""

    parser_version: str
    """Changes whenever the same page would give another record."""

    layout: str
    """The kind of page that was recognised, for example ``current``, ``legacy``, ``landmarks`` or
    ``state``."""

    charset: Charset
    """How the bytes were read."""

    fields: dict[str, str] = field(default_factory=dict)
    """For every field that is filled from the page, the witness that was believed."""

    warnings: list[str] = field(default_factory=list)
    """Sentences that begin with a field's name: what is missing, doubtful, or said differently by two
    witnesses."""


@dataclass(slots=True, kw_only=True)
class Article:
    """One article page, as captured once."""

    schema_version: Literal["1.0"] = SCHEMA_VERSION
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

    body_text: str | None = None
    """The paragraphs joined by a blank line: no credit line, no rights notice, nothing of the chrome."""

    paragraphs: list[str] = field(default_factory=list)
    """The body's paragraphs in page order."""

    body_html: str | None = None
    """The body's markup reduced to a small set of tags and attributes that cannot run anything."""

    images: list[Image] = field(default_factory=list)
    """The body's images in page order."""

    image_credit: ImageCredit | None = None
    """The credit line for the article's images; null when there is none."""

    videos: list[Video] = field(default_factory=list)
    """The article's own videos in page order."""

    copyright_notice: str | None = None
    """The rights notice as printed, with its label."""

    exclusive: bool | None = None
    """Whether the notice claims that the article is exclusive (``独家``); null without a notice."""

    keywords: list[str] | None = None
    """Keywords in page order; null where they are not shown one by one (see ``keywords_raw``) or not at
    all."""

    keywords_raw: str | None = None
    """The keywords' line as printed, label included, possibly run together."""

    comments: Comments = field(default_factory=Comments)
    """What the page says of its comments."""

    recommendations: list[Recommendation] = field(default_factory=list)
    """The recommended videos in page order."""

    language: str | None = None
    """BCP 47 tag, as declared by the page or told from its letters."""

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

    provenance: Provenance
    """How the record was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """A permit that the publisher states."""

    name: str
    """The permit as the footer names it, for example ``互联网新闻信息服务许可证``."""

    number: str
    """Its number as printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A telephone number that the footer states."""

    number: str
    """As printed, for example ``021-62870000``."""

    label: str | None = None
    """The words before it, for example ``举报电话``."""

    holder: str | None = None
    """Whose number it is, where that stands in brackets behind it, for example ``市版权局``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """An e-mail address that the footer states."""

    address: str
    """As printed."""

    label: str | None = None
    """The words before it, for example ``举报邮箱``."""


@dataclass(slots=True, kw_only=True)
class SiteFacts:
    """What a site's footer says of its publisher: one record per change, not one per article."""

    schema_version: Literal["1.0"] = SCHEMA_VERSION
    """Version of this schema."""

    id: str
    """``<site>:facts:`` and 16 hexadecimal digits of SHA-256 over the facts below; the same facts give the
    same id."""

    site: str
    """Name of the site, as in ``scrapy crawl <site>``."""

    publisher: str | None = None
    """The company that claims the rights in the footer."""

    copyright: str | None = None
    """The footer's copyright line as printed."""

    licences: list[Licence] = field(default_factory=list)
    """Permits in the order printed."""

    icp_numbers: list[str] = field(default_factory=list)
    """Numbers of the ICP registration as printed, for example ``沪ICP备10207042号-1``."""

    police_numbers: list[str] = field(default_factory=list)
    """Numbers of the public security registration as printed, for example ``沪公网安备 31010602001114号``."""

    phones: list[Phone] = field(default_factory=list)
    """Telephone numbers in the order printed."""

    emails: list[Email] = field(default_factory=list)
    """E-mail addresses in the order printed."""

    url: Url
    """The page on which these facts were read."""

    fetched_at: datetime
    """When that page was captured, in UTC."""

    archive: Locator | None = None
    """Where that page lies in the archive; null for a record made outside a collection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Altered:
    """What a field said before and after, for a person to read: a long text is cut to where the two part."""

    before: str | None
    """What it said; null when it said nothing."""

    after: str | None
    """What it says now; null when it says nothing."""


@dataclass(slots=True, kw_only=True)
class Event:
    """Something that happened to an article, as two captures of it show."""

    schema_version: Literal["1.0"] = SCHEMA_VERSION
    """Version of this schema."""

    event: Annotated[EventName, OPEN]
    """``published``: the article was seen for the first time; ``edited``: its text changed, and the page says that it
    was modified; ``silently_edited``: its text changed, and the page says no such thing; ``headline_changed``;
    ``corrected``: something else that it states changed; ``moved``: its address leads to that of an article at
    another address; ``gone``: the site answers 404 or 410; ``soft_gone``: the site answers with a page that is no
    article; ``restored``: it is there again; ``changed``: it is not what it was, but the earlier capture cannot be
    read, so nothing tells what changed. Later versions may add others."""

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
