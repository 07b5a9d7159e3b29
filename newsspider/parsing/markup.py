"""Markup as the tree that browsers make of it: what libxml2 passes over is written in another way first.

What would hold up the parser is refused.
"""

from __future__ import annotations

import re
from bisect import bisect
from typing import TYPE_CHECKING, Any, TypeAlias

from lxml import etree

from newsspider.errors import NewsspiderError
from newsspider.text.amounts import bytes_of
from newsspider.text.message import Message, message

if TYPE_CHECKING:
    from collections.abc import Iterator

Element: TypeAlias = Any  # an lxml element; lxml ships no types

MAX_MARKUP = 16 << 20
"""Bytes of markup that are made a tree; a page has some hundred thousand, and a few million with pictures in it."""

MAX_ATTRIBUTES = 20_000
"""Attributes of the long tags of a page together. A tag has a few, and a page some thousands in all its tags."""

_NEVER_LONG = 1 << 16
"""Bytes of a page in which there is no room for more attributes than that."""
_LONG = 1 << 12
"""Bytes of a tag from which on its attributes are counted."""
_LESS_THAN = 0x3C
_BEFORE_VALUE = b"= \t\n\r\f\v"
_TRIES = 4
"""Signs before a place of which one ends any tag, on most pages the first."""

UNSEEN = (
    "script", "style", "noscript", "template", "select", "datalist", "textarea", "svg", "math", "canvas", "title",
    "noframes", "noembed", "rt", "rp", "rtc",
)  # fmt: skip
"""Elements of which a reader sees nothing, and in ruby how a word is pronounced, which is no text of the article."""
PLAYERS = ("audio", "iframe", "embed", "object", "amp-audio", "amp-iframe", "amp-video")
IMAGES = ("img", "amp-img")
"""Elements that show a picture; the second on pages in AMP."""
WITHOUT_TEXT = frozenset(UNSEEN + PLAYERS)
"""What shows no text of its own, whatever stands in it."""


class MarkupError(NewsspiderError):
    """Markup is beyond what is made a tree of; no page that people read is."""

    def __init__(self, problem: Message) -> None:
        super().__init__(message("the markup has %(problem)s; it is kept as it is and not read", problem=problem))


def read_html(markup: bytes) -> Element:
    """Return the tree of *markup*, UTF-8 of any kind; an empty element when there is nothing to read. MarkupError.

    libxml2 reads tags as the HTML standard has it, and puts the tree together by rules of its own. Where that would
    cost a reader's line, the markup says the same in another way; ``tests/test_markup.py`` has what differs still.
    """
    markup = markup.replace(b"\0", b"")
    root, unexpected = _tree(markup)
    if unexpected and (mended := _mended(markup, unexpected)) is not markup:
        markup = mended
        root, _ = _tree(markup)
    if _goes_on(root):
        # By the standard </body> and </html> close nothing that is open. They go from scripts too, and nothing that is
        # read there has them.
        root, _ = _tree(END_OF_PAGE.sub(b"", markup))
    for embed in [*root.iter("embed")]:
        _empty(embed)
    return root


def _empty(embed: Element) -> None:
    """Put behind an ``embed`` what libxml2 has in it; by the standard it holds nothing, as an ``img`` does."""
    children, tail = [*embed], embed.tail or ""
    embed.text, embed.tail = None, embed.text
    for child in reversed(children):
        embed.addnext(child)
    last = children[-1] if children else embed
    last.tail = (last.tail or "") + tail


def _mended(markup: bytes, unexpected: set[str]) -> bytes:
    """Write in another way what libxml2 passes over: the end tags *unexpected*, of elements that are not open.

    To a browser ``</br>`` is a line break, ``</p>`` an empty paragraph, and ``</h2>`` ends whatever heading is open.
    """
    if "br" in unexpected:
        markup = _END_OF_BREAK.sub(b"<br", markup)
    if "p" in unexpected:
        markup = _END_OF_PARAGRAPH.sub(b"</p><br>", markup)  # where a paragraph ends, a line ends in any case
    if not unexpected.isdisjoint(_HEADINGS):
        opened = b""

        def matching(tag: re.Match[bytes]) -> bytes:
            nonlocal opened
            level, opened = opened, b"" if tag[1] else tag[2]
            return b"</h" + level if tag[1] and level else tag[0]

        markup = _HEADING.sub(matching, markup)
    return markup


def _goes_on(root: Element) -> bool:
    """Whether libxml2 put what stands after </body> beside the body, or what stands after </html> beside the root."""
    if root.getnext() is not None:
        return True
    body = root.find("body")
    if body is None:
        return False
    beside = [body, *body.itersiblings()]
    return any(each.tag not in WITHOUT_TEXT for each in beside[1:]) or any(
        each.tail is not None and not each.tail.isspace() for each in beside
    )


def _tree(markup: bytes) -> tuple[Element, set[str]]:
    """The tree, and the names in end tags of elements that were not open."""
    if len(markup) > _NEVER_LONG:
        _check(markup)
    # A parser each time: threads that share one wait for each other, and making one costs 2 µs.
    # What begins with <? is a comment, too, from libxml2 2.14 on.
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False)
    root = etree.fromstring(markup, parser)  # None where there is no markup and no text
    # libxml2 says "Unexpected end tag : br". To look for one in all of the markup takes longer than making the tree.
    errors = (error.message for error in parser.error_log if error.type == etree.ErrorTypes.ERR_TAG_NAME_MISMATCH)
    return etree.Element("html") if root is None else root, {message.rpartition(" ")[2] for message in errors}


_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_HEADING = re.compile(rb"<(/?)h([1-6])(?=[\s/>])", re.IGNORECASE)
_END_OF_PARAGRAPH = re.compile(rb"</p\s*+>", re.IGNORECASE)
_END_OF_BREAK = re.compile(rb"</br(?=[\s/>])", re.IGNORECASE)
END_OF_PAGE = re.compile(rb"</(?:body|html)(?:[\s/][^<>]*+)?>", re.IGNORECASE)

# Where a tag may be long: no ``>`` comes soon after its name, or one stands in quotes, where it ends nothing. Much of
# what is found so lies in scripts, and ends soon.
_TAG = re.compile(rb"<[A-Za-z]")
_MAY_BE_LONG = (
    re.compile(rb"<[A-Za-z][^>]{%d}" % _LONG),
    re.compile(rb"=\s*+(?:\"[^\">]*+>|'[^'>]*+>)"),
)
_VALUE = rb"=\s*+(?:(\"[^\"]*+\"?|'[^']*+'?)|[^\s>\"'][^\s>]*+)?"
_ATTRIBUTE = re.compile(rb"(?:[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+" + _VALUE + rb")?)")
_REST_OF_ATTRIBUTE = re.compile(_VALUE)


def _check(markup: bytes) -> None:
    """Raise for markup that would hold up the parser, wherever in it a tag may begin."""
    if len(markup) > MAX_MARKUP:
        raise MarkupError(message("%(size)s, more than %(most)s", size=bytes_of(len(markup)), most=f"{MAX_MARKUP:,}"))
    attributes = read_to = 0
    quoted: list[int] = []
    """Where in the tag that was read last, of those that are in no other, quoted values begin and end in turn."""
    found = (
        match.start()
        for stretch in _long_stretches(markup)
        for pattern in _MAY_BE_LONG
        for match in pattern.finditer(markup, *stretch)
    )
    for start in sorted(found):
        within = start < read_to
        if within and not bisect(quoted, start) % 2:
            continue  # read with that tag
        if not within:
            quoted = []  # so that it is never larger than a tag
        place, before = start, attributes
        attribute = (_ATTRIBUTE if markup[start] == _LESS_THAN else _REST_OF_ATTRIBUTE).match(markup, start)
        while attribute:
            place = attribute.end()
            attributes += 1
            if attributes > MAX_ATTRIBUTES:
                raise MarkupError(message("more than %(most)s attributes in long tags", most=f"{MAX_ATTRIBUTES:,}"))
            if not within and attribute[1]:
                quoted += attribute.span(1)
            attribute = _ATTRIBUTE.match(markup, place)
        if not within and place - start < _LONG:
            attributes = before
        read_to = max(read_to, place)


def _long_stretches(markup: bytes) -> Iterator[tuple[int, int]]:
    """Yield the stretches in which a long tag may be: from the first tag between two signs that end any, to the second.

    To look at all of a page with the patterns takes half as long as to make its tree, and little of a page is in such
    stretches.
    """
    start = 0
    while start + _LONG <= len(markup):
        place = start + _LONG
        for _ in range(_TRIES):
            place = markup.rfind(b">", start, place)
            if place < 0 or _ends_any(markup, markup.rfind(b'"', start, place), markup.rfind(b"'", start, place)):
                break
        else:
            place = -1
        if place < 0:
            place = _first_end(markup, start)
            if place - start >= _LONG and (tag := _TAG.search(markup, start, place)) and place - tag.start() >= _LONG:
                yield tag.start(), place
        start = place + 1


def _first_end(markup: bytes, start: int) -> int:
    """The place of the first ``>`` from *start* that ends any tag; the end of the markup where none does."""
    double = single = -1
    before, place = start, markup.find(b">", start)
    while place >= 0:
        double = max(double, markup.rfind(b'"', before, place))
        single = max(single, markup.rfind(b"'", before, place))
        if _ends_any(markup, double, single):
            return place
        before, place = place, markup.find(b">", place + 1)
    return len(markup)


def _ends_any(markup: bytes, *quotes: int) -> bool:
    """Whether a ``>`` ends whatever tag is open: of the *quotes* last before it none can open a value."""
    return not any(quote > 0 and markup[quote - 1] in _BEFORE_VALUE for quote in quotes)
