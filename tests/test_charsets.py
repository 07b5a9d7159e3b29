from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsspider.text.charsets import PRESCAN_BYTES, Decoded, decode
from newsspider.text.encoding import alphabets

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


# Python's name, the label, the standard's name, and a few sentences as a newspaper has them.
FOREIGN = [
    (
        "big5",
        "big5",
        "big5",
        "臺北市政府今天宣布，明年起調整公共運輸票價，學生與長者維持原有優惠。市長表示，新的票價每趟增加五元。",
    ),
    (
        "cp932",
        "shift_jis",
        "shift_jis",
        "市は二十八日、来年四月からバスの運賃を改めると発表した。学生とお年寄りの割引は続ける。",
    ),
    (
        "euc_jp",
        "euc-jp",
        "euc-jp",
        "市は二十八日、来年四月からバスの運賃を改めると発表した。学生とお年寄りの割引は続ける。",
    ),
    (
        "cp949",
        "ks_c_5601-1987",
        "euc-kr",
        "서울시는 내년부터 시내버스 요금을 조정한다고 오늘 밝혔다. 학생과 노인 할인은 그대로 유지된다.",
    ),
    ("cp1253", "windows-1253", "windows-1253", "Ο δήμος ανακοίνωσε σήμερα νέα εισιτήρια για τα λεωφορεία της πόλης."),
    ("cp1255", "windows-1255", "windows-1255", "העירייה הודיעה היום על מחירים חדשים לנסיעה באוטובוסים."),
    ("cp874", "tis-620", "windows-874", "เทศบาลประกาศวันนี้ว่าจะปรับค่าโดยสารรถประจำทางในปีหน้า"),
    ("cp1251", "windows-1251", "windows-1251", "Мэрия объявила сегодня о новых ценах на проезд в автобусах."),
    ("koi8_r", "koi8-r", "koi8-r", "Мэрия объявила сегодня о новых ценах на проезд в автобусах."),
    (
        "cp1252",
        "iso-8859-1",
        "windows-1252",
        "La ville a annoncé aujourd’hui que l’été prochain le trajet coûtera un euro.",
    ),
]


def foreign_page(label: str, text: str) -> str:
    return f'<html><head><meta charset="{label}"><title>{text[:12]}</title></head><body><p>{text}</p></body></html>'


def test_a_big5_page_with_one_euro_sign_is_big5():
    text = foreign_page("big5", FOREIGN[0][3] + "€")
    body = text.replace("€", "").encode("big5").replace(b"</p>", b"\xa3\xe1</p>")

    assert decode(body, None) == Decoded(text=text, declared=("big5",), used="big5", replacements=0)


@pytest.mark.parametrize(("codec", "label", "used", "text"), FOREIGN)
@pytest.mark.parametrize("in_header", [True, False])
def test_what_is_declared_is_used(codec, label, used, text, in_header):
    text = foreign_page("utf-9" if in_header else label, text)

    decoded = decode(text.encode(codec), f"text/html; charset={label}" if in_header else "text/html")

    assert (decoded.text, decoded.used, decoded.replacements) == (text, used, 0)


# What no character begins with, half a character before a tag, and a code of GB18030 that the charset lacks.
BAD = {"big5": b"\xff", "shift_jis": b"\xfd", "euc-jp": b"\xff", "euc-kr": b"\xc9\xa1", "windows-1253": b"\xaa",
       "windows-1255": b"\xd9", "windows-874": b"\xdb"}  # fmt: skip


@pytest.mark.parametrize(("codec", "label", "used", "text"), [each for each in FOREIGN if each[2] in BAD])
@pytest.mark.parametrize("times", [1, 3])
def test_a_few_bad_bytes_do_not_change_the_declared_charset(codec, label, used, text, times):
    text = foreign_page(label, text)
    body = text.encode(codec).replace(b"</p>", (BAD[used] + b"&nbsp;") * times + b"</p>")

    assert decode(body, None) == Decoded(
        text=text.replace("</p>", "\ufffd&nbsp;" * times + "</p>"), declared=(label,), used=used, replacements=times
    )


@pytest.mark.parametrize(("codec", "label", "used", "text"), FOREIGN)
def test_utf_8_bytes_are_utf_8_under_every_label(codec, label, used, text):
    text = foreign_page(label, text)

    decoded = decode(text.encode(), f"text/html; charset={label}")

    assert (decoded.text, decoded.used, decoded.replacements) == (text, "utf-8", 0)


@pytest.mark.parametrize("label", ["big5", "shift_jis", "euc-jp", "euc-kr", "iso-8859-1", "windows-1253", "utf-8"])
@pytest.mark.parametrize("fault", ["", "\xff"])
def test_gb18030_bytes_are_gb18030_under_the_label_of_another_language(label, fault):
    decoded = decode(page(label).encode("gb18030") + fault.encode("latin-1"), None)

    assert (decoded.text.rstrip("\ufffd"), decoded.used, decoded.replacements) == (page(label), "gb18030", len(fault))


@pytest.mark.parametrize("label", ["gb2312", "big5", "shift_jis", "euc-kr"])
def test_two_words_in_utf_8_are_not_taken_for_what_is_declared(label):
    assert decode("<title>看看新闻</title>".encode(), f"text/html; charset={label}").text == "<title>看看新闻</title>"


def test_the_header_comes_before_the_page():
    text = foreign_page("koi8-r", FOREIGN[7][3])

    assert decode(text.encode("cp1251"), "text/html; charset=windows-1251").text == text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"<p>It\x92s what we don\x92t know", "<p>It’s what we don’t know"),
        (b"<p>caf\xe9", "<p>café"),
        (b"Home \xbb\xbb News \xbb\xbb City", "Home »» News »» City"),
        (b"\x93Stra\xdfe\x94 \x97 \x80 5 \x81", "“Straße” — € 5 \x81"),
    ],
)
def test_a_western_page_is_not_taken_for_chinese(body, text):
    assert decode(body, "text/html; charset=ISO-8859-1") == Decoded(
        text=text, declared=("iso-8859-1",), used="windows-1252", replacements=0
    )


@pytest.mark.parametrize("label", ["hz-gb-2312", "iso-2022-kr", "iso-2022-cn"])
def test_what_browsers_refuse_to_read_is_told_as_unreadable(label):
    assert decode(b"<title>~{VPND~}</title>", f"text/html; charset={label}") == Decoded(
        text="\ufffd", declared=(label,), used="replacement", replacements=1
    )
    assert decode(SENTENCES.encode(), f"text/html; charset={label}").text == SENTENCES


def test_utf_7_is_never_read():
    assert decode(b"<p>+AGEAYg-</p>", "text/html; charset=utf-7").text == "<p>+AGEAYg-</p>"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("header", [None, UTF_8, "text/html; charset=utf-16"])
def test_utf_16_shows_in_the_first_tag(encoding, header):
    decoded = decode(page().encode(encoding), header)

    assert (decoded.text, decoded.used, decoded.replacements) == (page(), encoding, 0)


def test_half_a_pair_leaves_a_page_utf_16():
    body = page().encode("utf-16-le").replace("推进会".encode("utf-16-le"), b"\x00\xd8")

    decoded = decode(body, "text/html; charset=utf-16")

    assert (decoded.text, decoded.used) == (page().replace("推进会", "\ufffd"), "utf-16-le")


def test_iso_2022_jp_is_read_between_its_escape_sequences():
    text = foreign_page("iso-2022-jp", FOREIGN[1][3])
    body = text.encode("iso2022_jp")

    assert decode(body, None).text == text
    assert decode(body.replace(b"</title>", b"\xff</title>"), None).replacements == 1


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


WESTERN = "text/html; charset=iso-8859-1"


@pytest.mark.parametrize(
    ("characters", "faults", "used"),
    [(10, 1, "utf-8"), (9, 1, "windows-1252"), (19, 2, "utf-8"), (18, 2, "windows-1252")],
)
def test_a_text_has_more_than_ten_characters_for_each_fault(characters, faults, used):
    """Those that stand for the faults are among them."""
    body = ("繁" * characters).encode() + b" \xff" * faults + b"<p>"

    assert decode(body, WESTERN).used == used


def test_what_was_lost_before_is_no_fault_of_this_charset():
    body = ("繁" * 10 + "\ufffd" * 5).encode() + b" \xff<p>"

    decoded = decode(body, WESTERN)

    assert (decoded.used, decoded.replacements) == ("utf-8", 6)


def test_a_label_is_looked_for_in_4096_bytes():
    label = b"<meta charset=gb2312"

    assert decode(b" " * (4096 - len(label)) + label + b">", None).declared == ("gb2312",)
    assert decode(b" " * (4097 - len(label)) + label + b">", None).declared == ("gb231",)


@pytest.mark.parametrize(
    ("content_type", "declared"),
    [
        ("text/html; x-charset=gbk; charset=big5", ("big5",)),
        ("text/html; mycharset=gbk", ()),
        ("text/html; CHARSET = ' GBK '", ("gbk",)),
        ("charset=gbk, big5", ("gbk",)),
        ("text/html; charset=" + "x" * 41, ("x" * 40,)),
        ("text/html; charset=", ()),
    ],
)
def test_a_header_declares_by_its_own_parameter(content_type, declared):
    assert decode(b"", content_type).declared == declared


@pytest.mark.parametrize(
    ("body", "content_type", "text", "used"),
    [
        # A label within the page cannot mean UTF-16, and browsers take this other one for windows-1252 (HTML, prescan).
        ("<meta charset=utf-16>\0café".encode(), None, "<meta charset=utf-16>\0café", "utf-8"),
        (b"<meta charset=x-user-defined>caf\xe9", None, "<meta charset=x-user-defined>café", "windows-1252"),
        (b"caf\xe9", "text/html; charset=x-user-defined", "caf\uf7e9", "x-user-defined"),
        # All of the text is UTF-8, which is declared too.
        ("<meta charset=utf-8>é".encode(), "text/html; charset=gbk", "<meta charset=utf-8>é", "utf-8"),
        # One character does not refute a label, two do; and letters of two bytes none that reads them.
        ("€".encode(), "text/html; charset=euc-kr", None, "euc-kr"),
        ("€ €".encode(), "text/html; charset=euc-kr", "€ €", "utf-8"),
        ("اخبار".encode(), "text/html; charset=gbk", None, "gb18030"),
        ("看看".encode(), "text/html; charset=gbk", "看看", "utf-8"),
        # GB18030 has more than three characters that the declared charset lacks.
        ("上山生".encode("gb18030"), "text/html; charset=euc-kr", "\ufffd\ufffd\ufffd", "euc-kr"),
        ("上山生声".encode("gb18030"), "text/html; charset=euc-kr", "上山生声", "gb18030"),
        # A fault in the middle is one, though the end is cut off too.
        ("新世天文市上".encode("gb18030"), "text/html; charset=euc-kr", None, "euc-kr"),
        ("新世上天文市上".encode("gb18030"), "text/html; charset=euc-kr", "新世上天文市上", "gb18030"),
        # What is sound in the declared charset stays, though GB18030 reads common characters.
        ("東京都議会予算案可決".encode("euc_jp"), "text/html; charset=euc-jp", "東京都議会予算案可決", "euc-jp"),
        # Of UTF-8, which it is not, and one byte a character the other is left.
        (b"<meta charset=iso-8859-1>caf\xe9", UTF_8, "<meta charset=iso-8859-1>café", "windows-1252"),
        # Two labels of one byte a character: the first; and half of the common characters do not refute both.
        ("<meta charset=windows-1251>新闻坊今天亍丌".encode("gb18030"), WESTERN, None, "windows-1252"),
        # UTF-16 has a NUL near its beginning, ISO-2022-JP an escape sequence.
        (b"a" * 4096 + "\0é".encode(), "text/html; charset=utf-16", "a" * 4096 + "\0é", "utf-8"),
        (b"\0a" * 2048, "text/html; charset=utf-16be", "a" * 2048, "utf-16-be"),
        (b"a" * 4095 + b"\0", "text/html; charset=utf-16", None, "utf-16-le"),
        (
            b'<meta charset=utf-8>\x1b$B$"\x1b(B',
            "text/html; charset=iso-2022-jp",
            "<meta charset=utf-8>あ",
            "iso-2022-jp",
        ),
        (b'\x1b$@$"\x1b(B', "text/html; charset=iso-2022-jp", "あ", "iso-2022-jp"),
        (b"\x1b(J\\", "text/html; charset=iso-2022-jp", "¥", "iso-2022-jp"),
        (b"\x1b(I1", "text/html; charset=iso-2022-jp", "ｱ", "iso-2022-jp"),
        ("é".encode(), "text/html; charset=iso-2022-jp", "é", "utf-8"),
        # Marks that a western page repeats are few.
        (b"\xbb\xbb 20 \xb0\xb0 \xbb\xbb", WESTERN, "»» 20 °° »»", "windows-1252"),
        ("新闻坊新闻坊".encode("gb18030"), WESTERN, "新闻坊新闻坊", "gb18030"),
    ],
)
def test_a_label_is_weighed_against_the_bytes(body, content_type, text, used):
    decoded = decode(body, content_type)

    assert decoded.used == used
    assert text in (None, decoded.text)


@pytest.mark.parametrize(
    ("label", "common", "rare", "used"),
    [
        ("iso-8859-1", 5, 5, "gb18030"),
        ("iso-8859-1", 5, 6, "windows-1252"),
        ("windows-1251", 9, 1, "gb18030"),
        ("windows-1251", 8, 1, "windows-1251"),
    ],
)
def test_a_share_of_common_characters_makes_a_page_chinese(label, common, rare, used):
    """Half of them against the label that servers give by default, nine of ten against others."""
    text = "新闻坊今天上午九点"[:common] + "亍丌兀丐廿卅"[:rare]

    assert decode(text.encode("gb18030"), f"text/html; charset={label}").used == used


@pytest.mark.parametrize("label", ["big5", "shift_jis", "euc-jp", "euc-kr", "iso-8859-1", "windows-1253", "utf-8"])
def test_one_broken_byte_leaves_a_page_gb18030_under_the_label_of_another_language(label):
    body = page(label).encode("gb18030").replace(b"</title>", b"\xff</title>")

    assert decode(body, None) == Decoded(
        text=page(label).replace("</title>", "\ufffd</title>"), declared=(label,), used="gb18030", replacements=1
    )


@pytest.mark.parametrize(
    ("codec", "header", "meta", "text"),
    [
        ("cp949", "shift_jis", "euc-kr", FOREIGN[3][3]),
        ("cp932", "euc-jp", "shift_jis", "バス ルート マップ"),
        ("big5", "euc-jp", "big5", FOREIGN[0][3]),
        ("big5", "euc-kr", "big5", "會經萬愛電寫鐵觀"),
    ],
)
def test_of_two_declared_charsets_with_a_fault_the_one_that_reads_more_common_characters_is_used(
    codec, header, meta, text
):
    body = foreign_page(meta, text).encode(codec).replace(b"</p>", b"\xff</p>")

    assert decode(body, f"text/html; charset={header}").used == meta


def test_a_mark_of_utf_16_with_the_high_byte_first_is_one_too():
    decoded = decode("\ufeff看看新闻".encode("utf-16-be"), "text/html; charset=gbk")

    assert (decoded.text, decoded.used) == ("看看新闻", "utf-16-be")


# ------------------------------------------------------------------------------------------ where nothing is declared

UNLABELLED = {
    "big5": (
        "市政府星期五上午在舊市政廳舉行會議，討論港口大橋的修復工程，附近居民都可以來旁聽。"
        "工期為兩年，渡輪照常運行。"
    ),
    "shift_jis": (
        "市は金曜日の午前、旧庁舎で港の橋の修復工事について会議を開き、近くの住民も傍聴した。"
        "工事は来年の春に始まる。"
    ),
    "euc-jp": (
        "市は金曜日の午前、旧庁舎で港の橋の修復工事について会議を開き、近くの住民も傍聴した。"
        "工事は来年の春に始まる。"
    ),
    "euc-kr": (
        "시는 금요일 오전 옛 시청에서 항구 다리 보수 공사에 관한 회의를 열었고 "
        "인근 주민들도 방청했다. 공사는 내년 봄에 시작한다."
    ),
    "gb18030": (
        "市政府星期五上午在旧市政厅举行会议，讨论港口大桥的修复工程，附近居民都可以来旁听。"
        "工期为两年，轮渡照常运行。"
    ),
}
"""Made-up sentences of a page that names no charset."""
CODECS = {"shift_jis": "cp932", "euc-jp": "euc_jp", "euc-kr": "cp949"}


@pytest.mark.parametrize("content_type", [None, "text/html", UTF_8])
@pytest.mark.parametrize("encoding", UNLABELLED)
def test_a_page_that_names_no_charset_is_read_in_the_one_of_its_language(encoding, content_type):
    text = page(text=UNLABELLED[encoding]).replace("看看新闻", "")
    body = text.encode(CODECS.get(encoding, encoding))

    decoded = decode(body, content_type)

    assert (decoded.text, decoded.used, decoded.replacements) == (text, encoding, 0)


@pytest.mark.parametrize(
    "text",
    [
        "L’école rouvre à midi, a déclaré le maire : les élèves étaient prêts, même si la rentrée a été différée.",
        "Die Brücke wird gesperrt; größere Änderungen gäbe es nicht, sagte der Bürgermeister am Freitag.",
        "El año pasado llegó más tarde la señal, según explicó él.",
        "café",
    ],
)
def test_a_western_page_that_names_no_charset_is_read_as_browsers_do(text):
    body = f"<html><p>{text}".encode("cp1252")

    assert decode(body, None) == Decoded(
        text=f"<html><p>{text}", declared=(), used="windows-1252", replacements=0
    )
    assert decode(body, UTF_8).used == "utf-8"


def test_a_chinese_page_that_cites_japanese_or_has_only_hangul_by_chance_stays_chinese():
    """Titles in kana are common on pages about films; of few characters all may be those that EUC-KR has Hangul for."""
    film = "日本电影《となりのトトロ》与《もののけ姫》在上海上映，导演是日本人，他在会上说了话。"
    for text in (film, "港口大桥动工"):
        assert decode(text.encode("gb18030"), None).text == text


IN_WORDS = [
    ("cp1251", "windows-1251", "В порту начали чинить мост, паром пока ходит по расписанию, сказал Иван Петров."),
    ("koi8_r", "koi8-u", "В порту начали чинить мост, паром пока ходит по расписанию, сказал Иван Петров."),
    ("iso8859_5", "iso-8859-5", "В порту начали чинить мост, паром пока ходит по расписанию, сказал Иван Петров."),
    ("koi8_u", "koi8-u", "У порту почали ремонтувати міст, пором поки ходить за розкладом, сказав мер."),
    ("cp1251", "windows-1251", "В пристанището започна ремонт на моста, фериботът засега се движи по разписание."),
    ("cp1253", "windows-1253", "Στο λιμάνι άρχισε η επισκευή της γέφυρας και το πλοίο συνεχίζει τα δρομολόγια."),
    ("cp1255", "windows-1255", "בנמל החל תיקון הגשר, והמעבורת פועלת לפי לוח הזמנים, אמר ראש העיר."),
    ("cp1256", "windows-1256", "بدأت في الميناء أعمال إصلاح الجسر وتواصل العبارة رحلاتها وفق الجدول."),
    ("cp874", "windows-874", "เทศบาลเริ่มซ่อมสะพานที่ท่าเรือในวันศุกร์ ส่วนเรือข้ามฟากยังเดินตามตาราง"),
]
"""Made-up sentences whose words have no Latin letters."""


@pytest.mark.parametrize("content_type", [None, UTF_8, WESTERN])
@pytest.mark.parametrize(("codec", "encoding", "sentence"), IN_WORDS)
def test_words_without_latin_letters_tell_the_charset_of_a_page_that_names_none(
    codec, encoding, sentence, content_type
):
    """Nor does one that its server calls what servers call every page."""
    text = f"<html><title>Port News</title><p>{sentence}"

    decoded = decode(text.encode(codec), content_type)

    assert (decoded.text, decoded.used, decoded.replacements) == (text, encoding, 0)


def test_a_charset_of_one_byte_that_is_not_the_default_of_servers_is_believed():
    text = f"<p>{IN_WORDS[0][2]}"

    assert decode(text.encode("cp1251"), "text/html; charset=koi8-r").used == "koi8-r"


@pytest.mark.parametrize(("letters", "used"), [(40, "windows-1251"), (39, "windows-1252")])
def test_forty_letters_in_words_are_no_chance(letters, used):
    body = ("<p>" + "слово " * 8)[: 3 + letters + letters // 5].encode("cp1251")

    assert sum(byte > 0x7F for byte in body) == letters
    assert decode(body, WESTERN).used == used


@pytest.mark.parametrize(("more", "used"), [(0, "windows-1251"), (1, "windows-1252")])
def test_words_are_looked_for_in_so_many_bytes(more, used):
    words = ("слово " * 8).encode("cp1251").rstrip()  # 40 letters
    body = b" " * (alphabets._MOST - len(words) + more) + words

    assert decode(body, WESTERN).used == used


@pytest.mark.parametrize(
    "sentence",
    [
        "é è à ê ô ç " * 20,  # letters by themselves
        "été là-bas, à côté, déjà prêt, où êtes-vous, élève " * 20,
        "Größe, Übergänge, Füße, Ämter, Öl " * 20,
        "«»°±²³ " * 20,
    ],
)
def test_letters_between_latin_ones_are_no_words(sentence):
    assert decode(f"<p>{sentence}".encode("cp1252"), WESTERN).used == "windows-1252"


TOWNS = (
    "河北保定昌黎高碑店邯郸广东东佛江东福建黄冈开封鹤壁蚌埠九江"
    "抚吉安嘉定金华江都丹东本北海防城港贵港河池百柳江桂林恭城灌"
)
"""All at codes that EUC-KR has for Hangul, and Big5 for common characters."""


@pytest.mark.parametrize(
    "text",
    [
        TOWNS + "的了不和大人",  # which are in every Chinese text
        TOWNS + "石狮漳厦漳厦",  # no Hangul; in Big5 no more common than in GB18030
        "鲼鲽鳐鳎鳕鳗鳙鳜鳝鳟鳢靼鞅鞑鞒鞔鞯鞫鞣港口大桥渡轮",  # rare ones, and several that are not
    ],
)
def test_a_text_that_others_read_as_well_is_chinese(text):
    assert decode(text.encode("gb18030"), None) == Decoded(text=text, declared=(), used="gb18030", replacements=0)


def test_a_page_in_utf_8_that_has_lost_a_byte_is_not_what_its_label_says():
    """Its bytes may be pairs of GB18030 by chance, all of them sound."""
    rest = "<p>新桥动工之日渡轮还在港口</p>"
    body = f"<p>港口委员会周二表决{rest}".encode()
    for at in range(3, 30):
        lost = body[:at] + body[at + 1 :]
        assert lost.decode("gb18030")
        decoded = decode(lost, "text/html; charset=gbk")
        assert (decoded.used, decoded.text[-len(rest) :]) == ("utf-8", rest), at


def test_a_text_with_a_fault_is_in_no_charset_that_nobody_declares():
    korean = ("항구다리공사" * 8).encode("cp949")

    assert decode(korean, None).used == "euc-kr"
    assert decode(korean[:40] + b"\xff" + korean[40:], None).used != "euc-kr"


def test_of_two_declared_charsets_that_both_read_all_the_first_is_used():
    korean = "서울특별시長官國會大韓民國政府"
    body = f'<meta charset="gb2312"><p>{korean}'.encode("euc-kr")

    assert decode(body, "text/html; charset=euc-kr").text.endswith(korean)


def test_a_short_page_in_utf_8_may_be_cut_off_within_a_character():
    assert decode("<title>看看</title>看".encode()[:-1], None).text == "<title>看看</title>\ufffd"


@pytest.mark.parametrize(("hangul", "used"), [(40, "euc-kr"), (39, "gb18030")])
def test_so_many_characters_are_no_chance(hangul, used):
    body = ("항구다리공사" * 10)[:hangul].encode("cp949")

    assert decode(body, None).used == used


@pytest.mark.parametrize(
    ("encoding", "common", "rare", "used"),
    [
        ("cp949", "항구다리" * 10, "港橋", "euc-kr"), ("cp949", "항구다리" * 10, "港橋港", "gb18030"),
        ("euc_jp", "はしのこうじ" * 2, "亜亜亜亜亜亜亜亜亜亜亜亜亜亜" * 2, "euc-jp"),
        ("big5", "大" * 40, "灩" * 10, "big5"), ("big5", "大" * 39, "灩" * 11, "windows-1252"),
    ],
)  # fmt: skip
def test_so_large_a_share_of_common_characters_is_no_chance(encoding, common, rare, used):
    assert decode((common + rare).encode(encoding), None).used == used
