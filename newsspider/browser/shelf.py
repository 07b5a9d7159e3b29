"""The collections that are looked at, each with its cache, which a thread of its own keeps up to date."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import ExitStack, contextmanager
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING

from newsspider.browser import cache
from newsspider.errors import NewsspiderError
from newsspider.text.language import _
from newsspider.text.message import message

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from newsspider.browser.cache import Cache
    from newsspider.browser.filling import RefreshProgress
    from newsspider.browser.holding import Holding
    from newsspider.text.message import Message

logger = logging.getLogger(__name__)

_LOOK_AGAIN = 5.0
"""Seconds after which a page asks whether there are new runs."""
_WAIT = 0.5
"""Seconds that a page waits for a refresh, which is more than most take; else it says that one goes on."""


class Shelved:
    """A collection and its cache. ``refresh`` runs in one thread; the rest in any."""

    def __init__(self, holding: Holding, spare: Path) -> None:
        self.holding = holding
        self.name = holding.name
        self.path: Path | None = None
        """Of the cache; None until there is one."""
        self._spare = spare
        self._progress: RefreshProgress | None = None
        self._remade: Message | None = None
        self._problem: Message | None = None
        self._opened = False
        """Whether its cache was once found to have all runs, or made so."""
        self._looked = 0.0
        self._ready = Event()
        self._wanted = Event()
        self._stopped = False

    def start(self) -> None:
        Thread(target=self._refresh_when_wanted, name=f"refresh {self.name}", daemon=True).start()
        self._wanted.set()

    def stop(self) -> None:
        self._stopped = True
        self._wanted.set()

    def look(self) -> None:
        """Have new runs read, unless that was done a moment ago; wait for it a moment."""
        if monotonic() - self._looked > _LOOK_AGAIN and self._ready.is_set():
            self._looked = monotonic()
            self._ready.clear()
            self._wanted.set()
        self._ready.wait(_WAIT)

    def _refresh_when_wanted(self) -> None:
        while True:
            self._wanted.wait()
            self._wanted.clear()
            if self._stopped:
                return
            self.refresh()
            self._ready.set()

    def refresh(self) -> None:
        """Read new runs; an error is noted for the pages."""
        try:
            self._refresh_or_remake()
            self._opened, self._problem = True, None
        except (OSError, ValueError, OverflowError, sqlite3.Error, NewsspiderError) as error:
            from newsspider.browser.reasons import reason

            self._problem = reason(error)
            logger.warning("%s: %s", self.holding.path, error)
        finally:
            self._progress = None

    def _refresh_or_remake(self) -> None:
        try:
            self._refresh()
        except sqlite3.DatabaseError as error:
            if self.path is None or type(error) is not sqlite3.DatabaseError:  # but one of the kinds below it
                raise
            cache.remove(self.path)  # no database, or a damaged one: it is rebuilt, as one that was deleted
            self._refresh()

    def _refresh(self) -> None:
        runs = set(self.holding.runs())  # first, so that no cache is made of what cannot be read
        if self.path is None or not self.path.exists():
            path = cache.place_of(self.holding.cache_path, self._spare)
            self._remade = cache.prepare(path)
            self.path = path
        if (why := self._is_of_another(self.path, runs)) is not None:
            cache.remove(self.path)
            cache.prepare(self.path)
            self._remade = why
        with cache.opened(self.path) as known:
            if known.runs() >= runs and not known.is_empty():
                return
        # What reads records is loaded when there are some to read.
        from newsspider.browser.filling import RefreshProgress, refresh

        self._progress = RefreshProgress()
        refresh(self.holding, self.path, self._progress, lambda: self._stopped)
        self._remade = None

    def _is_of_another(self, path: Path, runs: set[str]) -> Message | None:
        """Return why a cache says what the holding does not; None where it is of this holding, or of nothing yet."""
        with cache.opened(path) as known:
            if known.identity() not in (None, self.holding.identity):
                return message("Another file is there than the one that the cache was made of, so it is rebuilt.")
            if known.begun() - runs:
                return message("The cache has a run that is no longer there, so it is rebuilt.")
        return None

    def problem(self) -> str | None:
        """Return why it cannot be read now; None where it can."""
        problem = self._problem
        return None if problem is None else _("It cannot be read now. %(why)s", why=problem)

    def notes(self) -> Iterator[str]:
        """Yield sentences for the reader: runs still being read, parts that cannot be, the state of the collection."""
        progress = self._progress
        if progress is not None:
            if self._remade is not None:
                yield str(self._remade)
            yield _(
                "New runs are being read, %(done)s of %(runs)s so far; the others are not shown yet. "
                "Reload the page in a moment.", done=f"{progress.done:,}", runs=f"{progress.runs:,}",
            )  # fmt: skip
        elif not self._opened and self._problem is None:
            yield _("It is being opened. Reload the page in a moment.")
        if (said := self.problem()) is not None:
            yield said
        if self.path is not None:
            if self.path != self.holding.cache_path:
                yield _("Nobody may write beside it, so its cache is %(path)s.", path=self.path)
            with cache.opened(self.path) as known:
                yield from known.problems()
            yield from self.holding.states()


class Shelf:
    """The open collections, by name."""

    def __init__(self, holdings: Sequence[Holding], spare: Path) -> None:
        self.all = {each.name: Shelved(each, spare) for each in holdings}

    def start(self) -> None:
        for each in self.all.values():
            each.start()

    def stop(self) -> None:
        for each in self.all.values():
            each.stop()
            each.holding.close()

    def look(self) -> None:
        for each in self.all.values():
            each.look()

    def opened(self) -> list[str]:
        """Return the names of the collections that can be searched: not a damaged one, or one being opened."""
        return [name for name, each in self.all.items() if each.path is not None]

    def problems(self) -> list[tuple[str, str]]:
        """Return the names of the collections that cannot be read now, each with the reason."""
        return [(name, said) for name, each in self.all.items() if (said := each.problem()) is not None]

    @contextmanager
    def caches(self) -> Iterator[dict[str, Cache]]:
        """Open the caches that exist."""
        with ExitStack() as stack:
            yield {
                name: stack.enter_context(cache.opened(each.path))
                for name, each in self.all.items()
                if each.path is not None
            }
