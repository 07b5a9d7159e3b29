"""Dates as pages print them. The expected values are worked out by hand from the moment of capture."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsspider.dates import SHANGHAI, Moment, parse_date, parse_duration, split_channel_and_date

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
        *("2月30日", "2019年2月29日", "2026-13-01", "2026-01-32", "2026-01-27 25:00", "昨天 24:00", "2026-01-27 10:60"),
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
