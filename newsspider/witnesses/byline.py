"""The people whom a page names: who wrote an article, who edited it, who took its pictures.

A byline is roles and names in turn, ``记者:张三 李四 责任编辑:王五``, on a line of its own or beside the date.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from newsspider.items import Person

_WRITERS = "记者|作者|撰稿|撰文|通讯员"
_EDITORS = "编辑|责编|主编|编审"
_PHOTOGRAPHERS = "摄影"
# Named beside them, and no field of a record.
_OTHERS = "校对|审核|审校|监制|摄像|拍摄|剪辑|后期|制作|配音|策划|统筹|签发|终审"
_KIND = re.compile(rf"(?P<writer>{_WRITERS})|(?P<editor>{_EDITORS})|(?P<photographer>{_PHOTOGRAPHERS})|{_OTHERS}")

ROLE = (
    r"(?:实习|见习|特约|责任|新媒体|值班|首席|高级)?"
    rf"(?:{_WRITERS}|{_EDITORS}|{_PHOTOGRAPHERS}|{_OTHERS})"
)
"""Pattern of what somebody did."""

NAME = r"[\u4e00-\u9fff·]{2,4}"
"""Pattern of a Chinese name."""

_ROLE = re.compile(rf"({ROLE})\s*[:\uff1a丨|/]\s*")
# Without a colon only an editor, and only a name: anything may follow 记者 in a heading.
_EDITOR_AND_NAME = re.compile(rf"((?:责任|实习|值班|新媒体)?(?:编辑|责编))(\s+{NAME}(?:[\s、]{NAME}){{0,3}})")
_SEPARATOR = re.compile(r"[\s、,\uff0c;\uff1b/|]+")
_SENTENCE = re.compile(r"[。!\uff01?\uff1f]")
_BRACKETS = "()\uff08\uff09[]【】"
_MAX_NAME = 20


class Byline(NamedTuple):
    """People in the order printed."""

    authors: list[Person]
    editors: list[Person]
    photographers: list[Person]


def read_byline(text: str) -> Byline | None:
    """Read a line that is a byline and nothing else; ``None`` for any other line.

    >>> byline = read_byline("(看看新闻Knews记者:张三 李四 实习编辑:王五 校对:赵六)")
    >>> byline.authors
    [Person(name='张三', role='记者'), Person(name='李四', role='记者')]
    >>> byline.editors
    [Person(name='王五', role='实习编辑')]
    >>> read_byline("记者:你怎么看?他没有回答,转身走了。") is None
    True
    """
    bracketed = text[0] in _BRACKETS and text[-1] in _BRACKETS
    line = text.strip(_BRACKETS)
    before, *roles_and_names = _ROLE.split(line)
    if not roles_and_names and (match := _EDITOR_AND_NAME.fullmatch(line)):
        before, roles_and_names = "", [match[1], match[2]]
    if not roles_and_names or (before and not bracketed):
        return None
    byline = Byline([], [], [])
    for role, names in zip(roles_and_names[::2], roles_and_names[1::2], strict=True):
        kind = _KIND.search(role)
        assert kind is not None
        for name in _SEPARATOR.split(names.strip()):
            if len(name) > _MAX_NAME or _SENTENCE.search(name):
                return None
            if name and kind.lastgroup:
                people = {"writer": byline.authors, "editor": byline.editors, "photographer": byline.photographers}
                people[kind.lastgroup].append(Person(name=name, role=role))
    return byline
