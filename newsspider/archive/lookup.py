"""Answers for a URL what the archive has: the capture nearest to a moment, with its page, out of several sources.

A capture is of an address, not of an index key: keys fold letter case, and the identifiers of some sites differ in
nothing else. Where a source has the address only with the other scheme, or with or without ``www.``, that is taken,
unless it is a redirect, which would lead back here.
"""

from __future__ import annotations

import re
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

from newsspider.archive.captures import Captures, by_distance
from newsspider.archive.captures import Page as Page
from newsspider.archive.cdxj import NOT_MODIFIED
from newsspider.archive.reader import WarcError
from newsspider.archive.record import target_uri
from newsspider.archive.scratch import scratch_directory
from newsspider.archive.source import open_source
from newsspider.archive.urlkey import urlkey

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from newsspider.archive.captures import Found
    from newsspider.archive.source import Report

_LOOSE = re.compile(r"https?://(?:www\.)?([^/?]+)/?", re.IGNORECASE)


class Lookup:
    """Several sources, searched together.

    *report* is told, in one line each, of what cannot be read, now and later. A record whose block has more than
    *max_block* bytes is one of these. SourceError, or what else is wrong with a path, when one cannot be used at all.
    """

    def __init__(self, paths: Iterable[Path], report: Report, *, max_block: int | None) -> None:
        self._report = report
        with ExitStack() as stack:
            sources = [open_source(path, stack.enter_context(scratch_directory()), report) for path in paths]
            self._scratch = stack.pop_all()
        self._captures = Captures(sources, report, max_block=max_block)

    def close(self) -> None:
        """Remove the temporary files. May be called again."""
        self._scratch.close()

    def page(self, url: str, at: datetime | None) -> Page | None:
        """Return the capture of *url* nearest to *at*, of equally near ones the newest; without *at*, the newest.

        One that cannot be read is reported, and the next nearest taken. One that is not whole is only taken when no
        other is whole. None when there is none.
        """
        cut_off = None
        for found, elsewhere in self._candidates(url, at):
            page = self._read(found, elsewhere=elsewhere)
            if page is not None and not page.truncated:
                return page
            cut_off = cut_off or page
        return cut_off

    def _candidates(self, url: str, at: datetime | None) -> list[tuple[Found, bool]]:
        """Return the captures that may stand for *url*, best first, each with whether its address is another."""
        wanted = target_uri(url)
        exact, loose = [], []
        for found in self._captures.of_key(urlkey(url)):
            status = found.entry.status or ""
            address = target_uri(found.entry.url)
            if status == NOT_MODIFIED:  # of an index that others made
                continue
            if address == wanted:
                exact.append(found)
            elif loosely(address) == loosely(wanted) and not status.startswith("3"):
                loose.append(found)
        return [
            (found, captures is loose) for captures in (exact, loose) for found in by_distance(captures, at)
        ]

    def _read(self, found: Found, *, elsewhere: bool) -> Page | None:
        """Read a capture; None, and a report, when that cannot be done or it is another's."""
        entry = found.entry
        try:
            page = self._captures.read(found.source, entry.filename, entry.offset)
        except WarcError as error:
            self._report(error.finding)
            return None
        except OSError as error:
            self._report(f"{entry.filename} at byte {entry.offset:,}: {error}")
            return None
        if page is None:
            return None
        if target_uri(page.capture.url) != target_uri(entry.url):
            self._report(f"{page.http.place}: a record of {page.capture.url}, where the index has {entry.url}")
            return None
        return replace(page, elsewhere=elsewhere)


def loosely(url: str) -> str:
    """Return what is left of an address that a site serves under either scheme, with or without ``www.``.

    >>> loosely("http://www.News.example/a%7Eb?c=D"), loosely("https://news.example")
    ('news.example/a~b?c=D', 'news.example/')
    """
    return unquote(_LOOSE.sub(lambda host: host[1].lower() + "/", url, count=1))
