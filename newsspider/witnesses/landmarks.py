"""The witness that survives a redesign: what every reader sees, in the order in which they see it.

A page reads from top to bottom: the channel, the toolbar, the title, the line with date and source, the body, the
rights notice, the keywords, the comments, the recommended videos, the footer. The words that open these parts are
all that this witness needs; class names, metadata and scripts are nothing to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from newsspider.dates import parse_date, parse_duration, split_channel_and_date, split_date_and_source
from newsspider.items import Recommendation
from newsspider.processors import parse_keywords_line
from newsspider.witnesses.body import read_body
from newsspider.witnesses.page import link_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from newsspider.witnesses.page import Block, Page

MAX_CARDS = 200
"""Recommendations read from one page; more are not a block below an article."""

_MAX_TITLE = 200  # characters
_MAX_LABEL = 40  # characters; a longer line is a sentence, not a name
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

    def __init__(self, page: Page, words: Words, article_url: Callable[[str | None], str | None]):
        """Look at *page*; *article_url* makes a card's ``href`` canonical, or ``None`` of what is no article."""
        self.page = page
        self.words = words
        self.article_url = article_url
        self.blocks = page.outline
        self.lines = ["".join([text for text, _ in block.pieces]).strip() for block in self.blocks]
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
            "recommendations": self._cards() or None,
        }

    def footer(self) -> str:
        """Lines of the footer; ``""`` where the page has none."""
        return "\n".join(self.lines[self.opens.get("footer", len(self.lines)) :])

    # ------------------------------------------------------------------------------ where the parts begin

    def _find_openings(self) -> dict[str, int]:
        pattern = _openings(self.words)
        marks: dict[str, list[int]] = {}
        for position, line in enumerate(self.lines):
            if match := pattern.match(line):
                marks.setdefault(match.lastgroup or "", []).append(position)
        opens: dict[str, int] = {}
        for position, line in enumerate(self.lines):
            if self.words.toolbar[0] in line and len(line) <= _MAX_LABEL:
                opens["toolbar"] = position
                break
        above = opens.get("toolbar", -1)
        if (date := self._date_line(above + 1)) is not None:
            above = opens["date"] = date
        # A sentence of the body may begin with any of these words: what opens a part is the last of them above
        # the part that follows.
        below = len(self.lines)
        for name in reversed(_BELOW_BODY):
            if found := [position for position in marks.get(name, ()) if above < position < below]:
                below = opens[name] = found[-1]
        lowest = max(opens.values(), default=-1)
        if found := [position for position in marks.get("footer", ()) if position > lowest]:
            opens["footer"] = found[0]
        return opens

    def _date_line(self, start: int) -> int | None:
        """The first line from *start* that begins with a date and a clock time and holds little else."""
        for position in range(start, len(self.lines)):
            line = self.lines[position]
            if line[:2] in ("19", "20") and len(line) <= 2 * _MAX_LABEL:
                raw, _ = split_date_and_source(line)
                moment = parse_date(raw, self.page.captured_at) if raw else None
                if moment and moment.precision in ("second", "minute"):
                    return position
        return None

    # ------------------------------------------------------------------------------ what the parts say

    def _channel(self) -> dict[str, Any]:
        """The last text before the first word of the toolbar."""
        if "toolbar" not in self.opens:
            return {}
        toolbar = self.opens["toolbar"]
        near = self.blocks[max(0, toolbar - 1) : toolbar + 1]
        pieces = [piece for block in near for piece in block.pieces if not piece[0].isspace()]
        for (name, element), (next_text, _) in pairwise(pieces):
            if self.words.toolbar[0] in next_text and len(name) <= _MAX_LABEL:
                return {"channel": (name, link_of(element))}
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
        date, source = split_date_and_source(self.lines[position])
        pieces = [piece for piece in self.blocks[position].pieces if not piece[0].isspace()]
        if source is None and self._names_source(position + 1):
            source = self.lines[position + 1]
            pieces = self.blocks[position + 1].pieces
        said: dict[str, Any] = {"published_at": date}
        if source:
            said["source"] = source, link_of(pieces[-1][1])
        return said

    def _names_source(self, position: int) -> bool:
        """Whether the line after the date belongs to it: their common element holds hardly more than the two."""
        if position >= len(self.lines) or not 0 < len(self.lines[position]) <= _MAX_LABEL:
            return False
        parent = self.blocks[position - 1].element.getparent()
        if parent is None or parent is not self.blocks[position].element.getparent():
            return False
        return len("".join(parent.itertext()).strip()) <= 3 * _MAX_LABEL

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
            start = self.opens["date"] + 1
            start += self._names_source(start)
        else:
            title = self._title().get("title")
            if title is None:
                return {}
            start = next(n for n, block in enumerate(self.blocks) if block.text == title) + 1
        said = read_body(self.blocks[start:end], self.page.url)
        if "notice" in self.opens:
            said |= read_body([self.blocks[self.opens["notice"]]], self.page.url)
        return said

    def _part(self, name: str, longest: int) -> list[Block]:
        """The blocks of a part, up to where the next part opens."""
        if name not in self.opens:
            return []
        start = self.opens[name]
        end = min([position for position in self.opens.values() if position > start], default=len(self.blocks))
        return self.blocks[start : min(end, start + longest)]

    def _keywords(self) -> dict[str, Any]:
        """Keywords that are nodes of their own; a line of them run together stays a line."""
        blocks = self._part("keywords", 50)
        if not blocks:
            return {}
        line = parse_keywords_line(" ".join(block.text for block in blocks))
        if line is None:
            return {}
        pieces = [text.strip() for block in blocks for text, _ in block.pieces]
        nodes = [piece for piece in pieces[1:] if re.search(r"\w", piece)]
        is_label = re.fullmatch(rf"(?:{self.words.keywords})\W*", pieces[0])
        linked = all(link_of(element) for block in blocks for text, element in block.pieces[1:] if text.strip())
        if is_label and (len(nodes) > 1 or (nodes and linked)):
            return {"keywords_raw": line.raw, "keywords": nodes}
        return {"keywords_raw": line.raw, "keywords": line.keywords and list(line.keywords)}

    def _comments(self) -> dict[str, Any]:
        text = " ".join(block.text for block in self._part("comments", 20))
        if not text:
            return {}
        if re.search(self.words.no_comments, text):
            return {"comments": (0, "empty")}
        count = re.match(self.words.comment_count, text)
        if re.search(self.words.comments_closed, text):
            state = "closed"
        elif re.search(self.words.login_to_comment, text):
            state = "login_required"
        else:
            state = "unknown"
        return {"comments": (int(count[1]) if count else None, state)}

    def _cards(self) -> list[Recommendation]:
        """Cards of the recommended videos: the length, the title, then channel and date, glued or apart."""
        cards: list[Recommendation] = []
        card = Recommendation(rank=1, title="")
        for block in self._part("recommended", 8 * MAX_CARDS)[1:]:
            text = block.text
            if not text:
                continue
            length = parse_duration(text)
            url = self.article_url(link_of(block.pieces[0][1]))
            begins = length is not None and (card.title or card.duration_s is not None)
            if begins or card.date_raw or (url and card.url and url != card.url):
                card = self._file(cards, card)
            card.url = card.url or url
            if length is not None:
                card.duration_s = length
            elif not card.title:
                card.title = text
            else:
                channel, card.date_raw = split_channel_and_date(text)
                card.channel = card.channel or channel
        self._file(cards, card)
        return cards

    def _file(self, cards: list[Recommendation], card: Recommendation) -> Recommendation:
        """Keep *card* if it is one, and begin the next; what has neither link nor length is other text."""
        if card.title and (card.url or card.duration_s is not None) and len(cards) < MAX_CARDS:
            cards.append(date_card(card, self.page.captured_at))
        return Recommendation(rank=len(cards) + 1, title="")


def date_card(card: Recommendation, captured_at: datetime) -> Recommendation:
    """Say what the card's printed date means, seen at *captured_at*."""
    moment = parse_date(card.date_raw, captured_at) if card.date_raw else None
    if moment:
        card.date_at = moment.at.isoformat()
        card.date_precision = moment.precision
        card.date_earliest, card.date_latest = moment.earliest, moment.latest
    return card


@cache
def _openings(words: Words) -> re.Pattern[str]:
    parts = {name: getattr(words, name) for name in (*_BELOW_BODY, "footer")}
    return re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in parts.items()))
