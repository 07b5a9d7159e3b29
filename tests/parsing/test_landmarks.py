"""What the parts of a page say that their words open, whatever its markup is called. All pages here are made up."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

import pytest

from newsspider.parsing.doubts import Doubts
from newsspider.parsing.landmarks import Landmarks
from newsspider.parsing.page import Page
from newsspider.parsing.words import Words
from newsspider.text.urls import absolute

URL = "https://news.example/detail/A1"
SEEN = datetime(2026, 1, 30, 12, tzinfo=UTC)
WORDS = Words(
    toolbar=("点赞", "收藏", "分享"),
    notice="版权声明",
    keywords="关键词",
    comments="(?:全部)?评论",
    recommended="推荐视频",
    footer="关于我们|版权所有|版权声明",
    no_comments="暂无评论",
    comments_closed="评论关闭",
    login_to_comment="登录后评论",
    comment_count=r"全部评论\((\d+)\)",
)
ANY = Words(footer="关于我们")
"""The words of a site without a toolbar, of which nothing but the footer is known."""

TITLE = "渡轮在新桥通车之前继续运行"
TOOLS = "<div><span>点赞</span><span>收藏</span><span>分享</span></div>"
DATE = "<p>2026-01-29 08:00:00 港口报</p>"
BODY = "<p>港口委员会周二表决。</p><p>老渡轮保留。</p>"
PARAGRAPHS = ["港口委员会周二表决。", "老渡轮保留。"]
NOTICE = "<p>版权声明：本文系独家稿件</p>"
FOOTER = "<p>关于我们</p><p>港口传媒有限公司</p>"


class Heard:
    """What the landmarks of a page say, and what is in doubt."""

    def __init__(self, html, words=WORDS, tab=None):
        head = f"<title>{tab}</title>" if tab else ""
        html = html if html.startswith("<!") else f"<html><head>{head}</head><body>{html}</body></html>"
        page = Page(html.encode(), URL, [(b"Content-Type", b"text/html; charset=utf-8")])
        self.doubts = Doubts()
        resolve = partial(absolute, URL)
        self.landmarks = Landmarks(page, words, SEEN, lambda href: resolve(href) if href else None, self.doubts)
        self.said = self.landmarks.say()

    def __getitem__(self, field):
        return self.said.get(field)

    @property
    def names(self):
        return [each.name for each in self["authors"] or ()]


def article(
    *, top="", channel="<p>时讯</p>", tools=TOOLS, title=f"<h1>{TITLE}</h1>", date=DATE, body=BODY, below=NOTICE
):
    return f"{top}{channel}{tools}{title}{date}{body}{below}{FOOTER}"


def hear(words=WORDS, tab=None, **parts):
    return Heard(article(**parts), words, tab)


def test_a_page_reads_from_top_to_bottom():
    got = hear(
        below=NOTICE + "<p>关键词：渡轮、大桥</p><p>全部评论(0) 暂无评论</p><p>推荐视频</p>"
        "<a href=/detail/B1><p>01:33</p><p>大桥</p></a><p>时讯2天前</p>"
    )

    assert got["channel"] == ("时讯", None)
    assert (got["title"], got["published_at"], got["source"]) == (TITLE, "2026-01-29 08:00:00", ("港口报", None))
    assert got["paragraphs"] == PARAGRAPHS
    assert (got["copyright_notice"], got["exclusive"]) == ("版权声明：本文系独家稿件", True)
    assert got["keywords"] == ["渡轮", "大桥"]
    assert got["comments"] == (0, "empty")
    assert [(each.title, each.url) for each in got["recommendations"]] == [("大桥", "https://news.example/detail/B1")]
    assert got.landmarks.footer() == "关于我们\n港口传媒有限公司"
    assert got.doubts.warnings == []


def test_what_a_page_does_not_show_is_not_said():
    got = hear(channel="")

    assert got["recommendations"] is got["modification_notes"] is got["comments"] is got["keywords"] is None
    assert got["channel"] is None


# ---------------------------------------------------------------------------------------------------------- channel


@pytest.mark.parametrize(
    ("above", "channel"),
    [
        ("<p>时讯</p>", ("时讯", None)),
        ("<p><a href=/c/1>时讯</a></p>", ("时讯", "/c/1")),
        ("<p><a href=/>首页</a> <a href=/c/1>时讯</a></p>", ("时讯", "/c/1")),
        ("<p>时讯</p><p>热点</p>", ("热点", None)),
        ("<p>时讯 <i>★</i> |</p>", ("时讯 ", None)),
        ("<p>12</p>", None),
        ("<p>收藏</p>", None),  # a button of the header
        ("<p>★</p>", None),
        ("", None),
        (f"<p>{'长' * 40}</p>", ("长" * 40, None)),
        (f"<p>{'长' * 41}</p>", None),  # a sentence, and no name
    ],
)
def test_the_channel_is_the_last_word_above_the_toolbar(above, channel):
    assert hear(channel=above)["channel"] == channel


def test_the_channel_may_stand_in_the_line_of_the_toolbar_before_its_words():
    tools = "<div><a href=/c/1>时讯</a> | <span>点赞</span><span>收藏</span><span>分享</span><b>看</b></div>"

    assert hear(channel="<p>热点</p>", tools=tools)["channel"] == ("时讯", "/c/1")


# ------------------------------------------------------------------------------------------------------------ title


@pytest.mark.parametrize(
    "line",
    [
        *("来源：港口报", "稿源: 港口报", "原标题：渡轮", "导语：渡轮不停", "摘要：渡轮不停", "编者按：渡轮不停"),
        *(
            "责任编辑：张三",
            "编辑：张三",
            "作者：张三",
            "记者：张三",
            "您当前位置：首页",
            "当前位置：时讯",
            "你的位置：首页",
        ),
        *("首页 > 时讯", "首页>时讯>渡轮", "港口 > 时讯 > 正文", "时讯 » 详情", "——港口见闻", "--渡轮", "分享到："),
        *("港口报记者 张三", "通讯员 李四 王五", "<a href=/>港口</a> <a href=/c>时讯</a>"),
    ],
)
def test_what_else_stands_above_the_date_is_no_title(line):
    got = hear(title=f"<p>{TITLE}</p><p>{line}</p>")

    assert got["title"] == TITLE
    assert "title" not in got.doubts.fields


@pytest.mark.parametrize(
    "title",
    [
        *("港口 > 正文之争", "来源不明的渡轮", "作者的渡轮", "首页的故事", "—条渡轮", "大" * 200, "12"),
        '<a href="/detail/A1">渡轮继续运行</a>',
    ],
)
def test_a_line_above_the_date_is_the_title(title):
    got = hear(title=f"<p>{title}</p>")

    assert got["title"] == ("渡轮继续运行" if title.startswith("<a") else title)


def test_a_line_of_more_than_two_hundred_characters_is_no_title():
    assert hear(title=f"<p>{'大' * 201}</p>")["title"] is None


@pytest.mark.parametrize(
    ("lines", "tab", "title", "is_doubted"),
    [
        (f"<p>港口见闻录</p><h1>{TITLE}</h1>", None, TITLE, False),
        (f"<h1>{TITLE}</h1><p>老桥的故事和渡轮的故事之一</p>", "老桥的故事和渡轮的故事之一_时讯", TITLE, False),
        (f"<p>老桥的故事之一二三四五六</p><p>{TITLE}</p>", f"{TITLE}_时讯", TITLE, False),
        (f"<p>渡轮</p><p>{TITLE}</p>", f"{TITLE}_时讯", TITLE, False),
        (f"<p>渡轮在新桥</p><p>{TITLE}</p>", f"{TITLE}_时讯", TITLE, False),  # too short for more than a name
        (f"<p>{TITLE}</p><p>{TITLE}</p>", None, TITLE, False),
        (f"<p>{TITLE}</p><p>老桥的故事之一</p>", None, TITLE, True),
        (f"<h1>{TITLE}</h1><h1>老桥的故事之一</h1>", None, TITLE, True),
    ],
)
def test_of_several_lines_above_the_date_the_heading_or_that_of_the_tab_is_the_title(lines, tab, title, is_doubted):
    got = hear(title=lines, tab=tab)

    assert got["title"] == title
    assert ("title" in got.doubts.fields) is is_doubted
    assert got.doubts.warnings == ["title: 2 lines stand above the date; the first is taken"] * is_doubted


def test_a_page_without_a_date_has_its_title_below_the_toolbar():
    assert hear(date="")["title"] == TITLE
    assert hear(date="", title=f"<p>分享到：</p><p>{TITLE}</p>")["title"] == TITLE
    assert hear(date="")["paragraphs"] == PARAGRAPHS
    assert hear(date="", tools="")["title"] is None
    assert hear(date="", below="")["title"] is None  # where nothing ends the body, nothing tells it from the rest
    assert hear(date="", below="")["paragraphs"] is None


@pytest.mark.parametrize(("between", "title"), [(2, TITLE), (3, "副题三")])
def test_where_no_toolbar_is_the_title_is_near_the_date(between, title):
    lines = f"<h1>{TITLE}</h1>" + "".join(f"<p>副题{n}</p>" for n in "一二三"[:between])
    got = hear(ANY, channel="", tools="", title=lines, below="")

    assert got["title"] == title
    assert "title" not in got.doubts.fields


# -------------------------------------------------------------------------------------------------- date and source


@pytest.mark.parametrize(
    ("date", "published"),
    [
        ("<p>2026-01-29 08:00:00</p>", "2026-01-29 08:00:00"),
        ("<p>2026-01-29 08:00</p>", "2026-01-29 08:00"),
        ("<p>2026-01-29</p>", "2026-01-29"),
        ("<p>1月29日</p>", "1月29日"),
        ("<p>2小时前</p>", "2小时前"),
        ("<p>副题之一</p><p>2026-01-29 08:00</p>", "2026-01-29 08:00"),
        ("<p>副题之一</p><p>2026-01-29</p>", None),  # any day, that of a flood or of today
        ("<p>副题之一</p><p>2026年</p>", None),
        *((f"<p>2026-01-29 08:00 大桥通车{mark}</p>", None) for mark in "。!！?？"),
        ("<p>更新时间：2026-01-29 08:00</p>", None),
    ],
)
def test_a_line_with_a_date_says_when(date, published):
    assert hear(date=date)["published_at"] == published


def test_a_line_may_say_alone_when_it_was_modified():
    got = hear(date="<p>更新时间：2026-01-29 08:00</p>")

    assert (got["modified_at"], got["published_at"], got["paragraphs"]) == ("2026-01-29 08:00", None, PARAGRAPHS)


def test_the_clock_of_the_header_is_not_when_it_was_published():
    clock = "<p>港口报</p><p>2026年1月30日 12:00</p>"

    assert hear(top=clock)["published_at"] == "2026-01-29 08:00:00"
    assert hear(top=clock, date="")["published_at"] is None
    today = "<p>港口报</p><p>2026年1月30日</p>"
    for top in (today, f"<img src=/logo.png>{today}"):
        got = hear(ANY, top=top, channel="", tools="", below="")
        assert (got["published_at"], got["paragraphs"]) == ("2026-01-29 08:00:00", PARAGRAPHS)


def test_a_time_of_a_place_that_is_not_named_is_not_known():
    got = hear(date="<p>2026-01-29 08:00:00 当地时间</p>")
    near = hear(ANY, channel="", tools="", date="<p>1月29日 08:00 当地时间</p><p>2小时前</p>", below="")

    assert (got["published_at"], got.doubts.fields) == (None, set())
    problem = "printed as 2026-01-29 08:00:00 当地时间, which is no moment that can be known"
    assert got.doubts.warnings == [f"published_at: {problem}"]
    assert near["published_at"] == "2小时前"


def test_a_toolbar_below_the_body_ends_it():
    got = Heard(f"<h1>{TITLE}</h1>{DATE}{BODY}<div><p>喜欢就</p>{TOOLS}</div>{FOOTER}")

    assert (got["title"], got["paragraphs"]) == (TITLE, PARAGRAPHS)
    assert not got.landmarks.body_is_open
    assert got["channel"] is None


@pytest.mark.parametrize(
    ("between", "published"),
    [
        ("", "2小时前"),
        ("<p>副题</p><p>时讯</p>", "2小时前"),
        ("<p>副题</p><p></p><p>时讯</p>", "2小时前"),
        ("<p>副题</p><p>时讯</p><p>港口</p>", None),
        ("<p>渡轮不停。</p>", None),
        ("<p>渡轮不停！</p>", None),
    ],
)
@pytest.mark.parametrize("tag", ["h1", "h4"])
def test_where_no_word_is_known_any_date_near_below_the_headline_is_its(between, published, tag):
    got = hear(
        ANY, f"{TITLE}_港口报", channel="", tools="", title=f"<{tag}>{TITLE}</{tag}>{between}", date="<p>2小时前</p>",
        below="",
    )  # fmt: skip

    assert got["published_at"] == published
    other = hear(ANY, channel="", tools="", title=f"<h4>{TITLE}</h4>{between}", date="<p>2小时前</p>", below="")
    assert other["published_at"] is None  # neither a heading nor the title of the tab


def test_a_source_is_the_name_in_the_line_or_beside_it_with_its_link():
    for date, source in (
        ("<p>2026-01-29 08:00:00 <a href=/s>港口报</a></p>", ("港口报", "/s")),
        ("<p>2026-01-29 08:00:00 来源：<a href=/s>港口报</a> <a href=/p>上海</a></p>", ("港口报", "/s")),
        ("<p>2026-01-29 08:00:00 来源：<a href=/x>港</a>口报</p>", ("港口报", None)),
        ("<p>2026-01-29 08:00:00</p><p>来源：<a href=/s>港口报</a></p>", ("港口报", "/s")),
        ("<p>来源：港口报</p><p>2026-01-29 08:00:00</p>", ("港口报", None)),
        ("<p>来源：晚报</p><p>2026-01-29 08:00:00</p><p>来源：港口报</p>", ("港口报", None)),
        ("<div><p>2026-01-29 08:00:00</p><p>港口报</p></div>", ("港口报", None)),
        ("<div><p>港口报</p><p>2026-01-29 08:00:00</p></div>", ("港口报", None)),
        ("<div><p>2026-01-29 08:00:00</p><p>港口报</p><p>" + "长" * 120 + "</p></div>", None),
        ("<div><p>2026-01-29 08:00:00</p><p>" + "长" * 41 + "</p></div>", None),
        ("<div><p>2026-01-29 08:00:00</p><p>渡轮不停。</p></div>", None),
        ("<div><p>2026-01-29 08:00:00</p><p>分享到：</p></div>", None),
        ("<div><p>2026-01-29 08:00:00</p><p>记者 张三</p></div>", None),
        ("<div><p>2026-01-29 08:00:00</p><p>2026-01-29</p></div>", None),
    ):
        got = hear(date=date)
        assert got["source"] == source, date
        assert got["title"] == TITLE, date
        assert got["published_at"] == "2026-01-29 08:00:00", date
    between = hear(title=f"<p>{TITLE}</p>", date="<div><p>港口报</p><p>2026-01-29 08:00:00</p></div>")
    assert (between["title"], between["source"], between.doubts.fields) == (TITLE, ("港口报", None), set())
    beside = f"<div><p>2026-01-29 08:00:00</p><p>港口报</p><p>{'长' * 60}</p></div>"
    assert hear(date=beside)["source"] == ("港口报", None)
    apart = hear(date="<div><p>2026-01-29 08:00:00</p></div><div><p>港口报</p></div>")
    assert apart["source"] is None  # nothing but the page is around both
    broken = hear(date="<p>2026-01-29 08:00:00<br>港口报</p>", body=f"<p>{'长' * 120}。</p>")
    assert broken["source"] == ("港口报", None)
    far = hear(date="<p>2026-01-29 08:00:00</p><p>港口报</p>", body=f"<p>{'长' * 120}。</p>")
    assert far["source"] is None  # it may be the first line of the text


def test_a_title_above_the_date_is_no_source():
    for title, tab in ((f"<h1>{TITLE[:10]}</h1>", None), (f"<p>{TITLE[:10]}</p>", f"{TITLE[:10]}_时讯")):
        got = Heard(
            f"<p>时讯</p>{TOOLS}<p>港口见闻录之一</p><div>{title}<p>2026-01-29 08:00:00</p></div>{BODY}{NOTICE}",
            WORDS,
            tab,
        )
        assert got["source"] is None
    alone = Heard(f"{TOOLS}<div><p>渡轮不停</p><p>2026-01-29 08:00:00</p></div>{BODY}{NOTICE}")
    assert (alone["title"], alone["source"]) == ("渡轮不停", None)


def test_what_stands_beside_the_date_and_is_no_name_is_told_of():
    odd = hear(date="<p>2026-01-29 08:00:00 第3版</p>")
    named = hear(date="<p>2026-01-29 08:00:00 第3版 来源：港口报</p>")
    clock = hear(date="<p>13:01 2026-01-29 港口报</p>")

    assert odd.doubts.warnings == ["source: 第3版 stands beside the date and is no name"]
    assert odd.doubts.fields == set()
    assert named.doubts.warnings == []
    assert clock.doubts.fields == {"published_at"}
    assert clock.doubts.warnings == ["published_at: 13:01 stands beside the date and was not read"]


@pytest.mark.parametrize(
    ("below", "modified", "doubted", "paragraphs"),
    [
        ("<p>更新时间：2026-01-30 09:00</p>", "2026-01-30 09:00", False, PARAGRAPHS),
        ("<p>来源：港口报</p><p>更新：2026-01-30 09:00</p>", "2026-01-30 09:00", False, PARAGRAPHS),
        ("<p>来源：港口报</p><p></p><p>更新：2026-01-30 09:00</p>", "2026-01-30 09:00", False, PARAGRAPHS),
        ("<p>来源：港口报</p><img src=/1.png><p>更新：2026-01-30 09:00</p>", "2026-01-30 09:00", False, PARAGRAPHS),
        ("<p>2026-01-28 07:00</p>", None, True, PARAGRAPHS),
        ("<p>更新：2026-01-30 09:00 港口晚报</p>", None, False, ["更新：2026-01-30 09:00 港口晚报", *PARAGRAPHS]),
        ("<p>更新时间：2026-01-30 09:00。</p>", None, False, ["更新时间：2026-01-30 09:00。", *PARAGRAPHS]),
        ("<p>一段。</p><p>更新时间：2026-01-30 09:00</p>", None, False,
         ["一段。", "更新时间：2026-01-30 09:00", *PARAGRAPHS]),
    ],
)  # fmt: skip
def test_the_lines_below_the_date_may_have_another(below, modified, doubted, paragraphs):
    got = hear(date=f"<p>2026-01-29 08:00:00{'' if '来源' in below else ' 港口报'}</p>{below}")

    assert got["published_at"] == "2026-01-29 08:00:00"
    assert got["modified_at"] == modified
    assert ("published_at" in got.doubts.fields) is doubted
    assert got["paragraphs"] == paragraphs
    assert got["source"] == ("港口报", None)


def test_the_line_with_the_date_says_first_when_it_was_modified():
    got = hear(date="<p>2026-01-29 08:00:00 更新：2026-01-30 10:00 港口报</p><p>更新时间：2026-01-30 09:00</p>")

    assert got["modified_at"] == "2026-01-30 10:00"


def test_people_beside_the_date_and_at_the_end_of_the_body_are_each_named_once():
    both = hear(date="<p>2026-01-29 08:00:00 记者：张三</p>", body=BODY + "<p>记者：张三 李四</p>")
    below = hear(body=BODY + "<p>记者：李四</p>")

    assert both.names == ["张三", "李四"]
    assert below.names == ["李四"]
    assert both["paragraphs"] == PARAGRAPHS


@pytest.mark.parametrize(
    ("below", "is_doubted"), [("<p>来源：港口报</p>", False), ("<p>来源：新华社</p>", True), ("", False)]
)
def test_another_source_at_the_end_of_the_body_is_a_doubt(below, is_doubted):
    got = hear(date="<p>2026-01-29 08:00:00 <a href=/s>港口报</a></p>", body=BODY + below)

    assert got["source"] == ("港口报", "/s")
    assert got.doubts.fields == ({"source"} if is_doubted else set())
    assert got.doubts.warnings == ["source: the end of the body says 新华社"] * is_doubted


# ------------------------------------------------------------------------------------------------ where a body ends

COMMENTS = "<p>全部评论(1)</p>"


@pytest.mark.parametrize(
    ("body", "below", "paragraphs"),
    [
        (BODY, NOTICE, PARAGRAPHS),
        (BODY, "<p>关键词：渡轮</p>", PARAGRAPHS),
        (BODY, COMMENTS, PARAGRAPHS),
        (BODY, "<p>推荐视频</p>", PARAGRAPHS),
        (BODY, "", PARAGRAPHS),  # up to the footer
        (BODY, NOTICE + "<p>甲。</p>" + COMMENTS + "<p>乙。</p>", PARAGRAPHS),
        # A sentence may begin with the word of a part: the last of them above the next part opens it.
        (BODY + "<p>评论认为，渡轮很好。</p>", COMMENTS, [*PARAGRAPHS, "评论认为，渡轮很好。"]),
        (BODY + "<p>版权声明很长。</p>", NOTICE, [*PARAGRAPHS, "版权声明很长。"]),
        (BODY, NOTICE + COMMENTS + "<p>版权声明写得好</p>", PARAGRAPHS),
        (BODY, NOTICE + "<p>推荐视频</p><p>版权声明</p>", PARAGRAPHS),
        (BODY + "<p>推荐视频很多。</p>", NOTICE + "<p>推荐视频</p>", [*PARAGRAPHS, "推荐视频很多。"]),
        # Comments may stand below the recommended videos.
        (BODY, "<p>推荐视频</p><p>大桥</p>" + COMMENTS, PARAGRAPHS),
        # Keywords are a label and what belongs to it.
        (BODY + "<p>关键词是渡轮，他说。</p>", NOTICE, [*PARAGRAPHS, "关键词是渡轮，他说。"]),
        (BODY + "<p>关键词，市长说了三次</p>", "<p>推荐视频</p>", [*PARAGRAPHS, "关键词，市长说了三次"]),
        (BODY, "<p>关键词：渡轮、大桥</p>" + NOTICE, PARAGRAPHS),
        (BODY, "<p><b>关键词：</b><a href=/k>谁的船？</a></p>" + COMMENTS, PARAGRAPHS),
        (BODY + "<p><b>关键词：</b>渡轮不停。</p>", COMMENTS, [*PARAGRAPHS, "关键词：渡轮不停。"]),
        (BODY + "<p>关键词：渡轮、大桥，都不停。</p>", COMMENTS, [*PARAGRAPHS, "关键词：渡轮、大桥，都不停。"]),
        (BODY, "<p>关键词</p><p><a href=/k>渡轮</a></p>" + COMMENTS, PARAGRAPHS),
        # Where sentences follow, it is a heading in the body.
        (BODY, "<p>关键词：渡轮</p><p>好。赞</p>", PARAGRAPHS),
        (BODY + "<p>关键词：渡轮</p><p>它不停。</p>", COMMENTS, [*PARAGRAPHS, "关键词：渡轮", "它不停。"]),
        (BODY, "<p>关键词：渡轮</p><p>关于我们</p><p>请勿转载。</p>", PARAGRAPHS),
        # The body goes on to the footer below all sentences; a footer may have some too.
        (BODY + "<p>关于我们的渡轮，他说。</p>", "", [*PARAGRAPHS, "关于我们的渡轮，他说。"]),
        (BODY, "<p>关于我们</p><p>请勿转载。</p>", None),
    ],
)
def test_the_body_goes_up_to_the_part_that_follows(body, below, paragraphs):
    last = below.startswith("<p>关于我们")
    got = Heard(f"<p>时讯</p>{TOOLS}<h1>{TITLE}</h1>{DATE}{body}{below}{'' if last else FOOTER}")

    assert got["paragraphs"] == (paragraphs or PARAGRAPHS)


def test_a_source_at_the_end_of_the_body_is_the_only_one_where_the_date_has_none():
    got = hear(date="<p>2026-01-29 08:00:00</p>", body=BODY + "<p>来源：新华社</p>")

    assert (got["source"], got.doubts.fields) == (("新华社", None), set())


def test_keywords_are_the_last_line_that_is_labelled_so():
    body = BODY + "<p>关键词：渡轮</p><p>它不停。</p>"
    got = hear(body=body, below="<p>关键词：渡轮、大桥</p>" + COMMENTS)

    assert got["keywords"] == ["渡轮", "大桥"]
    assert got["paragraphs"] == [*PARAGRAPHS, "关键词：渡轮", "它不停。"]


def test_among_the_recommended_videos_no_other_part_opens():
    got = hear(below="<p>推荐视频</p><p>版权声明：独家</p>" + COMMENTS)

    assert (got["copyright_notice"], got["comments"]) == (None, (1, "unknown"))


def test_a_page_may_begin_with_its_toolbar():
    lines = "".join(f"<p>副题{n}</p>" for n in "一二三四")

    assert hear(channel="", title=f"<h1>{TITLE}</h1>{lines}")["title"] == TITLE


def test_words_above_the_date_open_no_part():
    nav = "<p>推荐视频</p><p>评论</p><p>关键词</p><p>关于我们</p>"

    assert hear(top=nav)["paragraphs"] == PARAGRAPHS
    assert hear(top=nav, below="")["paragraphs"] == PARAGRAPHS


def test_parts_follow_each_other_in_the_order_of_the_site():
    words = {name: getattr(WORDS, name) for name in WORDS.__slots__}
    other = Words(**words | {"order": ("comments", "recommended", "notice", "keywords")})
    below = COMMENTS + "<p>推荐视频</p><p>版权声明：独家</p><p>评论很好</p><p>关键词：渡轮</p>"

    assert hear(other, below=below)["paragraphs"] == PARAGRAPHS
    assert hear(other, below=below)["copyright_notice"] == "版权声明：独家"
    assert hear(other, below=below)["comments"] == (1, "unknown")
    assert hear(other, below=below)["keywords_raw"] == "关键词：渡轮"


def test_a_line_that_opens_another_part_is_no_footer():
    got = hear(below=COMMENTS + NOTICE)  # its notice stands below its comments

    assert got.landmarks.footer() == "关于我们\n港口传媒有限公司"


def test_a_footer_below_other_parts_begins_at_its_first_line():
    got = Heard(article() + "<p>请勿转载。</p><p>版权所有</p>")

    assert got.landmarks.footer() == "关于我们\n港口传媒有限公司\n请勿转载。\n版权所有"
    assert Heard(f"<h1>{TITLE}</h1>{DATE}{BODY}").landmarks.footer() == ""


@pytest.mark.parametrize("size", [19_000, 20_000])
def test_so_much_of_a_footer_is_read(size):
    got = Heard(f"{article()}<p>{'x ' * (size // 2)}</p>")

    assert len(got.landmarks.footer()) == min(20_000, len("关于我们\n港口传媒有限公司\n") + size - 1)


def test_a_page_that_is_cut_off_in_its_body_has_it_up_to_there():
    html = f"<!doctype html><body><div><p>时讯</p>{TOOLS}<h1>{TITLE}</h1>{DATE}{BODY}<p>然后"
    got = Heard(html)
    open_ = hear(below="")

    assert got["paragraphs"] == [*PARAGRAPHS, "然后"]
    assert not got.landmarks.body_is_open  # that it is cut off is said of the page
    assert open_.landmarks.body_is_open
    assert not hear().landmarks.body_is_open
    assert Heard(f"{TOOLS}<h1>{TITLE}</h1>{DATE}{BODY}")["paragraphs"] is None


def test_an_aside_in_the_body_is_none_of_it():
    assert hear(body=BODY + "<aside><p>另一篇。</p></aside>")["paragraphs"] == PARAGRAPHS


# ----------------------------------------------------------------------------------------------- the parts below it


@pytest.mark.parametrize(
    ("notice", "said"),
    [
        ("<p>版权声明：本文系独家稿件</p><p>另一行</p>", "版权声明：本文系独家稿件"),
        ("<p>【版权声明】</p><p>本文系独家稿件</p><p>另一行</p>", "【版权声明】 本文系独家稿件"),
    ],
)
def test_a_notice_is_a_line_or_a_label_and_the_line_below(notice, said):
    words = Words(**{name: getattr(WORDS, name) for name in WORDS.__slots__} | {"notice": "【?版权声明"})
    got = hear(words, below=notice + COMMENTS)

    assert (got["copyright_notice"], got["exclusive"]) == (said, True)


@pytest.mark.parametrize("count", [45, 49, 50])
def test_keywords_may_be_fifty_lines_with_their_label(count):
    links = "".join(f"<p><a href=/k/{n}>词{n}</a></p>" for n in range(count))

    assert hear(below=f"<p>关键词：</p>{links}{COMMENTS}")["keywords"] == [f"词{n}" for n in range(min(count, 49))]


@pytest.mark.parametrize(("size", "is_title"), [(12, False), (13, True)])
def test_of_two_lines_above_the_date_that_is_the_title_which_the_tab_says_unless_it_is_short(size, is_title):
    said, other = "渡" * size, "另一行文字说的是另一件事情"
    got = hear(title=f"<p>{other}</p><p>{said}</p>", tab=f"{said} - 港口报")

    assert got["title"] == (said if is_title else other)


def test_the_part_of_the_comments_says_their_state_wherever_it_stands_in_it():
    assert hear(below="<p>全部评论(3)</p><p>甲</p><p>乙</p><p>本页评论关闭</p>")["comments"] == (3, "closed")
    assert hear(below="<p>全部评论(3)</p><p>推荐视频</p><p>本页评论关闭</p>")["comments"] == (3, "unknown")


def test_the_last_part_of_a_page_goes_on_to_its_end():
    got = Heard(f"<p>时讯</p>{TOOLS}<h1>{TITLE}</h1>{DATE}{BODY}<p>全部评论(3)</p><p>甲</p><p>本页评论关闭</p>")
    below = hear(below="<p>推荐视频</p><p>大桥</p>" + COMMENTS)  # some pages have their comments there

    assert got["comments"] == (3, "closed")
    assert below["comments"] == (1, "unknown")


def test_cards_are_below_the_heading_of_their_part():
    one = "<a href=/detail/B1><p>01:33</p><p>大桥</p></a><p>时讯2天前</p>"
    got = hear(below=f"<p><a href=/list>推荐视频</a></p>{one * 3}")

    assert [each.title for each in got["recommendations"]] == ["大桥"] * 3
    assert [each.rank for each in got["recommendations"]] == [1, 2, 3]


@pytest.mark.parametrize(
    ("parts", "notes"),
    [
        ({"body": BODY + "<p>更正：前文有误。</p>"}, ["更正：前文有误。"]),
        ({"below": NOTICE + "<p>更正：前文有误。</p>" + COMMENTS}, ["更正：前文有误。"]),
        ({"title": f"<h1>{TITLE}</h1><p>更正：前文有误。</p>"}, ["更正：前文有误。"]),
        ({"below": COMMENTS + "<p>更正：前文有误。</p>"}, None),  # a reader says so
        ({"below": "<p>推荐视频</p><p>更正：前文有误。</p>"}, None),
        ({"top": "<p>更正：前文有误。</p>"}, None),
        ({"tools": "", "channel": "", "body": BODY + "<p>更正：前文有误。</p>"}, ["更正：前文有误。"]),
    ],
)
def test_notes_of_changes_stand_between_the_toolbar_and_the_comments(parts, notes):
    assert hear(**parts)["modification_notes"] == notes
