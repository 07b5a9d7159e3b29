"""Checks a part of events against the captures that they cite: both exist, and show what the event says.

An event is made of two captures alone, so the installed parser makes it once more out of them. An event that another
version of the parser made may rightly come out differently; that is counted, not called a fault.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING, Any, TypeAlias

import orjson

from newsspider import sites
from newsspider.errors import NewsspiderError
from newsspider.history.changes import changes
from newsspider.history.events import GONE
from newsspider.parsing.unparsed import UnparsedPageError
from newsspider.proof.articles import Articles
from newsspider.proof.feed import PartFacts
from newsspider.proof.findings import Place
from newsspider.proof.opening import cannot_be_opened, cannot_be_opened_yet, without_page
from newsspider.proof.pages import PageUnfinishedError
from newsspider.record import schema
from newsspider.record.events import Altered, Event
from newsspider.record.records import from_record
from newsspider.text.escaping import quoted
from newsspider.text.language import N_
from newsspider.text.message import message, message_of, messages

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from newsspider.collection.captures import ArchivedPage
    from newsspider.proof.findings import Report
    from newsspider.proof.pages import PageOpener
    from newsspider.record.items import Article, Locator
    from newsspider.text.message import Message
    from newsspider.warc.reader import WarcPath

Parse: TypeAlias = "Callable[[ArchivedPage], Article]"
"""Returns the article of a page; UnparsedPageError, and what further pages raise, where there is none."""

_MAX_LINE = 1 << 26
_OF_ONE_CAPTURE = ("published", "changed")
"""Events of which the later capture alone is looked at: the earlier one is not there, or cannot be read."""


class EventCheck:
    """Checks parts one after another; *advance* takes the number of bytes read since it was last called."""

    def __init__(self, report: Report, advance: Callable[[int], None], articles: Articles | None = None) -> None:
        self._report = report
        self._advance = advance
        self._articles = articles or Articles()
        self.other_versions: dict[tuple[str, str], tuple[Place, Counter[bool]]] = {}
        """Of events that other parsers found, by site and version: the first, and how many the installed one finds."""

    def check(self, path: WarcPath, pages: PageOpener) -> PartFacts:
        """Check one file of events; OSError when it cannot be read."""
        sha256 = hashlib.sha256()
        size = number = 0
        with path.open("rb") as file:
            while line := file.readline(_MAX_LINE):
                number += 1
                self._check_line(line, pages, Place(path, size, number))
                sha256.update(line)
                size += len(line)
                self._advance(len(line))
        self._report.counts["events"] += number
        return PartFacts(size=size, sha256=sha256.hexdigest(), records=number)

    def _check_line(self, line: bytes, pages: PageOpener, place: Place) -> None:
        try:
            record = orjson.loads(line)
            schema.check_written(record, "change")
        except orjson.JSONDecodeError as error:
            said = message("not a line of JSON (%(error)s): %(line)s", error=error, line=quoted(line[:80]))
            self._report.fault("line", place, said)
            return
        except schema.RecordInvalidError as error:
            self._report.fault("schema", place, message_of(error))
            return
        event = from_record(record, Event)
        after = self._page(event, event.after, event.at, pages, place)
        before = None
        if event.event not in _OF_ONE_CAPTURE:
            if event.before is None or event.before_at is None:
                said = message("%(event)s names no earlier capture", event=_name(event))
                self._report.fault("locator", place, said)
                return
            before = self._page(event, event.before, event.before_at, pages, place)
        if after is None or (before is None and event.event not in _OF_ONE_CAPTURE):
            return
        try:
            site = sites.load(event.site)
        except NewsspiderError as error:
            said = message("%(record)s cannot be made again: %(error)s", record=_name(event), error=error)
            self._report.fault("page", place, said)
            return

        def parse(page: ArchivedPage) -> Article:
            return self._articles.parsed(site, page, pages.nearest).article

        try:
            problem = _problem(event, before, after, parse)
        except NewsspiderError as error:
            problem = message("its captures cannot be compared: %(error)s", error=error)
        if event.parser_version != site.parser_version:
            _, outcomes = self.other_versions.setdefault((event.site, event.parser_version), (place, Counter()))
            outcomes[problem is None] += 1
        elif problem is not None:
            self._report.fault("differs", place, message("%(event)s: %(problem)s", event=_name(event), problem=problem))

    def _page(self, event: Event, where: Locator, at: datetime, pages: PageOpener, place: Place) -> ArchivedPage | None:
        """Open a capture that an event cites; report what does not fit."""
        named = message(
            "a capture of %(event)s, %(warc)s at byte %(offset)s,",
            event=_name(event), warc=where.warc, offset=f"{where.offset:,}",
        )  # fmt: skip
        try:
            page = pages.page(where.warc, where.offset)
        except PageUnfinishedError as error:
            self._report.warn("unfinished", place, cannot_be_opened_yet(named, error))
            return None
        except (NewsspiderError, OSError, OverflowError, TypeError) as error:
            self._report.fault("page", place, cannot_be_opened(named, error))
            return None
        if page is None:
            self._report.fault("locator", place, without_page(named))
            return None
        capture = page.capture
        for name, stated, there in (
            ("length", where.length, capture.where.length),
            ("record_id", where.record_id, capture.where.record_id),
            ("payload_digest", where.payload_digest, capture.where.payload_digest),
            ("time", at, capture.captured),
        ):
            if stated != there:
                problem = message(
                    "%(capture)s has %(field)s %(there)s, and the event says %(stated)s",
                    capture=named, field=name, there=there, stated=stated,
                )  # fmt: skip
                self._report.fault("locator", place, problem)
        return page

    def add_other_versions(self, others: dict[tuple[str, str], tuple[Place, Counter[bool]]]) -> None:
        """Add the other versions that another check found, in parts that come later."""
        for key, (first, outcomes) in others.items():
            self.other_versions.setdefault(key, (first, Counter()))[1].update(outcomes)

    def tell_of_other_versions(self) -> None:
        """Say, once for each version, which events another parser found, and how many the installed one does not."""
        for (site, version), (first, outcomes) in self.other_versions.items():
            total = outcomes.total()
            found = messages(
                "%(number)s event from here on was found by version %(version)s of the parser of %(site)s",
                "%(number)s events from here on were found by version %(version)s of the parser of %(site)s",
                total, version=version, site=site,
            )  # fmt: skip
            problem = message("%(found)s; by the installed one, none would be found otherwise", found=found)
            if otherwise := outcomes[False]:
                problem = message(
                    "%(found)s; by the installed one, %(otherwise)s would be found otherwise",
                    found=found, otherwise=otherwise,
                )  # fmt: skip
            self._report.warn("rule", first, problem)


def _name(event: Event) -> Message:
    return message("%(event)s of %(id)s", event=event.event, id=event.id)


def _problem(event: Event, before: ArchivedPage | None, after: ArchivedPage, parse: Parse) -> Message | None:
    """Say how two captures do not tell what an event says; None when they do."""
    match event.event:
        case "published" | "changed":
            return _not_this(event, after, _LATER, parse)
        case "restored":
            assert before is not None
            if _is_there(event, before, parse):
                return message("the earlier capture is of the article, so it was not away")
            return _not_this(event, after, _LATER, parse)
        case "gone" | "soft_gone":
            assert before is not None
            if after.http.status != event.status:
                return message(
                    "the later capture has status %(there)s, and the event says %(stated)s",
                    there=after.http.status, stated=event.status,
                )  # fmt: skip
            if (after.http.status in GONE) != (event.event == "gone") or _is_there(event, after, parse):
                return message("the later capture says something else")
            return _not_this(event, before, _EARLIER, parse)
    assert before is not None
    return _not_this(event, before, _EARLIER, parse) or _not_told(event, before, after, parse)


def _not_told(event: Event, before: ArchivedPage, after: ArchivedPage, parse: Parse) -> Message | None:
    then, now = parse(before), parse(after)
    found = next((change for change in changes(then, now) if change.event == event.event), None)
    if found is None:
        return message("its two captures do not differ so")
    for name in ("changed", "claim"):
        if (there := getattr(found, name)) != (stated := getattr(event, name)):
            return message(
                "%(field)s is %(stated)s, and its captures give %(there)s",
                field=name, stated=_shown(stated), there=_shown(there),
            )  # fmt: skip
    return None


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        value = {name: (each.before, each.after) for name, each in value.items() if isinstance(each, Altered)}
    return quoted(value)


_EARLIER = N_("the earlier capture")
_LATER = N_("the later capture")


def _not_this(event: Event, page: ArchivedPage, what: str, parse: Parse) -> Message | None:
    try:
        article = parse(page)
    except UnparsedPageError as error:
        return message("%(capture)s is no article: %(error)s", capture=message(what), error=error)
    if article.id == event.id:
        return None
    return message("%(capture)s is of %(id)s", capture=message(what), id=article.id)


def _is_there(event: Event, page: ArchivedPage, parse: Parse) -> bool:
    try:
        return page.http.status not in GONE and parse(page).id == event.id
    except UnparsedPageError:
        return False
