"""The outline of a page with the prose in each of its lines, and in each element around them."""

from __future__ import annotations

from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from newsspider.parsing.captions import is_credited, is_picture
from newsspider.parsing.prose import LEAST, LEAST_OF_ALL, weigh

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsspider.parsing.page import Element, Page

_BELOW_LINK = 2
"""Lines below a link of which one of prose may be the teaser of another article."""

_SHARE = 3
"""Times the prose of other paragraphs beside them that teasers have at most where they are paragraphs themselves."""


class WeighedOutline:
    """The blocks of one page, weighed."""

    def __init__(self, page: Page) -> None:
        self.root = page.root
        self.blocks = page.outline
        self._parents: dict[Element, Element | None] = {}
        self.teasers: set[int] = set()
        """The places of lines of prose that may be the teasers of other articles."""
        self.weights = self._weigh(LEAST) or self._weigh(LEAST_OF_ALL)
        """Bytes of prose in each block; a quarter of them in a teaser."""
        self.within = self.sum(range(len(self.blocks)))
        """Bytes of prose in each element that has some."""

    def _weigh(self, least: int) -> list[int]:
        """Weigh each block. Lines shorter than *least* bytes are no prose; where all are, the list is empty."""
        weights: list[int] = []
        teasers: dict[int, int] = {}
        since_link = _BELOW_LINK + 1
        for place, block in enumerate(self.blocks):
            weight = weigh(block, least)
            if weight > 0 and place and is_picture(self.blocks[place - 1]) and is_credited(block.line):
                weight = 0
            if weight > 0:
                if since_link <= _BELOW_LINK:
                    teasers[place] = weight
                    weight = weight // 4 + 1
                since_link = _BELOW_LINK + 1
            elif weight < 0:
                since_link, weight = since_link + 1 if _is_in_quote(block.element) else 1, 0
            elif block.pieces:
                since_link = _BELOW_LINK + 1 if block.element.tag == "h1" else since_link + 1
            weights.append(weight)
        for place in self._among_paragraphs(weights, teasers) if teasers else ():
            weights[place] = teasers.pop(place)
        self.teasers = {*teasers}
        return weights if any(weights) or least == LEAST_OF_ALL else []

    def _among_paragraphs(self, weights: list[int], teasers: dict[int, int]) -> list[int]:
        """The places of those *teasers* that are paragraphs of a text, between which links to others stand."""
        kinds = {self.kind(place) for place in teasers}
        others: dict[Any, list[int]] = {}
        for n, weight in enumerate(weights):
            if weight and n not in teasers and (kind := self.kind(n)) in kinds:
                others.setdefault(kind, []).append(weight)
        teased: dict[Any, int] = {}
        for place, weight in teasers.items():
            kind = self.kind(place)
            teased[kind] = teased.get(kind, 0) + weight
        text = {kind for kind, found in others.items() if len(found) > 1 and _SHARE * sum(found) >= teased[kind]}
        return [place for place in teasers if self.kind(place) in text]

    def prose(self, places: Iterable[int]) -> int:
        """Bytes of prose in the blocks at *places*."""
        return sum([self.weights[n] for n in places])

    def sum(self, places: Iterable[int]) -> dict[Element, int]:
        """Bytes of prose in the blocks at *places*, by each element around them."""
        sums: dict[Element, int] = {}
        for n in places:
            if weight := self.weights[n]:
                element = self.blocks[n].element
                sums[element] = sums.get(element, 0) + weight
        depths: dict[Element, int] = {}
        for element in sums:
            self._measure(element, depths)
        # From the innermost outwards, so that each element is added to the one around it once.
        for element in sorted(depths, key=depths.__getitem__, reverse=True):
            if (parent := self.parent(element)) is not None:
                sums[parent] = sums.get(parent, 0) + sums[element]
        return sums

    def _measure(self, element: Element, depths: dict[Element, int]) -> None:
        """Add to *depths* how many elements are around *element*, and around each of these."""
        way = []
        around: Element | None = element
        while around is not None and around not in depths:
            way.append(around)
            around = self.parent(around)
        depth = -1 if around is None else depths[around]
        for each in reversed(way):
            depth += 1
            depths[each] = depth

    def cut(self, place: int) -> int:
        """Take the prose from *place* on for none, and return its bytes."""
        below = self.prose(range(place, len(self.blocks)))
        if below:
            self.weights[place:] = [0] * (len(self.weights) - place)
            self.within = self.sum(range(place))
        return below

    def parent(self, element: Element) -> Element | None:
        """The element around *element*; lxml takes several times as long to tell."""
        try:
            return self._parents[element]
        except KeyError:
            parent = self._parents[element] = element.getparent()
            return parent

    def child(self, around: Element | None, element: Element) -> Element | None:
        """The child of *around* in which an *element* is, or that it is itself; None where it is not below."""
        below: Element | None = element
        while below is not None and self.parent(below) is not around:
            below = self.parent(below)
        return below

    def kind(self, place: int) -> tuple[Element | None, str, str | None]:
        """Return what paragraphs beside each other have in common: the element around them, tag and class."""
        element = self.blocks[place].element
        return self.parent(element), element.tag, element.get("class")

    @cached_property
    def places(self) -> dict[Element, int]:
        """The place of the first block in each element."""
        places: dict[Element, int] = {}
        for n, block in enumerate(self.blocks):
            around: Element | None = block.element
            while around is not None and around not in places:
                places[around] = n
                around = self.parent(around)
        return places

    def run(self, around: Element) -> range:
        """The places of the blocks in an element that has some."""
        return range(self.places[around], self._ends[around])

    @cached_property
    def _ends(self) -> dict[Element, int]:
        """The place after the last block in each element."""
        ends: dict[Element, int] = {}
        for n in range(len(self.blocks), 0, -1):
            around: Element | None = self.blocks[n - 1].element
            while around is not None and around not in ends:
                ends[around] = n
                around = self.parent(around)
        return ends

    @cached_property
    def before(self) -> list[int]:
        """Bytes of prose before each block."""
        return [*accumulate(self.weights, initial=0)]


def _is_in_quote(element: Element) -> bool:
    """Whether a line is in a quote, as that of an embedded post is; it links to itself."""
    return element.tag == "blockquote" or next(element.iterancestors("blockquote"), None) is not None
