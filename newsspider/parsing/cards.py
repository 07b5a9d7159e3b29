"""Cards of the recommended videos below an article."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from newsspider.parsing.words import MAX_TITLE
from newsspider.record.items import Recommendation
from newsspider.text.dates import parse_date, parse_duration, split_channel_and_date
from newsspider.text.processors import clean_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from newsspider.parsing.doubts import Doubts
    from newsspider.parsing.page import Block

MAX_CARDS = 200
"""Recommendations read from one page; more are not a block below an article."""


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
    if (length := _length(first)) is not None:
        return length, line.removeprefix(first)
    return None, line


# The same lengths, channels and days stand on the cards of every page.
_length = lru_cache(maxsize=1024)(parse_duration)
_split = lru_cache(maxsize=1024)(split_channel_and_date)


def date_cards(cards: list[Recommendation], captured_at: datetime) -> None:
    """Say what the cards' printed dates mean, seen at *captured_at*."""
    for card in cards:
        if card.date_raw and (moment := parse_date(card.date_raw, captured_at)):
            card.date_at, card.date_precision = moment.at.isoformat(), moment.precision
            card.date_earliest, card.date_latest = moment.earliest, moment.latest


def read_cards(
    blocks: list[Block], captured_at: datetime, article_url: Callable[[str | None], str | None], doubts: Doubts
) -> list[Recommendation]:
    """Cards of the recommended videos: the length, the title, then channel and date, glued or apart."""
    cards: list[Recommendation] = []
    card = Recommendation(rank=1, title="")
    href = url = None
    for block in blocks:
        text = block.line
        if not text or len(text) > MAX_TITLE:
            continue
        length, text = _split_length(block, text) if text[0].isdigit() else (None, text)
        if (link := block.pieces[0][1]) != href:
            href, url = link, article_url(link)
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
        doubts.doubt("recommendations", "the cards are in an order that is not known; none is read")
        return []
    date_cards(cards, captured_at)
    return cards
