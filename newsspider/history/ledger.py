"""The ledger of a collection: the pages of its site, the versions of its articles, and the runs that found them.

It lies in ``state.sqlite3``, and can be made again from the feed parts. What is staged is found at once, and durable
with the next ``commit``, all of it or none: to be called when the records and captures that it cites are durable, never
before. Addresses alone cite nothing, and are kept at once (``see``).

A page is an address; an article is what is there, and has its versions by its own id. Two addresses may lead to one
article: then one of them is its own, and the other an ``alias``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import merge
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal, Self, TypeAlias

from newsspider.collection.database import CHANGED, VERSION, Database, StateVersionError
from newsspider.history.events import Sighting, sighting
from newsspider.record.items import Locator
from newsspider.warc.digests import labelled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from newsspider.record.items import Article

_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SHA256 = "sha256:"
_SHA1 = re.compile(r"sha1:[A-Z2-7]{32}")
_BASE32 = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHIJKLMNOPQRSTUV")
Packed: TypeAlias = bytes | str | None
PageState = Literal["seen", "article", "alias", "gone", "soft_gone", "no_article"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_REVISITED: tuple[PageState, ...] = ("article", "gone", "soft_gone", "no_article")
_TOLERANCE = 300
"""Seconds that a clock may be put back, as clocks are all the time, before it is worth reading all pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPage:
    """An address and what is known of it. Times are whole seconds since 1970."""

    url: str
    """Canonical."""
    state: PageState = "seen"
    """``seen`` on a list, no more; ``article``; ``alias`` of another address; ``gone`` (404, 410); ``soft_gone``: an
    article once, and now a page without one; ``no_article``: never one."""
    id: str | None = None
    """The article that it gave."""
    first_seen: int
    last_fetch: int | None = None
    next_due: int | None = None
    """None: never, by itself."""
    published: int | None = None
    unchanged: int = 0
    """Fetches in a row that brought nothing new."""
    failures: int = 0
    """Fetches in a row that failed, or brought a page that is no article."""
    etag: str | None = None
    last_modified: str | None = None
    """The validators of ``last``, as the site wrote them."""
    version_hash: str | None = None
    """``version_hash`` of the article in ``last``."""
    parser: str | None = None
    """Version of the parser that read it."""
    last: Sighting | None = None
    """The last capture that gave the article as it is known."""

    def is_due(self, now: int) -> bool:
        """Whether to fetch it; a fetch in the future is one of a clock that was wrong."""
        return (self.next_due is not None and self.next_due <= now) or (self.last_fetch or 0) > now + _TOLERANCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """An article as it was found, new or changed."""

    id: str
    n: int
    """1 is the first."""
    seen: Sighting
    run: str
    """The run whose feed has the record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPlace:
    """An event of an article, and the run in whose ``changes`` parts it lies."""

    id: str
    at: datetime
    event: str
    run: str


_OF_PAGE = (
    "url", "state", "id", "first_seen", "last_fetch", "next_due", "published", "unchanged", "failures", "etag",
    "last_modified", "parser",
)  # fmt: skip
"""The columns that are fields of a page as they are."""
_PLACE = "captured, name, offset, length, record_id, payload_digest"
_PAGE = ", ".join((*_OF_PAGE, "version_hash", _PLACE))
_PAGES = "pages LEFT JOIN warcs ON warcs.number = pages.warc"
_VERSION = f"id, n, runs.run, {_PLACE}"
_VERSIONS = "versions JOIN warcs ON warcs.number = versions.warc JOIN runs ON runs.number = versions.run"


class Ledger:
    """The open ledger; its one writer holds the collection's lock."""

    def __init__(self, path: Path) -> None:
        """Open *path*, ``state.sqlite3``, made if it is not there; errors as of Database."""
        # What is committed here is not asked of the site again: it has to outlive a power cut, as the records do.
        self._open(Database(path, durable=True))

    @classmethod
    def reading(cls, path: Path) -> Self:
        """Open *path* to read only, beside a writer and where nothing can be written; StateVersionError."""
        database = Database.reading(path)
        if database.version != VERSION:
            database.close()
            raise StateVersionError(path, database.version)
        ledger = cls.__new__(cls)
        ledger._open(database)
        return ledger

    def _open(self, database: Database) -> None:
        self._db = database
        self._pages: dict[str, KnownPage] = {}
        self._versions: dict[tuple[str, int], Version] = {}
        self._newest: dict[str, Version] = {}
        self._events: list[EventPlace] = []
        self._away: dict[str, Sighting] = {}
        self._warc_numbers: dict[str, int] = {}

    def close(self) -> None:
        self._db.close()

    # -- pages ---------------------------------------------------------------------------------------------------

    def find(self, url: str) -> KnownPage | None:
        """Return what is known of a canonical address."""
        page = self._pages.get(url)
        if page is None and (row := self._db.row(f"SELECT {_PAGE} FROM {_PAGES} WHERE url = ?", (url,))):
            page = _page(row)
        return page

    def see(self, urls: Iterable[str], now: int) -> None:
        """Keep addresses that were on a list, those that are not known: durable when this returns."""
        rows = [(url, "seen", now, now, 0, 0) for url in urls]
        if rows:
            with self._db.transaction():
                self._db.executemany(
                    "INSERT INTO pages (url, state, first_seen, next_due, unchanged, failures) "
                    "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                    rows,
                )
                self._note_clock(now)

    def missing(self, now: int) -> Iterator[KnownPage]:
        """Yield the pages that were seen, could not be fetched yet, and are due: the longest due first."""
        return self._due("seen", now)

    def revisits(self, now: int) -> Iterator[KnownPage]:
        """Yield the pages that were fetched and are due again: the longest due first."""
        return merge(*(self._due(state, now) for state in _REVISITED), key=attrgetter("next_due"))

    def _due(self, state: PageState, now: int) -> Iterator[KnownPage]:
        after: tuple[int, str] = (-1, "")
        while rows := self._db.rows(
            f"SELECT {_PAGE} FROM {_PAGES} WHERE state = ? AND next_due <= ? AND (next_due, url) > (?, ?) "
            "ORDER BY next_due, url LIMIT 100",
            (state, now, *after),
        ):
            for page in map(_page, rows):
                assert page.next_due is not None
                after = (page.next_due, page.url)
                yield page

    def fetched(self, state: PageState, most: int) -> list[str]:
        """Return the addresses in a state, at most so many: those fetched last."""
        query = f"SELECT url FROM pages WHERE state = ? ORDER BY last_fetch DESC, url LIMIT {most:d}"
        return [url for (url,) in self._db.rows(query, (state,))]

    def put_clock_right(self, now: int) -> int:
        """Make due what was fetched or seen in the future, by a clock that was put back since; return how many."""
        row = self._db.row("SELECT seconds FROM clock")
        if row is None or row[0] <= now + _TOLERANCE:
            return 0
        with self._db.transaction():
            self._db.execute(
                "UPDATE pages SET first_seen = min(first_seen, ?1), last_fetch = min(last_fetch, ?1), "
                "next_due = CASE state WHEN 'alias' THEN NULL ELSE ?1 END WHERE last_fetch > ?1 OR first_seen > ?1",
                (now,),
            )
            ((count,),) = self._db.rows("SELECT changes()")
            self._db.execute("UPDATE clock SET seconds = ?", (now,))
        return int(count)

    def _note_clock(self, seconds: int) -> None:
        self._db.execute(
            "INSERT INTO clock VALUES (1, ?) ON CONFLICT DO UPDATE SET seconds = max(seconds, excluded.seconds)",
            (seconds,),
        )

    # -- versions and events -------------------------------------------------------------------------------------

    def newest(self, article: str) -> Version | None:
        """Return the newest version of the article with that id."""
        version = self._newest.get(article)
        if version is None and (
            row := self._db.row(f"SELECT {_VERSION} FROM {_VERSIONS} WHERE id = ? ORDER BY n DESC LIMIT 1", (article,))
        ):
            version = _version(row)
        return version

    def knows(self, article: Article) -> bool:
        """Tell whether the record of an article is that of one of its committed versions."""
        seen = sighting(article)
        rows = self._db.rows(
            f"SELECT {_VERSION} FROM {_VERSIONS} WHERE id = ? AND captured = ?", (article.id, microseconds(seen.at))
        )
        return any(_version(row).seen == seen for row in rows)

    def versions(self, article: str) -> list[Version]:
        """Return the committed versions of an article, oldest first."""
        rows = self._db.rows(f"SELECT {_VERSION} FROM {_VERSIONS} WHERE id = ? ORDER BY n", (article,))
        return [_version(row) for row in rows]

    def changed(self) -> list[tuple[str, str]]:
        """Return id and address of the articles that changed since they were published, the latest first."""
        return [(article, url or "") for article, url in self._db.rows(CHANGED)]

    def events_of(self, article: str) -> list[EventPlace]:
        """Return the committed events of an article, oldest first."""
        rows = self._db.rows(
            "SELECT at, event, runs.run FROM events JOIN runs ON runs.number = events.run WHERE id = ? "
            "ORDER BY at, event",
            (article,),
        )
        return [EventPlace(id=article, at=_moment(at), event=event, run=run) for at, event, run in rows]

    def has_event(self, article: str, at: datetime, event: str) -> bool:
        key = (article, microseconds(at), event)
        return self._db.row("SELECT 1 FROM events WHERE id = ? AND at = ? AND event = ?", key) is not None

    def away(self, url: str) -> Sighting | None:
        """Return the capture that showed that the article at an address is gone."""
        seen = self._away.get(url)
        if seen is None and (
            row := self._db.row(f"SELECT {_PLACE} FROM away JOIN warcs ON warcs.number = warc WHERE url = ?", (url,))
        ):
            seen = _sighting(*row)
        return seen

    # -- writing -------------------------------------------------------------------------------------------------

    def stage(self, page: KnownPage) -> None:
        self._pages[page.url] = page

    def stage_version(self, version: Version) -> None:
        """Add a version, or put another capture in the place of one that has its number."""
        self._versions[version.id, version.n] = self._newest[version.id] = version

    def stage_event(self, event: EventPlace) -> None:
        self._events.append(event)

    def stage_away(self, url: str, seen: Sighting) -> None:
        self._away[url] = seen

    @property
    def staged(self) -> int:
        """The number of pages that wait for the next commit."""
        return len(self._pages)

    def commit(self) -> None:
        """Make durable what was staged, in one transaction."""
        if not (self._pages or self._versions or self._events):
            return
        self._warc_numbers.clear()  # of a transaction that did not come to its end they may be wrong
        with self._db.transaction():
            self._db.executemany(
                f"REPLACE INTO pages VALUES ({', '.join('?' * (len(_OF_PAGE) + 7))})",
                [self._page_row(page) for page in self._pages.values()],
            )
            self._db.executemany(
                "REPLACE INTO away VALUES (?, ?, ?, ?, ?, ?, ?)",
                [(url, *self._sighting_row(seen)) for url, seen in self._away.items()],
            )
            self._db.executemany(
                "REPLACE INTO versions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (each.id, each.n, *self._sighting_row(each.seen), self._run_number(each.run))
                    for each in self._versions.values()
                ],
            )
            self._db.executemany(
                "REPLACE INTO events VALUES (?, ?, ?, ?)",
                [(each.id, microseconds(each.at), each.event, self._run_number(each.run)) for each in self._events],
            )
            self._note_clock(max((page.last_fetch or 0 for page in self._pages.values()), default=0))
        self._pages.clear()
        self._versions.clear()
        self._newest.clear()
        self._events.clear()
        self._away.clear()

    def _page_row(self, page: KnownPage) -> tuple[object, ...]:
        version_hash = None if page.version_hash is None else bytes.fromhex(page.version_hash.removeprefix(_SHA256))
        return (*_of_page(page), version_hash, *self._sighting_row(page.last))

    def _sighting_row(self, seen: Sighting | None) -> tuple[object, ...]:
        if seen is None:
            return (None,) * 6
        where = seen.where
        return (
            microseconds(seen.at),
            self._warc_number(where.warc),
            where.offset,
            where.length,
            _packed_id(where.record_id),
            _packed_digest(where.payload_digest),
        )

    # -- runs and WARC files -------------------------------------------------------------------------------------

    def complete_runs(self) -> set[str]:
        """Return the runs of whose manifests all is in here."""
        return {run for (run,) in self._db.rows("SELECT run FROM runs WHERE complete")}

    def complete(self, run: str, warcs: Iterable[str]) -> None:
        """Note that *run* has a manifest, which names *warcs*, and that all of it is in here."""
        with self._db.transaction():
            self._run_number(run)
            self._db.execute("UPDATE runs SET complete = 1 WHERE run = ?", (run,))
            self._db.executemany(
                "INSERT INTO warcs (name, named) VALUES (?, 1) ON CONFLICT DO UPDATE SET named = 1",
                [(name,) for name in warcs],
            )

    def take_over(self, run: str) -> None:
        """Note that what is known of runs without a manifest, which were killed, is *run*'s now."""
        with self._db.transaction():
            self._db.execute("UPDATE runs SET run = ? WHERE NOT complete", (run,))

    def named_warcs(self) -> set[str]:
        """Return the WARC files that a manifest names."""
        return {name for (name,) in self._db.rows("SELECT name FROM warcs WHERE named")}

    def _run_number(self, run: str) -> int:
        return self._number(
            "SELECT number FROM runs WHERE run = ?", "INSERT INTO runs (run, complete) VALUES (?, 0)", run
        )

    def _warc_number(self, name: str) -> int:
        number = self._warc_numbers.get(name)
        if number is None:
            number = self._number(
                "SELECT number FROM warcs WHERE name = ?", "INSERT INTO warcs (name, named) VALUES (?, 0)", name
            )
            self._warc_numbers[name] = number
        return number

    def _number(self, find: str, insert: str, name: str) -> int:
        if row := self._db.row(find, (name,)):
            return int(row[0])
        self._db.execute(insert, (name,))
        return self._number(find, insert, name)


def microseconds(moment: datetime) -> int:
    """Return an aware moment as whole microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def _moment(number: int) -> datetime:
    return _EPOCH + number * _MICROSECOND


_of_page = attrgetter(*_OF_PAGE)


def _page(row: tuple[Any, ...]) -> KnownPage:
    *of_page, version_hash, captured, warc, offset, length, record_id, payload_digest = row
    return KnownPage(
        **dict(zip(_OF_PAGE, of_page, strict=True)),
        version_hash=None if version_hash is None else _SHA256 + version_hash.hex(),
        last=_sighting(captured, warc, offset, length, record_id, payload_digest),
    )


def _version(row: tuple[Any, ...]) -> Version:
    article, n, run, *where = row
    seen = _sighting(*where)
    assert seen is not None
    return Version(id=article, n=n, run=run, seen=seen)


def _sighting(
    captured: int | None, warc: str, offset: int, length: int, record_id: Packed, payload_digest: Packed
) -> Sighting | None:
    if captured is None:
        return None
    where = Locator(
        warc=warc,
        offset=offset,
        length=length,
        record_id=_unpacked_id(record_id),
        payload_digest=_unpacked_digest(payload_digest),
    )
    return Sighting(at=_moment(captured), where=where)


def _packed_id(record_id: str | None) -> Packed:
    """Pack a record id, where it is as this program writes them, into 16 bytes.

    >>> _unpacked_id(_packed_id("urn:uuid:01234567-89ab-4cde-8f01-23456789abcd"))
    'urn:uuid:01234567-89ab-4cde-8f01-23456789abcd'
    """
    if record_id is None or not _UUID.fullmatch(record_id):
        return record_id
    return bytes.fromhex(record_id[9:].replace("-", ""))


def _unpacked_id(packed: Packed) -> str | None:
    if not isinstance(packed, bytes):
        return packed
    digits = packed.hex()
    return f"urn:uuid:{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _packed_digest(digest: str | None) -> Packed:
    """Pack a SHA-1, where it is as this program writes them, into 20 bytes.

    >>> _unpacked_digest(_packed_digest("sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"))
    'sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ'
    """
    if digest is None or not _SHA1.fullmatch(digest):
        return digest
    return int(digest[5:].translate(_BASE32), 32).to_bytes(20, "big")  # base64.b32decode takes ten times as long


def _unpacked_digest(packed: Packed) -> str | None:
    return labelled(packed) if isinstance(packed, bytes) else packed
