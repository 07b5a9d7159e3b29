"""A page before anybody testifies: its bytes as a tree, and its visible text as an outline of blocks.

An outline is what a reader sees from top to bottom: one block for each run of text that no block-level element or
line break interrupts, and one for each image and video. It does not depend on class names.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit

from lxml import etree

from newsspider.parsing.markup import END_OF_PAGE, PLAYERS, UNSEEN, WITHOUT_TEXT, read_html
from newsspider.parsing.markup import Element as Element
from newsspider.text.charsets import decode
from newsspider.text.processors import clean_text
from newsspider.text.urls import absolute

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

Resolve: TypeAlias = "Callable[..., str | None]"
"""``absolute`` for the references of one page."""

IsBody: TypeAlias = "Callable[[list[Block], list[Element]], Element | None]"
"""Says which of hidden elements is the body of a page that shows these blocks; None for none."""

MAX_DEPTH = 300
"""Levels of elements; what lies deeper is not seen. libxml2 itself stops at 256 or 2048, by version."""

_LINE, _INLINE, _LINK, _MEDIA, _LINES, _UNSEEN, _PLAYER = range(7)
# How an element shows; every other one is a line of its own.
_SHOWN = dict.fromkeys(
    ("abbr", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd", "label",
     "mark", "q", "rb", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt",
     "u", "var", "wbr"),
    _INLINE,
) | {"a": _LINK} | dict.fromkeys(UNSEEN, _UNSEEN) | dict.fromkeys(PLAYERS, _PLAYER) | {
    "img": _MEDIA, "amp-img": _MEDIA, "video": _MEDIA, "pre": _LINES
}  # fmt: skip


_FOREIGN = ("svg", "math")
# Where text of a drawing is HTML again, https://html.spec.whatwg.org/#html-integration-point
_WITHIN_FOREIGN = ("foreignobject", "desc", "title", "mtext", "mi", "mo", "mn", "ms", "annotation-xml")
# What ends a drawing that was not closed, https://html.spec.whatwg.org/#parsing-main-inforeign
_BREAKS_OUT = frozenset((
    "b", "big", "blockquote", "body", "br", "center", "code", "dd", "div", "dl", "dt", "em", "embed", "h1", "h2", "h3",
    "h4", "h5", "h6", "head", "hr", "i", "img", "li", "listing", "menu", "meta", "nobr", "ol", "p", "pre", "ruby", "s",
    "small", "span", "strong", "strike", "sub", "sup", "table", "tt", "u", "ul", "var",
))  # fmt: skip

HOME = re.compile(r"(?:https?://[^/?#]+)?/?(?:index\.\w{2,5})?")
"""The address of a home page, or its path."""
_SENTENCE_ENDS = tuple(".。!！?？…”\"»」』）)")

_SHOWN_KINDS = ("a", "article", "aside", "h1", "time")
_ASKED_FOR = (*_SHOWN_KINDS, "base", "link", "meta", "script", "title")

Piece: TypeAlias = tuple[str, str | None]
"""A text node as it stands, and the ``href`` of the link in which it stands."""


class Block:
    """A line of text as a reader sees it, or an image or a player."""

    __slots__ = ("element", "line", "pieces", "whole")

    def __init__(self, element: Element, pieces: list[Piece], whole: bool = False) -> None:
        self.element = element
        """The block-level element in which the line stands; the image or video itself."""

        self.pieces = pieces
        """The line's text nodes; none for an image or video."""

        self.whole = whole
        """Whether the line is all that its element holds."""

        line = (pieces[0][0] if len(pieces) == 1 else "".join([text for text, _ in pieces]) if pieces else "").strip()
        self.line = line if line.isprintable() else clean_text(line) or ""
        """The line without surrounding white space and what cannot be seen; ``""`` for an image or video."""

    @property
    def text(self) -> str:
        """The line, cleaned."""
        return clean_text(self.line) or ""

    @property
    def visible(self) -> list[Piece]:
        """The nodes that are more than white space."""
        return [piece for piece in self.pieces if not piece[0].isspace()]


class Page:
    """One captured page; reading it fails for nothing but a MarkupError."""

    def __init__(self, body: bytes, url: str, headers: Iterable[tuple[bytes, bytes]]):
        """Take the content-decoded *body* of the page at *url*."""
        self.url = url
        self.decoded = decode(body, _content_type(headers))
        self.text = self.decoded.text
        as_is = self.decoded.used == "utf-8" and not self.decoded.replacements
        self.markup = body if as_is else self.text.encode("utf-8", "replace")
        """The page in UTF-8; asking whether a word occurs is much faster here than in ``text``."""
        self.root = read_html(self.markup)
        self.hidden_body: Element | None = None
        """The element that the page hides, and that is read all the same."""

    @cached_property
    def resolve(self) -> Resolve:
        """Resolve what the page writes in ``href`` or ``src`` as browsers do; see ``absolute``."""
        encoding = self.decoded.used
        if encoding == "gb18030" and self.decoded.declared[:1] != ("gb18030",):
            encoding = "gbk"  # read alike, and written by another rule
        based = next((href for base in self.elements["base"] if (href := base.get("href")) is not None), None)
        base_url = absolute(self.url, based, encoding=encoding) or self.url
        return partial(absolute, base_url, encoding=encoding)

    @cached_property
    def elements(self) -> dict[str, list[Element]]:
        """The elements of each of the kinds that are asked for, in page order; found in one pass."""
        found: dict[str, list[Element]] = {tag: [] for tag in _ASKED_FOR}
        for element in self.root.iter(*_ASKED_FOR):
            found[element.tag].append(element)
        return found

    @cached_property
    def outline(self) -> list[Block]:
        """The blocks of the page from top to bottom."""
        return self._made(_Walk())

    def _made(self, walk: _Walk) -> list[Block]:
        """The blocks that a walk finds, without links to the site's home page behind a sentence."""
        body = self.root.find("body")
        blocks = walk.of(self.root if body is None else body)
        for n, block in enumerate(blocks):
            pieces = block.pieces
            end = len(pieces) - (bool(pieces) and pieces[-1][0].isspace())
            href = pieces[end - 1][1] if end > 1 else None
            if href and HOME.fullmatch(href) and self._is_home(href):
                while end and pieces[end - 1][1] == href:
                    end -= 1
                if end and pieces[end - 1][0].rstrip().endswith(_SENTENCE_ENDS):
                    blocks[n] = Block(block.element, pieces[:end], block.whole)
        return blocks

    def _is_home(self, href: str) -> bool:
        address, own = urlsplit(self.resolve(href) or ""), urlsplit(self.url)
        return address.netloc == own.netloc and address.path != own.path and HOME.fullmatch(address.path) is not None

    def drop_hidden(self, is_body: IsBody | None = None) -> str:
        """Take out of the page what it hides from its readers, before anybody reads it, and return its text.

        As ``drop_hidden`` has it, in the pass that makes the outline. *is_body* is asked which of the hidden elements
        is what the page is about; that one stays, as ``hidden_body``.
        """
        unseen = set(_hidden(self.root))
        walk = _Walk(unseen)
        self.outline = self._made(walk)
        if walk.hidden and is_body is not None and (body := is_body(self.outline, walk.hidden)) is not None:
            self.hidden_body = body
            walk = _Walk(unseen - {body})
            self.outline = self._made(walk)
        if not walk.hidden:
            return ""
        dropped = {each for element in walk.hidden for each in element.iter(*_ASKED_FOR)}
        if dropped:
            for tag in _SHOWN_KINDS:
                self.elements[tag] = [each for each in self.elements[tag] if each not in dropped]
        return _removed(walk.hidden, self.root)

    @cached_property
    def title(self) -> str | None:
        """The text of the browser's tab."""
        element = next(filter(is_title, self.elements["title"]), None)
        return None if element is None else clean_text(element.text or "")

    @property
    def is_cut_off(self) -> bool:
        """Whether the page really ends early, so that the rest of it may be missing.

        Much stands after ``</html>`` on many pages, and the standard lets a page do without it: one that closes what
        it opened is complete.
        """
        if b"</html" in self.markup[-1024:].lower() or END_OF_PAGE.search(self.markup):
            return False
        return not self.markup.rstrip().endswith(b">") or self._opened("div") > self._opened("/div")

    def _opened(self, tag: str) -> int:
        return len(re.findall(rf"<{tag}[\s>]".encode(), self.markup, re.IGNORECASE))


# What asks elements for their attributes, or joins the two, takes ten times as long; what folds the case, three times.
_HIDDEN, _STYLES = etree.XPath("descendant::*/@hidden"), etree.XPath("descendant::*/@style")
_NEVER_HIDDEN = ("video", "body")
_DROPPED = "dropped"
"""What an element is called before all of them are removed at once."""
_HIDES = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)


def drop_hidden(root: Element) -> str:
    """Remove the elements that their own markup hides, and return their text.

    ``aria-hidden`` hides nothing from the eye. A video may be hidden until it plays. What a style sheet hides is not
    known here.

    >>> root = read_html(b"<p>a<b hidden>b</b>c</p><p style='color: red; Display: none'>d</p>")
    >>> drop_hidden(root), [block.line for block in outline(root)]
    ('bd', ['ac'])
    """
    hidden = set(_hidden(root))
    return _removed([each for each in root.iterdescendants() if each in hidden] if hidden else [], root)


def _hidden(root: Element) -> list[Element]:
    """The elements below *root* that their own markup hides."""
    # lxml's text knows its element: a cache of it would keep whole pages in memory.
    values = [*_HIDDEN(root), *(value for value in _STYLES(root) if _hides(str(value)))]
    return [element for value in values if (element := value.getparent()).tag not in _NEVER_HIDDEN]


def _removed(hidden: list[Element], root: Element) -> str:
    """Remove the elements *hidden* from *root*, and return their text."""
    texts = []
    for element in hidden:
        texts.append("".join(element.itertext()))
        element.tag = _DROPPED
    if texts:
        etree.strip_elements(root, _DROPPED, with_tail=False)
    return "".join(texts)


@lru_cache(maxsize=256)  # the paragraphs of a site have the same few styles
def _hides(style: str) -> bool:
    return _HIDES.search(style) is not None


def drop_unseen(element: Element) -> None:
    """Remove what shows no text of its own from *element*: scripts, what stands in for them, drawings."""
    etree.strip_elements(element, *WITHOUT_TEXT, with_tail=False)


def is_title(element: Element) -> bool:
    """Tell whether a ``title`` is the page's, and not that of a drawing in it."""
    return next(element.iterancestors(*_FOREIGN), None) is None


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
    return _Walk().of(root)


class _Walk:
    """Makes the blocks of an outline; takes a fifth of the time of a whole page, so nothing in it is a call."""

    __slots__ = ("blocks", "hidden", "href", "unseen")

    def __init__(self, unseen: Collection[Element] = ()) -> None:
        self.blocks: list[Block] = []
        self.href: str | None = None
        """Of the link that is open; the end of a link within it ends it too, as no link holds another."""
        self.unseen = unseen
        """Elements that are passed over."""
        self.hidden: list[Element] = []
        """Those that were, the outermost in page order."""

    def of(self, root: Element) -> list[Block]:
        """The blocks under *root*."""
        line: list[Piece] = [(root.text, None)] if root.text and not root.text.isspace() else []
        if line := self.descend(root, root[:], line, 0):
            self.blocks.append(Block(root, line))
        return self.blocks

    def descend(self, parent: Element, children: list[Element], line: list[Piece], depth: int) -> list[Piece]:
        """Add the blocks below *parent*; take the line that has begun, and return the one that may go on.

        Space before the first word of a line shows nothing and is left out.
        """
        blocks, unseen = self.blocks, self.unseen
        for element in children:
            shown = _SHOWN.get(element.tag, _LINE)
            if unseen and element in unseen:
                self.hidden.append(element)
            elif shown == _LINE:
                if line:
                    blocks.append(Block(parent, line))
                    line = []
                before = len(blocks)
                if (text := element.text) and not text.isspace():
                    line.append((text, self.href))
                if len(element) and depth < MAX_DEPTH:
                    line = self.descend(element, element[:], line, depth + 1)  # a slice is faster than an iterator
                if line:
                    blocks.append(Block(element, line, before == len(blocks)))
                    line = []
            elif shown == _MEDIA or (shown == _PLAYER and _has_address(element)):
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
            elif shown >= _UNSEEN:
                if element.tag in _FOREIGN and (outside := _broken_out(element)) and depth < MAX_DEPTH:
                    line = self.descend(parent, outside, line, depth + 1)
            else:
                if shown == _LINK:
                    self.href = element.get("href")
                if (text := element.text) and (line or not text.isspace()):
                    line.append((text, self.href))
                if len(element) and depth < MAX_DEPTH:
                    line = self.descend(element, element[:], line, depth + 1)
                if shown == _LINK:
                    self.href = None
            if (text := element.tail) and (line or not text.isspace()):
                line.append((text, self.href))
        return line


def _has_address(player: Element) -> bool:
    """Whether a player or a frame shows anything."""
    return any("src" in each.attrib or "data" in each.attrib or "data-src" in each.attrib for each in player.iter())


def _broken_out(drawing: Element) -> list[Element]:
    """Return the elements that a browser takes out of an unclosed drawing: the first not of it, and the rest."""
    for element in drawing.iter():  # to ask for so many tags takes longer
        if element.tag not in _BREAKS_OUT:
            continue
        ancestors = [element, *element.iterancestors()]
        ancestors = ancestors[: ancestors.index(drawing)]
        if not any(each.tag in _WITHIN_FOREIGN for each in ancestors):
            return [element, *(after for each in ancestors for after in each.itersiblings())]
    return []


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
