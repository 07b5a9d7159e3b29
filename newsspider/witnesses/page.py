"""A page before anybody testifies: its bytes as a tree, and its visible text as an outline of blocks.

An outline is what a reader sees from top to bottom: one block for each run of text that no block-level element or
line break interrupts, and one for each image and video. It does not depend on class names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

from lxml import etree

from newsspider.charsets import decode
from newsspider.processors import clean_text
from newsspider.urls import absolute

if TYPE_CHECKING:
    from collections.abc import Iterable

Element: TypeAlias = Any  # an lxml element; lxml ships no types

MAX_DEPTH = 300
"""Levels of elements; what lies deeper is not seen. libxml2 itself stops at 256 or 2048, by version."""

_LINE, _INLINE, _LINK, _UNSEEN, _MEDIA, _LINES = range(6)
# How an element shows; every other one is a line of its own.
_SHOWN = dict.fromkeys(
    ("abbr", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd", "label",
     "mark", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt",
     "u", "var", "wbr"),
    _INLINE,
) | {"a": _LINK} | dict.fromkeys(
    ("script", "style", "noscript", "template", "iframe", "object", "select", "datalist", "textarea", "svg", "math",
     "audio", "canvas"),
    _UNSEEN,
) | dict.fromkeys(("img", "video"), _MEDIA) | {"pre": _LINES}  # fmt: skip


_UNSEEN_TAGS = tuple(tag for tag, shown in _SHOWN.items() if shown == _UNSEEN)

Piece: TypeAlias = tuple[str, str | None]
"""A text node as it stands, and the ``href`` of the link in which it stands."""


@dataclass(slots=True)
class Block:
    """A line of text as a reader sees it, or an image or a video."""

    element: Element
    """The block-level element in which the line stands; the image or video itself."""

    pieces: list[Piece]
    """The line's text nodes; none for an image or video."""

    whole: bool = False
    """Whether the line is all that its element holds."""

    @property
    def line(self) -> str:
        """The line without surrounding white space and what cannot be seen; ``""`` for an image or video."""
        pieces = self.pieces
        line = pieces[0][0].strip() if len(pieces) == 1 else "".join([text for text, _ in pieces]).strip()
        return line if line.isprintable() else clean_text(line) or ""

    @property
    def text(self) -> str:
        """The line, cleaned."""
        return clean_text(self.line) or ""


class Page:
    """One captured page; reading it never fails."""

    def __init__(self, body: bytes, url: str, headers: Iterable[tuple[bytes, bytes]]):
        """Take the content-decoded *body* of the page at *url*."""
        self.url = url
        self.decoded = decode(body, _content_type(headers))
        self.text = self.decoded.text
        as_is = self.decoded.used == "utf-8" and not self.decoded.replacements
        self.markup = body if as_is else self.text.encode("utf-8", "replace")
        """The page in UTF-8; asking whether a word occurs is much faster here than in ``text``."""
        self.root = read_html(self.markup)

    @cached_property
    def base_url(self) -> str:
        """What the page's relative links are relative to."""
        base = next(self.root.iter("base"), None)
        return (None if base is None else absolute(self.url, base.get("href"))) or self.url

    @cached_property
    def outline(self) -> list[Block]:
        """The blocks of the page from top to bottom."""
        body = self.root.find("body")
        return outline(self.root if body is None else body)

    def drop_hidden(self) -> str:
        """Take out of the page what it hides from its readers, before anybody reads it; see ``drop_hidden``."""
        return drop_hidden(self.root)

    @cached_property
    def title(self) -> str | None:
        """What the browser's tab shows."""
        element = next(self.root.iter("title"), None)
        return None if element is None else clean_text(element.text or "")

    @property
    def is_cut_off(self) -> bool:
        """Whether the page lacks its end tag, so that the rest of it may be missing."""
        return b"</html" not in self.markup[-1024:].lower()


def read_html(markup: bytes) -> Element:
    """Return the tree of *markup*, UTF-8 of any kind; an empty element when there is nothing to read."""
    # A parser each time: threads that share one wait for each other, and making one costs 2 µs.
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(markup.replace(b"\0", b""), parser)
    except etree.ParserError:  # no markup and no text
        root = None
    return etree.Element("html") if root is None else root


# Of an element with the attribute ``hidden``, and of every style.
_SAID_OF_SHOWING = etree.XPath("//@hidden | //@style")
_HIDES = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)


def drop_hidden(root: Element) -> str:
    """Remove the elements that their own markup hides, and return their text.

    ``aria-hidden`` hides nothing from the eye. A video may be hidden until it plays. What a style sheet hides is not
    known here.

    >>> root = read_html(b"<p>a<b hidden>b</b>c</p><p style='color: red; Display: none'>d</p>")
    >>> drop_hidden(root), [block.line for block in outline(root)]
    ('bd', ['ac'])
    """
    dropped = []
    for value in _SAID_OF_SHOWING(root):
        if value.attrname == "hidden" or _hides(value):
            element = value.getparent()
            parent = element.getparent()
            if parent is None or element.tag in ("video", "body"):
                continue
            dropped.append("".join(element.itertext()))
            _remove(element, parent)
    return "".join(dropped)


@lru_cache(maxsize=256)  # the paragraphs of a site have the same few styles
def _hides(style: str) -> bool:
    return _HIDES.search(style) is not None


def _remove(element: Element, parent: Element) -> None:
    """Remove *element* and leave the text behind it."""
    if tail := element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + tail
        else:
            before.tail = (before.tail or "") + tail
    parent.remove(element)


def drop_unseen(element: Element) -> None:
    """Remove what shows no text of its own from *element*: scripts, what stands in for them, drawings."""
    for each in list(element.iter(*_UNSEEN_TAGS)):
        if (parent := each.getparent()) is not None:
            _remove(each, parent)


def is_line(element: Element) -> bool:
    """Tell whether *element* begins a line of its own, as a paragraph does and a link does not."""
    return _SHOWN.get(element.tag, _LINE) in (_LINE, _LINES)


def outline(root: Element) -> list[Block]:
    r"""List the blocks under *root* from top to bottom.

    >>> [block.line for block in outline(read_html(b"<p>a<b>b</b><br>c</p><div>d<script>e</script></div>"))]
    ['ab', 'c', 'd']
    >>> [block.line for block in outline(read_html(b"<pre>a<b>b\n\nc</b>d\n</pre>"))]
    ['ab', 'cd']
    """
    walk = _Walk()
    line: list[Piece] = [(root.text, None)] if root.text and not root.text.isspace() else []
    if line := walk.descend(root, root[:], line, 0):
        walk.blocks.append(Block(root, line))
    return walk.blocks


class _Walk:
    """Makes the blocks of an outline; takes a fifth of the time of a whole page, so nothing in it is a call."""

    __slots__ = ("blocks", "href")

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.href: str | None = None
        """Of the link that is open; the end of a link within it ends it too, as no link holds another."""

    def descend(self, parent: Element, children: list[Element], line: list[Piece], depth: int) -> list[Piece]:
        """Add the blocks below *parent*; take the line that has begun, and return the one that may go on.

        Space before the first word of a line shows nothing and is left out.
        """
        blocks = self.blocks
        for element in children:
            shown = _SHOWN.get(element.tag, _LINE)
            if shown == _LINE:
                if line:
                    blocks.append(Block(parent, line))
                    line = []
                before = len(blocks)
                if (text := element.text) and not text.isspace():
                    line.append((text, self.href))
                if (inner := element[:]) and depth < MAX_DEPTH:  # a slice is faster than an iterator
                    line = self.descend(element, inner, line, depth + 1)
                if line:
                    blocks.append(Block(element, line, before == len(blocks)))
                    line = []
            elif shown == _MEDIA:
                if line:
                    blocks.append(Block(parent, line))
                    line = []
                blocks.append(Block(element, []))
            elif shown == _LINES:
                if line:
                    blocks.append(Block(parent, line))
                line = self.descend(element, element[:], [(element.text or "", self.href)], depth + 1)
                blocks += _lines(element, line)
                line = []
            elif shown != _UNSEEN:
                if shown == _LINK:
                    self.href = element.get("href")
                if (text := element.text) and (line or not text.isspace()):
                    line.append((text, self.href))
                if (inner := element[:]) and depth < MAX_DEPTH:
                    line = self.descend(element, inner, line, depth + 1)
                if shown == _LINK:
                    self.href = None
            if (text := element.tail) and (line or not text.isspace()):
                line.append((text, self.href))
        return line


def _lines(element: Element, pieces: list[Piece]) -> list[Block]:
    """The lines of preformatted text, which line feeds part."""
    lines: list[list[Piece]] = [[]]
    for text, href in pieces:
        first, *others = text.split("\n")
        lines[-1].append((first, href))
        lines += [[(other, href)] for other in others]
    return [Block(element, line) for line in lines if any(text.strip() for text, _ in line)]


def _content_type(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    values = [value for name, value in headers if name.lower() == b"content-type"]
    return values[-1].decode("latin-1") if values else None
