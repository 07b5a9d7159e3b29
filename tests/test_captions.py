"""Captions that stand in paragraphs of their own, as their words tell them. Every line here is made up."""

from __future__ import annotations

import pytest

from newsspider.parsing.captions import MAX_LENGTH, is_credited
from tests.test_any_page import EN, ZH, article, html, paragraphs


@pytest.mark.parametrize(
    "line",
    [
        "图为渡轮停靠在新码头", "圖為渡輪停靠在新碼頭", "▲渡轮停靠在新码头", "图2：渡轮停靠在新码头",
        "资料图：渡轮停靠在新码头", "渡轮停靠在新码头。港口社记者 王乐文 摄", "渡轮停靠在新码头。港口社记者王乐文摄",
        "港口社记者 方敏摄", "图/港口图库", "图/港口图库 文/王乐文", "文、图/王乐文",
        "渡輪停靠在新碼頭（圖／記者王樂文攝）", "渡轮停靠在新码头。（王乐文摄）", "渡轮停靠在新码头。港口博物馆供图",
        "渡輪（翻攝自港口報）", "渡轮停靠在新码头。视频截图", "渡轮停靠在新码头 资料图",
        "渡轮停靠在新码头。视觉中国 图", "图源：港口报", "图片来源：港口报", "圖／港口報", "（港口局提供）",
        "The old ferry at the new pier (Photo: Ada Lovelace)", "The old ferry (Image: Harbour Post)",
        "The old ferry. Photo by: Ada Lovelace", "The old ferry (Ada Lovelace/AP)", "Photo: Harbour Post",
        "The old ferry at the pier (AFP)", "The old ferry stays. (Ada Lovelace/AFP)",
        "The old ferry. Ada Lovelace/Getty Images", "Die alte Fähre (Foto: Anna Muster/dpa)", "(Bild: Anna Muster)",
        "Die alte Fähre © Hafenpost", "Archivfoto: Hafenpost", "Foto: privat", "Le vieux bac (Crédit photo : Le Port)",
        "사진=항구일보", "写真：港新聞",
    ],
)  # fmt: skip
def test_a_line_that_says_whose_picture_it_is_is_a_caption(line):
    assert is_credited(line)


@pytest.mark.parametrize(
    "line",
    [
        *EN, *ZH, "这张照片由他拍摄", "他向港口局提供", "地图上没有这座码头",
        "The photo: it is a ferry, and nobody knows whose.", "He was photographed by Ada Lovelace",
        "They asked AP, AFP and Reuters.", "Bilder einer Fähre", "Il traghetto resta fino a primavera. (ANSA).",
        "Die Fähre bleibt bis zum Frühjahr. (dpa)", "The ferry stays until spring.(AP)",
    ],
)  # fmt: skip
def test_a_sentence_is_none(line):
    assert not is_credited(line)


def test_a_long_line_is_a_paragraph():
    caption = "x" * (MAX_LENGTH - len(" (Photo: Ada)")) + " (Photo: Ada)"

    assert (is_credited(caption), is_credited("x" + caption)) == (True, False)


CAPTION = "渡轮昨天停靠在新码头，船长站在甲板上向岸边的居民挥手。港口社记者 王乐文 摄"


@pytest.mark.parametrize("at", [0, 2, 3, 6])
def test_a_caption_in_a_paragraph_belongs_to_the_picture_above_it(at):
    picture = f"<p><img src=/a.jpg></p><p>{CAPTION}</p>"
    text = ZH * 2
    page = f"<h1>渡轮将保留到春天</h1><div>{paragraphs(text[:at])}{picture}{paragraphs(text[at:])}</div>"

    got = article(html(page, lang="zh"))

    assert got.paragraphs == text
    assert [(each.caption, each.position) for each in got.images] == [(CAPTION, at)]


@pytest.mark.parametrize("at", [0, 3])
@pytest.mark.parametrize(
    "line",
    [
        "图/港口图库 文/王乐文", "文/王乐文 图/港口图库", "记者 王乐文 图/方敏", "撰文：王乐文 图源：港口报",
        "本文来自公众号：笔记，作者：王乐文，题图来自：港口图库",
    ],
)  # fmt: skip
def test_who_wrote_may_stand_right_below_a_picture(line, at):
    text = ZH * 2
    page = f"{paragraphs(text[:at])}<p><img src=/a.jpg></p><p>{line}</p>{paragraphs(text[at:])}"

    got = article(html(f"<h1>渡轮将保留到春天</h1><div>{page}</div>", lang="zh"))

    assert (got.paragraphs, [each.name for each in got.authors]) == (text, ["王乐文"])
    assert [(each.caption, each.position) for each in got.images] == [(None, at)]


def test_a_heading_may_part_the_first_caption_from_the_text():
    top = f"<p><img src=/a.jpg></p><p>{CAPTION}</p><p>九十年的航线</p>"

    got = article(html(f"<h1>渡轮将保留到春天</h1><div>{top}{paragraphs(ZH * 2)}</div>", lang="zh"))

    assert got.paragraphs == ["九十年的航线", *ZH * 2]
    assert [each.caption for each in got.images] == [CAPTION]


@pytest.mark.parametrize(
    "between", ["<div>渡轮</div>", "</div><div>渡轮</div><div>", "<p>a</p><p>b</p><p>c</p><p>d</p>"]
)
def test_a_picture_apart_from_the_text_is_not_of_it(between):
    top = f"<p><img src=/a.jpg></p><p>{CAPTION}</p>{between}"

    got = article(html(f"<h1>渡轮将保留到春天</h1><div>{top}{paragraphs(ZH * 2)}</div>", lang="zh"))

    assert (got.paragraphs, got.images) == (ZH * 2, [])


def test_the_same_words_without_a_picture_above_are_text():
    got = article(html(f"<h1>渡轮将保留到春天</h1><div>{paragraphs([*ZH, CAPTION, *ZH])}</div>", lang="zh"))

    assert got.paragraphs == [*ZH, CAPTION, *ZH]
