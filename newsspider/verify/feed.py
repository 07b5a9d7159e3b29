"""A feed part against its pages: every record is made once more, out of the bytes that it cites, and compared.

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

from newsspider import schema, sites
from newsspider.errors import NewsspiderError
from newsspider.items import Locator, as_record, to_json_line
from newsspider.verify.digests import DigestFormError, Labelled, entity_digest, stored_digest
from newsspider.verify.findings import Place, shortened
from newsspider.verify.pages import PageUnfinishedError
from newsspider.witnesses.article import UnparsedPageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsspider.archive.captures import Page
    from newsspider.archive.reader import WarcPath
    from newsspider.sites import Rules
    from newsspider.verify.findings import Report
    from newsspider.verify.pages import Pages

_MAX_LINE = 1 << 26
"""Bytes of a record; the parser's own limits keep it far below."""

_OF_NO_RULE = ("site", "url", "fetched_at", "archive")
"""Fields that say where the bytes are, whatever the parser makes of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFacts:
    """What a part turned out to be."""

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
    """Of the parser that made it; None when that cannot be told."""
    line: bytes | None
    """As it stands, where it must be as this program writes it."""
    place: Place

    @property
    def name(self) -> str:
        return str(self.said["id"])


@dataclass(slots=True)
class _OtherVersion:
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

    def __init__(self, report: Report, advance: Callable[[int], None], *, facts: set[str] | None) -> None:
        self._report = report
        self._advance = advance
        self._other_versions: dict[tuple[str, str, str], _OtherVersion] = {}
        self._facts = facts

    def check(
        self, path: WarcPath, kind: str, pages: Pages, *, own_form: bool = True, made_by: str | None = None
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
        self, line: bytes, kind: str, pages: Pages, place: Place, *, own_form: bool, made_by: str | None
    ) -> None:
        try:
            said = orjson.loads(line)
            schema.check(said, kind)
        except orjson.JSONDecodeError as error:
            self._report.fault("line", place, f"not a line of JSON ({error}): {shortened(line[:80])}")
            return
        except schema.RecordInvalidError as error:
            self._report.fault("schema", place, str(error))
            return
        version = said["provenance"]["parser_version"] if kind == "article" else made_by
        record = _Record(said=said, kind=kind, version=version, line=line if own_form else None, place=place)
        self._check_facts(record)
        page = self._page(record, pages)
        if page is not None:
            self._compare(record, page)

    def _check_facts(self, record: _Record) -> None:
        if self._facts is None:
            return
        if record.kind == "site_facts":
            self._facts.add(record.name)
        elif (cited := record.said["site_facts"]) is not None and cited not in self._facts:
            problem = f"{record.name} cites the site facts {cited}, which are in no part"
            self._report.fault("site-facts", record.place, problem)

    def _page(self, record: _Record, pages: Pages) -> Page | None:
        """Open the page that a record names; report what does not fit."""
        where = record.said["archive"]
        if where is None:
            self._report.fault("locator", record.place, f"{record.name} names no page")
            return None
        named = f"the page of {record.name}, {where['warc']} at byte {where['offset']:,},"
        try:
            page = pages.page(where["warc"], where["offset"])
        except PageUnfinishedError as error:
            self._report.warn("unfinished", record.place, f"{named} cannot be opened yet: {error}")
            return None
        except (NewsspiderError, OSError, OverflowError, TypeError) as error:  # the last two: 1e30, 0.5 as an offset
            problem = getattr(error, "finding", str(error))
            self._report.fault("page", record.place, f"{named} cannot be opened: {problem}")
            return None
        if page is None:
            self._report.fault("locator", record.place, f"{named} is a record without a page")
            return None
        for name in ("length", "record_id", "payload_digest"):
            if where[name] != (there := getattr(page.capture, name)):
                problem = f"{named} has {name} {there}, and the record says {where[name]}"
                self._report.fault("locator", record.place, problem)
        return page

    def _compare(self, record: _Record, page: Page) -> None:
        """Make the record once more, and report what is not the same."""
        try:
            site = sites.load(record.said["site"])
            again, problem = _made_again(site, record, page)
        except NewsspiderError as error:
            self._report.fault("page", record.place, f"{record.name} cannot be made again: {error}")
            return
        altered = _problem_of_bytes(page)
        if altered is not None:
            self._report.fault("differs", record.place, f"the page of {record.name} was altered: {altered}")
        wrong = {"": problem} if again is None else _differences(record.said, again)
        of_another_version = record.version not in (None, site.PARSER_VERSION)
        if of_another_version and altered is None:
            wrong = self._count_other_version(site, record, wrong)
        for problem in wrong.values():
            blame = "" if altered else ", and the page is as it was: the record was altered"
            self._report.fault("differs", record.place, f"{record.name}: {problem}{blame}")
        if not (wrong or of_another_version or record.line is None or record.line == to_json_line(again)):
            problem = f"{record.name} says the same as its page, in other bytes than this program writes"
            self._report.fault("differs", record.place, problem)

    def _count_other_version(self, site: Rules, record: _Record, wrong: dict[str, str]) -> dict[str, str]:
        """Count what other rules may make different; return what none may."""
        key = (site.NAME, str(record.version), site.PARSER_VERSION)
        seen = self._other_versions.setdefault(key, _OtherVersion(record.place))
        by_rule = [name or "that there is a record" for name in wrong if name not in _OF_NO_RULE]
        seen.records += 1
        seen.changed += bool(by_rule)
        seen.fields.update(by_rule)
        return {name: problem for name, problem in wrong.items() if name in _OF_NO_RULE}

    def tell_of_other_versions(self) -> None:
        """Say, once for each version, which records another parser made, and what the installed one changes."""
        for (site, old, new), seen in self._other_versions.items():
            problem = f"{seen.records:,} records from here on were made by version {old} of the parser of {site}, "
            problem += f"and version {new} is installed: "
            if seen.changed:
                fields = ", ".join(f"{name} ({count:,})" for name, count in seen.fields.most_common())
                problem += f"their pages are as they were, and {seen.changed:,} come out differently, in {fields}"
            else:
                problem += "they come out the same"
            self._report.warn("rule", seen.first, problem)


def _made_again(site: Rules, record: _Record, page: Page) -> tuple[Any, str]:
    """Return the item that the page gives today, or None and why there is none."""
    capture = page.capture
    try:
        parsed = site.parse_page(page.http.body(), capture.url, page.http.headers, capture.captured)
    except UnparsedPageError as error:
        return None, str(error)
    item: Any = parsed.article if record.kind == "article" else parsed.site_facts
    if item is None:
        return None, "the page states no site facts"
    # The place is compared with the page's own already, and versions are told apart.
    item.archive = Locator(**record.said["archive"])
    if record.kind == "article":
        item.provenance.parser_version = record.version
    return item, ""


def _differences(record: dict[str, Any], again: Any) -> dict[str, str]:
    """Return for every field that is not the same what is."""
    made: dict[str, Any] = as_record(again)
    return {
        name: f"{name} is {shortened(record.get(name))}, and the page gives {shortened(made.get(name))}"
        for name in {**made, **record}
        if record.get(name) != made.get(name)
    }


def _problem_of_bytes(page: Page) -> str | None:
    """Say why a page's payload is not what its digest says; None when it is, or there is no digest to hold it to."""
    stated = page.capture.payload_digest
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
    return f"its payload has {by.written(digest)}, and {stated} is stated"
