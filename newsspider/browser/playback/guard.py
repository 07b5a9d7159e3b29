"""Filters the answers of pywb: a replayed page reaches this server and nothing else.

pywb rewrites the addresses of a page, and its script those that the page's scripts make up. This is the second
wall: policies that the browser keeps, whatever a page of somebody else's does.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, TypeAlias

    Environ: TypeAlias = dict[str, Any]
    Headers: TypeAlias = list[tuple[str, str]]
    App: TypeAlias = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

_POLICY = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; frame-src 'self'; form-action 'self'; "
    "base-uri 'self'; frame-ancestors 'self'{}; object-src 'none'"
)
# Without allow-same-origin a page can get at neither the frame around it nor another capture's cookies and storage;
# without allow-top-navigation and allow-popups it stays in that frame, where frame-src holds it.
_SANDBOX = "; sandbox allow-scripts allow-forms"
_LOCKED = "default-src 'none'; sandbox"

_KEPT = {
    "accept-ranges", "content-disposition", "content-encoding", "content-language", "content-length", "content-range",
    "content-type", "content-location", "memento-datetime", "preference-applied", "vary",
}  # fmt: skip
_PREFIX = "X-Archive-Orig-"
NOT_ALLOWED = "405 Method Not Allowed"
_HOSTS = ("127.0.0.1", "localhost")

# What follows the collection in an address. pywb shows a page of its own: its index, the captures in a calendar, the
# frame around a capture, to which a timestamp without a modifier leads. All else may be of a stranger.
_OWN = re.compile(r"cdx(?:\?|$)|timemap/[a-z]+/|[0-9]*(?:[*-][0-9]*)?/|(?i:https?:|[a-z0-9-]+(?:\.[a-z0-9-]+)+[:/])")
_CAPTURE = re.compile(r"([0-9]*)([a-z]+_)/")
_SCRIPTED = re.compile(r"[0-9]*\$")  # a modifier of pywb's that nothing here asks for


def refusal(environ: Environ) -> tuple[str, str] | None:
    """Return why a request is not answered, as a status and a text; None for one that is."""
    try:
        name = urlsplit(f"//{environ.get('HTTP_HOST', '')}").hostname
    except ValueError:
        name = None
    if name not in _HOSTS:  # as when somebody lets a name of his own point here, to read what is archived
        return "403 Forbidden", "This server answers to 127.0.0.1 only."
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
        return NOT_ALLOWED, "An archive takes GET and HEAD only."
    return None


def plain(
    start_response: Callable[..., Any], status: str, text: str = "", *, location: str | None = None
) -> Iterable[bytes]:
    """Answer with a line of text, or with the way to another address."""
    body = f"{text}\n".encode() if text else b""
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
    if location is not None:
        headers.append(("Location", location))
    if status == NOT_ALLOWED:
        headers.append(("Allow", "GET, HEAD"))  # RFC 9110, 15.5.6
    start_response(status, headers)
    return [body]


class ReplayGuard:
    """WSGI middleware around pywb, for the one collection that it replays under ``/<prefix>/``.

    *prefix* is one that nobody escapes in an address. *framed_by* are further origins whose pages may frame one of
    these.
    """

    def __init__(self, app: App, prefix: str, framed_by: str = "") -> None:
        self._app = app
        self._policy = _POLICY.format(f" {framed_by}" if framed_by else "")
        self._root = f"/{prefix}/"

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        host = environ["HTTP_HOST"]
        uri: str = environ["REQUEST_URI"]
        rest = uri.removeprefix(self._root) if uri.startswith(self._root) else None
        # pywb finds a collection by the path as it is decoded, without the slashes before it, and then reads the
        # address as it was sent. In another spelling the two may differ, so there is one spelling.
        if rest is None and f"/{environ['PATH_INFO'].lstrip('/')}".startswith(self._root):
            return plain(start_response, "404 Not Found", f"Write the address as {self._root}…")
        if rest is not None and _SCRIPTED.match(rest):
            return plain(start_response, "404 Not Found", "There is no such form of a capture.")
        is_own = uri.startswith("/static/") if rest is None else bool(_OWN.match(rest))
        capture = _CAPTURE.match(rest) if rest is not None else None
        is_raw = capture is not None and capture[2] == "id_"
        if capture and not is_raw and environ.get("HTTP_SEC_FETCH_DEST") == "document":
            # A page by itself, as in a new tab, could go where it likes: into the frame.
            assert rest is not None
            timestamp = f"{capture[1]}/" if capture[1] else ""
            framed = f"{self._root}{timestamp}{rest[capture.end() :]}"
            return plain(start_response, "307 Temporary Redirect", location=framed)

        def guarded(status: str, headers: Headers, *more: Any) -> Any:
            kept = _without_policy(headers) if is_own else _outgoing(headers, host)
            policy = self._policy
            if not is_own:
                policy = _LOCKED if is_raw else self._policy + _SANDBOX
                kept.append(("Access-Control-Allow-Origin", "*"))  # a sandboxed page is of no origin
            kept += [
                ("Content-Security-Policy", policy),
                ("Referrer-Policy", "same-origin"),
                ("X-DNS-Prefetch-Control", "off"),
            ]
            return start_response(status, kept, *more)

        return self._app(environ, guarded)


def _outgoing(headers: Headers, host: str) -> Headers:
    """Return a capture's header with what a browser would act on set aside under ``X-Archive-Orig-``."""
    # What the site said comes before what pywb adds.
    link = max((at for at, (name, _) in enumerate(headers) if name.lower() == "link"), default=None)
    kept = []
    for at, (name, value) in enumerate(headers):
        lower = name.lower()
        if (
            lower in _KEPT
            or lower.startswith(_PREFIX.lower())
            or (lower == "location" and _is_here(value, host))
            or (at == link and 'rel="timemap"' in value)
        ):
            kept.append((name, value))
        else:
            kept.append((_PREFIX + name, value))
    return kept


def _is_here(location: str, host: str) -> bool:
    """Tell whether a redirect stays on this server.

    >>> _is_here("http://127.0.0.1:8080/demo/", "127.0.0.1:8080"), _is_here("//elsewhere.example/", "127.0.0.1:8080")
    (True, False)
    """
    return location.startswith(f"http://{host}/") or bool(re.match(r"/(?![/\\])", location))


def _without_policy(headers: Headers) -> Headers:
    return [(name, value) for name, value in headers if not name.lower().startswith("content-security-policy")]
