"""The mappings of a search engine: the fields to search, count and sort by. Other fields are kept and not indexed."""

from __future__ import annotations

from typing import Any

ANALYZER = "chinese"
"""The analyser of all text, by a name of its own, so that an index may have another under it."""

SETTINGS = {"analysis": {"analyzer": {ANALYZER: {"type": "cjk"}}}}
"""Pairs of characters: in every distribution, while ``smartcn`` and ``ik`` are plugins."""

_TEXT = {"type": "text", "analyzer": ANALYZER}
_KEYWORD = {"type": "keyword", "ignore_above": 8191}  # in characters: Lucene takes no term of more than 32,766 bytes
_LONG = {"type": "long"}
_DATE = {"type": "date"}
_BOOLEAN = {"type": "boolean"}


def _object(**properties: Any) -> dict[str, Any]:
    return {"properties": properties}


_NAMED = _object(name=_KEYWORD, url=_KEYWORD)
_PERSON = _object(name=_KEYWORD, role=_KEYWORD)

_ARTICLE = {
    "id": _KEYWORD,
    "site": _KEYWORD,
    "url": _KEYWORD,
    "canonical_url": _KEYWORD,
    "title": _TEXT,
    "original_title": _TEXT,
    "published_at": _DATE,
    "modified_at": _DATE,
    "modification_notes": _TEXT,
    "source": _NAMED,
    "channel": _NAMED,
    "authors": _PERSON,
    "editors": _PERSON,
    "section": _KEYWORD,
    "summary": _TEXT,
    "body_text": _TEXT,
    "images": _object(url=_KEYWORD, alt=_TEXT, caption=_TEXT, credit=_KEYWORD),
    "image_credit": _object(raw=_KEYWORD, name=_KEYWORD),
    "videos": _object(url=_KEYWORD, duration_s=_LONG),
    "audio": _object(url=_KEYWORD, duration_s=_LONG),
    "copyright_notice": _KEYWORD,
    "exclusive": _BOOLEAN,
    "is_free": _BOOLEAN,
    "sponsored": _BOOLEAN,
    "keywords": _KEYWORD,
    "comments": _object(count=_LONG, state=_KEYWORD),
    "recommendations": _object(id=_KEYWORD),
    "language": _KEYWORD,
    "translations": _object(language=_KEYWORD, url=_KEYWORD),
    "counts": _object(chars=_LONG, han=_LONG, words=_LONG, paragraphs=_LONG),
    "content_hash": _KEYWORD,
    "record_hash": _KEYWORD,
    "site_facts": _KEYWORD,
    "fetched_at": _DATE,
    "archive": _object(warc=_KEYWORD, record_id=_KEYWORD, payload_digest=_KEYWORD),
    "provenance": _object(parser=_KEYWORD, parser_version=_KEYWORD, layout=_KEYWORD, cut_off=_BOOLEAN, doubts=_KEYWORD),
    "schema_version": _KEYWORD,
}
_VERSION = {
    "id": _KEYWORD,
    "fetched_at": _DATE,
    "title": _TEXT,
    "content_hash": _KEYWORD,
    "record_hash": _KEYWORD,
    "run": _KEYWORD,
}
_CHANGE = {"id": _KEYWORD, "event": _KEYWORD, "at": _DATE, "url": _KEYWORD, "run": _KEYWORD}
_SITE_FACTS = {"id": _KEYWORD, "site": _KEYWORD, "publisher": _KEYWORD, "fetched_at": _DATE}
_LOADED = {"run": _KEYWORD, "part": _KEYWORD, "sha256": _KEYWORD}

ARTICLES, VERSIONS, CHANGES, SITE_FACTS, LOADED = "", "-versions", "-changes", "-site-facts", "-loaded"
"""What is added to the name of the index."""

PROPERTIES: dict[str, dict[str, Any]] = {
    ARTICLES: _ARTICLE,
    VERSIONS: _VERSION,
    CHANGES: _CHANGE,
    SITE_FACTS: _SITE_FACTS,
    LOADED: _LOADED,
}


def template(index: str, properties: dict[str, Any]) -> dict[str, Any]:
    """Return the composable index template for *index*; fields without a mapping are kept as they are."""
    return {
        "index_patterns": [index],
        "priority": 500,  # above those of wider patterns
        "template": {"settings": SETTINGS, "mappings": {"dynamic": False, "properties": properties}},
    }
