"""The history of one article, put together: its versions out of the archive, its events out of the feed.

Where both lie, the ledger knows. Texts are those that today's parser reads in the captures, so that two versions are
compared as one parser sees them. What is missing is named, and the rest is shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from newsspider import sites
from newsspider.errors import NewsspiderError
from newsspider.feeds.reading import FeedError
from newsspider.history.changes import changes
from newsspider.history.diff import DiffBlock, Span, diff, diff_line
from newsspider.history.events import Sighting, in_order
from newsspider.history.recorded import recorded
from newsspider.history.since import events_in
from newsspider.record.events import Event
from newsspider.record.items import Article, Locator
from newsspider.text.escaping import quoted
from newsspider.text.language import N_
from newsspider.text.message import message
from newsspider.text.urls import UrlError, is_within, shown
from newsspider.warc.reader import WarcError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsspider.collection.captures import Archive
    from newsspider.collection.collection import Collection
    from newsspider.history.ledger import KnownPage, Ledger, Version
    from newsspider.parsing.site import Site

class ArticleNotKnownError(NewsspiderError):
    """A collection has no history of an article."""

    def __init__(self, named: str, collection: Collection, why: str, site: str, url: str):
        """Make the error; *why* is a text of ``_why``."""
        site = site if site in sites.names() else sites.ANY
        super().__init__(message(why, name=shown(named), path=collection.path, site=site, url=url))


class NoArticleNameError(NewsspiderError):
    """A text names no article of any site."""

    def __init__(self, named: str):
        super().__init__(
            message(
                "%(name)s is neither the address of an article of %(sites)s nor the id of a record; an id is as in: "
                "kankanews:LMwVGgj402z or example.org:/2026/a. A site without a file is known when it has been "
                "crawled: scrapy crawl news -a site=URL; with another collection: -s COLLECTION=…",
                name=quoted(shown(named)), sites=", ".join(sites.names()),
            )
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Name:
    """The name of an article, as a user gives it."""

    site: str
    id: str | None
    """Of its record; None for an address of the site that is not an article's own."""
    url: str
    """Canonical."""


def name_of(text: str) -> Name:
    """Read an address in any form, or an id with or without its site. NoArticleNameError."""
    text = text.strip()
    for site_name in sites.names():
        site = sites.load(site_name)
        page_id = text.removeprefix(f"{site_name}:")
        if (url := site.article_url(page_id)) is not None:
            return Name(site_name, f"{site_name}:{page_id}", url)
        if (url := _own_url(site, text)) is not None:
            own_id = site.page_id(url)
            return Name(site_name, own_id and f"{site_name}:{own_id}", url)
    if of_host := _OF_HOST.fullmatch(text):
        return Name(of_host[1], text, f"https://{of_host[1]}{of_host[2]}")
    try:
        site = sites.of(text)
        return Name(site.name, site.record_id(text), site.canonical_url(text))
    except UrlError:
        raise NoArticleNameError(text) from None


_OF_HOST = re.compile(r"([a-z0-9-]+(?:\.[a-z0-9-]+)+):(/[!-~]*|sha256:[0-9a-f]{64})")
"""Id of a record of a site without a file."""


def _own_url(site: Site, text: str) -> str | None:
    """Return the canonical form of an address of *site*; None for any other."""
    try:
        url = site.canonical_url(text)
    except UrlError:
        return None
    return url if is_within(url, site.domains) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedVersion:
    """A version of an article."""

    n: int
    seen: Sighting
    run: str
    article: Article | None
    """As today's parser reads it; None where the capture cannot be read."""
    problem: str | None
    """Why the capture cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionComparison:
    """The differences between two successive versions."""

    headline: tuple[Span, ...] | None
    text: list[DiffBlock] | None
    fields: dict[str, tuple[Span, ...]]
    """What else the article states, by the name of the field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """A capture in which something happened to an article."""

    at: datetime
    events: list[Event]
    version: ParsedVersion | None
    comparison: VersionComparison | None
    """With the version before; None for the first, and where one of the two cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chronicle:
    """All that happened to an article, oldest first."""

    id: str
    url: str
    title: str | None
    moments: list[Occurrence]
    problems: list[str]
    """What is missing, or cannot be read."""

    @property
    def versions(self) -> list[ParsedVersion]:
        return [moment.version for moment in self.moments if moment.version is not None]

    @property
    def events(self) -> list[Event]:
        return [event for moment in self.moments for event in moment.events]


def chronicle(
    collection: Collection, ledger: Ledger, name: Name, named: str, *, pages: Archive | None = None, read: bool = True
) -> Chronicle:
    """Put together the history of an article; *pages* is where its pages lie, if not in the collection itself.

    With *read*, all its pages are read; without, those alone of which there is no record by today's parser: that is
    sooner done for one article, and later for many. ArticleNotKnownError.
    """
    article_id = _known_id(collection, ledger, name, named)
    problems: list[str] = []
    versions = [
        _version(version, collection, pages or collection, name.site, problems, read=read)
        for version in ledger.versions(article_id)
    ]
    events = _events(collection, ledger, article_id, problems)
    moments = _moments(versions, events)
    newest = next((version.article for version in reversed(versions) if version.article is not None), None)
    url = newest.canonical_url if newest else events[-1].url if events else name.url
    return Chronicle(id=article_id, url=url, title=newest.title if newest else None, moments=moments, problems=problems)


def _known_id(collection: Collection, ledger: Ledger, name: Name, named: str) -> str:
    """Return the id under which the ledger knows an article: its own, or that of the one its address leads to."""
    if name.id is not None and ledger.newest(name.id) is not None:
        return name.id
    page = ledger.find(name.url)
    if page is not None and page.id is not None and ledger.newest(page.id) is not None:
        return page.id
    raise ArticleNotKnownError(named, collection, _why(page), name.site, name.url)


def _why(page: KnownPage | None) -> str:
    match page and page.state:
        case None:
            return N_(
                "%(name)s: no run has seen this article, as %(path)s has it; with another collection: -s COLLECTION=…. "
                "To fetch it: scrapy crawl %(site)s -a url=%(url)s"
            )
        case "seen":
            return N_(
                "%(name)s: it was seen on a list, and not fetched yet, as %(path)s has it; with another collection: "
                "-s COLLECTION=…. To fetch it: scrapy crawl %(site)s -a url=%(url)s"
            )
        case "gone":
            return N_(
                "%(name)s: it was never an article since it is known: the site answers that there is no such page, as "
                "%(path)s has it; with another collection: -s COLLECTION=…. To fetch it: scrapy crawl %(site)s "
                "-a url=%(url)s"
            )
        case _:
            return N_(
                "%(name)s: there was never an article at this address since it is known, as %(path)s has it; with "
                "another collection: -s COLLECTION=…. To fetch it: scrapy crawl %(site)s -a url=%(url)s"
            )


def _version(
    version: Version, collection: Collection, pages: Archive, site: str, problems: list[str], *, read: bool
) -> ParsedVersion:
    article, problem = None, None
    where = version.seen.where
    try:
        if not read and pages.file(where.warc) is not None:  # a text that nothing proves any more is not shown
            article = recorded(collection.items_dir / version.run, where, sites.load(site).parser_version)
        article = article or _read(pages, where, site)
    except (WarcError, NewsspiderError, OSError) as error:
        problem = getattr(error, "finding", str(error))
        problems.append(f"version {version.n} cannot be read: {problem}")
    return ParsedVersion(n=version.n, seen=version.seen, run=version.run, article=article, problem=problem)


def _read(pages: Archive, where: Locator, site: str) -> Article:
    from newsspider.collection.captures import page_at
    from newsspider.parsing.pages import nearest_in, with_further_pages  # with the parser

    page = page_at(pages, where)
    rules = sites.load(site)
    first = rules.parse_page(page.http.body(), page.capture.url, page.http.headers, page.capture.captured)
    return with_further_pages(rules, first, nearest_in(pages)).article


def _events(collection: Collection, ledger: Ledger, article_id: str, problems: list[str]) -> list[Event]:
    places = ledger.events_of(article_id)
    found: dict[tuple[datetime, str], Event] = {}
    for run in sorted({place.run for place in places}):
        try:
            for event in events_in(collection.items_dir / run, article_id):
                found[event.at, event.event] = event
        except FeedError as error:
            problems.append(str(error))
    wanted = [(place.at, place.event) for place in places]
    problems += (
        f"{place.event} at {place.at:%Y-%m-%d %H:%M:%S} UTC is in no part of run {place.run}"
        for place in places
        if (place.at, place.event) not in found
    )
    return in_order(found[key] for key in wanted if key in found)


def _moments(versions: Iterable[ParsedVersion], events: Iterable[Event]) -> list[Occurrence]:
    at: dict[datetime, tuple[list[Event], list[ParsedVersion]]] = {}
    for each in versions:
        at.setdefault(each.seen.at, ([], []))[1].append(each)
    for event in events:
        at.setdefault(event.at, ([], []))[0].append(event)
    moments = []
    before: ParsedVersion | None = None

    def order(entry: tuple[datetime, tuple[list[Event], list[ParsedVersion]]]) -> tuple[str, datetime]:
        # By run first: within one, and not always from one to the next, the clock went on.
        moment, (happened, there) = entry
        return max([event.run for event in happened] + [version.run for version in there]), moment

    for moment, (happened, there) in sorted(at.items(), key=order):
        version = next(iter(there), None)
        comparison = None
        if version is not None:
            if before is not None and before.article is not None and version.article is not None:
                comparison = compare(before.article, version.article)
            before = version
        moments.append(Occurrence(at=moment, events=happened, version=version, comparison=comparison))
    return moments


def compare(before: Article, after: Article) -> VersionComparison:
    """Compare two versions, made by the same parser."""
    changed = {name: altered for change in changes(before, after) for name, altered in change.changed.items()}
    headline = diff_line(before.title or "", after.title or "") if changed.pop("title", None) else None
    text = diff(before.paragraphs, after.paragraphs) if changed.pop("body_text", None) else None
    return VersionComparison(
        headline=headline,
        text=text,
        fields={name: diff_line(said.before or "", said.after or "") for name, said in changed.items()},
    )
