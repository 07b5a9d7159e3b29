"""Dates as pages print them. The expected values are worked out by hand from the moment of capture."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsspider.text.dates import SHANGHAI, parse_date, parse_duration, split_channel_and_date
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
    ("text", "at", "earliest"),
    [
        ("1个月前", date(2024, 2, 29), shanghai(2024, 1, 31)),
        ("1年前", date(2023, 3, 31), shanghai(2022, 3, 31)),
    ],
)
def test_months_and_years_ago_follow_the_calendar(text, at, earliest):
    moment = parse_date(text, shanghai(2024, 3, 31))

    assert (moment.at, moment.earliest) == (at, earliest)


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
        *(("01:60", None), ("1:60:00", None), ("1:2", None), ("", None), ("2026/01/27", None), ("1:02:03:04", None)),
    ],
)
def test_a_duration_is_minutes_and_seconds_with_hours_before_them(text, seconds):
    assert parse_duration(text) == seconds
