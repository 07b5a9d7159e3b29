"""The pictures and players above the first line of a text and below its last. All pages here are made up."""

from __future__ import annotations

import pytest

from tests.test_any_page import EN, ZH, article, html, paragraphs

TITLE = "Ferry stays until spring"
H1 = f"<h1>{TITLE}</h1>"
IMG = "<img src=/ferry.jpg width=1200 height=800>"
FIGURE = f"<figure>{IMG}<figcaption>A ferry leaves the pier.</figcaption></figure>"
MAST = "<div class=info>By Ada Lovelace, 12 January 2026</div>"


def shown(body, texts=EN, lang="en"):
    got = article(html(f"<title>{TITLE}</title>{body}", lang=lang))
    assert got.paragraphs == texts
    return got


@pytest.mark.parametrize(
    "picture",
    [
        FIGURE,
        f"<p>{IMG}</p>",
        IMG,
        "<p style='text-align:center'><img src=/ferry.jpg></p>",
        f"<div class=pic>{IMG}</div>",
        f"<div class=wp-caption>{IMG}<p class=wp-caption-text>A ferry leaves.</p></div>",
        f"<div class='article-gallery'>{IMG}</div>",
        f"<a href=/large/ferry.JPG?w=9>{IMG}</a>",
        "<amp-img src=/ferry.jpg width=800 height=500></amp-img>",
        "<img src='data:image/gif;base64,AA' data-src=/ferry.jpg>",
    ],
)
@pytest.mark.parametrize("place", ["above", "first", "second", "last"])
def test_a_picture_at_the_edge_of_the_body_is_of_the_article(place, picture):
    above, first, second, last = (picture if each == place else "" for each in ("above", "first", "second", "last"))
    body = f"{first}<p>{EN[0]}</p>{second}{paragraphs(EN[1:])}{last}"
    got = shown(f"<article>{H1}{MAST}{above}<div>{body}</div></article>")

    assert [each.position for each in got.images] == [{"second": 1, "last": len(EN)}.get(place, 0)]
    assert got.images[0].url.lower().rpartition("/")[2] == "ferry.jpg"


def test_pictures_are_in_page_order_each_with_its_caption():
    body = f"{FIGURE}<p>{EN[0]}</p><figure><img src=/b.jpg></figure>{paragraphs(EN[1:])}"
    last = "<figure><img src=/c.jpg><figcaption>The bridge</figcaption></figure>"
    got = shown(f"<article>{H1}{MAST}<div>{body}{last}</div></article>")

    assert [(each.url.rpartition("/")[2], each.caption) for each in got.images] == [
        ("ferry.jpg", "A ferry leaves the pier."), ("b.jpg", None), ("c.jpg", "The bridge"),
    ]  # fmt: skip


def test_the_line_with_author_and_date_may_stand_below_a_figure():
    got = shown(f"<article>{H1}{FIGURE}{MAST}<div>{paragraphs(EN)}</div></article>")

    assert len(got.images) == 1
    assert [each.name for each in got.authors] == ["Ada Lovelace"]


def test_a_chinese_caption_in_a_paragraph_stays_with_the_picture_at_its_end():
    caption = "渡轮停靠在新码头。港口社记者 王乐文 摄"
    end = f"<p><img src=/a.jpg></p><p>{caption}</p>"
    got = article(html(f"<h1>渡轮将保留到春天</h1><div>{paragraphs(ZH * 2)}{end}</div>", lang="zh"))

    assert (got.paragraphs, [each.caption for each in got.images]) == (ZH * 2, [caption])


@pytest.mark.parametrize(
    "other",
    [
        "<img class=logo src=/ferry.jpg>",
        "<img src=/site-logo.png>",
        "<img src=/a.jpg alt='微信公众号二维码'>",
        "<img src=/a.jpg width=48 height=48>",
        "<img src='data:image/gif;base64,AA'>",
        "<p><a href=/other-story><img src=/a.jpg></a></p>",
        "<div class=share-buttons><img src=/a.jpg></div>",
        "<div class=author-box><img src=/a.jpg></div>",
        "<div class=related><figure><img src=/a.jpg><figcaption>Bread</figcaption></figure></div>",
        "<aside><img src=/a.jpg></aside>",
        "<ul><li><img src=/a.jpg></li></ul>",
        "<iframe src=https://ads.example/show></iframe>",
        "<iframe src=https://www.youtube.com/embed/x width=1 height=1></iframe>",
    ],
)
def test_marks_portraits_teasers_and_advertisements_are_none_of_it(other):
    got = shown(f"<article>{H1}{other}{MAST}{other}<div>{other}{paragraphs(EN)}{other}</div>{other}</article>")

    assert (got.images, [each for each in got.blocks if each["type"] != "paragraph"]) == ([], [])


@pytest.mark.parametrize(
    ("player", "kind"),
    [
        ("<iframe src=https://www.youtube.com/embed/x></iframe>", "video"),
        ("<div class=video><iframe src=https://gazette.example/player/1></iframe></div>", "frame"),
        ("<video src=/a.mp4></video>", "video"),
        ("<amp-video src=/a.mp4 width=640 height=360></amp-video>", "video"),
        ("<amp-iframe src=https://www.openstreetmap.org/a width=640 height=360></amp-iframe>", "map"),
    ],
)
def test_a_player_at_the_edge_is_of_the_article(player, kind):
    for body in (f"{player}{paragraphs(EN)}", f"{paragraphs(EN)}{player}"):
        got = shown(f"<article>{H1}{MAST}<div>{body}</div></article>")

        assert [each["kind"] for each in got.blocks if each["type"] == "embed"] == [kind]
