"""Reads captures, and parses those that are articles: a place in, a result out."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, NoReturn, Self

import orjson

from newsspider import sites
from newsspider.collection.captures import Captures, Elsewhere, RecordPlace
from newsspider.discovery.documents import is_html
from newsspider.discovery.shapes import likeness
from newsspider.parsing.pages import is_part, nearest_of, with_further_pages
from newsspider.parsing.unparsed import UnparsedPageError
from newsspider.record import schema
from newsspider.record.items import to_json_line
from newsspider.warc.codings import BodyTooLargeError, ContentCodingError
from newsspider.warc.http import MAX_HEAD
from newsspider.warc.reader import WarcError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from newsspider.collection.captures import ArchivedPage
    from newsspider.collection.source import WarcSource
    from newsspider.parsing.article import Parsed
    from newsspider.parsing.site import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureOutcome:
    """The result of one capture: a record, a failure, or nothing."""

    offset: int
    line: bytes | None = None
    """The record, a line of the feed."""
    facts: bytes | None = None
    """The site facts that the record cites, a line."""
    witnesses: dict[str, str] | None = None
    """For every field of the record who gave it."""
    kind: str | None = None
    """Of a failure: one of ``tally.KINDS``."""
    problem: str | None = None
    url: str | None = None
    """Of a failure, where that much could be read."""

    def as_line(self) -> bytes:
        """Write it as a line of JSON, from which ``from_line`` makes it again."""
        texts = {name: line and line.decode() for name, line in (("line", self.line), ("facts", self.facts))}
        return orjson.dumps({**asdict(self), **texts}, option=orjson.OPT_APPEND_NEWLINE)

    @classmethod
    def from_line(cls, line: bytes) -> Self:
        said = orjson.loads(line)
        texts = {name: said[name] and said[name].encode() for name in ("line", "facts")}
        return cls(**{**said, **texts})


class CaptureReader:
    """Reads captures out of *sources*, and parses what is an article of *names*.

    *several*: there are other files, which these sources do not have: what may lie in one raises ``Elsewhere``.
    """

    def __init__(self, sources: Sequence[WarcSource], names: tuple[str, ...], max_body: int, *, several: bool) -> None:
        self.site_of = sites.among(names)
        self._max_body = max_body
        # What is said of an original is said again of the revisit that needs it.
        self._captures = Captures(sources, lambda _: None, max_block=max_body + MAX_HEAD, several=several)
        self._find = _elsewhere if several else nearest_of(self._captures)

    def outcome(self, source: WarcSource, file: str, offset: int) -> CaptureOutcome:
        """Return what a capture gives; Elsewhere where that takes another file."""
        try:
            page = self._captures.read(RecordPlace(source, file, offset))
            body = b"" if page is None else page.http.body(self._max_body)
        except (WarcError, OSError, BodyTooLargeError, ContentCodingError) as error:
            return CaptureOutcome(offset=offset, kind="unreadable", problem=getattr(error, "finding", str(error)))
        site = None if page is None else self._site(page)
        if page is None or site is None:
            return CaptureOutcome(offset=offset)
        if page.truncated:
            return CaptureOutcome(
                offset=offset, kind="truncated", problem="the capture is not complete", url=page.capture.url
            )
        return self._parsed(site, page, body)

    def _site(self, page: ArchivedPage) -> Site | None:
        """Return the site whose article a page is; None for what a crawl would not have parsed."""
        if (page.capture.status or 0) // 100 != 2:
            return None
        site = self.site_of(page.capture.url)
        return site if site and (site.articles or is_html(page.http.headers)) else None

    def _parsed(self, site: Site, page: ArchivedPage, body: bytes) -> CaptureOutcome:
        capture, offset = page.capture, page.capture.where.offset
        try:
            parsed: Parsed = site.parse_page(body, capture.url, page.http.headers, capture.captured)
            if is_part(site, parsed, self._find):
                return CaptureOutcome(offset=offset)
            parsed = with_further_pages(site, parsed, self._find, max_body=self._max_body)
        except Elsewhere:
            raise
        except UnparsedPageError as error:
            if not site.articles:  # its address does not say that it is an article
                return CaptureOutcome(offset=offset)
            return CaptureOutcome(offset=offset, kind="unparsed", problem=str(error), url=capture.url)
        except Exception as error:  # a fault of the parser's, and no reason to lose the other pages
            problem = f"{type(error).__name__}: {error}"
            return CaptureOutcome(offset=offset, kind="raised", problem=problem, url=capture.url)
        is_dated = parsed.article.published_at is not None or parsed.article.published_raw is not None
        if not site.articles and not is_dated and likeness(capture.url) == "no":
            return CaptureOutcome(offset=offset)  # a page about the paper, for one
        parsed.article.archive = capture.where
        line = to_json_line(parsed.article)
        try:
            schema.check(orjson.loads(line))
        except schema.RecordInvalidError as error:
            return CaptureOutcome(offset=offset, kind="invalid", problem=str(error), url=parsed.article.url)
        facts = None
        if parsed.site_facts is not None:
            parsed.site_facts.archive = parsed.article.archive
            facts = to_json_line(parsed.site_facts)
        return CaptureOutcome(offset=offset, line=line, facts=facts, witnesses=parsed.article.provenance.fields)


def _elsewhere(_: str, __: datetime) -> NoReturn:
    """Find no page: the one captured nearest may lie in another file."""
    raise Elsewhere
