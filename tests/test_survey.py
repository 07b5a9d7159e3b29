"""How a site is described from its pages: patterns of addresses, selectors, the table, the file; by made-up pages."""

from __future__ import annotations

import gzip
import json
from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import pytest

from newsspider.collection.source import WarcSource, open_source
from newsspider.discovery.sitemaps import SitemapTooLargeError
from newsspider.extraction.survey import survey as surveys
from newsspider.extraction.survey.addresses import articles
from newsspider.extraction.survey.file import MAX_LINES, file_of
from newsspider.extraction.survey.selectors import Known, agreed
from newsspider.extraction.survey.survey import SurveyError, survey
from newsspider.extraction.survey.table import table
from newsspider.parsing.markup import MAX_ATTRIBUTES
from newsspider.parsing.page import Page
from newsspider.parsing.site import Site
from newsspider.text.message import message
from newsspider.warc.reader import WarcError
from tests.archive.exchanges import page
from tests.archive.test_lookup import response, revisit, warc

if TYPE_CHECKING:
    from pathlib import Path

# ---------------------------------------------------------------- addresses

BASE = "https://news.example"


def patterns(*paths: str, beside: tuple[str, ...] = ()) -> dict[str, str]:
    found = articles([BASE + path for path in paths], [BASE + path for path in beside])
    return {address.removeprefix(BASE): pattern for address, pattern in found.items()}


@pytest.mark.parametrize(
    ("paths", "found"),
    [
        # How long a value may be, from the longest that was seen: once and a half of it, in powers of two from 8 on.
        (("/a/1", "/a/12345"), {"/a/{}": r"\d{1,8}"}), (("/a/1", "/a/123456"), {"/a/{}": r"\d{1,16}"}),
        (("/a/1", "/a/1234567890"), {"/a/{}": r"\d{1,16}"}), (("/a/1", "/a/12345678901"), {"/a/{}": r"\d{1,32}"}),
        (("/a/b", "/a/" + "b" * 170), {"/a/{}": "[a-z]{1,256}"}),
        (("/a/b", "/a/" + "b" * 171), {"/a/{}": "[a-z]{1,342}"}),
        # Which characters it may have: words with hyphens may hold numbers, and what is escaped may be any letter.
        (("/a/bc", "/a/de"), {"/a/{}": "[a-z]{1,8}"}), (("/a/bC", "/a/d_"), {"/a/{}": "[a-zA-Z_]{1,8}"}),
        (("/a/b-c", "/a/d"), {"/a/{}": "[a-z0-9-]{1,8}"}), (("/a/b.c", "/a/d~"), {"/a/{}": "[a-z.~]{1,8}"}),
        (("/a/%E7%9C%8B", "/a/b"), {"/a/{}": "[a-zA-Z0-9%]{1,16}"}), (("/a/b,c", "/a/d"), {"/a/{}": "[a-z,]{1,8}"}),
        (("/a/%E7", "/a/%E8"), {"/a/{}": "[a-zA-Z0-9%]{1,8}"}),
        (("/a/1.shtml", "/a/2.shtml"), {"/a/{}.shtml": r"\d{1,8}"}), (("/a/b.c", "/a/d.c"), {"/a/{}": "[a-z.]{1,8}"}),
        (("/1/t.5", "/2/t.6"), {"/{}": r"\d{1,8}/t\.\d{1,8}"}),
        (("/a/", "/a/b"), {"/a/{}": "[a-z]{0,8}"}), (("/a/1", "/a/b1"), {"/a/{}": "[a-z0-9]{1,8}"}),
        # What is the same in all is a text, if it is a word or escaped; else it is a pattern of what may stand there.
        (("/" + "a" * 15 + "/1", "/" + "a" * 15 + "/2"), {"/" + "a" * 15 + "/{}": r"\d{1,8}"}),
        (("/" + "a" * 16 + "/1", "/" + "a" * 16 + "/2"), {"/{}": r"[a-z]{1,32}/\d{1,8}"}),
        (("/" + "%E7" * 30 + "/1", "/" + "%E7" * 30 + "/2"), {"/" + "%E7" * 30 + "/{}": r"\d{1,8}"}),
        (("/a1/b", "/a1/c"), {"/a{}": r"\d{1,8}/[a-z]{1,8}"}),
        (("/a-b/1", "/a-b/2"), {"/{}": r"[a-z0-9-]{1,8}/\d{1,8}"}),
        (("/a/b",), {}), (("/a/7",), {"/a/{}": r"\d{1,8}"}),
        # A text before numbers, the same before all of them.
        (("/a/t1", "/a/t22"), {"/a/t{}": r"\d{1,8}"}), (("/a/t1", "/a/s22"), {"/a/{}": "[a-z0-9]{1,8}"}),
        (("/a/t1", "/a/t"), {"/a/{}": "[a-z0-9]{1,8}"}), (("/a/t_1/x", "/a/t_2/y"), {"/a/t_{}": r"\d{1,8}/[a-z]{1,8}"}),
        # What stands between two patterns is a part of what names an article.
        (("/1/world+x/2", "/3/world+x/4"), {"/{}": r"\d{1,8}/[a-z\+]{1,16}/\d{1,8}"}),
        (("/1/a/2.html", "/3/a/4.html"), {"/{}.html": r"\d{1,8}/a/\d{1,8}"}),
    ],
)  # fmt: skip
def test_what_differs_is_a_pattern_of_what_differs(paths, found):
    assert patterns(*paths) == found


@pytest.mark.parametrize(
    ("one", "other", "day"),
    [
        ("2026/01/30", "2025/12/29", r"\d{4}/\d\d/\d\d"), ("2026-01-30", "1999-10-01", r"\d{4}-\d\d-\d\d"),
        ("2026_01_30", "2026_09_31", r"\d{4}_\d\d_\d\d"), ("20260130", "20260129", r"\d{8}"),
        ("2026/0130", "2026/0129", r"\d{4}/\d\d\d\d"), ("202601/30", "202601/29", r"\d{4}\d\d/\d\d"),
    ],
)  # fmt: skip
def test_a_day_is_found_in_whatever_way_it_is_written(one, other, day):
    assert patterns(f"/n/{one}/a-b.html", f"/n/{other}/c-d.html") == {
        "/n/{}.html": f"(?P<day>{day})/[a-z0-9-]{{1,8}}"
    }  # fmt: skip


@pytest.mark.parametrize(
    "paths",
    [
        ("/n/20261301/a", "/n/20261302/b"), ("/n/20260132/a", "/n/20260132/b"), ("/n/18990101/a", "/n/18990102/b"),
        ("/n/120260130/a", "/n/120260129/b"), ("/n/202601301/a", "/n/202601292/b"), ("/n/20260100/a", "/n/20260100/b"),
    ],
)  # fmt: skip
def test_what_only_looks_like_a_day_is_a_number(paths):
    (pattern,) = patterns(*paths).values()

    assert "day" not in pattern


def test_days_that_are_written_in_two_ways_or_places_are_no_column():
    (pattern,) = patterns("/n/2026-01/30", "/n/2026_01/29").values()
    assert "day" not in pattern
    (pattern,) = patterns("/2026-01-30/a", "/a/2026-01-29").values()
    assert "day" not in pattern
    day = r"(?P<day>\d{4}-\d\d-\d\d)/[a-z]{1,8}"
    assert patterns("/2026-01-30/a", "/2026-01-29/b", "/c/d") == {"/{}": day}
    assert patterns("/2026-01-30/a", "/2026-01-29/b", "/c/d", "/e/f") == {"/{}": rf"{day}|[a-z]{{1,8}}/[a-z]{{1,8}}"}


@pytest.mark.parametrize(
    ("paths", "addresses"),
    [
        (["/world/a-b-1", "/city/c-d-2", "/sport/e-f-3", "/2026/01/30/a-4", "/2026/01/29/b-5"], ["/{}"]),
        (["/2026/01/30/a-1", "/2025/12/29/b-2", "/world/2026/01/30/c-3", "/city/2026/01/29/d-4"], ["/{}"]),
        (["/1/a-1", "/2/b-2", "/1/a/b-1", "/2/c/d-2", "/1/a/b/c-1", "/2/c/d/e-2"], ["/{}"]),
        (["/1/a.html", "/2/b.html", "/1/a.shtml", "/2/b.shtml"], ["/{}.html", "/{}.shtml"]),
        (["/a/1", "/a/2", "/b/c/1", "/b/c/2"], ["/a/{}", "/b/c/{}"]),
    ],
)
def test_addresses_of_all_makes_that_are_written_are_those_of_articles(paths, addresses):
    """Also of makes that differ in nothing but what is a pattern."""
    site = Site(name="a", domains=("news.example",), start_urls=(), articles=articles([BASE + path for path in paths]))

    assert list(site.articles) == [BASE + address for address in addresses]
    assert all(site.is_article(BASE + path) for path in paths)
    assert [site.published_from_url(BASE + path) for path in paths if path.startswith("/2026/01/30/")] in (
        [], [date(2026, 1, 30)]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("paths", "found"),
    [
        (("/read?id=77&from=app", "/read?id=78&from=app"), {"/read?id={}": r"\d{1,8}"}),
        (("/read?from=app&id=77", "/read?id=78&from=web", "/read?id=79&from=app"), {"/read?id={}": r"\d{1,8}"}),
        (("/read.php?id=ab", "/read.php?id=cd"), {"/read.php?id={}": "[a-z]{1,8}"}),
        (("/read?from=app&id=77", "/read?id=78&from=app"), {"/read?id={}": r"\d{1,8}"}),
        (("/read?id=77",), {}), (("/read?id=77", "/read?id=77"), {}), (("/read?id=app", "/read?id=app&from="), {}),
        (("/read/1?from=app", "/read/2?from=app"), {"/read/{}": r"\d{1,8}"}),
    ],
)  # fmt: skip
def test_the_parameter_that_differs_names_the_article(paths, found):
    assert patterns(*paths) == found


def test_addresses_that_may_be_articles_say_what_is_not_in_all_of_them():
    """Only those of the same make, and that look like articles, count; those known count once."""
    known = ("/world/2026-01-30/harbour-a.html", "/world/2026-01-29/ferry-b.html")
    alone = {"/world/{}.html": r"(?P<day>\d{4}-\d\d-\d\d)/[a-z0-9-]{1,16}"}
    assert patterns(*known) == patterns(*known, *known) == patterns(*known, beside=known) == alone
    for beside in (("/city/2026-01-28/ferry-3.shtml",), ("/city/2026-01-28/ferry/4.html",), ("/city/about.html",)):
        assert patterns(*known, beside=beside) == alone
    assert patterns("/world/12345.html", "/world/678.html", beside=("/city/about.html",)) == {
        "/world/{}.html": r"\d{1,8}"
    }
    assert patterns("/read?id=77", beside=("/read?id=77",)) == {}
    assert patterns(*known, beside=("/city/2026-01-28/ferry-3.html",)) == {
        "/{}.html": r"[a-z]{1,8}/(?P<day>\d{4}-\d\d-\d\d)/[a-z0-9-]{1,16}"
    }  # fmt: skip


def test_the_three_makes_that_most_have_are_written():
    many = [f"/a/{number}" for number in range(9)] + [f"/b/c/{number}.html" for number in (1, 2, 3)]
    few = ["/d/e/f/1.htm", "/d/e/f/2.htm", "/g/h/i/j/1"]

    assert list(patterns(*reversed([*many, *few]))) == ["/a/{}", "/b/c/{}.html", "/d/e/f/{}.htm"]


# ---------------------------------------------------------------- selectors

STORIES = [
    ("Lights go on in the harbour", "Ann Lee", "2026-01-30 08:15", ["harbour", "lights"]),
    ("The old bridge opens again", "Bo Chan", "2026-01-29 17:40", ["bridge"]),
    ("A ferry runs aground at night", "Cy Drew", "2026-01-28 06:05", ["ferry", "night"]),
]
ZONE = "+00:00"


def body_of(number: int) -> list[str]:
    return [f"Paragraph {letter} of story {number} says something of its own about the town." for letter in "abcdef"]


def html(number: int, inside: str, head: str = "") -> str:
    title, _, time, _ = STORIES[number]
    said = (
        f'<meta property="og:title" content="{title}"><meta property="article:published_time" content="{time}{ZONE}">'
    )
    return f"<!doctype html><html><head><title>{title}</title>{said}{head}</head><body>{inside}</body></html>"


def known(*insides: str, **options: Any) -> list[Known]:
    """Pages of the stories, each read as that of any site, with what their records are to say."""
    made = []
    for number, inside in enumerate(insides):
        title, author, time, keywords = STORIES[number]
        at = f"{BASE}/2026-01-30/a-{number}.html"
        record = SimpleNamespace(
            title=title, source=SimpleNamespace(name="The Gazette", url=None), channel=None,
            authors=[SimpleNamespace(name=author)], keywords=keywords, paragraphs=body_of(number),
            published_at=moment(time), fetched_at=moment("2026-02-01 00:00"),
        )  # fmt: skip
        for name, value in options.get("record", {}).items():
            setattr(record, name, value)
        made.append(Known(Page(html(number, inside).encode(), at, [(b"Content-Type", b"text/html")]), record,
                          frozenset(options.get("disputed", ()))))  # fmt: skip
    return made


def moment(text: str) -> Any:
    from datetime import datetime

    return datetime.fromisoformat(text + ZONE)


def inside(number: int, *, title: str = "<h1>{}</h1>", by: str = "<p class=by>{}</p>", more: str = "") -> str:
    said, author, _, _ = STORIES[number]
    paragraphs = "".join(f"<p>{each}</p>" for each in body_of(number))
    return f'{title.format(said)}{by.format(author)}{more}<div class="text">{paragraphs}</div>'


def selectors(count: int = 3, **options: Any) -> dict[str, str]:
    shapes = {name: options.pop(name) for name in ("title", "by", "more") if name in options}
    return agreed(known(*(inside(number, **shapes) for number in range(count)), **options))


@pytest.mark.parametrize(
    ("title", "selector"),
    [
        ("<h1>{}</h1>", "h1"), ("<h2 class='head'>{}</h2>", ".head"), ("<h2 id='head'>{}</h2>", "#head"),
        ("<h2 id='head12'>{}</h2>", "#head12"), ("<h2 itemprop='headline'>{}</h2>", "[itemprop=headline]"),
        ("<div class='top'><h2>{}</h2></div>", ".top"), ("<div class='top'>x<h2>{}</h2></div>", ".top h2"),
        ("<h2 class='css-1x2y3z'>{}</h2>", ".css-1x2y3z"),
        ("<div class='top'>x<h2 class='css-1x2y3z'>{}</h2></div>", ".top h2"),
        ("<div class='top'>x<h2 class='head__xYFqZ'>{}</h2></div>", ".top h2"),
        ("<div class='top'>x<h2 class='head_xYFqZ'>{}</h2></div>", ".top h2"),
        ("<div class='top'>x<h2 class='head_xYFq'>{}</h2></div>", ".head_xYFq"),
        ("<div class='top'>x<h2 id='head_xYFqZ'>{}</h2></div>", ".top h2"),
        ("<div class='b'>x<h2 class='" + "a" * 12 + "'>{}</h2></div>", "." + "a" * 12),
        ("<h2 class='a" + "b" * 60 + "'>{}</h2>", ".a" + "b" * 60), ("<h2 class='1a head'>{}</h2>", ".head"),
        ("<h2 class='head'>{}</h2><p class='head'>x</p>", ".head"),
        ("<p class='head'>x</p><h2 class='head'>{}</h2>", "h2.head"),
        ("<div class='top'>x<h2>{}</h2></div><div class='top'><h2>y</h2></div>", ".top h2"),
    ],
)  # fmt: skip
def test_the_plainest_name_that_says_the_title_on_all_pages_is_taken(title, selector):
    assert selectors(title=title)["title"] == selector


@pytest.mark.parametrize("title", ["<h2 id='head123'>{}</h2>", "<h2 class='a" + "b" * 61 + "'>{}</h2>", "<h2>{}</h2>"])
def test_a_name_that_is_chance_or_none_is_not_taken(title):
    assert "title" not in selectors(title=title)


def test_a_name_says_the_right_thing_on_all_pages():
    pages = known(inside(0, title="<h2 class='a b'>{}</h2>"), inside(1, title="<h2 class='b'>{}</h2>"),
                  inside(2, title="<h2 class='a'>{}</h2>"))  # fmt: skip
    assert "title" not in agreed(pages)
    assert agreed(pages[:2])["title"] == ".b"


def test_a_name_that_is_not_on_all_pages_is_not_taken():
    more = ["<b class=src>The Gazette</b>", "<b class=other>The Gazette</b>", "<b class=src>The Gazette</b>"]

    assert "source" not in agreed(known(*(inside(number, more=each) for number, each in enumerate(more))))


def test_a_day_alone_is_no_time_though_the_record_says_midnight():
    for text, found in (("2026-01-30", None), ("2026-01-30 00:00", ".t")):
        record = {"published_at": moment("2026-01-30 00:00")}
        assert selectors(1, more=f"<span class=t>{text}</span>", record=record).get("published_at") == found


def test_a_field_that_few_pages_have_or_witnesses_dispute_has_no_selector():
    none = {"authors": []}
    by = [inside(number) for number in range(3)]
    one, two, three = known(*by)
    without = known(inside(0, by=""), inside(1, by=""), inside(2, by=""), record=none)

    assert agreed([one, two, three])["authors"] == ".by"
    assert agreed([one, two, without[2]])["authors"] == ".by"
    assert "authors" not in agreed([one, *without[1:]])
    assert agreed([one])["authors"] == ".by"  # of one page
    # Where a record says nothing the selector must find nothing.
    assert "authors" not in agreed([one, two, known(*by, record=none)[2]])
    assert "authors" not in agreed([one, two, without[2], known(*by, record=none)[2]])
    for field, called in (("authors", "authors"), ("body", "paragraphs")):
        assert field not in agreed(known(*by, disputed=[called]))


@pytest.mark.parametrize(
    ("field", "more", "record", "selector"),
    [
        ("source", "<b class=src>The Gazette</b>", {}, ".src"),
        ("source", "<b class=src>Ｔｈｅ\u3000Gazette</b>", {}, ".src"),
        ("source", "<b class=src>来源：The Gazette</b>", {}, ".src"),
        ("source", "<a class=src href=https://gazette.example/>The Gazette</a>", {}, ".src"),
        ("channel", "<a class=ch href=/w>World</a>", {"channel": SimpleNamespace(name="World", url=None)}, ".ch"),
        ("channel", "<b class=ch>World</b>", {"channel": SimpleNamespace(name="World", url=None)}, ".ch"),
        ("keywords", "<i class=k>harbour</i>", {"keywords": ["harbour"]}, ".k"),
        ("keywords", "<a rel=tag>harbour</a>", {"keywords": ["harbour"]}, "[rel=tag]"),
        ("authors", "<a rel=author>Dee</a>", {"authors": [SimpleNamespace(name="Dee")]}, "[rel=author]"),
        ("keywords", "<i class=k>harbour</i><i class=k>x</i>", {"keywords": ["harbour"]}, None),
        ("authors", "<a class=a>Dee</a><a class=a>Ed</a>", {"authors": [SimpleNamespace(name="Dee")]}, None),
        ("authors", "<a class=a>Dee</a><a class=a>Ed</a>",
         {"authors": [SimpleNamespace(name="Dee"), SimpleNamespace(name="Ed")]}, ".a"),
        ("authors", "<a class=a>Dee</a><a class=a>Ed</a>",
         {"authors": [SimpleNamespace(name="Ed"), SimpleNamespace(name="Dee")]}, None),
        ("source", "<b class=src datetime=2026>The Gazette</b>", {}, ".src"),
        ("authors", "<b class=a>By Dee Lee</b>", {"authors": [SimpleNamespace(name="Dee Lee")]}, ".a"),
        ("source", "<b class=src>Another</b>", {}, None),
        ("source", "<a rel=nofollow>The Gazette</a>", {}, None),
        ("source", "<em>The Gazette</em>", {}, None), ("source", "<address>The Gazette</address>", {}, "address"),
    ],
)  # fmt: skip
def test_each_field_is_compared_as_what_it_is(field, more, record, selector):
    assert selectors(more=more, record=record, by="").get(field) == selector


@pytest.mark.parametrize(
    ("element", "selector"),
    [
        ("<span class=t>前天 08:15</span>", ".t"),
        ("<span class=t>2026-01-30 08:15</span>", ".t"), ("<span class=t>2026-01-30 08:15:59</span>", ".t"),
        ("<time datetime='2026-01-30T08:15:00+00:00'>today</time>", "time::attr(datetime)"),
        ("<time class=t datetime='2026-01-30T08:15:00+00:00'>x</time>", ".t::attr(datetime)"),
        ("<span class=t>2026-01-30</span>", None), ("<span class=t>2026-01-30 08:16</span>", None),
        ("<span class=t>2026-01-30 09:15</span>", None),
        ("<span class=t>{}2026-01-30 08:15</span>".format("x" * 60), None),
        ("<span class=t>2026-01-30T16:15:20+08:00</span>", None),
    ],
)  # fmt: skip
def test_a_time_is_that_of_the_record_to_the_minute(element, selector):
    assert selectors(1, more=element).get("published_at") == selector


def test_a_time_may_be_written_in_another_zone():
    found = selectors(1, more="<span class=t>2026-01-30T16:15:00+08:00</span>")

    assert found["published_at"] == ".t"


def test_the_element_around_all_paragraphs_is_the_body():
    assert selectors()["body"] == ".text"
    assert selectors(record={"paragraphs": ["Nothing of the kind."]}).get("body") is None


@pytest.mark.parametrize(("text", "other"), [("e", "ｅ"), (" ", "\u3000"), (" ", "  "), (" ", "")])
def test_paragraphs_are_compared_in_whatever_width_and_with_whatever_spaces_they_are_written(text, other):
    otherwise = [each.replace(text, other) for each in body_of(0)]

    assert selectors(1, record={"paragraphs": otherwise})["body"] == ".text"


def paragraphs(count: int) -> str:
    return "".join(f"<p>Line {number} of the story is here for a reader.</p>" for number in range(count))


@pytest.mark.parametrize(("there", "said", "found"), [(20, 20, True), (20, 19, True), (20, 18, False), (19, 20, True),
                                                      (18, 20, False), (21, 20, True),
                                                      (18, 17, False), (17, 18, False)])  # fmt: skip
def test_nearly_all_paragraphs_are_those_of_the_record(there, said, found):
    record = {"paragraphs": [f"Line {number} of the story is here for a reader." for number in range(said)]}
    page = f"<h1>{STORIES[0][0]}</h1><div class=text>{paragraphs(there)}</div>"

    assert ("body" in agreed(known(page, record=record))) == found


@pytest.mark.parametrize(("length", "found"), [(300, True), (301, False)])
def test_an_element_with_much_text_is_not_that_of_a_value(length, found):
    text = "The Gazette " + "x" * (length - len("The Gazette "))

    record = {"source": SimpleNamespace(name=text, url=None)}
    assert ("source" in selectors(1, more=f"<b class=src>{text}</b>", record=record)) == found


@pytest.mark.parametrize(("before", "found"), [(7, True), (8, False)])
def test_so_many_elements_that_say_a_value_are_given_names(before, found):
    others = "<b>The Gazette</b>" * before + "<b class=src>The Gazette</b>"

    assert ("source" in selectors(1, more=others, by="")) == found


def test_the_innermost_elements_are_given_names_first():
    assert "source" in selectors(1, more="<div>x" * 9 + "<b class=src>The Gazette</b>" + "</div>" * 9, by="")


def test_a_body_may_be_one_element_with_its_text():
    text = "The only paragraph of the story is here for a reader, and says something of its own about the town."
    page = f"<h1>{STORIES[0][0]}</h1><div class=text>{text}</div>"

    assert agreed(known(page, record={"paragraphs": [text]}))["body"] == ".text"


@pytest.mark.parametrize("deep", [0, 3, -1])
def test_a_body_is_around_its_paragraphs_however_deep_one_of_them_stands(deep):
    shown = [f"<p>{each}</p>" for each in body_of(0)]
    shown[deep] = f"{'<div>' * 9}{shown[deep]}{'</div>' * 9}"
    text = "".join(shown)
    page = f"<h1>{STORIES[0][0]}</h1><div class=text>{text}</div>"

    assert agreed(known(page))["body"] == ".text"


@pytest.mark.parametrize(("deep", "found"), [(5, True), (6, False)])
def test_so_many_elements_around_one_are_looked_at(deep, found):
    more = "<div class=far>x" + "<div>x" * deep + "<b>The Gazette</b>" + "</div>" * (deep + 1)

    assert selectors(1, more=more, by="").get("source") == (".far b" if found else None)


def named(*names: str) -> list[Any]:
    return [SimpleNamespace(name=name, url=None) for name in names]


SAYS_ALL = {
    "title": "<h2 class=title>{}</h2>", "published_at": "<b class=time>{}</b>", "source": "<b class=source>{}</b>",
    "channel": "<b class=channel>{}</b>", "authors": "<b class=authors>{}</b>", "keywords": "<b class=keywords>{}</b>",
}  # fmt: skip


def saying(**values: str) -> list[Known]:
    """Two pages that say each field in an element of its name; *values* are what stands there in place of the right."""
    pages = []
    for number, (title, author, time, keywords) in enumerate(STORIES[:2]):
        right = {"title": title, "published_at": time, "source": "The Gazette", "channel": "World",
                 "authors": author, "keywords": keywords[0]}  # fmt: skip
        shown = "".join(text.format(values.get(field, "{}").format(right[field])) for field, text in SAYS_ALL.items())
        page = f"{shown}<div class=body>{''.join(f'<p>{each}</p>' for each in body_of(number))}</div>"
        record = {"channel": SimpleNamespace(name="World", url=None), "keywords": keywords[:1]}
        pages.append(known(*[""] * number, page, record=record)[number])
    return pages


def test_each_field_that_is_said_has_a_selector():
    assert agreed(saying()) == {
        "title": ".title", "published_at": ".time", "source": ".source", "channel": ".channel", "authors": ".authors",
        "keywords": ".keywords", "body": ".body",
    }  # fmt: skip


@pytest.mark.parametrize("field", ["title", "source", "channel", "authors", "keywords"])
@pytest.mark.parametrize("other", ["{}s", "x{}", "{} Online", "New {}", "{:.4}", "Another", ""])
def test_an_element_that_says_something_more_or_else_does_not_say_the_field(field, other):
    assert list(agreed(saying(**{field: other}))) == [each for each in (*SAYS_ALL, "body") if each != field]


@pytest.mark.parametrize("field", ["title", "published_at", "source", "channel", "authors", "keywords", "body"])
def test_a_field_that_witnesses_dispute_on_one_page_is_looked_for_on_the_others(field):
    called = "paragraphs" if field == "body" else field
    one, two = saying()
    disputed = Known(one.page, one.article, frozenset((called,)))
    all_fields = [*SAYS_ALL, "body"]

    assert list(agreed([disputed, two, *saying()])) == all_fields
    assert list(agreed([disputed, two])) == [each for each in all_fields if each != field]


@pytest.mark.parametrize("first", [True, False])
def test_a_field_that_one_page_lacks_is_found_on_the_others_wherever_that_page_stands(first):
    one, two = saying()
    none = {"authors": [], "source": None, "channel": None, "keywords": []}
    lacking = known(inside(0, by=""), record=none)
    found = agreed([*lacking, one, two] if first else [one, two, *lacking])

    assert [found[each] for each in none] == [".authors", ".source", ".channel", ".keywords"]


@pytest.mark.parametrize(
    ("shown", "said", "found"),
    [
        (["a", "b"], ["a", "b"], True), (["b", "a"], ["a", "b"], False), (["a", "b", "b"], ["a", "b"], False),
        (["a"], ["a", "b"], False), (["a", "b", "c"], ["a", "b"], False), (["A", "b"], ["a", "b"], False),
    ],
)  # fmt: skip
def test_names_and_keywords_are_those_of_the_record_in_their_order(shown, said, found):
    """So that the record is the same by whatever witness."""
    shown, said = ([each * 3 for each in names] for names in (shown, said))
    more = "".join(f"<i class=each>{name}</i>" for name in shown)
    for field, record in (("keywords", said), ("authors", named(*said))):
        assert (agreed(known(inside(0, by="", more=more), record={field: record})).get(field) == ".each") is found


def test_a_paragraph_that_stands_twice_on_a_page_is_one_that_is_said():
    record = {"paragraphs": body_of(0)}
    for times in (1, 2, 3):
        page = inside(0).replace("</div>", f"<p>{body_of(0)[0]}</p>" * times + "</div>")
        assert agreed(known(page, record=record))["body"] == ".text"
    twice = {"paragraphs": [*body_of(0), *body_of(0)]}
    assert agreed(known(inside(0), record=twice))["body"] == ".text"


@pytest.mark.parametrize("tag", ["script", "style"])
def test_what_no_reader_sees_is_given_no_name(tag):
    assert "source" not in selectors(1, more=f"<{tag} class=src>The Gazette</{tag}>", by="")


@pytest.mark.parametrize("text", ["3小时前", "3 hours ago", "今天", "08:15", "January 2026"])
def test_a_time_that_is_known_to_the_hour_or_less_is_not_that_of_the_record(text):
    """Also where it names the very minute by chance."""
    for record in ("2026-01-30 08:15", "2026-01-31 21:00", "2026-02-01 00:00", "2026-01-01 00:00"):
        found = selectors(1, more=f"<i class=t>{text}</i>", record={"published_at": moment(record)})
        assert "published_at" not in found


@pytest.mark.parametrize(
    "name",
    ["css-1x2y3z", "sc-bdVaJa", "Story_head__x7Fq2", "a91bc03", "jsx-310", "jss12", "svelte-1ab", "emotion-0",
     "e1abc2d0", "css-k008qs", "title_T1tle5", "head__H5f2Q"],
)  # fmt: skip
def test_a_name_that_a_program_made_is_taken_where_there_is_no_other(name):
    assert selectors(title=f"<h2 class={name}>{{}}</h2>")["title"] == f".{name}"
    for plain in ("<div class={}>x<h2 {}>{{}}</h2></div>", "<div id={}>x<h2 {}>{{}}</h2></div>"):
        found = selectors(title=plain.format("the-head-of-it", f"class={name}"))["title"]
        assert found.endswith("the-head-of-it h2")
        found = selectors(title=plain.format("the-head-of-it", f"id={name}"))["title"]
        assert found.endswith("the-head-of-it h2")
    # Of two that programs made the plainer one.
    other = f"<div class=css-9z8>x<h2 class={name}>{{}}</h2></div>"
    assert selectors(title=other)["title"] == f".{name}"


@pytest.mark.parametrize(
    "name",
    ["head", "head2", "head-2", "story-head", "story_head", "story__head", "Head", "storyHead", "_head", "col-md-8",
     "scope", "esc", "sc", "cssed", "jsx", "h1-title", "svelte", "scroll-top", "body-css-1a"],
)  # fmt: skip
def test_a_name_that_people_gave_is_taken_before_a_longer_one(name):
    assert selectors(title=f"<div class=b>x<h2 class={name}>{{}}</h2></div>")["title"] == f".{name}"


@pytest.mark.parametrize(
    "value", ["a b", "a.b", "1a", "-a", "a'b", "a:b", "a/b", "a,b", "a>b", "看", "aé", "a" * 62, " ", ""]
)
def test_what_is_no_plain_name_is_in_no_selector(value):
    """It would mean something else there; the words of a class are names of their own."""
    for attribute in ("id", "itemprop"):
        title = f'<div class=top>x<h2 {attribute}="{value}">{{}}</h2></div>'
        assert selectors(title=title)["title"] == ".top h2"
    if " " not in value:
        assert selectors(title=f'<div class=top>x<h2 class="{value}">{{}}</h2></div>')["title"] == ".top h2"
    assert selectors(title=f'<h2 class="{value} last">{{}}</h2>')["title"] in (".a", ".b", ".last")


def test_in_which_order_a_page_has_its_classes_changes_nothing():
    for names in ("b a", "a b", "c a b", "B a", "bb a b"):
        assert selectors(title=f"<h2 class='{names}'>{{}}</h2>")["title"] == (".B" if "B" in names else ".a")


@pytest.mark.parametrize("tag", ["h1", "time", "article", "main", "address"])
def test_an_element_of_which_a_page_has_one_is_a_name(tag):
    assert selectors(title=f"<{tag}>{{}}</{tag}>")["title"] == tag
    assert selectors(title=f"<{tag}>x</{tag}><div class=top>x<{tag}>{{}}</{tag}></div>")["title"] == f".top {tag}"


@pytest.mark.parametrize("tag", ["h2", "p", "div", "section", "b", "header"])
def test_an_element_of_which_a_page_has_many_is_a_name_within_another_only(tag):
    assert "title" not in selectors(title=f"<{tag}>{{}}</{tag}>")
    assert selectors(title=f"<nav id=top>x<{tag}>{{}}</{tag}></nav>")["title"] == f"#top {tag}"


@pytest.mark.parametrize("rel", ["author", "tag", "nofollow", "bookmark", ""])
def test_a_link_to_an_author_or_a_keyword_is_a_name(rel):
    found = selectors(title=f"<a rel='{rel}'>{{}}</a>").get("title")

    assert found == (f"[rel={rel}]" if rel in ("author", "tag") else None)


@pytest.mark.parametrize(
    ("element", "selector"),
    [
        ("<time datetime='{at}'>x</time><time datetime='2020-01-01'>y</time>", "time::attr(datetime)"),
        ("<time datetime='2020'>y</time><i class=t><time datetime='{at}'>x</time></i>", ".t time::attr(datetime)"),
        ("<time datetime='2020-01-01'>y</time><time class=t datetime='{at}'>x</time>", ".t::attr(datetime)"),
        ("<time datetime='2020-01-01'>y</time><time id=t datetime='{at}'>x</time>", "#t::attr(datetime)"),
        ("<time>{at}</time>", "time"), ("<time datetime=''>{at}</time>", "time"),
        ("<time datetime='2020-01-01'>{at}</time>", None), ("<time class=t datetime='today'>x</time>", None),
    ],
)  # fmt: skip
def test_a_time_is_read_from_where_programs_read_it(element, selector):
    assert selectors(1, more=element.format(at="2026-01-30T08:15:00+00:00")).get("published_at") == selector


@pytest.mark.parametrize("tag", ["html", "body"])
def test_the_whole_page_is_no_body(tag):
    """It has all that is beside the article on other pages."""
    page = known(f"<p>{STORIES[0][0]}</p>" + "".join(f"<p>{each}</p>" for each in body_of(0)))[0]
    next(page.page.root.iter(tag)).set("class", "all")

    assert "body" not in agreed([page])


def test_the_element_that_holds_the_first_paragraph_alone_is_no_body():
    for first in ("<p class=lead>{}</p>", "<div class=lead><p>{}</p></div>"):
        start, *others = body_of(0)
        rest = "".join(f"<p>{each}</p>" for each in others)
        page = f"<h1>{STORIES[0][0]}</h1><div class=the-text-of-it>{first.format(start)}{rest}</div>"
        assert agreed(known(page))["body"] == ".the-text-of-it"


@pytest.mark.parametrize("field", ["source", "channel"])
def test_the_text_of_elements_within_is_that_of_the_element(field):
    value = "Harbour Lights"
    record = {"source": None, field: SimpleNamespace(name=value, url=None)}

    assert selectors(1, more="<p class=s><b>Harbour</b> <i>Lights</i></p>", by="", record=record)[field] == ".s"


# ---------------------------------------------------------------- the table


def looked(agreements: dict[str, list[tuple[str, bool]]], **values: Any) -> Any:
    names = ("title", "published_at", "modified_at", "source", "channel")
    record = dict.fromkeys(names) | {
        key: [] for key in ("authors", "editors", "keywords", "paragraphs", "images", "videos")
    }
    loader = SimpleNamespace(agreement=lambda field: agreements.get(field, []))
    return SimpleNamespace(loader=loader, article=SimpleNamespace(**{**record, **values}))


def test_the_table_has_a_line_for_each_witness_the_believed_ones_first():
    first = looked({"title": [("og", True), ("h1", False), ("b", True)]}, title="A title")
    second = looked({"title": [("h1", True), ("og", True), ("a", True)]}, title="Another")

    assert list(table([first, second])) == [
        "field         witness       1  2  record of page 1",
        "title         h1            x  =  A title",
        "              og            =  =",
        "              a             .  =",
        "              b             =  .",
    ]


def test_a_witness_has_the_best_rank_that_it_has_on_any_page():
    first, second = (looked({"title": [(each, True) for each in said]}, title="x") for said in ("abc", "cba"))

    assert [line.split()[1 - bool(line[0] == " ")] for line in table([first, second])][1:] == ["a", "c", "b"]


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("title", "x" * 44, "x" * 44), ("title", "x" * 45, "x" * 43 + "…"), ("title", " a\n b ", "a b"),
        ("title", None, "-"), ("keywords", [], "-"), ("keywords", ["a", "b"], "a, b"),
        ("paragraphs", ["one", "two"], "2: one"), ("source", SimpleNamespace(name="G", url="u"), "G"),
        ("authors", [SimpleNamespace(name="A"), SimpleNamespace(name="B")], "A, B"),
        ("images", [SimpleNamespace(url="u1"), SimpleNamespace(url="u2")], "u1, u2"), ("published_at", 7, "7"),
    ],
)  # fmt: skip
def test_the_table_shows_what_the_record_of_the_first_page_says(field, value, shown):
    _, line = table([looked({field: [("og", True)]}, **{field: value}), looked({}, **{field: "other"})])

    assert line == f"{field:<14}og            =  .  {shown}"


# ---------------------------------------------------------------- the file


def written(title: str | None = "Harbour", **options: Any) -> str:
    usual = {"name": "harbour", "domains": ("news.example",), "start_urls": (f"{BASE}/",), "expected": ("title",)}
    return file_of(SimpleNamespace(site=Site(**{**usual, **options}), home_title=title))


def test_a_file_says_what_is_known_and_no_more():
    assert written() == (
        '"""Harbour (news.example): what scrapy newsite read on its pages."""\n'
        "\n"
        "from newsspider.parsing.site import Site\n"
        "\n"
        "SITE = Site(\n"
        '    name="harbour",\n'
        '    domains=("news.example",),\n'
        '    start_urls=("https://news.example/",),\n'
        '    expected=("title",),\n'
        ")\n"
    )


def test_a_file_says_all_that_is_known():
    made = written(
        domains=("a.example", "b.example"), cdn_domains=("c.example",), articles={f"{BASE}/{{}}": r"\d+"},
        selectors={"2026": {"title": "h1", "body": ".b"}}, page_title="(?P<title>.+)_看", expected=("title", "source"),
    ).splitlines()  # fmt: skip

    assert made[6:] == [
        '    domains=("a.example", "b.example"),', '    cdn_domains=("c.example",),',
        '    start_urls=("https://news.example/",),', "    articles={", r'        "https://news.example/{}": r"\d+",',
        "    },", "    selectors={", '        "2026": {', '            "title": "h1",', '            "body": ".b",',
        "        }", "    },", '    page_title="(?P<title>.+)_看",', '    expected=("title", "source"),', ")",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        (None, "harbour"), ('The "Harbour"\\News', "The 'Harbour'/News"), (" a\n  b ", "a b"), ("", "harbour"),
        ("x" * 60, "x" * 60), ("x" * 61, "x" * 60),
    ],
)  # fmt: skip
def test_a_title_of_the_home_page_is_one_line_of_a_docstring(title, shown):
    assert written(title).splitlines()[0] == f'"""{shown} (news.example): what scrapy newsite read on its pages."""'


@pytest.mark.parametrize(("more", "lines"), [(0, 1), (1, 5)])
def test_a_line_that_grows_too_long_is_several(more, lines):
    urls = [f"{BASE}/{'a' * 5}", f"{BASE}/b", f"{BASE}/"]
    room = 110 - len(f'    start_urls=("{urls[0]}", "{urls[1]}", "{urls[2]}"),')
    urls[2] += "c" * (room + more)
    made = [line for line in written(start_urls=tuple(urls)).splitlines() if "start_urls" in line or BASE in line]

    assert len(made) == (1 if lines == 1 else 4)
    assert all(len(line) <= 110 for line in made)


@pytest.mark.parametrize("pattern", [r"\d+", "[0-9]+", r'a"\d', "a\\\\", "看\\d", "\x07\\d", 'a"b'])
def test_a_pattern_is_the_same_when_the_file_is_read(pattern):
    names: dict[str, Any] = {}
    text = written(articles={f"{BASE}/{{}}": pattern}, page_title="(?P<title>.+) \u200b\\|")
    exec(text, names)

    assert dict(names["SITE"].articles) == {f"{BASE}/{{}}": pattern}
    assert names["SITE"].page_title == "(?P<title>.+) \u200b\\|"
    assert "\u200b" not in text
    assert "\x07" not in text


def test_a_pattern_is_raw_where_that_reads_better():
    assert 'r"\\d+"' in written(articles={f"{BASE}/{{}}": r"\d+"})
    assert '{}": "[0-9]+"' in written(articles={f"{BASE}/{{}}": "[0-9]+"})
    assert '{}": "看+"' in written(articles={f"{BASE}/{{}}": "看+"})


@pytest.mark.parametrize(("more", "left_out"), [(0, []), (1, ["keywords"]), (2, ["keywords", "channel"]),
                                                (3, ["keywords", "channel", "authors"]),
                                                (4, ["keywords", "channel", "authors"])])  # fmt: skip
def test_a_file_that_grows_too_long_leaves_out_what_matters_least(more, left_out):
    fields = ["title", "published_at", "source", "channel", "authors", "keywords", "body"]
    table = {each: f".{each}" for each in fields}
    lines = len(written(selectors={"2026": table}, articles={f"{BASE}/0/{{}}": "x"}).splitlines())
    count = 1 + MAX_LINES - lines + more
    text = written(selectors={"2026": table}, articles={f"{BASE}/{n}/{{}}": "x" for n in range(count)})

    assert [
        each for each in ("keywords", "channel", "authors", "title", "body") if f'"{each}": ' not in text
    ] == left_out
    assert len(text.splitlines()) == MAX_LINES + max(0, more - 3)


# ---------------------------------------------------------------- a whole site


TEXT = "".join(f"<p>{each} of the town and its harbour, told at some length for its readers.</p>" for each in "abcdef")
ON = "https://news.example"


def shown(number: int, *, title: str | None = None, more: str = "", time: str = "08:00:00") -> str:
    said = title or f"Story {number} of the harbour lights"
    when = f'<meta property="article:published_time" content="2026-01-30T{time}+00:00">'
    head = f"<title>{said} - Gazette</title>{when}"
    return (
        f"<!doctype html><html><head>{head}</head><body><h1 class=head>{said}</h1><p class=by>By Ann Lee</p>{more}"
        f"<div class=text>{TEXT}<p>Number {number} ends here, for the readers of the town.</p></div></body></html>"
    )


def front(*paths: str, title: str = "The Gazette") -> str:
    links = "".join(
        f'<li><a href="{path}">Lights go on in the harbour after nine years {path}</a></li>' for path in paths
    )
    return f"<!doctype html><html><head><title>{title}</title></head><body><ul>{links}</ul></body></html>"


def path_of(number: int) -> str:
    return f"/world/2026-01-30/harbour-lights-{number}.html"


def sitemap(*numbers: int) -> str:
    items = "".join(f"<url><loc>{ON}{path_of(number)}</loc></url>" for number in numbers)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{items}</urlset>'


class Archive:
    """A WARC file of some pages; a page is its path, its text, and what of it is not usual."""

    def __init__(self, directory: Path) -> None:
        self.path, self.scratch = directory / "site.warc.gz", directory / "scratch"
        self.scratch.mkdir()
        self.reports: list[str] = []
        self._records: list[Any] = []

    def add(
        self, path: str, text: str | bytes, *, mime: str = "text/html", status: str = "200 OK", second: int = 0,
        host: str = ON, **said: str,
    ) -> None:  # fmt: skip
        data = text if isinstance(text, bytes) else text.encode()
        answer = page(data, f"Content-Type: {mime}".encode(), status=status.encode())
        self._records.append(response(answer, url=host + path, second=second, **said))

    def survey(self, url: str = f"{ON}/") -> Any:
        self.path.write_bytes(warc(*self._records))
        source = open_source(self.path, self.scratch, self.reports.append)
        return survey(source, "gazette", url, self.reports.append)


@pytest.fixture
def archive(tmp_path) -> Archive:
    return Archive(tmp_path)


def add_stories(archive: Archive, *numbers: int, **options: Any) -> None:
    for number in numbers:
        archive.add(path_of(number), shown(number), **options)


def paths(found: Any) -> list[str]:
    return [each.article.url.removeprefix(ON) for each in found.pages]


def test_a_site_is_described_from_five_of_its_articles(archive):
    others = ("/other/2026/01/29/a-bridge-of-another-make", "/harbour")  # likely, and perhaps
    archive.add("/", front(*map(path_of, range(8)), *others))
    add_stories(archive, *range(7))
    found = archive.survey()

    assert paths(found) == [path_of(number) for number in range(5)]
    assert (found.home_title, found.matched, found.candidates) == ("The Gazette", 8, 9)
    site = found.site
    assert (site.name, site.domains, site.cdn_domains, site.start_urls) == (
        "gazette",
        ("news.example",),
        (),
        (f"{ON}/",),
    )
    assert dict(site.articles) == {f"{ON}/world/{{}}.html": r"(?P<day>\d{4}-\d\d-\d\d)/harbour-lights-\d{1,8}"}
    assert dict(site.selectors["2026"]).items() >= {"title": "h1", "body": ".text"}.items()
    assert site.page_title == r"(?P<title>.+) \- Gazette"
    assert {"title", "published_at", "body_text"} <= set(site.expected)
    assert archive.reports == []


def test_only_pages_of_the_site_that_were_answered_are_looked_at(archive):
    add_stories(archive, 1, 2)
    archive.add(path_of(3), shown(3), status="404 Not Found")
    archive.add(path_of(4), shown(4), host="https://other.example")
    archive.add(path_of(5), shown(5), mime="image/png")
    archive.add(path_of(6), shown(6), host="https://www.news.example")

    assert sorted(paths(archive.survey())) == [path_of(1), path_of(2), f"https://www.news.example{path_of(6)}"]


def test_of_two_captures_the_newest_is_looked_at(archive):
    for second, title in ((5, "The newer headline of it"), (1, "The older headline of it")):
        archive.add(path_of(1), shown(1, title=title), second=second)
    (found,) = archive.survey().pages

    assert found.article.title == "The newer headline of it"


@pytest.mark.parametrize("more", [0, 1])
def test_a_page_that_cannot_be_read_is_reported_and_the_others_are_read(more, archive, monkeypatch):
    monkeypatch.setattr(surveys, "MAX_BODY", 5000)
    add_stories(archive, 1, 2)
    archive.add(path_of(0), shown(0).ljust(5000 + more))
    found = archive.survey()

    assert paths(found) == [path_of(number) for number in range(more, 3)]
    assert len(archive.reports) == more


def test_addresses_of_articles_are_their_own_ones_in_the_letters_that_they_have(archive):
    """Whatever led to them; and a page that was cut off is looked at, too."""
    archive.add("/World/2026-01-30/Harbour-Lights-1.html?utm_source=app", shown(1))
    archive.add("/World/2026-01-30/Harbour-Lights-2.html?utm_source=app", shown(2), WARC_Truncated="length")
    found = archive.survey()

    assert len(found.pages) == 2
    assert dict(found.site.articles) == {f"{ON}/World/{{}}.html": r"(?P<day>\d{4}-\d\d-\d\d)/Harbour-Lights-\d{1,8}"}


@pytest.mark.parametrize("url", ["https://NEWS.example", "https://news.example:443/"])
def test_a_site_is_known_by_its_address_in_whatever_way_it_is_written(url, archive):
    add_stories(archive, 1)

    assert archive.survey(url).site.start_urls == (f"{ON}/",)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (WarcError("a.warc", 7, message("it is cut off")), "a.warc at byte 7: it is cut off"),
        (OSError(5, "Input/output error"), "[Errno 5] Input/output error"),
    ],
)
def test_a_record_that_cannot_be_read_is_reported_and_the_others_are_read(error, said, archive, monkeypatch):
    add_stories(archive, 1, 2)
    read, failing = surveys.Captures.read, [True]

    def once(self: Any, place: Any) -> Any:
        if failing:
            failing.pop()
            raise error
        return read(self, place)

    monkeypatch.setattr(surveys.Captures, "read", once)
    assert paths(archive.survey()) == [path_of(2)]
    assert archive.reports == [said]


def test_pages_of_all_indexes_are_looked_at(archive, tmp_path):
    add_stories(archive, 1, 2)
    archive.survey()
    source = open_source(archive.path, archive.scratch, archive.reports.append)
    (index,) = source.indexes
    lines = index.read_bytes().splitlines(keepends=True)
    parts = tuple(tmp_path / f"{number}.cdxj" for number in range(len(lines)))
    for part, line in zip(parts, lines, strict=True):
        part.write_bytes(line)
    found = survey(WarcSource(source.path, source.files, parts), "gazette", f"{ON}/", archive.reports.append)

    assert sorted(paths(found)) == [path_of(1), path_of(2)]


@pytest.mark.parametrize("newest_first", [True, False])
def test_of_captures_in_several_indexes_the_newest_is_looked_at(newest_first, archive, tmp_path):
    for second, title in ((1, "The older headline of it"), (5, "The newer headline of it")):
        archive.add(path_of(1), shown(1, title=title), second=second)
    archive.survey()
    source = open_source(archive.path, archive.scratch, archive.reports.append)
    older, newer = source.indexes[0].read_bytes().splitlines(keepends=True)
    parts = tmp_path / "0.cdxj", tmp_path / "1.cdxj"
    for part, line in zip(parts, (newer, older) if newest_first else (older, newer), strict=True):
        part.write_bytes(line)
    (found,) = survey(WarcSource(source.path, source.files, parts), "gazette", f"{ON}/", archive.reports.append).pages

    assert found.article.title == "The newer headline of it"


@pytest.mark.parametrize(
    "home", [f"{ON}/", "https://www.news.example/", "http://news.example/", f"{ON}/news/", f"{ON}/index.html?a=1"]
)
def test_crawls_start_where_the_site_is_said_to_begin(home, archive):
    archive.add("/", front(path_of(1), path_of(2)))
    add_stories(archive, 1, 2)
    starts = archive.survey(home).site.start_urls

    assert starts[0] == home
    assert starts[1:] == (() if home == f"{ON}/" else (f"{ON}/",))


def test_a_page_that_was_archived_without_an_answer_is_looked_at(archive):
    kept = {"WARC-Type": "resource", "WARC-Target-URI": ON + path_of(1), "WARC-Date": "2026-01-30T08:00:00Z",
            "Content-Type": "text/html"}  # fmt: skip
    archive._records.append((kept, shown(1).encode()))

    assert paths(archive.survey()) == [path_of(1)]


def test_a_sitemap_that_is_too_large_names_nothing(archive, monkeypatch):
    def too_large(*given: Any) -> Any:
        raise SitemapTooLargeError(ON)

    archive.add("/sitemap.xml", sitemap(7, 3), mime="text/xml")
    add_stories(archive, 1)
    monkeypatch.setattr(surveys, "read_document", too_large)
    assert archive.survey().candidates == 0


def test_articles_that_lists_lead_to_come_first_and_those_that_look_like_some(archive):
    perhaps = "/local/the-harbour/festival-of-lights"
    archive.add("/", front(perhaps, path_of(9), path_of(8)))
    add_stories(archive, *range(10))
    archive.add(perhaps, shown(20))

    assert paths(archive.survey()) == [path_of(number) for number in (9, 8, 0, 1, 2)]


def test_most_articles_of_one_make_of_addresses_are_looked_at(archive):
    archive.add("/", front("/2026-01-30/harbour-lights-77.html", *map(path_of, range(6))))
    archive.add("/2026-01-30/harbour-lights-77.html", shown(77))
    add_stories(archive, *range(6))

    assert paths(archive.survey()) == [path_of(number) for number in range(5)]


def test_an_article_is_looked_at_once_and_one_without_text_never(archive):
    archive.add("/", front(f"{path_of(1)}?from=app", path_of(1), path_of(2), path_of(3)))
    archive.add(f"{path_of(1)}?utm_source=app", shown(1))
    add_stories(archive, 1, 2)
    archive.add(path_of(3), shown(3).split("<div class=text>")[0] + "</body></html>")

    assert sorted(paths(archive.survey())) in ([path_of(1), path_of(2)], [f"{path_of(1)}?utm_source=app", path_of(2)])


@pytest.mark.parametrize(("tried", "found"), [(4, 3), (3, 2), (2, 1)])
def test_so_many_pages_are_read_to_find_articles(tried, found, archive, monkeypatch):
    """Each once."""
    monkeypatch.setattr(surveys, "MAX_TRIED", tried)
    archive.add("/", front(path_of(0), path_of(1), path_of(2)))
    archive.add(path_of(0), "<html></html>")
    add_stories(archive, 1, 2, 3)

    assert len(archive.survey().pages) == found


def test_feeds_and_sitemaps_name_articles(archive):
    archive.add("/", front("/about"))
    archive.add("/sitemap.xml", sitemap(7, 3), mime="text/xml")
    archive.add("/pictures", front(path_of(1)), mime="image/png")
    add_stories(archive, *range(9))
    found = archive.survey()

    assert set(paths(found)[:2]) == {path_of(7), path_of(3)}
    assert (found.matched, found.candidates) == (2, 2)


@pytest.mark.parametrize(("lists", "found"), [(2, [path_of(9)]), (1, [path_of(0)])])
def test_so_many_lists_are_read_the_highest_first(lists, found, archive, monkeypatch):
    monkeypatch.setattr(surveys, "MAX_LISTS", lists)
    archive.add("/", front())
    archive.add("/world-and-continents", front(path_of(9)))
    archive.add("/a/b", front(path_of(8)))
    add_stories(archive, 0, 8, 9)

    assert paths(archive.survey())[:1] == found


def test_only_the_home_page_gives_the_title_and_only_own_links_count(archive):
    archive.add("/world", front(path_of(1), "https://other.example/2026-01-30/harbour-lights-4.html",
                                "https://[/2026-01-30/harbour-lights-5.html", title="World"))  # fmt: skip
    add_stories(archive, 1)
    found = archive.survey()

    assert (found.home_title, found.candidates) == (None, 1)


@pytest.mark.parametrize(
    ("path", "mime", "document"),
    [
        ("/feed.json", "application/feed+json",
         json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"id": ON + path_of(7)}]})),
        ("/sitemap.xml.gz", "application/x-gzip", gzip.compress(sitemap(7).encode())),
        ("/sitemap.txt", "text/plain", sitemap(7)),
        ("/sitemap.xml", "Application/XML", sitemap(7)),
    ],
)  # fmt: skip
def test_a_document_of_any_type_that_feeds_and_sitemaps_have_names_articles(path, mime, document, archive):
    archive.add(path, document, mime=mime)
    archive.add("/other.xml", "<other/>", mime="text/xml")  # neither
    add_stories(archive, 1)

    assert archive.survey().candidates == 1


def test_a_list_that_leads_to_two_articles_is_a_start(archive):
    archive.add("/two", front(path_of(1), path_of(2)))
    add_stories(archive, 1, 2)

    assert archive.survey().site.start_urls == (f"{ON}/", f"{ON}/two")


def test_a_site_with_www_is_that_without(archive):
    archive.add(path_of(1), shown(1), host="https://www.news.example")
    add_stories(archive, 2)
    found = archive.survey("https://www.news.example/")

    assert (found.site.domains, len(found.pages)) == (("news.example",), 2)


def test_crawls_start_at_the_home_page_and_at_two_more_that_lead_to_most(archive):
    archive.add("/", front(path_of(1), path_of(2)))
    archive.add("/world", front(path_of(1), path_of(2), path_of(3)))
    archive.add("/city", front(path_of(1), path_of(2), path_of(3), path_of(4)))
    archive.add("/sport", front(path_of(1), path_of(2)))
    archive.add("/one", front(path_of(1)))
    archive.add("/sitemap.xml", sitemap(*range(9)), mime="text/xml")
    add_stories(archive, 1, 2, 3)

    assert archive.survey().site.start_urls == (f"{ON}/", f"{ON}/city", f"{ON}/world")


@pytest.mark.parametrize("path", ["/headlines", "/news.php?as=xml", "/sitemap.xml"])
def test_what_is_written_for_programs_is_no_start_wherever_it_lies(path, archive):
    archive.add(path, sitemap(1, 2, 3), mime="application/xml")
    archive.add("/two", front(path_of(1), path_of(2)))
    add_stories(archive, 1, 2)

    assert archive.survey().site.start_urls == (f"{ON}/", f"{ON}/two")


def test_lists_and_titles_of_other_hosts_say_nothing_of_the_site(archive):
    for host in ("https://other.example", "https://othernews.example"):
        archive.add("/", front(ON + path_of(5), ON + path_of(6), title="Another"), host=host)
        archive.add(path_of(1), shown(1), host=host)
    with pytest.raises(SurveyError, match="of 0 of its pages"):
        archive.survey()
    add_stories(archive, 1)
    found = archive.survey()

    assert (found.candidates, found.home_title, found.site.start_urls) == (0, None, (f"{ON}/",))


def test_of_what_looks_like_an_article_by_its_address_it_is_said_how_much_the_pattern_knows(archive):
    """What looks like one by the text of a link is not counted, though the pattern may know it."""
    archive.add("/", front("/a/bridge", "/a/harbour", "/a/lights", path_of(7), path_of(8)))
    for number, name in enumerate(("bridge", "harbour", "lights")):
        archive.add(f"/a/{name}", shown(number))
    found = archive.survey()

    assert dict(found.site.articles) == {f"{ON}/a/{{}}": "[a-z]{1,16}"}
    assert (found.matched, found.candidates) == (0, 2)


def test_a_list_that_leads_to_one_article_is_no_start(archive):
    archive.add("/", front(path_of(1), path_of(2)))
    archive.add("/one", front(path_of(1)))
    add_stories(archive, 1, 2)

    assert archive.survey().site.start_urls == (f"{ON}/",)


@pytest.mark.parametrize(
    ("url", "is_page"),
    [
        ("/a?as=rss", True), ("/a?of=b.xml", True), ("/a#feed", True),
        ("/a", True), ("/a.html", True), ("/feed", False), ("/feed/", False), ("/rss", False), ("/atom/", False),
        *((f"/a.{end}", False) for end in ("xml", "rss", "json", "gz", "txt")), ("/feeds", True), ("/a.xml.html", True),
    ],
)  # fmt: skip
def test_a_start_is_a_page_for_people(url, is_page):
    assert surveys._is_page(ON + url) == is_page


# ---------------------------------------------------------------- what of a site is looked at


@pytest.mark.parametrize(
    ("said", "looked_at"),
    [
        ({}, True), ({"status": "200"}, True), ({"status": "203 From a proxy"}, False),
        ({"status": "204 No Content"}, False), ({"status": "206 Partial Content"}, False),
        ({"status": "301 Moved"}, False), ({"status": "404 Not Found"}, False), ({"status": "500 Broken"}, False),
        ({"mime": "application/xhtml+xml"}, True), ({"mime": "TEXT/HTML; charset=utf-8"}, True),
        ({"mime": "text/plain"}, False), ({"mime": "application/json"}, False),
        ({"host": "http://news.example"}, True), ({"host": "https://www.news.example"}, True),
        ({"host": "https://news.example:8443"}, True),
        ({"host": "https://othernews.example"}, False), ({"host": "https://news.example.net"}, False),
    ],
)  # fmt: skip
def test_a_page_of_the_site_that_was_answered_whole_is_looked_at(said, looked_at, archive):
    add_stories(archive, 1)
    archive.add(path_of(2), shown(2), **said)

    assert len(archive.survey().pages) == 1 + looked_at


def ids(count: int) -> list[str]:
    return [f"<urn:uuid:00000000-0000-4000-8000-{number:012}>" for number in range(count)]


@pytest.mark.parametrize("head", [b"", page(b"", b"Content-Type: text/html")])
@pytest.mark.parametrize("original", ["before", "elsewhere"])
def test_a_page_that_was_there_unchanged_at_the_last_crawl_is_looked_at(original, head, archive):
    """Its newest capture names an older one, of the same address or of another with the same bytes."""
    pages = {"/": front(path_of(1), path_of(2)), path_of(1): shown(1), path_of(2): shown(2)}
    for name, (path, text) in zip(ids(3), pages.items(), strict=True):
        at = {"before": "https://news.example", "elsewhere": "https://other.example"}[original]
        archive.add(path, text, host=at, WARC_Record_ID=name)
        archive._records.append(revisit(head, url=ON + path, second=9, WARC_Refers_To=name))
    found = archive.survey()

    assert (paths(found), found.home_title, found.candidates) == ([path_of(1), path_of(2)], "The Gazette", 2)
    assert {each.page.capture.captured.second for each in found.pages} == {9}
    assert archive.reports == []


def test_a_page_whose_original_is_nowhere_is_told_and_the_others_are_looked_at(archive):
    add_stories(archive, 1)
    archive._records.append(revisit(url=ON + path_of(2), second=9, WARC_Refers_To=ids(1)[0]))

    assert paths(archive.survey()) == [path_of(1)]
    (told,) = archive.reports
    assert "a revisit whose original" in told


def test_a_picture_that_was_there_unchanged_is_none_of_the_pages_that_are_read(archive, monkeypatch):
    monkeypatch.setattr(surveys, "MAX_LISTS", 1)
    for number, name in enumerate(ids(3)):
        archive.add(f"/{number}.png", bytes([number]), mime="image/png", WARC_Record_ID=name)
        archive._records.append(revisit(url=f"{ON}/{number}.png", second=9, WARC_Refers_To=name))
    archive.add("/world/today", front(path_of(1)))
    add_stories(archive, 1)

    assert archive.survey().candidates == 1


def test_an_answer_that_names_no_type_is_read_as_a_page(archive):
    for path, text in {"/": front(path_of(1), path_of(2)), path_of(1): shown(1), path_of(2): shown(2)}.items():
        archive._records.append(response(page(text.encode(), b"X: y"), url=ON + path))
    found = archive.survey()

    assert (paths(found), found.home_title, found.candidates) == ([path_of(1), path_of(2)], "The Gazette", 2)


def test_what_is_no_page_and_no_feed_does_not_count_as_one_that_is_read(archive, monkeypatch):
    monkeypatch.setattr(surveys, "MAX_LISTS", 2)
    for name in ("a.css", "b.js", "c.png"):
        archive.add(f"/{name}", "x", mime="text/css")
    archive.add("/", front())
    archive.add("/world/today", front(path_of(1)))
    add_stories(archive, 1)

    assert archive.survey().candidates == 1


def test_types_in_an_index_of_others_are_read_in_any_case(archive, tmp_path):
    add_stories(archive, 1, 2)
    archive.add("/", front(path_of(1), path_of(2)))
    archive.survey()
    source = open_source(archive.path, archive.scratch, archive.reports.append)
    data = source.indexes[0].read_bytes()
    (tmp_path / "x.cdxj").write_bytes(data.replace(b'"text/html"', b'"Text/HTML"'))
    found = survey(
        WarcSource(source.path, source.files, (tmp_path / "x.cdxj",)), "gazette", f"{ON}/", archive.reports.append
    )

    assert b'"text/html"' in data
    assert (paths(found), found.candidates, found.home_title) == ([path_of(1), path_of(2)], 2, "The Gazette")


PACKED = b"Content-Type: text/html\r\nContent-Encoding: gzip"


@pytest.mark.parametrize("path", ["/", "/world", path_of(3)])
@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (page(b"\x1f\x8bnonsense", PACKED), "cannot undo Content-Encoding 'gzip'"),
        (page(gzip.compress(shown(3).encode())[:-9], PACKED), "cannot undo Content-Encoding 'gzip': it has no end"),
        (page(gzip.compress(b" " * 7000), PACKED), "the body is larger than 6,000 bytes"),
        (page(b" " * 7000, b"Content-Type: text/html"), "the body is larger than 6,000 bytes"),
    ],
    ids=["no gzip", "half of gzip", "large in gzip", "large"],
)
def test_what_cannot_be_read_is_told_in_a_line_and_the_rest_is_looked_at(path, answer, said, archive, monkeypatch):
    monkeypatch.setattr(surveys, "MAX_BODY", 6000)
    add_stories(archive, 1, 2)
    archive.add("/zz", front(path_of(2)))
    archive._records.append(response(answer, url=ON + path))
    found = archive.survey()

    assert (sorted(paths(found)), found.candidates) == ([path_of(1), path_of(2)], 1)
    (told,) = archive.reports
    assert told.startswith(f"{archive.path} at byte ")
    assert said in told


def test_a_list_that_is_no_page_is_passed_over(archive):
    archive.add("/", "")
    archive.add("/a", "\0" * 9)
    archive.add("/world", front(path_of(2)))
    add_stories(archive, 1, 2)
    found = archive.survey()

    assert (paths(found)[0], found.candidates, archive.reports) == (path_of(2), 1, [])


def test_a_list_whose_markup_is_beyond_what_is_read_is_passed_over(archive):
    archive.add("/", "<p" + " ab=1" * (MAX_ATTRIBUTES + 1) + ">" + front(path_of(1)))
    archive.add("/world", front(path_of(2)))
    add_stories(archive, 1, 2)
    found = archive.survey()

    assert (paths(found)[0], found.candidates, found.home_title) == (path_of(2), 1, None)


@pytest.mark.parametrize(
    ("link", "counts"),
    [
        (path_of(5), True), (f"http://news.example{path_of(5)}", True), (f"//www.news.example{path_of(5)}", True),
        (f"{path_of(5)}?utm_source=front#top", True), (f"https://m.news.example{path_of(5)}", True),
        (f"https://news.example:99999{path_of(5)}", False), (f"https://other.example{path_of(5)}", False),
        (f"https://news.example.net{path_of(5)}", False), ("mailto:a@news.example", False), ("/about", False),
        ("/tag/harbour-lights-go-on-again", False), ("/a.pdf", False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["page", "feed", "sitemap"])
def test_addresses_of_the_site_that_look_like_articles_are_counted(kind, link, counts, archive):
    """Whatever a list of the site leads to besides."""
    items = f"<item><title>Lights</title><link>{urljoin(ON, link)}</link></item>"
    said = {
        "page": ("/world", front(link), "text/html"),
        "feed": ("/feed", f"<rss version='2.0'><channel><title>G</title>{items}</channel></rss>", "text/xml"),
        "sitemap": ("/sitemap.xml", sitemap(0).replace(ON + path_of(0), urljoin(ON, link)), "text/xml"),
    }
    path, text, mime = said[kind]
    archive.add(path, text, mime=mime)
    add_stories(archive, 1, 2)

    assert archive.survey().candidates == counts


def test_of_a_feed_its_entries_count_and_not_what_these_link_to(archive):
    entry = (
        f'<entry><title>Lights</title><id>a</id><link href="{ON}{path_of(5)}"/><content type="xhtml">'
        f'<div xmlns="http://www.w3.org/1999/xhtml"><a href="{ON}{path_of(6)}">Lights go on again after nine years</a>'
        "</div></content></entry>"
    )
    archive.add("/feed", f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>', mime="application/atom+xml")
    add_stories(archive, 1)

    assert archive.survey().candidates == 1


@pytest.mark.parametrize(
    ("homes", "title"),
    [
        ({"/": "Home"}, "Home"), ({"/": "Home", "/?page=2": "More"}, "Home"), ({"/?page=2": "More"}, None),
        ({"/": "Home", "/world": "World"}, "Home"), ({"/index.html": "World"}, None), ({"/": ""}, None), ({}, None),
    ],
)  # fmt: skip
def test_the_title_of_the_home_page_is_that_of_the_site(homes, title, archive):
    for path, said in homes.items():
        archive.add(path, front(title=said))
    add_stories(archive, 1)

    assert archive.survey().home_title == title


def test_addresses_of_articles_differ_in_what_names_them_and_in_nothing_else(archive):
    """What a link adds to tell where it stood names nothing."""
    for number, more in ((77001, "&utm_source=app"), (77002, ""), (77003, "&utm_source=front&utm_medium=a")):
        archive.add(f"/read?id={number}{more}", shown(number))

    assert dict(archive.survey().site.articles) == {f"{ON}/read?id={{}}": r"\d{1,8}"}


def test_addresses_that_lists_name_say_what_is_not_in_all_addresses_of_articles(archive):
    archive.add("/", front(path_of(1), "/city/2026-01-30/harbour-lights-9.html", "/city/2026-01-30/bridge-10.shtml"))
    add_stories(archive, 1, 2)
    found = archive.survey()

    pattern = r"[a-z]{1,8}/(?P<day>\d{4}-\d\d-\d\d)/harbour-lights-\d{1,8}"
    assert dict(found.site.articles) == {f"{ON}/{{}}.html": pattern}
    assert (found.matched, found.candidates) == (2, 3)


def test_a_page_with_a_headline_and_no_text_is_no_article_to_learn_from(archive):
    film = '<meta property="og:type" content="article"><meta property="og:title" content="A film of the harbour">'
    body = '<h1>A film of the harbour</h1><p class=by>By Ann Lee</p><video src="/a.mp4" poster="/a.jpg"></video>'
    for number in (1, 2):
        archive.add(path_of(number), f"<!doctype html><html><head>{film}</head><body>{body}</body></html>")
    add_stories(archive, 3)

    assert paths(archive.survey()) == [path_of(3)]


SOURCE, KEYWORDS = "<b class=src>来源：The Gazette</b>", '<meta name=keywords content="harbour, lights">'


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({}, {}, ("title", "published_at", "authors", "body_text")),
        ({"more": SOURCE}, {"more": SOURCE}, ("title", "published_at", "source", "authors", "body_text")),
        ({"more": SOURCE}, {}, ("title", "published_at", "authors", "body_text")),
        ({"head": KEYWORDS}, {"head": KEYWORDS}, ("title", "published_at", "authors", "body_text")),
    ],
)  # fmt: skip
def test_a_record_is_expected_to_have_what_all_have_of_what_an_article_is_read_for(one, other, expected, archive):
    for number, said in ((1, one), (2, other)):
        text = shown(number, more=said.get("more", ""))
        archive.add(path_of(number), text.replace("</head>", said.get("head", "") + "</head>"))

    assert archive.survey().site.expected == expected


def test_pages_are_read_by_the_rules_that_were_found(archive):
    """So that whoever reads the table sees what these say."""
    add_stories(archive, 1, 2)
    found = archive.survey()

    for looked in found.pages:
        assert ("class:2026", True) in looked.loader.agreement("title")
        assert looked.article.site == "gazette"
    assert paths(found) == [path_of(1), path_of(2)]


def test_an_archive_without_an_article_says_what_to_do(archive):
    archive.add("/", front())
    archive.add("/a", front())
    with pytest.raises(SurveyError) as told:
        archive.survey("https://www.NEWS.example")
    assert str(told.value) == (
        f"{archive.path} has no article of news.example that can be read, of 2 of its pages; crawl some first: scrapy "
        "crawl news -a site=https://www.news.example/ -a limit=5, or those that you name: scrapy crawl news -a "
        "url=URL,URL; then say by --archive where they are"
    )


def test_articles_of_all_sections_are_of_one_make(archive):
    sections = ["/world/harbour-lights-go-on-1", "/city/harbour-lights-go-on-2", "/sport/harbour-lights-go-on-3"]
    others = ["/2026/01/30/harbour-lights-4", "/2026/01/30/harbour-lights-5"]
    archive.add("/", front(*others, *sections))
    for number, path in enumerate([*sections, *others]):
        archive.add(path, shown(number))

    assert paths(archive.survey()) == [*sections, *others]


def test_a_page_that_the_rules_of_the_site_do_not_read_is_not_among_its_pages(archive):
    """A site has three makes of addresses, and an article of a fourth is none by its file."""
    made = ["/a/1234567", "/a/1234568", "/b/c/1234569", "/d/e/f/1234570", "/g/h/i/j/1234571"]
    for number, path in enumerate(made):
        archive.add(path, shown(number))
    found = archive.survey()

    assert len(found.site.articles) == 3
    assert len(found.pages) == 4
    assert all(found.site.is_article(each.article.url) for each in found.pages)


def test_links_of_articles_are_not_those_of_lists(archive):
    add_stories(archive, 1)
    archive.add(path_of(2), shown(2).replace("</body>", f"{front(path_of(5), path_of(6))}</body>"))
    found = archive.survey()

    assert (found.candidates, found.site.start_urls) == (0, (f"{ON}/",))


@pytest.mark.parametrize("mime", ["text/html", "application/xhtml+xml", "Text/HTML; charset=utf-8"])
def test_a_list_is_a_page_of_any_type_of_pages(mime, archive):
    archive.add("/", front(path_of(1), path_of(2)), mime=mime)
    archive.add("/world", front(path_of(1), path_of(2)), mime=mime)
    add_stories(archive, 1, 2)
    found = archive.survey()

    assert (found.candidates, found.home_title, found.site.start_urls) == (2, "The Gazette", (f"{ON}/", f"{ON}/world"))


def test_a_page_that_leads_to_lists_alone_is_no_start(archive):
    archive.add("/sections", front("/world", "/city", "/sport", "/about").replace("Lights go on in the harbour", ""))
    archive.add("/world", front(path_of(1), path_of(2)))
    add_stories(archive, 1, 2)

    assert archive.survey().site.start_urls == (f"{ON}/", f"{ON}/world")


@pytest.mark.parametrize("path", ["/feed/", "/rss", "/world.xml", "/atom.rss", "/list.json"])
def test_what_has_the_address_of_a_feed_is_no_start_whatever_its_type_says(path, archive):
    archive.add(path, front(path_of(1), path_of(2)))
    archive.add("/world", front(path_of(1), path_of(2)))
    add_stories(archive, 1, 2)

    assert archive.survey().site.start_urls == (f"{ON}/", f"{ON}/world")


def test_a_host_that_has_a_file_is_looked_at_as_any(archive):
    archive.add(path_of(1), shown(1), host="https://www.kankanews.com")
    site = archive.survey("https://www.kankanews.com/?utm_source=app").site

    assert (site.name, site.domains, site.start_urls) == ("gazette", ("kankanews.com",), ("https://www.kankanews.com/",))


def in_gbk(text: str) -> bytes:
    return text.encode("gb18030")


def test_pages_are_read_in_the_charset_that_their_headers_name(archive):
    """Lists as articles."""
    told = "text/html; charset=gb18030"
    link = "<a href='/read?id=1234567&w=港'>港口的灯在九年之后又亮了起来</a>"
    archive.add("/", in_gbk(f"<html><head><title>港报</title></head><body>{link}</body></html>"), mime=told)
    for number in (1, 2):
        title = f"港口的灯又亮了第{number}次"
        archive.add(path_of(number), in_gbk(shown(number, title=title).replace("Gazette", "港报")), mime=told)
    found = archive.survey()

    assert found.home_title == "港报"
    assert [each.article.title for each in found.pages] == ["港口的灯又亮了第1次", "港口的灯又亮了第2次"]
    assert found.site.selectors["2026"]["title"] == "h1"
    assert found.site.page_title == r"(?P<title>.+) \- 港报"


@pytest.mark.parametrize(
    ("charset", "title"), [("windows-1251", "Газета"), ("big5", "港報"), ("iso-8859-7", "Εφημερίδα")]
)
def test_the_title_of_a_site_is_in_the_charset_that_the_headers_of_its_home_page_name(charset, title, archive):
    archive.add("/", front(title=title).encode(charset), mime=f"text/html; charset={charset}")
    add_stories(archive, 1)

    assert archive.survey().home_title == title


def test_selectors_are_those_of_all_pages(archive):
    for number, name in ((1, "one"), (2, "two")):
        archive.add(path_of(number), shown(number).replace("class=by", f"class={name}"))
    selectors = archive.survey().site.selectors["2026"]

    assert ("authors" in selectors, selectors["body"]) == (False, ".text")


def test_a_link_is_written_in_the_charset_of_its_page(archive):
    """As browsers do, so that it leads to what they asked for."""
    page = f"<html><body><a href='{path_of(9)}?w=港口'>港口的灯在九年之后又亮了起来</a></body></html>"
    archive.add("/", in_gbk(page), mime="text/html; charset=gbk")
    add_stories(archive, 1, 2)
    archive.add(f"{path_of(9)}?w=%B8%DB%BF%DA", shown(9))

    assert paths(archive.survey()) == [f"{path_of(9)}?w=%B8%DB%BF%DA", path_of(1), path_of(2)]


def test_an_address_is_one_however_an_archive_writes_it(archive):
    for second, host in enumerate(("https://news.example", "https://NEWS.example:443", "https://ada@news.example")):
        text = shown(1, title=f"Headline {second} of the harbour lights")
        archive.add(path_of(1) + "#top", text, host=host, second=second)
    (found,) = archive.survey().pages

    assert found.article.title == "Headline 2 of the harbour lights"


def test_articles_of_other_makes_fill_up_what_those_of_the_commonest_leave(archive):
    other = "/2026-01-30/harbour-lights-77.html"
    archive.add("/", front(other, *map(path_of, range(3))))
    archive.add(other, shown(77))
    add_stories(archive, *range(3))

    assert paths(archive.survey()) == [*map(path_of, range(3)), other]


def test_a_start_that_leads_to_more_comes_before_one_that_leads_to_less(archive):
    for path, count in (("/a", 2), ("/b", 4), ("/c", 3), ("/d", 5)):
        archive.add(path, front(*map(path_of, range(count))))
    add_stories(archive, 1, 2)

    assert archive.survey().site.start_urls == (f"{ON}/", f"{ON}/d", f"{ON}/b")


@pytest.mark.parametrize(
    ("hosts", "found"),
    [
        (("img.example", "img.example"), ("img.example",)), (("IMG.example", "img.example"), ("img.example",)),
        (("img.example:8443", "img.example:8443"), ("img.example",)),
        (("img.example:8443", "img.example"), ("img.example",)), (("a.example", "b.example"), ()),
        (("news.example", "www.news.example"), ()), (("news.example.net", "news.example.net"), ("news.example.net",)),
        (("mynews.example", "mynews.example"), ("mynews.example",)),
    ],
)  # fmt: skip
def test_a_host_of_pictures_is_a_name_alone(hosts, found, archive):
    for number, host in enumerate(hosts):
        archive.add(path_of(number), shown(number).replace("<p>b of", f"<figure>{picture(host)}</figure><p>b of"))

    assert archive.survey().site.cdn_domains == found


def picture(host: str) -> str:
    return f'<img src="https://{host}/a.jpg" width=600 height=400 alt="The harbour">'


def test_hosts_of_pictures_of_two_pages_are_those_of_the_site_s_pictures(archive):
    """However many there are of one page."""
    for number, hosts in (
        (1, ("z.example", "b.example", "img.news.example", "d.example", "d.example")),
        (2, ("z.example", "b.example", "c.example", "img.news.example")),
        (3, ("c.example", "e.example")),
    ):
        figures = "".join(f"<figure>{picture(host)}</figure>" for host in hosts)
        archive.add(path_of(number), shown(number).replace("<p>b of", f"{figures}<p>b of"))

    assert archive.survey().site.cdn_domains == ("b.example", "c.example", "z.example")


@pytest.mark.parametrize(
    ("titles", "pattern"),
    [
        (["A story - Gazette", "B story - Gazette"], r"(?P<title>.+) \- Gazette"),
        (["Gazette | A story", "Gazette | B story"], r"Gazette \| (?P<title>.+)"),
        (["A story", "B story"], None), (["A story - Gazette", "B story - World"], None),
        (["Something else", "B story - Gazette"], None), ([None, "B story"], None), (["A story - G", None], None),
        (["G: A story (1+1)", "G: B story (1+1)"], r"G: (?P<title>.+) \(1\+1\)"),
        (["A story - A story - G", "B story - A story - G"], r"(?P<title>.+) \- A story \- G"),
    ],
)  # fmt: skip
def test_what_all_tabs_say_around_a_title_is_a_pattern(titles, pattern):
    named = zip(titles, ("A story", "B story"), strict=True)
    records = [SimpleNamespace(page_title=said, title=title) for said, title in named]

    assert surveys._page_title(records) == pattern


def test_a_record_without_a_title_has_nothing_around_it():
    assert surveys._page_title([SimpleNamespace(page_title="A story", title=None)]) is None


@pytest.mark.parametrize(("tabs", "known"), [((" - Gazette", " - Gazette"), True), ((" - Gazette", " - World"), False),
                                             (("", ""), False)])  # fmt: skip
def test_what_tabs_say_is_a_rule_of_the_site_where_all_say_it(tabs, known, archive):
    for number, tab in enumerate(tabs):
        archive.add(path_of(number), shown(number).replace(" - Gazette</title>", f"{tab}</title>"))
    site = archive.survey().site

    assert (site.has_page_title, site.page_title == r"(?P<title>.+) \- Gazette") == (known, known)


def test_what_is_on_every_article_is_expected_and_what_is_on_some_is_not(archive):
    add_stories(archive, 1, 2)
    archive.add(path_of(3), shown(3).replace("<p class=by>By Ann Lee</p>", ""))
    expected = archive.survey().site.expected

    assert {"title", "published_at", "body_text"} <= set(expected)
    assert "authors" not in expected


def test_selectors_are_of_the_year_of_the_newest_page(archive):
    add_stories(archive, 1, WARC_Date="2025-12-31T23:00:00Z")
    add_stories(archive, 2, WARC_Date="2026-01-01T01:00:00Z")

    assert list(archive.survey().site.selectors) == ["2026"]


def test_selectors_without_a_title_and_a_body_are_none(archive, monkeypatch):
    add_stories(archive, 1, 2)
    monkeypatch.setattr(surveys, "agreed", lambda pages: {"authors": ".by"})

    assert archive.survey().site.selectors == {}


@pytest.mark.parametrize("found", [{"title": "h1"}, {"body": ".text"}])
def test_selectors_with_a_title_or_a_body_are_some(found, archive, monkeypatch):
    add_stories(archive, 1, 2)
    monkeypatch.setattr(surveys, "agreed", lambda pages: found)

    assert archive.survey().site.selectors == {"2026": found}


def test_each_field_of_which_a_witness_says_something_else_is_disputed():
    said = {"title": [("h1", True)], "source": [("h1", True), ("og", False)], "authors": [("og", False)]}
    http = SimpleNamespace(headers=[(b"Content-Type", b"text/html")], body=lambda most: shown(1).encode())
    page = SimpleNamespace(http=http, capture=SimpleNamespace(url=ON + path_of(1)))
    loader = SimpleNamespace(witnesses=list(said), agreement=said.__getitem__)

    assert surveys._known(SimpleNamespace(page=page, loader=loader, article=None)).disputed == {"source", "authors"}


def test_what_is_hidden_is_not_named_by_a_selector(archive):
    for number in (1, 2):
        more = "<div style='display:none'><h1>x</h1></div>"
        archive.add(path_of(number), shown(number).replace("<h1 class=head>", f"{more}<h1 class=head>"))

    assert archive.survey().site.selectors["2026"]["title"] == "h1"


def test_a_field_that_witnesses_dispute_has_no_selector(archive):
    for number in (1, 2):
        other = '<meta property="og:title" content="Other">'
        archive.add(path_of(number), shown(number).replace("<head>", f"<head>{other}"))

    assert "title" not in archive.survey().site.selectors.get("2026", {})


def test_a_site_that_cannot_be_described_says_why(archive, monkeypatch):
    add_stories(archive, 1)
    monkeypatch.setattr(surveys.addresses, "articles", lambda known, candidates: {f"{ON}/{{}}": "("})

    with pytest.raises(SurveyError, match=r"news\.example cannot be described: "):
        archive.survey()
