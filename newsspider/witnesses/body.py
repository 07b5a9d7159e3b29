"""The body of an article, out of the blocks that hold it: paragraphs, images, videos, and who made them.

What stands among the paragraphs without being one is told apart: the credit line, the rights notice, a byline in
brackets, captions.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any

import nh3
from lxml import etree

from newsspider.items import Image, ImageCredit, Video
from newsspider.processors import clean_text, parse_copyright, parse_credit
from newsspider.urls import absolute
from newsspider.witnesses.byline import Byline, read_byline
from newsspider.witnesses.chrome import is_chrome, is_related_heading
from newsspider.witnesses.page import drop_unseen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsspider.witnesses.page import Block, Element

MAX_MEDIA = 500
"""Images and videos read from one body."""

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

_CAPTION = re.compile(r"(?:图片说明|图说|图注)\s?[:\uff1a]|[▲△]")
_SOURCE = re.compile(
    r"[(\uff08\[【]?(?:文章|稿件|信息|资料)?(?:来源|稿源)\s?[:\uff1a]\s?(?P<name>[^。,\uff0c;\uff1b:\uff1a]{1,30}?)[)\uff09\]】]?"
)
_MAX_ASIDE = 100  # characters of a credit, a notice or a byline; longer lines are paragraphs without looking
_SENTENCE_ENDS = frozenset("。!\uff01?\uff1f”…")
_OPENS_ASIDE = re.compile(r"[(\uff08\[【]|版权")


def read_body(blocks: Iterable[Block], base_url: str) -> dict[str, Any]:
    """Read the article's parts from *blocks*, by field; a field is missing where there is nothing for it."""
    paragraphs: list[str] = []
    images: list[Image] = []
    videos: list[Video] = []
    html: list[str] = []
    said: dict[str, Any] = {}
    among_links = False  # to other articles
    below_image = False
    for block in blocks:
        if not block.pieces:
            if len(images) + len(videos) == MAX_MEDIA:
                continue
            if block.element.tag == "video":
                videos.extend(_video(block.element, base_url))
            elif image := _image(block.element, base_url, len(paragraphs)):
                images.append(image)
                alt = f' alt="{escape(image.alt)}"' if image.alt else ""
                html.append(_CLEANER.clean(f'<p><img src="{escape(image.url)}"{alt}></p>'))
                below_image = True
            continue
        text = block.text
        if not text:
            continue
        if among_links and all(href for _, href in block.pieces):
            continue
        among_links = False
        labelled = below_image and _CAPTION.match(text)
        below_image = False
        if images and (labelled or _is_caption(block.element)):
            credit = parse_credit(text)
            images[-1].caption, images[-1].credit = text, credit and credit.raw
        elif _is_sentence(text) or (aside := _aside(text)) is None:
            paragraphs.append(text)
            html.append(_paragraph_html(block, text, base_url))
        else:
            said |= aside
            among_links = not aside and is_related_heading(text)
    if paragraphs:
        said["paragraphs"] = paragraphs
    if paragraphs or images:
        said["body_html"] = "\n".join(html)
    if images:
        said["images"] = images
    if videos:
        said["videos"] = videos
    return said


def _is_caption(element: Element) -> bool:
    parent = element.getparent()
    return element.tag == "figcaption" or (parent is not None and parent.tag == "figcaption")


def _is_sentence(text: str) -> bool:
    """Whether a line is a paragraph at first sight, as most are: too long for anything else, or ending as one."""
    return len(text) > _MAX_ASIDE or (text[-1] in _SENTENCE_ENDS and not _OPENS_ASIDE.match(text))


def _aside(text: str) -> dict[str, Any] | None:
    """What a line says that stands among the paragraphs without being one, by field; ``None`` for a paragraph."""
    if credit := parse_credit(text):
        return {"image_credit": ImageCredit(raw=credit.raw, name=credit.name, role=credit.role)}
    if notice := parse_copyright(text):
        return {"copyright_notice": notice.raw, "exclusive": notice.exclusive}
    if byline := read_byline(text):
        return _people(byline, text)
    if source := _SOURCE.fullmatch(text):
        return {"source": (source["name"].strip(), None)}
    return {} if is_chrome(text) or is_related_heading(text) else None


def _people(byline: Byline, line: str) -> dict[str, Any]:
    said: dict[str, Any] = {"authors": byline.authors, "editors": byline.editors}
    if byline.photographers:
        names = "、".join(each.name for each in byline.photographers)
        said["image_credit"] = ImageCredit(raw=line, name=names, role=byline.photographers[0].role)
    return {name: value for name, value in said.items() if value}


def _image(element: Element, base_url: str, position: int) -> Image | None:
    for attribute in _IMAGE_ATTRIBUTES:
        if url := absolute(base_url, element.get(attribute)):
            return Image(url=url, alt=clean_text(element.get("alt") or ""), position=position)
    return None


def _video(element: Element, base_url: str) -> list[Video]:
    sources = [element, *element.iter("source")]
    for source in sources:
        if url := absolute(base_url, source.get("src")):
            return [Video(url=url, poster=absolute(base_url, element.get("poster")))]
    return []


def _paragraph_html(block: Block, text: str, base_url: str) -> str:
    """The paragraph as one element; its inline markup is kept where the element holds nothing else."""
    element = block.element
    tag = element.tag if element.tag in _KEPT_BLOCKS else "p"
    if not (block.whole and len(element)):
        return f"<{tag}>{escape(text, quote=False)}</{tag}>"  # nothing of the page's own markup is left to sanitise
    drop_unseen(element)
    children = [etree.tostring(child, encoding="unicode", method="html") for child in element]
    inner = "".join([escape(element.text or "", quote=False), *children]).strip()
    return _sanitise(f"<{tag}>{inner}</{tag}>", base_url)


def _sanitise(html: str, base_url: str) -> str:
    if "<a " not in html:
        return _CLEANER.clean(html)

    def only_web_addresses(tag: str, attribute: str, value: str) -> str | None:
        return absolute(base_url, value) if attribute in ("href", "src") else value

    return nh3.clean(html, **_ALLOWED, attribute_filter=only_web_addresses)
