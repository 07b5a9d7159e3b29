"""The routes of the browser. A page's module is imported when it is first requested, so the start waits for none."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import asynccontextmanager
from importlib import import_module
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import Route

from newsspider.browser.context import NotThereError
from newsspider.browser.guard import Guard
from newsspider.errors import NewsspiderError
from newsspider.text.language import language, preferred, speaking

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from starlette.requests import Request

    from newsspider.browser.context import Browser

logger = logging.getLogger(__name__)

# Address, module in pages/, function. An id may hold anything, slashes too, so it comes last.
_PAGES = (
    ("/", "listing", "show"),
    ("/changes", "changes", "show"),
    ("/runs", "runs", "show"),
    ("/runs/{collection}", "runs", "show"),
    ("/run/{collection}/{id}", "runs", "report"),
    ("/fields", "runs", "fields"),
    ("/article/{collection}/{id:path}", "article", "show"),
    ("/compare/{collection}/{id:path}", "compare", "show"),
    ("/cite/{collection}/{id:path}", "citing", "show"),
    ("/record/{collection}/{id:path}", "downloads", "record"),
    ("/warc/{collection}/{id:path}", "downloads", "warc"),
    ("/wacz/{collection}/{id:path}", "packing", "show"),
    ("/picture/{collection}/{id:path}", "replayed", "picture"),
    ("/page/{collection}/{rest:path}", "replayed", "show"),
)
_FORMS = (("/verify/{collection}/{id:path}", "verifying", "show"), ("/set-up", "replayed", "set_up"))


def application(browser: Browser) -> Starlette:
    """Return the application; its collections are opened when it starts."""

    @asynccontextmanager
    async def running(_: Starlette) -> AsyncIterator[None]:
        browser.shelf.start()
        try:
            yield
        finally:
            browser.replays.stop()
            browser.shelf.stop()

    routes = [Route("/style.css", _style)]
    routes += [Route(path, _page(browser, module, name)) for path, module, name in _PAGES]
    routes += [Route(path, _page(browser, module, name), methods=["POST"]) for path, module, name in _FORMS]
    routes.append(Route("/{rest:path}", _page(browser, "missing", "show")))
    return Starlette(routes=routes, middleware=[Middleware(Guard)], lifespan=running)


def _page(browser: Browser, module: str, name: str) -> Callable[[Request], Awaitable[Response]]:
    def failed(error: Exception) -> Response:
        missing: Any = import_module("newsspider.browser.pages.missing")
        response: Response = missing.failed(browser, error)
        return response

    def answer(request: Request, values: dict[str, str]) -> Response:
        show: Any = getattr(import_module(f"newsspider.browser.pages.{module}"), name)
        with speaking(preferred(request.headers.get("accept-language")) or language()):
            try:
                response: Response = show(browser, request, values)
            except NotThereError as error:
                missing: Any = import_module("newsspider.browser.pages.missing")
                response = missing.because(browser, str(error))
            except (NewsspiderError, OSError, sqlite3.Error) as error:  # as when the cache is deleted meanwhile
                logger.warning("%s: %s", request.url.path, error)
                response = failed(error)
            except Exception as error:  # no page that a stranger wrote ends in an answer that nobody can read
                logger.exception("%s", request.url.path)
                response = failed(error)
            return response

    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(answer, request, {**request.query_params, **request.path_params})

    return endpoint


async def _style(_: Request) -> Response:
    style = (files("newsspider.browser.pages") / "style.css").read_bytes()
    return Response(style, media_type="text/css", headers={"Content-Language": "en"})
