"""Scrapy's downloader, mended where it breaks the delay and the concurrency that a site was promised."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import TYPE_CHECKING, Any

from scrapy.core.downloader import Downloader as ScrapyDownloader
from scrapy.exceptions import IgnoreRequest
from scrapy.utils.asyncio import call_later

from newsspider.crawl.extensions.outcomes import Outcomes
from newsspider.runs.ledger import NOT_SENT

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from scrapy import Request
    from scrapy.core.downloader import Slot
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.internet.defer import Deferred


class RequestRefusedError(IgnoreRequest):
    """A request was not sent because the crawl, or its host's slot, takes none any more; the page did not fail."""

    outcome = NOT_SENT


class Downloader(ScrapyDownloader):
    """Scrapy's downloader; it holds back the hosts that asked for that, and refuses requests of a crawl that ends."""

    def __init__(self, crawler: Crawler):
        super().__init__(crawler)
        self._held_until: dict[str, float] = {}
        self._refusal: str | None = None
        self._transfers: set[asyncio.Task[Any]] = set()
        self._refused: dict[str, str] = {}
        self._least_delays: dict[str, float] = {}
        outcomes = crawler.get_extension(Outcomes)
        assert outcomes is not None, "Downloader needs newsspider.crawl.extensions.outcomes.Outcomes in EXTENSIONS"
        self._outcomes = outcomes

    def fetch(self, request: Request) -> Deferred[Response | Request]:  # type: ignore[override]  # without the old argument
        # Whatever a middleware raises or returns, in whichever of its methods, comes by here.
        self._outcomes.taken(request)
        fetched: Deferred[Response | Request] = super().fetch(request).addBoth(self._outcomes.fetched, request)
        return fetched

    def _wait_for_download(self, slot: Slot, request: Request, queue_dfd: Any) -> Coroutine[Any, Any, None]:
        # Scrapy 2.14-2.19 counts a request only when its coroutine first runs; until then the slot looks free, and
        # without a delay the whole queue goes out at once.
        slot.transferring.add(request)
        return self._transfer(super()._wait_for_download(slot, request, queue_dfd), queue_dfd)

    async def _download(self, slot: Slot, request: Request) -> Response:
        slot.lastseen = monotonic()  # not when its turn came: a busy loop may lie between the two
        return await super()._download(slot, request)

    def note_sent(self, request: Request) -> None:
        """Count the delay of a request's slot from now on: connecting took its time, too."""
        slot = self.slots.get(request.meta.get(self.DOWNLOAD_SLOT, ""))
        if slot is not None:
            slot.lastseen = monotonic()

    async def _transfer(self, download: Coroutine[Any, Any, None], answered: Any) -> None:
        """Run a *download* so that it can be broken off; whoever waits for *answered* hears of that too."""
        task: Any = asyncio.current_task()
        self._transfers.add(task)
        try:
            await download
        except asyncio.CancelledError:
            answered.errback(RequestRefusedError(self._refusal or "broken off"))
        finally:
            self._transfers.discard(task)

    async def _enqueue_request(self, request: Request) -> Response:
        refusal = self._refusal or self._refused.get(self.get_slot_key(request))
        if refusal is not None:
            raise RequestRefusedError(refusal)
        return await super()._enqueue_request(request)

    @property
    def refuses(self) -> bool:
        """Whether nothing is sent any more."""
        return self._refusal is not None

    def refuse(self, reason: str) -> None:
        """Send nothing more: requests that wait or come later raise RequestRefusedError; those on their way go on."""
        self._refusal = reason
        for slot in self.slots.values():
            _drop(slot, reason)

    def refuse_slot(self, key: str, reason: str) -> None:
        """Send nothing more through the slot *key*."""
        self._refused[key] = reason
        if key in self.slots:
            _drop(self.slots[key], reason)

    def break_off(self) -> int:
        """Break off what is on its way; return how many exchanges that were."""
        transfers = list(self._transfers)
        for each in transfers:
            each.cancel()
        return len(transfers)

    def hold(self, key: str, seconds: float) -> None:
        """Send nothing more through the slot *key* for *seconds*, nor before the end of an earlier, longer hold."""
        now = monotonic()
        until = self._held_until[key] = max(now + seconds, self._held_until.get(key, now))
        slot = self.slots[key]
        if slot.latercall:
            slot.latercall.cancel()
        slot.latercall = call_later(until - now, self._latercall, slot)

    def keep_delay(self, key: str, seconds: float) -> None:
        """Send no two requests through the slot *key* within *seconds*, however fast its host answers."""
        self._least_delays[key] = seconds

    def _process_queue(self, slot: Slot) -> None:
        # Before each request, as AutoThrottle sets the delay after each answer.
        for key, seconds in self._least_delays.items():
            if self.slots.get(key) is slot:
                slot.delay = max(slot.delay, seconds)
        for key, until in self._held_until.items():  # of a slot that was let go of when nothing waited in it
            if self.slots.get(key) is slot and not slot.latercall and (seconds := until - monotonic()) > 0:
                slot.latercall = call_later(seconds, self._latercall, slot)
        super()._process_queue(slot)


def _drop(slot: Slot, reason: str) -> None:
    while slot.queue:
        _, waiting = slot.queue.popleft()
        waiting.errback(RequestRefusedError(reason))
