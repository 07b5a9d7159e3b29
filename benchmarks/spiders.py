"""The peers of the job benchmark: the project's spider without archive and feed, and stock Scrapy."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import scrapy
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings
from scrapy.utils.project import get_project_settings
from twisted.internet.endpoints import HostnameEndpoint, wrapClientTLS
from twisted.web.client import HTTPConnectionPool

from newsspider import settings as project_settings
from newsspider.archive.writer import Capture
from newsspider.connections import parse_connect_to
from newsspider.spiders.kankanews import KankanewsSpider


class LocalEndpoint:
    """Connects to where ``CONNECT_TO`` says, when a connection is needed; stock Scrapy has no such thing."""

    def __init__(self, key, connect_to, policy):
        self._key, self._connect_to, self._policy = key, connect_to, policy

    def connect(self, factory):
        from twisted.internet import reactor

        scheme, host, port = self._key[:3]
        endpoint = HostnameEndpoint(reactor, *self._connect_to[host.decode(), port])
        if scheme == b"https":
            endpoint = wrapClientTLS(self._policy.creatorForNetloc(host, port), endpoint)
        return endpoint.connect(factory)


class LocalPool(HTTPConnectionPool):
    def getConnection(self, key, endpoint):  # noqa: N802  (Twisted's name)
        return super().getConnection(key, LocalEndpoint(key, self.connect_to, self.policy))


class StockHandler(HTTP11DownloadHandler):
    """Scrapy's own handler, led to the server on loopback."""

    def __init__(self, crawler):
        from twisted.internet import reactor

        super().__init__(crawler)
        pool = LocalPool(reactor)
        pool._factory, pool.maxPersistentPerHost = self._pool._factory, self._pool.maxPersistentPerHost
        pool.connect_to, pool.policy = parse_connect_to(crawler.settings["CONNECT_TO"]), self._contextFactory
        self._pool = pool


class UnarchivedHandler(StockHandler):
    """Names a capture that was never made, for the project's spider."""

    async def download_request(self, request):
        response = await super().download_request(request)
        request.meta["capture"] = Capture(
            url=request.url, captured=datetime.now(UTC), warc="none", offset=0, length=1, record_id="urn:uuid:0",
            payload_digest=None, type="response", status=response.status,
        )  # fmt: skip
        return response


class UnarchivedSpider(KankanewsSpider):
    """The project's spider with archive, index and feed off."""

    custom_settings = {
        "DOWNLOAD_HANDLERS": {"http": UnarchivedHandler, "https": UnarchivedHandler},
        "DOWNLOAD_VERIFY_CERTIFICATES": False,
        "EXTENSIONS": {
            name: order
            for name, order in project_settings.EXTENSIONS.items()
            if not name.endswith((".Archive", ".Run"))
        },
        "ITEM_PIPELINES": {"newsspider.pipelines.duplicates.Duplicates": 100},
    }


class StockSpider(scrapy.Spider):
    """Stock Scrapy: fetches the URLs of a file and drops the pages."""

    name = "stock"
    custom_settings = {"DOWNLOAD_HANDLERS": {"http": StockHandler, "https": StockHandler}}

    async def start(self):
        for url in json.loads(Path(self.urls).read_text(encoding="utf-8")):
            yield scrapy.Request(url, dont_filter=True)

    def parse(self, response):
        pass


def main(role: str, options: str) -> None:
    settings, arguments = json.loads(options)
    if role == "stock":
        crawl_settings = Settings({"LOG_LEVEL": "ERROR"})
        # The same concurrency, and the same bodies on the wire.
        for name in ("CONNECT_TO", "CONCURRENT_REQUESTS_PER_DOMAIN", "DOWNLOAD_DELAY"):
            crawl_settings.set(name, settings[name])
        crawl_settings.set("DEFAULT_REQUEST_HEADERS", project_settings.DEFAULT_REQUEST_HEADERS)
    else:
        crawl_settings = get_project_settings()
        crawl_settings.setdict(settings, priority="cmdline")
    process = AsyncCrawlerProcess(crawl_settings)
    process.crawl(SPIDERS[role], **arguments)
    process.start()


SPIDERS = {"newsspider": KankanewsSpider, "unarchived": UnarchivedSpider, "stock": StockSpider}

if __name__ == "__main__":
    main(*sys.argv[1:])
