"""Lets answers through that are pages: a callback that reads pages never sees the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.spidermiddlewares.httperror import HttpError
from scrapy.spidermiddlewares.httperror import HttpErrorMiddleware as ScrapyHttpErrorMiddleware

from newsspider.crawl.extensions.outcomes import Outcomes, of
from newsspider.warc.http import is_part

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response

_NO_PAGES = {204, 205}
"""No Content, Reset Content."""


class HttpErrorMiddleware(ScrapyHttpErrorMiddleware):
    """Scrapy's, which takes every 2xx for a page, and counts nothing where an errback follows."""

    _outcomes: Outcomes | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        middleware = super().from_crawler(crawler)
        middleware._outcomes = crawler.get_extension(Outcomes)
        return middleware

    def process_spider_input(self, response: Response) -> None:  # type: ignore[override]  # without the old argument
        try:
            super().process_spider_input(response)
            if _is_no_page(response) and response.request and of(response.request) in ("article", "list"):
                raise HttpError(response, "Ignoring what is no page")
        except HttpError as error:
            request = response.request
            # An errback knows what was asked for: where a feed was only looked for, that there is none is no failure.
            if self._outcomes is not None and request is not None and request.errback is None:
                self._outcomes.raised(request, error)
            raise


def _is_no_page(response: Response) -> bool:
    content_range = response.headers.get("Content-Range") or b""
    return response.status in _NO_PAGES or is_part(response.status, content_range)
