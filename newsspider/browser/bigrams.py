"""Text into what a full-text index holds, so that a Chinese word of any length is found: pairs of characters.

Scripts that put no blank between words are taken by pairs, each character with the one after it, and the last of a run
by itself: ``看看新闻`` is ``看看 看新 新闻 闻``. So a word of two characters is one token, a longer one a phrase, and a
single character the beginning of a token. Other scripts are taken by words. Width, case and accents make no difference.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_TIGHT = (  # Thai, Lao, Burmese, Khmer, kana, bopomofo, Han with its radicals, Hangul
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fff\u3005-\u3007\u3021-\u3029\u3040-\u30ff\u3105-\u312f"
    "\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
)
_RUN = re.compile(rf"([{_TIGHT}]+)|[^\W_{_TIGHT}]+")
_TERM = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')
_ACCENTS = ("\u0300", "\u036f")
MAX_QUERY = 200
"""Characters that are looked for."""


class _Folds(dict[int, str]):
    """A character in the form in which it is compared, as ``str.translate`` asks for it."""

    def __missing__(self, code: int) -> str:
        first, last = _ACCENTS
        char = chr(code)
        bare = "".join(each for each in unicodedata.normalize("NFKD", char) if not first <= each <= last)
        folded = unicodedata.normalize("NFC", bare).casefold()
        if len(folded) > 1 and not char.isalnum():  # "…" is no letter, and stays one character
            folded = char
        self[code] = folded
        return folded


_FOLDS = _Folds()


def folded(text: str) -> str:
    """Return *text* in the form in which it is compared.

    >>> folded("Ｋnews Café ﾊﾞﾅﾅ")
    'knews cafe バナナ'
    """
    return unicodedata.normalize("NFC", text.translate(_FOLDS))  # a mark may be a character of its own


def tokens(text: str, *, goes_on: bool = False) -> list[str]:
    """Return the tokens of *text*; with *goes_on*, as those of a text of which this is the beginning.

    >>> tokens("看看新闻Knews，3月")
    ['看看', '看新', '新闻', '闻', 'knews', '3', '月']
    >>> tokens("新闻", goes_on=True)
    ['新闻']
    """
    found: list[str] = []
    runs = list(_RUN.finditer(folded(text)))
    for place, run in enumerate(runs):
        word = run[0]
        if run[1] is None:
            found.append(word)
            continue
        found += (word[at : at + 2] for at in range(len(word) - 1))
        if not (goes_on and place == len(runs) - 1 and len(word) > 1):
            found.append(word[-1])
    return found


def indexed(text: str) -> str:
    """Return *text* as it goes into an index whose tokenizer parts it at blanks."""
    return " ".join(tokens(text))


@dataclass(frozen=True, slots=True)
class Wanted:
    """A search query, taken apart."""

    terms: tuple[str, ...]
    """The terms as they were written; a text must have all of them."""
    without: tuple[str, ...] = ()
    """Terms that must not be in it."""

    @property
    def match(self) -> str:
        """The expression for SQLite's ``MATCH``; empty where there is nothing to look for."""
        match = " AND ".join(map(_phrase, self.terms))
        return " NOT ".join([f"({match})", *map(_phrase, self.without)]) if match else ""


def wanted(query: str) -> Wanted:
    """Read what somebody wrote: words, ``"a phrase"``, ``-without``; a word may end in ``*``.

    >>> wanted('上海 -天气 "city hall"')
    Wanted(terms=('上海', 'city hall'), without=('天气',))
    >>> wanted("看").match, wanted("看看新闻").match, wanted("…").match
    ('("看"*)', '("看看 看新 新闻")', '')
    """
    terms: tuple[list[str], list[str]] = ([], [])
    for minus, phrase, word in _TERM.findall(query[:MAX_QUERY]):
        if tokens(phrase or word):
            terms[bool(minus)].append(phrase or word)
    return Wanted(tuple(terms[0]), tuple(terms[1]))


def _phrase(term: str) -> str:
    found = tokens(term, goes_on=True)
    is_beginning = term.endswith("*") or bool(re.fullmatch(f"[{_TIGHT}]", found[-1]))
    return f'"{" ".join(found)}"{"*" if is_beginning else ""}'  # tokens have no quotation marks


def spans(text: str, terms: Sequence[str]) -> Iterator[tuple[bool, str]]:
    """Part *text* into what was looked for and what stands between, in turn.

    >>> list(spans("在Ｋnews，看看新闻。", ["knews", "新闻"]))
    [(False, '在'), (True, 'Ｋnews'), (False, '，看看'), (True, '新闻'), (False, '。')]
    """
    at = 0
    for start, end in _places(text, terms):
        if start > at:
            yield False, text[at:start]
        yield True, text[start:end]
        at = end
    if at < len(text):
        yield False, text[at:]


def excerpt(text: str, terms: Sequence[str], length: int) -> str:
    """Cut *text* to some *length* characters around the first of *terms*, or to its beginning.

    >>> excerpt("前" * 50 + "上海" + "后" * 50, ["上海"], 10)
    '…前前前上海后后后后后…'
    """
    first = next(iter(_places(text, terms)), (0, 0))[0]
    start = max(0, min(first - length // 3, len(text) - length))
    cut = text[start : start + length]
    return f"{'…' if start else ''}{cut}{'…' if start + length < len(text) else ''}"


def _places(text: str, terms: Sequence[str]) -> Iterator[tuple[int, int]]:
    pattern = _any_of(tuple(terms))
    if pattern is None:
        return
    plain, origin = folded(text), None
    if len(plain) != len(text) or any(len(_FOLDS[ord(char)]) != 1 for char in set(text)):
        plain, origin = _with_places(text)
    for found in pattern.finditer(plain):
        start, end = found.span()
        yield (start, end) if origin is None else (origin[start], max(origin[end - 1] + 1, origin[end]))


def _with_places(text: str) -> tuple[str, list[int]]:
    """Return *text* as it is compared, and for each character, and the end, where it came from."""
    plain: list[str] = []
    origin: list[int] = []
    for at, char in enumerate(text):
        for each in folded(char):
            joined = unicodedata.normalize("NFC", plain[-1] + each) if plain else ""
            if len(joined) == 1:
                plain[-1] = joined
            else:
                plain.append(each)
                origin.append(at)
    return "".join(plain), [*origin, len(text)]


@lru_cache(maxsize=64)
def _any_of(terms: tuple[str, ...]) -> re.Pattern[str] | None:
    pattern = "|".join(filter(None, map(_pattern, sorted(terms, key=len, reverse=True))))
    return re.compile(pattern) if pattern else None


def _pattern(term: str) -> str:
    runs = [(run[0], run[1] is not None) for run in _RUN.finditer(folded(term))]
    if not runs:
        return ""
    word = rf"[^\W_{_TIGHT}]"
    before = "" if runs[0][1] else f"(?<!{word})"
    after = "" if runs[-1][1] or term.endswith("*") else f"(?!{word})"
    return before + r"[\W_]*".join(re.escape(run) for run, _ in runs) + after
