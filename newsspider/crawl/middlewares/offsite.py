"""Limits the hosts of a crawl: the site's own, and for page requisites also those that they may come from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy.downloadermiddlewares.offsite import OffsiteMiddleware as ScrapyOffsiteMiddleware
from scrapy.exceptions import IgnoreRequest

from newsspider.crawl.errand import ForRequisite, errand_of
from newsspider.crawl.extensions.outcomes import Outcomes
from newsspider.runs.ledger import OFFSITE

if TYPE_CHECKING:
    from scrapy import Request


class OffsiteError(IgnoreRequest):
    """A request would leave the site."""

    outcome = OFFSITE


class OffsiteMiddleware(ScrapyOffsiteMiddleware):
    """Scrapy's, which sees what a redirect leads to as well."""

    def process_request(self, request: Request) -> None:  # type: ignore[override]  # without the old argument
        # Set for known pages and by retries, and inherited by redirects: no leave to go elsewhere.
        try:
            super().process_request(request.replace(dont_filter=False) if request.dont_filter else request)
        except IgnoreRequest as error:
            raise OffsiteError(str(error)) from error

    def request_scheduled(self, request: Request) -> None:  # type: ignore[override]  # without the old argument
        try:
            self.process_request(request)
        except OffsiteError as error:  # the engine forgets the request then
            if (outcomes := self.crawler.get_extension(Outcomes)) is not None:
                outcomes.turned_down(request, error)
            raise

    def admits(self, request: Request) -> bool:
        """Tell whether a request may go where it goes."""
        assert self.crawler.spider is not None
        return bool(request.meta.get("allow_offsite")) or self.should_follow(request, self.crawler.spider)

    def should_follow(self, request: Request, spider: Any) -> bool:
        if isinstance(errand_of(request), ForRequisite):
            return bool(spider.requisites.admits(request.url))
        if request.meta.get("dont_obey_robotstxt") and urlsplit(request.url).path == "/robots.txt":
            return True  # asked for because of a request that was let through; refused, it would allow everything
        return super().should_follow(request, spider)
