"""A site as a run sees it: pages archived as they are fetched, and an observer that is told of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from newsspider.collection.collection import Collection
from newsspider.demo import pages
from newsspider.demo.site import Site
from newsspider.history.events import Sighting
from newsspider.history.ledger import KnownPage, Ledger
from newsspider.history.observer import Observer
from newsspider.history.schedule import Schedule
from newsspider.record.runcounts import RunCounts
from tests.archive.exchanges import exchange, page, writer
from tests.history.records import read

if TYPE_CHECKING:
    from pathlib import Path

    from newsspider.demo.stories import Story
    from newsspider.record.events import Event
    from newsspider.record.items import Article

STORIES = [story for story in Site(articles=30).stories if story.kind == "current"]
STORY = STORIES[0]
HTML = b"Content-Type: text/html; charset=utf-8"
HOUR = timedelta(hours=1)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())


class Seen:
    """A collection into which pages are written as they are fetched, and an observer that is told of them."""

    def __init__(self, path: Path) -> None:
        self.collection = Collection(path)
        self.archive = writer(path)
        self.at = NOON
        self.events: list[Event] = []
        self.ledger = Ledger(path / "state.sqlite3")
        self.counts = RunCounts()
        self.observer = self.observing()

    def observing(self, *, limit: int = 10, full: bool = False) -> Observer:
        return Observer(
            self.ledger, self.collection, Schedule.parse("30d:1h"), run="run-1", emit=self.events.append,
            counts=self.counts, limit=limit, full=full,
        )  # fmt: skip

    def close(self) -> None:
        self.ledger.close()
        self.archive.close()

    def fetch(self, story: Story = STORY, at: datetime = NOON) -> Article:
        """Archive an article's page; return its record."""
        html = pages.article(story)
        seen = self.archived(html, story.url, at)
        article = read(html, story.url, at)
        article.archive = seen.where
        return article

    def archived(self, html: str, url: str, at: datetime, *, status: int = 200) -> Sighting:
        """Archive a page."""
        if at != self.at:  # another run, which finds what the one before it wrote
            self.archive.close()
            self.archive, self.at = writer(self.collection.path), at
        answer = page(html.encode(), HTML, status=f"{status} {HTTPStatus(status).phrase}".encode())
        capture = self.archive.write_exchange(exchange(answer, url=url, started=at))
        self.archive.sync()
        return Sighting(at=at, where=capture.where)

    def found(
        self, story: Story = STORY, at: datetime = NOON, *, given: bool = True, asked: str = "", landed: str = "",
        **headers: str,
    ) -> str:  # fmt: skip
        """Fetch an article and keep what it tells; return what it is worth."""
        article = self.fetch(story, at)
        own = article.canonical_url
        before = replace(self.counts)
        validators = {"etag": None, "last_modified": None, **headers}
        worth = self.observer.left_out(article, asked=asked or own, landed=landed or own, always=False, **validators)
        if worth is not None:
            return worth
        self.observer.keep(article, given=given)
        return "new" if self.counts.new > before.new else "changed"

    def lost(
        self, story: Story = STORY, at: datetime = NOON + HOUR, *, status: int = 200, to_url: str | None = None
    ) -> None:
        """Fetch a page that is no article in the place of one."""
        seen = self.archived(pages.not_found(), story.url, at, status=status)
        self.observer.no_article(asked=story.url, seen=seen, status=status, to_url=to_url)

    def page(self, story: Story = STORY) -> KnownPage:
        return self.ledger.find(story.url)

    def told(self) -> list[str]:
        return [event.event for event in self.events]
