"""Removes credentials from the addresses of requests, whichever spider made them, before anything is sent."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from scrapy.spidermiddlewares.base import BaseSpiderMiddleware

from newsspider.text.urls import UrlError, clean_url, names_user

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

logger = logging.getLogger(__name__)


class CredentialsMiddleware(BaseSpiderMiddleware):
    """Scrapy logs in with none of them, and would take them for a part of the host's name."""

    def get_processed_request(self, request: Request, response: Response | None) -> Request | None:
        if "@" not in request.url:
            return request
        try:
            url = clean_url(request.url, keep_tracking=True)
        except UrlError:  # ftp, data: not of the web
            return request
        if not names_user(request.url):
            return request
        logger.warning("%s is asked for without the user and password that stand before its host", url)
        return request.replace(url=url)
