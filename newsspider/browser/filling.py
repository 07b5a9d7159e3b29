"""Fills the cache with what is new: the parts of runs that ended since, one part at a time, whole or not at all."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeAlias

import orjson

from newsspider.browser import cache
from newsspider.browser.bigrams import indexed
from newsspider.browser.reasons import reason
from newsspider.collection.wacz import WaczError
from newsspider.feeds.reading import MAX_LINE, FeedError, checked, prove
from newsspider.history.changes import version_hash
from newsspider.record.items import Article
from newsspider.record.records import from_record
from newsspider.terminal.called import program
from newsspider.text.clock import utc
from newsspider.text.message import message, messages
from newsspider.warc.address import loosely
from newsspider.warc.cdxj import CdxjEntry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from newsspider.browser.holding import Holding
    from newsspider.text.message import Message
    from newsspider.warc.reader import WarcPath

_FLAGS = {
    "silently_edited": cache.SILENT, "headline_changed": cache.HEADLINE, "edited": cache.EDITED,
    "corrected": cache.CORRECTED, "moved": cache.MOVED, "gone": cache.GONE, "soft_gone": cache.GONE,
    "restored": cache.RESTORED, "changed": cache.CORRECTED,
}  # fmt: skip
_MAX_FACETS = 50
"""Values of a filter that are offered; any other can be typed."""
_MOST_PAGES = 100_000
"""Addresses taken out of an index."""
_SHOWN_WORD = 100
"""Characters of a keyword, a channel or a source; no real one has so many."""


@dataclass(slots=True)
class RefreshProgress:
    """The progress of a refresh."""

    runs: int = 0
    """To be read."""
    done: int = 0


def refresh(holding: Holding, path: Path, progress: RefreshProgress, stopped: Callable[[], bool]) -> None:
    """Read what the cache at *path* lacks of *holding*; what cannot be read is noted in it, and tried again next time.

    Ends before its time, with what was read so far, when *stopped*.
    """
    with closing(sqlite3.connect(path, timeout=60, isolation_level=None)) as db:
        db.execute("PRAGMA synchronous = OFF")  # it can be made again
        db.execute("PRAGMA cache_size = -32000")
        # Before anything of it is read: what takes its place meanwhile is another.
        db.execute("INSERT INTO source SELECT ? WHERE NOT EXISTS (SELECT 1 FROM source)", [holding.identity])
        known = {run for (run,) in db.execute("SELECT run FROM run")}
        new = [run for run in holding.runs() if run not in known]
        progress.runs, progress.done = len(new), 0
        filling = _Filling(db, holding)
        for run in new:
            if stopped():
                return
            filling.run(run, stopped)
            progress.done += 1
        if not known and not new:
            filling.pages()
        if new:
            filling.facets()


_Place: TypeAlias = "tuple[int, int, int]"
"""The number of a part, and offset and length of a line in it."""


@dataclass(frozen=True, slots=True)
class _Version:
    """A version of an article that was read before."""

    n: int
    number: int
    last: int
    """When it was captured last before there was another."""
    key: bytes
    place: _Place


def _texts(article: Article) -> list[str]:
    """Return what an article says, as the index of words parts it: headline, text, and the rest."""
    about = [each.name for each in (*article.authors, *article.editors, article.source, article.channel) if each]
    about += article.keywords or ()
    about += filter(None, (text for image in article.images for text in (image.caption, image.alt)))
    body = "\n".join(filter(None, (article.summary, article.body_text)))
    return [article.title or "", body, "\n".join(about)]


class _Filling:
    def __init__(self, db: sqlite3.Connection, holding: Holding) -> None:
        self._db = db
        self._holding = holding

    def run(self, run: str, stopped: Callable[[], bool]) -> None:
        """Read one run, each part in a transaction of its own, unless *stopped*; note it when it is complete."""
        problems: list[tuple[str, list[Message]]] = []
        try:
            manifest = self._holding.manifest(run)
            parts = [(str(each["name"]), str(each["sha256"]), True) for each in manifest["parts"]]
            parts += [(str(each["name"]), str(each["sha256"]), False) for each in manifest.get("changes_parts", ())]
        except (OSError, ValueError, KeyError, TypeError, WaczError) as error:
            said = message("The manifest of run %(run)s cannot be read, so nothing of the run is shown.", run=run)
            problems, parts = [("", [said, reason(error), _verify()])], []
        for name, sha256, has_articles in parts:
            if stopped():
                return
            try:
                with self._transaction():
                    self._part(run, name, sha256, has_articles=has_articles)
            except (FeedError, WaczError, OSError) as error:
                said = message("%(part)s cannot be read, so nothing of it is shown.", part=f"items/{run}/{name}")
                problems.append((name, [said, reason(error), _verify()]))
        with self._transaction():
            self._db.execute("DELETE FROM problem WHERE run = ?", [run])
            rows = [(run, name, _kept(said)) for name, said in problems]
            self._db.executemany("INSERT INTO problem VALUES (?, ?, ?)", rows)
            if not problems:
                self._db.execute("INSERT OR IGNORE INTO run VALUES (?)", [run])

    def _part(self, run: str, name: str, sha256: str, *, has_articles: bool) -> None:
        if self._db.execute("SELECT 1 FROM part WHERE run = ? AND name = ?", [run, name]).fetchone():
            return  # of a run that could not be read whole, or that another process reads
        part = self._holding.part(run, name)
        prove(part, sha256)
        number = self._db.execute("INSERT INTO part (run, name) VALUES (?, ?)", [run, name]).lastrowid
        assert number is not None
        if has_articles:
            self._articles(part, number)
        else:
            self._events(part, number)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    # ------------------------------------------------------------------------------------------ records

    def _articles(self, part: WarcPath, number: int) -> None:
        for place, offset, line in _lines(part):
            record = checked(line, "article", place)
            record |= {"recommendations": [], "blocks": []}  # half of it, and nothing in here looks at them
            article = from_record(record, Article)
            self._capture(article, _seconds(article.fetched_at), (number, offset, len(line)))

    def _capture(self, article: Article, captured: int, place: _Place) -> None:
        """Take a record in, whatever of its article was read before: versions stand in the order of their captures."""
        key = bytes.fromhex(version_hash(article).removeprefix("sha256:"))
        known = self._db.execute("SELECT n FROM article WHERE id = ?", [article.id]).fetchone()
        n = known[0] if known else self._db.execute("SELECT ifnull(max(n), 0) + 1 FROM article").fetchone()[0]
        before = self._version("captured <= ? ORDER BY number DESC LIMIT 1", n, captured)
        after = self._version("number = ?", n, before.number + 1 if before else 1)
        is_between = before is not None and before.last > captured
        if before and before.key == key:
            self._db.execute("UPDATE version SET last = max(last, ?) WHERE n = ?", [captured, before.n])
        elif after and after.key == key and not is_between:
            values = [captured, *place, after.n]
            self._db.execute("UPDATE version SET captured = ?, part = ?, offset = ?, length = ? WHERE n = ?", values)
        else:
            number = before.number + 1 if before else 1
            if after:  # by way of numbers below 0, as no two may be the same for a moment
                self._db.execute("UPDATE version SET number = -number WHERE article = ? AND number >= ?", [n, number])
                self._db.execute("UPDATE version SET number = 1 - number WHERE article = ? AND number < 0", [n])
            version = self._db.execute(
                "INSERT INTO version (article, number, captured, last, key, part, offset, length) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)", [n, number, captured, captured, key, *place],
            ).lastrowid  # fmt: skip
            self._index(version, _texts(article))
            if after:
                self._db.execute("UPDATE article SET versions = versions + 1 WHERE n = ?", [n])
            else:
                self._put(n, version, number, captured, article)
            if before and is_between:  # what it said before, it said again
                self._db.execute("UPDATE version SET last = captured WHERE n = ?", [before.n])
                self._capture(self._article_at(before.place), before.last, before.place)
        self._addresses(n, article.canonical_url, article.url)
        self._db.execute(
            "UPDATE article SET first_seen = min(first_seen, ?), last_seen = max(last_seen, ?) WHERE n = ?",
            [captured, captured, n],
        )

    def _addresses(self, n: int, *urls: str) -> None:
        rows = [(address, n) for address in {loosely(url) for url in urls}]
        self._db.executemany("INSERT OR IGNORE INTO address VALUES (?, ?)", rows)

    def _version(self, which: str, *values: int) -> _Version | None:
        found = self._db.execute(
            f"SELECT n, number, last, key, part, offset, length FROM version WHERE article = ? AND {which}", values
        ).fetchone()
        if found is None:
            return None
        version, number, last, key, *place = found
        return _Version(version, number, last, key, tuple(place))

    def _article_at(self, place: _Place) -> Article:
        part, offset, length = place
        run, name = self._db.execute("SELECT run, name FROM part WHERE n = ?", [part]).fetchone()
        line = line_at(self._holding, cache.LinePlace(run, name, offset, length))
        return from_record(checked(line, "article", f"{run}/{name}"), Article)

    def _put(self, n: int, version: int | None, versions: int, captured: int, article: Article) -> None:
        """List an article as its newest version has it."""
        published = article.published_at
        moment = published or article.fetched_at
        self._db.execute(
            """INSERT INTO article VALUES (:n, :id, :url, :title, :site, :channel, :source, :published, :day, :moment,
                :captured, :captured, :version, :versions, :flags)
            ON CONFLICT (id) DO UPDATE SET url = :url, title = :title, channel = :channel, source = :source,
                published = :published, day = :day, moment = :moment,
                version = :version, versions = :versions, flags = flags & ~:video | :flags""",
            {
                "n": n, "id": article.id, "url": article.canonical_url,
                "title": article.title or article.page_title or article.url, "site": article.site,
                "channel": article.channel.name[:_SHOWN_WORD] if article.channel else "",
                "source": article.source.name[:_SHOWN_WORD] if article.source else "",
                "published": published.isoformat() if published else "", "day": moment.isoformat()[:10],
                "moment": _seconds(moment), "captured": captured, "version": version, "versions": versions,
                "flags": cache.VIDEO if article.videos else 0, "video": cache.VIDEO,
            },
        )  # fmt: skip
        if versions > 1:
            self._db.execute("DELETE FROM keyword WHERE article = ?", [n])
        words = {word[:_SHOWN_WORD] for word in article.keywords or ()}
        self._db.executemany("INSERT OR IGNORE INTO keyword VALUES (?, ?)", [(word, n) for word in words])

    def _index(self, version: int | None, texts: list[str]) -> None:
        self._db.execute(
            "INSERT INTO text (rowid, title, body, about) VALUES (?, ?, ?, ?)", [version, *map(indexed, texts)]
        )

    def _events(self, part: WarcPath, number: int) -> None:
        for place, offset, line in _lines(part):
            event = checked(line, "change", place)
            at = _seconds(datetime.fromisoformat(event["at"]))
            self._db.execute(
                "INSERT INTO event (article, at, event, part, offset, length) VALUES (?, ?, ?, ?, ?, ?)",
                [event["id"], at, event["event"], number, offset, len(line)],
            )
            if flag := _FLAGS.get(event["event"]):
                off = {cache.RESTORED: cache.GONE, cache.GONE: cache.RESTORED}.get(flag, 0)
                if off and self._is_over(event["id"], at):
                    continue
                self._db.execute("UPDATE article SET flags = flags & ~? | ? WHERE id = ?", [off, flag, event["id"]])

    def _is_over(self, article_id: str, at: int) -> bool:
        """Tell whether an article went, or came back, since."""
        later = "SELECT 1 FROM event WHERE article = ? AND at > ? AND event IN ('gone', 'soft_gone', 'restored')"
        return self._db.execute(later, [article_id, at]).fetchone() is not None

    # ------------------------------------------------------------------------------------- what has no records

    def pages(self) -> None:
        """List the pages of what has no records: as a package lists them, with their text, or else by the index."""
        part = self._holding.pages()
        with self._transaction():
            if self._db.execute("SELECT 1 FROM article").fetchone():
                return
            # It is there where nothing was listed yet: what has no page is asked again each time.
            self._db.execute("INSERT OR IGNORE INTO part (run, name) VALUES ('', 'pages')")
            (number,) = self._db.execute("SELECT n FROM part WHERE run = '' AND name = 'pages'").fetchone()
            left = _LeftOut()
            listed = _listed(part, left) if part else _indexed(self._holding, left)
            for url, title, text, moment, offset, length in listed:
                self._page(url, title, text, moment, (number, offset, length))
            self._db.execute("DELETE FROM problem WHERE run = '' AND name = 'pages'")
            if said := list(left.said("pages/pages.jsonl" if part else "indexes/")):
                self._db.execute("INSERT INTO problem VALUES ('', 'pages', ?)", [_kept(said)])

    def _page(self, url: str, title: str, text: str, moment: datetime, place: _Place) -> None:
        captured = _seconds(moment)
        n = self._db.execute("SELECT ifnull(max(n), 0) + 1 FROM article").fetchone()[0]
        done = self._db.execute(  # the first of its captures; the others are in the replay's calendar
            "INSERT OR IGNORE INTO article VALUES (?, ?, ?, ?, '', '', '', '', ?, ?, ?, ?, ?, 1, 0)",
            [n, url, url, title, moment.isoformat()[:10], captured, captured, captured, n],
        )
        if done.rowcount:
            row = [n, n, captured, captured, *place]
            self._db.execute("INSERT INTO version VALUES (?, ?, 1, ?, ?, NULL, ?, ?, ?)", row)
            self._index(n, [title, text, url])
            self._addresses(n, url)

    def facets(self) -> None:
        """Count what a reader chooses from."""
        with self._transaction():
            self._db.execute("DELETE FROM facet")
            for kind in ("site", "channel", "source"):
                self._db.execute(
                    f"INSERT INTO facet SELECT ?, {kind}, count(*) AS articles FROM article WHERE {kind} != '' "
                    "GROUP BY 2 ORDER BY articles DESC LIMIT ?", [kind, _MAX_FACETS],
                )  # fmt: skip
            self._db.execute(
                "INSERT INTO facet SELECT 'keyword', word, count(*) AS articles FROM keyword GROUP BY word "
                "ORDER BY articles DESC LIMIT ?", [_MAX_FACETS],
            )  # fmt: skip


_Listed: TypeAlias = "tuple[str, str, str, datetime, int, int]"
"""Address, title, text and moment of a page without a record; offset and length of its line, 0 where it has none."""


@dataclass(slots=True)
class _LeftOut:
    """The entries of a list of pages that are not shown."""

    unread: int = 0
    """Lines that cannot be read."""
    beyond: bool = False
    """Whether it has more addresses than are taken."""

    def said(self, of: str) -> Iterator[Message]:
        """Yield it in sentences; none where all is shown."""
        if self.unread:
            yield messages(
                "%(number)s line of %(file)s cannot be read.", "%(number)s lines of %(file)s cannot be read.",
                self.unread, file=of,
            )  # fmt: skip
            yield _verify()
        if self.beyond:
            yield message(
                "%(file)s has more than %(most)s addresses; only so many are shown.", file=of, most=f"{_MOST_PAGES:,}"
            )


def _listed(part: WarcPath, left: _LeftOut) -> Iterator[_Listed]:
    """Yield the pages in a package's list."""
    for _, offset, line in _lines(part):
        try:
            page = json.loads(line)
            if not offset and "format" in page:
                continue  # it says what the others are
            moment = datetime.fromisoformat(page["ts"])
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            url, title, text = str(page["url"]), str(page.get("title") or page["url"]), str(page.get("text") or "")
            f"{url}{title}{text}".encode()  # half a sign, as JavaScript cuts them, is none
        except (ValueError, LookupError, TypeError, AttributeError, OverflowError):
            left.unread += 1
            continue
        yield url, title, text, moment, offset, len(line)


def _indexed(holding: Holding, left: _LeftOut) -> Iterator[_Listed]:
    """Yield the pages that the indexes of a holding have, of at most ``_MOST_PAGES`` addresses."""
    pages, key = 0, ""
    for line in holding.index_lines():
        try:
            entry = CdxjEntry.parse(line.decode())
        except ValueError:
            left.unread += 1
            continue
        if entry.status != "200" or entry.mime not in ("text/html", "application/xhtml+xml"):
            continue
        pages, key = pages + (entry.urlkey != key), entry.urlkey
        if pages > _MOST_PAGES:
            left.beyond = True
            return
        yield entry.url, entry.url, "", entry.captured, 0, 0


def _seconds(moment: datetime) -> int:
    """Return a moment in seconds since 1970, of which each is a time in UTC that can be shown."""
    return int(utc(moment).timestamp())


def _verify() -> Message:
    return message(
        "See what is wrong with it: %(command)s. When it is mended, it is read.", command=f"{program()} verify"
    )


def _kept(sentences: list[Message]) -> str:
    return json.dumps([asdict(each) for each in sentences], ensure_ascii=False)


def _lines(part: WarcPath) -> Iterator[tuple[str, int, bytes]]:
    """Yield each line of a part with its name for a person and its offset. FeedError."""
    offset = 0
    with part.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(MAX_LINE), b""), start=1):
            yield f"{part}, line {number}", offset, line
            offset += len(line)


def record_at(holding: Holding, place: cache.LinePlace) -> dict[str, Any]:
    """Return the JSON object at a place in a part. OSError, ValueError, WaczError.

    Of a line in a package's own list, which nobody has checked, it is what is shown of it, as texts.
    """
    value = orjson.loads(line_at(holding, place))
    if not isinstance(value, dict):
        raise TypeError("not a JSON object")
    if not place.run:
        return {name: str(value[name]) for name in ("url", "title", "text", "ts") if value.get(name)}
    return value


def line_at(holding: Holding, place: cache.LinePlace) -> bytes:
    """Return the line at a place in a part. OSError, WaczError; ValueError where the part has become shorter."""
    if not place.length:  # listed by the index
        return b"{}"
    part = holding.part(place.run, place.part) if place.run else holding.pages()
    if part is None:
        raise FileNotFoundError(f"{holding.path}: its list of pages is missing")
    with part.open("rb") as file:
        file.seek(place.offset)
        line = file.read(place.length)
    if len(line) != place.length:
        raise ValueError(f"{part} is shorter than it was when it was read")
    return line
