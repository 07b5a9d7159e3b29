"""What is a change of an article, and what is none: the demo site's pages, changed by hand, through the real parser."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from newsspider.demo import pages
from newsspider.demo.site import Site
from newsspider.demo.stories import Card, Picture, Video
from newsspider.history.changes import _IGNORABLE, MAX_SAID, changes, version_hash
from newsspider.history.events import between, published
from newsspider.record import schema
from newsspider.record.body import Image
from newsspider.record.items import Person, as_record
from tests.history import records
from tests.history.records import CAPTURED

STORIES = Site(articles=20).stories
CURRENT = next(story for story in STORIES if story.kind == "current" and len(story.pictures) == 2)
VIDEO = next(story for story in STORIES if story.kind == "video")


def read(html, url=CURRENT.url, captured=CAPTURED):
    return records.read(html, url, captured)


def record(story=CURRENT, **fields):
    return read(pages.article(replace(story, **fields)), story.url)


def told(before, after):
    """What happened, in short: each event with the fields that say something else."""
    return {change.event: list(change.changed) for change in changes(before, after)}


BEFORE = record()
EDITED = (CURRENT.paragraphs[0] + "这是后来添上的一句。", *CURRENT.paragraphs[1:])
SWAPPED = (
    replace(CURRENT.pictures[0], url=CURRENT.pictures[0].url.replace("/image/", "/image/x")),
    CURRENT.pictures[1],
)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"paragraphs": EDITED}, {"silently_edited": ["body_text"]}),
        ({"paragraphs": CURRENT.paragraphs[1:]}, {"silently_edited": ["body_text"]}),
        ({"paragraphs": CURRENT.paragraphs[::-1]}, {"silently_edited": ["body_text"]}),
        ({"title": "另一个标题"}, {"headline_changed": ["title"]}),
        ({"title": "另一个标题", "paragraphs": EDITED},
         {"headline_changed": ["title"], "silently_edited": ["body_text"]}),
        ({"source": "新华社"}, {"corrected": ["source"]}),
        ({"published_at": CURRENT.published_at - timedelta(minutes=1)}, {"corrected": ["published_at"]}),
        ({"keywords": (*CURRENT.keywords[:-1], "看看")}, {"corrected": ["keywords"]}),
        ({"copyright_notice": "版权声明：本文可以转载"}, {"corrected": ["copyright_notice"]}),
        ({"image_credit": "（图片来源：新华社）"}, {"corrected": ["image_credit"]}),
        ({"pictures": SWAPPED}, {"corrected": ["images"]}),
        ({"pictures": CURRENT.pictures[:1]}, {"corrected": ["images"]}),
        ({"source": "新华社", "keywords": ("看看",)}, {"corrected": ["source", "keywords"]}),
    ],
)  # fmt: skip
def test_a_change_of_what_the_article_says_is_an_event(fields, expected):
    after = record(**fields)

    assert told(BEFORE, after) == expected
    assert version_hash(after) != version_hash(BEFORE)


NOTES = (
    "（本文于11月20日更新）",
    "更正：前文所说的时间有误，应为2026年。",
    "【更新】新增现场情况。",
    "编者按：本文标题已作修改。",
    "*本报道有更正，特此说明。",
    "勘误",
    "最后更新：2026-11-20 11:00",
    "Correction: an earlier version gave another date.",
    "[Updated] New figures.",
)


@pytest.mark.parametrize("note", NOTES)
def test_an_edit_that_the_page_owns_up_to_is_not_silent(note):
    (change,) = changes(BEFORE, record(paragraphs=(*EDITED, note)))

    assert (change.event, change.claim) == ("edited", f"modification_notes: {note}")


@pytest.mark.parametrize(
    "sentence",
    [
        "上海市的城市更新项目今天启动，更新改造面积达三万平方米。",
        "新修订的办法自明年起施行。",
        "工作人员正在更新设备。",
        "市民可以在线修改预约时间。",
        "Updates are expected.",
    ],
)
def test_a_sentence_about_something_else_is_no_note(sentence):
    assert told(BEFORE, record(paragraphs=(*EDITED, sentence))) == {"silently_edited": ["body_text"]}


def test_a_note_that_stood_there_before_does_not_explain_a_later_edit():
    note = "（本文于11月20日更新）"

    noted = record(paragraphs=(*CURRENT.paragraphs, note))

    assert told(noted, record(paragraphs=(*EDITED, note))) == {"silently_edited": ["body_text"]}


@pytest.mark.parametrize(("then", "now", "event"), [(None, 8, "edited"), (8, 9, "edited"), (8, 8, "silently_edited"),
                                                    (8, None, "silently_edited")])  # fmt: skip
def test_only_a_new_modification_time_explains_an_edit(then, now, event):
    def page(story, hour):
        meta = f'<meta property="article:modified_time" content="2026-11-20T{hour:02}:00:00+08:00">' if hour else ""
        return read(pages.article(story).replace("</head>", f"{meta}</head>"))

    (change,) = changes(page(CURRENT, then), page(replace(CURRENT, paragraphs=EDITED), now))

    assert change.event == event
    assert change.claim == (f"modified_at: 2026-11-20T0{now}:00:00+08:00" if event == "edited" else None)


PRINTED = {
    "behind the date": ("(?:pub-time|time)", "<span>更新时间：2026-11-20 11:00:00</span>"),
    "in brackets": ("(?:pub-source|resource)", "（修改于 2026-11-20 11:00）"),
    "below the date": ("(?:pub-source|resource)", "<p>最后更新：2026年11月20日 11:00</p>"),
}
"""What is printed, and the class of the element that it stands behind."""


@pytest.mark.parametrize("kind", ["current", "legacy"])
@pytest.mark.parametrize("place", PRINTED)
def test_a_printed_modification_time_explains_an_edit_and_spoils_no_other_field(kind, place):
    story = replace(CURRENT, kind=kind)
    behind, printed = PRINTED[place]
    html = pages.article(replace(story, paragraphs=EDITED))

    after = read(re.sub(f'(<span class="{behind}">[^<]*</span>)', rf"\1 {printed}", html))

    (change,) = changes(record(story), after)
    assert (change.event, change.claim) == ("edited", "modified_at: 2026-11-20T11:00:00+08:00")
    assert after.paragraphs == list(EDITED)


@pytest.mark.parametrize("kind", ["current", "legacy"])
def test_a_note_below_the_text_explains_an_edit_though_it_is_no_paragraph(kind):
    story = replace(CURRENT, kind=kind)
    html = pages.article(replace(story, paragraphs=EDITED))

    after = read(re.sub(r'(<div class="[\w-]*keywords">)', r"<div>更正：前文有误</div>\1", html))

    assert after.modification_notes == ["更正：前文有误"]
    assert told(record(story), after)["edited"] == ["body_text"]


def test_a_mark_in_the_headline_explains_an_edit():
    assert told(BEFORE, record(title=CURRENT.title + "（更新）", paragraphs=EDITED)) == {
        "headline_changed": ["title"],
        "edited": ["body_text"],
    }


def test_a_modification_time_alone_is_no_event():
    html = pages.article(CURRENT)
    meta = '<meta property="article:modified_time" content="2026-11-20T11:00:00+08:00">'

    assert changes(read(html), read(html.replace("</head>", f"{meta}</head>"))) == []


def scrambled(html):
    return re.sub(r'class="([^"]+)"', lambda match: f'class="x{len(match[1])}"', html)


def with_cdn(html):
    moved = re.sub(
        r"https://static\.statickksmg\.com(/image/[^\"]+?)\.png", r"https://cdn7.example.net\1_640x360.png", html
    )
    return re.sub(r"(/image/[^\"]+?\.png)", r"\1?sign=1f&amp;w=640", moved)


CARDS = tuple(
    Card(title=f"推荐{n}", url=f"https://www.kankanews.com/detail/Card{n:07}", cover="/c.png", duration="00:10",
         channel="时讯", date="2026/11/19")
    for n in range(9)
)  # fmt: skip

CHURN = {
    "recommendations": lambda html: pages.article(replace(CURRENT, recommendations=CARDS)),
    "no recommendations": lambda html: pages.article(replace(CURRENT, recommendations=())),
    "comments": lambda html: html.replace("全部评论<", "全部评论 17<").replace("暂无评论，", "说得好，"),
    "counts": lambda html: html.replace("<li>点赞</li>", "<li>点赞</li><li>1.2万</li>"),
    "an ad": lambda html: html.replace("<footer", '<p><a href="https://ad.example/">广告：买一送一</a></p><footer'),
    "scripts": lambda html: html.replace("</body>", "<script>track(Math.random(), '8c1')</script></body>"),
    "class names": scrambled,
    "addresses of images": with_cdn,
    "alt texts": lambda html: html.replace("，示意图", ""),
    "marks of direction": lambda html: html.replace("，", "，\u200e").replace("。", "\u202b。\u202c"),
    "joiners": lambda html: html.replace("，", "\u034f，\u2061"),
    "selectors and tags": lambda html: html.replace("，", "，\ufe0f").replace("。", "。\U000e0020"),
    "whitespace": lambda html: html.replace("，", "，\n\u200b  ").replace("<p>", "<p>\u3000\u3000"),
    "paragraphs": lambda html: html.replace("</p><p>", "<br><br>", 2),
    "full width": lambda html: html.replace("，", ",").replace("：", ":"),
    "another layout": lambda html: pages.article(replace(CURRENT, kind="legacy")),
    "a page of state alone": lambda html: pages.article(replace(CURRENT, kind="state-only")),
    "the footer": lambda html: html.replace("021-62870000", "021-11111111"),
}  # fmt: skip


@pytest.mark.parametrize("churn", CHURN)
def test_churn_is_no_event(churn):
    html = pages.article(CURRENT)
    churned = CHURN[churn](html)

    assert churned != html
    assert changes(read(html), read(churned)) == []
    assert changes(read(churned), read(html)) == []


def test_what_is_not_compared_is_what_unicode_calls_ignorable():
    regex = pytest.importorskip("regex", reason="it knows Unicode's lists, and comes with dateparser")
    every = "".join(map(chr, (*range(0xD800), *range(0xE000, 0x110000))))

    assert set(_IGNORABLE.findall(every)) == set(regex.findall(r"\p{Default_Ignorable_Code_Point}", every))


def test_no_layout_of_any_story_is_an_event():
    for story in STORIES:
        kinds = ("video", "state-only") if story.video else ("current", "legacy", "state-only")
        records = [record(story, kind=kind) for kind in kinds]

        assert [changes(one, other) for one in records for other in records] == [[]] * len(records) ** 2


def test_a_letter_case_is_a_change_though_the_content_hash_folds_it():
    before, after = (record(paragraphs=(text, *CURRENT.paragraphs)) for text in ("美国(us)", "美国(US)"))

    assert before.content_hash == after.content_hash
    assert told(before, after) == {"silently_edited": ["body_text"]}


def test_a_field_that_vanishes_is_a_change_in_the_same_layout_only():
    without = replace(BEFORE, source=None)
    elsewhere = replace(without, provenance=replace(BEFORE.provenance, layout="landmarks"))

    assert told(BEFORE, without) == {"corrected": ["source"]}
    assert told(BEFORE, elsewhere) == told(elsewhere, BEFORE) == {}


def test_people_and_captions_are_compared():
    people = replace(BEFORE, authors=[Person(name="陈正宝", role="记者")])
    images = [Image(url=each.url, caption="会场外", position=each.position) for each in BEFORE.images]

    assert told(people, replace(people, authors=[Person(name="陈正保", role="记者")])) == {"corrected": ["authors"]}
    assert told(BEFORE, replace(BEFORE, images=images)) == {"corrected": ["images"]}


def test_another_film_is_a_change_and_the_same_from_another_host_is_none():
    film = VIDEO.video
    other = Video(play_url=film.play_url.replace("/video/", "/video/x"), cover=film.cover)
    moved = Video(play_url=film.play_url.replace("mediaplay", "mediaplay2") + "?auth=17", cover=film.cover)

    assert told(record(VIDEO), record(VIDEO, video=other)) == {"corrected": ["videos"]}
    assert told(record(VIDEO), record(VIDEO, video=moved)) == {}


def test_a_page_without_an_end_proves_no_change_below_its_title():
    html = pages.article(CURRENT)
    cut = read(html[: html.index(CURRENT.paragraphs[-1])])
    retitled = read(pages.article(replace(CURRENT, title="另一个标题")))

    assert (BEFORE.provenance.cut_off, cut.provenance.cut_off) == (False, True)
    assert told(BEFORE, cut) == told(cut, BEFORE) == {}
    assert told(cut, retitled) == {"headline_changed": ["title"]}


def test_an_article_at_another_address_has_moved():
    after = replace(record(paragraphs=EDITED), canonical_url="https://www.kankanews.com/detail/An0therOne1")

    events = between(BEFORE, after, "run")

    assert [(event.event, event.url, event.to_url) for event in events] == [
        ("moved", CURRENT.url, after.canonical_url),
        ("silently_edited", CURRENT.url, None),
    ]


def test_an_event_says_where_two_long_texts_part_and_no_more():
    long = "早上好，上海。" * 500
    once, twice = (
        [record(paragraphs=(text.format(word),)) for word in ("晴", "雨")]
        for text in (f"{long}{{0}}{long}", f"{long}{{0}}{long}{{0}}")
    )

    (short,), (cut,) = changes(*once), changes(*twice)

    around = (long[-60:], long[:60])
    assert short.changed["body_text"].before == "…{}晴{}…".format(*around)
    assert short.changed["body_text"].after == "…{}雨{}…".format(*around)
    assert cut.changed["body_text"].before.startswith(f"…{around[0]}晴")
    assert len(cut.changed["body_text"].before) == MAX_SAID + 2


def test_events_fit_their_schema():
    everything = record(title="另一个标题（更新）", paragraphs=EDITED, source="新华社", pictures=())
    events = [published(BEFORE, "run"), *between(BEFORE, everything, "run")]

    assert [event.event for event in events] == ["published", "headline_changed", "edited", "corrected"]
    for event in events:
        schema.check(as_record(event), "change")


def test_a_picture_has_no_size_in_its_name():
    small = tuple(Picture(url=each.url.replace(".png", "_320x240.png"), alt=each.alt, position=each.position)
                  for each in CURRENT.pictures)  # fmt: skip

    assert changes(BEFORE, record(pictures=small)) == []


def test_the_hash_of_a_version_does_not_hang_on_how_the_record_was_made():
    later = read(pages.article(CURRENT), captured=CAPTURED + timedelta(days=9))

    assert version_hash(later) == version_hash(BEFORE)


def test_a_time_that_a_wrong_clock_could_not_believe_is_no_change():
    year_behind = CAPTURED - timedelta(days=365)
    unbelieved = read(pages.article(CURRENT), captured=year_behind)
    assert (unbelieved.published_at, unbelieved.published_raw) == (None, BEFORE.published_raw)

    assert changes(BEFORE, unbelieved) == changes(unbelieved, BEFORE) == []
    another = pages.article(replace(CURRENT, published_at=CURRENT.published_at - timedelta(minutes=1)))
    assert told(unbelieved, read(another)) == {"corrected": ["published_at"]}
    assert told(BEFORE, read(another, captured=year_behind)) == {"corrected": ["published_at"]}
