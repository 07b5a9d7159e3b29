"""A collection brought here from object storage, so that a run can go on with it.

Usually that is one object, the snapshot. Where a process was killed that held the collection, what it had sent is
brought too, and is then here what a killed run leaves on a disk: its run is complete if its manifest was there, else
the next run takes over its WARC files and records.
"""

from __future__ import annotations

import hashlib
import json
import logging
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from newsspider.collection.database import VERSION, Database, StateVersionError
from newsspider.collection.download import download
from newsspider.collection.objects import ObjectPath, asked
from newsspider.collection.pulled import IndexShard, PulledCollection
from newsspider.collection.runs import RunLink
from newsspider.durable import make_directory
from newsspider.errors import NewsspiderError
from newsspider.feeds.loading.sending import digest_of
from newsspider.feeds.reading import KINDS
from newsspider.history.ledger import Ledger
from newsspider.runs.stored.snapshot import SnapshotError, unpack
from newsspider.text.counted import counted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newsspider.collection.head import Claim, CollectionHead

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Pulled:
    """A collection here, and what is known of its objects there."""

    collection: PulledCollection
    etags: dict[str, str]
    """Of the objects that are overwritten, by name."""
    there: set[str] = field(default_factory=set)
    """Files here that the store has."""
    obsolete: list[ObjectPath] = field(default_factory=list)
    """Records of killed runs, which the next one publishes as its own."""


def go_on_after_kill(root: ObjectPath, head: CollectionHead) -> CollectionHead:
    """Return the head of a collection whose holder was killed: with the run that it had published, but not noted."""
    for link, _ in runs_after(root, head.run):
        logger.warning("%s: %s was killed when it had published %s", root, head.holder, link.run)
        head = replace(head, run=link)
    return head


def pull(claim: Claim, directory: Path) -> Pulled:
    """Download what a run needs. SnapshotError, StateVersionError, PullError, ObjectStoreError, OSError."""
    root, head = claim.root, claim.head
    make_directory(directory)
    if head.snapshot is None:
        pulled = _made_by_load(root, directory)
    else:
        pulled = Pulled(_unpacked(root, head, directory), dict(head.etags))
    if claim.left_by is not None or head.look_again:
        _take_up(root, head, pulled, killed=claim.left_by is not None)
    pulled.collection.note()
    return pulled


def _unpacked(root: ObjectPath, head: CollectionHead, directory: Path) -> PulledCollection:
    assert head.snapshot is not None
    source, packed = root / head.snapshot.name, directory / ".snapshot.part"
    try:
        download(source, packed)
    except FileNotFoundError as error:
        raise SnapshotError(source, "there is no such object, and HEAD names it") from error
    if digest_of(packed).sha256 != head.snapshot.sha256:
        raise SnapshotError(source, "its SHA-256 is not the one in HEAD")
    collection = unpack(packed, directory, source)
    packed.unlink()
    with closing(Database.reading(collection.state_path)) as database:
        if database.version > VERSION:
            raise StateVersionError(source, database.version)
    collection.root = root
    return collection


def _made_by_load(root: ObjectPath, directory: Path) -> Pulled:
    """Bring all runs of a collection that nobody has crawled into there: their state is made again out of them."""
    collection = PulledCollection(directory, root)
    objects = [*(root / "runs").walk(), *(root / "items").walk()]
    if objects:
        logger.info("%s: there is no state, so it is made again out of %s", root, counted(len(objects), "file"))
    for each in objects:
        _bring(each, root, collection)
    pulled = Pulled(collection, {})
    _find_index(root, pulled)
    return pulled


# -- what a process left that was killed ------------------------------------------------------------------------------


def _take_up(root: ObjectPath, head: CollectionHead, pulled: Pulled, *, killed: bool) -> None:
    """Bring what a *killed* process had sent, and take away what came too late to be published.

    Records that came after another process had crawled the same pages would be there twice.
    """
    collection = pulled.collection
    known = head.snapshot.run if head.snapshot else None
    named = _named_warcs(collection)
    complete = {path.stem for path in collection.runs_dir.glob("*.json")}
    oldest = min(complete, default="")  # of the runs that are known one by one
    published = {} if head.run is None else dict(runs_after(root, _link(collection, known)))
    for link, told in published.items():
        if link.run <= head.run.run and link.run not in complete:  # type: ignore[union-attr]  # else there are none
            complete.add(link.run)
            _bring(root / "runs" / f"{link.run}.json", root, collection)
            for part in (part for kind in KINDS for part in told.get(kind, ())):
                _bring(root / "items" / link.run / part["name"], root, collection)
            named |= {file["name"] for file in told["warcs"]}
    for manifest in (root / "runs").glob("*.json"):
        if manifest.stem not in complete and manifest.stem > oldest:
            logger.warning("%s: removed, since its run was never published", manifest)
            delete(manifest)
    _bring_warcs(root, pulled, named)
    left = [each for each in (root / "items").glob("*/*.jsonl") if each.parent.name not in complete]
    pulled.obsolete += [each for each in left if each.parent.name > oldest]
    if killed:
        _bring_parts(root, collection, [each for each in left if each.parent.name > (known or "")])
    _find_index(root, pulled)
    pulled.etags |= {f"state/{each.name}": each.etag for each in (root / "state").walk()}


def _bring_warcs(root: ObjectPath, pulled: Pulled, named: set[str]) -> None:
    left = [each for each in (root / "archive").walk() if each.name not in named]
    for each in left:
        _bring(each, root, pulled.collection)
        pulled.there.add(f"archive/{each.name}")
    if left:
        logger.warning("%s: took over %s that no run has named", root, counted(len(left), "WARC file"))


def _bring_parts(root: ObjectPath, collection: PulledCollection, left: list[ObjectPath]) -> None:
    seen: set[str] = set()
    for each in left:
        part = _bring(each, root, collection)
        sha256 = digest_of(part).sha256
        if sha256 in seen:  # a process that took it over was killed, too
            part.unlink()
        seen.add(sha256)


def _find_index(root: ObjectPath, pulled: Pulled) -> None:
    """Look which files the index has, and bring the last."""
    collection = pulled.collection
    known = {shard.name: shard for shard in collection.shards}
    found = {each.name: each for each in (root / "indexes").glob("*.cdxj")}
    order = sorted(found, key=lambda name: (len(name), name))  # index.cdxj, index-1.cdxj … index-10.cdxj
    sizes = {name: found[name].stat().st_size for name in order}
    collection.shards = [
        known[name] if name in known and known[name].size == size else IndexShard(name=name, size=size, until=None)
        for name, size in sizes.items()
    ]
    if (last := collection.last_shard()) is not None:
        make_directory(collection.shards_dir)
        pulled.etags[f"indexes/{last.name}"] = download(root / "indexes" / last.name, last)


def _named_warcs(collection: PulledCollection) -> set[str]:
    """Return the WARC files that manifests name, by the state or, where that has to be made first, by themselves."""
    if collection.state_path.is_file():
        with closing(Ledger.reading(collection.state_path)) as ledger:
            return ledger.named_warcs()
    said = [json.loads(path.read_bytes()) for path in collection.runs_dir.glob("*.json")]
    return {file["name"] for manifest in said for file in manifest["warcs"]}


def _link(collection: PulledCollection, run: str | None) -> RunLink | None:
    return None if run is None else RunLink.to(collection.runs_dir / f"{run}.json")


def runs_after(root: ObjectPath, link: RunLink | None) -> Iterator[tuple[RunLink, dict[str, Any]]]:
    """Yield the runs there that follow one after the other after *link*, each with its manifest."""
    for path in (root / "runs").glob("*.json"):
        if link is not None and path.stem <= link.run:
            continue
        data = path.read_bytes()
        try:
            told = json.loads(data)
            previous = told["previous"] and RunLink(told["previous"]["run"], told["previous"]["sha256"])
        except (ValueError, LookupError, TypeError):
            continue
        if previous == link:
            link = RunLink(path.stem, hashlib.sha256(data).hexdigest())
            yield link, told


def _bring(source: ObjectPath, root: ObjectPath, collection: PulledCollection) -> Path:
    target = collection.path.joinpath(*source.parts[len(root.parts) :])
    make_directory(target.parent)
    try:
        download(source, target)
    except FileNotFoundError as error:
        problem = f"{source}: there is no such object, and a manifest names it; see scrapy verify {root}"
        raise PullError(problem) from error
    return target


class PullError(NewsspiderError):
    """A collection in a store lacks an object that a manifest names."""


def delete(target: ObjectPath) -> None:
    """Remove an object, if there is one. ObjectStoreError."""
    asked(target, lambda s3: s3.delete_object(Bucket=target.bucket, Key=target.key))
