from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsspider.charsets import PRESCAN_BYTES, Decoded, decode

UTF_8 = "text/html; charset=utf-8"

# The sample's opening, with a four-byte character of GB18030 (a name's 㐂) and one beyond the BMP (𠮷).
SENTENCES = """用脚板丈量民情 李强要求大调研不停步
今天(1月9日)上午,上海市“不忘初心、牢记使命,勇当新时代排头兵、先行者”大调研总结和推进会在上海展览中心举行。
市委副书记尹弘在会上总结2018年全市大调研工作情况,部署2019年大调研工作。㐂𠮷
"""


def page(label: str | None = None, text: str = SENTENCES) -> str:
    meta = "" if label is None else f'<meta charset="{label}">'
    return f"<html><head>{meta}<title>看看新闻</title></head><body>{text}</body></html>"


def test_a_utf_8_label_on_gb18030_bytes_costs_no_character():
    body = page("utf-8").encode("gb18030")

    assert decode(body, UTF_8) == Decoded(
        text=page("utf-8"), declared=("utf-8", "utf-8"), used="gb18030", replacements=0
    )


@pytest.mark.parametrize(
    ("encoding", "header", "meta", "declared", "used"),
    [
        ("utf-8", UTF_8, "utf-8", ("utf-8", "utf-8"), "utf-8"),
        ("utf-8", None, None, (), "utf-8"),
        ("utf-8", "text/html", "gb2312", ("gb2312",), "utf-8"),
        ("utf-8", "text/html; charset=GBK", "utf-8", ("gbk", "utf-8"), "utf-8"),
        ("utf-8", "text/html; charset=ISO-8859-1", None, ("iso-8859-1",), "utf-8"),
        ("utf-8", "text/html; charset=nonsense", None, ("nonsense",), "utf-8"),
        ("utf-8", "text/html; charset=punycode", "hex", ("punycode", "hex"), "utf-8"),
        ("utf-8", "text/html; charset=utf-16", "utf-16", ("utf-16", "utf-16"), "utf-8"),
        ("gb18030", None, None, (), "gb18030"),
        ("gb18030", None, "gb2312", ("gb2312",), "gb18030"),
        ("gb18030", None, "GBK", ("gbk",), "gb18030"),
        ("gb18030", 'text/html;charset="gb2312"', None, ("gb2312",), "gb18030"),
        ("gb18030", "text/html; Charset = 'x-gbk'", None, ("x-gbk",), "gb18030"),
        ("gb18030", UTF_8, "gb2312", ("utf-8", "gb2312"), "gb18030"),
        ("gb18030", "text/html; charset=iso-8859-1", "gb2312", ("iso-8859-1", "gb2312"), "gb18030"),
        ("gb18030", "text/html; charset=big5", None, ("big5",), "gb18030"),
        ("utf-16-le", "text/html; charset=utf-16", None, ("utf-16",), "utf-16-le"),
    ],
)
def test_the_label_is_believed_only_when_the_bytes_agree(encoding, header, meta, declared, used):
    text = page(meta)

    assert decode(text.encode(encoding), header) == Decoded(text=text, declared=declared, used=used, replacements=0)


@pytest.mark.parametrize(
    ("encoding", "label", "text"),
    [
        ("big5", "big5", "繁體中文網頁"),
        ("cp932", "shift_jis", "日本語のページ"),
        ("cp949", "euc-kr", "한국어 페이지"),
        ("cp1252", "iso-8859-1", "Élysée : l'été à Nîmes, déjà vu"),
        ("cp1251", "windows-1251", "Русская страница"),
    ],
)
def test_other_declared_charsets_are_read(encoding, label, text):
    assert decode(page(label, text).replace("看看新闻", "").encode(encoding), None).text == page(label, text).replace(
        "看看新闻", ""
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_outranks_all_labels_and_is_not_text(encoding):
    decoded = decode(page("gb2312").encode(encoding), "text/html; charset=gbk")

    assert (decoded.text, decoded.replacements) == (page("gb2312"), 0)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("header", [None, UTF_8, "text/html; charset=gb2312"])
@pytest.mark.parametrize("torn", [1, 2, 3])
def test_a_page_cut_inside_its_last_character_loses_that_character_only(encoding, header, torn):
    whole = "看看新闻 " + SENTENCES.rstrip()  # ends in a character of four bytes in either charset

    decoded = decode(whole.encode(encoding)[:-torn], header)

    assert decoded.text.startswith(whole[:-1])
    assert decoded.used == encoding
    assert set(decoded.text[len(whole) - 1 :]) == {"\ufffd"}
    assert decoded.replacements == len(decoded.text) - len(whole) + 1


@pytest.mark.parametrize("header", [None, UTF_8])
def test_one_broken_byte_does_not_make_a_utf_8_page_gb18030(header):
    sound = page().encode()

    decoded = decode(sound.replace("推进会".encode(), b"\xff" + "推进会".encode()), header)

    assert decoded == Decoded(
        text=page().replace("推进会", "\ufffd推进会"),
        declared=("utf-8",) if header else (),
        used="utf-8",
        replacements=1,
    )


@pytest.mark.parametrize("header", [None, UTF_8, "text/html; charset=gb2312"])
def test_one_broken_byte_does_not_make_a_gb18030_page_utf_8(header):
    sound = page().encode("gb18030")

    decoded = decode(sound.replace(b"</title>", b"\xff</title>"), header)

    assert (decoded.text, decoded.used, decoded.replacements) == (
        page().replace("</title>", "\ufffd</title>"),
        "gb18030",
        1,
    )


def test_what_was_lost_before_is_counted_too():
    assert decode("看\ufffd新闻".encode(), UTF_8).replacements == 1


@pytest.mark.parametrize(
    "head",
    [
        '<meta http-equiv="Content-Type" content="text/html; charset=gb2312">',
        "<META CHARSET = 'gb2312' />",
        "<!-- <meta charset=utf-8> --><meta charset=gb2312>",
        '<?xml version="1.0" encoding="gb2312"?>',
    ],
)
def test_the_page_s_own_label_is_found(head):
    assert decode(head.encode(), None).declared == ("gb2312",)


def test_a_label_far_down_is_not_looked_for():
    assert decode(b" " * PRESCAN_BYTES + b"<meta charset=gb2312>", None).declared == ()


def test_an_empty_page_is_empty_text():
    assert decode(b"", None) == Decoded(text="", declared=(), used="utf-8", replacements=0)


@given(
    st.binary(max_size=200),
    st.none()
    | st.text(max_size=40)
    | st.sampled_from(["utf-8", "gbk", "big5", "utf-16", "hz", "zlib"]).map("charset={}".format),
)
def test_any_bytes_give_a_text_that_can_be_written(body, content_type):
    decoded = decode(body, content_type)

    assert decoded.text.encode() or not decoded.text
    assert decoded.replacements == decoded.text.count("\ufffd")


@given(st.text(), st.sampled_from([None, UTF_8]))
def test_any_text_after_a_chinese_sentence_survives_either_charset(text, content_type):
    """Alone, 一 in GB18030 is also a letter in UTF-8: some words cannot be told apart, sentences can."""
    text = SENTENCES + text

    assert decode(text.encode(), content_type).text == text
    assert decode(text.encode("gb18030"), content_type).text == text
