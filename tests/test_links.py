"""What a list page links to, and which dates belong to which link. All pages are made up."""

from __future__ import annotations

import pytest

from newsspider.parsing.links import MAX_LINKS, ArticleLink, read_links
from newsspider.parsing.site import Site

SITE = Site(
    name="post",
    domains=("post.example",),
    start_urls=("https://post.example/",),
    articles={"https://post.example/a/{}.html": r"\d+"},
    lists=r"/[a-z]+/",
)
URL = "https://post.example/"
ONE, TWO = f"{URL}a/1.html", f"{URL}a/2.html"


def read(html):
    return read_links(SITE, html.encode(), URL, [(b"Content-Type", b"text/html; charset=utf-8")])


@pytest.mark.parametrize(
    ("html", "dates"),
    [
        ("<a href=/a/1.html>x</a> <i>2026-01-29</i>", {ONE: "2026-01-29"}),
        ("<p>2026-01-28</p><a href=/a/1.html>x</a> <i>2026-01-29</i>", {ONE: "2026-01-29"}),
        ("<p>2026-01-28</p><a href=/a/1.html>x</a>", {ONE: None}),
        # The first date below a link is its; a picture and a headline may link to one article.
        ("<a href=/a/1.html>x</a><p>2026-01-29</p><p>2026-01-28</p>", {ONE: "2026-01-29"}),
        ("<a href=/a/1.html>x</a><a href=/a/1.html>y</a><p>2026-01-29</p>", {ONE: "2026-01-29"}),
        ("<a href=/a/1.html>x</a><p>2026-01-29</p><a href=/a/1.html?b>y</a><p>2026-01-28</p>", {ONE: "2026-01-29"}),
        # A date belongs to the article that was linked last.
        ("<a href=/a/1.html>x</a><a href=/a/2.html>y</a><p>2026-01-29</p>", {ONE: None, TWO: "2026-01-29"}),
        ("<a href=/a/2.html>x</a><p> </p><p>text</p><p>2026-01-29</p><a href=/a/1.html>y</a><p>2026-01-28</p>",
         {TWO: "2026-01-29", ONE: "2026-01-28"}),
        ("<a href=/a/1.html>x</a>\n \n<p>\u00a0</p><p>2026-01-29</p>", {ONE: "2026-01-29"}),
        ("<a href=/a/1.html>x</a><a href=/news/>News</a><p>2026-01-29</p>", {ONE: "2026-01-29"}),
        ("<a href=/a/1.html>x</a><p>2026-01-29</p><a href=/a/2.html>y</a><a href=/a/1.html>x</a><p>2026-01-28</p>",
         {ONE: "2026-01-29", TWO: None}),
    ],
)  # fmt: skip
def test_a_date_belongs_to_the_article_that_was_linked_last_above_it(html, dates):
    assert read(html).articles == tuple(ArticleLink(url=url, date_raw=date) for url, date in dates.items())


def test_links_are_to_articles_to_lists_and_to_what_is_neither():
    links = read(
        "<a href=/news/>n</a><a href=/a/2.html?from=x#y>a</a><a href=http://www.post.example/a/1.html>b</a>"
        "<a href>c</a><a>d</a><a href=/news/>n</a><a href=/Other/1>o</a><a href=https://other.example/a/3.html>e</a>"
        "<a href=mailto:ada@post.example>m</a><a href=javascript:x>j</a><a href=https://[x/>f</a>"
    )

    assert [each.url for each in links.articles] == [TWO, ONE]
    assert links.lists == (f"{URL}news/",)
    assert (links.unread, links.unseen) == (("https://[x/",), 0)


def test_an_address_of_both_kinds_is_an_article():
    site = Site(
        name="post",
        domains=("post.example",),
        start_urls=(URL,),
        articles={"https://post.example/a/{}/": r"\d+"},
        lists=r"/[a-z0-9/]*",
    )
    links = read_links(site, b"<a href=/a/1/>x</a><a href=/a/>y</a>", URL, [])

    assert [each.url for each in links.articles] == [f"{URL}a/1/"]
    assert links.lists == (f"{URL}a/",)


def test_a_list_is_read_in_the_charset_that_its_server_declares():
    html = "<a href=/a/1.html>x</a><p>1月29日</p><map><area href=/a/2.html></map>"
    links = read_links(SITE, html.encode("shift_jis"), URL, [(b"Content-Type", b"text/html; charset=shift_jis")])

    assert links.articles == (ArticleLink(url=ONE, date_raw="1月29日"),)  # what lies behind a picture has no date


@pytest.mark.parametrize(("more", "unseen"), [(0, 0), (1, 1)])
def test_so_many_links_are_read(more, unseen):
    links = read("<a href=/Other/1>x</a>" * (MAX_LINKS - 1 + more) + "<a href=/a/1.html>x</a><a>y</a>")

    assert MAX_LINKS == 2000
    assert ([each.url for each in links.articles], links.unseen) == ([] if more else [ONE], unseen)
