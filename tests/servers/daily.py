"""示例日报, a made-up site of another make than Kankanews: what ``docs/new-site.md`` writes rules for."""

from __future__ import annotations

from newsspider.demo.site import ServedPage

STORIES = {
    "2026-01-30/harbour-lights": ("港口亮灯 夜航首日迎客三千", "2026-01-30 08:00", "城市"),
    "2026-01-29/old-bridge": ("老桥修缮完工 行人今日可以通行", "2026-01-29 17:30", "城市"),
    "2026-01-28/rice-harvest": ("晚稻收割过半 合作社添新机", "2026-01-28 09:15", "乡村"),
}


class Daily:
    """Serves a home page, a list and three articles."""

    def targets(self) -> tuple[str, ...]:
        return ()

    def page(self, target: str) -> ServedPage | None:
        path = target.partition("?")[0]
        if path == "/robots.txt":
            return ServedPage(body=b"User-agent: *\nDisallow:\n", content_type="text/plain")
        if path in ("/", "/city/"):
            return _html("示例日报", _list(path))
        story = path.removeprefix("/").removesuffix(".html")
        return _html(f"{STORIES[story][0]} - 示例日报", _story(story)) if story in STORIES else None


def _list(path: str) -> str:
    items = "".join(
        f'<li><a href="/{story}.html">{title}</a> <span>{when[:10]}</span></li>'
        for story, (title, when, channel) in STORIES.items()
        if path == "/" or channel == "城市"
    )
    return f'<nav><a href="/city/">城市</a> <a href="/about/">关于</a></nav><ul>{items}</ul>'


def _story(story: str) -> str:
    title, when, channel = STORIES[story]
    return (
        f'<p class="crumbs"><a href="/">首页</a> &gt; <a href="/city/">{channel}</a></p>'
        f'<article class="story"><h1>{title}</h1>'
        f'<p><span class="when">{when}</span> <span class="from">来源：示例日报</span></p>'
        f'<div class="text"><p>{title}，记者昨日在现场看到，前来的市民不少。</p><p>活动将持续到下月初。</p></div>'
        "</article><p><span>关键词：</span><a href='/tag/1'>民生</a> <a href='/tag/2'>城市</a></p>"
        "<p>版权声明：未经授权，不得转载。</p>"
    )


def _html(title: str, body: str) -> ServedPage:
    text = (
        f'<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body>{body}<footer>© 示例日报</footer></body></html>"
    )
    return ServedPage(body=text.encode(), content_type="text/html; charset=utf-8")
