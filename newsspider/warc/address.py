"""Addresses of captures in one form, by which all look-ups compare them.

Writers of archives spell one address in several ways: with the default port, host or scheme in capitals, a dot after
the host, no scheme. The path is left as it is: pages differ by its letter case.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

_USUAL = re.compile(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)*/[!\"$-;=?-~]*")
"""An address in its form already, as nearly all are: recognised in a tenth of the time."""
_PARTS = re.compile(r"(?:([A-Za-z][A-Za-z0-9+.-]*):)?//(?:([^/?#]*)@)?([^/?#@]*)(.*)", re.DOTALL)
_WITHOUT_SCHEME = re.compile(r"[^\W_][\w-]*(?:\.[\w-]+)+\.?(?::\d+)?(?:[/?#]|$)")
_HOST = re.compile(r"(\[[^\]]*\]|[^:]*)(?::(\d*))?")
_DEFAULT_PORTS = {"http": "80", "https": "443"}
_WWW = re.compile(r"https?://(?:www\.)?([^/?]+)", re.IGNORECASE)


def target_uri(url: str) -> str:
    """Return *url* as WARC-Target-URI may hold it: ASCII, without fragment, white space or line ends.

    >>> target_uri("https://kankanews.com/看#top")
    'https://kankanews.com/%E7%9C%8B'
    """
    url = url.partition("#")[0]
    if url.isascii() and url.isprintable() and " " not in url:
        return url
    return quote(url, safe="%/:=&?~#+!$,;'@()*[]", errors="replace")


def with_scheme(uri: str) -> str:
    """Return a record's address with ``http://`` before it where old writers left the scheme out.

    >>> with_scheme("www.news.example/a"), with_scheme("dns:news.example"), with_scheme("news.example:80/")
    ('http://www.news.example/a', 'dns:news.example', 'http://news.example:80/')
    """
    return f"http://{uri}" if _WITHOUT_SCHEME.match(uri) else uri


def address(url: str) -> str:
    """Return the form in which two addresses of one page are equal.

    >>> address("HTTPS://WWW.News.example.:443/A?b#c"), address("news.example:80")
    ('https://www.news.example/A?b', 'http://news.example/')
    """
    if _USUAL.fullmatch(url):
        return url
    url = with_scheme(target_uri(url))
    parts = _PARTS.fullmatch(url)
    if parts is None:
        return url
    scheme, user, authority, rest = parts.groups()
    scheme = (scheme or "http").lower()
    named = _HOST.fullmatch(authority)
    if named is None:
        return url
    host, port = unquote(named[1]).lower().rstrip("."), named[2]
    if not host.isascii():
        host = _ascii(host)
    if port and port.lstrip("0") != _DEFAULT_PORTS.get(scheme):
        host += f":{port}"
    if user is not None:
        host = f"{user}@{host}"
    return f"{scheme}://{host}{rest if rest.startswith('/') else '/' + rest}"


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return quote(host)


def loosely(url: str) -> str:
    """Return what is left of an address that a site serves under either scheme, with or without ``www.``.

    >>> loosely("http://www.News.example:80/a%7Eb?c=D"), loosely("https://news.example")
    ('news.example/a~b?c=D', 'news.example/')
    """
    return unquote(_WWW.sub(r"\1", address(url), count=1))
