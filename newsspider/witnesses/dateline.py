"""The line under a title: when an article was published, where it is from, and what else is printed beside that.

2019-01-09 17:04:22 看看新闻Knews
来源：看看新闻Knews 2019年01月09日 17:04 责任编辑：张三 阅读 1.2万
发布时间：2019-01-09 17:04:22 | 更新时间：2019-01-10 09:00:00
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from newsspider.dates import ABSOLUTE_DATE, ANY_DATE
from newsspider.processors import fold_width
from newsspider.witnesses.byline import NAME, ROLE, Byline, read_byline
from newsspider.witnesses.chrome import IN_LINE

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_LENGTH = 120
"""Characters; a longer line is a paragraph."""

NODE_END = "\x1f"
"""Stands between the nodes of a line; white space to every pattern."""

_MAX_SOURCE = 40  # characters of a name without a label
_CHANGED = r"(?:最[后近新])?(?:更新|修改|编辑)"
_LABEL = rf"(?:(?:(?P<changed>{_CHANGED})|发布|发表|上线)(?:时间|日期|于)?|时间|日期)\s*:?\s*"
_SUFFIX = r"(?:\s*(?:(?P<changed_then>更新|修改)|发布|发表)(?!时间|日期|于|\s*:))?"
_OPEN, _CLOSE = r"(?:[(\[【]\s*)?", r"(?:\s*[)\]】])?"
_ABSOLUTE = re.compile(rf"{_OPEN}(?:{_LABEL})?(?P<date>{ABSOLUTE_DATE}){_SUFFIX}{_CLOSE}")
_ANY = re.compile(rf"\s*(?:{_LABEL})?(?P<date>{ANY_DATE}){_SUFFIX}")
_PART = re.compile(
    r"(?P<source>(?:信息|新闻|稿件|文章)?来源|稿源|出处)\s*:\s*"
    rf"|(?P<role>(?<!\w)(?:{ROLE})(?:\s*[:|/]\s*|\s+(?={NAME}(?!\w))))"
    rf"|(?P<chrome>{IN_LINE})"
)
_STRUCTURE = re.compile(r"[\s\d:\uff1a/|\uff5c丨]|字[号体]|听新闻|打印|纠错|分享")
_SEPARATORS = " \t\n\xa0\u3000|\uff5c丨·•/-—:\uff1a" + NODE_END
_SENTENCE = re.compile(r"[,\uff0c。!\uff01?\uff1f;\uff1b“”]")


class Parts(NamedTuple):
    """What a line says besides its dates."""

    source: str | None
    """The name behind the label 来源."""

    byline: Byline
    loose: list[str]
    """Texts without a label."""


class Dateline(NamedTuple):
    """What the line says; a date as printed, without its label."""

    published: str | None
    modified: str | None
    source: str | None
    byline: Byline


def read_dateline(line: str, *, any_date: bool = False) -> Dateline | None:
    r"""Read a line, its nodes parted by ``NODE_END``; ``None`` where it says more than a date and where that is from.

    With *any_date* it may also begin with a relative date, or one without a year.

    >>> line = read_dateline("来源：看看新闻Knews 2019年01月09日 17:04 责任编辑：张三 阅读 1.2万")
    >>> line.published, line.source, line.byline.editors
    ('2019年01月09日 17:04', '看看新闻Knews', [Person(name='张三', role='责任编辑')])
    >>> read_dateline("李强2019-01-09 17:04:22在上海出席大会") is None
    True
    """
    if len(line) > MAX_LENGTH:
        return None
    folded = fold_width(line)
    found = list(_ABSOLUTE.finditer(folded))
    if not found and any_date and (match := _ANY.match(folded)):
        found = [match]
    if not found:
        return None
    dates: dict[bool, str] = {}
    for match in reversed(found):
        changed = bool(match["changed"] or match["changed_then"])
        dates[changed] = _printed(line[slice(*match.span("date"))])
    begin = found[0].start()
    before, after = read_parts(line[:begin]), read_parts(_blank(line, found)[begin:])
    if any(len(text) > _MAX_SOURCE or _SENTENCE.search(text) for text in (*before.loose, *after.loose)):
        return None
    if before.loose and (after.loose or line[begin - 1] not in _SEPARATORS):
        return None  # a date within other words
    loose = before.loose or after.loose
    return Dateline(
        published=dates.get(False),
        modified=dates.get(True),
        source=before.source or after.source or (" ".join(loose) or None),
        byline=Byline(*(one + other for one, other in zip(before.byline, after.byline, strict=True))),
    )


def read_parts(text: str) -> Parts:
    """Part a line, or the rest of one, at its labels.

    >>> read_parts("来源:看看新闻Knews 编辑:张三 阅读 1.2万").source
    '看看新闻Knews'
    """
    if not _STRUCTURE.search(text.strip()):  # nothing or a name, as beside most dates
        return Parts(None, Byline([], [], []), [name] if (name := _name(text)) else [])
    marks = list(_PART.finditer(fold_width(text)))
    starts = [mark.start() for mark in marks]
    loose = [text[: starts[0]] if marks else text]
    source = None
    people = []
    for mark, end in zip(marks, [*starts[1:], len(text)], strict=False):
        value, _, rest = text[mark.end() : end].strip(" " + NODE_END).partition("\n")
        if mark["source"]:
            source = source or _name(value)
        elif mark["role"]:
            people.append(f"{mark['role'].rstrip(_SEPARATORS)}:{value}")
        else:
            loose.append(value)
        loose.append(rest)
    byline = read_byline(" ".join(people)) if people else None
    names = [name for part in "\n".join(loose).split("\n") if (name := _name(part))]
    return Parts(source, byline or Byline([], [], []), names)


def _blank(line: str, found: Iterable[re.Match[str]]) -> str:
    """*line* with a line break in place of each date."""
    for match in found:
        line = line[: match.start()] + "\n" * len(match[0]) + line[match.end() :]
    return line


def _name(text: str) -> str | None:
    return text.strip(_SEPARATORS).replace(NODE_END, "") or None


def _printed(date: str) -> str:
    return date.replace(NODE_END, " ").strip()
