"""The error pages: an address without a page, and a page that cannot be shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from starlette.responses import RedirectResponse

from newsspider.browser.pages.showing import address, page
from newsspider.browser.reasons import reason
from newsspider.text.language import _
from newsspider.text.replayed import replayed_as

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from newsspider.browser.context import Browser

_CAPTURE = re.compile(r"(?:\d{1,14}(?:[a-z]{2}_)?|\*)/https?:")


def show(browser: Browser, request: Request, asked: dict[str, str]) -> Response:
    """Answer an address that is none of ours; one of replay's own, as reports link to them, leads there."""
    # As it was sent: what is escaped in the address of a page is part of it.
    sent = request.scope["raw_path"].decode("utf-8", "replace").lstrip("/")
    first, _slash, rest = sent.partition("/")
    name = next((each for each in browser.shelf.all if unquote(first) in (each, replayed_as(each))), None)
    if name is not None and _CAPTURE.match(rest):
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(address("page", name, rest + query), status_code=302)
    return because(browser, _("There is no page at this address."))


def because(browser: Browser, why: str) -> Response:
    """Answer with 404 and the reason."""
    return page(browser, "missing", status=404, heading=_("Not there"), why=why)


def failed(browser: Browser, error: Exception) -> Response:
    """Say why a page cannot be shown now."""
    return page(browser, "missing", status=500, heading=_("It cannot be shown now"), why=str(reason(error)))
