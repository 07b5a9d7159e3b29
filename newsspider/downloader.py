"""Scrapy's downloader, keeping the promises it makes to a site."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any

from scrapy.core.downloader import Downloader as ScrapyDownloader
from scrapy.exceptions import IgnoreRequest
from scrapy.utils.asyncio import call_later

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from scrapy import Request
    from scrapy.core.downloader import Slot
    from scrapy.crawler import Crawler
    from scrapy.http import Response


class Downloader(ScrapyDownloader):
    def __init__(self, crawler: Crawler):
        super().__init__(crawler)
        self._held_until: dict[str, float] = {}
        self._refusal: str | None = None

    def _wait_for_download(self, slot: Slot, request: Request, queue_dfd: Any) -> Coroutine[Any, Any, None]:
        # Scrapy 2.14-2.19 counts a request only when its coroutine first runs; until then the slot looks free, and
        # without a delay the whole queue goes out at once.
        slot.transferring.add(request)
        return super()._wait_for_download(slot, request, queue_dfd)

    async def _enqueue_request(self, request: Request) -> Response:
        if self._refusal is not None:
            raise IgnoreRequest(self._refusal)
        return await super()._enqueue_request(request)

    def refuse(self, reason: str) -> None:
        """Send nothing more at all: what waits is dropped, and so is what comes; what is on its way may arrive."""
        self._refusal = reason
        for slot in self.slots.values():
            while slot.queue:
                _, waiting = slot.queue.popleft()
                waiting.errback(IgnoreRequest(reason))

    def hold(self, key: str, seconds: float) -> None:
        """Send nothing more through the slot *key* for *seconds*, nor before the end of an earlier, longer hold."""
        now = monotonic()
        until = self._held_until[key] = max(now + seconds, self._held_until.get(key, now))
        slot = self.slots[key]
        if slot.latercall:
            slot.latercall.cancel()
        slot.latercall = call_later(until - now, self._latercall, slot)
