"""What is said of a page that no record can be made of."""

from __future__ import annotations

from newsspider.parsing.unparsed import UnparsedPageError

URL = "https://post.example/1"


def test_an_error_names_the_page_what_is_missing_and_what_was_said_of_it():
    one = UnparsedPageError(URL, ("title",))
    both = UnparsedPageError(URL, ("title", "body or video"), ["source: raised KeyError: x", "title: two lines"])

    assert str(one).startswith(f"{URL} is not an article that can be read: no witness knows its title; ")
    assert "no witness knows its title and body or video" in str(both)
    assert "source: raised KeyError: x" in str(both)
    assert "title: two lines" in str(both)
    assert (one.url, one.missing) == (URL, ("title",))
    assert (both.url, both.missing) == (URL, ("title", "body or video"))
