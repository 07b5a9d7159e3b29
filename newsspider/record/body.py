"""The parts of an article's body in a record: blocks, images, videos and recordings.

What is said in ``newsspider/record/items.py`` of all items holds here too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal, NotRequired, TypedDict

from newsspider.record.values import OPEN, Natural, Url

BlockType = Literal["paragraph", "heading", "list", "table", "quote", "image", "embed", "live_entry"]
EmbedKind = Literal["video", "audio", "post", "map", "frame"]
Level = Annotated[int, ("minimum", 1), ("maximum", 6)]


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
    """The person or agency that the line names; null when it cannot be separated."""

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
class Audio:
    """A recording that belongs to the article: the text read aloud, a podcast, an interview."""

    url: Url
    """Absolute http(s) address of the media file."""

    title: str | None = None
    """What the page calls it; null when it has no name."""

    duration_s: Natural | None = None
    """Length in seconds; null when the page does not say."""


class BodyBlock(TypedDict):
    """A part of the body: what it is, and of the other fields those that the page fills; no other is there.

    The texts of paragraphs, headings and quotes, the items of lists and the rows of tables are, in this order, the
    lines of ``paragraphs``.
    """

    type: Annotated[BlockType, OPEN]
    """``paragraph``; ``heading`` within the body; ``list``; ``table``; ``quote``, words set apart as another's;
    ``image``; ``embed``, what another page or a player shows in this place; ``live_entry``, which begins an entry of a
    live blog: the blocks up to the next one are what it says. Later versions may add others."""

    text: NotRequired[str]
    """Of a paragraph, a heading, a quote, or an embedded post whose words stand in the page."""

    level: NotRequired[Level]
    """Of a heading: 1 to 6, as in ``h1`` to ``h6``."""

    ordered: NotRequired[bool]
    """Of a list: whether its items are numbered."""

    items: NotRequired[list[str]]
    """Of a list: its items, those of lists within it after the item in which they stand."""

    rows: NotRequired[list[list[str | None]]]
    """Of a table: its rows from top to bottom, each with its cells from left to right; an empty cell is null."""

    url: NotRequired[Url]
    """Of an image or an embed: absolute http(s) address."""

    alt: NotRequired[str]
    """Of an image: its alt text."""

    caption: NotRequired[str]
    """Of an image or a table: its caption."""

    credit: NotRequired[str]
    """Of an image: the credit in its caption, as printed."""

    kind: NotRequired[Annotated[EmbedKind, OPEN]]
    """Of an embed: ``video``, ``audio``, a ``post`` of a social network, a ``map``, or any other ``frame``. Later
    versions may add others."""

    at: NotRequired[datetime]
    """Of a live entry: when it was published."""

    title: NotRequired[str]
    """Of a live entry: its headline, which is one of ``paragraphs`` too where the page prints it in the body."""
