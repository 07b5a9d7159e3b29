"""What the class names of one generation of pages mark, field by field. All pages are made up."""

from __future__ import annotations

import pytest

from newsspider.parsing import classes
from newsspider.parsing.page import Page

URL = "https://gazette.example/a/1"


def page(html):
    return Page(f"<body>{html}</body>".encode(), URL, [(b"Content-Type", b"text/html; charset=utf-8")])


def say(html, **selectors):
    return classes.say(page(f"<h1 class=t>渡轮</h1>{html}"), {"title": ".t"} | selectors)


def people(html, field="authors"):
    return [(each.name, each.role) for each in say(html, **{field: ".by"})[field]]


@pytest.mark.parametrize(
    ("html", "is_heard"),
    [
        ("<h1 class=t>渡轮</h1>", True),
        ("<div class=b><p>一。</p></div>", True),
        ("<h1 class=t>渡轮</h1><div class=b><p>一。</p></div>", True),
        ("<p class=s>港口报</p>", False),  # such names are anybody's
        ("", False),
    ],
)
def test_a_generation_is_known_by_its_title_or_its_body(html, is_heard):
    said = classes.say(page(html), {"title": ".t", "body": ".b", "source": ".s"})

    assert bool(said) is is_heard


def test_a_field_that_is_not_found_costs_no_other():
    said = say(
        "<p class=at>2026-01-29</p><p class=c>时讯</p>", body=".none", authors=".none", published_at=".at", channel=".c"
    )

    assert said == {"title": "渡轮", "published_at": "2026-01-29", "channel": ("时讯", None)}


@pytest.mark.parametrize(
    ("html", "title"),
    [
        ("<h1 class=x>渡<b>轮</b> <i>停</i></h1>", "渡轮 停"),
        ("<h1 class=x>  渡轮\n 停\u200b </h1>", "渡轮 停"),
        ("<h1 class=x> </h1>", None),
        ("<h1 class=x>渡轮</h1><h1 class=x>大桥</h1>", "渡轮"),
        ("<h1 class='a x'>渡轮</h1>", "渡轮"),
        ("<h1 class=xy>渡轮</h1>", "无"),
    ],
)
def test_a_field_is_the_text_of_the_first_element(html, title):
    assert classes.say(page(f"{html}<p class=y>无</p>"), {"title": ".x, .y"})["title"] == title


def test_an_alternative_is_asked_where_the_one_before_finds_nothing():
    assert say("<p class=a>一</p><p class=b>二</p>", published_at=".b, .a")["published_at"] == "二"
    assert say("<p class=a>一</p>", published_at=".b, .a")["published_at"] == "一"
    keywords = say("<p><i class=a>一</i><i class=b>二</i><i class=a>三</i></p>", keywords=[".a", ".b"])["keywords"]
    assert keywords == ["一", "三", "二"]  # of several selectors each adds what it finds
    assert say("<p><i class=a>一</i><i class=b>二</i></p>", keywords=".a, .b")["keywords"] == ["一"]


def test_an_attribute_is_meant_where_an_element_has_it():
    html = "<time>soon</time><time datetime=' 2026-01-29 '>x</time>"

    assert say(html, published_at="time::attr(datetime)")["published_at"] == "2026-01-29"
    assert "published_at" not in say(html, published_at="time::attr(title)")


def test_keywords_are_the_texts_of_all_elements_and_their_line():
    said = say(
        "<div><p>关键词：<i><a class=k>渡轮</a></i> <a class=k> </a> <a class=k>大桥</a></p><p>x</p></div>",
        keywords=".k",
    )

    assert said["keywords"] == ["渡轮", "大桥"]
    assert said["keywords_raw"] == "关键词：渡轮 大桥"


@pytest.mark.parametrize(
    ("html", "source", "href"),
    [
        ("<p class=s>港口报</p>", "港口报", None),
        ("<a class=s href=/s>港口报</a>", "港口报", "/s"),
        ("<p class=s>来源：港口报</p>", "港口报", None),
        ("<p class=s>2小时 来源：港口报</p>", "港口报", None),
        ("<p class=s>港口报</p><p class=s>晚报</p>", "港口报", None),
    ],
)
def test_the_source_is_the_name_with_or_without_its_label(html, source, href):
    assert say(html, source=".s")["source"] == (source, href)


def test_people_may_be_named_beside_the_source():
    said = say("<p class=s>来源：港口报 记者：张三 编辑：李四</p>", source=".s")

    assert said["source"] == ("港口报", None)
    assert [(each.name, each.role) for each in said["authors"]] == [("张三", "记者")]
    assert [(each.name, each.role) for each in said["editors"]] == [("李四", "编辑")]
    assert {"authors", "editors"}.isdisjoint(say("<p class=s>港口报</p>", source=".s"))
    assert "source" not in say("<p class=s> </p>", source=".s")


def test_a_channel_has_its_link():
    assert say("<a class=c href=/c/1>时讯</a>", channel=".c")["channel"] == ("时讯", "/c/1")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ada Byron", ["Ada Byron"]),
        ("By Ada Byron", ["Ada Byron"]),
        ("by Ada Byron", ["Ada Byron"]),
        ("BY  Ada Byron", ["Ada Byron"]),
        ("Bya Byron", ["Bya Byron"]),
        *((f"Ada Byron {word} Grace Hopper", ["Ada Byron", "Grace Hopper"]) for word in ("and", "und", "et", "y")),
        *((f"Ada Byron{mark} Grace Hopper", ["Ada Byron", "Grace Hopper"]) for mark in "、,\uff0c;\uff1b/|"),
        ("Ada Byron, , Grace Hopper,", ["Ada Byron", "Grace Hopper"]),
        ("Sandy Andyson", ["Sandy Andyson"]),
        (" ", []),
    ],
)
def test_names_stand_alone(text, names):
    assert people(f"<p class=by>{text}</p>") == [(name, None) for name in names]


def test_people_in_several_elements_are_all_named_with_their_roles():
    html = "<p class=by>记者：张三 李四</p><p class=by>Ada Byron</p><p class=by>编辑：王五</p>"

    assert people(html) == [("张三", "记者"), ("李四", "记者"), ("Ada Byron", None)]
    assert people("<p class=by>记者：张三 编辑：王五</p>", "editors") == [("王五", "编辑")]


@pytest.mark.parametrize(
    ("drop", "paragraphs"),
    [
        (".x", ["一二。", "四。"]),
        (".x, .y", ["一二。"]),  # all that its alternatives find
        ([".x", ".y"], ["一二。"]),
        (".none", ["一广告二。", "三。", "x", "四。", "五。"]),
    ],
)
def test_what_is_dropped_is_no_part_of_the_body_and_stays_on_the_page(drop, paragraphs):
    found = page(
        "<div class=b><p>一<i class=x>广告</i>二。</p><div class=x><p>三。</p><p class=y>x</p></div><p class=y>四。</p>"
        "<div class='x'>五。</div></div>"
    )
    said = classes.say(found, {"body": ".b", "drop": drop})

    assert said["paragraphs"] == paragraphs
    assert "".join(found.root.itertext()) == "一广告二。三。x四。五。"
    assert "drop" not in said


def test_a_body_in_several_elements_is_read_in_page_order_and_each_line_once():
    html = "<div class=b><p>一。</p><div class=b><p>二。</p></div></div><p>x</p><p class=b>三。</p>"

    assert say(html, body=".b")["paragraphs"] == ["一。", "二。", "三。"]
