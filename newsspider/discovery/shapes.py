"""The shape of article addresses: what holds on most sites, and what was learned of this one.

The shape of an address is what it has in common with its like: ``/world/2026-11-28/harbour-lights-on.html`` and
``/city/2026-11-29/a-bridge-reopens.html`` are of one shape. Where pages of a shape were articles, others are.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import Literal, TypeAlias
from urllib.parse import unquote, urlsplit

Likeness: TypeAlias = Literal["named", "sure", "likely", "perhaps", "no"]
"""Whether an address is that of an article: ``named`` where a feed says so, ``sure`` where others of its shape were."""

_MOST_WRONG = 3
"""Pages of a shape that turn out to be none before its like are left alone."""

_LONGEST = 500
"""Characters of an address that are looked at."""

_EXTENSION = re.compile(r"\.([a-z]{2,5}[0-9]?)$")
_PAGES = frozenset(("html", "htm", "shtml", "shtm", "xhtml", "php", "asp", "aspx", "jsp", "jhtml", "do", "cms", "ece"))
"""Endings of addresses of pages; what ends otherwise is a file of another kind."""
_NEVER = re.compile(
    r"(?:about|contact|cookies?|legal|privacy|terms)\w*(?:-\w+){0,2}|accounts?|ads?|advertis\w*|amp|api|apps?|archives?"
    r"|authors?|browse|careers?|cart|categor(?:y|ies)|cdn-cgi|columnists?|comments?|corrections|copyright|donate|download|events?|faqs?|feeds?|galler(?:y|ies)"
    r"|help|horoscopes?|impressum|imprint|index|jobs|journalists?|kontakt|latest|links?|lists?|log-?(?:in|out)"
    r"|mentions-legales|my|newsletters?|page|pages|profiles?|puzzles?|quiz(?:zes)?|redirect|register|rss|search"
    r"|sections?|series|services?|share|shop|sign-?(?:in|up|out)|sitemaps?|staff|subscri\w*|support|tags?|teams?"
    r"|themes?|topics?|users?|verify|weather|wp-\w+|zt",
    re.IGNORECASE,
)
"""Segments of paths below which sites keep what is no article."""
_DATES = (
    re.compile(r"/(?:19|20)\d\d/(?:0?[1-9]|1[0-2])(?:/(?:0?[1-9]|[12]\d|3[01]))?/(?!\d\d?$)[^/]+$"),
    re.compile(r"(?<!\d)(?:19|20)\d\d[-_]?(?:0[1-9]|1[0-2])[-_]?(?:0[1-9]|[12]\d|3[01])(?!\d)(?=.*[^/\d])"),
)
_ID_PARAMETER = re.compile(r"(?:^|&)(?:\w{0,12}id|p|aid|nid|sid|no|num|article\w*|news\w*)=\w*\d{2}", re.IGNORECASE)
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_WORD = re.compile(r"\w+")


def likeness(url: str, text: str = "") -> Likeness:
    """Tell by an address, and by the *text* that links to it, whether it is an article's, as far as sites are alike.

    >>> [likeness(f"https://news.example/{path}") for path in ("2026/11/28/port", "a/2026-01-30/12.shtml", "c-4821733")]
    ['likely', 'likely', 'likely']
    >>> [likeness(f"https://news.example/{path}") for path in ("", "world", "tag/harbour-lights-on-again", "2026/11/")]
    ['no', 'no', 'no', 'no']
    >>> likeness("https://news.example/harbour", "Lights go on in the harbour after nine years")
    'perhaps'
    """
    parts = urlsplit(url[:_LONGEST])
    *above, last = [unquote(each) for each in parts.path.strip("/").split("/")]
    extension = _EXTENSION.search(last.lower())
    if extension:
        if extension[1] not in _PAGES:
            return "no"
        last = last[: extension.start()]
    has_id = _ID_PARAMETER.search(parts.query) is not None
    if any(map(_NEVER.fullmatch, above)) or (_NEVER.fullmatch(last) and not (has_id and last == "index")):
        return "no"
    kind = _kind(last)
    if has_id or any(date.search(parts.path.rstrip("/")) for date in _DATES) or kind in ("slug", "number", "id"):
        return "likely"
    return "perhaps" if last and kind == "word" and _is_headline(text) else "no"


def _is_headline(text: str) -> bool:
    """Whether a link says what a headline does, and not what a menu does."""
    if len(_HAN.findall(text)) >= 9:
        return True
    return len(text) >= 25 and len(_WORD.findall(text)) >= 5


def _kind(segment: str) -> str:
    """Tell what a segment of a path is made of."""
    if segment.isdigit():
        return "number" if len(segment) >= 5 else f"{len(segment)} digits"
    parts = [each for each in re.split(r"[-_.,+ ]+", segment) if each]
    if len(parts) >= 4 or len(_HAN.findall(segment)) >= 6:
        return "slug"
    if any(each.isdigit() and len(each) >= 5 for each in parts) or re.search(r"[0-9]{6}", segment):
        return "slug" if len(parts) > 1 else "id"
    digits = sum(map(str.isdigit, segment))
    if len(parts) == 1 and len(segment) >= 8 and (digits >= 2 or (digits and segment.lower() != segment)):
        return "id"
    return "word"


@lru_cache(maxsize=1 << 16)  # of all that wait in a run, each is asked for again at every step
def shape(url: str) -> str:
    """Return what an address has in common with its like.

    >>> shape("https://news.example/world/2026/11/28/harbour-lights-on-again.html?id=7")
    '/word/4 digits/2 digits/2 digits/slug.html?id'
    """
    parts = urlsplit(url[:_LONGEST])
    segments = unquote(parts.path).strip("/").split("/")
    extension = _EXTENSION.search(segments[-1].lower())
    if extension:
        segments[-1] = segments[-1][: extension.start()]
    named = "&".join(sorted({each.partition("=")[0] for each in parts.query.split("&")}))
    path = "/".join("2 digits" if (kind := _kind(each)) == "1 digits" else kind for each in segments[:12])
    return f"/{path}{extension[0] if extension else ''}{'?' if named else ''}{named[:100]}"


def is_plain(url: str) -> bool:
    """Tell whether an address is made of plain words alone, as those of sections are, whatever else is.

    >>> [is_plain(f"https://news.example/{path}") for path in ("harbour/", "town/harbour", "a-bridge-reopens-at-last")]
    [True, True, False]
    """
    return {*shape(url).strip("/").split("/")} == {"word"}


class Experience:
    """The kinds that pages of a site turned out to be, by the shapes of their addresses."""

    def __init__(self) -> None:
        self._articles: Counter[str] = Counter()
        self._others: Counter[str] = Counter()

    def add(self, url: str, *, is_article: bool) -> None:
        """Learn of a page what it is."""
        (self._articles if is_article else self._others)[shape(url)] += 1

    def evidence(self, url: str) -> bool | None:
        """Tell whether pages of the same shape were articles; None where that is not known well enough."""
        articles, others = self._articles[shape(url)], self._others[shape(url)]
        if articles and articles >= others:
            return not _is_never(url)
        return False if others >= _MOST_WRONG and others > articles else None

    def likeness(self, url: str, text: str = "") -> Likeness:
        """Tell whether an address is that of an article: by what was learned, else as ``likeness`` does.

        >>> experience = Experience()
        >>> experience.likeness("https://news.example/harbour", "Home")
        'no'
        >>> experience.add("https://news.example/a/oldbridge", is_article=True)
        >>> [experience.likeness(f"https://news.example/{path}", "Harbour") for path in ("a/harbour", "tag/harbour")]
        ['sure', 'no']
        """
        evidence = self.evidence(url)
        return likeness(url, text) if evidence is None else "sure" if evidence else "no"


def _is_never(url: str) -> bool:
    segments = urlsplit(url).path.strip("/").split("/")
    return segments == [""] or any(map(_NEVER.fullmatch, segments))
