"""Twenty-four articles that change by a script, and what is to happen to each: a play for crawls that come again."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from newsspider.demo import pages
from newsspider.demo.site import Site
from newsspider.demo.stories import BASE, Picture
from tests.servers.changing import Role, gone, not_found_with_200, redirect

if TYPE_CHECKING:
    from newsspider.demo.stories import Story

ACTS = 5
STORIES = [
    replace(story, title=f"{story.title}（{number}）")
    for number, story in enumerate(Site(articles=120, seed=7).stories)
    if story.kind == "current" and len(story.pictures) > 1
]


class _Cast:
    """Hands every role its own story."""

    def __init__(self) -> None:
        self._stories = iter(STORIES)

    def next(self) -> Story:
        return next(self._stories)


cast = _Cast()


def page(story: Story, **fields) -> str:
    return pages.article(replace(story, **fields))


def longer(story: Story, more: str = "这是后来添上的一句。") -> tuple[str, ...]:
    first, *rest = story.paragraphs
    return (first + more, *rest)


def role(*acts) -> Role:
    """A story, and what becomes of it: pairs of an act and a function that makes the page of the story."""
    story = cast.next()
    return Role(story, {act: make(story) for act, make in acts})


def with_caption(caption: str):
    def make(story: Story) -> str:
        return re.sub(
            r"<p>(<img [^>]+>)</p>", rf"<figure>\1<figcaption>{caption}</figcaption></figure>", page(story), count=1
        )

    return make


def swapped(story: Story) -> tuple[Picture, ...]:
    first, *rest = story.pictures
    return (replace(first, url=re.sub(r"/[0-9a-f]{8}", "/5a5a5a5a", first.url)), *rest)


def modified(story: Story) -> str:
    meta = '<meta property="article:modified_time" content="2026-11-20T11:30:00+08:00">'
    return page(story, paragraphs=longer(story)).replace("</head>", f"{meta}</head>")


def from_cdn(number: int):
    def make(story: Story) -> str:
        html = re.sub(r"https://static\.statickksmg\.com/", f"https://cdn{number}.example.net/", page(story))
        return re.sub(r"(/image/[^\"]+?)\.png", rf"\1_{320 * number}x{240 * number}.png?sign=9f{number}", html)

    return make


MOVED_TO = f"{BASE}/detail/M0vedHere01"
EVENTS = {
    # name: the role, and what is to happen to it, by run
    "edited without a word": (role((1, lambda s: page(s, paragraphs=longer(s)))), {1: ["silently_edited"]}),
    "a paragraph taken out": (role((2, lambda s: page(s, paragraphs=s.paragraphs[1:]))), {2: ["silently_edited"]}),
    "edited with a note": (
        role((1, lambda s: page(s, paragraphs=(*longer(s), "更正：前文所说的人数有误。")))), {1: ["edited"]}),
    "edited with a time": (role((2, modified)), {2: ["edited"]}),
    "another headline": (role((1, lambda s: page(s, title="另一个标题"))), {1: ["headline_changed"]}),
    "headline and text": (
        role((2, lambda s: page(s, title="又一个标题", paragraphs=longer(s)))),
        {2: ["headline_changed", "silently_edited"]}),
    "source": (role((1, lambda s: page(s, source="新华社"))), {1: ["corrected"]}),
    "time of publication": (
        role((3, lambda s: page(s, published_at=s.published_at - timedelta(minutes=7)))), {3: ["corrected"]}),
    "a keyword": (role((1, lambda s: page(s, keywords=(*s.keywords[:-1], "看看")))), {1: ["corrected"]}),
    "an image": (role((2, lambda s: page(s, pictures=swapped(s)))), {2: ["corrected"]}),
    "a caption": (role((0, with_caption("会场外")), (1, with_caption("会场内"))), {1: ["corrected"]}),
    "moved": (role((2, lambda s: redirect(MOVED_TO))), {2: ["moved"]}),
    "404": (role((1, lambda s: gone(404))), {1: ["gone"]}),
    "410": (role((2, lambda s: gone(410))), {2: ["gone"]}),
    "404 under a 200": (role((2, lambda s: not_found_with_200())), {2: ["soft_gone"]}),
    "led to the home page": (role((3, lambda s: redirect(BASE + "/", 302))), {3: ["soft_gone"]}),
    "restored": (role((1, lambda s: gone(404)), (3, page)), {1: ["gone"], 3: ["restored"]}),
    "restored with an edit": (
        role((1, lambda s: gone(404)), (2, lambda s: page(s, paragraphs=longer(s)))),
        {1: ["gone"], 2: ["restored", "silently_edited"]}),
    "edited again and again": (
        role((1, lambda s: page(s, paragraphs=longer(s))), (3, lambda s: page(s, paragraphs=longer(s, "又一句。")))),
        {1: ["silently_edited"], 3: ["silently_edited"]}),
    "published later": (role((0, lambda s: None), (3, page)), {3: ["published"]}),
    "class names": (role((1, lambda s: re.sub(r'class="([^"]+)"', r'class="x\1"', page(s)))), {}),
    "images from elsewhere": (role((1, from_cdn(1)), (2, from_cdn(2))), {}),
    "another layout": (role((1, lambda s: page(s, kind="legacy")), (2, lambda s: page(s, kind="state-only"))), {}),
    "width and space": (
        role((1, lambda s: page(s).replace("，", ",")), (2, lambda s: page(s).replace("，", "，\n "))), {}),
}  # fmt: skip
ROLES = {name: role for name, (role, _) in EVENTS.items()}
ROLES["the new address"] = Role(
    replace(ROLES["moved"].story, url=MOVED_TO, page_id="M0vedHere01"),
    {0: None, 2: page(replace(ROLES["moved"].story, url=MOVED_TO, page_id="M0vedHere01"))},
)


def churn(html: str, act: int) -> str:
    """What changes on every page, in every act: recommendations, counts, comments, an advertisement, scripts."""
    cards = "".join(
        f'<li class="card"><a class="card-title" href="/detail/Card{act}{n:06}">推荐{act}{n}</a></li>' for n in range(3)
    )
    html = re.sub(r'(<aside class="recommend"><h3>推荐视频</h3><ul>).*?(</ul>)', rf"\1{cards}\2", html)
    html = html.replace("<li>点赞</li>", f"<li>点赞</li><li>{act * 117}</li>")
    html = html.replace("<h3>全部评论</h3>", f"<h3>全部评论 {act * 3}</h3>").replace("快来发表", f"{act}快来发表")
    html = html.replace("<footer", f'<div><a href="https://ad.example/{act}">广告：第{act}天买一送一</a></div><footer')
    return html.replace("</body>", f"<script>track({act}, '8c{act}')</script></body>")


def scripted(act: int) -> dict[str, list[str]]:
    """The events of an act, by the name of the role; of the first all that are there are published."""
    if act == 0:
        return {name: ["published"] for name, role in ROLES.items() if role.scene(0) is not None}
    told = {name: acts[act] for name, (_, acts) in EVENTS.items() if act in acts}
    return {**told, "the new address": ["published"]} if act == 2 else told


def by_name(events: list[dict]) -> dict[str, list[str]]:
    """Events as JSON, by the name of the role that they happened to."""
    names = {f"kankanews:{role.story.page_id}": name for name, role in ROLES.items()}
    told = defaultdict(list)
    for event in events:
        told[names[event["id"]]].append(event["event"])
    return dict(told)
