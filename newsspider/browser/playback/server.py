"""pywb over one collection; runs in pywb's environment (``START``)."""

from __future__ import annotations

import logging
import os
import signal
import sys
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qs

from newsspider.browser.playback.guard import ReplayGuard, plain, refusal
from newsspider.browser.playback.standin import replayed
from newsspider.browser.playback.wombat import Wombat
from newsspider.errors import NewsspiderError
from newsspider.terminal.console import complain, say
from newsspider.text.language import _, preferred, speaking, tag
from newsspider.text.replayed import replayed_as, replayed_at
from newsspider.text.templates import render
from newsspider.warc.address import loosely
from newsspider.warc.cdxj import NOT_MODIFIED, merged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from newsspider.browser.playback.guard import App, Environ
    from newsspider.browser.playback.standin import Replayed

START = """\
from gevent.monkey import patch_all; patch_all()  # before anything has a socket
import sys
sys.path.append(sys.argv.pop(1)); import newsspider; sys.path.pop()  # newsspider, and nothing else that lies beside it
from newsspider.browser.playback.server import serve
serve(*sys.argv[1:])
"""
"""The program: run it with the directory that ``newsspider`` lies in, a collection, and a listening socket."""

_INDEX_TYPE = "collection"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
"""Content-Security-Policy of the first page, which runs nothing and loads nothing."""


def serve(path: str, descriptor: str, framed_by: str = "") -> None:
    """Serve a collection or a WACZ on the inherited listening socket *descriptor* until SIGINT, SIGTERM or SIGHUP.

    *framed_by* are the origins whose pages may frame one of these; then it also ends with its standard input.
    """
    from gevent import signal_handler, socket, spawn
    from gevent.pywsgi import WSGIServer
    from gevent.socket import wait_read
    from pywb.utils.geventserver import RequestURIWSGIHandler

    os.environ["NO_PROXY"] = "*"  # pywb asks itself over HTTP
    listener = socket.socket(fileno=int(descriptor))
    try:
        with replayed(Path(path), complain) as there:
            front = Front(there.name, ReplayGuard(Wombat(_pywb(there)), replayed_as(there.name), framed_by))
            server = WSGIServer(listener, front, log=None, handler_class=RequestURIWSGIHandler)
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal_handler(number, server.stop, 1)
            if framed_by:
                spawn(lambda: (wait_read(sys.stdin.fileno()), server.stop(1)))
            host, port = listener.getsockname()
            address = f"http://{host}:{port}/"
            say(_("%(path)s is replayed at %(address)s (Ctrl-C ends it)", path=path, address=address), flush=True)
            server.serve_forever()
    except NewsspiderError as error:
        complain(f"scrapy replay: {error.localized()}")
        sys.exit(error.exit_code)
    complain(_("Ended."))


class Front:
    """WSGI application: at ``/`` what is to be found where, a way to any page at ``/go``, and *replay* for the rest."""

    def __init__(self, name: str, replay: App) -> None:
        self._name = name
        self._replay = replay

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if refused := refusal(environ):
            return plain(start_response, *refused)
        path = environ["PATH_INFO"]
        if path == "/":
            with speaking(preferred(environ.get("HTTP_ACCEPT_LANGUAGE"))):
                return self._first_page(start_response)
        if path.rstrip("/") == f"/{replayed_as(self._name)}":
            return plain(start_response, "303 See Other", location="/")
        if path == "/go":
            asked = parse_qs(environ["QUERY_STRING"]).get("url", [""])[0]
            return plain(start_response, "303 See Other", location=replayed_at(self._name, "*", asked.strip()))
        return self._replay(environ, start_response)

    def _first_page(self, start_response: Callable[..., Any]) -> Iterable[bytes]:
        page = render(
            "browser/playback/page.html",
            collection=self._name,
            path=replayed_as(self._name),
            command=f"newsspider browse {quote(self._name)}",
        ).encode("utf-8", "replace")
        headers = [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(page))),
            ("Content-Language", tag()),
            ("Vary", "Accept-Language"),
            ("Content-Security-Policy", _POLICY),
            ("Referrer-Policy", "no-referrer"),
        ]
        start_response("200 OK", headers)
        return [page]


def _pywb(there: Replayed) -> App:
    """Return pywb's application for what is there alone: no live web, no recording, no proxy."""
    from gevent.pywsgi import LoggingLogAdapter
    from pywb import DEFAULT_CONFIG
    from pywb.apps.frontendapp import FrontEndApp
    from pywb.warcserver.warcserver import register_source

    os.chdir(sys.prefix)  # pywb looks for templates and settings where it is started
    os.environ.pop("PYWB_CONFIG_FILE", None)
    _Index.there = there
    register_source(_Index)
    app = FrontEndApp(
        config_file=DEFAULT_CONFIG,
        custom_config={
            "collections": {
                replayed_as(there.name): {
                    "index": {"type": _INDEX_TYPE},
                    # Not the directory's name: in that pywb would take {, } and * for more than they are.
                    "archive_paths": [lambda name, entry: there.file(name)],
                }
            },
            "enable_auto_colls": False,
            "ui": {"logo_home_url": "/"},
        },
    )
    app.warcserver_server.server.log = LoggingLogAdapter(logging.getLogger("pywb"), level=logging.DEBUG)
    return cast("App", app)


class _Index:
    """The index as pywb reads one, without what pywb would replay wrongly.

    What says 304 has no body and stands for another capture. Keys fold letter case, so a key may have captures of
    several addresses: where the one that was asked for is among them, only that counts.
    """

    there: Replayed

    @classmethod
    def init_from_string(cls, value: str) -> None:
        """Leave names of files to pywb."""

    @classmethod
    def init_from_config(cls, config: dict[str, str]) -> _Index | None:
        return cls() if config["type"] == _INDEX_TYPE else None

    def __str__(self) -> str:
        return self.there.name

    def load_index(self, params: dict[str, Any]) -> Iterator[Any]:
        """Return the entries between the keys of a query, as pywb's own sources do."""
        entries = self._entries(params["key"], params["end_key"])
        if params.get("matchType", "exact") != "exact":
            return entries
        of_key = list(entries)
        wanted = loosely(params["url"])
        return iter([entry for entry in of_key if loosely(entry["url"]) == wanted] or of_key)

    def _entries(self, key: bytes, end: bytes) -> Iterator[Any]:
        from pywb.utils.binsearch import iter_range
        from pywb.warcserver.index.cdxobject import CDXObject

        with self.there.opened() as files:
            for line in merged(*(iter_range(file, key, end) for file in files)):
                entry = CDXObject(line)
                entry.pop("load_url", None)  # in a foreign index: fetch it from there
                if entry.get("status") != NOT_MODIFIED:
                    yield entry
