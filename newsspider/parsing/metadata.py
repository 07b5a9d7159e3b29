"""The witness of metadata: what a page says to search engines and social networks about itself.

JSON-LD (schema.org), Open Graph, ``<meta name>`` and ``<title>`` are heard apart, best first, since they are written by
different hands and contradict each other often enough.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from newsspider.parsing.jsonld import Things, date, people, read_things, string
from newsspider.parsing.people import is_of_person, is_office, read_names
from newsspider.record.items import Person
from newsspider.text.processors import clean_text

if TYPE_CHECKING:
    from newsspider.parsing.doubts import Doubts
    from newsspider.parsing.page import Element, Page

MAX_TAGS = 200
"""Tags in ``<meta>`` of one page that are read."""

MAX_PROPERTIES = 500
"""``<meta itemprop>`` of one page that are read."""

_WRITTEN_BY = re.compile(
    r"(?:written|posted) by|(?:verfasst|geschrieben) von|[ée]crit par|r[ée]dig[ée] par|escrito por|scritto da"
    r"|geschreven door|skrevet av|skrevet af|skriven av|kirjoittanut|napisane przez|автор|作者|執筆者|作成者",
    re.IGNORECASE,
)
"""What the card for a social network calls the author, as plug-ins of WordPress write it."""
_LAST = 40  # characters
_IN_ADDRESS = 2  # a town, a country
_ADDRESS = re.compile(
    r",\s*(?:germany|deutschland|austria|österreich|switzerland|schweiz|suisse|france|italy|italia|spain|españa|uk|usa)\s*$",
    re.IGNORECASE,
)
"""The end of what is no author: where the publisher is."""
_KEYWORD_SEPARATORS = re.compile(r"[,\uff0c、;\uff1b|]")


class Metadata:
    """The metadata of one page."""

    def __init__(self, page: Page):
        self.named: dict[str, str] = {}
        """Content of the first ``<meta>`` of each name or property."""

        self.title = page.title
        self.canonical: str | None = None
        self.language: str | None = page.root.get("lang")
        self.authors: list[str] = []
        """Content of each ``<meta>`` that names an author, best first."""
        self._tags: list[str] = []
        """Content of each ``<meta>`` that names a tag of the article."""
        self._json_ld: list[str] = []
        authors: dict[str, list[str]] = {}
        properties = 0
        for element in page.elements["meta"]:
            name = element.get("property") or element.get("name") or element.get("itemprop")
            if name and (content := element.get("content")):
                name = name.strip().lower()
                if not (element.get("property") or element.get("name")):
                    properties += 1
                    if properties > MAX_PROPERTIES or _is_of_another_thing(element):
                        continue
                self.named.setdefault(name, content)
                if name in _AUTHORS:
                    authors.setdefault(name, []).append(content)
                elif name == "article:tag" and len(self._tags) < MAX_TAGS:
                    self._tags.append(content)
        for element in page.elements["link"]:
            if element.get("rel") == "canonical":
                self.canonical = self.canonical or element.get("href")
        for element in page.elements["script"]:
            if (kind := element.get("type")) and kind.strip().lower() == "application/ld+json":
                self._json_ld.append(element.text or "")
        said = ([*filter(None, map(_without_address, authors.get(name, ())))] for name in _AUTHORS)
        self.author_texts = next((each for each in said if read_names(each)), [])
        """The contents of those tags."""
        self.authors = read_names(self.author_texts)
        if not self.authors and (card := self.named.get("twitter:data1")) and self._is_by("twitter:label1"):
            site = self.named.get("og:site_name", "").casefold()
            self.authors = [name for name in read_names([card]) if _may_sign(name) and name.casefold() != site]

    def _is_by(self, label: str) -> bool:
        return _WRITTEN_BY.fullmatch(self.named.get(label, "").strip()) is not None

    def things(self, doubts: Doubts) -> Things:
        """Return the things that JSON-LD describes; a script that cannot be read leaves a warning, the first time."""
        if self._things is None:
            names = (self.named.get("og:title"), self.title)
            self._things = read_things(self._json_ld, names, doubts)
        return self._things

    _things: Things | None = None

    def json_ld(self, doubts: Doubts) -> dict[str, Any]:
        """Return the fields of the article in JSON-LD; a script that cannot be read leaves a warning."""
        thing, named = self.things(doubts)
        if thing is None:
            return {}
        published = next(
            (value for key in ("datePublished", "pubDate", "uploadDate") if (value := thing.get(key))), None
        )
        return {
            "title": string(thing.get("headline")),
            "published_at": date(published),
            "modified_at": date(thing.get("dateModified")),
            "keywords": split_keywords(thing.get("keywords")),
            "authors": [Person(name=name) for name in read_names(people(thing.get("author"), named))] or None,
        }

    def open_graph(self) -> dict[str, Any]:
        """Return the fields in Open Graph."""
        return {
            "title": self.named.get("og:title"),
            "published_at": self._first(_PUBLISHED_OG),
            "modified_at": self._first(_MODIFIED_OG),
        }

    def tags(self) -> dict[str, Any]:
        """Return the keywords that the page names one by one; some of them are for machines."""
        words = split_keywords(self._tags[0] if len(self._tags) == 1 else self._tags) or []
        return {"keywords": [word for word in words if word[0] not in "_@"] or None}

    def meta(self) -> dict[str, Any]:
        """Return the fields in ``<meta name>``."""
        return {
            "published_at": self._first((*_PUBLISHED, *_VAGUE)),
            "modified_at": self._first(_MODIFIED),
            "source": (self.named.get("source"), None),
            "keywords": split_keywords(self.named.get("keywords")),
            "authors": self.meta_authors or None,
        }

    @property
    def is_dated_vaguely(self) -> bool:
        """Whether ``<meta name>`` has a date, and only by names that many programs give to that of the last change."""
        return not any(map(self.named.get, _PUBLISHED)) and any(map(self.named.get, _VAGUE))

    @property
    def is_dated_by_draft(self) -> bool:
        """Whether the date in ``<meta name>`` may be that of a draft, which nothing calls that of the publication."""
        said = self._first((*_PUBLISHED, *_VAGUE))
        return said is not None and not any(self.named.get(name) == said for name in _PUBLISHED if name not in _DRAFTED)

    @property
    def meta_authors(self) -> list[Person]:
        return [Person(name=name) for name in self.authors]

    def _first(self, names: tuple[str, ...]) -> str | None:
        """The content of the first of *names* that has one; a day alone gives way to a time."""
        found = [content for name in names if (content := self.named.get(name))]
        return next((content for content in found if ":" in content), found[0] if found else None)


def _without_address(text: str) -> str | None:
    """An author without a town and a country; ``None`` where these are a publisher's, as far as its name shows."""
    if not _ADDRESS.search(text[-_LAST:]):
        return text
    name, *place = text.split(",")
    is_person = len(place) == _IN_ADDRESS and is_of_person(name.strip()) and not (name.isupper() or is_office(name))
    return name if is_person else None


def _may_sign(name: str) -> bool:
    """Whether the card for a social network may name a person so: it has the name by which somebody logs in, too."""
    return not (name.islower() or is_office(name))


def _is_of_another_thing(element: Element) -> bool:
    """Whether what microdata says is of a thing on the page: a video, a list, a work that the article cites."""
    thing = next((each for each in element.iterancestors() if "itemscope" in each.attrib), None)
    if thing is None or thing.tag in ("html", "body", "head"):
        return False
    kind = (thing.get("itemtype") or "").rpartition("/")[2]
    return kind in _OF_THINGS or (thing.get("itemprop") or _MAIN[0]).lower() not in _MAIN


_OF_THINGS = frozenset((
    "ItemList", "VideoObject", "AudioObject", "ImageObject", "MediaObject", "Person", "Organization", "Comment",
    "UserComments", "Product", "Offer", "Event", "Place",
))  # fmt: skip
_MAIN = ("mainentity", "mainentityofpage", "maincontentofpage", "blogpost", "blogposts", "article")
"""Names of what a page is about."""
_PUBLISHED_OG = (
    "article:published_time", "og:published_time", "og:article:published_time", "article:published:time",
    "article:published", "og:article:time", "og:pubdate", "og:release_date", "bytedance:published_time",
)  # fmt: skip
_MODIFIED_OG = ("article:modified_time", "og:updated_time", "og:article:modified_time", "article:modified:time")
# A page that says more than one means the most exact; of those without a time the first.
_PUBLISHED = (
    "datepublished", "publishdate", "pubdate", "publish-date", "publish_date", "publishtime", "publish_time",
    "pub_date", "publicationdate", "publication_date", "published_time", "published_at", "published", "dc.date.issued",
    "dcterms.issued", "dcterms.created", "dc.date.created", "dc:date.created", "dc.created", "sailthru.date",
    "parsely-pub-date", "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "weibo: article:create_at",
    "weibo:article:create_at", "article.published", "article.created", "rnews:datepublished",
    "prism.publicationdate", "citation_publication_date", "citation_online_date", "citation_date", "created",
    "datecreated",
)  # fmt: skip
_DRAFTED = frozenset((
    "dcterms.created", "dc.date.created", "dc:date.created", "dc.created", "article.created", "created", "datecreated",
))  # fmt: skip
"""Those that are of when somebody began to write."""
_VAGUE = ("dc.date", "dc:date", "dcterms.date", "date")
_MODIFIED = (
    "datemodified", "dateupdate", "modified_time", "dcterms.modified", "dc.date.modified", "dc:date.modified",
    "dc.modified", "article:modified", "article.updated", "parsely-mod-date", "modified", "lastmod", "revision_date",
    "last-modified",
)  # fmt: skip
_AUTHORS = (
    "parsely-author", "byl", "sailthru.author", "cxenseparse:author", "citation_author", "dc.creator",
    "dc:creator", "dcterms.creator", "dcterms:creator", "author", "article:author", "og:article:author", "dable:author",
    "article:author_name", "weibo: article:author",
)  # fmt: skip


def split_keywords(value: object) -> list[str] | None:
    """Keywords as a list, from a list or a line that commas part; ``None`` for anything else."""
    if isinstance(value, str):
        value = _KEYWORD_SEPARATORS.split(value)
    if not isinstance(value, list):
        return None
    return [word for each in value if isinstance(each, str) and (word := clean_text(each))] or None
