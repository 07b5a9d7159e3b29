"""The pictures and players at the edges of a text: between its headline and its first line, and below its last.

What is small, in a box beside the article, or leads to another page is none: portraits of authors, buttons, teasers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsspider.parsing.body import has_address, is_caption
from newsspider.parsing.boxes import BESIDE, ROLES, called, words_in
from newsspider.parsing.captions import is_credited, is_picture
from newsspider.parsing.embeds import read_embed
from newsspider.parsing.markup import IMAGES

if TYPE_CHECKING:
    from newsspider.parsing.page import Block, Element
    from newsspider.parsing.weighed import WeighedOutline

_LEAST = 150  # pixels of a side of a picture; portraits and marks are smaller
_NONE = frozenset((
    "ad", "ads", "advert", "advertisement", "also", "app", "author", "authors", "avatar", "badge", "banner", "bio",
    "button", "byline", "comment", "comments", "contributor", "copyright", "emoji", "erweima", "ewm", "flag", "follow",
    "footer", "gravatar", "icon", "icons", "latest", "loading", "login", "logo", "meta", "more", "most", "nav",
    "newsletter", "outbrain", "pixel", "placeholder", "poll", "popular", "profile", "promo", "qr", "qrcode", "quiz",
    "rail", "rating", "recommend", "recommended", "recommendations", "register", "related", "reporter", "share",
    "sharing", "sidebar", "signup", "social", "spacer", "sponsored", "subscribe", "taboola", "tag", "tags", "teaser",
    "teasers", "toolbar", "tracking", "trending", "vote", "weixin", "wechat", "widget",
))  # fmt: skip
"""Words in what such pictures, their files and the boxes around them are called."""
_SAID = re.compile(r"二维码|扫码|公众号|头像|图标|\blogo\b|\bavatar\b|\bicon\b|\bqr[ -]?code\b", re.IGNORECASE)
_SHOWS_VIDEO = re.compile(r"[/.](?:player|video|embed)s?[/.?]", re.IGNORECASE)
_FILES = re.compile(r"\.(?:jpe?g|png|gif|webp|avif)$", re.IGNORECASE)


def above(outline: WeighedOutline, headline: int | None, first: int) -> list[Block]:
    """The pictures and players, with their captions, that stand between the *headline* and the *first* line.

    One with lines of text below that are no caption is there for certain in a ``<figure>`` alone.
    """
    blocks = outline.blocks
    holders = {*_up(outline, blocks[first].element)}
    if headline is not None:
        holders &= {*_up(outline, blocks[headline].element)} | {outline.parent(blocks[first].element)}
    found: list[Block] = []
    is_near = True
    for n in range(first - 1, -1 if headline is None else headline, -1):
        block = blocks[n]
        if block.pieces:
            is_near = is_near and _is_caption(blocks, n)
            if headline is None and not is_near:
                break
        elif _is_of_article(outline, block.element, holders) and (is_near or _is_figure(block.element)):
            found = [block, *_captions(blocks, n, first), *found]
    return found


def below(outline: WeighedOutline, last: int, end: int) -> list[Block]:
    """The pictures and players, with their captions, right below the *last* line in the element around it."""
    blocks = outline.blocks
    holder = outline.parent(blocks[last].element) if blocks[last].whole else blocks[last].element
    found: list[Block] = []
    n = last + 1
    while n < end and outline.child(holder, blocks[n].element) is not None:
        if blocks[n].pieces:
            break
        captions = _captions(blocks, n, end)
        if _is_of_article(outline, blocks[n].element, {holder}) and not _is_linked(blocks[n].element):
            found += [blocks[n], *captions]
        n += 1 + len(captions)
    return found


def _up(outline: WeighedOutline, element: Element | None) -> list[Element]:
    found = []
    while element is not None:
        found.append(element)
        element = outline.parent(element)
    return found


def _captions(blocks: list[Block], place: int, end: int) -> list[Block]:
    """The caption of the picture at a *place*, if it has one above *end*."""
    below = place + 1
    has_caption = below < end and is_picture(blocks[place]) and blocks[below].pieces and _is_caption(blocks, below)
    return [blocks[below]] if has_caption else []


def _is_caption(blocks: list[Block], place: int) -> bool:
    """Whether a line is the caption of a picture above it, by its place in a figure or by its words."""
    if is_caption(blocks[place].element):
        return True
    return is_picture(blocks[place - 1]) and is_credited(blocks[place].line)


def _is_figure(element: Element) -> bool:
    return next(element.iterancestors("figure"), None) is not None or element.tag == "video"


def _is_of_article(outline: WeighedOutline, element: Element, holders: set[Element]) -> bool:
    """Whether a picture or a player may be of the article: by its size, its names and those of what is around it."""
    if element.tag in ("audio", "amp-audio") or _is_small(element) or _is_named_so(element):
        return False
    if element.tag in IMAGES:
        if not has_address(element):
            return False
    elif element.tag not in ("video", "amp-video") and not _is_player(element):
        return False
    around = outline.parent(element)
    while around is not None and around not in holders:
        if around.tag in BESIDE or around.get("role") in ROLES or around.tag in ("li", "td") or _is_named_so(around):
            return False
        if around.tag == "a" and not _is_figure(element) and _leads_away(around):
            return False
        around = outline.parent(around)
    return True


def _is_player(frame: Element) -> bool:
    """Whether a frame shows something of its host's that is known, or a video; others are often advertisements."""
    embed = read_embed(frame, lambda reference: reference)
    return embed is not None and (embed.kind != "frame" or _SHOWS_VIDEO.search(embed.url) is not None)


def _is_linked(element: Element) -> bool:
    link = next(element.iterancestors("a"), None)
    return link is not None and _leads_away(link)


def _leads_away(link: Element) -> bool:
    """Whether a link leads to another page, and not to the picture itself."""
    href = link.get("href") or ""
    return not href.startswith(("#", "javascript:")) and not _FILES.search(href.partition("?")[0])


def _is_small(element: Element) -> bool:
    sides = [element.get(name) or "" for name in ("width", "height")]
    return any(side.isdecimal() and int(side[:9]) < _LEAST for side in sides)


def _is_named_so(element: Element) -> bool:
    if not _NONE.isdisjoint(words_in(f"{called(element)} {_file(element)}")):
        return True
    return _SAID.search(element.get("alt") or "") is not None


def _file(element: Element) -> str:
    """The name of the file of a picture."""
    reference = (element.get("src") or "")[:500]
    return "" if reference.startswith("data:") else reference.partition("?")[0].rpartition("/")[2]
