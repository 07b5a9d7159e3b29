"""What the embedded state of a page says, in whatever shape a site's programs left it. All states are made up."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from newsspider.parsing import state
from newsspider.parsing.cards import MAX_CARDS
from newsspider.parsing.doubts import Doubts
from newsspider.parsing.names import Names
from newsspider.parsing.page import Page

URL = "https://news.example/detail/A1"
SEEN = datetime(2026, 1, 30, 12, tzinfo=UTC)
NAMES = Names(
    address="/detail/{}",
    id=("id", "nid"),
    title=("title", "name"),
    body=("content", "text"),
    published_at=("published", "time"),
    source=("source",),
    channel=("channel",),
    keywords=("keywords", "tags"),
    notice=("notice",),
    comment_count=("comments",),
    duration=("duration", "length"),
    video=("video",),
    video_url=("play", "url"),
    poster=("cover",),
)


def article_url(href):
    return f"https://news.example{href}" if href and href.startswith("/detail/") and href != "/detail/none" else None


def hear(source):
    """Return what the state says, whose JavaScript is *source*, and the doubts about it."""
    doubts = Doubts()
    source = source if isinstance(source, str) else json.dumps(source, ensure_ascii=False)
    html = f"<body><p>x</p><script>window.__NUXT__={source};</script></body>"
    page = Page(html.encode(), URL, [(b"Content-Type", b"text/html; charset=utf-8")])
    return state.say(page, NAMES, SEEN, "A1", article_url, doubts), doubts


def say(**members):
    """Return what the state says of an article with these *members*."""
    return hear({"data": [{"id": "A1", "title": "渡轮", "content": "<p>一。</p>"} | members]})[0]


def doubted(**members):
    doubts = hear({"data": [{"id": "A1", "title": "渡轮", "content": "<p>一。</p>"} | members]})[1]
    return doubts.warnings, doubts.fields


# --------------------------------------------------------------------------------------- which object is the article


@pytest.mark.parametrize(
    ("objects", "title"),
    [
        ([{"id": "A1", "title": "a", "content": "x"}, {"id": "A2", "title": "b", "content": "x"}], "a"),
        ([{"id": "A2", "title": "b", "content": "x"}, {"id": "A1", "title": "a", "content": "x"}], "a"),
        # The address's id counts for more than a body, and both for more than one.
        ([{"id": "A2", "title": "b", "content": "x"}, {"id": "A1", "title": "a"}], "a"),
        ([{"id": "A1", "title": "a"}, {"id": "A1", "title": "b", "content": "x"}], "b"),
        ([{"id": "A1", "title": "a"}, {"id": "A1", "title": "b", "video": {}}], "b"),
        ([{"id": "A1", "title": "a"}, {"id": "A1", "title": "b", "video": "x"}], "a"),
        # Of two that are as likely the first counts, and the one around before what it holds.
        ([{"title": "a", "content": "x"}, {"title": "b", "content": "y"}], "a"),
        ([{"title": "a", "content": "x", "more": {"title": "b", "content": "y"}}, {"title": "c", "content": "z"}], "a"),
        ([{"x": 1, "y": {"z": [], "it": {"id": "A1", "title": "a"}}}], "a"),
        ([[[{"id": "A2", "title": "b", "content": "x"}]], {"title": "a", "content": "x"}], "a"),
        # Without a title it is none, nor is what has no id of the address and neither text nor film.
        ([{"id": "A1", "content": "x"}, {"id": "A2", "title": "b", "content": "x"}], "b"),
        ([{"id": "A1", "title": 7, "content": "x"}, {"id": "A2", "title": "b", "content": "x"}], "b"),
        ([{"id": "A1", "title": "", "name": "a", "content": "x"}], "a"),
        ([{"id": "A2", "title": "b"}], None),
        ([{"title": "b"}], None),
        ([], None),
    ],
)
def test_the_object_that_looks_most_like_the_article_is_it(objects, title):
    said, doubts = hear({"data": objects})

    assert said.get("title") == title
    assert (said == {}) is (title is None)
    assert doubts.warnings == []


def test_an_id_may_be_a_number_and_no_truth_value():
    doubts = Doubts()
    html = '<script>window.__NUXT__={a:[{nid:7,title:"b"},{nid:8,title:"a"}]};</script>'
    page = Page(html.encode(), URL, [])

    assert state.say(page, NAMES, SEEN, "8", article_url, doubts)["title"] == "a"
    assert state.say(page, NAMES, SEEN, "9", article_url, doubts) == {}


def test_a_page_without_state_says_nothing():
    page = Page(b"<p>x</p>", URL, [])

    assert state.say(page, NAMES, SEEN, "A1", article_url, Doubts()) == {}


# ------------------------------------------------------------------------------------------------------ its fields


def test_each_field_has_its_names_the_best_first():
    said = say(
        name="b", text="<p>二。</p>", source="港口报", channel="时讯", keywords="船,桥", tags=["x"],
        notice="版权声明:独家", comments=3, published="2026-01-29 08:00", time="x", length=9,
    )  # fmt: skip

    assert said["title"] == "渡轮"
    assert said["paragraphs"] == ["一。"]
    assert (said["source"], said["channel"]) == (("港口报", None), ("时讯", None))
    assert said["keywords"] == ["船", "桥"]
    assert (said["copyright_notice"], said["exclusive"]) == ("版权声明:独家", True)
    assert said["comments"] == (3, "unknown")
    assert said["published_at"] == "2026-01-29 08:00"
    assert said["recommendations"] is None


def test_what_the_state_does_not_say_is_not_known():
    said = say()

    assert {"videos", "comments", "copyright_notice", "exclusive"}.isdisjoint(said)
    assert said["published_at"] is said["keywords"] is None
    assert (said["source"], said["channel"]) == ((None, None), (None, None))
    assert say(content="", text="<p>二。</p>")["paragraphs"] == ["二。"]
    assert say(content=None, text="<p>二。</p>")["paragraphs"] == ["二。"]
    assert say(content=[], text="<p>二。</p>")["paragraphs"] == ["二。"]
    assert say(notice="独家")["title"] == "渡轮"
    assert "exclusive" not in say(notice="独家")
    assert say(keywords="", tags=["船"])["keywords"] == ["船"]


@pytest.mark.parametrize(
    ("content", "paragraphs"),
    [
        ("<p>一。</p><p>二。</p>", ["一。", "二。"]),
        ("一。\n二。\n\n三。", ["一。", "二。", "三。"]),  # plain text
        ("一 & 二。\n三。", ["一 & 二。", "三。"]),
        ("<p>一。</p><p hidden>二。</p><p style='display:none'>三。</p>", ["一。"]),
        ("一。<br>二。\n三。", ["一。", "二。 三。"]),  # a line feed in markup is a space
    ],
)
def test_a_body_is_markup_or_plain_text(content, paragraphs):
    assert say(content=content)["paragraphs"] == paragraphs


def test_half_a_pair_of_surrogates_in_a_body_costs_itself_alone():
    said, _ = hear('{data:[{id:"A1",title:"渡轮",content:"<p>一\\ud800二。</p>"}]}')

    assert said["paragraphs"] in (["一?二。"], ["一\ufffd二。"])


@pytest.mark.parametrize(
    ("video", "members", "expected"),
    [
        ({"play": "/1.mp4"}, {}, ("https://news.example/1.mp4", None, None)),
        ({"play": "", "url": "//cdn.example/1.mp4"}, {}, ("https://cdn.example/1.mp4", None, None)),
        ({"play": "/1.mp4", "cover": "/1.jpg"}, {"cover": "/2.jpg"},
         ("https://news.example/1.mp4", "https://news.example/1.jpg", None)),
        ({"play": "/1.mp4"}, {"cover": "/2.jpg"}, ("https://news.example/1.mp4", "https://news.example/2.jpg", None)),
        ({"play": "/1.mp4", "cover": "javascript:x"}, {}, ("https://news.example/1.mp4", None, None)),
        ({"play": "/1.mp4", "duration": 93}, {"duration": 7}, ("https://news.example/1.mp4", None, 93)),
        ({"play": "/1.mp4", "duration": 0}, {"length": "01:33"}, ("https://news.example/1.mp4", None, 93)),
    ],
)  # fmt: skip
def test_the_film_of_an_article(video, members, expected):
    (said,) = say(video=video, **members)["videos"]

    assert (said.url, said.poster, said.duration_s) == expected
    assert doubted(video=video, **members) == ([], set())


@pytest.mark.parametrize("video", [{}, {"cover": "/1.jpg"}, {"play": "javascript:x"}, {"play": 7}, "/1.mp4", [], None])
def test_a_film_without_an_address_is_none(video):
    assert "videos" not in say(video=video)


@pytest.mark.parametrize(
    ("written", "seconds", "is_doubted"),
    [
        (93, 93, False),
        ("93", 93, False),
        (93.9, 93, False),
        ("01:33", 93, False),
        ("1:02:03", 3723, False),
        (1_000_000, 1_000_000, False),
        (1_000_001, None, True),
        (0, None, False),  # what programs write that do not know it
        ("0", None, True),
        ("00:00", 0, False),
        ("", None, False),
        (-1, None, True),
        ("soon", None, True),
        ([93], None, True),
        (True, None, True),
    ],
)
def test_the_length_of_a_film(written, seconds, is_doubted):
    (said,) = say(video={"play": "/1.mp4", "duration": written})["videos"]
    warnings, fields = doubted(video={"play": "/1.mp4", "duration": written})

    assert said.duration_s == seconds
    assert fields == ({"videos"} if is_doubted else set())
    assert len(warnings) == is_doubted


@pytest.mark.parametrize(
    ("written", "said", "is_doubted"),
    [
        ("2026-01-29 08:00", "2026-01-29 08:00", False),
        (1769644800, "2026-01-29 08:00:00+08:00", False),  # 2026-01-29T00:00:00Z, by date -d
        (1769644800000, "2026-01-29 08:00:00+08:00", False),
        (1769644800.5, "2026-01-29 08:00:00+08:00", False),
        (100_000_001, "1973-03-03 17:46:41+08:00", False),
        (99_999_999_999, "5138-11-16 17:46:39+08:00", False),
        (100_000_000_001, "1973-03-03 17:46:40+08:00", False),  # milliseconds
        (99_999_999, None, True),  # neither
        (100_000_000_000_001, None, True),
        (True, None, True),
        ([], None, True),
        ({"a": 1}, None, True),
        (0, None, False),  # what programs write that do not know it
        ("", None, False),
        (None, None, False),
    ],
)
def test_the_time_of_publication(written, said, is_doubted):
    assert say(published=written)["published_at"] == said
    warnings, fields = doubted(published=written)
    assert fields == ({"published_at"} if is_doubted else set())
    assert len(warnings) == is_doubted
    assert say(published=written, time="2026-01-28")["published_at"] == (said or "2026-01-28")
    assert doubted(published=written, time="2026-01-28") == ([], set())


@pytest.mark.parametrize(
    ("milliseconds", "said"),
    [
        (1769644800000, "2026-01-29 08:00:00+08:00"),
        (-62135596800000, "0001-01-01 08:00:00+08:00"),
        (253402271999000, "9999-12-31 23:59:59+08:00"),
        (253402272000000, None),  # it is the year 10000 in Shanghai
    ],
)
def test_a_date_of_javascript_is_a_time_where_shanghai_has_it(milliseconds, said):
    got, doubts = hear(f'{{data:[{{id:"A1",title:"渡轮",content:"x",published:new Date({milliseconds})}}]}}')

    assert got["published_at"] == said
    assert doubts.fields == (set() if said else {"published_at"})


@pytest.mark.parametrize(
    ("written", "comments"),
    [(0, (0, "empty")), (7, (7, "unknown")), ("7", (7, "unknown")), ("1.2万", None), (-1, None), ([], None)],
)
def test_the_number_of_comments(written, comments):
    assert say(comments=written).get("comments") == comments
    assert doubted(comments=written)[1] == (set() if comments else {"comments"})


@pytest.mark.parametrize(
    ("written", "quoted"),
    [
        ("很久", '"很久"'),
        ({"a": 1}, "an object"),
        ([1], "a list"),
        (True, "true"),
        ("x" * 100, '"' + "x" * 59),
    ],
)
def test_an_odd_value_is_quoted_as_it_is_written_and_shortly(written, quoted):
    assert doubted(comments=written)[0] == [f"comments: state has {quoted} for their number"]


def test_a_date_where_a_number_should_be_is_quoted():
    said, doubts = hear('{data:[{id:"A1",title:"渡轮",content:"x",comments:new Date(1769644800000)}]}')

    assert "comments" not in said
    (warning,) = doubts.warnings
    assert warning.startswith('comments: state has "2026-01-29')


# ------------------------------------------------------------------------------------------------------- its cards


def card(n, **members):
    return {"id": f"B{n}", "title": f"大桥{n}"} | members


def cards(*lists, **article):
    """Return the cards that a state with these lists has, and the doubts."""
    members = {f"list{n}": each for n, each in enumerate(lists)}
    said, doubts = hear({"data": [{"id": "A1", "title": "渡轮", "content": "x"} | article | members]})
    return said["recommendations"] or [], doubts


def titles(*lists):
    return [each.title for each in cards(*lists)[0]]


def test_a_card_says_what_its_object_does():
    (one, two), doubts = cards(
        [card(1, channel=" 时讯 ", duration="01:33", published="2026/01/27"), card(2, published=1769644800)]
    )

    assert (one.rank, one.title, one.url, one.duration_s) == (1, "大桥1", "https://news.example/detail/B1", 93)
    assert (one.channel, one.date_raw, one.date_at, one.date_precision) == ("时讯", "2026/01/27", "2026-01-27", "day")
    assert (two.rank, two.channel, two.duration_s) == (2, None, None)
    assert (two.date_raw, two.date_at) == ("2026-01-29 08:00:00+08:00", "2026-01-29T08:00:00+08:00")
    assert doubts.warnings == []


@pytest.mark.parametrize(
    ("lists", "expected"),
    [
        (([card(1)], [card(2), card(3)]), ["大桥2", "大桥3"]),
        (([card(2), card(3)], [card(1)]), ["大桥2", "大桥3"]),
        (([card(1), card(2)], [card(3), card(4)]), ["大桥1", "大桥2"]),
        # A list has the cards that can be read, however long it is.
        (([card(1), card(2)], [7, {}, {"id": "B3"}, {"title": "a"}, card("x", id="none")]), ["大桥1", "大桥2"]),
        (([card(1), {"id": "B2", "title": " "}, "x", card(3)],), ["大桥1", "大桥3"]),
        (([],), []),
    ],
)
def test_the_longest_list_of_articles_is_that_of_the_cards(lists, expected):
    assert titles(*lists) == expected
    assert [each.rank for each in cards(*lists)[0]] == list(range(1, len(expected) + 1))


def test_the_article_itself_is_no_card():
    article = {"id": "A1", "title": "渡轮", "content": "x"}
    said, _ = hear({"all": [article, card(1), card(2)]})

    assert [each.title for each in said["recommendations"]] == ["大桥1", "大桥2"]


@pytest.mark.parametrize("more", [0, 1])
def test_so_many_cards_are_read(more):
    assert len(titles([card(n) for n in range(MAX_CARDS + more)])) == MAX_CARDS


@pytest.mark.parametrize(
    ("length", "seconds", "is_doubted"), [("soon", None, True), (0, None, False), (None, None, False), (93, 93, False)]
)
def test_the_length_of_a_card_that_cannot_be_one_is_in_doubt(length, seconds, is_doubted):
    (one,), doubts = cards([card(1, duration=length)])

    assert one.duration_s == seconds
    assert doubts.warnings == (['recommendations: state has "soon" for a length'] if is_doubted else [])
    assert doubts.fields == ({"recommendations"} if is_doubted else set())
