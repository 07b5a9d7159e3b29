"""The list of articles: what is looked for, what was found, each hit marked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from newsspider.browser.bigrams import excerpt
from newsspider.browser.cache import ArticleRow
from newsspider.browser.filling import record_at
from newsspider.browser.pages.one import called
from newsspider.browser.pages.showing import page
from newsspider.browser.reasons import reason
from newsspider.browser.search import FACETS, MOST_PAGES, PAGE, Asked, Hit, search
from newsspider.collection.wacz import WaczError
from newsspider.text.language import N_, _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from newsspider.browser.context import Browser

_EXCERPT = 160
LABELS = {"site": N_("Site"), "channel": N_("Channel"), "source": N_("Source"), "keyword": N_("Keyword")}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownHit:
    """A hit as the page shows it."""

    collection: str
    row: ArticleRow
    excerpt: str
    problem: str | None
    """Why there is no excerpt."""


def show(browser: Browser, request: Request, asked: dict[str, str]) -> Response:
    """Answer with the list that the address asks for."""
    wanted = Asked.of(asked)
    if wanted.collection:
        called(browser, wanted.collection)
    browser.shelf.look()
    with browser.shelf.caches() as caches:
        answer = search(caches, wanted)
        last = min(max(1, -(-answer.count // PAGE)), MOST_PAGES)
        if wanted.page > last:
            wanted = replace(wanted, page=last)
            answer = search(caches, wanted)
        facets = {kind: _merged([each.facets(kind) for each in caches.values()]) for kind in FACETS}
    terms = wanted.wanted.terms
    notes = [(name, note) for name, each in browser.shelf.all.items() for note in each.notes()]
    return page(
        browser,
        "listing",
        here="/",
        asked=wanted,
        terms=terms,
        count=answer.count,
        last=last,
        hits=[_shown(browser, hit, terms) for hit in answer.hits],
        facets=facets,
        labels={kind: _(label) for kind, label in LABELS.items()},
        notes=notes,
    )


def _merged(found: Sequence[Sequence[tuple[str, int]]]) -> list[tuple[str, int]]:
    """Add up the values of several collections, those with the most articles first."""
    sums: dict[str, int] = {}
    for each in found:
        for value, count in each:
            sums[value] = sums.get(value, 0) + count
    return sorted(sums.items(), key=lambda entry: (-entry[1], entry[0]))


def _shown(browser: Browser, hit: Hit, terms: Sequence[str]) -> ShownHit:
    text, problem = "", None
    try:
        record = record_at(browser.shelf.all[hit.collection].holding, hit.row.place)
        text = str(record.get("body_text") or record.get("summary") or record.get("text") or "")
    except (OSError, ValueError, TypeError, WaczError) as error:
        problem = str(reason(error))
    return ShownHit(
        collection=hit.collection,
        row=hit.row,
        excerpt=excerpt(" ".join(text.split()), terms, _EXCERPT),
        problem=problem,
    )
