"""The archives that answer a crawl in place of the network (``-a archive=PATH``); nothing is captured."""

from __future__ import annotations

import logging
from collections import deque
from contextlib import ExitStack
from typing import TYPE_CHECKING

from scrapy.exceptions import IgnoreRequest

from newsspider.collection.lock import locked
from newsspider.collection.lookup import Lookup
from newsspider.collection.objects import ObjectStoreError
from newsspider.collection.writer import ArchiveWriteError
from newsspider.crawl.extensions.pages import PageSource
from newsspider.crawl.task import task_of
from newsspider.durable import make_directory
from newsspider.record.manifest import Archives
from newsspider.warc.http import MAX_HEAD

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from newsspider.collection.lookup import ArchivedPage

logger = logging.getLogger(__name__)

_MAX_NAMED = 20
"""Places that cannot be read, and addresses that are not there, that are named; the rest are only counted."""


class Replay(PageSource):
    """Looks pages up, and counts what is not there or cannot be read.

    The crawl writes records into its collection as any does, so it takes the lock: also of the very collection that it
    reads.
    """

    def __init__(self, crawler: Crawler):
        super().__init__(crawler)
        task = task_of(crawler)
        self._paths = task.archives
        self._at = task.at
        self._unreadable = 0
        self._missing: deque[str] = deque(maxlen=_MAX_NAMED)
        # As in a live crawl, a page that is not complete is no page unless this says so.
        self._only_whole = crawler.settings.getbool("DOWNLOAD_FAIL_ON_DATALOSS")
        max_body = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        with ExitStack() as stack:
            try:
                make_directory(self.collection.path)
                stack.enter_context(locked(self.collection.lock_path))
            except OSError as error:
                raise ArchiveWriteError(self.collection.path, error) from error
            self._lookup = Lookup(self._paths, self._report, max_block=max_body + MAX_HEAD if max_body else None)
            stack.callback(self._lookup.close)
            self._resources = stack.pop_all()

    def page(self, url: str, method: str) -> ArchivedPage | None:
        """Return what the archives have for a request; what they have not, or not complete, is counted."""
        try:
            if self.failure is not None:  # and is not waited for again
                raise self.failure
            page = self._lookup.page(url, self._at) if method == "GET" else None
        except ObjectStoreError as error:
            self._end_for(error)
            raise IgnoreRequest("the archives cannot be read") from error
        if page is not None and page.truncated and self._only_whole:
            page = None
        if page is None:
            self.findings.counts.missing += 1
            self._missing.append(url)
        else:
            self.findings.counts.replayed += 1
        return page

    def _report(self, problem: str) -> None:
        self._unreadable += 1
        if self._unreadable <= _MAX_NAMED:
            last = "; more of the like is only counted" if self._unreadable == _MAX_NAMED else ""
            logger.warning("%s%s", problem, last)

    def _end_for(self, error: ObjectStoreError) -> None:
        """End the crawl, orderly: what a store does not give now is not missing from the archive."""
        if self.failure is None:
            self.failure = error
            logger.critical("%s", error)
        self.end_crawl("store_failed")

    def close(self) -> None:
        self._resources.close()

    def source(self) -> Archives:
        return Archives(
            archives=[str(path.absolute()) for path in self._paths],
            at=self._at,
            unreadable=self._unreadable,
            missing=list(self._missing),
        )
