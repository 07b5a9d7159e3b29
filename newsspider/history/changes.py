"""Two records of an article, compared: whether they are one version, and if not, what happened in between.

What is compared is what the article says, in a form that leaves out what changes without anybody's doing: whitespace,
the borders of paragraphs, the width of letters (``：`` and ``:``), the hosts, queries and sizes in the addresses of
images. Case counts, unlike in ``content_hash``: a reader sees it. Recommendations, comments, counts, alt texts, markup
and all that says how a record was made are not looked at.

Both records have to be made by the same parser: the earlier capture is parsed again, so that a better rule makes no
event. That the two pages are of different layouts must make none either: then a field that only one of them knows is
not compared, since a layout may not show it.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import unquote, urlsplit

from newsspider.record.events import Altered, EventName
from newsspider.text.width import fold_width

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from newsspider.record.body import ImageCredit
    from newsspider.record.items import Article, Channel, Person, Source

Form: TypeAlias = "str | int | tuple[Form, ...] | None"
"""A value as it is compared; None and () are nothing."""

MAX_SAID = 400
"""Characters of a value in an event; the captures have all of it."""
_AROUND = 60
"""How many of these stand before the first difference of a longer one, and after the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One kind of change between two records."""

    event: EventName
    changed: dict[str, Altered]
    """The fields that say something else."""
    claim: str | None = None
    """How the later page says that it was modified, where that is asked."""


def version_hash(article: Article) -> str:
    """Name a version: ``sha256:`` and 64 hexadecimal digits. Where ``changes`` finds any, two names differ.

    The reverse does not hold: another parser, or another layout, may give another name to a page that says the same.
    """
    forms = [form(article) for form in VERSION_FIELDS.values()]
    text = json.dumps(forms, ensure_ascii=False, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def changes(before: Article, after: Article) -> list[Change]:
    """Tell what happened between two records of an article, made by the same parser of two captures of it.

    At most one change of each event: ``moved``, ``headline_changed``, ``edited`` or ``silently_edited``, ``corrected``.
    """
    fields = _changed_fields(before, after)
    found = []
    if before.canonical_url != after.canonical_url:
        addresses = Altered(before=before.canonical_url, after=after.canonical_url)
        found.append(Change(event="moved", changed={"canonical_url": addresses}))
    if "title" in fields:
        found.append(Change(event="headline_changed", changed={"title": _altered("title", before, after)}))
    if "paragraphs" in fields:
        claim = claim_of_modification(before, after)
        text = {"body_text": _altered("paragraphs", before, after)}
        found.append(Change(event="edited" if claim else "silently_edited", changed=text, claim=claim))
    others = {name: _altered(name, before, after) for name in fields if name not in ("title", "paragraphs")}
    if others:
        found.append(Change(event="corrected", changed=others))
    return found


def _changed_fields(before: Article, after: Article) -> list[str]:
    same_layout = before.provenance.layout == after.provenance.layout
    is_whole = not (before.provenance.cut_off or after.provenance.cut_off)
    names = []
    for name, form in VERSION_FIELDS.items():
        one, other = form(before), form(after)
        # Of a page without an end nobody knows how the text went on, nor what stood below it.
        knowable = is_whole or name in _ABOVE_THE_TEXT
        if name == "published_at" and is_believed_once(before, after):
            continue
        if knowable and one != other and not (_agree(one, other) and not same_layout):
            names.append(name)
    return names


def _agree(one: Form, other: Form) -> bool:
    """Tell whether nothing in two values contradicts; what only one of them knows does not.

    >>> _agree((("记者", "陈正宝"),), ((None, "陈正宝"),)), _agree("时讯", None), _agree("时讯", "体育")
    (True, True, False)
    """
    if one in (None, (), "") or other in (None, (), ""):
        return True
    if isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other):
        return all(_agree(*pair) for pair in zip(one, other, strict=True))
    return one == other


def is_believed_once(before: Article, after: Article) -> bool:
    """Tell whether two pages print one time of publication, and it is believed in one of them only.

    In the other it lies after the capture: the clock of the crawl was wrong, and nobody changed anything.
    """
    believed = {before.published_at is not None, after.published_at is not None}
    return len(believed) > 1 and before.published_raw is not None and before.published_raw == after.published_raw


# ------------------------------------------------------------------------------------------- what a page claims


def claim_of_modification(before: Article, after: Article) -> str | None:
    """Say how the later page states that it was modified since the earlier one; None where it does not.

    By a modification time or a note that it did not have before. When in doubt it does: that somebody changed a text
    without a word is not to be said lightly.
    """
    if after.modified_at is not None and after.modified_at != before.modified_at:
        return f"modified_at: {after.modified_at.isoformat()}"
    known = set(map(_text, before.modification_notes))
    note = next((note for note in after.modification_notes if _text(note) not in known), None)
    return None if note is None else f"modification_notes: {_cut(note)}"


# --------------------------------------------------------------------------------------- forms, to be compared


# Of the characters that Unicode calls ignorable (Default_Ignorable_Code_Point, UAX #44) a reader sees nothing: marks of
# direction, joiners, variation selectors, fillers. Editors leave them behind.
_IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


def _text(text: str) -> str:
    r"""Give text the form in which it is compared.

    >>> _text("看看新闻Knews：（上海 讯）") == _text("看看新闻Knews:(上海讯)") != _text("看看新闻KNEWS:(上海讯)")
    True
    >>> _text("上海\u200e讯") == _text("上海讯")
    True
    """
    return fold_width(_IGNORABLE.sub("", "".join(text.split())))


def _optional(text: str | None) -> str | None:
    return None if text is None else _text(text)


def _name(of: Source | Channel | None) -> Form:
    return None if of is None else _text(of.name)


def _credit(credit: ImageCredit | None) -> Form:
    return None if credit is None else _text(credit.raw)


def _paragraphs(article: Article) -> Form:
    # Not by paragraphs: another layout of the same page divides them otherwise.
    return "".join(map(_text, article.paragraphs))


def _minute(article: Article) -> Form:
    """The time of publication, to the minute: not every witness knows the second."""
    return None if article.published_at is None else int(article.published_at.timestamp() // 60)


def _people(people: list[Person]) -> Form:
    return tuple((_optional(person.role), _text(person.name)) for person in people)


def _images(article: Article) -> Form:
    return tuple((media_path(each.url), _optional(each.caption), _optional(each.credit)) for each in article.images)


def _videos(article: Article) -> Form:
    return tuple((media_path(each.url) if each.url else None, each.media_id) for each in article.videos)


def _keywords(article: Article) -> Form:
    """The keywords as one: they are known one by one from one witness, run together from another."""
    if article.keywords:
        return _text("".join(article.keywords))
    return _KEYWORD_MARKS.sub("", _text(article.keywords_raw)) if article.keywords_raw else None


_KEYWORD_MARKS = re.compile(r"^关键[词字]:|[、,;|]")

_SIZE = re.compile(
    r"(?:(?<=\w)[_-]|(?<=/))(?:\d{2,5}[xX*]\d{1,5}|[wh]_?\d{2,5}(?:[_,-]?[wh]_?\d{2,5})?|thumb(?:nail)?|small|middle|large)"
    r"(?=[./_-]|$)",
    re.ASCII,
)
_STYLE = re.compile(r"(?<=\w)[!@][\w,.-]*$")  # a.jpg!w640, a.jpg@640w_1l: named styles of image services


def media_path(url: str) -> str:
    """Name an image or video by its address, without the host, the query and the size that a delivery network adds.

    >>> media_path("https://cdn2.example/a/Xy_640x360.jpg?t=1") == media_path("http://static.example/a/Xy.jpg!w300")
    True
    >>> media_path("https://static.example/a/Xy.jpg") == media_path("https://static.example/a/Xz.jpg")
    False
    """
    path = _SIZE.sub("", _STYLE.sub("", unquote(urlsplit(url).path)))
    return re.sub(r"/{2,}", "/", path)


VERSION_FIELDS: Mapping[str, Callable[[Article], Form]] = MappingProxyType(
    {
        "title": lambda article: _optional(article.title),
        "paragraphs": _paragraphs,
        "published_at": _minute,
        "source": lambda article: _name(article.source),
        "authors": lambda article: _people(article.authors),
        "editors": lambda article: _people(article.editors),
        "channel": lambda article: _name(article.channel),
        "images": _images,
        "image_credit": lambda article: _credit(article.image_credit),
        "videos": _videos,
        "copyright_notice": lambda article: _optional(article.copyright_notice),
        "keywords": _keywords,
    }
)
"""The fields that make a version, each with the form in which it is compared."""

_ABOVE_THE_TEXT = ("title", "published_at", "source", "authors", "channel")


# ------------------------------------------------------------------------------------------ values, to be read


def _altered(name: str, before: Article, after: Article) -> Altered:
    then, now = _cut_where_they_part(_said(name, before), _said(name, after))
    return Altered(before=then or None, after=now or None)


def _said(name: str, article: Article) -> str:
    """Write a field as a person reads it."""
    match name:
        case "paragraphs":
            return article.body_text or ""
        case "published_at":
            return article.published_at.isoformat() if article.published_at else ""
        case "source" | "channel":
            value = getattr(article, name)
            return value.name if value else ""
        case "authors" | "editors":
            return "、".join(f"{each.role or ''} {each.name}".strip() for each in getattr(article, name))
        case "images":
            lines = ((each.url, each.caption, each.credit) for each in article.images)
            return "\n".join(" ".join(filter(None, line)) for line in lines)
        case "image_credit":
            return article.image_credit.raw if article.image_credit else ""
        case "videos":
            return "\n".join(each.url or each.media_id or "" for each in article.videos)
        case "keywords":
            return "、".join(article.keywords) if article.keywords else article.keywords_raw or ""
        case _:
            return getattr(article, name) or ""


def _cut(text: str) -> str:
    return text if len(text) <= MAX_SAID else f"{text[:MAX_SAID]}…"


def _cut_where_they_part(one: str, other: str) -> tuple[str, str]:
    """Cut two texts that are long to what lies between their first and their last difference.

    >>> _cut_where_they_part("早" * 900 + "上" + "晚" * 900, "早" * 900 + "晚" * 900) == (
    ...     f"…{'早' * 60}上{'晚' * 60}…", f"…{'早' * 60}{'晚' * 60}…")
    True
    """
    if max(len(one), len(other)) <= MAX_SAID:
        return one, other
    shortest = min(len(one), len(other))
    start = _shared(one, other)
    end = min(_shared(one[::-1], other[::-1]), shortest - start)
    start, end = max(0, start - _AROUND), max(0, end - _AROUND)
    return _cut_out(one, start, end), _cut_out(other, start, end)


def _shared(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def _cut_out(text: str, start: int, end: int) -> str:
    cut = _cut(text[start : len(text) - end])
    tail = "…" if end and not cut.endswith("…") else ""
    return f"{'…' if start and cut else ''}{cut}{tail if cut else ''}"
