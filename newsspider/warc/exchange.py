"""One HTTP exchange as it went over the wire: what capture hands to the archive.

Nothing is parsed here; these are bytes, an address and the circumstances.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from datetime import datetime
from typing import IO, TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

MEMORY_LIMIT = 1 << 20
"""Bytes of one message held in memory; what is longer lies in an unnamed temporary file."""

CHUNK_SIZE = 1 << 18
"""Bytes in a piece of a message that lies on disk."""

Truncation = Literal["length", "time", "disconnect", "unspecified"]
"""Why a block is not complete, in the words of WARC-Truncated (ISO 28500:2017, 5.15)."""


class Wire:
    r"""Bytes in the order in which they arrived: append-only, in memory up to MEMORY_LIMIT, then on disk.

    >>> wire = Wire()
    >>> wire.append(b"HTTP/1.1 200 OK\r\n")
    >>> wire.append(b"\r\n")
    >>> len(wire), wire.head(8), b"".join(wire.chunks())
    (19, b'HTTP/1.1', b'HTTP/1.1 200 OK\r\n\r\n')
    """

    __slots__ = ("_failure", "_length", "_parts", "_spool")

    def __init__(self, data: bytes = b"") -> None:
        self._parts: list[bytes] = []
        self._spool: IO[bytes] | None = None
        self._failure: OSError | None = None
        self._length = 0
        if data:
            self.append(data)

    def __len__(self) -> int:
        return self._length

    def append(self, data: bytes) -> None:
        """Add what arrived. Never raises: a full disk is reported to the reader, not to the connection."""
        self._length += len(data)
        if self._failure is not None:
            return
        self._parts.append(data)
        if self._spool is None and self._length <= MEMORY_LIMIT:
            return
        try:
            self._write()
        except OSError as error:
            self._failure = error

    def _write(self) -> None:
        if self._spool is None:
            # Unnamed on POSIX: a killed run leaves nothing behind.
            self._spool = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 -- lives as long as the exchange
        rest = memoryview(b"".join(self._parts))
        self._parts.clear()
        while rest:
            rest = rest[self._spool.write(rest) :]

    def head(self, size: int) -> bytes:
        """Return the first *size* bytes, or all there are."""
        for chunk in self.chunks():
            # In memory there is one chunk; on disk the first is longer than any head that is parsed.
            return chunk[:size]
        return b""

    def chunks(self) -> Iterator[bytes]:
        """Yield all bytes so far: at once when in memory, else in pieces. May be called again.

        OSError when they could not be kept.
        """
        if self._failure is not None:
            raise self._failure
        if self._spool is None:
            if len(self._parts) > 1:
                self._parts = [b"".join(self._parts)]
            yield from self._parts
            return
        position = 0
        while position < self._length:
            self._spool.seek(position)  # each time: another reader may have moved it
            chunk = self._spool.read(CHUNK_SIZE)
            self._spool.seek(0, os.SEEK_END)
            position += len(chunk)
            yield chunk

    def close(self) -> None:
        """Give the memory or disk space back; the bytes are gone."""
        self._parts.clear()
        self._length = 0
        if self._spool is not None:
            self._spool.close()
            self._spool = None

    def __del__(self) -> None:
        self.close()  # whoever drops an exchange need not know where it lay


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request, and what came back for it on one connection."""

    url: str
    """The address asked for, ASCII, without fragment."""

    method: str
    """As sent: ``GET``, ``POST``."""

    started: datetime
    """When the request began; aware, UTC, with microseconds."""

    sent: bytes
    """Every byte of the request; empty when the connection broke before the first."""

    received: Wire
    """Every byte of the answer, interim responses and excess included."""

    ip: str | None = None
    """The server's address; None behind a proxy."""

    tls_protocol: str | None = None
    """As OpenSSL names it, ``TLSv1.3``; None on plain HTTP."""

    cipher: str | None = None
    """The cipher suite as OpenSSL names it; None on plain HTTP."""

    truncated: Truncation | None = None
    """Why the answer is not complete; None when it is."""

    failure: str | None = None
    """Why there is no whole answer, in words: ``timeout: …``; None when there is one."""
