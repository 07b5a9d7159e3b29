"""Scrapy's scheduler, which reports what it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.core.scheduler import Scheduler as ScrapyScheduler

from newsspider.crawl.extensions.outcomes import Outcomes

if TYPE_CHECKING:
    from scrapy import Request


class Scheduler(ScrapyScheduler):
    """Scrapy's scheduler; it reports to :class:`Outcomes` which requests it took."""

    def enqueue_request(self, request: Request) -> bool:
        taken = super().enqueue_request(request)
        if taken and self.crawler is not None and (outcomes := self.crawler.get_extension(Outcomes)) is not None:
            outcomes.queued(request)
        return taken
