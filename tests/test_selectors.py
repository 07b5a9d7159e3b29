"""Selectors of a site find what cssselect finds; a table has the fields that there are. All markup is made up."""

from __future__ import annotations

import cssselect
import pytest
from lxml import etree

from newsspider.parsing.markup import read_html
from newsspider.parsing.selectors import SelectorError, alternatives, check

PAGE = read_html(
    b"<div class='a b'><p class=c id=1>x<b class='c d'>y</b></p><div class=a><p class='cc' id=2>z</p></div></div>"
    b"<section class=b><p class='c'><em><b class=d>w</b></em></p><b class='d-e'>v</b></section>"
)
ONE = ("title", "published_at", "modified_at", "source", "channel")
SEVERAL = ("authors", "editors", "keywords", "body", "drop")


@pytest.mark.parametrize(
    "selector",
    [
        *("p", ".c", "p.c", ".c.d", "b.d", ".a .d", ".a > .d", ".a > p", ".a > p > b", "section em b", "section > b"),
        *(".b p", "div.a.b > p.c", ".a .a p", ".a > .a > p", "div div", "p > em > b", ".d-e", "section>em", ".x .c"),
        *("P", "DIV.a > P.c", "P[ID]", "P, B:first-child"),  # names in HTML have no case
        *(".a  .d", "section\tem \n b", ".a  >  p"),
        *("p,b", ".a > p , .d", "p[id]", "b:first-child", "p:not(.c)"),
    ],
)
def test_what_a_selector_finds(selector):
    translate = cssselect.HTMLTranslator().css_to_xpath
    expected = {each for part in selector.split(",") for each in etree.XPath(translate(part.strip()))(PAGE)}

    assert {each for one in alternatives(selector) for each in one.find(PAGE)} == expected


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        ("p::attr(id)", [([], "id")]),
        ("p", [([], None)]),
        ("p.c, .d > b", [([b"c"], None), ([b"d"], None)]),
        ("p.c, b::attr(x)", [([], None), ([], "x")]),
    ],
)
def test_an_alternative_has_class_names_and_may_mean_an_attribute(selector, found):
    assert [(names, attribute) for names, _, attribute in alternatives(selector)] == found


@pytest.mark.parametrize("field", [*ONE, *SEVERAL])
def test_a_table_has_these_fields(field):
    check({field: "p.c"})
    if field in SEVERAL:
        check({field: ["p.c", "b.d"]})
    else:
        with pytest.raises(SelectorError, match=f"{field} has one selector"):
            check({field: ["p.c", "b.d"]})
    if field in ("body", "drop"):
        with pytest.raises(SelectorError, match="it has to name elements"):
            check({field: "p::attr(id)"})
        with pytest.raises(SelectorError, match="it has to name elements"):
            check({field: "p, b::attr(id)"})
    else:
        check({field: "p::attr(id)"})


@pytest.mark.parametrize("field", ["summary", "", "Title", "paragraphs", "url"])
def test_a_table_has_no_other_field(field):
    with pytest.raises(SelectorError, match="there is no field"):
        check({field: "p"})


@pytest.mark.parametrize(
    "selector",
    [
        *("p::before", "p::text", "p::text(id)", "p::prop(id)", "p::attr(a b)", "p::attr()"),
        *("p[", "", "p, ,b", "> p"),
    ],
)
def test_what_is_no_selector_is_told(selector):
    with pytest.raises(SelectorError, match="the selector of title, cannot be read"):
        check({"title": selector})
