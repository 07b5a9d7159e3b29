"""What a reader sees of a page: its lines from top to bottom, what it hides, where it ends. All pages are made up.

Which elements begin a line and which stand in one is that of https://html.spec.whatwg.org/#rendering.
"""

from __future__ import annotations

import pytest

from newsspider.parsing.markup import read_html
from newsspider.parsing.page import Page, drop_hidden, drop_unseen, is_line, outline

URL = "https://gazette.example/a/bridge.html"
UTF8 = b"text/html; charset=utf-8"


def page(html, *headers, url=URL):
    body = html if isinstance(html, bytes) else html.encode()
    return Page(body, url, headers or [(b"Content-Type", UTF8)])


def lines(html):
    """The lines of a page; of a picture or a player its element."""
    return [block.line or block.element.tag for block in page(html).outline]


# -------------------------------------------------------------------------------------------------------- lines

INLINE = """
abbr b bdi bdo big cite code del dfn em font i ins kbd label mark q ruby s samp small span strike strong sub sup time tt
u var a
"""
BLOCKS = """
address article aside blockquote center dd details dialog div dl dt fieldset figcaption figure footer form h1 h2 h3 h4
h5 h6 header hgroup legend li main menu nav ol p search section summary ul
"""
UNSEEN = "script style noscript template datalist textarea svg math canvas noframes noembed"


@pytest.mark.parametrize("tag", INLINE.split())
def test_what_stands_in_a_line_does_not_end_it(tag):
    assert lines(f"<p>one <{tag}>two</{tag}> three</p>") == ["one two three"]
    assert lines(f"<p><{tag}>one</{tag}>, <{tag}>two</{tag}></p>") == ["one, two"]
    assert not is_line(read_html(f"<p><{tag}>x</{tag}>".encode()).find(f".//{tag}"))


@pytest.mark.parametrize("tag", BLOCKS.split())
def test_what_is_a_line_of_its_own_ends_the_one_before(tag):
    assert lines(f"<div>one <{tag}>two</{tag}> three</div>") == ["one", "two", "three"]
    assert is_line(read_html(f"<div><{tag}>x</{tag}>".encode()).find(f".//{tag}"))
    assert is_line(read_html(b"<pre>x</pre>").find(".//pre"))


@pytest.mark.parametrize("tag", UNSEEN.split())
def test_what_shows_no_text_does_not_end_a_line(tag):
    assert lines(f"<p>one <{tag}>two</{tag}>three</p>") == ["one three"]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        # Space between words counts wherever it stands, space around a line does not.
        ("<p><b>one</b> <i>two</i>", ["one two"]),
        ("<p><b>one</b><i> </i><i>two</i>", ["one two"]),
        ("<p><b> </b> <i> one</i>", ["one"]),
        ("<p>\n <b>one</b>\n</p>\n<p>two", ["one", "two"]),
        ("<p>one<wbr>two", ["onetwo"]),
        ("one<br> <br>two", ["one", "two"]),
        ("one<hr>two", ["one", "two"]),
        ("<table><tr><th>one<td>two<tr><td>three</table>", ["one", "two", "three"]),
        ("<ul><li>one <li>two</ul>three", ["one", "two", "three"]),
        ("<x-card>one</x-card>two", ["one", "two"]),
        # Preformatted text has the lines that it has, and those before it end.
        ("one<pre>two\nthree</pre>four", ["one", "two", "three", "four"]),
        ("<pre>one\n\n \n<b>two\nthree</b> four</pre>", ["one", "two", "three four"]),
        ("<pre>one<p>two\nthree</pre>", ["one", "two three"]),
        # A picture and a player stand between lines.
        ("one<img src=x>two", ["one", "img", "two"]),
        ("<p>one <b>two<img src=x></b>three", ["one two", "img", "three"]),
        ("one<video></video>two", ["one", "video", "two"]),
        ("one<video src=x><p>two</video>three", ["one", "video", "three"]),
        *((f"one<{tag} src=x>two</{tag}>three", ["one", tag, "three"]) for tag in ("audio", "iframe")),
        *((f"one<{tag}>two</{tag}>three", ["onethree"]) for tag in ("audio", "iframe", "object")),
        ("one<iframe data-src=x></iframe>two", ["one", "iframe", "two"]),
        ("one<object data=x></object>two", ["one", "object", "two"]),
        ("one<audio><source src=x></audio>two", ["one", "audio", "two"]),
        ("one<audio><source></audio>two", ["onetwo"]),
        ("one<embed src=x>two", ["one", "embed", "two"]),
        # What no reader sees is in no line.
        ("one\u200b<p>\u200b</p><p>\ufefftwo\u00ad", ["one", "p", "two"]),
        ("<p>\u00a0</p>one", ["one"]),
        ("", []),
        ("<p></p>", []),
    ],
)
def test_the_lines_of_a_page(html, expected):
    assert lines(html) == expected


def test_a_line_knows_its_element_and_whether_it_is_all_of_it():
    got = page("<div>one<p>two<b>three</b></p>four</div><section><p>five</p></section><p>six<br>seven</p>").outline

    assert [(block.line, block.element.tag, block.whole) for block in got] == [
        ("one", "div", False),
        ("twothree", "p", True),
        ("four", "div", False),
        ("five", "p", True),
        ("six", "p", False),
        ("seven", "p", False),
    ]


def test_a_line_knows_the_links_in_it_and_the_space_between_them():
    (block,) = page("<p> <a href=/1><b>one</b> </a>  <a href=/2>two</a> three<a>four</a></p>").outline

    assert block.pieces == [("one", "/1"), (" ", "/1"), ("  ", None), ("two", "/2"), (" three", None), ("four", None)]
    assert block.visible == [("one", "/1"), ("two", "/2"), (" three", None), ("four", None)]
    assert block.text == "one two threefour"


def test_a_link_goes_on_over_lines_and_ends_with_its_element():
    got = page("<a href=/1>one<div>two<pre>three\nfour</pre></div>five</a>six").outline

    assert [[(text, href) for text, href in block.pieces] for block in got] == [
        [("one", "/1")], [("two", "/1")], [("three", "/1")], [("four", "/1")], [("five", "/1"), ("six", None)],
    ]  # fmt: skip


# -------------------------------------------------------------------------------------------------- what is hidden


@pytest.mark.parametrize(
    ("attribute", "is_hidden"),
    [
        *((attribute, True) for attribute in (
            "hidden", "hidden=''", "style='display:none'", "style='color:red;DISPLAY : None'", "style=' display:none;'",
            "style='visibility:hidden'", "style='a:b; Visibility: Hidden !important'")),
        *((attribute, False) for attribute in (
            "aria-hidden=true", "style='display:block'", "style='visibility:visible'", "style='--display:none'",
            "style='x-display:none'", "class=hidden")),
    ],
)  # fmt: skip
def test_an_element_is_hidden_by_its_own_markup(attribute, is_hidden):
    html = f"<p>one <b {attribute}>two</b>three</p>"
    found = page(html)

    assert found.drop_hidden() == ("two" if is_hidden else "")
    assert [block.line for block in found.outline] == ["one three" if is_hidden else "one twothree"]
    root = read_html(html.encode())
    assert drop_hidden(root) == ("two" if is_hidden else "")
    assert [block.line for block in outline(root)] == ["one three" if is_hidden else "one twothree"]


def test_a_video_may_be_hidden_until_it_plays_and_a_page_until_it_is_there():
    for style in ("hidden", "style='display:none'"):
        found = page(f"<body {style}>one<video src=x {style}></video><p {style}>two")

        assert found.drop_hidden() == "two"
        assert [block.line or block.element.tag for block in found.outline] == ["one", "video"]
    root = read_html(b"<body hidden>one<p hidden>two")
    assert (drop_hidden(root), "".join(root.itertext())) == ("two", "one")


def test_what_is_hidden_is_in_none_of_the_elements_that_a_reader_sees():
    found = page(
        "<h1 hidden>one</h1><div hidden><h1>two</h1><a href=/2>a</a><article>b</article><time>c</time>"
        "<script type='application/ld+json'>{}</script><meta name=a content=b></div>"
        "<h1>three</h1><a href=/3>d</a><article>e</article><time>f</time>"
    )
    found.drop_hidden()

    seen = {tag: ["".join(each.itertext()) for each in found.elements[tag]] for tag in ("h1", "a", "article", "time")}
    assert seen == {"h1": ["three"], "a": ["d"], "article": ["e"], "time": ["f"]}
    # What programs read of a page no reader sees in any case.
    assert (len(found.elements["script"]), len(found.elements["meta"])) == (1, 1)


def test_what_is_hidden_within_another_is_told_once_and_what_follows_stays():
    found = page("<div hidden>one<p hidden>two</p></div>three<p hidden>four</p>five")

    assert found.drop_hidden() == "onetwofour"
    assert [block.line for block in found.outline] == ["threefive"]
    assert "".join(found.root.itertext()) == "threefive"


def test_what_shows_no_text_leaves_and_the_text_behind_it_stays():
    root = read_html(b"<p>one<script>x</script>two<svg><text>y</text></svg>three<iframe>z</iframe>four<b>five</b></p>")
    drop_unseen(root)

    assert "".join(root.itertext()) == "onetwothreefourfive"


# ------------------------------------------------------------------------------------------------- the page itself


@pytest.mark.parametrize(
    ("html", "is_cut_off"),
    [
        ("<html><body><div><p>one</p></div></body></html>", False),
        ("<html><body><div><p>one</p></body></html>", False),
        ("<html><body><div><p>one</p></BODY>", False),
        ("<html><body><div><p>one</p></html>" + "x" * 2000, False),
        ("<html><body><div><p>one</p></HTML >" + "<div>" * 2000, False),
        ("<div><p>one</p></div>", False),  # the standard lets a page do without the others
        ("<div><p>one</p></div>\n\t ", False),
        ("<p>one</p>", False),
        ("<divider><p>one</p>", False),
        ("<div><p>one</p>", True),
        ("<DIV class=a><div><p>one</p></div>", True),
        ("<div\nclass=a><p>one</p>", True),
        ("<div></div><div><p>one</p>", True),
        ("<p>one</p>tw", True),
        ("<p>one</p><p class=", True),
        ("<p>one</p></ht", True),
    ],
)
def test_a_page_is_cut_off_where_it_closes_neither_itself_nor_what_it_opened(html, is_cut_off):
    assert page(html).is_cut_off is is_cut_off


@pytest.mark.parametrize(
    ("head", "resolved"),
    [
        ("", "https://gazette.example/a/x"),
        ("<base href=/b/>", "https://gazette.example/b/x"),
        ("<base target=_top><base href=/b/><base href=/c/>", "https://gazette.example/b/x"),
        ("<base href=https://cdn.example/>", "https://cdn.example/x"),
        ("<base href=''>", "https://gazette.example/a/x"),
        ("<base href='javascript:x'>", "https://gazette.example/a/x"),
        ("<base href='data:,x'>", "https://gazette.example/a/x"),
    ],
)
def test_references_are_resolved_from_the_first_base_that_has_an_address(head, resolved):
    assert page(f"<head>{head}</head><body>").resolve("x") == resolved


@pytest.mark.parametrize(
    ("charset", "query"),
    [
        # What a charset has no bytes for is a reference to the character, https://url.spec.whatwg.org/#query-state.
        (b"utf-8", "%E6%A1%A5%F0%9F%98%80%E2%82%AC"),
        (b"gbk", "%C7%C5%26%23128512%3B%80"),
        (b"gb2312", "%C7%C5%26%23128512%3B%80"),
        (b"gb18030", "%C7%C5%949%FC6%A2%E3"),
    ],
)
def test_a_query_is_written_in_the_charset_of_the_page(charset, query):
    encoding = "utf-8" if charset == b"utf-8" else "gb18030"
    html = "<title>大桥通车了</title><p>港口的大桥今天通车了。</p>".encode(encoding)
    found = page(html, (b"Content-Type", b"text/html; charset=" + charset))

    assert found.resolve("?q=桥\U0001f600€").partition("=")[2] == query


def test_the_last_of_several_content_types_counts_whatever_their_case():
    html = "<p>é</p>".encode("latin-1")

    for names in ((b"content-type", b"CONTENT-TYPE"), (b"Content-Type", b"content-type")):
        found = page(html, (names[0], UTF8), (names[1], b"text/html; charset=windows-1252"), (b"X", b"y"))
        assert [block.line for block in found.outline] == ["é"]
    assert [block.line for block in page("<p>é</p>", (b"Content-Type", UTF8 + b"; x=\xe9")).outline] == ["é"]


def test_a_page_is_kept_in_utf_8_without_what_could_not_be_read():
    assert page(b"<p>one\xff\xfe two</p>").markup.decode() == "<p>one\ufffd\ufffd two</p>"
    assert (
        page("<p>é</p>".encode("latin-1"), (b"Content-Type", b"text/html; charset=latin1")).markup.decode()
        == "<p>é</p>"
    )


@pytest.mark.parametrize(
    ("html", "title"),
    [
        ("<title> one\n two </title>", "one two"),
        ("<svg><title>logo</title></svg><title>one</title>", "one"),
        ("<svg><title>logo</title></svg>", None),
        ("<title>one</title><title>two</title>", "one"),
        ("<p>one", None),
        ("<title></title>", None),
    ],
)
def test_the_title_is_that_of_the_browser_s_tab(html, title):
    assert page(html).title == title
