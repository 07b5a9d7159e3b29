"""The index lines of a WARC file that stand for pages: not parts, not answers to other methods than GET.

An answer to HEAD, OPTIONS or POST says something else than the page, and only the record of the request says so. That
may lie before or after the answer, and either of the two may name the other, so a line is held back until all of the
file was read.
"""

from __future__ import annotations

import re
import tempfile
from typing import TYPE_CHECKING, Self

from newsspider.warc.cdxj import line_of
from newsspider.warc.reader import bare_uri
from newsspider.warc.recordids import packed
from newsspider.warc.salvage import salvage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from newsspider.warc.reader import Record, WarcError, WarcPath

_IN_MEMORY = 4 << 20
"""Bytes of lines that are held back in memory; more lie in an unnamed temporary file."""

# A method is any token, and some writers have it in lower case (RFC 9110, 9.1).
_OTHER_METHOD = re.compile(rb"(?!GET[ \t])[!#$%&'*+.^_`|~0-9A-Z-]{1,20}[ \t]", re.IGNORECASE)
_LONGEST_METHOD = 21


def page_lines(path: WarcPath, report: Callable[[WarcError], None]) -> Iterator[bytes]:
    """Yield the index line of every page in a file, in file order; *report* takes what cannot be read, or raises it."""
    with FilePages() as pages:
        for _ in salvage(path, pages.add, report):
            pass
        yield from (line for line, is_page in pages.decided() if is_page)


class FilePages:
    """The captures of one file, and which of them stand for a page as far as that is known; a context manager."""

    def __init__(self) -> None:
        self._held = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 -- closed on exit
        # Hashes of IDs: a file may have as many as it has records.
        self._requests: set[int] = set()
        """Requests by another method."""
        self._answers: set[int] = set()
        """What these name as concurrent."""

    def add(self, record: Record) -> None:
        """Take the next record, and read it to its end; RecordError for a capture that no line can be made of."""
        found = line_of(record)
        if found is not None:
            line, may_be_page = found
            ids = [hash(packed(each)) for each in (record.record_id, *concurrent_to(record))]
            self._held.write(b" ".join([b"%d" % each for each in (may_be_page, *ids)]) + b"\t" + line)
        elif is_of_other_method(record):
            if record.record_id:  # what has none is not what another names
                self._requests.add(hash(packed(record.record_id)))
            self._answers.update(hash(packed(each)) for each in concurrent_to(record))

    def decided(self) -> Iterator[tuple[bytes, bool]]:
        """Yield the lines in order, each with whether it is of a page."""
        self._held.seek(0)
        for held in self._held:
            ids, _, line = held.partition(b"\t")
            may_be_page, own, *concurrent = map(int, ids.split())
            by_get = own not in self._answers and self._requests.isdisjoint(concurrent)
            yield line, bool(may_be_page) and by_get

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._held.close()


def is_of_other_method(record: Record) -> bool:
    """Tell if a record is a request by another method than GET."""
    return record.type == "request" and _OTHER_METHOD.match(record.head(_LONGEST_METHOD)) is not None


def concurrent_to(record: Record) -> list[str]:
    """Return the IDs of the records that a record names as concurrent; an empty value names none."""
    return [named for value in record.values("WARC-Concurrent-To") if (named := bare_uri(value))]
