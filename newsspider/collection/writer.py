"""Writes exchanges into a collection: records, deduplication, rotation, index, and recovery after a crash.

Laws:
* A block is the wire, byte for byte; nothing is parsed and written again.
* The records of one exchange lie in one file, whole or not at all.
* What sync() has returned for outlives a power cut, and nothing kept refers to a record that does not.
* After a failed write the writer refuses every later write, so an archive is always a complete beginning.

A body that was stored in chunks is not the original of an answer that came whole: pywb and warcio undo chunking by
the revisit's own head, and would show the chunk sizes. The other way round they manage.
"""

from __future__ import annotations

import socket
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Literal, Self

from newsspider.collection.capture import Capture
from newsspider.collection.database import StateDamagedError
from newsspider.collection.indexing import add_to_index, recover_open_files, refresh_index
from newsspider.collection.lock import CollectionLockedError as CollectionLockedError
from newsspider.collection.lock import locked
from newsspider.collection.runs import PREVIOUS_RUN, newest_run
from newsspider.collection.state import State
from newsspider.durable import make_directory
from newsspider.errors import NewsspiderError
from newsspider.record.items import Locator
from newsspider.text.language import N_
from newsspider.text.message import message
from newsspider.text.system import remedy
from newsspider.warc.address import address, target_uri
from newsspider.warc.answer import Answer, Original, read_answer
from newsspider.warc.cdxj import (
    NOT_MODIFIED,
    REVISIT_MIME,
    CdxjEntry,
    IndexDamagedError,
    LineSorter,
    mime_of,
    status_of,
    timestamp,
)
from newsspider.warc.digests import labelled, sha1
from newsspider.warc.message import body_pieces
from newsspider.warc.reader import WarcError
from newsspider.warc.record import new_id, warc_date
from newsspider.warc.recording import failure_record, records_of, warcinfo_record
from newsspider.warc.urlkey import urlkey
from newsspider.warc.warcfile import OpenWarcFile, warc_name
from newsspider.warc.warcfile import Recovery as Recovery
from newsspider.warc.warcfile import WarcFile as WarcFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from types import TracebackType

    from newsspider.collection.collection import Collection
    from newsspider.warc.exchange import Exchange

_MIN_REVISIT = 1024
"""Bytes of payload below which a revisit would save nothing."""

_MAX_UNSYNCED = 10_000
"""Records after which the writer syncs by itself, to bound what it holds in memory."""

_HEADER_SIZE = 1024
"""What a WARC header is taken to be when it is judged whether a file is full."""


_CONFORMS_TO = "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"


class ArchiveWriteError(NewsspiderError):
    """The archive could not be written; what was written before is complete."""

    exit_code = 4

    def __init__(self, path: Path, cause: Exception) -> None:
        step = remedy(cause, N_("See that the disk has room and the directory can be written, then try again"))
        super().__init__(
            message(
                "%(path)s: cannot write to the archive: %(cause)s. All records before this are complete. %(step)s",
                path=path, cause=cause, step=message(step),
            )
        )  # fmt: skip
        self.path = path


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
        self._as_stored = payload_digest == "stored"
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
                make_directory(collection.archive_dir)
                make_directory(collection.index.path.parent)
                stack.enter_context(locked(collection.lock_path))
                self.recovered += recover_open_files(collection)
                self._state = State(collection.state_path)
                stack.callback(self._state.close)
                refresh_index(collection, self._state)
                self._previous_run = newest_run(collection)
                self._lines = LineSorter(collection.index.path.parent)
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
            interim, answer = read_answer(exchange, as_stored=self._as_stored)
            original = self._original_of(exchange, answer) if answer else None
            main_id = new_id()
            records = records_of(exchange, interim, answer, original, identifier=main_id, warcinfo_id=self._warcinfo_id)
            spans = file.append(records)
            self._unsynced += len(spans)
            offset, length = spans[0] if answer else spans[-1]  # of the record called main_id
            capture = Capture(
                url=address(exchange.url),
                captured=exchange.started,
                where=Locator(
                    warc=file.name,
                    offset=offset,
                    length=length,
                    record_id=main_id,
                    payload_digest=answer.labelled_payload if answer else None,
                ),
                type=None if not answer else "revisit" if original else "response",
                status=answer.head.status if answer else None,
            )
            if answer:
                self._index(capture, exchange, answer)
                if not original and _may_be_original(exchange, answer):
                    chunked = int(answer.head.chunked)
                    url, date = target_uri(exchange.url), warc_date(exchange.started)
                    original = Original(main_id, url, date, file.name, chunked)
                    self._state.remember_payload(answer.payload_digest, original)
            if self._unsynced >= _MAX_UNSYNCED:
                self._sync()
            return capture

    def write_failure(self, *, url: str, method: str, started: datetime, outcome: str, detail: str) -> None:
        """Record that nothing was sent for a request, and why: *outcome* is one word, *detail* a sentence."""
        with self._writing():
            fields = [("outcome", outcome), ("method", method), ("detail", detail)]
            file = self._file_for(len(detail))
            file.append([failure_record(url, started, fields, warcinfo_id=self._warcinfo_id)])
            self._unsynced += 1

    def _original_of(self, exchange: Exchange, answer: Answer) -> Original | None:
        # A revisit keeps the head only: a trailer, or what came after the message, would be lost.
        if answer.extra or not _may_be_original(exchange, answer):
            return None
        original = self._state.find_payload(answer.payload_digest)
        if original is None or (original.chunked and not answer.head.chunked):
            return None
        return original

    def _index(self, capture: Capture, exchange: Exchange, answer: Answer) -> None:
        status = status_of(answer.head)
        if status == NOT_MODIFIED or answer.head.partial or exchange.method != "GET":
            return
        url, where = target_uri(exchange.url), capture.where
        entry = CdxjEntry(
            urlkey=urlkey(url),
            timestamp=timestamp(capture.captured),
            url=url,
            mime=REVISIT_MIME if capture.type == "revisit" else mime_of(answer.head),
            status=status,
            digest=where.payload_digest or _digest_behind_head(answer),
            length=where.length,
            offset=where.offset,
            filename=where.warc,
        )
        self._lines.add(entry.line())

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
        while (self._collection.archive_dir / name).exists():  # a clock that was put back can show a moment twice
            self._serial += 1
            name = warc_name(self._prefix, now, self._serial, self._hostname)
        file = OpenWarcFile(self._collection.archive_dir, name)
        self._serial += 1
        self._warcinfo_id = new_id()
        own = {
            "software": f"newsspider/{version('newsspider')}",
            "format": "WARC File Format 1.1",
            "conformsTo": _CONFORMS_TO,
            "hostname": self._hostname,
        }
        if self._previous_run is not None:
            own[PREVIOUS_RUN] = str(self._previous_run)
        given = {name for name, _ in self._info}
        fields = [*((key, value) for key, value in own.items() if key not in given), *self._info]
        try:
            file.append([warcinfo_record(self._warcinfo_id, now, name, fields)])
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

    def rotate(self) -> None:
        """Finish the open file, so that it can be taken elsewhere; the next record begins another."""
        with self._writing():
            self._finish_file()
            self._unsynced = 0

    def sync(self) -> None:
        """Return when everything written so far is durable, and deduplication may count on it."""
        with self._writing():
            self._sync()

    def _sync(self) -> None:
        if self._file is not None and self._unsynced:
            self._file.sync()
            self._state.commit()
        self._unsynced = 0

    def finish(self) -> list[WarcFile]:
        """Finish the files and bring the index up to date; the collection stays locked. May be called again.

        After a failed write too: what was written before it is complete, and stays.
        """
        if self._closed:
            return self._finished
        self._closed = True
        with self._failing_at(self._collection.path):
            self._finish_file()
            if self._finished:
                files = [(file.name, file.size) for file in self._finished]
                try:
                    add_to_index(self._collection, self._state, self._lines, files)
                except (IndexDamagedError, StateDamagedError, WarcError) as error:
                    raise ArchiveWriteError(self._collection.index.path, error) from error
        return self._finished

    def close(self) -> list[WarcFile]:
        """Finish what is not finished, and let go of the collection. May be called again."""
        with self._resources:
            return self.finish()


def _may_be_original(exchange: Exchange, answer: Answer) -> bool:
    """Only a whole page that was asked for by GET: a POST revisit was replayed as nothing at all."""
    return (
        exchange.method == "GET"
        and answer.head.status == 200
        and answer.truncated is None
        and answer.payload_size >= _MIN_REVISIT
    )


def _digest_behind_head(answer: Answer) -> str:
    """Digest what cdxj-indexer does when a record has no payload digest."""
    digest = sha1()
    for piece in body_pieces(answer.received, answer.head):
        digest.update(piece)
    return labelled(digest.digest())
