"""Web addresses: made absolute, made clean, or refused.

What comes out matches ``^https?://[!-~]+$``: visible ASCII, and so fits the schema and every index. Cleaning a clean
address changes nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit, urlunsplit

from w3lib.url import safe_url_string, url_query_cleaner

from newsspider.errors import NewsspiderError

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_LENGTH = 8192
"""Characters; longer ones are refused, as servers do."""

TRACKING = (
    "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "utm_id",
    "spm", "from", "share", "share_from", "share_source", "isappinstalled",
    "fbclid", "gclid", "bd_vid",
    "appid", "fromvsogou",
)  # fmt: skip
"""Query parameters that say how a reader came, not what they see; dropped from every address."""

_PATH = r"/(?:[A-Za-z0-9_~-]+/)*(?:[A-Za-z0-9_~-]+(?:\.[A-Za-z0-9]+)?)?"
_CLEAN = re.compile(rf"https?://[a-z0-9.-]+{_PATH}")
_PLAIN_PATH = re.compile(_PATH)
_ORIGIN = re.compile(r"[^/?#]*//[^/?#]*")
# As browsers do (https://url.spec.whatwg.org/#concept-basic-url-parser), or java&#10;script: would pass for a path.
_DROPPED = dict.fromkeys(map(ord, "\t\r\n"))
_PRINTABLE = re.compile(r"https?://[!-~]+")
_DEFAULT_PORTS = {"http": 80, "https": 443}


class UrlError(NewsspiderError, ValueError):
    """An address is not one of the web."""

    def __init__(self, url: str, problem: str):
        super().__init__(f"{url[:200]!r} is not a web address: {problem}; give one like https://host/path")
        self.url = url


def clean_url(url: str, *, keep_tracking: bool = False) -> str:
    """Return *url* in ASCII without fragment, credentials, default port and (unless kept) tracking parameters.

    >>> clean_url("HTTP://News.Example:80/看?id=7&utm_source=app#top")
    'http://news.example/%E7%9C%8B?id=7'
    >>> clean_url("mailto:a@news.example")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    newsspider.urls.UrlError: ...'mailto:a@news.example' is not a web address: its scheme is not http or https; ...
    """
    if _CLEAN.fullmatch(url) and len(url) <= MAX_LENGTH:
        return url
    try:
        parts = urlsplit(safe_url_string(url.strip()[: MAX_LENGTH + 1]))
        host, port = parts.hostname, parts.port
    except ValueError as error:  # an unclosed IPv6 bracket, a port that is no number, a host that IDNA refuses
        raise UrlError(url, str(error)) from error
    if parts.scheme not in _DEFAULT_PORTS:
        raise UrlError(url, "its scheme is not http or https")
    if not host:
        raise UrlError(url, "it names no host")
    netloc = f"[{host}]" if ":" in host else host
    if port not in (None, _DEFAULT_PORTS[parts.scheme]):
        netloc += f":{port}"
    cleaned = urlunsplit((parts.scheme, netloc, parts.path or "/", parts.query, ""))
    if parts.query and not keep_tracking:
        cleaned = url_query_cleaner(cleaned, TRACKING, remove=True)
    if not _PRINTABLE.fullmatch(cleaned):
        raise UrlError(url, "it has characters that no address has")
    if len(cleaned) > MAX_LENGTH:
        raise UrlError(url, f"it is longer than {MAX_LENGTH} characters")
    return cleaned


def absolute(base: str, reference: str | None, *, keep_tracking: bool = False) -> str | None:
    """Resolve what a page at *base* writes in ``href`` or ``src``; ``None`` when that is no address of the web.

    >>> absolute("https://news.example/a/b", "../c.jpg")
    'https://news.example/c.jpg'
    >>> absolute("https://news.example/", "javascript:alert(1)")
    """
    if not reference:
        return None
    if reference.startswith("//"):
        reference = f"{base.partition(':')[0]}:{reference}"
    try:
        # Most references of most pages are one of these, and joining takes longer than all the rest.
        if _PLAIN_PATH.fullmatch(reference):
            url = _origin(base) + reference
        elif _CLEAN.fullmatch(reference):
            url = reference
        else:
            joined = urljoin(base, reference.strip().translate(_DROPPED))
            return clean_url(joined, keep_tracking=keep_tracking)
    except ValueError:
        return None
    return url if len(url) <= MAX_LENGTH else None


@lru_cache(maxsize=64)
def _origin(url: str) -> str:
    """What stands before the path of a clean address."""
    origin = _ORIGIN.match(url)
    return _cleaned_origin(origin[0] if origin else url)


@lru_cache(maxsize=64)  # of many pages, as a rule one
def _cleaned_origin(origin: str) -> str:
    return clean_url(origin).removesuffix("/")


def is_within(url: str, domains: Iterable[str]) -> bool:
    """Tell whether the host of a clean address is one of *domains*, or lies below one.

    >>> [is_within(url, ["news.example"]) for url in ("https://img.news.example/a", "https://oldnews.example/")]
    [True, False]
    """
    host = urlsplit(url).hostname or ""
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)
