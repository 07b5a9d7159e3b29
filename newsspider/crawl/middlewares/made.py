"""Notes every request of the spider before another spider middleware can drop it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy import Request

from newsspider.crawl.extensions.outcomes import Outcomes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response


class MadeMiddleware:
    """Nearest to the spider, so that every request passes here first."""

    def __init__(self, crawler: Crawler):
        outcomes = crawler.get_extension(Outcomes)
        assert outcomes is not None, "MadeMiddleware needs newsspider.crawl.extensions.outcomes.Outcomes in EXTENSIONS"
        self._outcomes = outcomes

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_start(self, start: AsyncIterator[Any]) -> AsyncIterator[Any]:
        async for each in start:
            self._note(each)
            yield each

    async def process_spider_output(self, response: Response, result: AsyncIterator[Any]) -> AsyncIterator[Any]:
        async for each in result:
            self._note(each)
            yield each

    def _note(self, made: Any) -> None:
        if isinstance(made, Request):
            self._outcomes.made(made)
