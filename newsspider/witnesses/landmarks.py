"""The witness that survives a redesign: what every reader sees, in the order in which they see it.

A page reads from top to bottom: the channel, the toolbar, the title, the line with date and source, the body, the
rights notice, the keywords, the comments, the recommended videos, the footer. The words that open these parts are
all that this witness needs; class names, metadata and scripts are nothing to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import islice, pairwise, takewhile
from typing import TYPE_CHECKING, Any

from newsspider.dates import parse_date, parse_duration, split_channel_and_date, split_date_and_source, split_modified
from newsspider.items import Recommendation
from newsspider.processors import clean_text, parse_copyright, parse_keywords_line, says_modified
from newsspider.witnesses.body import read_body

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from newsspider.witnesses.page import Block, Page, Piece

MAX_CARDS = 200
"""Recommendations read from one page; more are not a block below an article."""

MAX_FOOTER = 20_000
"""Characters of the footer that are read."""

_MAX_TITLE = 200  # characters
_MAX_LABEL = 40  # characters; a longer line is a sentence, not a name
_MAX_KEYWORDS = 50
_LABEL = re.compile(r"[【\[]?\w+\W*")  # one word, maybe in brackets, then a colon or nothing
_LETTER = re.compile(r"\w")
_SENTENCE_ENDS = "。!\uff01?\uff1f"
_BELOW_BODY = ("notice", "keywords", "comments", "recommended")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a site prints at its landmarks: regular expressions, tried at the start of a line."""

    toolbar: tuple[str, ...]
    """The words of the toolbar above the title, plain; the channel stands before the first."""

    notice: str
    keywords: str
    comments: str
    recommended: str
    footer: str

    no_comments: str
    comments_closed: str
    login_to_comment: str
    comment_count: str
    """Has one group, the number."""


class Landmarks:
    """The parts of one page; positions count the blocks of its outline."""

    def __init__(
        self,
        page: Page,
        words: Words,
        captured_at: datetime,
        article_url: Callable[[str | None], str | None],
    ):
        """Look at *page*; *article_url* makes a card's ``href`` canonical, or ``None`` of what is no article."""
        self.page = page
        self.captured_at = captured_at
        self.words = words
        self.article_url = article_url
        self.doubts: list[str] = []
        """What was seen and not understood; complete after say()."""
        self.blocks = page.outline
        self.lines = [block.line for block in self.blocks]
        self.marks = self._find_marks()
        """Name of a part -> positions of the lines that may open it."""
        self.opens = self._find_openings()
        """Name of a part -> position of the line that opens it."""

    def say(self) -> dict[str, Any]:
        """Everything that this witness knows, by field."""
        return {
            **self._channel(),
            **self._title(),
            **self._date_and_source(),
            **self._body(),
            **self._keywords(),
            **self._comments(),
            "modification_notes": self._modification_notes() or None,
            "recommendations": self._cards() or None,
        }

    def footer(self) -> str:
        """Lines of the footer; ``""`` where the page has none."""
        return "\n".join(self.lines[self.opens.get("footer", len(self.lines)) :])[:MAX_FOOTER]

    # ------------------------------------------------------------------------------ where the parts begin

    def _find_marks(self) -> dict[str, list[int]]:
        match = _marks(self.words).match
        marks: dict[str, list[int]] = {}
        for position, line in enumerate(self.lines):
            if found := match(line):
                marks.setdefault(found.lastgroup or "", []).append(position)
        return marks

    def _find_openings(self) -> dict[str, int]:
        opens: dict[str, int] = {}
        if (toolbar := self._toolbar()) is not None:
            opens["toolbar"] = toolbar
        if (date := self._date_line(toolbar)) is not None:
            opens["date"] = date
        above = max(opens.values(), default=-1)
        # A sentence of the body may begin with any of these words: what opens a part is the last of them above
        # the part that follows.
        below = len(self.lines)
        for name in reversed(_BELOW_BODY):
            marks = [position for position in self.marks.get(name, ()) if position > above]
            found = [position for position in marks if position < below]
            if name == "comments" and not found:
                found = marks  # some pages have them below the recommended videos
            if name == "keywords":
                found = [position for position in found if self._is_labelled(position)]
                if found and self._body_goes_on(found[-1] + 1, below):
                    continue
            if found:
                opens[name] = found[-1]
                below = min(below, found[-1])
        footer = self._footer(max(opens.values(), default=-1) + 1, below_body=below < len(self.lines))
        if footer is not None:
            opens["footer"] = footer
        return opens

    def _is_labelled(self, position: int) -> bool:
        """Whether a line is a label and what belongs to it, rather than a sentence that begins with the same word."""
        line = self.lines[position]
        first, *others = _visible(self.blocks[position])
        return (
            _LABEL.fullmatch(first[0].strip()) is not None  # a node of its own
            and (not others or all(href for _, href in others) or line[-1] not in _SENTENCE_ENDS)
        ) or (parse_keywords_line(line) is not None and line[-1] not in _SENTENCE_ENDS)

    def _toolbar(self) -> int | None:
        """The line with the toolbar's first word, alone in its node, and the second soon after: titles say it too."""
        first, second, *_ = self.words.toolbar
        for position, line in enumerate(self.lines):
            if first in line and len(line) <= _MAX_LABEL:
                nodes = [text.strip() for text, _ in self.blocks[position].pieces]
                if first in nodes and any(second in near for near in self.lines[position : position + 5]):
                    return position
        return None

    def _footer(self, start: int, *, below_body: bool) -> int | None:
        """The first line from *start* that may open the footer; where the body goes up to it, below all sentences."""
        marks = [position for position in self.marks.get("footer", ()) if position >= start]
        if not below_body and marks:
            last = max((n for n in range(marks[0], len(self.lines)) if self.lines[n].endswith("。")), default=start)
            marks = [position for position in marks if position > last] or marks  # a footer may have sentences too
        return marks[0] if marks else None

    def _body_goes_on(self, start: int, end: int) -> bool:
        """Whether sentences follow, so that what stands above them is a heading in the body."""
        footer = self._footer(start, below_body=True)
        return any(line.endswith("。") for line in self.lines[start : end if footer is None else min(end, footer)])

    def _date_line(self, toolbar: int | None) -> int | None:
        """The first line below the toolbar that begins with a date and a clock time and holds little else.

        A day without a time may be any day, today's in the header too, except right below the title.
        """
        start = 0 if toolbar is None else toolbar + 1
        below_title = None if toolbar is None else self._below_title(start)
        for position in range(start, len(self.lines)):
            line = self.lines[position]
            if line[:2] in ("19", "20") and len(line) <= 2 * _MAX_LABEL and line[-1] not in _SENTENCE_ENDS:
                raw, _ = split_date_and_source(line)
                moment = parse_date(raw, self.captured_at) if raw else None
                if moment and (position == below_title or moment.precision in ("second", "minute")):
                    return position
        return None

    def _below_title(self, start: int) -> int | None:
        """The line below the title, which is the first from *start*."""
        lines = (n for n in range(start, len(self.lines)) if self.lines[n] and self.lines[n] not in self.words.toolbar)
        return next(islice(lines, 1, None), None)

    # ------------------------------------------------------------------------------ what the parts say

    def _channel(self) -> dict[str, Any]:
        """The last text before the first word of the toolbar."""
        if "toolbar" not in self.opens:
            return {}
        toolbar = self.opens["toolbar"]
        near = self.blocks[max(0, toolbar - 1) : toolbar + 1]
        pieces = [piece for block in near for piece in _visible(block)]
        for (name, href), (next_text, _) in pairwise(pieces):
            if next_text.strip() == self.words.toolbar[0] and len(name) <= _MAX_LABEL:
                return {"channel": (name, href)}
        return {}

    def _title(self) -> dict[str, Any]:
        """The line above the date; on a page without date the first below the toolbar."""
        toolbar = self.opens.get("toolbar", -1)
        if "date" in self.opens:
            positions = range(self.opens["date"] - 1, toolbar, -1)
        else:
            positions = range(toolbar + 1, self._body_end() or 0)
        for position in positions if toolbar >= 0 or "date" in self.opens else ():
            line = self.lines[position]
            if line and line not in self.words.toolbar:
                return {"title": self.blocks[position].text} if len(line) <= _MAX_TITLE else {}
        return {}

    def _date_and_source(self) -> dict[str, Any]:
        if "date" not in self.opens:
            return {}
        position = self.opens["date"]
        line, modified = split_modified(self.lines[position])
        date, source = split_date_and_source(line)
        if self._source_stands_apart:
            position += 1
            source = self.lines[position]
        elif self._modified_stands_apart:
            modified = split_modified(self.lines[position + 1])[1]
        said: dict[str, Any] = {"published_at": date, "modified_at": modified}
        if source:
            said["source"] = source, self.blocks[position].pieces[-1][1]
        return said

    @cached_property
    def _modified_stands_apart(self) -> bool:
        """Whether the line below the date says, and says only, when the page was modified."""
        rest, modified = split_modified("".join(self.lines[self.opens["date"] + 1 :][:1])[: 2 * _MAX_LABEL])
        return modified is not None and not rest

    @cached_property
    def _source_stands_apart(self) -> bool:
        """Whether the line below the date belongs to it: the element around both holds hardly more than the two."""
        position = self.opens["date"]
        if split_date_and_source(split_modified(self.lines[position])[0])[1] or position + 1 >= len(self.lines):
            return False
        if self._modified_stands_apart:
            return False
        date, source = self.blocks[position].element, self.blocks[position + 1].element
        around = date if date is source else date.getparent()
        if around is None or (date is not source and around is not source.getparent()):
            return False
        line = self.lines[position + 1]
        if not line or line[-1] in _SENTENCE_ENDS:
            return False
        return len(line) <= _MAX_LABEL and len("".join(around.itertext()).strip()) <= 3 * _MAX_LABEL

    def _body_end(self) -> int | None:
        below = [self.opens[name] for name in _BELOW_BODY if name in self.opens]
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
            start = self.opens["date"] + 1 + (self._source_stands_apart or self._modified_stands_apart)
        else:
            title = self._title().get("title")
            if title is None:
                return {}
            start = next(n for n, block in enumerate(self.blocks) if block.text == title) + 1
        said = read_body(self.blocks[start:end], self.page.base_url)
        if "notice" in self.opens:
            notice = self.opens["notice"]
            stands_apart = _LABEL.fullmatch(self.lines[notice]) is not None  # its text is the line below
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
        return [block.text for block in self.blocks[min(starts) : min(ends)] if says_modified(block.line)]

    def _part(self, name: str, longest: int) -> list[Block]:
        """The blocks of a part, up to where the next part opens."""
        if name not in self.opens:
            return []
        start = self.opens[name]
        end = min([position for position in self.opens.values() if position > start], default=len(self.blocks))
        return self.blocks[start : min(end, start + longest)]

    def _keywords(self) -> dict[str, Any]:
        """Keywords that are nodes of their own; a line of them run together stays a line."""
        blocks = self._part("keywords", _MAX_KEYWORDS)
        if not blocks:
            return {}
        if not _visible(blocks[0])[1:]:  # the label alone: the words are the links below it
            below = takewhile(lambda block: all(href for _, href in block.pieces), blocks[1:])
            blocks = [blocks[0], *below]
        else:
            blocks = blocks[:1]
        raw = " ".join(block.text for block in blocks)
        label, *words = [piece for block in blocks for piece in _visible(block)]
        if _LABEL.fullmatch(label[0].strip()) and (len(words) > 1 or all(href for _, href in words)):
            nodes = [text.strip() for text, _ in words if _LETTER.search(text)]
            return {"keywords_raw": raw, "keywords": nodes or None}
        line = parse_keywords_line(raw)
        return {"keywords_raw": raw, "keywords": line and line.keywords and list(line.keywords)}

    def _comments(self) -> dict[str, Any]:
        text = " ".join(block.text for block in self._part("comments", 20))
        if not text:
            return {}
        match = re.match(self.words.comment_count, text)
        count = int(match[1]) if match else None
        if not count and re.search(self.words.no_comments, text):
            return {"comments": (0, "empty")}
        if re.search(self.words.comments_closed, text):
            state = "closed"
        elif re.search(self.words.login_to_comment, text):
            state = "login_required"
        else:
            state = "unknown"
        return {"comments": (count, state)}

    def _cards(self) -> list[Recommendation]:
        """Cards of the recommended videos: the length, the title, then channel and date, glued or apart."""
        cards: list[Recommendation] = []
        card = Recommendation(rank=1, title="")
        href = url = None
        for block in self._part("recommended", 8 * MAX_CARDS)[1:]:
            text = block.line
            if not text or len(text) > _MAX_TITLE:
                continue
            length, text = _split_length(block, text) if text[0].isdigit() else (None, text)
            if (link := block.pieces[0][1]) != href:
                href, url = link, self.article_url(link)
            begins = length is not None and (card.title or card.duration_s is not None)
            if begins or card.date_raw or (url and card.url and url != card.url):
                card = _file(cards, card)
            card.url = card.url or url
            if length is not None:
                card.duration_s = length
            if not text:
                continue
            if not card.title:
                card.title = clean_text(text) or ""
            else:
                channel, card.date_raw = _split(text)
                card.channel = card.channel or channel
        _file(cards, card)
        if 2 * sum(_split(card.title)[1] is not None for card in cards) > len(cards):
            self.doubts.append("recommendations: the cards are in an order that is not known; none is read")
            return []
        date_cards(cards, self.captured_at)
        return cards


def _file(cards: list[Recommendation], card: Recommendation) -> Recommendation:
    """Keep *card* if it is one, and begin the next; what has neither link nor length is other text."""
    if card.title and (card.url or card.duration_s is not None) and len(cards) < MAX_CARDS:
        cards.append(card)
    return Recommendation(rank=len(cards) + 1, title="")


def _split_length(block: Block, line: str) -> tuple[int | None, str]:
    """Part a video's length from what follows it in its *line*; a title that begins with a clock time is one node."""
    if (length := _length(line)) is not None:
        return length, ""
    first = block.pieces[0][0].strip()
    if len(block.pieces) > 1 and (length := _length(first)) is not None:
        return length, line.removeprefix(first).lstrip()
    return None, line


# The same lengths, channels and days stand on the cards of every page.
_length = lru_cache(maxsize=1024)(parse_duration)
_split = lru_cache(maxsize=1024)(split_channel_and_date)


def _visible(block: Block) -> list[Piece]:
    return [piece for piece in block.pieces if not piece[0].isspace()]


def date_cards(cards: list[Recommendation], captured_at: datetime) -> None:
    """Say what the cards' printed dates mean, seen at *captured_at*."""
    alike: dict[str, list[Recommendation]] = {}
    for card in cards:
        if card.date_raw:
            alike.setdefault(card.date_raw, []).append(card)
    for raw, dated in alike.items():
        if moment := parse_date(raw, captured_at):
            at = moment.at.isoformat()
            for card in dated:
                card.date_at, card.date_precision = at, moment.precision
                card.date_earliest, card.date_latest = moment.earliest, moment.latest


@cache
def _marks(words: Words) -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{name}>{getattr(words, name)})" for name in (*_BELOW_BODY, "footer")))
