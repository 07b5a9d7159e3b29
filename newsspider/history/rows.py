"""Rows of the ledger, as a fetch gives them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from newsspider.history.changes import version_hash
from newsspider.history.events import sighting
from newsspider.history.ledger import KnownPage

if TYPE_CHECKING:
    from newsspider.history.ledger import PageState
    from newsspider.history.schedule import Schedule
    from newsspider.record.items import Article


def page_of(article: Article, known: KnownPage | None) -> KnownPage:
    """Return the row of an article's own address, as of the capture that the record was made of."""
    now = int(article.fetched_at.timestamp())
    return KnownPage(
        url=article.canonical_url,
        state="article",
        id=article.id,
        first_seen=known.first_seen if known else now,
        last_fetch=now,
        published=None if article.published_at is None else int(article.published_at.timestamp()),
        version_hash=version_hash(article),
        parser=article.provenance.parser_version,
        last=sighting(article),
    )


def alias(known: KnownPage | None, url: str, article: str | None, now: int) -> KnownPage:
    """Return the row of an address that led to the article named, which has another address."""
    first_seen = known.first_seen if known else now
    return KnownPage(url=url, state="alias", id=article, first_seen=first_seen, last_fetch=now)


def scheduled(page: KnownPage, schedule: Schedule) -> KnownPage:
    """Return *page*, fetched at its ``last_fetch``, with the time when it is due again."""
    assert page.last_fetch is not None
    since = page.first_seen if page.published is None else page.published
    return replace(page, next_due=schedule.next_due(page.last_fetch, since=since, idle=page.unchanged + page.failures))


def failed(page: KnownPage, now: int, state: PageState, schedule: Schedule) -> KnownPage:
    """Return *page* after a fetch that brought no article."""
    return scheduled(replace(page, state=state, last_fetch=now, failures=page.failures + 1), schedule)
