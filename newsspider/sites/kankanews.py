"""Kankanews (看看新闻, www.kankanews.com).

Two generations of article pages are alive: ``/detail/<id>``, rendered by Nuxt 2 with its state embedded, and
``/a/YYYY-MM-DD/<number>.shtml`` of an older content system. Few class names are known for certain, so the visible
landmarks carry most of a page; what is known of the site stands in the tables below and nowhere else.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from newsspider.parsing.names import Names
from newsspider.parsing.site import Site
from newsspider.parsing.words import Words
from newsspider.record.body import Video

if TYPE_CHECKING:
    from newsspider.parsing.page import Page

# The name stands before the look after it, so that the page is searched for it and not tried at every word.
_LEGACY_TITLE = re.compile(r'g\.title(?<=\bg\.title)\s*=\s*"([^"\n]{1,400})"')
_LEGACY_VIDEO = re.compile(r'omsid(?<=\bomsid)\s*=\s*"(\d{1,20})"')


def _scripts(page: Page) -> dict[str, Any]:
    """Return the fields in the inline scripts of legacy pages."""
    said: dict[str, Any] = {}
    if SITE.published_from_url(page.url) is None:
        return said
    if title := _LEGACY_TITLE.search(page.text):
        said["title"] = title[1]
    if video := _LEGACY_VIDEO.search(page.text):
        said["videos"] = [Video(media_id=video[1])]
    return said


SITE = Site(
    name="kankanews",
    parser_version="4",
    domains=("kankanews.com",),
    cdn_domains=("kksmg.com", "statickksmg.com"),
    start_urls=(
        "https://www.kankanews.com/",
        "https://www.kankanews.com/k24",
        "https://www.kankanews.com/xinwen/",
    ),
    # Every query that was seen after an address (appid, fromvsogou) says how a reader came.
    articles={
        "https://www.kankanews.com/detail/{}": r"[0-9A-Za-z]{8,16}",
        "https://www.kankanews.com/a/{}.shtml": r"(?P<day>\d{4}-\d\d-\d\d)/\d{1,20}",
    },
    selectors={
        "current": {
            "title": ".detail-main .bt, h1.video-bt",
        },
        "legacy": {
            "title": ".nrHeader h1",
            "published_at": ".time",
            "source": ".resource",
            "body": ".textBody",
            "keywords": ".keywords > em > a",
        },
    },
    words=Words(
        toolbar=("点赞", "收藏", "分享", "用手机看"),
        notice=r"[【\[]版权声明[】\]]|版权声明\s*(?:[:\uff1a]|$)|版权声明\s(?=本)",
        keywords=r"[【\[]?(?:关键[词字]|标签)",
        comments=r"全部评论\W*\d*\W*$",
        recommended=r"推荐视频\W*(?:更多|全部|换一[换批])?\W*$",
        footer=(
            r"[•·\s]*(?:关于我们|网上有害信息举报专区)$|举报电话\s*[:\uff1a]|Copyright|©"
            r"|\S{2,20}许可证\s*[:\uff1a]\s*\S{0,8}\d|\S{0,10}ICP备\d"
        ),
        no_comments=r"暂无评论",
        comments_closed=r"评论(?:功能)?(?:已|暂时)?关闭",
        login_to_comment=r"请?先?登录后(?:发表)?评论",
        comment_count=r"全部评论\W*(\d{1,9})",
    ),
    # ``video_info``, ``play_url`` and ``cover`` are known; the other names are the usual ones and were not seen.
    state_names=Names(
        address="/detail/{}",
        id=("id", "article_id", "news_id"),
        title=("title", "headline"),
        body=("content", "body", "text", "detail"),
        published_at=("publish_time", "published_at", "pub_time", "onlinetime", "create_time", "time"),
        source=("source_name", "source", "origin", "author"),
        channel=("channel_name", "channel", "column_name", "program_name", "category"),
        keywords=("keywords", "keyword", "tags"),
        notice=("copyright", "copyright_notice"),
        comment_count=("comment_count", "comment_num"),
        duration=("duration", "video_time"),
        video=("video_info", "video"),
        video_url=("play_url", "url", "src"),
        poster=("cover", "poster", "image"),
    ),
    state_hint=b"video_info:{",
    page_title="(?P<title>.+?)(?:_(?P<channel>[^_]+))?_看看新闻网?",
    scripts=_scripts,
    time_zone="Asia/Shanghai",
    expected=("title", "published_at", "source", "channel", "body_text"),
)
