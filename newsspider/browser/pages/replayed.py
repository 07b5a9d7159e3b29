"""The way to a page as it was, which another process shows; and to its pictures, which need none."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

from starlette.responses import RedirectResponse, Response

from newsspider.browser.context import NotThereError
from newsspider.browser.guard import LOCKED
from newsspider.browser.pages.one import number_of, one, shelved_of
from newsspider.collection.wacz import WaczError
from newsspider.errors import NewsspiderError
from newsspider.text.language import _
from newsspider.warc.reader import WarcError

if TYPE_CHECKING:
    from starlette.requests import Request

    from newsspider.browser.context import Browser
    from newsspider.browser.holding import Holding

_PICTURES = {"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"}
"""What a browser draws and does not run: no SVG."""
_MAX_PICTURE = 1 << 25


def show(browser: Browser, request: Request, asked: dict[str, str]) -> Response:
    """Lead to where a page is replayed."""
    holding = shelved_of(browser, asked["collection"]).holding
    replay = browser.replays.of(holding)
    if replay.origin is None:
        raise NotThereError(replay.why)
    return RedirectResponse(browser.replays.address(holding, asked["rest"]), status_code=302)


def set_up(browser: Browser, request: Request, asked: dict[str, str]) -> Response:
    """Begin to set up what replays pages, and go back."""
    browser.replays.set_up()
    try:
        back = urlsplit(request.headers.get("referer", "/"))
    except ValueError:  # as a host with half a pair of brackets
        back = urlsplit("/")
    # One slash at the start: two would name another server.
    path = "/" + quote(unquote(back.path).lstrip("/"), safe="/:")
    return RedirectResponse(f"{path}{f'?{back.query}' if back.query else ''}#page", status_code=303)


def picture(browser: Browser, request: Request, asked: dict[str, str]) -> Response:
    """Answer with a picture of an article, out of the archive."""
    found = one(browser, asked)
    images = found.record.get("images") or []
    number = number_of(asked.get("n", ""), 0)
    if not 0 < number <= len(images):
        raise NotThereError(_("The article has no such picture."))
    body = _body(found.holding, images[number - 1]["url"], _captured(found.record))
    if body is None:
        return Response(status_code=404, headers={"Content-Security-Policy": LOCKED})
    headers = {"Content-Security-Policy": LOCKED, "Content-Type": body[0]}
    return Response(body[1], headers=headers)


def _captured(record: dict[str, str]) -> datetime:
    return datetime.fromisoformat(record["fetched_at"])


def _body(holding: Holding, url: str, at: datetime) -> tuple[str, bytes] | None:
    """Return type and bytes of the capture of a picture that is nearest to a moment."""
    from newsspider.collection.captures import Captures
    from newsspider.parsing.pages import nearest_of

    try:
        captures = Captures(holding.archives(), lambda problem: None, max_block=_MAX_PICTURE)
        page = nearest_of(captures)(url, at)
        if page is None or page.http.status != 200:
            return None
        kinds = (value for name, value in page.http.headers if name.lower() == b"content-type")
        named = next(kinds, b"").decode("latin-1").partition(";")[0].strip().lower()
        return (named, page.http.body()) if named in _PICTURES else None
    except (WarcError, WaczError, NewsspiderError, OSError):
        return None
