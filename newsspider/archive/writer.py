"""Writes exchanges into a collection: records, deduplication, rotation, index, and recovery after a crash.

Laws:
* A block is the wire, byte for byte; nothing is parsed and written again.
* The records of one exchange lie in one file, whole or not at all.
* What sync() has returned for outlives a power cut, and nothing kept refers to a record that does not.
* After a failed write nothing more is written: an archive has an end, never a hole.

Interim responses (103 before 200): a reader of WARC takes the first head of a response record for the answer, so
they lie in a ``metadata`` record of their own beside it, byte for byte. Its type is ``application/warc-fields``,
the only one that both cdxj-indexer and pywb leave out of an index. The blocks of the two, one after the other, are
what came over the wire.

A body that was stored in chunks is not the original of an answer that came whole: pywb and warcio undo chunking by
the revisit's own head, and would show the chunk sizes. The other way round they manage.
"""

from __future__ import annotations

import re
import socket
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Literal, Self

from newsspider.archive import member
from newsspider.archive.cdxj import REVISIT_MIME, CdxjEntry, LineSorter, mime_of, status_of, timestamp
from newsspider.archive.exchange import MEMORY_LIMIT, Truncation, Wire
from newsspider.archive.http import MAX_HEAD, Head, body_pieces, parse_head, unframer
from newsspider.archive.indexing import merge_index, recover_open_files, refresh_index
from newsspider.archive.lock import CollectionLockedError as CollectionLockedError
from newsspider.archive.lock import locked
from newsspider.archive.record import (
    CONFORMS_TO,
    HTTP_REQUEST,
    HTTP_RESPONSE,
    IDENTICAL_PAYLOAD,
    WARC_FIELDS,
    header,
    labelled,
    new_id,
    sha1,
    target_uri,
    warc_date,
    warc_fields,
)
from newsspider.archive.state import Original, State, StateDamagedError
from newsspider.archive.urlkey import urlkey
from newsspider.archive.warcfile import OpenWarcFile, warc_name
from newsspider.archive.warcfile import Recovery as Recovery
from newsspider.archive.warcfile import WarcFile as WarcFile
from newsspider.errors import NewsspiderError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path
    from types import TracebackType

    from newsspider.archive.collection import Collection
    from newsspider.archive.exchange import Exchange

_MIN_REVISIT = 1024
"""Bytes of payload below which a revisit would save nothing."""

_MAX_UNSYNCED = 10_000
"""Records after which the writer syncs by itself, to bound what it holds in memory."""

_HEADER_SIZE = 1024
"""What a WARC header is taken to be when it is judged whether a file is full."""

_TLS_VERSION = re.compile(r"(TLS|SSL)v(\d)(?:\.(\d))?")

Fields = list[tuple[str, str]]


class ArchiveWriteError(NewsspiderError):
    """The archive could not be written; what was written before is whole."""

    exit_code = 4

    def __init__(self, path: Path, cause: Exception) -> None:
        super().__init__(
            f"{path}: cannot write to the archive: {cause}. All records before this are whole. "
            "See that the disk has room and the directory can be written, then run the crawl again"
        )
        self.path = path


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """Where the record of an exchange lies."""

    url: str
    captured: datetime
    """When the request began; UTC."""
    warc: str
    """Final name of the file, relative to ``archive/``."""
    offset: int
    length: int
    record_id: str
    """``urn:uuid:…``, without angle brackets."""
    payload_digest: str | None
    """WARC-Payload-Digest as written; None where the record has none."""
    type: Literal["response", "revisit"] | None
    """None: no answer arrived, and the record located is the metadata record that says why."""
    status: int | None


@dataclass(slots=True)
class _Answer:
    """What the writer has to know of a response's bytes."""

    head: Head
    head_bytes: bytes
    received: Wire
    """Interim responses and all."""
    block_digest: str
    payload_digest: bytes
    payload_size: int
    stored_digest: bytes
    """Of what lies behind the head, as it lies there."""
    truncated: Truncation | None

    @property
    def length(self) -> int:
        """Bytes of the response record's block."""
        return len(self.received) - self.head.start


class CollectionWriter:
    """The one writer of a collection; a context manager.

    Opening takes the lock, finishes what a killed run left and checks the index; see :attr:`recovered`.
    A WARC file is made with its first record, so a run without captures leaves none.
    """

    def __init__(
        self,
        collection: Collection,
        *,
        prefix: str,
        max_size: int,
        payload_digest: Literal["standard", "stored"],
        info: Sequence[tuple[str, str]],
        hostname: str | None = None,
    ) -> None:
        if payload_digest not in ("standard", "stored"):
            raise ValueError(f"payload_digest is {payload_digest!r}, not 'standard' or 'stored'")
        self._collection = collection
        self._prefix = prefix
        self._max_size = max_size
        self._standard_digest = payload_digest == "standard"
        self._info = list(info)
        self._hostname = hostname or socket.gethostname()

        self._file: OpenWarcFile | None = None
        self._warcinfo_id = ""
        self._serial = 0
        self._unsynced = 0
        self._finished: list[WarcFile] = []
        self._failure: ArchiveWriteError | None = None
        self._closed = False
        self.recovered: list[Recovery] = []
        """What was done about files that a killed run left open."""

        with ExitStack() as stack:
            with self._failing_at(collection.path):
                collection.archive_dir.mkdir(parents=True, exist_ok=True)
                collection.index_path.parent.mkdir(exist_ok=True)
                stack.enter_context(locked(collection.lock_path))
                self.recovered += recover_open_files(collection)
                self._state = State(collection.state_path)
                stack.callback(self._state.close)
                refresh_index(collection, self._state)
                self._lines = LineSorter(collection.index_path.parent)
                stack.callback(self._lines.clear)
            self._resources = stack.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _failing_at(self, path: Path) -> Iterator[None]:
        """Turn what the disk says into ArchiveWriteError."""
        try:
            yield
        except OSError as error:
            raise ArchiveWriteError(path, error) from error

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Refuse to go on after a failure: the same error again, and no record after a gap."""
        if self._closed:
            raise RuntimeError("the writer is closed")
        if self._failure is not None:
            raise self._failure
        try:
            yield
        except (OSError, StateDamagedError) as error:
            path = self._file.path if self._file else self._collection.archive_dir
            self._failure = ArchiveWriteError(path, error)
            raise self._failure from error

    # -- records -------------------------------------------------------------------------------------------------

    def write_exchange(self, exchange: Exchange) -> Capture:
        """Write the response (or a revisit in its place), then the request, then what else there is to say."""
        with self._writing():
            file = self._file_for(len(exchange.received) + len(exchange.sent))
            common = self._common_fields(exchange.url, exchange.started) + _connection_fields(exchange)
            top = exchange.received.head(MAX_HEAD)
            head = parse_head(top)
            answer = None
            if top and not _is_interim(head):
                answer = self._digested(exchange, head, top[head.start : head.end])
            interim = top[: head.start] if answer else top
            original = self._original_of(exchange, answer) if answer else None

            members: list[Iterable[bytes | memoryview]] = []
            main_id = new_id()
            if answer and original:
                members.append(self._revisit(main_id, common, answer, original))
            elif answer:
                members.append(self._response(main_id, common, answer))
            concurrent: Fields = [("WARC-Concurrent-To", f"<{main_id}>")]
            if exchange.sent:
                members.append(_record(new_id(), "request", common + concurrent, HTTP_REQUEST, exchange.sent))
            if interim:
                members.append(_record(new_id(), "metadata", common + concurrent, WARC_FIELDS, interim))
            if not answer or exchange.failure:
                said = warc_fields(_outcome(exchange, answer))
                identifier, fields = (new_id(), concurrent) if answer else (main_id, [])
                members.append(_record(identifier, "metadata", common + fields, WARC_FIELDS, said))

            spans = file.append(members)
            offset, length = spans[0] if answer else spans[-1]
            self._count(len(spans))
            capture = Capture(
                url=target_uri(exchange.url),
                captured=exchange.started,
                warc=file.name,
                offset=offset,
                length=length,
                record_id=main_id,
                payload_digest=_payload_digest(answer) if answer else None,
                type=None if not answer else "revisit" if original else "response",
                status=head.status if answer else None,
            )
            if answer:
                self._index(capture, answer)
                if not original and self._may_be_original(exchange, answer):
                    self._state.remember_payload(
                        answer.payload_digest,
                        Original(main_id, capture.url, warc_date(exchange.started), file.name, int(head.chunked)),
                    )
            return capture

    def write_failure(self, *, url: str, method: str, started: datetime, outcome: str, detail: str) -> None:
        """Record that nothing was sent for a request, and why: *outcome* is one word, *detail* a sentence."""
        with self._writing():
            said = warc_fields([("outcome", outcome), ("method", method), ("detail", detail)])
            file = self._file_for(len(said))
            file.append([_record(new_id(), "metadata", self._common_fields(url, started), WARC_FIELDS, said)])
            self._count(1)

    def _common_fields(self, url: str, started: datetime) -> Fields:
        return [
            ("WARC-Date", warc_date(started)),
            ("WARC-Target-URI", target_uri(url)),
            ("WARC-Warcinfo-ID", f"<{self._warcinfo_id}>"),
        ]

    def _digested(self, exchange: Exchange, head: Head, head_bytes: bytes) -> _Answer:
        """Go through the answer once, whatever its size."""
        block, payload = sha1(), sha1()
        stored = None if self._standard_digest and head.status != 304 else sha1()
        size = 0
        unframe = unframer(head, exchange.method)
        block.update(head_bytes)
        for piece in body_pieces(exchange.received, head):
            block.update(piece)
            if stored:
                stored.update(piece)
            for part in unframe.feed(piece):
                payload.update(part)
                size += len(part)
        truncated = exchange.truncated
        if head.whole and not unframe.until_close:
            # The message's own framing knows better whether it is whole than whoever hung up after it.
            truncated = None if unframe.complete else truncated or "disconnect"
        elif not head.whole:
            truncated = truncated or "disconnect"
        stored_digest = (stored or payload).digest()
        return _Answer(
            head=head,
            head_bytes=head_bytes,
            received=exchange.received,
            block_digest=labelled(block.digest()),
            payload_digest=payload.digest() if self._standard_digest else stored_digest,
            payload_size=size,
            stored_digest=stored_digest,
            truncated=truncated,
        )

    def _may_be_original(self, exchange: Exchange, answer: _Answer) -> bool:
        """Only a whole page that was asked for by GET; a POST revisit was replayed as nothing at all."""
        return (
            exchange.method == "GET"
            and answer.head.status == 200
            and answer.truncated is None
            and answer.payload_size >= _MIN_REVISIT
        )

    def _original_of(self, exchange: Exchange, answer: _Answer) -> Original | None:
        if not self._may_be_original(exchange, answer):
            return None
        original = self._state.find_payload(answer.payload_digest)
        if original is None or (original.chunked and not answer.head.chunked):
            return None
        return original

    def _response(self, identifier: str, common: Fields, answer: _Answer) -> Iterable[bytes | memoryview]:
        fields = [("WARC-Type", "response"), ("WARC-Record-ID", f"<{identifier}>"), *common]
        if answer.truncated:
            fields.append(("WARC-Truncated", answer.truncated))
        if digest := _payload_digest(answer):
            fields.append(("WARC-Payload-Digest", digest))
        fields += [
            ("WARC-Block-Digest", answer.block_digest),
            ("Content-Type", HTTP_RESPONSE),
            ("Content-Length", str(answer.length)),
        ]
        front = header(fields) + answer.head_bytes
        body = body_pieces(answer.received, answer.head)
        if member.incompressible(answer.head.last(b"content-type"), answer.head.last(b"content-encoding")):
            return member.hybrid(front, body)
        if len(answer.received) > MEMORY_LIMIT:
            return member.deflated(front, body)
        return (member.compress(b"".join((front, *body, member.RECORD_END))),)

    def _revisit(
        self, identifier: str, common: Fields, answer: _Answer, original: Original
    ) -> Iterable[bytes | memoryview]:
        fields = [
            *common,
            ("WARC-Profile", IDENTICAL_PAYLOAD),
            ("WARC-Refers-To", f"<{original.record_id}>"),
            ("WARC-Refers-To-Target-URI", original.url),
            ("WARC-Refers-To-Date", original.date),
            ("WARC-Truncated", "length"),  # the body is left out (ISO 28500, 6.7.2)
            ("WARC-Payload-Digest", labelled(answer.payload_digest)),
        ]
        return _record(identifier, "revisit", fields, HTTP_RESPONSE, answer.head_bytes)

    def _index(self, capture: Capture, answer: _Answer) -> None:
        entry = CdxjEntry(
            urlkey=urlkey(capture.url),
            timestamp=timestamp(capture.captured),
            url=capture.url,
            mime=REVISIT_MIME if capture.type == "revisit" else mime_of(answer.head),
            status=status_of(answer.head),
            digest=capture.payload_digest or labelled(answer.stored_digest),
            length=capture.length,
            offset=capture.offset,
            filename=capture.warc,
        )
        self._lines.add(entry.format().encode())

    def _count(self, records: int) -> None:
        self._unsynced += records
        if self._unsynced >= _MAX_UNSYNCED:
            self._sync()

    # -- files ---------------------------------------------------------------------------------------------------

    def _file_for(self, size: int) -> OpenWarcFile:
        """Return the open file if an exchange of *size* bytes still goes into it, else a new one."""
        if self._file is not None:
            full = self._file.size + size + 2 * _HEADER_SIZE > self._max_size
            if full and self._file.records > 1:  # it holds more than its warcinfo
                self._finish_file()
        if self._file is None:
            self._open_file()
        assert self._file is not None
        return self._file

    def _open_file(self) -> None:
        now = datetime.now(UTC)
        name = warc_name(self._prefix, now, self._serial, self._hostname)
        file = OpenWarcFile(self._collection.archive_dir, name)
        self._serial += 1
        self._warcinfo_id = new_id()
        own = {
            "software": f"newsspider/{version('newsspider')}",
            "format": "WARC File Format 1.1",
            "conformsTo": CONFORMS_TO,
            "hostname": self._hostname,
        }
        given = {name for name, _ in self._info}
        block = warc_fields([*((key, value) for key, value in own.items() if key not in given), *self._info])
        fields = [("WARC-Date", warc_date(now)), ("WARC-Filename", name)]
        try:
            file.append([_record(self._warcinfo_id, "warcinfo", fields, WARC_FIELDS, block)])
        except BaseException:
            file.discard()
            raise
        self._file = file

    def _finish_file(self) -> None:
        """Close the open file under its final name; what it holds may then be referred to."""
        if self._file is not None:
            self._finished.append(self._file.finish())
            self._file = None
            self._state.commit()

    def sync(self) -> None:
        """Return when everything written so far is durable, and deduplication may count on it."""
        with self._writing():
            self._sync()

    def _sync(self) -> None:
        if self._file is not None and self._unsynced:
            self._file.sync()
            self._state.commit()
        self._unsynced = 0

    def close(self) -> list[WarcFile]:
        """Finish the files, bring the index up to date and let go of the collection. May be called again.

        After a failed write too: what was written before it is whole, and stays.
        """
        if self._closed:
            return self._finished
        self._closed = True
        with self._resources, self._failing_at(self._collection.path):
            self._finish_file()
            if self._finished:
                files = [(file.name, file.size) for file in self._finished]
                merge_index(self._collection, self._state, self._lines, files)
        return self._finished


def _record(identifier: str, kind: str, fields: Fields, content_type: str, block: bytes) -> tuple[bytes]:
    """Return the member of a record with a small block."""
    digest = sha1()
    digest.update(block)
    front = header(
        [
            ("WARC-Type", kind),
            ("WARC-Record-ID", f"<{identifier}>"),
            *fields,
            ("WARC-Block-Digest", labelled(digest.digest())),
            ("Content-Type", content_type),
            ("Content-Length", str(len(block))),
        ]
    )
    return (member.compress(front + block + member.RECORD_END),)


def _connection_fields(exchange: Exchange) -> Fields:
    """Say with whom, over which protocols; repeated WARC-Protocol is the community's proposal (IIPC, 2024)."""
    version_ = exchange.received.head(8)
    fields = [("WARC-Protocol", "http/1.0" if version_ == b"HTTP/1.0" else "http/1.1")]
    if exchange.ip:
        fields.insert(0, ("WARC-IP-Address", exchange.ip))
    if exchange.tls_protocol:
        fields.append(("WARC-Protocol", _protocol_id(exchange.tls_protocol)))
    if exchange.cipher:
        fields.append(("WARC-Cipher-Suite", exchange.cipher))
    return fields


def _protocol_id(openssl_name: str) -> str:
    """Name a TLS version as WARC-Protocol does.

    >>> _protocol_id("TLSv1.3"), _protocol_id("TLSv1"), _protocol_id("SSLv3")
    ('tls/1.3', 'tls/1.0', 'ssl/3')
    """
    named = _TLS_VERSION.fullmatch(openssl_name)
    if named is None:
        return openssl_name.lower()
    family, major, minor = named.groups()
    return f"ssl/{major}" if family == "SSL" else f"tls/{major}.{minor or 0}"


def _is_interim(head: Head) -> bool:
    return head.whole and head.status is not None and 100 <= head.status < 200 and head.status != 101


def _payload_digest(answer: _Answer) -> str | None:
    # A 304 has no payload, only a head about one: a digest of nothing would be taken for that of the page.
    return None if answer.head.status == 304 else labelled(answer.payload_digest)


def _outcome(exchange: Exchange, answer: _Answer | None) -> Fields:
    if answer is None:
        outcome = "unanswered"
    elif answer.truncated:
        outcome = "truncated"
    else:
        outcome = "failed"
    return [
        ("outcome", outcome),
        ("method", exchange.method),
        ("detail", exchange.failure or "the connection ended before an answer came"),
    ]
