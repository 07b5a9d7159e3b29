"""Reads facts of an article besides its text: whether it is free, if somebody paid for it, where else it is."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from newsspider.record.body import Audio
from newsspider.record.items import Translation
from newsspider.text.processors import clean_text, natural

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from newsspider.parsing.page import Block, Element, Resolve

MAX_TRANSLATIONS = 100
MAX_AUDIO = 50

_MAX_SECTION = 100  # characters
_MAX_LABEL = 40
_MAX_ORIGINAL = 200
_HOME = re.compile(r"/?(?:[A-Za-z]{2,3}(?:[-_][A-Za-z]{2,4})?/?)?(?:index\.\w+)?")
_SPONSORED = re.compile(
    r"\W*(?:(?:sponsored|paid|promoted|branded|partner)\s(?:content|post|story|article)|advertorial|paid\s(?:post|for\sby\b.*)"
    r"|publi-?reportage|publirreportaje|publiredazionale|advertentie|sponset\sinnhold|赞助内容|赞助文章|推广内容|推广文章"
    r"|商业推广|广告文章|本文(?:为|系|是)(?:广告|推广|商业推广|赞助内容))\W*",
    re.IGNORECASE,
)
_ORIGINAL = re.compile(
    r"[(\uff08\[【]?(?:本?文)?原(?:文)?(?:(?:标题|標題|题|題)\s?[:\uff1a]\s?|(?:标题|標題|题|題)[为為]\s?(?=《))"
    r"(?P<quoted>《)?(?P<title>.+?)(?(quoted)》)[)\uff09\]】]?"
)
_TRUE, _FALSE = frozenset(("true", "yes", "1")), frozenset(("false", "no", "0"))
_BOOLEAN = re.compile(r"(?:https?://schema\.org/)?(\w+)")
_SECTION_NAMES = ("article:section", "og:article:section", "parsely-section", "section")
_SPONSORED_NAMES = ("article:sponsored", "article:is_sponsored", "is_sponsored", "issponsored", "sponsored")
_SPONSORED_TYPES = ("AdvertiserContentArticle",)
_TIERS = {"free": True, "locked": False}  # what is "metered" is free for some readers and not for others
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,4}")
_DURATION = re.compile(r"P(?:(\d{1,3})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,7})(?:\.\d+)?S)?)?")


def from_json_ld(thing: Mapping[str, Any], resolve: Resolve) -> dict[str, Any]:
    """Return the facts of the article in JSON-LD, by field."""
    return {
        "is_free": _is_free(thing),
        "section": _section(thing.get("articleSection")),
        "sponsored": True if any(str(each).endswith(_SPONSORED_TYPES) for each in _list(thing.get("@type"))) else None,
        "audio": _audio(thing.get("audio"), resolve) or None,
    }


def from_meta(named: Mapping[str, str], resolve: Resolve) -> dict[str, Any]:
    """Return the facts in ``<meta>``, by field."""
    audio = resolve(named.get("og:audio:secure_url") or named.get("og:audio"))
    return {
        "is_free": _TIERS.get(named.get("article:content_tier", "").strip().lower()),
        "section": next((found for name in _SECTION_NAMES if (found := _section(named.get(name)))), None),
        "sponsored": True if any(_boolean(named.get(name)) for name in _SPONSORED_NAMES) else None,
        "audio": [Audio(url=audio)] if audio else None,
    }


def from_links(links: Iterable[Element], url: str, resolve: Resolve) -> dict[str, Any]:
    """The other forms of the article that *links*, ``<link>`` of the page at *url*, name, by field."""
    amp = None
    translations: dict[str, Translation] = {}
    for link in links:
        rel = (link.get("rel") or "").lower().split()
        if "amphtml" in rel and amp is None:
            amp = resolve(link.get("href"))
        elif "alternate" in rel and (language := (link.get("hreflang") or "").strip()):
            address = resolve(link.get("href"))
            if (
                address
                and address != url
                and _LANGUAGE_TAG.fullmatch(language)
                and not _HOME.fullmatch(urlsplit(address).path)
                and len(translations) < MAX_TRANSLATIONS
            ):
                translations.setdefault(language, Translation(language=language, url=address))
    return {"amp_url": None if amp == url else amp, "translations": list(translations.values()) or None}


def printed(above: Sequence[Block], below: Sequence[Block]) -> dict[str, Any]:
    """Return the facts in the lines around the headline, by field."""
    lines = [block.line for block in (*above, *below) if block.pieces]
    paid = any(_SPONSORED.fullmatch(line) for line in lines if 0 < len(line) <= _MAX_LABEL)
    original = next((title for line in lines if "原" in line[:4] and (title := original_title(line))), None)
    return {"sponsored": paid or None, "original_title": original}


def original_title(line: str) -> str | None:
    """The headline under which the source published an article, from the line that names it.

    >>> original_title("（原标题：上海今天启动大调研）"), original_title("原标题很长。")
    ('上海今天启动大调研', None)
    """
    match = _ORIGINAL.fullmatch(line) if "原" in line[:4] and len(line) <= _MAX_ORIGINAL else None
    return match and clean_text(match["title"])


def _is_free(thing: Mapping[str, Any]) -> bool | None:
    said = _boolean(thing.get("isAccessibleForFree"))
    if said is None and any(
        isinstance(part, dict) and _boolean(part.get("isAccessibleForFree")) is False
        for part in _list(thing.get("hasPart"))
    ):
        return False
    return said


def _boolean(value: object) -> bool | None:
    """A truth value, as JSON has it or by one of the words that pages write.

    >>> [_boolean(value) for value in (False, "True", "http://schema.org/False", "maybe", None)]
    [False, True, False, None, None]
    """
    if isinstance(value, bool):
        return value
    word = _BOOLEAN.fullmatch(value.strip()) if isinstance(value, str) else None
    if word is None:
        return None
    text = word[1].lower()
    return True if text in _TRUE else False if text in _FALSE else None


def _section(value: object) -> str | None:
    """The first of the sections that is a name."""
    for each in _list(value):
        name = clean_text(unescape(each)) if isinstance(each, str) and len(each) < 2 * _MAX_SECTION else None
        if name and len(name) <= _MAX_SECTION and "://" not in name:
            return name
    return None


def _audio(value: object, resolve: Resolve) -> list[Audio]:
    found: dict[str, Audio] = {}
    for each in _list(value)[:MAX_AUDIO]:
        if isinstance(each, str):
            each = {"contentUrl": each}
        if not isinstance(each, dict):
            continue
        url, name = each.get("contentUrl"), each.get("name")
        if isinstance(url, str) and (url := resolve(url)):
            title = clean_text(name[:500]) if isinstance(name, str) else None
            found.setdefault(url, Audio(url=url, title=title, duration_s=_seconds(each.get("duration"))))
    return list(found.values())


def _seconds(value: object) -> int | None:
    """A length in seconds, from a number or from ISO 8601.

    >>> _seconds("PT1H2M3.5S"), _seconds("PT0S"), _seconds(90), _seconds("P"), _seconds("3 min")
    (3723, 0, 90, None, None)
    """
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None or not any(match.groups()):
        return natural(value)
    days, hours, minutes, seconds = (int(each or 0) for each in match.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
