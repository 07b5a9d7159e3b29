"""Looks at a site in an archive: at its lists, its feeds and five of its articles; and says how its file would read."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from newsspider import sites
from newsspider.collection.captures import Captures, FoundEntry
from newsspider.discovery.documents import HTML, read_document
from newsspider.discovery.links import read_page
from newsspider.discovery.shapes import likeness
from newsspider.discovery.sitemaps import SitemapTooLargeError
from newsspider.errors import NewsspiderError
from newsspider.extraction.survey import addresses
from newsspider.extraction.survey.selectors import Known, agreed
from newsspider.parsing import article
from newsspider.parsing.hiddenbody import hidden_body
from newsspider.parsing.markup import MarkupError
from newsspider.parsing.page import Page
from newsspider.parsing.site import Site, SiteError
from newsspider.parsing.unparsed import UnparsedPageError
from newsspider.text.urls import clean_url, is_within
from newsspider.warc.address import address
from newsspider.warc.cdxj import REVISIT_MIME, CdxjEntry, checked_lines
from newsspider.warc.codings import BodyTooLargeError, ContentCodingError
from newsspider.warc.reader import WarcError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from newsspider.collection.captures import ArchivedPage
    from newsspider.collection.source import WarcSource
    from newsspider.parsing.loaders import ArticleLoader
    from newsspider.record.items import Article

PAGES = 5
"""Articles that are looked at."""
MAX_TRIED = 60
"""Pages that are read to find them."""
MAX_LISTS = 30
"""Pages with lists, feeds and sitemaps that are read."""
MAX_BODY = 4 << 20
"""Bytes of a page that is read."""
_MAX_STARTS = 3
_DOCUMENT = re.compile(r"xml|json|gzip|text/plain")
_EXPECTED = ("title", "published_at", "source", "authors", "channel", "body_text")


class SurveyError(NewsspiderError):
    """A site cannot be described."""


class Looked(NamedTuple):
    """An article page, and what was said of it by the rules of the new site."""

    found: FoundEntry
    page: ArchivedPage
    article: Article
    loader: ArticleLoader


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """The findings of a survey about a site."""

    site: Site
    home_title: str | None
    pages: tuple[Looked, ...]
    matched: int
    """Addresses that the pattern of articles knows, of those on lists and in feeds that looked like articles."""
    candidates: int


def survey(source: WarcSource, name: str, url: str, report: Callable[[str], None]) -> Survey:
    """Describe the site at *url* under *name*, as far as *source* has it; SurveyError, UrlError.

    *report* takes what could not be read, in one line each.
    """
    url = clean_url(url)
    host = sites.without_file(url).name
    entries = _newest(source, host)
    read = _Reader(source, report)
    linked, home_title = _links(entries, read, host)
    known = _articles(entries, read, linked, host)
    if not known:
        raise SurveyError(
            f"{source.path} has no article of {host} that can be read, of {len(entries):,} of its pages; "
            f"crawl some first: scrapy crawl news -a site={url} -a limit={PAGES}, or those that you name: "
            "scrapy crawl news -a url=URL,URL; then say by --archive where they are"
        )
    urls = [each.article.canonical_url for each in known]
    candidates = list(linked)
    site = _described(name, host, url, known, addresses.articles(urls, candidates), linked)
    pages = tuple(looked for looked in (_look(site, each.found, each.page) for each in known) if looked is not None)
    likely = [each for each in candidates if likeness(each) == "likely"]
    return Survey(
        site=site,
        home_title=home_title,
        pages=pages,
        matched=sum(map(site.is_article, likely)),
        candidates=len(likely),
    )


def _newest(source: WarcSource, host: str) -> dict[str, CdxjEntry]:
    """The newest capture of each page of a host, by address; one of unknown type is of that of an older one."""
    entries: dict[str, CdxjEntry] = {}
    for line in (line for index in source.indexes for line in checked_lines(index)):
        entry = CdxjEntry.parse(line.decode())
        url = address(entry.url)
        if (entry.status or "200") == "200" and is_within(url, (host, f"www.{host}")):
            newest, other = entry, entries.get(url)
            if other is not None and other.timestamp > entry.timestamp:
                newest, other = other, entry
            entries[url] = replace(newest, mime=other.mime) if other and newest.mime in _UNSAID else newest
    return entries


_UNSAID = (None, "unk", REVISIT_MIME)
"""The types of captures of which an index does not know the type."""


def _type(entry: CdxjEntry) -> str:
    """The media type of a capture; where it is not known, that of pages."""
    return HTML[0] if entry.mime is None or entry.mime in _UNSAID else entry.mime.lower()


class _Reader:
    """Reads captures of one source."""

    def __init__(self, source: WarcSource, report: Callable[[str], None]) -> None:
        self.source = source
        self._report = report
        self._captures = Captures([source], report, max_block=None)

    def __call__(self, entry: CdxjEntry) -> tuple[ArchivedPage, bytes] | None:
        """The page of an index entry and its body; None where it cannot be read."""
        try:
            page = self._captures.read(FoundEntry(entry, self.source).place)
            return None if page is None else (page, page.http.body(MAX_BODY))
        except (WarcError, OSError, BodyTooLargeError, ContentCodingError) as error:
            self._report(getattr(error, "finding", str(error)))
            return None


def _links(entries: dict[str, CdxjEntry], read: _Reader, host: str) -> tuple[dict[str, set[str]], str | None]:
    """Return possible articles -> the pages that link to each, feeds and sitemaps apart; and the home page's title."""
    linked: dict[str, set[str]] = {}
    home_title = None

    def own(url: str) -> str | None:
        return url if is_within(url, (host,)) else None

    types = {url: _type(entry) for url, entry in entries.items() if likeness(url) == "no"}
    lists = [url for url, mime in types.items() if mime in HTML or _DOCUMENT.search(mime)]
    for url in sorted(lists, key=lambda each: (each.count("/"), each))[:MAX_LISTS]:
        if (found := read(entries[url])) is None:
            continue
        (page, body), mime = found, types[url]
        at = page.capture.captured
        if mime not in HTML:
            for each in filter(own, _named(body, url, mime, at)):
                linked.setdefault(each, set())
            continue
        try:
            links = read_page(body, url, page.http.headers, at, canonical=own, likeness=likeness)
            title = Page(body, url, page.http.headers).title
        except MarkupError:
            continue
        if urlsplit(url)[2:4] == ("/", ""):
            home_title = title
        for candidate in links.articles:
            linked.setdefault(candidate.url, set()).add(url)
    return linked, home_title


def _named(body: bytes, url: str, mime: str, at: datetime) -> Iterator[str]:
    """Yield the articles that a feed or a sitemap names; none where it is too large to be one."""
    try:
        document = read_document(body, url, mime, at)
    except SitemapTooLargeError:
        return
    for each in document.articles if document else ():
        yield each.url


def _articles(entries: dict[str, CdxjEntry], read: _Reader, linked: dict[str, set[str]], host: str) -> list[Looked]:
    """Some pages that are articles as any site's are, most of one make of addresses, the linked ones first."""
    any_site = sites.load(host)
    pages = {url for url, entry in entries.items() if _type(entry) in HTML and likeness(url) == "likely"}
    # In the order in which lists name them, so that these are of one time and of all sections.
    urls = [*(url for url in linked if url in entries), *sorted(pages - linked.keys())]
    urls.sort(key=lambda url: likeness(url) != "likely")
    found: list[Looked] = []
    seen: set[str] = set()
    for url in urls[:MAX_TRIED]:
        captured = read(entries[url])
        looked = captured and _look(any_site, FoundEntry(entries[url], read.source), captured[0])
        if looked and looked.article.paragraphs and looked.article.id not in seen:
            seen.add(looked.article.id)
            found.append(looked)
            if len(found) == 2 * PAGES:
                break
    makes = Counter(urlsplit(looked.article.canonical_url).path.count("/") for looked in found)
    found.sort(key=lambda each: -makes[urlsplit(each.article.canonical_url).path.count("/")])
    return found[:PAGES]


def _look(site: Site, found: FoundEntry, page: ArchivedPage) -> Looked | None:
    """Read a page by the rules of *site*; None where it gives no record."""
    capture = page.capture
    try:
        parsed, loader = article.hear(site, page.http.body(MAX_BODY), capture.url, page.http.headers, capture.captured)
    except UnparsedPageError:
        return None
    return Looked(found, page, parsed.article, loader)


def _described(
    name: str,
    host: str,
    home: str,
    known: Sequence[Looked],
    articles: dict[str, str],
    linked: dict[str, set[str]],
) -> Site:
    trees = [_known(each) for each in known]
    selectors = agreed(trees)
    records = [each.article for each in trees]
    generation = str(max(record.fetched_at for record in records).year)
    values = {
        "domains": (host,),
        "cdn_domains": _cdn(host, records),
        "start_urls": _starts(home, records, linked),
        "articles": articles,
        "selectors": {generation: selectors} if selectors.keys() & {"title", "body"} else {},
        "expected": tuple(each for each in _EXPECTED if all(getattr(record, each) for record in records)),
    }
    if pattern := _page_title(records):
        values["page_title"] = pattern
    try:
        return Site(name=name, **values)  # type: ignore[arg-type]
    except SiteError as error:
        raise SurveyError(f"{host} cannot be described: {error}") from error


def _known(looked: Looked) -> Known:
    page = Page(looked.page.http.body(MAX_BODY), looked.page.capture.url, looked.page.http.headers)
    page.drop_hidden(hidden_body)
    said = {field: looked.loader.agreement(field) for field in looked.loader.witnesses}
    fields = [field for field, witnesses in said.items() if not all(agrees for _, agrees in witnesses)]
    return Known(page, looked.article, frozenset(fields))


def _starts(home: str, records: Sequence[Article], linked: dict[str, set[str]]) -> tuple[str, ...]:
    """The home page, and the pages that link to most of what may be articles."""
    pages = Counter(page for candidate in linked for page in linked[candidate])
    lists = [page for page, number in pages.most_common() if number > 1 and page != home and _is_page(page)]
    return (home, *lists[: _MAX_STARTS - 1])


def _is_page(url: str) -> bool:
    return re.search(r"\.(?:xml|rss|json|gz|txt)$|(?:feed|rss|atom)/?$", urlsplit(url).path) is None


def _cdn(host: str, records: Iterable[Article]) -> tuple[str, ...]:
    """Hosts of pictures of at least two pages that are not of the site."""
    hosts: Counter[str] = Counter()
    for record in records:
        hosts.update({urlsplit(each.url).hostname or "" for each in record.images})
    return tuple(
        sorted(each for each, pages in hosts.items() if pages > 1 and not is_within(f"https://{each}/", (host,)))
    )


def _page_title(records: Sequence[Article]) -> str | None:
    """Return the text of all tabs around the article's title, as a pattern; None if there is none or no order in it."""
    around: set[tuple[str, str]] = set()
    for record in records:
        before, found, after = (record.page_title or "").partition(record.title or "\0")
        if not found:
            return None
        around.add((before, after))
    if len(around) > 1:
        return None
    ((before, after),) = around
    return f"{re.escape(before)}(?P<title>.+){re.escape(after)}".replace(r"\ ", " ") if before or after else None
