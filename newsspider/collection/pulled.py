"""A collection in object storage, as a run on this machine sees it.

Here are only the files that the run makes, and what it needs at once of those before. WARC files, and older files of
the index, are read in the store when they are asked for.
"""

from __future__ import annotations

import json
import logging
import re
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from newsspider.collection.collection import Collection
from newsspider.collection.download import download
from newsspider.collection.objects import ObjectPath, ObjectStoreError
from newsspider.durable import make_directory, write_whole
from newsspider.text.escaping import as_json
from newsspider.warc.cdxj import find, timestamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from newsspider.warc.cdxj import CdxjEntry

logger = logging.getLogger(__name__)

_MARK = "store.json"
"""A file that is only in a directory whose collection lies elsewhere."""
_MOST = 64 << 20
"""Bytes of the index, its newest files, that are brought here to find one page: 200,000 captures and more."""
_NUMBER = re.compile(r"index-([0-9]+)\.cdxj")


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexShard:
    """A file of the index in the store."""

    name: str
    size: int
    until: str | None
    """Timestamp of its newest capture; None where nobody has looked."""


class PulledCollection(Collection):
    """A collection that lies elsewhere, as one run reads it, and the directory to which the run writes."""

    def __init__(self, path: Path, root: ObjectPath, shards: Iterable[IndexShard] = ()) -> None:
        super().__init__(path)
        self.root = root
        self.shards = list(shards)
        """The files of its index, oldest first; only the last of them grows."""

    @classmethod
    def at(cls, path: Path) -> PulledCollection | None:
        """Return the collection whose directory *path* is; None where that is one of this machine."""
        try:
            said = json.loads((path / _MARK).read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            return None
        return cls(path, ObjectPath(said["address"]), (IndexShard(**each) for each in said["index"]))

    def note(self) -> None:
        """Write down where it lies. OSError."""
        said = {"address": str(self.root), "index": [asdict(shard) for shard in self.shards]}
        write_whole(self.path / _MARK, as_json(said, indent=1).encode())

    # -- the index -------------------------------------------------------------------------------------------------

    @property
    def shards_dir(self) -> Path:
        """The directory of the index files that were brought here."""
        return self.path / "indexes-there"

    def last_shard(self) -> Path | None:
        """Return the file here that is the last of the index; None where there is none."""
        return self.shards_dir / self.shards[-1].name if self.shards else None

    def next_name(self) -> str:
        """Return the name of the file of the index after the last.

        >>> from pathlib import Path
        >>> shards = [IndexShard(name=name, size=1, until=None) for name in ("index.cdxj", "index-9.cdxj")]
        >>> PulledCollection(Path(), ObjectPath("s3://bucket/x"), shards).next_name()
        'index-10.cdxj'
        """
        if not self.shards:
            return self.index.path.name
        last = _NUMBER.fullmatch(self.shards[-1].name)
        return f"index-{int(last[1]) + 1 if last else 1}.cdxj"

    def grow(self, shard: IndexShard) -> None:
        """Note that *shard* is the last now, in the place of one of that name."""
        self.shards = [*(each for each in self.shards if each.name != shard.name), replace(shard)]

    def file(self, name: str) -> Path | None:
        return super().file(name) or self.root / "archive" / name

    def find(self, key: str) -> Iterator[CdxjEntry]:
        size = 0
        read: list[IndexShard] = []
        for shard in reversed(self.shards):
            size += shard.size
            if read and size > _MOST:
                break
            read.append(shard)
        yield from self._among(key, read)

    def _entries_since(self, key: str, since: datetime) -> Iterator[CdxjEntry]:
        read = [each for each in self.shards if each.until is None or each.until >= timestamp(since)]
        try:
            yield from self._among(key, read)
        except ObjectStoreError as error:
            logger.warning("%s; what it has is fetched once more", error)

    def _among(self, key: str, shards: Iterable[IndexShard]) -> Iterator[CdxjEntry]:
        found = {entry.line(): entry for entry in self.index.find(key)}
        for shard in shards:
            found |= {entry.line(): entry for entry in find(self._here(shard), key)}
        yield from (found[line] for line in sorted(found))

    def _here(self, shard: IndexShard) -> Path:
        path = self.shards_dir / shard.name
        if not path.is_file():
            make_directory(self.shards_dir)
            whole = path.with_suffix(".part")
            download(self.root / "indexes" / shard.name, whole)
            whole.rename(path)
        return path
