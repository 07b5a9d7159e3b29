"""The witness of metadata: what a page tells search engines and social networks about itself.

JSON-LD (schema.org), Open Graph, ``<meta name>`` and ``<title>`` are heard apart, best first, since they are written by
different hands and contradict each other often enough.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from newsspider.processors import clean_text

if TYPE_CHECKING:
    from newsspider.witnesses.page import Page

_ARTICLE_TYPES = frozenset(("Article", "NewsArticle", "ReportageNewsArticle", "BlogPosting", "VideoObject"))
_MAX_JSON = 1 << 20  # characters
_KEYWORD_SEPARATORS = re.compile(r"[,\uff0c、;\uff1b|]")


class Metadata:
    """The metadata of one page."""

    def __init__(self, page: Page):
        self.named: dict[str, str] = {}
        """Content of the first ``<meta>`` of each name or property."""

        self.title: str | None = None
        self.canonical: str | None = None
        self.language = page.root.get("lang")
        self._json_ld: list[str] = []
        for element in page.root.iter("title", "meta", "link", "script"):
            match element.tag:
                case "meta":
                    name = element.get("property") or element.get("name")
                    if name and (content := element.get("content")):
                        self.named.setdefault(name.lower(), content)
                case "title":
                    self.title = self.title or clean_text(element.text or "")
                case "link":
                    if element.get("rel") == "canonical":
                        self.canonical = self.canonical or element.get("href")
                case "script":
                    if element.get("type") == "application/ld+json":
                        self._json_ld.append(element.text or "")

    def say(self) -> dict[str, dict[str, Any]]:
        """Witness -> field -> raw value."""
        named = self.named
        return {
            "json-ld": self._read_json_ld(),
            "og": {
                "title": named.get("og:title"),
                "published_at": named.get("article:published_time"),
                "modified_at": named.get("article:modified_time"),
            },
            "meta": {
                "published_at": named.get("publishdate") or named.get("pubdate"),
                "source": (named.get("source"), None),
                "keywords": split_keywords(named.get("keywords")),
            },
        }

    def _read_json_ld(self) -> dict[str, Any]:
        for text in self._json_ld:
            thing = _article(text)
            if thing:
                return {
                    "title": _string(thing.get("headline")),
                    "published_at": _string(thing.get("datePublished")),
                    "modified_at": _string(thing.get("dateModified")),
                    "keywords": split_keywords(thing.get("keywords")),
                }
        return {}


def _article(text: str) -> dict[str, Any] | None:
    """The first article in a JSON-LD script, also inside a list or ``@graph``."""
    if len(text) > _MAX_JSON:
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    things = value.get("@graph", [value]) if isinstance(value, dict) else value
    for thing in things if isinstance(things, list) else ():
        if isinstance(thing, dict):
            kinds = thing.get("@type")
            if not _ARTICLE_TYPES.isdisjoint(kinds if isinstance(kinds, list) else [str(kinds)]):
                return thing
    return None


def _string(value: object) -> str | None:
    return value if isinstance(value, str) else None


def split_keywords(value: object) -> list[str] | None:
    """Keywords as a list, from a list or a line that commas part; ``None`` for anything else."""
    if isinstance(value, str):
        value = _KEYWORD_SEPARATORS.split(value)
    if not isinstance(value, list):
        return None
    return [word for each in value if isinstance(each, str) and (word := clean_text(each))] or None
