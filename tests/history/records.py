"""Records of pages that a test makes, through the real parser."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from newsspider.record.items import Locator
from newsspider.sites.kankanews import SITE

if TYPE_CHECKING:
    from newsspider.record.items import Article

CAPTURED = datetime(2026, 11, 20, 4, tzinfo=UTC)


def read(html: str, url: str, captured: datetime = CAPTURED) -> Article:
    """Return the record of a page that was captured then, at the start of ``a.warc.gz``."""
    article = SITE.parse(html.encode(), url, [(b"Content-Type", b"text/html; charset=utf-8")], captured)
    article.archive = Locator(warc="a.warc.gz", offset=0, length=9, record_id=None)
    return article
