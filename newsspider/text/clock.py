"""The time of day that pages print after a date: ``17:04:22``, ``下午3:05``, ``晚上八点半``, ``13:01:07.5+08``.

The patterns look at folded text: ASCII width and simplified characters. What is printed is not always enough. The
printed 上午12点 is midnight to a program and noon to a person, and 当地时间 is the time of an unnamed place. Of these
the first leaves the day, and the second leaves nothing, since the day may be another one in Shanghai.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

# A fixed offset: Shanghai has kept UTC+8 without summer time since 1991, before any page that is read here, and no
# time zone database has to be installed.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")



def utc(moment: datetime) -> datetime:
    """Return a moment in UTC; one of the hours beyond the calendar's first or last day there as the nearest.

    >>> utc(datetime(2026, 1, 30, 8, tzinfo=SHANGHAI)).isoformat(), utc(datetime(1, 1, 1, tzinfo=SHANGHAI)).isoformat()
    ('2026-01-30T00:00:00+00:00', '0001-01-01T00:00:00+00:00')
    """
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return (datetime.min if moment.year == 1 else datetime.max).replace(microsecond=0, tzinfo=UTC)


S = r"\s{0,3}"
"""Blanks that may stand between the parts of a date."""

# --- Numbers ---

_ONES = {digit: value for value, digit in enumerate("一二三四五六七八九", 1)} | {"两": 2, "零": 0, "〇": 0}
DIGITS_HAN = "".join(_ONES)
NUMBER = r"[零〇]?(?:[一二两三四五六七八九]?十[一二三四五六七八九]?|[零〇一二两三四五六七八九])"
"""Pattern of a Chinese number below a hundred."""


def number(text: str) -> int:
    """Read an ASCII number, a Chinese one below a hundred, or Chinese digits in a row.

    >>> [number(text) for text in ("07", "两", "十", "十五", "二十", "九十九", "零五", "二〇二六")]
    [7, 2, 10, 15, 20, 99, 5, 2026]
    """
    if text.isascii():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if ten:
        return _ONES.get(tens.lstrip("零〇"), 1) * 10 + _ONES.get(ones, 0)
    return int("".join(str(_ONES[digit]) for digit in text))


# --- The pattern ---

PART_OF_DAY = (
    r"凌晨|清晨|早晨|早上|早间|上午|午前|早|晨|中午|正午|下午|午后|傍晚|晚上|晚间|夜间|夜里|深夜|半夜|午夜|晚|夜"
    r"|[AaPp]\.?[Mm]\.?(?![A-Za-z])"
)
WEEKDAY = (
    r"(?:[(\[【]?(?:星期|礼拜|周)[一二三四五六日天][)\]】]?"
    r"|[(\[【][一二三四五六日天月火水木金土][)\]】]|[日月火水木金土]曜日?"
    r"|\b(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\b)"
)

# Minutes east of Greenwich. CST is China's here, as the servers of Chinese sites print it. None: the name has several
# meanings, or names no place.
_EAST: dict[str, int | None] = {
    **dict.fromkeys(("Z", "UTC", "UT", "GMT", "WET", "格林尼治", "格林威治", "世界协调", "协调世界"), 0),
    **dict.fromkeys(("CST", "HKT", "SGT", "PHT", "MYT", "AWST", "BJT"), 480),
    **dict.fromkeys(("北京", "中国标准", "中国", "香港", "澳门", "台北", "台湾", "上海", "新加坡"), 480),
    **dict.fromkeys(("JST", "KST", "东京", "日本", "首尔", "韩国"), 540),
    **dict.fromkeys(
        ("BST", "IST", "AST", "ET", "PT", "当地", "本地", "伦敦", "巴黎", "莫斯科", "纽约", "华盛顿"), None
    ),
    **dict.fromkeys(("美东", "美西", "美国东部", "美国西部", "美国", "英国", "悉尼"), None),
    **dict.fromkeys(("CET",), 60),
    **dict.fromkeys(("CEST", "EET"), 120),
    **dict.fromkeys(("EEST", "MSK"), 180),
    **dict.fromkeys(("ICT", "WIB"), 420),
    **dict.fromkeys(("EDT",), -240),
    **dict.fromkeys(("EST", "CDT"), -300),
    **dict.fromkeys(("MDT",), -360),
    **dict.fromkeys(("MST", "PDT"), -420),
    **dict.fromkeys(("PST",), -480),
}
_LATIN = "|".join(sorted((name for name in _EAST if name.isascii() and name != "Z"), key=len, reverse=True))
_PLACES = "|".join(sorted((name for name in _EAST if not name.isascii()), key=len, reverse=True))
# Any other place beside a clock has a zone that is not known here. These characters are in words for what was done at
# a time: 发布, 更新, 截止.
_ANY_PLACE = "(?:(?![发更修编稿架播阅看创添录载始束截止议活赛访摄最刊版映传线次])[\u4e00-\u9fff]){2,6}?"
_TIME_OF = "(?:标准|夏令|夏季)?时间"
ZONE_NAME = rf"(?:(?<![A-Za-z])(?:{_LATIN})(?![A-Za-z])|(?:{_ANY_PLACE}){_TIME_OF})"
PLACE_BEFORE = rf"(?:(?P<place_before>{_PLACES}){_TIME_OF}{S}:?{S})?"
"""Pattern of the zone that a page names before the date."""
ZONE_BEFORE = (
    r"(?:(?:(?<![A-Za-z])(?P<latin_before>UTC|[A-Z]{1,3}T)(?![A-Za-z])"
    rf"|(?P<place_between>{_ANY_PLACE}){_TIME_OF}){S})?"
)
"""Pattern of the zone that a page names between the date and the clock."""

_ZONE = (
    r"(?:"
    r"(?P<offset>[Zz](?![A-Za-z])|[+\u2212-][0-9]{2}(?::?[0-5][0-9])?(?![0-9:]))"
    r"(?:\[[A-Za-z_]{1,20}(?:/[A-Za-z_]{1,20}){0,2}\])?"  # RFC 9557, as Java prints it
    rf"|{S}[(\[]?{S}(?:"
    r"(?P<offset_apart>[+\u2212-][0-9]{2}:?[0-5][0-9](?![0-9:])|\+[0-9]{2}(?![0-9:])|Z(?![A-Za-z]))"
    rf"|(?<![A-Za-z])(?P<latin>{_LATIN})(?:{S}(?P<from_latin>[+\u2212-][0-9]{{1,2}}(?::?[0-5][0-9])?)(?![0-9:]))?"
    r"(?![A-Za-z])"
    rf"|(?P<place>{_ANY_PLACE}){_TIME_OF}"
    rf"){S}[)\]]?)?"
)
CLOCK = (
    rf"(?:(?P<part>{PART_OF_DAY}){S})?"
    r"(?:(?P<hour>[0-9]{1,2}) ?: ?(?P<minute>[0-9]{1,2})"
    r"(?::(?P<second>[0-9]{1,2})(?:[.,](?P<fraction>[0-9]{1,12}))?)?"
    rf"(?:{S}(?P<half>[AaPp]\.?[Mm]\b\.?))?"
    rf"|(?P<hour_han>[0-9]{{1,2}}|{NUMBER}) ?[时点]钟?"
    rf"(?:整|(?P<quarters>半|[一三]刻)"
    rf"| ?(?P<minute_han>[0-9]{{1,2}}|{NUMBER}) ?分(?: ?(?P<second_han>[0-9]{{1,2}}|{NUMBER}) ?秒)?"
    r"|(?P<minute_bare>[0-9]{2})(?![0-9]))?)"
    rf"{_ZONE}"
)
"""Groups: what a clock shows. An hour may have any two digits; ``read_clock`` refuses what is no time."""


class Clock(NamedTuple):
    """A moment, and how far the page prints it."""

    at: datetime
    """In Shanghai; with the zone that the page names where it names one."""
    precision: Literal["second", "minute", "hour"]


class NoHourError(ValueError):
    """The printed hour can be either of two, so only the day is known."""


_QUARTERS = {"一刻": 15, "半": 30, "三刻": 45}


def read_clock(day: date, part: Mapping[str, str | None]) -> Clock | None:
    """Return the moment that the groups of ``CLOCK`` and ``PLACE_BEFORE`` mean on *day*.

    None where they hold no clock; NoHourError for an hour that can be either of two; ValueError for what is no time,
    or one in a zone that cannot be known.
    """
    hour = part["hour"] or part["hour_han"]
    if hour is None:
        return None
    minute = part["minute"] or part["minute_han"] or part["minute_bare"]
    second = part["second"] or part["second_han"]
    minutes = _QUARTERS[part["quarters"]] if part["quarters"] else number(minute or "0")
    seconds = number(second or "0")
    hours = _hour_of_day(number(hour), part["part"] or part["half"])
    # 24:00 ends a day (ISO 8601).
    if hours > 24 or (hours == 24 and not part["part"] and minutes + seconds) or minutes > 59 or seconds > 60:
        raise ValueError(f"no time of day: {hours}:{minutes}:{seconds}")
    fraction = timedelta(microseconds=int((part["fraction"] or "").ljust(6, "0")[:6]))
    span = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    at = datetime.combine(day, time(), _zone(part)) + span + fraction
    if seconds == 60:
        utc = (at - fraction).astimezone(UTC)
        if (utc.hour, utc.minute, utc.second) != (0, 0, 0):  # leap seconds end a day of UTC
            raise ValueError(f"no leap second: {hours}:{minutes}:60")
    exact = minute is not None or part["quarters"] is not None
    return Clock(at, "second" if second is not None else "minute" if exact else "hour")


def _hour_of_day(hour: int, part: str | None) -> int:
    """Return the hour, 0 to 24, that *hour* means in a part of the day."""
    match part and (part[0].lower() if part.isascii() else part):
        case None:
            return hour
        case "a" | "凌晨" if hour <= 12:
            return hour % 12
        case "p" | "下午" | "午后" | "傍晚" if hour <= 12:
            return 12 + hour % 12
        case "上午" | "午前" | "早上" | "早晨" | "早间" | "清晨" | "早" | "晨" if hour < 12:
            return hour
        case "中午" | "正午" if hour in (10, 11, 12, 13, 14, 1, 2):
            return hour if hour >= 10 else hour + 12
        case "晚上" | "晚间" | "晚" | "夜间" | "夜里" | "夜" | "深夜" | "半夜" | "午夜" if hour <= 12:
            if hour < 5:  # of the night before, or of the one that follows
                raise NoHourError
            return hour + 12
        case "上午" | "午前" if hour == 12:
            raise NoHourError
        case "p" | "下午" | "午后" | "傍晚" | "晚上" | "晚间" | "晚" | "夜间" | "夜里" | "夜" | "深夜" if hour > 12:
            return hour
    raise ValueError(f"{part} has no hour {hour}")


def _may_be_range(part: Mapping[str, str | None], hours: str, minutes: str) -> bool:
    """Tell whether what follows a clock is a later one: 13:01-15:00. Where a T stands before it, a zone does after."""
    if part["t"] or part["second"] or part["from_latin"] or not part["minute"]:
        return False
    return (int(hours), int(minutes)) > (int(part["hour"] or 0), int(part["minute"]))


_NAMES_OF_ZONES = ("latin", "place", "latin_before", "place_between", "place_before")


def _zone(part: Mapping[str, str | None]) -> timezone:
    """Return the zone that a page names beside a clock, Shanghai's where it names none."""
    offset = part["offset"] or part["offset_apart"] or part["from_latin"]
    east: int | None
    if offset in ("Z", "z"):
        east = 0
    elif offset:
        digits = offset[1:].replace(":", "")
        hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
        east = int(hours) * 60 + int(minutes)
        if offset[0] != "+":
            if _may_be_range(part, hours, minutes):
                raise ValueError(f"from or to {offset[1:]}, or a zone")
            east = -east
        if not -12 * 60 <= east <= 14 * 60:
            raise ValueError(f"no zone: {offset}")
    elif name := next((part[group] for group in _NAMES_OF_ZONES if part[group]), None):
        east = _EAST.get(name)
        if east is None:
            raise ValueError(f"no zone that can be known: {name}")
    else:
        return SHANGHAI
    return timezone(timedelta(minutes=east))
