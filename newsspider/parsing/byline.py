"""The people whom a page names: who wrote an article, who edited it, who took its pictures.

A byline is roles and names in turn, ``记者:张三 李四 责任编辑:王五``, on a line of its own or beside the date.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from newsspider.record.items import Person
from newsspider.text.width import fold_width

_HELPERS = "通[讯訊][员員]|[实實][习習]生"
_WRITERS = rf"[记記]者|作者|撰稿人?|撰文|采写|[执執][笔筆]|[图圖]文|{_HELPERS}"
_EDITORS = "[编編][辑輯]|[责責][编編]|主[编編]|[编編][审審]"
_PHOTOGRAPHERS = "[摄攝]影"
# Named beside them, and no field of a record.
_OTHERS = (
    "校[对對]|[审審]核|[审審]校|[监監]制|[监監]製|[摄攝]像|拍[摄攝]|剪[辑輯]|[后後]期|制作|製作|配音|策[划劃]|[统統][筹籌]"
    "|[签簽][发發]|[终終][审審]|翻[译譯]|[编編][译譯]|美[编編]|供稿|供[图圖]|值班主任"
)
_KIND = re.compile(
    rf"(?P<writer>{_WRITERS}|\A文字?\Z)|(?P<editor>{_EDITORS})|(?P<photographer>{_PHOTOGRAPHERS}|\A[图圖]片?\Z)|{_OTHERS}"
)

# 文 and 图 are words too: they say who did it where a sign follows, and the latter behind another name or before 文.
_BY_SIGN = (
    r"(?:(?<![\u4e00-\u9fff])文字?|(?<=[\u4e00-\u9fff]\s)[图圖]片?"
    r"|\A[图圖]片?(?=\s*[:\uff1a丨|\uff5c/\uff0f][^。]{1,20}\s文字?\s*[:\uff1a丨|\uff5c/\uff0f]))(?=\s*[:\uff1a丨|\uff5c/\uff0f])"
)
_IS_BY_SIGN = re.compile("文字?|[图圖]片?")
ROLE = (
    r"(?:(?:[实實][习習]|[见見][习習]|特[约約]|[责責]任|新媒[体體]|值班|首席|高[级級]|[执執]行|[总總]|版面|[网網][络絡])?"
    rf"(?:{_WRITERS}|{_EDITORS}|{_PHOTOGRAPHERS}|{_OTHERS})|{_BY_SIGN})"
)
"""Pattern of what somebody did."""

_OF_PARTS = r"[\u4e00-\u9fff]{2,8}(?:[·•‧・][\u4e00-\u9fff]{2,8}){1,3}"
"""Pattern of a name as peoples other than the Han have it: 阿不都热依木·买买提."""

NAME = rf"(?:{_OF_PARTS}|[\u4e00-\u9fff·]{{2,4}})"
"""Pattern of a Chinese name."""

_ROLE = re.compile(rf"({ROLE})\s*[:\uff1a丨|\uff5c/\uff0f]\s*")
# Without a colon only an editor first, and only names: anything may follow 记者 in a heading.
_AND_NAMES = rf"(?:[\s、](?!{ROLE}(?:[\s、]|\Z)){NAME}){{0,3}}"
_EDITOR_AND_NAME = re.compile(
    rf"(?:[责責]任|[实實][习習]|值班|新媒[体體])?(?:[编編][辑輯]|[责責][编編])\s+{NAME}{_AND_NAMES}(?:\s+{ROLE}\s+{NAME}{_AND_NAMES}){{0,3}}"
)
_ROLE_ALONE = re.compile(rf"(?:^|(?<=\s))({ROLE})\s+(?={NAME})")
# Where neither a colon nor a bracket parts a role from names, they have to be names: two or three characters of which
# the first is a family name. These are the names of most people.
_FAMILY = (
    "王李張张劉刘陳陈楊杨黃黄趙赵吳吴周徐孫孙馬马朱胡郭何林高羅罗鄭郑梁謝谢宋唐許许韓韩鄧邓馮冯曹彭曾肖蕭萧田董潘袁蔡蔣蒋"
    "余于杜葉叶程魏蘇苏呂吕丁任盧卢姚沈鍾钟姜崔譚谭陸陆范汪廖石金韋韦賈贾夏傅方鄒邹熊白孟秦邱侯江尹薛閆闫段雷龍龙黎史陶賀贺"
    "毛郝顧顾龔龚邵萬万覃武錢钱戴嚴严莫孔向常湯汤康易喬乔賴赖文施洪季奚栗辛管柴祝左章梅盛童舒耿牛包焦路柯霍柳岳齊齐裴庞龐"
    "樊殷安倪纪紀项項费費连連车車宁寧卫衛欧歐俞翁甘单單游尤解关關温溫华華鲍鮑凌祁涂谷成苗曲翟聂聶艾古米池冷阎蓝藍符卞应應"
    "莊庄簡简巫辜塗饒饶丘葛岑湛冼畢毕穆隋芦蘆宗甄褚鄺邝鐘付仇卜郗闵閔储儲"
    "伍房屈占桂窦竇申牟虞宫宮阮仲冉鲁魯詹司柏阳陽党黨娄婁敖明晏匡靳时時巩鞏麦麥全邢边邊卓佟"
)
# Nobody is called 文并摄, which says that somebody wrote and took the pictures; nor is 摄 a part of the name before it.
# Those that are words too, as 东方 and 百里, are not taken for names.
_FAMILY_OF_TWO = (
    "欧阳|歐陽|上官|司[马馬徒]|[诸諸]葛|皇甫|夏侯|尉[迟遲]|公[孙孫]|慕容|令狐|宇文|端木|南[宫宮]|呼延|申屠|淳于|澹台|澹臺|赫[连連]|[钟鍾]离"
    "|[鲜鮮]于|[长長][孙孫]|拓跋"
)
STRICT_NAME = rf"(?:{_OF_PARTS}|(?!文并摄)(?:{_FAMILY_OF_TWO}|[{_FAMILY}])[\u4e00-\u9fff]{{1,2}}(?<![摄攝]))"
"""Pattern of a name that begins with a family name, or has two parts."""
_A_NAME = re.compile(STRICT_NAME)
_STRICT_NAMES = rf"{STRICT_NAME}(?:[\s、,\uff0c]+{STRICT_NAME}){{0,5}}"
_BARE = re.compile(
    rf"[□■●◎▲\s]*(?:[\w·]{{0,10}}?(?:本报|本報|本刊|本网|本網|本台|本社|社|网|網|台|报|報|央视|央視|新闻|新聞|客户端|日报|晚报)\s?|[\u4e00-\u9fff]{{2,4}}(?=特[约約派]))?"
    rf"(?P<role>(?:见习|見習|实习|實習|特约|特約|特派|首席|全媒体|全媒體)?(?:[记記]者|通[讯訊][员員])|(?:撰)?文(?:/图|/摄)?|[图圖]文)\s*[/\uff0f|\uff5c:\uff1a\s]\s*"
    rf"(?P<names>{_STRICT_NAMES})"
    rf"(?:\s*(?:文|摄|攝|摄影|图|圖|报道|報道|文/图|文并摄|摄影报道))?"
    rf"(?:[\s|]+(?:图|摄影?|编辑|责编|编|校对?|通[讯訊][员員]|[实實][习習]生)\s*[/\uff0f|\uff5c:\uff1a\s]\s*"
    rf"(?:{_STRICT_NAMES}|\S{{2,12}})){{0,3}}\s*"
)
# As papers of Taiwan, and agencies, set it: 記者王樂天／台北報導, 中央社記者王樂天台北9日電.
_REPORT = (
    r"\s*(?:[/\uff0f]\s*[\u4e00-\u9fff\s]{0,8}?(?:[报報][导導道]|[编編][译譯])"
    r"|[\u4e00-\u9fff]{2,6}[0-9]{1,2}日(?:[综綜]合)?(?:外)?[电電])"
)
_REPORTED = re.compile(
    rf"(?:[^\s。]{{0,8}}\s?[/\uff0f]\s?|[\u4e00-\u9fff]{{2,5}})?(?P<role>[记記]者)\s?(?P<names>{_STRICT_NAMES}){_REPORT}"
)
# 王樂天_台北 says the same.
_REPORTED_BY = re.compile(rf"(?P<names>{_STRICT_NAMES})(?:{_REPORT}|\s?[_\uff3f]\s?[\u4e00-\u9fff]{{2,3}})")
_REPORTED_WITHIN = re.compile(rf"[(\uff08〔\[](?P<names>{_STRICT_NAMES}){_REPORT}[)\uff09〕\]]")
_OF_PRESS = re.compile(
    rf"[\w\u4e00-\u9fff]{{0,10}}(?:社|[报報][道导導]?|[网網]|台|新[闻聞]|周刊|[杂雜][志誌])(?P<role>(?:特[约約]|[见見][习習])?[记記]者)"
    rf"\s?(?P<names>{_STRICT_NAMES})(?:\s*[\u4e00-\u9fff]{{2,6}}[报報][道导導])?"
)
_BEHIND_PLACE = re.compile(rf"日[电電讯訊]\s?[(\uff08](?P<names>{_STRICT_NAMES})[)\uff09]")
_WITHIN = re.compile(
    r"[(\uff08【\[〔](?P<inside>[^()\uff08\uff09【】\[\]〔〕。]{0,40}?(?:[记記]者|作者|撰文|文|通[讯訊][员員])\s?[:\uff1a/\uff0f]?\s?"
    r"[^()\uff08\uff09【】\[\]〔〕。]{2,40})[)\uff09】\]〕]"
)
_WITHIN_ROLE = re.compile(
    rf"(?P<role>(?:见习|見習|实习|實習|特约|特約|首席)?[记記]者|作者|撰文|(?<![\u4e00-\u9fff])文(?=\s?[:\uff1a/\uff0f])|{_HELPERS}"
    rf"|{_EDITORS}|{_OTHERS}|{_PHOTOGRAPHERS})\s*[:\uff1a/\uff0f]?\s*"
)
_WRITES = re.compile(rf"[记記]者|作者|文|{_HELPERS}")
_SPACED = re.compile(r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff])[ \u3000\xa0]+([\u4e00-\u9fff])(?![\u4e00-\u9fff])")
_NAMES_AT_END = re.compile(
    rf"(?:.*?[\s·/])??(?P<names>{_STRICT_NAMES})\s*(?:整合|整理|[综綜]合|[编編][译譯]|采写|(?:[综綜]合|[摄攝]影)?[报報][道导導]|文/?[图圖])?\s*"
)
# 王乐文/港口日报, below a headline; (王乐文), at the end of the last paragraph.
_BEFORE_PRESS = re.compile(
    rf"(?P<names>{_STRICT_NAMES})\s?[/\uff0f|\uff5c]\s?[\u4e00-\u9fff]{{1,10}}(?:[报報社网網台]|新[闻聞]|[周週]刊|[杂雜][志誌]|客[户戶]端)"
)
_BEHIND_PRESS = re.compile(
    rf"\w{{1,8}}(?:[报報社网網台]|新[闻聞]|快[讯訊]|中心|[周週]刊)\s?[/\uff0f]\s?(?P<names>{_STRICT_NAMES})"
)
_SIGNED = re.compile(rf"(?:^|.*[。!\uff01?\uff1f…”’])\s*[(\uff08](?P<names>{_STRICT_NAMES})[)\uff09]\s*", re.DOTALL)

# Before a name after a label: 采写:港口日报记者 王乐文 实习生 方敏
_OFFICE = re.compile(r"[\w·]{0,16}[记記]者")
_HELPER = re.compile(rf"(?<=\w)\s({_HELPERS})\s?[:\uff1a]?\s?(?=[\u4e00-\u9fff])")
NOBODY = re.compile(
    r"佚名|匿名|未知|(?:系[统統]|[网網]站|超[级級])?管理[员員]|不[详詳]|[网網][络絡路](?:整理|[转轉][载載])?|[综綜]合(?:整理|[报報][道导導])?|(?:本站|[网網]站)?(?:原[创創]|整理)|本站"
    r"|[转轉][载載]|小[编編]"
)
"""What stands in the place of an author and names nobody."""
_SEPARATOR = re.compile(r"[\s、,\uff0c;\uff1b/|&\uff06]+")
# A space within a name in Latin letters parts nothing.
_BETWEEN_NAMES = re.compile(
    r"\s*[、,\uff0c;\uff1b/|&\uff06][\s、,\uff0c;\uff1b/|&\uff06]*|\s+and\s+|(?<![A-Za-z\u00c0-\u024f.])\s+|\s+(?![A-Za-z\u00c0-\u024f])"
)
_NUMBER_BEHIND = re.compile(r"(?<=[)\uff09\]】])\s?[0-9]{6,8}\Z")
"""The day on which agencies of Taiwan number a byline: (編輯:王樂文)1151120."""
_MARK = re.compile(
    rf"(?:\A(?P<office>[\w·+\uff0b《》-]{{0,12}}?)\s?|(?<=[\s|\uff5c、,\uff0c])[\w·+\uff0b《》-]{{0,12}}?)(?P<role>{ROLE})"
    rf"(?:\s*(?P<sign>[|\uff5c丨/\uff0f:\uff1a])\s*|\s+|(?={STRICT_NAME}))"
)
_PRESS = re.compile(r"[社报報网網台刊+\uff0b]|新[闻聞]|在[线線]|客[户戶]端|融媒|传媒|中心|每经")
_ANYBODY = re.compile(r"[\w·]{2,20}")
_ANY_NAME = re.compile(rf"{NAME}|[A-Za-z\u00c0-\u024f.]+(?:\s[A-Za-z\u00c0-\u024f.]+){{0,3}}")
_CODE = re.compile(r"[_\s][A-Z]{1,3}[0-9]{2,6}\Z")
"""The number that a site has for an editor."""
# As sites set it that take articles from accounts: 本文来自微信公众号:港口笔记,作者:王乐文,编辑:方敏,题图来自:港口图库;
# 本文来自“港口笔记”(ID:gkbj),作者:王乐文,港口网经授权发布。
_FROM_ACCOUNT = re.compile(
    r"本文[^。:\uff1a“「]{2,12}(?:[:\uff1a]|(?=[“「])|(?<=[自于於]))[^。:\uff1a]{1,40}?"
    r"(?:[(\uff08][^()\uff08\uff09]{0,30}[)\uff09][”」]?)?[,\uff0c]\s?(?=作者|撰文)"
    r"|[,\uff0c]\s?(?:[^,\uff0c。]{2,6}[来來]自\s?[:\uff1a]|原(?:文)?[标標]?[题題]\s?[:\uff1a]).*\Z"
    r"|[,\uff0c][^,\uff0c。:\uff1a]{1,20}(?:[发發]布|[发發]表|[刊登]载|[转轉][载載])。?\Z"
)
_SENTENCE = re.compile(r"[。!\uff01?\uff1f]")
_BRACKETS = "()\uff08\uff09[]【】"
_BRACKETS_SET = frozenset(_BRACKETS)
_AROUND_NAMES = " \xa0\u3000|\uff5c、,\uff0c;\uff1b/"
_MAX_NAME = 20
HELPERS = ("员", "員", "生")
"""Last characters of what correspondents and interns are called."""
_OFFICES = ("者", *HELPERS)
_MAX_LINE = 60  # characters of a line of reporters
_MOST_NAMES = 6  # behind an office


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
    if not text:
        return None
    text = _NUMBER_BEHIND.sub("", text) if text[-1].isdigit() else text
    text = _FROM_ACCOUNT.sub("", text) if text.startswith("本文") else text
    bracketed = text[0] in _BRACKETS and text[-1] in _BRACKETS
    line = text.strip(_BRACKETS)
    if _HELPER.search(line) and ":" in fold_width(line):
        line = _HELPER.sub(r" \1:", line)
    before, *roles_and_names = _ROLE.split(line)
    if not roles_and_names and (match := _EDITOR_AND_NAME.fullmatch(line)):
        before, *roles_and_names = _ROLE_ALONE.split(match[0])
    if not roles_and_names or (before and not bracketed):
        return None
    byline = Byline([], [], [])
    for role, names in zip(roles_and_names[::2], roles_and_names[1::2], strict=True):
        kind = _KIND.search(role)
        assert kind is not None
        for name in _BETWEEN_NAMES.split(_CODE.sub("", names).strip()):
            if len(name) > _MAX_NAME or _SENTENCE.search(name):
                return None
            if _IS_BY_SIGN.fullmatch(role) and not (is_name(name) or name.isascii()):
                return None  # 文/港口网 王乐文 names the paper too
            if (name := _OFFICE.sub("", name)) and kind.lastgroup and not NOBODY.fullmatch(name):
                people = {"writer": byline.authors, "editor": byline.editors, "photographer": byline.photographers}
                people[kind.lastgroup].append(Person(name=name, role=None if _IS_BY_SIGN.fullmatch(role) else role))
    return byline


def read_offices(line: str) -> Byline | None:
    """Read offices, with the paper or without, and names in turn: nothing else stands on the line.

    >>> byline = read_offices("港口日报记者 王乐文 港口日报通讯员 方敏 责编｜章雪")
    >>> [each.name for each in byline.authors], [each.name for each in byline.editors]
    (['王乐文', '方敏'], ['章雪'])
    """
    bracketed = line[:1] in _BRACKETS_SET and line[-1:] in _BRACKETS_SET
    line = join_spaced((line[1:-1] if bracketed else line).strip())
    marks = [*_MARK.finditer(line)] if len(line) <= _MAX_LINE else []
    if not marks or marks[0].start():
        return None
    first = marks[0]
    if len(marks) == 1 and first["office"] and not (first["sign"] or _PRESS.search(first["office"])):
        return None
    byline = Byline([], [], [])
    people = {"writer": byline.authors, "editor": byline.editors, "photographer": byline.photographers}
    for mark, end in zip(marks, [*(each.start() for each in marks[1:]), len(line)], strict=True):
        role, kind = mark["role"], _KIND.search(mark["role"])
        names = [name for name in _BETWEEN_NAMES.split(line[mark.end() : end].strip(_AROUND_NAMES)) if name]
        may_be = _ANY_NAME if mark["sign"] or role.endswith(HELPERS) else _A_NAME
        if mark["sign"] and kind and kind.lastgroup == "photographer":  # that of an archive of pictures too
            may_be = _ANYBODY
        if not 0 < len(names) <= _MOST_NAMES or not all(may_be.fullmatch(name) for name in names):
            return None
        if kind and kind.lastgroup:
            said = role if kind.lastgroup != "writer" or role.endswith(_OFFICES) else None
            people[kind.lastgroup] += [Person(name=name, role=said) for name in names if not NOBODY.fullmatch(name)]
    return byline if any(byline) else None


def is_name(text: str) -> bool:
    """Tell whether a text is a Chinese name: a family name and one or two characters more.

    >>> is_name("王乐文"), is_name("北京青年报")
    (True, False)
    """
    return _A_NAME.fullmatch(text) is not None


def join_spaced(text: str) -> str:
    """Write names of two characters without the space that sets them to the width of three.

    >>> join_spaced("本报记者 王乐文 方　敏")
    '本报记者 王乐文 方敏'
    """
    return _SPACED.sub(r"\1\2", text)


def read_bare_byline(line: str) -> list[Person]:
    """Read a line of reporters that no colon parts from their role: nothing but names may follow it.

    >>> [each.name for each in read_bare_byline("本报记者 王乐文 方　敏")]
    ['王乐文', '方敏']
    >>> read_bare_byline("记者 调查发现")
    []
    """
    spaced = join_spaced(line)
    offices = read_offices(spaced)
    if offices and len(offices.authors) > 1 and _HELPER.search(spaced):
        return offices.authors
    match = _BARE.fullmatch(spaced) or _REPORTED.fullmatch(spaced) or _OF_PRESS.fullmatch(spaced)
    match = match or _BEFORE_PRESS.fullmatch(spaced) or _BEHIND_PRESS.fullmatch(spaced)
    match = match or _REPORTED_BY.fullmatch(spaced)
    if match is None:
        return offices.authors if offices else []
    role = match.groupdict().get("role") or ""
    role = role if role.endswith(_OFFICES) else None
    return [Person(name=name, role=role) for name in _SEPARATOR.split(match["names"]) if name]


def read_reporters(line: str) -> list[Person]:
    """Read a line that names reporters and nothing else, in brackets or without a colon.

    >>> [each.name for each in read_reporters("（总台记者 王乐文 方敏）")], read_reporters("（完）")
    (['王乐文', '方敏'], [])
    """
    if not line or len(line) > _MAX_LINE:
        return []
    is_bracketed = line[0] in _BRACKETS and line[-1] in _BRACKETS and _BRACKETS_SET.isdisjoint(line[1:-1])
    return (find_byline(line) if is_bracketed else []) or read_bare_byline(line)


def read_signature(paragraph: str) -> list[Person]:
    """Read the names in brackets with which the last paragraph of an article ends.

    >>> [each.name for each in read_signature("会议今天举行。（王乐文 方敏）")], read_signature("（完）")
    (['王乐文', '方敏'], [])
    """
    match = _SIGNED.fullmatch(join_spaced(paragraph[-60:]))
    return [Person(name=name) for name in _SEPARATOR.split(match["names"]) if name] if match else []


def find_byline(paragraph: str) -> list[Person]:
    """Find the reporters whom a paragraph names in brackets at its beginning or its end.

    >>> [each.name for each in find_byline("新华社北京5月9日电(记者王乐文、方敏)会议今天举行。")]
    ['王乐文', '方敏']
    >>> find_byline("他(记者注)说。")
    []
    >>> [each.name for each in find_byline("中新网上海5月9日电 (王乐文 方敏)会议今天举行。")]
    ['王乐文', '方敏']
    """
    found: list[Person] = []
    for part in (paragraph[:60], paragraph[-60:]) if len(paragraph) > 60 else (paragraph,):
        for match in _WITHIN.finditer(part):
            _, *roles = _WITHIN_ROLE.split(join_spaced(match["inside"]))
            for role, names in zip(roles[::2], roles[1::2], strict=True):
                named = _REPORTED_BY.fullmatch(names) or _NAMES_AT_END.fullmatch(names.strip(" 、,\uff0c;\uff1b/"))
                if named and _WRITES.search(role):
                    role_said = role if role.endswith(_OFFICES) else None
                    found += [Person(name=name, role=role_said) for name in _SEPARATOR.split(named["names"]) if name]
    opening = join_spaced(paragraph[:60])
    if not found and (
        said := _REPORTED.match(opening)
        or _BEHIND_PLACE.search(opening)
        or _REPORTED_WITHIN.match(opening)
        or _REPORTED_WITHIN.search(paragraph[-60:])
    ):
        role = said.groupdict().get("role")
        found = [Person(name=name, role=role) for name in _SEPARATOR.split(said["names"]) if name]
    return list({each.name: each for each in found}.values())
