"""A spider for the wire server: asks for cases in order, one after the other (``scrapy runspider``)."""

from __future__ import annotations

import hashlib
import json

import scrapy
from scrapy.exceptions import StopDownload


class WireSpider(scrapy.Spider):
    """``-a requests=JSON``: a list of ``[method, url, body]``; ``-a out=FILE`` takes what became of each.

    ``-a stop=keep`` and ``-a stop=fail`` stop each download at its first bytes.
    """

    name = "wire"
    custom_settings = {
        "CONCURRENT_REQUESTS": 1,
        "DOWNLOAD_DELAY": 0.001,
        "AUTOTHROTTLE_ENABLED": False,
        "RETRY_ENABLED": False,
        "REDIRECT_ENABLED": False,
        "HTTPERROR_ALLOW_ALL": True,
        "ITEM_PIPELINES": {
            "newsspider.crawl.pipelines.records.Records": None,
            "newsspider.crawl.pipelines.duplicates.Duplicates": None,
        },
    }

    def __init__(self, requests: str, out: str, stop: str = ""):
        super().__init__()
        self.requests = json.loads(requests)
        self.out = out
        self.stop = stop

    @classmethod
    def from_crawler(cls, crawler, *arguments, **options):
        spider = super().from_crawler(crawler, *arguments, **options)
        if spider.stop:
            crawler.signals.connect(spider.stopped, scrapy.signals.bytes_received)
        return spider

    def stopped(self, request):
        if "robots.txt" not in request.url:
            raise StopDownload(fail=self.stop == "fail")

    async def start(self):
        for rank, (method, url, body) in enumerate(self.requests):
            yield scrapy.Request(
                url, self.answered, method=method, body=body, errback=self.failed, dont_filter=True, priority=-rank
            )

    def answered(self, response):
        capture = response.meta["capture"]
        self._note(
            response.url, status=response.status, record_id=capture.where.record_id, body_length=len(response.body),
            body_sha1=hashlib.sha1(response.body).hexdigest(), headers=_text(response.headers),
        )  # fmt: skip

    def failed(self, failure):
        self._note(failure.request.url, error=type(failure.value).__name__)

    def _note(self, url, **outcome):
        with open(self.out, "a", encoding="utf-8") as file:  # noqa: PTH123
            file.write(json.dumps({"url": url, **outcome}) + "\n")


def _text(headers):
    return {name.decode("latin-1"): [each.decode("latin-1") for each in values] for name, values in headers.items()}
