"""The project's spider for the job benchmark: as shipped, and with archive, index and feed off."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from types import SimpleNamespace

from scrapy.utils.project import get_project_settings

from benchmarks.stock import StockHandler, crawl
from newsspider import settings as project_settings
from newsspider.collection.capture import Capture
from newsspider.crawl.capture import OptionsOnce
from newsspider.crawl.extensions.run import Run
from newsspider.crawl.task import findings_of
from newsspider.record.items import Locator
from newsspider.spiders.kankanews import KankanewsSpider


class UnarchivedHandler(StockHandler):
    """Names a capture that was never made; spared, as the project's own handler is, what TLS needs only once."""

    def __init__(self, crawler):
        super().__init__(crawler)
        self._contextFactory = self._pool.policy = OptionsOnce(self._contextFactory)

    async def download_request(self, request):
        response = await super().download_request(request)
        request.meta["capture"] = Capture(
            url=request.url, captured=datetime.now(UTC), type="response", status=response.status,
            where=Locator(warc="none", offset=0, length=1, record_id="urn:uuid:0"),
        )  # fmt: skip
        return response


class UnrecordedRun(Run):
    """A run that knows nothing of earlier ones, and of which nothing is kept."""

    def __init__(self, crawler):
        self.findings = findings_of(crawler)
        self.journal = SimpleNamespace(observer=None, verdict=None, failure=None)

    @classmethod
    def from_crawler(cls, crawler):
        return cls(crawler)


class UnarchivedSpider(KankanewsSpider):
    """The project's spider with archive, index and feed off; it finds, fetches and parses the same pages."""

    custom_settings = {
        "DOWNLOAD_HANDLERS": {"http": UnarchivedHandler, "https": UnarchivedHandler},
        "DOWNLOAD_VERIFY_CERTIFICATES": False,
        "EXTENSIONS": {
            name: order
            for name, order in project_settings.EXTENSIONS.items()
            if not name.endswith((".Archive", ".Run"))
        }
        | {"benchmarks.spiders.UnrecordedRun": 0},
        "ITEM_PIPELINES": {"newsspider.crawl.pipelines.duplicates.Duplicates": 100},
    }


def main(role: str, options: str) -> None:
    settings, arguments = json.loads(options)
    crawl_settings = get_project_settings()
    crawl_settings.setdict(settings, priority="cmdline")
    crawl(SPIDERS[role], crawl_settings, **arguments)


SPIDERS = {"newsspider": KankanewsSpider, "unarchived": UnarchivedSpider}

if __name__ == "__main__":
    main(*sys.argv[1:])
