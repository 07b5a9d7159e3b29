"""Looks up the capture of a URL that is nearest to a moment, with its page, in several sources.

A capture is of an address, not of an index key: keys fold letter case, and the identifiers of some sites differ in
nothing else. Where a source has the address only with the other scheme, or with or without ``www.``, that is taken,
unless it is a redirect, which would lead back here.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from newsspider.collection.captures import ArchivedPage as ArchivedPage
from newsspider.collection.captures import Captures, by_distance
from newsspider.collection.scratch import scratch_directory
from newsspider.collection.source import SourceError, open_source
from newsspider.text.message import message
from newsspider.warc.address import address, loosely
from newsspider.warc.cdxj import NOT_MODIFIED
from newsspider.warc.reader import WarcError
from newsspider.warc.urlkey import urlkey

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from newsspider.collection.captures import FoundEntry
    from newsspider.collection.source import Report


class Lookup:
    """Several sources, searched together.

    *report* receives what cannot be read, one line each, now and later. A record whose block has more than
    *max_block* bytes is one of these. SourceError, or what else is wrong with a path, when one cannot be used at all.
    """

    def __init__(self, paths: Iterable[Path], report: Report, *, max_block: int | None) -> None:
        self._report = report
        with ExitStack() as stack:
            paths = list(paths)
            alone = len(paths) == 1
            sources = [
                open_source(path, stack.enter_context(scratch_directory()), report, alone=alone) for path in paths
            ]
            if not any(source.indexes for source in sources):
                raise SourceError(", ".join(map(str, paths)), message("no capture in them can be read"))
            self._scratch = stack.pop_all()
        self._captures = Captures(sources, report, max_block=max_block)

    def close(self) -> None:
        """Remove the temporary files. May be called again."""
        self._scratch.close()

    def page(self, url: str, at: datetime | None) -> ArchivedPage | None:
        """Return the capture of *url* nearest to *at*, of equally near ones the newest; without *at*, the newest.

        One that cannot be read is reported, and the next nearest taken. One that is not complete is only taken when no
        other is complete. None when there is none.
        """
        cut_off = None
        for found, elsewhere in self._candidates(url, at):
            page = self._read(found, elsewhere=elsewhere)
            if page is not None and not page.truncated:
                return page
            cut_off = cut_off or page
        return cut_off

    def _candidates(self, url: str, at: datetime | None) -> list[tuple[FoundEntry, bool]]:
        """Return the captures that may stand for *url*, best first, each with whether its address is another."""
        wanted = address(url)
        exact, loose = [], []
        for found in self._captures.of_key(urlkey(url)):
            status = found.entry.status or ""
            there = address(found.entry.url)
            if status == NOT_MODIFIED:  # of an index that others made
                continue
            if there == wanted:
                exact.append(found)
            elif loosely(there) == loosely(wanted) and not status.startswith("3"):
                loose.append(found)
        return [
            (found, captures is loose) for captures in (exact, loose) for found in by_distance(captures, at)
        ]

    def _read(self, found: FoundEntry, *, elsewhere: bool) -> ArchivedPage | None:
        """Read a capture; None, and a report, when that cannot be done or it is another's."""
        entry = found.entry
        try:
            page = self._captures.read(found.place)
        except WarcError as error:
            self._report(error.finding)
            return None
        except OSError as error:
            self._report(f"{entry.filename} at byte {entry.offset:,}: {error}")
            return None
        if page is None:
            return None
        if page.capture.url != address(entry.url):
            self._report(f"{page.http.place}: a record of {page.capture.url}, where the index has {entry.url}")
            return None
        return replace(page, elsewhere=elsewhere)
