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

from collections import Counter
from functools import cached_property, partial
from itertools import islice
from math import inf
from typing import TYPE_CHECKING

from newsspider.parsing import edges
from newsspider.parsing.beside import ENOUGH, Beside
from newsspider.parsing.boxes import first_name
from newsspider.parsing.comments import opens_comments
from newsspider.parsing.foreignboxes import foreign_boxes, is_label
from newsspider.parsing.headline import is_of_another, place_of
from newsspider.parsing.listed import begins_alone, is_list
from newsspider.parsing.prose import ENDS_SHORT, is_line
from newsspider.parsing.repeats import repeated
from newsspider.parsing.saidtext import common_ancestor, lines_said
from newsspider.parsing.textends import begin, end
from newsspider.parsing.weighed import WeighedOutline
from newsspider.text.processors import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsspider.parsing.page import Block, Element, Page

_MOST = 0.6  # share of the prose that a part has where the rest is beside it
_MOST_OF_ARTICLE = 0.8  # the same, within an article
_MOST_OF_LIST = 0.95  # the same, of a list, which is a part of most texts that have one
_MUCH_ELSE, _MUCH_BESIDE = 0.3, 0.9  # of the article's prose, left out: the choice is in doubt then
_MUCH_BELOW = 3  # times the prose above, in paragraphs with which an article goes on below
_CUT = ("…", "...", "[…]", "[...]", ",", "，")  # ends of a text that goes on
_LEAD = 300  # bytes of prose that a standfirst has at most
_LINES_ABOVE = 3  # of prose between the headline and most of the text; a standfirst and a caption are two
_MUCH_MORE = 0.05  # of the prose, elsewhere on the page, that is of the article if JSON-LD says so
_MANY_LINES = 20  # of prose in a box, by which one knows what its lines are like
_LEAST_BESIDE_TEASERS = 100  # bytes of prose that are an article beside a list of others
_STRANGERS = 2  # single lines around most of the text that are none of it
_SURELY_SAID, _MUCH_SAID = 3, 0.25  # lines in a text in JSON-LD, and share of the prose, that are no beginning alone

_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_LISTS = ("ul", "ol", "dl")
_OF_ONE_LINE = frozenset(("p", "li", "blockquote", "pre", "td", "tr", "dd", "dt"))


class MainText:
    """The lines of one page that are its article."""

    def __init__(self, page: Page, headline: Element | None, article_body: str | None = None) -> None:
        """Look at *page*, whose headline is in the element *headline*; *article_body* is its text in JSON-LD."""
        self.headline = headline
        self.doubts: list[str] = []
        """Why the lines may be more or less than the article."""
        self.outline = WeighedOutline(page)
        self._blocks, self._weights = self.outline.blocks, self.outline.weights
        self.headed = place_of(headline, self._blocks)
        """The place of the headline's first block."""
        self.scope = self._find_scope()
        """The element that holds all of the article; the page itself where none is found."""
        self._comments = self._find_comments()
        self._commented = self.outline.cut(self._comments)
        """Bytes of prose in comments."""
        self._beside = Beside(
            self.outline, self.scope, page.elements["h1"], None if headline is None else self.headed or 0
        )
        self.prose = 0
        """Bytes of prose in the lines."""
        self.teased = 0
        """Bytes of those that may be the teasers of other articles."""
        self._full: list[int] = []
        """The places of the lines of prose."""
        self.lines = self._find(article_body)
        """The blocks of the article from top to bottom, its images and captions too."""
        self.above, self.below = self._edges()
        """The pictures and players above the first of them and below the last, with their captions."""

    def _find_scope(self) -> Element:
        """The ``<article>`` around the headline, or ``<main>``, if it has the prose."""
        root, within = self.outline.root, self.outline.within
        if self.headline is not None:
            for around in self.headline.iterancestors("article", "main"):
                if within.get(around, 0) > max(ENOUGH, 0.03 * within.get(root, 0)):
                    return around
        return root

    def _find_comments(self) -> int:
        """The place of the line that opens the comments, below an article; the number of blocks where none does."""
        prose = 0
        for n in range(self.headed or 0, len(self._blocks)):
            prose += self._weights[n]
            if prose < ENOUGH or self._weights[n] or not opens_comments(self._blocks[n]):
                continue
            if prose >= _LEAD or not self._only_counts_comments(n, prose):
                return n
        return len(self._blocks)

    def _only_counts_comments(self, place: int, prose: int) -> bool:
        """Whether a line at a *place* is the number of comments alone, in a box of its own below a standfirst.

        Most of the text stands below it, and has far more than the *prose* above.
        """
        line = self._blocks[place]
        text, first, size = self._most_paragraphs
        if not line.line[0].isdigit() or first < place or size <= _MUCH_BELOW * prose:
            return False
        own = self.outline.parent(line.element) if line.element.tag in _HEADINGS else line.element
        return self.outline.child(own, text) is None

    @cached_property
    def _most_paragraphs(self) -> tuple[Element | None, int, int]:
        """The element with most prose in its own paragraphs: it, the place of its first paragraph, bytes of prose."""
        sums: Counter[Element | None] = Counter()
        first: dict[Element | None, int] = {}
        for n, block in enumerate(self._blocks):
            if block.element.tag == "p" and self._weights[n] and n not in self.outline.teasers:
                around = self.outline.parent(block.element)
                sums[around] += self._weights[n]
                first.setdefault(around, n)
        ((element, size),) = sums.most_common(1) or [(None, 0)]
        return element, first.get(element, -1), size

    def _find(self, article_body: str | None) -> list[Block]:
        weighty = [n for n, weight in enumerate(self._weights) if weight]
        prose = self._prose_not_beside(weighty)
        if not prose:
            return []
        inside = self._under(self._descend(prose), weighty, len(self._blocks))
        if before := self._before_next_headline(inside[0]):
            weighty_before = [n for n in before if self._weights[n] and not self._beside.has(self._blocks[n])]
            if weighty_before:
                inside = self._under(self._descend(self.outline.sum(weighty_before)), weighty_before, before.stop)
            self.doubts.append("the page has several headlines, each with a text below")
        if article_body:
            inside = self._said_or_around(inside, weighty, article_body)
        twice = repeated(self.outline, inside)
        if taken_out := foreign_boxes(self.outline, inside) | twice:
            inside = [n for n in inside if n not in taken_out]
        full = [n for n in inside if self._weights[n]]
        if not full:
            return []
        self._doubt_what_is_left_out([n for n in weighty if n not in twice], full)
        self.prose = self.outline.prose(full)
        self.teased = self.outline.prose(n for n in full if n in self.outline.teasers)
        self._full = full
        first = begin(self.outline, full[0], self.headed or 0)
        last = end(self.outline, inside, full[-1], self._comments)
        inside = [*range(first, inside[0]), *inside]
        lines = ((n, self._blocks[n]) for n in inside if first <= n <= last)
        return [block for n, block in lines if self._weights[n] or (is_line(block) and not is_label(self.outline, n))]

    @cached_property
    def is_list(self) -> bool:
        """Whether the lines are what a list says of its articles."""
        return is_list(self.outline, self._full)

    @property
    def begins_alone(self) -> bool:
        """Whether the first line of a list is none of those, as in an article about several."""
        return begins_alone(self.outline, self._full)

    def _edges(self) -> tuple[list[Block], list[Block]]:
        if not self.lines:
            return [], []
        first, last = self._blocks.index(self.lines[0]), self._blocks.index(self.lines[-1])
        return edges.above(self.outline, self.headed, first), edges.below(self.outline, last, self._comments)

    def _prose_not_beside(self, weighty: list[int]) -> dict[Element, int]:
        """Prose of what is not beside the article, by element."""
        lines = [n for n in weighty if not self._beside.has(self._blocks[n])]
        text = [n for n in lines if n not in self.outline.teasers]
        if len(lines) - len(text) > 1 and self.outline.prose(text) >= _LEAST_BESIDE_TEASERS:
            lines = text
        prose = self.outline.sum(lines)
        if not self._beside.keep_misnamed(prose.get(self.scope, 0)):
            return prose
        self.doubts.append("it stands in a box that is called as if it were beside the article")
        return self.outline.sum(n for n in weighty if not self._beside.has(self._blocks[n]))

    def _doubt_what_is_left_out(self, weighty: list[int], full: list[int]) -> None:
        """Doubt a choice that leaves out about as much as it takes, of lines that are no teasers."""
        taken = {*full, *self.outline.teasers}
        prose, beside, other = self.outline.prose(full), self._commented, 0
        for n in weighty:
            if n in taken:
                continue
            if self._beside.has(self._blocks[n]):
                beside += self._weights[n]
            else:
                other += self._weights[n]
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
        first = next(n for n in weighty if self._is_under(self._blocks[n].element, under))
        for n in range(first, end):
            if not self._is_under(self._blocks[n].element, under):
                break  # what is under one element stands together
            if not self._beside.has(self._blocks[n]):
                found.append(n)
        return found

    def _is_under(self, element: Element, under: dict[Element | None, bool]) -> bool:
        if element not in under:
            under[element] = self._is_under(self.outline.parent(element), under)
        return under[element]

    def _before_next_headline(self, start: int) -> range:
        """The blocks between the headline and that of another article, if there is prose.

        Another stands above *start*, where the text seems to begin, or in an element like that of the headline.
        """
        if self.headline is None:
            return range(0)
        said = clean_text("".join(self.headline.itertext()))
        h1s = [n for n, block in enumerate(self._blocks) if block.element.tag == "h1" and block.line]
        first = start if self.headed is None else self.headed
        others = (n for n in h1s if n > first and self._blocks[n].text != said)  # some pages say theirs several times
        whole = self.scope is self.outline.root
        another = partial(is_of_another, headline=self.headline, within=not whole)
        end = next((n for n in others if (whole and n < start) or another(self._blocks[n].element)), None)
        if end is None or self.outline.prose(range(first + 1, end)) < ENOUGH:
            return range(0)
        return range(first + 1, end)

    def _descend(self, prose: dict[Element, int]) -> Element:
        """The innermost element that has most of the prose of each that is around it."""
        children: dict[Element, list[Element]] = {}
        for element in prose:
            if (parent := self.outline.parent(element)) is not None:
                children.setdefault(parent, []).append(element)
        top = self.scope
        most = _MOST if top is self.outline.root else _MOST_OF_ARTICLE
        while below := children.get(top):
            best = max(below, key=prose.__getitem__)
            if best.tag in _OF_ONE_LINE or self._begins_above(best, prose):
                break
            least = _MOST_OF_LIST if best.tag in _LISTS else most
            others = [each for each in below if each is not best]
            if prose[best] < least * prose[top] and (
                best.tag in _LISTS or prose[best] < least * self._without_strangers(best, others, prose)
            ):
                break
            if self._goes_on_in(best, others) or self._goes_on_above(best, others):
                break
            top = best
        return top

    def _without_strangers(self, best: Element, others: list[Element], prose: dict[Element, int]) -> float:
        """The prose of an element and of *others* beside it, without single lines unlike the many that it has.

        A standfirst above the text is such a line, and a note below; of more nobody knows what they are.
        """
        lines = self._kinds_in(best)
        if max(lines.values(), default=0) < _LINES_ABOVE:
            return inf
        kinds = {other: self._kinds_in(other) for other in others}
        strangers = [
            other for other, each in kinds.items() if sum(each.values()) == 1 and each.keys().isdisjoint(lines)
        ]
        if len(strangers) > _STRANGERS:
            return inf
        return prose[best] + sum(prose[other] for other in others if other not in strangers)

    def _goes_on_in(self, box: Element, others: list[Element]) -> bool:
        """Whether one of the *others* has a name like that of a box, and nothing but lines like those in it.

        An advertisement parts a text into such boxes.
        """
        name = first_name(box)
        twins = [each for each in others if each.tag == box.tag and self._are_alike(name, first_name(each))]
        ways = self._ways_in(box) if twins else set()
        may_be_bare = name or self.scope is not self.outline.root
        for twin in twins:
            places = [*islice(self._prose_in(twin), _MANY_LINES)]
            if not places or self.outline.places[twin] != places[0] or not self.outline.teasers.isdisjoint(places):
                continue
            of_twin = self._ways_in(twin)
            if of_twin <= ways and (may_be_bare or all(_is_named(way[1:]) for way in of_twin)):
                return True
        return False

    def _goes_on_above(self, best: Element, others: list[Element]) -> bool:
        """Whether lines like those of an element stand above it, in the same classes, or in an article in none.

        Those below it may be what a site says below all of its texts.
        """
        if self.headline is None:
            return False
        above = range((self.headed or 0) + 1, self.outline.places[best])
        if any(self.outline.places[other] in above and self._is_like_lines_of(best, other) for other in others):
            return True
        if self.scope is self.outline.root:
            return False
        lone = (
            self._blocks[self.outline.places[other]]
            for other in others
            if other.tag == "p" and other.get("class") is None and self.outline.places[other] in above
        )
        is_alike = self._kinds_in(best)["p", None] >= _LINES_ABOVE
        return is_alike and any(block.line.endswith(ENDS_SHORT) for block in lone)

    def _is_like_lines_of(self, best: Element, other: Element) -> bool:
        """Whether all lines of prose in an element are in classes as those of another one are, itself included."""
        places = [*islice(self._prose_in(other), _MANY_LINES)]
        if not self.outline.teasers.isdisjoint(places):
            return False
        around = self.outline.parent(other)
        ways = [self._way_in(around, n) for n in places]
        known = self._ways_in(best)
        least = 0 if self.scope is not self.outline.root else 1  # else a paragraph's own class says too little
        if all(_is_named(way[least:]) and way in known for way in ways):
            return True
        # What is right around them is called alike; a note has less.
        inner = {way[:2] for way in known if _is_named(way[1:2])}
        return self.outline.prose(places) >= ENOUGH and inner.issuperset(way[:2] for way in ways)

    @staticmethod
    def _are_alike(one: str, other: str) -> bool:
        """Whether boxes of these names may be parts of one text."""
        if not (one and other):
            return one == other
        return one.startswith(other) or other.startswith(one)

    def _prose_in(self, around: Element) -> Iterator[int]:
        """Yield the places of the lines of prose in an element."""
        return (n for n in self.outline.run(around) if self._weights[n])

    def _kinds_in(self, around: Element) -> Counter[tuple[str, str | None]]:
        """Count the lines of prose in an element by their tag and class."""
        return Counter(self.outline.kind(n)[1:] for n in self._prose_in(around))

    def _ways_in(self, box: Element) -> set[tuple[tuple[str, str | None], ...]]:
        """The ways to lines of prose in a box, of many of them."""
        return {self._way_in(box, n) for n in islice(self._prose_in(box), _MANY_LINES)}

    def _way_in(self, box: Element | None, place: int) -> tuple[tuple[str, str | None], ...]:
        """Tag and class of each element from that of a line in a box up to it."""
        way = []
        around: Element | None = self._blocks[place].element
        while around is not None and around is not box:
            way.append((around.tag, around.get("class")))
            around = self.outline.parent(around)
        return tuple(way)

    def _begins_above(self, element: Element, prose: dict[Element, int]) -> bool:
        """Whether the text begins between the headline and an element, as first paragraphs in boxes of their own do.

        Below another headline is another article.
        """
        if self.headline is None:
            return False
        outline = self.outline
        above = range((self.headed or 0) + 1, outline.places[element])
        full = [n for n in above if self._weights[n] and n not in outline.teasers and self._blocks[n].element in prose]
        around = outline.parent(element)
        beside = [n for n in full if outline.kind(n)[:2] == (around, "p")]
        if len(full) < _LINES_ABOVE and outline.prose(beside) < 2 * ENOUGH and not self._are_bare(full):
            return False
        first = next(n for n in range(above.stop, len(self._blocks)) if self._weights[n])
        h1s = {block.element for block in self._blocks[above.start : first] if block.element.tag == "h1"}
        return h1s <= {self.headline}

    def _is_part(self, inside: list[int], said: list[int]) -> bool:
        """Whether the lines *said* are a part of those *inside*, and all others are in elements as theirs are."""
        if not {*said} < {*inside}:
            return False
        top = common_ancestor(self._blocks[n].element for n in inside)
        ways = {self._way_in(top, n) for n in said if self._weights[n]}
        return all(self._way_in(top, n) in ways for n in {*inside}.difference(said) if self._weights[n])

    def _are_bare(self, lines: list[int]) -> bool:
        """Whether two lines or more of an article are paragraphs of no class, and no standfirst or caption."""
        kinds = {self.outline.kind(n) for n in lines}
        if len(lines) < 2 or len(kinds) > 1 or self.scope is self.outline.root:
            return False
        return next(iter(kinds))[1:] == ("p", None) and self.outline.prose(lines) >= 2 * ENOUGH

    def _said_or_around(self, inside: list[int], weighty: list[int], text: str) -> list[int]:
        """Those blocks that are in the *text* of the article; where it breaks off, what stands together with them."""
        prose = self.outline.prose(inside)
        said = {*lines_said(self._blocks, self._weights, inside, text)}
        found = lines_said(self._blocks, self._weights, weighty, text)
        lines = {self._blocks[n].line for n in inside}
        more = [n for n in found if n not in said and self._blocks[n].line not in lines]
        if said and 2 * self.outline.prose(said) >= prose:
            kept = [n for n in inside if n in said or not self._weights[n]]
            return sorted([*kept, *more]) if self.outline.prose(more) >= _MUCH_MORE * prose else kept
        if not found:
            return inside
        around = common_ancestor(self._blocks[n].element for n in found)
        together = self._under(self.outline.root if around is None else around, weighty, len(self._blocks))
        if {*inside} <= {*together} or (_is_cut_off(text) and self._is_part(inside, together)):
            return inside
        if len(found) < _SURELY_SAID or self.outline.prose(found) < _MUCH_SAID * prose:
            self.doubts.append("the page's JSON-LD has another text")
            return inside
        return together


def _is_named(way: tuple[tuple[str, str | None], ...]) -> bool:
    """Whether any of the elements on the way to a line has a class."""
    return any(name for _, name in way)


def _is_cut_off(text: str) -> bool:
    """Whether a text in JSON-LD is no more than the beginning of the article."""
    text = text.rstrip()
    return text[-1:].isalnum() or text.endswith(_CUT)
