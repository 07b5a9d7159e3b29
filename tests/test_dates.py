"""Dates as pages print them. The expected values are worked out by hand from the moment of capture."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsspider.text.clock import number
from newsspider.text.dates import ABSOLUTE_DATE, SHANGHAI, parse_date, parse_duration, split_channel_and_date
from newsspider.text.moment import Moment

# A Friday, in the afternoon, when the sample page was looked at.
SEEN = datetime(2026, 1, 30, 16, 23, 45, tzinfo=SHANGHAI)


def shanghai(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=SHANGHAI)


def the_day(raw: str, day: date) -> Moment:
    start = shanghai(day.year, day.month, day.day)
    return Moment(raw=raw, at=day, precision="day", earliest=start, latest=start.replace(hour=23, minute=59, second=59))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026/01/27", date(2026, 1, 27)),
        ("2026-01-27", date(2026, 1, 27)),
        ("2026.1.27", date(2026, 1, 27)),
        ("２０２６／０１／２７", date(2026, 1, 27)),
        ("２０２６－０１－２７", date(2026, 1, 27)),
        ("2019年1月9日", date(2019, 1, 9)),
        ("1月9日", date(2026, 1, 9)),
        ("1月30日", date(2026, 1, 30)),
        ("1月31日", date(2025, 1, 31)),
        ("12月31日", date(2025, 12, 31)),
        ("01-24", date(2026, 1, 24)),
        ("01/24", date(2026, 1, 24)),
        ("02-29", date(2024, 2, 29)),
        ("今天", date(2026, 1, 30)),
        ("昨天", date(2026, 1, 29)),
        ("昨日", date(2026, 1, 29)),
        ("前天", date(2026, 1, 28)),
        ("大前天", date(2026, 1, 27)),
    ],
)
def test_a_day_without_a_time_is_a_date_and_lasts_the_local_day(text, day):
    assert parse_date(text, SEEN) == the_day(text, day)


@pytest.mark.parametrize(
    ("text", "at", "precision"),
    [
        ("2019-01-09 17:04:22", shanghai(2019, 1, 9, 17, 4, 22), "second"),
        ("2019-01-09　17：04：22", shanghai(2019, 1, 9, 17, 4, 22), "second"),
        ("2019/01/09 17:04", shanghai(2019, 1, 9, 17, 4), "minute"),
        ("2019年1月9日 17:04", shanghai(2019, 1, 9, 17, 4), "minute"),
        ("2019年01月09日17时04分22秒", shanghai(2019, 1, 9, 17, 4, 22), "second"),
        ("2019年1月9日17时", shanghai(2019, 1, 9, 17), "hour"),
        ("发布时间：2019-01-09 17:04:22", shanghai(2019, 1, 9, 17, 4, 22), "second"),
        ("2019-01-09 17:04 发布", shanghai(2019, 1, 9, 17, 4), "minute"),
        ("2019-01-09T17:04:22+08:00", shanghai(2019, 1, 9, 17, 4, 22), "second"),
        ("2019-01-09T17:04:22+0800", shanghai(2019, 1, 9, 17, 4, 22), "second"),
        ("2019-01-09T09:04:22Z", shanghai(2019, 1, 9, 17, 4, 22), "second"),
        ("2019-01-08T23:04:22-10:00", shanghai(2019, 1, 9, 17, 4, 22), "second"),
        ("2019-01-09T09:04:22.5Z", shanghai(2019, 1, 9, 17, 4, 22, 500_000), "second"),
        ("昨天 13:05", shanghai(2026, 1, 29, 13, 5), "minute"),
        ("昨天13:05", shanghai(2026, 1, 29, 13, 5), "minute"),
        ("今天 08:00", shanghai(2026, 1, 30, 8), "minute"),
        ("前天 23:59", shanghai(2026, 1, 28, 23, 59), "minute"),
        ("01-24 13:05", shanghai(2026, 1, 24, 13, 5), "minute"),
        ("1月9日 17:04", shanghai(2026, 1, 9, 17, 4), "minute"),
    ],
)
def test_a_printed_time_lasts_as_long_as_its_last_unit(text, at, precision):
    spans = {"second": 0, "minute": 59, "hour": 3599}

    assert parse_date(text, SEEN) == Moment(
        raw=text, at=at, precision=precision, earliest=at, latest=at + timedelta(seconds=spans[precision])
    )


UTC_0501 = shanghai(2026, 11, 28, 13, 1)
UTC_050107 = shanghai(2026, 11, 28, 13, 1, 7)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        # ISO 8601-1:2019 and RFC 3339, section 5.6.
        ("2026-11-28T05:01:07Z", UTC_050107),
        ("2026-11-28t05:01:07z", UTC_050107),
        ("2026-11-28T13:01:07+08", UTC_050107),
        ("2026-11-28T13:01:07+08:00", UTC_050107),
        ("2026-11-28T01:31:07−03:30", UTC_050107),
        ("2026-11-28T05:01:07,25Z", shanghai(2026, 11, 28, 13, 1, 7, 250_000)),
        ("2026-11-28T05:01:07.123456789Z", shanghai(2026, 11, 28, 13, 1, 7, 123_456)),
        ("20261128T050107Z", UTC_050107),
        ("20261128T130107+0800", UTC_050107),
        ("20261128T130107.5+08", shanghai(2026, 11, 28, 13, 1, 7, 500_000)),
        ("20261128T05:01:07Z", UTC_050107),  # no ISO 8601, but of many papers
        ("20261128T13:01:07.5+08:00", shanghai(2026, 11, 28, 13, 1, 7, 500_000)),
        ("20261128 13:01:07", UTC_050107),
        ("20261128130107", UTC_050107),
        ("2026-11-28T24:00:00", shanghai(2026, 11, 29)),
        ("2026-11-28T24:00:00Z", shanghai(2026, 11, 29, 8)),
        ("2016-12-31T23:59:60Z", shanghai(2017, 1, 1, 8)),  # the last leap second so far
        # PostgreSQL 17, 8.5.2: style ISO, to microseconds, the offset without minutes where it has none.
        ("2026-11-28 13:01:07+08", UTC_050107),
        ("2026-11-28 05:01:07.123456+00", shanghai(2026, 11, 28, 13, 1, 7, 123_456)),
        ("2026-11-28 10:31:07+05:30", UTC_050107),
        ("2026-11-28 13:01:07 +0800", UTC_050107),  # Ruby's to_s
        # RFC 822, section 5, and what its successors allow.
        ("Sat, 28 Nov 2026 05:01:07 GMT", UTC_050107),
        ("Sat, 28 Nov 2026 13:01:07 +0800", UTC_050107),
        ("Sat,28 Nov 2026 13:01:07 +0800", UTC_050107),
        ("28 Nov 26 00:01:07 EST", UTC_050107),
        ("Wed, 2 Dec 1998 05:01:07 UT", shanghai(1998, 12, 2, 13, 1, 7)),
        ("Saturday, 28-Nov-26 05:01:07 GMT", UTC_050107),  # RFC 850
        ("Sat Nov 28 13:01:07 2026", UTC_050107),  # asctime
        ("Sat Nov 28 13:01:07 CST 2026", UTC_050107),  # Java, on a server in China
        ("Sat Nov 28 2026 13:01:07 GMT+0800 (China Standard Time)", UTC_050107),  # JavaScript
        ("Sat Nov 28 2026 13:01:07 GMT+0800 (中国标准时间)", UTC_050107),
        # Zones named beside a Chinese date.
        ("2026-11-28 13:01:07 CST", UTC_050107),
        ("2026-11-28 05:01:07 UTC", UTC_050107),
        ("2026-11-28 13:01:07 UTC+8", UTC_050107),
        ("2026-11-28 13:01:07 (GMT+08:00)", UTC_050107),
        ("2026-11-28 14:01:07 JST", UTC_050107),
        ("2026-11-28 13:01:07（北京时间）", UTC_050107),
        ("北京时间2026年11月28日13时01分07秒", UTC_050107),
        ("2026年11月28日 14:01:07 东京时间", UTC_050107),
        # Numbers of one digit.
        ("2026-11-28 13:1:7", UTC_050107),
        ("2026-11-28, 13:01:07", UTC_050107),
        ("2026年11月28日 星期六 13:01:07", UTC_050107),
        ("2026-11-28 星期六 13:01:07", UTC_050107),
        ("2026-11-28（周六）13:01:07", UTC_050107),
        ("星期六 2026-11-28 13:01:07", UTC_050107),
        ("2026年11月28日 下午1:01:07", UTC_050107),
        ("2026/11/28 下午 01:01:07", UTC_050107),
        ("2026-11-28 1:01:07 PM", UTC_050107),
        ("2026年11月28日 13時01分07秒", UTC_050107),
        ("發佈時間：2026-11-28 13:01:07", UTC_050107),
    ],
)  # fmt: skip
def test_a_time_to_the_second_is_read_in_every_form_that_programs_print(text, at):
    assert parse_date(text, SEEN) == Moment(raw=text, at=at, precision="second", earliest=at, latest=at)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-11-28T13:01+08", UTC_0501),
        ("20261128T1301", UTC_0501),
        ("20261128T05:01Z", UTC_0501),
        ("2026-11-28T05:01Z", UTC_0501),
        ("2026-11-28 24:00", shanghai(2026, 11, 29)),
        ("Sat, 28 Nov 2026 05:01 GMT", UTC_0501),
        ("2026年11月28日 星期六 13:01", UTC_0501),
        ("2026年11月28日星期六13:01", UTC_0501),
        ("2026 年 11 月 28 日 13:01", UTC_0501),
        ("2026年11月28号 13:01", UTC_0501),
        ("2026-11-28 下午1:01", UTC_0501),
        ("2026年11月28日下午1点01分", UTC_0501),
        ("2026年11月28日 下午1點01分", UTC_0501),
        ("2026-11-28 13:01 (北京时间)", UTC_0501),
        ("2026-11-28 13:01（香港時間）", UTC_0501),
        ("Nov 28, 2026 1:01 PM", UTC_0501),
        ("2026-11-28 上午 11:01", shanghai(2026, 11, 28, 11, 1)),
        ("2026-11-28 下午12:05", shanghai(2026, 11, 28, 12, 5)),
        ("2026-11-28 下午15:05", shanghai(2026, 11, 28, 15, 5)),
        ("2026-11-28 12:05 AM", shanghai(2026, 11, 28, 0, 5)),
        ("2026-11-28 12:05 p.m.", shanghai(2026, 11, 28, 12, 5)),
        ("2026-11-28 凌晨12:05", shanghai(2026, 11, 28, 0, 5)),
        ("2026-11-28 凌晨3:05", shanghai(2026, 11, 28, 3, 5)),
        ("2026-11-28 中午11:35", shanghai(2026, 11, 28, 11, 35)),
        ("2026-11-28 中午1:05", shanghai(2026, 11, 28, 13, 5)),
        ("2026-11-28 傍晚6:05", shanghai(2026, 11, 28, 18, 5)),
        ("2026-11-28 晚上8:05", shanghai(2026, 11, 28, 20, 5)),
        ("2026-11-28 晚20:05", shanghai(2026, 11, 28, 20, 5)),
        ("2026-11-28 晚上12:05", shanghai(2026, 11, 29, 0, 5)),
        ("二〇二六年十一月二十八日十三时零一分", UTC_0501),
        ("二○二六年十一月二十八日 下午一时一分", UTC_0501),
        ("二零二六年十一月二十八日下午一点零一分", UTC_0501),
        ("2026年11月28日晚上八点半", shanghai(2026, 11, 28, 20, 30)),
        ("1月9日下午3点一刻", shanghai(2026, 1, 9, 15, 15)),
        ("一月九日 17:04", shanghai(2026, 1, 9, 17, 4)),
        ("昨天 下午3:05", shanghai(2026, 1, 29, 15, 5)),
        ("昨天24:00", shanghai(2026, 1, 30)),
        ("昨晚8点05分", shanghai(2026, 1, 29, 20, 5)),
        ("今早8:05", shanghai(2026, 1, 30, 8, 5)),
        ("前日 23:59", shanghai(2026, 1, 28, 23, 59)),
        ("2026-11-28 | 13:01", UTC_0501),
        ("2026/11/28 · 13:01", UTC_0501),
        ("2026年11月28日 / 13:01", UTC_0501),
        ("2026–11–28 13:01", UTC_0501),
        ("2026 11/28 13:01", UTC_0501),
        ("2026. 11. 28. 13:01", UTC_0501),
        ("2026年11月28日 13 : 01", UTC_0501),
        ("2026 年 11 月 28 日 13 时 01 分", UTC_0501),
        ("2026-11-28\u200b 13:01", UTC_0501),
        ("2026-11-28 HKT 13:01", UTC_0501),
        ("2026年11月28日 北京时间13:01", UTC_0501),
        ("2026年11月28日 UTC 05:01", UTC_0501),
        ("2026-11-28 13:01（台灣時間）", UTC_0501),
        ("2026-11-28 14:01 日本時間", UTC_0501),
        ("2026-11-28(六) 13:01", UTC_0501),
        ("2026年11月28日【星期六】13:01", UTC_0501),
        ("2026年11月28日（土）13時01分", UTC_0501),
        ("2026年11月28日土曜日 午後1時1分", UTC_0501),
        ("2026-11-28T01:01-04:00", UTC_0501),
        ("2026-11-28 00:01 UTC-5", UTC_0501),
    ],
)
def test_a_time_to_the_minute_is_read_with_weekday_part_of_the_day_and_zone(text, at):
    assert parse_date(text, SEEN) == Moment(
        raw=text, at=at, precision="minute", earliest=at, latest=at + timedelta(seconds=59)
    )


MORNINGS = ("凌晨", "清晨", "早晨", "早上", "早间", "上午", "午前", "早", "晨", "AM", "a.m.")


@pytest.mark.parametrize(
    ("part", "clock", "hour"),
    [
        *((part, "3:05", 3) for part in MORNINGS),
        *((part, "3:05", 15) for part in ("下午", "午后", "傍晚", "PM", "p.m.")),
        *((part, "8:05", 20) for part in ("晚上", "晚间", "夜间", "夜里", "深夜", "半夜", "午夜", "晚", "夜")),
        *((part, "5:05", 17) for part in ("晚上", "夜里")),  # 4 may be of the night before
        *((part, "11:05", 11) for part in ("早上", "上午", "中午", "正午", "凌晨", "AM")),
        *((part, "12:05", 12) for part in ("下午", "午后", "傍晚", "中午", "正午", "PM")),
        *((part, "12:05", 0) for part in ("凌晨", "AM")),
        *((part, "10:05", 10) for part in ("中午", "正午")),
        *((part, "14:05", 14) for part in ("中午", "正午", "下午")),
        *((part, "2:05", 14) for part in ("中午", "正午")),
        *((part, "20:05", 20) for part in ("下午", "晚上", "晚间", "夜间", "夜里", "深夜", "晚", "夜", "PM")),
    ],
)
def test_an_hour_is_of_its_part_of_the_day(part, clock, hour):
    for text in (f"2026-11-28 {part}{clock}", f"2026年11月28日{part}{clock}"):
        assert parse_date(text, SEEN).at == shanghai(2026, 11, 28, hour, 5), text


@pytest.mark.parametrize(
    ("clock", "is_known"),
    [("晚上4:59", False), ("夜里1点", False), ("上午12:00", False), ("午前12点", False), ("半夜3点", False),
     ("上午0:30", True), ("早上0:30", True)],
)  # fmt: skip
def test_of_an_hour_that_can_be_either_of_two_the_day_is_known(clock, is_known):
    assert isinstance(parse_date(f"2026-11-28 {clock}", SEEN).at, datetime) is is_known


@pytest.mark.parametrize(
    "clock",
    [
        *("凌晨13:05", "早上12:05", "早晨13:05", "半夜13:05", "AM 13:05"),
        *("中午9:59", "中午15:00", "正午0:05", "正午3:05"),
        *("24:00:01", "24:01", "25:00", "23:60", "13:59:61", "13:01:60", "下午25:00"),
    ],
)
def test_a_clock_that_no_day_has_is_none(clock):
    assert parse_date(f"2026-11-28 {clock}", SEEN) is None


@pytest.mark.parametrize(
    ("east", "names"),
    [
        ("+00:00", "Z UTC UT GMT WET 格林尼治时间 格林威治标准时间 世界协调时间 协调世界时间"),
        ("+08:00", "CST HKT SGT PHT MYT AWST BJT 北京时间 中国标准时间 中国时间 香港时间"),
        ("+08:00", "澳门时间 台北时间 台湾时间 上海时间 新加坡时间 臺北時間"),
        ("+09:00", "JST KST 东京时间 东京标准时间 东京夏令时间 东京夏季时间 日本时间 首尔时间 韩国时间"),
        *(("+01:00", "CET"), ("+02:00", "CEST EET"), ("+03:00", "EEST MSK"), ("+07:00", "ICT WIB")),
        *(("-04:00", "EDT"), ("-05:00", "EST CDT"), ("-06:00", "MDT"), ("-07:00", "MST PDT"), ("-08:00", "PST")),
        ("+05:30", "+05:30 +0530 UTC+5:30 GMT+0530 (UTC+05:30)"),
        ("-03:30", "-0330 UTC-3:30 \u22120330 [GMT-03:30]"),
        *(("+14:00", "+14:00 UTC+14"), ("-12:00", "UTC-12 -1200")),
        (None, "BST IST AST ET PT 当地时间 本地时间 伦敦时间 巴黎时间 莫斯科时间 纽约时间 华盛顿时间"),
        (None, "美东时间 美西时间 美国东部夏令时间 美国西部时间 美国时间 英国夏季时间 悉尼时间"),
        (None, "+14:01 -12:01 UTC+15 +08:60 XST 某地时间"),
    ],
)
def test_a_clock_is_of_the_zone_that_is_named_beside_it(east, names):
    at = east and datetime.fromisoformat(f"2026-11-28T13:01:07{east}")

    for name in names.split():
        moment = parse_date(f"2026-11-28 13:01:07 {name}", SEEN)
        assert (moment and moment.at) == at, name
        assert moment is None or moment.at.utcoffset() == timedelta(hours=8), name


@pytest.mark.parametrize(
    ("text", "at"),
    [
        # A zone before the date, between date and clock, and glued to the clock.
        ("东京时间：2026-11-28 14:01:07", UTC_050107),
        ("格林尼治标准时间 2026-11-28 05:01:07", UTC_050107),
        ("2026-11-28 GMT 05:01:07", UTC_050107),
        ("2026-11-28 EST 00:01:07", UTC_050107),
        ("2026-11-28 AWST 13:01:07", UTC_050107),
        ("2026-11-28 EEST 08:01:07", UTC_050107),
        ("2026-11-28 8点-0500", shanghai(2026, 11, 28, 21)),
        ("2026年11月28日东京时间14:01:07", UTC_050107),
        ("2026-11-28 13:01:07+08:00[Asia/Shanghai]", UTC_050107),
        ("2026-11-28T13:01:07+08:00[Asia/Shanghai]", UTC_050107),
        ("2026-11-28T01:01:07-04:00[America/Argentina/Salta]", UTC_050107),
        # Behind a second no range can follow.
        ("2026-11-28 01:01:07-04:00", UTC_050107),
        ("2026-11-27 22:01:07 UTC-7", UTC_050107),
        # Leap seconds end a day of UTC: at eight in Shanghai.
        ("2017-01-01 07:59:60", shanghai(2017, 1, 1, 8)),
        ("2017-01-01 07:59:60.5", shanghai(2017, 1, 1, 8, 0, 0, 500_000)),
        ("2016-12-31T18:59:60-05:00", shanghai(2017, 1, 1, 8)),
        ("2016-12-31 23:59:60", None),
        # From one to another, or a zone.
        ("2026-11-28 00:30-01:00", None),
        ("2026-11-28 13:01-13:02", None),
        ("2026-11-28 13:01-13:01", None),
        ("2026-11-27 21:01-08:00", UTC_0501),
        ("2026-11-28 05:00-05:00", shanghai(2026, 11, 28, 18)),
        ("2026-11-28 02:01-03:00", None),
        ("2026-11-28T02:01-03:00", UTC_0501),
        ("2026-11-28T00:01-05", UTC_0501),
    ],
)
def test_what_stands_around_a_clock_is_its_zone_or_the_end_of_a_range(text, at):
    moment = parse_date(text, SEEN)

    assert (moment and moment.at) == at


WEEKDAYS = """
星期一 星期二 星期三 星期四 星期五 星期六 星期日 星期天 礼拜三 周日 (周五) 【周四】 [星期二] （星期六）
(六) (日) 【天】 (月) （火） (水) (木) (金) (土) 日曜日 月曜日 火曜日 水曜 木曜日 金曜日 土曜日
Mon Monday Tue Tues Tuesday Wed Wednesday Thu Thurs Thursday Fri Friday Sat Saturday Sun Sunday
"""
MONTHS = "January February March April May June July August September October November December"
CHINESE_MONTHS = "一 二 三 四 五 六 七 八 九 十 十一 十二"


@pytest.mark.parametrize("weekday", WEEKDAYS.split())
def test_every_weekday_may_stand_between_day_and_clock_and_before_the_day(weekday):
    """It says nothing that the day does not say, and whether it is right is not asked."""
    for text in (f"2026-11-28 {weekday} 13:01", f"{weekday} 2026-11-28 13:01"):
        assert parse_date(text, SEEN).at == UTC_0501, text
    assert parse_date(f"2026-11-28 {weekday}", SEEN).at == date(2026, 11, 28)


@pytest.mark.parametrize(
    ("number", "month"),
    list(enumerate(MONTHS.split(), 1)),
)
def test_every_month_has_an_english_name(number, month):
    for name in (month, month[:3], month[:3].upper(), f"{month[:3]}."):
        for text in (f"Fri, 9 {name} 2026 13:01:07 +0800", f"{name} 9, 2026 13:01:07", f"Fri {name} 09 13:01:07 2026"):
            assert parse_date(text, SEEN).at == shanghai(2026, number, 9, 13, 1, 7), text


def test_a_chinese_number_may_begin_with_a_zero():
    texts = ["零五", "〇五", "零十五", "〇二十五", "零二十", "二十", "两十", "00", "09", "59"]

    assert [number(text) for text in texts] == [5, 5, 15, 25, 20, 20, 20, 0, 9, 59]


@pytest.mark.parametrize(("month", "han"), list(enumerate(CHINESE_MONTHS.split(), 1)))
def test_every_month_has_a_chinese_number(month, han):
    assert parse_date(f"二〇二五年{han}月二十日", SEEN).at == date(2025, month, 20)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("28 Nov 49 13:01:07 +0800", shanghai(2049, 11, 28, 13, 1, 7)),  # RFC 5322, 4.3
        ("28 Nov 50 13:01:07 +0800", shanghai(1950, 11, 28, 13, 1, 7)),
        ("28 Nov 99 13:01:07 +0800", shanghai(1999, 11, 28, 13, 1, 7)),
        ("20261128T1301Z", shanghai(2026, 11, 28, 21, 1)),
        ("20261128T013107-0330", UTC_050107),
        ("20261128t050107z", UTC_050107),
        ("发布时间：20261128130107", UTC_050107),
        ("20261128130107 发布", UTC_050107),
        ("发布时间:20261128130107", UTC_050107),
        ("20261128T130107,25", shanghai(2026, 11, 28, 13, 1, 7, 250_000)),
        ("1900-01-01 00:00", shanghai(1900, 1, 1)),
        ("1899-01-01 00:00", None),
        ("2099-12-31 00:00", shanghai(2099, 12, 31)),
        ("2100-01-01 00:00", None),
        ("2026-11-28 at 13:01", UTC_0501),
        ("2026-11-28 @ 13:01", UTC_0501),
        ("2026-11-28_13:01", UTC_0501),
        ("2026-11-28丨13:01", UTC_0501),
        ("2026-11-28•13:01", UTC_0501),
        ("2026-11-28 - 13:01", UTC_0501),
        ("2026年11月28日上午十一点三刻", shanghai(2026, 11, 28, 11, 45)),
        ("2026年11月28日 13点01", UTC_0501),
        ("2026年11月28日 13时01分07秒", UTC_050107),
        ("2026年11月28日 13点钟", shanghai(2026, 11, 28, 13)),
        ("更新时间：2026-11-28 13:01", UTC_0501),
        ("更新于 2026-11-28 13:01", UTC_0501),
        ("发表日期:2026-11-28 13:01", UTC_0501),
        ("日期：2026-11-28 13:01", UTC_0501),
        ("时间 2026-11-28 13:01", UTC_0501),
        ("2026-11-28 13:01 更新", UTC_0501),
        ("2026-11-28 13:01发表", UTC_0501),
        ("2026-11-28 13:01 删除", None),
        ("阴历2026年10月20日 13:01", None),
        ("夏历十月二十日", None),
        ("旧历10月20日", None),
        ("农历10-20", None),
        ("2026年11月28", None),
        ("12026-11-28", None),
    ],
)
def test_forms_of_dates_have_their_bounds(text, at):
    moment = parse_date(text, SEEN)

    assert (moment and moment.at) == at


@pytest.mark.parametrize(("more", "is_read"), [(0, True), (1, False)])
def test_a_date_has_at_most_64_characters(more, is_read):
    start = "Sat Nov 28 2026 13:01:07 GMT+0800 ("
    text = start + "x" * (63 - len(start) + more) + ")"

    assert (parse_date(text, SEEN) is not None) is is_read
    assert (parse_date(f"  {text}  ", SEEN) is not None) is is_read
    assert split_channel_and_date(text) == ((None, text) if is_read else (text, None))


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026年11月28日晚上8点", shanghai(2026, 11, 28, 20)),
        ("2026年11月28日 晚上8點整", shanghai(2026, 11, 28, 20)),
        ("二〇二六年十一月二十八日二十时", shanghai(2026, 11, 28, 20)),
        ("昨晚八点", shanghai(2026, 1, 29, 20)),
    ],
)
def test_an_hour_lasts_an_hour(text, at):
    assert parse_date(text, SEEN) == Moment(
        raw=text, at=at, precision="hour", earliest=at, latest=at + timedelta(seconds=3599)
    )


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("二〇二六年十一月二十八日", date(2026, 11, 28)),
        ("二零一九年一月九日", date(2019, 1, 9)),
        ("一九九九年十二月三十一日", date(1999, 12, 31)),
        ("2026年十一月28日", date(2026, 11, 28)),
        ("2026 年 1 月 2 日", date(2026, 1, 2)),
        ("2026-11-28 星期六", date(2026, 11, 28)),
        ("2026年11月28日（星期六）", date(2026, 11, 28)),
        ("20261128", date(2026, 11, 28)),
        ("28 Nov 2026", date(2026, 11, 28)),
        ("November 28, 2026", date(2026, 11, 28)),
        # Midnight to a program (CLDR's zh), noon to a person; 晚上1点 is of this night or the next.
        ("2026-11-28 上午12:05", date(2026, 11, 28)),
        ("2026-11-28 晚上1点", date(2026, 11, 28)),
    ],
)
def test_where_only_the_day_is_certain_it_is_a_date(text, day):
    assert parse_date(text, SEEN) == the_day(text, day)


@pytest.mark.parametrize(
    "text",
    [
        *("2026-11-28 13:01 IST", "当地时间2026年11月28日 13:01"),  # where is that?
        "2026-11-28 13:01（纽约时间）",  # in summer or in winter
        *("2026-11-28 13:01 當地時間", "2026-11-28 13:01 (ET)", "2026-11-28 13:01（惠灵顿时间）"),
        *("11月28日 美东时间00:01", "悉尼时间2026年11月28日 16:01", "2026年11月28日 开普敦时间13:01"),
        *("2026-11-28 13:01-15:00", "2026-11-28T13:01:07+15:00"),  # from one to three; no zone
        *("农历2026年10月20日", "农历十月二十日", "11/28/2026", "民國115年11月28日", "26-11-28 13:01"),
        *("2026-11-28 13:01 XYZ", "2026-11-28T24:00:01Z", "2026-11-28T25:00", "2026-11-28T13:01:61", "20261128T256107"),
        *("2026-11-28T13:01:60Z", "2026-11-28 上午13:05", "2026-11-28 中午9:05", "2026-11-28 13:60", "20261328"),
        *("31 Feb 2026", "Sat, 28 Foo 2026 13:01:07 GMT", "28 Nov 26", "三月四"),
        *("二〇二六年十三月一日", "2026年零月一日"),
        *("12345678", "2026112813", "202611281301", "2026-11-28 13:01:071", "十一月三十二日", "二月三十日"),
    ],
)
def test_a_time_that_cannot_be_or_is_of_an_unknown_place_is_none(text):
    assert parse_date(text, SEEN) is None


@pytest.mark.parametrize(
    ("text", "same"),
    [
        *(("2小時前", "2小时前"), ("3分鐘前", "3分钟前"), ("兩天前", "两天前"), ("剛剛", "刚刚"), ("剛才", "刚才")),
        *(("半個小時前", "半个小时前"), ("一週前", "一周前"), ("2個月前", "2个月前"), ("1小時前發佈", "1小时前发布")),
        *(("三個鐘頭之前", "三个钟头之前"), ("1個禮拜前", "1个礼拜前")),
    ],
)
def test_traditional_characters_say_the_same(text, same):
    moment = parse_date(text, SEEN)

    assert moment is not None
    assert moment == replace(parse_date(same, SEEN), raw=text)


@pytest.mark.parametrize(
    ("text", "at", "precision", "earliest", "latest"),
    [
        ("30秒前", shanghai(2026, 1, 30, 16, 23, 15), "second", (30, 16, 23, 14), (30, 16, 23, 15)),
        ("刚刚", shanghai(2026, 1, 30, 16, 23), "minute", (30, 16, 22, 45), (30, 16, 23, 45)),
        ("刚才", shanghai(2026, 1, 30, 16, 23), "minute", (30, 16, 22, 45), (30, 16, 23, 45)),
        ("3分钟之前", shanghai(2026, 1, 30, 16, 20), "minute", (30, 16, 19, 45), (30, 16, 20, 45)),
        ("3分钟前", shanghai(2026, 1, 30, 16, 20), "minute", (30, 16, 19, 45), (30, 16, 20, 45)),
        ("半小时前", shanghai(2026, 1, 30, 15, 53), "minute", (30, 15, 23, 45), (30, 15, 53, 45)),
        ("1小时前更新", shanghai(2026, 1, 30, 15), "hour", (30, 14, 23, 45), (30, 15, 23, 45)),
        ("5小时前", shanghai(2026, 1, 30, 11), "hour", (30, 10, 23, 45), (30, 11, 23, 45)),
        ("５小时前", shanghai(2026, 1, 30, 11), "hour", (30, 10, 23, 45), (30, 11, 23, 45)),
        ("十七个小时以前", shanghai(2026, 1, 29, 23), "hour", (29, 22, 23, 45), (29, 23, 23, 45)),
        ("2天前", date(2026, 1, 28), "day", (27, 16, 23, 45), (28, 16, 23, 45)),
        ("两天前", date(2026, 1, 28), "day", (27, 16, 23, 45), (28, 16, 23, 45)),
        ("三天前", date(2026, 1, 27), "day", (26, 16, 23, 45), (27, 16, 23, 45)),
        ("一周前", date(2026, 1, 23), "week", (16, 16, 23, 45), (23, 16, 23, 45)),
    ],
)
def test_so_long_ago_is_the_interval_until_one_more_unit_is_full(text, at, precision, earliest, latest):
    assert parse_date(text, SEEN) == Moment(
        raw=text,
        at=at,
        precision=precision,
        earliest=shanghai(2026, 1, *earliest),
        latest=shanghai(2026, 1, *latest),
    )


@pytest.mark.parametrize(
    ("text", "precision", "earliest", "latest"),
    [
        ("2秒钟前", "second", timedelta(seconds=3), timedelta(seconds=2)),
        ("2个钟头前", "hour", timedelta(hours=3), timedelta(hours=2)),
        ("2钟头前", "hour", timedelta(hours=3), timedelta(hours=2)),
        ("2小时以前", "hour", timedelta(hours=3), timedelta(hours=2)),
        ("2个星期前", "week", timedelta(days=21), timedelta(days=14)),
        ("2星期前", "week", timedelta(days=21), timedelta(days=14)),
        ("2礼拜前", "week", timedelta(days=21), timedelta(days=14)),
        ("半天前", "hour", timedelta(days=1), timedelta(hours=12)),
        ("半个钟头前", "minute", timedelta(hours=1), timedelta(minutes=30)),
        ("半钟头之前", "minute", timedelta(hours=1), timedelta(minutes=30)),
        ("九十九分钟前", "minute", timedelta(minutes=100), timedelta(minutes=99)),
        ("9999秒前", "second", timedelta(seconds=10000), timedelta(seconds=9999)),
        ("发布于 2小时前", "hour", timedelta(hours=3), timedelta(hours=2)),
        ("刚才", "minute", timedelta(minutes=1), timedelta()),
    ],
)
def test_every_unit_is_counted_back(text, precision, earliest, latest):
    moment = parse_date(text, SEEN)

    assert (moment.precision, moment.earliest, moment.latest) == (precision, SEEN - earliest, SEEN - latest)
    assert moment.is_relative


def test_a_moment_that_is_counted_back_is_cut_to_its_unit():
    seen = SEEN.replace(microsecond=999_999)
    texts = ["30秒前", "3分钟前", "5小时前"]

    assert [parse_date(text, seen).at for text in texts] == [
        shanghai(2026, 1, 30, 16, 23, 15), shanghai(2026, 1, 30, 16, 20), shanghai(2026, 1, 30, 11)
    ]  # fmt: skip
    assert [parse_date(text, seen).latest.microsecond for text in texts] == [999_999] * 3


def test_what_is_no_number_of_a_unit_is_not_counted_back():
    for text in ("10000秒前", "几十天前", "数十天前", "半周前", "半年前", "个半小时前", "百天前", "2天"):
        assert parse_date(text, SEEN) is None, text


@pytest.mark.parametrize(
    ("text", "at", "earliest"),
    [
        ("2个月前", date(2024, 1, 31), shanghai(2023, 12, 31)),
        ("12个月前", date(2023, 3, 31), shanghai(2023, 2, 28)),
        ("1个月前", date(2024, 2, 29), shanghai(2024, 1, 31)),
        ("1年前", date(2023, 3, 31), shanghai(2022, 3, 31)),
    ],
)
def test_months_and_years_ago_follow_the_calendar(text, at, earliest):
    moment = parse_date(text, shanghai(2024, 3, 31))

    assert (moment.at, moment.earliest) == (at, earliest)


def test_dates_go_back_to_the_first_year_and_the_last_leap_day():
    assert parse_date("2024年前", SEEN).earliest == shanghai(1, 1, 30, 16, 23, 45)
    assert parse_date("2025年前", SEEN) is None
    assert parse_date("02-29", shanghai(1904, 2, 28)).at == date(1896, 2, 29)
    assert parse_date("02-29", shanghai(1904, 2, 29)).at == date(1904, 2, 29)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("于2026-01-27发布", "2026-01-27"),
        ("于2026年1月27日 13:05发布", "2026年1月27日 13:05"),
        *(("2026-01-271", None), ("2026-01-27:1", None), ("12026-01-27", None), ("农历2026年1月27日", None)),
    ],
)
def test_a_whole_date_within_a_text_ends_where_its_numbers_do(text, found):
    match = re.search(ABSOLUTE_DATE, text)

    assert (match and match[0]) == found


def test_a_relative_date_is_read_in_shanghai_wherever_the_crawler_stands():
    seen_in_utc = datetime.fromisoformat("2026-01-29T20:00:00+00:00")  # 04:00 of the 30th in Shanghai

    assert parse_date("昨天", seen_in_utc) == the_day("昨天", date(2026, 1, 29))


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "00:06", "01:33", "1:02:03", "13:05"),
        *("2月30日", "2019年2月29日", "2026-13-01", "2026-01-32", "2026-01-27 25:00", "昨天 24:30", "2026-01-27 10:60"),
        *("2026-01-27T10:00:00+25:00", "12345-01-27", "2026-01", "26-01-27", "3-2", "1.9", "13-01"),
        *("几天前", "数小时前", "一个半小时前", "天前", "9999年前", "99999天前", "明天", "2天后"),
        *("时讯2天前", "5小时前 看看新闻", "今天(1月9日)上午", "今天" * 1000, "٢天前", "-5小时前", "0" * 100_000),
    ],
)
def test_what_is_not_wholly_a_date_is_none(text):
    assert parse_date(text, SEEN) is None


TOKYO = timezone(timedelta(hours=9))


@pytest.mark.parametrize(
    ("text", "always", "at", "earliest", "is_unnamed"),
    [
        # The clock of the page, whatever its zone.
        ("2026-01-27 09:00", False, "2026-01-27T09:00:00+09:00", "2026-01-27T09:00:00+09:00", True),
        ("2026-01-27", False, "2026-01-27", "2026-01-27T00:00:00+09:00", False),
        # The zone that the text names, or Shanghai's moment of it.
        ("2026-01-27 09:00Z", False, "2026-01-27T09:00:00+00:00", "2026-01-27T09:00:00+00:00", False),
        ("2026-01-27 09:00Z", True, "2026-01-27T18:00:00+09:00", "2026-01-27T18:00:00+09:00", False),
        # What is counted back names a moment, and needs no zone.
        ("5小时前", False, "2026-01-30T12:00:00+09:00", "2026-01-30T11:23:45+09:00", False),
        ("2天前", True, "2026-01-28", "2026-01-27T17:23:45+09:00", False),
    ],
)
def test_what_a_text_says_on_a_page_of_another_zone(text, always, at, earliest, is_unnamed):
    moment = parse_date(text, SEEN)
    there = moment.within(TOKYO, always=always)

    assert (there.at.isoformat(), there.earliest.isoformat()) == (at, earliest)
    assert there.latest.utcoffset() == there.earliest.utcoffset()
    assert there.latest - there.earliest == moment.latest - moment.earliest
    assert moment.is_of_unnamed_zone is is_unnamed


def test_moments_are_compared_by_what_they_say_and_not_by_how():
    named, unnamed = parse_date("2026-01-27 09:00+08:00", SEEN), parse_date("2026-01-27 09:00", SEEN)

    assert (named.zone, unnamed.zone) == (SHANGHAI, None) or named.zone.utcoffset(None) == timedelta(hours=8)
    assert replace(named, raw="") == replace(unnamed, raw="")
    assert replace(unnamed, is_relative=True) == unnamed


def test_a_moment_names_no_zone_and_is_not_counted_back_unless_it_says_so():
    at = shanghai(2026, 1, 27, 9)

    assert Moment(raw="", at=at, precision="minute", earliest=at, latest=at).is_of_unnamed_zone
    assert parse_date("2026-01-27 09:00Z", SEEN).within(TOKYO).at.utcoffset() == timedelta(0)


def test_a_base_in_any_zone_is_the_same_moment():
    for text in ("5小时前", "昨天 13:05", "01-24", "刚刚"):
        assert parse_date(text, SEEN.astimezone(UTC)) == parse_date(text, SEEN)


def test_a_base_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="base must have a time zone"):
        parse_date("刚刚", datetime(2026, 1, 30))


BASES = st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2099, 12, 31)).map(
    lambda naive: naive.replace(tzinfo=SHANGHAI)
)
FRAGMENTS = st.lists(
    st.sampled_from([*"0129二十半个:：-/年月日时分秒天周前TZ+ ", "30", "2019", "小时", "分钟", "之前", "昨天", "刚刚"])
).map("".join)


@given(st.text() | FRAGMENTS, BASES)
@example("0年前", SEEN)
@example("二十分钟前", SEEN)
def test_any_text_gives_none_or_an_interval_that_holds_its_moment(text, base):
    moment = parse_date(text, base)

    if moment is None:
        return
    assert moment.raw == text.strip()
    assert moment.earliest <= moment.latest
    if isinstance(moment.at, datetime):
        assert moment.earliest <= moment.at <= moment.latest
    else:
        assert moment.earliest.date() <= moment.at <= moment.latest.date()


@given(st.integers(0, 99), st.sampled_from(["秒", "分钟", "小时", "天", "周", "个月", "年"]), BASES)
def test_what_was_ago_is_never_after_the_capture(count, unit, base):
    moment = parse_date(f"{count}{unit}前", base)

    assert moment.earliest <= moment.latest <= base


@given(st.integers(0, 9999), BASES)
def test_hours_ago_are_counted_from_the_moment_of_capture(hours, base):
    moment = parse_date(f"{hours}小时前", base)

    assert (moment.earliest, moment.latest) == (
        base - timedelta(hours=hours + 1),
        base - timedelta(hours=hours),
    )


@given(
    st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2099, 12, 31)),
    st.sampled_from(["%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y年%m月%d日 %H:%M:%S", "%Y-%m-%dT%H:%M:%S+08:00"]),
)
def test_an_absolute_time_survives_being_printed(naive, form):
    printed = naive.replace(microsecond=0, tzinfo=SHANGHAI)

    assert parse_date(printed.strftime(form), SEEN).at == printed


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31)), BASES)
def test_a_day_without_a_year_is_the_nearest_that_is_not_after_the_capture(day, base):
    found = parse_date(day.strftime("%m-%d"), base).at

    assert (found.month, found.day) == (day.month, day.day)
    assert found <= base.date()
    assert (base.date() - found).days <= (366 if (day.month, day.day) != (2, 29) else 4 * 366)


@pytest.mark.parametrize(
    ("text", "channel", "printed"),
    [
        ("时讯2026/01/27", "时讯", "2026/01/27"),
        ("环球交叉点2天前", "环球交叉点", "2天前"),
        ("上海早晨直播间2026/01/26", "上海早晨直播间", "2026/01/26"),
        ("时讯5小时前", "时讯", "5小时前"),
        ("看现场三天前", "看现场", "三天前"),
        ("时讯昨天 13:05", "时讯", "昨天 13:05"),
        ("时讯昨天", "时讯", "昨天"),
        ("时讯刚刚", "时讯", "刚刚"),
        ("时讯半小时前", "时讯", "半小时前"),
        ("时讯1小时前更新", "时讯", "1小时前更新"),
        ("时讯1月9日", "时讯", "1月9日"),
        ("时讯01-24", "时讯", "01-24"),
        (" 时讯　２０２６／０１／２７ ", "时讯", "２０２６／０１／２７"),
        ("Knews 2026-01-27 08:00", "Knews", "2026-01-27 08:00"),
        ("K242026/01/27", "K24", "2026/01/27"),
        ("2天前", None, "2天前"),
        ("100天前", None, "100天前"),
        ("时讯", "时讯", None),
        ("", None, None),
        ("上海今日", "上海今日", None),
        ("看今天", "看今天", None),
        ("时讯00:06", "时讯00:06", None),
        ("时讯2019年13月9日", "时讯2019年13月9日", None),
        ("K245小时前", "K245小时前", None),
        ("一个半小时前", "一个半小时前", None),
        ("时讯前天", "时讯", "前天"),
        ("时讯今天 08:00", "时讯", "今天 08:00"),
        ("时讯大前天 08:00", "时讯", "大前天 08:00"),
        *(
            (f"时讯{year}十月二十日", f"时讯{year}十月二十日", None)
            for year in ("农历", "阴历", "夏历", "旧历", "陰曆")
        ),
        ("时讯刚才", "时讯", "刚才"),
        ("时讯二〇二六年一月九日", "时讯", "二〇二六年一月九日"),
        ("时讯99天前", "时讯", "99天前"),
        *((text, text, None) for text in ("时讯数十天前", "时讯几十天前", "时讯19年1月9日", "时讯1/1月9日")),
        ("时讯100天前", "时讯100天前", None),
        ("看" * 100 + "2026/01/27", "看" * 100, "2026/01/27"),
        ("时讯" + " " * 70 + "昨天", "时讯", "昨天"),
    ],
)
def test_a_card_is_parted_into_channel_and_date(text, channel, printed):
    assert split_channel_and_date(text) == (channel, printed)


@given(st.text(alphabet="时讯看K新2 前天年月日:/-", max_size=80))
def test_parting_a_card_loses_nothing_but_white_space(text):
    channel, printed = split_channel_and_date(text)

    assert ((channel or "") + (printed or "")).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        *(("00:06", 6), ("01:33", 93), ("1:02:03", 3723), ("90:00", 5400), ("０１：３３", 93), (" 00:00 ", 0)),
        *(("999:59", 59999), ("1:59:59", 7199), ("99:00:00", 356400), ("1:5:09", 3909)),
        *(("1000:00", None), ("100:00:00", None), ("1:059:00", 3600 + 59 * 60), ("00:5", None), ("x00:05", None)),
        *(("01:60", None), ("1:60:00", None), ("1:2", None), ("", None), ("2026/01/27", None), ("1:02:03:04", None)),
    ],
)
def test_a_duration_is_minutes_and_seconds_with_hours_before_them(text, seconds):
    assert parse_duration(text) == seconds
