"""Articles become feed records: valid against the schema, in complete parts, citing durable bytes."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import orjson
from scrapy.exceptions import DropItem

from newsspider.collection.writer import ArchiveWriteError
from newsspider.crawl.extensions.run import Run
from newsspider.record import schema
from newsspider.record.items import to_json_line
from newsspider.runs.journal import FeedWriteError
from newsspider.runs.ledger import failure

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from newsspider.record.items import Article

logger = logging.getLogger(__name__)


class InvalidRecordError(DropItem):
    """A record does not fit the schema."""

    outcome = failure("record not valid")


class UnstoredRecordError(DropItem):
    """A record could not be written."""

    outcome = failure("record not stored")


class Records:
    """Rejects what the schema does not allow, with the path to the fault; hands the rest to the run."""

    def __init__(self, crawler: Crawler):
        run = crawler.get_extension(Run)
        assert run is not None, "Records needs newsspider.crawl.extensions.run.Run in EXTENSIONS"
        self._run = run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_item(self, item: Article) -> Article:
        line = to_json_line(item)
        try:
            schema.check(orjson.loads(line))
        except schema.RecordInvalidError as error:
            self._run.findings.counts.invalid += 1
            raise InvalidRecordError(f"{item.url}: {error}; the page stays archived", log_level="ERROR") from error
        try:
            self._run.journal.write_article(item, line)
        except (ArchiveWriteError, FeedWriteError) as error:  # said in the log already
            if self._run.observer is not None:
                self._run.observer.discard_pending(item)
            raise UnstoredRecordError(f"{item.url} could not be stored", log_level="DEBUG") from error
        return item
