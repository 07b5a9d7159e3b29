"""Articles become feed records: valid against the schema, in parts that are whole, citing bytes that are durable."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import orjson
from scrapy.exceptions import DropItem

from newsspider import schema
from newsspider.archive.writer import ArchiveWriteError
from newsspider.extensions.run import FeedWriteError, Run
from newsspider.items import to_json_line

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from newsspider.items import Article

logger = logging.getLogger(__name__)


class Records:
    """Rejects what the schema does not allow, with the path to the fault; hands the rest to the run."""

    def __init__(self, crawler: Crawler):
        run = crawler.get_extension(Run)
        assert run is not None, "Records needs newsspider.extensions.run.Run in EXTENSIONS"
        self._run = run
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_item(self, item: Article) -> Article:
        line = to_json_line(item)
        try:
            schema.check(orjson.loads(line))
        except schema.RecordInvalidError as error:
            self._crawler.stats.inc_value("articles/invalid")
            raise DropItem(f"{item.url}: {error}; the page stays archived", log_level="ERROR") from error
        try:
            self._run.write_article(item, line)
        except (ArchiveWriteError, FeedWriteError) as error:  # said in the log already
            if self._run.memory is not None:
                self._run.memory.forget(item)
            raise DropItem(f"{item.url} could not be stored", log_level="DEBUG") from error
        return item
