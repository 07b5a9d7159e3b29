"""The history pages of a package: of every article that changed, in the runs that are in it, as one page of HTML.

So whoever gets the package compares versions without this program. An article that was only published has none: its
page says all.
"""

from __future__ import annotations

import hashlib
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING
from urllib.parse import quote

from newsspider.collection.following import pages_of
from newsspider.feeds.reading import runs
from newsspider.history.chronicle import Name, chronicle
from newsspider.history.learning import learn
from newsspider.history.ledger import Ledger
from newsspider.history.page import as_html
from newsspider.history.retelling import ledger_of
from newsspider.text.counted import counted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newsspider.collection.collection import Collection
    from newsspider.packages.contents import Contents

MOST = 10_000
"""Pages in a package: each takes some milliseconds a version to make."""

_LONGEST = 150
"""Characters of a file's name that are the article's id."""


class Histories:
    """The pages of a package; iterate once for the member of each and what it holds."""

    def __init__(self, collection: Collection, contents: Contents, scratch: Path, *, whole: bool) -> None:
        self._collection = collection
        self._runs = {run.id for run in contents.runs}
        self._scratch = scratch
        self._whole = whole
        self.problems: list[str] = []
        """What is not in it, a line each."""

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        with ExitStack() as stack:
            ledger = self._ledger(stack)
            pages = stack.enter_context(pages_of(self._collection, self.problems.append))
            for number, (article, url) in enumerate(ledger.changed()):
                if number == MOST:
                    more = "the articles that changed most recently have a history page, the others none"
                    self.problems.append(f"{counted(MOST, 'history page')} are all that a package takes: {more}")
                    break
                name = Name(article.partition(":")[0], article, url)
                story = chronicle(self._collection, ledger, name, article, pages=pages)
                yield member_of(article), as_html(story).encode()

    def _ledger(self, stack: ExitStack) -> Ledger:
        """Return a ledger of the runs in the package: the collection's own, where these are all that it knows."""
        if self._whole:
            return stack.enter_context(ledger_of(self._collection))
        ledger = stack.enter_context(closing(Ledger(self._scratch / "histories.sqlite3")))
        learn(ledger, self._collection, (run for run in runs(self._collection.path) if run.run in self._runs))
        return ledger


def member_of(article: str) -> str:
    """Return the path of an article's page in a package: its id, with what is no part of a file's name escaped.

    >>> member_of("kankanews:LMwVGgj402z"), member_of("example.org:/a?b")
    ('history/kankanews%3ALMwVGgj402z.html', 'history/example.org%3A%2Fa%3Fb.html')
    """
    name = quote(article, safe="")
    if len(name) > _LONGEST:
        name = f"{name[:_LONGEST]}-{hashlib.sha256(article.encode()).hexdigest()[:16]}"
    return f"history/{name}.html"
