"""The one way to a captured page: look-up, revisits, segments and decoding, for all commands alike.

A page may lie in more than one record: the payload of a revisit in another one, or the rest of a segmented record in
continuations, in whatever file of whatever source that is.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from newsspider.collection.capture import Capture
from newsspider.record.items import Locator
from newsspider.text.counted import counted
from newsspider.text.language import N_
from newsspider.text.message import message
from newsspider.warc.address import address
from newsspider.warc.cdxj import REVISIT_MIME, CdxjEntry
from newsspider.warc.digests import digest_of
from newsspider.warc.exchange import Wire
from newsspider.warc.framing import unframer
from newsspider.warc.http import MAX_HEAD, parse_head
from newsspider.warc.message import HttpMessage, body_pieces
from newsspider.warc.pagelines import concurrent_to, is_of_other_method
from newsspider.warc.reader import RecordError, WarcError, bare_uri, read_record
from newsspider.warc.recordids import RecordIds, packed
from newsspider.warc.urlkey import urlkey

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from newsspider.collection.source import Report
    from newsspider.warc.digests import Digest
    from newsspider.warc.http import Head
    from newsspider.warc.reader import Record, WarcPath

_A_SECOND = timedelta(seconds=1)
"""How far a revisit's date may be from its original's: some writers keep fractions in one of them and not in both."""

_MAX_TRIED = 100
"""Records that are read to find an original, those of a chain of revisits counted in."""


class Archive(Protocol):
    """WARC files and their index: a collection, or a source."""

    @property
    def path(self) -> Path: ...

    @property
    def indexed_by_others(self) -> bool:
        """Whether its index may list answers to other methods than GET."""

    def file(self, name: str) -> WarcPath | None:
        """Return the file that an index and a record call so."""

    def names(self) -> Sequence[str]:
        """Return what its files are called."""

    def find(self, key: str) -> Iterator[CdxjEntry]:
        """Yield the entries of an index key."""


@dataclass(frozen=True, slots=True)
class RecordPlace:
    """The place of a record."""

    archive: Archive
    warc: str
    offset: int


@dataclass(frozen=True, slots=True)
class FoundEntry:
    """An index entry and the archive that it is of."""

    entry: CdxjEntry
    archive: Archive

    @property
    def place(self) -> RecordPlace:
        return RecordPlace(self.archive, self.entry.filename, self.entry.offset)


@dataclass(frozen=True, slots=True)
class ArchivedPage:
    """The archived page of a URL."""

    capture: Capture
    """Where it lies, as whoever captured it would say."""
    http: HttpMessage
    """The answer; of a revisit with its original's payload."""
    elsewhere: bool = False
    """Whether it was captured under the other scheme, or with or without ``www.``."""

    @property
    def truncated(self) -> bool:
        """Whether the capture is known not to be complete."""
        return self.http.truncated


class Elsewhere(Exception):  # noqa: N818 -- nothing is wrong
    """The record may lie in a file that this process was not given."""


class Captures:
    """The captures of several archives.

    *several*: there are other files, which are not at hand; what may lie in one of them raises ``Elsewhere``.
    *report* receives originals and segments that cannot be read, one line each. A record whose block has more
    than *max_block* bytes cannot.
    """

    def __init__(
        self, archives: Sequence[Archive], report: Report, *, max_block: int | None, several: bool = False
    ) -> None:
        self._archives = archives
        self._several = several
        self._report = report
        self._max_block = max_block
        self._ids: RecordIds | None = None

    def of_key(self, key: str) -> Iterator[FoundEntry]:
        """Yield the captures of an index key."""
        for archive in self._archives:
            for entry in archive.find(key):
                yield FoundEntry(entry, archive)

    def place(self, warc: str, offset: int) -> RecordPlace | None:
        """Return the place at *offset* of the first file called *warc*; None when there is no such file."""
        return next(
            (RecordPlace(archive, warc, offset) for archive in self._archives if archive.file(warc) is not None), None
        )

    def records(self, place: RecordPlace) -> list[Record]:
        """Return the record of a capture, after its original if it is a revisit; WarcError or OSError."""
        record = self._record(place)
        if record.type != "revisit":
            return [record]
        return [self._original(record, {(place.warc, place.offset)}), record]

    def read(self, place: RecordPlace) -> ArchivedPage | None:
        """Return the page of a capture, None when it holds none.

        WarcError or OSError when it cannot be read, or its original cannot be found.
        """
        record = self._record(place)
        if record.type == "revisit":
            original = self._original(record, {(place.warc, place.offset)})
            page = page_of(record, place.warc, self._message(original))
        elif record.type in ("response", "resource"):
            page = page_of(record, place.warc, self._message(record))
        else:
            return None
        if page.http.head.partial or (place.archive.indexed_by_others and self._is_answer_to_other(record, place)):
            return None
        return page

    def _is_answer_to_other(self, record: Record, place: RecordPlace) -> bool:
        """Tell if the request record after a response, where most writers put it, is of another method than GET."""
        try:
            request = self._record(RecordPlace(place.archive, place.warc, record.next_offset))
        except (WarcError, OSError):
            return False
        return record.record_id in concurrent_to(request) and is_of_other_method(request)

    def _record(self, place: RecordPlace) -> Record:
        file = place.archive.file(place.warc)
        if file is None:
            directory = place.archive.path / "archive"
            missing = directory / place.warc if directory.is_dir() else place.archive.path / place.warc
            raise FileNotFoundError(f"{missing}: there is no such file")
        return read_record(file, place.offset, max_block=self._max_block)

    # -- segments ------------------------------------------------------------------------------------------------

    def _message(self, record: Record) -> HttpMessage:
        """Return the answer that a record, with its continuations, holds."""
        if record.get("WARC-Segment-Number") is None:
            return message_of(record)
        block, problem = self._joined(record)
        message = message_of(record, block)
        if problem is None:
            return message
        self._report(f"{record.place}: a segmented record that is not complete: {problem}")
        return replace(message, cut_off=True)

    def _joined(self, first: Record) -> tuple[Wire, str | None]:
        """Return the blocks of a record's segments (ISO 28500:2017, 7) as far as they are there, and what is missing.

        WarcError when one cannot be read, or all together are too long.
        """
        block = Wire()
        for piece in first.chunks():
            block.append(piece)
        if first.get("WARC-Segment-Number", "").lstrip("0") != "1":
            return block, "it is not the first segment"
        # Some writers state the length with each segment, and some in one that is the only one.
        total, last = first.get("WARC-Segment-Total-Length"), 1
        for number, (archive, name, offset) in self._by_id().segments(first.record_id):
            if number == last:  # a copy of it
                continue
            if number != last + 1:
                break
            segment = self._record(RecordPlace(self._archives[archive], name, offset))
            if self._max_block is not None and len(block) + segment.content_length > self._max_block:
                problem = message("its segments have more than %(most)s bytes", most=f"{self._max_block:,}")
                raise RecordError(first.path, first.offset, problem)
            for piece in segment.chunks():
                block.append(piece)
            total, last = segment.get("WARC-Segment-Total-Length"), number
            if segment.get("WARC-Truncated"):
                return block, f"segment {number} was cut off"
        if total is None:
            return block, f"segment {last + 1} is in none of the files given"
        if total.lstrip("0") != str(len(block)):
            found = counted(len(block), "byte")
            return block, f"its {counted(last, 'segment')} make {found}, and {total[:20]} are stated"
        return block, None

    def _by_id(self) -> RecordIds:
        if self._several:
            raise Elsewhere
        if self._ids is None:
            self._ids = RecordIds(
                (number, name, file)
                for number, archive in enumerate(self._archives)
                for name in archive.names()
                if (file := archive.file(name)) is not None
            )
        return self._ids

    # -- revisits ------------------------------------------------------------------------------------------------

    def _original(self, revisit: Record, tried: set[tuple[str, int]]) -> Record:
        """Find the record that a revisit stands for, in whatever file that is.

        By the address and date it gives, or its ID alone; of a revisit that gives neither, among the captures of its
        own address. What it names may be a revisit too. *tried* are the places that were read before.
        """
        for place in self._candidates(revisit):
            if (place.warc, place.offset) in tried:
                continue
            if len(tried) > _MAX_TRIED:
                break
            tried.add((place.warc, place.offset))
            try:
                record = self._record(place)
                if not _is_named(record, revisit):
                    continue
                if record.type == "revisit":
                    record = self._original(record, tried)
            except (WarcError, OSError) as error:
                self._report(getattr(error, "finding", str(error)))
                continue
            if record.type in ("response", "resource"):
                if self._several and not _is_cited(record, revisit):
                    raise Elsewhere  # one that fits better may be there
                return record
        if self._several:
            raise Elsewhere
        problem = message(
            "a revisit whose original, of %(url)s, is in none of the files given", url=_refers_to_uri(revisit)
        )
        raise RecordError(revisit.path, revisit.offset, problem, N_("Give the archive that holds it too"))

    def _candidates(self, revisit: Record) -> Iterator[RecordPlace]:
        """Yield where the original of a revisit may lie, the likeliest first."""
        date = revisit.date_of("WARC-Refers-To-Date")
        digest = digest_of(revisit.get("WARC-Payload-Digest"))
        found = self.of_key(urlkey(_refers_to_uri(revisit)))
        near = by_distance([each for each in found if _may_be(each.entry, digest, date)], date or revisit.date)
        near.sort(key=lambda each: each.entry.mime == REVISIT_MIME)
        yield from (each.place for each in near)
        named = bare_uri(revisit.get("WARC-Refers-To", ""))
        if named and revisit.get("WARC-Refers-To-Target-URI") is None:
            for archive, name, offset in self._by_id().find(named):
                yield RecordPlace(self._archives[archive], name, offset)


def page_at(archive: Archive, where: Locator) -> ArchivedPage:
    """Return the page at *where* in a collection, also in a file that is still being written; WarcError, OSError."""
    place = RecordPlace(archive, where.warc, where.offset)
    page = Captures([archive], lambda _: None, max_block=None).read(place)
    if page is None:
        file = archive.file(where.warc) or archive.path
        remedy = N_("Look at what named this place for a page")
        raise RecordError(file, where.offset, message("this record holds no page"), remedy)
    return page


def page_of(record: Record, warc: str, payload: HttpMessage | None = None) -> ArchivedPage:
    """Return the page that a response, a resource, or a revisit of *payload*, in the file called *warc* holds."""
    if payload is None:
        message = message_of(record)
    elif record.type == "revisit":
        message = record.http()
        # Some writers leave out the head too.
        message = replace(message, original=payload) if message.status is not None else payload
    else:
        message = payload
    return ArchivedPage(capture_of(record, warc, message), message)


def capture_of(record: Record, warc: str, message: HttpMessage) -> Capture:
    """Return the capture that the writer of a record returned for it, read back from its fields."""
    return Capture(
        url=address(record.url),
        captured=record.date,
        where=Locator(
            warc=warc,
            offset=record.offset,
            length=record.length,
            record_id=record.record_id or None,
            payload_digest=record.get("WARC-Payload-Digest"),
        ),
        type="revisit" if record.type == "revisit" else "response",
        status=message.status,
    )


def message_of(record: Record, block: Wire | None = None) -> HttpMessage:
    """Return the answer that a response holds, or that would have brought a resource. WarcError if it is neither.

    *block* is that of all segments, of a record that has several.
    """
    block = record.load() if block is None else block
    cut_off = bool(record.get("WARC-Truncated"))
    if record.type == "resource":
        block = _as_answer(block, record.get("Content-Type", "application/octet-stream"))
    head = parse_head(block.head(MAX_HEAD))
    if head.status is None:
        raise RecordError(record.path, record.offset, message("the response has no HTTP status"))
    # What is short, or lacks its last chunk, a crawl would not have taken.
    return HttpMessage(head, block, record.place, cut_off=cut_off or not _is_whole(block, head))


def _is_whole(block: Wire, head: Head) -> bool:
    """Tell if the body after *head* goes as far as the message itself says."""
    unframe = unframer(head)
    if unframe.length is not None:
        return len(block) >= head.end + unframe.length
    if not head.chunked:
        return True
    for piece in body_pieces(block, head):
        for _ in unframe.feed(piece):
            pass
    return unframe.complete


def _as_answer(resource: Wire, content_type: str) -> Wire:
    """Return what was never in an HTTP message as the answer that would have brought it."""
    answer = Wire(f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\n\r\n".encode("utf-8", "replace"))
    for chunk in resource.chunks():
        answer.append(chunk)
    return answer


def by_distance(captures: list[FoundEntry], at: datetime | None) -> list[FoundEntry]:
    """Sort by distance to *at*; equally near ones, as all are without *at*, the newest first."""
    # What has the same second, in one file, was captured in the order of the file.
    captures = sorted(captures, key=lambda each: (each.entry.timestamp, each.entry.filename, each.entry.offset))
    captures.reverse()
    if at is not None:
        captures.sort(key=lambda each: abs(each.entry.captured - at))
    return captures


# ------------------------------------------------------------------------------------------------ originals


def _refers_to_uri(revisit: Record) -> str:
    return address(bare_uri(revisit.get("WARC-Refers-To-Target-URI") or revisit.url))


def _may_be(entry: CdxjEntry, digest: Digest | None, date: datetime | None) -> bool:
    """Tell by its index entry whether a record may be an original with that digest and date."""
    if digest is not None and (there := digest_of(entry.digest)) is not None and there[0] == digest[0]:
        return there[1] == digest[1]
    return digest is not None or date is None or abs(entry.captured - date) <= 2 * _A_SECOND


def _is_named(record: Record, revisit: Record) -> bool:
    """Tell if *record* is what *revisit* refers to: by its ID, its payload, or its address and date."""
    refers_to = bare_uri(revisit.get("WARC-Refers-To", ""))
    if refers_to and packed(refers_to) == packed(record.record_id):
        return True
    wanted, stated = (digest_of(each.get("WARC-Payload-Digest")) for each in (revisit, record))
    if wanted is not None and stated is not None and wanted[0] == stated[0]:
        return wanted[1] == stated[1]
    if wanted is not None and (digests := _digests(record, wanted[0])):
        return wanted[1] in digests
    date = revisit.date_of("WARC-Refers-To-Date")
    if date is None or abs(record.date - date) > _A_SECOND or address(record.url) != _refers_to_uri(revisit):
        return False
    return not (refers_to and record.record_id)


def _is_cited(record: Record, revisit: Record) -> bool:
    """Tell if a revisit names this very record, and not only one of the same payload."""
    if revisit.get("WARC-Refers-To") is not None:
        return packed(bare_uri(revisit.get("WARC-Refers-To", ""))) == packed(record.record_id)
    return record.date == revisit.date_of("WARC-Refers-To-Date") and address(record.url) == _refers_to_uri(revisit)


def _digests(record: Record, algorithm: str) -> tuple[bytes, ...]:
    """Digest a payload that has no digest by that algorithm: without its chunks, and as it is stored."""
    if record.type == "revisit" or algorithm not in hashlib.algorithms_guaranteed:
        return ()
    message = message_of(record)
    entity, stored = (hashlib.new(algorithm, usedforsecurity=False) for _ in range(2))
    unframe = unframer(message.head)
    for piece in body_pieces(message.block, message.head):
        stored.update(piece)
        for part in unframe.feed(piece):
            entity.update(part)
    return entity.digest(), stored.digest()
