"""The record of an article that goes on over several pages: the bodies of all, joined in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from newsspider.collection.captures import Captures, by_distance
from newsspider.errors import NewsspiderError
from newsspider.parsing.article import content_hash
from newsspider.parsing.paging import MAX_PAGES, without_number
from newsspider.record.items import Counts
from newsspider.text.processors import count_text
from newsspider.warc.address import address
from newsspider.warc.urlkey import urlkey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from newsspider.collection.captures import Archive, ArchivedPage
    from newsspider.parsing.article import Parsed
    from newsspider.parsing.site import Site
    from newsspider.record.items import Article, Locator

Find: TypeAlias = "Callable[[str, datetime], ArchivedPage | None]"
"""Finds the capture of an address nearest to a moment; ``None`` where there is none."""


class Pages:
    """The pages of one article, while they are read one after the other."""

    def __init__(self, site: Site, first: Parsed) -> None:
        self._site = site
        self.first = first
        self._further: list[Article] = []
        self._seen = {first.article.url}
        self.wanted = first.paging.next_url
        """Address of the page that comes next; ``None`` where the article ends."""

    def add(
        self, body: bytes, url: str, headers: Iterable[tuple[bytes, bytes]], captured_at: datetime, where: Locator
    ) -> None:
        """Read the page that was wanted; what is no page of an article is a doubt, and the last."""
        asked, self.wanted = self.wanted, None
        try:
            page = self._site.parse_page(body, url, headers, captured_at)
        except NewsspiderError as error:
            self._miss(asked, str(error))
            return
        known = (self.first.article, *self._further)
        # Its number may be that of a page of comments, or of a part of a series, which is an article of its own.
        if page.article.content_hash in {each.content_hash for each in known} or not _are_one(known[0], page.article):
            return
        page.article.archive = where
        self._further.append(page.article)
        self._seen.update((url, asked or url))
        following = page.paging.next_url
        if following and following not in self._seen:
            if len(self._further) + 1 == MAX_PAGES:
                self._miss(following, f"no more than {MAX_PAGES} pages of an article are read")
            else:
                self.wanted = following

    def fail(self) -> None:
        """Say that the page that was wanted is missing; why is nothing that an archive would know."""
        asked, self.wanted = self.wanted, None
        self._miss(asked, "it cannot be fetched")

    def _miss(self, url: str | None, why: str) -> None:
        provenance = self.first.article.provenance
        provenance.warnings.append(f"body_text: a further page, {url}, is missing: {why}")
        if "body_text" not in provenance.doubts:
            provenance.doubts = [*provenance.doubts, "body_text"]

    def whole(self) -> Parsed:
        """Return what all pages give that were read: the first, with the bodies of the others."""
        if self._further:
            _join(self.first.article, self._further)
        return self.first


def _join(article: Article, further: list[Article]) -> None:
    for number, page in enumerate(further, start=2):
        before = len(article.paragraphs)
        for image in page.images:
            image.position += before
        article.paragraphs += page.paragraphs
        article.blocks += page.blocks
        article.images += page.images
        article.videos += [each for each in page.videos if each not in article.videos]
        article.audio += [each for each in page.audio if each not in article.audio]
        if page.body_html:
            article.body_html = f"{article.body_html}\n{page.body_html}" if article.body_html else page.body_html
        article.image_credit = article.image_credit or page.image_credit
        article.authors = article.authors or page.authors
        article.editors = article.editors or page.editors
        article.original_title = article.original_title or page.original_title
        assert page.archive is not None
        article.pages.append(page.archive)
        known, found = article.provenance, page.provenance
        known.cut_off = known.cut_off or found.cut_off
        if "body_text" in found.doubts and "body_text" not in known.doubts:
            known.doubts = [*known.doubts, "body_text"]
        known.warnings += [f"page {number}: {warning}" for warning in found.warnings]
        for field, witness in found.fields.items():
            if getattr(article, field) == getattr(page, field):
                known.fields.setdefault(field, witness)
    article.body_text = "\n\n".join(article.paragraphs) or None
    counts = count_text(article.paragraphs)
    article.counts = Counts(chars=counts.chars, han=counts.han, words=counts.words, paragraphs=counts.paragraphs)
    article.content_hash = content_hash(article.title or "", article.paragraphs)


def _are_one(first: Article, further: Article) -> bool:
    return without_number(first.title or "") == without_number(further.title or "")


def is_part(site: Site, parsed: Parsed, find: Find) -> bool:
    """Tell whether a page goes on with an article whose page before it *find* finds."""
    previous = parsed.paging.previous_url
    try:
        found = find(previous, parsed.article.fetched_at) if previous else None
        if found is None:
            return False
        before = site.parse_page(found.http.body(), found.capture.url, found.http.headers, found.capture.captured)
    except (NewsspiderError, OSError):
        return False
    return _are_one(before.article, parsed.article)


def with_further_pages(site: Site, first: Parsed, find: Find, *, max_body: int | None = None) -> Parsed:
    """Return what the first page of an article gives, with the pages that follow, as far as *find* finds them.

    A body of more than *max_body* bytes is none.
    """
    pages = Pages(site, first)
    while pages.wanted:
        try:
            found = find(pages.wanted, first.article.fetched_at)
            body = b"" if found is None else found.http.body() if max_body is None else found.http.body(max_body)
        except (NewsspiderError, OSError):
            found = None
        if found is None:
            pages.fail()
        else:
            pages.add(body, found.capture.url, found.http.headers, found.capture.captured, found.capture.where)
    return pages.whole()


def nearest_in(archive: Archive) -> Find:
    """Find pages in one archive; see ``nearest_of``."""
    return nearest_of(Captures([archive], lambda _: None, max_block=None))


def nearest_of(captures: Captures) -> Find:
    """Find pages in *captures*: of those that are complete and answer with 200 the one captured nearest in time."""

    def find(url: str, at: datetime) -> ArchivedPage | None:
        wanted = address(url)
        there = [each for each in captures.of_key(urlkey(url)) if address(each.entry.url) == wanted]
        for each in by_distance([each for each in there if each.entry.status == "200"], at):
            page = captures.read(each.place)
            if page is not None and not page.truncated:
                return page
        return None

    return find
