"""The body of an article, out of the blocks that hold it: paragraphs, images, videos, and who made them.

What stands among the paragraphs without being one is kept apart: the credit line, the rights notice, a byline in
brackets, captions.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from itertools import chain, takewhile
from typing import TYPE_CHECKING, Any

import nh3
from lxml import etree

from newsspider.parsing.byline import Byline, read_byline, read_offices, read_reporters
from newsspider.parsing.captions import is_credited
from newsspider.parsing.chrome import is_chrome, is_related_heading
from newsspider.parsing.embeds import post_url, read_embed
from newsspider.parsing.facts import original_title
from newsspider.parsing.live import entry_times
from newsspider.parsing.markup import IMAGES
from newsspider.parsing.page import drop_unseen
from newsspider.parsing.paging import is_pager
from newsspider.parsing.requisites.srcset import IMAGE_SRCSETS, candidates
from newsspider.parsing.structure import Lines, List, Quote, Table, parts
from newsspider.record.body import Audio, Image, ImageCredit, Video
from newsspider.text.processors import clean_text, parse_copyright, parse_credit

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from newsspider.parsing.page import Block, Element, Resolve
    from newsspider.record.body import BodyBlock

MAX_MEDIA = 500
"""Images, videos and other players read from one body."""

MAX_CAPTION = 1000
"""Characters of a caption from which on no other line is taken into it."""

# Where lazily loading pages keep the real address; ``src`` is the placeholder then.
_IMAGE_ATTRIBUTES = ("data-src", "data-original", "data-lazy-src", "data-url", "src")

_KEPT_BLOCKS = frozenset(["p", "h2", "h3", "h4", "h5", "h6", "li", "blockquote", "pre"])
_ALLOWED: dict[str, Any] = {
    "tags": {*_KEPT_BLOCKS, "a", "b", "strong", "i", "em", "u", "s", "sub", "sup", "img"},
    "attributes": {"a": {"href", "title"}, "img": {"src", "alt"}},
    "url_schemes": {"http", "https"},
    "link_rel": None,
}
_CLEANER = nh3.Cleaner(**_ALLOWED)
_NO_REFERENCE = frozenset("&\xa0")
"""What of escaped text the cleaner would write in another way."""

_SOURCE = re.compile(
    r"[(\uff08\[【]?(?:文章|稿件|信息|资料)?(?:来源|稿源)\s?[:\uff1a]\s?(?P<name>[^。,\uff0c;\uff1b:\uff1a]{1,30}?)"
    r"(?:\s?[(\uff08](?:微信|公[众眾]|[号號]){0,3}(?:ID|id)?\s?[:\uff1a]\s?[\w.-]{2,30}[)\uff09])?[)\uff09\]】]?"
)
_MAX_ASIDE = 100  # characters of a credit, a notice or a byline; longer lines are paragraphs without looking
_SENTENCE_ENDS = frozenset("。!\uff01?\uff1f”…")
# What papers of Japan say below the beginning of an article that is for subscribers, above what these get.
_FOR_SUBSCRIBERS = re.compile(
    r"この記事は\s?(?:有料|会員|プレミアム)[^。]{0,12}(?:限定|記事)[^。]{0,6}です。?|残り\s?[:\uff1a]?\s?[0-9,]+\s?文字.{0,20}"
    r"|有料会員になると[^。]{1,30}。?"
)
_CAPTION = re.compile(r"(?:^|[\s_-])caption(?:-text)?(?:$|\s)")
_RESERVED = re.compile(r"(?:©|copyright\b).{0,150}all rights reserved", re.IGNORECASE)
_OPENS_ASIDE = re.compile(
    r"[(\uff08\[【*※]|版权|原|[特郑免]|未[经經]|声明|聲明|本文|扫|下[载載]|本[报報网網站]|转载|轉載"
)
# What the law has sites say, below articles.
_NOTICE = re.compile(
    r"[(\uff08\[【*※]?(?:[^。,\uff0c]{0,12}[,\uff0c])?(?:(?:特别|郑重|免责|版权|重要)(?:声明|提示)[】\]]?\s?[:\uff1a\s].*"
    r"|未[经經](?:[^。,\uff0c]{0,12})?(?:授[权權]|[许許]可|允[许許]|同意)[^。]{0,8}?(?:转载|轉載|使用|摘编|复制|[禁严不]).{0,60}"
    r"|[声聲]明\s?[:\uff1a].*(?:仅供参考|不构成|版权|转载|立场|观点|风险自担).*"
    r"|(?:立即|点击)?下[载載].{1,20}(?:APP|App|客户端)[,\uff0c].{0,30}(?:关注|了解|获取|查看|阅读).{0,30}"
    r"|本文[^。,\uff0c]{0,8}(?:[不仅只]代表|不构成|[仅只]供).{1,60}|本文[来转][自源载][^。]{1,40}[,\uff0c][^。,\uff0c]{0,20}授权(?:发布|转载|刊发)。?"
    r"|本文(?:版权|著作权)归.{1,40}|本文来自[^。]{1,30}[,\uff0c][^。]{0,20}(?:下载|关注)[^。]{1,30}|(?:转载|轉載)(?:请|請)?(?:注明|註明).{0,30})[)\uff09\]】]?"
)

_MAX_NOTICE = 300
# What is said of articles in general, below one: it begins with the site, or with texts and pictures as such, ...
_OF_ARTICLES = re.compile(
    r"[^,\uff0c。“]{0,12}(?:本(?:网站?|站|号|刊|公众号|平台|文)(?!记者|讯)"
    r"|(?:内容|文章|图[片文]|信息|观点|作品|稿件|素材)(?:均|皆|及|来[源自]|仅|不|系|由|为|如|版权|所有|等|转载)"
    r"|版权(?:声明|说明|归|属|所有)|转载(?:请|须|需|文章|内容|稿件|作品|自|的))"
)
# ... and says two of these things.
_OF_RIGHTS = re.compile(
    r"(?P<opinion>[仅只]代表)|(?P<distance>不代表[^。]{0,12}(?:立场|观点|赞同|意见|认同))"
    r"|(?P<advice>不构成[^。,\uff0c]{0,12}(?:建议|意见|依据|承诺))|(?P<use>[仅只]供[^。,\uff0c]{0,8}参考)"
    r"|(?P<risk>(?:风险|后果|责任)自[担负]|概不负责|不承担[^。,\uff0c]{0,12}责任)"
    r"|(?P<taken>转载(?:自|于|目的|请|须|需))"
    r"|(?P<rights>[如若][^。,\uff0c]{0,12}侵权|侵权(?=[^。]{0,8}(?:联系|告知|通知|必究)))"
    r"|(?P<removal>(?:联系|告知|通知)[^。]{0,20}(?:删除|处理|更正|撤下))"
)


def read_body(blocks: Iterable[Block], resolve: Resolve) -> dict[str, Any]:
    """Read the article's parts from *blocks*, by field; a field is missing where there is nothing for it."""
    blocks = list(takewhile(lambda block: not _FOR_SUBSCRIBERS.match(block.line), blocks))
    times = entry_times(blocks)
    entries = {id(blocks[place]): at for place, at in times.items()}
    body = _Body(resolve)
    for part in parts(blocks, entries):
        match part:
            case Lines((block,)) if id(block) in entries:
                body.begin_entry(entries[id(block)])
            case Lines((block,)):
                body.add_line(block) if block.pieces else body.add_media(block.element)
            case List():
                body.add_list(part)
            case Table():
                body.add_table(part)
            case Quote():
                body.add_quote(part)
    return body.said()


class _Body:
    """A body while it is read."""

    def __init__(self, resolve: Resolve) -> None:
        self.resolve = resolve
        self.paragraphs: list[str] = []
        self.blocks: list[BodyBlock] = []
        self.images: list[Image] = []
        self.videos: list[Video] = []
        self.audio: list[Audio] = []
        self.html: list[str] = []
        self.asides: dict[str, Any] = {}
        self.pictured: Element | None = None
        """The last picture of the page that is in the body."""
        self.media = 0
        self.among_links = False
        """Whether what comes are links to other articles, until something else does."""
        self.image: BodyBlock | None = None
        """The image right above."""

    def said(self) -> dict[str, Any]:
        lists = ("paragraphs", "blocks", "images", "videos", "audio")
        said = {name: value for name in lists if (value := getattr(self, name))}
        if self.paragraphs or self.images:
            said["body_html"] = "\n".join(self.html)
        return self.asides | said

    def add_line(self, block: Block) -> None:
        """Add a line that stands alone."""
        text = block.text
        if not text:
            return
        if self.among_links and all(href for _, href in block.pieces):
            return
        below, self.image = self.image, None
        self.among_links = False
        # Who wrote the article may stand right below its picture too, beside whose picture it is.
        is_credit = below is not None and is_credited(text) and not _names_writers(text)
        if (is_credit or is_caption(block.element)) and self._has_picture_of(block.element):
            self._add_caption(text)
        elif not self._is_aside(text, linked=any(href for _, href in block.pieces)):
            self._add_text(_block_of(block.element, text), text, _paragraph_html(block, text, self.resolve))

    def begin_entry(self, at: datetime | None) -> None:
        """Begin an entry of a live blog, at the line with its time."""
        self.image = None
        self.blocks.append({"type": "live_entry"} if at is None else {"type": "live_entry", "at": at})

    def add_list(self, part: List) -> None:
        self.image = None
        if self.among_links and all(href for item in part.items for block in item.blocks for _, href in block.pieces):
            return
        self.among_links = False
        linked = all(href for item in part.items for block in item.blocks for _, href in block.pieces)
        items = [(item, text) for item in part.items if not self._is_aside(text := item.text, linked=linked)]
        if not items:
            return
        texts = [text for _, text in items]
        self.paragraphs += texts
        self.blocks.append({"type": "list", "items": texts, "ordered": part.ordered})
        html = [
            _paragraph_html(item.blocks[0], text, self.resolve, "li") if len(item.blocks) == 1 else _element("li", text)
            for item, text in items
        ]
        tag = "ol" if part.ordered else "ul"
        self.html += [f"<{tag}>", *html, f"</{tag}>"]

    def add_table(self, part: Table) -> None:
        self.image, self.among_links = None, False
        rows = [[cell.text or None for cell in row] for row in part.rows]
        block: BodyBlock = {"type": "table", "rows": rows}
        if caption := part.caption.text:
            self.paragraphs.append(caption)
            block["caption"] = caption
        self.paragraphs += filter(None, [" ".join(filter(None, row)) for row in rows])
        self.blocks.append(block)
        html = ["".join([_element("td", cell or "") for cell in row]) for row in rows]
        self.html += ["<table>", *([_element("caption", caption)] if caption else ())]
        self.html += [*(f"<tr>{row}</tr>" for row in html), "</table>"]
        for each in part.media:
            self.add_media(each.element)

    def add_quote(self, part: Quote) -> None:
        self.image, self.among_links = None, False
        text = part.lines.text
        url = None if part.post is None else post_url(part.post, self.resolve)
        if url is not None:
            block: BodyBlock = {"type": "embed", "kind": "post", "url": url}
            if text:
                block["text"] = text
        else:
            block = {"type": "quote", "text": text}
        if text and self._is_aside(text):
            return
        if text:
            html = [_paragraph_html(each, each.text, self.resolve, "p") for each in part.lines.blocks if each.text]
            self._add_text(block, text, f"<blockquote>{''.join(html)}</blockquote>")
        elif url is not None:
            self.blocks.append(block)

    def add_media(self, element: Element) -> None:
        """Add an image or a player; one without an address is none."""
        if self.media == MAX_MEDIA:
            return
        if element.tag in IMAGES:
            image = _image(element, self.resolve, len(self.paragraphs))
            if image is None:
                return
            self._add_image(image)
            self.pictured = element
        elif embed := read_embed(element, self.resolve):
            tag = element.tag.removeprefix("amp-")
            if tag == "video":
                self.videos.append(Video(url=embed.url, poster=self.resolve(element.get("poster"))))
            elif tag == "audio":
                self.audio.append(Audio(url=embed.url, title=clean_text(element.get("title") or "")))
            self.blocks.append({"type": "embed", "kind": embed.kind, "url": embed.url})
        else:
            return
        self.media += 1

    def _add_image(self, image: Image) -> None:
        self.images.append(image)
        self.image = {"type": "image", "url": image.url}
        if image.alt:
            self.image["alt"] = image.alt
        self.blocks.append(self.image)
        alt = f' alt="{escape(image.alt)}"' if image.alt else ""
        html = f'<p><img src="{escape(image.url)}"{alt}></p>'
        self.html.append(html if _NO_REFERENCE.isdisjoint(html) else _CLEANER.clean(html))

    def _add_caption(self, text: str) -> None:
        """Add a line of the caption of the last picture; one of them may say whose picture it is."""
        image, credit = self.images[-1], parse_credit(text)
        image.caption = f"{image.caption} {text}" if image.caption else text
        block = next(each for each in reversed(self.blocks) if each["type"] == "image")
        block["caption"] = image.caption
        if credit:
            image.credit = block["credit"] = credit.raw

    def _has_picture_of(self, caption: Element) -> bool:
        """Whether the last picture is that of a caption (of its figure, if it is in one), and has no long one yet."""
        if self.pictured is None or len(self.images[-1].caption or "") > MAX_CAPTION:
            return False
        figure = next(caption.iterancestors("figure"), None)
        return figure is None or any(each is figure for each in self.pictured.iterancestors("figure"))

    def _add_text(self, block: BodyBlock, text: str, html: str) -> None:
        self.paragraphs.append(text)
        self.blocks.append(block)
        self.html.append(html)

    def _is_aside(self, text: str, *, linked: bool = False) -> bool:
        """Whether a text, with links in it or not, is no paragraph; what it says is kept then."""
        if is_pager(text, linked=linked):
            return True
        if text[0] in "©Cc" and _RESERVED.match(text):
            self.asides |= {"copyright_notice": text, "exclusive": False}
            return True
        if _is_general(text):
            self.asides |= {"copyright_notice": text, "exclusive": False}
            return True
        if _is_sentence(text) or (aside := _aside(text)) is None:
            return False
        self.asides |= aside
        self.among_links = not aside and is_related_heading(text)
        return True


def _block_of(element: Element, text: str) -> BodyBlock:
    if (level := _LEVELS.get(element.tag)) is not None:
        return {"type": "heading", "level": level, "text": text}
    return {"type": "paragraph", "text": text}


_LEVELS = {f"h{level}": level for level in range(1, 7)}


def is_caption(element: Element) -> bool:
    """Tell whether a line is the caption of a figure, by its tag or by its class."""
    parent = element.getparent()
    if element.tag == "figcaption" or (parent is not None and parent.tag == "figcaption"):
        return True
    return bool(names := element.get("class")) and _CAPTION.search(names) is not None


def has_address(image: Element) -> bool:
    """Tell whether a picture lies anywhere, and not in the page itself."""
    return any((image.get(name) or "data:")[:5] != "data:" for name in (*_IMAGE_ATTRIBUTES, *IMAGE_SRCSETS))


def _is_sentence(text: str) -> bool:
    """Whether a line is a paragraph at first sight, as most are: too long for anything else, or ending as one."""
    return len(text) > _MAX_ASIDE or (text[-1] in _SENTENCE_ENDS and not _OPENS_ASIDE.match(text))


def _is_general(text: str) -> bool:
    """Whether a paragraph is what a site says below all of its articles: whose they are, and what they are not."""
    if len(text) > _MAX_NOTICE or not _OF_ARTICLES.match(text):
        return False
    return len({match.lastgroup for match in _OF_RIGHTS.finditer(text)}) > 1


def _aside(text: str) -> dict[str, Any] | None:
    """Return the fields in a line that stands among the paragraphs without being one; ``None`` for a paragraph."""
    if title := original_title(text):
        return {"original_title": title}
    byline = read_byline(text) or read_offices(text)
    if byline and byline.authors:
        return _people(byline, text)
    if credit := parse_credit(text):
        return {"image_credit": ImageCredit(raw=credit.raw, name=credit.name, role=credit.role)}
    if notice := parse_copyright(text):
        return {"copyright_notice": notice.raw, "exclusive": notice.exclusive}
    if byline:
        return _people(byline, text)
    if reporters := read_reporters(text):
        return {"authors": reporters}
    if source := _SOURCE.fullmatch(text):
        return {"source": (source["name"].strip(), None)}
    if _NOTICE.fullmatch(text):
        return {"copyright_notice": text, "exclusive": "独家" in text}
    return {} if is_chrome(text) or is_related_heading(text) else None


def _names_writers(line: str) -> bool:
    byline = read_byline(line) or read_offices(line)
    return byline is not None and bool(byline.authors)


def _people(byline: Byline, line: str) -> dict[str, Any]:
    said: dict[str, Any] = {"authors": byline.authors, "editors": byline.editors}
    if byline.photographers:
        names = "、".join(each.name for each in byline.photographers)
        said["image_credit"] = ImageCredit(raw=line, name=names, role=byline.photographers[0].role)
    return {name: value for name, value in said.items() if value}


def _image(element: Element, resolve: Resolve, position: int) -> Image | None:
    named = (element.get(attribute) for attribute in _IMAGE_ATTRIBUTES)
    of_sets = (each for attribute in IMAGE_SRCSETS for each in candidates(element.get(attribute) or ""))
    url = next(filter(None, map(resolve, chain(named, of_sets))), None)
    return Image(url=url, alt=clean_text(element.get("alt") or ""), position=position) if url else None


def _element(tag: str, text: str) -> str:
    return f"<{tag}>{escape(text, quote=False)}</{tag}>"


def _paragraph_html(block: Block, text: str, resolve: Resolve, tag: str | None = None) -> str:
    """The paragraph as one element; its inline markup is kept where the element holds nothing else."""
    element = block.element
    if tag is None:
        tag = element.tag if element.tag in _KEPT_BLOCKS else "p"
    if not (block.whole and len(element)):
        return _element(tag, text)  # nothing of the page's own markup is left to sanitise
    drop_unseen(element)
    children = [etree.tostring(child, encoding="unicode", method="html") for child in element]
    inner = "".join([escape(element.text or "", quote=False), *children]).strip()
    html = f"<{tag}>{inner}</{tag}>"
    return (_linking_cleaner(resolve) if "<a " in html else _CLEANER).clean(html)


@lru_cache(maxsize=4)  # to make one takes longer than to clean a paragraph, and a page has one
def _linking_cleaner(resolve: Resolve) -> nh3.Cleaner:
    """A cleaner for paragraphs with links, whose references are made absolute."""

    def only_web_addresses(tag: str, attribute: str, value: str) -> str | None:
        return resolve(value) if attribute in ("href", "src") else value

    return nh3.Cleaner(**_ALLOWED, attribute_filter=only_web_addresses)
