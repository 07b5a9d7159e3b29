"""Reads captures out of several sources: their pages, revisits with the payload of their originals."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from newsspider.archive.cdxj import REVISIT_MIME, CdxjEntry, find, timestamp
from newsspider.archive.exchange import Wire
from newsspider.archive.http import MAX_HEAD, HttpMessage, parse_head
from newsspider.archive.reader import WarcError, bare_uri, read_record
from newsspider.archive.source import Source
from newsspider.archive.urlkey import urlkey
from newsspider.archive.writer import Capture

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from newsspider.archive.reader import Record
    from newsspider.archive.source import Report

_DIGEST_LABEL = re.compile(r"^sha-?(\d+):")


@dataclass(frozen=True, slots=True)
class Page:
    """What the archive has for a URL."""

    capture: Capture
    """Where it lies, as whoever captured it would say."""
    http: HttpMessage
    """The answer; of a revisit with its original's payload."""
    elsewhere: bool
    """Whether it was captured under the other scheme, or with or without ``www.``."""
    truncated: bool
    """Whether the capture is known not to be whole."""


@dataclass(frozen=True, slots=True)
class Found:
    """An index entry and the source it is of."""

    entry: CdxjEntry
    source: Source


class Captures:
    """The captures of several sources.

    *report* is told, in one line each, of originals that cannot be read. A record whose block has more than *max_block*
    bytes cannot.
    """

    def __init__(self, sources: Sequence[Source], report: Report, *, max_block: int | None) -> None:
        self._sources = sources
        self._report = report
        self._max_block = max_block

    def of_key(self, key: str) -> Iterator[Found]:
        """Yield the captures of an index key."""
        for source in self._sources:
            for index in source.indexes:
                for entry in find(index, key):
                    yield Found(entry, source)

    def original(self, revisit: Found) -> Record:
        """Return the record that a revisit stands for; WarcError or OSError when there is none that can be read."""
        return self._original(self._record(revisit.source, revisit.entry.filename, revisit.entry.offset))

    def read(self, source: Source, filename: str, offset: int) -> Page | None:
        """Return the page of a capture, None when it holds none.

        WarcError or OSError when it cannot be read, or its original cannot be found.
        """
        record = self._record(source, filename, offset)
        if record.type not in ("response", "revisit", "resource"):
            return None
        message, whole = self._message(record)
        return Page(_capture(record, filename, message), message, False, not whole)

    def _record(self, source: Source, filename: str, offset: int) -> Record:
        file = source.files.get(filename)
        if file is None:
            raise FileNotFoundError(f"the index of {source.path} names this file, but it is not there")
        return read_record(file, offset, max_block=self._max_block)

    def _message(self, record: Record) -> tuple[HttpMessage, bool]:
        """Return the answer that a record holds, and whether it is whole."""
        if record.type == "resource":
            return _resource(record), True
        if record.type == "response":
            message = record.http()
            if message.status is None:
                raise WarcError(record.path, record.offset, "the response has no HTTP status")
            return message, record.get("WARC-Truncated") is None
        original = self._original(record)
        message, payload = record.http(), original.http()
        # Some writers leave out the head too.
        revisited = replace(message, original=payload) if message.status is not None else payload
        return revisited, original.get("WARC-Truncated") is None

    def _original(self, revisit: Record) -> Record:
        """Find the record that a revisit stands for, in whatever file that is.

        By the address and date it gives; of a revisit that gives none, among the captures of its own address.
        """
        url = bare_uri(revisit.get("WARC-Refers-To-Target-URI") or revisit.url)
        date = revisit.date_of("WARC-Refers-To-Date")
        candidates = [found for found in self.of_key(urlkey(url)) if found.entry.mime != REVISIT_MIME]
        if date is not None:
            candidates = [found for found in candidates if found.entry.timestamp == timestamp(date)]
        for found in by_distance(candidates, revisit.date):
            try:
                record = self._record(found.source, found.entry.filename, found.entry.offset)
            except (WarcError, OSError) as error:
                self._report(getattr(error, "finding", str(error)))
                continue
            if record.type == "response" and _same_payload(revisit, record, dated=date is not None):
                return record
        raise WarcError(
            revisit.path, revisit.offset, f"a revisit whose original, of {url}, is in none of the files given"
        )


def by_distance(captures: list[Found], at: datetime | None) -> list[Found]:
    """Sort by distance to *at*; equally near ones, as all are without *at*, the newest first."""
    # What has the same second, in one file, was captured in the order of the file.
    captures = sorted(captures, key=lambda each: (each.entry.timestamp, each.entry.filename, each.entry.offset))
    captures.reverse()
    if at is not None:
        captures.sort(key=lambda each: abs(each.entry.captured - at))
    return captures


def _same_payload(revisit: Record, original: Record, *, dated: bool) -> bool:
    """Tell if *original* is what *revisit* refers to; *dated*: address and date agree."""
    refers_to = bare_uri(revisit.get("WARC-Refers-To", ""))
    if refers_to and refers_to == original.record_id:
        return True
    digests = {_digest(each.get("WARC-Payload-Digest", "")) for each in (revisit, original)}
    if all(digests):
        return len(digests) == 1
    return dated and not (refers_to and original.record_id)


def _digest(value: str) -> str:
    """Write the label of a digest in one way.

    >>> _digest("sha-256:81f0"), _digest("SHA1:ABC")
    ('sha256:81f0', 'sha1:ABC')
    """
    label, colon, digest = value.partition(":")
    return _DIGEST_LABEL.sub(r"sha\1:", label.lower() + colon) + digest


def _resource(record: Record) -> HttpMessage:
    """Return a resource, which was never in an HTTP message, as the answer that would have brought it."""
    content_type = record.get("Content-Type", "application/octet-stream")
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\n\r\n".encode("utf-8", "replace")
    block = Wire(head)
    for chunk in record.load().chunks():
        block.append(chunk)
    return HttpMessage(parse_head(head[:MAX_HEAD]), block, record.place)


def _capture(record: Record, filename: str, message: HttpMessage) -> Capture:
    return Capture(
        url=record.url,
        captured=record.date,
        warc=filename,
        offset=record.offset,
        length=record.length,
        record_id=record.record_id,
        payload_digest=record.get("WARC-Payload-Digest"),
        type="revisit" if record.type == "revisit" else "response",
        status=message.status,
    )
