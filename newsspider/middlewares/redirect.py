"""Redirects that lead nowhere are counted: in a ring, without end, off the site, to no address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware as ScrapyRedirectMiddleware
from scrapy.exceptions import IgnoreRequest

from newsspider.errors import NewsspiderError
from newsspider.middlewares.offsite import OffsiteMiddleware
from newsspider.middlewares.refusal import refuse

if TYPE_CHECKING:
    from scrapy.http import Response


class RedirectError(NewsspiderError, IgnoreRequest):
    """A redirect is not followed."""

    def __init__(self, url: str, kind: str, to: str):
        super().__init__(f"{url}: {kind}, not followed: {to[:500]}")
        self.kind = kind


class RedirectMiddleware(ScrapyRedirectMiddleware):
    """Scrapy's, which forgets a page that is led back to itself, as a duplicate, or off the site."""

    async def process_response(  # type: ignore[override]  # without the old argument
        self, request: Request, response: Response
    ) -> Request | Response:
        to = (response.headers.get("Location") or b"").decode("latin-1")
        try:
            answer = super().process_response(request, response)
        except IgnoreRequest:
            kind = "redirects without end"
        except ValueError:
            kind = "redirect to no address"
        else:
            if not isinstance(answer, Request) or not (kind := self._fault(answer)):
                return answer
        return await refuse(self.crawler, request, RedirectError(response.url, kind, to))

    def _fault(self, redirected: Request) -> str:
        """Say what is wrong with where a redirect leads; nothing where all is well."""
        if _page(redirected.url) in map(_page, redirected.meta["redirect_urls"]):
            return "redirect in a ring"
        offsite = self.crawler.get_downloader_middleware(OffsiteMiddleware)
        return "" if offsite is None or offsite.admits(redirected) else "redirect off the site"


def _page(url: str) -> str:
    return url.partition("#")[0]
