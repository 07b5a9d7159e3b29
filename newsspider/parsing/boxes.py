"""The kinds of boxes of a page, by tag, role, class and id; programmers write English on pages of any language."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsspider.parsing.page import Element

SURELY, STRONGLY, WEAKLY, NOT = 3, 2, 1, 0
"""How surely a box stands beside the article."""

BESIDE = frozenset(
    ("nav", "aside", "footer", "form", "header", "button", "menu", "dialog", "fieldset", "hgroup", "address")
)
"""Elements that stand beside the article."""

AROUND = ("form", "header", "fieldset")
"""Those of them that on some pages are around all."""

ROLES = frozenset(("navigation", "complementary", "contentinfo", "dialog", "search", "banner", "menu", "alert", "form"))
"""Roles of such elements."""

# A box called by one of the first may have more than half of the prose of the article and still be none of it, as
# comments do; the others are often part of what the article itself is called, such as paywall-article.
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_STRONG = frozenset((
    "comment", "comments", "commentlist", "cmt", "disqus", "kommentar", "kommentare", "comentarios", "related",
    "recommend",
    "recommended", "recommendation", "recommendations", "sidebar", "footer", "nav", "navbar", "navigation", "menu",
    "breadcrumb", "breadcrumbs", "newsletter", "share", "sharing", "social", "popular", "trending", "cookie",
    "consent", "modal", "popup", "advert", "advertisement", "ads", "sponsored", "promo", "teaser", "teasers",
    "outbrain", "taboola", "pinglun", "tuijian", "widget", "signup", "tooltip", "cta", "donation", "donate",
    "blurred", "relacionadas", "relacionados", "relacionada", "relacionado", "correlati", "correlate", "correlato",
    "verwandte",
))  # fmt: skip
_WEAK = frozenset((
    "byline", "author", "authors", "bio", "tag", "tags", "topics", "caption", "credit", "credits", "paywall",
    "subscribe", "subscription", "most", "toolbar", "copyright", "disclaimer", "hidden", "visually", "sr", "rail",
    "more", "also", "card", "cards", "meta", "metadata", "info", "timestamp", "date", "headline", "kicker", "ad",
    "read", "carousel", "slider", "gallery", "video", "player", "login", "register", "rating", "vote", "poll",
    "quiz", "statement", "aussi", "leia", "saiba", "leggi", "mehr", "weitere", "abo",
))  # fmt: skip
_STRONG_BEGINNINGS = (
    "related", "recommend", "newsletter", "sidebar", "breadcrumb", "sponsored", "outbrain", "taboola", "popular",
    "trending", "signup",
)  # fmt: skip
_WEAK_BEGINNINGS = ("author", "share", "readalso", "readmore", "seealso")
"""Of words that are run together: relatedposts, authorbox."""
_COMMENTS = frozenset((
    "comment", "comments", "commentlist", "cmt", "disqus", "kommentar", "kommentare", "comentarios", "commentaires",
    "commenti", "pinglun", "replies",
))  # fmt: skip
"""Of these an element may have any share of the prose, where an article stands above it."""
_AUTHORS = frozenset(("author", "authors", "autor", "auteur", "contributor", "writer"))
_OF_AUTHORS = frozenset(("bio", "biography", "about", "profile", "card", "box", "blurb"))
"""Words beside them in what the lives of authors below an article are called."""
_WITH_COMMENTS = frozenset((
    "has", "no", "with", "enabled", "open", "closed", "allow", "allowed", "article", "story", "content", "body",
    "entry",
))  # fmt: skip
"""Words beside them in what an article itself is called."""
_HIDDEN_ELSE = frozenset(("label", "labels", "overflow"))
"""Words beside ``hidden`` in a class that hides something else than the element."""


def called(element: Element) -> str:
    """Return what an element is called: its class and its id."""
    return f"{element.get('class') or ''} {element.get('id') or ''}"


def first_name(element: Element) -> str:
    """Return the first word in the class of an element, without a number at its end; ``""`` where it has none.

    >>> from lxml.html import fromstring
    >>> [first_name(fromstring(f"<p class='{name}'>")) for name in ("part part-2", "part-2", "col_12", "")]
    ['part', 'part', 'col', '']
    """
    names = (element.get("class") or "").split(maxsplit=1)
    return names[0].rstrip("0123456789").rstrip("-_") if names else ""


def words_in(names: str) -> set[str]:
    """Return the words in what elements or files are called, in small letters.

    >>> sorted(words_in("related-Posts qrCode XMLList"))
    ['code', 'list', 'posts', 'qr', 'related', 'xml']
    """
    return {word.lower() for word in _WORDS.findall(names)}


@lru_cache(maxsize=4096)  # the pages of a site have the same few hundred classes
def kind_of(names: str) -> int:
    """Return the kind of an element by the words in its class and id."""
    words = words_in(names)
    if "elementor" in words:  # which calls all its boxes so
        words.discard("widget")
    if "hidden" in words and not _HIDDEN_ELSE.isdisjoint(words):
        words.discard("hidden")
    if not _COMMENTS.isdisjoint(words):
        return SURELY if _WITH_COMMENTS.isdisjoint(words) else STRONGLY
    if not _STRONG.isdisjoint(words) or any(word.startswith(_STRONG_BEGINNINGS) for word in words):
        return STRONGLY
    if not _AUTHORS.isdisjoint(words) and not _OF_AUTHORS.isdisjoint(words):
        return STRONGLY
    if not _WEAK.isdisjoint(words) or any(word.startswith(_WEAK_BEGINNINGS) for word in words):
        return WEAKLY
    return NOT
