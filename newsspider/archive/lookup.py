"""Answers for a URL what the archive has: the capture nearest to a moment, with its page, out of several sources.

A capture is of an address, not of an index key: keys fold letter case, and the identifiers of some sites differ in
nothing else. Where a source has the address only with the other scheme, or with or without ``www.``, that is taken,
unless it is a redirect, which would lead back here.
"""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from newsspider.archive.cdxj import REVISIT_MIME, CdxjEntry, find, timestamp
from newsspider.archive.exchange import Wire
from newsspider.archive.http import MAX_HEAD, HttpMessage, parse_head
from newsspider.archive.reader import WarcError, bare_uri, read_record
from newsspider.archive.record import target_uri
from newsspider.archive.source import Source, open_source
from newsspider.archive.urlkey import urlkey
from newsspider.archive.writer import Capture

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from newsspider.archive.reader import Record
    from newsspider.archive.source import Report

_LOOSE = re.compile(r"https?://(?:www\.)?([^/?]+)/?", re.IGNORECASE)
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
class _Found:
    """An index entry and the source it is of."""

    entry: CdxjEntry
    source: Source


class Lookup:
    """Several sources, searched together.

    *report* is told, in one line each, of what cannot be read, now and later. A record whose block has more than
    *max_block* bytes is one of these. SourceError, or what else is wrong with a path, when one cannot be used at all.
    """

    def __init__(self, paths: Iterable[Path], report: Report, *, max_block: int | None) -> None:
        self._report = report
        self._max_block = max_block
        self._scratch = tempfile.TemporaryDirectory(prefix="newsspider-")
        try:
            self._sources = [
                open_source(path, Path(tempfile.mkdtemp(dir=self._scratch.name)), report) for path in paths
            ]
        except BaseException:
            self._scratch.cleanup()
            raise

    def close(self) -> None:
        """Remove the temporary files. May be called again."""
        self._scratch.cleanup()

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

    def _candidates(self, url: str, at: datetime | None) -> list[tuple[_Found, bool]]:
        """Return the captures that may stand for *url*, best first, each with whether its address is another."""
        wanted = target_uri(url)
        exact, loose = [], []
        for found in self._captures(urlkey(url)):
            status = found.entry.status or ""
            address = target_uri(found.entry.url)
            if status == "304":  # says that another capture is still true
                continue
            if address == wanted:
                exact.append(found)
            elif _loosely(address) == _loosely(wanted) and not status.startswith("3"):
                loose.append(found)
        return [
            (found, captures is loose) for captures in (exact, loose) for found in _by_distance(captures, at)
        ]

    def _captures(self, key: str) -> Iterator[_Found]:
        for source in self._sources:
            for index in source.indexes:
                for entry in find(index, key):
                    yield _Found(entry, source)

    def _read(self, found: _Found, *, elsewhere: bool) -> Page | None:
        """Read a capture; None, and a report, when that cannot be done."""
        try:
            record = self._record(found)
            if record.type not in ("response", "revisit", "resource"):
                return None
            message, whole = self._message(record)
            return Page(_capture(record, found.entry, message), message, elsewhere, not whole)
        except WarcError as error:
            self._report(error.finding)
        except OSError as error:
            self._report(f"{found.entry.filename} at byte {found.entry.offset:,}: {error}")
        return None

    def _record(self, found: _Found) -> Record:
        file = found.source.files.get(found.entry.filename)
        if file is None:
            raise FileNotFoundError(f"the index of {found.source.path} names this file, but it is not there")
        return read_record(file, found.entry.offset, max_block=self._max_block)

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
        candidates = [found for found in self._captures(urlkey(url)) if found.entry.mime != REVISIT_MIME]
        if date is not None:
            candidates = [found for found in candidates if found.entry.timestamp == timestamp(date)]
        for found in _by_distance(candidates, revisit.date):
            try:
                record = self._record(found)
            except (WarcError, OSError) as error:
                self._report(getattr(error, "finding", str(error)))
                continue
            if record.type == "response" and _same_payload(revisit, record, dated=date is not None):
                return record
        raise WarcError(
            revisit.path, revisit.offset, f"a revisit whose original, of {url}, is in none of the files given"
        )


def _by_distance(captures: list[_Found], at: datetime | None) -> list[_Found]:
    """Sort by distance to *at*; equally near ones, as all are without *at*, the newest first."""
    # What has the same second, in one file, was captured in the order of the file.
    captures = sorted(captures, key=lambda each: (each.entry.timestamp, each.entry.filename, each.entry.offset))
    captures.reverse()
    if at is not None:
        captures.sort(key=lambda each: abs(each.entry.captured - at))
    return captures


def _loosely(url: str) -> str:
    """Return what is left of an address that a site serves under either scheme, with or without ``www.``.

    >>> _loosely("http://www.News.example/a%7Eb?c=D"), _loosely("https://news.example")
    ('news.example/a~b?c=D', 'news.example/')
    """
    return unquote(_LOOSE.sub(lambda host: host[1].lower() + "/", url, count=1))


def _same_payload(revisit: Record, original: Record, *, dated: bool) -> bool:
    """Tell if *original* is what *revisit* refers to; *dated*: address and date agree."""
    if original.record_id and original.record_id == bare_uri(revisit.get("WARC-Refers-To", "")):
        return True
    digests = {_digest(each.get("WARC-Payload-Digest", "")) for each in (revisit, original)}
    return len(digests) == 1 if all(digests) else dated


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


def _capture(record: Record, entry: CdxjEntry, message: HttpMessage) -> Capture:
    return Capture(
        url=record.url,
        captured=record.date,
        warc=entry.filename,
        offset=record.offset,
        length=record.length,
        record_id=record.record_id,
        payload_digest=record.get("WARC-Payload-Digest"),
        type="revisit" if record.type == "revisit" else "response",
        status=message.status,
    )
