"""Time and authors in the lines around a headline, by markup and by words. Every page is made up."""

from __future__ import annotations

import pytest

from tests.test_any_page import EN, STAMP, article, html, paragraphs

OTHER = "2020-02-02T02:02:02+01:00"
PICTURE = (
    f"<div itemscope itemtype=http://schema.org/ImageObject><i itemprop=datePublished content='{OTHER}'></i></div>"
)


def read(masthead, lang="en-GB", above="", body=EN):
    page = f"<article>{above}<h1>Ferry stays</h1>{masthead}{paragraphs(body)}</article>"
    return article(html(page, "<title>Ferry stays | Post</title>", lang))


@pytest.mark.parametrize(
    ("masthead", "above"),
    [
        (f"<p>{STAMP[:4]} <time datetime='{OTHER}'>x</time><meta itemprop=datePublished content='{STAMP}'></p>", ""),
        (f"<p><time itemprop=datePublished datetime='{STAMP}' content='{OTHER}'>x</time></p>", ""),
        (f"<p><span itemprop='x datePublished'>{STAMP}</span></p>", ""),
        (f"<p><b itemprop=datePublished content='{STAMP}'>x</b><b itemprop=datePublished content='{OTHER}'></p>", ""),
        (f"<p>On <time datetime='{STAMP}'>Thursday</time>, <time datetime='{OTHER}'>Sunday</time></p>", ""),
        (f"<time datetime='{STAMP}'><div>Thursday</div></time>", ""),
        (f"<p><time datetime=18:30>x</time></p><p><time datetime='{STAMP}'>y</time></p>", ""),
        ("", f"<p><time datetime='{STAMP}'>Thursday</time></p>"),
        (f"<p><time datetime='{STAMP}'>y</time></p>" + f"<figure><time itemprop=datePublished datetime='{OTHER}'>", ""),
        (f"<p><time datetime='{STAMP}'>y</time></p>{PICTURE}", ""),
    ],
)
def test_the_time_is_what_the_markup_around_the_headline_says(masthead, above):
    assert read(masthead, above=above).published_at.isoformat() == STAMP


def test_microdata_tells_of_changes_too():
    got = read(
        f"<p><time itemprop=datePublished datetime='{OTHER}'>x</time> <i itemprop=dateModified content='{STAMP}'></p>"
    )

    assert (got.published_at.isoformat(), got.modified_at.isoformat()) == (OTHER, STAMP)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("<p itemprop=author content='Ada Lovelace'>x</p>", ["Ada Lovelace"]),
        ("<p itemprop=creator>Ada Lovelace</p>", ["Ada Lovelace"]),
        ("<p itemprop=author><i itemprop=name>Ada Lovelace</i> of the Post</p>", ["Ada Lovelace"]),
        ("<p>x <a rel=author href=/ada>Ada Lovelace</a></p>", ["Ada Lovelace"]),
        ("<aside><a rel=author href=/ada>Ada Lovelace</a></aside>", []),
        ("<p>Harbour <span>By Ada Lovelace</span></p>", ["Ada Lovelace"]),
        ("<p>News <a href=/author/ada>Ada Lovelace</a></p>", ["Ada Lovelace"]),
        ("<p>News <a href=/town/ada>Ada Lovelace</a></p>", []),
        *((f"<p class='{name}'>Ada Lovelace</p>", ["Ada Lovelace"]) for name in ("byline", "by-line", "author-name")),
        *((f"<p id='{name}'>Ada Lovelace</p>", ["Ada Lovelace"]) for name in ("post-author", "autor", "auteur")),
        ("<p id=autore>Ada Lovelace</p>", ["Ada Lovelace"]),
        *((f"<p class='{name}'>Ada Lovelace</p>", ["Ada Lovelace"]) for name in ("reporter", "journalist", "writer")),
        ("<p class='coauthority'>Ada Lovelace</p>", []),
        ("<div class=byline><p><b>Ada Lovelace</b></p></div>", ["Ada Lovelace"]),
        ("<div id=byline><div><p>Ada Lovelace</p></div></div>", ["Ada Lovelace"]),
        ("<div class=byline><div><div><p>Ada Lovelace</p></div></div></div>", []),
        ("<p class=byline><i>Ada Lovelace</i> <i>Alan Turing</i></p>", ["Ada Lovelace", "Alan Turing"]),
        ("<p class=byline><a href=/x>Ada Lovelace</a> in the harbour</p>", ["Ada Lovelace"]),
        ("<div class=author-box><h4>Ada Lovelace</h4><a href=/x>Profile</a><a href=/y>Follow</a></div>",
         ["Ada Lovelace"]),
        ("<p>by <a href=/author/ada>Ada Lovelace</a><span>22 Dec 2026</span></p>", ["Ada Lovelace"]),
        ("<p class=byline>all our reporters</p>", []),
        ("<p class=byline>Post 24</p>", []),
    ],
)  # fmt: skip
def test_authors_are_named_by_markup_by_words_and_by_what_a_box_is_called(line, names):
    assert [each.name for each in read(line).authors] == names


@pytest.mark.parametrize(
    ("masthead", "above", "at"),
    [
        ("<p>9 January 2026 17:04 GMT</p><p>8 January 2026 16:00 GMT</p>", "", "2026-01-09T17:04:00+00:00"),
        ("<p>Updated 9 January 2026 17:04 GMT</p><p>8 January 2026 16:00 GMT</p>", "", "2026-01-08T16:00:00+00:00"),
        ("", "<p>9 January 2026 17:04 GMT</p>", "2026-01-09T17:04:00+00:00"),
        ("", "<p>9 January 2026 17:04 GMT</p><p>a</p><p>b</p>", "2026-01-09T17:04:00+00:00"),
        ("", "<p>9 January 2026 17:04 GMT</p><p>a</p><p>b</p><p>c</p>", None),
        ("<p>9 January 2026 17:04 GMT " + "x" * 79 + "</p>", "", "2026-01-09T17:04:00+00:00"),
        ("<p>9 January 2026 17:04 GMT " + "x" * 80 + "</p>", "", None),
    ],
)
def test_a_line_near_the_headline_prints_the_time(masthead, above, at):
    got = read(masthead, above=above).published_at

    assert (got and got.isoformat()) == at
