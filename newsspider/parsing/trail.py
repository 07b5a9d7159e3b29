"""The trail of links above a headline, from the front page to the article's channel: 首页 > 新闻 > 国内 > 正文."""

from __future__ import annotations

import re
from itertools import groupby, islice
from operator import itemgetter
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit

from newsspider.parsing.boxes import called, words_in
from newsspider.parsing.dateplaces import is_in
from newsspider.parsing.jsonld import form
from newsspider.text.processors import clean_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsspider.parsing.page import Block, Element, Piece, Resolve

Part: TypeAlias = tuple[str, str | None]
"""A name, and the address to which it links."""

MAX_TRAIL = 50
"""Blocks above a headline among which its trail is looked for."""

_MAX_NAME, _MAX_LINE, _AROUND = 40, 300, 4  # characters of a channel, and of a trail; elements around a line
_LABEL = re.compile(
    r"(?:(?=[您你现現当當目所])[您你]?\s?(?:[现現]在|[当當]前|目前)?的?(?:所?在)?的?(?:位置|页面|頁面)|you\sare\shere|sie\ssind\shier|vous\sêtes\sici"
    r"|現在位置|現在地|вы\sздесь)\s?(?:是|为|為)?\s?[:\uff1a>»›]?\s*",
    re.IGNORECASE,
)
_PARTED, _PARTED_AFTER_LABEL = re.compile("[>\uff1e»›→❯▸]+"), re.compile(r"[>\uff1e»›→❯▸/|·\\-]+")
_CALLED = frozenset(("breadcrumb", "breadcrumbs", "crumb", "crumbs", "mianbaoxie"))
_HOME = re.compile(
    r"\W*(?:.{0,10}(?:首页|首頁|主页|主頁)|home(?:\s?page)?|front\spage|start(?:seite)?|accueil|inicio|início|página\sinicial"
    r"|главная|ホーム|トップ|홈|etusivu|forside|hem|strona\sgłówna|ana\ssayfa|trang\schủ|beranda)\W*",
    re.IGNORECASE,
)
_OF_ARTICLES = ("body", "main", "article")
_END_OF_LINE = (">", None)
_CUT = re.compile(r"(?:\.{2,}|…+)\s*\Z")
_BEGINNING = 8  # characters; a channel's name may stand in a headline
_PAGE = re.compile(r"\W*(?:正文|記事(?:詳細)?|内容|詳情|详情|文章|新闻正文|article|current\spage)\W*", re.IGNORECASE)


def find_channel(above: Sequence[Block], title: str, url: str, resolve: Resolve) -> tuple[str, str | None] | None:
    """The name and the address of the channel to which a trail leads among the lines *above* the headline *title*.

    *url* is the address of the article, to which a trail may lead as well.
    """
    headline, above = form(title), above[-MAX_TRAIL:]
    for block in reversed(above):
        if not (parts := _trail(block, above, resolve)):
            continue
        parts = parts[1:] if _is_home(parts[0]) else parts
        to = next((n for n, (name, address) in enumerate(parts) if _is_page(name, address, headline, url)), None)
        named = [part for part in parts[:to] if len(part[0]) <= _MAX_NAME]
        return named[-1] if named else None
    return None


def _is_page(name: str, address: str | None, headline: str, url: str) -> bool:
    """Whether a part is the article itself, under its title or the beginning of that; a channel's name may begin it."""
    title = form(_CUT.sub("", name))
    if address == url or headline in title or _PAGE.fullmatch(name):
        return True
    return address is None and (len(title) > _BEGINNING or title != form(name)) and headline.startswith(title)


def _trail(block: Block, above: Sequence[Block], resolve: Resolve) -> list[Part]:
    """The parts of a trail, of which the line is one or all; nothing for another line."""
    if not block.pieces or len(block.line) > _MAX_LINE:
        return []
    if (box := _box(block.element)) is not None:
        lines = [each for each in above if is_in(each.element, box)]
        if sum(len(each.line) for each in lines) > _MAX_LINE:
            return []
        return _parts([piece for each in lines for piece in (*each.pieces, _END_OF_LINE)], resolve)
    if _LABEL.match(block.line):
        return _parts(block.pieces, resolve)
    if not _PARTED.search(block.line) or not any(href for _, href in block.pieces):
        return []
    parts = _parts(block.pieces, resolve)
    return parts if len(parts) > 1 and _is_home(parts[0]) else []


def _box(line: Element) -> Element | None:
    """The element around a *line* that is called a trail."""
    around = [each for each in (line, *islice(line.iterancestors(), _AROUND)) if each.tag not in _OF_ARTICLES]
    return next((each for each in reversed(around) if not _CALLED.isdisjoint(words_in(called(each)))), None)


def _parts(pieces: Sequence[Piece], resolve: Resolve) -> list[Part]:
    """The names that signs or links part, with their addresses; without the label before them."""
    found: list[Part] = []
    signs = _PARTED
    for n, (href, same) in enumerate(groupby(pieces, itemgetter(1))):
        text = "".join([each for each, _ in same])
        if not n and (label := _LABEL.match(text)):
            text, signs = text[label.end() :], _PARTED_AFTER_LABEL
        names = map(clean_text, [text] if href else signs.split(text))
        address = resolve(href) if href else None
        found += [(name, address) for name in names if name and any(map(str.isalnum, name))]
    return found


def _is_home(part: Part) -> bool:
    """Whether a part is the front page, by its name or its resolved address."""
    name, address = part
    if _HOME.fullmatch(name):
        return True
    return address is not None and (parts := urlsplit(address)).path in ("", "/") and not parts.query
