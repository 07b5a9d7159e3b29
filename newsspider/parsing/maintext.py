"""The witness of last resort: which lines of a page are its article, found by what the articles of all sites share.

Prose is long lines with sentence marks and few links. It is weighed line by line over the outline and summed over the
elements around; from the element that holds the headline the way goes down as long as one part has most of the prose.
What stands beside an article by its markup (``<aside>``, ``<nav>``, a class called after comments or related articles)
is not weighed, and a line below a link is a teaser. Where the page's JSON-LD has the text of the article, the lines
that are in it are the article, and no other.

On 112 real pages (``python -m benchmarks.accuracy``; mean F1 of the body, Chinese and others) it reaches 99 and 97,
trafilatura 84 and 95 at three to four times the CPU of the whole record. So none is heard as a second voice; where
little text is taken and much is left out beside it, the choice is in doubt instead.
"""

from __future__ import annotations

import re
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

from newsspider.parsing.body import is_caption
from newsspider.parsing.boxes import NOT, STRONGLY, SURELY, WEAKLY, kind_of
from newsspider.parsing.byline import read_byline, read_reporters
from newsspider.parsing.chrome import is_chrome
from newsspider.parsing.comments import opens_comments
from newsspider.parsing.jsonld import form
from newsspider.text.processors import clean_text

if TYPE_CHECKING:
    from newsspider.parsing.page import Block, Element, Page

ENOUGH = 150
"""Bytes of prose that an ``<article>`` around the headline has where it is the article, however much stands outside."""

MAX_COMPARED = 500_000_000
"""Lines times characters of a text in JSON-LD in which they are looked for; a long article has a hundredth."""

_LEAST = 40  # bytes of a line of prose
_LEAST_OF_ALL = 20  # the same, on a page that has no longer one
_SHORT = 90  # bytes of a line that is prose only where it ends as a sentence
_LINKING = 30  # bytes of a line of links that may be the title of another article
_MOST = 0.6  # share of the prose that a part has where the rest is beside it
_MUCH_ELSE, _MUCH_BESIDE = 0.3, 0.9  # of the article's prose, left out: the choice is in doubt then
_MOST_OF_ARTICLE = 0.8  # the same, within an article
_MOST_OF_LIST = 0.95  # the same, of a list, which is a part of most texts that have one
_LINES_ABOVE = 3  # of prose between the headline and most of the text; a standfirst and a caption are two
_BELOW = 6  # lines below the last sentence among which a byline may stand
_MAX_BYLINE = 100  # characters
_SAID = 60  # characters of a line that are looked for in the text in JSON-LD

_BESIDE = frozenset(
    ("nav", "aside", "footer", "form", "header", "button", "menu", "dialog", "fieldset", "hgroup", "address")
)
_AROUND = ("form", "header", "fieldset")
_ROLES = frozenset(
    ("navigation", "complementary", "contentinfo", "dialog", "search", "banner", "menu", "alert", "form")
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_FIGURES = ("figure", "figcaption", "picture")
_LISTS = ("ul", "ol", "dl")
_OF_ONE_LINE = frozenset(("p", "li", "blockquote", "pre", "td", "tr", "dd", "dt"))
_SENTENCE = re.compile(r"[.。!！?？…:：;；”\"»’؟۔।။၊។።։,，、،]")
_ENDS = tuple(".。!！?？…”\"»’」』）)؟۔।။၊។።։:：;；'")

_AT_MOST = {SURELY: 0.7, STRONGLY: 0.7, WEAKLY: 0.25, NOT: 0.0}
"""Share of the article's prose that an element so called has where it is beside the article."""
_MOST_BESIDE, _MOST_AROUND = 0.8, 0.5  # the same, of one that is beside by its tag, and of what may be all around


class MainText:
    """The lines of one page that are its article."""

    def __init__(self, page: Page, headline: Element | None, article_body: str | None = None) -> None:
        """Look at *page*, whose headline is in the element *headline*; *article_body* is its text in JSON-LD."""
        self.root = page.root
        self.blocks = page.outline
        self.headline = headline
        self.doubts: list[str] = []
        """Why the lines may be more or less than the article."""
        self._parents: dict[Element, Element | None] = {}
        self._verdicts: dict[Element, int] = {}
        self._teasers: set[int] = set()
        self.weights = self._weigh(_LEAST) or self._weigh(_LEAST_OF_ALL)
        self._prose = self._sum(range(len(self.blocks)))
        self._kept: set[Element] = set()
        for h1 in page.elements["h1"]:
            around: Element | None = h1
            while around is not None and around not in self._kept:
                self._kept.add(around)
                around = self._parent(around)
        self.scope = self._find_scope()
        """The element that holds all of the article; the page itself where none is found."""
        self._below = 0
        """Bytes of prose in comments."""
        self.prose = 0
        """Bytes of prose in the lines."""
        self.teased = 0
        """Bytes of those that may be the teasers of other articles."""
        self.lines = self._find(article_body)
        """The blocks of the article from top to bottom, its images and captions too."""

    # ------------------------------------------------------------------------------ prose

    def _weigh(self, least: int) -> list[int]:
        """Bytes of prose in each block; a quarter of them where the line may be a teaser, below a link.

        Lines shorter than *least* bytes are none; where all are, the list is empty.
        """
        weights: list[int] = []
        since_link = _BELOW
        for position, block in enumerate(self.blocks):
            weight = _weight(block, least)
            if weight > 0:
                if since_link <= 2:
                    self._teasers.add(position)
                    weight = weight // 4 + 1
                since_link = _BELOW
            elif weight < 0:
                since_link, weight = 1, 0
            elif block.pieces:
                since_link += 1
            weights.append(weight)
        return weights if any(weights) or least == _LEAST_OF_ALL else []

    def _sum(self, positions: range | list[int]) -> dict[Element, int]:
        """Prose of the blocks at *positions*, by each element around them."""
        sums: dict[Element, int] = {}
        for position in positions:
            if weight := self.weights[position]:
                element = self.blocks[position].element
                sums[element] = sums.get(element, 0) + weight
        depths: dict[Element, int] = {}
        for element in sums:
            self._measure(element, depths)
        # From the innermost outwards, so that each element is added to the one around it once.
        for element in sorted(depths, key=depths.__getitem__, reverse=True):
            if (parent := self._parent(element)) is not None:
                sums[parent] = sums.get(parent, 0) + sums[element]
        return sums

    def _measure(self, element: Element, depths: dict[Element, int]) -> None:
        """Add to *depths* how many elements are around *element*, and around each of these."""
        way = []
        around: Element | None = element
        while around is not None and around not in depths:
            way.append(around)
            around = self._parent(around)
        depth = -1 if around is None else depths[around]
        for each in reversed(way):
            depth += 1
            depths[each] = depth

    def _parent(self, element: Element) -> Element | None:
        try:
            return self._parents[element]
        except KeyError:
            parent = self._parents[element] = element.getparent()
            return parent

    # ------------------------------------------------------------------------------ where the article is

    def _find_scope(self) -> Element:
        """The ``<article>`` around the headline, or ``<main>``, if it has the prose."""
        if self.headline is not None:
            total = self._prose.get(self.root, 0)
            for around in self.headline.iterancestors("article", "main"):
                prose = self._prose.get(around, 0)
                if prose > (max(ENOUGH, 0.03 * total) if around.tag == "article" else 0.3 * total):
                    return around
        return self.root

    def _is_beside(self, block: Block) -> bool:
        """Whether a block stands beside the article; a picture or a player may be in a box of its own within it."""
        return self._verdict(block.element) > (NOT if block.pieces else WEAKLY)

    def _verdict(self, element: Element) -> int:
        """Return how surely an element, or one around it, stands beside the article."""
        verdict = self._verdicts.get(element)
        if verdict is None:
            parent = self._parent(element)
            if element is self.scope:
                verdict = NOT
            elif parent is None:
                verdict = STRONGLY
            elif (verdict := self._verdict(parent)) < STRONGLY:
                verdict = max(verdict, self._own_verdict(element))
            self._verdicts[element] = verdict
        return verdict

    def _own_verdict(self, element: Element) -> int:
        if element in self._kept or element.tag == "body":
            return NOT
        if element.tag in _BESIDE or element.get("role") in _ROLES:
            kind, most = STRONGLY, _MOST_AROUND if element.tag in _AROUND else _MOST_BESIDE
        else:
            names = f"{element.get('class') or ''} {element.get('id') or ''}"
            kind = kind_of(names) if names != " " else NOT
            if kind == SURELY and self._has_article_above(element):
                return kind
            most = _AT_MOST[kind]
        if kind == NOT:
            return NOT
        own = element.get("class") if element.tag == "p" else None
        prose = self._prose.get(element, 0) if own is None else self._prose_of_paragraphs.get(own, 0)
        return kind if prose < most * (self._prose.get(self.scope, 0) or 1) else NOT

    @cached_property
    def _prose_of_paragraphs(self) -> dict[str, int]:
        """Bytes of prose in all paragraphs of a class, for most of those of an article may have one."""
        sums: dict[str, int] = {}
        for block, weight in zip(self.blocks, self.weights, strict=True):
            if weight and block.element.tag == "p" and (names := block.element.get("class")) is not None:
                sums[names] = sums.get(names, 0) + weight
        return sums

    def _has_article_above(self, element: Element) -> bool:
        """Whether there is an article's worth of prose between the headline and an element."""
        if self.headline is None:
            return False
        before, place = self._headline_place, self._places.get(element, 0)
        return place > before and self._prose_until[place] - self._prose_until[before] >= ENOUGH

    @cached_property
    def _places(self) -> dict[Element, int]:
        """The place of the first block in each element."""
        places: dict[Element, int] = {}
        for n, block in enumerate(self.blocks):
            around: Element | None = block.element
            while around is not None and around not in places:
                places[around] = n
                around = self._parent(around)
        return places

    @cached_property
    def _prose_until(self) -> list[int]:
        """Bytes of prose before each block."""
        return [*accumulate(self.weights, initial=0)]

    @cached_property
    def _headline_place(self) -> int:
        """The place of the headline's first block; that of the first of all where none is known."""
        inside = set() if self.headline is None else set(self.headline.iter())
        return next((n for n, block in enumerate(self.blocks) if block.element in inside and block.line), 0)

    def _find_comments(self) -> int:
        """The place of the line that opens the comments, below an article; the number of blocks where none does."""
        prose = 0
        for n in range(self._headline_place, len(self.blocks)):
            prose += self.weights[n]
            if prose >= ENOUGH and not self.weights[n] and opens_comments(self.blocks[n]):
                return n
        return len(self.blocks)

    def _find(self, article_body: str | None) -> list[Block]:
        comments = self._find_comments()
        self._below = sum(self.weights[comments:])
        if self._below:
            self.weights[comments:] = [0] * (len(self.weights) - comments)
            self._prose = self._sum(range(comments))
            self._verdicts.clear()
            vars(self).pop("_prose_of_paragraphs", None)
        weighty = [n for n, weight in enumerate(self.weights) if weight]
        prose = self._sum([n for n in weighty if not self._is_beside(self.blocks[n])])
        if not prose:
            return []
        inside = self._under(self._descend(prose), weighty, len(self.blocks))
        if before := self._before_next_headline(inside[0]):
            weighty_before = [n for n in before if self.weights[n] and not self._is_beside(self.blocks[n])]
            if weighty_before:
                inside = self._under(self._descend(self._sum(weighty_before)), weighty_before, before.stop)
            self.doubts.append("the page has several headlines, each with a text below")
        if article_body and (said := self._said(inside, form(article_body))):
            inside = said
        full = [n for n in inside if self.weights[n]]
        if not full:
            return []
        self._doubt_what_is_left_out(weighty, full)
        self.prose = sum(self.weights[n] for n in full)
        self.teased = sum(self.weights[n] for n in full if n in self._teasers)
        first, last = full[0], self._end(inside, full[-1])
        return [self.blocks[n] for n in inside if first <= n <= last and self._is_line(n)]

    def _doubt_what_is_left_out(self, weighty: list[int], full: list[int]) -> None:
        """Doubt a choice that leaves out about as much as it takes, of lines that are no teasers."""
        taken = {*full, *self._teasers}
        prose, beside, other = sum(self.weights[n] for n in full), self._below, 0
        for n in weighty:
            if n in taken:
                continue
            if self._is_beside(self.blocks[n]):
                beside += self.weights[n]
            else:
                other += self.weights[n]
        if prose < ENOUGH:
            self.doubts.append("there is hardly any text; it may be something else, or the beginning")
        elif other > _MUCH_ELSE * prose:
            self.doubts.append("another text stands beside it, and either may be the article")
        elif beside > _MUCH_BESIDE * prose:
            self.doubts.append("as much text stands in parts of the page that seem to be beside it")

    def _under(self, top: Element, weighty: list[int], end: int) -> list[int]:
        """The blocks in *top* from its first line of prose to *end*, in no part of it that is beside the article.

        *weighty* are the lines of prose.
        """
        under: dict[Element | None, bool] = {top: True, None: False}
        found = []
        first = next(n for n in weighty if self._is_under(self.blocks[n].element, under))
        for n in range(first, end):
            if not self._is_under(self.blocks[n].element, under):
                break  # what is under one element stands together
            if not self._is_beside(self.blocks[n]):
                found.append(n)
        return found

    def _is_under(self, element: Element, under: dict[Element | None, bool]) -> bool:
        if element not in under:
            under[element] = self._is_under(self._parent(element), under)
        return under[element]

    def _before_next_headline(self, start: int) -> range:
        """The blocks between the headline and that of another article, if there is prose.

        Another stands above *start*, where the text seems to begin, or in an element like that of the headline.
        """
        if self.headline is None or self.scope is not self.root:
            return range(0)
        said = clean_text("".join(self.headline.itertext()))
        h1s = [n for n, block in enumerate(self.blocks) if block.element.tag == "h1" and block.line]
        own = set(self.headline.iter())
        first = next((n for n, block in enumerate(self.blocks) if block.element in own and block.line), start)
        others = (n for n in h1s if n > first and self.blocks[n].text != said)  # some pages say theirs several times
        end = next((n for n in others if n < start or self._is_of_another(self.blocks[n].element)), None)
        if end is None or sum(self.weights[first + 1 : end]) < ENOUGH:
            return range(0)
        return range(first + 1, end)

    def _is_of_another(self, h1: Element) -> bool:
        """Whether an ``<h1>`` is the headline of another article, in an element like that of the headline."""
        one, other = self._parent(self.headline), self._parent(h1)
        if one is None or other is None or one is other:
            return False
        return bool(one.tag == other.tag and one.get("class") == other.get("class"))

    def _descend(self, prose: dict[Element, int]) -> Element:
        """The innermost element that has most of the prose of each that is around it."""
        children: dict[Element, list[Element]] = {}
        for element in prose:
            if (parent := self._parent(element)) is not None:
                children.setdefault(parent, []).append(element)
        top = self.scope
        most = _MOST if top is self.root else _MOST_OF_ARTICLE
        while below := children.get(top):
            best = max(below, key=prose.__getitem__)
            least = _MOST_OF_LIST if best.tag in _LISTS else most
            if prose[best] < least * prose[top] or best.tag in _OF_ONE_LINE or self._begins_above(best, prose):
                break
            top = best
        return top

    def _begins_above(self, element: Element, prose: dict[Element, int]) -> bool:
        """Whether the text begins between the headline and an element, as first paragraphs in boxes of their own do.

        Below another headline is another article.
        """
        if self.headline is None:
            return False
        above = range(self._headline_place + 1, self._places[element])
        lines = [n for n in above if self.weights[n] and n not in self._teasers and self.blocks[n].element in prose]
        if len(lines) < _LINES_ABOVE:
            return False
        first = next(n for n in range(above.stop, len(self.blocks)) if self.weights[n])
        h1s = {block.element for block in self.blocks[above.start : first] if block.element.tag == "h1"}
        return h1s <= {self.headline}

    def _said(self, inside: list[int], text: str) -> list[int]:
        """Those blocks that are in the *text* of the article, and what has no text; none where it is another text."""
        if len(inside) * len(text) > MAX_COMPARED:
            return []
        found = [n for n in inside if self.weights[n] and form(self.blocks[n].line)[:_SAID] in text]
        covered = sum(self.weights[n] for n in found)
        if 2 * covered < len(text) or 2 * covered < sum(self.weights[n] for n in inside):
            return []
        said = {*found}
        return [n for n in inside if n in said or not self.weights[n]]

    def _end(self, inside: list[int], last: int) -> int:
        """The last line: of prose, of a table that follows, or a byline shortly below."""
        for n in [n for n in inside if n > last]:
            if next(self.blocks[n].element.iterancestors("table"), None) is None:
                break
            last = n
        for n in [n for n in inside if n > last][:_BELOW]:
            line = self.blocks[n].line
            if line and len(line) <= _MAX_BYLINE:
                byline = read_byline(line)
                if (byline and any(byline)) or read_reporters(line):
                    last = n
        return last

    def _is_line(self, position: int) -> bool:
        """Whether a block between lines of prose is of the article too: no link or button; a caption of an image is."""
        block = self.blocks[position]
        if not block.pieces or self.weights[position]:
            return True
        element = block.element
        figure = next(element.iterancestors("figure"), None)
        if figure is not None or element.tag in _FIGURES or next(element.iterancestors(*_FIGURES), None) is not None:
            return figure is not None and is_caption(element) and next(figure.iter("img"), None) is not None
        line = block.line
        linked = sum([len(text) for text, href in block.pieces if href])
        return 2 * linked < len(line) and not is_chrome(line)


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))


def _weight(block: Block, least: int) -> int:
    """Bytes of prose in a line, so that a Chinese character counts for three; -1 where it may link to an article."""
    if not block.pieces:
        return 0
    line = block.line
    if len(line) * 4 < least:
        return 0
    size = _bytes(line)
    linked = 0
    for text, href in block.pieces:
        if href:
            linked += _bytes(text.strip())
    if linked * 2 > size and not (size - linked > _LEAST and size > 2 * _SHORT and line.endswith(_ENDS)):
        return -1 if size > _LINKING else 0
    if size < least or block.element.tag in _HEADINGS or block.element.tag in _FIGURES:
        return 0
    if not _SENTENCE.search(line) or (size < _SHORT and not line.endswith(_ENDS)):
        return 0
    return size - linked
