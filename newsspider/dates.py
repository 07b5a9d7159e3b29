"""Dates as Chinese news pages print them, read against the moment of capture.

A page says ``2026/01/27``, ``1月9日``, ``昨天 13:05`` or ``5小时前``. Each form is one row of a table: a pattern and a
reader. What is printed is all that is known, so a result carries its precision and the interval it can lie in, and a
text that is not wholly a date is no date at all: ``00:06`` is a video's length. The clock is never asked.

Texts of any kind give a result or ``None``; a call takes microseconds.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import MINYEAR, UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

# A fixed offset: Shanghai has kept UTC+8 without summer time since 1991, before any page that is read here, and no
# time zone database has to be installed.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")

Precision = Literal["second", "minute", "hour", "day", "week", "month", "year"]

MAX_LENGTH = 48
"""Characters; the longest date with its affixes has about 40, so a paragraph is refused without looking at it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What a printed date says, no more and no less."""

    raw: str
    """As printed, without surrounding white space."""

    at: datetime | date
    """A datetime in Shanghai cut to the precision where a time of day is meant, otherwise a plain date."""

    precision: Precision
    """The smallest unit that the text speaks of."""

    earliest: datetime
    """First moment that can be meant, in Shanghai."""

    latest: datetime
    """Last moment that can be meant; clocks on pages run in whole seconds, so a day ends at 23:59:59."""


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
    return _moment(raw, _ANY_TIME if read is _calendar_date else base.astimezone(SHANGHAI))


def split_channel_and_date(text: str) -> tuple[str | None, str | None]:
    """Part the channel from the date that a card glues to it; either can be missing.

    A channel that ends in digits cannot be told from the count of a relative date: such a text stays whole.

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
    match = _GLUED_DATE.search(text.translate(_WIDTH), max(0, len(text) - MAX_LENGTH))
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
    match = _DURATION.fullmatch(text.strip().translate(_WIDTH))
    if match is None:
        return None
    hours, minutes, seconds = match.groups(default="0")
    if match["hours"] and int(minutes) > 59:
        return None
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds)


# --- The parts that forms are made of ---

# Fullwidth digits, - . / : and the ideographic space; a page may print any date in them.
_WIDTH = {ord(wide): ord(wide) - 0xFEE0 for wide in "０１２３４５６７８９－．／："} | {0x3000: 0x20}

_S = r"\s{0,3}"
_YEAR = r"(?P<year>(?:19|20)[0-9]{2})"
_MONTH = r"(?P<month>0?[1-9]|1[0-2])"
_DAY = r"(?P<day>0?[1-9]|[12][0-9]|3[01])"
_CLOCK = (
    r"(?:(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]{1,9}))?)?"
    rf"(?:{_S}(?P<offset>Z(?![A-Za-z])|[+-][0-9]{{2}}:?[0-5][0-9]))?"
    r"|(?P<hour_han>[0-9]{1,2})[时点](?:(?P<minute_han>[0-9]{1,2})分(?:(?P<second_han>[0-9]{1,2})秒)?)?)"
)
_NUMERIC = rf"{_YEAR}[-/.]{_MONTH}[-/.]{_DAY}(?:(?:T|\s{{1,3}}){_CLOCK})?"
_HAN = rf"{_YEAR}年{_MONTH}月{_DAY}日(?:{_S}{_CLOCK})?"
# Without a year both numbers must have two digits, as 3-2 is a score; and no number may stand before them.
_NUMERIC_OF_YEAR = (
    r"(?<![0-9年/.-])(?P<month>0[1-9]|1[0-2])[-/](?P<day>0[1-9]|[12][0-9]|3[01])"
    rf"(?:\s{{1,3}}{_CLOCK})?"
)
_HAN_OF_YEAR = rf"(?<![0-9年/.-]){_MONTH}月{_DAY}日(?:{_S}{_CLOCK})?"
_DAY_NAME = rf"(?P<name>大前天|前天|昨天|昨日|今天|今日)(?:{_S}{_CLOCK})?"
_COUNT = (
    r"(?:(?P<count>[0-9]{1,4})"
    r"|(?P<numeral>(?<![几数十])(?:[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九])))"
)
_UNIT = r"(?P<unit>秒钟?|分钟|个?小时|个?钟头|天|周|个?星期|个?礼拜|个月|年)"
_BEFORE = rf"{_S}(?:之前|以前|前)"
_AGO = rf"{_COUNT}{_S}{_UNIT}{_BEFORE}"
_HALF_AGO = rf"(?<!个)半(?P<unit>个?小时|个?钟头|天){_BEFORE}"
_JUST_NOW = r"(?:刚刚|刚才)"

_PREFIX = rf"(?:(?:(?:发布|更新|发表)(?:时间|日期|于)?|时间|日期){_S}:?{_S})?"
_SUFFIX = rf"(?:{_S}(?:发布|更新|发表))?"


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
    hour = match["hour"] or match["hour_han"]
    if hour is None:
        return _day(day)
    part = match.groupdict()
    minute = part["minute"] or part["minute_han"]
    second = part["second"] or part["second_han"]
    at = datetime.combine(
        day,
        time(int(hour), int(minute or 0), int(second or 0), int((part["fraction"] or "").ljust(6, "0")[:6])),
        SHANGHAI if part["offset"] is None else _zone(part["offset"]),
    ).astimezone(SHANGHAI)
    if second is not None:
        return at, "second", at, at
    if minute is not None:
        return at, "minute", at, at + _MINUTE - _SECOND
    return at, "hour", at, at + _HOUR - _SECOND


def _zone(offset: str) -> timezone:
    """Read ``Z``, ``+08:00`` or ``+0800``."""
    if offset == "Z":
        return UTC
    distance = timedelta(hours=int(offset[1:3]), minutes=int(offset[-2:]))
    return timezone(-distance if offset[0] == "-" else distance)


def _calendar_date(match: re.Match[str], base: datetime) -> _Reading:
    day = date(int(match["year"]), int(match["month"]), int(match["day"]))
    return _day_and_clock(day, match)


def _date_of_year(match: re.Match[str], base: datetime) -> _Reading:
    """Read a date without a year as the nearest one that is not after the day of capture."""
    month, day = int(match["month"]), int(match["day"])
    for year in range(base.year, base.year - 9, -1):  # leap days can be eight years apart: 1896, 1904
        try:
            candidate = date(year, month, day)
        except ValueError:
            continue
        if candidate <= base.date():
            return _day_and_clock(candidate, match)
    raise ValueError(f"no year has a day {month}-{day}")


_DAYS_BACK = {"今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前天": 2, "大前天": 3}


def _named_day(match: re.Match[str], base: datetime) -> _Reading:
    return _day_and_clock(base.date() - _DAYS_BACK[match["name"]] * _A_DAY, match)


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
_DIGITS = {digit: value for value, digit in enumerate("一二三四五六七八九", 1)} | {"两": 2}


def _ago(match: re.Match[str], base: datetime) -> _Reading:
    count = int(match["count"]) if match["count"] else _numeral(match["numeral"])
    return _units_ago(count, *_UNITS[match["unit"].removeprefix("个")], base)


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


def _numeral(text: str) -> int:
    """Read a Chinese number below a hundred.

    >>> [_numeral(text) for text in ("两", "十", "十五", "二十", "九十九")]
    [2, 10, 15, 20, 99]
    """
    tens, ten, ones = text.rpartition("十")
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0)


# --- The table ---


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(_PREFIX + pattern + _SUFFIX)


_FORMS: list[tuple[re.Pattern[str], _Reader]] = [
    (_form(_NUMERIC), _calendar_date),
    (_form(_AGO), _ago),
    (_form(_HAN), _calendar_date),
    (_form(_DAY_NAME), _named_day),
    (_form(_NUMERIC_OF_YEAR), _date_of_year),
    (_form(_HAN_OF_YEAR), _date_of_year),
    (_form(_HALF_AGO), _half_ago),
    (_form(_JUST_NOW), _just_now),
]


@lru_cache(maxsize=1024)  # the same few dates stand on the cards of a page, and on those of the next
def _recognise(text: str) -> tuple[re.Match[str], _Reader] | None:
    """The form of which all of *text* is, matched, and what reads it."""
    folded = text.translate(_WIDTH)
    return next(((match, read) for form, read in _FORMS if (match := form.fullmatch(folded))), None)


_ANY_TIME = datetime(2026, 1, 30, tzinfo=SHANGHAI)
"""A whole date means the same whenever it is seen."""


@lru_cache(maxsize=1024)  # cards of one page, and whole dates of all pages
def _moment(text: str, base: datetime) -> Moment | None:
    """What a text that is recognised says, seen at *base*, in Shanghai."""
    recognised = _recognise(text)
    assert recognised is not None
    match, read = recognised
    try:
        at, precision, earliest, latest = read(match, base)
    except (ValueError, OverflowError):  # 2月30日, 25:00, 9999年前
        return None
    return Moment(raw=text, at=at, precision=precision, earliest=earliest, latest=latest)


def _nameless(pattern: str) -> str:
    """Free the group names, of which one expression can hold each only once."""
    return re.sub(r"\(\?P<[a-z_]+>", "(?:", pattern)


# What a card prints after its channel. 今天 alone and the like end the names of channels, so they need a time here,
# and a count is short and follows no other digit.
_GLUED_DATE = re.compile(
    "(?:"
    + "|".join(
        _nameless(pattern)
        for pattern in (
            _NUMERIC,
            _HAN,
            r"(?<![0-9])(?![0-9]{3})" + _AGO,
            _DAY_NAME + "(?<=[0-9时点分秒])",
            "(?:昨天|前天)",
            _NUMERIC_OF_YEAR,
            _HAN_OF_YEAR,
            _HALF_AGO,
            _JUST_NOW,
        )
    )
    + f"){_SUFFIX}$"
)

# What other patterns are made of; they look at a text of ASCII width.
ABSOLUTE_DATE = f"(?<![0-9])(?:{_nameless(_NUMERIC)}|{_nameless(_HAN)})(?![0-9])"
ANY_DATE = (
    "(?:"
    + "|".join(
        _nameless(pattern) for pattern in (_AGO, _DAY_NAME, _NUMERIC_OF_YEAR, _HAN_OF_YEAR, _HALF_AGO, _JUST_NOW)
    )
    + ")(?![0-9])"
)
_DURATION = re.compile(r"(?:(?P<hours>[0-9]{1,2}):)?(?P<minutes>[0-9]{1,3}):(?P<seconds>[0-5][0-9])")
