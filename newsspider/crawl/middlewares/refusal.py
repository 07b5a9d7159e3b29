"""Treats a faulty answer like a faulty connection: it is retried and counted."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from newsspider.errors import NewsspiderError

logger = logging.getLogger(__name__)


async def refuse(crawler: Crawler, request: Request, error: NewsspiderError) -> Request | Response:
    """Return what a middleware makes of the *error*, a retry for instance; else raise it.

    For a ``process_response``: Scrapy 2.19 reports what that raises to no middleware (its private name used here:
    ``_process_exception``).
    """
    logger.warning("%s", error)
    middlewares: Any = crawler.engine.downloader.middleware
    result: Request | Response = await middlewares._process_exception(error, request)
    return result
