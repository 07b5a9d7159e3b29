"""Content-Encoding undone as the archive's readers undo it, so that a page says the same live and read again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware as ScrapyHttpCompressionMiddleware

from newsspider.archive.http import MAX_BODY, BodyTooLargeError, ContentCodingError, decode
from newsspider.middlewares.refusal import refuse

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response


class HttpCompressionMiddleware(ScrapyHttpCompressionMiddleware):
    """Scrapy's, which takes what can be read of a damaged body for the page: here the page is asked for again.

    What an archive holds cut off, and says so, is read as far as it goes: there is no more of it to be had.
    """

    def __init__(self, *, crawler: Crawler):
        super().__init__(crawler=crawler)
        self._crawler = crawler
        self._whole = True
        """Whether all of the body at hand came; from one answer to the next."""

    async def process_response(  # type: ignore[override]  # without the old argument
        self, request: Request, response: Response
    ) -> Request | Response:
        self._whole = "dataloss" not in response.flags
        try:
            return super().process_response(request, response)
        except BodyTooLargeError as error:
            return await refuse(self._crawler, request, BodyTooLargeError(response.url, error.limit))
        except ContentCodingError as error:
            return await refuse(self._crawler, request, ContentCodingError(response.url, error.coding, error.cause))

    def _decode(self, body: bytes, encoding: bytes, max_size: int) -> bytes:  # type: ignore[override]
        if encoding in (b"gzip", b"x-gzip", b"deflate"):
            coding, limit = encoding.decode("ascii"), max_size or MAX_BODY
            return decode(body, coding, limit=limit, place="the answer", whole=self._whole)
        return ScrapyHttpCompressionMiddleware._decode(body, encoding, max_size)  # nobody asked for it
