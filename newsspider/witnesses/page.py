"""A page before anybody testifies: its bytes as a tree, and its visible text as an outline of blocks.

An outline is what a reader sees from top to bottom: one block for each run of text that no block-level element or
line break interrupts, and one for each image and video. It does not depend on class names.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from lxml import etree

from newsspider.charsets import decode
from newsspider.processors import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from newsspider.charsets import Decoded

    Element = etree._Element

# Everything else breaks the line.
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "label",
        "mark",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
    ]
)
_UNSEEN = frozenset(
    ["script", "style", "noscript", "template", "iframe", "object", "select", "textarea", "svg", "math"]
)
_MEDIA = frozenset(("img", "video"))


@dataclass(slots=True)
class Block:
    """A line of text as a reader sees it, or an image or a video."""

    element: Element
    """The block-level element in which the line stands; the image or video itself."""

    pieces: list[tuple[str, Element]] = field(default_factory=list)
    """The line's text nodes as they stand, each with the element in which it stands; none for an image or video."""

    whole: bool = False
    """Whether the line is all that its element holds."""

    @property
    def text(self) -> str:
        """The line, cleaned; ``""`` for an image or video."""
        return clean_text("".join([text for text, _ in self.pieces])) or ""


class Page:
    """One captured page; reading it never fails."""

    def __init__(self, body: bytes, url: str, headers: Iterable[tuple[bytes, bytes]], captured_at: datetime):
        """Take the content-decoded *body* of the page at *url*, captured at *captured_at* (aware)."""
        self.url = url
        self.captured_at = captured_at
        self.decoded: Decoded = decode(body, _content_type(headers))
        self.text = self.decoded.text
        self.root = read_html(self.text)

    @cached_property
    def outline(self) -> list[Block]:
        body = self.root.find("body")
        return outline(self.root if body is None else body)

    @property
    def is_cut_off(self) -> bool:
        """Whether the page lacks its end tag, so that the rest of it may be missing."""
        return "</html" not in self.text[-4096:].lower()


def read_html(text: str) -> Element:
    """Return the tree of *text*, which may be anything; an empty element when there is nothing to read."""
    try:
        # A parser each time: sharing one between threads would serialise them, and making one costs 2 µs.
        parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
        root = etree.fromstring(text.replace("\0", "").encode("utf-8", "replace"), parser)
    except etree.ParserError:  # no markup and no text
        root = None
    return etree.Element("html") if root is None else root


def outline(root: Element) -> list[Block]:
    """List the blocks under *root* from top to bottom.

    >>> [block.text for block in outline(read_html("<p>a<b>b</b><br>c</p><div>d<script>e</script></div>"))]
    ['ab', 'c', 'd']
    """
    blocks: list[Block] = []
    pieces: list[tuple[str, Element]] = []
    # Enclosing block-level elements, each with the number of blocks that were there when it began.
    open_blocks: list[tuple[Element, int]] = [(root, 0)]

    def end_line(whole_since: int | None = None) -> None:
        if any(not text.isspace() for text, _ in pieces):
            blocks.append(Block(open_blocks[-1][0], pieces.copy(), whole_since == len(blocks)))
        pieces.clear()

    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if event == "start":
            if tag in _UNSEEN:
                walk.skip_subtree()
            elif tag in _MEDIA:
                end_line()
                blocks.append(Block(element))
                walk.skip_subtree()
            else:
                if tag not in _INLINE:
                    end_line()
                    open_blocks.append((element, len(blocks)))
                if element.text:
                    pieces.append((element.text, element))
        else:
            if tag not in _INLINE and tag not in _UNSEEN and tag not in _MEDIA:
                end_line(open_blocks[-1][1])
                open_blocks.pop()
            if element is not root and element.tail:
                pieces.append((element.tail, element.getparent()))
    end_line()
    return blocks


def nearest(element: Element | None, tag: str) -> Element | None:
    """The element itself or its nearest ancestor named *tag*."""
    while element is not None and element.tag != tag:
        element = element.getparent()
    return element


def link_of(element: Element) -> str | None:
    """The ``href`` in which a text node's *element* stands."""
    anchor = nearest(element, "a")
    return None if anchor is None else anchor.get("href")


def _content_type(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    values: Sequence[bytes] = [value for name, value in headers if name.lower() == b"content-type"]
    return values[-1].decode("latin-1") if values else None
