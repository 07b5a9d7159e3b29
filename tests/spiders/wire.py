"""A spider for the wire server: asks for cases in order, one after the other (``scrapy runspider``)."""

from __future__ import annotations

import json

import scrapy


class WireSpider(scrapy.Spider):
    """``-a requests=JSON``: a list of ``[method, url, body]``; ``-a out=FILE`` takes what became of each."""

    name = "wire"
    custom_settings = {
        "CONCURRENT_REQUESTS": 1,
        "DOWNLOAD_DELAY": 0.001,
        "AUTOTHROTTLE_ENABLED": False,
        "RETRY_ENABLED": False,
        "REDIRECT_ENABLED": False,
        "HTTPERROR_ALLOW_ALL": True,
        "ITEM_PIPELINES": {
            "newsspider.pipelines.records.Records": None,
            "newsspider.pipelines.duplicates.Duplicates": None,
        },
    }

    def __init__(self, requests: str, out: str):
        super().__init__()
        self.requests = json.loads(requests)
        self.out = out

    async def start(self):
        for rank, (method, url, body) in enumerate(self.requests):
            yield scrapy.Request(
                url, self.answered, method=method, body=body, errback=self.failed, dont_filter=True, priority=-rank
            )

    def answered(self, response):
        capture = response.meta["capture"]
        self._note(response.url, status=response.status, record_id=capture.record_id, body_length=len(response.body))

    def failed(self, failure):
        self._note(failure.request.url, error=type(failure.value).__name__)

    def _note(self, url, **outcome):
        with open(self.out, "a", encoding="utf-8") as file:  # noqa: PTH123
            file.write(json.dumps({"url": url, **outcome}) + "\n")
