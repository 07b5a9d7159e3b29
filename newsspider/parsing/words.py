"""Words that a site prints at its landmarks, and the patterns that find them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

NEVER = re.compile(r"(?!)")
"""Matches nothing."""
MAX_TITLE = 200  # characters
MAX_LABEL = 40  # characters; a longer line is a sentence, not a name
BELOW_BODY = ("notice", "keywords", "comments", "recommended")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a site prints at its landmarks: regular expressions, tried at the start of a line. It need not have all."""

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


@cache
def pattern_of_tools(words: Words) -> re.Pattern[str]:
    """A word of the toolbar, maybe with a count."""
    if not words.toolbar:
        return NEVER
    return re.compile(rf"(?P<word>{'|'.join(map(re.escape, words.toolbar))})(?:\W*[\d.,]+[万wWkK]?\+?)?\W*")


@cache
def pattern_of_marks(words: Words) -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{name}>{getattr(words, name)})" for name in (*BELOW_BODY, "footer")))
