"""Writes exchanges into a collection: WARC files, deduplication, index, recovery after a crash."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Self

from newsspider.errors import NewsspiderError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from types import TracebackType

    from newsspider.archive.collection import Collection
    from newsspider.archive.exchange import Exchange


class CollectionLockedError(NewsspiderError):
    """Another run writes into the collection."""

    exit_code = 75


class ArchiveWriteError(NewsspiderError):
    """The archive could not be written; what was written before is whole."""

    exit_code = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """Where the record of an exchange lies."""

    url: str
    captured: datetime
    warc: str
    """Final name of the file, relative to ``archive/``."""
    offset: int
    length: int
    record_id: str
    payload_digest: str | None
    type: Literal["response", "revisit"] | None
    """None: nothing arrived, and the record located is the metadata record that says why."""
    status: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcFile:
    """A finished WARC file."""

    name: str
    size: int
    sha256: str
    records: int


class CollectionWriter:
    """The one writer of a collection; a context manager."""

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
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def write_exchange(self, exchange: Exchange) -> Capture:
        raise NotImplementedError

    def write_failure(self, *, url: str, method: str, started: datetime, outcome: str, detail: str) -> None:
        raise NotImplementedError

    def sync(self) -> None:
        raise NotImplementedError

    def close(self) -> list[WarcFile]:
        raise NotImplementedError
