"""The newest articles of a feed, each once, in memory that does not grow with the feed."""

from __future__ import annotations

from heapq import nlargest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from newsspider.record.items import Article


def newest(articles: Iterable[Article], count: int) -> list[Article]:
    """Return the *count* articles that were published last, newest first, each as it was captured last.

    One whose time of publication is not known counts by its time of capture. Of one that a later capture dates further
    back the place is lost to whatever was left out before: to know that, each article would have to be kept.
    """
    kept: dict[str, Article] = {}
    for article in articles:
        known = kept.get(article.id)
        if known is None or known.fetched_at <= article.fetched_at:
            kept[article.id] = article
        if len(kept) > 2 * count:  # not at each, which would cost more
            kept = {each.id: each for each in nlargest(count, kept.values(), key=_age)}
    return nlargest(count, kept.values(), key=_age)


def _age(article: Article) -> tuple[datetime, str]:
    return article.published_at or article.fetched_at, article.id
