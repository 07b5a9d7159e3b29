"""Web addresses: parsed as browsers parse them, normalised, or refused.

The URL standard (https://url.spec.whatwg.org/) says what an address means, and Ada, the parser of Node.js, reads it so:
``https:///host``, backslashes, line ends inside, letters in full width. What comes out matches ``^https?://[!-~]+$``:
visible ASCII without credentials, and so fits the schema and every index. Cleaning a clean address changes nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import ada_url

from newsspider.errors import NewsspiderError
from newsspider.text.escaping import quoted
from newsspider.text.message import Message, message
from newsspider.text.redaction import redact

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
_CLEAN = re.compile(rf"https?://(?:[a-z0-9-]+\.)+[a-z]{{2,}}{_PATH}")
"""Most addresses; not those with a number for their last label, which is an IPv4 address in any of its forms."""
_PLAIN_PATH = re.compile(_PATH)
_ORIGIN = re.compile(r"[^/?#]*//[^/?#]*")
_USER = re.compile(r"\A([A-Za-z]+://)[^/?#]*@")
# What Scrapy escapes in none of them when it asks for an address.
_UNESCAPED = re.compile(r"https?://[A-Za-z0-9._~:/?!$&()*+,;=@%-]*")
_SCHEME = re.compile(r"\s*(?:[A-Za-z][\w+.\s-]*:)?[/\\\s]*")
_EMPTY_PARAMETERS = re.compile(r"\A([^?]*/[^/;?]*+);(?=\?|\Z)")
"""Twisted asks for ``/a`` in place of ``/a;``; an address is the one that is asked for."""
_TRACKED = re.compile(rf"(?:\A|(?<=[?&]))(?:{'|'.join(TRACKING)})(?:=[^&]*)?(?:&|$)")


class UrlError(NewsspiderError, ValueError):
    """An address is not one of the web."""

    def __init__(self, url: str, problem: Message):
        super().__init__(
            message(
                "%(url)s is not a web address: %(problem)s; give one like https://host/path",
                url=quoted(shown(url)), problem=problem,
            )
        )  # fmt: skip


def shown(reference: str, most: int = 500) -> str:
    r"""Return what may be said of a reference, however it is written: its first characters, without secrets.

    >>> shown("https:\\\\ada:hunter2@news.example/a"), shown("/a?token=hunter2"), shown("/a@b")
    ('https:\\\\***@news.example/a', '/a?token=***', '/***@b')
    """
    before, at, rest = reference.rpartition("@")
    if at:
        scheme = _SCHEME.match(before)
        reference = f"{scheme and scheme[0]}***@{rest}"
    return redact(reference[: 4 * most])[:most]


def clean_url(url: str, *, keep_tracking: bool = False) -> str:
    """Return *url* in ASCII without fragment, credentials, default port and (unless kept) tracking parameters.

    >>> clean_url("HTTP://user:secret@News.Example:80/看?id=7&utm_source=app#top")
    'http://news.example/%E7%9C%8B?id=7'
    >>> clean_url("mailto:a@news.example")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    newsspider.text.urls.UrlError: ...'mailto:***@news.example' is not a web address: its scheme is not http or ...
    """
    return url if _is_clean(url) else _read(url, None, keep_tracking=keep_tracking)


def _is_clean(url: str) -> bool:
    return len(url) <= MAX_LENGTH and _CLEAN.fullmatch(url) is not None


def _read(reference: str, base: str | None, *, keep_tracking: bool) -> str:
    if len(reference) > MAX_LENGTH:
        raise UrlError(reference, message("it is longer than %(most)s characters", most=MAX_LENGTH))
    try:
        if not reference.isascii():  # half a pair of surrogates has no bytes
            reference = reference.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        url = ada_url.join_url(base, reference) if base else ada_url.normalize_url(reference)
    except ValueError as error:  # a forbidden character in the host, a port that is no number
        problem = message("no browser can read it") if ":" in reference else message("it has no scheme")
        raise UrlError(reference, problem) from error
    scheme, _, rest = url.partition("://")
    if scheme not in ("http", "https"):
        raise UrlError(reference, message("its scheme is not http or https"))
    authority, slash, rest = rest.partition("#")[0].partition("/")
    url = f"{scheme}://{authority.rpartition('@')[2]}{slash}{rest}"
    address, mark, query = url.partition("?")
    if not keep_tracking and _TRACKED.search(query):
        url = f"{address}{mark}{_TRACKED.sub('', query).rstrip('&')}"
    if url.find("?") == len(url) - 1:  # an empty query; the second of two is one
        url = url[:-1]
    if ";" in url:  # and of "/.;" a dot is left, which names no page
        url = ada_url.normalize_url(_EMPTY_PARAMETERS.sub(r"\1", url))
    if not _UNESCAPED.fullmatch(url):
        from w3lib.url import safe_url_string  # with Python's HTTP client, which few addresses are worth

        url = safe_url_string(url)
    if len(url) > MAX_LENGTH:
        raise UrlError(reference, message("it is longer than %(most)s characters", most=MAX_LENGTH))
    return url


def is_of_another_kind(reference: str) -> bool:
    """Tell whether a reference that is no address of the web names something else: a script, a mailbox, a telephone.

    >>> [is_of_another_kind(each) for each in ("tel:+8621", "javascript:", "https://a b/", "https:")]
    [True, True, False, False]
    """
    return len(reference) <= MAX_LENGTH and bool(ada_url.check_url(reference))


def without_user(url: str) -> str:
    """Return an address as it is, but for the user and password before its host, which an archive of others may have.

    >>> without_user("https://ada:hunter2@news.example/@b"), without_user("https://news.example/?u=ftp://ada@b/")
    ('https://news.example/@b', 'https://news.example/?u=ftp://ada@b/')
    """
    return _USER.sub(r"\1", url)


def names_user(url: str) -> bool:
    """Tell whether credentials, which ``clean_url`` leaves out, stand in an address that it reads."""
    parts = ada_url.parse_url(url, attributes=("username", "password"))
    return bool(parts["username"] or parts["password"])


def absolute(base: str, reference: str | None, *, encoding: str = "utf-8", keep_tracking: bool = False) -> str | None:
    r"""Resolve what a page at *base* writes in ``href`` or ``src``; ``None`` when that is no address of the web.

    *encoding* is the page's: browsers write the query in it (URL standard, 4.4, query state).

    >>> absolute("https://news.example/a/b", "..\\c.jpg")
    'https://news.example/c.jpg'
    >>> absolute("https://news.example/", "/s?q=看", encoding="gbk")
    'https://news.example/s?q=%BF%B4'
    >>> absolute("https://news.example/", "javascript:alert(1)")
    """
    if not reference:
        return None
    if reference.startswith("//"):
        reference = f"{base.partition(':')[0]}:{reference}"
    try:
        # Most references of most pages are one of these, and joining takes longer than all the rest.
        if _is_plain_path(reference):
            url = _origin(base) + reference
        elif _is_clean(reference):
            return reference
        else:
            return _read(_in_encoding(reference, encoding), base, keep_tracking=keep_tracking)
    except ValueError:
        return None
    return url if len(url) <= MAX_LENGTH else None


@lru_cache(maxsize=1024)  # the pages of a site link to the same few hundred
def _is_plain_path(reference: str) -> bool:
    return _PLAIN_PATH.fullmatch(reference) is not None


def _in_encoding(reference: str, encoding: str) -> str:
    """Write the characters of the query that are not ASCII in the page's encoding."""
    address, mark, query = reference.partition("?")
    if not mark or query.isascii() or encoding == "utf-8":
        return reference
    from newsspider.text.encoding.encoders import encode_as  # with the decoders; few pages are worth it

    return address + mark + "".join(map(_written, encode_as(encoding, query.partition("#")[0])))


_AS_IT_IS = frozenset(range(0x21, 0x7F)) - frozenset(b"\"#'<>")
"""Bytes of a query that browsers leave as they are (URL standard, special-query percent-encode set)."""


def _written(piece: bytes | str) -> str:
    if isinstance(piece, str):  # what the charset lacks is a character reference (URL standard, 5.1.4)
        return piece if piece.isascii() else f"%26%23{ord(piece)}%3B"
    return "".join([chr(byte) if byte in _AS_IT_IS else f"%{byte:02X}" for byte in piece])


@lru_cache(maxsize=64)
def _origin(url: str) -> str:
    """Return the part of a clean address before its path."""
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
