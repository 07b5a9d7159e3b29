"""Text to value, one small pure function each; the doctest is the specification.

What is stored keeps the characters that the page prints: NFC, never NFKC, which would change ，：（）① and ㎡. Patterns
look at a width-folded copy, because one page prints ``：`` where another prints ``:``; the fold keeps the length, so
what a pattern finds is cut out of the original. ``None`` means that there is nothing here.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from newsspider.text.width import fold_width

if TYPE_CHECKING:
    from collections.abc import Iterable

# --- Any text ---

# Zero width space, non-joiner and joiner, word joiner, byte order mark, soft hyphen: they show nothing and spoil
# comparisons. Nor have control characters a meaning in a text, and databases refuse NUL; half a surrogate pair cannot
# be written as UTF-8.
_INVISIBLE = re.compile(r"[\u200b-\u200d\u2060\ufeff\u00ad\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]")
# The joiner between two emoji makes one picture of them.
_EMOJI = r"\u2190-\u2bff\U0001f000-\U0001faff"
_INVISIBLE_OUTSIDE_EMOJI = re.compile(
    rf"(?!(?<=[{_EMOJI}\ufe0f])\u200d[{_EMOJI}]){_INVISIBLE.pattern}",
)
# U+3000 inside a line is set on purpose, as between the two characters of a name.
_SPACES = re.compile(r"[^\S\u3000]+")


def clean_text(text: str) -> str | None:
    r"""Normalise a title or a paragraph: one line without indent, invisible characters or doubled spaces.

    >>> clean_text("\u3000\u3000用脚板丈量民情\xa0 李强要求\u200b大调研不停步\n")
    '用脚板丈量民情 李强要求大调研不停步'
    >>> clean_text("“（ＡＰＰ）”①㎡")
    '“（ＡＰＰ）”①㎡'
    >>> clean_text(" \xa0\u3000") is None
    True
    """
    text = text.strip()
    if text.isprintable():  # as most texts are: they hold nothing invisible, and no space but the common one
        text = unicodedata.normalize("NFC", text)
        return (" ".join(text.split()) if "  " in text else text) or None
    if _INVISIBLE.search(text):
        text = _INVISIBLE_OUTSIDE_EMOJI.sub("", text)
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip() or None


def fold(text: str) -> str:
    """Give the form in which two texts are compared; it is never stored.

    >>> fold("看看新闻ＫＮＥＷＳ：独家") == fold("看看新闻Knews:独家")
    True
    """
    return fold_width(text).casefold()


# --- The lines around an article ---


class Credit(NamedTuple):
    """The credit of a picture."""

    raw: str
    """As printed, with its brackets."""

    name: str
    """A person, several, or an agency, as printed."""

    role: str | None
    """What the name did, as printed: 摄, 摄影, 供图, 图; ``None`` where only a source is named."""


_ROLE = r"摄影|摄|供图|制图|绘图|图"
_NAME = r"(?P<name>[^\s:()。!?,;“”][^:()。!?,;“”]{0,39}?)"
_LABELLED_CREDIT = re.compile(
    # 图片来源:陈正宝/摄  图源:新华社  摄影:陈正宝  图/视觉中国  摄影 陈正宝
    r"(?P<label>图片来源|图片提供|图源|图片|照片|摄影记者|摄影师|摄影|供图|制图|绘图|摄|图)"
    r"(?:\s?[:/|]\s?|(?<=来源|图源|摄影)\s)"
    rf"{_NAME}(?:(?:\s?[\s/|]\s?|(?=摄(?!影)))(?P<role>{_ROLE}))?"
)
_CREDIT = re.compile(rf"{_NAME}(?:\s(?!图)|\s?[/|]\s?)(?P<role>{_ROLE})")  # 陈正宝 摄  陈正宝/摄
# (陈正宝摄): without its brackets this could be the end of any sentence.
_BRACKETED_CREDIT = re.compile(rf"{_NAME}(?P<role>摄影?|供图)")
_SOURCE_LABELS = frozenset({"图片来源", "图片提供", "图源", "图片", "照片"})


def parse_credit(text: str) -> Credit | None:
    """Read a line that says whose picture it is.

    >>> parse_credit("(图片来源:陈正宝/摄)")
    Credit(raw='(图片来源:陈正宝/摄)', name='陈正宝', role='摄')
    >>> parse_credit("（摄影：陈正宝）")
    Credit(raw='（摄影：陈正宝）', name='陈正宝', role='摄影')
    >>> parse_credit("图源：新华社")
    Credit(raw='图源：新华社', name='新华社', role=None)
    >>> parse_credit("今天(1月9日)上午,大会在上海展览中心举行。") is None
    True
    """
    line = clean_text(text)
    if line is None:
        return None
    folded = fold_width(line)
    bracketed = folded[0] == "(" and folded[-1] == ")"
    span = (1, len(folded) - 1) if bracketed else (0, len(folded))
    if match := _LABELLED_CREDIT.fullmatch(folded, *span):
        label = match["label"]
        role = match["role"] or (None if label in _SOURCE_LABELS else label)
    elif (match := _CREDIT.fullmatch(folded, *span)) or (
        bracketed and (match := _BRACKETED_CREDIT.fullmatch(folded, *span))
    ):
        role = match["role"]
    else:
        return None
    return Credit(raw=line, name=line[slice(*match.span("name"))].strip(), role=role)


class KeywordsLine(NamedTuple):
    """The line of keywords under an article."""

    raw: str
    """As printed, with its label."""

    keywords: tuple[str, ...] | None
    """In page order; ``None`` where they run together, which no dictionary parts reliably."""


_KEYWORDS_LABEL = re.compile(r"(?:[【\[](?:关键[词字]|标签)[】\]]\s?[:：]?|(?:关键[词字]|标签)\s?[:：])\s?")
_KEYWORD_MARK = re.compile(r"[、,，;；|｜]")
_HAN = r"\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_HAN_CHARACTER = re.compile(f"[{_HAN}]")


def parse_keywords_line(text: str) -> KeywordsLine | None:
    """Read the line of keywords, parted where it has marks between them.

    Spaces part them only when each part has a Chinese character, as a Latin keyword can hold a space.

    >>> parse_keywords_line("关键词： 李强、群众、企业")
    KeywordsLine(raw='关键词： 李强、群众、企业', keywords=('李强', '群众', '企业'))
    >>> parse_keywords_line("【关键词】上海 进博会").keywords
    ('上海', '进博会')
    >>> parse_keywords_line("关键词: 李强群众企业大调研作风").keywords is None
    True
    """
    line = clean_text(text)
    label = line and _KEYWORDS_LABEL.match(line)
    if not line or not label:
        return None
    words = line[label.end() :]
    parts = tuple(word for part in _KEYWORD_MARK.split(words) if (word := part.strip()))
    if len(parts) == 1:
        parts = tuple(words.split())
        if len(parts) == 1 or not all(_HAN_CHARACTER.search(part) for part in parts):
            return KeywordsLine(raw=line, keywords=None)
    return KeywordsLine(raw=line, keywords=parts)


class CopyrightNotice(NamedTuple):
    """The notice of rights under an article."""

    raw: str
    """As printed."""

    exclusive: bool
    """Whether it claims that the article is the publisher's exclusive, 独家."""


_NOTICE_LABEL = re.compile(r"[【\[]版权声明[】\]]|版权声明\s?(?:[:：]|$)|版权声明\s(?=本)")
_EXCLUSIVE = re.compile("(?<!非)独家")


def parse_copyright(text: str) -> CopyrightNotice | None:
    """Read a notice with its label, 版权声明 or 【版权声明】; a sentence about such notices is none.

    >>> parse_copyright("版权声明:本文系看看新闻Knews独家稿件,未经授权,不得转载").exclusive
    True
    >>> parse_copyright("看东方(上海)传媒有限公司 版权所有") is None
    True
    """
    line = clean_text(text)
    if line is None or not _NOTICE_LABEL.match(line):
        return None
    return CopyrightNotice(raw=line, exclusive=_EXCLUSIVE.search(line) is not None)


_MODIFIED = r"(?:更正|勘误|订正|修正|修订|修改|更新)"
_ITSELF = r"(?:本文|此文|该文|本稿|此稿|本报道|本新闻|本网页|本页|原文|原稿|前文|此前报道|文章|稿件|报道|标题|内容)"
# By first letters, which is eight times as fast as by words: every line of every page is asked.
_MAY_SAY_MODIFIED = re.compile(r"[更勘订修CcUuEe](?:[正误订改新]|orrect|larif|pdate|ditor|ORRECT|LARIF|PDATE|DITOR)")
_SAYS_MODIFIED = re.compile(
    # 更正:… 【更新】… (编者更正)… 勘误说明 | 本文已于1月30日修改 | 最后更新:… | 修改于2026-… | 更新了本文
    # | Updated: … | Updated on 9 January
    rf"^[【\[(〔「*]?(?:编者|编辑|编辑部|本网|本台|本报)?{_MODIFIED}(?:说明|启事|声明|通知)?(?:[】\])〕」:]|$)"
    rf"|[【\[(〔]{_MODIFIED}[^】\])〕]{{0,6}}[】\])〕]"
    rf"|{_ITSELF}[^。!?;]{{0,24}}{_MODIFIED}"
    rf"|(?:最后|最近|最新)(?:修改|更新|修订)(?:时间|日期|于)?[:\d]"
    rf"|(?:修改|更新|修订)(?:于|时间|日期)?:?\d{{4}}[-/.年]\d"
    rf"|{_MODIFIED}了?(?:本文|此文|原文|标题|报道)"
    r"|^[\[(*]*(?:corrections?|corrected|clarifications?|updated?|editor['’]?s?note)"
    r"(?:on[a-z]{0,9}\.?\d|\b.{0,30}?(?::|\]|\)|\d{4}))"
)
_LONGEST_NOTE = 300  # characters; of a longer paragraph the beginning is looked at


def says_modified(line: str) -> bool:
    """Tell whether a line of an article says that the article itself was corrected, updated or modified.

    >>> [says_modified(line) for line in ("更正：前文有误。", "（本文于1月30日更新）", "修改时间：2026-01-30 10:00")]
    [True, True, True]
    >>> says_modified("上海的城市更新今天启动，新修订的办法明年施行。")
    False
    """
    if not _MAY_SAY_MODIFIED.search(line):  # nearly every line
        return False
    return _SAYS_MODIFIED.search("".join(fold(line[:_LONGEST_NOTE]).split())) is not None


# --- Numbers ---

MAX_NATURAL = 2**53
"""The largest number of things: up to here every program reads the same number."""

_DIGITS = re.compile(r"[0-9]{1,16}")


def natural(value: object) -> int | None:
    """Read a number of things, or seconds, as a program or a page writes it; ``None`` for all else.

    >>> [natural(value) for value in (0, 12.0, "12", 2**53)]
    [0, 12, 12, 9007199254740992]
    >>> [natural(value) for value in (True, -1, 1.5, 10**20, float("nan"), float("inf"), "1.2万", "十二", [], None)]
    [None, None, None, None, None, None, None, None, None, None]
    """
    if isinstance(value, str):
        value = int(value) if _DIGITS.fullmatch(value) else None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return int(value) if 0 <= value <= MAX_NATURAL and value == int(value) else None


# --- Length ---


class TextCounts(NamedTuple):
    """The length of a text."""

    chars: int
    """Characters other than white space."""

    han: int
    """Chinese characters, without punctuation."""

    words: int
    """Each Chinese character, and each run of other letters and digits."""

    paragraphs: int
    """Those that are not empty."""


# Runs, because a match for each character of a page would cost more than parsing it.
_HAN_RUN = re.compile(f"[{_HAN}]+")
_OTHER_WORD = re.compile(r"[^\W_]+(?:(?:['’.]|(?<=[0-9]),(?=[0-9]))[^\W_]+)*")  # asked where no Han is left


def count_text(paragraphs: Iterable[str]) -> TextCounts:
    """Count as word processors do for Chinese, by Unicode's default word boundaries (UAX #29) without a dictionary.

    A Chinese character is a word, and so is a run of other letters and digits, with the points, apostrophes and
    thousands commas inside it; punctuation is none.

    >>> count_text(["国务院决定:免去曾国卫职务", "Knews 24 is 1,000.5 m²"])
    TextCounts(chars=31, han=12, words=17, paragraphs=2)
    """
    texts = [text for text in paragraphs if text and not text.isspace()]
    text = "\n".join(texts)
    rest, runs = _HAN_RUN.subn(" ", text)
    han = len(text) - len(rest) + runs
    return TextCounts(
        chars=han + len("".join(rest.split())),
        han=han,
        words=han + len(_OTHER_WORD.findall(rest)),
        paragraphs=len(texts),
    )
