"""The text of a page as ReplayWeb.page has to be given it, so that Chinese in it is found.

Its search (FlexSearch, as it sets it up) takes for a word what lies between two characters that are neither letter nor
digit, and finds whole words only. Chinese writes no spaces: a clause is one such word, and what somebody looks for is
inside it. So after the text stands a list of what may be looked for: every run of up to four characters of the body,
up to twelve of the title. A longer phrase of the body is found by a space put into it, which asks for both its parts.
A word in Latin letters, or a number, counts as one character here.

This takes about nine times the room of the text, in a part of the package that is compressed, and in the memory of
whoever searches; the words of a dictionary would take less, and miss names. docs/packages.md says how far that goes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_IN_BODY = 4
LONGEST_IN_TITLE = 12
"""Characters of a run that is found in one piece."""

_HAN = "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
"""What is written without spaces: Han characters of all planes, and kana."""
_WORD = re.compile(r"[^\W_]+")
_UNIT = re.compile(f"[{_HAN}]|[^{_HAN}]+")


def search_text(title: str, body: str) -> str:
    """Return the text, and after it what else is to be found.

    >>> search_text("", "大模型AI").splitlines()
    ['大模型AI', '', '大 大模 大模型 模 模型 模型AI 型 型AI AI']
    >>> search_text("News", "of today").splitlines()
    ['News', '', 'of today']
    """
    runs = dict.fromkeys(_runs(title, LONGEST_IN_TITLE))
    runs.update(dict.fromkeys(_runs(body, LONGEST_IN_BODY)))
    return "\n\n".join(part for part in (title, body, " ".join(runs)) if part)


def _runs(text: str, longest: int) -> Iterator[str]:
    """Yield the runs of up to *longest* units of every word that has several, but the word itself."""
    for word in _WORD.findall(text):
        units = _UNIT.findall(word)
        for start in range(len(units) if len(units) > 1 else 0):
            run = ""
            for unit in units[start : start + longest]:
                run += unit
                if len(run) < len(word):
                    yield run
