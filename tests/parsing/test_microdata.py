"""The microdata of an article, and what hostile elements may cost. All pages here are made up."""

from __future__ import annotations

import pytest
from lxml import html as parser

from newsspider.parsing.microdata import MAX_TEXT, MAX_WITHIN, read_microdata

TIME = "2026-01-09T10:00:00Z"


def read(markup):
    return read_microdata(parser.fromstring(f"<article>{markup}</article>"))


@pytest.mark.parametrize(
    ("markup", "authors"),
    [
        ("<p itemprop=author>\n  Ada \n Byron </p>", ["Ada Byron"]),
        ("<p itemprop=creator><b itemprop=name>Ada Byron</b>, Harbour Post</p>", ["Ada Byron"]),
        ("<p itemprop=author><meta itemprop=name content='Ada Byron'>by our staff</p>", ["Ada Byron"]),
        ("<p itemprop=author>Ada Byron</p><a rel=author href=/>Jan de Boer</a>", ["Ada Byron", "Jan de Boer"]),
        ("<aside><p itemprop=author>Ada Byron</p></aside>", []),
    ],
)
def test_authors_are_properties_of_the_article(markup, authors):
    assert read(markup).authors == authors


@pytest.mark.parametrize(
    ("markup", "published", "modified"),
    [
        (f"<time itemprop=datePublished datetime={TIME}>9 January</time>", TIME, None),
        (f"<meta itemprop=dateModified content={TIME}>", None, TIME),
        (f"<time itemprop='datePublished dateModified' datetime={TIME}>9 January</time>", TIME, TIME),
        (f"<abbr itemprop=datePublished title={TIME}>9 January</abbr>", TIME, None),
        (f"<abbr itemprop=datePublished title=x datetime={TIME}>9 January</abbr>", TIME, None),
        ("<span itemprop=datePublished title='The day'>9 January 2026</span>", "9 January 2026", None),
        ("<p itemprop=datePublished>\n 9 January \n 2026</p>", "9 January 2026", None),
        (f"<p itemprop=datePublished></p><p itemprop=datePublished>{TIME}</p>", None, None),  # the first counts
    ],
)
def test_times_are_what_the_first_of_each_says(markup, published, modified):
    got = read(markup)

    assert (got.published, got.modified) == (published, modified)


def test_bounds():
    assert (MAX_TEXT, MAX_WITHIN) == (150, 100)


def test_longer_text_is_no_name():
    name, longer = "a" * MAX_TEXT, "a" * (MAX_TEXT + 1)

    assert read(f"<p itemprop=author>{name}</p>").authors == [name]
    assert read(f"<p itemprop=author>{longer}</p>").authors == []


def test_name_is_looked_for_among_so_many_elements():
    def named(number):
        return read(f"<p itemprop=author>{'<b></b>' * number}<i itemprop=name>Ada</i> Byron</p>").authors

    assert named(MAX_WITHIN - 2) == ["Ada"]  # the author's own is one of them
    assert named(MAX_WITHIN - 1) == ["Ada Byron"]


def test_no_more_is_read_of_authors_around_much_text_than_names_have():
    much = "<b>word </b>" * 5000
    got = read("<div itemprop=author>" * 100 + much + "</div>" * 100)

    assert sum(map(len, got.authors)) <= 100 * MAX_TEXT
