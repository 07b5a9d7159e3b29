"""江城晨报, a made-up Chinese paper: tables and class names of an old content system, GB2312, no metadata, no feed.

The town, its people and what happens there are invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from newsspider.demo.site import ServedPage
from newsspider.demo.stories import SHANGHAI

if TYPE_CHECKING:
    from collections.abc import Iterable

HOST = "www.jiangcheng.example"
BASE = f"https://{HOST}"
NAME = "江城晨报"

_SECTIONS = {"yw": "要闻", "ms": "民生", "wh": "文化"}
_AUTHORS = ("安例文", "柯样一", "例小样")
_HEADLINES = (
    ("yw", "江城老码头改造完工 步道昨起对市民开放"),
    ("ms", "社区食堂添了早餐窗口 六点半开门"),
    ("wh", "旧粮仓办起书展 三天迎来八千读者"),
    ("yw", "跨江轮渡增开夜航 末班延至二十二点"),
    ("ms", "老旧小区加装电梯 首批十二部投用"),
    ("wh", "剪纸传习所招新 报名人数创新高"),
    ("yw", "城北水厂扩建收尾 日供水能力翻番"),
    ("ms", "夜间公交恢复三条线路 周末加密"),
    ("wh", "少年合唱团首登江畔舞台 唱响家乡谣"),
    ("yw", "沿江绿道贯通 骑行一圈不到两小时"),
    ("ms", "便民服务点进菜场 缴费不用再跑腿"),
    ("wh", "博物馆夜场开放预约 首周名额约满"),
)
_SENTENCES = (
    "记者昨日在现场看到，前来的市民络绎不绝，工作人员在入口处引导分流。",
    "据介绍，这项工程今年三月启动，前后征集了{n}条意见，方案调整了多次。",
    "“等了好久，总算盼到了。”家住附近的市民说，以后出门方便多了。",
    "相关负责人表示，下一步将根据使用情况完善细节，并定期公布进展。",
    "统计显示，首周共有{n}人次参与，周末占到六成以上。",
    "为照顾老人和孩子，指示牌的字号放大了一倍，坡道也重新铺设。",
    "遇到雨雪天气，开放时间会提前一天在公告栏和广播里通知。",
    "目前各项准备已经就绪，年底前还将在另外{n}个地方推广。",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The truth about one article."""

    path: str
    section: str
    title: str
    author: str
    published_at: datetime
    paragraphs: tuple[str, ...]

    @property
    def url(self) -> str:
        return BASE + self.path


def _story(number: int) -> Story:
    section, title = _HEADLINES[number]
    at = datetime(2026, 11, 20, 9, 12, tzinfo=SHANGHAI) - timedelta(hours=17 * number, minutes=11 * number)
    paragraphs = tuple(
        "".join(
            _SENTENCES[(number + 3 * paragraph + n) % len(_SENTENCES)].format(n=12 + 5 * number + paragraph)
            for n in range(2)
        )
        for paragraph in range(4)
    )
    return Story(
        path=f"/{section}/{at:%Y-%m/%d}/content_{30417 - 7 * number}.htm",
        section=section,
        title=title,
        author=_AUTHORS[number % len(_AUTHORS)],
        published_at=at,
        paragraphs=paragraphs,
    )


STORIES = tuple(_story(number) for number in range(len(_HEADLINES)))
"""The newest first."""


class Jiangcheng:
    """The pages of the site by their request targets."""

    def __init__(self) -> None:
        self._pages = {
            "/robots.txt": ServedPage(body=b"User-agent: *\nDisallow: /admin/\n", content_type="text/plain"),
            "/": _html(NAME, _list(STORIES)),
            "/about.htm": _html(f"关于我们_{NAME}", "<div class=about>本报创办于江边。</div>"),
        }
        for section, name in _SECTIONS.items():
            listed = _list(story for story in STORIES if story.section == section)
            self._pages[f"/{section}/"] = _html(f"{name}_{NAME}", f"<div class=pos>首页 &gt; {name}</div>{listed}")
        for number, story in enumerate(STORIES):
            others = [STORIES[(number + n) % len(STORIES)] for n in (1, 2, 3)]
            self._pages[story.path] = _html(f"{story.title}_{NAME}", _article(story, others))

    def targets(self) -> tuple[str, ...]:
        return tuple(self._pages)

    def page(self, target: str) -> ServedPage | None:
        return self._pages.get(target.partition("?")[0])


def _html(title: str, body: str) -> ServedPage:
    sections = "".join(f'<td><a href="/{section}/">{name}</a></td>' for section, name in _SECTIONS.items())
    text = (
        '<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312">'
        f"<title>{title}</title></head>\n<body><table class=nav><tr><td><a href=/>首页</a></td>{sections}"
        f"<td><a href=/about.htm>关于我们</a></td></tr></table>\n{body}\n"
        f"<div class=copyright>版权所有 {NAME}社 未经授权不得转载<br>举报电话：010-00000000</div></body></html>\n"
    )
    return ServedPage(body=text.encode("gb2312"), content_type="text/html", transfer="gzip")


def _article(story: Story, others: Iterable[Story]) -> str:
    paragraphs = "".join(f"<p>\u3000\u3000{each}</p>\n" for each in story.paragraphs)
    related = "".join(f"<li><a href={other.path}>{other.title}</a></li>" for other in others)
    return (
        f"<div class=pos>当前位置：<a href=/>首页</a> &gt; "
        f"<a href=/{story.section}/>{_SECTIONS[story.section]}</a></div>"
        f"<div class=art_title>{story.title}</div>\n"
        f"<div class=art_info><span class=art_time>{story.published_at:%Y-%m-%d %H:%M}</span>"
        f"<span class=art_from>来源：{NAME}</span><span class=art_by>作者：{story.author}</span></div>\n"
        f"<div class=art_text>{paragraphs}</div>\n<div class=related><b>相关阅读</b><ul>{related}</ul></div>"
    )


def _list(stories: Iterable[Story]) -> str:
    items = "".join(
        f"<li><a href={story.path}>{story.title}</a> <span>{story.published_at:%Y-%m-%d}</span></li>\n"
        for story in stories
    )
    return f"<ul class=news>{items}</ul>"
