"""Reads time and authors around a headline, in markup that names them or on a line that can be nothing else.

Only the lines from shortly above the headline down to the body are looked at: further down a page are the times and the
authors of other articles.
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import cached_property
from itertools import islice, pairwise, takewhile, zip_longest
from typing import TYPE_CHECKING, Any

from lxml import etree

from newsspider.parsing.byline import is_name, read_byline, read_reporters
from newsspider.parsing.people import (
    is_label,
    is_of_person,
    read_apart,
    read_labelled,
    read_line,
    read_linked,
    read_names,
    without_offices,
)
from newsspider.record.items import Person
from newsspider.text.processors import clean_text
from newsspider.text.written import find_written, offset_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from newsspider.parsing.doubts import Doubts
    from newsspider.parsing.page import Block, Element, Page
    from newsspider.text.written import Written

ABOVE = 6
"""Lines above the headline that may belong to it."""

BELOW = 40
"""Lines below the headline that are looked at where the body does not begin before."""

NEAR = 3
"""Lines above the headline that may date the article; further up is the date of today."""

INSIDE = 4
"""Lines at the beginning of the body among which the date may be: below the standfirst, above a picture."""

MAX_BESIDE = 80
"""Characters beside the dates of a line: labels, names, a place."""

MAX_AROUND_DAY = 12
"""Characters beside a day among the first lines of the body: a weekday."""

MAX_ABOVE_HEADLINE = 60
"""Characters beside a day right above the headline from which a sign parts it: the section, a place, a name."""

AT_END = 3
"""Last lines of the body of which one may date the article."""

BELOW_BODY = 12
"""Lines below the body of which one may do so."""

MAX_PROPERTIES = 500
"""Properties of microdata in one article that are read."""

FIRST = 4
"""Nodes of a line of which each may say who wrote the article."""

MAX_ELEMENTS = 50
"""Elements of a line whose classes are looked at."""

_MAX_LINE = 150  # characters of a line that names somebody
_SHORT = 20  # characters of a label, or of a Chinese name alone
_OF_AUTHORS = re.compile(
    r"(?:^|[^A-Za-z]|(?<=[a-z])(?=[A-Z]))(?i:by-?line|author|autor|auteur|autore|reporter|journalist|writer)"
)
_PROPERTIES, _OF_AUTHOR = etree.XPath(".//@itemprop"), etree.XPath(".//@rel[. = 'author']")


class Masthead:
    """The lines around the headline of one page."""

    def __init__(self, page: Page, headline: Element | None, lines: Sequence[Block], scope: Element):
        """Take the *page*, the elements of its headline and its article, and the *lines* of its body."""
        body, last = (lines[0], lines[-1]) if lines else (None, None)
        self.scope = scope
        blocks = page.outline
        end = next((n for n, block in enumerate(blocks) if block is body), len(blocks)) if body else len(blocks)
        start = None
        if headline is not None:
            inside = set(headline.iter())
            start = next((n for n, block in enumerate(blocks) if block.element in inside), None)
        if start is None:
            start = max(0, min(end, BELOW) - BELOW // 2)
        end = end if end > start else len(blocks)
        self.lines = [block for block in blocks[max(0, start - ABOVE) : min(end, start + BELOW)] if block.pieces]
        place = next((n for n in range(end, len(blocks)) if blocks[n] is last), None) if last else None
        below = blocks[place + 1 : place + 1 + BELOW_BODY] if place is not None else []
        self._end = [
            block for block in (*lines[1:][-AT_END:], *below) if block.pieces and len(block.line) <= MAX_BESIDE
        ]
        self._first = [block for block in blocks[end : end + INSIDE] if block.pieces and len(block.line) <= _MAX_LINE]
        self._between = {id(block) for block in blocks[start:end]}
        self._below = [block for block in blocks[start : min(end + INSIDE, start + BELOW)] if block.pieces]

    def times(self) -> dict[str, Any]:
        """Return the times in the markup, by field."""
        published = self._marked.get("datepublished") or self._times()
        return {"published_at": published, "modified_at": self._marked.get("datemodified"), "source": self._source()}

    def printed_times(self, language: str | None, doubts: Doubts) -> dict[str, str]:
        """The times that a line prints in the manner of *language*, by field: the first below the headline, else above.

        A line that says more than that and a few names is a sentence, and what it dates is not the article. Where none
        prints a clock, the first day below the headline, or alone on the line above it.
        """
        below = {id(block) for block in self._below}
        above = [block for block in self.lines if id(block) not in below][-NEAR:]
        changed: dict[str, str] = {}
        day: str | None = None
        for block in [*self._below, *reversed(above)]:
            line = block.text
            dates = find_written(line, language)
            if not dates and len(block.pieces) > 1:  # day and clock in boxes of their own
                line = _SLASH.sub("/", clean_text(" ".join([text for text, _ in block.pieces])) or "")
                dates = find_written(line, language)
            rest = len(line) - sum(each.end - each.start for each in dates)
            if not dates or rest > MAX_BESIDE:
                continue
            if _CLOCK.search(dates[0].iso):
                named = {"modified_at" if each.is_change else "published_at": each.raw for each in reversed(dates)}
                if "published_at" in named:
                    if id(block) not in self._between:
                        doubts.doubt("published_at", f"{named['published_at']} is not between headline and text")
                    return named
                changed = changed or named
            elif day is None and not dates[0].is_change:
                most = MAX_AROUND_DAY
                if id(block) not in below:
                    most = -1 if above[-1] is not block else MAX_ABOVE_HEADLINE if _is_apart(dates[0], line) else most
                if id(block) in self._between or rest <= most:
                    day = dates[0].raw
                    if rest > MAX_AROUND_DAY and id(block) not in self._between:
                        doubts.doubt("published_at", f"{day} is not between headline and text")
        if "modified_at" not in changed and day is None and (day := self._dated_below(language)):
            doubts.doubt("published_at", f"{day} is below the text")
        return changed | ({"published_at": day} if day else {})

    def _dated_below(self, language: str | None) -> str | None:
        """The date after its label in the last lines of the text, or right below."""
        for block in self._end:
            line = block.text
            if (label := _PUBLISHED.match(line)) and (dates := find_written(line[label.end() :], language)):
                return dates[0].raw
        return None

    def authors(self) -> list[Person]:
        """Those whom the markup and the lines name."""
        return self._reporters() or [Person(name=name) for name in without_offices(self._authors())]

    @cached_property
    def _marked(self) -> dict[str, Any]:
        """The first value of each property of microdata in the article, and its authors."""
        found: dict[str, Any] = {"author": []}
        for value in (_PROPERTIES(self.scope) + _OF_AUTHOR(self.scope))[:MAX_PROPERTIES]:
            element = value.getparent()
            if not _is_within(element, self.scope):
                continue
            names = (element.get("itemprop") or "").lower().split()
            if element.get("rel") == "author" or "author" in names or "creator" in names:
                inner = next((each for each in element.iter() if each.get("itemprop") == "name"), element)
                found["author"].append(inner.get("content") or " ".join("".join(inner.itertext()).split()))
            for name in ("datepublished", "datemodified"):
                if name in names:
                    text = element.get("datetime") or element.get("content") or clean_text("".join(element.itertext()))
                    found.setdefault(name, text)
        return found

    def _source(self) -> tuple[str, None] | None:
        """The source that a line below the headline names under its label."""
        for block in self.lines:
            line = block.line
            if line[:1] in _OF_SOURCES and len(line) <= MAX_BESIDE and (match := _SOURCE.fullmatch(line)):
                return match[1], None
        return None

    def _times(self) -> str | None:
        """The ``datetime`` of the first ``<time>`` around the headline, or the ``title`` of an hAtom ``published``."""
        for block in self.lines:
            inside = islice(block.element.iter("time", "abbr"), MAX_ELEMENTS)
            around = [each for each in inside if (clean_text("".join(each.itertext())) or "") in block.text]
            if (parent := block.element.getparent()) is not None:
                around.append(parent)
            for element in around:
                text = element.get("datetime" if element.tag == "time" else "title") or ""
                is_time = element.tag == "time" or "published" in (element.get("class") or "").split()
                if element.tag in ("time", "abbr") and is_time and _YEAR.search(text):
                    return _with_zone(str(text), "".join(element.itertext()))
        return None

    def _authors(self) -> list[str]:
        lines = [block for block in self.lines if len(block.line) <= _MAX_LINE]
        marked = [name for name in self._marked["author"] if len(name) <= _MAX_LINE]
        beside = [name for name in marked if any(name in block.line for block in lines)]
        if names := _of_people(beside) or _of_people(marked):  # those further down may be of other articles
            return names
        near = [*lines, *self._first]
        for block, after in zip_longest(near, near[1:]):
            texts = [block.text, *(clean_text(text) or "" for text, _ in block.pieces[:FIRST] if len(block.pieces) > 1)]
            nodes = [*block.pieces, *after.pieces[:1]] if after and is_label(block.line) else block.pieces
            if names := read_labelled(nodes) or next(filter(None, map(read_line, texts)), []):
                return names
        for block in lines:
            if names := read_linked(block.pieces):
                return names
        called = [names for block in lines if (names := self._called(block))]
        if names := next((names for names in called if any(map(is_of_person, names))), called[0] if called else []):
            return names
        below = (block for block in self._end[: AT_END + NEAR] if not all(href for _, href in block.pieces))
        # With a date it is of another article.
        signed = [read_line(block.text) for block in below if not _DIGIT.search(block.line)]
        return next((names for names in signed if names and all(map(is_of_person, names))), [])

    def _called(self, block: Block) -> list[str]:
        """The names in a line that is called after authors; none in one that is a way to the page, from its channel."""
        element = _of_authors(block.element)
        if element is None or _WAY.search(block.line):
            return []
        if names := read_apart([text for text, _ in block.pieces]):
            return names
        linked = [text for text, href in block.pieces if href]
        text = block.text if element is block.element else clean_text("".join(element.itertext())) or ""
        return _of_people(linked or [text]) or [*filter(is_of_person, _of_people([text for text, _ in block.pieces]))]

    def _reporters(self) -> list[Person]:
        """Reporters on a line of their own, as Chinese pages name them."""
        for block in self.lines:
            text = block.text
            if text and len(text) <= _MAX_LINE:
                byline = read_byline(text)
                if people := (byline and byline.authors) or read_reporters(text):
                    return people
                before = takewhile(lambda each: not _NO_NAMES.search(each), (piece for piece, _ in block.pieces))
                if people := read_reporters(clean_text("".join(before)) or ""):
                    return people
        for one, other in pairwise(self.lines):  # a name and an office, in boxes of their own
            if len(one.line) <= _SHORT and is_name(one.text) and _OFFICE.fullmatch(other.text):
                return [Person(name=one.text)]
        return []


def _is_apart(date: Written, line: str) -> bool:
    """Whether a sign parts a date from the words beside it, as it does not in the name of an issue."""
    before, behind = line[: date.start].rstrip(), line[date.end :].lstrip()
    return before[-1:] in _SIGNS and behind[:1] in _SIGNS


def _with_zone(time: str, printed: str) -> str:
    """A time that names no zone with an offset by which it is what is *printed*, where that names one.

    >>> _with_zone("2026-01-09T17:04:00", "Jan 9, 2026, 5:04 pm EST")
    '2026-01-09T17:04:00-05:00'
    >>> _with_zone("2026-01-09T22:04:00", "Jan 9, 2026, 5:04 pm EST")
    '2026-01-09T22:04:00+00:00'
    """
    clock = _PRINTED_CLOCK.search(printed)
    try:
        at = datetime.fromisoformat(time)
    except ValueError:
        return time
    if clock is None or at.tzinfo is not None or not (offset := offset_in(printed, at)):
        return time
    hour = int(clock[1]) % 12 + 12 * (clock[3].lower() == "p") if clock[3] else int(clock[1])
    zone = datetime.fromisoformat(f"{at.date()}T00:00{offset}").tzinfo
    for each in (offset, "+00:00"):
        local = datetime.fromisoformat(f"{at.isoformat()}{each}").astimezone(zone)
        if (local.hour, local.minute) == (hour, int(clock[2])):
            return f"{at.isoformat()}{each}"
    return time


def _of_people(texts: Iterable[str]) -> list[str]:
    """The names in *texts*; none that begins with a small letter, as words around names do, or holds a number."""
    names = read_names([_REPORTED.sub("", _IN.sub("", text)) for text in texts])
    return [name for name in names if not (name[0].islower() or name[0] in "([" or _DIGIT.search(name))]


_REPORTED = re.compile(r"\s*(?:综合|綜合)?(?:报道|报导|報導|報道)$")
_IN = re.compile(r"\s*,?\s+(?:in|on|at|am|um|le|el)\s.*$")
_OF_SOURCES = frozenset("来來稿信文")
_SOURCE = re.compile(
    r"(?:(?:信息|文章)?[来來]源|稿源)\s?[:\uff1a]\s?([^\s:\uff1a。,\uff0c][^:\uff1a。,\uff0c]{0,28}[^\s:\uff1a。,\uff0c])"
)
_PUBLISHED = re.compile(
    r"(?:(?:发布|发表|發布|發表)?(?:日期|时间|時間)|发[布表]于|(?:(?:this\s)?(?:story|article)\s)?(?:was\s)?(?:first\s)?published(?:\son)?|date|datum|erschienen(?:\sam)?"
    r"|veröffentlicht(?:\sam)?|publié(?:\sle)?|publicado(?:\sel|\sem)?|pubblicato(?:\sil)?|gepubliceerd(?:\sop)?)\s?[:\uff1a]?\s?",
    re.IGNORECASE,
)
_WAY = re.compile(r"[\w\s][>›»]\s*\w|(?:当前|现在|所在)的?位置")
_DIGIT = re.compile("[0-9]")
_NO_NAMES = re.compile(r"[0-9]|[:\uff1a]\s*$")
"""Nodes of a line that end the names before a date: the date, or its label."""
_SLASH = re.compile(r"(?<=[0-9]) ?/ ?(?=[0-9])")
_YEAR = re.compile("[0-9]{4}")
_OFFICE = re.compile(
    r"[\w\s]{0,12}(?:[記记]者|[編编][輯辑]|撰稿人?|[評评][論论][員员]|主[笔筆播])|[\w\s]{0,6}[駐驻][\u4e00-\u9fff]{2,6}[記记]者"
)
_SIGNS = frozenset(("", *"|/·•–—-,:"))
_PRINTED_CLOCK = re.compile(r"\b([01]?[0-9]|2[0-3])[:.]([0-5][0-9])\s?([ap])?", re.IGNORECASE)
_CLOCK = re.compile("T[0-9]")


_LABELLED_BY = "aria-labelledby"

_OF_COMMENTS = frozenset(("comment", "comments", "comment-list", "commentlist", "comments-area", "kommentare"))


def _is_within(element: Element, scope: Element) -> bool:
    """Whether *element* is of the article itself, and not of a picture in it or a comment on it."""
    for each in element.iterancestors():
        if each is scope:
            return True
        kind = each.get("itemtype") or ""
        if each.tag in ("figure", "figcaption", "aside") or "ImageObject" in kind or "Comment" in kind:
            return False
        if not _OF_COMMENTS.isdisjoint(f"{each.get('class') or ''} {each.get('id') or ''}".lower().split()):
            return False
    return False


def _of_authors(element: Element) -> Element | None:
    """The element that is called after authors in that of a line; the line's own where one around it is so called."""
    for each in islice(element.iter(), MAX_ELEMENTS):
        if _OF_AUTHORS.search(f"{each.get('class') or ''} {each.get('id') or ''}"):
            return each
    for around in islice(element.iterancestors(), 2):
        if _OF_AUTHORS.search(f"{around.get('class') or ''} {around.get('id') or ''} {around.get(_LABELLED_BY) or ''}"):
            return element
    return None
