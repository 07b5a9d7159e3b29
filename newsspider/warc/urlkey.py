"""The key under which captures of a URL are indexed: SURT, as the ``surt`` package and so pywb compute it.

It follows the Internet Archive's canonicalisation to the byte, its oddities included: the labels of an IPv4
address are reversed like any host's. Method and request body are no part of the key. The package itself, which the
tests hold this against, takes three times as long a key, and brings two packages more.
"""

from __future__ import annotations

import contextlib
import re
import socket
import struct
from collections import deque
from functools import lru_cache
from urllib.parse import quote_from_bytes, unquote_to_bytes

_NOT_IN_KEY = re.compile(r"[^!-~]+")
_SPACES_INSIDE = re.compile(rb"[\n\r\t]")
_SCHEME = re.compile(rb"[a-zA-Z][a-zA-Z0-9+.-]*:")
_REPEATED_PROTOCOL = re.compile(rb"^(https?://)+")
# RFC 3986, appendix B, with the scheme limited to what a scheme may contain.
_PARTS = re.compile(rb"^([a-zA-Z][a-zA-Z0-9+.-]*):(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#.*)?$")

_KEPT = b"!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"
_TO_ESCAPE = re.compile(rb"[^A-Za-z0-9!\"$&'()*+,\-./:;<=>?@\[\\\]^_`{|}~]")
_WWW = re.compile(rb"www\d*\.")
_IPV4 = re.compile(rb"(?:[1-9][0-9]*(?:\.[0-9]+){0,3}|0[0-7]*(?:\.[0-7]+){0,3})$")

# Session parts are found by their own form alone, and what has to stand around them is looked up: a pattern of the
# whole path or query goes over it once for each place at which a part could begin.
_PATH_SESSIONS = tuple(
    re.compile(rb"(?<=/)\(" + session + rb"\)/") for session in (rb"(?:[a-z]\([0-9a-z]{24}\))+", rb"[0-9a-z]{24}")
)
_QUERY_SESSIONS = tuple(
    re.compile(session + rb"(?:&|$)", re.IGNORECASE)
    for session in (
        rb"jsessionid=[0-9a-zA-Z]{32}",
        rb"phpsessid=[0-9a-zA-Z]{32}",
        rb"sid=[0-9a-zA-Z]{32}",
        rb"ASPSESSIONID[a-zA-Z]{8}=[a-zA-Z]{24}",
    )
)
_FEW_ROUNDS = 4
"""Times that an address is escaped on its own; one that is escaped more often was made to be."""


def urlkey(url: str) -> str:
    """Return the key of *url*; of what cannot be read as a URL, the text itself, as cdxj-indexer does.

    A key is visible ASCII without a blank, whatever *url* is: a line of the index begins with it.

    >>> urlkey("https://www.Gazette.example:443/2026/11/?b=2&a=1#top")
    'example,gazette)/2026/11?a=1&b=2'
    >>> urlkey("http://127.0.0.1:8000/")
    '1,0,0,127:8000)/'
    """
    if not url:
        return "-"
    if not url.startswith("filedesc"):
        try:
            return _surt(url.encode()).decode("ascii")
        except ValueError:
            pass
    return _NOT_IN_KEY.sub(lambda found: quote_from_bytes(found[0].encode("utf-8", "surrogatepass")), url)


def _surt(url: bytes) -> bytes:
    url = _SPACES_INSIDE.sub(b"", url.strip())
    if not url:
        raise ValueError("nothing but white space")
    if not _SCHEME.match(url):
        url = b"http://" + url
    url = _REPEATED_PROTOCOL.sub(lambda match: match[1], url)
    parts = _PARTS.match(url)
    if parts is None:
        raise ValueError("not a URL")
    scheme, authority, path, query = parts.groups()
    host, port = _host_and_port(authority or b"")
    if scheme.startswith(b"http") and not host and path:
        # http:////host/path
        host, _, rest = path.lstrip(b"/").partition(b"/")
        path = b"/" + rest

    host = _canonical_host(host, massage=scheme != b"dns")
    path = _canonical_path(path, absolute=bool(host))
    query = _canonical_query(query)
    if port == {b"http": 80, b"https": 443}.get(scheme.lower(), 0):
        port = None

    key = b",".join(reversed(host.split(b"."))) if host else scheme + b":"
    if host:
        key += b")" if port is None else b":%d)" % port
    key += path or (b"/" if query else b"")
    return key + b"?" + query if query else key


def _host_and_port(authority: bytes) -> tuple[bytes, int | None]:
    """Take an authority apart as urllib does; ValueError for an invalid port."""
    info = authority.rstrip(b":").rpartition(b"@")[2]
    _, bracket, bracketed = info.partition(b"[")
    if bracket:
        host, _, port = bracketed.partition(b"]")
        port = port.partition(b":")[2]
    else:
        host, _, port = info.partition(b":")
    host, percent, zone = host.partition(b"%")
    host = host.lower() + percent + zone
    if not port:
        return host, None
    if not port.isdigit() or int(port) > 65535:
        raise ValueError(f"no port: {port!r}")
    return host, int(port) or None


@lru_cache(maxsize=256)  # a crawl visits few hosts, and each again and again
def _canonical_host(host: bytes, *, massage: bool) -> bytes:
    if not host:
        return b""
    host = _unescape(host)
    if not host.isascii():
        with contextlib.suppress(ValueError):  # then it stays as it is, and is escaped below
            host = host.decode("utf-8", "ignore").encode("idna")
    host = host.replace(b"..", b".").strip(b".")
    host = _ipv4(host) or _escape(host.lower()).lower()
    if massage and (www := _WWW.match(host)):
        return host[www.end() :]
    return host


def _ipv4(host: bytes) -> bytes | None:
    """Return the dotted quad that a browser reads *host* as: ``2130706433``, ``0177.1`` and ``127.0.0.1``."""
    if host.isdigit():
        return socket.inet_ntoa(struct.pack(">L", int(host) & 0xFFFFFFFF)).encode()
    if _IPV4.match(host):
        try:
            return socket.inet_ntoa(socket.inet_aton(host.decode())).encode()
        except OSError:
            return None
    return None


def _canonical_path(path: bytes, *, absolute: bool) -> bytes:
    path = _unescape(path)
    if absolute:
        path = _normal_path(path)
    path = _escape(path).lower()
    if b"(" in path:
        for sessions in _PATH_SESSIONS:
            path = _without_path_session(path, sessions)
    return path[:-1] if len(path) > 1 and path.endswith(b"/") else path


def _normal_path(path: bytes) -> bytes:
    """Resolve ``.`` and ``..`` and drop empty segments; a slash at the end stays."""
    if not path:
        return b"/"
    if b"//" not in path and b"/." not in path:
        return path
    kept: list[bytes] = []
    for segment in path.split(b"/")[1:]:
        if segment == b".":
            continue
        if segment == b".." and kept:
            kept.pop()
        else:
            kept.append(segment)
    if not kept:
        return b"/"
    return b"/" + b"".join(segment + b"/" for segment in kept[:-1] if segment) + kept[-1]


def _canonical_query(query: bytes | None) -> bytes:
    if not query:
        return b""
    query = _escape(_unescape(query))
    if b"id" in query.lower():  # every session parameter has it in its name
        for session in _QUERY_SESSIONS:
            query = _without_query_session(query, session)
        query = _without_cfid(query)
    query = query.lower()
    if b"&" not in query:
        return query
    parameters = sorted(parameter.split(b"=", 1) for parameter in query.split(b"&"))
    return b"&".join(b"=".join(parameter) for parameter in parameters)


def _without_path_session(path: bytes, sessions: re.Pattern[bytes]) -> bytes:
    """Leave out the last session that stands before the name of an ``.aspx`` page."""
    page = question = limit = len(path)  # where the next of each begins
    for found in reversed(list(sessions.finditer(path))):
        end = found.end()
        if (nearer := path.find(b".aspx", end + 1, limit + len(b".aspx"))) >= 0:
            page = nearer
        if (nearer := path.find(b"?", end, limit)) >= 0:
            question = nearer
        if page < question:
            return path[: found.start()] + path[end:]
        limit = end
    return path


def _without_query_session(query: bytes, session: re.Pattern[bytes]) -> bytes:
    last = deque(session.finditer(query), maxlen=1)
    return query[: last[0].start()] + query[last[0].end() :] if last else query


def _without_cfid(query: bytes) -> bytes:
    """Leave out the last ``cfid=…&cftoken=…``, as if its value went to the end of its parameter."""
    parameters = query.split(b"&")
    lower = query.lower().split(b"&")
    for place in range(len(parameters) - 1, 0, -1):
        if lower[place].startswith(b"cftoken=") and len(lower[place]) > len(b"cftoken="):
            start = lower[place - 1].rfind(b"cfid=", 0, -1)
            if start >= 0:
                before = [*parameters[: place - 1], parameters[place - 1][:start]]
                return b"&".join(before) + b"&".join(parameters[place + 1 :])
    return query


def _unescape(text: bytes) -> bytes:
    """Undo percent-encoding until nothing changes."""
    for _ in range(_FEW_ROUNDS):
        if b"%" not in text:
            return text
        once = unquote_to_bytes(text)
        if once == text:
            return text
        text = once
    # In one pass: what an escape stands for may only be the end of another.
    plain = bytearray()
    for byte in text:
        plain.append(byte)
        while plain[-3:-2] == b"%" and (decoded := unquote_to_bytes(bytes(plain[-3:]))) != plain[-3:]:
            plain[-3:] = decoded
    return bytes(plain)


def _escape(text: bytes) -> bytes:
    return quote_from_bytes(text, safe=_KEPT).encode() if _TO_ESCAPE.search(text) else text
