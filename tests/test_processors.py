from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsspider.text.processors import (
    CopyrightNotice,
    Credit,
    KeywordsLine,
    TextCounts,
    clean_text,
    count_text,
    fold,
    natural,
    parse_copyright,
    parse_credit,
    parse_keywords_line,
    says_modified,
)
from newsspider.text.width import fold_width


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("用脚板丈量民情 李强要求大调研不停步", "用脚板丈量民情 李强要求大调研不停步"),
        ("\u3000\u3000今天上午", "今天上午"),
        ("\xa0\xa0今天\xa0上午\xa0", "今天 上午"),
        ("今天\n\t  上午\r\n", "今天 上午"),
        ("李\u3000强", "李\u3000强"),
        (" 今天  上午   十点 ", "今天 上午 十点"),
        ("e\u0301\t", "é"),
        ("e\u0301", "é"),
        ("e\u0301\xa0x", "é x"),
        ("a  b", "a b"),
        ("a\udfffb\ud800c", "abc"),
        ("a\x08b\x0ec\x1bd\x7fe\x84f\x86g", "abcdefg"),
        ("a\x09b\x0dc\x1cd\x1fe\x85f", "a b c d e f"),  # white space (Unicode's, and separators of ASCII)
        ("看\u200b看\u200c新\u200d闻\u2060K\ufeffn\xade\x00w\x9fs\ud800", "看看新闻Knews"),
        ("👩\u200d💻 ❤\ufe0f\u200d🔥", "👩\u200d💻 ❤\ufe0f\u200d🔥"),
        ("🧑\u200d⚕\ufe0f ⛹\u200d♀\ufe0f", "🧑\u200d⚕\ufe0f ⛹\u200d♀\ufe0f"),
        ("👩\u200d看", "👩看"),
        ("看\u200d💻", "看💻"),
        ("（ＡＰＰ）：①㎡“”。", "（ＡＰＰ）：①㎡“”。"),
        ("\u200b \u3000", None),
        ("", None),
    ],
)
def test_cleaning_changes_only_what_is_not_seen(text, cleaned):
    assert clean_text(text) == cleaned


TEXTS = st.text(st.characters() | st.sampled_from("\u200b\u200d\u3000\xa0 \n👩💻❤\ufe0f\u0301\ud83d"))


@given(TEXTS)
def test_clean_text_is_clean_normalised_and_can_be_written(text):
    cleaned = clean_text(text)

    if cleaned is None:
        return
    assert clean_text(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert cleaned.encode()
    assert cleaned == cleaned.strip()


def test_the_width_fold_knows_all_forms_that_ascii_has_in_full_width():
    wide = "".join(map(chr, range(0xFF01, 0xFF5F)))

    assert fold_width(f"{wide}\u3000") == "".join(map(chr, range(0x21, 0x7F))) + " "
    assert fold_width("\uff00\uff5f\uff61\u2003\u3001") == "\uff00\uff5f\uff61\u2003\u3001"


@given(TEXTS)
def test_the_width_fold_keeps_the_length_and_leaves_nothing_to_fold(text):
    folded = fold_width(text)

    assert len(folded) == len(text)
    assert not any("\uff01" <= character <= "\uff5e" or character == "\u3000" for character in folded)


@given(TEXTS)
def test_texts_that_differ_in_width_and_case_have_one_match_form(text):
    assert fold(text) == fold(fold_width(text)) == fold(fold(text))


def test_letters_that_are_one_in_another_case_are_the_same():
    assert fold("Straße Ⅷ") == fold("STRASSE ⅷ")


@pytest.mark.parametrize(
    ("line", "name", "role"),
    [
        ("(图片来源:陈正宝/摄)", "陈正宝", "摄"),
        ("（图片来源：陈正宝／摄）", "陈正宝", "摄"),
        ("(图片来源:陈正宝 摄)", "陈正宝", "摄"),
        ("(图片来源:陈正宝摄)", "陈正宝", "摄"),
        ("图片来源：新华社", "新华社", None),
        ("图源:新华社", "新华社", None),
        ("图源：新华社／法新", "新华社／法新", None),
        ("摄影:陈正宝", "陈正宝", "摄影"),
        ("摄影：陈正宝", "陈正宝", "摄影"),
        ("摄影 陈正宝", "陈正宝", "摄影"),
        ("摄影记者:陈正宝", "陈正宝", "摄影记者"),
        ("图/视觉中国", "视觉中国", "图"),
        ("图／陈正宝、李四", "陈正宝、李四", "图"),
        ("图｜陈正宝", "陈正宝", "图"),
        ("陈正宝 摄", "陈正宝", "摄"),
        ("陈正宝/摄", "陈正宝", "摄"),
        ("(陈正宝 摄)", "陈正宝", "摄"),
        ("（陈正宝摄）", "陈正宝", "摄"),
        ("（陈正宝摄影）", "陈正宝", "摄影"),
        ("新华社记者 陈正宝 摄", "新华社记者 陈正宝", "摄"),
        ("(图片来源:中国摄影)", "中国摄影", None),
        ("图片提供:新华社", "新华社", None),
        ("图片:新华社", "新华社", None),
        ("照片:新华社", "新华社", None),
        ("图片来源 新华社", "新华社", None),
        ("图源 新华社", "新华社", None),
        ("摄影师:陈正宝", "陈正宝", "摄影师"),
        ("供图:陈正宝", "陈正宝", "供图"),
        ("制图:陈正宝", "陈正宝", "制图"),
        ("绘图:陈正宝", "陈正宝", "绘图"),
        ("摄:陈正宝", "陈正宝", "摄"),
        ("图片来源:陈正宝/供图", "陈正宝", "供图"),
        ("图片来源:陈正宝 摄影", "陈正宝", "摄影"),
        ("陈正宝 摄影", "陈正宝", "摄影"),
        ("陈正宝/供图", "陈正宝", "供图"),
        ("陈正宝|制图", "陈正宝", "制图"),
        ("陈正宝 绘图", "陈正宝", "绘图"),
        ("陈正宝/图", "陈正宝", "图"),
        ("(陈正宝供图)", "陈正宝", "供图"),
        ("陈" * 40 + " 摄", "陈" * 40, "摄"),
    ],
)
def test_a_credit_names_who_made_the_picture_and_what_they_did(line, name, role):
    assert parse_credit(f"\u3000{line} ") == Credit(raw=line, name=name, role=role)


@pytest.mark.parametrize(
    "line",
    [
        *("", "()", "图", "图/", "(图片来源:)", "图片来源", "来源:看看新闻Knews", "责任编辑:陈正宝", "图为大会现场"),
        "这张照片由陈正宝摄",
        "看 图",
        "市领导周波、翁祖亮出席。摄影:陈正宝",
        "图片来源:" + "陈" * 60,
        "李强指出,一年来,全市各级党政机关和领导干部全员参与,开展了大量扎实而富有成效的走访调研 摄",
        "版权声明:本文系看看新闻Knews独家稿件,未经授权,不得转载",
        "关键词: 摄影",
        "陈" * 41 + " 摄",
        "(陈正宝摄",
        "陈正宝摄)",
        "陈正宝 图",
        "“陈正宝 摄",
    ],
)
def test_other_lines_are_no_credit(line):
    assert parse_credit(line) is None


@pytest.mark.parametrize(
    ("line", "keywords"),
    [
        ("关键词: 上海市大调研总结和推进会李强群众企业大调研作风", None),
        ("关键词：李强、群众、企业", ("李强", "群众", "企业")),
        ("关键词：李强，群众；企业｜作风", ("李强", "群众", "企业", "作风")),
        ("关键词: 李强 群众 企业", ("李强", "群众", "企业")),
        ("关键词: iPhone 15", None),
        ("关键字: iPhone 15,手机", ("iPhone 15", "手机")),
        ("关键词: 李强,", None),
        ("关键词: 李强 、 群众\u3000,企业", ("李强", "群众", "企业")),
        ("关键词:", ()),
        ("标签：李强|群众", ("李强", "群众")),
        ("【标签】李强,群众", ("李强", "群众")),
        ("[关键字]：李强;群众", ("李强", "群众")),
        ("关键词: 上海 iPhone", None),
        ("关键词: 上海 𠮷野家 々", ("上海", "𠮷野家", "々")),
    ],
)
def test_keywords_are_parted_only_where_the_line_parts_them(line, keywords):
    assert parse_keywords_line(f"\u3000{line} \n") == KeywordsLine(raw=line, keywords=keywords)


@pytest.mark.parametrize("line", ["", "全部评论", "本文的关键词: 李强", "关键词", "标签 李强", "关键词李强"])
def test_other_lines_are_no_keywords(line):
    assert parse_keywords_line(line) is None


@pytest.mark.parametrize(
    ("line", "exclusive"),
    [
        ("版权声明:本文系看看新闻Knews独家稿件,未经授权,不得转载", True),
        ("版权声明：本文由看看新闻编辑,未经授权，不得转载", False),
        ("版权声明:本文为非独家稿件", False),
        ("【版权声明】独家", True),
        ("[版权声明]未经授权不得转载", False),
        ("版权声明", False),
        ("版权声明 本文系独家稿件", True),
    ],
)
def test_a_notice_claims_an_exclusive_or_does_not(line, exclusive):
    assert parse_copyright(f"\u3000{line} \n") == CopyrightNotice(raw=line, exclusive=exclusive)


@pytest.mark.parametrize("line", ["", "独家稿件", "看东方(上海)传媒有限公司 版权所有", "版权声明书", "版权声明 原文"])
def test_other_lines_are_no_notice(line):
    assert parse_copyright(line) is None


@pytest.mark.parametrize(
    "line",
    [
        *(
            "更正:前文有误。",
            "【更正】",
            "勘误",
            "勘误说明:",
            "编者更正：日期有误",
            "本报订正",
            "(更新)上海今天下雨",
            "「修改」",
        ),
        *("本网更正启事", "*更正:有误", "本台修正通知", "〔勘误〕上海今天下雨", "编辑部更正声明:"),
        *(
            "本文已于1月30日修改",
            "本文" + "字" * 24 + "更新",
            "今天下雨【更正" + "字" * 6 + "】",
            "此文作了修订。",
            "该文标题有更正",
            "本稿已更新",
            "报道有误,现予更正",
            "标题已修改",
            "原文内容有更新",
        ),
        *(
            "最后更新:2026-01-30",
            "最后修改时间2026",
            "来看：最后更新日期:昨天",
            "最近修改于2026",
            "最新修订时间:昨天",
            "修改于2026-01-30",
            "更新时间2026年1月",
            "修订日期:2026.1.30",
        ),
        *("更新了本文", "更正标题", "修改了原文", "修正报道"),
        *(
            "Correction: the year was wrong",
            "CORRECTION: 17.04",
            "[Corrected]",
            "Clarification: no",
            "Updated: 17:04",
            "UPDATE (2026)",
        ),
        *(
            "Updated on 9 January",
            "Updated on Jan. 9",
            "CLARIFICATION (9 January)",
            "EDITOR’S NOTE: changed",
            "Editor's note: changed",
            "*Editors note:",
        ),
    ],
)
def test_a_line_says_that_the_article_was_modified(line):
    assert says_modified(line)


@pytest.mark.parametrize(
    "line",
    [
        *("城市更新项目启动", "新修订的办法明年施行", "更新换代", "他更正了说法。", "勘误表", "修正案通过"),
        *(
            "本文作者是张三。城市更新今天启动",
            "本文" + "字" * 25 + "更新",
            "今天下雨【更正" + "字" * 7 + "】",
            "最后更新换代",
            "修改时间待定",
            "修改于20261",
        ),
        *("The update was late", "Updated models are sold", "An editor's note: no", "Corrections are rare", "Upda"),
        "看" * 300 + "本文已更正",
    ],
)
def test_a_line_of_other_changes_says_nothing_of_the_article(line):
    assert not says_modified(line)


def test_of_a_long_paragraph_the_beginning_is_looked_at():
    assert says_modified("看" * 294 + "。本文已更正")
    assert not says_modified("看" * 295 + "。本文已更正")


@pytest.mark.parametrize(
    ("value", "number"),
    [
        *(
            (0, 0),
            (2**53, 2**53),
            (2**53 + 1, None),
            (float(2**53), 2**53),
            (2.0**53 + 2, None),
            (-0.5, None),
            (0.5, None),
        ),
        *(
            ("0", 0),
            ("007", 7),
            ("9" * 16, None),
            ("1" * 15, int("1" * 15)),
            ("0" * 16, 0),
            ("8" * 16, 8_888_888_888_888_888),
            ("0" * 17, None),
            ("-1", None),
            ("1.0", None),
        ),
        *(("", None), (" 1", None), ("１", None), (False, None), (float("-inf"), None), ({}, None)),
    ],
)
def test_a_number_of_things_is_whole_and_one_that_every_program_reads(value, number):
    assert natural(value) == number
    assert type(natural(value)) is (int if number is not None else type(None))


@pytest.mark.parametrize(
    ("paragraphs", "counts"),
    [
        ([], TextCounts(chars=0, han=0, words=0, paragraphs=0)),
        (["", " \u3000"], TextCounts(chars=0, han=0, words=0, paragraphs=0)),
        (["“没拿到冠军是最遗憾的”"], TextCounts(chars=12, han=10, words=10, paragraphs=1)),
        (["看看新闻Knews 24"], TextCounts(chars=11, han=4, words=6, paragraphs=1)),
        (["1,000.5万", "don't 2018,2019年"], TextCounts(chars=8 + 15, han=2, words=2 + 3, paragraphs=2)),
        (["don’t U.S. 3,a"], TextCounts(chars=5 + 4 + 3, han=0, words=1 + 1 + 2, paragraphs=1)),
        (["a.b_c a.b.c"], TextCounts(chars=5 + 5, han=0, words=2 + 1, paragraphs=1)),
        (["a_b 1.5-2"], TextCounts(chars=3 + 5, han=0, words=2 + 2, paragraphs=1)),
        (["看a看", "b"], TextCounts(chars=4, han=2, words=4, paragraphs=2)),
        (["㐀龥豈"], TextCounts(chars=3, han=3, words=3, paragraphs=1)),
        (["𠮷〇々"], TextCounts(chars=3, han=3, words=3, paragraphs=1)),
    ],
)
def test_each_han_character_and_each_run_of_others_is_a_word(paragraphs, counts):
    assert count_text(paragraphs) == counts


@given(st.lists(TEXTS))
def test_counts_stay_within_one_another(paragraphs):
    counts = count_text(paragraphs)

    assert counts.han <= counts.words <= counts.chars
    assert counts.paragraphs <= len(paragraphs)
