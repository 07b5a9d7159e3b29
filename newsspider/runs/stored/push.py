"""A run brought to where its collection lives: files first, then index and state, the manifest, and HEAD as the last.

Objects that no other process can have made are sent on the condition that there is none; those that are overwritten (a
file of the index, the state) on the condition that they are as this process knows them. Nothing is copied there.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

from newsspider.collection.download import download
from newsspider.collection.head import LeaseLostError, Snapshot, read_head
from newsspider.collection.objects import ObjectChangedError
from newsspider.collection.pulled import IndexShard
from newsspider.collection.runs import RunLink, manifest_of
from newsspider.collection.scratch import scratch_directory
from newsspider.feeds.loading.sending import digest_of, put
from newsspider.feeds.reading import KINDS
from newsspider.runs.stored.pull import delete, runs_after
from newsspider.runs.stored.snapshot import pack
from newsspider.warc.cdxj import checked_lines, write_index

if TYPE_CHECKING:
    from pathlib import Path

    from newsspider.collection.head import Claim
    from newsspider.collection.objects import ObjectPath
    from newsspider.runs.stored.pull import Pulled

logger = logging.getLogger(__name__)

_SHARD = 1 << 20
"""Bytes of a file of the index, to which runs add: each of them sends it again, until it has so many."""
_STATES = ("state/0.tar.gz", "state/1.tar.gz")
"""Written in turn: while one is written, HEAD names the other."""
_ORDER = ("site-facts", "changes", "part")
"""Articles cite site facts; and a record whose events are not there is found to be new once more."""


class Push:
    """Sends what a run made. LeaseLostError, ObjectStoreError, SendError, OSError; what was sent stays."""

    def __init__(self, claim: Claim, pulled: Pulled) -> None:
        self._claim = claim
        self._pulled = pulled
        self._collection = pulled.collection
        self.sent: list[str] = []
        """Files that the store has got from here, by their place in the collection."""

    def send_files(self, warcs: list[Path], parts: list[Path]) -> None:
        """Send finished files that the store has not: none before those that it cites."""
        for path in (*warcs, *sorted(parts, key=_place)):
            name = path.relative_to(self._collection.path).as_posix()
            if name not in self._pulled.there:
                self._claim.confirm()
                put(path, self._target(name), digest_of(path))
                self._pulled.there.add(name)
                self.sent.append(name)

    def publish(self, run: str) -> None:
        """Make a complete *run* the newest there."""
        claim, collection = self._claim, self._collection
        manifest = manifest_of(collection, run)
        told = json.loads(manifest.read_bytes())
        warcs = [collection.archive_dir / file["name"] for file in told["warcs"]]
        parts = [collection.items_dir / run / part["name"] for kind in KINDS for part in told[kind]]
        self.send_files(warcs, parts)
        for obsolete in self._pulled.obsolete:
            claim.confirm()
            delete(obsolete)
        with scratch_directory() as scratch:
            self._send_index(scratch)
            snapshot = self._send_state(scratch, run)
        claim.confirm()
        put(manifest, self._target(f"runs/{run}.json"), digest_of(manifest))
        link = RunLink.to(manifest)
        try:
            claim.publish(link, snapshot, self._pulled.etags)
        except LeaseLostError as error:
            if not self._is_published(link):
                self._delete(f"runs/{run}.json")
                raise
            logger.warning("%s, after it had published %s in the place of this one", error, run)

    def _send_index(self, scratch: Path) -> None:
        """Add the lines of this run to the last file of the index, or begin another."""
        collection = self._collection
        lines = scratch / "new.cdxj"
        write_index(lines, collection.index.lines())
        size, last = lines.stat().st_size, collection.last_shard()
        if not size:
            return
        if last is not None and last.stat().st_size + size > _SHARD:
            last = None
        name = collection.next_name() if last is None else last.name
        whole = scratch / name
        write_index(whole, *(map(checked_lines, [last] if last else [])), checked_lines(lines))
        if last is None or whole.stat().st_size != last.stat().st_size:  # else it has them all
            self._send_over(f"indexes/{name}", whole)
        collection.shards_dir.mkdir(exist_ok=True)
        whole.replace(collection.shards_dir / name)
        collection.grow(IndexShard(name=name, size=(collection.shards_dir / name).stat().st_size, until=_newest(lines)))

    def _send_state(self, scratch: Path, run: str) -> Snapshot:
        packed = scratch / "state.tar.gz"
        pack(self._collection, packed)
        now = self._claim.head.snapshot
        name = _STATES[0] if now is None or now.name != _STATES[0] else _STATES[1]
        digest = self._send_over(name, packed)
        return Snapshot(name=name, size=packed.stat().st_size, sha256=digest, run=run)

    def _send_over(self, name: str, path: Path) -> str:
        """Make an object what *path* is, in the place of what this process knows; return its SHA-256."""
        target, digest, etags = self._target(name), digest_of(path), self._pulled.etags
        self._claim.confirm()
        try:
            etags[name] = put(path, target, digest, over=etags.get(name))
        except (ObjectChangedError, FileNotFoundError):
            # Of a process that lost the collection in the moment in which it sent this. Whoever else wrote it before
            # the lease is renewed had none; and if somebody has it afterwards, this is refused once more.
            with scratch_directory() as scratch:
                there = download(target, scratch / "other")
            self._claim.renew()
            etags[name] = put(path, target, digest, over=there)
        return digest.sha256

    def _is_published(self, link: RunLink) -> bool:
        """Tell if whoever took the collection found the manifest of *link* there, and went on after it."""
        head = read_head(self._claim.root)
        newest = None if head is None else head.run
        return newest in (link, *(after for after, _ in runs_after(self._claim.root, link)))

    def _delete(self, name: str) -> None:
        delete(self._target(name))

    def _target(self, name: str) -> ObjectPath:
        return self._claim.root.joinpath(*name.split("/"))


def _place(part: Path) -> tuple[int, str]:
    """Sort parts as a run on a disk publishes them."""
    return _ORDER.index(part.name.rpartition("-")[0]), part.name


def _newest(lines: Path) -> str:
    """Return the latest timestamp in a file of an index."""
    return max(line.split(b" ", 2)[1].decode() for line in checked_lines(lines))
