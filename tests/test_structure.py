"""What is a list, a table or a quote in a body, and what only lays out a page. All pages here are made up."""

from __future__ import annotations

import pytest

from newsspider.parsing.markup import read_html
from newsspider.parsing.page import outline
from newsspider.parsing.structure import MAX_CELLS, MAX_NESTED, Lines, List, Quote, Table, parts


def read(html, alone=()):
    """The parts of a body, each as its kind and its lines."""
    blocks = outline(read_html(html.encode()))
    return [shown(part) for part in parts(blocks, {id(block) for block in blocks if block.line in alone})]


def shown(part):
    match part:
        case Lines((block,)):
            return block.line or block.element.tag
        case List():
            return ["ol" if part.ordered else "ul", *(item.text for item in part.items)]
        case Table():
            return ["table", *([cell.text for cell in row] for row in part.rows)]
        case Quote():
            return ["quote", part.lines.text, part.post is not None]
    raise AssertionError(part)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        # One item of one line is a list; one of several lines is a box. Empty items are none.
        ("<ul><li>a</ul>", [["ul", "a"]]),
        ("<ul><li><p>a</p><p>b</p></ul>", ["a", "b"]),
        ("<ol><li>a<li>&#8203;<li>b</ol>", [["ol", "a", "b"]]),
        ("<p>x</p><ul><li>a<li>b</ul><p>y</p>", ["x", ["ul", "a", "b"], "y"]),
        # Six lines of 1,500 characters together are an item, or a quote, and no heading.
        ("<ul><li>x<li>" + "<p>a</p>" * 6 + "</ul>", [["ul", "x", "a a a a a a"]]),
        ("<ul><li>x<li>" + "<p>a</p>" * 7 + "</ul>", ["x", *"aaaaaaa"]),
        ("<ul><li>x<li>" + "a" * 1500 + "</ul>", [["ul", "x", "a" * 1500]]),
        ("<ul><li>x<li>" + "a" * 1501 + "</ul>", ["x", "a" * 1501]),
        ("<p>x</p><blockquote>" + "<p>a</p>" * 6 + "</blockquote>", ["x", ["quote", "a a a a a a", False]]),
        ("<p>x</p><blockquote>" + "<p>a</p>" * 7 + "</blockquote>", ["x", *"aaaaaaa"]),
        *((f"<ul><li>x<li><{tag}>a</{tag}></ul>", ["x", "a"]) for tag in ("h1", "h2", "h3", "h4", "h5", "h6")),
        # A quote around everything quotes nothing, but a line alone may be one; one in an item is a part of that.
        ("<blockquote><p>a</p><p>b</p></blockquote>", ["a", "b"]),
        ("<blockquote>a</blockquote>", [["quote", "a", False]]),
        ("<p>x</p><blockquote><ul><li>a<li>b</ul></blockquote>", ["x", ["ul", "a", "b"]]),
        ("<p>x</p><blockquote><table><tr><td>a<td>b<tr><td>c</table></blockquote>",
         ["x", ["table", ["a", "b"], ["c"]]]),
        # A table has two rows and two columns at least, and short cells.
        ("<table><tr><td>a<td>b<tr><td>c<td>d</table>", [["table", ["a", "b"], ["c", "d"]]]),
        ("<table><tr><th>a<th>b<tr><td>c<td>d</table>", [["table", ["a", "b"], ["c", "d"]]]),
        ("<table><tr><td>a<td>b</table>", ["a", "b"]),
        ("<table><tr><td>a<tr><td>b</table>", ["a", "b"]),
        ("<table><tr><td>a<td><tr><td><td>b<tr><td><td></table>", [["table", ["a", ""], ["", "b"]]]),
        ("<table><tr><td>a<td>" + "b" * 300 + "<tr><td>c</table>", [["table", ["a", "b" * 300], ["c"]]]),
        ("<table><tr><td>a<td>" + "b" * 301 + "<tr><td>c</table>", ["a", "b" * 301, "c"]),
        # A table that lays out a page says so, holds another, or has lines that are in no cell.
        ("<table role=presentation><tr><td>a<td>b<tr><td>c<td>d</table>", list("abcd")),
        ("<table role=none><tr><td>a<td>b<tr><td>c<td>d</table>", list("abcd")),
        ("<table role=grid><tr><td>a<td>b<tr><td>c<td>d</table>", [["table", ["a", "b"], ["c", "d"]]]),
        ("<table><p>x</p><tr><td>a<td>b<tr><td>c</table>", list("xabc")),
        ("<table><tr><td><table><tr><td>a<td>b<tr><td>c<td>d</table><td>e<tr><td>f<td>g</table>",
         [["table", ["a", "b"], ["c", "d"]], "e", "f", "g"]),
    ],
)  # fmt: skip
def test_what_is_a_list_a_table_or_a_quote(html, expected):
    assert read(html) == expected


@pytest.mark.parametrize(
    "name",
    [
        *("twitter-tweet", "twitter-video", "instagram-media", "tiktok-embed"),
        *("bluesky-embed", "reddit-embed-bq", "fb-post"),
    ],
)
def test_a_post_is_a_quote_however_long_it_is(name):
    post = f"<blockquote class='{name}'>" + "<p>a</p>" * 7 + "<img src=/a></blockquote>"

    assert read(f"<p>x</p>{post}") == ["x", ["quote", "a a a a a a a", True]]
    assert read(f"<p>x</p>{post.replace(name, 'my' + name)}") != ["x", ["quote", "a a a a a a a", True]]


@pytest.mark.parametrize(
    "html", ["<ul><li>a<li>{}<li>b</ul>", "<blockquote><p>a</p><p>{}</p><p>b</p></blockquote>",
             "<table><tr><td>a<td>{}<tr><td>b</table>", "<ul><li>a<li><ul><li>{}<li>b</ul></ul>"]
)  # fmt: skip
def test_a_line_that_stands_alone_is_in_nothing(html):
    assert read(f"<p>x</p>{html.format('alone')}", {"alone"}) == ["x", "a", "alone", "b"]
    assert len(read(f"<p>x</p>{html.format('with')}", {"alone"})) == 2


@pytest.mark.parametrize(("more", "count"), [(0, 1), (1, 1)])
def test_cells_of_a_table_are_counted(more, count):
    row = "<tr>" + "<td>a" * 50
    html = f"<table>{row * (MAX_CELLS // 50)}{'<tr>' + '<td>' * more if more else ''}</table>"

    assert MAX_CELLS == 5000
    assert len(read(html)) == (MAX_CELLS if more else count)


@pytest.mark.parametrize(("depth", "kind"), [(19, list), (20, str)])
def test_so_many_lists_within_each_other_are_read(depth, kind):
    html = "<ul><li><h2>x</h2>" * depth + "<ul><li>a<li>b" + "</ul>" * (depth + 1)

    assert MAX_NESTED == 20
    assert type(read(html)[-1]) is kind


def test_pictures_in_a_table_follow_it():
    (block, table) = parts(
        outline(read_html(b"<p>x</p><table><caption>t</caption><tr><td>a<td>b<img src=/1><tr><td>c</table>"))
    )

    assert (shown(block), shown(table)) == ("x", ["table", ["a", "b"], ["c"]])
    assert [each.element.get("src") for each in table.media] == ["/1"]
    assert table.caption.text == "t"
