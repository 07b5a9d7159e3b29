"""The cache beside a collection: articles, versions and events, in SQLite. If it is deleted, the next start makes it.

It holds no record: those stay in the parts, and are read at the place that is noted here. A text is indexed once, by
the version that says it, and never changed or removed, so that a word that an article no longer has is found too.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import newsspider
from newsspider.text.message import Message, message
from newsspider.warc.address import loosely

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

FORMAT = 3
"""Changes with what is in here, or how it is made."""

GONE, SILENT, HEADLINE, EDITED, CORRECTED, MOVED, RESTORED, VIDEO = (1 << bit for bit in range(8))
CHANGED = SILENT | HEADLINE | EDITED | CORRECTED

_SCHEMA = f"""
CREATE TABLE source (identity TEXT NOT NULL);
CREATE TABLE run (run TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE part (n INTEGER PRIMARY KEY, run TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (run, name));
CREATE TABLE problem (run TEXT, name TEXT, sentences TEXT NOT NULL, PRIMARY KEY (run, name)) WITHOUT ROWID;
CREATE TABLE article (
    n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, url TEXT NOT NULL, title TEXT NOT NULL, site TEXT NOT NULL,
    channel TEXT NOT NULL, source TEXT NOT NULL, published TEXT NOT NULL, day TEXT NOT NULL, moment INTEGER NOT NULL,
    first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL, version INTEGER NOT NULL, versions INTEGER NOT NULL,
    flags INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX article_newest ON article (moment DESC, n);
CREATE TABLE address (address TEXT, article INTEGER, PRIMARY KEY (address, article)) WITHOUT ROWID;
CREATE TABLE version (
    n INTEGER PRIMARY KEY, article INTEGER NOT NULL, number INTEGER NOT NULL, captured INTEGER NOT NULL,
    last INTEGER NOT NULL, key BLOB, part INTEGER NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL
);
CREATE UNIQUE INDEX version_of ON version (article, number);
CREATE TABLE keyword (word TEXT, article INTEGER, PRIMARY KEY (word, article)) WITHOUT ROWID;
CREATE INDEX keyword_of ON keyword (article);
CREATE TABLE event (
    n INTEGER PRIMARY KEY, article TEXT NOT NULL, at INTEGER NOT NULL, event TEXT NOT NULL,
    part INTEGER NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL
);
CREATE INDEX event_of ON event (article, at);
CREATE INDEX event_at ON event (at);
CREATE TABLE facet (kind TEXT, value TEXT, articles INTEGER, PRIMARY KEY (kind, value)) WITHOUT ROWID;
CREATE VIRTUAL TABLE text USING fts5 (title, body, about, content='', tokenize='ascii', prefix='1');
PRAGMA user_version = {FORMAT};
"""


@dataclass(frozen=True, slots=True)
class LinePlace:
    """The place of a line in a feed part."""

    run: str
    part: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRow:
    """An article of a list, in one of its versions."""

    id: str
    url: str
    title: str
    site: str
    channel: str
    source: str
    published: str
    """ISO 8601 with the site's offset, as in the record; empty where the page gives none."""
    moment: int
    first_seen: int
    last_seen: int
    versions: int
    flags: int
    number: int
    """Of the version."""
    captured: int
    place: LinePlace
    rank: float = 0.0

    @property
    def is_newest(self) -> bool:
        return self.number == self.versions


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A version of an article, or an event."""

    at: int
    """Seconds since 1970: when it was captured."""
    place: LinePlace
    number: int = 0
    event: str = ""
    article: str = ""


COLUMNS = """a.id, a.url, a.title, a.site, a.channel, a.source, a.published, a.moment, a.first_seen, a.last_seen,
    a.versions, a.flags, v.number, v.captured, p.run, p.name, v.offset, v.length"""


AT_ADDRESS = "a.n IN (SELECT article FROM address WHERE address.address = :address)"
OF_NAME = f"(a.id = :id OR {AT_ADDRESS})"


class Cache:
    """A connection to read by; for one thread. Close it."""

    def __init__(self, path: Path) -> None:
        # Not read-only, as WAL wants to write beside it; and of a cache that was deleted nothing empty is made.
        self._db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=10)
        self._db.execute("PRAGMA query_only = ON")

    def close(self) -> None:
        self._db.close()

    def count(self, sql: str, values: dict[str, Any]) -> int:
        return int(self._db.execute(sql, values).fetchone()[0])

    def rows(self, sql: str, values: dict[str, Any]) -> list[ArticleRow]:
        """Return the rows of a statement that asks for ``COLUMNS``, and a rank."""
        return [_row(each) for each in self._db.execute(sql, values)]

    def article(self, article_id: str) -> ArticleRow | None:
        found = self.rows(f"{_NEWEST} WHERE a.id = :id", {"id": article_id})
        return found[0] if found else None

    def at_address(self, url: str) -> list[ArticleRow]:
        return self.rows(f"{_NEWEST} WHERE {AT_ADDRESS}", {"address": loosely(url)})

    def has(self, address: str) -> bool:
        """Tell whether an article has this address or id."""
        values = {"id": address, "address": loosely(address)}
        return bool(self._db.execute(f"SELECT 1 FROM article a WHERE {OF_NAME} LIMIT 1", values).fetchone())

    def versions(self, article_id: str, *, start: int = 1, most: int = 1) -> list[Seen]:
        """Return versions from number *start* on, oldest first."""
        found = self._db.execute(
            "SELECT v.captured, p.run, p.name, v.offset, v.length, v.number FROM version v "
            "JOIN article a ON a.n = v.article JOIN part p ON p.n = v.part "
            "WHERE a.id = ? AND v.number >= ? ORDER BY v.number LIMIT ?",
            [article_id, start, most],
        )
        return [Seen(at=at, place=LinePlace(*place), number=number) for at, *place, number in found]

    def events(self, article_id: str, *, since: int, until: int, most: int) -> list[Seen]:
        """Return what happened to an article in a time, oldest first."""
        found = self._db.execute(
            f"{_EVENTS} WHERE e.article = ? AND e.at >= ? AND e.at < ? ORDER BY e.at, e.n LIMIT ?",
            [article_id, since, until, most],
        )
        return _events(found)

    def events_since(self, since: int, *, without: str, most: int, start: int) -> list[Seen]:
        """Return what happened to any article since a moment, but for the events called *without*, newest first."""
        found = self._db.execute(
            f"{_EVENTS} WHERE e.at >= ? AND e.event != ? ORDER BY e.at DESC, e.n DESC LIMIT ? OFFSET ?",
            [since, without, most, start],
        )
        return _events(found)

    def counts_since(self, since: int) -> dict[str, int]:
        found = self._db.execute("SELECT event, count(*) FROM event WHERE at >= ? GROUP BY event", [since])
        return dict(found.fetchall())

    def titles(self, ids: Sequence[str]) -> dict[str, str]:
        marks = ", ".join("?" * len(ids))
        return dict(self._db.execute(f"SELECT id, title FROM article WHERE id IN ({marks})", ids).fetchall())

    def facets(self, kind: str) -> list[tuple[str, int]]:
        """Return the values of a kind with the most articles, each with how many."""
        sql = "SELECT value, articles FROM facet WHERE kind = ? ORDER BY articles DESC, value"
        return self._db.execute(sql, [kind]).fetchall()

    def problems(self) -> list[str]:
        """Return what could not be read, in the present language."""
        found = self._db.execute("SELECT sentences FROM problem ORDER BY run, name")
        return [" ".join(str(Message.of(each)) for each in json.loads(sentences)) for (sentences,) in found]

    def is_empty(self) -> bool:
        return self._db.execute("SELECT 1 FROM article").fetchone() is None

    def identity(self) -> str | None:
        """Return what it was made of; None before anything was read."""
        found = self._db.execute("SELECT identity FROM source").fetchone()
        return None if found is None else str(found[0])

    def runs(self) -> set[str]:
        """Return the runs that were read."""
        return {run for (run,) in self._db.execute("SELECT run FROM run")}

    def begun(self) -> set[str]:
        """Return the runs of which anything was read."""
        return self.runs() | {run for (run,) in self._db.execute("SELECT DISTINCT run FROM part WHERE run != ''")}


@contextmanager
def opened(path: Path) -> Iterator[Cache]:
    """Open the cache at *path* for a while."""
    cache = Cache(path)
    try:
        yield cache
    finally:
        cache.close()


_NEWEST = (
    f"SELECT {COLUMNS}, 0.0 FROM article a JOIN version v ON v.n = a.version JOIN part p ON p.n = v.part"
)
_EVENTS = (
    "SELECT e.at, p.run, p.name, e.offset, e.length, e.event, e.article FROM event e JOIN part p ON p.n = e.part"
)


def _row(values: tuple[Any, ...]) -> ArticleRow:
    id_, url, title, site, channel, source, published, moment, first, last, versions, flags, *rest = values
    number, captured, run, part, offset, length, rank = rest
    return ArticleRow(
        id=id_, url=url, title=title, site=site, channel=channel, source=source, published=published, moment=moment,
        first_seen=first, last_seen=last, versions=versions, flags=flags, number=number, captured=captured,
        place=LinePlace(run, part, offset, length), rank=rank,
    )  # fmt: skip


def _events(found: Any) -> list[Seen]:
    return [Seen(at=at, place=LinePlace(*place), event=event, article=id_) for at, *place, event, id_ in found]


# ---------------------------------------------------------------------------------------------- making one


def place_of(wanted: Path, spare: Path) -> Path:
    """Return where a cache is kept: at *wanted*, or in the directory *spare* where nobody may write there."""
    if os.access(wanted if wanted.exists() else wanted.parent, os.W_OK):
        return wanted
    spare.mkdir(parents=True, exist_ok=True)
    return spare / f"browse-{hashlib.sha256(os.fsencode(wanted)).hexdigest()[:16]}.sqlite3"


def prepare(path: Path) -> Message | None:
    """Make a cache at *path*, unless there is one of this version; return why one that was there is rebuilt."""
    why = None
    if path.exists():
        why = _unfit(path)
        if why is None:
            return None
        remove(path)
    with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("BEGIN IMMEDIATE")
        if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'run'").fetchone():  # nobody made it meanwhile
            for statement in _statements():
                db.execute(statement)
        db.execute("COMMIT")
    return why


def remove(path: Path) -> None:
    """Remove a cache that can no longer be read; whoever has it open makes another."""
    for each in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        each.unlink(missing_ok=True)


def _unfit(path: Path) -> Message | None:
    try:
        with closing(sqlite3.connect(path, timeout=30)) as db:
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if version == FORMAT and db.execute("SELECT count(*) FROM run").fetchone():
                return None
    except sqlite3.Error as error:
        return message("The cache could not be read (%(error)s), so it is rebuilt.", error=error)
    if version == 0:
        return message("The cache was not finished, so it is rebuilt.")
    return message(
        "Another version of newsspider made the cache (format %(version)s; version %(program)s has %(format)s), so it "
        "is rebuilt.", version=version, program=newsspider.__version__, format=FORMAT,
    )  # fmt: skip


def _statements() -> Iterator[str]:
    statement = ""
    for line in _SCHEMA.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
