"""Writes the demo site's pages: stories in, HTML text out.

Known of the real site, kept: ``.detail-main .bt``, ``h1.video-bt``, ``.detail-bottom``, ``.k24 .k24-list``,
``.k24-content``, ``.k24-aside``, ``window.__NUXT__``, ``video_info.play_url``, ``cover``; of its older pages
``.nrHeader h1``, ``.time``, ``.resource``, ``.textBody``, ``.keywords > em > a``, ``g.title``, ``omsid``;
the landmarks in the text, in their order, and the footer. All other names are made up.
"""

from __future__ import annotations

from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from newsspider.demo.pictures import placeholder
from newsspider.demo.state import nuxt_state
from newsspider.demo.stories import BASE, CHANNELS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from newsspider.demo.state import State
    from newsspider.demo.stories import Card, Channel, Story

ROBOTS = """User-agent: *
Disallow: /private/
Disallow: /detail/Pr1vAtePage
"""
SKIN = "https://skin.kankanews.com"
"""Where the site's style sheets, script, font and decoration are."""
STYLE, BASE_STYLE, SCRIPT = (
    files("newsspider.demo").joinpath(name).read_text(encoding="utf-8") for name in ("site.css", "base.css", "site.js")
)

_ICON = f"{SKIN}/image/favicon.png"
# The second counts visitors, on a host that is nobody's.
_SCRIPTS = (
    f'<script src="{SKIN}/js/site.js" defer></script><script src="https://stats.example/count.js" async></script>'
)

_NOTICE = "<!-- Page of a demo site. Every text, name and picture on it is invented; nothing here happened. -->"
_CREDIT_CLASS = "img-credit"


def article(story: Story) -> str:
    """The page of a story, in the layout of its kind."""
    match story.kind:
        case "legacy" | "legacy-gbk":
            return _legacy_article(story)
        case "state-only":
            return _state_only_article(story)
        case "video":
            return _current_article(story, main=_video_main(story))
        case "current":
            return _current_article(story, main=_text_main(story))


def home(latest: Sequence[Card], older: Sequence[Card], also: Iterable[str]) -> str:
    """The home page; *also* are further links of it, whose titles nobody has written."""
    main = (
        f'<section class="block"><h2>最新</h2>{_tiles(latest[:24])}</section>'
        f'<div class="columns"><section class="block k24-brief">'
        f'<h2><a href="/k24">24小时新闻</a></h2>{_lines(latest[24:])}</section>'
        f'<section class="block"><h2><a href="/xinwen/">往期新闻</a></h2>{_lines(older)}'
        f'<h2>更多</h2><ul class="more">{_bare_links(also)}</ul></section></div>'
    )
    return _current(
        "看看新闻网",
        f'<main class="index-main">{main}</main>',
        {"list": [_card_state(card) for card in latest]},
    )


def k24(latest: Sequence[Card]) -> str:
    """The news of the last 24 hours."""
    main = (
        '<main class="k24"><div class="k24-content"><h2>24小时新闻</h2>'
        f'<div class="k24-list">{_lines(latest)}</div></div>'
        f'<aside class="k24-aside"><h2>频道</h2><ul>{_channel_links()}</ul></aside></main>'
    )
    return _current("24小时新闻_看看新闻网", main, {"list": [_card_state(card) for card in latest]})


def channel(channel: Channel, cards: Sequence[Card], addresses: Sequence[str]) -> str:
    """One page of a channel's list; *addresses* are the paths of all its pages."""
    main = (
        f'<main class="channel-main"><section class="block"><h2>{channel.name}</h2>{_tiles(cards)}'
        f"{_pager(addresses)}</section></main>"
    )
    state: State = {"channel": channel.slug, "list": [_card_state(card) for card in cards]}
    return _current(f"{channel.name}_看看新闻网", main, state)


def legacy_list(cards: Sequence[Card], addresses: Sequence[str]) -> str:
    """One page of the older list; *addresses* are the paths of all its pages."""
    main = f'<div class="list"><h2>往期新闻</h2>{_lines(cards)}{_pager(addresses)}</div>'
    return _legacy("新闻_看看新闻网", main)


def about() -> str:
    """Return the page about the site."""
    return _current(
        "关于我们_看看新闻网",
        '<main class="plain"><h2>关于我们</h2><p>这是一个演示站点，内容均为虚构。</p></main>',
        {},
    )


def not_found() -> str:
    """Return the page of an address that is not there."""
    main = (
        '<main class="plain"><h2>404</h2><p>抱歉，您访问的页面不存在或已被删除</p>'
        '<p><a href="/">返回首页</a></p></main>'
    )
    return _current("页面不存在_看看新闻网", main, {})


def moved(location: str) -> str:
    """Return the page of an address that moved."""
    return f'<html><body>Moved to <a href="{escape(location)}">{escape(location)}</a></body></html>\n'


# ---------------------------------------------------------------- the current generation


def _current_article(story: Story, *, main: str) -> str:
    body = (
        f'<div class="detail-main"><div class="detail-hd">'
        f'<a class="detail-channel" href="{story.channel.path}">{story.channel.name}</a>'
        '<ul class="toolbar"><li>点赞</li><li>收藏</li><li>分享</li><li>用手机看</li></ul></div>'
        f"{main}"
        f'<div class="detail-bottom"><p class="copyright">{escape(story.copyright_notice)}</p>'
        f'<div class="detail-keywords">关键词： {_keywords(story)}</div></div>{_comments()}</div>'
        f"{_recommended(story)}"
    )
    return _current(
        story.page_title, f'<main class="detail">{body}</main>', _article_state(story), head=_metadata(story)
    )


def _text_main(story: Story) -> str:
    return (
        f'<h1 class="bt">{escape(story.title)}</h1>'
        f'<div class="detail-info"><span class="pub-time">{story.published_raw}</span> '
        f'<span class="pub-source">{escape(story.source)}</span></div>'
        f'<div class="detail-content">{_text(story)}</div>'
    )


def _video_main(story: Story) -> str:
    assert story.video is not None
    return (
        f'<div class="player"><video src="{story.video.play_url}" poster="{story.video.cover}" preload="none" controls>'
        f'</video><div class="duration">{story.duration}</div></div>'
        f'<h1 class="video-bt">{escape(story.title)}</h1>'
        f'<div class="detail-info"><span class="pub-time">{story.published_raw}</span> '
        f'<span class="pub-source">{escape(story.source)}</span></div>'
        f'<div class="detail-content">{_text(story)}</div>'
    )


def _state_only_article(story: Story) -> str:
    """Nothing but a spinner: a browser would build the page from the state."""
    page = '<div class="loading">加载中…</div>'
    return _shell("看看新闻网", page, f"<script>{_nuxt(_article_state(story))}</script>")


def _current(title: str, main: str, state: State, *, head: str = "") -> str:
    page = f"{_header()}{main}{_footer()}"
    return _shell(title, page, f"<script>{_nuxt(state)}</script>", head=head)


def _shell(title: str, page: str, scripts: str, *, head: str = "") -> str:
    return (
        '<!doctype html>\n<html data-n-head-ssr lang="zh-CN">\n<head>\n'
        f'<meta data-n-head="ssr" charset="utf-8">\n<title>{escape(title)}</title>\n'
        '<meta data-n-head="ssr" name="viewport" content="width=device-width, initial-scale=1">\n'
        f'{head}<link rel="stylesheet" href="{SKIN}/css/site.css?v=20261120"><link rel="icon" href="{_ICON}">\n'
        f"</head>\n<body>\n{_NOTICE}\n"
        f'<div id="__nuxt"><div id="__layout"><div class="page">{page}</div></div></div>\n'
        f"{scripts}{_SCRIPTS}\n</body>\n</html>\n"
    )


def _metadata(story: Story) -> str:
    description = escape(story.paragraphs[0][:80])
    return (
        f'<meta data-n-head="ssr" name="keywords" content="{escape(",".join(story.keywords))}">\n'
        f'<meta data-n-head="ssr" name="description" content="{description}">\n'
        '<meta data-n-head="ssr" property="og:type" content="article">\n'
        f'<meta data-n-head="ssr" property="og:title" content="{escape(story.title)}">\n'
        f'<meta data-n-head="ssr" property="og:url" content="{story.url}">\n'
        f'<meta data-n-head="ssr" property="og:image" content="{story.cover}">\n'
        f'<link data-n-head="ssr" rel="canonical" href="{story.url}">\n'
    )


def _nuxt(data: State) -> str:
    return nuxt_state(
        {
            "layout": "default",
            "data": [data],
            "fetch": {},
            "error": None,
            "state": {
                "user": {"login": False, "name": "", "token": None},
                "nav": [channel.name for channel in CHANNELS],
            },
            "serverRendered": True,
            "config": {"_app": {"basePath": "/", "assetsPath": "/_nuxt/", "cdnURL": "https://skin.kankanews.com/"}},
        }
    )


def _article_state(story: Story) -> State:
    video: State = None
    if story.video is not None:
        video = {"play_url": story.video.play_url, "cover": story.video.cover, "duration": story.duration}
    return {
        "detail": {
            "id": story.page_id,
            "title": story.title,
            "publish_time": story.published_raw,
            "source": story.source,
            "channel_name": story.channel.name,
            "content": _text(story),
            "copyright": story.copyright_notice,
            "keywords": ",".join(story.keywords),
            "cover": story.cover,
            "video_info": video,
            "comment_count": 0,
        },
        "recommend": [_card_state(card) for card in story.recommendations],
    }


def _card_state(card: Card) -> State:
    return {
        "id": card.url.rpartition("/")[2],
        "title": card.title,
        "duration": card.duration,
        "channel_name": card.channel,
        "publish_time": card.date,
        "is_live": False,
    }


def _header() -> str:
    return (
        '<header class="header"><div class="bar"><a class="logo" href="/">看看新闻</a>'
        f'<nav><ul><li><a href="/k24">24小时</a></li>{_channel_links()}'
        '<li><a href="/xinwen/">往期</a></li></ul></nav>'
        '<ul class="user"><li>看看新闻APP<div class="qr">扫描二维码下载APP</div></li><li>下载APP</li>'
        "<li>登录</li><li>历史</li>"
        "<li>收藏</li><li>订阅</li><li>个人中心</li><li>退出登录</li></ul></div></header>"
    )


def _recommended(story: Story) -> str:
    cards = "".join(
        f'<li class="card"><a class="card-cover" href="{_link(card)}" '
        f'style="background-image:url({placeholder(card.cover)})">{_cover(card)}</a>'
        f'<a class="card-title" href="{_link(card)}">{escape(card.title)}</a>'
        f'<p class="card-from"><em>{card.channel}</em><i>{card.date}</i></p></li>'
        for card in story.recommendations
    )
    return f'<aside class="recommend"><h3>推荐视频</h3><ul>{cards}</ul></aside>'


# ---------------------------------------------------------------- the legacy generation


def _legacy_article(story: Story) -> str:
    number = story.page_id.rpartition("/")[2]
    film = int(number[-7:], 36) % 10_000_000
    main = (
        f'<div class="nrHeader"><div class="crumbs">'
        f'<a href="{story.channel.path}">{story.channel.name}</a></div>'
        '<div class="tools"><span>点赞</span><span>收藏</span><span>分享</span><span>用手机看</span></div>'
        f"<h1>{escape(story.title)}</h1>"
        f'<p class="info"><span class="time">{story.published_raw}</span> '
        f'<span class="resource">{escape(story.source)}</span></p></div>\n'
        f'<div class="textBody">{_text(story, separator=chr(10))}</div>\n'
        f'<p class="copyright">{escape(story.copyright_notice)}</p>\n'
        f'<div class="keywords">关键词： {_keywords(story)}</div>\n{_comments()}\n{_recommended(story)}\n'
        f'<script>var g={{}};g.title="{escape(story.title)}";g.id="{number}";'
        f'var omsid="{film:07d}";</script>'
    )
    return _legacy(
        story.page_title,
        main,
        charset="gb2312" if story.kind == "legacy-gbk" else "utf-8",
        head=_legacy_head(story),
    )


def _legacy_head(story: Story) -> str:
    return (
        f'<meta name="keywords" content="{escape(",".join(story.keywords))}" />\n'
        f'<link rel="canonical" href="{story.url}" />\n'
    )


def _legacy(title: str, main: str, *, charset: str = "utf-8", head: str = "") -> str:
    return (
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" '
        '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">\n'
        '<html xmlns="http://www.w3.org/1999/xhtml">\n<head>\n'
        f'<meta http-equiv="Content-Type" content="text/html; charset={charset}" />\n'
        f"<title>{escape(title)}</title>\n"
        f'{head}<link rel="stylesheet" type="text/css" href="//skin.kankanews.com/css/site.css?v=20261120" />\n'
        "</head>\n"
        f'<body class="legacy">\n{_NOTICE}\n'
        f'{_header()}\n<div class="wrap">{main}</div>\n{_footer()}\n{_SCRIPTS}\n</body>\n</html>\n'
    )


# ---------------------------------------------------------------- what both share


def _text(story: Story, *, separator: str = "") -> str:
    """Paragraphs with the pictures between them, and the line that credits the pictures."""
    blocks = []
    for position, paragraph in enumerate((*story.paragraphs, None)):
        blocks += [
            f'<p><img src="{picture.url}" srcset="{picture.small} 320w, {picture.url} 640w" '
            f'alt="{escape(picture.alt)}"></p>'
            for picture in story.pictures
            if picture.position == position
        ]
        if paragraph is not None:
            blocks.append(f"<p>{escape(paragraph)}</p>")
    if story.image_credit:
        blocks.append(f'<p class="{_CREDIT_CLASS}">{escape(story.image_credit)}</p>')
    return separator.join(blocks)


def _keywords(story: Story) -> str:
    return "".join(f'<em><a href="/search?q={escape(word)}">{escape(word)}</a></em>' for word in story.keywords)


def _comments() -> str:
    return (
        '<div class="comments"><h3>全部评论</h3><p class="comment-login">请先登录后发表评论</p>'
        '<p class="comment-none">暂无评论，快来发表你的评论吧</p></div>'
    )


def _tiles(cards: Iterable[Card]) -> str:
    return (
        '<ul class="tiles">'
        + "".join(
            f'<li><a href="{_link(card)}">{_cover(card)}'
            f'<span class="tile-title">{escape(card.title)}</span></a>'
            f'<p class="card-from"><em>{card.channel}</em><i>{card.date}</i></p></li>'
            for card in cards
        )
        + "</ul>"
    )


def _lines(cards: Iterable[Card]) -> str:
    return (
        '<ul class="lines">'
        + "".join(
            f'<li><a href="{_link(card)}">{escape(card.title)}</a>'
            f'<span class="card-from"><em>{card.channel}</em><i>{card.date}</i></span></li>'
            for card in cards
        )
        + "</ul>"
    )


def _cover(card: Card) -> str:
    return f'<img data-src="{card.cover}" alt=""><div class="duration">{card.duration}</div>'


def _link(card: Card) -> str:
    """Some links are absolute, most are not, as on most sites."""
    return card.url if card.url.endswith(("0", "1", "5", "a", "A", "z")) else card.url.removeprefix(BASE)


def _channel_links() -> str:
    return "".join(f'<li><a href="{channel.path}">{channel.name}</a></li>' for channel in CHANNELS)


def _bare_links(urls: Iterable[str]) -> str:
    return "".join(f'<li><a href="{escape(url)}">专题{number}</a></li>' for number, url in enumerate(urls, 1))


def _pager(addresses: Sequence[str]) -> str:
    links = "".join(f'<a href="{escape(path)}">{number}</a>' for number, path in enumerate(addresses, 1))
    return f'<p class="pager">{links}</p>'


def _footer() -> str:
    """The footer of the sample page, as a reader sees it."""
    return (
        '<footer class="footer"><div class="bar"><h4>看看新闻</h4><ul><li><a href="/about/">关于我们</a></li>'
        '<li>广告服务</li><li><a href="/about/index.shtml">联系我们</a></li><li>投诉建议</li>'
        "<li>友情链接</li><li>产品服务</li><li>法律条款</li></ul>"
        "<h4>网上有害信息举报专区</h4><ul><li>互联网违法和不良信息举报</li><li>上海互联网举报中心</li></ul>"
        "<h4>儿童色情信息举报专区</h4><p>举报电话：021-62870000</p><p>举报邮箱：service@kankanews.com</p>"
        "<p>网络社会征信网</p><p>上海工商电子标识</p>"
        "<p>广播电视节目制作经营许可证：(沪)字第510号 互联网新闻信息服务许可证：31120240001 "
        "网络文化经营许可证：沪网文[2018]4466-313号 "
        "互联网ICP备：沪ICP备10207042号-1 沪ICP备10207042号-4 "
        "网视备(沪)02020000020-1号 违法与不良信息举报邮箱：service@kankanews.com</p>"
        "<p>剑网行动举报电话：12318(市文化执法总队)、021-64334547(市版权局)</p>"
        "<p>Copyright © 2016 Kankanews.com Inc. All Rights Reserved. 看东方(上海)传媒有限公司 版权所有</p>"
        "<p>看看新闻APP</p><p>沪公网安备 31010602001114号</p>"
        '<p class="demo">演示站点：文章、人名、图片均为虚构</p></div></footer>'
    )
