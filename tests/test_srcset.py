"""``srcset`` as the HTML standard parses it: each row names the step that it goes through.

https://html.spec.whatwg.org/multipage/images.html#parse-a-srcset-attribute (4.8.4.3.4, July 2026). Candidates that the
standard drops with a parse error are not asked for by a browser, and so not here either.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsspider.parsing.page import Page
from newsspider.parsing.requisites.page import of_page
from newsspider.parsing.requisites.srcset import candidates

TABLE = {
    # Splitting loop, steps 4 to 6: white space and commas come before an address, and it ends at white space.
    "": [],
    " \t\n\f\r": [],
    ",": [],
    " , ,, ": [],
    "a": ["a"],
    " a ": ["a"],
    ",a": ["a"],
    ", ,\n,a": ["a"],
    "\fa\f1x\f": ["a"],
    "a\t2x,\nb\r\n3x": ["a", "b"],
    "a\u00a02x": ["a\u00a02x"],  # no white space of HTML
    "a\u30002x": ["a\u30002x"],
    "a\v2x": ["a\v2x"],
    # Commas in an address stay; those at its end close the candidate (step 8, first case).
    "a,b": ["a,b"],
    "a,b 2x": ["a,b"],
    "a,b,c 1x, d": ["a,b,c", "d"],
    "a,": ["a"],
    "a,,,": ["a"],
    "a, b": ["a", "b"],
    "a,, b": ["a", "b"],
    "a ,b": ["a", "b"],
    "a , b": ["a", "b"],
    "a 1x,b 2x": ["a", "b"],
    "a 1x,,b": ["a", "b"],
    "i_w=1,h=2.png 1x, i_w=3,h=4.png 2x": ["i_w=1,h=2.png", "i_w=3,h=4.png"],
    "data:image/png;base64,AAA= 1x, b 2x": ["data:image/png;base64,AAA=", "b"],
    "data:,a ( , data:,b 1x, ), data:,c": ["data:,c"],
    # Descriptor tokenizer, step 8: parentheses hold commas and blanks, and need not be closed.
    "a (x, y) 2x, b": ["b"],
    "a (, b": [],
    "a (, b), c": ["c"],
    "a ((, b), c": ["c"],
    "a 2x(, b), c": ["c"],
    "a (b)(c, d), e": ["e"],
    "a ) , b": ["b"],
    "a    2x   , b": ["a", "b"],
    # Descriptor parser, step 9: widths.
    "a 100w": ["a"],
    "a 0100w": ["a"],
    "a 0w": [],
    "a 00w, b": ["b"],
    "a -1w": [],
    "a +1w": [],
    "a 1.0w": [],
    "a 1e2w": [],
    "a w": [],
    "a 1W": [],
    "a 1 w": [],
    "a \u0661w": [],
    "a 1w 2w": [],
    "a 1w 1w": [],
    "a 1w 2x": [],
    # Densities: a valid floating-point number that is not less than 0.
    "a 1x": ["a"],
    "a 0x": ["a"],
    "a -0x": ["a"],
    "a -0.0e5x": ["a"],
    "a 1.5x": ["a"],
    "a .5x": ["a"],
    "a 0.001x": ["a"],
    "a 1e3x": ["a"],
    "a 1E-3x": ["a"],
    "a 1e+3x": ["a"],
    "a 5.x": [],
    "a +1x": [],
    "a -1x": [],
    "a -.5x, b": ["b"],
    "a 1e1.5x": [],
    "a 1ex": [],
    "a ex": [],
    "a x": [],
    "a 1X": [],
    "a Infinityx": [],
    "a NaNx": [],
    "a 1x 2x": [],
    "a 2x 1w": [],
    # Heights, which only go with a width (step 10).
    "a 1w 2h": ["a"],
    "a 2h 1w": ["a"],
    "a 2h": [],
    "a 0h 1w": [],
    "a 1w 2h 2h": [],
    "a 2h 2h 1w": [],
    "a 2h 1x": [],
    "a 1x 2h": [],
    "a 1w 2h 3x": [],
    "a 1w 1q": [],
    "a 2h, b 1x": ["b"],
}


@pytest.mark.parametrize(("srcset", "addresses"), TABLE.items())
def test_a_srcset_is_parsed_by_the_steps_of_the_standard(srcset, addresses):
    assert list(candidates(srcset)) == addresses


@given(st.text(alphabet="ab,( )\t\n\f012.-+exwh,") | st.text())
def test_any_srcset_gives_pieces_of_itself(srcset):
    for address in candidates(srcset):
        assert address in srcset
        assert address
        assert not set(address) & set("\t\n\f\r ")
        assert address.strip(",") == address


@pytest.mark.parametrize(
    "markup",
    [
        '<img srcset="{}">',
        '<picture><source srcset="{}"><img></picture>',
        '<link rel=preload as=image href imagesrcset="{}">',
    ],
)
def test_every_attribute_with_candidates_is_parsed_so(markup):
    srcset = "/i,1.png (a, b) 1x, /i,2.png 1x,\n/i,3.png 2h 1w"
    page = Page(markup.format(srcset).encode(), "https://news.example/a/", [])

    assert [each.url for each in of_page(page)] == ["https://news.example/i,2.png", "https://news.example/i,3.png"]
