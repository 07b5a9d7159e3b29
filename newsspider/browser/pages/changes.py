"""The events of all articles since a day, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from newsspider.browser import cache
from newsspider.browser.cache import Seen
from newsspider.browser.filling import record_at
from newsspider.browser.pages.one import number_of, shelved_of
from newsspider.browser.pages.showing import page
from newsspider.browser.reasons import reason
from newsspider.collection.wacz import WaczError
from newsspider.history.diff import Span, diff_line
from newsspider.history.text import first_change, sentence
from newsspider.record.events import Event
from newsspider.record.records import from_record
from newsspider.text.clock import SHANGHAI
from newsspider.text.language import _
from newsspider.text.since import moment_of

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.requests import Request
    from starlette.responses import Response

    from newsspider.browser.context import Browser
    from newsspider.browser.holding import Holding

_PAGE = 40
_USUAL = "7d"
_NOT_SHOWN = "published"
"""Counted, and no change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownChange:
    """An event as the page shows it."""

    collection: str
    seen: Seen
    title: str
    event: Event | None
    """None where its part cannot be read."""
    says: str
    field: str
    """The first that changed; empty where none did."""
    spans: tuple[Span, ...] = ()


def show(browser: Browser, request: Request, asked: dict[str, str]) -> Response:
    """Answer with what happened since the time that is asked for."""
    browser.shelf.look()
    problem = None
    text = asked.get("since", "").strip()[:40] or _USUAL
    try:
        since = moment_of(text, zone=SHANGHAI)
    except ValueError:
        problem, text = _("%(text)s is neither a span nor a date.", text=text), _USUAL
        since = moment_of(text, zone=SHANGHAI)
    only = asked.get("collection", "")
    names = [shelved_of(browser, only).name] if only else browser.shelf.opened()
    counts = _counts(browser, names, since)
    last = max(1, -(-sum(count for event, count in counts.items() if event != _NOT_SHOWN) // _PAGE))
    number = min(number_of(asked.get("page", ""), 1) or 1, last)
    return page(
        browser,
        "changes",
        here="/changes",
        since=text,
        moment=int(since.timestamp()),
        only=only,
        problem=problem,
        changes=_found(browser, names, since, number),
        counts=counts,
        number=number,
        more=number < last,
        to=lambda page: "/changes?" + urlencode({"since": text, "collection": only, "page": page}),
    )


def _counts(browser: Browser, names: list[str], since: datetime) -> dict[str, int]:
    """Return how often each thing happened."""
    counts: dict[str, int] = {}
    for path in (browser.shelf.all[name].path for name in names):
        if path is not None:
            with cache.opened(path) as opened:
                for event, count in opened.counts_since(int(since.timestamp())).items():
                    counts[event] = counts.get(event, 0) + count
    return counts


def _found(browser: Browser, names: list[str], since: datetime, number: int) -> list[ShownChange]:
    """Return a page of what happened."""
    moment, last = int(since.timestamp()), number * _PAGE
    found: list[tuple[str, Seen]] = []
    titles: dict[tuple[str, str], str] = {}
    for name in names:
        path = browser.shelf.all[name].path
        if path is None:
            continue
        with cache.opened(path) as opened:
            events = opened.events_since(moment, without=_NOT_SHOWN, most=last, start=0)
            found += ((name, each) for each in events)
    found.sort(key=lambda entry: entry[1].at, reverse=True)
    shown = found[last - _PAGE : last]
    for name in {of for of, each in shown}:
        path = browser.shelf.all[name].path
        assert path is not None
        with cache.opened(path) as opened:
            found_there = opened.titles([each.article for of, each in shown if of == name])
        titles |= {(name, article): title for article, title in found_there.items()}
    return [_change(browser.shelf.all[name].holding, each, titles) for name, each in shown]


def _change(holding: Holding, seen: Seen, titles: dict[tuple[str, str], str]) -> ShownChange:
    title = titles.get((holding.name, seen.article), seen.article)
    try:
        event = from_record(record_at(holding, seen.place), Event)
    except (OSError, ValueError, TypeError, WaczError) as error:
        says = _("Its record cannot be read.") + f" {reason(error)}"
        return ShownChange(collection=holding.name, seen=seen, title=title, event=None, says=says, field="")
    field = ""
    spans: tuple[Span, ...] = ()
    if event.changed and event.event != "moved":
        field, altered = next(iter(event.changed.items()))
        spans = tuple(first_change(diff_line(altered.before or "", altered.after or "")))
    return ShownChange(
        collection=holding.name, seen=seen, title=title, event=event, says=sentence(event), field=field, spans=spans
    )
