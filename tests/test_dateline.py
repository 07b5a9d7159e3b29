"""What the line under a title says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsspider.parsing.dateline import NODE_END, read_dateline


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
        ("来源:新民晚报2019-01-09", "2019-01-09", "新民晚报"),  # behind its label a name may be glued
        ("李强 2019-01-09 17:04:22", "2019-01-09 17:04:22", "李强"),
        ("李强|2019-01-09 17:04:22", "2019-01-09 17:04:22", "李强"),
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
        # A name glued to a date is the beginning of a sentence, whatever follows.
        "李强2019-01-09 17:04:22", "李强2019年1月9日", "李强2019-01-09 17:04:22 看看新闻Knews",
        "看看新闻Knews2019-01-09",
    ],
)  # fmt: skip
def test_other_lines_are_none(line):
    assert read_dateline(line) is None


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("2026年1月2日 星期五 13:01 看看新闻Knews", "2026年1月2日 星期五 13:01"),
        ("2026-01-02 星期五 13:01:07 看看新闻Knews", "2026-01-02 星期五 13:01:07"),
        ("2026-01-02（周五）13:01看看新闻Knews", "2026-01-02（周五）13:01"),
        ("2026年1月2日 下午1:01 看看新闻Knews", "2026年1月2日 下午1:01"),
        ("2026年1月2日晚上8点半 看看新闻Knews", "2026年1月2日晚上8点半"),
        ("2026-01-02 13:01:07 CST 看看新闻Knews", "2026-01-02 13:01:07 CST"),
        ("2026-01-02 13:01 (北京时间) 看看新闻Knews", "2026-01-02 13:01 (北京时间)"),
        ("北京时间2026-01-02 13:01 看看新闻Knews", "北京时间2026-01-02 13:01"),
        ("2026-01-02 13:1:7 看看新闻Knews", "2026-01-02 13:1:7"),
        ("2026-01-02, 13:01 看看新闻Knews", "2026-01-02, 13:01"),
        ("2026 年 1 月 2 日 13:01 看看新闻Knews", "2026 年 1 月 2 日 13:01"),
        ("二〇二六年一月二日 13:01 看看新闻Knews", "二〇二六年一月二日 13:01"),
        ("發佈時間：2026-01-02 13:01 來源：看看新闻Knews", "2026-01-02 13:01"),
        ("看看新闻Knews 2026年1月2日 星期五 13:01", "2026年1月2日 星期五 13:01"),
        ("看看新闻Knews 星期五 2026年1月2日 13:01", "星期五 2026年1月2日 13:01"),
        (NODE_END.join(("2026年1月2日", "星期五", "13:01", "看看新闻Knews")), "2026年1月2日 星期五 13:01"),
    ],
)
def test_weekday_part_of_the_day_and_zone_belong_to_the_date(line, published):
    dateline = read_dateline(line)

    assert dateline is not None
    assert (dateline.published, dateline.source) == (published, "看看新闻Knews")


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("2026-01-02 13:01:071看看新闻", "2026-01-02"),
        ("2026-01-02 13:01 星期五看看新闻", "2026-01-02 13:01"),
        ("2026-01-02 13:01 JST 北京时间看看新闻", "2026-01-02 13:01 JST"),
        ("2026-01-02 13:01（上海）看看新闻", "2026-01-02 13:01"),
        ("2026-01-02 13:01 [看看新闻]", "2026-01-02 13:01"),
        ("2026-01-02 13:01 | 下午1:01看看新闻", "2026-01-02 13:01"),
        ("星期五 | 2026-01-02 13:01", "2026-01-02 13:01"),
    ],
)
def test_what_begins_with_a_clock_a_weekday_a_zone_or_a_bracket_is_no_source(line, published):
    dateline = read_dateline(line)

    assert dateline is not None
    assert (dateline.published, dateline.source) == (published, None)


@pytest.mark.parametrize(
    "name",
    ["CCTV", "8点健闻", "36氪", "1905电影网", "《新民晚报》", "GMTV", "晚点LatePost", "周到上海", "21世纪经济报道"],
)
def test_a_name_may_look_a_little_like_a_time(name):
    dateline = read_dateline(f"2026-01-02 13:01 {name}")

    assert dateline is not None
    assert (dateline.published, dateline.source) == ("2026-01-02 13:01", name)


@pytest.mark.parametrize(
    "line", ["二〇二六年一月二日上午大会在上海展览中心举行，李强出席", "李强2026年1月2日 13:01在上海出席大会"]
)
def test_a_date_within_a_sentence_is_no_dateline(line):
    assert read_dateline(line) is None


AT = "2026-11-28 13:01"


@pytest.mark.parametrize(
    ("line", "published", "source"),
    [
        ("来源：看看新闻发布时间：2026-11-28 13:01", AT, "看看新闻"),
        ("【时间：2026-11-28 13:01】【来源：看看新闻】", AT, "看看新闻"),
        ("2026-11-28 13:01来源：看看新闻责任编辑：张三", AT, "看看新闻"),
        ("2026-11-28 13:01 來源：看看新聞 編輯：張三 閱讀 1.2萬", AT, "看看新聞"),
        ("2026-11-28 13:01 来源 看看新闻", AT, "看看新闻"),
        ("2026-11-28 13:01 来源丨看看新闻", AT, "看看新闻"),
        ("2026-11-28 13:01 来源于 《新民周刊》", AT, "《新民周刊》"),
        ("2026-11-28 13:01 转自：看看新闻", AT, "看看新闻"),
        ("2026-11-28 13:01 Source: Kankanews", AT, "Kankanews"),
        ("2026-11-28 13:01 来源：看看新闻 13:05", AT, "看看新闻"),
        ("2026-11-28 13:01 来源：看看新闻\x1f222", AT, "看看新闻"),
        ("2026-11-28 13:01\x1f来源：看看新闻\x1f浏览次数：\x1f", AT, "看看新闻"),
        ("2026-11-28 13:01 来源：\x1f \x1f看看新闻\x1f参与互动", AT, "看看新闻"),
        ("来源：看看新闻\x1f上海\x1f2026-11-28 13:01", AT, "看看新闻"),
        ("2026-11-28 13:01 来源：《\x1f新民周刊\x1f》", AT, "《新民周刊》"),
        ("2026-11-28 13:01 来源：港\x1f口报", AT, "港口报"),
        ("看看新闻（2026-11-28 13:01）", AT, "看看新闻"),
        ("看看新闻发布于 2026-11-28 13:01", AT, "看看新闻"),
        ("2026-11-28 13:01 看看新闻 阅读(1234)", AT, "看看新闻"),
        ("2026-11-28 13:01 看看新闻 收藏 分享", AT, "看看新闻"),
        ("看看新闻记者 张三 2026-11-28 13:01", AT, "看看新闻"),
        ("2026-11-28 13:01 聯合報/ 記者張三／台北報導", AT, "聯合報"),
        ("2026-11-28 13:01 聯合報／ 記者張三／台北報導", AT, "聯合報"),
        ("2026-11-28 13:01 出版人杂志", AT, "出版人杂志"),
    ],
)
def test_a_source_ends_where_something_else_begins(line, published, source):
    dateline = read_dateline(line)

    assert dateline is not None
    assert (dateline.published, dateline.source) == (published, source)


@pytest.mark.parametrize(
    "beside",
    [
        "评论(0)", "參與評論", "瀏覽數 1234", "人氣(1234)", "點閱 1234", "访问量：1234", "阅读次数：", "1234字",
        "【字体：大 中 小】", "字體：大 中 小", "A- A+", "收藏 分享", "收藏\x1f分享", "打印本页", "關注", "听全文",
        "IP属地：上海", "编辑于 上海", "发布于北京", "更新于 15:00", "发布者：张三", "A12版", "第 05 版",
        "农历十月二十", "～15:00", "时长：03:21", "3分钟阅读",
        "記者張三／台北報導", "文/张三", "圖：李四", "編輯：張三", "責任編輯 張三",
        "By Zhang San", "Editor: Zhang San", "123 views", "•", "∙ >", "首页 > 新闻 > 正文",
        "来自北京", "发布于台湾省", "上海市", "所属分类：\x1f头条", "标签", "健康领域创作者", "港口海事官方账号",
        "第二次会议通过）",
    ],
)  # fmt: skip
def test_a_label_a_count_a_button_or_a_person_is_no_source(beside):
    dateline = read_dateline(f"2026-11-28 13:01 {beside}")

    assert dateline is not None
    assert (dateline.published, dateline.source) == (AT, None)


@pytest.mark.parametrize(
    ("line", "published", "modified"),
    [
        ("发布/2026-11-28 13:01 更新/2026-11-28 15:00", AT, "2026-11-28 15:00"),
        ("2026-11-28 13:01 更新 2026-11-28 15:00", AT, "2026-11-28 15:00"),
        ("发布 2026-11-28 13:01 更新 2026-11-28 15:00", AT, "2026-11-28 15:00"),
        ("2026-11-28 13:01发布 2026-11-28 15:00更新", AT, "2026-11-28 15:00"),
        ("出版：2026-11-28 13:01更新：2026-11-28 15:00", AT, "2026-11-28 15:00"),
        ("首次上稿 2026-11-28 13:01 更新時間 2026-11-28 15:00", AT, "2026-11-28 15:00"),
        ("發稿時間：2026-11-28 13:01 最新更新：2026-11-28 15:00", AT, "2026-11-28 15:00"),
        ("Published 2026-11-28 13:01 Updated 2026-11-28 15:00", AT, "2026-11-28 15:00"),
        ("Last updated: 2026-11-28 15:00", None, "2026-11-28 15:00"),
        ("發佈於：2026-11-28 13:01", AT, None),
    ],
)
def test_a_label_says_what_a_date_is_of(line, published, modified):
    dateline = read_dateline(line)

    assert dateline is not None
    assert (dateline.published, dateline.modified, dateline.source) == (published, modified, None)


@pytest.mark.parametrize(
    "line",
    ["截止：2026-11-28 13:01", "开播：2026-11-28 13:01", "农历 2026年10月20日", "农历：2026年10月20日",
     "2026年10月20日（农历）", "11/28/2026 13:01", "28.11.2026 13:01"],
)  # fmt: skip
def test_a_date_of_something_else_or_of_another_calendar_is_no_dateline(line):
    assert read_dateline(line, any_date=True) is None


@pytest.mark.parametrize(
    ("line", "unread"),
    [("13:01 2026-11-28", "13:01"), ("2026-11-28 13.01", "13.01"), ("2026年11月28日 六 13:01", "六 13:01"),
     ("2026-11-28 1301", "1301")],
)  # fmt: skip
def test_a_clock_that_is_not_read_is_kept_for_a_warning(line, unread):
    dateline = read_dateline(line)

    assert dateline is not None
    assert dateline.unread_of_date == [unread]


CHANGED = """
更新|更新时间|更新日期|更新于|更新日|修改|修改时间|修訂於|编辑于|編輯時間|最后更新|最近更新|最新更新|本文更新于
Last updated|Updated on|updated at|Modified|last modified on
"""
PUBLISHED = """
发布|發佈時間|发布日期|发布于|发表于|發表時間|发稿|首次上线|上架时间|上稿|上传于|出版|刊登|刊出日期|刊载|公開日|掲載|配信|本文发表于|已发布
Published|published on|Posted|posted at|Date|时间|日期
"""


def each_of(lines):
    return lines.strip().replace("\n", "|").split("|")


def test_labels_say_whether_a_date_is_that_of_a_change():
    for label in each_of(CHANGED):
        dateline = read_dateline(f"{label}: {AT}")
        assert (dateline.published, dateline.modified, dateline.source) == (None, AT, None), label
    for label in each_of(PUBLISHED):
        dateline = read_dateline(f"{label}: {AT}")
        assert (dateline.published, dateline.modified, dateline.source) == (AT, None, None), label
    for label in ("发布", "发表", "發佈", "刊登", "出版", "配信"):
        dateline = read_dateline(f"{AT} {label}")
        assert (dateline.published, dateline.modified, dateline.source) == (AT, None, None), label
        assert dateline.unread == [], label


SOURCES = """
来源|來源|信息来源|新闻来源|稿件来源|文章来源|消息来源|资料来源|来源于|来源自|稿源|出处|来自|转自|摘自|转载自|轉載自|Source
"""


def test_labels_name_the_source():
    for label in each_of(SOURCES):
        for mark in (":", "：", "/", "|", "丨"):
            assert read_dateline(f"{AT} {label}{mark} 港口报").source == "港口报", label + mark


BUTTONS = """
评论|我要评论|参与评论|查看评论|发表评论|写评论|看评论|手机看|观看|全屏播放|倍速播放|大屏看|听全文|听新闻|听文章|听音频|点赞|收藏|分享|关注
转发|转载|举报|纠错|打印|列印|关闭|返回|原创|正文|原文|原文链接|扫码阅读|扫码|选稿|大字号|中字号|小字号|本页|订阅|朗读|下载|投稿|字号|字体
大|t小|A+|a-|+|-
"""


def test_a_name_beside_the_date_is_told_from_one_under_a_label():
    labelled = [read_dateline(f"{AT} {each}").is_labelled for each in ("来源：港口报", "港口报", "")]

    assert labelled == [True, False, False]


def test_buttons_are_no_source_and_nothing_that_was_not_read():
    for button in each_of(BUTTONS):
        dateline = read_dateline(f"{AT} {button}")
        assert (dateline.source, dateline.unread) == (None, []), button
    for what in ("阅读", "浏览", "点击", "播放", "观看", "评论"):
        for count in ("量", "次数", "数", "人数"):
            assert read_dateline(f"{AT} {what}{count}").source is None, what + count


@pytest.mark.parametrize("calendar", ["农历", "阴历", "夏历", "旧历", "農曆", "舊曆"])
def test_a_day_of_the_lunar_calendar_is_none(calendar):
    for line in (f"{calendar} 2026年10月20日", f"{calendar}：2026年10月20日", f"2026年10月20日（{calendar}）",
                 f"{AT} 更新 2026年10月20日 ({calendar})"):  # fmt: skip
        assert read_dateline(line) is None, line


@pytest.mark.parametrize(
    ("line", "said"),
    [
        # 120 characters are a line, 40 a name.
        (AT + " " * 101 + "港口报", (AT, None, "港口报")),
        (AT + " " * 102 + "港口报", None),
        (f"{AT} {'港' * 40}", (AT, None, "港" * 40)),
        (f"{AT} {'港' * 41}", None),
        # Of two times of one kind the first; of two sources too.
        (f"{AT} 2026-11-28 15:00", (AT, None, None)),
        (f"来源：港口报 {AT} 来源：海报", (AT, None, "港口报")),
        (f"{AT} 来源：港口报 转自：海报", (AT, None, "港口报")),
        (f"港口报 {AT} 海报", None),
        # What is glued to a date, or ends with a colon before it, is a label of something else.
        (f"第12版{AT}", None),
        (f"第12版 {AT}", (AT, None, None)),
        (f"截止 ： {AT}", None),
    ],
)
def test_what_stands_beside_a_date(line, said):
    dateline = read_dateline(line)

    assert (dateline and (dateline.published, dateline.modified, dateline.source)) == said


@pytest.mark.parametrize(
    ("nodes", "said"),
    [
        (("港口报", "01-29 13:05"), ("01-29 13:05", None, "港口报")),
        (("港口报", " 1月29日 13时05分", "阅读 12"), ("1月29日 13时05分", None, "港口报")),
        (("港口报", "今天 13:05"), ("今天 13:05", None, "港口报")),
        (("来源：港口报", "王乐文", "发布于 01-29 13:05"), ("01-29 13:05", None, "港口报")),
        (("港口报", "更新于", "01-29 13:05"), (None, "01-29 13:05", "港口报")),
        (("01-29",), ("01-29", None, None)),
        (("港口报", "01-29"), None),
        (("港口报", "3天前"), None),
        (("港口报 01-29 13:05",), None),
        (("港口报", "第 01-29 13:05"), None),
        (("会议时间", "01-29 13:05"), None),
        (("港口报", "开庭时间：", "01-29 13:05"), None),
        (("港口报", "01-29 13:05", "渡轮起航"), None),
        (("渡轮昨晚停航，今天", "01-29 13:05"), None),
    ],
)
def test_a_date_without_a_year_is_read_where_a_node_begins_with_it_and_a_clock(nodes, said):
    dateline = read_dateline(NODE_END.join(nodes), any_date=True)

    assert (dateline and (dateline.published, dateline.modified, dateline.source)) == said
    assert len(nodes) == 1 or read_dateline(NODE_END.join(nodes)) is None


def test_any_date_is_looked_for_where_no_whole_one_stands():
    both = read_dateline(f"{AT} 更新 2026-11-28 15:00", any_date=True)

    assert (both.published, both.modified) == (AT, "2026-11-28 15:00")
    assert read_dateline("2小时前 港口报") is None
    assert read_dateline("2小时前 港口报", any_date=True)[:3] == ("2小时前", None, "港口报")


def test_people_stand_before_and_behind_a_date():
    byline = read_dateline(f"记者：张三 编辑：王五 {AT} 记者：李四 编辑：赵六 摄影：周七").byline

    assert [[each.name for each in people] for people in byline] == [["张三", "李四"], ["王五", "赵六"], ["周七"]]
    assert [each.name for each in read_dateline(f"{AT} 聯合報/ 記者張三／台北報導").byline.authors] == ["張三"]
    assert read_dateline(f"{AT} [--]").unread == []


@given(
    st.text(alphabet="2019-年月日:/ 来源编辑阅读更新于下午点星期六北京CST()（）\x1f新闻|", max_size=130), st.booleans()
)
def test_a_line_of_any_kind_is_no_accident(line, any_date):
    read_dateline(line, any_date=any_date)


@pytest.mark.parametrize(
    ("beside", "source", "authors"),
    [
        ("来源：21世纪港口报道 王乐文", "21世纪港口报道", ["王乐文"]),
        ("港口日报　王乐文", "港口日报", ["王乐文"]),
        ("| 港口日报 | 王乐文 方敏", "港口日报", ["王乐文", "方敏"]),
        ("港口日报 江城网", "港口日报 江城网", []),  # 江 is a family name too
        ("港口日报 记者 王乐文", "港口日报", ["王乐文"]),
        ("港口 王乐文", "港口 王乐文", []),
        ("来源：港口日报", "港口日报", []),
    ],
)
def test_a_name_behind_the_paper_is_of_a_person(beside, source, authors):
    line = read_dateline(f"2026-01-28 10:15 {beside}")

    assert (line.source, [each.name for each in line.byline.authors]) == (source, authors)
