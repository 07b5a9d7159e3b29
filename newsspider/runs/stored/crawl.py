"""One crawl into a collection in object storage: its lease, the directory that it works in, and how it ends."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import threading
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

from newsspider.collection.head import Claim, LeaseLostError, this_process
from newsspider.collection.lock import is_locked, locked
from newsspider.collection.runs import manifest_of
from newsspider.errors import NewsspiderError
from newsspider.runs.stored.pull import go_on_after_kill, pull
from newsspider.runs.stored.push import Push
from newsspider.text.counted import counted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from newsspider.collection.objects import ObjectPath
    from newsspider.runs.stored.pull import Pulled

logger = logging.getLogger(__name__)

_PREFIX = "newsspider-crawl-"
_KEPT = "newsspider-unsent-"
_LOCK = ".lock"
_NAMED = 5
"""Files that a message names."""


class NotPublishedError(NewsspiderError):
    """A run could not be published where its collection lives."""

    exit_code = 4


class StoredCrawl:
    """A context in which a crawl has the collection at *root*, in a directory of this machine that goes with it.

    Entering takes the lease, for *seconds* and as long as it goes on, and pulls. Errors as of ``Claim.take`` and
    ``pull``.
    """

    def __init__(self, root: ObjectPath, name: str, *, seconds: float, push_every: float | None = None) -> None:
        self.push_every = push_every
        """Seconds after which finished files are sent on the way; None: at the end."""
        self.claim = Claim(root, seconds, this_process())
        self.archive_dir = Path()
        """Where the collection is while the context lasts."""
        self.name = name
        self._root = root
        self._ended = threading.Event()
        self._published = False
        self._kept = False
        self._push: Push
        self._pulled: Pulled

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self.archive_dir = stack.enter_context(_directory())
            stack.callback(self._keep_unsent)
            self.claim.take(lambda head: go_on_after_kill(self._root, head))
            stack.push(self._let_go)
            keeper = threading.Thread(target=self._keep, daemon=True, name="lease")
            keeper.start()
            stack.callback(keeper.join)
            stack.callback(self._ended.set)
            self._pulled = pull(self.claim, self.archive_dir / self.name)
            self._push = Push(self.claim, self._pulled)
            self._resources = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._resources.__exit__(kind, error, trace)

    def finished(self, run: str) -> tuple[list[Path], list[Path]]:
        """Return the finished WARC files and parts of *run* as they are now."""
        collection = self._pulled.collection
        return collection.warc_files(), list((collection.items_dir / run).glob("[!.]*.jsonl"))

    def send_finished(self, warcs: list[Path], parts: list[Path]) -> None:
        """Send files on the way; what cannot be sent now is sent at the end."""
        try:
            self._push.send_files(warcs, parts)
        except (NewsspiderError, OSError) as error:
            logger.warning("%s; it is sent at the end", error)

    def publish(self, run: str) -> None:
        """Send a complete run, and make it the newest. NotPublishedError; then its files stay here, too."""
        try:
            self._push.publish(run)
        except (NewsspiderError, OSError) as error:
            raise self._unpublished(run, error) from error
        self._published = True
        logger.info("%s: published %s, %s sent", self._root, run, counted(len(self._push.sent), "file"))

    def _unpublished(self, run: str, error: Exception) -> NotPublishedError:
        self._kept = True
        collection = self._pulled.collection
        parts = sorted((collection.items_dir / run).glob("*.jsonl"))
        made = [*collection.warc_files(), *parts, manifest_of(collection, run)]
        names = [path.relative_to(collection.path).as_posix() for path in made if path.is_file()]
        unsent = [name for name in names if name not in self._pulled.there]
        more = f" and {len(unsent) - _NAMED:,} more" if len(unsent) > _NAMED else ""
        return NotPublishedError(
            f"{error}. The run {run} is not published, and the next one asks again for what was not sent. "
            f"That is kept in {_kept(self.archive_dir) / self.name}: {', '.join(unsent[:_NAMED])}{more}"
        )

    # -- the lease -------------------------------------------------------------------------------------------------

    def _keep(self) -> None:
        """Renew the lease as long as the context lasts."""
        pause = self.claim.seconds / 3
        while not self._ended.wait(pause):
            pause = self.claim.seconds / 3
            try:
                self.claim.renew()
            except LeaseLostError as error:
                logger.error("%s", error)
                return
            except NewsspiderError as error:
                logger.warning("The lease could not be renewed, and is tried again: %s", error)
                pause = self.claim.seconds / 10

    def _let_go(self, kind: object, error: object, trace: object) -> None:
        if self._published or self.claim.lost is not None:
            return
        pulled = getattr(self, "_pulled", None)
        made = pulled is not None and (pulled.there or any(pulled.collection.archive_dir.glob("*")))
        with suppress(NewsspiderError):  # then it ends by itself
            if made:
                self._send_what_is_whole()
            # Where files are left there, the next one looks for them.
            self.claim.let_go(clean=not made and self.claim.left_by is None)

    def _send_what_is_whole(self) -> None:
        """Send what a run without a manifest leaves, for the next one to take over."""
        collection = self._pulled.collection
        with suppress(OSError):
            self._push.send_files(collection.warc_files(), list(collection.items_dir.glob("*/[!.]*.jsonl")))

    def _keep_unsent(self) -> None:
        if self._kept:
            self.archive_dir.rename(_kept(self.archive_dir))


@contextmanager
def _directory() -> Iterator[Path]:
    """Give a directory of this process, and remove those of processes that were killed."""
    base = Path(tempfile.gettempdir())
    for left in base.glob(f"{_PREFIX}*"):
        lock = left / _LOCK
        with suppress(OSError):  # it is another user's, or has just gone
            if not left.is_symlink() and lock.stat().st_uid == os.getuid() and not is_locked(lock):
                shutil.rmtree(left, ignore_errors=True)
    directory = Path(tempfile.mkdtemp(prefix=_PREFIX))
    try:
        with locked(directory / f"{_LOCK}.new"):
            (directory / f"{_LOCK}.new").rename(directory / _LOCK)  # never seen without somebody who holds it
            yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _kept(directory: Path) -> Path:
    """Return what a directory is called whose files could not be sent."""
    return directory.with_name(directory.name.replace(_PREFIX, _KEPT))
