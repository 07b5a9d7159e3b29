"""What browsers write in the query of an address, in the page's charset (https://encoding.spec.whatwg.org, 9 to 14)."""

from __future__ import annotations

import json
from urllib.parse import unquote_to_bytes

import pytest

from newsspider.text.encoding.encoders import encode_as
from newsspider.text.encoding.labels import SINGLE_BYTE

ALL = ("gbk", "gb18030", "big5", "euc-jp", "iso-2022-jp", "shift_jis", "euc-kr", *sorted(SINGLE_BYTE))


def written(encoding: str, text: str) -> str:
    """The bytes in hexadecimal, and ``-`` for a character that the charset lacks."""
    return "".join(
        each.hex() if isinstance(each, bytes) else each.encode().hex() if each.isascii() else "-"
        for each in encode_as(encoding, text)
    )


@pytest.mark.parametrize(
    ("encoding", "text", "code"),
    [
        ("gbk", "看", "bfb4"), ("gbk", "€", "80"), ("gbk", "😀", "-"), ("gbk", "\ue5e5", "-"), ("gbk", "ḿ", "a8bc"),
        ("gbk", "\u3000", "a1a1"),  # and not A3A0, which is only read
        ("gbk", "︐龴", "a6d9fe59"),  # of GB 18030-2022
        ("gbk", "\ue78d\ue81e", "a6d9fe59"),  # for these as before it
        ("gbk", "\ue7c7", "-"),
        ("gb18030", "€", "a2e3"), ("gb18030", "😀", "9439fc36"), ("gb18030", "\ue7c7", "8135f437"),
        ("gb18030", "\ue5e5", "-"), ("gb18030", "ḿ", "a8bc"),
        ("big5", "看", "acdd"), ("big5", "€", "a3e1"), ("big5", "碁銹裏", "f9d6f9d7f9d8"),
        ("big5", "㡵", "-"),   # Hong Kong's codes below A1 are only read
        ("big5", "═╞╡╪十卅", "f9f9f9e9f9ebf9eaa451a4ca"),  # the last of two codes
        ("big5", "¢£¥", "---"), ("big5", "￠￡￥", "a246a247a244"),
        ("euc-jp", "看", "b4c7"), ("euc-jp", "ｱ", "8eb1"), ("euc-jp", "¥‾", "5c7e"), ("euc-jp", "−", "a1dd"),
        ("euc-jp", "①", "ada1"), ("euc-jp", "髙", "fce2"), ("euc-jp", "丂", "-"),  # JIS X 0212 is only read
        ("shift_jis", "髙①ｱ¥‾−", "fbfc8740b15c7e817c"), ("shift_jis", "¢〜‖", "---"), ("shift_jis", "\ue000", "-"),
        ("shift_jis", "\x80", "80"), ("shift_jis", "∵≒", "81e681e0"),
        ("euc-kr", "看똠", "cad78c63"),
        ("windows-1252", "€\x81é", "8081e9"), ("windows-1252", "看", "-"), ("windows-874", "ข\x81", "a281"),
        ("koi8-u", "ўЎ", "aebe"), ("iso-8859-8-i", "א", "e0"), ("x-user-defined", "\uf780\uf7ff", "80ff"),
        ("x-user-defined", "看é", "--"), ("ibm866", "я", "ef"), ("macintosh", "é", "8e"),
    ],
)  # fmt: skip
def test_a_character_is_written_by_the_standard(encoding, text, code):
    assert written(encoding, text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a看b", "61 1b2442 3447 1b2842 62"),
        ("看看", "1b2442 3447 3447 1b2842"),
        ("¥a‾看", "1b284a 5c 61 7e 1b2442 3447 1b2842"),
        ("¥\\", "1b284a 5c 1b2842 5c"),  # which is another character there
        ("¥~", "1b284a 5c 1b2842 7e"),
        ("看😀", "1b2442 3447 1b2842 -"),
        ("¥😀", "1b284a 5c - 1b2842"),
        ("ｱﾞ。−", "1b2442 2522 212b 2123 215d 1b2842"),
        ("\x1b\x0e\x0f", "---"),
        ("plain", "706c61696e"),
        ("", ""),
    ],
)  # fmt: skip
def test_iso_2022_jp_says_where_its_charset_changes(text, code):
    assert written("iso-2022-jp", text) == code.replace(" ", "")


@pytest.mark.parametrize("encoding", ALL)
def test_every_character_is_written_as_in_a_browser(browser, encoding):
    """Of the first plane, and of the others where only GB18030 has any."""
    browser.open(f"data:text/html;charset={encoding},<title>{encoding}</title><a id=a>a</a>")
    browser.wait(f"document.title == {json.dumps(encoding)} && !!document.getElementById('a')")
    planes = [(0x80, 0xD800), (0xE000, 0x10000), (0x1F600, 0x1F610), (0x20000, 0x20100), (0x10FFF0, 0x110000)]
    points = [point for start, end in planes for point in range(start, end)]
    queries = browser.evaluate(
        f"""(() => {{
            const link = document.getElementById('a'), queries = []
            for (const [start, end] of {json.dumps(planes)})
                for (let point = start; point < end; point++) {{
                    link.setAttribute('href', 'https://news.example/?' + String.fromCodePoint(point))
                    queries.push(link.search.slice(1))
                }}
            return queries.join(' ')
        }})()"""
    ).split(" ")

    def ours(point: int) -> bytes:
        return b"".join(
            each if isinstance(each, bytes) else each.encode() if each.isascii() else b"&#%d;" % ord(each)
            for each in encode_as(encoding, chr(point))
        )

    said = zip(points, map(unquote_to_bytes, queries), strict=True)
    version = browser.do("Browser.getVersion")["product"]
    assert [(hex(point), theirs) for point, theirs in said if ours(point) != theirs] == [], version
