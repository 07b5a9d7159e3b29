"""Reads embeds, which a page shows from elsewhere: players, posts of social networks, maps, frames.

Which kind it is, its element says, or the host that it comes from.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from newsspider.parsing.page import Element, Resolve
    from newsspider.record.body import EmbedKind

_ADDRESSES = ("data-src", "data-lazy-src", "data-url", "src", "data")
_HOSTS: dict[EmbedKind, tuple[str, ...]] = {
    "video": (
        "youtube.com", "youtube-nocookie.com", "youtu.be", "vimeo.com", "dailymotion.com", "twitch.tv", "bilibili.com",
        "v.qq.com", "youku.com", "ixigua.com", "tudou.com", "brightcove.net", "jwplatform.com", "jwplayer.com",
        "facebook.com/plugins/video", "rutube.ru", "ok.ru", "streamable.com", "tv.naver.com", "kakao.com",
    ),
    "audio": (
        "soundcloud.com", "spotify.com", "podcasts.apple.com", "ximalaya.com", "megaphone.fm", "acast.com",
        "omny.fm", "simplecast.com", "podbean.com", "anchor.fm", "buzzsprout.com", "music.163.com",
    ),
    "post": (
        "twitter.com", "x.com", "instagram.com", "facebook.com", "tiktok.com", "threads.net", "threads.com", "bsky.app",
        "reddit.com", "t.me", "weibo.com", "weibo.cn", "linkedin.com", "pinterest.com",
    ),
    "map": ("google.com/maps", "maps.google.com", "openstreetmap.org", "map.baidu.com", "amap.com", "map.qq.com"),
}  # fmt: skip
# Nothing that belongs to an article comes from these.
_ADVERTISING = ("doubleclick.net", "googlesyndication.com", "googletagmanager.com", "amazon-adsystem.com")
_BY_TYPE = re.compile(r"(video|audio)/")


class Embed(NamedTuple):
    """Something shown that lies elsewhere."""

    kind: EmbedKind
    url: str


def read_embed(element: Element, resolve: Resolve) -> Embed | None:
    """Return the embed in a frame or a player; ``None`` if it has no address, or shows an advertisement or nothing."""
    if {element.get("width"), element.get("height")} & {"0", "1"}:  # counts visitors
        return None
    for each in (element, *element.iter("source")):
        for attribute in _ADDRESSES:
            if (reference := each.get(attribute)) and (url := resolve(reference)):
                if (tag := element.tag.removeprefix("amp-")) in ("video", "audio"):
                    return Embed(tag, url)
                kind = _kind(url)
                by_type = _BY_TYPE.match(element.get("type") or "")
                return kind and Embed(by_type[1] if by_type else kind, url)  # type: ignore[arg-type]
    return None


def post_url(element: Element, resolve: Resolve) -> str | None:
    """Address of the post that a script puts in the place of *element*; ``None`` where it names none."""
    named = [element.get(name) for name in ("cite", "data-instgrm-permalink", "data-href")]
    links = [link.get("href") for link in element.iter("a")]
    for reference in (*named, *reversed(links)):  # the last link is the post's date
        if reference and (url := resolve(reference)) and _kind(url) == "post":
            return url
    return None


@lru_cache(maxsize=1024)
def _kind(url: str) -> EmbedKind | None:
    """Return the kind of embed at an address, by its host; ``None`` for one that is not part of an article.

    >>> _kind("https://www.youtube.com/embed/x"), _kind("https://news.example/quiz"), _kind("https://ad.doubleclick.net/")
    ('video', 'frame', None)
    """
    parts = urlsplit(url)
    place = f"{parts.hostname or ''}{parts.path}"
    if _is_at(place, _ADVERTISING):
        return None
    return next((kind for kind, hosts in _HOSTS.items() if _is_at(place, hosts)), "frame")


def _is_at(place: str, hosts: tuple[str, ...]) -> bool:
    host, _, path = place.partition("/")
    for each in hosts:
        named, _, below = each.partition("/")
        if (host == named or host.endswith(f".{named}")) and path.startswith(below):
            return True
    return False
