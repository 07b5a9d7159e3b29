"""Dates as Chinese news pages print them, read against the moment of capture.

A page says ``2026/01/27``, ``1月9日``, ``昨天 13:05`` or ``5小时前``. Each form is one row of a table: a pattern and a
reader. What is printed is all that is known, so a result carries its precision and the interval it can lie in, and a
text that is not wholly a date is no date at all: ``00:06`` is a video's length. The clock is never asked.

Texts of any kind give a result or ``None``; a call takes microseconds. dateparser takes a millisecond, states no
precision, reads ``00:06`` as a time of day, and does not know ``1月9日``.

Besides the Chinese forms these are read: ISO 8601 and RFC 3339, also in basic form and with a blank (PostgreSQL), the
dates of RFC 822, what C, Java and JavaScript print, and the seconds or milliseconds since 1970 that programs count.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import MINYEAR, UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from newsspider.text.clock import (
    CLOCK,
    DIGITS_HAN,
    NUMBER,
    PART_OF_DAY,
    PLACE_BEFORE,
    SHANGHAI,
    WEEKDAY,
    ZONE_BEFORE,
    ZONE_NAME,
    NoHourError,
    S,
    number,
    read_clock,
)
from newsspider.text.moment import Moment, Precision

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_LENGTH = 64
"""Characters; the longest date with its affixes has about 60, so a paragraph is refused without looking at it."""


def parse_date(text: str, base: datetime) -> Moment | None:
    """Read *text* as a date seen at *base*, an aware datetime; ``None`` when it is not one.

    >>> seen = datetime(2026, 1, 30, 16, 23, 45, tzinfo=SHANGHAI)
    >>> parse_date("2019-01-09 17:04:22", seen).at.isoformat()
    '2019-01-09T17:04:22+08:00'
    >>> parse_date("2026/01/27", seen).at.isoformat()
    '2026-01-27'
    >>> moment = parse_date("5小时前", seen)
    >>> moment.at.isoformat(), moment.precision
    ('2026-01-30T11:00:00+08:00', 'hour')
    >>> moment.earliest.isoformat(), moment.latest.isoformat()
    ('2026-01-30T10:23:45+08:00', '2026-01-30T11:23:45+08:00')
    >>> parse_date("00:06", seen) is None
    True
    """
    if base.utcoffset() is None:
        raise ValueError(f"base must have a time zone, or relative dates mean nothing: {base!r}")
    raw = text.strip()
    if not raw or len(raw) > MAX_LENGTH:
        return None
    recognised = _recognise(raw)
    if recognised is None:
        return None
    _, read = recognised
    return _moment(raw, _ANY_TIME if read in _WHOLE else base.astimezone(SHANGHAI))


def split_channel_and_date(text: str) -> tuple[str | None, str | None]:
    """Part the channel from the date that a card glues to it; either can be missing.

    A channel that ends in digits cannot be distinguished from the count of a relative date: such a text stays whole.

    >>> split_channel_and_date("时讯2026/01/27")
    ('时讯', '2026/01/27')
    >>> split_channel_and_date("环球交叉点2天前")
    ('环球交叉点', '2天前')
    >>> split_channel_and_date("新闻坊")
    ('新闻坊', None)
    >>> split_channel_and_date("K242天前")
    ('K242天前', None)
    """
    text = text.strip()
    if len(text) <= MAX_LENGTH and _recognise(text):
        return None, text
    folded = fold_date(text)
    glued = _GLUED_DATE if _HAS_CLOCK.search(folded) else _GLUED_DATE_WITHOUT_CLOCK
    match = _compiled(glued).search(folded, max(0, len(text) - MAX_LENGTH))
    if match is None:
        return text or None, None
    return text[: match.start()].rstrip() or None, text[match.start() :]


def parse_duration(text: str) -> int | None:
    """Read a video's length, ``mm:ss`` or ``h:mm:ss``, as seconds.

    >>> parse_duration("01:33")
    93
    >>> parse_duration("1:02:03")
    3723
    >>> parse_duration("01:60") is None
    True
    """
    match = _DURATION.fullmatch(fold_date(text.strip()))
    if match is None:
        return None
    hours, minutes, seconds = match.groups(default="0")
    if match["hours"] and int(minutes) > 59:
        return None
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds)


# --- The parts that forms are made of ---

_PLAIN = str.maketrans(
    "０１２３４５６７８９－‐‑‒–—−．／：，＋（）［］　\u200b\u200e\u200f\ufeff"
    "○時點鐘個兩剛發佈週禮間號後淩標準協調臺東國頭裡裏當灣門紐約倫韓爾歐羅俄農曆陰編輯責記來閱讀瀏覽評論觀氣圖攝審體萬億數"
    "轉擊熱報導訊譯錄條錯聽聞終監劃員權關註處參與舉點參員訂於開載資",
    "0123456789-------./:,+()[]     "
    "〇时点钟个两刚发布周礼间号后凌标准协调台东国头里里当湾门纽约伦韩尔欧罗俄农历阴编辑责记来阅读浏览评论观气图摄审体万亿数"
    "转击热报导讯译录条错听闻终监划员权关注处参与举点参员订于开载资",
)


def fold_date(text: str) -> str:
    """Give the characters of dates their ASCII width and their simplified form; the length stays.

    >>> fold_date("２小時前　發佈")
    '2小时前 发布'
    """
    return text.translate(_PLAIN)


_YEAR = r"(?P<year>(?:19|20)[0-9]{2})"
_MONTH = r"(?P<month>0?[1-9]|1[0-2])"
_DAY = r"(?P<day>0?[1-9]|[12][0-9]|3[01])"
_MONTH_HAN = rf"(?P<month>0?[1-9](?![0-9])|1[0-2]|{NUMBER}){S}月"
_DAY_HAN = rf"(?P<day>0?[1-9](?![0-9])|[12][0-9]|3[01]|{NUMBER}){S}[日号]"
# A blank, a comma, a line, a weekday, a zone, a part of the day or a unit parts the numbers of date and clock.
_CLOCK_AFTER = (
    rf"(?:{S},?{S}{WEEKDAY})?"
    rf"(?:(?P<t>[Tt])|{S}[,|丨·•/@_-]{S}|\s{{1,3}}(?:at\s{{1,3}})?|(?<=[年月日号天一二三四五六曜)\]】昨今]){S}|(?={PART_OF_DAY}))"
    rf"{ZONE_BEFORE}{CLOCK}"
)
_AFTER = rf"(?:{_CLOCK_AFTER}|{S},?{S}{WEEKDAY})?"
_HAS_CLOCK = re.compile("[0-9零〇一二两三四五六七八九十] ?[:时点]")
"""Found in every text with a clock. Most dates of lists have none, and its pattern takes longest to compile."""
_AFTER_WITHOUT_CLOCK = rf"(?:{S},?{S}{WEEKDAY})?"
_BEFORE_DATE = rf"{PLACE_BEFORE}(?:{WEEKDAY}{S},?{S})?"
# A date of the lunar calendar is another day.
_LUNAR = "[农阴夏旧]历"
_NUMERIC = rf"{_YEAR}(?:[-/.] ?|\s{{1,3}}(?=[0-9]{{2}}[-/])){_MONTH}[-/.] ?{_DAY}(?:\.(?![0-9]))?"
_HAN = rf"(?P<year>(?:19|20)[0-9]{{2}}|[一二][零〇一二三四五六七八九]{{3}}){S}年{S}{_MONTH_HAN}{S}{_DAY_HAN}"
# Without a year both numbers must have two digits, as 3-2 is a score; and no number may stand before them.
_NO_NUMBER_BEFORE = rf"(?<![0-9年/.十{DIGITS_HAN}-])(?<!{_LUNAR})"
_NUMERIC_OF_YEAR = rf"{_NO_NUMBER_BEFORE}(?P<month>0[1-9]|1[0-2])[-/](?P<day>0[1-9]|[12][0-9]|3[01])"
_HAN_OF_YEAR = rf"{_NO_NUMBER_BEFORE}{_MONTH_HAN}{S}{_DAY_HAN}"
# In 昨晚8点 the part of the day belongs to the clock.
_DAY_NAME = r"(?P<name>大前天|前天|前日|昨天|昨日|今天|今日|[昨今](?=[早晨晚夜]))"
_COUNT = (
    r"(?:(?P<count>[0-9]{1,4})"
    r"|(?P<numeral>(?<![几数十])(?:[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九])))"
)
_UNIT = r"(?P<unit>秒钟?|分钟|个?小时|个?钟头|天|周|个?星期|个?礼拜|个月|年)"
_BEFORE = rf"{S}(?:之前|以前|前)"
_AGO = rf"{_COUNT}{S}{_UNIT}{_BEFORE}"
_HALF_AGO = rf"(?<!个)半(?P<unit>个?小时|个?钟头|天){_BEFORE}"
_JUST_NOW = r"(?:刚刚|刚才)"

# ISO 8601 in basic form; a date alone or with a time, to the second where no T parts them. Some write the time in the
# extended form, which the standard forbids.
_BASIC = (
    r"(?P<year>(?:19|20)[0-9]{2})(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12][0-9]|3[01])"
    r"(?:(?:[Tt](?P<clock_short>[0-9]{4})|[Tt ](?P<clock_long>[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,12})?)?)"
    r"|[Tt]?(?P<clock>[0-9]{6}(?:[.,][0-9]{1,12})?))"
    r"(?P<zone>[Zz]|[+\u2212-][0-9]{2}(?::?[0-5][0-9])?)?)?"
)
# From 2001 to 2030; from then on ten digits may be the day and the hour of a year before 2000.
_SINCE_1970 = r"(?P<seconds>1[0-8][0-9]{8})(?:\.?[0-9]{3})?"
_ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: month for month, name in enumerate(_ENGLISH, 1)}
_MONTH_NAME = rf"(?P<month>{'|'.join(map(str.capitalize, _MONTHS))})[a-z]{{0,6}}\.?"
_DAY_OF_MONTH = r"(?P<day>0?[1-9](?![0-9])|[12][0-9]|3[01])"
# RFC 822, with the two digits of its years, and the older form with hyphens: Sat, 28 Nov 2026 13:01:07 GMT
_RFC_822 = (
    rf"(?:{WEEKDAY}{S},?{S})?{_DAY_OF_MONTH}(?:\s{{1,3}}|-){_MONTH_NAME}(?:\s{{1,3}}|-)"
    rf"(?P<year>(?:19|20)[0-9]{{2}}|[0-9]{{2}}(?=\s+[0-9]))(?:{S},?{S}{CLOCK})?"
)
# C's asctime and Java: Sat Nov 28 13:01:07 CST 2026
_YEAR_LAST = rf"{WEEKDAY}\s{{1,3}}{_MONTH_NAME}\s{{1,3}}{_DAY_OF_MONTH}\s{{1,3}}{CLOCK}\s{{1,3}}{_YEAR}"
# JavaScript: Sat Nov 28 2026 13:01:07 GMT+0800 (China Standard Time)
_YEAR_BEFORE_CLOCK = (
    rf"(?:{WEEKDAY}{S},?{S})?{_MONTH_NAME}\s{{1,3}}{_DAY_OF_MONTH},?\s{{1,3}}{_YEAR}(?:{S},?{S}{CLOCK})?"
    rf"(?:{S}\([^()]{{1,40}}\))?"
)

_LABEL = r"(?:发布|更新|发表)(?:时间|日期|于)?|时间|日期"
_PREFIX = rf"(?:(?:{_LABEL}){S}:?{S})?"
_SUFFIX = rf"(?:{S}(?:发布|更新|发表))?"


# --- Readers: what a matched form says, given the moment of capture in Shanghai ---

_Reading: TypeAlias = tuple[datetime | date, Precision, datetime, datetime]
_Reader: TypeAlias = "Callable[[re.Match[str], datetime], _Reading]"

_SECOND, _MINUTE, _HOUR, _A_DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def _day(day: date) -> _Reading:
    """Read a day without a time: a date, never midnight."""
    start = datetime.combine(day, time(), SHANGHAI)
    return day, "day", start, start + _A_DAY - _SECOND


def _day_and_clock(day: date, match: re.Match[str]) -> _Reading:
    """Read a day and the time printed after it, if any."""
    try:
        clock = read_clock(day, _PARTS_UNSET | match.groupdict())
    except NoHourError:
        clock = None
    if clock is None:
        return _day(day)
    return clock.at, clock.precision, clock.at, clock.at + _LASTS[clock.precision]


_LASTS = {"second": 0 * _SECOND, "minute": _MINUTE - _SECOND, "hour": _HOUR - _SECOND}
_PARTS_UNSET: dict[str, str | None] = dict.fromkeys(re.findall(r"\(\?P<(\w+)>", PLACE_BEFORE + _CLOCK_AFTER))


def _calendar_date(match: re.Match[str], base: datetime) -> _Reading:
    return _day_and_clock(date(number(match["year"]), number(match["month"]), number(match["day"])), match)


def _basic_date(match: re.Match[str], base: datetime) -> _Reading:
    """Read ISO 8601 in basic form as its extended form."""
    date_text = f"{match['year']}-{match['month']}-{match['day']}"
    digits = match["clock"] or match["clock_short"]
    clock = f"T{digits[:2]}:{digits[2:4]}" if digits else ""
    if match["clock"]:
        clock += f":{digits[4:]}"
    elif match["clock_long"]:
        clock = f"T{match['clock_long']}"
    extended = re.fullmatch(_NUMERIC + _AFTER, f"{date_text}{clock}{match['zone'] or ''}")
    if extended is None:
        raise ValueError(f"no date: {match[0]}")
    return _calendar_date(extended, base)


def _since_1970(match: re.Match[str], base: datetime) -> _Reading:
    at = datetime.fromtimestamp(int(match["seconds"]), UTC)
    return at, "second", at, at


def _named_month(match: re.Match[str], base: datetime) -> _Reading:
    """Read a date whose month has an English name; RFC 5322 says what a year of two digits means."""
    year = int(match["year"])
    if year < 100:
        year += 2000 if year < 50 else 1900
    return _day_and_clock(date(year, _MONTHS[match["month"].lower()], int(match["day"])), match)


def _date_of_year(match: re.Match[str], base: datetime) -> _Reading:
    """Read a date without a year as the nearest one that is not after the day of capture."""
    month, day = number(match["month"]), number(match["day"])
    for year in range(base.year, base.year - 9, -1):  # leap days can be eight years apart: 1896, 1904
        try:
            candidate = date(year, month, day)
        except ValueError:
            continue
        if candidate <= base.date():
            return _day_and_clock(candidate, match)
    raise ValueError(f"no year has a day {month}-{day}")


_DAYS_BACK = {"今": 0, "昨": 1, "前": 2, "大": 3}


def _named_day(match: re.Match[str], base: datetime) -> _Reading:
    return _day_and_clock(base.date() - _DAYS_BACK[match["name"][0]] * _A_DAY, match)


# Precision, and the length of one unit: either a span of time or a number of calendar months.
_UNITS: dict[str, tuple[Precision, timedelta | int]] = {
    "秒": ("second", _SECOND),
    "秒钟": ("second", _SECOND),
    "分钟": ("minute", _MINUTE),
    "小时": ("hour", _HOUR),
    "钟头": ("hour", _HOUR),
    "天": ("day", _A_DAY),
    "周": ("week", 7 * _A_DAY),
    "星期": ("week", 7 * _A_DAY),
    "礼拜": ("week", 7 * _A_DAY),
    "月": ("month", 1),
    "年": ("year", 12),
}
_HALVES: dict[str, tuple[Precision, timedelta | int]] = {
    "小时": ("minute", _HOUR / 2),
    "钟头": ("minute", _HOUR / 2),
    "天": ("hour", _A_DAY / 2),
}


def _ago(match: re.Match[str], base: datetime) -> _Reading:
    return _units_ago(number(match["count"] or match["numeral"]), *_UNITS[match["unit"].removeprefix("个")], base)


def _half_ago(match: re.Match[str], base: datetime) -> _Reading:
    return _units_ago(1, *_HALVES[match["unit"].removeprefix("个")], base)


def _just_now(match: re.Match[str], base: datetime) -> _Reading:
    """Read 刚刚 as 0分钟前: what pages that count in minutes print before the first is over."""
    return _units_ago(0, *_UNITS["分钟"], base)


def _units_ago(count: int, precision: Precision, unit: timedelta | int, base: datetime) -> _Reading:
    """Count back whole units, as pages do: 5小时前 stays until the sixth hour is full."""
    earliest, latest = _back(base, count + 1, unit), _back(base, count, unit)
    if precision == "second":
        return latest.replace(microsecond=0), precision, earliest, latest
    if precision == "minute":
        return latest.replace(second=0, microsecond=0), precision, earliest, latest
    if precision == "hour":
        return latest.replace(minute=0, second=0, microsecond=0), precision, earliest, latest
    return latest.date(), precision, earliest, latest


def _back(base: datetime, count: int, unit: timedelta | int) -> datetime:
    if isinstance(unit, timedelta):
        return base - count * unit
    year, month0 = divmod(base.year * 12 + base.month - 1 - count * unit, 12)
    if year < MINYEAR:
        raise OverflowError(f"{count} x {unit} months before {base} there was no calendar")
    return base.replace(year=year, month=month0 + 1, day=min(base.day, monthrange(year, month0 + 1)[1]))


# --- The table ---


_NAMES = "|".join(_MONTHS)
# What a text holds that can have the form, the form, and its reader. A form is compiled when it is first tried.
_FORMS: list[tuple[re.Pattern[str], str, _Reader]] = [
    (re.compile("[-/.]"), _PREFIX + _BEFORE_DATE + _NUMERIC + _AFTER + _SUFFIX, _calendar_date),
    (re.compile("前"), _PREFIX + _AGO + _SUFFIX, _ago),
    (re.compile("年"), _PREFIX + _BEFORE_DATE + _HAN + _AFTER + _SUFFIX, _calendar_date),
    (re.compile("[昨今前]"), _PREFIX + _DAY_NAME + _AFTER + _SUFFIX, _named_day),
    (re.compile("[-/]"), _PREFIX + _NUMERIC_OF_YEAR + _AFTER + _SUFFIX, _date_of_year),
    (re.compile("月"), _PREFIX + _BEFORE_DATE + _HAN_OF_YEAR + _AFTER + _SUFFIX, _date_of_year),
    (re.compile("半"), _PREFIX + _HALF_AGO + _SUFFIX, _half_ago),
    (re.compile("刚"), _PREFIX + _JUST_NOW + _SUFFIX, _just_now),
    (re.compile("1[0-8][0-9]{8}"), _SINCE_1970, _since_1970),
    (re.compile("[0-9]{8}"), _PREFIX + _BASIC + _SUFFIX, _basic_date),
    (re.compile(_NAMES, re.IGNORECASE), "(?i:" + _RFC_822 + ")", _named_month),
    (re.compile(_NAMES, re.IGNORECASE), "(?i:" + _YEAR_BEFORE_CLOCK + ")", _named_month),
    (re.compile(_NAMES, re.IGNORECASE), "(?i:" + _YEAR_LAST + ")", _named_month),
]
_compiled = lru_cache(maxsize=None)(re.compile)
_WHOLE = (_calendar_date, _basic_date, _named_month, _since_1970)
"""Readers of dates that name their year."""


@lru_cache(maxsize=1024)  # the same few dates stand on the cards of a page, and on those of the next
def _recognise(text: str) -> tuple[re.Match[str], _Reader] | None:
    """The form of which all of *text* is, matched, and what reads it."""
    folded = fold_date(text)
    has_clock = _HAS_CLOCK.search(folded)
    for hint, form, read in _FORMS:
        if not hint.search(folded):
            continue
        if match := _compiled(form if has_clock else form.replace(_AFTER, _AFTER_WITHOUT_CLOCK)).fullmatch(folded):
            return match, read
    return None


_RELATIVE = (_ago, _half_ago, _just_now)
"""Readers of what is counted back from now."""

_ANY_TIME = datetime(2026, 1, 30, tzinfo=SHANGHAI)
"""A whole date means the same whenever it is seen."""


@lru_cache(maxsize=1024)  # cards of one page, and whole dates of all pages
def _moment(text: str, base: datetime) -> Moment | None:
    """Return the moment that a recognised text means, seen at *base*, in Shanghai."""
    recognised = _recognise(text)
    assert recognised is not None
    match, read = recognised
    try:
        at, precision, earliest, latest = read(match, base)
        zone = at.tzinfo if isinstance(at, datetime) and at.tzinfo is not SHANGHAI else None
        if zone and isinstance(at, datetime):
            at, earliest, latest = (each.astimezone(SHANGHAI) for each in (at, earliest, latest))
    except (ValueError, OverflowError):  # 2月30日, 25:00, 9999年前
        return None
    is_relative = read in _RELATIVE
    return Moment(
        raw=text, at=at, precision=precision, earliest=earliest, latest=latest, zone=zone, is_relative=is_relative
    )


def _nameless(pattern: str) -> str:
    """Free the group names, of which one expression can hold each only once."""
    return re.sub(r"\(\?P<[a-z_]+>", "(?:", pattern)


def _glued(after: str, clock_after: str) -> str:
    """Pattern of what a card prints after its channel.

    今天 alone and the like end the names of channels, so they need a time here, and a count is short and follows no
    other digit.
    """
    return _nameless(
        rf"(?:(?:{_BEFORE_DATE}(?:{_NUMERIC}|{_HAN}|{_HAN_OF_YEAR})|{_NUMERIC_OF_YEAR}){after}"
        rf"|{_DAY_NAME}{clock_after}|昨天|前天"
        rf"|(?<![0-9])(?![0-9]{{3}}){_AGO}|{_HALF_AGO}|{_JUST_NOW}){_SUFFIX}$"
    )


_NOTHING = "(?!)"
_GLUED_DATE = _glued(_AFTER, _CLOCK_AFTER)
_GLUED_DATE_WITHOUT_CLOCK = _glued(_AFTER_WITHOUT_CLOCK, _NOTHING)

# What other patterns are made of; they look at folded text.
ABSOLUTE_DATE = _nameless(
    rf"(?<![0-9{DIGITS_HAN}]){_BEFORE_DATE}(?<![0-9{DIGITS_HAN}])(?<!{_LUNAR})(?:{_NUMERIC}|{_HAN}){_AFTER}(?!:?[0-9])"
)
ANY_DATE = _nameless(
    rf"(?:{_AGO}|{_HALF_AGO}|{_JUST_NOW}"
    rf"|(?:{_DAY_NAME}|{_NUMERIC_OF_YEAR}|{_BEFORE_DATE}{_HAN_OF_YEAR}){_AFTER})(?![-/.]?[0-9])"
)
REST_OF_DATE = rf":?[0-9]{{1,2}}:[0-9]|(?:{PART_OF_DAY}){S}[0-9]|{WEEKDAY}|{ZONE_NAME}"
"""Pattern of how a text begins that is left of a date in a form that is not known, and no name."""
_DURATION = re.compile(r"(?:(?P<hours>[0-9]{1,2}):)?(?P<minutes>[0-9]{1,3}):(?P<seconds>[0-5][0-9])")
