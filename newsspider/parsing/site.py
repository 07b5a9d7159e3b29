"""A site: what its pages look like and how they are addressed, as data; all else is derived from that.

The file of a site has one of these and nothing more; ``docs/new-site.md`` writes one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from newsspider.errors import NewsspiderError
from newsspider.parsing.names import Names
from newsspider.parsing.selectors import Selectors, check
from newsspider.parsing.words import NEVER, Words
from newsspider.record.items import Article
from newsspider.text.clock import SHANGHAI
from newsspider.text.urls import UrlError, clean_url

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, tzinfo

    from newsspider.parsing.article import Parsed
    from newsspider.parsing.links import ArticleLink, Links
    from newsspider.parsing.page import Page, Resolve  # noqa: TC004  nobody asks for the types of a site at run time

MAX_PAGE_ID = 200
"""Characters of a path and query that name a page of a site without a file; of a longer one its digest does."""

_NO_LISTS = (
    r"/(?!(?:about|accounts?|advertis\w*|app|ad|agb|careers|contact|copyright|datenschutz|download|faq|feedback|help"
    r"|impressum|imprint|jobs|kontakt|law|legal|links?|login|my|newsletters?|privacy|register|search|shop|signin|sitemap"
    r"|subscribe|support|terms|user)(?:[-/.]|$))"
)
_WORDS = r"[a-z0-9_-]{1,40}(?:/[a-z0-9_-]{1,40})?"
_ENDING = r"\.(?:s?html?|xhtml|php|aspx?|jsp)"
_LISTS = rf"{_NO_LISTS}(?:{_WORDS}/?)?"
_LISTS_OF_ANY = rf"{_NO_LISTS}(?:{_WORDS}(?:/(?:(?:index|default){_ENDING})?|{_ENDING})?)?"
_DAY_IN_PATH = re.compile(
    r"(?<!\d)(?P<day>(?:19|20)\d\d(?P<by>[-/_]?)(?:0[1-9]|1[0-2])(?P=by)(?:0[1-9]|[12]\d|3[01]))(?!\d)"
)


class SiteError(NewsspiderError):
    """A field of a site cannot be used."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Site:
    """One news site. A witness of which a site says nothing is not heard, or knows what all sites have in common.

    A page is its content-decoded body, its url, its headers as pairs of bytes, and when it was captured (aware).
    """

    name: str
    """Of the site, its file, its spider, and in front of its articles' ids."""
    parser_version: str = "1"
    """To be raised with every change of the rules: records name the version that made them."""
    domains: tuple[str, ...]
    """Its hosts are these and those below them."""
    cdn_domains: tuple[str, ...] = ()
    """Where its pictures, video files, style sheets and scripts are, besides."""
    start_urls: tuple[str, ...]
    """The lists that every crawl begins with."""

    articles: Mapping[str, str] = field(default_factory=dict)
    """Canonical address of an article, with ``{}`` for what names it -> pattern of what names it.

    A group ``day`` of the pattern holds the day of publication. Empty: any page of the site may be an article, and its
    path and query name it.
    """
    lists: str = _LISTS
    """Pattern of the paths of pages that may list articles, besides the start pages; by default a plain word or two."""

    selectors: Mapping[str, Selectors] = field(default_factory=dict)
    """Generation of pages -> field -> CSS selector; see :mod:`newsspider.parsing.classes`."""
    words: Words = field(default_factory=Words)
    """What opens the parts of a page below its body."""
    page_title: str = NEVER.pattern
    """Pattern of ``<title>`` and of titles in metadata; its groups ``title`` and, if there is one, ``channel`` are
    heard, so that what a site adds to a headline is cut off."""
    state_names: Names | None = None
    state_hint: bytes | None = None
    """Occurs in the state of pages of which only the state knows the video."""
    scripts: Callable[[Page], dict[str, Any]] | None = None
    """Reads what inline scripts other than the state say, by field."""
    expected: tuple[str, ...] = ("title", "published_at", "body_text")
    """Fields that every article of the site shows; a warning names the one that is missing."""
    metadata_first: bool = False
    """Whether metadata is believed before the landmarks."""
    time_zone: str | None = None
    """Of the times that name none, by its name in the IANA database: ``Europe/London``."""

    parser: str | None = None
    """What records name as their parser; the site's name where this is None."""

    def __post_init__(self) -> None:
        for generation in self.selectors.values():
            check(generation)
        for name in ("lists", "page_title"):
            _compiled(getattr(self, name), name)
        for address, pattern in self.articles.items():
            if address.count("{}") != 1 or not address.startswith(("https://", "http://")):
                raise SiteError(f"articles has {address!r}; an address is as in https://host/path/{{}}.html")
            _compiled(pattern, f"articles[{address!r}]")
        for url in self.start_urls:
            clean_url(url)
        try:
            _ = self.zone
        except (OSError, LookupError, ValueError) as error:
            raise SiteError(f"time_zone is {self.time_zone!r}, which the time zones here do not have") from error
        if unknown := sorted({*self.expected} - {each.name for each in fields(Article)}):
            raise SiteError(f"expected names {', '.join(unknown)}, and a record has no such field")

    @property
    def is_like_any(self) -> bool:
        """Whether nothing is known of what its pages print, so that they are read as those of any site."""
        return not self.words.open_parts

    # ------------------------------------------------------------------------------------------------- addresses

    @cached_property
    def _addresses(self) -> list[tuple[re.Pattern[str], str]]:
        return [(_address_pattern(address, pattern), address) for address, pattern in self.articles.items()]

    @cached_property
    def _origins(self) -> dict[str, str]:
        """Host without ``www`` -> scheme and host of the addresses of its articles."""
        origins = [origin[0] for address in self.articles if (origin := _ORIGIN.match(address))]
        return {_bare_host(origin): origin for origin in origins}

    def _has_host(self, host: str | None) -> bool:
        """Whether articles and lists have this host."""
        return _bare(host or "") in (self._origins or map(_bare, self.domains))

    def _match(self, url: str) -> tuple[re.Match[str], str] | None:
        return next(((match, to) for pattern, to in self._addresses if (match := pattern.fullmatch(url))), None)

    def page_id(self, url: str) -> str | None:
        """Return the id in the address of an article of this site; None for every other address."""
        return self._page_id(url)

    @lru_cache(maxsize=1024)  # noqa: B019  the same cards stand on many pages, and a site is never let go
    def _page_id(self, url: str) -> str | None:
        if self.articles:
            found = self._match(url)
            return found and found[0]["id"]
        try:
            parts = urlsplit(clean_url(url))
        except UrlError:
            return None
        if not self._has_host(parts.hostname):
            return None
        named = f"{parts.path}?{parts.query}" if parts.query else parts.path
        if len(named) > MAX_PAGE_ID:
            return f"sha256:{hashlib.sha256(named.encode()).hexdigest()}"
        return named if named not in ("", "/") else None

    def article_url(self, page_id: str) -> str | None:
        """Canonical address of the article that ``page_id`` calls so; None where it calls none so."""
        addresses = self.articles or [f"https://{domain}{{}}" for domain in self.domains]
        urls = (address.replace("{}", page_id) for address in addresses)
        return next((url for url in urls if self.page_id(url) == page_id), None)

    def is_article(self, url: str) -> bool:
        return self.page_id(url) is not None

    def is_list(self, url: str) -> bool:
        """Whether the page at a canonical address may list articles."""
        if url in self.start_urls:
            return True
        parts = urlsplit(url)
        return (
            self._has_host(parts.hostname)
            and _compiled(self.lists).fullmatch(parts.path) is not None
            and not (self.articles and self.is_article(url))
        )

    @lru_cache(maxsize=1024)  # noqa: B019  as above
    def canonical_url(self, url: str) -> str:
        """The one address of a page; UrlError for what is no web address. Those of other sites are only cleaned."""
        if self.articles:
            found = self._match(url) or self._match(url := clean_url(url))
            if found:
                return found[1].replace("{}", found[0]["id"])
            origin = _ORIGIN.match(url)
            if origin and (own := self._origins.get(_bare_host(url))):
                return own + url[origin.end() :]
            return url
        return clean_url(url)

    def published_from_url(self, url: str) -> date | None:
        """The day in an article's address, where there is one."""
        found = self._match(url)
        match = found[0] if found else None if self.articles else _DAY_IN_PATH.search(urlsplit(url).path)
        day = match and match.groupdict().get("day")
        try:
            return date.fromisoformat(re.sub(r"\D", "", day)) if day else None
        except ValueError:
            return None

    def linked(self, resolve: Resolve, reference: str | None) -> str | None:
        """Canonical address of the article that a page links to; None for any other link."""
        url = resolve(reference)
        return None if url is None else self._linked(url)

    @lru_cache(maxsize=1024)  # noqa: B019  as above
    def _linked(self, url: str) -> str | None:
        return self.canonical_url(url) if self.page_id(url) else None

    def record_id(self, url: str) -> str | None:
        page_id = self.page_id(url)
        return page_id and f"{self.name}:{page_id}"

    # ------------------------------------------------------------------------------------------------- pages

    @cached_property
    def zone(self) -> tzinfo | None:
        if self.time_zone == SHANGHAI.tzname(None):
            return SHANGHAI  # a fixed offset, for which no database of zones has to be installed
        return None if self.time_zone is None else ZoneInfo(self.time_zone)

    @property
    def has_page_title(self) -> bool:
        return self.page_title != NEVER.pattern

    @cached_property
    def title_pattern(self) -> re.Pattern[str]:
        return _compiled(self.page_title)

    def parse_page(
        self, body: bytes, url: str, headers: Iterable[tuple[bytes, bytes]], captured_at: datetime
    ) -> Parsed:
        """The article of a page and the facts in its footer: a pure function of its arguments.

        ``archive`` is left to the caller. UnparsedPageError for a page that is no article.
        """
        # The lists of a site are read without what hears the witnesses of an article; most runs ask for no more.
        from newsspider.parsing import article

        return article.parse(self, body, url, headers, captured_at)

    def parse(self, body: bytes, url: str, headers: Iterable[tuple[bytes, bytes]], captured_at: datetime) -> Article:
        """The article of ``parse_page``."""
        return self.parse_page(body, url, headers, captured_at).article

    def links(self, body: bytes, url: str, headers: Iterable[tuple[bytes, bytes]]) -> Links:
        """The articles that a list page shows, and the lists that it leads to."""
        from newsspider.parsing.links import read_links

        return read_links(self, body, url, headers)

    def listed_on(self, link: ArticleLink, captured_at: datetime) -> date | None:
        """The last day on which a listed article can have been published, as far as the list says."""
        from newsspider.text.dates import parse_date

        moment = parse_date(link.date_raw, captured_at) if link.date_raw else None
        return moment.latest.date() if moment else self.published_from_url(link.url)


@dataclass(frozen=True, kw_only=True, eq=False)
class AnySite(Site):
    """Rules for pages of any host: what holds for all news sites. Each host is a site, named after it without www."""

    domains: tuple[str, ...] = ()
    start_urls: tuple[str, ...] = ()
    lists: str = _LISTS_OF_ANY
    """Perhaps with the ending of a page; a site with a file knows which of these are articles."""

    def at(self, url: str) -> Site:
        """The site of the host of an address; UrlError."""
        return self.of_host(_bare_host(clean_url(url)))

    @lru_cache(maxsize=1024)  # noqa: B019  as above
    def of_host(self, host: str) -> Site:
        """The site that is called *host*, without www."""
        own = {each.name: getattr(self, each.name) for each in fields(Site)}
        return Site(**own | {"name": host, "domains": (host,), "parser": self.name})

    def page_id(self, url: str) -> str | None:
        try:
            return self.at(url).page_id(url)
        except UrlError:
            return None

    def is_list(self, url: str) -> bool:
        return self.at(url).is_list(url)

    def record_id(self, url: str) -> str | None:
        return self.at(url).record_id(url)

    def parse_page(
        self, body: bytes, url: str, headers: Iterable[tuple[bytes, bytes]], captured_at: datetime
    ) -> Parsed:
        return self.at(url).parse_page(body, url, headers, captured_at)

    def links(self, body: bytes, url: str, headers: Iterable[tuple[bytes, bytes]]) -> Links:
        return self.at(url).links(body, url, headers)


_ORIGIN = re.compile(r"https?://[^/?#]*")


def _bare(host: str) -> str:
    return host.removeprefix("www.")


def _bare_host(url: str) -> str:
    """Host of a clean address, without www."""
    return _bare(urlsplit(url).hostname or "")


def _address_pattern(address: str, pattern: str) -> re.Pattern[str]:
    """Pattern of all addresses of the articles at *address*: of any scheme, with and without www, with any query."""
    _, _, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    before, after = map(re.escape, (slash + path).split("{}"))
    port = "" if ":" in host else "(?::80|:443)?"
    if "?" in path:
        tail = "(?:[&#].*)?"
        before = before.replace(r"\?", r"\?(?:[^#]*&)?", 1)
    else:
        tail = "(?:[?#].*)?" if after else "/?(?:[?#].*)?"
    return re.compile(
        rf"(?i:https?://(?:www\.)?{re.escape(_bare(host))}){port}{before}(?P<id>{pattern}){after}{tail}", re.ASCII
    )


def _compiled(pattern: str, name: str = "a pattern") -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise SiteError(f"{name} is {pattern!r}, which is no regular expression: {error}") from error
