"""Decodes exactly as the archive's reader does, so that live and replayed pages give equal records.

Scrapy's own middleware takes what can be read of a damaged body for the page: here the page is asked for again. What an
archive holds cut off, and says so, is read as far as it goes: there is no more of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.responsetypes import responsetypes

from newsspider.crawl.middlewares.refusal import refuse
from newsspider.warc.codings import MAX_BODY, BodyTooLargeError, ContentCodingError, codings_of, decode

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response


class HttpCompressionMiddleware:
    """Decodes every body, into at most ``DOWNLOAD_MAXSIZE`` bytes; what is asked for is a setting of its own."""

    def __init__(self, crawler: Crawler):
        self._crawler = crawler
        self._max_size = crawler.settings.getint("DOWNLOAD_MAXSIZE")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        labels = response.headers.getlist("Content-Encoding")
        if not labels or request.method == "HEAD":
            return response
        limit = request.meta.get("download_maxsize", self._max_size) or MAX_BODY
        whole = "dataloss" not in response.flags
        try:
            body = decode(response.body, codings_of(labels), limit=limit, place=response.url, whole=whole)
        except (BodyTooLargeError, ContentCodingError) as error:
            return await refuse(self._crawler, request, error)
        headers = response.headers.copy()
        del headers["Content-Encoding"]
        kind = responsetypes.from_args(headers=headers, url=response.url, body=body)
        return response.replace(cls=kind, headers=headers, body=body)
