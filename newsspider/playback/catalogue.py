"""The articles of a collection, for a person to choose from: out of its feed, or, where it has none, its index.

It is kept in a temporary database of SQLite's, which is on no path and goes with the process: a hundred thousand
articles need neither memory nor a file beside the collection.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from newsspider.archive.cdxj import CdxjEntry, merged, timestamp
from newsspider.archive.urlkey import urlkey

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newsspider.archive.collection import Collection
    from newsspider.archive.index import Index

MOST_PAGES = 100_000
"""Addresses taken out of an index: a person looks for one by its address."""

_SCHEMA = """
CREATE TABLE article (
    id TEXT PRIMARY KEY, url TEXT, title TEXT, channel TEXT, published TEXT, moment REAL, captured TEXT
) WITHOUT ROWID;
CREATE INDEX newest ON article (moment DESC);
CREATE TABLE version (id TEXT, content TEXT, captured TEXT, url TEXT, PRIMARY KEY (id, content)) WITHOUT ROWID;
"""
_PUT_ARTICLE = """
INSERT INTO article VALUES (:id, :url, :title, :channel, :published, :moment, :captured)
ON CONFLICT DO UPDATE SET url = :url, title = :title, channel = :channel, published = :published, moment = :moment,
    captured = :captured WHERE :captured > captured
"""
_PUT_VERSION = """
INSERT INTO version VALUES (:id, :content, :captured, :url)
ON CONFLICT DO UPDATE SET captured = :captured, url = :url WHERE :captured < captured
"""
_WHERE = "WHERE (:channel = '' OR channel = :channel) AND (title LIKE :text ESCAPE '!' OR url LIKE :text ESCAPE '!')"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What an article said, from one capture on."""

    captured: str
    """14 digits, UTC."""
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An article of the list."""

    url: str
    title: str
    channel: str
    """Empty where the page names none."""
    published: str
    """ISO 8601 with an offset, as in the record; empty where the page gives none."""
    captured: str
    """Of its newest record: 14 digits, UTC."""
    versions: tuple[Version, ...]
    """Oldest first; the first capture of each text."""


class Catalogue:
    """The articles of *collection*. ``refresh`` reads what is new; to be used by one thread."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._read: set[Path] = set()
        self._database = sqlite3.connect("")
        self._database.executescript(_SCHEMA)
        self.from_feed = True
        """Whether the list comes from records; else it lists pages by their addresses."""
        self.unreadable = 0
        """Lines that are no record."""

    def refresh(self) -> None:
        """Read the feed parts that were published since; without any, once, the index."""
        parts = set(self._collection.items_dir.glob("*/part-*.jsonl"))
        for part in sorted(parts - self._read):
            if not self.from_feed:
                self._database.execute("DELETE FROM article")
                self.from_feed = True
            self._read_part(part)
        if not parts and self.from_feed:
            self.from_feed = False
            self._read_index()
        self._read |= parts
        self._database.commit()

    def _read_part(self, part: Path) -> None:
        try:
            with part.open("rb") as lines:
                for line in lines:
                    try:
                        row = _row(json.loads(line))
                    except (ValueError, KeyError, TypeError, AttributeError):
                        self.unreadable += 1
                        continue
                    self._database.execute(_PUT_ARTICLE, row)
                    self._database.execute(_PUT_VERSION, row)
        except OSError:
            self.unreadable += 1

    def _read_index(self) -> None:
        for entry in _pages(self._collection.index):
            row = {
                "id": entry.url,
                "url": entry.url,
                "title": entry.url,
                "channel": "",
                "published": "",
                "moment": entry.captured.timestamp(),
                "captured": entry.timestamp,
            }
            self._database.execute(_PUT_ARTICLE, row)

    def count(self, text: str, channel: str) -> int:
        """Return how many articles there are with *text* in title or address, and of *channel* unless that is empty."""
        row = self._database.execute(f"SELECT count(*) FROM article {_WHERE}", _looking_for(text, channel)).fetchone()
        return int(row[0])

    def page(self, text: str, channel: str, *, size: int, number: int) -> list[Listed]:
        """Return these articles, the newest first: page *number*, from 1 on, of *size* each."""
        rows = self._database.execute(
            f"SELECT id, url, title, channel, published, captured FROM article {_WHERE} "
            "ORDER BY moment DESC, id LIMIT :size OFFSET :start",
            {**_looking_for(text, channel), "size": size, "start": (number - 1) * size},
        ).fetchall()
        return [
            Listed(
                url=url,
                title=title,
                channel=of_channel,
                published=published,
                captured=captured,
                versions=self._versions(id_),
            )
            for id_, url, title, of_channel, published, captured in rows
        ]

    def _versions(self, id_: str) -> tuple[Version, ...]:
        rows = self._database.execute("SELECT captured, url FROM version WHERE id = ? ORDER BY captured", [id_])
        return tuple(Version(captured=captured, url=url) for captured, url in rows)

    def channels(self) -> list[tuple[str, int]]:
        """Return the channels with the most articles, each with how many."""
        return self._database.execute(
            "SELECT channel, count(*) AS articles FROM article WHERE channel != '' GROUP BY channel "
            "ORDER BY articles DESC, channel LIMIT 100"
        ).fetchall()

    def captures(self, url: str) -> int:
        """Return how many captures of an address the index has, unchanged ones included; 0 for a damaged index."""
        try:
            return sum(entry.url == url for entry in self._collection.index.find(urlkey(url)))
        except Exception:  # the list does not depend on it
            return 0


def _row(record: dict[str, Any]) -> dict[str, Any]:
    """Return what of a record goes into the list; ValueError, KeyError, TypeError where it is none."""
    published = record["published_at"]
    captured = datetime.fromisoformat(record["fetched_at"])
    moment = datetime.fromisoformat(published) if published else captured
    return {
        "id": str(record["id"]),
        "url": str(record["url"]),
        "title": str(record["title"]),
        "channel": str((record["channel"] or {}).get("name") or ""),
        "published": str(published or ""),
        "moment": moment.timestamp(),
        "captured": timestamp(captured),
        "content": str(record["content_hash"]),
    }


def _looking_for(text: str, channel: str) -> dict[str, str]:
    literal = text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return {"text": f"%{literal}%", "channel": channel}


def _pages(index: Index) -> Iterator[CdxjEntry]:
    """Yield the captures of pages that an index has, one after the other, of at most ``MOST_PAGES`` addresses."""
    pages, key = 0, ""
    with index.opened() as files:
        for line in merged(*files.values()):
            try:
                entry = CdxjEntry.parse(line.decode())
            except ValueError:
                continue
            if entry.status != "200" or entry.mime not in ("text/html", "application/xhtml+xml"):
                continue
            pages, key = pages + (entry.urlkey != key), entry.urlkey
            if pages > MOST_PAGES:
                return
            yield entry
