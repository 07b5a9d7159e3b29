"""The article's own lines among asides and the cards of other articles. All pages are made up."""

from __future__ import annotations

import pytest

from newsspider.parsing.asides import without_asides
from newsspider.parsing.doubts import Doubts
from newsspider.parsing.page import Page


def read(html):
    page = Page(f"<body>{html}</body>".encode(), "https://post.example/1", [])
    doubts = Doubts()
    return [block.line for block in without_asides(page.outline, page, doubts)], doubts.warnings


def text(size, letter="x"):
    return letter * (size - 1) + "。"


@pytest.mark.parametrize(
    ("html", "lines"),
    [
        ("<p>a</p><div>b</div>", ["a", "b"]),
        ("<p>a</p><aside>b</aside><aside><div><p>c</p></div></aside><p>d</p>", ["a", "d"]),
        ("<article>a。</article><aside>b</aside>", ["a。"]),
        ("<article><p>a。</p><aside><p>b。</p></aside><p>c</p></article>", ["a。", "c"]),
        # An article has a sentence; one that begins with a link is the card of another.
        *((f"<p>a</p><article><p>bb{end}</p></article>", [f"bb{end}"]) for end in "。!！?？"),
        ("<p>a</p><article><p>bb</p></article>", ["a"]),
        ("<p>a</p><article><a href=/2>b</a><p>cccc。</p></article>", ["a"]),
        ("<p>a</p><article><p><a href=/2>b</a>cccc。</p></article>", ["bcccc。"]),
        # Of several the longest; what is around it is part of it, and what is in it is not.
        (f"<article>{text(3, 'a')}</article><article>{text(4, 'b')}</article>", [text(4, "b")]),
        (f"<article>{text(4, 'a')}</article><article>{text(3, 'b')}</article>", [text(4, "a")]),
        (f"<article>{text(3, 'a')}<article>{text(4, 'b')}</article></article>", [text(3, "a"), text(4, "b")]),
        (f"<article>{text(4, 'a')}<article>{text(3, 'b')}</article></article>", [text(4, "a")]),
        # Within a longer text it is a card; a text of the same length is beside it.
        (f"<p>{text(5)}</p><article><p>{text(4, 'a')}</p></article>", [text(5)]),
        (f"<p>{text(4)}</p><article><p>{text(4, 'a')}</p></article>", [text(4, "a")]),
        (f"<div>{text(5)}<article><p>{text(4, 'a')}</p></article></div>", [text(5)]),
    ],
)
def test_the_lines_of_the_article_alone(html, lines):
    assert read(html) == (lines, [])


@pytest.mark.parametrize(("size", "is_doubted"), [(10, False), (11, True)])
def test_a_longer_text_in_another_box_is_a_doubt(size, is_doubted):
    lines, warnings = read(f"<div><section><p>{text(size)}</p></section></div><article>{text(10, 'a')}</article>")

    assert lines == [text(10, "a")]
    assert warnings == (["body_text: 11 characters outside of <article> are left out"] if is_doubted else [])


def test_an_aside_is_never_the_article():
    assert read(f"<article>{text(3)}</article><aside>{text(9, 'a')}</aside>")[0] == [text(3)]
