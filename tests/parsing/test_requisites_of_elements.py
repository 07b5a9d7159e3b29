"""What a browser fetches for each element of a page, and each rule of a style sheet. All markup is made up.

The elements are those of https://html.spec.whatwg.org/#fetching-resources and of the scripts that load lazily.
"""

from __future__ import annotations

import pytest
import tinycss2

from newsspider.parsing.page import Page
from newsspider.parsing.requisites.page import of_page, of_style_sheet
from newsspider.parsing.requisites.styles import addresses

HOST = "https://news.example"


def found(markup, charset="utf-8"):
    header = (b"Content-Type", f"text/html; charset={charset}".encode())
    page = Page(markup.encode(charset), f"{HOST}/a/page.html", [header])
    return [(each.url.removeprefix(HOST), each.kind) for each in of_page(page)]


IMAGES = [("/x.png", "images")]
LAZY = ("src", "data-src", "data-original", "data-lazy-src", "data-actualsrc", "data-url")
NAMES = (
    "og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src", "image",
    "msapplication-TileImage", "OG:Image",
)  # fmt: skip


@pytest.mark.parametrize(
    ("markup", "requisites"),
    [
        *((f"<img {name}=/x.png>", IMAGES) for name in LAZY),
        *((f"<img {name}='/x.png 2x'>", IMAGES) for name in ("srcset", "data-srcset", "data-lazy-srcset")),
        *((f"<picture><source {name}='/x.png 2x'></picture>", IMAGES) for name in ("srcset", "data-srcset")),
        *((f"<div {name}=/x.png>", IMAGES) for name in
          ("background", "data-bg", "data-background", "data-background-image")),
        *((f"<div {name}='url(/x.png)'>", IMAGES) for name in ("data-bg", "style=a:b data-background")),
        *((f"<meta {key}='{name}' content=/x.png>", IMAGES) for name in NAMES
          for key in ("property", "name", "itemprop")),
        ("<meta property=og:title content=/x.png>", []),
        *((f"<link rel='{rel}' href=/x.png>", IMAGES) for rel in
          ("icon", "shortcut icon", "ICON", "apple-touch-icon", "apple-touch-icon-precomposed", "mask-icon")),
        *((f"<link rel=preload as={kind} href=/x>", [("/x", f"{kind.lower()}s")]) for kind in
          ("image", "style", "script", "font", "IMAGE")),
        *((f"<link rel={rel} href=/x>", []) for rel in ("preload", "prefetch", "alternate", "next", "amphtml")),
        ("<link rel='preload stylesheet' as=style href=/x>", [("/x", "styles")]),
        ("<link rel='alternate stylesheet' href=/x>", [("/x", "styles")]),
        ("<link rel=preload as=image href=/x.png imagesrcset='/y.png 2x, /z.png 3x'>",
         [*IMAGES, ("/y.png", "images"), ("/z.png", "images")]),
        ("<link rel=next href=/x imagesrcset=/y.png>", []),
        *((f"<{tag} {name}=/x.mp4></{tag}>", [("/x.mp4", "videos")]) for tag in ("video", "audio") for name in
          ("src", "data-src")),
        *((f"<{tag}><source src=/x.mp4></{tag}>", [("/x.mp4", "videos")]) for tag in ("video", "audio")),
        ("<video><track src=/x.vtt></video>", [("/x.vtt", "videos")]),
        *((f"<video {name}=/x.png></video>", [("/x.png", "posters")]) for name in ("poster", "data-poster")),
        *((f"<input type={kind} src=/x.png>", IMAGES) for kind in ("image", "IMAGE")),
        *((f"<input {kind} src=/x.png>", []) for kind in ("type=text", "")),
        *((f"<svg><{tag} {name}='/x.png'/></svg>", IMAGES) for tag in ("image", "use")
          for name in ("href", "xlink:href")),
        ("<script src=/x.js></script>", [("/x.js", "scripts")]),
        ("<style>a {background: url(/x.png)}</style>", IMAGES),
        ("<p style='background: url(/x.png)'>", IMAGES),
        # White space of HTML around an address is none of it, and other space is.
        ("<img src=' \t\n\f\r/x.png\n '>", IMAGES),
        ("<img src='\u00a0'>", [("/a/%C2%A0", "images")]),
        *((f"<img src='{reference}'>", []) for reference in
          ("", " ", "#x", " #x", "data:image/png,x", "DATA:image/png,x", " data:,x", "javascript:x", "https://[")),
        ("<img src='database.png'>", [("/a/database.png", "images")]),
        # As a browser asks for it.
        ("<img src='/x.png?utm_source=a&amp;from=b#c'>", [("/x.png?utm_source=a&from=b", "images")]),
    ],
)  # fmt: skip
def test_what_an_element_needs(markup, requisites):
    assert found(markup) == requisites


def test_a_query_is_written_in_the_charset_of_the_page_or_of_the_style_sheet():
    sheet = of_style_sheet("a {background: url(x.png?a=桥&from=b)}", f"{HOST}/a.css", encoding="gbk")

    assert found("<meta charset=gbk><title>大桥今天通车了</title><img src='/x.png?a=桥'>", "gbk") == [
        ("/x.png?a=%C7%C5", "images")
    ]
    assert [each.url for each in sheet] == [f"{HOST}/x.png?a=%C7%C5&from=b"]


# --------------------------------------------------------------------------------------------------- style sheets

SHEETS = {
    # https://www.w3.org/TR/css-syntax-3/#tokenization: comments and what the end of the sheet closes
    "/* url(no) */ a{b:url(c)}": [("c", "images")],
    "a{b:url(c)} /* url(no)": [("c", "images")],
    "a{b:url(c": [("c", "images")],
    "a{b:url(c  ": [("c", "images")],
    "a{b:url('c": [("c", "images")],
    'a{b:url("c"': [("c", "images")],
    # A line ends a string; the address in it is none.
    "a{b:url('c\n)} e{f:url(g)}": [("g", "images")],
    'a{b:url("c\r)} e{f:url(g)}': [("g", "images")],
    "a{b:'url(c)\nd: url(e)}": [("e", "images")],
    # Escapes, of one to six digits and the white space behind them
    r"a{b:url(\63)}": [("c", "images")],
    r"a{b:url(\00063)}": [("c", "images")],
    r"a{b:url(\000063)}": [("c", "images")],
    r"a{b:url(\0000630)}": [("c0", "images")],
    r"a{b:url(\63 d)}": [("cd", "images")],
    "a{b:url('\\63\r\nd')}": [("cd", "images")],
    "a{b:url('\\63\nd')}": [("cd", "images")],
    "a{b:url('c\\\nd')}": [("cd", "images")],
    "a{b:url('c\\\r\nd')}": [("cd", "images")],
    r"a{b:url('c\zd')}": [("czd", "images")],
    r"a{b:url('\0')}": [("\ufffd", "images")],
    r"a{b:url('\d800')}": [("\ufffd", "images")],
    r"a{b:url('\dfff')}": [("\ufffd", "images")],
    r"a{b:url('\d7ff')}": [("\ud7ff", "images")],
    r"a{b:url('\e000')}": [("\ue000", "images")],
    r"a{b:url('\10ffff')}": [("\U0010ffff", "images")],
    r"a{b:url('\110000')}": [("\ufffd", "images")],
    # Functions whose strings are addresses, in whatever case, and no others
    "a{b:URL(c)}": [("c", "images")],
    "a{b:uRl('c')}": [("c", "images")],
    "a{b:image-set('c' 1x, 'd' 2x)}": [("c", "images"), ("d", "images")],
    "a{b:-webkit-image-set('c' 1x)}": [("c", "images")],
    "a{b:image-set(url(c) 1x)}": [("c", "images")],
    "a{b:src('c')}": [("c", "images")],
    "a{b:format('c')}": [],
    "a{b:image-set(calc(1) 'c' 1x)}": [("c", "images")],
    "a{b:image-set(('c') 1x)}": [],
    "a{b:image-set((1) 'c' 1x)}": [("c", "images")],
    "a{content:'c'}": [],
    "a{b:image-set('c';content:'d'}": [("c", "images")],
    # At-rules
    "@import 'c';": [("c", "styles")],
    "@IMPORT url(c) screen;": [("c", "styles")],
    "@import 'c' layer('d') supports(e: url(f));": [("c", "styles"), ("f", "images")],
    "@import 'c'; a{b:url(d)}": [("c", "styles"), ("d", "images")],
    "@font-face{src:url(c) format('d')}": [("c", "fonts")],
    "@FONT-FACE{src:url(c); font-family:'d'}": [("c", "fonts")],
    "@font-face{font-family:'d';src:url(c),url(e)} a{b:url(f)}": [("c", "fonts"), ("e", "fonts"), ("f", "images")],
    "@namespace url(c); a{b:url(d)}": [("d", "images")],
    "@namespace 'c'; a{b:url(d)}": [("d", "images")],
    "@media screen{a{b:url(c)}} d{e:url(f)}": [("c", "images"), ("f", "images")],
    "@charset 'c'; a{b:url(d)}": [("d", "images")],
}


@pytest.mark.parametrize("css", SHEETS)
def test_the_addresses_in_a_style_sheet(css):
    assert list(addresses(css)) == SHEETS[css]


@pytest.mark.parametrize("css", [css for css in SHEETS if "'" not in css and "@" not in css and '"' not in css])
def test_another_tokenizer_finds_the_same(css):
    def urls(nodes):
        for node in nodes:
            if node.type == "url":
                yield node.value
            yield from urls(getattr(node, "content", None) or getattr(node, "arguments", None) or ())

    assert [*urls(tinycss2.parse_component_value_list(css))] == [address for address, _ in SHEETS[css]]
