"""Words that a site prints at its landmarks, and the patterns that find them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Answer = TypeVar("Answer")

NEVER = re.compile(r"(?!)")
"""Matches nothing."""
MAX_TITLE = 200  # characters
MAX_LABEL = 40  # characters; a longer line is a sentence, not a name
_MAX_REMEMBERED = 4096  # lines
BELOW_BODY = ("notice", "keywords", "comments", "recommended")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words at a site's landmarks: regular expressions, tried at the start of a line. A site need not have all."""

    toolbar: tuple[str, ...] = ()
    """The words of the toolbar above the title, plain; the channel stands before the first."""

    notice: str = NEVER.pattern
    keywords: str = NEVER.pattern
    comments: str = NEVER.pattern
    recommended: str = NEVER.pattern
    footer: str = NEVER.pattern

    no_comments: str = NEVER.pattern
    comments_closed: str = NEVER.pattern
    login_to_comment: str = NEVER.pattern
    comment_count: str = NEVER.pattern
    """Has one group, the number."""

    order: tuple[str, ...] = BELOW_BODY
    """The parts below the body, as they follow each other on the site's pages."""

    @property
    def open_parts(self) -> bool:
        """Whether there is any word that opens a part above the footer."""
        return bool(self.toolbar) or any(getattr(self, name) != NEVER.pattern for name in BELOW_BODY)

    @property
    def has_footer(self) -> bool:
        """Whether any word opens the footer."""
        return self.footer != NEVER.pattern


class Remembered(dict[str, Answer]):
    """The results of *read*, remembered for short lines: a site's pages have the same head and footer."""

    def __init__(self, read: Callable[[str], Answer]) -> None:
        self.read = read

    def __missing__(self, line: str) -> Answer:
        answer = self.read(line)
        if len(line) <= MAX_LABEL:
            if len(self) >= _MAX_REMEMBERED:
                self.clear()
            self[line] = answer
        return answer


@cache
def part_opened(words: Words) -> Remembered[str | None]:
    """The part below the body that a line may open."""
    match = re.compile("|".join(f"(?P<{name}>{getattr(words, name)})" for name in BELOW_BODY)).match
    return Remembered(lambda line: (found := match(line)) and found.lastgroup)


@cache
def opens_footer(words: Words) -> Remembered[bool]:
    """Whether a line may open the footer."""
    match = re.compile(words.footer).match
    return Remembered(lambda line: match(line) is not None)


@cache
def pattern_of_tools(words: Words) -> re.Pattern[str]:
    """A word of the toolbar, maybe with a count."""
    if not words.toolbar:
        return NEVER
    return re.compile(rf"(?P<word>{'|'.join(map(re.escape, words.toolbar))})(?:\W*[\d.,]+[万wWkK]?)?\W*")
