"""The invented stories that the demo site tells: the truth that records of its pages are compared with.

Everything follows from the number of articles and a seed. Nothing here has been through HTML, let alone a
parser.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from random import Random
from string import ascii_letters, digits
from typing import Literal

from newsspider.demo import prose

HOST = "www.kankanews.com"
BASE = f"https://{HOST}"
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
CLOCK = datetime(2026, 11, 20, 12, 0, tzinfo=SHANGHAI)
"""The site's own now: nothing is newer, and ``2天前`` on its pages means before this."""

CARDS = 20
"""Recommendations under an article."""

Kind = Literal["current", "state-only", "video", "legacy", "legacy-gbk"]

# Of every twenty stories, so that even a site of twenty has every kind; the rest are "current".
_KINDS: dict[int, Kind] = {
    3: "legacy", 5: "video", 7: "legacy", 11: "legacy", 13: "video", 15: "legacy-gbk", 18: "state-only",
}  # fmt: skip
_ALPHABET = ascii_letters + digits
_EXCLUSIVE = "版权声明：本文系看看新闻Knews独家稿件，未经授权，不得转载"
_SHARED = "版权声明：本文系看看新闻综合编辑，转载请注明来源"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A channel of the demo site."""

    slug: str
    name: str

    @property
    def path(self) -> str:
        return f"/channel/{self.slug}"

    @property
    def url(self) -> str:
        return BASE + self.path


CHANNELS = (
    Channel(slug="shixun", name="时讯"),
    Channel(slug="xinwenfang", name="新闻坊"),
    Channel(slug="kanxianchang", name="看现场"),
    Channel(slug="zaochen", name="上海早晨直播间"),
    Channel(slug="jiaochadian", name="环球交叉点"),
    Channel(slug="shenghuo", name="生活圈"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture of an article."""

    url: str
    alt: str
    position: int
    """How many paragraphs stand before it."""

    @property
    def small(self) -> str:
        """The address of the same in a smaller size."""
        return _small(self.url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    """A video of an article."""

    play_url: str
    cover: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A story as a list or a recommendation shows it."""

    title: str
    url: str
    cover: str
    duration: str
    """``mm:ss``."""
    channel: str
    date: str
    """As printed: ``2026/01/27``, ``2天前`` or ``5小时前``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One article: what its page says, and so what a record of it has to say."""

    page_id: str
    """``LMwVGgj402z`` of ``/detail/LMwVGgj402z``, ``2020-02-13/0039150329`` of ``/a/2020-02-13/0039150329.shtml``."""
    url: str
    """The canonical address."""
    kind: Kind
    title: str
    published_at: datetime
    source: str
    channel: Channel
    paragraphs: tuple[str, ...]
    pictures: tuple[Picture, ...]
    image_credit: str | None
    """The line as printed; on pages that have pictures."""
    photographer: str | None
    copyright_notice: str
    exclusive: bool
    keywords: tuple[str, ...]
    video: Video | None
    duration: str
    cover: str
    recommendations: tuple[Card, ...] = ()

    @property
    def path(self) -> str:
        return self.url.removeprefix(BASE)

    @property
    def page_title(self) -> str:
        return f"{self.title}_{self.channel.name}_看看新闻网"

    @property
    def published_raw(self) -> str:
        return f"{self.published_at:%Y-%m-%d %H:%M:%S}"

    @property
    def card(self) -> Card:
        return Card(
            title=self.title,
            url=self.url,
            cover=_small(self.cover),
            duration=self.duration,
            channel=self.channel.name,
            date=_card_date(self.published_at),
        )

    @property
    def legacy(self) -> bool:
        return self.kind in {"legacy", "legacy-gbk"}


def tell(articles: int, seed: int) -> tuple[Story, ...]:
    """Newest first; legacy ones are years older."""
    random = Random(f"{seed}/stories")
    published = CLOCK
    stories = []
    for number in range(articles):
        kind = _KINDS.get(number % 20, "current")
        if kind in {"legacy", "legacy-gbk"}:
            at = datetime(2016, 1, 1, tzinfo=SHANGHAI) + timedelta(seconds=random.randrange(5 * 365 * 86400))
        else:
            published -= timedelta(seconds=random.randrange(600, 6 * 3600))
            at = published
        stories.append(_story(random, kind, at))
    if len(stories) > 2:
        # Two articles that share every word of their text, and are two articles all the same.
        stories[2] = replace(
            stories[2], paragraphs=stories[1].paragraphs, pictures=(), image_credit=None, photographer=None
        )
    return _recommend(sorted(stories, key=lambda story: story.published_at, reverse=True), seed)


def _story(random: Random, kind: Kind, at: datetime) -> Story:
    text = prose.write(random, paragraphs=1 if kind == "video" else random.randrange(5, 10))
    paragraphs, title, keywords = text.paragraphs, text.title, text.keywords
    if kind == "legacy-gbk":
        # 喆 is in GBK, and not in the gb2312 that the page declares.
        paragraphs = (paragraphs[0] + "活动由喆园社区承办。", *paragraphs[1:])
    if kind in {"legacy", "legacy-gbk"}:
        identifier = f"{at:%Y-%m-%d}/{random.randrange(30_000_000, 40_000_000):010d}"
        path = f"/a/{identifier}.shtml"
    else:
        identifier = page_id(random)
        path = f"/detail/{identifier}"
    picture_after = sorted(random.sample(range(1, len(paragraphs)), random.randrange(4))) if len(paragraphs) > 4 else []
    images = tuple(
        Picture(url=_image_url(random, at), alt=f"{keywords[0]}，示意图", position=position)
        for position in picture_after
    )
    photographer = random.choice(prose.PHOTOGRAPHERS) if images else None
    exclusive = random.random() < 0.6
    cover = images[0].url if images else _image_url(random, at)
    return Story(
        page_id=identifier,
        url=BASE + path,
        kind=kind,
        title=title,
        published_at=at,
        source=random.choice(("看看新闻Knews", "看看新闻Knews", "看看新闻Knews综合")),
        channel=random.choice(CHANNELS),
        paragraphs=paragraphs,
        pictures=images,
        image_credit=f"（图片来源：{photographer}/摄）" if photographer else None,
        photographer=photographer,
        copyright_notice=_EXCLUSIVE if exclusive else _SHARED,
        exclusive=exclusive,
        keywords=keywords,
        video=_video(random, at, cover) if kind == "video" else None,
        duration=f"{random.randrange(0, 3):02d}:{random.randrange(6, 60):02d}",
        cover=cover,
    )


def _recommend(stories: list[Story], seed: int) -> tuple[Story, ...]:
    """Give every story cards of others, from among the newest that are not legacy."""
    random = Random(f"{seed}/cards")
    fresh = [story for story in stories if not story.legacy][:200]
    cards = {story.url: story.card for story in fresh}
    return tuple(
        replace(
            story,
            recommendations=tuple(
                cards[other.url] for other in random.sample(fresh, min(CARDS + 1, len(fresh))) if other.url != story.url
            )[:CARDS],
        )
        for story in stories
    )


def _card_date(at: datetime) -> str:
    """Relative when it is less than three days before the site's now, as the real cards are.

    >>> _card_date(CLOCK - timedelta(hours=5)), _card_date(CLOCK - timedelta(days=2))
    ('5小时前', '2天前')
    >>> _card_date(CLOCK - timedelta(days=9))
    '2026/11/11'
    """
    age = CLOCK - at
    if age < timedelta(hours=1):
        return f"{age // timedelta(minutes=1)}分钟前"
    if age < timedelta(days=1):
        return f"{age // timedelta(hours=1)}小时前"
    if age < timedelta(days=3):
        return f"{age.days}天前"
    return f"{at:%Y/%m/%d}"


def page_id(random: Random) -> str:
    """An id as the current generation has it: eleven letters and digits, case matters."""
    return "".join(random.choices(_ALPHABET, k=11))


def _image_url(random: Random, at: datetime) -> str:
    return f"https://static.statickksmg.com/image/{at:%Y/%m/%d}/{random.randbytes(16).hex()}.png"


def _small(url: str) -> str:
    return url.replace(".png", "_320x240.png")


def _video(random: Random, at: datetime, cover: str) -> Video:
    return Video(
        play_url=f"https://mediaplay.kksmg.com/video/{at:%Y/%m/%d}/{random.randbytes(16).hex()}.mp4",
        cover=cover,
    )
