"""URIs for formats that ask for one: addresses in the syntax of RFC 3986, and names of our own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsspider.record.items import Article

_NOT_IN_URIS = re.compile(r"[^A-Za-z0-9._~:/?@!$&'()*+,;=%-]|%(?![0-9A-Fa-f]{2})")
"""What stands nowhere after the host; ``#`` does once."""
_AUTHORITY = re.compile(r"(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")
_ADDRESS = re.compile(r"(https?)://([^/?#]+)([^#]*)(#?)(.*)")

_MEDIA_TYPES = {
    "flv": "video/x-flv",
    "m3u8": "application/vnd.apple.mpegurl",
    "m4v": "video/x-m4v",
    "mov": "video/quicktime",
    "mp4": "video/mp4",
    "webm": "video/webm",
}


def urn(*names: str) -> str:
    """Return the name of a thing of ours as a URI, the same wherever and whenever it is written.

    >>> urn("kankanews:LMwVGgj402z"), urn("feed", "kankanews", "时讯")
    ('urn:newsspider:kankanews:LMwVGgj402z', 'urn:newsspider:feed:kankanews:%E6%97%B6%E8%AE%AF')
    """
    return ":".join(("urn:newsspider", *(quote(name, safe=":") for name in names)))


def uri(url: str | None) -> str | None:
    """Return an address as RFC 3986 writes it, which is stricter than browsers are; None for one that it cannot write.

    >>> uri("https://news.example/a|b?q={1}&p=50%#x#y"), uri("https://a:b:c/")
    ('https://news.example/a%7Cb?q=%7B1%7D&p=50%25#x%23y', None)
    """
    parts = _ADDRESS.fullmatch(url or "")
    if parts is None or not _AUTHORITY.fullmatch(parts[2]):
        return None
    path, fragment = (_NOT_IN_URIS.sub(lambda found: quote(found[0]), part) for part in (parts[3], parts[5]))
    return f"{parts[1]}://{parts[2]}{path}{parts[4]}{fragment}"


def page_of(article: Article) -> str:
    """Return the canonical address of an article as a URI."""
    return uri(article.canonical_url) or urn(article.id)


def home_of(articles: Iterable[Article]) -> str | None:
    """Return the front page of the site of *articles*; None where they are of none or of several."""
    origins = {f"{parts.scheme}://{parts.netloc}/" for parts in (urlsplit(each.canonical_url) for each in articles)}
    return uri(origins.pop()) if len(origins) == 1 else None


def media_type(url: str) -> str | None:
    """Return the media type of a video by the name that its address ends with; None where that does not tell.

    >>> media_type("https://cdn.example/a.MP4?sign=1"), media_type("https://cdn.example/play.do")
    ('video/mp4', None)
    """
    return _MEDIA_TYPES.get(url.partition("?")[0].rpartition(".")[2].lower())
