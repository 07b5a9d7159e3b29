"""The key under which captures of a URL are indexed: SURT, as the ``surt`` package and so pywb compute it.

It follows the Internet Archive's canonicalisation to the byte, its oddities included: the labels of an IPv4
address are reversed like any host's. Method and request body are no part of the key.
"""

from __future__ import annotations

import contextlib
import re
import socket
import struct
from functools import lru_cache
from urllib.parse import quote_from_bytes, unquote_to_bytes

_SPACES_INSIDE = re.compile(rb"[\n\r\t]")
_SCHEME = re.compile(rb"[a-zA-Z][a-zA-Z0-9+.-]*:")
_REPEATED_PROTOCOL = re.compile(rb"^(https?://)+")
# RFC 3986, appendix B, with the scheme limited to what a scheme may contain.
_PARTS = re.compile(rb"^([a-zA-Z][a-zA-Z0-9+.-]*):(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#.*)?$")

_KEPT = b"!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"
_TO_ESCAPE = re.compile(rb"[^A-Za-z0-9!\"$&'()*+,\-./:;<=>?@\[\\\]^_`{|}~]")
_WWW = re.compile(rb"www\d*\.")
_IPV4 = re.compile(rb"(?:[1-9][0-9]*(?:\.[0-9]+){0,3}|0[0-7]*(?:\.[0-7]+){0,3})$")

_PATH_SESSION = (
    re.compile(rb"^(.*/)(?:\((?:[a-z]\([0-9a-z]{24}\))+\)/)([^?]+\.aspx.*)$", re.IGNORECASE),
    re.compile(rb"^(.*/)(?:\([0-9a-z]{24}\)/)([^?]+\.aspx.*)$", re.IGNORECASE),
)
_QUERY_SESSION = tuple(
    re.compile(rb"^(.*)(?:" + session + rb")(?:&(.*))?$", re.IGNORECASE)
    for session in (
        rb"jsessionid=[0-9a-zA-Z]{32}",
        rb"phpsessid=[0-9a-zA-Z]{32}",
        rb"sid=[0-9a-zA-Z]{32}",
        rb"ASPSESSIONID[a-zA-Z]{8}=[a-zA-Z]{24}",
        rb"cfid=[^&]+&cftoken=[^&]+",
    )
)


def urlkey(url: str) -> str:
    """Return the key of *url*; of what cannot be read as a URL, the text itself, as cdxj-indexer does.

    >>> urlkey("https://www.Gazette.example:443/2026/11/?b=2&a=1#top")
    'example,gazette)/2026/11?a=1&b=2'
    >>> urlkey("http://127.0.0.1:8000/")
    '1,0,0,127:8000)/'
    """
    if not url:
        return "-"
    if url.startswith("filedesc"):
        return url
    try:
        return _surt(url.encode()).decode()
    except ValueError:
        return url


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
    """Take an authority apart as urllib does; ValueError for a port that is none."""
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
        for pattern in _PATH_SESSION:
            if found := pattern.match(path):
                path = found[1] + found[2]
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
        for pattern in _QUERY_SESSION:
            if found := pattern.match(query):
                query = found[1] + (found[2] or b"")
    query = query.lower()
    if b"&" not in query:
        return query
    parameters = sorted(parameter.split(b"=", 1) for parameter in query.split(b"&"))
    return b"&".join(b"=".join(parameter) for parameter in parameters)


def _unescape(text: bytes) -> bytes:
    """Undo percent-encoding until nothing changes."""
    while b"%" in text:
        once = unquote_to_bytes(text)
        if once == text:
            break
        text = once
    return text


def _escape(text: bytes) -> bytes:
    return quote_from_bytes(text, safe=_KEPT).encode() if _TO_ESCAPE.search(text) else text
