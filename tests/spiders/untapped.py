"""A download handler whose connections are not tapped, as after an update of Twisted that the tap does not fit."""

from __future__ import annotations

from scrapy.core.downloader.handlers.http11 import _LenientHTTP11ClientFactory

from newsspider.crawl.capture import CaptureHandler


class UntappedHandler(CaptureHandler):
    def __init__(self, crawler):
        super().__init__(crawler)
        self._pool._factory = _LenientHTTP11ClientFactory
