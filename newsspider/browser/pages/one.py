"""The article that an address names: its row in the cache, and its record as it stands in the part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newsspider.browser import cache
from newsspider.browser.cache import ArticleRow, Seen
from newsspider.browser.context import NotThereError
from newsspider.browser.filling import record_at
from newsspider.browser.reasons import reason
from newsspider.browser.shelf import Shelved
from newsspider.collection.wacz import WaczError
from newsspider.text.language import _

if TYPE_CHECKING:
    from newsspider.browser.context import Browser
    from newsspider.browser.holding import Holding


@dataclass(frozen=True, slots=True, kw_only=True)
class One:
    """An article in one of its versions."""

    shelved: Shelved
    row: ArticleRow
    version: Seen
    record: dict[str, Any]
    """As its run wrote it; of a page without a record its line in the package's list. Empty where it cannot be read."""
    problem: str | None
    """Why the record cannot be read."""

    @property
    def holding(self) -> Holding:
        return self.shelved.holding

    @property
    def has_record(self) -> bool:
        return "schema_version" in self.record

    @property
    def is_newest(self) -> bool:
        return self.version.number == self.row.versions


def called(browser: Browser, name: str) -> Shelved:
    """Return the collection of that name, whether it can be read or not. NotThereError."""
    shelved = browser.shelf.all.get(name)
    if shelved is None:
        there = ", ".join(browser.shelf.all)
        raise NotThereError(_("No open collection has that name; open are: %(names)s.", names=there))
    return shelved


def shelved_of(browser: Browser, name: str) -> Shelved:
    """Return the open collection of that name; it has a cache. NotThereError."""
    shelved = called(browser, name)
    shelved.look()
    if shelved.path is None and (problem := shelved.problem()) is not None:
        raise NotThereError(problem)
    if shelved.path is None:
        raise NotThereError(_("The collection is still being opened. Reload the page in a moment."))
    return shelved


def one(browser: Browser, asked: dict[str, str], *, number: int | None = None) -> One:
    """Return the article that an address names, in version *number*, or the one that the address names. NotThereError.

    Without either it is the newest.
    """
    shelved = shelved_of(browser, asked["collection"])
    assert shelved.path is not None
    with cache.opened(shelved.path) as opened:
        row = opened.article(asked["id"])
        if row is None:
            text = _("The collection has no article of that id. It may be in a run that is still being read.")
            raise NotThereError(text)
        wanted = number or number_of(asked.get("v", ""), row.versions)
        versions = opened.versions(row.id, start=wanted)
    if not versions:
        newest = row.versions
        raise NotThereError(_("The article has no such version; the newest is version %(newest)s.", newest=newest))
    record, problem = read(shelved.holding, versions[0])
    return One(shelved=shelved, row=row, version=versions[0], record=record, problem=problem)


def read(holding: Holding, version: Seen) -> tuple[dict[str, Any], str | None]:
    """Return a version's record, or nothing and why it cannot be read."""
    try:
        return record_at(holding, version.place), None
    except (OSError, ValueError, TypeError, WaczError) as error:
        return {}, str(reason(error))


def number_of(text: str, otherwise: int) -> int:
    """Read the number of a version.

    >>> number_of("3", 9), number_of("", 9), number_of("-1", 9)
    (3, 9, 9)
    """
    return int(text) if text.isascii() and text.isdecimal() and 0 < len(text) < 10 and int(text) else otherwise
