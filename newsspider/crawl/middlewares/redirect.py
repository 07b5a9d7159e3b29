"""Redirects as browsers follow them; those that lead nowhere are counted: in a ring, without end, to no address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware as ScrapyRedirectMiddleware
from scrapy.exceptions import IgnoreRequest

from newsspider.crawl.middlewares.offsite import OffsiteMiddleware
from newsspider.crawl.middlewares.refusal import refuse
from newsspider.errors import NewsspiderError
from newsspider.text.urls import absolute, shown

if TYPE_CHECKING:
    from scrapy.http import Response


class RedirectError(NewsspiderError, IgnoreRequest):
    """A redirect is not followed."""

    def __init__(self, url: str, kind: str, to: str):
        super().__init__(f"{url}: {kind}, not followed: {shown(to)}")
        self.kind = kind


class RedirectMiddleware(ScrapyRedirectMiddleware):
    """Scrapy's, which forgets a page that is led back to itself, as a duplicate, or off the site."""

    async def process_response(  # type: ignore[override]  # without the old argument
        self, request: Request, response: Response
    ) -> Request | Response:
        location = response.headers.get("Location")
        if location is None:
            return response
        to = _ESCAPED.sub(_escape, location).decode("ascii")
        url = absolute(request.url, to, keep_tracking=True) if to else request.url
        # Scrapy's would join it otherwise, and leave in it who comes.
        headers = response.headers.copy()
        headers["Location"] = url or request.url
        try:
            answer = super().process_response(request, response.replace(headers=headers))
        except IgnoreRequest:
            kind = "redirects without end"
        else:
            if not isinstance(answer, Request):
                return response
            kind = "redirect to no address" if url is None else self._fault(answer)
            if not kind:
                return answer
        return await refuse(self.crawler, request, RedirectError(response.url, kind, to))

    def _fault(self, redirected: Request) -> str:
        """Say what is wrong with where a redirect leads; nothing where all is well."""
        if _page(redirected.url) in map(_page, redirected.meta["redirect_urls"]):
            return "redirect in a ring"
        offsite = self.crawler.get_downloader_middleware(OffsiteMiddleware)
        return "" if offsite is None or offsite.admits(redirected) else "redirect off the site"


_ESCAPED = re.compile(rb"[\x80-\xff]")
"""In a header these are UTF-8, or what the pages of the site are in; the address keeps them as they are."""


def _escape(byte: re.Match[bytes]) -> bytes:
    return b"%%%02X" % byte[0][0]


def _page(url: str) -> str:
    return url.partition("#")[0]
