"""The line under a title: when an article was published, where it is from, and what else is printed beside that.

2019-01-09 17:04:22 看看新闻Knews
来源：看看新闻Knews 2019年01月09日 17:04 责任编辑：张三 阅读 1.2万
发布时间：2019-01-09 17:04:22 | 更新时间：2019-01-10 09:00:00
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from newsspider.parsing.byline import NAME, ROLE, STRICT_NAME, Byline, read_byline
from newsspider.parsing.chrome import IN_LINE
from newsspider.record.items import Person
from newsspider.text.dates import ABSOLUTE_DATE, ANY_DATE, REST_OF_DATE, fold_date
from newsspider.text.width import fold_width

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_LENGTH = 120
"""Characters; a longer line is a paragraph."""

YEAR = re.compile(
    r"[12\uff11\uff12一二][\d零〇○一二三四五六七八九]{3}\s{0,3}[-/.年\u2010-\u2014\u2212\uff0d\uff0f\uff0e]"
)
"""What may be the year of a date; whether it is one shows when the line is read."""

NODE_END = "\x1f"
"""Stands between the nodes of a line; white space to every pattern."""

_MAX_SOURCE = 40  # characters of a name without a label
_CHANGED = r"(?:本文)?(?:最[后近新]|last\s+)?(?:更新|修[改订]|编辑|updated|modified)"
_PUBLISHED = r"(?:本文|已)?发[布表稿]|首?次?上[线架稿传]|出版|刊[登出载]|公开|掲载|配信|published|posted"
OF_SOMETHING_ELSE = (
    r"(?:截止|截至|到期|失效|废止|有效|报名|征集|投稿|预约|活动|举[办行]|会议|开庭|演出|展[览出]|比赛|考试|开始|结束|起止"
    r"|当前|现在|系统|登录|成文|实施|施行|生效|拍摄|录制|采访)"
    r"(?:的?(?:时间|日期|期限?|日)\s*[:\uff1a/|丨]?|[于至]|\s*[:\uff1a])\s*"
)
"""Pattern of the label of a day on which an article was not published; it looks at folded text."""
_LABEL = (
    rf"(?P<else>{OF_SOMETHING_ELSE})|"
    rf"(?P<label>(?i:(?:(?P<changed>{_CHANGED})|{_PUBLISHED})(?:(?P<of>时间|日期|于)|日|\s+(?:on|at)\b)?|date)|时间|日期)"
    r"\s*[:/|丨]?\s*"
)
# What stands after a date belongs to it where nothing stands before it, and no other word follows.
_SUFFIX = (
    r"(?(label)|(?:\s*(?P<suffix>(?P<changed_then>更新|修改)|发[布表]|刊登|出版|配信)"
    r"(?!(?![来来]源|作者|记者|编辑|责)[^\W\d_]|\s*[:/|丨]|\s*[0-9]{1,2}:[0-9]))?)"
)
_OPEN, _CLOSE = r"(?:[(\[【]\s*)?", r"(?:\s*[)\]】])?"
_ABSOLUTE = re.compile(rf"{_OPEN}(?:{_LABEL})?(?P<date>{ABSOLUTE_DATE}){_SUFFIX}{_CLOSE}")
_ANY = rf"\s*(?:{_LABEL})?(?P<date>{ANY_DATE}){_SUFFIX}"  # few pages need it, and it takes long to compile
_PART = re.compile(
    r"(?P<source>(?:(?:信息|新闻|稿件|文章|消息|资料)?来源(?:于|自)?|稿源|出处|来自|[转摘]自|转载自|(?i:source))\s*[:/|丨]\s*"
    r"|(?<!\w)(?:(?:信息|新闻|稿件|文章)?来源于?|来自|转自)\s+(?=\w|《))"
    rf"|(?P<report>记者\s?{NAME}(?:[、\s]{NAME}){{0,3}}\s*/\s*[\u4e00-\u9fff]{{2,8}}报[导道])"
    rf"|(?P<role>(?<!\w)记者(?={NAME}(?!\w))|(?:(?:{ROLE})\s*:|(?<!\w)(?:{ROLE})\s*[|/])\s*"
    rf"|(?:(?<!\w)(?:{ROLE})|记者)\s+(?={NAME}(?!\w)))"
    rf"|(?P<chrome>{IN_LINE})"
)
_STRUCTURE = re.compile(
    r"[\s\d:\uff1a/|\uff5c丨]|字[号体號體]|听新闻|打印|纠错|分享|[来來转轉]自|[来來]源[于於]|[记記]者"
)
_SEPARATORS = " \t\n\xa0\u3000|\uff5c丨·•∙・/\uff0f-—~:\uff1a" + NODE_END
_SENTENCE = re.compile(r"[,\uff0c。!\uff01?\uff1f;\uff1b“”]")
_LUNAR_BEFORE = re.compile(r"[农阴夏旧舊]历[\s:]*\Z")
_LUNAR_AFTER = re.compile(r"[\s(\[]*[农阴夏旧舊]历[\s)\]]*\Z")
# A text beside a date that says what it is, or what was done, is no name; nor is a number with its unit.
_NO_NAME = re.compile(
    rf"[\s{re.escape('|丨·•/-—')}]*(?:{REST_OF_DATE}|[(\[【])"
    r"|[\W\d_]*\Z|.\Z|.*[:=>»]"
    r"|[@#~∙・_+<>&]"
    r"|[\d.,]+\s?[万千亿wk]?\+?\s?(?:[字次人条个秒]|分钟|小时|views?|comments?|likes?|h[0-9]).{0,4}\Z"
    r"|(?:阅读|浏览|点击|播放|观看|评论)(?:量|次?数|人数)\Z|约?[\s\d]+分钟|(?:全文|约|共)\s?[约共]?\s?\d"
    rf"|(?:{_CHANGED}|{_PUBLISHED})(?:于|者|\W|\Z)|by\s|views?\b|记者|作者|编辑|责编|责任编辑|ip\s?属地"
    r"|[文图](?:[/、]?图)?\s?[/|丨]|[农阴夏旧舊]历|[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥]年"
    r"|第\s?[0-9]+\s?[版期]|[A-H]?[0-9]{1,2}\s?版|[至到]?\s?[0-9]{1,2}日?\Z"
    r"|(?:标签|(?:所属)?分类|栏目|频道|关键[词字]|正文|[^()]*\)|.*(?:创作者|官方[账帐]号))\Z"
    # Where somebody was, as the law has platforms say of who posts there.
    r"|(?:来自|发[布表]于)?(?:北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南"
    r"|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门)[省市]?\Z",
    re.IGNORECASE,
)
_BUTTON = (
    r"(?:(?:我要|参与|查看|发表|写|看)?评论|(?:手机|全屏|倍速|大屏)?(?:看|观看|播放)"
    r"|听(?:全文|新闻|文章|音频)?|点赞|收藏|分享|关注|转[发载]|举报|纠错|打印|列印|关闭|返回|原创|正文|原文(?:链接)?"
    r"|扫码(?:阅读|观看)?|选稿|[大中小]字号|本页|订阅|朗读|下载|投稿|字[号体]|t?[大中小]|a[+-]|[+-])"
)
_BUTTONS = re.compile(rf"(?:[\s|丨·/]*{_BUTTON}(?:[\s|丨·/()\[\]]+|\Z))+", re.IGNORECASE)
_BUTTONS_BEHIND = re.compile(rf"(?:(?<![\s|丨·/])[\s|丨·/]+{_BUTTON})+[\s|丨·/]*\Z", re.IGNORECASE)


_PEOPLE_BEHIND = re.compile(
    r"(?P<paper>[^\s|\uff5c丨·/\uff0f]{1,20}(?:[报報社网網台刊]|[报報][道导導]|新[闻聞]|在[线線]|客[户戶]端))[\s|\uff5c丨·/\uff0f]+"
    rf"(?P<names>{STRICT_NAME}(?<![报報社网網台刊站部])(?:[\s、]+{STRICT_NAME}(?<![报報社网網台刊站部])){{0,3}})\s*"
)
_SPACES = re.compile(r"[\s、]+")
# A clock, a bracket that was opened before the label.
_BEHIND_SOURCE = re.compile(r"(?:\s+[0-9]{1,2}[:\uff1a][0-9]{2}\b.*|[\]】\s]+)\Z")
_LETTER = re.compile(r"\w")
_CLOCK = re.compile(r"[0-9]\s?[:时点]")
_REPORTERS = re.compile(r"[记記]者\s?|\s*[/\uff0f].*")
_OF_DATE = re.compile(rf"\W*(?:{REST_OF_DATE})|.*[0-9]\s?[:.h时点-]\s?[0-9]|[\W\d_]*\Z")


class Parts(NamedTuple):
    """The parts of a line besides its dates."""

    source: str | None
    """The name after the label 来源."""

    byline: Byline
    loose: list[str]
    """Names without a label."""

    unread: list[str]
    """Other texts, which are no names."""


class Dateline(NamedTuple):
    """The content of the line; a date as printed, without its label."""

    published: str | None
    modified: str | None
    source: str | None
    is_labelled: bool
    """Whether the source stands after a label, and is no other name beside the date."""

    byline: Byline
    unread: list[str]
    """Texts of the line that are neither a name nor a button, nor a date that can be read."""

    @property
    def unread_of_date(self) -> list[str]:
        """Those that seem to be a part of the date: a clock, a weekday, a zone."""
        return [text for text in self.unread if _OF_DATE.match(fold_date(fold_width(text)))]


def read_dateline(line: str, *, any_date: bool = False) -> Dateline | None:
    r"""Read a line, its nodes parted by ``NODE_END``; ``None`` where it says more than a date and where that is from.

    With *any_date* it may also have a relative date, or one without a year: where it begins, or with a clock where one
    of its nodes does.

    >>> line = read_dateline("来源：看看新闻Knews 2019年01月09日 17:04 责任编辑：张三 阅读 1.2万")
    >>> line.published, line.source, line.byline.editors
    ('2019年01月09日 17:04', '看看新闻Knews', [Person(name='张三', role='责任编辑')])
    >>> read_dateline("李强2019-01-09 17:04:22在上海出席大会") is None
    True
    """
    if len(line) > MAX_LENGTH:
        return None
    folded = fold_date(fold_width(line))
    found = list(_ABSOLUTE.finditer(folded))
    if not found and any_date and (match := _any_date(folded)):
        found = [match]
    if not found:
        return None
    begin, end, all_found = found[0].start(), found[-1].end(), found
    found = [match for match in found if not match["else"]]
    if not found:
        return None
    if _LUNAR_BEFORE.search(folded, 0, begin) or _LUNAR_AFTER.match(folded, end):
        return None
    dates: dict[bool, str] = {}
    for match, is_change in reversed(list(zip(found, _changes(found, folded), strict=True))):
        dates[is_change] = _printed(line[slice(*match.span("date"))])
    before, after = read_parts(line[:begin]), read_parts(_blank(line, all_found)[begin:])
    beside = [*before.loose, *before.unread, *after.loose, *after.unread]
    if any(len(text) > _MAX_SOURCE or _SENTENCE.search(text) for text in beside):
        return None
    if before.loose or before.unread:
        # A date within other words, or under a label of which it is not known what it dates.
        is_apart = line[begin - 1] in _SEPARATORS or all_found[0]["of"] or not all_found[0][0][0].isalnum()
        if (before.loose and after.loose) or not is_apart or folded[:begin].rstrip().endswith(":"):
            return None
    loose = before.loose or after.loose
    labelled = before.source or after.source
    source, people = _without_people(labelled or " ".join(loose))
    authors, *others = (one + other for one, other in zip(before.byline, after.byline, strict=True))
    return Dateline(
        published=dates.get(False),
        modified=dates.get(True),
        source=source or None,
        is_labelled=labelled is not None,
        byline=Byline(authors or people, *others),
        unread=before.unread + after.unread,
    )


def _any_date(folded: str) -> re.Match[str] | None:
    """A date of any sort where the line begins, or with a clock where one of its nodes does; a day alone may be any."""
    of_any_sort = re.compile(_ANY)
    if match := of_any_sort.match(folded):
        return match
    behind = (of_any_sort.match(folded, node.end()) for node in re.finditer(NODE_END, folded))
    return next((match for match in behind if match and _CLOCK.search(match["date"])), None)


def _without_people(source: str) -> tuple[str, list[Person]]:
    """Part the name of a paper from the people named after it: 港口日报 | 王乐文."""
    if (match := _PEOPLE_BEHIND.fullmatch(source)) is None:
        return source, []
    names = _SPACES.split(match["names"].strip())
    return match["paper"], [Person(name=name) for name in names if name]


def _changes(found: list[re.Match[str]], folded: str) -> list[bool]:
    """Say for each date whether it is that of a change; a word between two dates is of that which has no other."""
    changes = [bool(match["changed"] or match["changed_then"]) for match in found]
    for n, (one, other) in enumerate(pairwise(found)):
        if one["suffix"] and not (other["label"] or other["suffix"]) and not folded[one.end() : other.start()].strip():
            changes[n], changes[n + 1] = False, changes[n]
    return changes


def read_parts(text: str) -> Parts:
    """Part a line, or the rest of one, at its labels.

    >>> read_parts("来源:看看新闻Knews 编辑:张三 阅读 1.2万").source
    '看看新闻Knews'
    """
    if not _STRUCTURE.search(text.strip()):  # nothing or a name, as beside most dates
        return Parts(None, Byline([], [], []), *_names([text]))
    folded = fold_date(fold_width(text))
    marks = list(_PART.finditer(folded))
    starts = [mark.start() for mark in marks]
    loose = [text[: starts[0]] if marks else text]
    source = None
    people = []
    for mark, end in zip(marks, [*starts[1:], len(text)], strict=False):
        value, _, rest = text[mark.end() : end].strip(" " + NODE_END).partition("\n")
        if mark["source"]:
            first = value.partition(NODE_END)[0]  # behind a name that is a node, another one says something else
            name = first if len(first) > 1 else value
            source = source or _name(_BEHIND_SOURCE.sub("", _without_buttons(name)))
        elif mark["report"]:
            people.append(f"记者:{_REPORTERS.sub('', text[slice(*mark.span('report'))])}")
            loose.append(value)
        elif mark["role"]:
            people.append(f"{text[slice(*mark.span('role'))].rstrip(_SEPARATORS)}:{value}")
        else:
            loose.append(value)
        loose.append(rest)
    byline = read_byline(" ".join(people)) if people else None
    return Parts(source, byline or Byline([], [], []), *_names("\n".join(loose).split("\n")))


def _names(texts: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return those of *texts* that can be names, and those that cannot and are no buttons."""
    names: list[str] = []
    unread: list[str] = []
    for text in filter(None, texts):
        name = _name(_without_buttons(text))
        if name is None:
            continue
        folded = fold_date(fold_width(name))
        if not _NO_NAME.match(folded):
            names.append(name)
        elif _LETTER.search(folded):
            unread.append(name)
    return names, unread


def _without_buttons(text: str) -> str:
    folded = fold_date(fold_width(text))
    before = _BUTTONS.match(folded)
    behind = _BUTTONS_BEHIND.search(folded, before.end() if before else 0)
    return text[before.end() if before else 0 : behind.start() if behind else len(text)]


def _blank(line: str, found: Iterable[re.Match[str]]) -> str:
    """*line* with a line break in place of each date."""
    for match in found:
        line = line[: match.start()] + "\n" * len(match[0]) + line[match.end() :]
    return line


def _name(text: str) -> str | None:
    return text.strip(_SEPARATORS).replace(NODE_END, "") or None


def _printed(date: str) -> str:
    return date.replace(NODE_END, " ").strip()
