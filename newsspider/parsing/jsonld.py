"""JSON-LD (schema.org) as pages hold it: the thing that is this page's article, out of all that are described.

Publishers write one article in many ways: alone, in a list, in ``@graph``, as the ``mainEntity`` of the page; its
author by a reference to another thing; texts with HTML's character references in them.
"""

from __future__ import annotations

import json
import re
from html import unescape
from typing import TYPE_CHECKING, Any, NamedTuple

from newsspider.text.processors import clean_text, fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newsspider.parsing.doubts import Doubts

Thing = dict[str, Any]

MAX_JSON = 1 << 20
"""Characters of one script that are read."""

MAX_THINGS = 2000
"""Things of one page that are looked at; the rest are lists of other pages."""

_ARTICLES = frozenset(("BlogPosting", "LiveBlogPosting", "SocialMediaPosting", "Report"))
_OF_AN_ARTICLE = frozenset(("VideoObject", "AudioObject", "ClaimReview", "Review", "Recipe", "ImageGallery"))
_PAGES = frozenset(("WebPage", "ItemPage"))
_VOCABULARY = re.compile(r"(?:https?://schema\.org/|schema:)")
_MAX_DIGITS = 15
_WITHIN = ("@graph", "mainEntity", "mainEntityOfPage")
_FENCE = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?://\s*\]\]>|\]\]>|-->|;)\s*$")


class Things(NamedTuple):
    """The things that the scripts of one page describe."""

    article: Thing | None
    """The article; failing that the video, the review or the page itself, if it says when it was published."""

    named: dict[str, Thing]
    """Things by their ``@id``."""

    @property
    def is_article(self) -> bool:
        """Whether the page calls itself an article or a video, and not just a page."""
        return self.article is not None and rank(self.article) < 2


def read_things(texts: Iterable[str], names: Iterable[str | None], doubts: Doubts) -> Things:
    """Read the scripts *texts*; of several articles the one that has one of the *names* of the page is taken.

    What cannot be read leaves a warning.
    """
    ranked: list[tuple[int, Thing]] = []
    named: dict[str, Thing] = {}
    for text in texts:
        try:
            things = list(_things(text))
        except (ValueError, RecursionError) as error:
            doubts.warn("json-ld", f"a script was not read: {clean_text(str(error))}")
            continue
        for thing in things:
            place = rank(thing)
            if place < 3:
                ranked.append((place, thing))
            if isinstance(thing_id := thing.get("@id"), str) and ("name" in thing or thing_id not in named):
                named[thing_id] = thing
    if not ranked:
        return Things(None, named)
    best = min(place for place, _ in ranked)
    candidates = [thing for place, thing in ranked if place == best]
    return Things(_of_this_page(candidates, names) if len(candidates) > 1 else candidates[0], named)


def _of_this_page(candidates: list[Thing], names: Iterable[str | None]) -> Thing:
    folded = [form(name) for name in names if name]
    for thing in candidates:
        headline = form(string(thing.get("headline")) or string(thing.get("name")) or "")
        if headline and any(name.startswith(headline) for name in folded):
            return thing
    return candidates[0]


def form(text: str) -> str:
    """The form in which titles are compared: without white space, and with one sort of quotation marks."""
    for sort, signs in _SIGNS:
        # One replacement for each of the few signs that a text has; translate() takes many times as long.
        while sign := signs.search(text):
            text = text.replace(sign[0], sort)
    return "".join(fold(text).split())


_SIGNS = (('"', re.compile("[“”„«»″「」『』]")), ("'", re.compile("[‘’‚`´′]")), ("-", re.compile("[‐‑‒–—]")))


def _things(text: str) -> Iterator[Thing]:
    """The things in a script, also inside lists and ``@graph``; ``ValueError`` for what is no JSON."""
    if len(text) > MAX_JSON:
        raise ValueError(f"more than {MAX_JSON} characters")
    try:
        top = json.loads(text, parse_int=_number, strict=False)
    except ValueError:
        bare = _FENCE.sub("", _FENCE.sub("", text))
        if bare == text:
            raise
        top = json.loads(bare, parse_int=_number, strict=False)
    waiting, seen = [top], 0
    while waiting and seen < MAX_THINGS:
        thing = waiting.pop()
        seen += 1
        if isinstance(thing, list):
            waiting += reversed(thing)
        elif isinstance(thing, dict):
            yield thing
            waiting += [thing[key] for key in reversed(_WITHIN) if key in thing]


def rank(thing: Thing) -> int:
    """Return the rank of a thing: 0 for an article, 1 for one that may stand for it, 2 for a page, 3 for all others."""
    types = _types(thing)
    if any(each.endswith("Article") or each in _ARTICLES for each in types):
        return 0
    if not _OF_AN_ARTICLE.isdisjoint(types):
        return 1
    is_dated = "datePublished" in thing or "pubDate" in thing
    return 2 if is_dated and (not types or not _PAGES.isdisjoint(types)) else 3


def _types(thing: Thing) -> list[str]:
    """The types of a thing that are words, without the vocabulary before them: ``http://schema.org/``, ``schema:``."""
    types = thing.get("@type")
    words = types if isinstance(types, list) else [types]
    return [_VOCABULARY.sub("", word) for word in words if isinstance(word, str)]


def _number(digits: str) -> int | float:
    """As JavaScript reads it; Python refuses to read thousands of digits."""
    return int(digits) if len(digits) <= _MAX_DIGITS else float(digits)


def date(value: object) -> str | None:
    """Return the text of a date; any other value as it stands, so that whoever reads it says so."""
    text = string(value)
    return json.dumps(value, ensure_ascii=False) if text is None and value is not None else text


def string(value: object) -> str | None:
    """Text, alone, first in a list or as the ``@value`` of an object, as JSON-LD has it."""
    if isinstance(value, list):
        value = next((each for each in value if isinstance(each, str)), None)
    if isinstance(value, dict):
        value = value.get("@value")
    if not isinstance(value, str):
        return None
    return unescape(value) if "&" in value else value


def _parts_of_name(thing: Thing) -> str | None:
    """The name of a person of whom given and family name are separate."""
    parts = [string(thing.get(key)) for key in ("givenName", "familyName")]
    return " ".join(filter(None, parts)) or None


def people(value: object, named: dict[str, Thing]) -> list[str]:
    """The names of whoever is in *value*: texts, things with a name, references to such, and lists of these."""
    return [name for each in _each(value, named) for name in _names(each)]


def organizations(value: object, named: dict[str, Thing]) -> list[str]:
    """The names of those in *value* of which JSON-LD says itself that they are no persons."""
    things = (each for each in _each(value, named) if isinstance(each, dict))
    return [name for each in things if any(map(_is_organization, _types(each))) for name in _names(each)]


def _each(value: object, named: dict[str, Thing]) -> Iterator[object]:
    """The things and texts in *value*, what is referred to in place of its reference."""
    for each in value if isinstance(value, list) else [value]:
        yield named.get(str(each.get("@id")), each) if isinstance(each, dict) and not each.get("name") else each


def _names(each: object) -> list[str]:
    if not isinstance(each, dict):
        return [*filter(None, [string(each)])]
    names = each.get("name") or each.get("byline") or _parts_of_name(each)
    return [*filter(None, map(string, names if isinstance(names, list) else [names]))]


def _is_organization(kind: str) -> bool:
    return kind.endswith("Organization")
