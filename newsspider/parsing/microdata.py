"""The microdata of an article: when it was published and changed, and its authors, those of ``rel="author"`` too."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from lxml import etree

from newsspider.parsing.boxes import called
from newsspider.parsing.shorttext import short_text

if TYPE_CHECKING:
    from newsspider.parsing.page import Element

MAX_PROPERTIES = 500
"""Properties of microdata in one article that are read."""

MAX_WITHIN = 100
"""Elements in that of an author among which the name is looked for."""

MAX_TEXT = 150
"""Characters of the text of a property; a longer one is no name and no time."""

_PROPERTIES, _OF_AUTHOR = etree.XPath(".//@itemprop"), etree.XPath(".//@rel[. = 'author']")
_TIMES = ("datepublished", "datemodified")
_OF_COMMENTS = frozenset(("comment", "comments", "comment-list", "commentlist", "comments-area", "kommentare"))


class Microdata(NamedTuple):
    """The properties of one article, as they are written."""

    published: str | None
    modified: str | None
    authors: list[str]


def read_microdata(scope: Element) -> Microdata:
    """Return the first value of each property in the element *scope* of an article, and all of its authors."""
    times: dict[str, str | None] = {}
    authors = []
    for value in (_PROPERTIES(scope) + _OF_AUTHOR(scope))[:MAX_PROPERTIES]:
        element = value.getparent()
        if not _is_within(element, scope):
            continue
        names = (element.get("itemprop") or "").lower().split()
        if element.get("rel") == "author" or "author" in names or "creator" in names:
            within = islice(element.iter(), MAX_WITHIN)
            inner = next((each for each in within if each.get("itemprop") == "name"), element)
            if name := inner.get("content") or short_text(inner.itertext(), MAX_TEXT):
                authors.append(name)
        for name in _TIMES:
            if name in names and name not in times:
                written = element.get("datetime") or element.get("content")
                if not written and element.tag == "abbr":
                    written = element.get("title")
                times[name] = written or short_text(element.itertext(), MAX_TEXT) or None
    return Microdata(times.get("datepublished"), times.get("datemodified"), authors)


def _is_within(element: Element, scope: Element) -> bool:
    """Whether *element* is of the article itself, and not of a picture in it or a comment on it."""
    for each in element.iterancestors():
        if each is scope:
            return True
        kind = each.get("itemtype") or ""
        if each.tag in ("figure", "figcaption", "aside") or "ImageObject" in kind or "Comment" in kind:
            return False
        if not _OF_COMMENTS.isdisjoint(called(each).lower().split()):
            return False
    return False
