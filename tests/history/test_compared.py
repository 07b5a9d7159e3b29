"""Two records, compared field by field: what is another version, what only looks like one, and what an event says."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import pytest

from newsspider.history.changes import (
    MAX_SAID,
    VERSION_FIELDS,
    _cut_where_they_part,
    changes,
    claim_of_modification,
    is_believed_once,
    media_path,
    version_hash,
)
from newsspider.record.events import Altered
from newsspider.record.items import Article
from newsspider.record.records import from_record
from tests.feeds import sample

CDN = "https://cdn.example"

FULL: dict[str, Any] = {
    "title": "标题:A",
    "paragraphs": ["第一段。", "第二段。"],
    "body_text": "第一段。\n\n第二段。",
    "published_at": "2026-01-02T03:04:05+08:00",
    "published_raw": "2026-01-02 03:04:05",
    "source": {"name": "看看新闻", "url": None},
    "authors": [{"name": "甲", "role": "记者"}, {"name": "乙", "role": None}],
    "editors": [{"name": "丙", "role": "编辑"}],
    "channel": {"name": "时讯", "url": None},
    "images": [{"url": f"{CDN}/1.jpg", "alt": None, "caption": "会场", "credit": "丁", "position": 0}],
    "image_credit": {"raw": "图:丁", "name": "丁", "role": "图"},
    "videos": [{"url": f"{CDN}/v.mp4", "poster": None, "duration_s": None, "media_id": "7"}],
    "copyright_notice": "版权:A",
    "keywords": ["上海", "民情"],
    "keywords_raw": "关键词:上海民情",
}


def record(layout: str = "current", cut_off: bool = False, **fields: Any) -> Article:
    said = sample() | FULL | fields
    said["provenance"] = said["provenance"] | {"layout": layout, "cut_off": cut_off}
    return from_record(said, Article)


BEFORE = record()


def told(before: Article, after: Article) -> dict[str, list[str]]:
    return {change.event: list(change.changed) for change in changes(before, after)}


def image(**fields: Any) -> list[dict[str, Any]]:
    return [FULL["images"][0] | fields]


def video(**fields: Any) -> list[dict[str, Any]]:
    return [FULL["videos"][0] | fields]


OTHERS = {
    "title": "标题:a",
    "paragraphs": ["第一段。", "第三段。"],
    "published_at": "2026-01-02T03:05:00+08:00",
    "source": {"name": "新华社", "url": None},
    "authors": [{"name": "甲", "role": "摄影"}, {"name": "乙", "role": None}],
    "editors": [{"name": "戊", "role": "编辑"}],
    "channel": {"name": "体育", "url": None},
    "images": image(url=f"{CDN}/2.jpg"),
    "image_credit": {"raw": "图:戊", "name": "戊", "role": "图"},
    "videos": video(url=f"{CDN}/w.mp4"),
    "copyright_notice": "版权:B",
    "keywords": ["上海", "群众"],
}
EVENTS = {"title": ("headline_changed", "title"), "paragraphs": ("silently_edited", "body_text")}


@pytest.mark.parametrize("name", OTHERS)
def test_each_field_makes_a_version(name):
    after = record(**{name: OTHERS[name]})
    event, field = EVENTS.get(name, ("corrected", name))

    assert told(BEFORE, after) == {event: [field]}
    assert version_hash(after) != version_hash(BEFORE)
    assert list(OTHERS) == list(VERSION_FIELDS)


def test_all_that_happened_is_told_at_once():
    after = record(**OTHERS, canonical_url="https://news.example/elsewhere")

    assert told(BEFORE, after) == {
        "moved": ["canonical_url"], "headline_changed": ["title"], "silently_edited": ["body_text"],
        "corrected": [name for name in OTHERS if name not in EVENTS],
    }  # fmt: skip
    assert told(BEFORE, record(url="https://m.news.example/elsewhere")) == {}


@pytest.mark.parametrize(
    "fields",
    [
        {"title": " 标题：Ａ"}, {"paragraphs": ["第一段。第二", "段。"]},
        {"paragraphs": ["第一段。", " ", "第二段。 "]},
        {"published_at": "2026-01-01T19:04:59+00:00"}, {"source": {"name": "看看 新闻", "url": "https://a.example/"}},
        {"authors": [{"name": " 甲", "role": "记 者"}, {"name": "乙", "role": None}]},
        {"channel": {"name": "时讯", "url": "https://a.example/"}}, {"images": image(alt="other", position=9)},
        {"images": image(url="http://static.example//1_640x360.jpg?t=1")},
        {"images": image(caption="会 场", credit=" 丁")},
        {"image_credit": {"raw": "图：丁", "name": None, "role": None}}, {"videos": video(poster="x", duration_s=9)},
        {"videos": video(url=f"{CDN}/v.mp4?sign=1")}, {"copyright_notice": "版权：Ａ"}, {"keywords": ["上海民情"]},
        {"keywords": []}, {"keywords": None, "keywords_raw": "关键字：上海、民情"},
        {"keywords": None, "keywords_raw": "上海|民情;"},
        {"recommendations": []}, {"comments": {"count": 9, "state": "unknown"}}, {"body_html": "<b>other</b>"},
    ],
)  # fmt: skip
def test_what_changes_without_anybodys_doing_makes_no_version(fields):
    after = record(**fields)

    assert told(BEFORE, after) == {}
    assert version_hash(after) == version_hash(BEFORE)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("images", image(caption="别的")), ("images", image(credit="戊")), ("images", image(credit=None)),
        ("videos", video(media_id="8")), ("videos", video(url=None)), ("authors", FULL["authors"][::-1]),
        ("authors", FULL["authors"][:1]), ("keywords", ["民情", "上海"]), ("published_at", "2026-01-02T03:03:59+08:00"),
        ("published_at", None), ("source", None), ("channel", None), ("image_credit", None), ("copyright_notice", None),
    ],
)  # fmt: skip
def test_part_of_a_field_counts_too(name, value):
    fields = {name: value} | ({"published_raw": None} if name == "published_at" else {})

    assert told(BEFORE, record(**fields)) == {"corrected": [name]}


# -- layouts, and pages without an end --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "known", "unknown"),
    [
        ("source", FULL["source"], None), ("title", "标题:A", None), ("copyright_notice", "版权:A", ""),
        ("authors", FULL["authors"], []), ("images", FULL["images"], []),
        ("images", FULL["images"], image(caption=None)),
        ("authors", FULL["authors"], [{"name": "甲", "role": None}, {"name": "乙", "role": "摄影"}]),
        ("paragraphs", FULL["paragraphs"], []),
    ],
)  # fmt: skip
def test_what_one_of_two_layouts_does_not_show_is_not_compared(name, known, unknown):
    for before, after in ((known, unknown), (unknown, known)):
        one = record(**{name: before})
        assert told(one, record(layout="other", **{name: after})) == {}
        assert told(one, record(**{name: after})) != {}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("source", {"name": "新华社", "url": None}), ("authors", FULL["authors"][:1]),
        ("images", image(url=f"{CDN}/2.jpg")),
        ("authors", [{"name": "甲", "role": None}, {"name": "己", "role": None}]), ("images", image() + image()),
        ("published_at", "2026-01-02T03:05:00+08:00"),
    ],
)  # fmt: skip
def test_what_both_layouts_show_is_compared(name, value):
    assert told(BEFORE, record(layout="other", **{name: value})) == {"corrected": [name]}


@pytest.mark.parametrize("cut", [(True, False), (False, True), (True, True)])
def test_of_a_page_without_an_end_only_what_stands_above_the_text_is_compared(cut):
    after = record(cut_off=cut[1], **OTHERS)

    assert told(record(cut_off=cut[0]), after) == {
        "headline_changed": ["title"], "corrected": ["published_at", "source", "authors", "channel"]
    }  # fmt: skip


BELIEVED, RAW = FULL["published_at"], FULL["published_raw"]


@pytest.mark.parametrize(
    ("then", "now", "once"),
    [
        ((BELIEVED, RAW), (None, RAW), True), ((None, RAW), (BELIEVED, RAW), True),
        ((BELIEVED, RAW), (None, "2026-01-03 00:00"), False), ((BELIEVED, RAW), (None, None), False),
        ((BELIEVED, None), (None, None), False), ((BELIEVED, None), (None, RAW), False),
        ((BELIEVED, RAW), (BELIEVED, RAW), False), ((None, RAW), (None, RAW), False),
    ],
)  # fmt: skip
def test_time_that_is_believed_once_of_two_pages_that_print_it_is_no_change(then, now, once):
    one, other = (record(published_at=at, published_raw=raw) for at, raw in (then, now))

    assert is_believed_once(one, other) is once
    assert told(one, other) == ({} if once or then[0] == now[0] else {"corrected": ["published_at"]})


def test_time_that_both_believe_is_compared_though_it_is_printed_alike():
    """As where a page prints no zone."""
    assert told(BEFORE, record(published_at="2026-01-02T03:04:05+00:00")) == {"corrected": ["published_at"]}


# -- what a page claims -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("then", "now", "claim"),
    [
        ({}, {}, None),
        ({}, {"modified_at": "2026-01-03T00:00:00+08:00"}, "modified_at: 2026-01-03T00:00:00+08:00"),
        ({"modified_at": "2026-01-03T00:00:00+08:00"},
        {"modified_at": "2026-01-02T16:00:00+00:00"}, None),  # one moment
        ({"modified_at": "2026-01-03T00:00:00+08:00"}, {"modified_at": "2026-01-03T00:00:01+08:00"},
         "modified_at: 2026-01-03T00:00:01+08:00"),
        ({"modified_at": "2026-01-03T00:00:00+08:00"}, {}, None),
        ({}, {"modification_notes": ["更正:一"]}, "modification_notes: 更正:一"),
        ({"modification_notes": ["更正:一"]},
        {"modification_notes": ["更正：一", "更正:二"]}, "modification_notes: 更正:二"),
        ({"modification_notes": ["更正:一"]}, {"modification_notes": [" 更正：一"]}, None),
        ({"modification_notes": [" 更正：一"]}, {"modification_notes": ["更正:一"]}, None),
        ({"modification_notes": ["更正:一"]}, {}, None),
        ({}, {"modification_notes": ["长" * 401]}, f"modification_notes: {'长' * 400}…"),
        ({}, {"modification_notes": ["长" * 400]}, f"modification_notes: {'长' * 400}"),
    ],
)  # fmt: skip
def test_page_claims_a_modification_that_it_did_not_have_before(then, now, claim):
    one, other = record(**then), record(**now, paragraphs=["别的。"], body_text="别的。")
    (change,) = changes(one, other)

    assert claim_of_modification(one, other) == claim
    assert (change.event, change.claim) == ("edited" if claim else "silently_edited", claim)


# -- what an event says -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "before", "after"),
    [
        ("title", "标题:B", "标题:A", "标题:B"),
        ("title", None, "标题:A", None),
        ("published_at", None, "2026-01-02T03:04:05+08:00", None),
        ("source", None, "看看新闻", None),
        ("authors", [{"name": "戊", "role": "摄影"}], "记者 甲、乙", "摄影 戊"),
        ("editors", [], "编辑 丙", None),
        ("images", image(caption=None, url=f"{CDN}/2.jpg"), f"{CDN}/1.jpg 会场 丁", f"{CDN}/2.jpg 丁"),
        ("images", [*image(), *image(url=f"{CDN}/2.jpg")], f"{CDN}/1.jpg 会场 丁",
         f"{CDN}/1.jpg 会场 丁\n{CDN}/2.jpg 会场 丁"),
        ("image_credit", None, "图:丁", None),
        ("videos", video(url=None), f"{CDN}/v.mp4", "7"),
        ("copyright_notice", "版权:B", "版权:A", "版权:B"),
        ("keywords", ["看看"], "上海、民情", "看看"),
    ],
)  # fmt: skip
def test_an_event_says_what_a_person_reads(name, value, before, after):
    fields = {name: value} | ({"published_raw": None} if name == "published_at" else {})
    (change,) = changes(BEFORE, record(**fields))
    (altered,) = change.changed.values()

    assert (altered.before, altered.after) == (before, after)


def test_keywords_that_run_together_are_said_as_they_stand():
    (change,) = changes(BEFORE, record(keywords=None, keywords_raw="关键词:别的"))

    assert change.changed["keywords"] == Altered(before="上海、民情", after="关键词:别的")


def test_text_is_said_with_its_paragraphs_and_addresses_as_they_are():
    after = record(paragraphs=["第一段。"], body_text="第一段。", canonical_url="https://news.example/b")
    moved, edited = changes(BEFORE, after)

    assert edited.changed == {"body_text": Altered(before="第一段。\n\n第二段。", after="第一段。")}
    assert moved.changed == {"canonical_url": Altered(before=BEFORE.canonical_url, after="https://news.example/b")}


@pytest.mark.parametrize(
    ("one", "other", "cut"),
    [
        ("a" * 400, "b" * 400, ("a" * 400, "b" * 400)),
        ("x" * 399 + "a", "x" * 399 + "b", ("x" * 399 + "a", "x" * 399 + "b")),
        ("a" * 401, "b" * 400, ("a" * 400 + "…", "b" * 400)),
        ("a" * 401, "", ("a" * 400 + "…", "")),
        ("x" * 60 + "a" + "y" * 340, "x" * 60 + "b", ("x" * 60 + "a" + "y" * 339 + "…", "x" * 60 + "b")),
        ("x" * 61 + "a" + "y" * 400, "x" * 61 + "b" + "y" * 400,
         ("…" + "x" * 60 + "a" + "y" * 60 + "…", "…" + "x" * 60 + "b" + "y" * 60 + "…")),
        ("x" * 500, "x" * 400, ("…" + "x" * 160, "…" + "x" * 60)),  # all of it is shared, and counts once
        ("x" * 500, "", ("x" * 400 + "…", "")),
        ("x" * 300 + "a" * 500 + "y" * 300, "x" * 300 + "y" * 300,
         ("…" + ("x" * 60 + "a" * 500 + "y" * 60)[:400] + "…", "…" + "x" * 60 + "y" * 60 + "…")),
    ],
)  # fmt: skip
def test_long_texts_are_cut_to_where_they_part(one, other, cut):
    assert _cut_where_they_part(one, other) == cut
    assert _cut_where_they_part(other, one) == cut[::-1]
    assert MAX_SAID == 400


# -- addresses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "size",
    [
        "_640x360",
        "-640x360",
        "_640X360",
        "_640*360",
        "_w640",
        "_w_640",
        "_w640_h360",
        "_h360",
        "_w640,h360",
        "_thumb",
        "_thumbnail",
        "_small",
        "_middle",
        "_large",
        "_16x9",
    ],
)
def test_size_in_the_name_of_an_image_is_none_of_its_name(size):
    assert media_path(f"{CDN}/a/b{size}.jpg") == "/a/b.jpg"
    assert media_path(f"{CDN}/a/b{size}") == "/a/b"


@pytest.mark.parametrize(
    ("url", "path"),
    [
        (f"{CDN}/a/640x360/b.jpg", "/a/b.jpg"), (f"{CDN}/a/small/b.jpg", "/a/b.jpg"), (f"{CDN}/a.jpg!w640", "/a.jpg"),
        (f"{CDN}/a.jpg@640w_1l", "/a.jpg"), (f"{CDN}//a///b.jpg", "/a/b.jpg"), (f"{CDN}/%E5%9B%BE.jpg", "/图.jpg"),
        (f"{CDN}/图.jpg#x", "/图.jpg"), (f"{CDN}/smallville.jpg", "/smallville.jpg"),
        (f"{CDN}/a_6x360.jpg", "/a_6x360.jpg"),
        (f"{CDN}/a_1234567.jpg", "/a_1234567.jpg"), (f"{CDN}/!a.jpg", "/!a.jpg"),
        (f"{CDN}/a_largest.jpg", "/a_largest.jpg"),
    ],
)  # fmt: skip
def test_path_names_an_image(url, path):
    assert media_path(url) == path


def test_name_of_a_version_is_the_digest_of_what_is_compared():
    """States keep the names: written in another way, every article would look changed."""
    forms = (
        '["标题:A","第一段。第二段。",29454904,"看看新闻",[["记者","甲"],[null,"乙"]],[["编辑","丙"]],"时讯",'
        '[["/1.jpg","会场","丁"]],"图:丁",[["/v.mp4","7"]],"版权:A","上海民情"]'
    )  # 29,454,904 minutes from 1970 until 2026-01-01 19:04 UTC

    assert version_hash(BEFORE) == f"sha256:{hashlib.sha256(forms.encode()).hexdigest()}"


def test_name_of_a_version_is_a_digest_also_of_halves_of_characters():
    names = {version_hash(record(title=title)) for title in ("a", "\ud83d", "\ud83e")}

    assert len(names) == 3
    assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", name) for name in names)
