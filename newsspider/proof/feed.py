"""Checks a feed part against its pages: every record is made again from the bytes that it cites, and compared.

Parsing is a pure function of those bytes, so a record of the installed parser's version comes out again to the last
byte. Where it does not, the page's digest says whether the page was altered or the record. A record of another version
may rightly come out differently; that is counted, not called a fault, unless it is in what no rule decides.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from newsspider import sites
from newsspider.errors import NewsspiderError
from newsspider.parsing.unparsed import UnparsedPageError
from newsspider.proof.articles import Articles
from newsspider.proof.digests import DigestFormError, Labelled, entity_digest, stored_digest
from newsspider.proof.findings import Place
from newsspider.proof.opening import cannot_be_opened, cannot_be_opened_yet, without_page
from newsspider.proof.pages import PageUnfinishedError
from newsspider.record import schema
from newsspider.record.items import Lead, Locator, as_record, to_json_line
from newsspider.record.records import up_to_date
from newsspider.text.escaping import quoted
from newsspider.text.message import message, message_of, messages
from newsspider.warc.address import address

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from newsspider.collection.captures import ArchivedPage
    from newsspider.parsing.pages import Find
    from newsspider.parsing.site import Site
    from newsspider.proof.findings import Report
    from newsspider.proof.pages import PageOpener
    from newsspider.text.message import Message
    from newsspider.warc.reader import WarcPath

_MAX_LINE = 1 << 26
"""Bytes of a record; the parser's own limits keep it far below."""

_OF_NO_RULE = ("site", "url", "fetched_at", "archive")
"""Fields that say where the bytes are, whatever the parser makes of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFacts:
    """Size in bytes, SHA-256 in hex and number of records of a part, as it was read."""

    size: int
    sha256: str
    records: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    """One line of a feed."""

    said: dict[str, Any]
    kind: str
    """One of ``schema.KINDS``."""
    version: str | None
    """Of the parser that made it; None when that cannot be known."""
    line: bytes | None
    """As it stands, where it must be as this program writes it."""
    place: Place

    @property
    def name(self) -> str:
        return str(self.said["id"])


@dataclass(slots=True)
class OtherVersion:
    """Records that another version of a parser made."""

    first: Place
    records: int = 0
    changed: int = 0
    fields: Counter[str] = field(default_factory=Counter)


class FeedCheck:
    """Checks parts one after another; *advance* takes the number of bytes read since it was last called.

    *facts* are the ids of the site facts that articles may cite, to which those of the parts checked are added; None
    when it is not known which there are.
    """

    def __init__(
        self,
        report: Report,
        advance: Callable[[int], None],
        *,
        facts: set[str] | None,
        articles: Articles | None = None,
    ) -> None:
        self._report = report
        self._advance = advance
        self._articles = articles or Articles()
        self.other_versions: dict[tuple[str, str, str], OtherVersion] = {}
        """Records that other parsers made, by site, their version and the installed one."""
        self._facts = facts
        self._leads: set[tuple[Any, ...]] = set()
        """Captures that records say led to them, those that were opened."""

    def check(
        self, path: WarcPath, kind: str, pages: PageOpener, *, own_form: bool = True, made_by: str | None = None
    ) -> PartFacts:
        """Check one file of records of *kind*, one of ``schema.KINDS``; OSError when it cannot be read.

        *own_form*: the lines are those of a part, and not of somebody's export of the same records. *made_by* is the
        version of the parser for records that do not name it.
        """
        sha256 = hashlib.sha256()
        size = number = 0
        with path.open("rb") as file:
            while line := file.readline(_MAX_LINE):
                number += 1
                place = Place(path, size, number)
                self._check_line(line, kind, pages, place, own_form=own_form, made_by=made_by)
                sha256.update(line)
                size += len(line)
                self._advance(len(line))
        self._report.counts["feed records"] += number
        return PartFacts(size=size, sha256=sha256.hexdigest(), records=number)

    def _check_line(
        self, line: bytes, kind: str, pages: PageOpener, place: Place, *, own_form: bool, made_by: str | None
    ) -> None:
        try:
            said = orjson.loads(line)
            schema.check_written(said, kind)
        except orjson.JSONDecodeError as error:
            problem = message("not a line of JSON (%(error)s): %(line)s", error=error, line=quoted(line[:80]))
            self._report.fault("line", place, problem)
            return
        except schema.RecordInvalidError as error:
            self._report.fault("schema", place, message_of(error))
            return
        version = said["provenance"]["parser_version"] if kind == "article" else made_by
        record = _Record(said=said, kind=kind, version=version, line=line if own_form else None, place=place)
        self._check_facts(record)
        self._check_lead(record, pages)
        page = self._page(record, pages)
        if page is not None:
            self._compare(record, page, pages)

    def _check_facts(self, record: _Record) -> None:
        if self._facts is None:
            return
        if record.kind == "site_facts":
            self._facts.add(record.name)
        elif (cited := record.said["site_facts"]) is not None and cited not in self._facts:
            problem = message(
                "%(record)s cites the site facts %(cited)s, which are in no part", record=record.name, cited=cited
            )
            self._report.fault("site-facts", record.place, problem)

    def _page(self, record: _Record, pages: PageOpener) -> ArchivedPage | None:
        """Open the page that a record names; report what does not fit."""
        where = record.said["archive"]
        if where is None:
            self._report.fault("locator", record.place, message("%(record)s names no page", record=record.name))
            return None
        return self._opened(record, where, message("the page of %(record)s", record=record.name), pages)

    def _check_lead(self, record: _Record, pages: PageOpener) -> None:
        """See that what led to an article is where the record says; the lists of a crawl are few."""
        lead = record.said.get("discovered") or {}
        where = lead.get("locator")
        if where is not None and (place := tuple(where.values())) not in self._leads:
            self._leads.add(place)
            what = message("the %(kind)s that led to %(record)s", kind=lead["kind"], record=record.name)
            self._opened(record, where, what, pages)

    def _opened(self, record: _Record, where: dict[str, Any], what: Message, pages: PageOpener) -> ArchivedPage | None:
        named = message(
            "%(page)s, %(warc)s at byte %(offset)s,", page=what, warc=where["warc"], offset=f"{where['offset']:,}"
        )
        try:
            page = pages.page(where["warc"], where["offset"])
        except PageUnfinishedError as error:
            self._report.warn("unfinished", record.place, cannot_be_opened_yet(named, error))
            return None
        except (NewsspiderError, OSError, OverflowError, TypeError) as error:  # the last two: 1e30, 0.5 as an offset
            self._report.fault("page", record.place, cannot_be_opened(named, error))
            return None
        if page is None:
            self._report.fault("locator", record.place, without_page(named))
            return None
        for name in ("length", "record_id", "payload_digest"):
            if where[name] != (there := getattr(page.capture.where, name)):
                problem = message(
                    "%(page)s has %(field)s %(there)s, and the record says %(stated)s",
                    page=named, field=name, there=there, stated=where[name],
                )  # fmt: skip
                self._report.fault("locator", record.place, problem)
        return page

    def _compare(self, record: _Record, page: ArchivedPage, pages: PageOpener) -> None:
        """Make the record once more, and report what is not the same."""
        altered = _problem_of_bytes(page)
        if altered is not None:
            said = message("the page of %(record)s was altered: %(how)s", record=record.name, how=altered)
            self._report.fault("differs", record.place, said)
        try:
            site = sites.load(record.said["site"])
            again, problem = self._made_again(site, record, page, _cited(record, pages))
        except NewsspiderError as error:
            if altered is None:
                said = message("%(record)s cannot be made again: %(error)s", record=record.name, error=error)
                self._report.fault("page", record.place, said)
            return
        of_another_version = record.version not in (None, site.parser_version)
        if again is not None and not of_another_version and record.line == to_json_line(again):
            return
        wrong = {"": problem} if again is None else _differences(record, again)
        if of_another_version and altered is None:
            wrong = self._count_other_version(site, record, wrong)
        for problem in wrong.values():
            said = message(
                "%(record)s: %(problem)s, and the page is as it was: the record was altered",
                record=record.name, problem=problem,
            )  # fmt: skip
            if altered:
                said = message("%(record)s: %(problem)s", record=record.name, problem=problem)
            self._report.fault("differs", record.place, said)
        if not (wrong or of_another_version or record.line is None):
            said = message(
                "%(record)s says the same as its page, in other bytes than this program writes", record=record.name
            )
            self._report.fault("differs", record.place, said)

    def _count_other_version(self, site: Site, record: _Record, wrong: dict[str, Message]) -> dict[str, Message]:
        """Count what other rules may make different; return what none may."""
        key = (site.name, str(record.version), site.parser_version)
        seen = self.other_versions.setdefault(key, OtherVersion(record.place))
        by_rule = [name or "that there is a record" for name in wrong if name not in _OF_NO_RULE]
        seen.records += 1
        seen.changed += bool(by_rule)
        seen.fields.update(by_rule)
        return {name: problem for name, problem in wrong.items() if name in _OF_NO_RULE}

    def _made_again(self, site: Site, record: _Record, page: ArchivedPage, find: Find) -> tuple[Any, Message]:
        """Return the item that the page gives today, or None and why there is none."""
        try:
            parsed = self._articles.parsed(site, page, find)
        except UnparsedPageError as error:
            return None, message_of(error)
        item: Any = parsed.article if record.kind == "article" else parsed.site_facts
        if item is None:
            return None, message("the page states no site facts")
        # The place is compared with the page's own already, and versions are known apart.
        item.archive = Locator(**record.said["archive"])
        if record.kind == "article":
            item.discovered = _lead_of(record)
        item.schema_version = record.said["schema_version"]
        if record.kind == "article":
            item.provenance.parser_version = record.version
        return item, message("the same")

    def add_other_versions(self, others: dict[tuple[str, str, str], OtherVersion]) -> None:
        """Add the other versions that another check found, in parts that come later."""
        for key, other in others.items():
            seen = self.other_versions.setdefault(key, OtherVersion(other.first))
            seen.records += other.records
            seen.changed += other.changed
            seen.fields += other.fields

    def tell_of_other_versions(self) -> None:
        """Say, once for each version, which records another parser made, and what the installed one changes."""
        for (site, old, new), seen in self.other_versions.items():
            made = messages(
                "%(number)s record from here on was made by version %(old)s of the parser of %(site)s, and version "
                "%(new)s is installed",
                "%(number)s records from here on were made by version %(old)s of the parser of %(site)s, and version "
                "%(new)s is installed",
                seen.records, old=old, site=site, new=new,
            )  # fmt: skip
            problem = message("%(made)s: they come out the same", made=made)
            if seen.changed:
                fields = ", ".join(f"{name} ({count:,})" for name, count in seen.fields.most_common())
                problem = message(
                    "%(made)s: their pages are as they were, and %(changed)s come out differently, in %(fields)s",
                    made=made, changed=f"{seen.changed:,}", fields=fields,
                )  # fmt: skip
            self._report.warn("rule", seen.first, problem)


def _cited(record: _Record, pages: PageOpener) -> Find:
    """Find further pages where a record says that they lie, and nowhere else."""
    places = iter(record.said.get("pages") or ())

    def find(url: str, at: datetime) -> ArchivedPage | None:
        where = next(places, None)
        page = None if where is None else pages.page(where["warc"], where["offset"])
        return page if page is not None and address(page.capture.url) == address(url) else None

    return find


def _lead_of(record: _Record) -> Lead | None:
    """Return what led to an article: it is checked by itself, for the page cannot know it."""
    said = record.said.get("discovered")
    if said is None:
        return None
    locator = said["locator"]
    return Lead(kind=said["kind"], locator=None if locator is None else Locator(**locator))


def _differences(record: _Record, again: Any) -> dict[str, Message]:
    """Return for every field that is not the same what is."""
    said = up_to_date(record.said) if record.kind == "article" else record.said
    made: dict[str, Any] = as_record(again)
    return {
        name: message(
            "%(field)s is %(stated)s, and the page gives %(there)s",
            field=name, stated=quoted(said.get(name)), there=quoted(made.get(name)),
        )
        for name in {**made, **said}
        if said.get(name) != made.get(name)
    }


def _problem_of_bytes(page: ArchivedPage) -> Message | None:
    """Say why a page's payload is not what its digest says; None when it is, or there is no digest to hold it to."""
    stated = page.capture.where.payload_digest
    if stated is None:
        return None
    holder = page.http.original or page.http
    try:
        by = Labelled(stated)
    except DigestFormError:
        return None
    digest = entity_digest(holder.block, by)
    if by.matches(digest) or by.matches(stored_digest(holder.block, by)):
        return None
    return message("its payload has %(there)s, and %(stated)s is stated", there=by.written(digest), stated=stated)
