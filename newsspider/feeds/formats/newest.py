"""The newest articles of a feed, each once, in memory that does not grow with the feed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from heapq import nlargest
from typing import TYPE_CHECKING

from newsspider.record.items import Article

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An article as it was captured last, and since when it says what it says."""

    article: Article
    since: datetime
    """When a capture first had its headline and text."""
    before: datetime | None = None
    """When a capture last had others."""

    @property
    def updated(self) -> datetime:
        """The time of the last change: as the page says, unless it has changed since without saying so."""
        said = self.article.modified_at
        return said if said is not None and (self.before is None or said > self.before) else self.since

    def and_also(self, article: Article) -> Entry:
        """Return what is known with a further record of the article."""
        at, is_same = article.fetched_at, article.content_hash == self.article.content_hash
        if at >= self.article.fetched_at:
            if is_same:
                return replace(self, article=article)
            return Entry(article=article, since=at, before=self.article.fetched_at)
        if self.before is not None and at <= self.before:
            return self
        if is_same:
            return replace(self, since=min(self.since, at))
        return replace(self, before=at, since=self.since if self.since > at else self.article.fetched_at)


def newest(articles: Iterable[Article], count: int) -> list[Entry]:
    """Return the *count* articles that were published last, newest first, each as it was captured last.

    One whose time of publication is not known counts by its time of capture. Of one that a later capture dates further
    back the place is lost to whatever was left out before: to know that, each article would have to be kept.
    """
    kept: dict[str, Entry] = {}
    for article in articles:
        known = kept.get(article.id)
        kept[article.id] = known.and_also(article) if known else Entry(article=article, since=article.fetched_at)
        if len(kept) > 2 * count:  # not at each, which would cost more
            kept = {each.article.id: each for each in nlargest(count, kept.values(), key=_age)}
    return nlargest(count, kept.values(), key=_age)


def _age(entry: Entry) -> tuple[datetime, str]:
    return entry.article.published_at or entry.article.fetched_at, entry.article.id
