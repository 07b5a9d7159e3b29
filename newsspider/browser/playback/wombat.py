"""pywb's script for replayed pages, wombat, made to start in a page of no origin."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from newsspider.browser.playback.guard import App, Environ

_PATH = "/static/wombat.js"


class Wombat:
    """WSGI middleware around pywb: the script with ``opaque.js`` before it, in one file so that they stay in order."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._script = b"\n".join(
            (files(package) / name).read_bytes()
            for package, name in (("newsspider.browser.playback", "opaque.js"), ("pywb", "static/wombat.js"))
        )

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] != _PATH:
            return self._app(environ, start_response)
        headers = [("Content-Type", "text/javascript; charset=utf-8"), ("Content-Length", str(len(self._script)))]
        start_response("200 OK", headers)
        return [self._script]
