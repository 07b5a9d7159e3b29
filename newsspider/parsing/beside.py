"""Tells which parts of a page stand beside its article: by tag, role and name, if they have little of its prose.

What a part is called misleads where it has most of the prose; how much is most depends on the kind of the name.
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING

from newsspider.parsing.boxes import (
    AROUND,
    BESIDE,
    NOT,
    ROLES,
    STRONGLY,
    SURELY,
    WEAKLY,
    called,
    first_name,
    kind_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsspider.parsing.page import Block, Element
    from newsspider.parsing.weighed import WeighedOutline

ENOUGH = 150
"""Bytes of prose that an ``<article>`` around the headline has where it is the article, however much stands outside."""

_MISNAMED = 3
"""Times the prose of all that is not beside the article, in one box so called."""
_AT_MOST = {SURELY: 0.7, STRONGLY: 0.7, WEAKLY: 0.25}
"""Share of the article's prose that an element so called has where it is beside the article."""
_CONTROLS = ("button", "input", "select", "textarea")
_OF_MEDIA = frozenset(("figure", "picture", "video", "audio", "object"))
"""Elements whose buttons enlarge or play something."""
_OF_TEXT = frozenset(("p", "li", "td", "th", "dd", "dt", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6"))
"""Elements of a text, which no button makes a box."""
_MOST_BESIDE, _MOST_AROUND = 0.8, 0.5  # the same, of one that is beside by its tag, and of what may be all around


class Beside:
    """The parts of one page that stand beside its article."""

    def __init__(
        self, outline: WeighedOutline, scope: Element, headlines: Iterable[Element], headline: int | None
    ) -> None:
        """Look at an *outline* of which *scope* has the article.

        No element around one of the *headlines* is beside it. *headline* is the place of the article's own; None where
        none is known.
        """
        self._outline = outline
        self._scope = scope
        self._headline = headline
        self._verdicts: dict[Element, int] = {}
        self._by_name: dict[Element, int] = {}
        """Elements that stand beside the article by nothing but what they are called, and the prose in them."""
        self._weakly: dict[str, dict[Element, int]] = {}
        """The prose in elements whose name says so weakly, by class: an article may be in several boxes of one."""
        self._large: set[Element] = set()
        """Those of them that have too much prose to stand beside it."""
        self._kept: set[Element] = set()
        self._around_kept: set[Element] = set()
        for each in headlines:
            self._keep_around(each)

    def _keep_around(self, element: Element) -> None:
        """Take neither an *element* nor those around it for beside the article."""
        around: Element | None = element
        while around is not None and around not in self._around_kept:
            self._kept.add(around)
            self._around_kept.add(around)
            around = self._outline.parent(around)

    def has(self, block: Block) -> bool:
        """Whether a block stands beside the article; a picture or a player may be in a box of its own within it."""
        return self._verdict(block.element) > (NOT if block.pieces else WEAKLY)

    def keep_misnamed(self, prose: int) -> bool:
        """Take no more for beside the article what has far more than *prose* bytes, all that is not; return if any has.

        Such a box is the article, whatever it is called.
        """
        most = max(self._by_name.values(), default=0)
        if most >= max(ENOUGH, _MISNAMED * prose):
            misnamed = {element for element, size in self._by_name.items() if 2 * size > most}
        elif boxes := self._boxes_of_article(prose):
            most, misnamed = 0, boxes
        else:
            return False
        for element, size in self._outline.within.items():
            if 2 * size > most and not misnamed.isdisjoint((element, *element.iterancestors())):
                self._kept.add(element)
        for element in misnamed:
            self._keep_around(element)
        self._verdicts.clear()
        self._by_name.clear()
        self._weakly.clear()
        self._large.clear()
        return True

    def _boxes_of_article(self, prose: int) -> set[Element]:
        """The boxes of one class that have far more prose than the rest of *prose*, of all that is not beside it.

        Boxes with a line that is a link, or that end with one, are teasers.
        """
        of_class = (each for each in self._weakly.values() if not each.keys() <= self._large)
        boxes = max(of_class, key=lambda each: sum(each.values()), default={})
        others = prose - sum(boxes[each] for each in boxes.keys() & self._large)
        if sum(boxes.values()) < max(ENOUGH, _MISNAMED * others):
            return set()
        linking = sum(map(self._leads_on, boxes))
        return {*boxes} if 2 * linking < len(boxes) else set()

    def _leads_on(self, box: Element) -> bool:
        """Whether a line of a box is a link, or its last one ends with one."""
        lines = [pieces for n in self._outline.run(box) if (pieces := self._outline.blocks[n].visible)]
        return bool(lines) and (any(all(href for _, href in line) for line in lines) or lines[-1][-1][1] is not None)

    def _verdict(self, element: Element) -> int:
        """Return how surely an element, or one around it, stands beside the article."""
        verdict = self._verdicts.get(element)
        if verdict is None:
            parent = self._outline.parent(element)
            if element is self._scope:
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
        within = self._outline.within
        if element.tag == "footer" and next(element.iter("article"), None) is None:
            return STRONGLY  # however little else there is
        if element.tag in BESIDE or element.get("role") in ROLES:
            most = _MOST_AROUND if element.tag in AROUND else _MOST_BESIDE
            return STRONGLY if within.get(element, 0) < most * (within.get(self._scope, 0) or 1) else NOT
        names = called(element)
        kind = kind_of(names) if names != " " else NOT
        if kind < STRONGLY and element in self._with_controls:
            return STRONGLY
        if kind == NOT or (kind == SURELY and self._has_article_above(element)):
            return kind
        alike = element.get("class") if element.tag == "p" else None
        prose = within.get(element, 0) if alike is None else self._prose_of_paragraphs.get(alike, 0)
        is_large = prose >= _AT_MOST[kind] * (within.get(self._scope, 0) or 1)
        if kind == WEAKLY and alike is None and prose:
            self._weakly.setdefault(element.get("class") or "", {})[element] = prose
            if is_large:
                self._large.add(element)
        if is_large:
            return NOT
        if kind == STRONGLY:
            self._by_name[element] = prose
        return kind

    @cached_property
    def _with_controls(self) -> set[Element]:
        """Boxes around a button or a field below little prose: to sign up, to consent."""
        controls = (each for each in self._scope.iter(*_CONTROLS) if each.get("type") != "hidden")
        boxes = {box for each in controls if (box := self._box_around(each)) is not None} - self._kept
        small = self._small_among(boxes) if boxes else boxes
        return {each for each in small if self._has_control_below(each)}

    def _box_around(self, control: Element) -> Element | None:
        """The innermost element around a control that has prose; None where that is a line, or all of the article.

        What enlarges or plays something is of no box.
        """
        within = self._outline.within
        around = self._outline.parent(control)
        while around is not None and around is not self._scope and around not in within:
            if around.tag in _OF_MEDIA:
                return None
            around = self._outline.parent(around)
        return None if around is None or around is self._scope or around.tag in _OF_TEXT else around

    def _small_among(self, boxes: set[Element]) -> set[Element]:
        """Those of some boxes that have little prose, also together with the others beside them or with their like."""
        outline, within = self._outline, self._outline.within
        prose: Counter[tuple[Element | None, str, str | Element | None]] = Counter()
        for parent in {outline.parent(box) for box in boxes}:
            for each in () if parent is None else parent:
                if each in within:
                    prose[parent, each.tag, first_name(each) or each] += within[each]
                    prose[parent, each.tag, None] += within[each] if each in boxes else 0
        most = _AT_MOST[WEAKLY] * within.get(self._scope, 0)
        return {
            box for box in boxes
            if all(prose[outline.parent(box), box.tag, name] < most for name in (first_name(box) or box, None))
        }  # fmt: skip

    def _has_control_below(self, box: Element) -> bool:
        """Whether a button or a field stands below a line of prose in a box; those above play it, or open it."""
        lines = {self._outline.blocks[n].element for n in self._outline.run(box) if self._outline.weights[n]}
        below = False
        for each in box.iter():
            if below and each.tag in _CONTROLS and each.get("type") != "hidden":
                return True
            below = below or each in lines
        return False

    @cached_property
    def _prose_of_paragraphs(self) -> dict[str, int]:
        """Bytes of prose in all paragraphs of a class, for most of those of an article may have one."""
        sums: dict[str, int] = {}
        for block, weight in zip(self._outline.blocks, self._outline.weights, strict=True):
            if weight and block.element.tag == "p" and (names := block.element.get("class")) is not None:
                sums[names] = sums.get(names, 0) + weight
        return sums

    def _has_article_above(self, element: Element) -> bool:
        """Whether there is an article's worth of prose between the headline and an element."""
        if self._headline is None:
            return False
        before, place = self._outline.before, self._outline.places.get(element, 0)
        return place > self._headline and before[place] - before[self._headline] >= ENOUGH
