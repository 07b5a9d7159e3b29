"""What the line under a title says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsspider.witnesses.dateline import read_dateline


@pytest.mark.parametrize(
    ("line", "published", "source"),
    [
        ("2019-01-09 17:04:22 看看新闻Knews", "2019-01-09 17:04:22", "看看新闻Knews"),
        ("2019-01-09 17:04 浙江卫视", "2019-01-09 17:04", "浙江卫视"),
        ("2019-01-09 17:04:22 Zhejiang", "2019-01-09 17:04:22", "Zhejiang"),
        ("2019年1月9日看看新闻", "2019年1月9日", "看看新闻"),
        ("2019-01-09 17:04:22", "2019-01-09 17:04:22", None),
        ("2019-01-09\x1f17:04:22\x1f看看\x1f新闻", "2019-01-09 17:04:22", "看看新闻"),
        ("2019-01-09 17:04:22 城市更新网", "2019-01-09 17:04:22", "城市更新网"),
        ("2019-01-09 17:04:22 来源:人民日报评论 阅读 3", "2019-01-09 17:04:22", "人民日报评论"),
        ("来源:新民晚报编辑部 2019-01-09", "2019-01-09", "新民晚报编辑部"),
    ],
)
def test_a_line_is_parted_into_date_and_source(line, published, source):
    said = read_dateline(line)

    assert (said.published, said.source) == (published, source)


@pytest.mark.parametrize(
    "line",
    [
        "", "看看新闻Knews", "李强2019-01-09 17:04:22在上海出席大会", "大会2019-01-09 17:04:22开始",
        "2018-12-31 10:00:00 会议开始,市领导出席", "3-2胜2019年的冠军", "12019-01-09 17:04:22",
        "2019-01-09 17:04:22 " + "很长" * 60,
    ],
)  # fmt: skip
def test_other_lines_are_none(line):
    assert read_dateline(line) is None


@given(st.text(alphabet="2019-年月日:/ 来源编辑阅读更新于()（）\x1f新闻|", max_size=130), st.booleans())
def test_a_line_of_any_kind_is_no_accident(line, any_date):
    read_dateline(line, any_date=any_date)
