"""Records of earlier runs, found by the place of their page: what a new extraction is compared with."""

from __future__ import annotations

import json
import sqlite3
import weakref
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from newsspider.collection.collection import Collection, CollectionNameError
from newsspider.collection.objects import path_of
from newsspider.errors import NewsspiderError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from newsspider.collection.source import WarcSource

_SCHEMA = """
CREATE TABLE parts (number INTEGER PRIMARY KEY, path TEXT NOT NULL);
CREATE TABLE records (
    warc TEXT, "offset" INTEGER, part INTEGER, position INTEGER, length INTEGER, PRIMARY KEY (warc, "offset")
) WITHOUT ROWID;
PRAGMA synchronous = OFF;
"""


class EarlierRecordsError(NewsspiderError):
    """There are no records to compare with."""


class AmbiguousFileError(NewsspiderError):
    """Two archives hold files of one name, and a record says no more of its page than this and a place."""

    def __init__(self, name: str, one: Path, other: Path) -> None:
        super().__init__(
            f"{one} and {other} both hold a file called {name}, so --diff cannot tell whose pages the earlier records "
            "are of; compare each by itself"
        )


def check_names(sources: Iterable[WarcSource]) -> None:
    """Raise AmbiguousFileError where a name is that of two files."""
    holders: dict[str, Path] = {}
    for source in sources:
        for name in source.files:
            if (holder := holders.setdefault(name, source.path)) is not source.path:
                raise AmbiguousFileError(name, holder, source.path)


def find_parts(text: str, archives: Path) -> list[Path]:
    """Return the feed parts that *text* means, the oldest first; EarlierRecordsError when it means none.

    It is a collection or one of its manifests, by path or by name, or a directory that was extracted into.
    """
    manifests = _manifests(text, archives)
    parts = [part for manifest in manifests for part in _parts(manifest)]
    if not parts:
        raise EarlierRecordsError(f"{text}: no run there gave a record; there is nothing to compare with")
    for part in parts:
        try:
            part.stat()
        except OSError as error:
            raise EarlierRecordsError(f"{part}: cannot be compared with: {error.strerror or error}") from error
    return parts


def _manifests(text: str, archives: Path) -> list[Path]:
    path = path_of(text)
    if path.is_file():
        return [path]
    if (path / "manifest.json").is_file():
        return [path / "manifest.json"]
    try:
        collections = [Collection(path), Collection.named(archives, text)]
    except CollectionNameError:
        collections = [Collection(path)]
    for collection in collections:
        if collection.runs_dir.is_dir():
            return sorted(collection.runs_dir.glob("*.json"))
    if len(collections) > 1 and (runs := sorted(archives.glob(f"*/runs/{text}.json"))):
        return runs
    raise EarlierRecordsError(
        f"--diff {text}: neither a collection nor a run in {archives}, nor a path of one; "
        "`ls ARCHIVE_DIR/COLLECTION/runs` shows the runs"
    )


def _parts(manifest: Path) -> list[Path]:
    """Return the feed parts that a manifest names."""
    try:
        said = json.loads(manifest.read_bytes())
        names = [Path(part["name"]).name for part in said["parts"]]
        directory = manifest.parent
        if "run" in said:
            directory = manifest.parent.parent / "items" / Path(said["run"]).name
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise EarlierRecordsError(f"{manifest}: not the manifest of a run or an extraction ({error})") from error
    return [directory / name for name in names]


def index_records(parts: Sequence[Path], path: Path) -> int:
    """Write an index of the records in *parts* to *path*, of two for one page the last; return how many there are."""
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(_SCHEMA)
        database.executemany("INSERT INTO parts VALUES (?, ?)", ((n, str(part)) for n, part in enumerate(parts)))
        for number, part in enumerate(parts):
            database.executemany(
                "INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?, ?)",
                ((warc, offset, number, *where) for warc, offset, *where in _records(part)),
            )
        (count,) = database.execute("SELECT count(*) FROM records").fetchone()
    return int(count)


def _records(part: Path) -> Iterator[tuple[str, int, int, int]]:
    """Yield of every record of a part where its page lies, and where in the part it lies itself."""
    position = 0
    try:
        with part.open("rb") as lines:
            for line in lines:
                place: dict[str, Any] = orjson.loads(line)["archive"] or {}
                if place:
                    yield str(place["warc"]), int(place["offset"]), position, len(line)
                position += len(line)
    except (OSError, KeyError, TypeError, ValueError) as error:
        problem = error if isinstance(error, OSError) else f"no record at byte {position:,} ({error})"
        raise EarlierRecordsError(f"{part}: cannot be compared with: {problem}") from error


class EarlierRecords:
    """Reads records by the index that ``index_records`` wrote."""

    def __init__(self, index: Path) -> None:
        self._database = sqlite3.connect(f"{index.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        weakref.finalize(self, self._database.close)  # a stage of an extraction keeps it until its process ends
        self._parts: dict[int, str] = dict(self._database.execute("SELECT number, path FROM parts"))

    def find(self, warc: str, offset: int) -> bytes | None:
        """Return the record of the page at that place, a line of JSON."""
        row = self._database.execute(
            'SELECT part, position, length FROM records WHERE warc = ? AND "offset" = ?', (warc, offset)
        ).fetchone()
        if row is None:
            return None
        part, position, length = row
        with path_of(self._parts[part]).open("rb") as file:
            file.seek(position)
            return file.read(length)
