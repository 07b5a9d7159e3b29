"""pywb over one collection, with a list of its articles in front; runs in pywb's environment (``START``)."""

from __future__ import annotations

import logging
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qs, quote

from newsspider.archive.cdxj import NOT_MODIFIED, merged
from newsspider.archive.collection import Collection
from newsspider.archive.lookup import loosely
from newsspider.playback.catalogue import Catalogue
from newsspider.playback.guard import Guard, plain, refusal
from newsspider.playback.page import AS_IT_IS, POLICY, as_html
from newsspider.playback.wombat import Wombat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from newsspider.playback.guard import App, Environ

START = """\
from gevent.monkey import patch_all; patch_all()  # before anything has a socket
import sys
sys.path.append(sys.argv.pop(1)); import newsspider; sys.path.pop()  # newsspider, and nothing else that lies beside it
from newsspider.playback.server import serve
serve(*sys.argv[1:])
"""
"""The program: run it with the directory that ``newsspider`` lies in, a collection, and a listening socket."""

_INDEX_TYPE = "collection"


def serve(path: str, descriptor: str) -> None:
    """Serve the collection at *path* on the inherited listening socket *descriptor* until SIGINT, SIGTERM or SIGHUP."""
    from gevent import signal_handler, socket
    from gevent.pywsgi import WSGIServer
    from pywb.utils.geventserver import RequestURIWSGIHandler

    os.environ["NO_PROXY"] = "*"  # pywb asks itself over HTTP
    collection = Collection(Path(path))
    listener = socket.socket(fileno=int(descriptor))
    app = Front(collection, Guard(Wombat(_pywb(collection)), collection.name))
    server = WSGIServer(listener, app, log=None, handler_class=RequestURIWSGIHandler)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal_handler(number, server.stop, 1)
    host, port = listener.getsockname()
    print(f"{path} is replayed at http://{host}:{port}/ (Ctrl-C ends it)", flush=True)
    server.serve_forever()
    print("Ended.", file=sys.stderr)


class Front:
    """WSGI application: the list at ``/``, a way to any page at ``/go``, and *replay* for the rest."""

    def __init__(self, collection: Collection, replay: App) -> None:
        self._name = collection.name
        self._catalogue = Catalogue(collection)
        self._catalogue.refresh()
        self._replay = replay

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if refused := refusal(environ):
            return plain(start_response, *refused)
        path = environ["PATH_INFO"]
        asked = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
        if path == "/":
            return self._list(asked, start_response)
        if path in (f"/{self._name}", f"/{self._name}/"):
            return plain(start_response, "303 See Other", location="/")
        if path == "/go":
            url = quote(asked.get("url", "").strip(), safe=AS_IT_IS)
            return plain(start_response, "303 See Other", location=f"/{quote(self._name)}/*/{url}")
        return self._replay(environ, start_response)

    def _list(self, asked: dict[str, str], start_response: Callable[..., Any]) -> Iterable[bytes]:
        self._catalogue.refresh()
        number = asked.get("page", "1")
        page = as_html(
            self._catalogue,
            self._name,
            text=asked.get("q", "").strip(),
            channel=asked.get("channel", ""),
            number=int(number) if number.isdecimal() and len(number) < 10 else 1,
        ).encode("utf-8", "replace")
        headers = [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(page))),
            ("Content-Security-Policy", POLICY),
            ("Referrer-Policy", "no-referrer"),
        ]
        start_response("200 OK", headers)
        return [page]


def _pywb(collection: Collection) -> App:
    """Return pywb's application for the collection alone: no live web, no recording, no proxy."""
    from gevent.pywsgi import LoggingLogAdapter
    from pywb import DEFAULT_CONFIG
    from pywb.apps.frontendapp import FrontEndApp
    from pywb.warcserver.warcserver import register_source

    os.chdir(sys.prefix)  # pywb looks for templates and settings where it is started
    os.environ.pop("PYWB_CONFIG_FILE", None)
    register_source(_Index)
    app = FrontEndApp(
        config_file=DEFAULT_CONFIG,
        custom_config={
            "collections": {
                collection.name: {
                    "index": {"type": _INDEX_TYPE, "path": str(collection.path)},
                    # Not the directory's name: in that pywb would take {, } and * for more than they are.
                    "archive_paths": [lambda name, entry: str(collection.archive_dir / Path(name).name)],
                }
            },
            "enable_auto_colls": False,
            "ui": {"logo_home_url": "/"},
        },
    )
    app.warcserver_server.server.log = LoggingLogAdapter(logging.getLogger("pywb"), level=logging.DEBUG)
    return cast("App", app)


class _Index:
    """The collection's index as pywb reads one, without what pywb would replay wrongly.

    What says 304 has no body and stands for another capture. Keys fold letter case, so a key may have captures of
    several addresses: where the one that was asked for is among them, only that counts.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._index = Collection(Path(path)).index

    @classmethod
    def init_from_string(cls, value: str) -> None:
        """Leave names of files to pywb."""

    @classmethod
    def init_from_config(cls, config: dict[str, str]) -> _Index | None:
        return cls(config["path"]) if config["type"] == _INDEX_TYPE else None

    def __str__(self) -> str:
        return self._path

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

        with self._index.opened() as files:
            for line in merged(*(iter_range(file, key, end) for file in files.values())):
                entry = CDXObject(line)
                entry.pop("load_url", None)  # in a foreign index: fetch it from there
                if entry.get("status") != NOT_MODIFIED:
                    yield entry
