"""The runs of the collections, and the report of each, its examples linked to what was captured."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from starlette.responses import HTMLResponse

from newsspider.browser import cache
from newsspider.browser.context import NotThereError
from newsspider.browser.guard import policy
from newsspider.browser.holding import Directory
from newsspider.browser.pages.one import number_of, shelved_of
from newsspider.browser.pages.showing import address, page
from newsspider.browser.reasons import reason
from newsspider.collection.runs import named_moment
from newsspider.collection.wacz import WaczError
from newsspider.runs.listing import ListedRun, complete, list_runs
from newsspider.runs.page import as_html, fields_over_time
from newsspider.runs.tally import Tally
from newsspider.terminal.called import program
from newsspider.text.counted import duration
from newsspider.text.escaping import as_html as escape
from newsspider.text.language import _
from newsspider.warc.cdxj import timestamp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request
    from starlette.responses import Response

    from newsspider.browser.context import Browser
    from newsspider.browser.holding import Holding
    from newsspider.browser.shelf import Shelved

_PAGE = 30
_EARLIER = 200
"""Runs that one is compared with."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A collection and one page of its runs."""

    name: str
    runs: list[ListedRun]
    more: bool


def show(browser: Browser, request: Request, asked: dict[str, str]) -> Response:
    """Answer with the runs of all collections, or of the one that is asked for."""
    browser.shelf.look()
    only = asked.get("collection", "")
    names = [shelved_of(browser, only).name] if only else browser.shelf.opened()
    number = number_of(asked.get("page", ""), 1)
    most = _PAGE if only else 10
    listed = []
    for name in names:
        runs = list(islice(_runs(browser.shelf.all[name].holding), (number - 1) * most, number * most + 1))
        listed.append(Listed(name, runs[:most], len(runs) > most))
    states = {"running": _("runs now"), "killed": _("killed"), "damaged": _("manifest damaged")}
    return page(
        browser, "runs", here="/runs", listed=listed, only=only, number=number, duration=duration, states=states
    )


def _runs(holding: Holding) -> Iterator[ListedRun]:
    """Yield the runs, newest first."""
    if isinstance(holding, Directory):
        yield from list_runs(holding.collection)
        return
    for run in reversed(holding.runs()):
        try:
            yield complete(run, holding.manifest(run))[0]
        except (OSError, KeyError, TypeError, ValueError, AttributeError, WaczError):
            yield ListedRun(run=run, state="damaged")


def report(browser: Browser, request: Request, asked: dict[str, str]) -> Response:
    """Answer with the report of a run."""
    shelved = shelved_of(browser, asked["collection"])
    run, holding = asked["id"], shelved.holding
    known = holding.runs()
    if run not in known:
        raise NotThereError(_("There is no complete run of that name; one that was killed has no report."))
    try:
        manifest = holding.manifest(run)
        earlier = _tallies(holding, list(reversed(known[: known.index(run)])))
        html = as_html(manifest, earlier, linked=_Linked(browser, shelved, run), above=_above(shelved.name))
    except (OSError, KeyError, TypeError, ValueError, AttributeError, WaczError) as error:
        why = str(reason(error))
        raise NotThereError(
            _("The manifest of this run cannot be shown. %(why)s See: %(command)s",
              why=why, command=f"{program()} verify {holding.path}")
        ) from error  # fmt: skip
    # A report stands by itself, with its style in it, as the file beside the collection does.
    return HTMLResponse(html, headers={"Content-Security-Policy": policy(styles="'unsafe-inline'")})


def _tallies(holding: Holding, newest_first: list[str]) -> list[Tally]:
    found = []
    for run in newest_first[:_EARLIER]:
        try:
            found.append(Tally.of(holding.manifest(run)))
        except (OSError, KeyError, TypeError, ValueError, AttributeError, WaczError):  # the list names it
            continue
    return found


def _above(name: str) -> Markup:
    links = ((address("runs", name), _("all runs of %(name)s", name=name)), ("/", _("articles")))
    return Markup('<nav aria-label="newsspider">{}</nav>').format(
        Markup(" · ").join(Markup('<a href="{}">{}</a>').format(to, words) for to, words in links)
    )


class _Linked:
    """Links an address to the article that it is of, or else to what was captured at it near the run."""

    def __init__(self, browser: Browser, shelved: Shelved, run: str) -> None:
        self._shelved = shelved
        moment = named_moment(run)
        self._captured = timestamp(moment) if moment else "2"
        self._is_replayed = browser.replays.of(shelved.holding).origin is not None

    def __call__(self, url: str) -> Markup:
        to = None
        assert self._shelved.path is not None
        with cache.opened(self._shelved.path) as opened:
            if rows := opened.at_address(url):
                to = address("article", self._shelved.name, rows[0].id)
        if to is None and self._is_replayed and url.startswith(("https://", "http://")):
            to = address("page", self._shelved.name, f"{self._captured}/{url}")
        text = escape(url)
        return Markup(f'<a href="{escape(to)}">{text}</a>' if to else text)


def fields(browser: Browser, request: Request, asked: dict[str, str]) -> Response:
    """Answer with what each field was given for, run by run: where a site changes, a line falls."""
    browser.shelf.look()
    only = asked.get("collection", "")
    names = [shelved_of(browser, only).name] if only else browser.shelf.opened()
    tables = []
    for name in names:
        holding = browser.shelf.all[name].holding
        tallies = [each for each in _tallies(holding, list(reversed(holding.runs()))) if each.parsed]
        alike = [each for each in tallies if each is tallies[0] or each.has_same_scope(tallies[0])]
        rows: list[dict[str, Any]]
        rows, over = fields_over_time(alike) if alike else ([], "")
        tables.append((name, rows, over))
    return page(browser, "fields", here="/fields", tables=tables)
