"""Stock Scrapy as a peer: fetches the pages of a list as shipped, and drops them. Nothing of the project's is loaded.

Its one addition leads the connections to the server on loopback.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import scrapy
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings
from twisted.internet.endpoints import HostnameEndpoint, wrapClientTLS
from twisted.web.client import HTTPConnectionPool


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
        pool.connect_to, pool.policy = read_connect_to(crawler.settings["CONNECT_TO"]), self._contextFactory
        self._pool = pool


def read_connect_to(value):
    """Read ``HOST:PORT:HOST:PORT[,…]``."""
    entries = (entry.split(":") for entry in value.split(","))
    return {(host, int(port)): (to_host, int(to_port)) for host, port, to_host, to_port in entries}


class StockSpider(scrapy.Spider):
    """Fetches the URLs of a file and drops the pages."""

    name = "stock"
    custom_settings = {"DOWNLOAD_HANDLERS": {"http": StockHandler, "https": StockHandler}}

    async def start(self):
        for url in json.loads(Path(self.urls).read_text(encoding="utf-8")):
            yield scrapy.Request(url, dont_filter=True)

    def parse(self, response):
        pass


def crawl(spider, settings, *, pages, **arguments):
    """Run a crawl to its end; exit where it got less than *pages* answers, so that nobody is compared with nothing."""
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(spider)
    process.crawl(crawler, **arguments)
    process.start()
    got = crawler.stats.get_value("downloader/response_count", 0) if crawler.engine else 0
    if got < pages:
        sys.exit(f"{spider.name}: got {got} pages of {pages}")


def main(options: str) -> None:
    settings, arguments = json.loads(options)
    crawl(StockSpider, Settings(settings), **arguments)


if __name__ == "__main__":
    main(*sys.argv[1:])
