"""The body by parts. All pages here are made up."""

from __future__ import annotations

from functools import partial

import pytest

from newsspider.parsing import structure
from newsspider.parsing.body import MAX_MEDIA, read_body
from newsspider.parsing.live import with_entries
from newsspider.parsing.markup import read_html
from newsspider.parsing.page import outline
from newsspider.record import schema
from newsspider.record.items import as_record
from newsspider.text.urls import absolute

PAGE = "https://news.example/a/1"


def body(html):
    return read_body(outline(read_html(html.encode())), partial(absolute, PAGE))


def blocks(html):
    return as_record(body(html))["blocks"]


def paragraph(text):
    return {"type": "paragraph", "text": text}


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>一。</p><h2>小标题</h2><p>二。</p>",
         [paragraph("一。"), {"type": "heading", "level": 2, "text": "小标题"}, paragraph("二。")]),
        ("<p>One:</p><ul><li>first<li><p>second</p><p>goes on</p></ul>",
         [paragraph("One:"), {"type": "list", "ordered": False, "items": ["first", "second goes on"]}]),
        ("<ol><li>a<ul><li>b</ul><li>c</ol>", [{"type": "list", "ordered": True, "items": ["a", "b", "c"]}]),
        ("<p>Result.</p><table><caption>Table 1</caption><tr><th>Club<th>Goals<tr><td>Ada<td>3<tr><td>Bob<td></table>",
         [paragraph("Result."),
          {"type": "table", "rows": [["Club", "Goals"], ["Ada", "3"], ["Bob", None]], "caption": "Table 1"}]),
        ("<p>He said:</p><blockquote><ul><li>first<li>second</ul></blockquote><p>And left.</p>",
         [paragraph("He said:"), {"type": "list", "ordered": False, "items": ["first", "second"]},
          paragraph("And left.")]),
        ("<p>He said:</p><blockquote><p>We will</p><p>win.</p></blockquote><p>And left.</p>",
         [paragraph("He said:"), {"type": "quote", "text": "We will win."}, paragraph("And left.")]),
        ('<figure><img src="/a.jpg" alt="Sea"><figcaption>The sea. 图源：新华社</figcaption></figure><p>One.</p>',
         [{"type": "image", "url": "https://news.example/a.jpg", "alt": "Sea", "caption": "The sea. 图源：新华社"},
          paragraph("One.")]),
        ('<p>One.</p><img data-src="/b.jpg" src="data:image/gif;base64,AA"><p>▲陈正宝 摄</p>',
         [paragraph("One."), {"type": "image", "url": "https://news.example/b.jpg", "caption": "▲陈正宝 摄",
                              "credit": "▲陈正宝 摄"}]),
    ],
)  # fmt: skip
def test_part_of_a_body_is_what_its_markup_says(html, expected):
    assert blocks(html) == expected


@pytest.mark.parametrize(
    ("html", "kind", "url"),
    [
        ('<iframe src="https://www.youtube.com/embed/x"></iframe>', "video", "https://www.youtube.com/embed/x"),
        ('<iframe data-src="//player.bilibili.com/player.html?bvid=1" src="about:blank"></iframe>', "video",
         "https://player.bilibili.com/player.html?bvid=1"),
        ('<iframe src="https://w.soundcloud.com/player/?url=1"></iframe>', "audio",
         "https://w.soundcloud.com/player/?url=1"),
        ('<iframe src="https://www.google.com/maps/embed?pb=1"></iframe>', "map",
         "https://www.google.com/maps/embed?pb=1"),
        ('<iframe src="/quiz"></iframe>', "frame", "https://news.example/quiz"),
        ('<video poster="/p.jpg"><source src="/v.mp4"></video>', "video", "https://news.example/v.mp4"),
        ('<audio src="/a.mp3">no audio</audio>', "audio", "https://news.example/a.mp3"),
        ('<object data="/map.svg"><p>no map</p></object>', "frame", "https://news.example/map.svg"),
    ],
)  # fmt: skip
def test_what_is_shown_from_elsewhere_is_an_embed_in_its_place(html, kind, url):
    assert blocks(f"<p>One.</p>{html}<p>Two.</p>") == [
        paragraph("One."), {"type": "embed", "kind": kind, "url": url}, paragraph("Two."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "html",
    [
        '<iframe src="javascript:alert(1)"></iframe>',
        '<iframe src="https://ad.doubleclick.net/x"></iframe>',
        '<iframe width="1" height="1" src="https://count.example/"></iframe>',
        "<iframe></iframe>",
        '<iframe srcdoc="<p>x</p>"></iframe>',
        '<audio src="data:audio/mp3,x"></audio>',
    ],
)
def test_frame_that_shows_nothing_of_the_article_is_none(html):
    assert blocks(f"<p>One.</p>{html}<p>Two.</p>") == [paragraph("One."), paragraph("Two.")]


def test_post_of_a_social_network_is_an_embed_and_its_words_stay_a_paragraph():
    said = body(
        '<p>One.</p><blockquote class="twitter-tweet"><p>Made up.</p>— Ada (@ada) '
        '<a href="https://twitter.com/ada/status/1?ref_src=x">1 May 2026</a></blockquote>'
    )

    assert said["blocks"][1] == {
        "type": "embed", "kind": "post", "url": "https://twitter.com/ada/status/1?ref_src=x",
        "text": "Made up. — Ada (@ada) 1 May 2026",
    }  # fmt: skip
    assert said["paragraphs"] == ["One.", "Made up. — Ada (@ada) 1 May 2026"]


def test_paragraphs_are_the_lines_of_the_blocks():
    said = body(
        "<h2>甲</h2><p>乙。</p><ul><li>丙<li>丁</ul><table><tr><td>戊<td>己<tr><td>庚<td></table>"
        "<blockquote>辛。</blockquote><p>壬。</p>"
    )

    assert said["paragraphs"] == ["甲", "乙。", "丙", "丁", "戊 己", "庚", "辛。", "壬。"]
    assert [each["type"] for each in said["blocks"]] == ["heading", "paragraph", "list", "table", "quote", "paragraph"]


def test_recordings_of_the_body_are_the_articles():
    (audio,) = body('<p>One.</p><audio title="Read aloud" src="/a.mp3"></audio>')["audio"]

    assert as_record(audio) == {"url": "https://news.example/a.mp3", "title": "Read aloud", "duration_s": None}


@pytest.mark.parametrize(
    "html",
    [
        "<table><tr><td><p>一。</p><p>二。</p></td></tr></table>",
        '<table role="presentation"><tr><td>一。<td>二。<tr></table>',
        "<ul><li><h3>一。</h3><p>二。</p></li></ul>",
        "<ul><li><p>一。</p><p>二。</p></li></ul>",
        "<blockquote><p>一。</p><p>二。</p></blockquote>",
        "<table><tr><td>一。<table><tr><td>二。</table></table>",
    ],
)
def test_list_table_or_quote_that_lays_out_a_page_is_read_for_what_is_in_it(html):
    assert body(html)["paragraphs"] == ["一。", "二。"]
    assert {each["type"] for each in blocks(html)} <= {"paragraph", "heading"}


def test_pictures_in_a_list_keep_their_place():
    html = '<p>One.</p><ul><li><img src="/1.jpg">Sea<li><img src="/2.jpg">Land</ul>'

    assert [each["type"] for each in blocks(html)] == ["paragraph", "image", "paragraph", "image", "paragraph"]


def test_list_of_other_articles_below_its_heading_is_none():
    assert blocks('<p>One.</p><p>相关阅读:</p><ul><li><a href="/2">二</a><li><a href="/3">三</a></ul><p>Two.</p>') == [
        paragraph("One."),
        paragraph("Two."),
    ]


@pytest.mark.parametrize(
    "html",
    [
        "<ul><li>a" * 400,
        "<blockquote>a" * 400,
        "<table><tr><td>a" * 400,
        "<table>" + "<tr><td>a<td>" * 200 + "<td>" * (structure.MAX_CELLS + 1) + "</table>",
        "<ol>" + "<li>a" * 5000 + "</ol>",
    ],
    ids=["lists", "quotes", "tables", "cells", "items"],
)
def test_markup_that_no_page_has_is_read_within_bounds(html):
    found = blocks(html)

    assert found
    assert sum(len(row) for each in found for row in each.get("rows", ())) <= structure.MAX_CELLS


def test_media_beyond_a_bound_are_left_out():
    html = "<p>One.</p>" + "".join(f'<iframe src="/{n}"></iframe><img src="/{n}.jpg">' for n in range(MAX_MEDIA))

    assert len(blocks(html)) == 1 + MAX_MEDIA == 501


def test_blocks_fit_the_schema():
    record = schema.json.loads(schema.load("article"))["$defs"]["BodyBlock"]

    assert record["required"] == ["type"]
    for each in blocks("<h3>a</h3><p>b.</p><ol><li>c</ol><table><tr><td>d<td><tr><td>e<td>f</table><iframe src=/g>"):
        assert each.keys() <= record["properties"].keys()


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<ul><li>a<li>b &lt; <b>c</b></ul>", "<ul>\n<li>a</li>\n<li>b &lt; <b>c</b></li>\n</ul>"),
        ("<p>x</p><blockquote><p>a <i>b</i></p></blockquote>", "<p>x</p>\n<blockquote><p>a <i>b</i></p></blockquote>"),
        ("<table><tr><td>a<td>b<tr><td>&lt;c<td></table>",
         "<table>\n<tr><td>a</td><td>b</td></tr>\n<tr><td>&lt;c</td><td></td></tr>\n</table>"),
    ],
)  # fmt: skip
def test_markup_of_the_body_keeps_lists_tables_and_quotes(html, expected):
    assert body(html)["body_html"] == expected


# ------------------------------------------------------------------------------------------------- live blogs


def entry(time, title=None):
    return {"type": "live_entry", "at": time} | ({"title": title} if title else {})


def test_lines_of_times_begin_the_entries_of_a_live_blog():
    html = "<p>What happened today.</p><ul>" + "".join(
        f'<li><time datetime="2026-01-29T{hour}:00:00+08:00">{hour}:00</time><p>Entry of {hour}.</p></li>'
        for hour in (10, 11, 12)
    )

    assert blocks(f"{html}</ul>") == [
        paragraph("What happened today."),
        entry("2026-01-29T10:00:00+08:00"), paragraph("Entry of 10."),
        entry("2026-01-29T11:00:00+08:00"), paragraph("Entry of 11."),
        entry("2026-01-29T12:00:00+08:00"), paragraph("Entry of 12."),
    ]  # fmt: skip
    assert body(html)["paragraphs"] == ["What happened today.", "Entry of 10.", "Entry of 11.", "Entry of 12."]


def test_one_time_in_a_line_of_its_own_makes_no_live_blog():
    assert blocks("<p>One.</p><p><time>10:00</time></p><p>Two.</p>") == [
        paragraph("One."), paragraph("10:00"), paragraph("Two."),
    ]  # fmt: skip


UPDATES = {
    "liveBlogUpdate": [
        {"@type": "BlogPosting", "headline": "Bridge open", "datePublished": "2026-01-29T12:00:00Z",
         "articleBody": "The first car has passed.\nMore to come."},
        {"datePublished": "2026-01-29T10:00", "articleBody": "Barriers are taken away from the bridge at this hour."},
        "odd", {}, {"datePublished": 7},
    ]
}  # fmt: skip


def test_entries_of_json_ld_part_the_body_where_they_begin_in_it():
    given = blocks("<p>Intro.</p><h2>Bridge open</h2><p>The first car has passed.</p>"
                   "<p>Barriers are taken away from the bridge at this hour.</p>")  # fmt: skip

    assert as_record(with_entries(given, UPDATES)) == [
        paragraph("Intro."), entry("2026-01-29T12:00:00+00:00", "Bridge open"), *given[1:3],
        {"type": "live_entry"}, given[3],
    ]  # fmt: skip


def test_entries_that_the_page_does_not_print_stand_behind_its_body():
    assert as_record(with_entries(blocks("<p>Intro.</p>"), UPDATES)) == [
        paragraph("Intro."), entry("2026-01-29T12:00:00+00:00", "Bridge open"),
        paragraph("The first car has passed."), paragraph("More to come."),
        {"type": "live_entry"}, paragraph("Barriers are taken away from the bridge at this hour."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        # Three times in lines of their own begin entries; two are changes to one text.
        (["<time>10:00</time>"] * 3, 3),
        (["<time>10:00</time>"] * 2, 0),
        (["<b><time>10 : 00</time> </b>"] * 3, 3),
        (["<time>\n 10:00 <b> Uhr</b></time>"] * 3, 3),
        (["<time>10:00</time> Harbour"] * 3, 0),
        (["10:00"] * 3, 0),
        (["<time>" + "1" * 40 + "</time>"] * 3, 3),
        (["<time>" + "1" * 41 + "</time>"] * 3, 0),
    ],
)
def test_entries_begin_at_times_in_lines_of_their_own(lines, count):
    html = "".join(f"<p>{line}</p><p>One.</p>" for line in lines)

    assert [each["type"] for each in blocks(html)].count("live_entry") == count


def updated(html, *updates):
    """The blocks of a page with entries of JSON-LD, each as its text, or as a mark and the title of an entry."""
    given = with_entries(blocks(html), {"liveBlogUpdate": list(updates)})
    return [each.get("text", f"* {each.get('title', '')}") for each in given]


@pytest.mark.parametrize(
    ("html", "updates", "expected"),
    [
        # An entry begins at the first of the lines that begin as it does: thirty characters in match form.
        ("<p>Boats. One</p><p>Boats. Two</p>", [{"articleBody": "Boats. Two"}], ["Boats. One", "* ", "Boats. Two"]),
        ("<p>Boats.</p><p>x</p><p>Boats.</p>", [{"articleBody": "Boats."}], ["* ", "Boats.", "x", "Boats."]),
        ("<p>" + "a" * 30 + "b</p>", [{"articleBody": "A" * 30 + "c"}], ["* ", "a" * 30 + "b"]),
        ("<p>" + "a" * 29 + "b</p>", [{"articleBody": "a" * 30}], ["a" * 29 + "b", "* ", "a" * 30]),
        ("<h2>Bridge  open</h2>", [{"headline": "BRIDGE OPEN"}], ["* BRIDGE OPEN", "Bridge open"]),
        # Its headline is looked for before its text; of two entries at one line the first is told.
        ("<p>Text.</p><h2>Open</h2>", [{"headline": "Open", "articleBody": "Text."}], ["Text.", "* Open", "Open"]),
        ("<p>Text.</p>", [{"headline": "Open", "articleBody": "Text."}], ["* Open", "Text."]),
        ("<p>Open</p>", [{"headline": "Open"}, {"headline": "OPEN", "articleBody": "x"}], ["* Open", "Open"]),
        # What says nothing is no entry; one may be alone, without a list around it.
        ("<p>x</p>", [{"headline": "Open"}, {"articleBody": " "}, {}], ["x", "* Open"]),
        ("<p>x</p>", [{"articleBody": "a\r\n\n b "}], ["x", "* ", "a", "b"]),
        # What is very long is cut.
        ("<p>x</p>", [{"headline": "a" * 501}], ["x", "* " + "a" * 500]),
        ("<p>x</p>", [{"articleBody": "a" * 20_001}], ["x", "* ", "a" * 20_000]),
    ],
)  # fmt: skip
def test_where_an_entry_of_json_ld_begins(html, updates, expected):
    assert updated(html, *updates) == expected


def test_a_page_that_marks_its_entries_has_them_all():
    html = "".join(f"<p><time datetime=2026-01-29T1{n}:00Z>1{n}:00</time></p><p>One {n}.</p>" for n in range(3))

    assert updated(html, {"headline": "Open"}) == ["* ", "One 0.", "* ", "One 1.", "* ", "One 2."]


def test_an_entry_without_a_headline_begins_at_its_text_and_not_at_a_picture():
    given = blocks("<p>Intro.</p><img src=/a.jpg><p>One.</p>")
    types = [each["type"] for each in with_entries(given, {"liveBlogUpdate": [{"articleBody": "One."}]})]

    assert types == ["paragraph", "image", "live_entry", "paragraph"]


def test_so_many_entries_of_json_ld_are_read():
    assert updated("<p>x</p>", *[{"headline": str(n)} for n in range(1001)])[-1] == "* 999"
    assert with_entries(blocks("<p>x</p>"), {"liveBlogUpdate": {"headline": "Open"}})[1]["title"] == "Open"


def test_an_entry_begins_where_its_first_paragraph_stands_and_no_other():
    given = blocks("<p>Two.</p><p>x</p>")
    told = with_entries(given, {"liveBlogUpdate": {"articleBody": "One.\nTwo."}})

    assert [each.get("text") for each in told] == ["Two.", "x", None, "One.", "Two."]


@pytest.mark.parametrize("updates", [None, {}, [], 7, [None, [], {"headline": ["a", {}]}]])
def test_what_is_no_entry_is_none(updates):
    given = blocks("<p>Intro.</p>")

    assert [each["type"] for each in with_entries(given, {"liveBlogUpdate": updates})][:1] == ["paragraph"]
