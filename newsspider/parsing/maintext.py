"""The witness of last resort: which lines of a page are its article, found by what the articles of all sites share.

Prose is long lines with sentence marks and few links. It is weighed line by line over the outline and summed over the
elements around; from the element that holds the headline the way goes down as long as one part has most of the prose.
What stands beside an article by its markup (``<aside>``, ``<nav>``, a class called after comments or related articles)
is not weighed, and a line below a link is a teaser. Where the page's JSON-LD has the text of the article, the lines
that are in it are the article, and no other.

On 112 real pages (``python -m benchmarks.accuracy``; mean F1 of the body, Chinese and others) it reaches 99 and 97,
trafilatura 84 and 95 and readability-lxml 87 and 92, at three to four times the CPU of the whole record. So none is
heard as a second voice; where little text is taken and much is left out beside it, the choice is in doubt instead.
"""

from __future__ import annotations

from functools import cached_property, partial
from itertools import accumulate
from typing import TYPE_CHECKING

from newsspider.parsing.boxes import AROUND, BESIDE, NOT, ROLES, STRONGLY, SURELY, WEAKLY, kind_of
from newsspider.parsing.byline import read_byline, read_reporters
from newsspider.parsing.captions import begin_at_picture, end_at_caption, is_credited, is_picture
from newsspider.parsing.comments import opens_comments
from newsspider.parsing.headline import is_of_another
from newsspider.parsing.prose import LEAST, LEAST_OF_ALL, is_line, is_short_sentence, weigh
from newsspider.parsing.saidtext import common_ancestor, lines_said
from newsspider.text.processors import clean_text

if TYPE_CHECKING:
    from newsspider.parsing.page import Block, Element, Page

ENOUGH = 150
"""Bytes of prose that an ``<article>`` around the headline has where it is the article, however much stands outside."""

_MOST = 0.6  # share of the prose that a part has where the rest is beside it
_MUCH_ELSE, _MUCH_BESIDE = 0.3, 0.9  # of the article's prose, left out: the choice is in doubt then
_MOST_OF_ARTICLE = 0.8  # the same, within an article
_MOST_OF_LIST = 0.95  # the same, of a list, which is a part of most texts that have one
_MISNAMED = 3  # times the prose of all that is not beside the article, in one box so called
_LINES_ABOVE = 3  # of prose between the headline and most of the text; a standfirst and a caption are two
_BELOW = 6  # lines below the last sentence among which a byline may stand
_MAX_BYLINE = 100  # characters
_SURELY_SAID, _MUCH_SAID = 3, 0.25  # lines in a text in JSON-LD, and share of the prose, that are no beginning alone

_LISTS = ("ul", "ol", "dl")
_OF_ONE_LINE = frozenset(("p", "li", "blockquote", "pre", "td", "tr", "dd", "dt"))
_BETWEEN = 3  # short lines without a sentence mark between short sentences

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
        self._by_name: dict[Element, int] = {}
        """Elements that stand beside the article by nothing but what they are called, and the prose in them."""
        self._teasers: set[int] = set()
        self.weights = self._weigh(LEAST) or self._weigh(LEAST_OF_ALL)
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
            weight = weigh(block, least)
            if weight > 0 and position and is_picture(self.blocks[position - 1]) and is_credited(block.line):
                weight = 0
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
        return weights if any(weights) or least == LEAST_OF_ALL else []

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
                if prose > max(ENOUGH, 0.03 * total):
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
        if element.tag in BESIDE or element.get("role") in ROLES:
            most = _MOST_AROUND if element.tag in AROUND else _MOST_BESIDE
            return STRONGLY if self._prose.get(element, 0) < most * (self._prose.get(self.scope, 0) or 1) else NOT
        names = f"{element.get('class') or ''} {element.get('id') or ''}"
        kind = kind_of(names) if names != " " else NOT
        if kind == SURELY and self._has_article_above(element):
            return kind
        most = _AT_MOST[kind]
        if kind == NOT:
            return NOT
        alike = element.get("class") if element.tag == "p" else None
        prose = self._prose.get(element, 0) if alike is None else self._prose_of_paragraphs.get(alike, 0)
        if prose >= most * (self._prose.get(self.scope, 0) or 1):
            return NOT
        if kind == STRONGLY:
            self._by_name[element] = prose
        return kind

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
            self._forget()
        weighty = [n for n, weight in enumerate(self.weights) if weight]
        prose = self._prose_not_beside(weighty)
        if not prose:
            return []
        inside = self._under(self._descend(prose), weighty, len(self.blocks))
        if before := self._before_next_headline(inside[0]):
            weighty_before = [n for n in before if self.weights[n] and not self._is_beside(self.blocks[n])]
            if weighty_before:
                inside = self._under(self._descend(self._sum(weighty_before)), weighty_before, before.stop)
            self.doubts.append("the page has several headlines, each with a text below")
        if article_body:
            inside = self._said_or_around(inside, weighty, article_body)
        full = [n for n in inside if self.weights[n]]
        if not full:
            return []
        self._doubt_what_is_left_out(weighty, full)
        self.prose = sum(self.weights[n] for n in full)
        self.teased = sum(self.weights[n] for n in full if n in self._teasers)
        first, last = self._begin(full[0]), self._end(inside, self._last_sentence(full[-1], comments))
        inside = [*range(first, inside[0]), *inside]
        return [self.blocks[n] for n in inside if first <= n <= last and (self.weights[n] or is_line(self.blocks[n]))]

    def _prose_not_beside(self, weighty: list[int]) -> dict[Element, int]:
        """Prose of what is not beside the article, by element.

        A box that has far more prose than all that is not beside the article is the article, whatever it is called.
        """
        prose = self._sum([n for n in weighty if not self._is_beside(self.blocks[n])])
        most = max(self._by_name.values(), default=0)
        if most < max(ENOUGH, _MISNAMED * prose.get(self.scope, 0)):
            return prose
        misnamed = {element for element, size in self._by_name.items() if 2 * size > most}
        for element, size in self._prose.items():
            if 2 * size > most and not misnamed.isdisjoint((element, *element.iterancestors())):
                self._kept.add(element)
        self._forget()
        self.doubts.append("it stands in a box that is called as if it were beside the article")
        return self._sum([n for n in weighty if not self._is_beside(self.blocks[n])])

    def _forget(self) -> None:
        """Forget which elements stand beside the article."""
        self._verdicts.clear()
        self._by_name.clear()
        vars(self).pop("_prose_of_paragraphs", None)

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
        if self.headline is None:
            return range(0)
        said = clean_text("".join(self.headline.itertext()))
        h1s = [n for n, block in enumerate(self.blocks) if block.element.tag == "h1" and block.line]
        own = set(self.headline.iter())
        first = next((n for n, block in enumerate(self.blocks) if block.element in own and block.line), start)
        others = (n for n in h1s if n > first and self.blocks[n].text != said)  # some pages say theirs several times
        whole = self.scope is self.root
        another = partial(is_of_another, headline=self.headline, within=not whole)
        end = next((n for n in others if (whole and n < start) or another(self.blocks[n].element)), None)
        if end is None or sum(self.weights[first + 1 : end]) < ENOUGH:
            return range(0)
        return range(first + 1, end)

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
        around = self._parent(element)
        beside = [n for n in lines if self._paragraph(n)[:2] == (around, "p")]
        if len(lines) < _LINES_ABOVE and sum(self.weights[n] for n in beside) < 2 * ENOUGH:
            return False
        first = next(n for n in range(above.stop, len(self.blocks)) if self.weights[n])
        h1s = {block.element for block in self.blocks[above.start : first] if block.element.tag == "h1"}
        return h1s <= {self.headline}

    def _said_or_around(self, inside: list[int], weighty: list[int], text: str) -> list[int]:
        """Those blocks that are in the *text* of the article; where it breaks off, what stands together with them."""
        prose = sum(self.weights[n] for n in inside)
        said = {*lines_said(self.blocks, self.weights, inside, text)}
        if said and 2 * sum(self.weights[n] for n in said) >= prose:
            return [n for n in inside if n in said or not self.weights[n]]
        found = lines_said(self.blocks, self.weights, weighty, text)
        if not found:
            return inside
        around = common_ancestor(self.blocks[n].element for n in found)
        together = self._under(self.root if around is None else around, weighty, len(self.blocks))
        if {*inside} <= {*together}:
            return inside
        if len(found) < _SURELY_SAID or sum(self.weights[n] for n in found) < _MUCH_SAID * prose:
            self.doubts.append("the page's JSON-LD has another text")
            return inside
        return together

    def _begin(self, first: int) -> int:
        """The first line: that of prose, or short sentences or a picture and caption above it in paragraphs like it."""
        like = self._paragraph(first)
        for n in range(first - 1, self._headline_place, -1):
            if self.blocks[n].pieces:
                if self._paragraph(n) != like or not is_short_sentence(self.blocks[n]):
                    break
                first = n
        return begin_at_picture(self.blocks, first)

    def _last_sentence(self, last: int, comments: int) -> int:
        """The last line of prose, or of the short sentences below it, above *comments*, in paragraphs like it."""
        like = self._paragraph(last)
        between = 0
        for n in range(last + 1, comments):
            block = self.blocks[n]
            if not block.pieces:
                continue
            if between > _BETWEEN or self._paragraph(n) != like or any(href for _, href in block.pieces):
                break
            between += 1
            if is_short_sentence(block):
                last, between = n, 0
        return end_at_caption(self.blocks, last)

    def _paragraph(self, position: int) -> tuple[Element | None, str, str | None]:
        """Return what paragraphs beside each other have in common: the element around them, tag and class."""
        element = self.blocks[position].element
        return self._parent(element), element.tag, element.get("class")

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
