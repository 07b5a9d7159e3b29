"""The history pages of a package: of every article that changed, in the runs that are in it, as one page of HTML.

So whoever gets the package compares versions without this program. An article that was only published has none: its
page says all.
"""

from __future__ import annotations

import hashlib
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from newsspider.collection.collection import Collection
from newsspider.collection.following import pages_of
from newsspider.collection.work import Lost, in_order
from newsspider.feeds.reading import runs
from newsspider.history.chronicle import Name, chronicle
from newsspider.history.learning import learn
from newsspider.history.ledger import Ledger
from newsspider.history.page import as_html
from newsspider.packages.runs import PackError
from newsspider.text.counted import counted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newsspider.collection.captures import Archive
    from newsspider.collection.work import Runner
    from newsspider.packages.contents import Contents

MOST = 10_000
"""Pages in a package: each takes some milliseconds a version to make."""

_LONGEST = 150
"""Characters of a file's name that are the article's id."""
_BATCH = 8
"""Articles of a unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPages:
    """The pages of some articles, each with its member, and what could not be read for them, a line each."""

    pages: tuple[tuple[str, bytes], ...]
    problems: tuple[str, ...]


class MakeHistoryPages:
    """Makes the pages of articles, given by id and address; what it opens stays open until it is closed."""

    def __init__(self, collection: Path, ledger: Path) -> None:
        self._collection = Collection(collection)
        self._path = ledger
        self._stack = ExitStack()
        self._problems: list[str] = []

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._collection.path, self._path)

    @cached_property
    def _ledger(self) -> Ledger:
        return self._stack.enter_context(closing(Ledger.reading(self._path)))

    @cached_property
    def _pages(self) -> Archive:
        return self._stack.enter_context(pages_of(self._collection, self._problems.append))

    def __call__(self, articles: tuple[tuple[str, str], ...]) -> HistoryPages:
        return HistoryPages(pages=tuple(self._page(*each) for each in articles), problems=tuple(self._problems))

    def _page(self, article: str, url: str) -> tuple[str, bytes]:
        name = Name(article.partition(":")[0], article, url)
        story = chronicle(self._collection, self._ledger, name, article, pages=self._pages)
        return member_of(article), as_html(story).encode()

    def close(self) -> None:
        """Close ledger and archives."""
        self._stack.close()


class Histories:
    """The pages of a package; iterate once for the member of each and what it holds. *run* has them made."""

    def __init__(self, collection: Collection, contents: Contents, scratch: Path, run: Runner, *, whole: bool) -> None:
        self._run = run
        self._collection = collection
        self._runs = {run.id for run in contents.runs}
        self._scratch = scratch
        self._whole = whole
        self.problems: list[str] = []
        """What is not in it, a line each."""

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        path = self._ledger()
        with closing(Ledger.reading(path)) as ledger, closing(MakeHistoryPages(self._collection.path, path)) as tell:
            for articles, told in in_order(self._run, tell, self._batches(ledger)):
                if isinstance(told, Lost):
                    named = ", ".join(article for article, _ in articles)
                    raise PackError(f"{self._collection.path}: no history pages can be made of {named}: {told.why}")
                self.problems += told.problems
                yield from told.pages

    def _batches(self, ledger: Ledger) -> Iterator[tuple[tuple[str, str], ...]]:
        changed = iter(ledger.changed())
        taken = islice(changed, MOST)
        while articles := tuple(islice(taken, _BATCH)):
            yield articles
        if next(changed, None) is not None:
            more = "the articles that changed most recently have a history page, the others none"
            self.problems.append(f"{counted(MOST, 'history page')} are all that a package takes: {more}")

    def _ledger(self) -> Path:
        """Return where a ledger of the runs in the package is: the collection's own, where these are all it knows."""
        collection = self._collection
        if self._whole and collection.archive_dir.is_dir() and collection.state_path.exists():
            return collection.state_path
        path = self._scratch / "histories.sqlite3"
        with closing(Ledger(path)) as ledger:
            learn(ledger, (run for run in runs(collection.path) if self._whole or run.run in self._runs))
        return path


def member_of(article: str) -> str:
    """Return the path of an article's page in a package: its id, with what is no part of a file's name escaped.

    >>> member_of("kankanews:LMwVGgj402z"), member_of("example.org:/a?b")
    ('history/kankanews%3ALMwVGgj402z.html', 'history/example.org%3A%2Fa%3Fb.html')
    """
    name = quote(article, safe="")
    if len(name) > _LONGEST:
        name = f"{name[:_LONGEST]}-{hashlib.sha256(article.encode()).hexdigest()[:16]}"
    return f"history/{name}.html"
