"""``HEAD``: the object that says what a collection in object storage is now, and which process may change it.

Lease and newest run are one object. So every write of it, by If-Match, fences all others: a process whose lease another
one has taken can neither renew it nor publish a run, whatever it sent before. Times are those of the store's own clock,
which it says in every answer: machines need not agree on theirs.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import threading
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Self

from newsspider.collection.objects import ObjectChangedError, ObjectStoreError, asked, whole
from newsspider.collection.runs import RunLink
from newsspider.errors import NewsspiderError
from newsspider.text.escaping import as_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsspider.collection.objects import ObjectPath

NAME = "HEAD"
_FORMAT = 1
_MOST = 1 << 20
"""Bytes of one that are read."""

_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""A clock that nobody sets, and that goes on while the machine sleeps."""


class HeldElsewhereError(NewsspiderError):
    """Another process crawls into a collection."""

    exit_code = 75

    def __init__(self, root: object, head: CollectionHead) -> None:
        until = f"{head.until:%Y-%m-%d %H:%M:%S} UTC" if head.until else "it has ended"  # or has, just now
        super().__init__(
            f"{root}: {head.holder or 'another process'} is crawling into this collection, and holds it until {until} "
            "or longer; try again later"
        )


class LeaseLostError(NewsspiderError):
    """This process held a collection, and another one holds it now."""

    exit_code = 4

    def __init__(self, root: object, holder: str | None) -> None:
        by = f"{holder} has it now" if holder else "it was taken over meanwhile"
        super().__init__(f"{root}: this process no longer holds the collection: {by}")


class HeadError(NewsspiderError):
    """HEAD, the object that says who holds a collection, cannot be read by this version."""


class NoConditionalWritesError(NewsspiderError):
    """A store ignores If-Match or If-None-Match, so that nobody could hold a collection there."""

    def __init__(self, root: object, problem: str) -> None:
        super().__init__(
            f"{root}: this store has no conditional writes ({problem}), so that two machines could change one "
            "collection at once. Crawl into a store that has them (If-None-Match and If-Match of PutObject), or into "
            "a directory"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The object that has the state of a collection as its last run left it; *size* in bytes."""

    name: str
    size: int
    sha256: str
    run: str | None
    """The newest run that it knows of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionHead:
    """The content of HEAD: who may change the collection, and what its newest run left."""

    holder: str | None = None
    """The process that may change the collection; it stays here after the lease has ended if the process was killed."""
    generation: int = 0
    """How often the lease was taken."""
    until: datetime | None = None
    run: RunLink | None = None
    """The newest run."""
    snapshot: Snapshot | None = None
    etags: Mapping[str, str] = field(default_factory=dict)
    """Of the objects that are overwritten, as they were left, by name."""
    look_again: bool = False
    """Whether a process that lost the collection may have sent files since: the next one is to look for them."""

    def as_json(self) -> bytes:
        lease = {"holder": self.holder, "generation": self.generation, "until": self.until and self.until.isoformat()}
        said = {
            "format": _FORMAT,
            "lease": lease,
            "run": self.run and asdict(self.run),
            "state": self.snapshot and asdict(self.snapshot),
            "etags": dict(self.etags),
            "look_again": self.look_again,
        }
        return as_json(said, indent=1).encode() + b"\n"

    @classmethod
    def parse(cls, data: bytes, place: object) -> Self:
        """Read what ``as_json`` wrote. HeadError."""
        try:
            said = json.loads(data)
            if int(said["format"]) > _FORMAT:
                raise HeadError(
                    f"{place}: it is of format {int(said['format'])}, written by a newer newsspider, and this one "
                    f"knows {_FORMAT}: install the newer one"
                )
            lease, run, state = said["lease"], said["run"], said["state"]
            return cls(
                holder=lease["holder"],
                generation=int(lease["generation"]),
                until=None if lease["until"] is None else _moment(lease["until"]),
                run=run and RunLink(run["run"], run["sha256"]),
                snapshot=state and Snapshot(**state),
                etags=dict(said["etags"]),
                look_again=bool(said["look_again"]),
            )
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise HeadError(
                f"{place}: not the head of a collection ({type(error).__name__}: {error}). No record is in it: put "
                "back what was there, or move it away, and the next crawl makes a new one out of the runs"
            ) from error


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:  # as a person may write it; nobody can tell when that is
        raise ValueError(f"{text} has no offset from UTC")
    return moment


def read_head(root: ObjectPath) -> CollectionHead | None:
    """Return what the HEAD of a collection says; None where there is none. HeadError, ObjectStoreError."""
    looked = look(root)
    return None if looked is None else looked[0]


def look(root: ObjectPath) -> tuple[CollectionHead, datetime] | None:
    """Return what ``read_head`` does, and the time by the store's clock, which a lease goes by."""
    read = _read(root)
    return None if read is None else (CollectionHead.parse(read.data, root / NAME), read.now)


@dataclass(frozen=True, slots=True)
class _Read:
    data: bytes
    etag: str
    now: datetime
    """By the store's clock."""


def _read(root: ObjectPath) -> _Read | None:
    def get(s3: Any) -> _Read:
        answer = s3.get_object(Bucket=root.bucket, Key=(root / NAME).key)
        with closing(answer["Body"]) as body:
            data: bytes = body.read(_MOST)
        return _Read(data, whole(answer, "ETag")["ETag"], _date_of(answer))

    try:
        return asked(root / NAME, get)
    except FileNotFoundError:
        return None


def _date_of(answer: Any) -> datetime:
    return parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"]).astimezone(UTC)


def this_process() -> str:
    """Name this process so that a person finds it, and no other process is called so."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


class Claim:
    """The right to change a collection, for *seconds*, and again with each ``renew``. Threads may share it."""

    def __init__(self, root: ObjectPath, seconds: float, holder: str) -> None:
        self.root = root
        self.seconds = seconds
        self.head = CollectionHead()
        """As this process wrote it last."""
        self.left_by: str | None = None
        """The process that held the collection before, and did not let go of it."""
        self.lost: NewsspiderError | None = None
        """Why nothing can be published any more."""
        self._over = False
        """Whether this process let go."""
        self._holder = holder
        self._etag = ""
        self._store_time: tuple[datetime, float] = datetime.now(UTC), self._clock()
        self._asked = 0.0
        """When the lease was asked for last, of the times that it was given."""
        self._lock = threading.RLock()

    # -- taking it -------------------------------------------------------------------------------------------------

    def take(self, look: Callable[[CollectionHead], CollectionHead]) -> None:
        """Take the lease. Where its last holder was killed, *look* gets the head that it left, and returns that to use.

        HeldElsewhereError, HeadError, NoConditionalWritesError, ObjectStoreError.
        """
        read = _read(self.root)
        if read is None:
            self._make()
            return
        self._etag = read.etag
        self._note_time(read.now)
        head = CollectionHead.parse(read.data, self.root / NAME)
        if head.holder is not None:
            if head.until is not None and read.now < head.until:
                raise HeldElsewhereError(self.root, head)
            self.left_by = head.holder
            head = look(head)
        try:
            self._write(self._leased(replace(head, generation=head.generation + 1)))
        except LeaseLostError as error:
            raise HeldElsewhereError(self.root, read_head(self.root) or head) from error
        if head.snapshot is None:  # whoever made it may have been killed before the store was tried
            self._try_conditions()

    def _make(self) -> None:
        """Make the object, in a store that has been seen to keep the conditions that all of this stands on."""
        try:
            self._write(self._leased(CollectionHead(generation=1)), IfNoneMatch="*")
        except LeaseLostError as error:
            raise HeldElsewhereError(self.root, read_head(self.root) or self.head) from error
        except ObjectStoreError as error:
            if "NotImplemented" in str(error):
                raise NoConditionalWritesError(self.root, "it answers NotImplemented") from error
            raise
        self._try_conditions()

    def _try_conditions(self) -> None:
        """NoConditionalWritesError where the store overwrites an object whatever the condition says."""
        for condition, value in (("IfNoneMatch", "*"), ("IfMatch", '"00000000000000000000000000000000"')):
            try:
                self._put(self.head.as_json(), **{condition: value})
            except ObjectChangedError:
                continue
            except ObjectStoreError as error:
                if error.may_pass:
                    raise
                self._remove()
                raise NoConditionalWritesError(self.root, str(error)) from error
            self._remove()
            raise NoConditionalWritesError(self.root, f"it overwrote an object in spite of {condition}")

    def _remove(self) -> None:
        with suppress(ObjectStoreError):
            asked(self.root, lambda s3: s3.delete_object(Bucket=self.root.bucket, Key=(self.root / NAME).key))

    # -- holding it ------------------------------------------------------------------------------------------------

    @property
    def expired(self) -> bool:
        """Whether another process may have taken the lease, by a clock of this machine that nobody sets."""
        return self._clock() - self._asked > 0.8 * self.seconds

    def confirm(self) -> None:
        """Renew the lease if a third of its time is over. LeaseLostError: another process has it. ObjectStoreError."""
        if self.lost is not None:
            raise self.lost
        if self._clock() - self._asked > self.seconds / 3:
            self.renew()

    def renew(self) -> None:
        """Take the lease for *seconds* from now on. LeaseLostError; ObjectStoreError, after which to try again."""
        with self._lock:
            if not self._over:
                self._write(self._leased(self.head))

    def publish(self, run: RunLink, snapshot: Snapshot, etags: Mapping[str, str]) -> None:
        """Write HEAD with *run* as the newest, which publishes it; end the lease. LeaseLostError, ObjectStoreError."""
        with self._lock:
            if self.lost is not None:
                raise self.lost
            self._write(
                CollectionHead(
                    generation=self.head.generation,
                    run=run,
                    snapshot=snapshot,
                    etags=etags,
                    look_again=self.left_by is not None,
                )
            )
            self._over = True

    def let_go(self, *, clean: bool) -> None:
        """End the lease. Not *clean*: this process leaves something that the next one has to take up."""
        with self._lock:
            if self.lost is None:
                over = replace(self.head, holder=None, until=None) if clean else replace(self.head, until=self._now())
                self._write(over)
                self._over = True

    def _leased(self, head: CollectionHead) -> CollectionHead:
        return replace(head, holder=self._holder, until=self._now() + timedelta(seconds=self.seconds))

    def _write(self, head: CollectionHead, **condition: str) -> None:
        """Make the object say *head*, if it says what this process knows. LeaseLostError, ObjectStoreError."""
        data, began = head.as_json(), self._clock()
        try:
            self._put(data, **(condition or {"IfMatch": self._etag}))
        except (ObjectChangedError, FileNotFoundError):
            # As well after an answer that was lost: what was sent first is what is there.
            read = _read(self.root)
            if read is None or read.data != data:
                holder = None if read is None else CollectionHead.parse(read.data, self.root / NAME).holder
                self.lost = LeaseLostError(self.root, holder)
                raise self.lost from None
            self._etag = read.etag
            self._note_time(read.now)
        self.head, self._asked = head, began

    def _put(self, data: bytes, **condition: str) -> None:
        target = self.root / NAME
        answer = asked(
            target,
            lambda s3: whole(s3.put_object(Bucket=target.bucket, Key=target.key, Body=data, **condition), "ETag"),
        )
        self._etag = answer["ETag"]
        self._note_time(_date_of(answer))

    # -- clocks ----------------------------------------------------------------------------------------------------

    @staticmethod
    def _clock() -> float:
        return time.clock_gettime(_CLOCK)

    def _note_time(self, now: datetime) -> None:
        self._store_time = now, self._clock()

    def _now(self) -> datetime:
        """Return the time by the store's clock."""
        said, at = self._store_time
        return said + timedelta(seconds=self._clock() - at)
