"""The witness that survives a redesign: what every reader sees, in the order in which they see it.

A page reads from top to bottom: the channel, the toolbar, the title, the line with date and source, the body, the
rights notice, the keywords, the comments, the recommended videos, the footer. The words that open these parts are
all that this witness needs; class names, metadata and scripts are nothing to it.
"""

from __future__ import annotations

import re
from functools import cached_property
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Any

from newsspider.parsing.asides import without_asides
from newsspider.parsing.body import read_body
from newsspider.parsing.byline import NAME
from newsspider.parsing.cards import MAX_CARDS, read_cards
from newsspider.parsing.chrome import is_chrome
from newsspider.parsing.comments import read_comments
from newsspider.parsing.dateline import NODE_END, YEAR, Dateline, Parts, read_dateline, read_parts
from newsspider.parsing.keywords import LABEL, is_labelled, read_keywords
from newsspider.parsing.toolbar import AROUND_WORD, WORD, find_toolbar, start_of_part
from newsspider.parsing.words import BELOW_BODY, MAX_LABEL, MAX_TITLE, opens_footer, part_opened, pattern_of_tools
from newsspider.parsing.words import Words as Words  # files of sites that were written before import it from here
from newsspider.text.counted import counted
from newsspider.text.dates import parse_date
from newsspider.text.processors import clean_text, parse_copyright, says_modified

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator
    from datetime import datetime

    from newsspider.parsing.dateplaces import DatePlaces
    from newsspider.parsing.doubts import Doubts
    from newsspider.parsing.page import Page
    from newsspider.record.items import Recommendation

MAX_FOOTER = 20_000
"""Characters of the footer that are read."""

_MAX_NAME = 12  # characters of a short name; a title has more
_NEAR_DATE = 3  # lines above the date of which one may be the title, where nothing opens them
_MAX_KEYWORDS = 50
# Breadcrumbs, second headlines, the source, people.
_NO_TITLE = re.compile(
    r"(?:[您你]?(?:当前|现在)?的?位置|来源|稿源|原标题|导语|摘要|编者按|(?:责任)?编辑|作者|记者)\s?[:\uff1a]"
    r"|首页\s*[>›»]|.*[>›»]\s*(?:正文|详情)$|[—–-]{2}"
    rf"|.{{0,12}}(?:记者|作者|编辑|通讯员)\s+{NAME}(?:[\s、]{NAME})*$"
)
_SENTENCE_ENDS = "。!\uff01?\uff1f"


class Landmarks:
    """The parts of one page; positions count the blocks of its outline."""

    def __init__(
        self,
        page: Page,
        words: Words,
        captured_at: datetime,
        article_url: Callable[[str | None], str | None],
        doubts: Doubts,
        date_places: DatePlaces | None = None,
    ):
        """Look at *page*; *article_url* makes a card's ``href`` canonical, or ``None`` of what is no article.

        The date is looked for at *date_places*, where these are known. What is seen and not understood goes to
        *doubts*.
        """
        self.page = page
        self.captured_at = captured_at
        self.words = words
        self.tools = pattern_of_tools(words)  # asked of most lines; to look it up takes longer than to ask it
        self.article_url = article_url
        self.doubts = doubts
        self.dateline: Dateline | None = None
        """What the line with the date says."""
        self.source_is_labelled = False
        """Whether a label names the source, which is another name beside the date otherwise; known when it is said."""
        self.toolbar_below_body: int | None = None
        """The line of a toolbar that has another place than usual."""
        self.blocks = page.outline
        self.lines = [block.line for block in self.blocks]
        self.marks: dict[str, list[int]] = {}
        """Name of a part below the body -> positions of the lines below the date that may open it."""
        self.opens = self._find_openings(date_places)
        """Name of a part -> position of the line that opens it."""

    def say(self) -> dict[str, Any]:
        """Everything that this witness knows, by field."""
        body = self._body()
        around_date = self.around_date()
        for name in ("authors", "editors"):
            if name in body and name in around_date:
                around_date[name] += [each for each in body[name] if each not in around_date[name]]
        if "source" in body and "source" in around_date and body["source"][0] != around_date["source"][0]:
            self.doubts.doubt("source", f"the end of the body says {body['source'][0]}")
        return {
            **self._channel(),
            **self._title(),
            **body,
            **around_date,
            **self._keywords(),
            **self._comments(),
            "modification_notes": self._modification_notes() or None,
            "recommendations": self._cards() or None,
        }

    def around_date(self) -> dict[str, Any]:
        """Return the fields in the line with the date and those beside it; of all parts, they are alike on any site."""
        return {name: value for name, value in self._date_and_source().items() if value}

    def footer(self) -> str:
        """Lines of the footer; ``""`` where the page has none."""
        return "\n".join(self.lines[self.opens.get("footer", len(self.lines)) :])[:MAX_FOOTER]

    # ------------------------------------------------------------------------------ where the parts begin

    def _find_marks(self, start: int) -> dict[str, list[int]]:
        marks: dict[str, list[int]] = {}
        if not self.words.open_parts:
            return marks
        part = part_opened(self.words)
        for position, line in enumerate(self.lines[start:], start):
            if name := part[line]:
                marks.setdefault(name, []).append(position)
        return marks

    def _find_openings(self, date_places: DatePlaces | None) -> dict[str, int]:
        opens: dict[str, int] = {}
        toolbar = find_toolbar(self.blocks, self.tools) if self.words.toolbar else None
        if date_places is not None:
            if dated := self._date_at(date_places):
                opens["date"], self.dateline = dated
        elif dated := self._date_line(0 if toolbar is None else toolbar + 1, len(self.lines)):
            opens["date"], self.dateline = dated
        elif toolbar and (dated := self._date_line(0, toolbar)) and self._has_sentence(dated[0], toolbar):
            opens["date"], self.dateline = dated
            self.toolbar_below_body, toolbar = toolbar, None
        elif not self.words.toolbar and (dated := self._date_below_headline()):
            opens["date"], self.dateline = dated
        if toolbar is not None:
            opens["toolbar"] = toolbar
        above = max(opens.values(), default=-1)
        # A sentence of the body may begin with any of these words: what opens a part is the last of them above
        # the part that follows.
        below = len(self.lines)
        self.marks = self._find_marks(above + 1)
        for name in reversed(self.words.order):
            marks = self.marks.get(name, [])
            found = [position for position in marks if position < below]
            if name == "comments" and not found:
                found = marks  # some pages have them below the recommended videos
            if name == "keywords":
                found = [position for position in found if is_labelled(self.blocks[position])]
                if found and self._body_goes_on(found[-1] + 1, below):
                    continue
            if found:
                opens[name] = found[-1]
                below = min(below, found[-1])
        footer = self._footer(max(opens.values(), default=-1) + 1, below_body=below < len(self.lines))
        if footer is not None:
            opens["footer"] = footer
        return opens

    def _footer(self, start: int, *, below_body: bool) -> int | None:
        """The first line from *start* that may open the footer; where the body goes up to it, below all sentences."""
        first = next(self._footer_lines(start), None)
        if first is None or below_body:
            return first
        last = max((n for n in range(first, len(self.lines)) if self.lines[n].endswith("。")), default=start)
        return next(self._footer_lines(last + 1), first)  # a footer may have sentences too

    def _footer_lines(self, start: int) -> Iterator[int]:
        """The lines from *start* that may open the footer, and no other part."""
        if not self.words.has_footer:
            return iter(())
        opens, others = opens_footer(self.words), {n for marks in self.marks.values() for n in marks}
        return (n for n in range(start, len(self.lines)) if opens[self.lines[n]] and n not in others)

    def _body_goes_on(self, start: int, end: int) -> bool:
        """Whether sentences follow, so that what stands above them is a heading in the body."""
        footer = self._footer(start, below_body=True)
        return self._has_sentence(start, end if footer is None else min(end, footer))

    def _has_sentence(self, start: int, end: int) -> bool:
        return any(line.endswith("。") for line in self.lines[start:end])

    def _date_line(self, start: int, end: int) -> tuple[int, Dateline] | None:
        """The first line from *start* that says when and where from, and holds little else.

        A day without a time may be any day, today's in the header too, except right below the title.
        """
        return self._date_among(range(start, end), self._below_title(start) if start else None)

    def _date_among(self, places: Iterable[int], below_title: int | None = None) -> tuple[int, Dateline] | None:
        for position in places:
            line = self.lines[position]
            if line and line[-1] not in _SENTENCE_ENDS and (position == below_title or YEAR.search(line)):
                dateline = read_dateline(self._nodes(position), any_date=position == below_title)
                printed = dateline and (dateline.published or dateline.modified)
                moment = parse_date(printed, self.captured_at) if printed else None
                if dateline and moment and (position == below_title or moment.precision in ("second", "minute")):
                    return position, dateline
                if dateline and printed and not moment and position == below_title:
                    self.doubts.warn("published_at", f"printed as {printed}, which is no moment that can be known")
        return None

    def _date_at(self, places: DatePlaces) -> tuple[int, Dateline] | None:
        """The line that dates the article: with a time around the headline, with a day below it, or below the text.

        There the name beside a date is that of whoever wrote a comment.
        """
        if dated := self._date_among(places.below_headline) or self._date_among(places.above_headline):
            return dated
        if dated := self._date_below_headline({*places.below_headline, *places.above_headline}):
            return dated
        dated = self._date_among(places.below_text)
        return dated if dated and (dated[1].source is None or dated[1].is_labelled) else None

    def _date_below_headline(self, places: Container[int] | None = None) -> tuple[int, Dateline] | None:
        """The line right below a heading with a date of any sort: a day alone, or one that counts from now."""
        for title in range(len(self.lines)):
            if not self.lines[title] or not (self._is_heading(title) or self._is_in_tab(title)):
                continue
            for position in islice((n for n in range(title + 1, len(self.lines)) if self.lines[n]), _NEAR_DATE):
                if self.lines[position][-1] in _SENTENCE_ENDS or (places is not None and position not in places):
                    break
                dateline = read_dateline(self._nodes(position), any_date=True)
                printed = dateline and (dateline.published or dateline.modified)
                if dateline and printed and parse_date(printed, self.captured_at):
                    return position, dateline
        return None

    def _below_title(self, start: int) -> int | None:
        """The line below the title, which is the first from *start*."""
        lines = (n for n in range(start, len(self.lines)) if self._may_be_title(n))
        first = next(lines, None)
        return first and next((n for n in range(first + 1, len(self.lines)) if self.lines[n]), None)

    def _nodes(self, position: int) -> str:
        return NODE_END.join([clean_text(text) or "" for text, _ in self.blocks[position].visible])

    # ------------------------------------------------------------------------------ what the parts say

    def _channel(self) -> dict[str, Any]:
        """The last word before the first of the toolbar; an icon or a line between them is none."""
        if "toolbar" not in self.opens:
            return {}
        toolbar = self.opens["toolbar"]
        above = self.blocks[toolbar - 1].visible if toolbar else []
        before = takewhile(lambda piece: not self._is_tool(piece[0]), self.blocks[toolbar].visible)
        words = [(name, href) for name, href in (*above, *before) if WORD.search(name)]
        if not words or self._is_tool(words[-1][0]) or len(words[-1][0]) > MAX_LABEL:
            return {}
        return {"channel": words[-1]}

    def _is_tool(self, text: str) -> bool:
        return self.tools.fullmatch(text.strip(AROUND_WORD)) is not None

    def _title(self) -> dict[str, Any]:
        return {} if self._title_line is None else {"title": self.blocks[self._title_line].text}

    @cached_property
    def _title_line(self) -> int | None:
        """The line between the toolbar and the date, or, on a page without date, the first below the toolbar."""
        toolbar = self.opens.get("toolbar", -1)
        if "date" not in self.opens:
            below = range(toolbar + 1, (self._body_end() or 0) if toolbar >= 0 else 0)
            return next(filter(self._may_be_title, below), None)
        near = (n for n in range(self.opens["date"] - 1, toolbar, -1) if n != self._source_line)
        above = filter(self._may_be_title, near)
        lines = list(above) if toolbar >= 0 else list(islice(above, _NEAR_DATE))
        if len({self.lines[n] for n in lines}) < 2:
            return lines[0] if lines else None
        # A breadcrumb, a second headline, buttons stand there too.
        for is_title in (self._is_heading, self._is_in_tab):
            if len(titles := [n for n in lines if is_title(n)]) == 1:
                return titles[0]
        if toolbar < 0:
            return lines[0]
        self.doubts.doubt("title", f"{counted(len(lines), 'line')} stand above the date; the first is taken")
        return lines[-1]

    def _may_be_title(self, position: int) -> bool:
        line = self.lines[position]
        if not line or len(line) > MAX_TITLE or _NO_TITLE.match(line) or is_chrome(line):
            return False
        nodes = self.blocks[position].visible
        return not (len(nodes) > 1 and all(href for _, href in nodes)) and not self.tools.fullmatch(line)

    def _is_heading(self, position: int) -> bool:
        return bool(self.blocks[position].element.tag == "h1")

    def _is_in_tab(self, position: int) -> bool:
        """Whether the browser's tab says it too, before the names of channel and site."""
        return len(self.lines[position]) > _MAX_NAME and (self.page.title or "").startswith(self.lines[position])

    def _date_and_source(self) -> dict[str, Any]:
        if self.dateline is None:
            return {}
        position, dateline = self.opens["date"], self.dateline
        source, self.source_is_labelled = dateline.source, dateline.is_labelled
        if source is None and self._source_line is not None:
            position = self._source_line
            parts = read_parts(self._nodes(position))
            source, self.source_is_labelled = parts.source or " ".join(parts.loose), parts.source is not None
        for text in dateline.unread_of_date:
            self.doubts.doubt("published_at", f"{text} stands beside the date and was not read")
        if not source and dateline.unread and not dateline.unread_of_date:
            self.doubts.warn("source", f"{' '.join(dateline.unread)} stands beside the date and is no name")
        modified = [dateline.modified, *(self._further_dates.values())]
        said: dict[str, Any] = {
            "published_at": dateline.published,
            "modified_at": next(filter(None, modified), None),
            "authors": dateline.byline.authors or None,
            "editors": dateline.byline.editors or None,
        }
        if source:
            # What stands after a name that is a link is something else: a place, a button.
            links = (name for text, href in self.blocks[position].pieces if href and (name := clean_text(text)))
            source = next((name for name in links if len(name) > 1 and source.startswith(name)), source)
            hrefs = (href for text, href in self.blocks[position].pieces if href and clean_text(text) == source)
            said["source"] = source, next(hrefs, None)
        return said

    @cached_property
    def _further_dates(self) -> dict[int, str | None]:
        """Position -> time of modification, of the lines below the date that hold a date and nothing else."""
        further: dict[int, str | None] = {}
        for position in range(self.opens["date"] + 1, min(self.opens["date"] + 4, len(self.lines))):
            line = self.lines[position]
            if not line or position == self._source_line:
                continue
            dateline = read_dateline(self._nodes(position)) if line[-1] not in _SENTENCE_ENDS else None
            if dateline is None or dateline.source:
                break
            further[position] = dateline.modified
            if dateline.published:
                self.doubts.doubt("published_at", f"the line below says {dateline.published}")
        return further

    @cached_property
    def _source_line(self) -> int | None:
        """The line beside the date's that names the source: by its label, or as the element around both has no more."""
        position = self.opens["date"]
        assert self.dateline is not None
        if self.dateline.source:
            return None
        for beside in (position + 1, position - 1):
            if 0 <= beside < len(self.lines) and beside > self.opens.get("toolbar", -1):
                line = self.lines[beside]
                if not line or len(line) > MAX_LABEL or line[-1] in _SENTENCE_ENDS:
                    continue
                parts = read_parts(self._nodes(beside))
                if parts.source and not parts.loose:
                    return beside
                if self._is_source(beside, parts):
                    return beside
        return None

    def _is_source(self, beside: int, parts: Parts) -> bool:
        """Whether a line without a label belongs to the date's."""
        position = self.opens["date"]
        if not parts.loose or any(parts.byline) or is_chrome(self.lines[beside]) or read_dateline(self._nodes(beside)):
            return False
        date, source = self.blocks[position].element, self.blocks[beside].element
        around = date if date is source else date.getparent()
        if around is None or (date is not source and around is not source.getparent()):
            return False
        size = len("".join(around.itertext()).strip())
        if beside > position:
            return size <= 3 * MAX_LABEL
        # Above the date it may be the title.
        return (
            len(self.lines[beside]) <= _MAX_NAME
            and size <= len(self.lines[position]) + len(self.lines[beside]) + _MAX_NAME
            and not self._is_heading(beside)
            and not (self.page.title or "").startswith(self.lines[beside])
            and any(self._may_be_title(n) for n in range(self.opens.get("toolbar", beside - 1) + 1, beside))
        )

    @property
    def body_is_open(self) -> bool:
        """Whether a body is read of which no landmark is known to be the end."""
        ends = any(name in self.opens for name in BELOW_BODY) or self.toolbar_below_body is not None
        return not (ends or self.page.is_cut_off)

    def _body_end(self) -> int | None:
        below = [self.opens[name] for name in BELOW_BODY if name in self.opens]
        if self.toolbar_below_body is not None:
            below.append(start_of_part(self.blocks, self.toolbar_below_body))
        if below:
            return min(below)
        if "date" in self.opens:
            if "footer" in self.opens:
                return self.opens["footer"]
            if self.page.is_cut_off:
                return len(self.blocks)
        return None

    def _body(self) -> dict[str, Any]:
        end = self._body_end()
        if end is None:
            return {}
        if "date" in self.opens:
            start = 1 + max((self.opens["date"], self._source_line or 0, *self._further_dates))
        elif self._title_line is None:
            return {}
        else:
            start = self._title_line + 1
        said = read_body(without_asides(self.blocks[start:end], self.page, self.doubts), self.page.resolve)
        if "notice" in self.opens:
            notice = self.opens["notice"]
            stands_apart = LABEL.fullmatch(self.lines[notice]) is not None  # its text is the line below
            lines = self.lines[notice : notice + 1 + stands_apart]
            if read := parse_copyright(" ".join(lines)):
                said |= {"copyright_notice": read.raw, "exclusive": read.exclusive}
        return said

    def _modification_notes(self) -> list[str]:
        """The lines that say that the article was modified, from below the toolbar to the comments."""
        starts = [self.opens[name] for name in ("toolbar", "date") if name in self.opens]
        ends = [self.opens[name] for name in ("comments", "recommended", "footer") if name in self.opens]
        if not (starts and ends):
            return []
        return [self.blocks[n].text for n in range(min(starts), min(ends)) if says_modified(self.lines[n])]

    def _part(self, name: str, longest: int) -> range:
        """The lines of a part, up to where the next part opens."""
        if name not in self.opens:
            return range(0)
        start = self.opens[name]
        end = min([position for position in self.opens.values() if position > start], default=len(self.blocks))
        return range(start, min(end, start + longest))

    def _keywords(self) -> dict[str, Any]:
        blocks = [self.blocks[position] for position in self._part("keywords", _MAX_KEYWORDS)]
        return read_keywords(blocks) if blocks else {}

    def _comments(self) -> dict[str, Any]:
        text = " ".join(self.blocks[position].text for position in self._part("comments", 20))
        return read_comments(text, self.words, self.doubts) if text else {}

    def _cards(self) -> list[Recommendation]:
        blocks = [self.blocks[position] for position in self._part("recommended", 8 * MAX_CARDS)[1:]]
        return read_cards(blocks, self.captured_at, self.article_url, self.doubts)
