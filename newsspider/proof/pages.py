"""The pages that records name, out of one or more archives."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

from newsspider.collection.captures import Captures
from newsspider.collection.collection import Collection
from newsspider.collection.scratch import scratch_directory
from newsspider.collection.source import SourceError, open_source
from newsspider.collection.wacz import WaczError
from newsspider.errors import NewsspiderError
from newsspider.parsing.pages import nearest_of
from newsspider.text.message import message
from newsspider.warc.codings import MAX_BODY
from newsspider.warc.filekinds import OPEN_SUFFIX
from newsspider.warc.http import MAX_HEAD

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path
    from types import TracebackType

    from newsspider.collection.captures import ArchivedPage
    from newsspider.collection.source import WarcSource


_KEPT = 256
"""Pages that are remembered: those of a part, of 200 records (PART_ITEMS), whose events come next."""
_SMALL = 1 << 16
"""Bytes of such a page's payload as it is stored."""


class PageNotFoundError(NewsspiderError):
    """None of the archives given has the file that a record names."""


class PageUnfinishedError(NewsspiderError):
    """The page lies in a file that is still being written, or was when its run was killed."""


class PageOpener:
    """Opens pages by file name and offset; a context manager. An archive that holds no page is passed over."""

    def __init__(self, archives: Iterable[Path]) -> None:
        self._stack = ExitStack()
        self._archives = list(dict.fromkeys(archives))
        self._sources: list[WarcSource] = []
        self._problems: list[str] = []
        self._read: OrderedDict[tuple[str, int], ArchivedPage] = OrderedDict()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            for archive in self._archives:
                # What is wrong with a file is said where the file is checked.
                scratch = stack.enter_context(scratch_directory())
                try:
                    self._sources.append(open_source(archive, scratch, self._ignore, alone=False))
                except (SourceError, WaczError) as error:
                    self._problems.append(str(error))
            self._stack = stack.pop_all()
        self._captures = Captures(self._sources, self._ignore, max_block=MAX_BODY + MAX_HEAD)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def page(self, warc: str, offset: int) -> ArchivedPage | None:
        """Return the page of the record that begins at *offset*, None when that record holds none.

        PageNotFoundError, PageUnfinishedError, WarcError or OSError when it cannot be opened.
        """
        if (known := self._read.get((warc, offset))) is not None:
            return known
        if (place := self._captures.place(warc, offset)) is not None:
            page = self._captures.read(place)
            if page is not None and len((page.http.original or page.http).block) <= _SMALL:
                self._read[warc, offset] = page
                if len(self._read) > _KEPT:
                    self._read.popitem(last=False)
            return page
        for archive in self._archives:
            if (Collection(archive).archive_dir / (warc + OPEN_SUFFIX)).exists():
                raise PageUnfinishedError(message("%(warc)s is not finished yet", warc=warc))
        looked_in = ", ".join(map(str, self._archives))
        raise PageNotFoundError(message("%(warc)s is not in %(archives)s", warc=warc, archives=looked_in))

    def nearest(self, url: str, at: datetime) -> ArchivedPage | None:
        """Return the page of an address captured nearest to *at*; WarcError or OSError when it cannot be read."""
        return nearest_of(self._captures)(url, at)

    def _ignore(self, problem: str) -> None:
        """Leave it to the check of the file."""
