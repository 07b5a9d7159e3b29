"""Headings of a page whose words differ from those of its metadata, and labels in them. Every page is made up."""

from __future__ import annotations

import pytest
from lxml import html as parser

from newsspider.parsing import headings
from newsspider.parsing.headings import MAX_WORDS, is_about, is_hidden, is_in_trail, own_text, without_label
from newsspider.parsing.headline import find_headline
from newsspider.parsing.page import Page
from tests.test_any_page import EN, article, html, paragraphs

FOR_SEARCH = "Ferry: Old boats of the harbour stay afloat"
PRINTED = "The old boats of the harbour stay until spring"
TEXT = f"<p>{'All who live on the isles take the boats of old. ' * 2}</p>"


def element(markup):
    return parser.fromstring(markup)


def find(body, *, tab=None, named=(), sites=()):
    content = [(b"Content-Type", b"text/html; charset=utf-8")]
    page = Page(f"<body>{body}</body>".encode(), "https://www.news.example/a", content)
    found = find_headline(page, page.outline, named=list(named), tab=tab, site_names=list(sites))
    return found and (found.text, found.element.tag if found.element is not None else None)


@pytest.mark.parametrize(
    ("body", "said", "found"),
    [
        # What the page prints goes before two titles for search engines, if it is about the same, or is called so.
        (f"<h1>{PRINTED}</h1>", {"named": [FOR_SEARCH], "tab": FOR_SEARCH}, (PRINTED, "h1")),
        ("<h1>Harbour news</h1>", {"named": [FOR_SEARCH], "tab": FOR_SEARCH}, (FOR_SEARCH, "h1")),
        ("<h1 itemprop=headline>Farewell in spring</h1>", {"named": [FOR_SEARCH], "tab": FOR_SEARCH},
         ("Farewell in spring", "h1")),
        ("<h1 class='x entry-title'>Farewell in spring</h1>", {"named": [FOR_SEARCH], "tab": FOR_SEARCH},
         ("Farewell in spring", "h1")),
        ("<h1 class=entry-title>Farewell</h1>", {"named": ["Boats", "Boats"], "tab": "Boats | Farewell"},
         ("Boats", "h1")),
        # Behind a label in the metadata: a topic is none of the headline, more words are.
        ("<h1>Old boats stay</h1>", {"named": ["Ferry: Old boats stay"], "tab": "Ferry: Old boats stay"},
         ("Old boats stay", "h1")),
        ("<h1>Old boats stay</h1>", {"named": ["Ferry: Old boats stay - Isles"], "sites": ["Isles"]},
         ("Old boats stay", "h1")),
        ("<h1>Old boats stay</h1>", {"named": ["After a long storm: Old boats stay"]},
         ("After a long storm: Old boats stay", "h1")),
        # The label in the heading itself.
        ("<h1><b>Ferry</b><i class=sr-only>: </i><b>Old boats stay</b></h1>", {"named": ["Ferry: Old boats stay"]},
         ("Old boats stay", "h1")),
        ("<h1><b class=x__kicker>Ferry</b> Old boats stay</h1>", {"tab": "Ferry - Old boats stay"},
         ("Old boats stay", "h1")),
        ("<h1><b class=kicker>After a long storm</b><i>: </i><b>Old boats stay</b></h1>",
         {"named": ["After a long storm: Old boats stay"]}, ("After a long storm: Old boats stay", "h1")),
        ("<h1><b>After a long storm</b><i aria-hidden=true>: </i><b>Old boats stay</b></h1>",
         {"named": ["After a long storm: Old boats stay"]}, ("Old boats stay", "h1")),
        ("<h1><b>After a long storm</b><i class=hiddenSign>:</i> Old boats stay</h1>",
         {"named": ["After a long storm: Old boats stay"]}, ("Old boats stay", "h1")),
        ("<h1><b class=kicker>After a long storm</b><i>: </i><b>Old boats stay</b></h1>",
         {"named": ["After a long storm: Old boats stay", "Old boats stay"]}, ("Old boats stay", "h1")),
        # In a trail of links the <h1> is the title for search engines; a smaller heading is the headline.
        (f"<nav><h1>{FOR_SEARCH}</h1></nav><h2>{PRINTED}</h2>", {"tab": FOR_SEARCH}, (PRINTED, "h2")),
        (f"<ol class=page-breadcrumb><li><h1>{FOR_SEARCH}</h1></ol><h2>Menu</h2><h2>{PRINTED}</h2>",
         {"tab": FOR_SEARCH}, (PRINTED, "h2")),
        (f"<nav><h1>{FOR_SEARCH}</h1></nav><h2>{PRINTED}</h2><p itemprop=headline>Boats of the harbour stay</p>",
         {"tab": FOR_SEARCH}, ("Boats of the harbour stay", "p")),
        (f"<nav><h1>{FOR_SEARCH}</h1></nav><h2><b>Ferry</b> Old boats of the harbour stay afloat</h2>",
         {"tab": FOR_SEARCH}, (FOR_SEARCH, "h2")),
        (f"<nav><h1>{FOR_SEARCH}</h1></nav><h2>Menu of today</h2>", {"tab": FOR_SEARCH}, (FOR_SEARCH, "h1")),
        # What is called after a trail is none around the text, nor where it holds the headline that all say.
        (f"<article class=with-breadcrumbs><h1>{PRINTED}</h1>{TEXT}<h2>Old boats of the harbour until spring</h2>",
         {"tab": f"{PRINTED} - Isles"}, (PRINTED, "h1")),
        (f"<header class=page-breadcrumb><h1>{PRINTED}</h1></header><h2>Old boats of the harbour until spring</h2>",
         {"tab": PRINTED}, (PRINTED, "h1")),
        (f"<div class=breadcrumbs>{'<i></i>' * 39}<h1>{FOR_SEARCH} x</h1></div><h2>{PRINTED}</h2>",
         {"tab": FOR_SEARCH}, (f"{FOR_SEARCH} x", "h1")),
        (f"<div class=breadcrumbs>{'<i></i>' * 38}<h1>{FOR_SEARCH} x</h1></div><h2>{PRINTED}</h2>",
         {"tab": FOR_SEARCH}, (PRINTED, "h2")),
        (f"<div class=breadcrumb-area><div><h1>{PRINTED}</h1><a href=/>Home</a></div></div><h2>The {FOR_SEARCH}</h2>",
         {"tab": f"{PRINTED} - Isles"}, (PRINTED, "h1")),
        (f"<div class=breadcrumbs><a href=/>Home</a><h1>{FOR_SEARCH}</h1></div><h2>{PRINTED}</h2>",
         {"tab": FOR_SEARCH, "named": [FOR_SEARCH]}, (PRINTED, "h2")),
        (f"<div class=breadcrumbs><a href=/>Home</a><h1>{FOR_SEARCH}</h1></div>{TEXT}<h2>{PRINTED}</h2>",
         {"tab": FOR_SEARCH, "named": [FOR_SEARCH]}, (FOR_SEARCH, "h1")),
        # What all else says goes before an <h1> that is called the headline and is that of the section.
        *((f"<h1 {name}>Harbour quarterly, issue 12</h1><article><h2>{PRINTED}</h2>", said, (PRINTED, "h2"))
          for name in ("class=headline", "class=entry-title", "itemprop=headline")
          for said in ({"named": [PRINTED]}, {"tab": f"{PRINTED} - Isles"})),
        (f"<h1 class=headline>Harbour quarterly</h1><h2><b class=kicker>Ferry</b><b>{PRINTED}</b></h2>",
         {"named": [PRINTED]}, (PRINTED, "h2")),
        ("<h1 class=headline>Harbour quarterly</h1><h2>Old boats</h2>", {"named": ["Old boats stay"]},
         ("Harbour quarterly", "h1")),
        (f"<h1 class=headline>Harbour quarterly</h1><aside><h2>{PRINTED}</h2></aside>", {"named": [PRINTED, "Boats"]},
         ("Harbour quarterly", "h1")),
        # A heading that leads elsewhere, or stands beside, is of another article.
        *((f"{other}<h1>Farewell in spring</h1>", {"named": ["Afloat: the boats of the harbour stay here"]},
           ("Farewell in spring", "h1"))
          for other in ("<h1><a href=/2026/b.html>Boats of the harbour stay</a></h1>",
                        "<a href=/2026/b.html><h1>Boats of the harbour stay</h1></a>",
                        "<aside><h1>Boats of the harbour stay</h1></aside>")),
        ("<h1><a href=/2026/b.html>Boats of the</a> harbour stay</h1><h1>Farewell in spring</h1>",
         {"named": ["Afloat: the boats of the harbour stay here"]}, ("Boats of the harbour stay", "h1")),
        *((f"<h1><a href='{url}'>Boats of the harbour stay</a></h1><h1>Farewell in spring</h1>",
           {"named": ["Afloat: the boats of the harbour stay here"]}, ("Boats of the harbour stay", "h1"))
          for url in ("http://news.example/a/?x=/b#c", "?p=1", "")),
        (f"<h1><a href=/b>{PRINTED}</a></h1><h1>Isles</h1>", {"tab": f"{PRINTED} - Isles"}, (PRINTED, "h1")),
        (f"<h1><a href=/b>{PRINTED}</a></h1><h1>Farewell in spring</h1>", {"named": [PRINTED]}, (PRINTED, "h1")),
        # One that is only read aloud is that of a section, unless it is long or metadata has it.
        ("<h1>海港日报</h1><h1 class=sr-only>旧渡轮将服役至明年</h1>", {"tab": "旧渡轮将服役至明年_海港日报"},
         ("旧渡轮将服役至明年", "h1")),
        ("<h1>旧渡轮将服役至明年春天</h1><h1 class=sr-only>海港日报的新闻页</h1>", {"tab": "海港日报的新闻页_日报"},
         ("旧渡轮将服役至明年春天", "h1")),
        ("<h1>The Isles</h1><h1 class=sr-only>Boats stay</h1>", {"named": ["Boats stay"]}, ("Boats stay", "h1")),
        ("<h1><a href=/>The Isles</a></h1><h1 class=sr-only>Boats stay</h1>", {"tab": "Boats stay - The Isles"},
         ("Boats stay", "h1")),
        ("<h1>News</h1><h1 class=sr-only>Boats stay</h1>", {"tab": "Boats stay"}, ("Boats stay", "h1")),
        ("<h1 class='title hidden'>News</h1><h1>Old boats stay</h1>", {"tab": "News - Isles"},
         ("Old boats stay", "h1")),
        ("<h1 class=hidden>Boats</h1>", {"tab": "Boats"}, ("Boats", "h1")),
        ("<h1 class=hidden>Old boats stay</h1><h1>Isles</h1>", {"tab": "Old boats stay"}, ("Old boats stay", "h1")),
        ("<h1 class='hidden md:block'>News of boats</h1><h1>Boats</h1>", {"tab": "News of boats"},
         ("News of boats", "h1")),
    ],
)  # fmt: skip
def test_the_printed_headline_goes_before_titles_for_search_engines(body, said, found):
    assert find(body, **said) == found


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<h1><b class=overline>Ferry</b>Old boats stay</h1>", "Old boats stay"),
        ("<h1><div><b class=overline>Ferry</b> <b>Old boats stay</b></div></h1>", "Old boats stay"),
        ("<h1><b class=overline>Ferry</b>: Old boats stay</h1>", "Old boats stay"),
        ("<h1><b class=overline>Ferry</b> Old boat</h1>", "Old boat"),
        ("<h1><b class=overline>Ferry</b> Old boa</h1>", None),
        ("<h1>Ferry <b class=overline>stays</b> in the harbour</h1>", None),
        ("<h1><b>Ferry</b><i>|</i>Old boats stay</h1>", "Old boats stay"),
        ("<h1><b>Ferry</b> x <i>|</i>Old boats stay</h1>", None),
        ("<h1><b>Ferry</b><i>stays</i>Old boats stay</h1>", None),
        ("<h1>Old boats stay</h1>", None),
        # A line break parts words, readings are left out; a dash may stand between two names.
        ("<h1><b class=kicker>Ferry</b><i>Old boats<br>stay</i></h1>", "Old boats stay"),
        ("<h1><b class=kicker>Ferry</b> Old<br>boats<br>stay</h1>", "Old boats stay"),
        ("<h1><b class=kicker>渡轮</b><i><ruby>港<rt>みなと</rt></ruby>の古いフェリー</i></h1>", "港の古いフェリー"),
        *((f"<h1><b>Ferry</b> <i{more}>{sign}</i> <b>Old boats stay</b></h1>", text) for more, sign, text in (
            ("", "–", None), ("", "-", None), ("", "—", None), ("", " - ", None), ("", ":", "Old boats stay"),
            ("", "•", "Old boats stay"), ("", "", "Old boats stay"), (" aria-hidden=true", "–", "Old boats stay"),
        )),
        ("<h1><b class=overline>Ferry</b>" + "<i>Old boat</i>" * 5 + "</h1>", "Old boat" * 5),
        ("<h1><b class=overline>Ferry</b>" + "<i>Old boat</i>" * 6 + "</h1>", None),
    ],
)
def test_a_label_is_called_so_or_parted_by_a_sign(markup, text):
    assert without_label(element(markup)) == text


@pytest.mark.parametrize(("words", "text"), [("After storms", "Old boats stay"), ("After two storms", None)])
def test_so_many_words_are_a_label(words, text):
    heading = element(f"<h1><b class=kicker>{words}</b><i>: </i><b>Old boats stay</b></h1>")
    whole = f"{words}: Old boats stay"

    assert own_text(heading, [whole]) == (text or whole)


@pytest.mark.parametrize(("boxes", "is_one"), [(5, True), (6, False)])
def test_a_trail_is_so_many_elements_around(boxes, is_one):
    tree = element("<nav>" + "<div>" * boxes + "<h1>Ferry</h1>" + "</div>" * boxes + "</nav>")

    assert is_in_trail(next(tree.iter("h1"))) == is_one


def test_so_many_words_are_compared():
    few = " ".join(f"boat{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(MAX_WORDS))

    assert is_about(f"{few} more words behind", [few])
    assert is_about("three words only", [f"{few} words"]) is False
    assert not is_about("ferry stays afloat", [f"{few} ferry stays afloat"])


@pytest.mark.parametrize(
    ("heading", "title", "is_same"),
    [
        ("Old ferry stays afloat", "Ferry stays afloat", True),
        ("Ferry stays afloat until spring begins", "Ferry stays afloat", True),
        ("Ferry stays afloat until spring begins again", "Ferry stays afloat", False),
        ("Ferry stays", "Ferry stays", False),
        ("The old sea is so big", "The old sea is so big", False),
    ],
)
def test_half_of_the_words_are_shared(heading, title, is_same):
    assert is_about(heading, ["Other", title]) == is_same


def test_a_class_for_some_screens_hides_nothing():
    assert [is_hidden(element(f"<h1 class='{name}'>x</h1>")) for name in ("aural", "hidden lg:block", "x", "")] == [
        True, False, False, False,
    ]  # fmt: skip


def test_a_heading_is_read_up_to_a_length():
    assert (headings.MAX_LENGTH, headings.MAX_WORDS) == (300, 60)


@pytest.mark.parametrize(
    ("application", "title"), [("Old boats stay", "Old boats stay"), ("Harbour notes", "Old boats stay afloat")]
)
def test_a_page_that_calls_itself_an_application_is_no_site(application, title):
    head = f"<title>{title}</title><meta name=application-name content='{application}'>"
    head += f"<meta property=og:title content='{title}'>"
    page = f"<h1>Harbour notes</h1><article><h1>{title}</h1>{paragraphs(EN)}</article>"

    assert article(html(page, head)).title == title


@pytest.mark.parametrize(
    ("head", "is_sure"),
    [
        ("<h1 class=headline>Harbour quarterly</h1>", False),
        ("<h1 class=headline>Old boats stay in the harbour</h1>", True),  # the tab has the same in other words
        ("<h1>Harbour quarterly</h1>", True),
    ],
)
def test_a_headline_that_only_the_markup_calls_so_is_in_doubt(head, is_sure):
    page = f"<article>{head}{paragraphs(EN)}</article>"
    sure = article(html(page, "<title>Afloat: boats stay in their harbour</title>"))

    assert ("title" in sure.provenance.doubts) is not is_sure
    for tab in ("<title></title>", "<title>Isles</title><meta property=og:site_name content=isles>"):
        assert "title" not in article(html(page, tab)).provenance.doubts


def heading(markup):
    return parser.fromstring(f"<h1>{markup}</h1>")


@pytest.mark.parametrize(
    ("markup", "text", "said"),
    [
        ("The ferry <b>stays</b>", "The ferry stays", []),
        ("The ferry<br>stays", "The ferry stays", []),
        ("渡轮将<br>保留", "渡轮将 保留", []),
        ("渡轮将<br>保留", "渡轮将 保留", ["渡轮保留"]),
        ("渡轮将<br>保留", "渡轮将保留", ["港口: 渡轮将保留", "x"]),  # what is said without a space is one
        ("渡轮<rt>du</rt><ruby>将<rp>(</rp><rt>jiang</rt><rp>)</rp></ruby>保留", "渡轮将保留", []),  # readings
        ("渡<rt>du<b>x</b></rt>轮<br>停", "渡轮 停", []),
        ("", None, []),
        ("<br>", None, []),
        ("x" * 300, "x" * 300, []),
        ("x" * 301, None, []),
        (f"{'x' * 298}<br>y", f"{'x' * 298} y", []),
        (f"{'x' * 299}<br>y", None, []),
    ],
)
def test_the_text_of_a_heading_is_without_readings_and_a_break_parts_words(markup, text, said):
    assert headings.text_of(heading(markup), said) == text


@pytest.mark.parametrize(
    ("markup", "parts"),
    [
        ("<b>The ferry</b> stays until <i>next spring</i>", ["The ferry", "stays until", "next spring"]),
        ("<b>The ferr</b> stays<i>another</i>", ["The ferr"]),  # eight characters
        ("<div><span><b>The ferry</b><i>next spring</i></span></div>", ["The ferry", "next spring"]),
        (f"<b>{'x' * 300}</b><i>next spring</i>", ["x" * 300, "next spring"]),
        (f"<b>{'x' * 301}</b><i>next spring</i>", ["next spring"]),
        ("<b>The ferry</b>" * 6, ["The ferry"] * 6),
        ("<b>The ferry</b>" * 7, []),
        ("The ferry stays", []),
    ],
)
def test_the_parts_of_a_headline_are_long_enough_and_few(markup, parts):
    assert headings.parts_of(heading(markup)) == parts


@pytest.mark.parametrize(
    ("said", "whole"),
    [
        (["Harbour of the north: the ferry stays"], True),
        (["Harbour of the north: the ferry stays until spring"], True),
        (["The ferry stays", "Harbour of the north: the ferry stays"], False),  # the headline alone is said too
        (["The town"], False),
        ([], False),
    ],
)
def test_a_long_label_is_of_the_headline_where_metadata_has_it_too(said, whole):
    found = own_text(heading("<b class=kicker>Harbour of the north:</b> The ferry stays"), said)

    assert found == ("Harbour of the north: The ferry stays" if whole else "The ferry stays")
